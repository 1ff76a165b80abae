"""The catalogue of banks: search, filters, orders and pages."""

from collections.abc import Callable
from typing import Any

import pytest
import yaml

from mock_server.contract.documents import resource
from mock_server.domain.banks import COUNTRIES
from mock_server.domain.money import iban
from tests.actors import REDIRECT_BANK, TEST_BANK, EndUser, Shop
from tests.conftest import serve
from tests.refusals import NO_TOKEN, SHOP, Json, access_error, told

BANKS = "/api/v2/banks"


@pytest.fixture(scope="module")
def shop() -> Shop:
    """Nobody changes the catalogue, so one world serves all tests here."""
    return Shop(serve())


@pytest.fixture(scope="module")
def alice(shop: Shop) -> EndUser:
    return shop.welcomes("alice")


@pytest.fixture(scope="module")
def catalogue(shop: Shop) -> list[Json]:
    banks: list[Json] = shop.sees(BANKS, perPage=500)["banks"]
    assert len(banks) > 40
    return banks


def found(shop: Shop, **query: Any) -> list[int]:
    return [bank["id"] for bank in shop.sees(BANKS, perPage=500, **query)["banks"]]


def interfaces(bank: Json) -> set[str]:
    return {interface["bankingInterface"] for interface in bank["interfaces"]}


def tpp_groups(bank: Json) -> set[int]:
    return {group["id"] for i in bank["interfaces"] if (group := i.get("tppAuthenticationGroup")) is not None}


# fmt: off
FILTERS: list[tuple[dict[str, Any], Callable[[Json], bool]]] = [
    ({"ids": 280001},                        lambda bank: bank["id"] == 280001),
    ({"ids": "280002,300001,7"},             lambda bank: bank["id"] in (280002, 300001)),
    ({"ids": [280002, 300001]},              lambda bank: bank["id"] in (280002, 300001)),
    ({"isTestBank": "true"},                 lambda bank: bank["isTestBank"]),
    ({"isTestBank": "false"},                lambda bank: not bank["isTestBank"]),
    # banks without a location are international and match always
    ({"location": "AT"},                     lambda bank: bank.get("location", "AT") == "AT"),
    ({"location": "AT,CZ"},                  lambda bank: bank.get("location", "AT") in ("AT", "CZ")),
    ({"location": ["AT", "CZ"]},             lambda bank: bank.get("location", "AT") in ("AT", "CZ")),
    ({"location": "NZ"},                     lambda bank: "location" not in bank),
    ({"supportedBankingInterfaces": "FINTS_SERVER"},  lambda bank: "FINTS_SERVER" in interfaces(bank)),
    ({"supportedBankingInterfaces": "FINTS_SERVER,WEB_SCRAPER"}, lambda bank: interfaces(bank) - {"XS2A"}),
    ({"tppAuthenticationGroupIds": 2},       lambda bank: 2 in tpp_groups(bank)),
    ({"tppAuthenticationGroupIds": "2,4"},   lambda bank: tpp_groups(bank) & {2, 4}),
    ({"bankGroupIds": 1},                    lambda bank: bank.get("bankGroup", {}).get("id") == 1),
    ({"bankGroupIds": "1,5"},                lambda bank: bank.get("bankGroup", {}).get("id") in (1, 5)),
    ({"isTestBank": "true", "location": "CZ", "search": "czech"}, lambda bank: bank["id"] == 280165),
    ({"location": "DE", "supportedBankingInterfaces": "WEB_SCRAPER", "isTestBank": "false"},
     lambda bank: bank.get("location", "DE") == "DE" and "WEB_SCRAPER" in interfaces(bank) and not bank["isTestBank"]),
]
# fmt: on


