"""Customisation profiles: their rules, which one a form uses, and the look that it gives to the form.

A profile keeps what was given and nothing else. finAPI's defaults come in when a form is shown: a `Look`
has all of them merged in.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import Any

from mock_server.domain import colours, images, patches
from mock_server.errors import ApiError, Problem, Refusal, invalid

Json = Mapping[str, Any]

HIDDEN = "HIDDEN"
GROUPS = ("brand", "functionality", "aspect")
IMAGES = ("brand.logo", "brand.favicon", "brand.icon.info", "brand.icon.loading")


class BankLoginHint(StrEnum):
    EXPANDED = "EXPANDED"
    COLLAPSED = "COLLAPSED"
    HIDDEN = "HIDDEN"


class StoreSecrets(StrEnum):
    """What becomes of the checkbox for storing secrets; IMPLICIT_APPROVAL stores them without asking."""

    RENDER = "RENDER"
    HIDDEN = "HIDDEN"
    MANDATORY = "MANDATORY"
    IMPLICIT_APPROVAL = "IMPLICIT_APPROVAL"


class Theme(StrEnum):
    DEFAULT = "DEFAULT"
    MOBILE_MINIMALISTIC = "MOBILE_MINIMALISTIC"


class AccountSelection(StrEnum):
    """How many of the accounts at the bank the end user may keep; NONE: it is not asked, and all are kept."""

    NONE = "NONE"
    SINGLE = "SINGLE"
    MULTIPLE = "MULTIPLE"


@dataclass(frozen=True, slots=True)
class Profile:
    """A profile of the mandator. `settings` has the groups that were given, without nulls."""

    id: str
    owner: str
    number: int
    created_at: datetime
    label: str
    is_default: bool
    settings: Json

    due_at: None = None


def create(wish: Json, *, id: str, owner: str, number: int, now: datetime) -> Profile:
    """ApiError 400 for what the document cannot say."""
    given = {name: wish.get(name) for name in GROUPS}
    settings = patches.apply({}, given)
    _check(given, settings)
    return Profile(id, owner, number, now, wish["label"], bool(wish.get("default")), settings)


def edit(profile: Profile, wish: Json) -> Profile:
    """Change what is named. null takes a value away; label and default cannot be without one, so they stay.
    ApiError 400."""
    given = {name: wish[name] for name in GROUPS if name in wish}
    settings = patches.apply(profile.settings, given)
    _check(given, settings)
    label, is_default = wish.get("label"), wish.get("default")
    return replace(
        profile,
        label=profile.label if label is None else label,
        is_default=profile.is_default if is_default is None else is_default,
        settings=settings,
    )


def _check(given: Json, settings: Json) -> None:
    """Images and theme are looked at as they come in, the language in its new surroundings. ApiError 400."""
    problems = [*_image_problems(given), *_theme_problems(given), *_language_problems(settings)]
    if problems:
        raise invalid(*problems)


def _image_problems(given: Json) -> Iterator[Problem]:
    for place in IMAGES:
        uri = at(given, place)
        fault = None if uri is None else images.fault_of(uri)
        if fault is not None:
            yield Problem(place, fault)


def _theme_problems(given: Json) -> Iterator[Problem]:
    theme = at(given, "aspect.theme")
    if theme is not None and theme not in set(Theme):
        yield Problem("aspect.theme", f"Must be one of {', '.join(Theme)}.")


def _language_problems(settings: Json) -> Iterator[Problem]:
    """Where the end user cannot choose a language, the profile must, and nowhere else."""
    choice = ("functionality.header", "functionality.language.selector")
    hidden = [place for place in choice if at(settings, place) == HIDDEN]
    locked = at(settings, "functionality.language.locked")
    if hidden and locked is None:
        yield Problem("functionality.language.locked", f"Must be set, because {hidden[0]} is HIDDEN.")
    if locked is not None and not hidden:
        yield Problem("functionality.language.locked", f"Must be null unless {' or '.join(choice)} is HIDDEN.")


def check_unique(profile: Profile, profiles: Iterable[Profile]) -> None:
    """ApiError 422 if another profile of the mandator has its label, or is the default as well."""
    for other in profiles:
        if other.id == profile.id:
            continue
        if other.label == profile.label:
            raise ApiError(Refusal.ENTITY_EXISTS, f"There is a profile with the label '{profile.label}' already.")
        if other.is_default and profile.is_default:
            detail = f"The profile '{other.label}' is the default already; set its default to false first."
            raise ApiError(Refusal.ENTITY_EXISTS, detail)


def chosen(profiles: Iterable[Profile], profile_id: str | None) -> Profile | None:
    """Of a mandator's profiles the one that a form uses: the one that the request names, else the default one.
    ApiError 404."""
    if profile_id is None:
        return next((profile for profile in profiles if profile.is_default), None)
    named = next((profile for profile in profiles if profile.id == profile_id), None)
    if named is None:
        raise unknown(profile_id)
    return named


def unknown(profile_id: str) -> ApiError:
    return ApiError(Refusal.UNKNOWN_ENTITY, f"There is no profile '{profile_id}'.")


RESERVED: Mapping[str, Any] = {
    "functionality.storeSecrets": StoreSecrets.IMPLICIT_APPROVAL,
    "functionality.hidePaymentSummary": True,
}
"""What finAPI's customers have to ask its support for."""


