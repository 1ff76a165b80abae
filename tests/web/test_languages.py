"""In which language answers speak: what finAPI itself tells end users follows `Accept-Language`, nothing else does."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from mock_server.app import create_app
from mock_server.errors import ApiError, Refusal
from mock_server.exchange import Call, Reply, World
from mock_server.operations import OPERATIONS
from mock_server.settings import Settings
from tests.access.direct import IMPORT, import_body
from tests.actors import EndUser, Json, Shop
from tests.conftest import client_of, frozen_clock, serve

BANK_SAYS = "Die Anmeldung ist fehlgeschlagen: Die Zugangsdaten sind nicht korrekt."
BALANCES = "/api/v2/accounts/dailyBalances"
GERMAN, ENGLISH = "Die Bank hat die Anfrage abgelehnt.", "The bank has refused the request."


def says(user: EndUser, language: str | None, path: str = BALANCES, **query: Any) -> Any:
    headers = user.bearer if language is None else {**user.bearer, "accept-language": language}
    return user.http.get(path, headers=headers, params=query)


@pytest.fixture(scope="module")
def reader() -> EndUser:
    """A user with transactions, for tests that only read."""
    user = Shop(serve()).welcomes("alice")
    user.connects(maxDaysForDownload=60)
    return user


class TestErrors:
    @pytest.fixture
    def alice(self, monkeypatch: pytest.MonkeyPatch) -> EndUser:
        """A user whose bank refuses whatever the detail in the query says, or with finAPI's own words."""

        def refuse(call: Call, world: World) -> Reply:
            raise ApiError(self.refusal, self.detail)

        monkeypatch.setattr("mock_server.app.OPERATIONS", {**OPERATIONS, "access.getDailyBalances": refuse})
        return Shop(client_of(create_app(Settings(), frozen_clock()))).welcomes("alice")

    refusal, detail = Refusal.BANK_SERVER_REJECTION, None

    @pytest.mark.parametrize(
        ("header", "message"),
        [
            (None, GERMAN),
            ("de", GERMAN),
            ("en", ENGLISH),
            ("en-US", ENGLISH),
            ("fr, en;q=0.5", ENGLISH),
            ("cs", "Banka žádost odmítla."),
            ("sk, en;q=0.1", "Banka žiadosť odmietla."),
            ("fr", GERMAN),
        ],
    )
    def test_business_messages_speak_the_callers_language(
        self, alice: EndUser, header: str | None, message: str
    ) -> None:
        (error,) = says(alice, header).json()["errors"]
        assert error == {"message": message, "code": "BANK_SERVER_REJECTION", "type": "BUSINESS"}

    def test_what_the_bank_says_is_not_translated(self, alice: EndUser, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(TestErrors, "detail", "Ihr Zugang ist gesperrt.")
        assert says(alice, "en").json()["errors"][0]["message"] == "Ihr Zugang ist gesperrt."

    @pytest.mark.parametrize("language", ["de", "en", "cs", "sk"])
    def test_technical_messages_are_english_in_all_languages(
        self, alice: EndUser, monkeypatch: pytest.MonkeyPatch, language: str
    ) -> None:
        monkeypatch.setattr(TestErrors, "refusal", Refusal.UNKNOWN_ENTITY)
        assert says(alice, language).json()["errors"][0]["message"] == "Resource not found"
        problem = says(alice, language, "/api/v2/accounts", minBalance="much").json()["errors"][0]
        assert problem["message"].startswith("Field 'minBalance' not valid: Must be ")


class TestDirectCalls:
    @pytest.fixture
    def settings(self) -> Settings:
        return Settings(license="FULLY_LICENSED")

    @pytest.mark.parametrize(
        ("customer", "language", "status", "message"),
        [
            ("nobody", "de", 422, BANK_SAYS),
            ("nobody", "en", 422, BANK_SAYS),
            ("demo", "de", 510, "Die Bank verlangt eine zusätzliche Authentifizierung."),
            ("demo", "en", 510, "The bank asks for an additional authentication."),
        ],
    )
    def test_finapi_speaks_the_callers_language_and_the_bank_its_own(
        self, alice: EndUser, customer: str, language: str, status: int, message: str
    ) -> None:
        headers = {**alice.bearer, "accept-language": language}
        answer = alice.http.post(IMPORT, json=import_body(customer), headers=headers)
        assert answer.status_code == status
        (error,) = answer.json()["errors"]
        assert (error["message"], error["type"]) == (message, "BUSINESS")

    @pytest.mark.parametrize("language", ["de", "en"])
    def test_what_unlicensed_clients_are_told_is_german_always(self, language: str) -> None:
        carol = Shop(serve()).welcomes("carol")
        headers = {**carol.bearer, "accept-language": language}
        answer = carol.http.post(IMPORT, json=import_body("demo"), headers=headers)
        assert answer.json()["errors"][0]["message"].startswith("Für diesen Client sind direkte API-Aufrufe nicht ")


class TestBankTransactionCodes:
    def transactions(self, user: EndUser, language: str) -> list[Json]:
        query = {"view": "userView", "perPage": 500}
        found: list[Json] = says(user, language, "/api/v2/transactions", **query).json()["transactions"]
        return found

    @pytest.mark.parametrize(
        ("language", "salary"),
        [
            ("de", "Zahlungsverkehr - Eingehende Überweisungen - Lohn oder Gehalt"),
            ("en", "Payments - Received Credit Transfers - Payroll/Salary Payment"),
            ("cs", "Platební styk - Příchozí převody - Mzda nebo plat"),
            ("sk", "Platobný styk - Prichádzajúce prevody - Mzda alebo plat"),
        ],
    )
    def test_a_code_is_put_into_words(self, reader: EndUser, language: str, salary: str) -> None:
        shown = next(one for one in self.transactions(reader, language) if one["type"] == "Gehalt/Rente")
        assert (shown["bankTransactionCode"], shown["bankTransactionCodeDescription"]) == ("PMNT-RCDT-SALA", salary)
        single = says(reader, language, f"/api/v2/transactions/{shown['id']}").json()
        assert single["bankTransactionCodeDescription"] == salary

    def test_every_generated_booking_has_one(self, reader: EndUser) -> None:
        shown = self.transactions(reader, "en")
        assert len(shown) > 100
        assert all(one["bankTransactionCodeDescription"].count(" - ") == 2 for one in shown)

    def test_pending_transactions_have_one_too(self, http: TestClient) -> None:
        user = Shop(http).welcomes("alice")
        user.connects(maxDaysForDownload=14)
        user.shop.moves_clock(advance="1d")
        user.token = user.shop.token("password", username=user.name, password=user.password)
        path = "/api/v2/pendingTransactions"
        for language, words in (
            ("en", "Payments - Received Direct Debits - SEPA Core Direct Debit"),
            ("de", "Zahlungsverkehr - Eingelöste Lastschriften - SEPA-Basislastschrift"),
        ):
            pending = says(user, language, path).json()["pendingTransactions"]
            assert {one["bankTransactionCodeDescription"] for one in pending} == {words}
            single = says(user, language, f"{path}/{pending[0]['id']}").json()
            assert single["bankTransactionCodeDescription"] == words
