"""From a guest to markup: which view is shown, in which language and under which heading.

What each step shows is in `sights`. The same views make the form's own page and the embedded form.
"""

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from mock_server.domain import logins, translations
from mock_server.domain.forms import Status
from mock_server.domain.preferences import FormLanguage
from mock_server.domain.translations import TranslationSet
from mock_server.domain.users import Client
from mock_server.web import texts
from mock_server.web.guests import Guest
from mock_server.web.sights import BANK_PAGE, STAGES, VIEWS, Heading, Sight, Values, View, outcome_heading, reached

if TYPE_CHECKING:
    from jinja2 import Environment

TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True)
class Drawing:
    """A template and what it is filled with."""

    template: str
    values: Values


def drawing_of(guest: Guest, view: View | None = None) -> Drawing:
    """What the end user sees now: the view given, or that of the form's step or of its outcome."""
    language = language_of(guest)
    sight = Sight(guest, texts.of(language))
    common = _common(guest, sight, language)
    if guest.form.is_final:
        return _outcome(guest, sight, common)
    view = view or VIEWS[guest.form.visit.step]
    return Drawing(view.template, common | _step_values(sight, view, language) | view.values(sight))


def returned_drawing(guest: Guest) -> Drawing:
    """What the tab shows in which the bank was: the form itself waits in another one."""
    language = language_of(guest)
    sight = Sight(guest, texts.of(language))
    heading = Heading(None, sight.t.returned_title, sight.t.returned_text)
    return Drawing("returned.html", _common(guest, sight, language) | {"heading": heading, "shows_languages": False})


def plain_drawing(template: str, accept_language: str, heading: Heading, **values: object) -> Drawing:
    """A view that belongs to no form, and so has neither a profile nor a choice of languages."""
    language = texts.preferred(accept_language)
    plain = {
        "t": texts.of(language),
        "language": language,
        "heading": heading,
        "look": None,
        "product": None,
        "turn": None,
        "theme": None,
        "shows_sign": True,
        "shows_languages": False,
    }
    return Drawing(template, plain | values)


def problem_drawing(status: int, way_back: str | None, accept_language: str) -> Drawing:
    t = texts.of(texts.preferred(accept_language))
    if status == 410:
        return plain_drawing("expired.html", accept_language, Heading(None, t.expired_title, t.expired_text))
    heading = Heading(None, *t.problems[status])
    return plain_drawing("problem.html", accept_language, heading, status=status, way_back=way_back)


def language_of(guest: Guest) -> str:
    """As the profile says, else as the user has chosen once, else as the browser prefers."""
    if guest.look.locked_language is not None:
        return guest.look.locked_language
    chosen = guest.world.store.find(FormLanguage, guest.form.owner)
    if chosen is not None:
        return chosen.language
    return texts.preferred(guest.request.headers.get("accept-language", ""))


def _common(guest: Guest, sight: Sight, language: str) -> Values:
    look = guest.look
    return {
        "t": sight.t,
        "language": language,
        "languages": texts.NAMES,
        "shows_languages": look.shows_language_selector,
        "look": look,
        "product": sight.t.products[sight.service],
        # "finAPI logo for unlicensed; no logo for licensed"; the sign is ours.
        "shows_sign": look.logo is None and _license_of(guest) == "UNLICENSED",
        "service": sight.service,
        "form": guest.form,
        "turn": guest.form.visit.turn,
        "home": guest.home,
        "here": guest.home,
        "token": guest.token,
        "theme": f"{guest.home}/theme.css",
        "links": guest.form.visit.links,
    }


def _license_of(guest: Guest) -> str:
    client = guest.world.store.find(Client, guest.form.client_id)
    return guest.world.setup.license if client is None else client.license


def _step_values(sight: Sight, view: View, language: str) -> Values:
    is_bank = view is BANK_PAGE
    return {
        "heading": _translated(sight.guest, view.heading(sight), language),
        "here": sight.guest.bank_page if is_bank else sight.guest.home,
        "theme": None if is_bank else f"{sight.guest.home}/theme.css",
        "stages": STAGES[sight.service],
        "reached": reached(view.stage, sight.service),
        "can_change_bank": sight.can_change_bank,
    }


def _outcome(guest: Guest, sight: Sight, common: Values) -> Drawing:
    form = guest.form
    heading = _translated(guest, outcome_heading(sight), common["language"])
    values = common | {"heading": heading, "outcome": form.outcome, "stages": STAGES[sight.service]}
    target = _leads_on_to(guest)
    if target is not None:
        heading = Heading(None, sight.t.leaving_title, sight.t.leaving_text)
        return Drawing("leaving.html", values | {"heading": heading, "target": target})
    return Drawing(f"{form.status.lower()}.html", values)


def _leads_on_to(guest: Guest) -> str | None:
    """Where the end of the form leads by itself, without a view to read."""
    links = guest.form.visit.links
    if guest.form.status is Status.COMPLETED and guest.look.skips_confirmation:
        return links.redirect
    if guest.form.status is Status.COMPLETED_WITH_ERROR and guest.world.setup.auto_error_redirect:
        return links.error_redirect
    return None


def _translated(guest: Guest, heading: Heading, language: str) -> Heading:
    """The heading in the mandator's own words, where it has any for this view. An empty text hides."""
    if heading.view is None:
        return heading
    own = next(iter(guest.world.store.owned(TranslationSet, guest.world.mandator)), None)
    title = translations.title_of(own, language, heading.view)
    subtitle = translations.subtitle_of(own, language, heading.view)
    if title is not None:
        heading = replace(heading, own_title=title)
    return heading if subtitle is None else replace(heading, subtitle=subtitle, has_own_subtitle=True)


def render(drawing: Drawing, layout: str) -> str:
    """The markup of a view: as a page of its own (`page.html`), or to be embedded (`fragment.html`)."""
    return templates().get_template(drawing.template).render(drawing.values, layout=layout)


@cache
def templates() -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # late: it costs start-up time

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {"customers": list(logins.CUSTOMERS.values()), "tan": logins.TAN}
    environment.filters["in_fours"] = in_fours
    return environment


def in_fours(iban: str) -> str:
    """An IBAN in groups of four, as people read it."""
    return " ".join(iban[start : start + 4] for start in range(0, len(iban), 4))
