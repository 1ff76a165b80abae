"""Whether a request costs more when there are more users. It should not."""

from collections.abc import Sequence
from statistics import median

from benchmarks.customer import Customer, get, token_request
from benchmarks.load import cost, load_process
from benchmarks.servers import OURS, running

USERS = (1, 100, 10_000)
HISTORY_DAYS = 14
ROUNDS = 5
REQUESTS = 10_000
SECONDS = 1.0


def state() -> Sequence[Sequence[str]]:
    with running(OURS) as server, load_process() as pool:
        token = Customer(server.port).new_user("alice", maxDaysForDownload=HISTORY_DAYS)
        workloads = {
            "GET /users": get("/api/v2/users", token),
            "GET /accounts": get("/api/v2/accounts", token),
            "POST /oauth/token": token_request(),
        }
        for request in workloads.values():
            cost(pool, server, request, REQUESTS, SECONDS)  # warms up
        costs: dict[str, list[float]] = {name: [] for name in workloads}
        megabytes: list[float] = []
        here = 0
        for users in USERS:
            customer = Customer(server.port)
            for number in range(here, users):
                customer.new_user(f"other-{number}", maxDaysForDownload=HISTORY_DAYS)
            here = users
            megabytes.append(server.resident_mb())
            for name, request in workloads.items():
                rounds = [cost(pool, server, request, REQUESTS, SECONDS) for _ in range(ROUNDS)]
                costs[name].append(median(rounds))
    rows = [[name, *(f"{one / measured[0]:.2f}" for one in measured)] for name, measured in costs.items()]
    memory = ["resident, MB", *(f"{used:.0f}" for used in megabytes)]
    return [["cost of a request, with other users", *(f"{users:,}" for users in USERS)], *rows, memory]
