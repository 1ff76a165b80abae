"""What the emulator remembers: `/_mock/state` to look at it, `/_mock/snapshot` to keep it and bring it back."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

import orjson
import yaml
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mock_server.contract import nesting
from mock_server.contract.problems import suggestion
from mock_server.domain.users import MASK
from mock_server.errors import ApiError, Problem, Refusal, invalid
from mock_server.exchange import World, Worlds
from mock_server.handlers import snapshots
from mock_server.scenario.library import Library
from mock_server.store import Key
from mock_server.store.kinds import KINDS
from mock_server.store.shapes import MisfitError, encode
from mock_server.web.journal_views import masked
from mock_server.web.json_endpoints import CLIENT_HEADER, Json, chosen, endpoint, json_response, known, number, refused
from mock_server.web.messages import read_body

SHOWN_RECORDS, MOST_RECORDS = 100, 1000
LONGEST_SNAPSHOT = 256 * 1024 * 1024

SECRETS: Mapping[str, tuple[str, ...]] = {
    "clients": ("secret",),
    "tokens": ("text",),
    "authorisations": ("code", "fingerprint"),
}
"""Fields that hide something although their names do not say so."""


@dataclass(frozen=True, slots=True)
class StateControl:
    """The endpoints, and what they act on."""

    worlds: Worlds
    library: Library
    wake: Callable[[], None]

    def routes(self) -> list[Route]:
        return [
            Route("/_mock/state", endpoint(self.overview)),
            Route("/_mock/state/{kind}", endpoint(self.records)),
            Route("/_mock/state/{kind}/{id:path}", endpoint(self.record)),
            Route("/_mock/snapshot", self.snapshot, methods=["GET"]),
            Route("/_mock/snapshot", self.restore, methods=["PUT"]),
        ]

    def overview(self, request: Request, body: Json) -> Json:
        """How many records there are of each kind. Equal hashes: equal records."""
        known(request.query_params, ())
        return {"states": [_overview(world) for world in chosen(self.worlds, request)]}

    def records(self, request: Request, body: Json) -> Json:
        """A page of the records of a kind, in the order in which they came."""
        query = known(request.query_params, ("limit", "after"))
        kind, limit = _kind(request), number("limit", query["limit"]) if "limit" in query else SHOWN_RECORDS
        if not 1 <= limit <= MOST_RECORDS:
            raise invalid(Problem("limit", f"Must be from 1 to {MOST_RECORDS}."))
        found = [(world, record) for world in self._current(request) for record in world.store.all(KINDS[kind])]
        start = _place_after(query["after"], [record.id for _, record in found]) if "after" in query else 0
        page = list(islice(found, start, start + limit))
        has_more = start + len(page) < len(found)
        return {
            "kind": kind,
            "count": len(found),
            "records": [_shown(world, kind, record) for world, record in page],
            "next": str(page[-1][1].id) if has_more else None,
        }

    def record(self, request: Request, body: Json) -> Json:
        """One record. Of several mandators' records with this id the first, so name the client."""
        kind, id = _kind(request), request.path_params["id"]
        for world in self._current(request):
            for key in _keys(id):
                record = world.store.find(KINDS[kind], key)
                if record is not None:
                    return _shown(world, kind, record)
        raise ApiError(Refusal.UNKNOWN_ENTITY, f"There is no record '{id}' among the {kind}.")

    async def snapshot(self, request: Request) -> Response:
        try:
            known(request.query_params, ())
            worlds = chosen(self.worlds, request)
        except ApiError as error:
            return refused(error)
        content = snapshots.snapshot(self.worlds, worlds, with_base=CLIENT_HEADER not in request.headers)
        if "yaml" in request.headers.get("accept", ""):
            text = yaml.dump(content, Dumper=_Plain, sort_keys=False, allow_unicode=True, width=120)
            return Response(text, media_type="application/yaml")
        return Response(orjson.dumps(content, option=orjson.OPT_INDENT_2), media_type="application/json")

    async def restore(self, request: Request) -> Response:
        try:
            content = _parsed(await read_body(request.scope, request.receive, LONGEST_SNAPSHOT))
            only = chosen(self.worlds, request)[0] if CLIENT_HEADER in request.headers else None
            restored = snapshots.restore(self.worlds, content, only, lambda name: self.library.find(name).script)
        except MisfitError as error:
            return refused(invalid(Problem(error.place, error.message)))
        except ApiError as error:
            return refused(error)
        self.wake()
        return json_response({"restored": [world.mandator for world in restored]})

    def _current(self, request: Request) -> list[World]:
        """The chosen worlds, after what was due."""
        worlds = chosen(self.worlds, request)
        for world in worlds:
            world.catch_up()
        return worlds


class _Plain(yaml.SafeDumper):
    """Writes everything out, also what is there twice."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _parsed(raw: bytes) -> Any:
    """JSON or, because a snapshot may be kept as either, YAML. ApiError 400."""
    try:
        return nesting.parsed(raw)
    except orjson.JSONDecodeError as error:
        if raw.lstrip()[:1] in (b"{", b""):
            raise invalid(Problem("body", f"The body is no valid JSON: {error.msg} (line {error.lineno}).")) from None
    try:
        return yaml.safe_load(raw)
    except yaml.YAMLError as error:
        raise invalid(Problem("body", f"The body is neither JSON nor YAML: {' '.join(str(error).split())}")) from None
    except RecursionError:
        raise invalid(Problem("body", "The body is nested too deeply for a snapshot.")) from None


def _overview(world: World) -> Json:
    world.catch_up()
    return {
        "mandator": world.mandator,
        "hash": state_hash(world),
        "records": {name: count for name, kind in KINDS.items() if (count := world.store.count(kind))},
    }


def state_hash(world: World) -> str:
    """The same for the same records, in whichever order they came."""
    digest = hashlib.sha256()
    for name, kind in KINDS.items():
        for record in sorted(world.store.all(kind), key=lambda it: str(it.id)):
            digest.update(name.encode() + orjson.dumps(encode(record, kind), option=orjson.OPT_SORT_KEYS) + b"\n")
    return digest.hexdigest()[:32]


def _kind(request: Request) -> str:
    kind: str = request.path_params["kind"]
    if kind not in KINDS:
        raise ApiError(Refusal.UNKNOWN_ENTITY, f"There is no kind '{kind}'.{suggestion(kind, list(KINDS))}")
    return kind


def _keys(id: str) -> tuple[Key, ...]:
    return (id, int(id)) if id.isascii() and id.isdigit() and len(id) < 19 else (id,)


def _place_after(id: str, ids: list[Key]) -> int:
    for key in _keys(id):
        if key in ids:
            return ids.index(key) + 1
    raise invalid(Problem("after", f"There is no record '{id}' here."))


def _shown(world: World, kind: str, record: Any) -> Json:
    """A record for people's eyes: with all of its fields, and without secrets."""
    whole = encode(record, KINDS[kind], whole=True)
    hidden = {name: MASK for name in SECRETS.get(kind, ()) if name in whole}
    due = {"dueAt": None if record.due_at is None else encode(record.due_at, type(record.due_at))}
    shown: Json = {"mandator": world.mandator, **masked(whole), **hidden, "owner": record.owner, **due}
    return shown
