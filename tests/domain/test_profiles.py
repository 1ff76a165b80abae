"""Profiles: what they may say, which one counts, and the look of a form."""

from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_server.app import load_contracts
from mock_server.domain import profiles
from mock_server.domain.profiles import AccountSelection, BankLoginHint, Look, Profile, StoreSecrets, Theme, look_of
from mock_server.domain.themes import theme_css
from mock_server.errors import ApiError, Problem, Refusal
from mock_server.settings import Settings
from tests.domain.test_themes import is_one_rule
from tests.pictures import DATA, GIF, ICON, PNG, SVG, uri

NOON = datetime(2026, 8, 13, 10, 0, tzinfo=UTC)
LOCKED = "functionality.language.locked"
Json = dict[str, Any]


def profile(number: int = 1, label: str = "Blue", **wish: Any) -> Profile:
    return profiles.create({"label": label, **wish}, id=f"id-{number}", owner="shop", number=number, now=NOON)


def functionality(**wish: Any) -> Json:
    return {"functionality": wish}


def faults(wish: Json) -> list[Problem]:
    with pytest.raises(ApiError) as refused:
        profile(**wish)
    assert refused.value.refusal is Refusal.BAD_REQUEST
    return list(refused.value.problems)


# What a profile keeps


def test_a_profile_keeps_what_was_given_and_no_defaults() -> None:
    made = profile(functionality={"progressBar": "HIDDEN", "header": None, "language": None}, brand=None, aspect={})
    assert made == Profile(
        "id-1", "shop", 1, NOON, "Blue", False, {"functionality": {"progressBar": "HIDDEN"}, "aspect": {}}
    )
    assert profile(default=True).is_default
    assert not profile(default=None).is_default


@pytest.mark.parametrize(
    ("wish", "after"),
    [
        ({}, {}),
        ({"label": "Red"}, {"label": "Red"}),
        ({"label": None, "default": None}, {}),
        ({"default": False}, {"is_default": False}),
        ({"brand": {"introText": "Hi"}}, {"settings": {"brand": {"logo": PNG, "introText": "Hi"}}}),
        ({"brand": {"logo": None}}, {"settings": {"brand": {}}}),
        ({"brand": {"logo": GIF}}, {"settings": {"brand": {"logo": GIF}}}),
        ({"brand": None}, {"settings": {}}),
        ({"aspect": {"theme": "DEFAULT"}}, {"settings": {"brand": {"logo": PNG}, "aspect": {"theme": "DEFAULT"}}}),
    ],
)
def test_an_edit_changes_what_it_names_and_null_takes_away(wish: Json, after: Json) -> None:
    before = profile(default=True, brand={"logo": PNG})
    edited = profiles.edit(before, wish)
    unchanged = {field.name: getattr(before, field.name) for field in fields(Profile)}
    assert {field.name: getattr(edited, field.name) for field in fields(Profile)} == {**unchanged, **after}


# What a profile may say


@pytest.mark.parametrize(
    ("wish", "hidden"),
    [
        (functionality(header="HIDDEN"), "functionality.header"),
        (functionality(header="HIDDEN", language={"selector": "RENDER"}), "functionality.header"),
        (functionality(language={"selector": "HIDDEN"}), "functionality.language.selector"),
        (functionality(language={"selector": "HIDDEN", "locked": None}), "functionality.language.selector"),
    ],
)
def test_where_no_language_can_be_chosen_one_must_be_locked(wish: Json, hidden: str) -> None:
    assert faults(wish) == [Problem(LOCKED, f"Must be set, because {hidden} is HIDDEN.")]
    wish["functionality"].setdefault("language", {})["locked"] = "DE"
    assert look_of(profile(**wish)).locked_language == "de"


@pytest.mark.parametrize(
    "wish",
    [
        functionality(language={"locked": "DE"}),
        functionality(header="RENDER", language={"selector": "RENDER", "locked": "DE"}),
        functionality(header=None, language={"selector": None, "locked": "DE"}),
    ],
)
def test_where_a_language_can_be_chosen_none_may_be_locked(wish: Json) -> None:
    words = "Must be null unless functionality.header or functionality.language.selector is HIDDEN."
    assert faults(wish) == [Problem(LOCKED, words)]


