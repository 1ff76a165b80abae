"""Numbers and UUIDs from a seed, one stream per purpose.

Nothing here depends on the machine, the Python version or the order in which
other purposes are served: the n-th number of a purpose is always the same.
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import TypeVar
from uuid import UUID

T = TypeVar("T")


class Dice:
    """A stream of numbers that is decided by its seed alone.

    Python's own `random` is stable across versions only in parts (`random()` is,
    `choice` and `sample` were not), so the stream is SHA-256 over a counter.
    """

    def __init__(self, *seed: object) -> None:
        self._seed = "/".join(map(str, seed)).encode()
        self.rolled = 0
        """How many numbers were taken from it."""

    def bits(self) -> int:
        """The next 64 bits."""
        self.rolled += 1
        return int.from_bytes(hashlib.sha256(b"%s#%d" % (self._seed, self.rolled)).digest()[:8], "big")

    def below(self, end: int) -> int:
        """A whole number in [0, end)."""
        return self.bits() * end >> 64

    def between(self, low: int, high: int) -> int:
        """A whole number in [low, high]."""
        return low + self.below(high - low + 1)

    def pick(self, choices: Sequence[T]) -> T:
        return choices[self.below(len(choices))]

    def chance(self, percent: int) -> bool:
        return self.below(100) < percent

    def digits(self, length: int) -> str:
        return f"{self.below(10**length):0{length}d}"

    def hex(self, length: int) -> str:
        text = ""
        while len(text) < length:
            text += f"{self.bits():016x}"
        return text[:length]

    def uuid(self) -> str:
        """A random UUID (version 4). Written out by hand, because every request gets one as its id."""
        text = self.hex(32)
        return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-{'89ab'[int(text[16], 16) & 3]}{text[17:20]}-{text[20:]}"


# Each kind of record counts from a number of its own. An account's id that is used
# where a transaction's is wanted is then unknown, as in finAPI, instead of fitting by chance.
FIRST: dict[str, int] = {
    "client": 11,
    "user": 35,
    "bank_connection": 1_000_001,
    "account": 2_000_001,
    "payment": 3_000_001,
    "standing_order": 4_000_001,
    "bank_side_standing_order": 5_000_001,
    "category": 6_000_001,
    "label": 7_000_001,
    "iban_rule": 8_000_001,
    "keyword_rule": 9_000_001,
    "transaction": 100_000_001,
    "pending_transaction": 500_000_001,
    "security": 700_000_001,
    "notification_rule": 30_001,
    "tpp_certificate": 501,
    "tpp_credentials": 701,
}


class Ids:
    """The ids that one mandator hands out.

    `address` is the last group of each of its UUIDs. A form's id is all that a browser
    brings along, and the address in it leads back to the mandator.
    """

    def __init__(self, *seed: object) -> None:
        self._seed = seed
        self._numbers: dict[str, int] = {}
        self._streams: dict[str, Dice] = {}
        self.address = Dice(*seed, "address").hex(12)

    def number(self, purpose: str) -> int:
        return self.numbers(purpose, 1)[0]

    def numbers(self, purpose: str, count: int) -> range:
        """`count` consecutive new numbers."""
        first = self._numbers.get(purpose, FIRST.get(purpose, 1))
        self._numbers[purpose] = first + count
        return range(first, first + count)

    def uuid(self, purpose: str) -> str:
        head = self._stream(purpose).hex(20)
        return str(UUID(hex=head + self.address, version=4))

    def hex(self, purpose: str, length: int) -> str:
        return self._stream(purpose).hex(length)

    def progress(self) -> tuple[dict[str, int], dict[str, int]]:
        """By purpose: the next number, and how far its stream has come."""
        return dict(self._numbers), {purpose: stream.rolled for purpose, stream in self._streams.items()}

    def go_on(self, numbers: Mapping[str, int], streams: Mapping[str, int]) -> None:
        """Go on from where `progress` was."""
        self._numbers = dict(numbers)
        self._streams = {purpose: Dice(*self._seed, purpose) for purpose in streams}
        for purpose, rolled in streams.items():
            self._streams[purpose].rolled = rolled

    def _stream(self, purpose: str) -> Dice:
        if purpose not in self._streams:
            self._streams[purpose] = Dice(*self._seed, purpose)
        return self._streams[purpose]


def address_of(uuid: str) -> str:
    """The address of the mandator that gave out `uuid` (see `Ids`)."""
    return uuid[-12:]
