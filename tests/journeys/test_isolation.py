"""Many at once: a transition is taken once, and clients do not disturb each other."""

import asyncio
from collections.abc import Awaitable, Callable
from itertools import count
from typing import Any

import httpx2

from mock_server.app import App, create_app
from mock_server.ids import Dice
from mock_server.settings import Settings
from tests.conftest import frozen_clock

BANKS = "/api/v2/banks"
WORKERS, ROUNDS = 16, 50

ONE_WAY = """
name: one-way
description: The first request takes the only way there is; all later ones find the door closed.
states: [open, closed]
transitions: [{from: open, to: closed, when: {operation: getAndSearchAllBanks}}]
rules: [{when: {state: closed, operation: getAndSearchAllBanks}, then: {refuse: LOCKED}}]
"""


class Worker:
    """One of several test workers that share a server: it has a client of its own."""

    def __init__(self, http: httpx2.AsyncClient, name: str) -> None:
        self.http = http
        self.name = name
        self.control = {"x-mock-client": name}

    async def token(self, grant_type: str = "client_credentials", **more: str) -> dict[str, str]:
        form = {"grant_type": grant_type, "client_id": self.name, "client_secret": "secret", **more}
        answer = await self.http.post("/api/v2/oauth/token", data=form)
        return {"authorization": f"Bearer {answer.json()['access_token']}"}

    async def plays(self, text: str, name: str) -> None:
        await self.http.post("/_mock/library", content=text)
        await self.http.post("/_mock/scenarios", json={"on": [name]}, headers=self.control)

    async def hash(self) -> str:
        answer = await self.http.get("/_mock/state", headers=self.control)
        return str(answer.json()["states"][0]["hash"])


def together(app: App, work: Callable[[httpx2.AsyncClient], Awaitable[Any]]) -> Any:
    async def run() -> Any:
        transport = httpx2.ASGITransport(app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://localhost:8420") as http:
            return await work(http)

    return asyncio.run(run())


def test_200_requests_at_once_make_exactly_one_transition(app: App) -> None:
    async def work(http: httpx2.AsyncClient) -> list[int]:
        worker = Worker(http, "shop")
        bearer = await worker.token()
        await worker.plays(ONE_WAY, "one-way")
        answers = await asyncio.gather(*(http.get(BANKS, headers=bearer) for _ in range(200)))
        return [answer.status_code for answer in answers]

    statuses = together(app, work)
    assert (statuses.count(200), statuses.count(423)) == (1, 199)


async def _labels_in_some_order(worker: Worker, seed: int) -> list[str]:
    """A small random test: creates and deletes labels, and returns what should be left."""
    dice, numbers, left = Dice(seed, worker.name), count(), dict[int, str]()
    await worker.http.post(
        "/api/v2/users", json={"id": f"user-{seed}", "password": "open-sesame"}, headers=await worker.token()
    )
    bearer = await worker.token("password", username=f"user-{seed}", password="open-sesame")
    for _ in range(6):
        if left and dice.chance(30):
            id = dice.pick(sorted(left))
            await worker.http.delete(f"/api/v2/labels/{id}", headers=bearer)
            del left[id]
        else:
            name = f"{worker.name} {seed} {next(numbers)}"
            answer = await worker.http.post("/api/v2/labels", json={"name": name}, headers=bearer)
            left[answer.json()["id"]] = name
    seen = await worker.http.get("/api/v2/labels", headers=bearer)
    assert sorted(label["name"] for label in seen.json()["labels"]) == sorted(left.values())
    return sorted(left.values())


def test_16_clients_with_50_random_tests_each_do_not_disturb_each_other() -> None:
    """Each finds what it alone has made, and its ids and records are those of a server that it has for itself."""

    async def all_of(http: httpx2.AsyncClient) -> list[str]:
        workers = [Worker(http, f"worker-{number}") for number in range(WORKERS)]
        await asyncio.gather(*(_works(worker) for worker in workers))
        before = [await worker.hash() for worker in workers]
        await http.post("/_mock/reset", headers=workers[0].control)
        after = [await worker.hash() for worker in workers]
        assert (after[1:], after[0] == before[0]) == (before[1:], False)
        return before

    async def alone(http: httpx2.AsyncClient) -> str:
        worker = Worker(http, "worker-7")
        await _works(worker)
        return await worker.hash()

    key = "k" * 32
    shared = together(create_app(Settings(token_key=key), frozen_clock()), all_of)
    assert together(create_app(Settings(token_key=key), frozen_clock()), alone) == shared[7]


async def _works(worker: Worker) -> None:
    for seed in range(ROUNDS):
        await _labels_in_some_order(worker, seed)