def test_an_edit_is_judged_by_what_comes_out() -> None:
    before = profile(**functionality(header="HIDDEN", language={"locked": "DE"}))
    shown = profiles.edit(before, functionality(header="RENDER", language={"locked": None}))
    assert look_of(shown).locked_language is None
    for half in (functionality(header="RENDER"), functionality(language={"locked": None})):
        with pytest.raises(ApiError):
            profiles.edit(before, half)


@pytest.mark.parametrize("place", profiles.IMAGES)
def test_every_image_is_looked_at(place: str) -> None:
    *groups, name = place.split(".")
    fake: Any = {name: uri("image/gif", b"no picture")}
    for group in reversed(groups):
        fake = {group: fake}
    words = "The data are not of the media type image/gif that the URI names."
    assert faults(fake) == [Problem(place, words)]
    with pytest.raises(ApiError):
        profiles.edit(profile(), fake)


@pytest.mark.parametrize("theme", ["default", "MINIMAL", " "])
def test_there_are_two_themes(theme: str) -> None:
    assert faults({"aspect": {"theme": theme}}) == [
        Problem("aspect.theme", "Must be one of DEFAULT, MOBILE_MINIMALISTIC.")
    ]
    assert look_of(profile(aspect={"theme": "MOBILE_MINIMALISTIC"})).theme is Theme.MOBILE_MINIMALISTIC


def test_everything_that_is_wrong_is_said_at_once() -> None:
    wish = {"brand": {"logo": uri("image/png", b"x")}, "aspect": {"theme": "x"}, **functionality(header="HIDDEN")}
    assert [problem.field for problem in faults(wish)] == ["brand.logo", "aspect.theme", LOCKED]


@pytest.mark.parametrize(
    ("wish", "places"),
    [
        ({}, []),
        (functionality(storeSecrets="MANDATORY", hidePaymentSummary=False, hidePaymentOverview=True), []),
        (functionality(storeSecrets="IMPLICIT_APPROVAL"), ["functionality.storeSecrets"]),
        (functionality(hidePaymentSummary=True), ["functionality.hidePaymentSummary"]),
    ],
)
def test_two_values_are_for_finapis_support(wish: Json, places: list[str]) -> None:
    assert [problem.field for problem in profiles.reserved(wish)] == places


@pytest.mark.parametrize(
    ("wish", "places"),
    [
        (functionality(bankBanner="HIDDEN", tuvLogo="RENDER", storeSecretsSap="IMPLICIT_APPROVAL"), []),
        (functionality(termsAndConditionsText="BASIC", accountSelectionConfiguration={"mode": "MULTIPLE"}), []),
        (functionality(bankBanner=None, accountSelectionConfiguration=None), []),
        (functionality(bankBanner="HIDE"), ["functionality.bankBanner"]),
        (
            functionality(accountSelectionConfiguration={"mode": "ALL"}),
            ["functionality.accountSelectionConfiguration.mode"],
        ),
    ],
)
def test_values_that_mean_nothing_here_are_named(wish: Json, places: list[str]) -> None:
    assert profiles.meaningless(wish) == places


# Which profile counts


BLUE, RED = profile(1, "Blue"), profile(2, "Red", default=True)


def test_a_label_and_the_default_are_taken_once() -> None:
    profiles.check_unique(profile(3, "blue"), [BLUE, RED])  # labels differ in case
    profiles.check_unique(RED, [BLUE, RED])  # not against itself
    profiles.check_unique(profile(3, "Green", default=True), [BLUE])
    for twin, words in (
        (profile(3, "Blue"), "There is a profile with the label 'Blue' already."),
        (
            profile(3, "Green", default=True),
            "The profile 'Red' is the default already; set its default to false first.",
        ),
    ):
        with pytest.raises(ApiError) as refused:
            profiles.check_unique(twin, [BLUE, RED])
        assert (refused.value.refusal, str(refused.value)) == (Refusal.ENTITY_EXISTS, words)


