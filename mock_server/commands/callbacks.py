"""`callbacks`: what has become of them, to send one again, and to send one by hand."""

from typing import Any

import click

from mock_server.commands import tables
from mock_server.commands.clocks import ShowsByDefault
from mock_server.commands.remote import JSON, Server, asking, given


@click.group(cls=ShowsByDefault)
def callbacks() -> None:
    """Show the callbacks, send one again, or one by hand."""


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


@callbacks.command()
@click.argument("address")
@click.option("--body", type=JSON, help="What is sent, an object; without it an empty one.")
@asking
def send(server: Server, address: str, body: Any) -> None:
    """Send a callback to ADDRESS by hand, in the name of the client that --client names."""
    if server.client is None:
        raise click.UsageError("Say in whose name it is sent: --client ID.")
    answer = server.post("callbacks", given(url=address, body=body))
    server.say(answer, f"Callback {answer['id']} is sent.")
