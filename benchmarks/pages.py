"""Whether a page of a long list costs more the later it is, and what filters and orders add. It should not be much."""

from collections.abc import Sequence
from statistics import median
from typing import Any
from urllib.parse import urlencode

from benchmarks.customer import Customer, get
from benchmarks.load import cost, load_process
from benchmarks.servers import OURS, running

TRANSACTIONS = 100_000
PARTS = 200
PER_PAGE = 100
ROUNDS = 2
REQUESTS = 16
SECONDS = 5.0
# fmt: off
LISTS: Sequence[tuple[str, dict[str, Any]]] = [
    ("by id",            {}),
    ("by amount",        {"order": "amount,desc"}),
    ("by purpose",       {"order": "purpose"}),
    ("income only",      {"direction": "income"}),
    ("search, no hit",   {"search": "nothing is called like this"}),
]
# fmt: on


def pages() -> Sequence[Sequence[str]]:
    with running(OURS) as server, load_process() as pool:
        customer = Customer(server.port)
        token = customer.new_user("alice")
        count = customer.splits_up_to(token, TRANSACTIONS, PARTS)
        last = count // PER_PAGE
        costs: dict[tuple[str, int], float] = {}
        for name, query in LISTS:
            for page in (1, last // 2, last):
                asked = urlencode({"view": "userView", "perPage": PER_PAGE, "page": page, **query})
                rounds = [
                    cost(pool, server, get(f"/api/v2/transactions?{asked}", token), REQUESTS, SECONDS)
                    for _ in range(ROUNDS)
                ]
                costs[name, page] = median(rounds)
    yardstick = costs["by id", 1]
    rows = [[name, *(f"{costs[name, page] / yardstick:.2f}" for page in (1, last // 2, last))] for name, _ in LISTS]
    return [[f"cost of a page, {count:,} transactions", "first", "middle", "last"], *rows]
