"""What a bank gave a mandator when it registered there: the key to every bank of a TPP authentication group."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from mock_server.domain.banks import Bank, Catalogue, TppAuthenticationGroup
from mock_server.errors import ApiError, Refusal


@dataclass(frozen=True, slots=True)
class TppCredentials:
    """Credentials of the mandator. The secrets of the registration are kept, and never shown."""

    id: int
    group_id: int
    label: str
    registration: Mapping[str, str]
    """`tppClientId`, `tppClientSecret`, `tppApiKey`, `tppName`, as far as the bank uses them."""
    valid_from: date
    valid_until: date | None
    """The last day; None: without an end."""

    owner: None = None
    due_at: None = None


REGISTRATION = ("tppClientId", "tppClientSecret", "tppApiKey", "tppName")


def create(wish: Mapping[str, Any], id: int, day: date, banks: Catalogue) -> TppCredentials:
    """New credentials, valid from `day` on unless they say something else. ApiError 422."""
    fresh = TppCredentials(id, wish["tppAuthenticationGroupId"], wish["label"], {}, day, None)
    return edit(fresh, wish, banks)


def edit(credentials: TppCredentials, wish: Mapping[str, Any], banks: Catalogue) -> TppCredentials:
    """The credentials with the fields that the wish names. ApiError 422."""
    edited = replace(
        credentials,
        group_id=wish.get("tppAuthenticationGroupId", credentials.group_id),
        label=wish.get("label", credentials.label),
        registration={**credentials.registration, **{name: wish[name] for name in REGISTRATION if name in wish}},
        valid_from=_day(wish, "validFromDate") or credentials.valid_from,
        valid_until=_day(wish, "validUntilDate") or credentials.valid_until,
    )
    if edited.group_id not in banks.tpp_groups:
        raise ApiError(Refusal.UNKNOWN_REFERENCE, f"TPP authentication group with ID '{edited.group_id}' not found.")
    if edited.valid_until is not None and edited.valid_until < edited.valid_from:
        detail = f"Field 'validUntilDate' not valid: it lies before the first day of use, {edited.valid_from}."
        raise ApiError(Refusal.ILLEGAL_FIELD_VALUE, detail)
    return edited


def _day(wish: Mapping[str, Any], name: str) -> date | None:
    return date.fromisoformat(wish[name]) if name in wish else None


def usable_at(banks: Iterable[Bank], credentials: Iterable[TppCredentials]) -> list[TppCredentials]:
    """The credentials that open at least one of the banks."""
    groups = frozenset[int]().union(*(bank.tpp_groups for bank in banks))
    return [one for one in credentials if one.group_id in groups]


def matching(banks: Catalogue, query: Mapping[str, Any]) -> Sequence[TppAuthenticationGroup]:
    """The groups that pass every filter that is given; texts match in part, in any case.

    BLZ and name of a bank must be found in the same bank.
    """
    found = list(banks.tpp_groups.values())
    if query.get("ids") is not None:
        found = [group for group in found if group.id in query["ids"]]
    if query.get("name"):
        found = [group for group in found if query["name"].casefold() in group.name.casefold()]
    if query.get("bankBlz") or query.get("bankName"):
        blz, name = (query.get("bankBlz") or "").casefold(), (query.get("bankName") or "").casefold()
        asked = (bank for bank in banks if blz in bank.blz.casefold() and name in bank.name.casefold())
        groups = frozenset[int]().union(*(bank.tpp_groups for bank in asked))
        found = [group for group in found if group.id in groups]
    return found
