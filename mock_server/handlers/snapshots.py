"""A world as plain values, and back: clock, pace, ids, all records and the scenarios that are on, each a part."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from mock_server.clock import Clock
from mock_server.domain.progress import Pace, parse_pace
from mock_server.exchange import World, Worlds
from mock_server.handlers import plays
from mock_server.handlers.plays import FindScript
from mock_server.store.kinds import KINDS
from mock_server.store.shapes import MisfitError, decode, encode, list_of, object_of

Json = dict[str, Any]
Apply = Callable[[World], None]

FORMAT = "finapi-mock snapshot"
VERSION = 1


@dataclass(frozen=True, slots=True)
class Part:
    """Something that a world remembers. `read` checks all of it, and only what it returns changes the world."""

    dump: Callable[[World], Any]
    read: Callable[[Any, str, FindScript], Apply]


@dataclass(frozen=True, slots=True)
class Moved:
    """How a clock goes: with the machine's, so far ahead of it, or not at all."""

    ahead_seconds: timedelta = timedelta(0)
    frozen: datetime | None = None

    def turn(self, clock: Clock) -> None:
        clock.follow((self.ahead_seconds, self.frozen))


def _clock(clock: Clock) -> Json:
    shown: Json = encode(Moved(*clock.course), Moved)
    return shown


def _read_clock(node: Any, place: str, find: FindScript) -> Apply:
    moved: Moved = decode(node, Moved, place)
    return lambda world: moved.turn(world.clock)


def _pace(node: Any, place: str) -> Pace:
    try:
        return parse_pace(node if isinstance(node, str) else "")
    except ValueError as error:
        raise MisfitError(place, f"{error}.") from None


def _read_pace(node: Any, place: str, find: FindScript) -> Apply:
    pace = _pace(node, place)

    def apply(world: World) -> None:
        world.pace = pace

    return apply


def _ids(world: World) -> Json:
    numbers, streams = world.ids.progress()
    return {"next": dict(sorted(numbers.items())), "taken": dict(sorted(streams.items()))}


def _read_ids(node: Any, place: str, find: FindScript) -> Apply:
    fields = object_of(node, place, ("next", "taken"))
    numbers, streams = (decode(fields[name], Mapping[str, int], f"{place}.{name}") for name in ("next", "taken"))
    return lambda world: world.ids.go_on(numbers, streams)


def _records(world: World) -> Json:
    return {name: shown for name in KINDS if (shown := records_of(world, name))}


def records_of(world: World, name: str) -> list[Json]:
    """The records of a kind, in the order in which they were put."""
    return [encode(record, KINDS[name]) for record in world.store.all(KINDS[name])]


def _read_records(node: Any, place: str, find: FindScript) -> Apply:
    kinds = object_of(node, place, (), KINDS)
    records: list[Any] = []
    for name in KINDS:
        here, seen = f"{place}.{name}", set[Any]()
        for index, item in enumerate(list_of(kinds.get(name, []), here)):
            record = decode(item, KINDS[name], f"{here}[{index}]")
            if record.id in seen:
                raise MisfitError(f"{here}[{index}].id", f"There is a record with the id {record.id} already.")
            seen.add(record.id)
            records.append(record)

    def apply(world: World) -> None:
        world.store.clear()
        world.store.put(*records)

    return apply


PARTS: Mapping[str, Part] = {
    "clock": Part(lambda world: _clock(world.clock), _read_clock),
    "pace": Part(lambda world: str(world.pace), _read_pace),
    "ids": Part(_ids, _read_ids),
    "records": Part(_records, _read_records),
    "scenarios": Part(plays.dump, plays.read),
}
"""What a world remembers, in the order in which it is written and restored."""


