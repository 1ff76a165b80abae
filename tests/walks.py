"""What end users do on the pages of web forms, as the control API takes it (`Shop.walks`)."""

from typing import Any

Step = dict[str, Any]
SMS, PUSH, CHIP_OPTICAL, CHIP_QR, DECOUPLED = (
    "demo-sms-tan",
    "demo-push-tan",
    "demo-chip-tan-optical",
    "demo-chip-tan-qr",
    "demo-decoupled",
)


def step(action: str, **fields: Any) -> Step:
    return {"action": action, "fields": fields}


def choose_bank(id: int) -> Step:
    return step("choose-bank", bank=id)


def log_in(login: str = "demo", pin: str | None = None, **more: Any) -> Step:
    """At the test bank. The documented customers have their login as PIN."""
    return step("log-in", **{"Onlinebanking-ID": login, "PIN": pin or login, **more})


def log_in_at_bank(login: str = "demo", pin: str | None = None) -> Step:
    """On a redirect bank's own page."""
    return step("bank-log-in", **{"Onlinebanking-ID": login, "PIN": pin or login})


def choose_procedure(id: str = SMS) -> Step:
    return step("choose-procedure", procedure=id)


def answer(tan: str = "123456") -> Step:
    return step("answer", tan=tan)


CONFIRM, REFUSE, REFUSE_AT_BANK = step("confirm"), step("refuse"), step("bank-refuse")
CONTINUE, FINISH, CONNECT_MORE = step("continue"), step("finish"), step("connect-more")
AGREE, CANCEL = step("agree"), step("cancel")
AUTHORISED = (log_in(), choose_procedure(), answer())
"""The way of the customer `demo` through the login of the test bank."""
