"""Frozen dataclasses as JSON and back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone
from enum import Enum
from typing import Any, Literal

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_server.store.kinds import KINDS
from mock_server.store.shapes import MisfitError, decode, encode


class Colour(Enum):
    RED = "red", 1
    BLUE = "blue", 2


@dataclass(frozen=True)
class Wheel:
    inches: float


@dataclass(frozen=True)
class Sail:
    colour: Colour


@dataclass(frozen=True)
class Vehicle:
    id: int
    name: str
    moved_by: Wheel | Sail
    made_on: date
    sold_at: datetime | None = None
    spares: tuple[Wheel, ...] = ()
    colours: Sequence[Colour] = ()
    prices: Mapping[str, int] = field(default_factory=dict)
    notes: Mapping[str, Any] = field(default_factory=dict)
    lasts: timedelta = timedelta(days=1)
    size: Literal["small", "large"] = "small"
    owner: None = None


CART = Vehicle(1, "cart", Wheel(26.0), date(2026, 8, 13))


def test_what_has_its_default_is_left_out_unless_the_whole_is_asked_for() -> None:
    brief = {"id": 1, "name": "cart", "movedBy": {"kind": "Wheel", "inches": 26.0}, "madeOn": "2026-08-13"}
    assert encode(CART, Vehicle) == brief
    rest = {"soldAt": None, "spares": [], "colours": [], "prices": {}, "notes": {}, "lasts": 86400, "size": "small"}
    assert encode(CART, Vehicle, whole=True) == {**brief, **rest}


ZONES = st.sampled_from([UTC, timezone(timedelta(hours=2))])
INSTANTS = st.integers(0, 7_000_000_000_000).flatmap(
    lambda milliseconds: ZONES.map(lambda zone: datetime.fromtimestamp(milliseconds / 1000, zone))
)
WHOLE = st.integers(-(2**53), 2**53)
WHEELS = st.builds(Wheel, st.floats(allow_nan=False, allow_infinity=False))
VEHICLES = st.builds(
    Vehicle,
    id=WHOLE,
    name=st.text(),
    moved_by=WHEELS | st.builds(Sail, st.sampled_from(Colour)),
    made_on=st.dates(),
    sold_at=st.none() | INSTANTS,
    spares=st.lists(WHEELS).map(tuple),
    colours=st.lists(st.sampled_from(Colour)).map(tuple),
    prices=st.dictionaries(st.text(), WHOLE),
    notes=st.dictionaries(st.text(), st.none() | st.booleans() | st.text() | st.lists(WHOLE)),
    lasts=st.timedeltas(timedelta(0), timedelta(days=20_000)),
    size=st.sampled_from(["small", "large"]),
)


@given(VEHICLES, st.booleans())
def test_whatever_is_written_is_read_as_it_was(vehicle: Vehicle, whole: bool) -> None:
    text = orjson.dumps(encode(vehicle, Vehicle, whole=whole))
    assert decode(orjson.loads(text), Vehicle, "it") == vehicle


GOOD = {"id": 1, "name": "cart", "movedBy": {"kind": "Wheel", "inches": 26}, "madeOn": "2026-08-13"}


@pytest.mark.parametrize(
    ("change", "place", "message"),
    [
        ({"id": "1"}, "it.id", "Must be a whole number."),
        ({"id": True}, "it.id", "Must be a whole number."),
        ({"name": None}, "it.name", "Must be a string."),
        ({"nmae": "x"}, "it.nmae", "There is no such field. Did you mean 'name'?"),
        ({"movedBy": {"kind": "Oar"}}, "it.movedBy.kind", "Must be one of Wheel, Sail."),
        ({"movedBy": {"kind": "Wheel"}}, "it.movedBy.inches", "Is missing."),
        ({"movedBy": []}, "it.movedBy.kind", "Must be one of Wheel, Sail."),
        (
            {"movedBy": {"kind": "Sail", "colour": "BLEU"}},
            "it.movedBy.colour",
            "Must be one of RED, BLUE. Did you mean 'BLUE'?",
        ),
        ({"madeOn": "2026-02-30"}, "it.madeOn", "Must be a date such as 2026-08-13."),
        ({"soldAt": "2026-08-13T10:00:00"}, "it.soldAt", "Must be a timestamp such as 2026-08-13T18:16:44Z."),
        ({"spares": [{"inches": 1}, 2]}, "it.spares[1]", "Must be an object."),
        ({"spares": {}}, "it.spares", "Must be a list."),
        ({"prices": {"new": 1.5}}, "it.prices.new", "Must be a whole number."),
        ({"lasts": 1e300}, "it.lasts", "Must be a number of seconds."),
        ({"size": "huge"}, "it.size", "Must be one of small, large."),
        ({"owner": None}, "it.owner", "There is no such field."),
    ],
)
def test_what_does_not_fit_is_told_with_its_place(change: dict[str, Any], place: str, message: str) -> None:
    with pytest.raises(MisfitError) as caught:
        decode({**GOOD, **change}, Vehicle, "it")
    assert caught.value.place == place
    assert caught.value.message.startswith(message)


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.__name__)
def test_every_kind_of_record_can_be_written_and_read(kind: type[Any]) -> None:
    """A type that nobody knows how to write, or to read, is found at once and not by the first such record."""
    with pytest.raises(AttributeError):
        encode(None, kind)
    with pytest.raises(MisfitError):
        decode(None, kind, "it")