class TestFilters:
    @pytest.mark.parametrize(("query", "wanted"), FILTERS, ids=lambda given: str(given) if type(given) is dict else "")
    def test_a_filter_keeps_the_banks_that_fit(
        self, shop: Shop, catalogue: list[Json], query: dict[str, Any], wanted: Callable[[Json], bool]
    ) -> None:
        expected = [bank["id"] for bank in catalogue if wanted(bank)]
        assert found(shop, **query) == expected
        assert 0 < len(expected) < len(catalogue)

    def test_no_hit_is_an_empty_list(self, shop: Shop) -> None:
        assert told(shop.gets(BANKS, ids=1)) == (
            200,
            {"banks": [], "paging": {"page": 1, "perPage": 20, "pageCount": 0, "totalCount": 0}},
        )

    @pytest.mark.parametrize("code", ["ZZ", "DEU", "49"])
    def test_an_unknown_country_is_refused(self, shop: Shop, code: str) -> None:
        answer = shop.gets(BANKS, location=f"DE,{code}")
        message = f"Field 'location' not valid: '{code}' is no country; use ISO 3166 alpha-2 codes such as DE."
        assert told(answer) == (400, access_error(answer, "BAD_REQUEST", message, who=SHOP))

    def test_the_countries_are_those_of_the_document(self) -> None:
        document = yaml.load(resource("openapi", "access.yaml").read_bytes(), Loader=yaml.CSafeLoader)
        assert sorted(COUNTRIES) == document["components"]["schemas"]["ISO3166Alpha2Codes"]["enum"]

    @pytest.mark.parametrize(
        ("query", "message"),
        [
            ({"isTestBank": "maybe"}, "Field 'isTestBank' not valid: Must be true or false."),
            ({"ids": "1,two"}, "Field 'ids' not valid: Must be a whole number."),
            (
                {"supportedBankingInterfaces": "FINTS"},
                "Field 'supportedBankingInterfaces' not valid: Must be one of WEB_SCRAPER, FINTS_SERVER, XS2A.",
            ),
        ],
    )
    def test_what_a_filter_cannot_read_is_refused(self, shop: Shop, query: dict[str, str], message: str) -> None:
        answer = shop.gets(BANKS, **query)
        assert told(answer) == (400, access_error(answer, "BAD_REQUEST", message, who=SHOP))

    def test_so_are_too_many_ids(self, shop: Shop) -> None:
        answer = shop.gets(BANKS, ids=",".join(["1"] * 1001))
        message = "Field 'ids' not valid: Must have at most 1000 elements, has 1001."
        assert told(answer) == (400, access_error(answer, "TOO_MANY_IDS", message, who=SHOP))


class TestSearch:
    @pytest.mark.parametrize(
        ("search", "names"),
        [
            ("finAPI Test Bank", ["finAPI Test Bank", "finAPI Test Redirect Bank"]),
            ("möwen", ["Möwenbank AG"]),
            ("MÖWENBANK", ["Möwenbank AG"]),
            ("österreich", ["Eisvogel Direktbank Österreich"]),
            ("spořitelna", ["Lípová spořitelna"]),
            ("direkt eisvogel wien", ["Eisvogel Direktbank Österreich"]),  # name and city, in any order
            ("  birkenfurt   stadtspar ", ["Stadtsparkasse Birkenfurt"]),
            ("QPOLDEB0", ["Polarfuchs Bank"]),  # BIC
            ("qpoldeb", ["Polarfuchs Bank"]),
            ("19910320", ["Polarfuchs Bank"]),  # BLZ
            ("991032 polar berlin", ["Polarfuchs Bank"]),
            ("plzeň", ["Záložna pekařů"]),  # city
            ("birkenfurt", ["Stadtsparkasse Birkenfurt", "VR-Bank Kiesgrund-Nord eG"]),
            ("eisvogel spořitelna", []),
            ("no such bank", []),
        ],
    )
    def test_every_word_has_to_be_found_in_name_blz_bic_or_city(
        self, shop: Shop, search: str, names: list[str]
    ) -> None:
        assert [bank["name"] for bank in shop.sees(BANKS, search=search)["banks"]] == names

    def test_a_blank_search_is_none(self, shop: Shop, catalogue: list[Json]) -> None:
        assert len(found(shop, search="  ")) == len(catalogue)

    def test_an_iban_finds_the_bank_that_keeps_the_account(self, shop: Shop, catalogue: list[Json]) -> None:
        german = [bank for bank in catalogue if bank.get("location") == "DE"]
        assert len(german) > 20
        for bank in german:
            assert found(shop, search=iban("DE", f"{bank['blz']}0123456789")) == [bank["id"]]

    @pytest.mark.parametrize(
        "search",
        [
            "DE00199103200123456789",  # wrong check digits
            iban("AT", "199103200123456789"),  # a German bank's code in another country
            iban("DE", "100000000123456789"),  # nobody's code
        ],
    )
    def test_another_iban_finds_nothing(self, shop: Shop, search: str) -> None:
        assert found(shop, search=search) == []

    def test_test_banks_are_found_as_the_guide_says(self, shop: Shop) -> None:
        assert TEST_BANK in found(shop, search="test", isTestBank="true")
        assert found(shop, search="DEMO0002") == [REDIRECT_BANK]


