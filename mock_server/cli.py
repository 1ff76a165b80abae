"""The command line: `serve`, `operations`, `health`, `scenario` …; verbs that ask a running server are in `commands`.

Bad input (a broken file, a port in use) is one clear line on stderr and exit status 1, bad usage is 2.
"""

import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mock_server import __version__
from mock_server.domain.progress import Pace
from mock_server.settings import READERS, Settings, describe, flag, variable

if TYPE_CHECKING:
    from mock_server.scenario.library import Library

PROOFS = Path(__file__).parent / "data" / "proofs.json"
"""The test module that proves each operation; the tests keep it up to date."""
SERVICE_LINK = re.compile("(tcp|udp|sctp)://")


class Written(click.ParamType):  # type: ignore[type-arg] # generic only since click 8.4
    """A value that is written as text and read by a function of ours, whose ValueError says what is wrong."""

    def __init__(self, name: str, read: Callable[[str], Any]) -> None:
        self.name = name
        self._read = read

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not isinstance(value, str):
            return value
        try:
            return self._read(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


class _Setting(click.Option):
    """The option of a setting, which is not taken in by the addresses of services."""

    def resolve_envvar_value(self, ctx: click.Context) -> str | None:
        return _unless_link(super().resolve_envvar_value(ctx))


def _unless_link(value: str | None) -> str | None:
    """None for what Kubernetes and Docker's links leave in FINAPI_MOCK_PORT if a service is called finapi-mock."""
    return None if value is not None and SERVICE_LINK.match(value) else value


WRITTEN: Mapping[Any, str] = {timedelta: "duration", Pace: "pace"}


def _option(name: str, kind: Any, default: Any) -> Callable[[Any], Any]:
    """The click option of a setting."""
    about = describe(name)
    if kind is bool:
        return click.option(
            flag(name), name, cls=_Setting, is_flag=True, default=default, envvar=variable(name), help=about["help"]
        )
    if "choices" in about:
        read: Any = click.Choice(about["choices"], case_sensitive=False)
    else:
        read = Written(WRITTEN[kind], READERS[kind]) if kind in WRITTEN else READERS[kind]
    several = isinstance(default, tuple)
    shown = default is not None and not several and not isinstance(default, timedelta)
    return click.option(
        flag(name),
        name,
        cls=_Setting,
        type=read,
        default=default,
        envvar=variable(name),
        help=about["help"],
        show_default=shown,
        multiple=several,
    )


def settings_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """A flag for every setting."""
    for declared in reversed(fields(Settings)):
        command = _option(declared.name, declared.type, declared.default)(command)
    return command


VERBS: Mapping[str, str] = {
    "callbacks": "callbacks.callbacks",
    "clients": "clients.clients",
    "clock": "clocks.clock",
    "connections": "stand_ins.connections",
    "forms": "stand_ins.forms",
    "journal": "journal.journal",
    "logins": "stand_ins.logins",
    "pace": "clocks.pace",
    "payments": "stand_ins.payments",
    "reset": "memory.reset",
    "restore": "memory.restore",
    "scenarios": "scenarios.scenarios",
    "seed": "memory.seed",
    "snapshot": "memory.snapshot",
    "standing-orders": "stand_ins.standing_orders",
    "state": "memory.state",
    "tasks": "stand_ins.tasks",
    "verify": "journal.verify",
    "wait": "journal.wait",
    "why": "journal.why",
}
"""What a running server is asked for by a command, and where under `mock_server.commands` that is."""
SCENARIO_VERBS: Mapping[str, str] = {
    "off": "scenarios.put_off",
    "on": "scenarios.put_on",
    "state": "scenarios.enter",
    "upload": "scenarios.upload",
}


class _Late(click.Group):
    """Imports the commands of its table when they are called: a start has no use for them."""

    verbs: Mapping[str, str] = SCENARIO_VERBS

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*super().list_commands(ctx), *self.verbs])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.verbs:
            return super().get_command(ctx, cmd_name)
        module, _, name = self.verbs[cmd_name].partition(".")
        command: click.Command = getattr(import_module(f"mock_server.commands.{module}"), name)
        return command


class _ServesByDefault(_Late):
    """Flags without a command are those of `serve`."""

    verbs = VERBS

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args or (args[0].startswith("-") and args[0] not in ("-h", "--help", "--version")):
            args = ["serve", *args]
        return super().parse_args(ctx, args)


