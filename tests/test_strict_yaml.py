"""YAML as dataclasses: every mistake with its place and the nearest valid word."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Any, Literal

import pytest

from mock_server.strict_yaml import MistakesError, read, read_text


class Colour(Enum):
    RED = "red"
    GREEN = "green"


@dataclass(frozen=True)
class Range:
    from_: int
    to: int

    @classmethod
    def from_short(cls, value: Any) -> "Range":
        if not isinstance(value, int):
            raise ValueError(f"Must be a number or {{from: 1, to: 2}}, not {value!r}.")
        return cls(value, value)

    def __post_init__(self) -> None:
        if self.from_ > self.to:
            raise ValueError("'from' must not be greater than 'to'.")


@dataclass(frozen=True)
class Shelf:
    name: str
    lasts: timedelta | None = None
    since: datetime | None = None
    sizes: tuple[int, ...] = ()
    weight: float = 1.0
    is_open: bool = False
    colour: Colour = Colour.RED
    kind: Literal["box", "rack"] = "box"
    span: Range | None = None
    notes: Mapping[str, Any] = field(default_factory=dict)
    boards: "tuple[Shelf, ...]" = ()


def mistakes(text: str) -> list[str]:
    with pytest.raises(MistakesError) as caught:
        read(text, "shelf.yaml", Shelf)
    return str(caught.value).splitlines()


def test_the_fields_are_the_keys() -> None:
    text = """
    name: left
    lasts: 1h30m
    since: 2026-08-13T12:00:00+02:00
    sizes: [1, 2]
    weight: 3
    is_open: true
    colour: green
    kind: rack
    span: {from: 1, to: 5}
    notes: {anything: [goes, 1]}
    boards: [{name: inner}]
    """
    assert read(text, "shelf.yaml", Shelf) == Shelf(
        name="left",
        lasts=timedelta(minutes=90),
        since=datetime(2026, 8, 13, 10, tzinfo=UTC),
        sizes=(1, 2),
        weight=3,
        is_open=True,
        colour=Colour.GREEN,
        kind="rack",
        span=Range(1, 5),
        notes={"anything": ["goes", 1]},
        boards=(Shelf("inner"),),
    )


def test_a_list_of_one_and_what_has_a_short_form_may_be_written_plainly() -> None:
    assert read("{name: a, sizes: 4, span: 7}", "shelf.yaml", Shelf) == Shelf("a", sizes=(4,), span=Range(7, 7))


def test_json_is_yaml() -> None:
    assert read('{"name": "a", "lasts": null}', "body", Shelf) == Shelf("a")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("nam: a\nname: b", "1:1: There is no key 'nam' here. Did you mean 'name'?"),
        ("name: a\nboards: [{name: b, colur: red}]", "2:20: There is no key 'colur' here. Did you mean 'colour'?"),
        ("lasts: 2h", "1:1: The key 'name' is missing."),
        ("name: 2026-08-13", "1:7: Must be a text, not '2026-08-13'. Put it in quotes."),
        ("name:", "1:6: Must be a text, not nothing. Put it in quotes."),
        ("name: [a]", "1:7: Must be a text, not a list."),
        ("name: a\nsizes: [1, two]", "2:12: Must be a whole number, not 'two'."),
        ("name: a\nweight: heavy", "2:9: Must be a number, not 'heavy'."),
        ("name: a\nis_open: 1", "2:10: Must be true or false, not '1'."),
        ("name: a\ncolour: gren", "2:9: There is no 'gren' here. Did you mean 'green'?"),
        ("name: a\nkind: bin", "2:7: There is no 'bin' here. Known are: box, rack."),
        (
            "name: a\nlasts: soon",
            "2:8: 'soon' is not a duration; write for example 90s, 15min, 2h, 1d12h, PT2H or P90D.",
        ),
        ("name: a\nsince: then", "2:8: 'then' is not a timestamp; write for example 2026-12-24T18:00:00Z."),
        ("name: a\nspan: wide", "2:7: Must be a number or {from: 1, to: 2}, not 'wide'."),
        ("name: a\nspan: {from: 3, to: 1}", "2:7: 'from' must not be greater than 'to'."),
        ("name: a\nnotes: [1]", "2:8: Must be a mapping, not a list."),
        ("name: a\nname: b", "2:1: The key 'name' stands here twice; it is in line 1 too."),
        ("name: a\n[1]: b", "2:1: A key must be a word."),
        ("- name", "1:1: Must be a mapping, not a list."),
        ("", "1:1: There is nothing in it."),
        ("name: [a", "1:9: This is no YAML: expected ',' or ']', but got '<stream end>'."),
        ("name: a\nnotes: {when: 2026-13-40}", "2:15: This cannot be read: month must be in 1..12."),
        ("name: a\nnotes: {x: !!python/object:os.system {}}", None),
        ("&top\nname: a\nboards: [*top]", None),
    ],
)
def test_a_mistake_has_its_place_and_a_remedy(text: str, said: str | None) -> None:
    told = mistakes(text)
    assert told[0].startswith("shelf.yaml:")
    assert said is None or told == [f"shelf.yaml:{said}"]


def test_all_mistakes_are_told_at_once_in_the_order_of_the_lines() -> None:
    assert [line.split(":")[1] for line in mistakes("kind: bin\nsizes: x\nweight: y\nnme: z")] == [
        "1",
        "1",
        "2",
        "3",
        "4",
    ]


def test_the_place_of_each_part_is_known_and_of_what_is_not_there_the_one_above() -> None:
    places = read_text("name: a\nboards:\n  - name: b\n", "shelf.yaml", Shelf).places
    assert str(places.mistake(("boards", 0, "name"), "So.")) == "shelf.yaml:3:11: So."
    assert str(places.mistake(("boards", 0, "kind"), "So.")) == "shelf.yaml:3:5: So."
    assert str(places.mistake((), "So.")) == "shelf.yaml:1:1: So."