def test_the_profile_that_the_request_names_beats_the_default() -> None:
    assert profiles.chosen([BLUE, RED], "id-1") is BLUE
    assert profiles.chosen([BLUE, RED], None) is RED
    assert profiles.chosen([BLUE], None) is None
    assert profiles.chosen([], None) is None


def test_a_profile_that_does_not_exist_is_named_in_the_refusal() -> None:
    with pytest.raises(ApiError) as refused:
        profiles.chosen([BLUE, RED], "id-3")
    assert (refused.value.refusal, str(refused.value)) == (Refusal.UNKNOWN_ENTITY, "There is no profile 'id-3'.")


# The look


FINAPIS_OWN = Look(
    shows_progress_bar=True,
    bank_login_hint=BankLoginHint.EXPANDED,
    store_secrets=StoreSecrets.RENDER,
    store_secrets_sap=StoreSecrets.RENDER,
    bank_details_locked=True,
    shows_header=True,
    shows_language_selector=True,
    locked_language=None,
    skips_confirmation=False,
    account_selection=AccountSelection.NONE,
    accounts_preselected=True,
    hides_payment_overview=False,
    shows_bank_banner=True,
    default_country=None,
    terms_text="BASIC",
    brand_colour="#00ADDF",
    secondary_colour="#cceff9",
    text_colour="#232323",
    muted_colour="#848484",
    font_family='Calibri,Roboto,"Segoe UI","Helvetica Neue"',
    theme=Theme.DEFAULT,
    logo=None,
    favicon=None,
    info_icon=None,
    loading_icon=None,
    intro_text=None,
)


def changes(look: Look) -> Json:
    """How a look differs from finAPI's own."""
    pairs = ((field.name, getattr(look, field.name)) for field in fields(Look))
    return {name: value for name, value in pairs if value != getattr(FINAPIS_OWN, name)}


def test_without_a_profile_the_look_is_finapis_own() -> None:
    assert look_of(None) == FINAPIS_OWN
    assert look_of(profile()) == FINAPIS_OWN
    assert look_of(profile(brand={"icon": {}}, functionality={"language": {}}, aspect={"text": None})) == FINAPIS_OWN


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        ({"progressBar": "HIDDEN"}, {"shows_progress_bar": False}),
        ({"bankLoginHint": "COLLAPSED"}, {"bank_login_hint": BankLoginHint.COLLAPSED}),
        (
            {"storeSecrets": "MANDATORY"},
            {"store_secrets": StoreSecrets.MANDATORY, "store_secrets_sap": StoreSecrets.MANDATORY},
        ),
        ({"storeSecretsSap": "IMPLICIT_APPROVAL"}, {"store_secrets_sap": StoreSecrets.IMPLICIT_APPROVAL}),
        ({"storeSecretsSap": "SOMETHING"}, {}),
        ({"bankDetails": "EDITABLE"}, {"bank_details_locked": False}),
        (
            {"header": "HIDDEN", "language": {"locked": "FR"}},
            {"shows_header": False, "shows_language_selector": False, "locked_language": "fr"},
        ),
        (
            {"language": {"selector": "HIDDEN", "locked": "TR"}},
            {"shows_language_selector": False, "locked_language": "tr"},
        ),
        ({"skipConfirmationView": True}, {"skips_confirmation": True}),
        ({"renderAccountSelectionView": True}, {"account_selection": AccountSelection.MULTIPLE}),
        (
            {"accountSelectionConfiguration": {"mode": "MULTIPLE", "preselected": False}},
            {"account_selection": AccountSelection.MULTIPLE, "accounts_preselected": False},
        ),
        (
            {"accountSelectionConfiguration": {"mode": "SINGLE"}, "renderAccountSelectionView": True},
            {"account_selection": AccountSelection.SINGLE},
        ),
        (
            {"accountSelectionConfiguration": {"preselected": False}, "renderAccountSelectionView": True},
            {"account_selection": AccountSelection.MULTIPLE, "accounts_preselected": False},
        ),
        ({"accountSelectionConfiguration": {"mode": "ALL"}}, {}),
        ({"hidePaymentSummary": True}, {"hides_payment_overview": True}),
        ({"hidePaymentOverview": True, "hidePaymentSummary": False}, {"hides_payment_overview": True}),
        ({"bankBanner": "HIDDEN"}, {"shows_bank_banner": False}),
        ({"bankSearch": {"defaultCountry": "AT"}}, {"default_country": "AT"}),
        ({"termsAndConditionsText": "BASIC"}, {}),
    ],
)
def test_what_a_profile_says_about_functions_is_in_the_look(wish: Json, expected: Json) -> None:
    assert changes(look_of(profile(functionality=wish))) == expected