@click.group(cls=_ServesByDefault, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="finapi-mock", message="%(prog)s %(version)s")
def main() -> None:
    """An offline, stateful stand-in for finAPI Access V2 and Web Form 2.0. Without a command it serves."""


@main.command()
@settings_options
def serve(**given: Any) -> None:
    """Run the emulator until it is interrupted.

    Every flag is also an environment variable: --port is FINAPI_MOCK_PORT.
    """
    from mock_server import server  # late: the other commands need neither web framework nor documents

    try:
        settings = Settings(**given)
        server.run(settings, click.echo)
    except (ValueError, LookupError, OSError) as error:
        _give_up(error)


@main.command()
@click.option("--json", "as_json", is_flag=True, help="A JSON array instead of a table.")
@click.option("--check", is_flag=True, help="Exit status 1 if an emulated operation is proved by no test.")
def operations(as_json: bool, check: bool) -> None:
    """List every operation of both APIs, whether it is emulated, and the test that proves it."""
    import orjson

    from mock_server.app import load_contracts
    from mock_server.operations import NOT_EMULATED

    proofs = orjson.loads(PROOFS.read_bytes())
    rows = [
        {
            "operation": operation.key,
            "method": operation.method,
            "path": operation.path,
            "state": "described" if operation.key in NOT_EMULATED else "emulated",
            "provedBy": proofs.get(operation.key),
        }
        for contract in load_contracts(Settings())
        for operation in contract.operations
    ]
    if as_json:
        _print_json(rows)
    else:
        _print_operations(rows)
    unproved = [row["operation"] for row in rows if row["state"] == "emulated" and row["provedBy"] is None]
    if check and unproved:
        _give_up(f"emulated, but proved by no test: {', '.join(unproved)}")


def _print_operations(rows: Sequence[Mapping[str, Any]]) -> None:
    for row in rows:
        proof = row["provedBy"] or ("nothing" if row["state"] == "emulated" else "")
        click.echo(f"{row['state']:<10} {row['method']:<7} {row['path']:<58} {row['operation']:<44} {proof}".rstrip())
    emulated = sum(row["state"] == "emulated" for row in rows)
    rest = "" if emulated == len(rows) else "; the others answer 501"
    click.echo(f"\n{emulated} of {len(rows)} operations are emulated{rest}.")


@main.command()
@click.option("--target", required=True, help="Base URL of the server, such as http://localhost:8420.")
@click.option("--webform-target", default=None, help="Base URL of Web Form 2.0, where it has one of its own.")
@click.option("--client-id", default="conformance", show_default=True, envvar="FINAPI_CLIENT_ID")
@click.option("--client-secret", default="conformance-secret", envvar="FINAPI_CLIENT_SECRET")
@click.option("--ca", type=click.Path(exists=True), default=None, help="Certificate of the CA that has signed its own.")
@click.option("--json", "as_json", is_flag=True, help="A JSON array instead of a table.")
def conformance(
    target: str, webform_target: str | None, client_id: str, client_secret: str, ca: str | None, as_json: bool
) -> None:
    """Ask a server whether it speaks finAPI: this one, another stand-in, or the real sandbox.

    It creates a user and deletes it again. Exit status 1 if anything differs.
    """
    import ssl  # late, like the client: no other command needs them
    from dataclasses import asdict

    import orjson

    from mock_server.app import load_contracts
    from mock_server.conformance.suite import examine

    verify = True if ca is None else ssl.create_default_context(cafile=ca)
    contracts = load_contracts(Settings())
    results = list(examine(contracts, target, webform_target, client_id, client_secret, verify=verify))
    if as_json:
        click.echo(orjson.dumps([asdict(result) for result in results], option=orjson.OPT_INDENT_2).decode())
    else:
        for result in results:
            click.echo(f"{result.outcome:<8} {result.step}")
            for difference in result.differences:
                click.echo(f"         {difference.operation}: {difference.message}")
    different = sum(result.outcome == "differs" for result in results)
    if different:
        _give_up(f"{target} differs from finAPI in {different} of {len(results)} steps")


