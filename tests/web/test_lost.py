"""Requests to the control API that miss."""

import pytest
from starlette.testclient import TestClient


@pytest.mark.parametrize(
    ("path", "hint"),
    [
        ("/_mock/clok", "The nearest are /_mock/clock"),
        ("/_mock/scenario", "The nearest are /_mock/scenarios"),
        ("/_mock/" + "x" * 500, "/openapi/control.yaml describes those there are."),
    ],
)
def test_a_path_that_is_not_there_is_told_the_nearest(path: str, hint: str, http: TestClient) -> None:
    answer = http.get(path)
    assert answer.status_code == 404
    [error] = answer.json()["errors"]
    assert error["field"] == "path"
    assert hint in error["message"]


@pytest.mark.parametrize(
    ("method", "path", "methods"),
    [
        ("GET", "/_mock/reset", "POST"),
        ("DELETE", "/_mock/clock", "GET, POST"),
        ("POST", "/_mock/snapshot", "GET, PUT"),
        ("GET", "/_mock/webForms/5/complete", "POST"),
    ],
)
def test_a_wrong_method_is_told_the_right_ones(method: str, path: str, methods: str, http: TestClient) -> None:
    answer = http.request(method, path)
    assert answer.status_code == 405
    assert answer.headers["allow"] == methods
    message = f"{path} does not answer {method}, but {methods}."
    assert answer.json() == {"errors": [{"field": "method", "message": message}]}


def test_other_paths_are_answered_as_before(http: TestClient) -> None:
    assert http.get("/nowhere").json()["error"] == "Not Found"
    assert http.delete("/docs").status_code == 405
