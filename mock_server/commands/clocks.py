"""`clock` and `pace`: what time it is for the server, and how fast it works."""

import click

from mock_server.commands import tables
from mock_server.commands.remote import Json, Server, asking
from mock_server.commands.tables import drawn


class ShowsByDefault(click.Group):
    """Options without a verb are those of `show`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args or (args[0].startswith("-") and args[0] not in ("-h", "--help")):
            args = ["show", *args]
        return super().parse_args(ctx, args)


@click.group(cls=ShowsByDefault)
def clock() -> None:
    """Show the virtual clocks, or move them."""


@clock.command()
@asking
def show(server: Server) -> None:
    """What time it is."""
    server.show(server.get("clock"), tables.CLOCKS)


# Otherwise -1h would be the option -h.
@clock.command(context_settings={"ignore_unknown_options": True, "help_option_names": ["--help"]})
@click.argument("duration")
@asking
def advance(server: Server, duration: str) -> None:
    """Go forwards by 90s, 2h, 1d12h or PT2H, or backwards by -2h."""
    _move(server, {"advance": duration})


@clock.command("set")
@click.argument("instant")
@asking
def put(server: Server, instant: str) -> None:
    """Go to an instant, such as 2026-12-24T18:00:00Z."""
    _move(server, {"set": instant})


@clock.command()
@asking
def freeze(server: Server) -> None:
    """Stand still. A frozen clock can still be moved."""
    _move(server, {"freeze": True})


@clock.command()
@asking
def resume(server: Server) -> None:
    """Run again, from where it stands."""
    _move(server, {"resume": True})


def _move(server: Server, wish: Json) -> None:
    answer = server.post("clock", wish)
    happened = f"\n\n{drawn(answer, tables.HAPPENED)}" if answer["happened"] else ""
    server.say(answer, drawn(answer, tables.CLOCKS) + happened)


@click.command()
@click.argument("wanted", required=False, metavar="[PACE]")
@asking
def pace(server: Server, wanted: str | None) -> None:
    """Show how fast background work is done, or change it: at-once, by-hand, 3-reads, or a duration like 5s."""
    answer = server.get("pace") if wanted is None else server.post("pace", {"pace": wanted})
    server.say(answer, drawn(answer, tables.PACES))
