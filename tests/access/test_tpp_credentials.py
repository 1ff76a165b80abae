from collections.abc import Mapping
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.access.tpp import CREDENTIALS, Admin
from tests.actors import Shop
from tests.refusals import access_error, told

GROUPS = f"{CREDENTIALS}/tppAuthenticationGroups"
SECRETS = {"tppClientId": "a23312", "tppClientSecret": "rabbit", "tppApiKey": "hole", "tppName": "A TPP"}


@pytest.fixture
def admin(http: TestClient) -> Admin:
    return Admin(http)


def test_credentials_are_valid_from_today_without_an_end_and_show_no_secret(admin: Admin) -> None:
    created = admin.registers(**SECRETS)
    assert created == {
        "id": created["id"],
        "label": "My bank",
        "tppAuthenticationGroupId": 1,
        "validFrom": "2026-08-13",
    }
    assert admin.sees(f"{CREDENTIALS}/{created['id']}") == created
    assert admin.sees(CREDENTIALS)["tppCredentials"] == [created]


def test_an_edit_changes_what_it_names(admin: Admin) -> None:
    path = f"{CREDENTIALS}/{admin.registers(validFromDate='2026-01-01', validUntilDate='2026-12-31')['id']}"
    before = admin.sees(path)
    assert before["validUntil"] == "2026-12-31"
    assert admin.patches(path, tppClientSecret="new").json() == before
    assert admin.patches(path).json() == before
    changes = {"label": "Another", "tppAuthenticationGroupId": 2, "validUntilDate": "2027-06-30"}
    answer = admin.patches(path, **changes)
    after = {**before, "label": "Another", "tppAuthenticationGroupId": 2, "validUntil": "2027-06-30"}
    assert told(answer) == (200, after)
    assert admin.sees(path) == after


@pytest.mark.parametrize(
    ("wish", "code", "message"),
    [
        (
            {"tppAuthenticationGroupId": 99},
            "UNKNOWN_ENTITY",
            "TPP authentication group with ID '99' not found.",
        ),
        (
            {"validFromDate": "2026-09-02", "validUntilDate": "2026-09-01"},
            "ILLEGAL_FIELD_VALUE",
            "Field 'validUntilDate' not valid: it lies before the first day of use, 2026-09-02.",
        ),
        (
            {"validUntilDate": "2026-08-12"},
            "ILLEGAL_FIELD_VALUE",
            "Field 'validUntilDate' not valid: it lies before the first day of use, 2026-08-13.",
        ),
    ],
)
def test_an_unknown_group_and_impossible_dates_are_422(
    admin: Admin, wish: Mapping[str, Any], code: str, message: str
) -> None:
    answer = admin.posts(CREDENTIALS, {"tppAuthenticationGroupId": 1, "label": "My bank", **wish})
    assert told(answer) == (422, access_error(answer, code, message, who="11/0"))
    assert admin.sees(CREDENTIALS)["tppCredentials"] == []
    created = admin.registers()
    path = f"{CREDENTIALS}/{created['id']}"
    answer = admin.patches(path, **wish)
    assert told(answer) == (422, access_error(answer, code, message, who="11/0"))
    assert admin.sees(path) == created


@pytest.mark.parametrize("field", ["label", *SECRETS])
def test_texts_have_256_characters_at_most_and_an_edit_takes_no_empty_one(admin: Admin, field: str) -> None:
    assert admin.registers(**{field: "x" * 256})
    body = {"tppAuthenticationGroupId": 1, "label": "My bank", field: "x" * 257}
    assert admin.posts(CREDENTIALS, body).status_code == 400
    path = f"{CREDENTIALS}/{admin.registers(**{field: ''})['id']}"
    assert admin.patches(path, **{field: ""}).status_code == 400
    assert admin.patches(path, **{field: "x" * 257}).status_code == 400
    assert admin.patches(path, **{field: "x"}).status_code == 200


