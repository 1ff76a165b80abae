"""The language of scenarios: the dataclasses here are the keys of the files.

A scenario is data. `engine` decides by it, `checks` finds what can never happen, `schema` describes it to editors,
and the web and the handlers carry out what a rule's `then` says.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, ClassVar, Literal

from mock_server.clock import parse_duration
from mock_server.scenario.conditions import Condition
from mock_server.scenario.wording import said, says_nothing

Subject = Literal["client", "user", "bank", "connection", "account", "form"]
ANYTIME = timedelta(0)


class Fault(StrEnum):
    """How a connection breaks. The first three break before the request is carried out, the others after it."""

    RESET_BEFORE_HEADERS = "reset_before_headers"
    EMPTY_REPLY = "empty_reply"
    GARBAGE = "garbage"
    RESET_AFTER_HEADERS = "reset_after_headers"
    TRUNCATED_BODY = "truncated_body"
    SLOW_BODY = "slow_body"
    LOST_REPLY = "lost_reply"

    @property
    def does_nothing(self) -> bool:
        """Whether the request is not carried out."""
        return self in (Fault.RESET_BEFORE_HEADERS, Fault.EMPTY_REPLY, Fault.GARBAGE)


class Malformed(StrEnum):
    """Ways in which the answer of a token endpoint can be wrong."""

    NO_EXPIRES_IN = "no_expires_in"
    NEGATIVE_EXPIRES_IN = "negative_expires_in"
    TEXT_EXPIRES_IN = "text_expires_in"
    NO_ACCESS_TOKEN = "no_access_token"  # noqa: S105 # a name, not a password
    WRONG_CONTENT_TYPE = "wrong_content_type"
    TRUNCATED = "truncated"
    DUPLICATE_KEY = "duplicate_key"


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """Which requests a rule is about. All that is given must hold; what is not given does not matter."""

    operation: tuple[str, ...] = said(
        "operationIds such as updateBankConnection, `access.getWebForm` with the API, patterns such as create*, "
        "or `callback` for callbacks that are about to be sent.",
        (),
    )
    api: Literal["access", "webform"] | None = said("One of the two APIs.", None)
    tag: tuple[str, ...] = said("Tags of the OpenAPI documents, such as Accounts.", ())
    client: Condition | None = said("The client_id.", None)
    user: Condition | None = said("The user's id, in any case; at getToken the username.", None)
    bank: Condition | None = said("The bank's id, of a request that names a bank or something at one.", None)
    connection: Condition | None = said(
        "The bank connection's id, of a request that names it or something on it.", None
    )
    account: Condition | None = said("The account's id, of a request that names it.", None)
    form: Condition | None = said("The web form's id, of a request that names it.", None)
    grant_type: Condition | None = said("The grant_type, at getToken.", None)
    path: Mapping[str, Condition] = said("Parameters in the path.", {})
    query: Mapping[str, Condition] = said("Parameters in the query.", {})
    header: Mapping[str, Condition] = said("Headers, in any case.", {})
    body: Mapping[str, Condition] = said("Fields of the body: amount, orders[0].amount, orders[*].amount.", {})
    state: tuple[str, ...] = said("States of the scenario in which the rule is in force.", ())
    nth: tuple[int, ...] = said("Which of the requests that fit: 2 is the second, [2, 3] the second and the third.", ())
    first: int | None = said("The first so many of the requests that fit.", None)
    after: int | None = said("All requests that fit after the first so many.", None)
    every: int | None = said("Each so many-th of the requests that fit.", None)
    per: Subject | None = said("Count for each client, user, bank … by itself instead of for all together.", None)
    chance: float | None = said("The share of requests that fit, from 0 to 1, decided by the scenario's seed.", None)
    from_: datetime | timedelta | None = said(
        "From an instant on, or so long after the scenario was switched on.", None
    )
    until: datetime | timedelta | None = said("Up to an instant, or so long after the scenario was switched on.", None)
    for_: timedelta | None = said("So long after `from` or, without it, after the scenario was switched on.", None)

    def __post_init__(self) -> None:
        for name in ("first", "after", "every"):
            value = getattr(self, name)
            if value is not None and value < (0 if name == "after" else 1):
                raise ValueError(f"'{name}' must be {'0' if name == 'after' else '1'} or more.")
        if any(number < 1 for number in self.nth):
            raise ValueError("'nth' counts from 1.")
        if self.chance is not None and not 0 <= self.chance <= 1:
            raise ValueError("'chance' is a share from 0 to 1.")
        if self.until is not None and self.for_ is not None:
            raise ValueError("'until' and 'for' both say when it ends; leave one of them out.")

    @property
    def counts(self) -> bool:
        """Whether it matters how many requests came before."""
        return bool(self.nth) or any(it is not None for it in (self.first, self.after, self.every, self.chance))


@dataclass(frozen=True, slots=True, kw_only=True)
class Delay:
    """How long an answer is held back, in real time. A plain duration is fixed."""

    SHORT: ClassVar[Mapping[str, Any]] = {
        "type": "string",
        "description": "a fixed time such as 1500ms or 2s",
        "pattern": r"^(P.+|(\d+\s*(w|d|h|m|min|s|ms)\s*)+)$",
    }

    fixed: timedelta | None = said("Always so long.", None)
    uniform: tuple[timedelta, ...] = said("Anything between two durations.", ())
    normal: tuple[timedelta, ...] = said("Normally distributed: mean and standard deviation.", ())

    @classmethod
    def from_short(cls, value: Any) -> "Delay":
        return cls(fixed=parse_duration(str(value)))

    def __post_init__(self) -> None:
        if sum(map(bool, (self.fixed is not None, self.uniform, self.normal))) != 1:
            raise ValueError("Write one of 2s, {uniform: [1s, 3s]} and {normal: [2s, 500ms]}.")
        if any(len(pair) != 2 for pair in (self.uniform, self.normal) if pair):
            raise ValueError("Two durations are needed, such as [1s, 3s].")
        if self.uniform and self.uniform[0] > self.uniform[1]:
            raise ValueError("The first duration of 'uniform' is the shorter one.")
        if any(it < ANYTIME for it in (self.fixed or ANYTIME, *self.uniform, *self.normal)):
            raise ValueError("A delay cannot be negative.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer of the tester's own. Without a body it is an error in the shape of its API."""

    status: int = said("The status, from 200 to 599.")
    code: str = said("The error's code.", "UNEXPECTED_ERROR")
    type: Literal["BUSINESS", "TECHNICAL"] = said("The error's type; Access alone tells it.", "TECHNICAL")
    message: str | None = said("The error's message.", None)
    body: Any = said("The whole body: a text goes out as it is, anything else as JSON.", None)
    media: str | None = said("The Content-Type of the body.", None)
    headers: Mapping[str, str] = said("Further headers.", {})

    def __post_init__(self) -> None:
        if not 200 <= self.status <= 599:
            raise ValueError("'status' must be from 200 to 599.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """What is odd about the token that getToken gives out."""

    expires_in: timedelta | None = said("The access token ends so soon, by the client's clock.", None)
    expired: bool = said("The access token has ended already, although its answer says otherwise.", False)
    malformed: Malformed | None = said("What is wrong with the answer; the token itself is good.", None)

    def __post_init__(self) -> None:
        if sum((self.expires_in is not None, self.expired, self.malformed is not None)) != 1:
            raise ValueError("Write one of {expires_in: 5s}, {expired: true} and {malformed: no_expires_in}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """So many requests in a window of the client's clock; what is beyond is answered 429 with Retry-After."""

    requests: int = said("How many requests are answered in a window.")
    window: timedelta = said("How long a window is. It begins with its first request.")

    def __post_init__(self) -> None:
        if self.requests < 0 or self.window <= ANYTIME:
            raise ValueError("'requests' must be 0 or more, and 'window' longer than nothing.")


@dataclass(frozen=True, slots=True, kw_only=True)
class FormOutcome:
    """How a web form ends by itself, as soon as it is created. A plain word is its status."""

    SHORT: ClassVar[Mapping[str, Any]] = {"type": "string", "description": "the status with which the form ends"}

    outcome: str = said("The final status: COMPLETED, COMPLETED_WITH_ERROR, ABORTED, EXPIRED or CANCELLED.")
    login: str | None = said("The test user that logs in, if it is completed.", None)
    bank: int | None = said("The bank that is chosen, if it is completed and the client has not chosen one.", None)
    error_code: str | None = said("The errorCode of COMPLETED_WITH_ERROR.", None)
    error_message: str | None = said("The errorMessage of COMPLETED_WITH_ERROR.", None)

    @classmethod
    def from_short(cls, value: Any) -> "FormOutcome":
        return cls(outcome=str(value))


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackTrick:
    """What happens to a callback on its way. Plain words: lost, twice, out_of_order."""

    SHORT: ClassVar[Mapping[str, Any]] = {"enum": ["lost", "twice", "out_of_order"]}

    lost: bool = said("It is never sent.", False)
    late: timedelta | None = said("It is sent so much later, by the client's clock.", None)
    copies: int = said("How often it is sent.", 1)
    out_of_order: bool = said("It is sent after the next callback of the same client.", False)
    set: Mapping[str, Any] = said("Fields of its body that have another value.", {})
    remove: tuple[str, ...] = said("Fields of its body that are missing.", ())
    raw: str | None = said("Another body altogether, as it is.", None)

    @classmethod
    def from_short(cls, value: Any) -> "CallbackTrick":
        if value not in ("lost", "twice", "out_of_order"):
            raise ValueError("Write lost, twice, out_of_order, or for example {late: 10s}.")
        return cls(lost=value == "lost", copies=2 if value == "twice" else 1, out_of_order=value == "out_of_order")

    def __post_init__(self) -> None:
        if self.copies < 1:
            raise ValueError("'copies' must be 1 or more; {lost: true} sends none.")
        if self.late is not None and self.late < ANYTIME:
            raise ValueError("'late' cannot be negative.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Then:
    """What happens instead, or besides."""

    refuse: str | None = said("Refuse with a row of the error table (LOCKED) or with a code of finAPI.", None)
    message: str | None = said("The message of the refusal.", None)
    retry_after: timedelta | None = said("A Retry-After header on the refusal.", None)
    answer: Answer | None = said("Answer with any status, code and message, or with any body.", None)
    token: Token | None = said("What is odd about the token that getToken gives out.", None)
    quota: Quota | None = said("Answer 429 beyond so many requests in a window.", None)
    fault: Fault | None = said("How the connection breaks.", None)
    delay: Delay | None = said("Hold the answer back.", None)
    patch: Mapping[str, Any] = said(
        "Fields of the answer that have another value: {balance: 0, accounts[*].iban: X}.", {}
    )
    remove: tuple[str, ...] = said("Fields of the answer that are missing.", ())
    login_as: str | None = said("Whoever logs in is treated by the bank like this test user, from now on.", None)
    form: FormOutcome | None = said("How the web form that is created ends, without anybody opening it.", None)
    pace: str | None = said("How fast the work goes that the request begins: at-once, by-hand, 3-reads, 5s.", None)
    callback: CallbackTrick | None = said("What happens to the callback on its way.", None)
    nothing: bool = said("Nothing: the request is answered as usual, and no later rule decides.", False)

    def __post_init__(self) -> None:
        if says_nothing(self):
            raise ValueError("Nothing is said here; write for example {refuse: LOCKED}, or {nothing: true}.")
        given = [name for name in ANSWERS if getattr(self, name) is not None]
        if len(given) > 1:
            raise ValueError(f"A request has one answer; leave all but one of these out: {', '.join(given)}.")
        if self.message is not None and self.refuse is None:
            raise ValueError("'message' belongs to 'refuse'; an 'answer' has a message of its own.")
        if self.retry_after is not None and self.refuse is None:
            raise ValueError(
                "'retry_after' belongs to 'refuse'; an 'answer' has headers, and a 'quota' says it by itself."
            )


ANSWERS = ("refuse", "answer", "token", "quota")
"""Of these a rule has one at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """When something happens, what happens then."""

    name: str | None = said("What the rule is called in answers and reports; without it its number.", None)
    when: When = said("Which requests the rule is about; without it all.", When())
    then: Then = said("What happens.")
    times: int | None = said("How often it may happen before the rule retires.", None)
    ttl: timedelta | None = said("How long after the scenario was switched on the rule retires.", None)

    def __post_init__(self) -> None:
        if self.times is not None and self.times < 1:
            raise ValueError("'times' must be 1 or more.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """A way from one state of the scenario to another: by a request, or by time."""

    from_: tuple[str, ...] = said("The states from which it leads; without it from any other.", ())
    to: str = said("The state to which it leads.")
    when: When | None = said("The request that takes it; `nth` counts within the state.", None)
    after: timedelta | None = said("How long the state lasts before it is taken, by the client's clock.", None)

    def __post_init__(self) -> None:
        if (self.when is None) == (self.after is None):
            raise ValueError("A transition is taken by 'when' (a request) or 'after' (a time): write one of them.")
        if self.to in self.from_:
            raise ValueError(f"It leads from '{self.to}' to '{self.to}', so nothing would change.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One file."""

    name: str = said("Lower case words with hyphens; how the scenario is asked for.")
    description: str = said("What it reproduces, and what a correct client does.")
    seed: int = said("Decides every chance and every random delay.", 1)
    states: tuple[str, ...] = said("The states it may be in; it begins in the first.", ())
    transitions: tuple[Transition, ...] = said("The ways between the states.", ())
    rules: tuple[Rule, ...] = said("The first rule that fits decides.", ())

    def called(self, rule: int) -> str:
        """A rule by its name or, as people count, its number."""
        return self.rules[rule].name or f"rule {rule + 1}"