def reserved(wish: Json) -> list[Problem]:
    """What finAPI would refuse of a wish, because only its support can set it."""
    return [
        Problem(place, f"Only finAPI's support can set {value if isinstance(value, str) else 'true'}.")
        for place, value in RESERVED.items()
        if at(wish, place) == value
    ]


# finAPI's examples show one value each. The others are what the older fields have in their place.
KNOWN: Mapping[str, frozenset[str]] = {
    "functionality.bankBanner": frozenset({"RENDER", "HIDDEN"}),
    "functionality.tuvLogo": frozenset({"RENDER", "HIDDEN"}),
    "functionality.storeSecretsSap": frozenset(StoreSecrets),
    "functionality.termsAndConditionsText": frozenset({"BASIC"}),
    "functionality.accountSelectionConfiguration.mode": frozenset({"SINGLE", "MULTIPLE"}),
}
"""Values that mean something here, of the fields whose values are not documented."""


def meaningless(wish: Json) -> list[str]:
    """The fields of a wish with a value that is kept but counts as not set when a form is shown."""
    return [place for place, known in KNOWN.items() if at(wish, place) not in {None, *known}]


# fmt: off
DEFAULTS: Mapping[str, Any] = {
    "functionality.progressBar":                "RENDER",
    "functionality.bankLoginHint":              "EXPANDED",
    "functionality.storeSecrets":               "RENDER",
    "functionality.bankDetails":                "LOCKED",
    "functionality.header":                     "RENDER",
    "functionality.language.selector":          "RENDER",
    "functionality.skipConfirmationView":       False,
    "functionality.renderAccountSelectionView": False,
    "functionality.hidePaymentSummary":         False,
    "functionality.hidePaymentOverview":        False,
    "functionality.bankBanner":                 "RENDER",
    "functionality.termsAndConditionsText":     "BASIC",
    "functionality.accountSelectionConfiguration.preselected": True,
    "aspect.colorScheme.brand":                 "#00ADDF",
    "aspect.colorScheme.text.primary":          "#232323",
    "aspect.colorScheme.text.secondary":        "#848484",
    "aspect.text.fontFamily":                   'Calibri,Roboto,"Segoe UI","Helvetica Neue"',
    "aspect.theme":                             "DEFAULT",
}
# fmt: on
TINT_PERCENT = 20
"""How much of the brand colour is in the secondary colour of a profile that names none."""


