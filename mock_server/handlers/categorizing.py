"""Asking the categorization in the name of a user."""

from collections.abc import Callable
from dataclasses import replace

from mock_server.domain.accounts import BankConnection
from mock_server.domain.categories import Categories, Category
from mock_server.domain.categorization import (
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


def categories_of(world: World, user_id: str, language: str = GERMAN) -> Categories:
    """The global categories and the user's own."""
    return world.setup.categories.seen_by(world.store.owned(Category, user_id), language)


def categorizer(world: World, user_id: str) -> Callable[[TransactionData], int | None]:
    """Finds the category of any number of payments, by the rules there are now."""
    training = {rule.likeness: rule for rule in world.store.owned(TrainedRule, user_id)}
    rules = MandatorRules(world.store.all(IbanRule), world.store.all(KeywordRule))
    known = world.setup.categories
    return lambda payment: categorize(payment, training, rules, known)


def categorize_scheduled(world: World, scheduled: ScheduledCategorization) -> None:
    """Give a category to the connection's transactions that have none, the user's parts of them included."""
    world.store.delete(scheduled)
    connection = world.store.find(BankConnection, scheduled.id)
    if connection is None:
        return
    category_of, accounts = categorizer(world, scheduled.owner), frozenset(connection.account_ids)
    for transaction in world.store.owned(Transaction, scheduled.owner):
        if transaction.category_id is None and transaction.account_id in accounts:
            world.store.put(replace(transaction, category_id=category_of(transaction.booking)))
