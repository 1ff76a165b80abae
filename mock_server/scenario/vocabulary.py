"""The words that a scenario may use: operations, refusals, test users, ways for a form to end."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from mock_server.contract.operations import Operation
from mock_server.domain.forms import ErrorCode
from mock_server.domain.logins import CUSTOMERS
from mock_server.errors import Refusal

FORM_OUTCOMES = ("COMPLETED", "COMPLETED_WITH_ERROR", "ABORTED", "EXPIRED", "CANCELLED")
TOKEN_OPERATION = "access.getToken"  # noqa: S105 # a name, not a password

FORM_OPERATIONS = frozenset(
    {
        "webform.createForBankConnectionImport", "webform.createForPaymentWithAccountId",
        "webform.createForStandalonePayment", "webform.createForDirectDebitWithAccountId",
        "webform.createForStandingOrder",
    }
)  # fmt: skip
"""Those that create a web form."""

LOGIN_OPERATIONS = FORM_OPERATIONS | {
    "access.importBankConnection", "access.connectInterface", "access.updateBankConnection",
    "access.submitPayment", "access.submitStandingOrder", "webform.createBankConnectionUpdateTask",
}  # fmt: skip
"""Those in whose course somebody logs in at a bank."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What there is."""

    operations: Sequence[Operation]
    refusals: Collection[str] = field(default_factory=lambda: tuple(dict.fromkeys((*Refusal.__members__, *_codes()))))
    logins: Collection[str] = tuple(CUSTOMERS)
    error_codes: Collection[str] = tuple(ErrorCode)

    @property
    def tags(self) -> frozenset[str]:
        return frozenset(operation.tag for operation in self.operations)


def _codes() -> Sequence[str]:
    return [refusal.code for refusal in Refusal]
