"""Labels, and their end on the transactions that carry them."""

from collections.abc import Collection
from dataclasses import replace

from mock_server.domain import labels
from mock_server.domain.labels import Label
from mock_server.domain.transactions import Transaction
from mock_server.exchange import Call, Reply, World
from mock_server.handlers.access import pfm_views, views
from mock_server.paging import arrange


def get_and_search_all_labels(call: Call, world: World) -> Reply:
    found = labels.matching(world.store.owned(Label, call.user.id), call.query)
    page = call.page_of(arrange(found, call.query["order"], labels.ORDERS))
    return Reply({"labels": [views.label(label) for label in page.items], "paging": page.paging()})


def get_label(call: Call, world: World) -> Reply:
    return Reply(views.label(world.mine(Label, call.user, call.path["id"])))


def create_label(call: Call, world: World) -> Reply:
    return _named(Label(world.ids.number("label"), call.user.id, call.body["name"]), world)


def edit_label(call: Call, world: World) -> Reply:
    return _named(replace(world.mine(Label, call.user, call.path["id"]), name=call.body["name"]), world)


def delete_label(call: Call, world: World) -> Reply:
    _delete([world.mine(Label, call.user, call.path["id"])], call, world)
    return Reply()


def delete_all_labels(call: Call, world: World) -> Reply:
    gone = world.store.owned(Label, call.user.id)
    _delete(gone, call, world)
    return Reply(pfm_views.identifier_list(label.id for label in gone))


def _named(label: Label, world: World) -> Reply:
    labels.check_name(label, world.store.owned(Label, label.owner))
    world.store.put(label)
    return Reply(views.label(label))


def _delete(gone: Collection[Label], call: Call, world: World) -> None:
    ids = {label.id for label in gone}
    world.store.delete(*gone)
    world.store.put(
        *(
            replace(transaction, label_ids=tuple(id for id in transaction.label_ids if id not in ids))
            for transaction in world.store.owned(Transaction, call.user.id)
            if not ids.isdisjoint(transaction.label_ids)
        )
    )
