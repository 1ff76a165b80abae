"""The catalogue of banks: what there is, and how it is searched."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from mock_server.domain.ibans import is_of_bank
from mock_server.domain.money import is_iban

BankingInterface = Literal["XS2A", "FINTS_SERVER", "WEB_SCRAPER"]
PRIORITY: tuple[BankingInterface, ...] = ("XS2A", "FINTS_SERVER", "WEB_SCRAPER")
"""finAPI takes the first of these that a bank offers."""
Service = Literal["AIS", "PIS"]
"""Account information or payment initiation, as PSD2 calls them."""

# The redirect test bank and its like ask for the credentials on a page of their own,
# so the catalogue names no fields for them.
FIELDS_OF_REDIRECT_PAGE = ("Onlinebanking-ID", "PIN")


COUNTRIES = frozenset(
    """
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ
    CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO
    FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE
    JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO
    MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW
    PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM
    TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW
    """.split()  # noqa: SIM905 # a list would take a line for each
)
"""The country codes that finAPI knows: ISO 3166-1, and XK for Kosovo."""


@dataclass(frozen=True, slots=True)
class LoginField:
    label: str
    is_secret: bool
    is_volatile: bool
    is_mandatory: bool


@dataclass(frozen=True, slots=True)
class BankInterface:
    """One way to reach a bank. `facts` is its JSON as Access shows it."""

    name: BankingInterface
    fields: tuple[LoginField, ...]
    properties: frozenset[str]
    account_types: tuple[str, ...]
    login_hint: str | None
    facts: Mapping[str, Any]

    @property
    def tpp_group(self) -> int | None:
        group = self.facts.get("tppAuthenticationGroup")
        return None if group is None else group["id"]

    @property
    def is_redirect(self) -> bool:
        return "REDIRECT_APPROACH" in self.properties

    @property
    def is_detailed(self) -> bool:
        """Consents are for certain accounts, which the caller names."""
        return "DETAILED_CONSENT" in self.properties

    def supports(self, service: Service) -> bool:
        return bool(self.facts["isAisSupported" if service == "AIS" else "isPisSupported"])

    @property
    def needs_consent(self) -> bool:
        """PSD2 consents exist on XS2A only."""
        return self.name == "XS2A"


@dataclass(frozen=True, slots=True)
class Bank:
    """A bank. `facts` is its JSON as Access shows it, made once because it never changes."""

    id: int
    name: str
    blz: str
    bic: str | None
    location: str | None
    city: str | None
    is_test_bank: bool
    popularity: int
    group: int | None
    interfaces: tuple[BankInterface, ...]
    tpp_groups: frozenset[int]
    facts: Mapping[str, Any]
    haystack: str

    @property
    def is_beta(self) -> bool:
        """Whether the bank is in trial operation."""
        return bool(self.facts["isBeta"])

    def interface(self, name: str) -> BankInterface | None:
        return next((interface for interface in self.interfaces if interface.name == name), None)

    def interfaces_for(self, service: Service, allowed: Sequence[str] = ()) -> list[BankInterface]:
        """The interfaces for a service in the order in which finAPI would use them, of the allowed ones if any are."""
        usable = [
            interface
            for interface in self.interfaces
            if interface.supports(service) and (not allowed or interface.name in allowed)
        ]
        return sorted(usable, key=lambda interface: PRIORITY.index(interface.name))

    def best_interface(self, allowed: Sequence[str] = (), service: Service = "AIS") -> BankInterface | None:
        return next(iter(self.interfaces_for(service, allowed)), None)

    def offers(self, account_type: str) -> bool:
        """Whether accounts of this type can be reached at the bank, by whichever interface."""
        return any(account_type in interface.account_types for interface in self.interfaces)


@dataclass(frozen=True, slots=True)
class BankGroup:
    """Banks under one name. `facts` is the group's JSON as Access shows it."""

    id: int
    name: str
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class TppAuthenticationGroup:
    """Banks at which one registration of a TPP counts."""

    id: int
    name: str


ORDERS: Mapping[str, Callable[[Bank], Any]] = {
    "id": lambda bank: bank.id,
    "name": lambda bank: bank.name,
    "blz": lambda bank: bank.blz,
    "bic": lambda bank: bank.bic,
    "popularity": lambda bank: bank.popularity,
}


# fmt: off
FILTERS: Mapping[str, Callable[[Bank, Any], bool]] = {
    "ids":                        lambda bank, ids: bank.id in ids,
    "supportedBankingInterfaces": lambda bank, names: any(bank.interface(name) for name in names),
    # "banks without location always match": they are international
    "location":                   lambda bank, countries: bank.location is None or bank.location in countries,
    "tppAuthenticationGroupIds":  lambda bank, ids: not bank.tpp_groups.isdisjoint(ids),
    "bankGroupIds":               lambda bank, ids: bank.group in ids,
    "isTestBank":                 lambda bank, flag: bank.is_test_bank is flag,
}
# fmt: on


