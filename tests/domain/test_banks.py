"""The catalogue: what a search finds, what filters leave, and what the shipped data promise."""

from typing import Any

import pytest

from mock_server.contract.documents import load, resource
from mock_server.contract.schemas import resolve
from mock_server.domain import banks, logins
from mock_server.domain.banks import Bank, Catalogue
from mock_server.domain.money import iban, is_bic


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return banks.from_data(load(resource("data", "banks.yaml")))


def interface(name: str = "XS2A", **more: Any) -> dict[str, Any]:
    login = {"label": "Anmeldename", "isSecret": False, "isVolatile": False, "isMandatory": True}
    pin = {"label": "PIN", "isSecret": True, "isVolatile": False, "isMandatory": True}
    return {
        "bankingInterface": name,
        "loginCredentials": [login, pin],
        "properties": [],
        "isAisSupported": True,
        "aisAccountTypes": ["Checking"],
        **more,
    }


SMALL = banks.from_data(
    {
        "groups": [{"id": 2, "name": "Sparkassen"}],
        "tppAuthenticationGroups": [{"id": 7, "name": "Verbund"}],
        "interfaces": {
            "xs2a": interface(tppAuthenticationGroup=7),
            "fints": interface("FINTS_SERVER"),
            "scraper": interface("WEB_SCRAPER"),
            "payments": interface("XS2A", isAisSupported=False),
        },
        "banks": [
            {
                "id": 1,
                "name": "Sparkasse Nord",
                "blz": "20050000",
                "bic": "QNORDEH0",
                "location": "DE",
                "city": "Kiel",
                "isTestBank": False,
                "popularity": 90,
                "bankGroup": 2,
                "interfaces": ["scraper", "fints", "xs2a"],
            },
            {
                "id": 2,
                "name": "Sparkasse Süd",
                "blz": "70050000",
                "location": "AT",
                "isTestBank": False,
                "popularity": 10,
                "interfaces": ["scraper", "fints"],
            },
            {
                "id": 3,
                "name": "Test Bank",
                "blz": "DEMO0001",
                "isTestBank": True,
                "popularity": 5,
                "interfaces": ["payments", "scraper"],
            },
            {
                "id": 4,
                "name": "Zahlungsinstitut",
                "blz": "20050001",
                "location": "DE",
                "isTestBank": False,
                "popularity": 0,
                "interfaces": ["payments"],
            },
        ],
    }
)
NORTH, SOUTH, TEST, PAYMENTS = SMALL


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", {1, 2, 3, 4}),
        ("  ", {1, 2, 3, 4}),
        ("sparkasse", {1, 2}),
        ("SPARKASSE", {1, 2}),
        ("arka", {1, 2}),
        ("süd sparkasse", {2}),  # every word must hit, in any order
        ("sparkasse test", set()),
        ("2005", {1, 4}),  # BLZ
        ("qnordeh0", {1}),  # BIC
        ("kiel", {1}),  # city
        ("SÜD", {2}),
        ("demo0001", {3}),
        ("nirgends", set()),
        ("%", set()),
    ],
)
def test_every_word_of_a_search_must_be_found(text: str, found: set[int]) -> None:
    assert {bank.id for bank in SMALL.search(text)} == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (iban("DE", "200500000123456789"), {1}),
        (" " + iban("DE", "200500010123456789") + " ", {4}),
        (iban("AT", "70050000012345678"), {2}),
        (iban("AT", "200500000123456789"), set()),  # the right number in another country
        (iban("DE", "999999990123456789"), set()),
        ("DE00200500000123456789", set()),  # no IBAN, so these are words
    ],
)
def test_an_iban_finds_the_bank_that_it_belongs_to(text: str, found: set[int]) -> None:
    assert {bank.id for bank in SMALL.search(text)} == found


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, {1, 2, 3, 4}),
        ({"ids": [2, 4, 99]}, {2, 4}),
        ({"ids": []}, set()),
        ({"ids": None}, {1, 2, 3, 4}),
        ({"supportedBankingInterfaces": ["XS2A"]}, {1, 3, 4}),
        ({"supportedBankingInterfaces": ["XS2A", "FINTS_SERVER"]}, {1, 2, 3, 4}),
        ({"supportedBankingInterfaces": ["FINTS_SERVER"]}, {1, 2}),
        ({"location": ["DE"]}, {1, 3, 4}),  # without a location a bank is international and always fits
        ({"location": ["AT", "CH"]}, {2, 3}),
        ({"tppAuthenticationGroupIds": [7]}, {1}),
        ({"tppAuthenticationGroupIds": [8]}, set()),
        ({"bankGroupIds": [2]}, {1}),
        ({"isTestBank": True}, {3}),
        ({"isTestBank": False}, {1, 2, 4}),
        ({"isTestBank": False, "location": ["AT"], "supportedBankingInterfaces": ["FINTS_SERVER"]}, {2}),
        ({"isTestBank": True, "bankGroupIds": [2]}, set()),
        ({"page": 3, "search": "nothing of this function"}, {1, 2, 3, 4}),
    ],
)
def test_a_bank_must_pass_every_filter(query: dict[str, Any], found: set[int]) -> None:
    assert {bank.id for bank in banks.matching(SMALL, query)} == found


