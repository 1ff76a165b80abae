"""Asking the categorization in the name of a user, and what becomes of transactions when it is asked to look."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from mock_server.domain import progress
from mock_server.domain.accounts import BankConnection
from mock_server.domain.categories import Categories, Category
from mock_server.domain.categorization import (
    CategorizationStatus,
    IbanRule,
    KeywordRule,
    MandatorRules,
    ScheduledCategorization,
    TrainedRule,
    TransactionData,
    categorize,
)
from mock_server.domain.languages import GERMAN
from mock_server.domain.transactions import Transaction
from mock_server.exchange import World
from mock_server.handlers.looking import look


def categories_of(world: World, user_id: str, language: str = GERMAN) -> Categories:
    """The global categories and the user's own."""
    return world.setup.categories.seen_by(world.store.owned(Category, user_id), language)


def categorizer(world: World, user_id: str) -> Callable[[TransactionData], int | None]:
    """Finds the category of any number of payments, by the rules there are now."""
    training = {rule.likeness: rule for rule in world.store.owned(TrainedRule, user_id)}
    rules = MandatorRules(world.store.all(IbanRule), world.store.all(KeywordRule))
    known = world.setup.categories
    return lambda payment: categorize(payment, training, rules, known)


def schedule(world: World, connection: BankConnection, now: datetime) -> None:
    """Have the connection's transactions looked at, as fast as the mandator's pace says."""
    world.store.put(ScheduledCategorization(connection.id, connection.owner, progress.begin(world.pace, now)))


def status_of(world: World, connection: BankConnection) -> CategorizationStatus:
    """The connection's `categorizationStatus`: what is downloaded is categorized as it comes in."""
    if connection.download is not None:
        return "PENDING"
    scheduled = world.store.find(ScheduledCategorization, connection.id)
    return "READY" if scheduled is None else scheduled.status


def look_at_status(world: World, connection: BankConnection, now: datetime) -> CategorizationStatus:
    """The same for somebody who looks at it: who has found it pending finds it in progress the next time."""
    scheduled = world.store.find(ScheduledCategorization, connection.id)
    if scheduled is not None:
        look(world, scheduled, now, categorize_scheduled)
    status, left = status_of(world, connection), world.store.find(ScheduledCategorization, connection.id)
    if left is not None and left.status == "PENDING":
        world.store.put(replace(left, status="IN_PROGRESS"))
    return status


def categorize_scheduled(world: World, scheduled: ScheduledCategorization, now: datetime) -> ScheduledCategorization:
    """Give a category to the connection's transactions that have none, the user's parts of them included."""
    world.store.delete(scheduled)
    connection = world.store.find(BankConnection, scheduled.id)
    if connection is None:
        return scheduled
    category_of, accounts = categorizer(world, scheduled.owner), frozenset(connection.account_ids)
    for transaction in world.store.owned(Transaction, scheduled.owner):
        if transaction.category_id is None and transaction.account_id in accounts:
            world.store.put(replace(transaction, category_id=category_of(transaction.booking)))
    return scheduled
