"""Dice and ids: decided by their seed alone, in range, and never handed out twice."""

import re
from collections import Counter
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_server.ids import Dice, Ids, address_of

SEEDS = st.lists(st.one_of(st.integers(), st.text(max_size=5)), max_size=3)


def test_the_numbers_of_a_seed_never_change() -> None:
    """People note ids and amounts down. `echo -n '1/savings#1' | sha256sum` and so on tell the same."""
    assert Dice(1, "savings").bits() == 0xB9C52651667CE1B9
    assert Dice(1, "savings").uuid() == "b9c52651-667c-41b9-a084-02098ca5d4cd"
    assert Ids(1, "shop").uuid("form") == "04f3e199-2b56-4fb9-b792-d151f8aa3665"


@given(SEEDS)
def test_equal_seeds_roll_alike(seed: list[object]) -> None:
    first, second = Dice(*seed), Dice(*seed)
    assert [first.bits() for _ in range(5)] == [second.bits() for _ in range(5)]


def test_other_seeds_roll_otherwise() -> None:
    rolls = [Dice(*seed).bits() for seed in [(1,), (2,), (1, "a"), (1, "b"), ("a", 1), (1, "a", "a")]]
    assert len(set(rolls)) == len(rolls)


def test_a_stream_does_not_repeat_itself() -> None:
    dice = Dice(1)
    rolls = {dice.bits() for _ in range(2000)}
    assert len(rolls) == 2000
    assert all(0 <= roll < 2**64 for roll in rolls)


@given(SEEDS, st.integers(1, 2**64))
def test_below_stays_below(seed: list[object], end: int) -> None:
    assert 0 <= Dice(*seed).below(end) < end


@given(SEEDS, st.integers(-(10**9), 10**9), st.integers(0, 10**9))
def test_between_stays_between(seed: list[object], low: int, span: int) -> None:
    assert low <= Dice(*seed).between(low, low + span) <= low + span


@given(SEEDS, st.lists(st.integers(), min_size=1))
def test_a_pick_is_one_of_the_choices(seed: list[object], choices: list[int]) -> None:
    assert Dice(*seed).pick(choices) in choices


def test_every_side_of_the_dice_comes_up_about_equally_often() -> None:
    dice = Dice("fair")
    counts = Counter(dice.between(1, 6) for _ in range(6000))
    assert set(counts) == {1, 2, 3, 4, 5, 6}
    assert all(850 <= count <= 1150 for count in counts.values())


@pytest.mark.parametrize(("percent", "low", "high"), [(0, 0, 0), (1, 2, 25), (50, 450, 550), (100, 1000, 1000)])
def test_a_chance_is_in_percent(percent: int, low: int, high: int) -> None:
    dice = Dice("chance")
    assert low <= sum(dice.chance(percent) for _ in range(1000)) <= high


@given(SEEDS, st.integers(1, 18))
def test_digits_keep_their_leading_zeros(seed: list[object], length: int) -> None:
    assert re.fullmatch(rf"[0-9]{{{length}}}", Dice(*seed).digits(length))


def test_digits_may_begin_with_a_zero() -> None:
    dice = Dice("zeros")
    assert any(dice.digits(4).startswith("0") for _ in range(100))


@given(SEEDS, st.integers(0, 80))
def test_hex_has_the_length_asked_for(seed: list[object], length: int) -> None:
    assert re.fullmatch(rf"[0-9a-f]{{{length}}}", Dice(*seed).hex(length))


@given(SEEDS)
def test_a_uuid_is_a_random_one_by_its_own_words(seed: list[object]) -> None:
    text = Dice(*seed).uuid()
    assert len(text) == 36
    assert UUID(text).version == 4
    assert str(UUID(text)) == text


@pytest.mark.parametrize(
    ("purpose", "first"),
    [
        ("client", 11),  # with the user's number this is `authContext`, as in finAPI's example "11/35"
        ("user", 35),
        ("bank_connection", 1_000_001),
        ("account", 2_000_001),
        ("transaction", 100_000_001),
        ("pending_transaction", 500_000_001),
        ("security", 700_000_001),
        ("notification_rule", 30_001),
        ("tpp_certificate", 501),
        ("tpp_credentials", 701),
        ("anything else", 1),
    ],
)
def test_each_kind_of_record_counts_from_a_number_of_its_own(purpose: str, first: int) -> None:
    ids = Ids(1, "shop")
    assert [ids.number(purpose) for _ in range(3)] == [first, first + 1, first + 2]


@given(st.lists(st.tuples(st.sampled_from(["account", "transaction"]), st.integers(0, 50)), max_size=20))
def test_no_number_is_handed_out_twice(wishes: list[tuple[str, int]]) -> None:
    ids = Ids(1, "shop")
    handed_out: dict[str, list[int]] = {"account": [], "transaction": []}
    for purpose, count in wishes:
        numbers = ids.numbers(purpose, count)
        assert len(numbers) == count
        handed_out[purpose].extend(numbers)
    for numbers in handed_out.values():
        assert numbers == sorted(set(numbers))


def test_a_connection_an_account_and_a_transaction_share_no_number() -> None:
    ids = Ids(1, "shop")
    kinds = ["client", "bank_connection", "account", "transaction"]
    numbers = [number for kind in kinds for number in ids.numbers(kind, 50_000)]
    assert len(set(numbers)) == len(numbers)


def test_other_purposes_do_not_disturb_a_stream() -> None:
    quiet, busy = Ids(1, "shop"), Ids(1, "shop")
    for _ in range(5):
        busy.uuid("form")
        busy.hex("visit", 32)
        busy.number("token")
    assert busy.uuid("user") == quiet.uuid("user")
    assert busy.hex("password", 32) == quiet.hex("password", 32)


def test_uuids_of_one_purpose_differ() -> None:
    ids = Ids(1, "shop")
    assert len({ids.uuid("form") for _ in range(1000)}) == 1000


@given(st.integers(), st.text(max_size=8), st.text(max_size=8))
def test_every_uuid_leads_back_to_its_mandator(seed: int, mandator: str, purpose: str) -> None:
    ids = Ids(seed, mandator)
    for _ in range(3):
        uuid = ids.uuid(purpose)
        assert address_of(uuid) == ids.address
        assert len(uuid) == 36
        assert UUID(uuid).version == 4


def test_mandators_have_addresses_of_their_own() -> None:
    addresses = {Ids(1, f"worker-{number}").address for number in range(1000)}
    assert len(addresses) == 1000
    assert all(re.fullmatch(r"[0-9a-f]{12}", address) for address in addresses)


def test_another_seed_gives_other_ids() -> None:
    assert Ids(1, "shop").uuid("form") != Ids(2, "shop").uuid("form")
    assert Ids(1, "shop").address != Ids(2, "shop").address
