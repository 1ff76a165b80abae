"""Requests per second of the server's processor time, as a share of what bare uvicorn manages."""

from collections.abc import Sequence
from pathlib import Path
from statistics import median

from benchmarks.customer import Customer, get, token_request
from benchmarks.load import cost, load_process
from benchmarks.servers import BARE, OURS, running

ROUNDS = 7
REQUESTS = 20_000
SECONDS = 1.5
TEN_RULES = Path(__file__).with_name("ten-rules.yaml")
BARE_ROW = "bare uvicorn"


def throughput() -> Sequence[Sequence[str]]:
    with (
        running(BARE) as bare,
        running(OURS) as ours,
        running(OURS, "--scenario", str(TEN_RULES)) as staged,
        load_process() as pool,
    ):
        token = Customer(ours.port).new_user("alice")
        its_token = Customer(staged.port).new_user("alice")
        workloads = {
            BARE_ROW: (bare, get("/")),
            "GET /users": (ours, get("/api/v2/users", token)),
            "GET /users, ten rules on": (staged, get("/api/v2/users", its_token)),
            "POST /oauth/token": (ours, token_request()),
            "GET /banks, 20 of them": (ours, get("/api/v2/banks?perPage=20", token)),
            "GET /transactions, 20 of two years": (ours, get("/api/v2/transactions?view=userView&perPage=20", token)),
        }
        costs: dict[str, list[float]] = {name: [] for name in workloads}
        for round in range(ROUNDS + 1):
            for name, (server, request) in workloads.items():
                measured = cost(pool, server, request, REQUESTS, SECONDS)
                if round > 0:  # the first round warms up
                    costs[name].append(measured)
    yardstick = median(costs[BARE_ROW])
    rows = [[name, *_shares(yardstick, measured)] for name, measured in costs.items()]
    return [["requests per CPU-second", "of bare uvicorn", "lowest and highest round"], *rows]


def _shares(yardstick: float, costs: Sequence[float]) -> list[str]:
    slowest, fastest = yardstick / max(costs), yardstick / min(costs)
    return [f"{yardstick / median(costs):.1%}", f"{slowest:.1%} to {fastest:.1%}"]
