"""Cash flows and categorization rules as Access shows them, one function per response schema."""

from collections.abc import Iterable

from mock_server.clock import access_timestamp
from mock_server.domain.cash_flows import CashFlow
from mock_server.domain.categories import Categories
from mock_server.domain.categorization import IbanRule, KeywordRule
from mock_server.domain.money import euros
from mock_server.handlers.access import views
from mock_server.handlers.access.views import Json, present


def identifier_list(ids: Iterable[int]) -> Json:
    return {"identifiers": sorted(ids)}


def cash_flow(flow: CashFlow, known: Categories) -> Json:
    return present(
        {
            "category": None if flow.category is None else views.category(flow.category, known),
            "income": euros(flow.income),
            "spending": euros(flow.spending),
            "balance": euros(flow.balance),
            "countIncomeTransactions": flow.count_income,
            "countSpendingTransactions": flow.count_spending,
            "countAllTransactions": flow.count_income + flow.count_spending,
        }
    )


def iban_rule(rule: IbanRule, known: Categories) -> Json:
    return {**_rule(rule, known), "iban": rule.iban}


def keyword_rule(rule: KeywordRule, known: Categories) -> Json:
    return {
        **_rule(rule, known),
        "keywords": list(rule.keywords),
        "keywordsLanguage": rule.language,
        "allKeywordsMustMatch": rule.all_must_match,
    }


def _rule(rule: IbanRule | KeywordRule, known: Categories) -> Json:
    return {
        "id": rule.id,
        "category": views.category(known.find(rule.category_id), known),
        "direction": rule.direction,
        "creationDate": access_timestamp(rule.created_at),
    }


def categorization_check_result(transaction_id: str, category_id: int | None, known: Categories) -> Json:
    category = known.get(category_id)
    return present(
        {"transactionId": transaction_id, "category": None if category is None else views.category(category, known)}
    )