@dataclass(frozen=True, slots=True)
class Look:
    """Everything that a form's page needs to know of its profile."""

    shows_progress_bar: bool
    bank_login_hint: BankLoginHint
    store_secrets: StoreSecrets
    store_secrets_sap: StoreSecrets
    """The same for standalone payments."""
    bank_details_locked: bool
    shows_header: bool
    shows_language_selector: bool
    locked_language: str | None
    """In lower case, as the translations name languages: `de`."""
    skips_confirmation: bool
    account_selection: AccountSelection
    accounts_preselected: bool
    hides_payment_overview: bool
    shows_bank_banner: bool
    default_country: str | None
    """None: the bank search begins with all countries."""
    terms_text: str
    brand_colour: str
    secondary_colour: str
    text_colour: str
    muted_colour: str
    font_family: str
    """As the profile has it: text of a stranger. `themes.font_stack` makes CSS of it."""
    theme: Theme
    logo: str | None
    """A data URI, for `<img>` only: an SVG may contain scripts. None: finAPI's, and no logo for licensed mandators."""
    favicon: str | None
    info_icon: str | None
    loading_icon: str | None
    intro_text: str | None


def look_of(profile: Profile | None) -> Look:
    """The look of a form with this profile, or without any."""
    value = partial(_value, {} if profile is None else profile.settings)
    brand, locked = value("aspect.colorScheme.brand"), value("functionality.language.locked")
    store_secrets = value("functionality.storeSecrets")
    shows_header = value("functionality.header") != HIDDEN
    hides_summary = value("functionality.hidePaymentSummary")
    return Look(
        shows_progress_bar=value("functionality.progressBar") != HIDDEN,
        bank_login_hint=BankLoginHint(value("functionality.bankLoginHint")),
        store_secrets=StoreSecrets(store_secrets),
        store_secrets_sap=StoreSecrets(value("functionality.storeSecretsSap") or store_secrets),
        bank_details_locked=value("functionality.bankDetails") == "LOCKED",
        shows_header=shows_header,
        # The selector stands in the header.
        shows_language_selector=shows_header and value("functionality.language.selector") != HIDDEN,
        locked_language=None if locked is None else locked.lower(),
        skips_confirmation=value("functionality.skipConfirmationView"),
        account_selection=_account_selection(value),
        accounts_preselected=value("functionality.accountSelectionConfiguration.preselected"),
        hides_payment_overview=hides_summary or value("functionality.hidePaymentOverview"),
        shows_bank_banner=value("functionality.bankBanner") != HIDDEN,
        default_country=value("functionality.bankSearch.defaultCountry"),
        terms_text=value("functionality.termsAndConditionsText"),
        brand_colour=brand,
        secondary_colour=value("aspect.colorScheme.secondary") or colours.tint(brand, TINT_PERCENT),
        text_colour=value("aspect.colorScheme.text.primary"),
        muted_colour=value("aspect.colorScheme.text.secondary"),
        font_family=value("aspect.text.fontFamily"),
        theme=Theme(value("aspect.theme")),
        logo=value("brand.logo"),
        favicon=value("brand.favicon"),
        info_icon=value("brand.icon.info"),
        loading_icon=value("brand.icon.loading"),
        intro_text=value("brand.introText"),
    )


def _account_selection(value: Callable[[str], Any]) -> AccountSelection:
    """From the newer field if it says something, else from the older one, which it seems to have replaced."""
    mode = value("functionality.accountSelectionConfiguration.mode")
    if mode is not None:
        return AccountSelection(mode)
    is_shown = value("functionality.renderAccountSelectionView")
    return AccountSelection.MULTIPLE if is_shown else AccountSelection.NONE


def _value(settings: Json, place: str) -> Any:
    """What is set and means something, else finAPI's default; None if there is neither."""
    value = at(settings, place)
    if value is None or (place in KNOWN and value not in KNOWN[place]):
        return DEFAULTS.get(place)
    return value


def at(values: Json, place: str) -> Any:
    """The value at a place such as `aspect.colorScheme.brand`; None if there is none."""
    value: Any = values
    for name in place.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value
