"""What a bank asks at a two-step procedure: the text of its challenge, and the picture for a TAN generator."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mock_server.domain.logins import TAN, Challenge, Procedure
from mock_server.web.instructions import Instruction
from mock_server.web.texts import Texts

START_CODE = "29088810"
"""What one types into a TAN generator that cannot read the flickering code."""

BLACK: Mapping[str, Any] = {"dark": "#000000", "light": "#ffffff"}
COLOURED: Mapping[str, Any] = {"dark": "#00529c", "data_dark": "#7a1f5c", "light": "#ffffff"}
PALETTES: Mapping[str, Mapping[str, Any]] = {"chipTan QR": BLACK}
"""The colours of a picture by procedure. photoTAN and its like have coloured ones."""


@dataclass(frozen=True, slots=True)
class Question:
    """A challenge as the page shows it."""

    text: str
    picture: str | None = None
    """A data URI; what it says when a TAN generator or a phone reads it is `text`."""
    start_code: str | None = None


def question_of(t: Texts, bank: str, procedure: Procedure, instruction: Instruction | None) -> Question:
    text = challenge_text(t, bank, instruction)
    if procedure.challenge is Challenge.PHOTO:
        text = t.challenge_with_tan.format(challenge=text, tan=TAN)
        return Question(text, picture=picture_of(text, PALETTES.get(procedure.name, COLOURED)))
    if procedure.challenge is Challenge.FLICKER_CODE:
        return Question(text, start_code=START_CODE)
    return Question(text)


def challenge_text(t: Texts, bank: str, instruction: Instruction | None) -> str:
    """What the bank wants to have confirmed: a login, or an order with its data."""
    if instruction is None:
        return t.challenge_login.format(bank=bank)
    amount = t.money(instruction.cents, instruction.currency)
    if instruction.count > 1:
        return t.challenge_orders.format(bank=bank, count=instruction.count, amount=amount)
    order = instruction.orders[0]
    other = ", ".join(filter(None, (order.name, order.iban)))
    return t.challenge_order.format(bank=bank, amount=amount, other=other)


def picture_of(text: str, palette: Mapping[str, Any]) -> str:
    """A QR code as a data URI."""
    import segno  # late: few visits need it, and it costs start-up time

    code = segno.make_qr(text, error="m", encoding="utf-8")
    return code.svg_data_uri(border=4, omitsize=True, **palette)
