"""All kinds of records that a store holds, by the names that the control API has for them."""

from collections.abc import Mapping
from typing import Any

from mock_server.domain.accounts import Account, BankConnection
from mock_server.domain.authorisations import Authorisation
from mock_server.domain.callbacks import Callback, Delivery
from mock_server.domain.categories import Category
from mock_server.domain.categorization import IbanRule, KeywordRule, ScheduledCategorization, TrainedRule
from mock_server.domain.deletions import Gap
from mock_server.domain.forms import WebForm
from mock_server.domain.labels import Label
from mock_server.domain.mandators import Mandator
from mock_server.domain.notification_rules import NotificationRule
from mock_server.domain.payments import Payment
from mock_server.domain.pending_transactions import PendingTransaction
from mock_server.domain.planted import Book
from mock_server.domain.postings import Posting
from mock_server.domain.preferences import FormLanguage
from mock_server.domain.profiles import Profile
from mock_server.domain.securities import Security
from mock_server.domain.standing_orders import BankSideStandingOrder, StandingOrder
from mock_server.domain.statistics import Statistics
from mock_server.domain.tasks import Task
from mock_server.domain.tokens import Token
from mock_server.domain.tpp_certificates import TppCertificate
from mock_server.domain.tpp_credentials import TppCredentials
from mock_server.domain.transactions import Transaction
from mock_server.domain.translations import TranslationSet
from mock_server.domain.users import Client, User

KINDS: Mapping[str, type[Any]] = {
    "mandators": Mandator,
    "clients": Client,
    "users": User,
    "tokens": Token,
    "statistics": Statistics,
    "authorisations": Authorisation,
    "bankBooks": Book,
    "bankConnections": BankConnection,
    "accounts": Account,
    "transactions": Transaction,
    "pendingTransactions": PendingTransaction,
    "gaps": Gap,
    "securities": Security,
    "bankSideStandingOrders": BankSideStandingOrder,
    "categories": Category,
    "labels": Label,
    "trainedRules": TrainedRule,
    "ibanRules": IbanRule,
    "keywordRules": KeywordRule,
    "scheduledCategorizations": ScheduledCategorization,
    "payments": Payment,
    "standingOrders": StandingOrder,
    "postings": Posting,
    "webForms": WebForm,
    "formLanguages": FormLanguage,
    "tasks": Task,
    "callbacks": Callback,
    "deliveries": Delivery,
    "notificationRules": NotificationRule,
    "profiles": Profile,
    "translationSets": TranslationSet,
    "tppCertificates": TppCertificate,
    "tppCredentials": TppCredentials,
}
"""A snapshot writes them in this order."""
