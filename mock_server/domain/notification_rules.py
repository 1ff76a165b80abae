"""Notification rules: of what a user wants to hear after batch updates, and which settings each event takes.

The names of the settings are those of a public Java client of finAPI, their limits our guess.
`notifications` tells when a rule fires and what is sent then.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from mock_server.errors import ApiError, Refusal

Params = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class NotificationRule:
    """`params` are the texts as its creator wrote them; `settings` reads them."""

    id: int
    owner: str
    trigger_event: str
    params: Mapping[str, str]
    callback_handle: str | None
    includes_details: bool

    due_at: None = None

    @property
    def settings(self) -> Params:
        """What `params` mean: lists of ids, cents, numbers, flags."""
        return _read(self.trigger_event, self.params)


def _ids(text: str) -> tuple[int, ...]:
    if not re.fullmatch(r"\s*\d{1,18}\s*(,\s*\d{1,18}\s*)*", text, re.ASCII):
        raise ValueError("must be a list of ids such as 1,2,3.")
    return tuple(dict.fromkeys(int(id) for id in text.split(",")))


def _id(text: str) -> int:
    if not re.fullmatch(r"\d{1,18}", text, re.ASCII):
        raise ValueError("must be an id.")
    return int(text)


def _count(text: str) -> int:
    if not re.fullmatch(r"[1-9]\d{0,8}", text, re.ASCII):
        raise ValueError("must be a whole number from 1.")
    return int(text)


def _amount(text: str) -> int:
    if not re.fullmatch(r"-?\d{1,12}(\.\d{1,2})?", text, re.ASCII):
        raise ValueError("must be an amount such as -99.99, with two decimals at most.")
    return int(Decimal(text) * 100)


def _positive_amount(text: str) -> int:
    cents = _amount(text)
    if cents <= 0:
        raise ValueError("must be more than 0; signs of amounts do not count.")
    return cents


def _flag(text: str) -> bool:
    if text not in ("true", "false"):
        raise ValueError("must be true or false.")
    return text == "true"


@dataclass(frozen=True, slots=True)
class Setting:
    read: Callable[[str], Any]
    is_mandatory: bool = False


# fmt: off
ACCOUNTS     = {"accountIds": Setting(_ids)}
CONNECTIONS  = {"bankConnectionIds": Setting(_ids)}
MOST_DETAILS = {"maxTransactionsCount": Setting(_count)}

EVENTS: Mapping[str, Mapping[str, Setting]] = {
    "NEW_ACCOUNT_BALANCE":      {**ACCOUNTS},
    "NEW_TRANSACTIONS":         {**ACCOUNTS, **MOST_DETAILS},
    "BANK_LOGIN_ERROR":         {**CONNECTIONS},
    "FOREIGN_MONEY_TRANSFER":   {**ACCOUNTS},
    "LOW_ACCOUNT_BALANCE":      {**ACCOUNTS, "balanceThreshold": Setting(_amount, is_mandatory=True)},
    "HIGH_TRANSACTION_AMOUNT":  {**ACCOUNTS, **MOST_DETAILS,
                                 "absoluteAmountThreshold": Setting(_positive_amount, is_mandatory=True)},
    "CATEGORY_CASH_FLOW":       {**ACCOUNTS, "categoryId": Setting(_id, is_mandatory=True),
                                 "includeChildCategories": Setting(_flag)},
    "NEW_TERMS_AND_CONDITIONS": {},
}
# fmt: on
BOUND_TO = {"accountIds": "account", "bankConnectionIds": "bank connection", "categoryId": "category"}
"""The settings that name something of the user's."""


def create(wish: Mapping[str, Any], id: int, owner: str) -> NotificationRule:
    """The rule that is wished for. ApiError 422 for an unknown event, and for params that do not fit it."""
    event = wish["triggerEvent"]
    if event not in EVENTS:
        raise _illegal("triggerEvent", f"it must be one of {', '.join(EVENTS)}.")
    params = wish.get("params") or {}
    rule = NotificationRule(id, owner, event, params, wish.get("callbackHandle"), bool(wish.get("includeDetails")))
    allowed = EVENTS[event]
    unknown = [name for name in params if name not in allowed]
    if unknown:
        takes = f"takes {', '.join(allowed)}" if allowed else "takes none"
        raise _illegal(f"params.{unknown[0]}", f"{event} {takes}.")
    missing = [name for name, setting in allowed.items() if setting.is_mandatory and name not in params]
    if missing:
        raise _illegal(f"params.{missing[0]}", f"{event} needs it.")
    _read(event, params)
    return rule


def _read(event: str, params: Mapping[str, str]) -> Params:
    settings = {}
    for name, text in params.items():
        try:
            settings[name] = EVENTS[event][name].read(text)
        except ValueError as error:
            raise _illegal(f"params.{name}", f"it {error}") from None
    return settings


def check_references(rule: NotificationRule, known: Mapping[str, Collection[int]]) -> None:
    """ApiError 422 if a setting names what its owner does not have; `known` has ids by the name of the setting."""
    for name, value in rule.settings.items():
        if name in BOUND_TO:
            ids = value if isinstance(value, tuple) else (value,)
            unknown = [id for id in ids if id not in known[name]]
            if unknown:
                raise _illegal(f"params.{name}", f"there is no {BOUND_TO[name]} {unknown[0]}.")


def is_twin(one: NotificationRule, other: NotificationRule) -> bool:
    """Whether both would always send the same messages."""
    return _meaning(one) == _meaning(other)


def _meaning(rule: NotificationRule) -> tuple[Any, ...]:
    settings = {name: frozenset(value) if isinstance(value, tuple) else value for name, value in rule.settings.items()}
    return rule.trigger_event, settings, rule.callback_handle, rule.includes_details


def without(rule: NotificationRule, name: str, gone: Collection[int]) -> NotificationRule | None:
    """The rule after these accounts (or connections) have been deleted; None if it was about nothing else."""
    ids = rule.settings.get(name)
    if ids is None or not set(ids) & set(gone):
        return rule
    left = [id for id in ids if id not in gone]
    return replace(rule, params={**rule.params, name: ",".join(map(str, left))}) if left else None


def matching(rules: Iterable[NotificationRule], query: Mapping[str, Any]) -> Sequence[NotificationRule]:
    """The rules that pass every filter of `GET /notificationRules` that is given, by id."""
    ids, event, details = query.get("ids"), query.get("triggerEvent"), query.get("includeDetails")
    wanted = (
        rule
        for rule in rules
        if (ids is None or rule.id in ids)
        and (event is None or rule.trigger_event == event)
        and (details is None or rule.includes_details is details)
    )
    return sorted(wanted, key=lambda rule: rule.id)


def _illegal(field: str, reason: str) -> ApiError:
    return ApiError(Refusal.ILLEGAL_FIELD_VALUE, f"Field '{field}' not valid: {reason}")
