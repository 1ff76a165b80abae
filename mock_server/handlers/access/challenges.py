"""What a 510 asks for, as Access shows it."""

from base64 import b64encode
from collections.abc import Callable, Mapping
from io import BytesIO

from mock_server.domain.authorisations import Authorisation, Status
from mock_server.domain.banks import Bank
from mock_server.domain.flicker import flicker_code
from mock_server.domain.logins import PROCEDURES, TAN, Challenge
from mock_server.handlers.access import views
from mock_server.handlers.access.views import Json

START_CODE = "29088810"
"""What one types into a TAN generator that cannot read the flickering code."""


def multi_step_authentication_challenge(pending: Authorisation, bank: Bank, base_url: str) -> Json:
    """`base_url` is where the redirect bank's page is."""
    shown = SHOWN[pending.status](pending, bank, base_url)
    return {"hash": pending.id, "status": str(pending.status), "opticalDataAsReinerSct": False, **shown}


def _procedures(pending: Authorisation, bank: Bank, base_url: str) -> Json:
    return {"twoStepProcedures": [views.two_step_procedure(id) for id in PROCEDURES]}


def _challenge(pending: Authorisation, bank: Bank, base_url: str) -> Json:
    procedure = PROCEDURES[pending.visit.procedure or ""]
    message = f"{bank.name}: Bitte geben Sie die TAN {TAN} ein, die Sie durch {procedure.name} erhalten haben."
    shown = {"challengeMessage": message, "answerFieldLabel": "TAN"}
    if procedure.challenge is Challenge.PHOTO:
        return {**shown, "photoTanMimeType": "image/png", "photoTanData": _encoded(_qr_code(message))}
    if procedure.challenge is Challenge.FLICKER_CODE:
        return {**shown, "opticalData": _encoded(flicker_code(START_CODE).encode())}
    return shown


def _redirect(pending: Authorisation, bank: Bank, base_url: str) -> Json:
    page = f"{base_url.rstrip('/')}/bank/login/{pending.id}"
    return {"redirectUrl": page, "redirectContext": pending.id, "redirectContextField": "state"}


def _qr_code(text: str) -> bytes:
    """A PNG."""
    import segno  # late: few calls need it, and it costs start-up time

    picture = BytesIO()
    segno.make_qr(text, error="m", encoding="utf-8").save(picture, kind="png", scale=4)
    return picture.getvalue()


def _encoded(data: bytes) -> str:
    return b64encode(data).decode()


SHOWN: Mapping[Status, Callable[[Authorisation, Bank, str], Json]] = {
    Status.TWO_STEP_PROCEDURE_REQUIRED: _procedures,
    Status.CHALLENGE_RESPONSE_REQUIRED: _challenge,
    Status.REDIRECT_REQUIRED: _redirect,
    Status.DECOUPLED_AUTH_REQUIRED: lambda *_: {},
    Status.DECOUPLED_AUTH_IN_PROGRESS: lambda *_: {},
}
