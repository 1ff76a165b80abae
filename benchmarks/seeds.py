"""How long it takes to seed a mandator, and to go back to the seed. The latter should take under 10 ms."""

from collections.abc import Sequence
from statistics import median
from time import perf_counter

from starlette.testclient import TestClient

from mock_server.app import create_app
from mock_server.exchange import World, Worlds
from mock_server.settings import Settings

TRANSACTIONS = (100, 1_000, 10_000)
PER_ACCOUNT = 50
RESETS = 50


def seeds() -> Sequence[Sequence[str]]:
    _measured(PER_ACCOUNT)  # warms up
    rows = [_measured(count) for count in TRANSACTIONS]
    return [["transactions in the seed", "records", "seeding, ms", "reset, ms (median)", "reset, ms (slowest)"], *rows]


def _measured(transactions: int) -> Sequence[str]:
    app = create_app(Settings())
    http = TestClient(app, base_url="http://localhost")
    http.post("/api/v2/oauth/token", data={"grant_type": "client_credentials", "client_id": "a", "client_secret": "b"})
    began = perf_counter()
    http.post("/_mock/seed", json=_seed(transactions)).raise_for_status()
    seeding = perf_counter() - began
    records = sum(http.get("/_mock/state").json()["states"][0]["records"].values())
    world = app.worlds.of_client("a")
    assert world is not None
    resets = [_reset(app.worlds, world) for _ in range(RESETS)]
    return [f"{transactions:,}", f"{records:,}", *(f"{1000 * it:.1f}" for it in (seeding, median(resets), max(resets)))]


def _reset(worlds: Worlds, world: World) -> float:
    """What `POST /_mock/reset` does, without the HTTP, which costs more."""
    began = perf_counter()
    world.reset(worlds.clock, worlds.pace, worlds.scripts)
    return perf_counter() - began


def _seed(transactions: int) -> object:
    bookings = [{"amount": -n / 100, "date": f"-{n % 700}d", "purpose": f"number {n}"} for n in range(PER_ACCOUNT)]
    account = {"balance": 1000, "transactions": bookings}
    return {
        "users": [
            {"id": f"user-{n}", "password": "open sesame", "connections": [{"bank": "DEMO0001", "accounts": [account]}]}
            for n in range(transactions // PER_ACCOUNT)
        ]
    }
