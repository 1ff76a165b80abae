"""`forms`, `tasks`, `connections`, `payments`, `standing-orders`, `logins`: what an end user or a bank would do."""

from collections.abc import Callable
from typing import Any

import click

from mock_server.commands import tables
from mock_server.commands.remote import Server, asking, given, print_json, segment


@click.group()
def forms() -> None:
    """Look at web forms, and complete them without a browser."""


@forms.command("show")
@click.argument("id")
@asking
def show_form(server: Server, id: str) -> None:
    """Show a form and what it waits for."""
    print_json(server.get(f"webForms/{segment(id)}"))


@forms.command("complete")
@click.argument("id")
@click.option("--outcome", help="COMPLETED, COMPLETED_WITH_ERROR, ABORTED, EXPIRED or CANCELLED.")
@click.option("--bank", type=int, metavar="ID", help="The bank that the end user chooses.")
@click.option("--login", help="The customer of the bank who logs in: demo, or another one of `logins`.")
@click.option("--error-code", help="What COMPLETED_WITH_ERROR ends with.")
@click.option("--error-message", help="A text to go with it.")
@asking
def complete_form(server: Server, id: str, bank: int | None, **wish: Any) -> None:
    """End a form as an end user would."""
    body = given(
        outcome=wish["outcome"],
        bankId=bank,
        login=wish["login"],
        errorCode=wish["error_code"],
        errorMessage=wish["error_message"],
    )
    answer = server.post(f"webForms/{segment(id)}/complete", body)
    server.say(answer, answer["status"])


@click.group()
def tasks() -> None:
    """End background updates."""


@tasks.command("complete")
@click.argument("id")
@click.option("--outcome", help="COMPLETED, COMPLETED_WITH_ERROR or WEB_FORM_REQUIRED. Default: as it would end.")
@click.option("--error-code", help="What COMPLETED_WITH_ERROR ends with.")
@click.option("--error-message", help="A text to go with it.")
@asking
def complete_task(
    server: Server, id: str, outcome: str | None, error_code: str | None, error_message: str | None
) -> None:
    """End a background update now."""
    wish = given(outcome=outcome, errorCode=error_code, errorMessage=error_message)
    answer = server.post(f"tasks/{segment(id)}/complete", wish)
    server.say(answer, answer["status"])


@click.group()
def connections() -> None:
    """End downloads and categorizations."""


@connections.command("complete")
@click.argument("id", type=int)
@asking
def complete_connection(server: Server, id: int) -> None:
    """End what goes on for a bank connection; --client says whose it is."""
    answer = server.post(f"bankConnections/{id}/complete")
    server.say(answer, f"updateStatus {answer['updateStatus']}, categorizationStatus {answer['categorizationStatus']}")


@click.group()
def payments() -> None:
    """Be the bank that is at work on a payment."""


@click.group()
def standing_orders() -> None:
    """Be the bank that is at work on a standing order."""


def _complete_order(server: Server, path: str, outcome: str | None, bank_message: str | None) -> None:
    answer = server.post(path, given(outcome=outcome, bankMessage=bank_message))
    server.say(answer, answer["status"])


def _deciding(command: Callable[..., None]) -> Callable[..., None]:
    """The arguments of commands that decide on an order."""
    for add in (
        click.option("--bank-message", metavar="TEXT", help="What the bank says to it."),
        click.option("--outcome", help="SUCCESSFUL, which is the default, or NOT_SUCCESSFUL."),
        click.argument("id", type=int),
    ):
        command = add(command)
    return command


@payments.command("complete")
@_deciding
@asking
def complete_payment(server: Server, id: int, **decision: str | None) -> None:
    """Take a payment, or refuse it; --client says whose it is."""
    _complete_order(server, f"payments/{id}/complete", **decision)


@standing_orders.command("complete")
@_deciding
@asking
def complete_standing_order(server: Server, id: int, **decision: str | None) -> None:
    """Take a standing order, or refuse it; --client says whose it is."""
    _complete_order(server, f"standingOrders/{id}/complete", **decision)


@click.command()
@asking
def logins(server: Server) -> None:
    """List the logins that every bank knows, and what each makes happen."""
    server.show(server.get("magic"), tables.LOGINS)
