"""Writes `docs/cookbook.md`: every scenario that ships, what it does, and how to try it.

    python -m tests.docs.cookbook

The outputs below the commands are those of a server in this process; `tests/docs` runs the commands for real.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import fill
from typing import Any

from starlette.testclient import TestClient

from mock_server.app import create_app
from mock_server.scenario.rules import Scenario
from mock_server.settings import Settings
from tests.actors import Admin, EndUser, Shop, bearer
from tests.conftest import frozen_clock
from tests.docs.markdown import ROOT
from tests.docs.recipes import BACK, IMPORT, Try, as_json, breaks_or_waits, is_about_callbacks, is_slow, tries
from tests.scenario.library import FILES, scenario_called

DOCUMENT = ROOT / "docs" / "cookbook.md"
HEAD = ROOT / "tests" / "docs" / "cookbook_head.md"
FOLDERS: Mapping[str, str] = {
    "auth": "Tokens",
    "users": "Users",
    "banks": "Banks and connections",
    "sca": "Logins and second factors",
    "web-form": "Web forms and tasks",
    "data": "Data",
    "payments": "Payments",
    "callbacks": "Callbacks",
    "network": "Network",
    "limits": "Limits",
    "errors": "One for each status",
}
WIDTH = 120
MOST_IN_A_LOOP = 5
"""So many requests are written as a loop of the shell; curl itself sends more of the same, which is quicker."""


def cookbook() -> str:
    """The whole page."""
    session = Session()
    parts = [head()]
    for folder, title in FOLDERS.items():
        parts.append(f"## {title}\n")
        parts += ["\n".join(recipe(file, session)) for file in FILES if file.parent.name == folder]
    return "\n".join(parts)


def head() -> str:
    text = HEAD.read_text(encoding="utf-8").replace("{contents}", "\n".join(contents()))
    return re.sub(r"{file ([a-z-]+)}", lambda found: whole_file(found[1]), text)


def whole_file(name: str) -> str:
    """A scenario as it stands in its file, without the line for editors."""
    [file] = [file for file in FILES if file.stem == name]
    return file.read_text(encoding="utf-8").split("\n", 1)[1].rstrip()


def contents() -> Iterator[str]:
    for folder, title in FOLDERS.items():
        number = sum(file.parent.name == folder for file in FILES)
        yield f"- [{title}](#{title.lower().replace(' ', '-')}): {number}"


def recipe(file: Path, session: "Session") -> Iterator[str]:
    scenario = scenario_called(file.stem)
    described = fill(scenario.description.strip(), WIDTH, break_on_hyphens=False, break_long_words=False)
    yield from (f"### {scenario.name}", "", described, "", "```yaml", rules_of(file), "```", "")
    if is_about_callbacks(scenario):
        yield from ("<!-- by hand -->", "```sh", f"finapi-mock --scenario {scenario.name}", "```", "")
        return
    yield from ("<!-- run -->", "```sh", *(command(scenario, it) for it in tries(scenario)), "```", "")
    if not breaks_or_waits(scenario):
        yield from ("<!-- output -->", "```text", *session.tries(scenario), "```", "")


def rules_of(file: Path) -> str:
    """What stands in the file below its description."""
    text = file.read_text(encoding="utf-8")
    return re.split(r"^description: .*\n(?:  .*\n)*", text, flags=re.MULTILINE)[1].rstrip()


# The commands.


def command(scenario: Scenario, it: Try) -> str:
    """One request, or a loop of them, as `play` of the page's head sends it."""
    path = f"{it.path}#[1-{it.times}]" if it.times > MOST_IN_A_LOOP else it.path
    words = [f"play {scenario.name} {_path(path)}", *_options(it)]
    if is_slow(scenario):
        words.append("-m 0.5")
    if it.role != "user":
        words[0] = f'TOKEN="${it.role.upper()}_TOKEN" {words[0]}'
    if breaks_or_waits(scenario):
        words.append('|| echo "curl: $?"')
    text = "\n".join(_lines(words))
    if it.times > MOST_IN_A_LOOP:
        return f"{text} | tail -1"
    if it.times > 1:
        return f"for n in {' '.join(map(str, range(1, it.times + 1)))}; do\n  {text}\ndone"
    return text


def _lines(words: Sequence[str]) -> Iterator[str]:
    """The words of a command, in lines that fit."""
    line = words[0]
    for word in words[1:]:
        if len(line) + len(word) + 3 > WIDTH:
            yield f"{line} \\"
            line = f"  {word}"
        else:
            line = f"{line} {word}"
    yield line


