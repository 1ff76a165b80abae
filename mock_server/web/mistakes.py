"""What clients of finAPI get wrong most often, each with a sentence that names the mistake and the remedy.

Status and body of an answer stay finAPI's own; the sentence goes into `X-Mock-Hint` and the journal.
The table is read when a request was refused, and for the few operations in `ACCEPTED`: a good
request costs nothing. `docs/web-forms.md` shows the table; a test compares the two.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from mock_server.errors import Refusal
from mock_server.web.clues import (
    ACCESS_CONNECTING,
    ACCESS_PAYING,
    ACCESS_TYPES,
    DEBIT,
    FORMS,
    IMPORT,
    LONGEST_PATH,
    NO_HTTPS,
    NO_LIST,
    NO_NUMBER,
    NO_OBJECT,
    NO_OPTION,
    PAYING,
    TASK,
    UNKNOWN,
    WITH_ACCOUNT,
    WITH_IBAN,
    Asked,
    Clue,
    basic_for_token,
    from_a_page,
    json_for_token,
    no_json,
    no_operation,
    psu_headers,
    says,
    user_token_for_admin,
    wrong_authorization,
    wrong_field,
    wrong_path,
    wrong_token,
)


@dataclass(frozen=True, slots=True)
class Mistake:
    title: str
    clue: Clue
    hint: str


def hint(asked: Asked) -> str | None:
    """The sentence about the first mistake of the table that the request makes."""
    for mistake in MISTAKES:
        words = mistake.clue(asked)
        if words is not None:
            return mistake.hint.format_map(words)
    return None


def nearest(path: str, known: Iterable[str]) -> str | None:
    """For a path that is wrong in no way of the table."""
    near = get_close_matches(path, sorted(known), n=3, cutoff=0.6) if len(path) <= LONGEST_PATH else None
    return f"The nearest paths are {', '.join(near)}" if near else None


ACCEPTED = TASK
"""Operations that accept a request with a mistake of the table in it."""

# Where tokens come from, for all those who have brought a wrong one.
USER_GRANT = "Ask for one with grant_type=password, username and password"
CLIENT_GRANT = "Ask for one with grant_type=client_credentials"
APP_CLIENT = "an app client (here one whose id does not end in -admin)"
ADMIN_CLIENT = "the mandator admin client (here a client_id that ends in -admin)"

# Where a request makes several of these mistakes, the first one counts; so what is more specific comes first.
MISTAKES: tuple[Mistake, ...] = (
    # Paths
    Mistake(
        "`POST`, `PUT` or `PATCH` to `bankConnectionUpdate`",
        no_operation(("POST", "PUT", "PATCH"), r"(/api)?(/v\d+)?/webForms/bankConnectionUpdate"),
        "bankConnectionUpdate is gone from Web Form 2.0. Updates are tasks: POST /api/tasks/backgroundUpdate",
    ),
    Mistake(
        "`POST /api/webForms`",
        no_operation(("POST",), "/api/webForms"),
        "A form is created at the path of its kind, such as POST /api/webForms/bankConnectionImport",
    ),
    Mistake(
        "`POST /api/tasks`",
        no_operation(("POST",), "/api/tasks"),
        "There is one kind of task, the update of a bank connection: POST /api/tasks/backgroundUpdate",
    ),
    Mistake(
        "`POST /api/v2/bankConnections`",
        no_operation(("POST",), "/api/v2/bankConnections"),
        "A bank connection comes from a web form: POST /api/webForms/bankConnectionImport",
    ),
    Mistake(
        "a page in a browser calls the API",
        from_a_page,
        "Browsers let pages call finAPI only from the corsAllowedOrigins of a client, and never /oauth. Call it from "
        "your server, or list the origin in the clients file",
    ),
    Mistake(
        "a slash too many",
        wrong_path(r"(.+)", r"\1"),
        "A slash at the end, or two in a row, make it another path: {path} is right",
    ),
    Mistake(
        "`/api/oauth/token`, `/api/v1/oauth/token`, `/token`",
        wrong_path(r"(?:/api)?(?:/v\d+)?(?:/oauth2?)?/(token|revoke)", r"/api/v2/oauth/\1"),
        "Tokens are a matter of {path} (or the same without /api/v2)",
    ),
    Mistake(
        "`/api/v2/webForms`, `/api/v1/webForms`, `/api/v2/tasks`",
        wrong_path(r"(?:/api)?/v\d+(/.+)", r"/api\1"),
        "Web Form 2.0 has no version in its paths: {path}",
    ),
    Mistake(
        "`/webForms`, `/tasks`, `/v2/accounts`",
        wrong_path(r"(/.+)", r"/api\1"),
        "Paths begin with /api: {path}",
    ),
    Mistake(
        "`/api/webForm`, `/api/webforms`, `/api/web-forms`",
        wrong_path(r"(?i:(?:/api)?(?:/v\d+)?/web[-_]?forms?)(/.+)?", r"/api/webForms\1"),
        "It is written webForms: {path}",
    ),
    Mistake(
        "`/api/v1/accounts`",
        wrong_path(r"(?:/api)?/v\d+(/.+)", r"/api/v2\1"),
        "This is version 2 of Access: {path}",
    ),
    Mistake(
        "`/api/accounts`, `/users`",
        wrong_path(r"(?:/api)?(/.+)", r"/api/v2\1"),
        "Access has its version in its paths, Web Form has none: {path}",
    ),
    # Tokens
    Mistake(
        "no `Bearer` before the token",
        wrong_authorization(Refusal.NO_TOKEN, r"\S"),
        "The Authorization header has to be the word Bearer, a space and the access token",
    ),
    Mistake(
        "`Bearer undefined`, `Bearer null`, `Bearer Bearer …`",
        wrong_authorization(Refusal.BAD_TOKEN, r"bearer\s+((undefined|null|none|\[object object\])\s*$|bearer\s)"),
        "What follows the word Bearer is no token. Look at where the client takes it from",
    ),
    Mistake(
        "a client token for a user's forms, tasks or data",
        wrong_token({"user"}, "client"),
        f"{{operation}} needs a user token; this is a client token. {USER_GRANT}",
    ),
    Mistake(
        "an admin token for a user's forms, tasks or data",
        wrong_token({"user"}, "admin"),
        f"{{operation}} needs a user token; this is an admin token. {USER_GRANT}, as {APP_CLIENT}",
    ),
    Mistake(
        "a user token to create users",
        wrong_token({"client"}, "user"),
        f"{{operation}} needs a client token; this is a user token. {CLIENT_GRANT}",
    ),
    Mistake(
        "an admin token to create users",
        wrong_token({"client"}, "admin"),
        f"{{operation}} needs a client token; this is an admin token. {CLIENT_GRANT}, as {APP_CLIENT}",
    ),
    Mistake(
        "a user or client token for profiles and translations",
        wrong_token({"admin"}, "user", "client"),
        f"{{operation}} needs an admin token; this is a {{role}} token. {CLIENT_GRANT}, as {ADMIN_CLIENT}",
    ),
    Mistake(
        "an admin token for banks",
        wrong_token({"client", "user"}, "admin"),
        f"{{operation}} needs a client or user token; this is an admin token. {CLIENT_GRANT}, as {APP_CLIENT}",
    ),
    Mistake(
        "the mandator admin client asks for a user token",
        user_token_for_admin,
        f"A mandator admin client gets no user tokens. Ask as {APP_CLIENT}",
    ),
    Mistake(
        "JSON at the token endpoint",
        json_for_token,
        "Tokens are asked for with a form (Content-Type: application/x-www-form-urlencoded), not with JSON",
    ),
    Mistake(
        "HTTP Basic at the token endpoint",
        basic_for_token,
        "The client goes into the form, as client_id and client_secret; finAPI does not know HTTP Basic",
    ),
    Mistake(
        "a form where JSON belongs",
        no_json,
        "The body has to be JSON, with Content-Type: application/json. Only tokens are asked for with a form",
    ),
    # Bodies of Web Form
    Mistake(
        "`bankConnectionIds` in a background update",
        wrong_field(TASK, r"bankConnectionIds?", (UNKNOWN, NO_LIST)),
        "A background update takes one bankConnectionId, a number. Several connections need a task each",
    ),
    Mistake(
        "`bankId`, `bankSearch`, `search` at the top of an import",
        wrong_field(IMPORT, r"(bankId|bankSearch|search|blz|bic|iban)"),
        'The bank is an object, with an id or a search: {{"bank": {{"id": 280001}}}}',
    ),
    Mistake(
        "`bank` as a number or text",
        wrong_field(IMPORT, "bank", NO_OBJECT),
        'The bank is an object, with an id or a search: {{"bank": {{"search": "Test Bank"}}}}',
    ),
    Mistake(
        "`accountId` or `iban` at the top of a payment with account",
        wrong_field(WITH_ACCOUNT, r"accountId|iban|receiver|sender\.(iban|id)"),
        "The account that pays is sender.accountId; a sender by its iban belongs to standalonePayment",
    ),
    Mistake(
        "`iban` or `accountId` at the top of a standalone payment or standing order",
        wrong_field(WITH_IBAN, r"accountId|iban|receiver|sender\.(accountId|id)"),
        "The account that pays is sender.iban; one by its id belongs to paymentWithAccountId",
    ),
    Mistake(
        "`accountId`, `iban` or `sender` at the top of a direct debit",
        wrong_field(DEBIT, r"accountId|iban|sender|receiver\.(iban|id)"),
        "The account that gets the money is receiver.accountId",
    ),
    Mistake(
        "`counterpartIban`, `counterpartName` in a form's order",
        wrong_field(PAYING, r"(.+\.)?counterpart\w+"),
        "Web Form calls the other side recipient, with iban and name, or payer in a direct debit. "
        "counterpart is what Access says",
    ),
    Mistake(
        "`moneyTransfers`, `directDebits` in a form's body",
        wrong_field(PAYING, r"moneyTransfers|directDebits"),
        "Web Form calls the list orders; moneyTransfers and directDebits belong to Access",
    ),
    Mistake(
        "`amount` as a number in a form's order",
        wrong_field(PAYING, r"(.+\.)?amount", NO_OBJECT),
        'In Web Form an amount is an object: {{"value": 12.34, "currency": "EUR"}}',
    ),
    Mistake(
        "`interface` or `bankingInterface` in a form's body",
        wrong_field(IMPORT | TASK, r"(banking)?[iI]nterfaces?|allowedBankingInterfaces?"),
        'Web Form takes a list of the interfaces that are allowed: {{"allowedInterfaces": ["XS2A"]}}',
    ),
    Mistake(
        "`Checking` in a form's `accountTypes`",
        wrong_field(FORMS, r"accountTypes\[\d+\]", NO_OPTION),
        "Web Form writes account types as CHECKING and CREDIT_CARD; Checking and CreditCard belong to Access",
    ),
    Mistake(
        "`callbacks.successCallback`, `callbacks.failCallback`",
        wrong_field(FORMS, r"callbacks\..+"),
        "There is one callback for every end, callbacks.finalised (and callbacks.webFormRequired in a background "
        "update)",
    ),
    Mistake(
        "`callback`, `callbackUrl`, `finalised` at the top",
        wrong_field(FORMS, r"callbacks?(_?(?i:url))?|finali[sz]ed|webFormRequired|\w+Callback", (UNKNOWN, NO_OBJECT)),
        'Callbacks are an object: {{"callbacks": {{"finalised": "https://..."}}}}',
    ),
    Mistake(
        "`redirectUri`, `redirect_url`, `successUrl`",
        wrong_field(FORMS, r"(?i:redirect_?(uri|url)|(success|return|error|abort|back)(redirect)?_?(uri|url))"),
        "The body has no such field. To lead the end user back, append ?redirectUrl= and your address, URL-encoded, to "
        "the form's url",
    ),
    Mistake(
        "`language` in the body",
        wrong_field(FORMS, r"language|locale|lang"),
        "The end user's browser decides on the language. A profile can lock it (functionality.language.locked), and an "
        "embedding page can set language",
    ),
    Mistake(
        "`ipAddress`, `userAgent` at the top of a background update",
        wrong_field(TASK, r"ipAddress|userAgent|deviceOs|psu\w*"),
        "What is known about the end user's device goes into userMetadata: ipAddress, deviceOs, userAgent",
    ),
    Mistake(
        "`http://…` or `https://localhost/…` as callback, with `--strict`",
        wrong_field(FORMS, r"callbacks\.\w+|redirectUrl", NO_HTTPS),
        "finAPI takes https, a host with a dot, and neither comma nor semicolon: https://app.test/done passes. "
        "Without --strict http://localhost does too",
    ),
    Mistake(
        "`redirectUrl` in the body, to get the user back",
        says(Refusal.INVALID_REDIRECT_URL, "must not be set"),
        "This redirectUrl is for the bank login of licensed mandators. To lead the end user back, append "
        "?redirectUrl= and your address, URL-encoded, to the form's url",
    ),
    Mistake(
        "no `redirectUrl` from a licensed mandator",
        says(Refusal.INVALID_REDIRECT_URL, "must be set"),
        "The bank leads the users of licensed mandators back to an address of their own. Self-service clients are "
        "UNLICENSED (--license)",
    ),
    Mistake(
        "`PSU-*` headers at a background update",
        psu_headers,
        "Web Form takes what is known about the end user's device in the body, as userMetadata; PSU-* headers "
        "belong to Access",
    ),
    # Bodies of Access
    Mistake(
        "`orders` in a payment of Access",
        wrong_field(ACCESS_PAYING, "orders"),
        "Access calls the list moneyTransfers or directDebits; orders belong to Web Form",
    ),
    Mistake(
        "`recipient`, `payer` in a payment of Access",
        wrong_field(ACCESS_PAYING, r"(.+\.)?(recipient|payer)"),
        "Access names the other side counterpartIban and counterpartName; recipient and payer belong to Web Form",
    ),
    Mistake(
        "`sender`, `receiver` in a payment of Access",
        wrong_field(ACCESS_PAYING, "sender|receiver"),
        "Access takes the user's account as accountId (or iban) at the top; sender and receiver belong to Web Form",
    ),
    Mistake(
        "`amount` as an object in a payment of Access",
        wrong_field(ACCESS_PAYING, r"(.+\.)?amount", NO_NUMBER),
        "In Access an amount is a plain number; the object with value and currency belongs to Web Form",
    ),
    Mistake(
        "`bank` in an import of Access",
        wrong_field(ACCESS_CONNECTING, "bank"),
        "Access takes the bank as bankId; bank.id belongs to Web Form",
    ),
    Mistake(
        "`interface` in Access",
        wrong_field(ACCESS_CONNECTING, "interface|interfaces|allowedInterfaces"),
        "Access calls the field bankingInterface",
    ),
    Mistake(
        "`CHECKING` in `accountTypes` of Access",
        wrong_field(ACCESS_TYPES, r"accountTypes(\[\d+\])?", NO_OPTION),
        "Access writes account types as Checking and CreditCard; CHECKING and CREDIT_CARD belong to Web Form",
    ),
)