def last_without(key: str) -> Callable[[Json], tuple[bool, Any]]:
    """Sort key: banks without a value come last."""
    return lambda bank: (key not in bank, str(bank.get(key, "")).casefold())


class TestOrder:
    def test_it_is_by_id_unless_asked_otherwise(self, shop: Shop, catalogue: list[Json]) -> None:
        assert [bank["id"] for bank in catalogue] == sorted(bank["id"] for bank in catalogue)
        assert found(shop, order="id") == found(shop, order="id,asc") == found(shop)
        assert found(shop, order="id,desc") == found(shop)[::-1]

    @pytest.mark.parametrize("key", ["name", "blz"])
    def test_by_text_without_regard_to_case(self, shop: Shop, catalogue: list[Json], key: str) -> None:
        ascending = sorted(catalogue, key=last_without(key))
        assert found(shop, order=key) == [bank["id"] for bank in ascending]
        assert found(shop, order=f"{key},desc") == [bank["id"] for bank in ascending[::-1]]

    def test_banks_without_a_bic_come_last_both_ways(self, shop: Shop, catalogue: list[Json]) -> None:
        without = [bank["id"] for bank in catalogue if "bic" not in bank]
        with_bic = sorted((bank for bank in catalogue if "bic" in bank), key=lambda bank: bank["bic"])
        assert without
        assert found(shop, order="bic") == [bank["id"] for bank in with_bic] + without
        assert found(shop, order="bic,desc") == [bank["id"] for bank in with_bic[::-1]] + without

    def test_banks_of_equal_popularity_stay_in_order_of_their_ids(self, shop: Shop, catalogue: list[Json]) -> None:
        popularities = [bank["popularity"] for bank in catalogue]
        assert len(set(popularities)) < len(popularities)
        ascending = sorted(catalogue, key=lambda bank: bank["popularity"])
        descending = sorted(catalogue, key=lambda bank: -bank["popularity"])
        assert found(shop, order="popularity") == [bank["id"] for bank in ascending]
        assert found(shop, order="popularity,desc") == [bank["id"] for bank in descending]

    @pytest.mark.parametrize(
        "order",
        [
            ["popularity,desc", "name,desc"],
            "popularity,desc,name,desc",
            ["popularity,DESC", "name,Desc"],
        ],
    )
    def test_the_first_criterion_counts_most(self, shop: Shop, catalogue: list[Json], order: Any) -> None:
        by_name = sorted(catalogue, key=last_without("name"), reverse=True)
        expected = sorted(by_name, key=lambda bank: -bank["popularity"])
        assert found(shop, order=order) == [bank["id"] for bank in expected]

    @pytest.mark.parametrize(
        ("order", "message"),
        [
            ("nam", "Cannot order by 'nam'. Did you mean 'name'?"),
            ("location", "Cannot order by 'location'. Known are: id, name, blz, bic, popularity."),
            ("name,up", "Cannot order by 'up'. Known are: id, name, blz, bic, popularity."),
            ("asc", "Cannot order by 'asc'. Known are: id, name, blz, bic, popularity."),
        ],
    )
    def test_what_one_cannot_order_by_is_refused(self, shop: Shop, order: str, message: str) -> None:
        answer = shop.gets(BANKS, order=order)
        expected = access_error(answer, "BAD_REQUEST", f"Field 'order' not valid: {message}", who=SHOP)
        assert told(answer) == (400, expected)


