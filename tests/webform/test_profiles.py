from typing import Any
from urllib.parse import unquote

import pytest
from starlette.testclient import TestClient

from mock_server.settings import Settings
from tests.actors import Admin, EndUser, Shop
from tests.pictures import GIF, ICON, PNG, SVG, uri
from tests.refusals import told, webform_error, webform_problems

PROFILES = "/api/profiles"
Json = dict[str, Any]

FULL: Json = {
    "label": "Dark blue",
    "default": True,
    "brand": {"logo": SVG, "favicon": ICON, "icon": {"info": PNG, "loading": GIF}, "introText": "Hello"},
    "functionality": {
        "progressBar": "HIDDEN",
        "header": "RENDER",
        "language": {"selector": "HIDDEN", "locked": "DE"},
        "bankBanner": "RENDER",
        "tuvLogo": "RENDER",
        "bankSearch": {"defaultCountry": "DE"},
        "bankDetails": "EDITABLE",
        "bankLoginHint": "COLLAPSED",
        "storeSecrets": "MANDATORY",
        "storeSecretsSap": "IMPLICIT_APPROVAL",
        "termsAndConditionsText": "BASIC",
        "accountSelectionConfiguration": {"mode": "MULTIPLE", "preselected": True},
        "renderAccountSelectionView": True,
        "hidePaymentOverview": True,
        "hidePaymentSummary": False,
        "skipConfirmationView": True,
    },
    "aspect": {
        "colorScheme": {
            "brand": "#003366",
            "secondary": "#abcDEF",
            "text": {"primary": "#111111", "secondary": "#222222"},
        },
        "text": {"fontFamily": 'Georgia, "Fira Sans"'},
        "theme": "MOBILE_MINIMALISTIC",
    },
}


def creates(admin: Admin, label: str, **wish: Any) -> Json:
    answer = admin.posts(PROFILES, label=label, **wish)
    assert answer.status_code == 201, answer.text
    created: Json = answer.json()
    return created


def path_of(profile: Json) -> str:
    return f"{PROFILES}/{profile['id']}"


@pytest.mark.parametrize(
    ("wish", "shown"),
    [
        (FULL, FULL),
        ({"label": "Plain"}, {"label": "Plain", "default": False}),
        ({"label": "", "default": None, "brand": None}, {"label": "", "default": False}),
        (
            {"label": "x", "brand": {"icon": {}, "logo": None}, "aspect": {"text": None}},
            {"label": "x", "default": False, "brand": {"icon": {}}, "aspect": {}},
        ),
    ],
)
def test_a_profile_shows_what_was_given_and_no_defaults(admin: Admin, wish: Json, shown: Json) -> None:
    answer = admin.posts(PROFILES, **wish)
    created = answer.json()
    assert told(answer) == (201, {"id": created["id"], "createdAt": "2026-08-13T10:00:00.000+0000", **shown})
    assert len(created["id"]) == 36
    assert admin.sees(path_of(created)) == created
    assert admin.sees(PROFILES)["items"] == [created]
    assert "x-mock-warning" not in answer.headers


def test_profiles_are_listed_in_the_order_of_their_creation(admin: Admin) -> None:
    labels = [creates(admin, label)["label"] for label in "cab"]
    admin.moves_clock(advance="1m")
    labels.append(creates(admin, "d")["label"])
    page = admin.sees(PROFILES, perPage=3)
    assert [profile["label"] for profile in page["items"]] == labels[:3]
    assert page["paging"] == {"page": 1, "perPage": 3, "pageCount": 2, "totalCount": 4}
    assert [profile["label"] for profile in admin.sees(PROFILES, perPage=3, page=2)["items"]] == ["d"]
    assert admin.sees(PROFILES, order="createdAt,desc")["items"][0]["label"] == "d"
    answer = admin.gets(PROFILES, order="label")
    assert [error["field"] for error in answer.json()["errors"]] == ["order"]


# Editing


@pytest.mark.parametrize(
    ("change", "after"),
    [
        ({}, {}),
        ({"label": "Red"}, {"label": "Red"}),
        ({"label": "Blue", "default": True}, {}),  # its own label, and the default that it is
        ({"default": False}, {"default": False}),
        ({"brand": {"introText": "Hi"}}, {"brand": {"logo": PNG, "introText": "Hi"}}),
        ({"brand": {"logo": None}}, {"brand": {}}),
        ({"aspect": {"theme": "DEFAULT"}}, {"aspect": {"theme": "DEFAULT"}}),
    ],
)
def test_an_edit_changes_what_is_sent_and_answers_201(admin: Admin, change: Json, after: Json) -> None:
    before = creates(admin, "Blue", default=True, brand={"logo": PNG})
    admin.moves_clock(advance="1m")
    answer = admin.patches(path_of(before), **change)
    assert told(answer) == (201, {**before, **after})
    assert admin.sees(path_of(before)) == answer.json()


