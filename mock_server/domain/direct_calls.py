"""What finAPI checks in the bodies that connect, update or pay through a bank directly, before it asks the bank."""

from collections.abc import Mapping, Sequence
from typing import Any

from mock_server.domain.banks import Bank, BankInterface, Catalogue, LoginField, Service
from mock_server.domain.callbacks import is_sendable
from mock_server.domain.form_details import ImportDetails
from mock_server.domain.sepa import iban_problem
from mock_server.errors import ApiError, Problem, Refusal, invalid

Body = Mapping[str, Any]
Credentials = Mapping[str, str]

SHORTEST_DOWNLOAD = 14
"""`maxDaysForDownload` is 0, or this many days or more."""


def bank_of(body: Body, banks: Catalogue) -> Bank:
    """ApiError 422 for a `bankId` that there is not."""
    bank = banks.get(body["bankId"])
    if bank is None:
        raise ApiError(Refusal.UNKNOWN_REFERENCE, f"Bank with ID '{body['bankId']}' not found.")
    return bank


def interface_of(bank: Bank, name: str, service: Service) -> BankInterface:
    """ApiError 501 for a bank that does not do this at all, 400 for an interface that does not."""
    able = bank.interfaces_for(service)
    if not able:
        raise ApiError(Refusal.UNSUPPORTED_BANK)
    interface = next((it for it in able if it.name == name), None)
    if interface is None:
        raise unsupported(name, able)
    return interface


def unsupported(name: str, able: Sequence[BankInterface]) -> ApiError:
    hint = f"the interfaces that can be used are {', '.join(it.name for it in able) or 'none'}"
    return ApiError(Refusal.BAD_REQUEST, f"Interface '{name}' is not supported for this operation.", hint=hint)


def check_download(body: Body, interface: BankInterface) -> None:
    """ApiError for wishes that contradict each other, or that the interface does not know."""
    if 0 < (body.get("maxDaysForDownload") or 0) < SHORTEST_DOWNLOAD:
        raise invalid(Problem("maxDaysForDownload", f"Must be 0, or from {SHORTEST_DOWNLOAD} to 3650."))
    if body.get("skipBalancesDownload") and not body.get("skipPositionsDownload"):
        raise invalid(Problem("skipBalancesDownload", "May be true only if skipPositionsDownload is true."))
    if body.get("loadOwnerData") and interface.name != "WEB_SCRAPER":
        raise illegal("loadOwnerData", "Only WEB_SCRAPER can load it.")


def check_references(body: Body, interface: BankInterface, *, needs: bool) -> tuple[str, ...]:
    """The IBANs for which a detailed consent is asked. `needs`: whether it cannot do without them. ApiError 422."""
    ibans = tuple(reference["iban"] for reference in body.get("accountReferences") or ())
    if ibans and not interface.is_detailed:
        raise illegal("accountReferences", "Only for interfaces with DETAILED_CONSENT.")
    if needs and interface.is_detailed and not ibans:
        raise illegal("accountReferences", "Is missing; an interface with DETAILED_CONSENT needs it.")
    for index, iban in enumerate(ibans):
        problem = iban_problem(iban)
        if problem is not None:
            raise illegal(f"accountReferences[{index}].iban", problem)
    return ibans


def check_redirect(body: Body, interface: BankInterface, *, needs: bool = True) -> None:
    """ApiError 422 if `redirectUrl` is missing or superfluous."""
    if body.get("redirectUrl") is not None and not interface.is_redirect:
        raise illegal("redirectUrl", "Only for interfaces with REDIRECT_APPROACH.")
    if needs and interface.is_redirect and body.get("redirectUrl") is None:
        raise illegal("redirectUrl", "Is missing; an interface with REDIRECT_APPROACH needs it.")
    if body.get("redirectUrl") is not None and not is_sendable(body["redirectUrl"]):
        raise illegal("redirectUrl", "Must be an http or https URL.")


def credentials_of(body: Body, interface: BankInterface) -> Credentials:
    """The given values by label. ApiError 422 for labels that the interface does not have, or that come twice."""
    credentials: dict[str, str] = {}
    labels = [field.label for field in interface.fields]
    for index, entry in enumerate(body.get("loginCredentials") or ()):
        name, label = f"loginCredentials[{index}].label", entry["label"]
        if label not in labels:
            known = ", ".join(f"'{it}'" for it in labels) or "none"
            raise illegal(name, f"Must be one of the interface's login fields: {known}.")
        if label in credentials:
            raise illegal(name, "Comes twice.")
        credentials[label] = entry["value"]
    return credentials


def missing_fields(credentials: Credentials, interface: BankInterface) -> list[LoginField]:
    """The mandatory login fields without a value."""
    return [field for field in interface.fields if field.is_mandatory and not credentials.get(field.label)]


def check_complete(credentials: Credentials, interface: BankInterface, refusal: Refusal) -> None:
    """ApiError if a mandatory login field has no value; each operation refuses that in its own way."""
    missing = missing_fields(credentials, interface)
    if missing:
        labels = ", ".join(f"'{field.label}'" for field in missing)
        raise ApiError(refusal, f"Field 'loginCredentials' not valid: a value for {labels} is missing.")


def wish_of(body: Body, ibans: tuple[str, ...]) -> ImportDetails:
    return ImportDetails(
        connection_name=body.get("name"),
        skips_positions=bool(body.get("skipPositionsDownload")),
        skips_balances=bool(body.get("skipBalancesDownload")),
        loads_owner_data=bool(body.get("loadOwnerData")),
        max_days=body.get("maxDaysForDownload") or 0,
        account_types=tuple(body.get("accountTypes") or ()),
        ibans=ibans,
    )


def illegal(field: str, message: str) -> ApiError:
    return ApiError(Refusal.ILLEGAL_FIELD_VALUE, f"Field '{field}' not valid: {message}")
