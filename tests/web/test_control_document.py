"""The OpenAPI document of the control API, held against its routes and against what they answer."""

import re
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml
from starlette.testclient import TestClient

import mock_server.web
from mock_server.contract.documents import resource
from mock_server.settings import Settings
from tests.access.direct import BACK
from tests.actors import EndUser, Shop

WEB = Path(mock_server.web.__file__).parent
ROUTE = re.compile(r'Route\(\s*"(/_mock[^"]*)"(?:[^"\n]*methods=\["(\w+)"\])?')


@cache
def document() -> Any:
    return yaml.safe_load(resource("openapi", "control.yaml").read_text(encoding="utf-8"))


def routes() -> set[tuple[str, str]]:
    """Methods and paths, as the sources have them."""
    found = {match for file in WEB.glob("*.py") for match in ROUTE.findall(file.read_text(encoding="utf-8"))}
    return {(method or "GET", path.replace(":path}", "}")) for path, method in found}


def described() -> set[tuple[str, str]]:
    return {(method.upper(), path) for path, methods in document()["paths"].items() for method in methods}


def test_every_route_is_described_and_everything_described_is_a_route() -> None:
    assert described() == routes() | {("GET", "/_mock/ca.pem")}
    assert len(described()) > 35


def test_no_two_operations_have_the_same_name() -> None:
    names = [operation["operationId"] for methods in document()["paths"].values() for operation in methods.values()]
    assert len(names) == len(set(names))


def test_the_document_is_served_beside_the_others(http: TestClient) -> None:
    served = http.get("/openapi/control.yaml")
    assert served.status_code == 200
    assert yaml.safe_load(served.text) == document()
    assert "/openapi/control.yaml" in http.get("/docs").text


@pytest.fixture
def settings() -> Settings:
    return Settings(license="FULLY_LICENSED")


def test_answers_fit_the_document(shop: Shop, alice: EndUser) -> None:
    alice.connects(login="demo_no_msa", redirectUrl=BACK)
    form = alice.starts_import(redirectUrl=BACK, callbacks={"finalised": "https://shop.example/done"})
    shop.http.get("/api/v2/bankConection")
    number = shop.http.get("/_mock/requests?limit=1").json()["requests"][0]["number"]
    text = "name: mine\ndescription: Mine.\nrules: [{then: {refuse: LOCKED}}]"
    for method, path, more in (
        ("GET", "/_mock/health", {}),
        ("GET", "/_mock/clients", {}),
        ("POST", "/_mock/clients", {"json": {"clientId": "guest", "license": "AISP"}}),
        ("DELETE", "/_mock/clients/{id}", {"in_path": "guest"}),
        ("GET", "/_mock/clock", {}),
        ("POST", "/_mock/clock", {"json": {"advance": "20min"}}),
        ("POST", "/_mock/clock", {"json": {"advnce": "2h"}}),
        ("GET", "/_mock/pace", {}),
        ("POST", "/_mock/pace", {"json": {"pace": "3-reads"}}),
        ("GET", "/_mock/requests", {}),
        ("GET", "/_mock/requests.har", {}),
        ("GET", "/_mock/requests/{number}", {"in_path": number}),
        ("GET", "/_mock/requests/{number}/why", {"in_path": number}),
        ("POST", "/_mock/verify", {"json": {"calls": {"operation": "createUser"}}}),
        ("POST", "/_mock/verify", {"json": {"calls": {"operation": "createUser"}, "exactly": 2}}),
        ("POST", "/_mock/library", {"content": text}),
        ("GET", "/_mock/library", {}),
        ("GET", "/_mock/library/{name}", {"in_path": "mine"}),
        ("POST", "/_mock/scenarios", {"json": {"on": ["mine"]}}),
        ("GET", "/_mock/scenarios", {}),
        ("GET", "/_mock/state", {}),
        ("GET", "/_mock/state/{kind}", {"in_path": "accounts"}),
        ("GET", "/_mock/snapshot", {}),
        ("GET", "/_mock/magic", {}),
        ("GET", "/_mock/webForms/{id}", {"in_path": form["id"]}),
        ("POST", "/_mock/bankConnections/{id}/complete", {"in_path": 7}),
        ("POST", "/_mock/payments/{id}/complete", {"in_path": 7}),
        ("POST", "/_mock/standingOrders/{id}/complete", {"in_path": 7}),
        ("GET", "/_mock/callbacks", {}),
        ("POST", "/_mock/callbacks", {"json": {"url": "https://shop.example/", "body": {}}}),
        ("GET", "/_mock/callbacks/{id}", {"in_path": 4711}),
        ("POST", "/_mock/seed", {"content": "users: [{id: bob, password: open-sesame}]"}),
        ("POST", "/_mock/reset", {}),
    ):
        answer = shop.http.request(
            method,
            re.sub(r"\{\w+\}", str(more.pop("in_path", "")), path),
            headers={"x-mock-client": shop.client_id},
            **more,
        )
        assert not misfits(method, path, answer), f"{method} {path}: {answer.text[:300]}"


def misfits(method: str, path: str, answer: Any) -> list[str]:
    """What of an answer its description does not allow."""
    responses = document()["paths"][path][method.lower()]["responses"]
    response = responses.get(str(answer.status_code)) or responses[f"{answer.status_code // 100}XX"]
    if "$ref" in response:
        response = document()["components"]["responses"][response["$ref"].rpartition("/")[2]]
    schema = {**response["content"]["application/json"]["schema"], "components": document()["components"]}
    return [error.message for error in jsonschema_rs.Draft202012Validator(schema).iter_errors(answer.json())]