def snapshot(worlds: Worlds, chosen: Sequence[World], *, with_base: bool) -> Json:
    """These worlds as JSON knows them; `with_base`: and what worlds start with that are yet to come."""
    shown: Json = {"format": FORMAT, "version": VERSION, "seed": worlds.setup.seed}
    if with_base:
        scenarios = [script.scenario.name for script in worlds.scripts]
        shown["base"] = {"clock": _clock(worlds.clock), "pace": str(worlds.pace), "scenarios": scenarios}
    shown["worlds"] = [_dump(world) for world in chosen]
    return shown


def _dump(world: World) -> Json:
    taken_at = world.catch_up()
    parts = {name: part.dump(world) for name, part in PARTS.items()}
    return {"mandator": world.mandator, "takenAt": encode(taken_at, datetime), **parts}


def restore(worlds: Worlds, content: Any, only: World | None, find: FindScript) -> list[World]:
    """Let the worlds be as a snapshot says: all of them, or one of those in it. Returns them.

    `find` knows the scenarios by their names.

    MisfitError for whatever does not fit, before anything has changed.
    """
    fields = object_of(content, "snapshot", ("format", "version", "seed", "worlds"), ("base",))
    _check_head(fields, worlds)
    read = [_read(node, f"worlds[{n}]", worlds, find) for n, node in enumerate(list_of(fields["worlds"], "worlds"))]
    plans = dict(read)
    if len(plans) < len(read):
        raise MisfitError("worlds", "Must not have two worlds of one mandator.")
    base = _read_base(fields["base"], worlds, find) if "base" in fields else None
    if only is not None:
        if only.mandator not in plans:
            raise MisfitError("worlds", f"The mandator '{only.mandator}' is not among {', '.join(plans) or 'them'}.")
        plans[only.mandator](only)
        return [only]
    if base is not None:
        base()
    for world in worlds:
        if world.mandator not in plans:
            worlds.close(world)
    restored = [worlds.opened(mandator) for mandator in plans]
    for world in restored:
        plans[world.mandator](world)
    return restored


def _check_head(fields: Mapping[str, Any], worlds: Worlds) -> None:
    if fields["format"] != FORMAT:
        raise MisfitError("format", f"Must be '{FORMAT}'.")
    if fields["version"] != VERSION:
        raise MisfitError("version", f"Must be {VERSION}: this server reads no other version.")
    if fields["seed"] != worlds.setup.seed:
        # Ids and the banks' books come from the seed.
        message = f"Is {fields['seed']}, but this server runs with {worlds.setup.seed}; start it with that --seed."
        raise MisfitError("seed", message)


def _read_base(node: Any, worlds: Worlds, find: FindScript) -> Callable[[], None]:
    fields = object_of(node, "base", ("clock", "pace", "scenarios"))
    moved: Moved = decode(fields["clock"], Moved, "base.clock")
    pace = _pace(fields["pace"], "base.pace")
    names: Sequence[str] = decode(fields["scenarios"], tuple[str, ...], "base.scenarios")
    scripts = tuple(plays.script_of(name, f"base.scenarios[{n}]", find) for n, name in enumerate(names))

    def apply() -> None:
        moved.turn(worlds.clock)
        worlds.pace = pace
        worlds.scripts = scripts

    return apply


def _read(node: Any, place: str, worlds: Worlds, find: FindScript) -> tuple[str, Apply]:
    fields = object_of(node, place, ("mandator", "takenAt", *PARTS))
    mandator: str = decode(fields["mandator"], str, f"{place}.mandator")
    if not worlds.may_have(mandator):
        raise MisfitError(f"{place}.mandator", f"The clients file of this server has no mandator '{mandator}'.")
    taken_at: datetime = decode(fields["takenAt"], datetime, f"{place}.takenAt")
    plans = [part.read(fields[name], f"{place}.{name}", find) for name, part in PARTS.items()]

    def apply(world: World) -> None:
        for plan in plans:
            plan(world)
        # What had become due by then was done; the records may show when, but nobody waits for it any more.
        while world.store.due(taken_at) is not None:
            pass

    return mandator, apply