def test_an_edited_profile_keeps_its_place(admin: Admin) -> None:
    first, second = creates(admin, "first"), creates(admin, "second")
    admin.patches(path_of(first), label="edited")
    assert [profile["id"] for profile in admin.sees(PROFILES)["items"]] == [first["id"], second["id"]]


# Refusals


def test_a_label_is_taken_once(admin: Admin) -> None:
    creates(admin, "Blue")
    red = creates(admin, "Red")
    for answer in (admin.posts(PROFILES, label="Blue"), admin.patches(path_of(red), label="Blue")):
        words = "There is a profile with the label 'Blue' already."
        assert told(answer) == (422, webform_error(answer, "ENTITY_EXISTS", words))
    assert [profile["label"] for profile in admin.sees(PROFILES)["items"]] == ["Blue", "Red"]


def test_there_is_one_default(admin: Admin) -> None:
    blue, red = creates(admin, "Blue", default=True), creates(admin, "Red")
    for answer in (admin.posts(PROFILES, label="Green", default=True), admin.patches(path_of(red), default=True)):
        words = "The profile 'Blue' is the default already; set its default to false first."
        assert told(answer) == (422, webform_error(answer, "ENTITY_EXISTS", words))
    admin.patches(path_of(blue), default=False)
    assert admin.patches(path_of(red), default=True).json()["default"] is True
    admin.deletes(path_of(red))
    assert creates(admin, "Green", default=True)["default"] is True


MUST_BE_SET = "Must be set, because functionality.header is HIDDEN."
IMAGE = (
    "Must be a data URI: data:image/(png|jpg|jpeg|gif|svg+xml);base64, followed by the data in base64, with padding."
)


@pytest.mark.parametrize(
    ("wish", "field", "words"),
    [
        ({"functionality": {"header": "HIDDEN"}}, "functionality.language.locked", MUST_BE_SET),
        ({"functionality": {"header": "HIDE"}}, "functionality.header", "Must be one of RENDER, HIDDEN"),
        (
            {"functionality": {"headr": "HIDDEN"}},
            "functionality.headr",
            "There is no such field. Did you mean 'header'?",
        ),
        ({"functionality": {"language": {"locked": "de"}}}, "functionality.language.locked", "Must be one of CS, DE"),
        (
            {"functionality": {"bankSearch": {"defaultCountry": "XX"}}},
            "functionality.bankSearch.defaultCountry",
            "Must be",
        ),
        ({"brand": {"logo": "https://shop.example/logo.png"}}, "brand.logo", IMAGE),
        ({"brand": {"logo": ICON}}, "brand.logo", IMAGE),
        ({"brand": {"icon": {"loading": PNG}}}, "brand.icon.loading", "Must be a data URI: data:image/gif;base64,"),
        ({"brand": {"logo": uri("image/png", b"x")}}, "brand.logo", "The data are not of the media type image/png"),
        ({"brand": {"logo": "data:image/png;base64,"}}, "brand.logo", "There are no data"),
        ({"brand": {"introText": "x" * 1001}}, "brand.introText", "Must have at most 1000 characters, has 1001."),
        ({"aspect": {"colorScheme": {"brand": "#fff"}}}, "aspect.colorScheme.brand", "Must match"),
        ({"aspect": {"colorScheme": {"brand": "blue"}}}, "aspect.colorScheme.brand", "Must match"),
        ({"aspect": {"text": {"fontFamily": ""}}}, "aspect.text.fontFamily", "Field is blank."),
        ({"aspect": {"theme": "DARK"}}, "aspect.theme", "Must be one of DEFAULT, MOBILE_MINIMALISTIC."),
        ({"label": "x" * 129}, "label", "Must have at most 128 characters, has 129."),
    ],
)
def test_a_malformed_profile_is_refused_by_field_and_changes_nothing(
    admin: Admin, wish: Json, field: str, words: str
) -> None:
    before = creates(admin, "Blue")
    for answer in (admin.posts(PROFILES, **{"label": "Red", **wish}), admin.patches(path_of(before), **wish)):
        assert answer.status_code == 400
        assert set(answer.json()) == {"errors", "timestamp", "endpoint"}
        [error] = answer.json()["errors"]
        assert error["field"] == field
        assert error["message"].startswith(words)
    assert admin.sees(PROFILES)["items"] == [before]


def test_a_profile_needs_a_label(admin: Admin) -> None:
    answer = admin.posts(PROFILES, default=True)
    assert told(answer) == (400, webform_problems(answer, ("label", "Field is missing.")))


@pytest.mark.parametrize(("field", "limit"), [("logo", 5_000_000), ("favicon", 500_000)])
def test_an_image_has_a_limit(admin: Admin, field: str, limit: int) -> None:
    start = "data:image/gif;base64,"
    rest = (limit - len(start)) // 4 * 4
    largest = start + "R0lGODlh" + (rest - 8) * "A"
    answer = admin.posts(PROFILES, label="large", brand={field: largest})
    assert answer.status_code == 201
    assert answer.json()["brand"] == {field: largest}
    answer = admin.posts(PROFILES, label="too large", brand={field: largest + "AAAA"})
    words = f"Must have at most {limit} characters, has {len(largest) + 4}."
    assert told(answer) == (400, webform_problems(answer, (f"brand.{field}", words)))