@pytest.mark.parametrize("name", ["id", "name", "blz", "bic", "popularity"])
def test_banks_can_be_ordered_by_the_documented_properties(name: str) -> None:
    assert set(banks.ORDERS) == {"id", "name", "blz", "bic", "popularity"}
    assert banks.ORDERS[name](NORTH) == NORTH.facts[name]


@pytest.mark.parametrize(
    ("bank", "allowed", "best"),
    [
        (NORTH, [], "XS2A"),
        (NORTH, ["WEB_SCRAPER", "FINTS_SERVER"], "FINTS_SERVER"),
        (NORTH, ["WEB_SCRAPER"], "WEB_SCRAPER"),
        (SOUTH, [], "FINTS_SERVER"),
        (SOUTH, ["XS2A"], None),
        (TEST, [], "WEB_SCRAPER"),  # its XS2A makes payments only
        (TEST, ["XS2A"], None),
        (PAYMENTS, [], None),
    ],
)
def test_the_best_interface_is_xs2a_then_fints_then_the_scraper(
    bank: Bank, allowed: list[str], best: str | None
) -> None:
    chosen = bank.best_interface(allowed)
    assert (None if chosen is None else chosen.name) == best


def test_an_interface_is_found_by_its_name() -> None:
    found = NORTH.interface("FINTS_SERVER")
    assert found is not None
    assert found.name == "FINTS_SERVER"
    assert PAYMENTS.interface("FINTS_SERVER") is None


def test_a_bank_is_found_by_its_id() -> None:
    assert SMALL.get(1) is NORTH
    assert SMALL.get(99) is None


def test_a_bank_is_shown_with_what_its_interfaces_and_groups_are() -> None:
    assert NORTH.facts["bankGroup"] == {"id": 2, "name": "Sparkassen"}
    assert [shown["bankingInterface"] for shown in NORTH.facts["interfaces"]] == ["WEB_SCRAPER", "FINTS_SERVER", "XS2A"]
    assert NORTH.facts["interfaces"][2]["tppAuthenticationGroup"] == {"id": 7, "name": "Verbund"}
    assert "bankGroup" not in SOUTH.facts
    assert "tppAuthenticationGroup" not in SOUTH.facts["interfaces"][0]


def test_only_xs2a_has_consents() -> None:
    assert [shown.needs_consent for shown in NORTH.interfaces] == [False, False, True]


