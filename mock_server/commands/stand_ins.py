"""`forms`, `tasks` and `logins`: to do what an end user or a bank would do."""

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


@click.command()
@asking
def logins(server: Server) -> None:
    """List the logins that every bank knows, and what each makes happen."""
    server.show(server.get("magic"), tables.LOGINS)