def test_what_a_profile_says_about_brand_and_aspect_is_in_the_look() -> None:
    brand = {"logo": SVG, "favicon": ICON, "icon": {"info": PNG, "loading": GIF}, "introText": "Hello"}
    assert changes(look_of(profile(brand=brand))) == {
        "logo": SVG,
        "favicon": ICON,
        "info_icon": PNG,
        "loading_icon": GIF,
        "intro_text": "Hello",
    }
    text = {"primary": "#111111", "secondary": "#222222"}
    colours = {"brand": "#003366", "secondary": "#ABCDEF", "text": text}
    aspect = {"colorScheme": colours, "text": {"fontFamily": "Georgia"}, "theme": "MOBILE_MINIMALISTIC"}
    assert changes(look_of(profile(aspect=aspect))) == {
        "brand_colour": "#003366",
        "secondary_colour": "#ABCDEF",
        "text_colour": "#111111",
        "muted_colour": "#222222",
        "font_family": "Georgia",
        "theme": Theme.MOBILE_MINIMALISTIC,
    }


def test_a_secondary_colour_that_is_not_given_is_a_tint_of_the_brand() -> None:
    assert look_of(profile(aspect={"colorScheme": {"brand": "#003366"}})).secondary_colour == "#ccd6e0"


# Any profile that the API accepts


WEBFORM = next(contract for contract in load_contracts(Settings()) if contract.api == "webform")
[CREATE] = (operation for operation in WEBFORM.operations if operation.id == "createProfile")


def anything(schema: Json) -> st.SearchStrategy[Any]:
    """Whatever a schema of the document accepts."""
    known = WEBFORM.checks.resolve(schema)
    value = _not_null(known)
    return st.none() | value if "null" in known["type"] else value


def _not_null(known: Any) -> st.SearchStrategy[Any]:
    if "properties" in known:
        values = {name: anything(inner) for name, inner in known["properties"].items()}
        needed = {name: values.pop(name) for name in known.get("required", ())}
        return st.fixed_dictionaries(needed, optional=values)
    if "boolean" in known["type"]:
        return st.booleans()
    if "enum" in known:
        return st.sampled_from([value for value in known["enum"] if value is not None])
    if "base64" in known.get("pattern", ""):
        return st.sampled_from([uri(media) for media in DATA if media.partition("/")[2] in known["pattern"]] + [GIF])
    if "pattern" in known:
        return st.from_regex(known["pattern"], fullmatch=True)
    text = st.text(min_size=known.get("minLength", 0), max_size=known.get("maxLength", 20))
    return text | st.sampled_from(known["examples"]) if "examples" in known else text


def consistent(wish: Json) -> Json:
    """The wish with the two rules kept that no schema says."""
    if profiles.at(wish, "aspect.theme") is not None:
        wish["aspect"]["theme"] = "DEFAULT"
    functions = wish.get("functionality")
    if functions is not None:
        language = functions["language"] = functions.get("language") or {}
        is_hidden = "HIDDEN" in (functions.get("header"), language.get("selector"))
        language["locked"] = (language.get("locked") or "PL") if is_hidden else None
    return wish


WISHES = anything(WEBFORM.document["components"]["schemas"]["CreateProfileDetails"]).map(consistent)


@given(WISHES)
def test_any_profile_that_the_api_accepts_has_a_look(wish: Json) -> None:
    assert CREATE.body is not None
    CREATE.body.check(wish)
    made = profile(**wish)
    look = look_of(made)
    assert is_one_rule(theme_css(look))
    assert look_of(profiles.edit(made, wish)) == look
