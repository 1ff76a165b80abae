"""What is wrong with a scenario although each of its values has the right type: words that do not exist, and rules
that can never fire.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import timedelta
from fnmatch import fnmatchcase
from typing import Any

from mock_server.contract.operations import Operation
from mock_server.contract.problems import suggestion
from mock_server.domain.progress import parse_pace
from mock_server.scenario.engine import concerns
from mock_server.scenario.events import CALLBACK
from mock_server.scenario.rules import Rule, Scenario, Then, When
from mock_server.scenario.vocabulary import (
    FORM_OPERATIONS,
    FORM_OUTCOMES,
    LOGIN_OPERATIONS,
    TOKEN_OPERATION,
    Vocabulary,
)
from mock_server.strict_yaml import Path, read_checked

Found = Iterator[tuple[Path, str]]
NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
INDEX = re.compile(r"\[(\d+|\*)\]")
NEVER = "so this rule can never fire"


def read_scenario(text: str, source: str, vocabulary: Vocabulary) -> Scenario:
    """The scenario of a text. MistakesError tells everything that is wrong with it, each with its place."""
    return read_checked(text, source, Scenario, lambda read: check(read, vocabulary))


def check(scenario: Scenario, vocabulary: Vocabulary) -> Found:
    """Paths into the scenario, and what is wrong there."""
    if not NAME.fullmatch(scenario.name):
        yield ("name",), f"'{scenario.name}' is no name: write lower case words with hyphens, such as bank-is-down."
    if not scenario.description.strip():
        yield ("description",), "Say what the scenario reproduces, and what a correct client does."
    yield from _check_states(scenario)
    for number, rule in enumerate(scenario.rules):
        path: Path = ("rules", number)
        broken = list(_check_rule(rule, vocabulary, scenario))
        yield from ((path + place, message) for place, message in broken)
        if not broken:
            yield from ((path + place, message) for place, message in _check_order(scenario, number))
    if not scenario.rules:
        yield ("rules",), "There is no rule, so nothing would ever happen."


def _check_states(scenario: Scenario) -> Found:
    for number, state in enumerate(scenario.states):
        if state in scenario.states[:number]:
            yield ("states", number), f"The state '{state}' is listed twice."
    for number, it in enumerate(scenario.transitions):
        path: Path = ("transitions", number)
        for place, names in (("from", it.from_), ("to", (it.to,))):
            yield from (((*path, place, *at), message) for at, message in _unknown(names, scenario.states, "state"))
        if it.after is not None and it.after <= timedelta(0):
            yield (*path, "after"), "A state must last longer than nothing."


def _check_rule(rule: Rule, vocabulary: Vocabulary, scenario: Scenario) -> Found:
    when = rule.when
    operations = [it for it in vocabulary.operations if concerns(when, it.key, it.api, it.tag)]
    words = [
        *((("when", "operation", *at), message) for at, message in _unknown_operations(when, vocabulary)),
        *((("when", "tag", *at), message) for at, message in _unknown(when.tag, sorted(vocabulary.tags), "tag")),
        *((("when", "state", *at), message) for at, message in _unknown(when.state, scenario.states, "state")),
    ]
    yield from words
    if not words and not operations and CALLBACK not in when.operation:
        yield ("when",), f"No operation has this API, this tag and this name at once, {NEVER}."
    if not words and operations:
        yield from _check_fields(when, operations)
    yield from _check_numbers(rule)
    yield from _check_then(rule.then, vocabulary)
    yield from _check_places(rule, {it.key for it in operations})


def _unknown_operations(when: When, vocabulary: Vocabulary) -> Found:
    """The place in the list, and what is wrong there."""
    known = [*(it.id for it in vocabulary.operations), *(it.key for it in vocabulary.operations), CALLBACK]
    for number, pattern in enumerate(when.operation):
        if not any(fnmatchcase(name, pattern) for name in known):
            yield (number,), f"There is no operation '{pattern}'.{suggestion(pattern, known)}"


def _unknown(names: Sequence[str], known: Collection[str], kind: str) -> Found:
    """The place in the list, and what is wrong there."""
    for number, name in enumerate(names):
        if name not in known:
            hint = suggestion(name, list(known)) if known else f" The scenario has no {kind}s; list them in '{kind}s'."
            yield (number,), f"There is no {kind} '{name}'.{hint}"


def _check_fields(when: When, operations: Sequence[Operation]) -> Found:
    """Parameters and fields that no operation in question has."""
    for place in ("path", "query"):
        known = sorted({it.name for each in operations for it in each.parameters if it.place == place})
        for name in getattr(when, place):
            if name not in known:
                hint = suggestion(name, known)
                yield ("when", place, name), f"There is no parameter '{name}' in the {place}, {NEVER}.{hint}"
    for name in when.body:
        plain = INDEX.sub("", name).partition(".")[0]
        known = sorted({each for it in operations if it.body is not None for each in it.body.known(())})
        if known and plain not in known:
            yield ("when", "body", name), f"There is no field '{plain}' in the body, {NEVER}.{suggestion(plain, known)}"
    if when.user is not None and not any("user" in it.roles or it.key == TOKEN_OPERATION for it in operations):
        yield ("when", "user"), f"No user calls this operation, {NEVER}."
    if when.grant_type is not None and not any(it.key == TOKEN_OPERATION for it in operations):
        yield ("when", "grant_type"), f"Only getToken has a grant_type, {NEVER}."


def _check_numbers(rule: Rule) -> Found:
    when = rule.when
    if when.chance == 0:
        yield ("when", "chance"), f"A chance of 0 is none, {NEVER}."
    if when.first is not None and when.after is not None and when.after >= when.first:
        yield ("when", "after"), f"Nothing is among the first {when.first} and after the first {when.after}, {NEVER}."
    if when.nth and not any(_is_counted(when, number) for number in when.nth):
        yield ("when", "nth"), f"'first', 'after' and 'every' leave out every one of 'nth', {NEVER}."
    if when.per is None and when.nth and rule.times is not None and rule.times > len(when.nth):
        yield ("times",), f"'nth' lets it happen {len(when.nth)} times at most; leave 'times' out."
    if isinstance(when.from_, type(when.until)) and when.until is not None and when.until <= when.from_:  # type: ignore[operator] # of one type
        yield ("when", "until"), f"'until' is not later than 'from', {NEVER}."
    start = when.from_ if isinstance(when.from_, timedelta) else None
    if rule.ttl is not None and start is not None and rule.ttl <= start:
        yield ("ttl",), f"It retires before 'from', {NEVER}."


def _is_counted(when: When, number: int) -> bool:
    return (
        (when.first is None or number <= when.first)
        and (when.after is None or number > when.after)
        and (when.every is None or number % when.every == 0)
    )


def _check_then(then: Then, vocabulary: Vocabulary) -> Found:
    """Words that do not exist."""
    named: dict[Path, tuple[str | None, Collection[str], str]] = {
        ("refuse",): (then.refuse, vocabulary.refusals, "refusal"),
        ("login_as",): (then.login_as, vocabulary.logins, "test user"),
    }
    if then.form is not None:
        named["form", "outcome"] = then.form.outcome, FORM_OUTCOMES, "outcome"
        named["form", "login"] = then.form.login, vocabulary.logins, "test user"
        named["form", "error_code"] = then.form.error_code, vocabulary.error_codes, "errorCode of a web form"
    for place, (word, known, kind) in named.items():
        if word is not None and word not in known:
            yield ("then", *place), f"There is no {kind} '{word}'.{suggestion(word, list(known))}"
    if then.form is not None and then.form.error_code is not None and then.form.outcome != "COMPLETED_WITH_ERROR":
        yield ("then", "form", "error_code"), "Only COMPLETED_WITH_ERROR has an error_code."
    if then.pace is not None:
        try:
            parse_pace(then.pace)
        except ValueError as error:
            yield ("then", "pace"), f"{error}."


OPERATIONS_OF: Mapping[str, tuple[frozenset[str], str]] = {
    "token": (frozenset({TOKEN_OPERATION}), "Only getToken gives out tokens"),
    "form": (FORM_OPERATIONS, "Only operations that create a web form have an outcome of one"),
    "login_as": (LOGIN_OPERATIONS, "Nobody logs in at a bank there"),
}
"""What a rule can do at some operations only."""


def _check_places(rule: Rule, operations: Collection[str]) -> Found:
    """Something that cannot happen at the operations in question."""
    then = rule.then
    is_callback = CALLBACK in rule.when.operation
    for name, (able, why) in OPERATIONS_OF.items():
        if getattr(then, name) is not None and operations and able.isdisjoint(operations):
            yield ("then", name), f"{why}, {NEVER}. It can at {', '.join(sorted(it.partition('.')[2] for it in able))}."
    if then.callback is not None and not is_callback:
        yield ("then", "callback"), "It happens to callbacks only: write 'when: {operation: callback}'."
    if is_callback and then.callback is None and not then.nothing:
        yield ("then",), "A callback can only be lost, late, doubled and so on: write 'then: {callback: …}'."


def _check_order(scenario: Scenario, number: int) -> Found:
    """Rules that an earlier one always forestalls."""
    for earlier in range(number):
        if _always_covers(scenario.rules[earlier], scenario.rules[number]):
            first = scenario.called(earlier)
            yield ((), f"'{first}' decides every request that fits here, {NEVER}. Put this one before it.")
            return


LIMITS: Sequence[Callable[[Rule], Any]] = (
    lambda rule: rule.when.counts,
    lambda rule: rule.then.quota is not None,
    lambda rule: rule.times is not None,
    lambda rule: rule.ttl is not None,
    lambda rule: (rule.when.from_, rule.when.until, rule.when.for_) != (None, None, None),
)
"""What keeps a rule from deciding every request that fits."""


def _always_covers(earlier: Rule, later: Rule) -> bool:
    """Whether the earlier rule decides whatever fits the later one: it asks for nothing that the later does not."""
    if any(limit(earlier) for limit in LIMITS):
        return False
    blank = When()
    return all(
        asked == getattr(blank, name) or asked == getattr(later.when, name) or _wider(asked, getattr(later.when, name))
        for name, asked in ((it.name, getattr(earlier.when, it.name)) for it in fields(When) if it.name != "per")
    ) and (CALLBACK in earlier.when.operation) == (CALLBACK in later.when.operation)


def _wider(asked: Any, later: Any) -> bool:
    """Whether each of the later rule's words (or conditions) is among the earlier one's."""
    if isinstance(asked, tuple) and isinstance(later, tuple) and later:
        return all(any(fnmatchcase(word, pattern) for pattern in asked) for word in later if isinstance(word, str))
    if isinstance(asked, Mapping) and isinstance(later, Mapping):
        return all(later.get(name) == condition for name, condition in asked.items())
    return False
