"""Every refusal of both APIs, one row each.

Domain code raises a row; `web/envelopes.py` alone knows how it looks on the wire. A row's
message stands on its own, so that any row can be raised (or named by a tester) without arguments.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Literal

Blame = Literal["BUSINESS", "TECHNICAL"]


# fmt: off
class Refusal(Enum):
    """Status, code, type and message. The codes are those of Access; see `WEBFORM_CODES`."""

    BAD_REQUEST              = 400, "BAD_REQUEST",          "TECHNICAL", "The request is malformed."
    MISSING_FIELD            = 400, "MISSING_FIELD",        "TECHNICAL", "The request has no field to act on."
    INVALID_FILTER_OPTIONS   = 400, "INVALID_FILTER_OPTIONS", "TECHNICAL", "The filters contradict each other."
    ILLEGAL_ACCOUNT_TYPE     = 400, "ILLEGAL_FIELD_VALUE",  "TECHNICAL", "The account cannot have this type."
    BAD_USER_CREDENTIALS     = 400, "UNAUTHORIZED_ACCESS",  "TECHNICAL", "Bad credentials"
    BAD_REFRESH_TOKEN        = 400, "INVALID_TOKEN",        "TECHNICAL", "The refresh token is unknown, revoked or expired."
    BAD_PASSWORD_CHANGE_TOKEN = 400, "INVALID_TOKEN",       "TECHNICAL", "The password change token is unknown, used or expired. Decrypt the one of requestPasswordChange."
    UNKNOWN_GRANT_TYPE       = 400, "BAD_REQUEST",          "TECHNICAL", "Unsupported grant type."
    ILLEGAL_PAGE_SIZE        = 400, "ILLEGAL_PAGE_SIZE",    "TECHNICAL", "perPage must be from 1 to 500."
    TOO_MANY_IDS             = 400, "TOO_MANY_IDS",         "TECHNICAL", "The request names too many ids."
    BAD_CLIENT_CREDENTIALS   = 401, "invalid_client",       "TECHNICAL", "Bad client credentials"
    NO_TOKEN                 = 401, "unauthorized",         "TECHNICAL", "An Authentication object was not found in the SecurityContext"
    BAD_TOKEN                = 401, "invalid_token",        "TECHNICAL", "Invalid access token"
    WRONG_ROLE               = 403, "UNAUTHORIZED_ACCESS",  "TECHNICAL", "Access is denied"
    FORBIDDEN                = 403, "FORBIDDEN",            "TECHNICAL", "The client is not allowed to do this."
    USER_NOT_VERIFIED        = 403, "USER_NOT_VERIFIED",    "TECHNICAL", "The user is not verified yet; verifyUser does it."
    UNKNOWN_ENTITY           = 404, "UNKNOWN_ENTITY",       "TECHNICAL", "Resource not found"
    NO_SUCH_PATH             = 404, "UNKNOWN_ENTITY",       "TECHNICAL", "There is no such path."
    NO_SUCH_METHOD           = 405, "METHOD_NOT_ALLOWED",   "TECHNICAL", "The path does not answer this method."
    BODY_TOO_LARGE           = 413, "BAD_REQUEST",          "TECHNICAL", "The request body is too large."
    WRONG_MEDIA_TYPE         = 415, "UNSUPPORTED_MEDIA_TYPE", "TECHNICAL", "The content type of the body is not supported."
    UNKNOWN_REFERENCE        = 422, "UNKNOWN_ENTITY",       "TECHNICAL", "The request names an entity that does not exist."
    ENTITY_EXISTS            = 422, "ENTITY_EXISTS",        "TECHNICAL", "The entity exists already."
    ILLEGAL_FIELD_VALUE      = 422, "ILLEGAL_FIELD_VALUE",  "TECHNICAL", "Illegal field value given"
    ILLEGAL_ENTITY_STATE     = 422, "ILLEGAL_ENTITY_STATE", "TECHNICAL", "The entity is not in a state for this."
    UNSUPPORTED_ORDER        = 422, "UNSUPPORTED_ORDER",    "TECHNICAL", "The account or its bank cannot do this kind of order."
    MISSING_BANK_ID          = 422, "MISSING_FIELD",        "TECHNICAL", "The IBAN fits several banks; say which one with 'bankId'."
    MISSING_LOGIN            = 422, "MISSING_FIELD",        "TECHNICAL", "A login field is neither stored nor given."
    MISSING_CREDENTIALS      = 422, "MISSING_CREDENTIALS",  "TECHNICAL", "Not all login fields of the source interface have stored values."
    LOGIN_FIELDS_MISMATCH    = 422, "LOGIN_FIELDS_MISMATCH", "TECHNICAL", "The two interfaces have different login fields."
    NO_ACCOUNTS_FOR_TYPE_LIST = 422, "NO_ACCOUNTS_FOR_TYPE_LIST", "TECHNICAL", "The bank has no account of these types."
    NO_EXISTING_CHALLENGE    = 422, "NO_EXISTING_CHALLENGE", "TECHNICAL", "No authentication is pending that this answers."
    MISSING_TWO_STEP_PROCEDURE = 422, "MISSING_TWO_STEP_PROCEDURE", "TECHNICAL", "Choose a two-step procedure: 'multiStepAuthentication.twoStepProcedureId'."
    INVALID_TWO_STEP_PROCEDURE = 422, "INVALID_TWO_STEP_PROCEDURE", "TECHNICAL", "The user has no such two-step procedure."
    INVALID_CONSENT          = 422, "INVALID_CONSENT",      "TECHNICAL", "The stored consent has expired and was dropped. Repeat the call to ask for a new one."
    NO_PSU_METADATA          = 422, "NO_PSU_METADATA",      "TECHNICAL", "The bank wants to know about the end user: send PSU-IP-Address, PSU-Device-OS and PSU-User-Agent."
    USER_ALREADY_VERIFIED    = 422, "USER_ALREADY_VERIFIED", "TECHNICAL", "The user is verified already."
    USER_NOT_YET_VERIFIED    = 422, "USER_NOT_VERIFIED",    "TECHNICAL", "The user has to be verified before its password can be changed."
    BANK_SERVER_REJECTION    = 422, "BANK_SERVER_REJECTION", "BUSINESS", "Die Bank hat die Anfrage abgelehnt."
    BANK_NOT_SUPPORTED       = 422, "BANK_NOT_SUPPORTED",   "TECHNICAL", "No supported bank fits the request."
    BANK_NOT_UNIQUE          = 422, "BANK_NOT_UNIQUE",      "TECHNICAL", "Several banks fit the search."
    INVALID_REDIRECT_URL     = 422, "INVALID_REDIRECT_URL", "TECHNICAL", "The redirectUrl does not fit the mandator's license."
    INVALID_ACCOUNT_TYPES    = 422, "INVALID_ACCOUNT_TYPES", "TECHNICAL", "The client must not have accounts of these types."
    COLLECTIVE_MONEY_TRANSFER_NOT_SUPPORTED = 422, "COLLECTIVE_MONEY_TRANSFER_NOT_SUPPORTED", "TECHNICAL", "The account cannot do collective money transfers."
    IBAN_ONLY_MONEY_TRANSFER_NOT_SUPPORTED = 422, "IBAN_ONLY_MONEY_TRANSFER_NOT_SUPPORTED", "TECHNICAL", "The account needs the BIC of the counterpart for a money transfer."
    IBAN_ONLY_DIRECT_DEBIT_NOT_SUPPORTED = 422, "IBAN_ONLY_DIRECT_DEBIT_NOT_SUPPORTED", "TECHNICAL", "The account needs the BIC of the counterpart for a direct debit."
    NO_CERTIFICATE           = 422, "NO_CERTIFICATE",       "TECHNICAL", "The client has no certificate for this bank."
    NO_TPP_CLIENT_CREDENTIALS = 422, "NO_TPP_CLIENT_CREDENTIALS", "TECHNICAL", "The client has no TPP client credentials for this bank."
    WEB_FORM_REQUIRED        = 422, "WEB_FORM_REQUIRED",    "TECHNICAL", "The end user has to go through a web form."
    WEB_FORM_ABORTED         = 422, "WEB_FORM_ABORTED",     "TECHNICAL", "The end user has aborted the web form."
    MANDATOR_MISCONFIGURATION = 422, "MANDATOR_MISCONFIGURATION", "TECHNICAL", "The mandator's configuration does not allow this."
    LOCKED                   = 423, "LOCKED",               "TECHNICAL", "The requested resource is locked"
    TOO_MANY_REQUESTS        = 429, "BAD_REQUEST",          "TECHNICAL", "Too many requests. Wait as long as Retry-After says."
    UNEXPECTED               = 500, "UNEXPECTED_ERROR",     "TECHNICAL", "An unexpected error occurred"
    NOT_EMULATED             = 501, "UNSUPPORTED_FEATURE",  "TECHNICAL", "finapi-mock describes this operation but does not emulate it yet."
    UNSUPPORTED_BANK         = 501, "UNSUPPORTED_BANK",     "TECHNICAL", "The bank is currently not supported by finAPI."
    AUTHENTICATION_REQUIRED  = 510, "ADDITIONAL_AUTHENTICATION_REQUIRED", "BUSINESS", "Die Bank verlangt eine zusätzliche Authentifizierung."

    def __init__(self, status: int, code: str, blame: Blame, message: str) -> None:
        self.status = status
        self.code = code
        self.blame = blame
        self.message = message


# What finAPI itself says to end users exists in German, which stands in the row, and in finAPI's three others. Nothing else
# is translated: TECHNICAL messages are for developers, and what a bank says (a `detail` here) stays in the bank's words.
BUSINESS_MESSAGES: Mapping[str, Mapping[str, str]] = {
    "BANK_SERVER_REJECTION": {
        "en": "The bank has refused the request.",
        "cs": "Banka žádost odmítla.",
        "sk": "Banka žiadosť odmietla.",
    },
    "AUTHENTICATION_REQUIRED": {
        "en": "The bank asks for an additional authentication.",
        "cs": "Banka vyžaduje další ověření.",
        "sk": "Banka vyžaduje ďalšie overenie.",
    },
}

# What Web Form 2.0 calls the same refusal; its list of codes is closed too. A code that is not listed here
# is the same in both APIs.
WEBFORM_CODES = {
    "invalid_client":         "UNAUTHORIZED",
    "invalid_token":          "UNAUTHORIZED",
    "unauthorized":           "UNAUTHORIZED",
    "UNAUTHORIZED_ACCESS":    "FORBIDDEN",
    "UNKNOWN_ENTITY":         "NOT_FOUND",
    "METHOD_NOT_ALLOWED":     "NOT_ALLOWED",
    "BAD_REQUEST":            "NOT_SUPPORTED",
    "UNSUPPORTED_MEDIA_TYPE": "NOT_SUPPORTED",
    "ILLEGAL_FIELD_VALUE":    "NOT_SUPPORTED",
    "ILLEGAL_ENTITY_STATE":   "NOT_SUPPORTED",
    "UNSUPPORTED_ORDER":      "PAYMENT_NOT_SUPPORTED",
    "MISSING_FIELD":          "BANK_NOT_SUPPORTED",
    "USER_ALREADY_VERIFIED":  "NOT_SUPPORTED",
    "USER_NOT_VERIFIED":      "NOT_SUPPORTED",
    "BANK_SERVER_REJECTION":  "NOT_SUPPORTED",
    "UNSUPPORTED_FEATURE":    "NOT_SUPPORTED",
    "UNEXPECTED_ERROR":       "INTERNAL_SERVER_ERROR",
    # Direct calls alone refuse like this, and web forms end with codes of their own. Named all the same, so that none
    # can get out that a client does not know.
    "MISSING_CREDENTIALS":    "NOT_SUPPORTED",
    "LOGIN_FIELDS_MISMATCH":  "NOT_SUPPORTED",
    "NO_ACCOUNTS_FOR_TYPE_LIST": "NOT_SUPPORTED",
    "NO_EXISTING_CHALLENGE":  "NOT_SUPPORTED",
    "MISSING_TWO_STEP_PROCEDURE": "NOT_SUPPORTED",
    "INVALID_TWO_STEP_PROCEDURE": "NOT_SUPPORTED",
    "INVALID_CONSENT":        "NOT_SUPPORTED",
    "NO_PSU_METADATA":        "NOT_SUPPORTED",
    "UNSUPPORTED_BANK":       "BANK_NOT_SUPPORTED",
    "ILLEGAL_PAGE_SIZE":      "NOT_SUPPORTED",
    "TOO_MANY_IDS":           "NOT_SUPPORTED",
    "INVALID_ACCOUNT_TYPES":  "NOT_SUPPORTED",
    "COLLECTIVE_MONEY_TRANSFER_NOT_SUPPORTED": "PAYMENT_NOT_SUPPORTED",
    "IBAN_ONLY_MONEY_TRANSFER_NOT_SUPPORTED": "PAYMENT_NOT_SUPPORTED",
    "IBAN_ONLY_DIRECT_DEBIT_NOT_SUPPORTED": "PAYMENT_NOT_SUPPORTED",
    "NO_CERTIFICATE":         "MANDATOR_MISCONFIGURATION",
    "NO_TPP_CLIENT_CREDENTIALS": "MANDATOR_MISCONFIGURATION",
    "WEB_FORM_REQUIRED":      "NOT_SUPPORTED",
    "WEB_FORM_ABORTED":       "NOT_SUPPORTED",
    "ADDITIONAL_AUTHENTICATION_REQUIRED": "NOT_SUPPORTED",
}
# fmt: on


@dataclass(frozen=True, slots=True)
class MadeUp:
    """A refusal that no row has: a tester's own."""

    status: int
    code: str
    blame: Blame
    message: str
    name: str = "MADE_UP"


