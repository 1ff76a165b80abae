"""What the pages say, and in which language they say it.

Web Form 2.0 knows eleven languages. Two are written here; in the others the pages speak English, but keep the
choice, because the mandator's own translations may be in any of them.
"""

from collections.abc import Mapping

from mock_server.domain import languages
from mock_server.domain.preferences import LANGUAGES as KNOWN
from mock_server.web.texts.contents import Kind, Stage, Texts
from mock_server.web.texts.english import ENGLISH
from mock_server.web.texts.german import GERMAN

__all__ = ["ENGLISH", "GERMAN", "LANGUAGES", "NAMES", "Kind", "Stage", "Texts", "of", "preferred"]

LANGUAGES: Mapping[str, Texts] = {texts.language: texts for texts in (GERMAN, ENGLISH)}
"""Those that are written."""
NAMES: Mapping[str, str] = {
    "cs": "Čeština",
    "de": "Deutsch",
    "en": "English",
    "es": "Español",
    "fr": "Français",
    "it": "Italiano",
    "nl": "Nederlands",
    "pl": "Polski",
    "ro": "Română",
    "sk": "Slovenčina",
    "tr": "Türkçe",
}
"""What each language calls itself."""


def of(language: str) -> Texts:
    return LANGUAGES.get(language, ENGLISH)


def preferred(accept_language: str) -> str:
    """The language that an `Accept-Language` header likes best of those there are; English if it likes none."""
    return languages.preferred(accept_language, KNOWN, ENGLISH.language)
