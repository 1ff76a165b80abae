"""What the server remembers: `state`, `snapshot`, `restore`, `seed` and `reset`."""

from pathlib import Path

import click

from mock_server.commands import tables
from mock_server.commands.remote import Server, asking, print_json, segment

FILE = click.Path(path_type=Path, dir_okay=False)
FROM_FILE = click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))


@click.command()
@click.argument("kind", required=False)
@click.argument("id", required=False)
@click.option("--limit", type=int, help="So many records of a kind; 100 without it.")
@click.option("--after", metavar="ID", help="The records behind this one.")
@asking
def state(server: Server, kind: str | None, id: str | None, limit: int | None, after: str | None) -> None:
    """Count the records of every kind, show those of a KIND, or the one with an ID."""
    if kind is None:
        server.show(server.get("state"), tables.STATES)
    elif id is None:
        print_json(server.get(f"state/{segment(kind)}", limit=limit, after=after))
    else:
        print_json(server.get(f"state/{segment(kind)}/{segment(id)}"))


@click.command()
@click.argument("file", type=FILE, required=False)
@asking
def snapshot(server: Server, file: Path | None) -> None:
    """Keep everything in FILE, as YAML if its name says so, otherwise as JSON; without a file print it."""
    is_yaml = file is not None and file.suffix in (".yaml", ".yml")
    text = server.ask("GET", "snapshot", accept="application/yaml" if is_yaml else "application/json")
    if file is None:
        click.echo(text)
    else:
        file.write_bytes(text)


@click.command()
@FROM_FILE
@asking
def restore(server: Server, file: Path) -> None:
    """Let everything be as it was when FILE was written by `snapshot`."""
    answer = server.put("snapshot", file.read_bytes())
    server.say(answer, f"Restored: {', '.join(answer['restored']) or 'nothing'}.")


@click.command()
@FROM_FILE
@asking
def seed(server: Server, file: Path) -> None:
    """Begin anew with what the YAML in FILE says: users, bank connections, accounts, transactions."""
    answer = server.post("seed", file.read_bytes())
    server.say(answer, f"Seeded: {', '.join(it['mandator'] for it in answer['seeded']) or 'clients that come later'}.")


@click.command()
@asking
def reset(server: Server) -> None:
    """Forget everything; with --client what belongs to its mandator."""
    answer = server.post("reset")
    server.say(answer, f"Reset: {', '.join(answer['reset']) or 'nobody was there'}.")