class TestPages:
    def test_the_first_twenty_come_first(self, shop: Shop, catalogue: list[Json]) -> None:
        page = shop.sees(BANKS)
        count = -(-len(catalogue) // 20)
        assert page["banks"] == catalogue[:20]
        assert page["paging"] == {"page": 1, "perPage": 20, "pageCount": count, "totalCount": len(catalogue)}

    @pytest.mark.parametrize("per_page", [1, 7, 20, 499, 500])
    def test_all_pages_together_are_the_list(self, shop: Shop, catalogue: list[Json], per_page: int) -> None:
        count = shop.sees(BANKS, perPage=per_page)["paging"]["pageCount"]
        wanted = range(1, count + 1) if count < 20 else (1, 2, count)
        for n in wanted:
            page = shop.sees(BANKS, perPage=per_page, page=n)
            assert page["banks"] == catalogue[(n - 1) * per_page : n * per_page]
            assert page["banks"]

    def test_a_page_past_the_end_is_empty_and_repeats_what_was_asked_for(
        self, shop: Shop, catalogue: list[Json]
    ) -> None:
        paging = {"page": 9, "perPage": 500, "pageCount": 1, "totalCount": len(catalogue)}
        assert shop.sees(BANKS, page=9, perPage=500) == {"banks": [], "paging": paging}

    @pytest.mark.parametrize(
        ("code", "query", "messages"),
        [
            ("ILLEGAL_PAGE_SIZE", {"perPage": 0}, ["Field 'perPage' not valid: Must be at least 1."]),
            ("ILLEGAL_PAGE_SIZE", {"perPage": -1}, ["Field 'perPage' not valid: Must be at least 1."]),
            ("ILLEGAL_PAGE_SIZE", {"perPage": 501}, ["Field 'perPage' not valid: Must be at most 500."]),
            ("BAD_REQUEST", {"perPage": "all"}, ["Field 'perPage' not valid: Must be a whole number."]),
            ("BAD_REQUEST", {"page": 0}, ["Field 'page' not valid: Must be at least 1."]),
            ("BAD_REQUEST", {"page": "one"}, ["Field 'page' not valid: Must be a whole number."]),
            ("BAD_REQUEST", {"page": "1.0"}, ["Field 'page' not valid: Must be a whole number."]),
            (
                "BAD_REQUEST",
                {"page": 0, "perPage": 501},
                ["Field 'page' not valid: Must be at least 1.", "Field 'perPage' not valid: Must be at most 500."],
            ),
        ],
    )
    def test_a_page_that_cannot_be_is_refused(
        self, shop: Shop, code: str, query: dict[str, Any], messages: list[str]
    ) -> None:
        answer = shop.gets(BANKS, **query)
        assert told(answer) == (400, access_error(answer, code, *messages, who=SHOP))


class TestOneBank:
    def test_it_looks_like_in_the_list(self, shop: Shop, catalogue: list[Json]) -> None:
        for bank in catalogue[:5]:
            assert shop.sees(f"{BANKS}/{bank['id']}") == bank

    def test_an_unknown_id(self, shop: Shop) -> None:
        answer = shop.gets(f"{BANKS}/12345")
        message = "Bank with ID '12345' not found."
        assert told(answer) == (404, access_error(answer, "UNKNOWN_ENTITY", message, who=SHOP))

    @pytest.mark.parametrize("id", ["first", "280001,280002", "1.5", "9" * 20])
    def test_an_id_that_is_no_number(self, shop: Shop, id: str) -> None:
        answer = shop.gets(f"{BANKS}/{id}")
        message = "Field 'id' not valid: Must be a whole number."
        assert told(answer) == (400, access_error(answer, "BAD_REQUEST", message, who=SHOP))

    def test_the_test_bank_is_as_documented(self, shop: Shop) -> None:
        bank = shop.sees(f"{BANKS}/{TEST_BANK}")
        assert (bank["name"], bank["blz"], bank["isTestBank"]) == ("finAPI Test Bank", "DEMO0001", True)
        assert interfaces(bank) == {"XS2A", "FINTS_SERVER"}
        for interface in bank["interfaces"]:
            assert interface["properties"] == ["DECOUPLED_APPROACH"]
            assert [field["label"] for field in interface["loginCredentials"]] == ["Onlinebanking-ID", "PIN"]
            assert [field["isSecret"] for field in interface["loginCredentials"]] == [False, True]

    def test_the_redirect_test_bank_is_as_documented(self, shop: Shop) -> None:
        bank = shop.sees(f"{BANKS}/{REDIRECT_BANK}")
        assert (bank["name"], bank["blz"], bank["isTestBank"]) == ("finAPI Test Redirect Bank", "DEMO0002", True)
        assert [(i["bankingInterface"], i["properties"], i["loginCredentials"]) for i in bank["interfaces"]] == [
            ("XS2A", ["REDIRECT_APPROACH"], [])
        ]

    def test_fields_without_a_value_are_left_out(self, shop: Shop) -> None:
        assert not {"bic", "location", "city"} & set(shop.sees(f"{BANKS}/{TEST_BANK}"))


class TestWhoMayLook:
    @pytest.mark.parametrize("path", [BANKS, f"{BANKS}/280001"])
    def test_users_and_clients_see_the_same(self, shop: Shop, alice: EndUser, path: str) -> None:
        assert alice.sees(path) == shop.sees(path)

    @pytest.mark.parametrize("path", [BANKS, f"{BANKS}/280001"])
    def test_nobody_else_does(self, shop: Shop, path: str) -> None:
        assert told(shop.http.get(path)) == (401, NO_TOKEN)


# Groups


GROUPS = f"{BANKS}/groups"


def groups(catalogue: list[Json], **query: str) -> set[int]:
    """The groups that a client finds itself, by looking at all banks."""
    return {
        bank["bankGroup"]["id"]
        for bank in catalogue
        if "bankGroup" in bank
        and bank.get("location", query.get("location")) == query.get("location", bank.get("location"))
        and str(bank["isTestBank"]).lower() == query.get("testBanks", str(bank["isTestBank"]).lower())
    }


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, 6),
        ({"location": "AT"}, 3),
        ({"location": "IT"}, 2),
        ({"location": "FR"}, 1),  # the test banks are international
        ({"testBanks": "true"}, 1),
        ({"testBanks": "false"}, 5),
        ({"testBanks": "false", "location": "AT"}, 2),
        ({"testBanks": "true", "location": "NZ"}, 1),
        ({"testBanks": "false", "location": "NZ"}, 0),
    ],
)
def test_a_group_is_found_if_one_of_its_banks_would_be(
    shop: Shop, catalogue: list[Json], query: dict[str, str], expected: int
) -> None:
    seen = {group["id"] for group in shop.sees(GROUPS, **query)["bankGroups"]}
    assert seen == groups(catalogue, **query)
    assert len(seen) == expected
    for id in seen:
        banks = shop.sees(BANKS, bankGroupIds=id, **{k.replace("testBanks", "isTestBank"): query[k] for k in query})
        assert banks["banks"]