Row = Refusal | MadeUp


def refusal_named(name: str) -> Refusal | None:
    """The row of this name or, where there is none, the first one with this code."""
    by_name = Refusal.__members__.get(name)
    return by_name or next((row for row in Refusal if row.code == name), None)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a request: the field (such as `orders[0].amount.value`) and what to do about it."""

    field: str
    message: str
    refusal: Refusal = Refusal.BAD_REQUEST
    """What it is called if it is the only thing that is wrong."""


class ApiError(Exception):
    """A refused request. `problems` lists the violations of a 400, `hint` is advice that only we give,
    `challenge` is the authentication that a 510 asks for, `allowed` are the methods of a 405, `retry_after` is for how many
    seconds to wait, `headers` are a tester's own."""

    def __init__(
        self,
        refusal: Row,
        detail: str | None = None,
        *,
        problems: Sequence[Problem] = (),
        bank: str | None = None,
        hint: str | None = None,
        challenge: Mapping[str, Any] | None = None,
        allowed: Iterable[str] = (),
        retry_after: int | None = None,
        headers: Sequence[tuple[bytes, bytes]] = (),
    ) -> None:
        super().__init__(detail or refusal.message)
        self.refusal = refusal
        self.detail = detail
        self.problems = tuple(problems)
        self.bank = bank
        self.hint = hint
        self.challenge = challenge
        self.allowed = tuple(allowed)
        self.retry_after = retry_after
        self.headers = tuple(headers)

    def message_in(self, language: str) -> str:
        """What to say to somebody who likes this language best."""
        if self.detail is not None:
            return self.detail
        return BUSINESS_MESSAGES.get(self.refusal.name, {}).get(language, self.refusal.message)


def invalid(*problems: Problem) -> ApiError:
    """A 400 that names what is wrong."""
    kinds = {problem.refusal for problem in problems}
    return ApiError(kinds.pop() if len(kinds) == 1 else Refusal.BAD_REQUEST, problems=problems)