@pytest.mark.parametrize("method", ["gets", "patches", "deletes"])
def test_deleted_and_unknown_credentials_are_404(admin: Admin, method: str) -> None:
    path = f"{CREDENTIALS}/{admin.registers()['id']}"
    answer = admin.deletes(path)
    assert (answer.status_code, answer.content) == (200, b"")
    answer = getattr(admin, method)(path)
    assert told(answer) == (404, access_error(answer, "UNKNOWN_ENTITY", "Resource not found", who="11/0"))


@pytest.mark.parametrize(
    ("search", "labels"),
    [
        ("sparkasse", ["Flussland"]),
        ("SPARKASSE erlental", ["Flussland"]),
        ("39950110", ["Flussland"]),
        ("QERLDE30", ["Flussland"]),
        ("DE50399501100000000000", ["Flussland"]),
        ("erlental birkenfurt", []),
        ("volksbank", ["Hofland"]),
        ("no such bank", []),
    ],
)
def test_search_finds_what_opens_a_bank(admin: Admin, search: str, labels: list[str]) -> None:
    admin.registers(label="Flussland", tppAuthenticationGroupId=1)
    admin.registers(label="Hofland", tppAuthenticationGroupId=2)
    found = admin.sees(CREDENTIALS, search=search)
    assert [one["label"] for one in found["tppCredentials"]] == labels
    assert found["paging"]["totalCount"] == len(labels)


def test_the_list_is_paged_and_ordered_by_label(admin: Admin) -> None:
    for label in ("b", "C", "a"):
        admin.registers(label=label)
    assert [one["label"] for one in admin.sees(CREDENTIALS)["tppCredentials"]] == ["a", "b", "C"]
    page = admin.sees(CREDENTIALS, order="label,desc", page=1, perPage=2)
    assert [one["label"] for one in page["tppCredentials"]] == ["C", "b"]
    assert page["paging"] == {"page": 1, "perPage": 2, "pageCount": 2, "totalCount": 3}
    assert admin.gets(CREDENTIALS, order="id").status_code == 400


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ({}, [1, 2, 3, 4, 5, 6]),
        ({"ids": "2,5,99"}, [2, 5]),
        ({"name": "xs2a de"}, [1, 2]),
        ({"name": "XS2A", "ids": "6"}, [6]),
        ({"bankBlz": "39950110"}, [1]),
        ({"bankName": "sparkasse erl"}, [1]),
        ({"bankName": "Sparkasse Erlental", "bankBlz": "69990210"}, []),
        ({"name": "Hofland", "bankName": "sparkasse"}, []),
        ({"order": "name,desc"}, [4, 6, 5, 2, 1, 3]),
        ({"order": "id,desc", "perPage": "2"}, [6, 5]),
    ],
)
def test_groups_are_found_by_name_and_by_their_banks(admin: Admin, query: dict[str, str], ids: list[int]) -> None:
    assert [group["id"] for group in admin.sees(GROUPS, **query)["tppAuthenticationGroups"]] == ids


def test_every_group_of_the_catalogue_can_be_found_and_used(admin: Admin, shop: Shop) -> None:
    known = {group["id"]: group for group in admin.sees(GROUPS, perPage=500)["tppAuthenticationGroups"]}
    banks = shop.sees("/api/v2/banks", perPage=500)["banks"]
    used = [interface.get("tppAuthenticationGroup") for bank in banks for interface in bank["interfaces"]]
    assert all(known[group["id"]] == group for group in used if group is not None)
    for id in known:
        assert admin.registers(tppAuthenticationGroupId=id)["tppAuthenticationGroupId"] == id


@pytest.mark.parametrize("path", [CREDENTIALS, GROUPS])
def test_credentials_are_the_admins(shop: Shop, path: str) -> None:
    assert shop.gets(path).status_code == 403
    assert shop.welcomes("alice").gets(path).status_code == 403
