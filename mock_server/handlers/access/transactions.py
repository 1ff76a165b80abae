"""Transactions: reading, editing, splitting and deleting them."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from mock_server.clock import today
from mock_server.domain import deletions, edits, splits, transactions
from mock_server.domain.accounts import BankConnection
from mock_server.domain.categories import Categories, Category
from mock_server.domain.categorization import train
from mock_server.domain.configuration import allowed_categories
from mock_server.domain.deletions import Gap
from mock_server.domain.labels import Label
from mock_server.domain.money import euros
from mock_server.domain.transactions import Totals, Transaction
from mock_server.errors import ApiError, Refusal
from mock_server.exchange import Call, Reply, World
from mock_server.handlers.access import pfm_views, views
from mock_server.handlers.categorizing import categories_of
from mock_server.paging import arrange

PAGE = {"page", "perPage"}
"""What says which part of a list is wanted, and not which list."""

# Reading


def get_and_search_all_transactions(call: Call, world: World) -> Reply:
    known, labels = _known(call, world), _labels(call, world)
    categories = allowed_categories(world.configuration_of(call.client), call.query.get("categoryIds"))
    call = replace(call, query={**call.query, "categoryIds": categories})
    wanted, totals = world.lists.get(_origin(call, world), lambda: _listed(call, world, known))
    page = call.page_of(wanted)
    return Reply(
        {
            "transactions": [views.transaction(transaction, known, labels) for transaction in page.items],
            "paging": page.paging(),
            "income": euros(totals.income),
            "spending": euros(totals.spending),
            "balance": euros(totals.balance),
        }
    )


def _listed(call: Call, world: World, known: Categories) -> tuple[list[Transaction], Totals]:
    """All pages of the list, and the sums over it."""
    passing = transactions.matching(world.store.owned(Transaction, call.user.id), call.query, known)
    wanted = arrange(passing, call.query["order"], _orders(known))
    return wanted, transactions.totals(wanted)


def _origin(call: Call, world: World) -> Hashable:
    """All that the list follows from."""
    query = ((name, tuple(it) if isinstance(it, list) else it) for name, it in call.query.items() if name not in PAGE)
    editions = (world.store.edition(kind, call.user.id) for kind in (Transaction, Category))
    return call.user.id, call.language, *editions, frozenset(query)


def get_transaction(call: Call, world: World) -> Reply:
    """One of a category that the client must not see is as good as none."""
    transaction = _mine(call, world)
    categories = allowed_categories(world.configuration_of(call.client), None)
    if not any(transactions.matching([transaction], {"categoryIds": categories}, _known(call, world))):
        raise ApiError(Refusal.UNKNOWN_ENTITY)
    return _shown(transaction, call, world)


# Editing


def edit_transaction(call: Call, world: World) -> Reply:
    transaction = _mine(call, world)
    edited = replace(transaction, **edits.changes_of(call.body, _known(call, world), _labels(call, world)))
    world.store.put(edited)
    _learn([edited], call, world)
    return _shown(edited, call, world)


def edit_multiple_transactions(call: Call, world: World) -> Reply:
    """Answers with those that are different afterwards."""
    edits.check_scope(call.body)
    changes = edits.changes_of(call.body, _known(call, world), _labels(call, world))
    meant = _meant(call, world)
    changed = [
        replace(one, **changes) for one in meant if any(getattr(one, field) != changes[field] for field in changes)
    ]
    world.store.put(*changed)
    _learn(meant, call, world)
    return Reply(pfm_views.identifier_list(transaction.id for transaction in changed))


def _meant(call: Call, world: World) -> list[Transaction]:
    """The transactions that a bulk edit is about. Unknown ids are passed over, as in a search."""
    ids, accounts = call.body.get("ids"), call.body.get("accountIds")
    if ids is None:
        found: Iterable[Transaction | None] = world.store.owned(Transaction, call.user.id)
    else:
        found = (world.store.find(Transaction, id) for id in sorted(set(ids)))
    return [
        one
        for one in found
        if one is not None and one.owner == call.user.id and (accounts is None or one.account_id in accounts)
    ]


def _learn(edited: Iterable[Transaction], call: Call, world: World) -> None:
    if edits.trains(call.body):
        payments = (transaction.booking for transaction in edited)
        world.store.put(*train(payments, call.body["categoryId"], call.user.id))


# Splitting


def split_transaction(call: Call, world: World) -> Reply:
    """Former parts go before the new ones come."""
    transaction = _mine(call, world)
    splits.check_whole(transaction, "split")
    wishes = call.body["subTransactions"]
    ids = world.ids.numbers("transaction", len(wishes))
    whole, parts = splits.split(transaction, wishes, ids, _known(call, world), _labels(call, world))
    world.store.delete(*_parts(transaction, world))
    world.store.put(whole, *parts)
    return _shown(whole, call, world)


def restore_transaction(call: Call, world: World) -> Reply:
    transaction = _mine(call, world)
    splits.check_whole(transaction, "restored")
    world.store.delete(*_parts(transaction, world))
    world.store.put(splits.restored(transaction))
    return _shown(splits.restored(transaction), call, world)


def _parts(whole: Transaction, world: World) -> Iterator[Transaction]:
    parts = (world.store.find(Transaction, id) for id in whole.child_ids)
    return (part for part in parts if part is not None)


# Deleting


def delete_transaction(call: Call, world: World) -> Reply:
    """It does not come back with the next update."""
    transaction = _mine(call, world)
    splits.check_whole(transaction, "deleted")
    if not deletions.is_safe(transaction, transaction.account_id in _test_accounts(call, world)):
        detail = (
            "Only transactions of test banks, potential duplicates and adjusting entries can be deleted one by one; "
            "use DELETE /api/v2/transactions with safeMode=false."
        )
        raise ApiError(Refusal.ILLEGAL_ENTITY_STATE, detail)
    world.store.delete(transaction, *_parts(transaction, world))
    return Reply()


def delete_all_transactions(call: Call, world: World) -> Reply:
    deletions.check(call.query, today(call.now))
    is_meant, tests = deletions.meant(call.query), _test_accounts(call, world)
    wholes = [
        one
        for one in world.store.owned(Transaction, call.user.id)
        if is_meant(one) and (not call.query["safeMode"] or deletions.is_safe(one, one.account_id in tests))
    ]
    gone = [one for whole in wholes for one in (whole, *_parts(whole, world))]
    world.store.delete(*gone)
    if not call.query["rememberDeletion"]:
        known = {gap.id: gap for gap in world.store.owned(Gap, call.user.id)}
        world.store.put(*deletions.gaps(wholes, known))
    return Reply(pfm_views.identifier_list(transaction.id for transaction in gone))


def _test_accounts(call: Call, world: World) -> set[int]:
    """The user's accounts at test banks."""
    banks, connections = world.setup.banks, world.store.owned(BankConnection, call.user.id)
    tests = (one for one in connections if (bank := banks.get(one.bank_id)) is not None and bank.is_test_bank)
    return {id for connection in tests for id in connection.account_ids}


# For all of them


def _mine(call: Call, world: World) -> Transaction:
    return world.mine(Transaction, call.user, call.path["id"])


def _known(call: Call, world: World) -> Categories:
    return categories_of(world, call.user.id, call.language)


def _labels(call: Call, world: World) -> Mapping[int, Label]:
    return {label.id: label for label in world.store.owned(Label, call.user.id)}


def _shown(transaction: Transaction, call: Call, world: World) -> Reply:
    return Reply(views.transaction(transaction, _known(call, world), _labels(call, world)))


def _orders(known: Categories) -> Mapping[str, Callable[[Transaction], Any]]:
    def category_name(transaction: Transaction) -> str | None:
        category = known.get(transaction.category_id)
        return None if category is None else known.name(category)

    return {**transactions.ORDERS, "category.name": category_name}