def test_the_language_is_judged_by_what_an_edit_leaves(admin: Admin) -> None:
    profile = creates(admin, "Blue", functionality={"header": "HIDDEN", "language": {"locked": "DE"}})
    answer = admin.patches(path_of(profile), functionality={"header": "RENDER"})
    words = "Must be null unless functionality.header or functionality.language.selector is HIDDEN."
    assert told(answer) == (400, webform_problems(answer, ("functionality.language.locked", words)))
    answer = admin.patches(path_of(profile), functionality={"header": "RENDER", "language": {"locked": None}})
    assert answer.json()["functionality"] == {"header": "RENDER", "language": {}}


# What only finAPI's support may set, and what means nothing


RESERVED = [("storeSecrets", "IMPLICIT_APPROVAL"), ("hidePaymentSummary", True)]


@pytest.mark.parametrize(("field", "value"), RESERVED)
def test_what_only_finapis_support_can_set_is_accepted_with_a_warning(admin: Admin, field: str, value: Any) -> None:
    profile = creates(admin, "Blue")
    for answer in (
        admin.posts(PROFILES, label="Red", functionality={field: value}),
        admin.patches(path_of(profile), functionality={field: value}),
    ):
        assert answer.json()["functionality"] == {field: value}
        assert f"finAPI would refuse functionality.{field}" in answer.headers["x-mock-warning"]
    later = admin.patches(path_of(profile), label="Green")
    assert "x-mock-warning" not in later.headers


def test_an_undocumented_value_is_kept_with_a_warning(admin: Admin) -> None:
    answer = admin.posts(PROFILES, label="Red", functionality={"bankBanner": "HIDE"})
    assert answer.json()["functionality"] == {"bankBanner": "HIDE"}
    assert "does not know this value of functionality.bankBanner" in answer.headers["x-mock-warning"]


class TestStrict:
    @pytest.fixture
    def settings(self) -> Settings:
        return Settings(strict=True)

    @pytest.mark.parametrize(("field", "value"), RESERVED)
    def test_what_only_finapis_support_can_set_is_refused(self, admin: Admin, field: str, value: Any) -> None:
        words = "IMPLICIT_APPROVAL" if field == "storeSecrets" else "true"
        answer = admin.posts(PROFILES, label="Red", functionality={field: value})
        problem = (f"functionality.{field}", f"Only finAPI's support can set {words}.")
        assert told(answer) == (400, webform_problems(answer, problem))
        assert admin.sees(PROFILES)["items"] == []


@pytest.mark.parametrize("id", ["%20", "%1C", "blue"])
def test_an_id_of_nothing_names_no_profile_even_if_it_is_blank(admin: Admin, id: str) -> None:
    answer = admin.gets(f"{PROFILES}/{id}")
    assert told(answer) == (404, webform_error(answer, "NOT_FOUND", f"There is no profile '{unquote(id)}'."))


# Whose profiles they are


def test_a_deleted_profile_is_gone(admin: Admin) -> None:
    profile = creates(admin, "Blue", default=True)
    answer = admin.deletes(path_of(profile))
    assert (answer.status_code, answer.content) == (200, b"")
    for answer in (
        admin.gets(path_of(profile)),
        admin.patches(path_of(profile), label="Red"),
        admin.deletes(path_of(profile)),
    ):
        words = f"There is no profile '{profile['id']}'."
        assert told(answer) == (404, webform_error(answer, "NOT_FOUND", words))
    assert admin.sees(PROFILES)["items"] == []
    assert creates(admin, "Blue", default=True)["id"] != profile["id"]


def test_profiles_are_the_admins_business(admin: Admin, alice: EndUser) -> None:
    path = path_of(creates(admin, "Blue"))
    for caller in (alice.bearer, alice.shop.bearer()):
        for answer in (
            admin.http.get(PROFILES, headers=caller),
            admin.http.post(PROFILES, json={"label": "Red"}, headers=caller),
            admin.http.get(path, headers=caller),
            admin.http.patch(path, json={"label": "Red"}, headers=caller),
            admin.http.delete(path, headers=caller),
        ):
            assert told(answer) == (403, webform_error(answer, "FORBIDDEN", "Access is denied"))
    assert admin.http.get(PROFILES).json()["code"] == "UNAUTHORIZED"
    assert [profile["label"] for profile in admin.sees(PROFILES)["items"]] == ["Blue"]


def test_each_mandator_has_its_own(admin: Admin, http: TestClient) -> None:
    path = path_of(creates(admin, "Blue", default=True))
    others = Shop(http, "bakery-admin")
    assert others.sees(PROFILES)["items"] == []
    assert others.gets(path).status_code == 404
    answer = http.post(PROFILES, json={"label": "Blue", "default": True}, headers=others.bearer())
    assert answer.status_code == 201
