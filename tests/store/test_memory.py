"""The store: what it finds, what a failed transaction leaves behind, and whose time comes when."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from mock_server.store import Kept, Key, MemoryStore, Record

NOON = datetime(2026, 8, 13, 10, 0, tzinfo=UTC)


def at(minutes: int) -> datetime:
    return NOON + timedelta(minutes=minutes)


@dataclass(frozen=True)
class Plain:
    """A record whose time never comes."""

    id: Key
    owner: Key | None = None
    text: str = ""
    due_at: datetime | None = None


@dataclass(frozen=True)
class Timed:
    """A record of another type, which may have the same id."""

    id: Key
    owner: Key | None = None
    text: str = ""
    due_at: datetime | None = None


class UpsetError(Exception):
    """What goes wrong inside a transaction."""


@contextmanager
def failed_transaction(store: MemoryStore) -> Iterator[None]:
    with suppress(UpsetError), store.transaction():
        yield
        raise UpsetError


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


def test_an_empty_store_has_nothing(store: MemoryStore) -> None:
    assert store.find(Plain, 1) is None
    assert store.owned(Plain, "ann") == []
    assert list(store.all(Plain)) == []
    assert store.count(Plain) == 0
    assert store.due(at(0)) is None


def test_a_record_is_found_by_type_and_id(store: MemoryStore) -> None:
    store.put(Plain(1, text="plain"), Timed(1, text="timed"), Plain("1", text="text"))
    assert store.find(Plain, 1) == Plain(1, text="plain")
    assert store.find(Timed, 1) == Timed(1, text="timed")
    assert store.find(Plain, "1") == Plain("1", text="text")
    assert store.find(Timed, "1") is None
    assert (store.count(Plain), store.count(Timed)) == (2, 1)


def test_putting_again_replaces_and_keeps_the_place(store: MemoryStore) -> None:
    store.put(Plain(2, "ann"), Plain(1, "ann"))
    store.put(Plain(2, "ann", "changed"))
    assert store.owned(Plain, "ann") == [Plain(2, "ann", "changed"), Plain(1, "ann")]
    assert list(store.all(Plain)) == [Plain(2, "ann", "changed"), Plain(1, "ann")]


def test_everybody_owns_only_what_is_theirs(store: MemoryStore) -> None:
    store.put(Plain(1, "ann"), Plain(2, "bob"), Plain(3), Timed(1, "ann"))
    assert store.owned(Plain, "ann") == [Plain(1, "ann")]
    assert store.owned(Plain, "bob") == [Plain(2, "bob")]
    assert store.owned(Timed, "bob") == []


def test_a_record_can_change_hands(store: MemoryStore) -> None:
    store.put(Plain(1, "ann"), Plain(2, "bob"))
    store.put(Plain(1, "bob"))
    assert store.owned(Plain, "ann") == []
    assert store.owned(Plain, "bob") == [Plain(2, "bob"), Plain(1, "bob")]
    store.put(Plain(1))
    assert store.owned(Plain, "bob") == [Plain(2, "bob")]
    assert store.find(Plain, 1) == Plain(1)


def test_deleting_is_by_id_whatever_else_has_changed(store: MemoryStore) -> None:
    store.put(Plain(1, "ann", "new"))
    store.delete(Plain(1, "bob", "old"))
    assert store.find(Plain, 1) is None
    assert store.owned(Plain, "ann") == []


def test_deleting_what_is_not_there_does_nothing(store: MemoryStore) -> None:
    store.delete(Plain(1, "ann"), Timed(1, due_at=at(0)))
    assert store.count(Plain) == 0
    assert store.due(at(0)) is None


def test_a_list_that_was_asked_for_does_not_change_afterwards(store: MemoryStore) -> None:
    """So that it can be gone through while its records are changed or deleted."""
    store.put(Plain(1, "ann"), Plain(2, "ann"))
    owned, everything = store.owned(Plain, "ann"), store.all(Plain)
    store.delete(Plain(1))
    assert len(list(owned)) == len(list(everything)) == 2


def test_a_cleared_store_has_nothing(store: MemoryStore) -> None:
    store.put(Plain(1, "ann"), Timed(1, due_at=at(0)))
    store.clear()
    assert store.find(Plain, 1) is None
    assert store.owned(Plain, "ann") == []
    assert store.due(at(0)) is None
    store.put(Timed(1, due_at=at(0)))
    assert store.due(at(0)) == Timed(1, due_at=at(0))


def test_a_failed_transaction_leaves_no_trace(store: MemoryStore) -> None:
    store.put(Plain(1, "ann"), Plain(2, "ann"))
    with failed_transaction(store):
        store.put(Plain(1, "bob", "changed"), Plain(3, "ann"))
        store.delete(Plain(2))
        store.put(Plain(1, "cid"))
    assert store.count(Plain) == 2
    assert set(store.all(Plain)) == set(store.owned(Plain, "ann")) == {Plain(1, "ann"), Plain(2, "ann")}
    assert store.owned(Plain, "bob") == store.owned(Plain, "cid") == []


def test_what_went_wrong_comes_out_of_the_transaction(store: MemoryStore) -> None:
    def fail() -> None:
        with store.transaction():
            raise UpsetError

    with pytest.raises(UpsetError):
        fail()


def test_a_transaction_that_succeeds_stays(store: MemoryStore) -> None:
    with store.transaction():
        store.put(Plain(1, "ann"))
    with failed_transaction(store):
        pass
    assert store.owned(Plain, "ann") == [Plain(1, "ann")]


def test_what_happens_inside_is_seen_inside(store: MemoryStore) -> None:
    with store.transaction():
        store.put(Plain(1, "ann"))
        assert store.find(Plain, 1) == Plain(1, "ann")
        store.delete(Plain(1))
        assert store.owned(Plain, "ann") == []


def test_a_transaction_inside_another_one_is_part_of_it(store: MemoryStore) -> None:
    with failed_transaction(store):
        with store.transaction():
            store.put(Plain(1))
        store.put(Plain(2))
    assert store.count(Plain) == 0


def test_an_interrupt_undoes_a_transaction_too(store: MemoryStore) -> None:
    with suppress(KeyboardInterrupt), store.transaction():
        store.put(Plain(1))
        raise KeyboardInterrupt
    assert store.count(Plain) == 0


def test_work_is_due_in_the_order_of_time(store: MemoryStore) -> None:
    store.put(Timed(1, due_at=at(3)), Plain(2, due_at=at(1)), Timed(3, due_at=at(2)), Timed(4))
    taken = []
    while (record := store.due(at(2))) is not None:
        taken.append(record.id)
    assert taken == [2, 3]
    assert store.due(at(3)) == Timed(1, due_at=at(3))


def test_work_of_the_same_time_is_due_in_the_order_of_its_coming(store: MemoryStore) -> None:
    store.put(*(Timed(id, due_at=at(0)) for id in (3, 1, 2)))
    assert [getattr(store.due(at(0)), "id", None) for _ in range(4)] == [3, 1, 2, None]


@pytest.mark.parametrize(("now", "is_due"), [(-1, False), (0, True), (1, True)])
def test_a_time_has_come_when_the_clock_shows_it(store: MemoryStore, now: int, is_due: bool) -> None:
    store.put(Timed(1, due_at=at(0)))
    assert (store.due(at(now)) is not None) is is_due


@pytest.mark.parametrize(
    "change",
    [
        [Timed(1, due_at=at(0))],  # put again, with the same time
        [Timed(1, text="changed", due_at=at(0))],
    ],
)
def test_a_time_that_was_taken_does_not_come_again(store: MemoryStore, change: list[Timed]) -> None:
    store.put(Timed(1, due_at=at(0)))
    assert store.due(at(0)) is not None
    store.put(*change)
    assert store.due(at(1)) is None


def test_a_new_time_takes_the_place_of_the_old_one(store: MemoryStore) -> None:
    store.put(Timed(1, due_at=at(0)))
    store.put(Timed(1, due_at=at(5)))
    assert store.due(at(4)) is None
    assert store.due(at(5)) == Timed(1, due_at=at(5))
    assert store.due(at(9)) is None


@pytest.mark.parametrize("gone", ["deleted", "without a time"])
def test_a_record_that_has_gone_or_lost_its_time_is_passed_over(store: MemoryStore, gone: str) -> None:
    store.put(Timed(1, due_at=at(0)), Timed(2, due_at=at(1)))
    if gone == "deleted":
        store.delete(Timed(1))
    else:
        store.put(Timed(1))
    assert store.due(at(9)) == Timed(2, due_at=at(1))
    assert store.due(at(9)) is None


def test_a_time_that_was_moved_away_and_back_comes_once(store: MemoryStore) -> None:
    store.put(Timed(1, due_at=at(0)))
    store.put(Timed(1, due_at=at(5)))
    store.put(Timed(1, due_at=at(0)))
    assert store.due(at(9)) == Timed(1, due_at=at(0))
    assert store.due(at(9)) is None


def test_a_record_that_went_and_came_back_is_due_once(store: MemoryStore) -> None:
    store.put(Timed(1, due_at=at(0)))
    store.delete(Timed(1))
    store.put(Timed(1, text="another", due_at=at(0)))
    assert store.due(at(9)) == Timed(1, text="another", due_at=at(0))
    assert store.due(at(9)) is None


def test_a_failed_transaction_changes_no_due_time(store: MemoryStore) -> None:
    store.put(Timed(1, due_at=at(1)))
    with failed_transaction(store):
        store.put(Timed(1, due_at=at(0)), Timed(2, due_at=at(0)))
    assert store.due(at(0)) is None
    assert store.due(at(1)) == Timed(1, due_at=at(1))
    assert store.due(at(9)) is None


def test_work_that_a_failed_transaction_took_is_due_again(store: MemoryStore) -> None:
    store.put(Timed(1, due_at=at(0)), Timed(2, due_at=at(1)))
    with failed_transaction(store):
        store.delete(Timed(1))
        assert store.due(at(1)) == Timed(2, due_at=at(1))
    assert store.due(at(1)) == Timed(1, due_at=at(0))
    assert store.due(at(1)) == Timed(2, due_at=at(1))
    assert store.due(at(1)) is None


KINDS: tuple[type[Any], ...] = (Plain, Timed)
OWNERS = (None, "ann", "bob")
RECORDS = st.builds(
    lambda kind, *fields: kind(*fields),
    st.sampled_from(KINDS),
    st.integers(1, 4),
    st.sampled_from(OWNERS),
    st.sampled_from("xy"),
    st.none() | st.integers(0, 5).map(at),
)


@dataclass(frozen=True)
class Model:
    """The same in plain dictionaries. `waiting` are the due times that nobody has taken."""

    records: dict[tuple[type[Any], Key], Any]
    waiting: dict[tuple[type[Any], Key], datetime]

    def copy(self) -> "Model":
        return Model(dict(self.records), dict(self.waiting))

    def put(self, record: Any) -> None:
        key = (type(record), record.id)
        before = self.records.get(key)
        if before is None or before.due_at != record.due_at:
            self.waiting.pop(key, None)
            if record.due_at is not None:
                self.waiting[key] = record.due_at
        self.records[key] = record

    def delete(self, record: Any) -> None:
        self.records.pop((type(record), record.id), None)
        self.waiting.pop((type(record), record.id), None)


class Comparison(RuleBasedStateMachine):
    """The store is a set of dictionaries, whatever happens in and around transactions.

    One thing is left open: where a record stands that a failed transaction had deleted.
    """

    def __init__(self) -> None:
        super().__init__()
        self.store = MemoryStore()
        self.model = Model({}, {})
        self.before: Model | None = None
        self.has_deleted = False
        self.places_known = True
        self.editions: dict[tuple[type, Key, int], list[Any]] = {}

    @initialize(records=st.lists(RECORDS, max_size=6))
    def there_are_records(self, records: list[Record]) -> None:
        self.put(records)

    @rule(records=st.lists(RECORDS, min_size=1, max_size=3))
    def put(self, records: list[Record]) -> None:
        for record in records:
            before = self.model.records.get((type(record), record.id))
            if before is not None and before.owner != record.owner:
                self.places_known = False  # it comes last among its new owner's
            self.model.put(record)
        self.store.put(*records)

    @rule(record=RECORDS)
    def delete(self, record: Record) -> None:
        self.has_deleted = self.has_deleted or (type(record), record.id) in self.model.records
        self.store.delete(record)
        self.model.delete(record)

    @rule(minutes=st.integers(-1, 6))
    def take_due_work(self, minutes: int) -> None:
        """In order of time, each time once, and nothing whose time has not come."""
        expected = sorted(moment for moment in self.model.waiting.values() if moment <= at(minutes))
        taken = []
        while (record := self.store.due(at(minutes))) is not None:
            assert self.model.records[type(record), record.id] == record
            taken.append(self.model.waiting.pop((type(record), record.id)))
        assert taken == expected

    @rule(minutes=st.integers(-1, 6))
    def take_and_settle(self, minutes: int) -> None:
        """What the emulator does with due work: it gives the record its next time, or none."""
        record: Any = self.store.due(at(minutes))
        if record is not None:
            del self.model.waiting[type(record), record.id]
            self.put([replace(record, text="settled", due_at=None)])

    @precondition(lambda self: self.before is None)
    @rule()
    def begin(self) -> None:
        self.before = self.model.copy()
        self.has_deleted = False
        self.open = self.store.transaction()
        self.open.__enter__()

    @precondition(lambda self: self.before is not None)
    @rule()
    def succeed(self) -> None:
        self.open.__exit__(None, None, None)
        self.before = None

    @precondition(lambda self: self.before is not None)
    @rule()
    def fail(self) -> None:
        error = UpsetError()
        assert not self.open.__exit__(UpsetError, error, None)
        assert self.before is not None
        self.model, self.before = self.before, None
        self.places_known = self.places_known and not self.has_deleted

    @invariant()
    def every_record_is_found(self) -> None:
        for kind in KINDS:
            for id in range(1, 5):
                assert self.store.find(kind, id) == self.model.records.get((kind, id))

    @invariant()
    def lists_and_counts_agree(self) -> None:
        for kind in KINDS:
            expected = [record for record in self.model.records.values() if type(record) is kind]
            assert self.store.count(kind) == len(expected)
            self._same(self.store.all(kind), expected)
            for owner in OWNERS[1:]:
                self._same(self.store.owned(kind, owner), [record for record in expected if record.owner == owner])

    @invariant()
    def the_same_edition_is_always_the_same_list(self) -> None:
        for kind in KINDS:
            for owner in OWNERS[1:]:
                owned = list(self.store.owned(kind, owner))
                edition = self.store.edition(kind, owner)
                assert self.editions.setdefault((kind, owner, edition), owned) == owned
                assert bool(edition) is bool(owned)

    def _same(self, got: Any, expected: list[Any]) -> None:
        if self.places_known:
            assert list(got) == expected
        else:
            assert sorted(got, key=lambda record: record.id) == sorted(expected, key=lambda record: record.id)


TestComparison = Comparison.TestCase


class TestKeeping:
    @pytest.fixture
    def kept(self, store: MemoryStore) -> Kept:
        store.put(Plain(1, "ann", "first"), Timed(1, "ann", due_at=at(5)))
        return store.keep()

    def test_what_was_kept_comes_back_as_often_as_one_likes(self, store: MemoryStore, kept: Kept) -> None:
        for _ in range(2):
            store.put(Plain(1, "bob", "changed"), Plain(2, "ann"), Timed(1, "ann", due_at=at(9)))
            store.delete(Plain(1, "bob"))
            store.bring_back(kept)
            assert store.all(Plain) == store.owned(Plain, "ann") == [Plain(1, "ann", "first")]
            assert store.owned(Plain, "bob") == []

    def test_what_was_due_becomes_due_again(self, store: MemoryStore, kept: Kept) -> None:
        for _ in range(2):
            assert store.due(at(4)) is None
            assert store.due(at(5)) == Timed(1, "ann", due_at=at(5))
            store.bring_back(kept)

    def test_what_comes_back_has_its_edition_and_what_comes_after_it_a_new_one(
        self, store: MemoryStore, kept: Kept
    ) -> None:
        before = store.edition(Plain, "ann")
        store.put(Plain(1, "ann", "changed"))
        changed = store.edition(Plain, "ann")
        store.bring_back(kept)
        assert store.edition(Plain, "ann") == before
        store.put(Plain(1, "ann", "another"))
        assert len({before, changed, store.edition(Plain, "ann")}) == 3