def _path(path: str) -> str:
    return f'"{path}"' if re.search(r"[$&?#]", path) else path


def _options(it: Try) -> Iterator[str]:
    if it.method is not None and not (it.method == "POST" and it.body is not None):
        yield f"-X {it.method}"
    if it.form is not None:
        yield from ("-d client_id=shop", "-d client_secret=shop-secret")
        yield from (f'-d {name}="{value}"' if "$" in value else f"-d {name}={value}" for name, value in it.form.items())
    if it.body is not None:
        text = re.sub(r"(\$\w+)", r"'\1'", as_json(it.body))
        yield '--json "$(import_body)"' if it.body == IMPORT.body else f"--json '{text}'"


# What they print.


@dataclass
class Session:
    """The session of the page's head, in this process: what its first block has found out."""

    http: TestClient = field(init=False)
    known: dict[str, str] = field(init=False)
    tokens: dict[str, str] = field(init=False)
    random: int = 0

    def __post_init__(self) -> None:
        app = create_app(Settings(license="FULLY_LICENSED"), frozen_clock())
        self.http = TestClient(app, base_url="http://localhost:8420")
        shop = Shop(self.http)
        alice, tess = (shop.welcomes(name, "open-sesame") for name in ("alice", "tess"))
        self.tokens = {
            "user": alice.token["access_token"],
            "client": shop.token()["access_token"],
            "admin": Admin(self.http).token()["access_token"],
        }
        self.known = {"REFRESH_TOKEN": tess.token["refresh_token"], **self._records(alice)}

    def _records(self, alice: EndUser) -> dict[str, str]:
        def made(path: str, **wish: Any) -> str:
            answer = alice.posts(path, **wish)
            assert answer.status_code < 300, answer.text
            return str(answer.json()["id"])

        connection = made(IMPORT.path, **self._body(IMPORT.body))
        account = str(alice.accounts()[0]["id"])
        transfer = {"counterpartName": "Max Mustermann", "counterpartIban": "DE13700800000061110500", "amount": 1}
        return {
            "CONNECTION": connection,
            "OTHER": made(IMPORT.path, **self._body(IMPORT.body)),
            "ACCOUNT": account,
            "PAYMENT": made("/api/v2/payments/moneyTransfers", accountId=int(account), moneyTransfers=[transfer]),
            "FORM": made("/api/webForms/bankConnectionImport", redirectUrl=BACK),
            "TASK": made("/api/tasks/backgroundUpdate", bankConnectionId=int(connection), redirectUrl=BACK),
        }

    def tries(self, scenario: Scenario) -> Iterator[str]:
        """A line for each answer, as `play` prints it; of many the last one."""
        for it in tries(scenario):
            answers = [self._sends(it, scenario) for _ in range(it.times)]
            for answer in answers if it.times <= MOST_IN_A_LOOP else answers[-1:]:
                yield f"{answer.status_code} {answer.headers.get('x-mock-reason', '')}".rstrip()

    def _sends(self, it: Try, scenario: Scenario) -> Any:
        headers = {**bearer(self.tokens[it.role]), "X-Mock-Scenario": scenario.name}
        content: dict[str, Any] = {}
        if it.form is not None:
            content["data"] = {"client_id": "shop", "client_secret": "shop-secret", **_filled(it.form, self.known)}
        if it.body is not None:
            content["json"] = self._body(it.body)
        return self.http.request(it.verb, _filled(it.path, self.known), headers=headers, **content)

    def _body(self, body: Any) -> Any:
        self.random += 1
        known = getattr(self, "known", {})
        numbers = {name: int(value) for name, value in known.items() if value.isdigit()}
        return _filled(body, {**known, "RANDOM": str(self.random)}, numbers)


def _filled(value: Any, known: Mapping[str, str], numbers: Mapping[str, int] | None = None) -> Any:
    """The value with what stands for `$CONNECTION` and its like."""
    if isinstance(value, Mapping):
        return {name: _filled(each, known, numbers) for name, each in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_filled(each, known, numbers) for each in value]
    if not isinstance(value, str):
        return value
    if numbers and value.removeprefix("$") in numbers:
        return numbers[value.removeprefix("$")]
    return re.sub(r"\$([A-Z_]+)", lambda name: known[name[1]], value)


if __name__ == "__main__":
    DOCUMENT.write_text(cookbook(), encoding="utf-8")
