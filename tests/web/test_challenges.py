"""The bank's question at a two-step procedure, and its pictures, which are real QR codes."""

import re
from urllib.parse import unquote

import pytest
import segno

from mock_server.app import App
from mock_server.domain.logins import PROCEDURES, TAN
from mock_server.web import challenges, texts
from tests.actors import TEST_BANK, EndUser
from tests.web.browsers import Browser, starts_payment, stops_at

WHITE = "#fff"
QR = PROCEDURES["demo-chip-tan-qr"]


@pytest.fixture
def browser(app: App) -> Browser:
    return Browser(app)


def squares(svg: str) -> set[tuple[int, int]]:
    """The dark squares of a QR code that is drawn as horizontal strokes."""
    dark: set[tuple[int, int]] = set()
    for colour, path in re.findall("stroke='([^']+)' d='(M[^']+)'", svg):
        if colour == WHITE:
            continue
        x, y = 0.0, 0.0
        for command, numbers in re.findall(r"([Mmh])([-0-9. ]+)", path):
            first, *rest = map(float, numbers.split())
            if command == "h":
                dark |= {(int(x) + step, int(y - 0.5)) for step in range(int(first))}
                x += first
            else:
                x, y = (first, rest[0]) if command == "M" else (x + first, y + rest[0])
    return dark


def code_of(text: str) -> set[tuple[int, int]]:
    matrix = segno.make_qr(text, error="m", encoding="utf-8").matrix_iter(scale=1, border=4)
    return {(x, y) for y, row in enumerate(matrix) for x, bit in enumerate(row) if bit}


def test_the_picture_says_what_is_to_be_confirmed_and_the_tan(alice: EndUser, browser: Browser) -> None:
    browser.opens(alice.starts_import(bank={"id": TEST_BANK})["url"]).logs_in().chooses_procedure(QR.id)
    picture = browser.page.controls["challenge-picture"][1]
    assert picture["src"].startswith("data:image/svg+xml")
    text = f"finAPI Test Bank: login. TAN {TAN}"
    assert picture["alt"].endswith(text)
    assert squares(unquote(picture["src"])) == code_of(text)


def test_the_picture_of_a_payment_shows_its_data(alice: EndUser, browser: Browser) -> None:
    stops_at("payment, SCA method", alice, browser)
    browser.chooses_procedure(QR.id)
    text = f"finAPI Test Bank: €1,234.56, Energie und Wasser GmbH, DE89370400440532013000. TAN {TAN}"
    assert squares(unquote(browser.page.controls["challenge-picture"][1]["src"])) == code_of(text)


def test_the_challenge_of_many_orders_is_their_number_and_sum(alice: EndUser, browser: Browser) -> None:
    order = {"amount": {"value": 10, "currency": "EUR"}, "recipient": {"name": "A", "iban": "DE89370400440532013000"}}
    browser.opens(starts_payment(alice, orders=[order] * 3)["url"]).presses(f"bank-{TEST_BANK}").logs_in()
    browser.chooses("account-0").presses("account-submit").presses("overview-submit").chooses_procedure()
    assert "finAPI Test Bank: 3 orders, €30.00 in total" in browser.page.text


def test_procedures_with_a_text_do_not_give_the_tan_away(alice: EndUser, browser: Browser) -> None:
    stops_at("import, challenge", alice, browser)
    html = browser.answer.text
    assert TAN not in html.split('data-testid="challenge-text"')[1].split("</p>")[0]
    assert TAN in html.split('data-testid="mock-tan"')[1]


def test_a_card_reader_gets_a_start_code(alice: EndUser, browser: Browser) -> None:
    stops_at("import, SCA method", alice, browser)
    browser.chooses_procedure("demo-chip-tan-optical")
    assert browser.sees("start-code")
    assert challenges.START_CODE in browser.page.text


@pytest.mark.parametrize(("palette", "colours"), [(challenges.BLACK, 1), (challenges.COLOURED, 2)])
def test_photo_tan_has_colours_and_says_the_same(palette: dict[str, str], colours: int) -> None:
    svg = unquote(challenges.picture_of("a challenge", palette))
    assert squares(svg) == code_of("a challenge")
    assert len(set(re.findall("stroke='([^']+)'", svg)) - {WHITE}) == colours


def test_every_language_asks_the_same() -> None:
    for language in texts.LANGUAGES.values():
        assert TAN in challenges.question_of(language, "A bank", QR, None).text