def matching(banks: Iterable[Bank], query: Mapping[str, Any]) -> list[Bank]:
    """The banks that pass every filter of `GET /banks` that is given."""
    given = {name: query[name] for name in FILTERS if query.get(name) is not None}
    return [bank for bank in banks if all(FILTERS[name](bank, wish) for name, wish in given.items())]


def popular_groups(catalogue: "Catalogue", query: Mapping[str, Any]) -> list[tuple[BankGroup, int]]:
    """The groups with a bank that passes `location` and `testBanks`, each with the popularity of its best-liked one."""
    popularity: dict[int, int] = {}
    for bank in matching(catalogue, {"location": query.get("location"), "isTestBank": query.get("testBanks")}):
        if bank.group is not None:
            popularity[bank.group] = max(bank.popularity, popularity.get(bank.group, 0))
    ids = query.get("ids")
    return [(catalogue.groups[id], liked) for id, liked in popularity.items() if ids is None or id in ids]


GROUP_ORDERS: Mapping[str, Callable[[tuple[BankGroup, int]], Any]] = {
    "name": lambda ranked: ranked[0].name,
    "popularity": lambda ranked: ranked[1],
}


class Catalogue:
    """All banks, by id, and found by what users type."""

    def __init__(
        self, banks: Iterable[Bank], groups: Iterable[BankGroup] = (), tpp_groups: Iterable[TppAuthenticationGroup] = ()
    ) -> None:
        self._by_id = {bank.id: bank for bank in banks}
        self.groups: Mapping[int, BankGroup] = {group.id: group for group in groups}
        self.tpp_groups: Mapping[int, TppAuthenticationGroup] = {group.id: group for group in tpp_groups}

    def __iter__(self) -> Iterator[Bank]:
        return iter(self._by_id.values())

    def get(self, id: int) -> Bank | None:
        return self._by_id.get(id)

    def search(self, text: str) -> list[Bank]:
        """Every word must be found in name, BLZ, BIC or city. An IBAN finds the bank that it belongs to."""
        if is_iban(text.strip()):
            return [bank for bank in self if is_of_bank(text.strip(), bank.location or "DE", bank.blz)]
        words = text.casefold().split()
        return [bank for bank in self if all(word in bank.haystack for word in words)]


def from_data(data: Mapping[str, Any]) -> Catalogue:
    """The content of `data/banks.yaml`."""
    groups = {group["id"]: group for group in data["groups"]}
    tpp_groups = {group["id"]: group for group in data["tppAuthenticationGroups"]}
    templates = {name: _interface(facts, tpp_groups) for name, facts in data["interfaces"].items()}
    return Catalogue(
        (_bank(entry, groups, templates) for entry in data["banks"]),
        (BankGroup(group["id"], group["name"], group) for group in groups.values()),
        (TppAuthenticationGroup(group["id"], group["name"]) for group in tpp_groups.values()),
    )


def _bank(entry: Mapping[str, Any], groups: Mapping[int, Any], templates: Mapping[str, BankInterface]) -> Bank:
    interfaces = tuple(templates[name] for name in entry["interfaces"])
    shown = {key: value for key, value in entry.items() if key not in ("interfaces", "bankGroup", "logo")}
    shown["interfaces"] = [interface.facts for interface in interfaces]
    if "bankGroup" in entry:
        shown["bankGroup"] = groups[entry["bankGroup"]]
    searched = (entry["name"], entry["blz"], entry.get("bic", ""), entry.get("city", ""))
    return Bank(
        id=entry["id"],
        name=entry["name"],
        blz=entry["blz"],
        bic=entry.get("bic"),
        location=entry.get("location"),
        city=entry.get("city"),
        is_test_bank=entry["isTestBank"],
        popularity=entry["popularity"],
        group=entry.get("bankGroup"),
        interfaces=interfaces,
        tpp_groups=frozenset(interface.tpp_group for interface in interfaces if interface.tpp_group is not None),
        facts=shown,
        haystack=" ".join(searched).casefold(),
    )


def _interface(facts: Mapping[str, Any], tpp_groups: Mapping[int, Any]) -> BankInterface:
    shown = dict(facts)
    if "tppAuthenticationGroup" in facts:
        shown["tppAuthenticationGroup"] = tpp_groups[facts["tppAuthenticationGroup"]]
    fields = (
        LoginField(field["label"], field["isSecret"], field["isVolatile"], field["isMandatory"])
        for field in facts["loginCredentials"]
    )
    return BankInterface(
        name=facts["bankingInterface"],
        fields=tuple(fields),
        properties=frozenset(facts["properties"]),
        account_types=tuple(facts["aisAccountTypes"]),
        login_hint=facts.get("loginHint"),
        facts=shown,
    )
