"""Same seed, frozen clock: the same 300 calls are answered by the same bytes, on every run and every Python.

`transcript.sha256` is what they add up to. After a change of what any of them answers:
`FINAPI_WRITE_TRANSCRIPT=1 pytest tests/journeys/test_determinism.py`. Nothing but a wish to change answers is a reason.
"""

import hashlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from mock_server.app import create_app
from mock_server.ids import Dice
from mock_server.settings import Settings
from tests.actors import TEST_BANK, EndUser, Shop
from tests.conftest import frozen_clock

EXPECTED = Path(__file__).with_name("transcript.sha256")
CALLS = 300

ODD = """
name: odd
description: A little of everything that chance has a hand in.
seed: 7
rules:
  - when: {tag: Labels, chance: 0.3}
    then: {refuse: LOCKED}
  - when: {operation: getAndSearchAllBanks, every: 3}
    then: {patch: {"banks[*].popularity": 1}}
  - when: {tag: Transactions, chance: 0.1}
    then: {answer: {status: 503, message: Down.}}
"""


def transcript() -> list[bytes]:
    """Status, telling headers and body of each answer."""
    app = create_app(Settings(token_key="k" * 32, scenario_yaml=ODD, seed=3), frozen_clock())
    answers: list[bytes] = []

    def note(response: Any) -> None:
        head = [f"{name}: {value}" for name, value in sorted(response.headers.items())]
        answers.append("\n".join([str(response.status_code), *head, response.read().decode()]).encode())

    http = TestClient(app, base_url="http://localhost:8420")
    http.event_hooks = {"response": [note]}
    alice = Shop(http).welcomes("alice")
    alice.connects(login="demo_no_msa")
    dice, calls = Dice("which call comes next"), list(_calls(alice))
    while len(answers) < CALLS:
        dice.pick(calls)(dice)
    return answers[:CALLS]


def _calls(alice: EndUser) -> Iterator[Callable[[Dice], Any]]:
    yield lambda dice: alice.gets("/api/v2/banks", search=dice.pick(["demo", "bank", "spk"]), perPage=3)
    yield lambda dice: alice.gets("/api/v2/accounts")
    yield lambda dice: alice.gets("/api/v2/transactions", view="bankView", page=dice.between(1, 5), perPage=5)
    yield lambda dice: alice.gets("/api/v2/transactions", view="userView", search=dice.pick(["miete", "rewe", "x"]))
    yield lambda dice: alice.posts("/api/v2/labels", name=f"label {dice.digits(2)}")
    yield lambda dice: alice.gets("/api/v2/labels")
    yield lambda dice: alice.posts("/api/v2/categories", name=f"category {dice.digits(2)}")
    yield lambda dice: alice.gets("/api/v2/categories/cashFlows")
    yield lambda dice: alice.asks_for_import(bank={"id": TEST_BANK})
    yield lambda dice: alice.gets("/api/webForms", perPage=2)
    yield lambda dice: alice.posts("/api/v2/users/requestPasswordChange", userId="alice")
    yield lambda dice: alice.shop.asks_for_token("password", username="alice", password=alice.password)
    yield lambda dice: alice.gets(f"/api/v2/accounts/{dice.between(2_000_001, 2_000_009)}")
    yield lambda dice: alice.gets("/api/v2/nowhere")


def test_300_calls_are_answered_by_the_same_bytes() -> None:
    first, second = transcript(), transcript()
    assert first == second
    total = hashlib.sha256(b"\0".join(first)).hexdigest()
    if os.environ.get("FINAPI_WRITE_TRANSCRIPT"):
        EXPECTED.write_text(total + "\n", encoding="utf-8")
    assert total == EXPECTED.read_text(encoding="utf-8").strip()


def test_the_calls_are_of_many_kinds() -> None:
    statuses = {answer.partition(b"\n")[0] for answer in transcript()}
    assert statuses >= {b"200", b"201", b"404", b"422", b"423", b"503"}