@main.command()
@click.option("--url", default=None, help="Base URL of the server. Default: the port of FINAPI_MOCK_PORT, or 8420.")
@click.option("--tls", is_flag=True, envvar=variable("tls"), help="The default is https.")
@click.option("--timeout", default=2.0, show_default=True, help="Seconds to wait for the answer.")
def health(url: str | None, tls: bool, timeout: float) -> None:
    """Ask a running server whether it can serve. Exit status 0 or 1, for container probes.

    Whose certificate it has is not asked: nothing secret is sent, and the answer is only looked at.
    """
    import ssl
    from urllib.request import HTTPSHandler, ProxyHandler, build_opener  # no third-party client: a probe must be quick

    from mock_server.commands.remote import default_url

    base = url or default_url(tls)
    unasked = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    unasked.check_hostname, unasked.verify_mode = False, ssl.CERT_NONE
    try:
        opener = build_opener(ProxyHandler({}), HTTPSHandler(context=unasked))
        with opener.open(f"{base}/_mock/health", timeout=timeout) as answer:
            click.echo(answer.read().decode())
    except (OSError, ValueError) as error:
        _give_up(f"{base} does not answer: {error}")


@main.group(cls=_Late)
def scenario() -> None:
    """Look at scenarios: those that ship, and your own files. docs/cookbook.md shows what can be done with them."""


@scenario.command("check")
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path))
def check_scenarios(files: Sequence[Path]) -> None:
    """Say everything that is wrong with scenario files, as file:line:column. Exit status 1 if anything is."""
    from mock_server.strict_yaml import MistakesError

    library = _library()
    mistakes: list[object] = []
    for file in files:
        try:
            library.read_file(file)
        except MistakesError as error:
            mistakes += error.mistakes
    for mistake in mistakes:
        click.echo(mistake, err=True)
    if mistakes:
        sys.exit(1)
    click.echo(f"{len(files)} scenario{'s are' if len(files) > 1 else ' is'} in order.")


@scenario.command("list")
@click.option("--json", "as_json", is_flag=True, help="A JSON array instead of a table.")
def list_scenarios(as_json: bool) -> None:
    """List the scenarios that ship, by folder, and what each reproduces."""
    rows = [
        {"folder": Path(shelved.source).parent.name, "name": it.name, "description": it.description.strip()}
        for shelved in _library().all()
        for it in (shelved.script.scenario,)
    ]
    rows.sort(key=lambda row: (row["folder"], row["name"]))
    if as_json:
        _print_json(rows)
        return
    for row in rows:
        click.echo(f"{row['folder']:<10} {row['name']:<48} {row['description'].partition('. ')[0].rstrip('.')}.")


@scenario.command("coverage")
@click.argument("pattern", required=False, metavar="[OPERATION]")
@click.option("--json", "as_json", is_flag=True, help="A JSON object with all pairs and codes instead of a table.")
def show_coverage(pattern: str | None, as_json: bool) -> None:
    """Show which documented errors the scenarios that ship reach: each operation with each of its statuses.

    With an operation (getBank, webform.*) also by whom. Exit status 1 if there is an error that nobody reaches.
    """
    from mock_server.app import load_contracts
    from mock_server.scenario import coverage

    contracts = load_contracts(Settings())
    operations = [operation for contract in contracts for operation in contract.operations]
    scenarios = [shelved.script.scenario for shelved in _library().all()]
    pairs = coverage.pairs(operations, scenarios)
    codes = coverage.codes(operations, scenarios, {contract.api: contract.document for contract in contracts})
    if as_json:
        _print_json(coverage.as_json(pairs, codes))
    else:
        for line in coverage.report(pairs, codes, pattern):
            click.echo(line)
    missing = [*(f"{key} {status}" for (key, status), it in pairs.items() if not it)]
    missing += [f"{kind} {code}" for (kind, code), it in codes.items() if not it]
    if missing:
        _give_up(f"reached by nobody: {', '.join(missing)}")


def _library() -> "Library":
    from mock_server.app import load_contracts, scenario_library

    return scenario_library(load_contracts(Settings()))


def _print_json(value: Any) -> None:
    import orjson

    click.echo(orjson.dumps(value, option=orjson.OPT_INDENT_2).decode())


def _give_up(reason: object) -> None:
    click.echo(f"finapi-mock: {reason}", err=True)
    sys.exit(1)
