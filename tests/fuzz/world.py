"""What a server knows when the fuzzing begins, and for each operation a request that it accepts.

Schemathesis varies these requests. Without them it would hardly ever get past "there is no such account".
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx2

from mock_server.contract.operations import Api
from tests.access.direct import BACK, import_body, login
from tests.actors import Admin, EndUser, Json, Shop
from tests.certificates import certificate

V2 = "/api/v2"
SECRET = "9d1c7c3a-6a0f-4c53-9b62-7f1d2a4e8b05"
"""Of the length that finAPI asks for."""
PAYEE = {"name": "Max Mustermann", "iban": "DE13700800000061110500"}
TRANSFER = {"counterpartName": PAYEE["name"], "counterpartIban": PAYEE["iban"], "amount": 1}
EURO = {"value": 1, "currency": "EUR"}
MANDATE = {"mandateId": "M-1", "mandateDate": "2020-01-06", "creditorId": "DE98ZZZ09999999999"}
DEBIT = {"directDebitType": "BASIC", "sequenceType": "OOFF", "executionDate": "2036-01-07"}
MONTHLY = {"startDate": "2036-01-07", "frequency": "MONTHLY"}
RENT = {**TRANSFER, **MONTHLY, "currency": "EUR"}
SPORT = 378
EVENTS = ("NEW_TRANSACTIONS", "BANK_LOGIN_ERROR", "NEW_TERMS_AND_CONDITIONS")


@dataclass
class World:
    """Tokens by security scheme, bodies by operationId, and ids by the word before or behind them in a path.

    There are two ids of each kind; the second one is for whoever deletes.
    """

    tokens: dict[str, str] = field(default_factory=dict)
    bodies: dict[str, Json] = field(default_factory=dict)
    ids: dict[str, tuple[Any, Any]] = field(default_factory=dict)


def access(http: httpx2.Client) -> World:
    shop, admin, world = _shop(http), Admin(http), World()
    alice = shop.welcomes("alice")
    main = _with_connections(world, alice)
    _with_orders(world, alice, main["accountIds"][0])
    _with_transactions(world, alice, main["accountIds"][0])
    _with_names(world, alice)
    _with_users(world, shop)
    _with_mandator(world, admin)
    world.tokens |= _tokens(user=alice.token, client=shop.token(), admin=admin.token())
    return world


def webform(http: httpx2.Client) -> World:
    alice, admin, world = _shop(http).welcomes("alice"), Admin(http), World()
    connection, fints = alice.connects(), alice.connects(login="demo_no_msa", allowedInterfaces=["FINTS_SERVER"])
    update = {"bankConnectionId": connection["id"]}
    translations = made(admin.posts("/api/translations", de={"bankSearchView": {"title": "Willkommen"}}))
    world.ids |= {
        "webForms": _two(lambda n: alice.asks_for_import()),
        "tasks": _one(made(alice.posts("/api/tasks/backgroundUpdate", **update))),
        "profiles": _two(lambda n: admin.posts("/api/profiles", label=f"profile {n}")),
        "translations": _one(translations),
    }
    payments = [{"recipient": PAYEE, "amount": EURO}]
    debits = [{"payer": PAYEE, "amount": EURO, **MANDATE}]
    world.bodies |= {
        "createForBankConnectionImport": {"bank": {"id": 280001}},
        "createBankConnectionUpdateTask": update,
        "createForPaymentWithAccountId": {"sender": {"accountId": connection["accountIds"][0]}, "orders": payments},
        "createForDirectDebitWithAccountId": {
            "receiver": {"accountId": fints["accountIds"][0]},
            "orders": debits,
            **DEBIT,
        },
        "createForStandingOrder": {"recipient": PAYEE, "amount": EURO, **MONTHLY},
    }
    world.tokens |= _tokens(user=alice.token, admin=admin.token())
    return world


WORLDS: Mapping[Api, Callable[[httpx2.Client], World]] = {"access": access, "webform": webform}


def made(answer: Any) -> Json:
    assert answer.status_code in (200, 201), answer.text
    return answer.json()


def _shop(http: httpx2.Client) -> Shop:
    """A shop whose clock stands still, so that a run is the same on every day."""
    shop = Shop(http, client_secret=SECRET)
    assert shop.token()
    shop.moves_clock(set="2026-08-13T10:00:00Z", freeze=True)
    return shop


def _with_connections(world: World, user: EndUser) -> Json:
    main, spare, third = (_imports(user, f"demo_securities{suffix}") for suffix in ("", "+2", "+3"))
    _imports(user, "demo_never_booked")
    world.ids |= {
        "banks": (280001, 280001),
        "bankConnections": (main["id"], spare["id"]),
        "accounts": (main["accountIds"][0], spare["accountIds"][0]),
        # An update renews those of its connection.
        "securities": _first(user, "securities", accountIds=third["accountIds"][-1]),
        "pendingTransactions": _first(user, "pendingTransactions"),
    }
    mocked = {"accountId": main["accountIds"][0], "accountBalance": 1}
    interface = {"bankConnectionId": main["id"], "bankingInterface": "XS2A"}
    world.bodies |= {
        "importBankConnection": import_body("demo_one_account"),
        "updateBankConnection": interface,
        "connectInterface": {
            "bankConnectionId": spare["id"],
            "bankingInterface": "FINTS_SERVER",
            "loginCredentials": login("demo_securities+2", pin="demo_securities"),
        },
        "removeInterface": {**interface, "bankConnectionId": third["id"]},
        "editBankConnection": {"name": "Mine"},
        "mockBatchUpdate": {"mockBankConnectionUpdates": [{**interface, "mockAccountsData": [mocked]}]},
    }
    return main


def _with_orders(world: World, user: EndUser, account: int) -> None:
    payment = made(user.posts(f"{V2}/payments/moneyTransfers", accountId=account, moneyTransfers=[TRANSFER]))
    order = made(user.posts(f"{V2}/standingOrders", accountId=account, **RENT))
    fints = user.connects(login="demo_no_msa", allowedInterfaces=["FINTS_SERVER"], redirectUrl=BACK)["accountIds"][0]
    access = {"bankingInterface": "XS2A", "loginCredentials": login("demo_securities")}
    world.bodies |= {
        "createMoneyTransfer": {"accountId": account, "moneyTransfers": [TRANSFER]},
        "createDirectDebit": {"accountId": fints, **DEBIT, "directDebits": [{**TRANSFER, **MANDATE}]},
        "submitPayment": {"paymentId": payment["id"], **access},
        "createStandingOrder": {"accountId": account, **RENT},
        "submitStandingOrder": {"standingOrderId": order["id"], **access},
    }


def _with_transactions(world: World, user: EndUser, account: int) -> None:
    shown = user.sees(f"{V2}/transactions", view="bankView", accountIds=account)["transactions"]
    whole, split, gone = shown[:3]
    made(user.posts(f"{V2}/transactions/{split['id']}/split", **_in_two(split)))
    world.ids |= {"transactions": (whole["id"], gone["id"]), "restore": _one(split)}
    world.bodies |= {
        "splitTransaction": _in_two(whole),
        "editTransaction": {"isNew": False},
        "editMultipleTransactions": {"isNew": False, "ids": [whole["id"]]},
        "trainCategorization": {
            "categoryId": SPORT,
            "transactionData": [{"accountTypeId": 1, "amount": -1, "purpose": "Climbing"}],
        },
    }


def _with_names(world: World, user: EndUser) -> None:
    """Categories, labels, and notification rules."""
    world.ids |= {
        "categories": _two(lambda n: user.posts(f"{V2}/categories", name=f"category {n}")),
        "labels": _two(lambda n: user.posts(f"{V2}/labels", name=f"label {n}")),
        "notificationRules": _two(lambda n: user.posts(f"{V2}/notificationRules", triggerEvent=EVENTS[n])),
    }
    world.bodies |= {"createCategory": {"name": "Climbing"}, "createNotificationRule": {"triggerEvent": EVENTS[0]}}


def _with_users(world: World, shop: Shop) -> None:
    """Carol, whose tokens and password may end, and two users who are not verified."""
    carol = shop.welcomes("carol")
    for verified, names in ((False, ("bob", "ben")), (True, ())):
        made(shop.patches(f"{V2}/clientConfiguration", userAutoVerificationEnabled=verified))
        for name in names:
            made(shop.creates_user(id=name))
    change = made(shop.posts(f"{V2}/users/requestPasswordChange", userId="carol"))
    token = shop.decrypts(change["passwordChangeToken"])
    world.ids |= {"verify": ("bob", "bob"), "users": ("ben", "ben")}
    world.bodies |= {
        "getToken": {"grant_type": "password", "username": "carol", "password": carol.password, **shop.credentials},
        "revokeToken": {"token": carol.token["access_token"]},
        "createUser": {"id": "dora"},
        "requestPasswordChange": {"userId": "carol"},
        "executePasswordChange": {"userId": "carol", "password": "open barley", "passwordChangeToken": token},
    }


def _with_mandator(world: World, admin: Admin) -> None:
    paper, rule = certificate().upload(), {"categoryId": SPORT, "direction": "Spending"}
    world.ids |= {
        "tppCertificates": _two(lambda n: admin.posts(f"{V2}/tppCertificates", **paper)),
        "tppCredentials": _two(lambda n: admin.posts(f"{V2}/tppCredentials", tppAuthenticationGroupId=1, label=f"{n}")),
    }
    secrets = {"oldClientSecret": SECRET, "newClientSecret": SECRET.replace("9", "8")}
    world.bodies |= {
        "createNewCertificate": paper,
        "createTppCredential": {"tppAuthenticationGroupId": 1, "label": "My bank"},
        "editTppCredential": {"label": "My bank"},
        "createIbanRules": {"ibanRules": [{"iban": PAYEE["iban"], **rule}]},
        "createKeywordRules": {"keywordRules": [{"keywords": ["Klettern"], "keywordsLanguage": "DE", **rule}]},
        "deleteUsers": {"userIds": ["carol"]},
        "changeClientCredentials": {"clientId": "shop", **secrets},
        "switchApiVersion": {"apiVersion": "V2"},
    }


def _tokens(**tokens: Json) -> dict[str, str]:
    return {scheme: token["access_token"] for scheme, token in tokens.items()}


def _one(thing: Json) -> tuple[Any, Any]:
    return thing["id"], thing["id"]


def _two(make: Callable[[int], Any]) -> tuple[Any, Any]:
    return made(make(1))["id"], made(make(2))["id"]


def _first(user: EndUser, kind: str, **query: Any) -> tuple[Any, Any]:
    return _one(user.sees(f"{V2}/{kind}", **query)[kind][0])


def _imports(user: EndUser, name: str) -> Json:
    """A connection whose login does not ask for a TAN."""
    credentials = login(name, pin=name.partition("+")[0])
    wish = import_body(name, loginCredentials=credentials, storeSecrets=True)
    imported = made(user.posts(f"{V2}/bankConnections/import", **wish))
    return user.sees(f"{V2}/bankConnections/{imported['id']}")


def _in_two(transaction: Json) -> Json:
    return {"subTransactions": [{"amount": 1}, {"amount": round(transaction["amount"] - 1, 2)}]}
