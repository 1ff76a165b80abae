"""`clients`: which there are, one more, and one less."""

from collections.abc import Sequence
from typing import Any

import click
import orjson

from mock_server.commands import tables
from mock_server.commands.clocks import ShowsByDefault
from mock_server.commands.remote import Json, Server, asking, given, segment
from mock_server.commands.tables import drawn


@click.group(cls=ShowsByDefault)
def clients() -> None:
    """List the clients, make one, or forget one."""


@clients.command()
@asking
def show(server: Server) -> None:
    """List the clients that have come along, with the keys to what is encrypted for them."""
    server.show(server.get("clients"), tables.CLIENTS)


@clients.command()
@click.argument("id", required=False)
@click.option("--secret", help="Its client_secret. Without it ID-secret.")
@click.option("--mandator", help="The mandator that it belongs to. Without it one of its own.")
@click.option("--admin", is_flag=True, help="Make it the mandator admin client.")
@click.option("--license", help="UNLICENSED, AISP, PISP or FULLY_LICENSED. Without it that of the server.")
@click.option("--set", "settings", multiple=True, metavar="NAME=VALUE", help="A setting: maxUserLoginAttempts=3.")
@asking
def add(server: Server, id: str | None, settings: Sequence[str], admin: bool, **wish: Any) -> None:
    """Make a client, called ID or by a name that is free."""
    _named_without_option(server)
    body = given(
        clientId=id,
        clientSecret=wish["secret"],
        mandator=wish["mandator"],
        isMandatorAdmin=admin or None,
        license=wish["license"],
        configuration=dict(map(_setting, settings)) or None,
    )
    answer = server.post("clients", body)
    server.say(answer, drawn({"clients": [answer]}, tables.NEWCOMERS))


@clients.command()
@click.argument("id")
@asking
def remove(server: Server, id: str) -> None:
    """Forget client ID, and with it its mandator and all that the mandator has."""
    _named_without_option(server)
    answer: Json = orjson.loads(server.ask("DELETE", f"clients/{segment(id)}"))
    server.say(answer, f"Removed: {answer['removed']}.")


def _setting(text: str) -> tuple[str, Any]:
    """`name=value`, whose value is JSON, or else a text. BadParameter without a `=`."""
    name, is_there, value = text.partition("=")
    if not is_there:
        raise click.BadParameter(f"{text!r} has no value; write {text}=VALUE", param_hint="--set")
    try:
        return name, orjson.loads(value)
    except orjson.JSONDecodeError:
        return name, value


def _named_without_option(server: Server) -> None:
    """UsageError for `--client ID`, which chooses a mandator elsewhere, and would be ignored here."""
    if server.client is not None:
        raise click.UsageError(f"The client is named without --client: {server.client}")
