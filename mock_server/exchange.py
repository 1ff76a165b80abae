"""What passes between the web and the handlers: `Call`, `Reply`, and the `World` they act on.

A world is everything one mandator has: users, clock, ids, journal. A handler sees one world
only, so it cannot mix up mandators even by mistake.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from mock_server.clock import Clock, today
from mock_server.domain.banks import Catalogue
from mock_server.domain.categories import Categories
from mock_server.domain.configuration import USUAL, Configuration
from mock_server.domain.languages import GERMAN
from mock_server.domain.mandators import ONLY, Mandator, effective
from mock_server.domain.progress import Pace
from mock_server.domain.tokens import Token
from mock_server.domain.users import ADMIN_SUFFIX, Client, License, User, fold
from mock_server.errors import ApiError, Refusal
from mock_server.ids import Ids
from mock_server.paging import DEFAULT_PER_PAGE, Page, Recent, paginate
from mock_server.store import Kept, Key, MemoryStore, Record, Store

if TYPE_CHECKING:  # late: most runs have no scenario on, and a start must be quick
    from mock_server.scenario.engine import Script
    from mock_server.scenario.stage import Stage

T = TypeVar("T")
R = TypeVar("R", bound=Record)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls: a client, and the user in whose name it does, if any."""

    client: Client
    token: Token
    user: User | None = None

    @property
    def role(self) -> str:
        return "user" if self.user is not None else "admin" if self.client.is_admin else "client"


@dataclass(frozen=True, slots=True)
class Call:
    """A checked request. Everything in it has the types and limits that the document promises."""

    now: datetime
    caller: Caller | None = None
    path: Mapping[str, Any] = field(default_factory=dict)
    query: Mapping[str, Any] = field(default_factory=dict)
    header: Mapping[str, Any] = field(default_factory=dict)
    body: Any = None
    language: str = GERMAN
    """The one of finAPI's languages that the caller likes best."""
    base_url: str = ""
    """Where links in the answer lead to: a scheme and a host that the caller reaches, without a slash at the end."""

    @property
    def user(self) -> User:
        """The authorized user. The pipeline has seen to it that there is one."""
        user = None if self.caller is None else self.caller.user
        assert user is not None  # noqa: S101 # the operation wants a user's token
        return user

    @property
    def client(self) -> Client:
        assert self.caller is not None  # noqa: S101 # the operation wants a token
        return self.caller.client

    def at(self, now: datetime) -> "Call":
        """The same call, at the instant at which it is carried out."""
        return replace(self, now=now)

    def page_of(self, items: Sequence[T]) -> Page[T]:
        """The page of `items` that the caller asked for."""
        return paginate(items, self.query.get("page") or 1, self.query.get("perPage") or DEFAULT_PER_PAGE)


@dataclass(frozen=True, slots=True)
class Reply:
    """What a handler answers. `warnings` say where finAPI itself would have refused; nothing of it is in the body.

    A refusal that is raised undoes everything that the handler has stored. One that is answered as `refusal` looks
    the same to the caller, but what was stored stays: a wrong password is refused, and has to be counted.
    """

    body: Any = None
    status: int | None = None
    """None: the success status that the document gives the operation."""
    warnings: tuple[str, ...] = ()
    refusal: ApiError | None = None


@dataclass(frozen=True, slots=True)
class RegisteredClient:
    """A client as it is at the start: from the clients file or, without one, as it comes along."""

    client_id: str
    client_secret: str
    mandator: str
    is_admin: bool
    license: License
    configuration: Configuration = USUAL
    data_decryption_key: str | None = None
    """None: one from the seed."""


@dataclass(frozen=True, slots=True)
class Setup:
    """What is decided at the start and the same in every world."""

    banks: Catalogue
    categories: Categories
    seed: int
    token_key: str
    webform_url: str
    """Where links lead to in what no request has asked for: callbacks. An answer's are those of `Call.base_url`."""
    license: License
    configuration: Configuration
    """Of clients that no file describes."""
    strict: bool
    auto_complete: bool
    reopens_forms: bool
    auto_error_redirect: bool
    pace: Pace
    clients: Mapping[str, RegisteredClient] | None = None
    """The clients there are; None: any client that comes along."""


Settle = Callable[["World", Any], None]
"""Lets the clock have its say about one record whose time has come."""