def test_groups_are_those_of_the_banks(shop: Shop, catalogue: list[Json]) -> None:
    shown = {group["id"]: group for group in shop.sees(GROUPS)["bankGroups"]}
    assert all(shown[bank["bankGroup"]["id"]] == bank["bankGroup"] for bank in catalogue if "bankGroup" in bank)


def test_ids_choose_groups(shop: Shop) -> None:
    assert {group["id"] for group in shop.sees(GROUPS, ids="2,5,99")["bankGroups"]} == {2, 5}
    assert shop.gets(GROUPS, ids=",".join(map(str, range(1001)))).status_code == 400


def test_groups_are_ordered_by_name_or_by_their_most_popular_bank(shop: Shop, catalogue: list[Json]) -> None:
    names = [group["name"] for group in shop.sees(GROUPS)["bankGroups"]]
    assert names == sorted(names, key=str.casefold)
    seen = shop.sees(GROUPS, order="popularity,desc")["bankGroups"]
    best = [
        max(bank["popularity"] for bank in catalogue if bank.get("bankGroup", {}).get("id") == group["id"])
        for group in seen
    ]
    assert best == sorted(best, reverse=True)
    assert [group["name"] for group in seen] != names
    austrian = shop.sees(GROUPS, order="popularity,desc", location="AT", testBanks="false")["bankGroups"]
    assert [group["id"] for group in austrian] == [4, 5]  # at home the second one is the most popular of all


def test_groups_are_paged(shop: Shop, alice: EndUser) -> None:
    page = alice.sees(GROUPS, page=2, perPage=4)
    assert [group["id"] for group in page["bankGroups"]] == [group["id"] for group in shop.sees(GROUPS)["bankGroups"]][
        4:
    ]
    assert page["paging"] == {"page": 2, "perPage": 4, "pageCount": 2, "totalCount": 6}


@pytest.mark.parametrize("query", [{"location": "XX"}, {"order": "id"}, {"testBanks": "maybe"}])
def test_bad_queries_for_groups_are_refused(shop: Shop, query: dict[str, str]) -> None:
    assert shop.gets(GROUPS, **query).status_code == 400


def test_groups_need_a_token(shop: Shop) -> None:
    assert told(shop.http.get(GROUPS)) == (401, NO_TOKEN)
