"""Conditions: which entries meet them, what the others have instead, and which make no sense."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_server.errors import ApiError, Problem
from mock_server.web.journal import Entry
from mock_server.web.matching import Miss, conditions, difference, matches, near_miss

OPERATIONS = frozenset({"access.createUser", "access.getWebForm", "webform.getWebForm"})
NOON = datetime(2026, 8, 13, 10, 0, tzinfo=UTC)

REQUEST = Entry(
    "request",
    "POST",
    "/api/v2/users?password=open-sesame",
    number=7,
    at=NOON,
    client_id="shop",
    user="Alice",
    operation="access.createUser",
    request_type="application/json",
    request_body=b'{"id": "alice", "password": "open-sesame", "phone": {"code": 49, "digits": [1, 2]}}',
    status=404,
    scenario="slow-bank",
)
CALLBACK = Entry("callback", "POST", "https://shop.example/cb/1?state=42", number=8, at=NOON, client_id="shop")
FORM = Entry("request", "POST", "/oauth/token", request_type="application/x-www-form-urlencoded")
FORM.request_body = b"grant_type=password&username=alice"


def meets(entry: Entry, **wanted: Any) -> bool:
    return matches(entry, conditions(wanted, OPERATIONS))


@pytest.mark.parametrize(
    ("wanted", "met"),
    [
        ({}, True),
        ({"kind": "request"}, True),
        ({"kind": "callback"}, False),
        ({"operation": "createUser"}, True),
        ({"operation": "access.createUser"}, True),
        ({"operation": "getWebForm"}, False),
        ({"client": "shop"}, True),
        ({"client": "sho"}, False),
        ({"user": "Alice"}, True),
        ({"user": "aLICE"}, True),
        ({"user": "bob"}, False),
        ({"scenario": "slow-bank"}, True),
        ({"scenario": "slow"}, False),
        ({"status": 404}, True),
        ({"status": "404"}, True),
        ({"status": "4xx"}, True),
        ({"status": "4XX"}, True),
        ({"status": "5xx"}, False),
        ({"status": 400}, False),
        ({"after": 6}, True),
        ({"after": "6"}, True),
        ({"after": 7}, False),
        ({"since": "2026-08-13T10:00:00Z"}, True),
        ({"since": "2026-08-13T12:00:00.000+02:00"}, True),
        ({"since": "2026-08-13T12:00:00.000 02:00"}, True),  # a + in a query that nobody has escaped
        ({"since": "2026-08-13T10:00:00.001Z"}, False),
        ({"until": "2026-08-13T10:00:00Z"}, True),
        ({"until": "2026-08-13T09:59:59Z"}, False),
        ({"path": "/api/v2/users"}, True),
        ({"path": "/api/*"}, True),
        ({"path": "/api/v2/users*password*"}, False),  # the query is no part of the path
        ({"path": "/api"}, False),
        ({"body": {}}, True),
        ({"body": {"id": "alice", "phone": {"code": 49}}}, True),
        ({"body": {"id": "bob"}}, False),
        ({"body": {"password": "XXXXX"}}, True),
        ({"operation": "createUser", "status": "4xx", "user": "alice"}, True),
        ({"operation": "createUser", "status": "4xx", "user": "bob"}, False),
    ],
    ids=str,
)
def test_a_request_meets_what_fits_it(wanted: dict[str, Any], met: bool) -> None:
    assert meets(REQUEST, **wanted) is met


@pytest.mark.parametrize(
    ("wanted", "met"),
    [
        ({"kind": "callback"}, True),
        ({"path": "https://shop.example/cb/*"}, True),
        ({"path": "*/cb/1"}, True),
        ({"status": "2xx"}, False),  # nobody answered
        ({"operation": "createUser"}, False),
        ({"user": "alice"}, False),
        ({"scenario": "slow-bank"}, False),
        ({"body": {}}, False),
    ],
    ids=str,
)
def test_a_callback_meets_what_fits_it(wanted: dict[str, Any], met: bool) -> None:
    assert meets(CALLBACK, **wanted) is met


def test_the_fields_of_a_form_are_a_body_too() -> None:
    assert meets(FORM, body={"grant_type": "password"})
    assert not meets(FORM, body={"grant_type": "refresh_token"})


@pytest.mark.parametrize(
    ("wanted", "found", "differs"),
    [
        ({"a": 1}, {"a": 1, "b": 2}, None),
        ({"a": 1.0}, {"a": 1}, None),
        ({"a": None}, {}, None),
        ({"a": True}, {"a": 1}, Miss("body.a", True, 1)),
        ({"a": 1}, {"a": True}, Miss("body.a", 1, True)),
        ({"a": "1"}, {"a": 1}, Miss("body.a", "1", 1)),
        ({"a": {"b": 1}}, {"a": {"b": 2, "c": 3}}, Miss("body.a.b", 1, 2)),
        ({"a": {"b": 1}}, {"a": None}, Miss("body.a", {"b": 1}, None)),
        ([{"a": 1}, {}], [{"a": 1, "b": 2}, {"a": 3}], None),
        ([{"a": 1}, {"a": 2}], [{"a": 1}, {"a": 3}], Miss("body[1].a", 2, 3)),
        ([1], [1, 2], Miss("body", [1], [1, 2])),
        ([], [], None),
        ([], {}, Miss("body", [], {})),
        (None, None, None),
        ({}, None, Miss("body", {}, None)),
    ],
    ids=str,
)
def test_a_body_fits_if_all_that_is_wanted_is_in_it(wanted: Any, found: Any, differs: Miss | None) -> None:
    assert difference(wanted, found) == differs


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text("ab", max_size=2),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner),
    max_leaves=10,
)


@given(ANY_JSON, ANY_JSON)
def test_every_body_is_part_of_itself_and_a_difference_is_one(one: Any, other: Any) -> None:
    assert difference(one, one) is None
    miss = difference(one, other)
    assert miss is None or (miss.wanted, type(miss.wanted)) != (miss.found, type(miss.found))


@pytest.mark.parametrize(
    ("wanted", "near"),
    [
        ({"operation": "createUser", "status": 201}, (1, Miss("status", 201, 404))),
        ({"status": 201, "operation": "createUser"}, (1, Miss("status", 201, 404))),
        ({"operation": "getWebForm", "status": 404}, (0, Miss("operation", "getWebForm", "access.createUser"))),
        ({"user": "alice", "body": {"phone": {"digits": [1, 3]}}}, (1, Miss("body.phone.digits[1]", 3, 2))),
        ({"user": "bob", "status": 404}, (0, Miss("user", "bob", "Alice"))),
        ({"client": "shop", "path": "/x"}, (1, Miss("path", "/x", "/api/v2/users?password=XXXXX"))),
        (
            {"client": "shop", "since": "2027-01-01T00:00:00Z"},
            (1, Miss("since", "2027-01-01T01:00:00.000+01:00", "2026-08-13T12:00:00.000+02:00")),
        ),
        ({"client": "shop", "after": 7}, (1, Miss("after", 7, 7))),
        ({"user": "bob", "status": 200}, None),  # too far
        ({"user": "alice", "status": 404}, None),  # not missed
        ({"status": 200}, None),  # of one condition, every entry would be near
        ({}, None),
    ],
    ids=str,
)
def test_an_entry_that_fails_one_condition_of_several_is_near(
    wanted: dict[str, Any], near: tuple[int, Miss] | None
) -> None:
    assert near_miss(REQUEST, conditions(wanted, OPERATIONS)) == near


STATUS = "Must be a status such as 404, or a class of them such as 4xx."
NUMBER = "Must be the number of an entry."
TEXT = "Must be a text."


@pytest.mark.parametrize(
    ("wanted", "problem"),
    [
        ({"opration": "x"}, Problem("opration", "There is no such field. Did you mean 'operation'?")),
        ({"kind": "callbak"}, Problem("kind", "There is no such kind. Did you mean 'callback'?")),
        ({"kind": 1}, Problem("kind", "There is no such kind. Known are: request, callback.")),
        ({"operation": "creatUser"}, Problem("operation", "There is no such operation. Did you mean 'createUser'?")),
        (
            {"operation": "acess.getWebForm"},
            Problem("operation", "There is no such operation. Did you mean 'access.getWebForm'?"),
        ),
        ({"operation": None}, Problem("operation", TEXT)),
        ({"client": ["shop"]}, Problem("client", TEXT)),
        ({"user": ""}, Problem("user", TEXT)),
        ({"scenario": 1}, Problem("scenario", TEXT)),
        ({"path": {}}, Problem("path", TEXT)),
        ({"status": "many"}, Problem("status", STATUS)),
        ({"status": 600}, Problem("status", STATUS)),
        ({"status": "40x"}, Problem("status", STATUS)),
        ({"status": True}, Problem("status", STATUS)),
        ({"after": "last"}, Problem("after", NUMBER)),
        ({"after": -1}, Problem("after", NUMBER)),
        ({"after": True}, Problem("after", NUMBER)),
        ({"after": "٣"}, Problem("after", NUMBER)),
        (
            {"since": "noon"},
            Problem("since", "'noon' is not a timestamp; write for example 2026-12-24T18:00:00Z"),
        ),
        ({"until": 12}, Problem("until", TEXT)),
        (
            {"body": {"a": [{"password": "open-sesame"}]}},
            Problem("body", "Holds a secret. The journal shows secrets as XXXXX: compare with that, or leave it out."),
        ),
    ],
    ids=str,
)
def test_a_condition_that_makes_no_sense_is_refused_with_the_remedy(wanted: dict[str, Any], problem: Problem) -> None:
    with pytest.raises(ApiError) as refused:
        conditions(wanted, OPERATIONS)
    assert refused.value.problems == (problem,)


def test_all_mistakes_are_named_at_once_with_their_place() -> None:
    with pytest.raises(ApiError) as refused:
        conditions({"status": "many", "usr": "x", "kind": "x"}, OPERATIONS, "calls.")
    assert [problem.field for problem in refused.value.problems] == ["calls.usr", "calls.kind", "calls.status"]
