"""What only the mandator admin client may do: see and delete users, change credentials, switch the API version."""

from dataclasses import replace
from hmac import compare_digest

from mock_server.domain import mandators, statistics, tokens, users
from mock_server.domain.accounts import BankConnection
from mock_server.domain.mandators import ONLY, TIME_TO_GO_BACK, Mandator
from mock_server.domain.statistics import Statistics
from mock_server.domain.tokens import Token
from mock_server.domain.users import Client, User
from mock_server.errors import ApiError, Problem, Refusal, invalid
from mock_server.exchange import Call, Reply, World
from mock_server.handlers import removals
from mock_server.handlers.access import admin_views
from mock_server.handlers.access.deletion import delete_user
from mock_server.paging import arrange

LENGTH_OF_SECRETS = 36


def get_user_list(call: Call, world: World) -> Reply:
    query = call.query
    wanted = statistics.matching(world.store.all(Statistics), query)
    if query.get("isLocked") is not None:
        wanted = [stats for stats in wanted if _is_locked(stats, world) is query["isLocked"]]
    if query["includeMonthlyStats"]:
        least = query["minBankConnectionCountInMonthlyStats"]
        wanted = [stats for stats in wanted if max((m.most for m in _months(call, stats)), default=0) >= least]
    page = call.page_of(arrange(wanted, query["order"], {"userId": lambda stats: stats.name}))
    shown = [
        admin_views.user_info(
            stats,
            is_locked=_is_locked(stats, world),
            months=_months(call, stats) if query["includeMonthlyStats"] else None,
        )
        for stats in page.items
    ]
    return Reply({"users": shown, "paging": page.paging()})


def delete_users(call: Call, world: World) -> Reply:
    """Unknown ids are passed over, and who has a busy bank connection stays."""
    found = {users.fold(name): world.store.find(User, users.fold(name)) for name in call.body["userIds"]}
    known = sorted((user for user in found.values() if user is not None), key=lambda user: user.name)
    busy = [user for user in known if _is_busy(user, world)]
    gone = [user for user in known if user not in busy]
    for user in gone:
        delete_user(world, user, call.now)
    return Reply({"deletedUsers": [user.name for user in gone], "nonDeletedUsers": [user.name for user in busy]})


def change_client_credentials(call: Call, world: World) -> Reply:
    """The client's own tokens end, those of its users stay."""
    old, new = call.body["oldClientSecret"], call.body["newClientSecret"]
    unusual = len(old) != LENGTH_OF_SECRETS
    if unusual and world.setup.strict:
        raise invalid(Problem("oldClientSecret", f"Must have {LENGTH_OF_SECRETS} characters."))
    client = world.store.find(Client, call.body["clientId"])
    if client is None or not compare_digest(client.secret.encode(), old.encode()):
        raise ApiError(Refusal.ILLEGAL_FIELD_VALUE, "No client of the mandator has this clientId and oldClientSecret.")
    world.store.put(replace(client, secret=new))
    world.store.delete(*world.store.owned(Token, tokens.holder(client.id, None)))
    warning = f"finAPI would refuse oldClientSecret: it wants {LENGTH_OF_SECRETS} characters (--strict does too)"
    return Reply(warnings=(warning,) if unusual else ())


def switch_api_version(call: Call, world: World) -> Reply:
    switched = mandators.switch(world.store.find(Mandator, ONLY) or Mandator(), call.body["apiVersion"], call.now)
    world.store.put(switched)
    return Reply(admin_views.response_message(switched, TIME_TO_GO_BACK))


def _months(call: Call, stats: Statistics) -> list[statistics.Month]:
    query = call.query
    return statistics.monthly(stats, call.now, query.get("monthlyStatsStartDate"), query.get("monthlyStatsEndDate"))


def _is_busy(user: User, world: World) -> bool:
    return any(removals.is_busy(world, connection) for connection in world.store.owned(BankConnection, user.id))


def _is_locked(stats: Statistics, world: World) -> bool:
    user = None if stats.user_id is None else world.store.find(User, stats.user_id)
    return user is not None and user.is_locked
