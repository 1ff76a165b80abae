"""Flicker codes: what a chipTAN generator reads off the screen (HHD 1.3.2).

All lengths count bytes, in hexadecimal: the length of everything after it, the start code, then the data
elements, and at the end two check digits. Digits are packed two to a byte; other text goes as ASCII, which bit 4
of its length announces.
"""

from collections.abc import Sequence

ASCII = 0x10


def flicker_code(start: str, *elements: str) -> str:
    """The code for a start code (digits) and up to three data elements, in capital hexadecimal digits."""
    code, *data = [_packed(start), *(_element(element) for element in elements)]
    parts = [(len(code) // 2, code), *data]
    body = "".join(f"{length:02X}{payload}" for length, payload in parts)
    whole = f"{len(body) // 2 + 1:02X}{body}"
    return f"{whole}{_luhn([payload for _, payload in parts])}{_xor(whole):X}"


def _element(text: str) -> tuple[int, str]:
    if text.isascii() and text.isdigit():
        packed = _packed(text)
        return len(packed) // 2, packed
    coded = text.encode("ascii", "replace").hex().upper()
    return len(coded) // 2 | ASCII, coded


def _packed(digits: str) -> str:
    """Digits, with an F to fill the last byte."""
    return digits if len(digits) % 2 == 0 else f"{digits}F"


def _luhn(payloads: Sequence[str]) -> int:
    """The Luhn check digit over all payloads, digit by digit, where A to F count as 10 to 15."""
    total = 0
    for index, digit in enumerate("".join(payloads)):
        value = int(digit, 16) * (1 + index % 2)
        total += value // 10 + value % 10
    return -total % 10


def _xor(code: str) -> int:
    """The exclusive or of all digits."""
    result = 0
    for digit in code:
        result ^= int(digit, 16)
    return result
