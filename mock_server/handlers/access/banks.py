"""Banks: the catalogue, searched, filtered and paged."""

from collections.abc import Mapping
from typing import Any

from mock_server.domain.banks import COUNTRIES, GROUP_ORDERS, ORDERS, Bank, matching, popular_groups
from mock_server.errors import ApiError, Problem, Refusal, invalid
from mock_server.exchange import Call, Reply, World
from mock_server.handlers.access import views
from mock_server.paging import arrange


def get_and_search_all_banks(call: Call, world: World) -> Reply:
    query = _with_countries(call.query)
    found = matching(world.setup.banks.search(query.get("search") or ""), query)
    wanted = [bank for bank in found if _is_visible(bank, call, world)]
    page = call.page_of(arrange(wanted, query["order"], ORDERS))
    return Reply({"banks": [views.bank(bank) for bank in page.items], "paging": page.paging()})


def get_and_search_all_bank_groups(call: Call, world: World) -> Reply:
    wanted = popular_groups(world.setup.banks, _with_countries(call.query))
    page = call.page_of(arrange(wanted, call.query["order"], GROUP_ORDERS))
    return Reply({"bankGroups": [views.bank_group(group) for group, _ in page.items], "paging": page.paging()})


def get_bank(call: Call, world: World) -> Reply:
    bank = world.setup.banks.get(call.path["id"])
    if bank is None or not _is_visible(bank, call, world):
        raise ApiError(Refusal.UNKNOWN_ENTITY, f"Bank with ID '{call.path['id']}' not found.")
    return Reply(views.bank(bank))


def _is_visible(bank: Bank, call: Call, world: World) -> bool:
    return not bank.is_beta or world.configuration_of(call.client).beta_banks_enabled


def _with_countries(query: Mapping[str, Any]) -> Mapping[str, Any]:
    """The query with its `location` in capitals. ApiError 400 for what is no ISO 3166 alpha-2 code."""
    return query if query.get("location") is None else {**query, "location": _countries(query["location"])}


def _countries(location: list[str]) -> list[str]:
    codes = [code.upper() for code in location]
    unknown = [code for code in codes if code not in COUNTRIES]
    if unknown:
        message = f"'{unknown[0]}' is no country; use ISO 3166 alpha-2 codes such as DE."
        raise invalid(Problem("location", message))
    return codes
