"""`journal`, `why`, `verify` and `wait`: what a client has sent, and whether it should have."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click
import orjson

from mock_server.commands import tables
from mock_server.commands.remote import JSON, Json, RefusedError, Server, asking, given, print_json
from mock_server.commands.tables import drawn

FILTERS = {
    "kind": "request or callback.",
    "operation": "One operation: createUser, or access.createUser.",
    "path": "Paths, or addresses of callbacks; * and ? stand for any text.",
    "after": "Entries with a number above this one.",
    "since": "From this instant of the entry's clock on.",
    "until": "Up to this instant.",
    "scenario": "Answers that this scenario made up.",
    "user": "One user.",
    "status": "One status, such as 404, or a class of them: 4xx.",
}
"""Those of the API but `client`, for which there is --client."""


def filtering(verb: Callable[..., None]) -> Callable[..., None]:
    for name, meaning in reversed(FILTERS.items()):
        verb = click.option(f"--{name}", help=meaning)(verb)
    return verb


@click.command()
@click.argument("number", type=int, required=False)
@filtering
@click.option("--limit", type=int, help="The newest so many; 100 without it.")
@click.option("--follow", is_flag=True, help="Go on with what comes, until Ctrl-C.")
@click.option("--har", type=click.Path(path_type=Path, dir_okay=False), help="Write an HTTP archive to this file.")
@asking
def journal(
    server: Server, number: int | None, limit: int | None, follow: bool, har: Path | None, **filters: Any
) -> None:
    """Show what was asked, answered and sent, the newest last; with a NUMBER all about one entry."""
    if number is not None:
        print_json(server.get(f"requests/{number}"))
    elif har is not None:
        har.write_bytes(server.ask("GET", "requests.har", limit=limit, **filters))
    elif follow:
        _follow(server, limit, filters)
    else:
        answer = server.get("requests", limit=limit, **filters)
        server.show({**answer, "requests": answer["requests"][::-1]}, tables.REQUESTS)


def _follow(server: Server, limit: int | None, filters: Json) -> None:
    """One line for each entry, as soon as it is there."""
    for entry in _coming(server, limit, filters):
        if server.as_json:
            click.echo(orjson.dumps(entry))
        else:
            words = (entry["number"], entry["method"], entry["target"], entry["status"] or entry["error"])
            click.echo("  ".join(str(word) for word in words))
        sys.stdout.flush()


def _coming(server: Server, limit: int | None, filters: Json) -> Iterator[Json]:
    """The server holds the question back until there is something, so nobody asks again and again."""
    found = server.get("requests", limit=limit, **filters)["requests"]
    while True:
        yield from reversed(found)
        if found:
            filters = {**filters, "after": found[0]["number"]}
        server.post("wait", {"calls": given(**filters), "within": "60s"})
        found = server.get("requests", limit=1000, **filters)["requests"]


@click.command()
@click.argument("number", type=int)
@asking
def why(server: Server, number: int) -> None:
    """Say why request NUMBER was answered as it was."""
    answer = server.get(f"requests/{number}/why")
    server.say(answer, "\n".join(_explained(answer)))


def _explained(answer: Json) -> Iterator[str]:
    yield f"{answer['number']}  {answer['method']} {answer['target']}  {answer['status']}"
    for name in ("reason", "hint"):
        if answer[name]:
            yield f"{name:<9}{answer[name]}"
    if answer["refusal"]:
        yield f"{'refusal':<9}{answer['refusal']['name']}: {answer['refusal']['rule']}"
    for near in answer["nearest"]:
        yield f"{'nearest':<9}{near}"
    for scenario in answer["scenarios"]:
        yield f"{'scenario':<9}{scenario['scenario']}"
        for rule in scenario["rules"]:
            yield f"  {rule['rule']}: {'it fired' if rule['fired'] else rule['failed']}"
            for it in rule["conditions"]:
                yield f"    {it['field']} {it['wanted']}: {'yes' if it['holds'] else 'no'}, found {it['found']}"


@click.command()
@filtering
@click.option("--body", type=JSON, help="JSON that must be part of the body.")
@click.option("--exactly", type=int, help="So many calls.")
@click.option("--at-least", type=int, help="So many or more.")
@click.option("--at-most", type=int, help="So many or fewer.")
@click.option("--never", is_flag=True, help="None.")
@click.option("--in-order", multiple=True, metavar="OPERATION", help="These operations, one after the other.")
@asking
def verify(server: Server, in_order: tuple[str, ...], **wish: Any) -> None:
    """Check what a client has sent: at least one such call, unless told otherwise. Exit status 1 if it is not so."""
    counts = given(exactly=wish.pop("exactly"), atLeast=wish.pop("at_least"), atMost=wish.pop("at_most"))
    never = {"never": True} if wish.pop("never") else {}
    calls = given(**wish)
    if in_order and (calls or counts or never):
        raise click.UsageError("--in-order stands alone.")
    steps = {"inOrder": [{"operation": it} for it in in_order]}
    _judged(server, server.post("verify", steps if in_order else {"calls": calls, **counts, **never}))


@click.command()
@filtering
@click.option("--body", type=JSON, help="JSON that must be part of the body.")
@click.option("--at-least", type=int, help="So many calls; 1 without it.")
@click.option("--within", help="How long at most: 5s without it, up to 60s.")
@asking
def wait(server: Server, at_least: int | None, within: str | None, **wish: Any) -> None:
    """Wait until a call or callback is there. Exit status 1 if the time is up first."""
    _judged(server, server.post("wait", {"calls": given(**wish), **given(atLeast=at_least, within=within)}))


def _judged(server: Server, verdict: Json) -> None:
    if "ok" not in verdict:
        raise RefusedError("the server answers without a verdict")
    near = f"\n{drawn(verdict, tables.NEAR_MISSES)}" if verdict["nearMisses"] else ""
    server.say(verdict, verdict["message"] + near)
    if not verdict["ok"]:
        sys.exit(1)