@pytest.mark.parametrize(
    ("id", "name", "blz", "interfaces", "properties", "labels"),
    [
        (
            280001,
            "finAPI Test Bank",
            "DEMO0001",
            {"XS2A", "FINTS_SERVER"},
            {"DECOUPLED_APPROACH"},
            ["Onlinebanking-ID", "PIN"],
        ),
        (280002, "finAPI Test Redirect Bank", "DEMO0002", {"XS2A"}, {"REDIRECT_APPROACH"}, []),
    ],
)
def test_the_test_banks_are_as_documented(
    catalogue: Catalogue,
    id: int,
    name: str,
    blz: str,
    interfaces: set[str],
    properties: set[str],
    labels: list[str],
) -> None:
    bank = catalogue.get(id)
    assert bank is not None
    assert (bank.name, bank.blz, bank.is_test_bank, bank.location) == (name, blz, True, None)
    assert {interface.name for interface in bank.interfaces} == interfaces
    for interface in bank.interfaces:
        assert interface.properties == properties
        assert [field["label"] for field in interface.facts["loginCredentials"]] == labels


def test_applications_find_the_test_bank_the_way_they_look_for_it(catalogue: Catalogue) -> None:
    """`banks?search=test&isTestBank=true` is seen in published code."""
    assert 280001 in {bank.id for bank in banks.matching(catalogue.search("test"), {"isTestBank": True})}
    assert {bank.id for bank in catalogue.search("DEMO0001")} == {280001}


def test_all_test_banks_are_finapis(catalogue: Catalogue) -> None:
    assert {bank.id for bank in catalogue if bank.is_test_bank} == {280001, 280002, 280165}


def test_no_two_banks_share_an_id_a_name_or_a_blz(catalogue: Catalogue) -> None:
    all_banks = list(catalogue)
    for facts in ("id", "name", "blz"):
        assert len({getattr(bank, facts) for bank in all_banks}) == len(all_banks)


def test_every_bank_is_whole(catalogue: Catalogue) -> None:
    for bank in catalogue:
        assert bank.bic is None or is_bic(bank.bic), bank.name
        assert 0 <= bank.popularity <= 100, bank.name
        names = [interface.name for interface in bank.interfaces]
        assert names, bank.name
        assert len(set(names)) == len(names), bank.name
        assert set(names) <= {"XS2A", "FINTS_SERVER", "WEB_SCRAPER"}, bank.name


def test_no_invented_bank_could_be_a_real_one(catalogue: Catalogue) -> None:
    """A BLZ with the locality 99 and a test BIC: nobody's money is ever meant."""
    for bank in catalogue:
        if not bank.is_test_bank:
            assert bank.blz[1:3] == "99", bank.name
            assert bank.bic is None or (bank.bic[0], bank.bic[7]) == ("Q", "0"), bank.name


def test_every_login_can_be_typed_in(catalogue: Catalogue) -> None:
    """Each interface asks for a login first, which is no secret, and names no field twice."""
    for bank in catalogue:
        for interface in bank.interfaces:
            fields = logins.fields_of(interface)
            labels = [field.label for field in fields]
            assert not fields[0].is_secret, (bank.name, interface.name)
            assert fields[0].is_mandatory, (bank.name, interface.name)
            assert len(set(labels)) == len(labels), (bank.name, interface.name)


def test_an_account_at_a_german_bank_leads_back_to_it(catalogue: Catalogue) -> None:
    german = [bank for bank in catalogue if bank.location == "DE"]
    assert german
    assert [catalogue.search(iban("DE", bank.blz + "0123456789")) for bank in german] == [[bank] for bank in german]


def test_every_filter_of_the_document_does_something() -> None:
    document = load(resource("openapi", "access.yaml"))
    listed = [resolve(document, parameter) for parameter in document["paths"]["/api/v2/banks"]["get"]["parameters"]]
    names = {parameter["name"] for parameter in listed if parameter["in"] == "query"}
    assert names - {"order", "page", "perPage", "search"} == set(banks.FILTERS)