Sow = Callable[["World"], None]
"""Puts into an empty world what there is at the beginning."""


@dataclass(frozen=True, slots=True)
class Beginning:
    """What a world was right after it was seeded, so that it need not be seeded again."""

    at: datetime
    records: Kept
    ids: tuple[Mapping[str, int], Mapping[str, int]]

    def serves(self, now: datetime) -> bool:
        """Whether a seeding at `now` would come to the same: its dates may count from the day."""
        return self.at <= now and today(self.at) == today(now)


class World:
    """Everything that one mandator has."""

    def __init__(
        self,
        mandator: str,
        setup: Setup,
        settle: Settle,
        clock: Clock,
        pace: Pace,
        scripts: "Sequence[Script]" = (),
        sow: Sow | None = None,
    ) -> None:
        self.mandator = mandator
        self.setup = setup
        self.store: Store = MemoryStore()
        self.lists: Recent[Any] = Recent()
        self.clock = clock
        self.pace = pace
        """How fast work goes on that takes time at finAPI. The control API changes it."""
        self.disguise: str | None = None
        """The test user as whom banks treat whoever logs in by the call that is being carried out."""
        self.stage: Stage | None = None
        """The scenarios that are on; None, which is the usual thing, costs a request nothing."""
        self.registered: list[RegisteredClient] = []
        """The clients that the control API has registered. Like those of a clients file they survive a reset."""
        self.alarms: set[Callable[[], object]] = set()
        """What is called when everything starts anew: whoever waits in this world waits for nothing then."""
        self._settle = settle
        self._sow = sow
        self._beginning: Beginning | None = None
        self._course: tuple[timedelta, datetime | None] | None = None
        """How the clock went when this world got a seed of its own."""
        self.put_on(scripts)
        self._begin()

    def catch_up(self, witness: Callable[[Any, Any], None] | None = None) -> datetime:
        """Let everything happen that was due by now, in the order in which it was due. Returns now.

        `witness` is shown each record whose time had come, and what has become of it (None: it is gone).
        """
        now = self.clock.now()
        while (record := self.store.due(now)) is not None:
            with self.store.transaction():
                self._settle(self, record)
            if witness is not None:
                witness(record, self.store.find(type(record), record.id))
        return now

    def mine(self, kind: type[R], user: User, id: Key) -> R:
        """The user's record. Somebody else's is as good as none: ApiError 404."""
        record = self.store.find(kind, id)
        if record is None or record.owner != user.id:
            raise ApiError(Refusal.UNKNOWN_ENTITY)
        return record

    def user_named(self, id: str) -> User:
        """The user with this id, in whichever case. ApiError 404."""
        user = self.store.find(User, fold(id))
        if user is None:
            raise ApiError(Refusal.UNKNOWN_ENTITY, f"There is no user '{id}'.")
        return user

    def configuration_of(self, client: Client) -> Configuration:
        """The client's settings, and among them those that were changed for all clients."""
        return effective(client.configuration, self.store.find(Mandator, ONLY))

    def admit(self, newcomer: RegisteredClient) -> Client:
        """Store a client that was not there before."""
        key = newcomer.data_decryption_key or self.ids.hex(f"data decryption key of {newcomer.client_id}", 32)
        client = Client(
            id=newcomer.client_id,
            secret=newcomer.client_secret,
            number=self.ids.number("client"),
            is_admin=newcomer.is_admin,
            license=newcomer.license,
            configuration=newcomer.configuration,
            data_decryption_key=key,
        )
        self.store.put(client)
        return client

    def register(self, newcomer: RegisteredClient) -> Client:
        """Admit a client that is to be there after a reset too."""
        self.registered.append(newcomer)
        self._beginning = None
        return self.admit(newcomer)

    def _enrol(self) -> None:
        """Clients of a clients file are there from the start: each hears of deleted users even before it calls."""
        for client in (*(self.setup.clients or {}).values(), *self.registered):
            if client.mandator == self.mandator:
                self.admit(client)

    def put_on(self, scripts: "Sequence[Script]") -> None:
        """Have these scenarios on, from their beginning, and no others."""
        if not scripts:
            self.stage = None
            return
        from mock_server.scenario.stage import Stage

        self.stage = Stage(scripts, self.clock.now())

    def reset(self, clock: Clock, pace: Pace, scripts: "Sequence[Script]" = ()) -> None:
        """Forget everything and start again from the seed, with the time of `clock`, or that of the seeding."""
        self.pace = pace
        if self._course is None:
            self.clock.take(clock)
        else:
            self.clock.follow(self._course)
        self._start_again(scripts)

    def seed(self, sow: Sow) -> None:
        """Forget everything and start again from this seed, now and at each reset, which brings this time back too."""
        self._sow, self._beginning, self._course = sow, None, self.clock.course
        self._start_again(() if self.stage is None else [play.script for play in self.stage.plays])

    def _start_again(self, scripts: "Sequence[Script]") -> None:
        for alarm in tuple(self.alarms):
            alarm()
        self.put_on(scripts)
        self._begin()

    def _begin(self) -> None:
        """Have the first records, and no others."""
        now, known = self.clock.now(), self._beginning
        self.ids = Ids(self.setup.seed, self.mandator)
        self.lists.clear()
        if known is not None and known.serves(now):
            self.store.bring_back(known.records)
            self.ids.go_on(*known.ids)
            return
        self.store.clear()
        self._enrol()
        if self._sow is not None:
            self._sow(self)
            self._beginning = Beginning(now, self.store.keep(), self.ids.progress())


