"""The categorization: the mandator's rules, what a user teaches it, and asking it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any, Generic, TypeVar

from mock_server.domain import mandator_rules, samples
from mock_server.domain.accounts import BankConnection
from mock_server.domain.categories import Categories
from mock_server.domain.categorization import IbanRule, KeywordRule, train
from mock_server.errors import ApiError, Refusal
from mock_server.exchange import Call, Reply, World
from mock_server.handlers.access import pfm_views
from mock_server.handlers.access.views import Json
from mock_server.handlers.categorizing import categories_of, categorizer, schedule, status_of
from mock_server.paging import arrange

Rule = TypeVar("Rule", IbanRule, KeywordRule)

# The rules of a mandator


@dataclass(frozen=True, slots=True)
class _Kind(Generic[Rule]):
    """One of the two kinds of rules: its name in bodies and that of its ids, what makes it and what shows it."""

    type: type[Rule]
    name: str
    ids: str
    make: Callable[[Sequence[Any], Iterable[int], Iterable[Rule], Categories, datetime], list[Rule]]
    view: Callable[[Rule, Categories], Json]


# fmt: off
IBAN    = _Kind(IbanRule, "ibanRules", "iban_rule", mandator_rules.iban_rules, pfm_views.iban_rule)
KEYWORD = _Kind(KeywordRule, "keywordRules", "keyword_rule", mandator_rules.keyword_rules, pfm_views.keyword_rule)
# fmt: on


def get_iban_rule_list(call: Call, world: World) -> Reply:
    return _listed(IBAN, call, world)


def create_iban_rules(call: Call, world: World) -> Reply:
    return _created(IBAN, call, world)


def delete_iban_rules(call: Call, world: World) -> Reply:
    return _deleted(IBAN, call, world)


def get_keyword_rule_list(call: Call, world: World) -> Reply:
    return _listed(KEYWORD, call, world)


def create_keyword_rules(call: Call, world: World) -> Reply:
    return _created(KEYWORD, call, world)


def delete_keyword_rules(call: Call, world: World) -> Reply:
    return _deleted(KEYWORD, call, world)


def _global(call: Call, world: World) -> Categories:
    return world.setup.categories.seen_by((), call.language)


def _listed(kind: _Kind[Rule], call: Call, world: World) -> Reply:
    known = _global(call, world)
    page = call.page_of(arrange(world.store.all(kind.type), call.query["order"], {"id": attrgetter("id")}))
    return Reply({kind.name: [kind.view(rule, known) for rule in page.items], "paging": page.paging()})


def _created(kind: _Kind[Rule], call: Call, world: World) -> Reply:
    wishes, known = call.body[kind.name], _global(call, world)
    ids = world.ids.numbers(kind.ids, mandator_rules.count(wishes))
    rules = kind.make(wishes, ids, world.store.all(kind.type), known, call.now)
    world.store.put(*rules)
    return Reply({kind.name: [kind.view(rule, known) for rule in rules]})


def _deleted(kind: _Kind[Rule], call: Call, world: World) -> Reply:
    """All of them or, if one is unknown, none."""
    ids = sorted(set(call.body["ids"]))
    for id in ids:
        rule = world.store.find(kind.type, id)
        if rule is None:
            raise ApiError(Refusal.UNKNOWN_ENTITY, f"Rule with ID '{id}' not found; none was deleted.")
        world.store.delete(rule)
    return Reply(pfm_views.identifier_list(ids))


# What a user teaches and asks


def train_categorization(call: Call, world: World) -> Reply:
    samples.check_number(call.body["transactionData"])
    category = categories_of(world, call.user.id).find(call.body["categoryId"])
    payments = [samples.sample_of(data) for data in call.body["transactionData"]]
    world.store.put(*train(payments, category.id, call.user.id))
    return Reply()


def check_categorization(call: Call, world: World) -> Reply:
    data = call.body["transactionData"]
    samples.check_number(data)
    samples.check_codes(data)
    known, category_of = categories_of(world, call.user.id, call.language), categorizer(world, call.user.id)
    results = [
        pfm_views.categorization_check_result(one["transactionId"], category_of(samples.sample_of(one)), known)
        for one in data
    ]
    return Reply({"categorizationCheckResult": results})


def trigger_categorization(call: Call, world: World) -> Reply:
    connections = _connections((call.body or {}).get("bankConnectionIds"), call, world)
    if not connections:
        raise ApiError(
            Refusal.ILLEGAL_ENTITY_STATE, "The user has no bank connection whose transactions could be categorized."
        )
    for connection in connections:
        _check_unlocked(connection, world)
    for connection in connections:
        schedule(world, connection, call.now)
    return Reply()


def _check_unlocked(connection: BankConnection, world: World) -> None:
    """ApiError 422 while it is imported or updated, or a categorization is scheduled for it."""
    if connection.is_busy:
        detail = "A bank connection is being imported or updated; wait for its updateStatus READY."
        raise ApiError(Refusal.ILLEGAL_ENTITY_STATE, detail)
    if status_of(world, connection) != "READY":
        detail = "A categorization is scheduled already for a bank connection; wait for its categorizationStatus READY."
        raise ApiError(Refusal.ILLEGAL_ENTITY_STATE, detail)


def _connections(ids: Sequence[int] | None, call: Call, world: World) -> Sequence[BankConnection]:
    """Those that are named; all of the user if none is."""
    if not ids:
        return world.store.owned(BankConnection, call.user.id)
    return [world.mine(BankConnection, call.user, id) for id in dict.fromkeys(ids)]
