"""`scenarios` and parts of `scenario`: which are on at a running server."""

from pathlib import Path

import click

from mock_server.commands import tables
from mock_server.commands.remote import Json, Server, asking, segment


@click.command()
@asking
def scenarios(server: Server) -> None:
    """Show which scenarios are on, in which state, and how often each rule was met."""
    _show(server, server.get("scenarios"))


@click.command("on")
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
@asking
def put_on(server: Server, names: tuple[str, ...]) -> None:
    """Have these on at a running server, in this order, and no others."""
    _show(server, server.post("scenarios", {"on": list(names)}))


@click.command("off")
@asking
def put_off(server: Server) -> None:
    """Have none on at a running server."""
    _show(server, server.post("scenarios", {"on": []}))


@click.command("state")
@click.argument("name")
@click.argument("wanted", metavar="STATE")
@asking
def enter(server: Server, name: str, wanted: str) -> None:
    """Let scenario NAME enter a STATE of its own at a running server."""
    _show(server, server.post(f"scenarios/{segment(name)}/state", {"state": wanted}))


@click.command("upload")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@asking
def upload(server: Server, file: Path) -> None:
    """Give FILE to a running server; where its scenario is on, it goes on by the new text."""
    answer = server.post("library", file.read_bytes())
    server.say(answer, f"The server has {answer['name']} now.")


def _show(server: Server, answer: Json) -> None:
    if server.as_json:
        server.say(answer, "")
        return
    rows = [
        {"mandator": it["mandator"], "state": play["state"], **rule, "name": play["name"]}
        for it in answer["on"]
        for play in it["scenarios"]
        for rule in play["rules"]
    ]
    server.show({"on": rows}, tables.ON)
    if answer.get("forNewClients"):
        click.echo(f"For new clients: {', '.join(answer['forNewClients'])}")
    for mistake in answer.get("broken", ()):
        click.echo(mistake, err=True)