Handler = Callable[[Call, World], Reply]


class Worlds:
    """The worlds of all mandators, made when their first client comes along."""

    def __init__(self, setup: Setup, settle: Settle, clock: Clock) -> None:
        """`clock` is what a new world's clock shows; moving it does not move the worlds there are. So with `pace`."""
        self.setup = setup
        self.clock = clock
        self.pace = setup.pace
        self.scripts: tuple[Script, ...] = ()
        """The scenarios that are on in a new world, and in one that was reset."""
        self.sow: Sow | None = None
        """What a new world begins with; None: nothing."""
        self._settle = settle
        self._by_mandator: dict[str, World] = {}
        self._by_address: dict[str, World] = {}
        self._registered: dict[str, str] = {}

    def __iter__(self) -> Iterator[World]:
        return iter(list(self._by_mandator.values()))

    def of_mandator(self, mandator: str) -> World | None:
        return self._by_mandator.get(mandator)

    def of_address(self, address: str) -> World | None:
        """The world whose UUIDs end in `address`."""
        return self._by_address.get(address)

    def of_client(self, client_id: str) -> World | None:
        """The world of a client. None if a clients file decides who exists and does not name it."""
        mandator = self.mandator_of(client_id)
        return None if mandator is None else self.opened(mandator)

    def may_have(self, mandator: str) -> bool:
        """Whether there can be a client of this mandator."""
        clients = self.setup.clients
        if clients is None or mandator in self._registered.values():
            return True
        return any(client.mandator == mandator for client in clients.values())

    def opened(self, mandator: str) -> World:
        """The mandator's world, made if there is none yet."""
        if mandator not in self._by_mandator:
            world = World(mandator, self.setup, self._settle, self.clock.copy(), self.pace, self.scripts, self.sow)
            self._by_mandator[mandator] = world
            self._by_address[world.ids.address] = world
        return self._by_mandator[mandator]

    def register(self, newcomer: RegisteredClient) -> Client:
        """A client that was not there before, and is there after a reset too, also beside those of a clients file."""
        world = self.opened(newcomer.mandator)
        self._registered[newcomer.client_id] = newcomer.mandator
        return world.register(newcomer)

    def go_on_with(self, script: "Script") -> None:
        """A scenario has a new text: wherever it is on, go on by it."""
        for world in self:
            if world.stage is not None:
                world.stage.go_on_with(script)
        name = script.scenario.name
        self.scripts = tuple(script if it.scenario.name == name else it for it in self.scripts)

    def close(self, world: World) -> None:
        """As if no client of the mandator had ever come along."""
        del self._by_mandator[world.mandator], self._by_address[world.ids.address]
        for client in world.registered:
            del self._registered[client.client_id]

    def mandator_of(self, client_id: str) -> str | None:
        """The mandator of a client. None if a clients file decides who exists and does not name it."""
        if client_id in self._registered:
            return self._registered[client_id]
        if self.setup.clients is None:
            return client_id.removesuffix(ADMIN_SUFFIX) or client_id
        registered = self.setup.clients.get(client_id)
        return None if registered is None else registered.mandator
