"""Checking request bodies against the document, and saying what is wrong in words.

The validators are compiled when an operation is first called: all of them together would cost
a start more than everything else.
"""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import orjson

from mock_server.contract import nesting
from mock_server.contract.problems import describe
from mock_server.contract.schemas import for_answers, for_requests, resolve
from mock_server.errors import ApiError, Problem, Refusal, invalid

if TYPE_CHECKING:
    import jsonschema_rs

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
MOST_FIELDS = 100


class BodyChecks:
    """The compiled schemas of one document."""

    def __init__(self, api: str, document: Mapping[str, Any], *, strict: bool) -> None:
        self._document = document
        self._strict = strict
        self._base = f"urn:{api}"

    def of(self, request_body: Mapping[str, Any] | None) -> "BodyCheck | None":
        if request_body is None:
            return None
        declared = resolve(self._document, request_body)
        media, content = next(iter(declared["content"].items()))
        return BodyCheck(self, media, content.get("schema", {}), required=declared.get("required", False))

    def validator(self, schema: Mapping[str, Any]) -> "jsonschema_rs.Draft202012Validator":
        """A validator for what clients send."""
        return self._compile(for_requests(schema, strict=self._strict), self._request_registry)

    def answers(self, schema: Mapping[str, Any]) -> "jsonschema_rs.Draft202012Validator":
        """A validator for what the server says; the tests hold every answer against it."""
        return self._compile(for_answers(schema), self._answer_registry)

    def resolve(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        """A schema with its reference followed; of "this or null", this."""
        resolved = resolve(self._document, schema)
        options = [option for option in resolved.get("anyOf", ()) if option.get("type") != "null"]
        return self.resolve(options[0]) if len(options) == 1 else resolved

    def _compile(self, schema: Any, registry: "jsonschema_rs.Registry") -> "jsonschema_rs.Draft202012Validator":
        import jsonschema_rs

        return jsonschema_rs.Draft202012Validator(self._anchored(schema), registry=registry, validate_formats=True)

    @cached_property
    def _request_registry(self) -> "jsonschema_rs.Registry":
        return self._registry({name: for_requests(s, strict=self._strict) for name, s in self._schemas.items()})

    @cached_property
    def _answer_registry(self) -> "jsonschema_rs.Registry":
        return self._registry({name: for_answers(schema) for name, schema in self._schemas.items()})

    @property
    def _schemas(self) -> Mapping[str, Any]:
        schemas: Mapping[str, Any] = self._document.get("components", {}).get("schemas", {})
        return schemas

    def _registry(self, schemas: Mapping[str, Any]) -> "jsonschema_rs.Registry":
        import jsonschema_rs

        return jsonschema_rs.Registry([(self._base, {"components": {"schemas": schemas}})])

    def _anchored(self, node: Any) -> Any:
        """References into the document (`#/components/…`) as references into the registry."""
        if isinstance(node, list):
            return [self._anchored(item) for item in node]
        if not isinstance(node, dict):
            return node
        return {
            key: self._base + value if key == "$ref" and value.startswith("#") else self._anchored(value)
            for key, value in node.items()
        }


class BodyCheck:
    """What one operation accepts as its body."""

    def __init__(self, checks: BodyChecks, media: str, schema: Mapping[str, Any], *, required: bool) -> None:
        self.media = media
        self.required = required
        self._checks = checks
        self._schema = schema

    @cached_property
    def _validator(self) -> "jsonschema_rs.Draft202012Validator":
        return self._checks.validator(self._schema)

    def read(self, raw: bytes, content_type: str) -> Any:
        """The parsed and checked body. ApiError 400 or 415."""
        if not raw.strip():
            if self.required:
                raise invalid(Problem("body", f"The request needs a body of type {self.media}."))
            return None
        return self.check(self._parsed(raw, content_type))

    def check(self, body: Any) -> Any:
        """`body`, if the document accepts it. ApiError 400 with every violation."""
        validator = self._validator
        if self.media == FORM:  # OAuth: a parameter that the server does not know is ignored (RFC 6749, 3.2)
            body = {name: value for name, value in body.items() if name in self.known(())}
        if validator.is_valid(body):
            return body
        found = (problem for error in validator.iter_errors(body) for problem in describe(error, self.known))
        raise invalid(*dict.fromkeys(found))

    def known(self, path: Sequence[str | int]) -> list[str]:
        """The fields that the document has at a place in the body."""
        schema = self._checks.resolve(self._schema)
        for part in path:
            inner = schema.get("items", {}) if isinstance(part, int) else schema.get("properties", {}).get(part, {})
            schema = self._checks.resolve(inner)
        return list(schema.get("properties", ()))

    def _parsed(self, raw: bytes, content_type: str) -> Any:
        media = content_type.partition(";")[0].strip().lower()
        if self.media == FORM:
            _expect(media == FORM, media, FORM)
            return form_fields(raw)
        _expect(media == JSON or media.endswith("+json"), media, JSON)
        try:
            return nesting.parsed(raw)
        except orjson.JSONDecodeError as error:
            message = f"The body is no valid JSON: {error.msg} (line {error.lineno}, column {error.colno})."
            raise invalid(Problem("body", message)) from None


def form_fields(raw: bytes) -> dict[str, str]:
    """The fields of a form body; of a repeated field the last one counts. ApiError 400 if there are too many."""
    try:
        return dict(parse_qsl(raw.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS))
    except ValueError:
        raise invalid(Problem("body", f"The form must have at most {MOST_FIELDS} fields.")) from None


def _expect(fits: bool, given: str, wanted: str) -> None:
    if not fits:
        detail = f"Content type '{given or 'none'}' is not supported here; send '{wanted}'."
        raise ApiError(Refusal.WRONG_MEDIA_TYPE, detail)
