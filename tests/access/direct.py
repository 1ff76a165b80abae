"""Sentences about the direct API: bodies, and the 510 loop as its callers go through it."""

from typing import Any

from tests.actors import REDIRECT_BANK, TEST_BANK, EndUser

BASE = "/api/v2/bankConnections"
IMPORT, UPDATE, CONNECT, REMOVE = (
    f"{BASE}/import",
    f"{BASE}/update",
    f"{BASE}/connectInterface",
    f"{BASE}/removeInterface",
)
SAVINGS_BANK = 300001
"""XS2A by redirect, and FinTS with other login fields."""
SMS, OPTICAL, QR, DECOUPLED = "demo-sms-tan", "demo-chip-tan-optical", "demo-chip-tan-qr", "demo-decoupled"
BACK = "https://shop.example/back?order=7"
PSU = {"PSU-IP-Address": "192.0.2.1", "PSU-Device-OS": "Android", "PSU-User-Agent": "Firefox"}


def login(user: str = "demo", pin: str | None = None, labels: tuple[str, str] = ("Onlinebanking-ID", "PIN")) -> Any:
    return [{"label": labels[0], "value": user}, {"label": labels[1], "value": user if pin is None else pin}]


def import_body(user: str = "demo", **more: Any) -> dict[str, Any]:
    return {
        "bankId": TEST_BANK,
        "bankingInterface": "XS2A",
        "loginCredentials": login(user),
        "maxDaysForDownload": 14,
        **more,
    }


def redirect_body(**more: Any) -> dict[str, Any]:
    return {"bankId": REDIRECT_BANK, "bankingInterface": "XS2A", "redirectUrl": BACK, "maxDaysForDownload": 14, **more}


def asked(answer: Any) -> dict[str, Any]:
    """What a 510 asks for."""
    assert answer.status_code == 510, answer.text
    [error] = answer.json()["errors"]
    assert (error["code"], error["type"]) == ("ADDITIONAL_AUTHENTICATION_REQUIRED", "BUSINESS")
    found: dict[str, Any] = error["multiStepAuthentication"]
    return found


def goes_on(user: EndUser, path: str, body: dict[str, Any], challenge: dict[str, Any], **answer: Any) -> Any:
    return user.posts(path, **body, multiStepAuthentication={"hash": challenge["hash"], **answer})


def authorises(user: EndUser, path: str, body: dict[str, Any], procedure: str = SMS) -> Any:
    """The whole loop with a TAN. Returns the last answer."""
    challenge = asked(user.posts(path, **body))
    challenge = asked(goes_on(user, path, body, challenge, twoStepProcedureId=procedure))
    return goes_on(user, path, body, challenge, challengeResponse="123456")


def imports(user: EndUser, **more: Any) -> dict[str, Any]:
    """An imported connection of a customer whom the bank asks for nothing, as it is once the download has ended."""
    answer = user.posts(IMPORT, **import_body(**{"user": "demo_no_msa", **more}))
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = user.sees(f"{BASE}/{answer.json()['id']}")
    return found


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["errors"][0]["code"]


def message(answer: Any) -> str:
    return str(answer.json()["errors"][0]["message"])


def goes_to_bank(user: EndUser, challenge: dict[str, Any], action: str = "bank-log-in", name: str = "demo") -> Any:
    """The end user's browser at the redirect bank's page: sees it, fills it in, and is sent back."""
    page = challenge["redirectUrl"]
    seen = user.http.get(page)
    assert seen.status_code == 200, seen.text
    token = seen.text.split('name="_token" value="')[1].split('"')[0]
    fields = {"_token": token, "_action": action, "Onlinebanking-ID": name, "PIN": name}
    return user.http.post(page, data=fields, follow_redirects=False)
