"""`callbacks`: what has become of them, and to send one again."""

import click

from mock_server.commands import tables
from mock_server.commands.clocks import ShowsByDefault
from mock_server.commands.remote import Server, asking


@click.group(cls=ShowsByDefault)
def callbacks() -> None:
    """Show the callbacks, or send one again."""


@callbacks.command()
@asking
def show(server: Server) -> None:
    """List callbacks, newest first."""
    server.show(server.get("callbacks"), tables.CALLBACKS)


@callbacks.command()
@click.argument("id", type=int)
@asking
def resend(server: Server, id: int) -> None:
    """Send callback ID once more, as finAPI would send it."""
    answer = server.post(f"callbacks/{id}/resend")
    server.say(answer, f"Callback {id} is sent again.")
