"""What end users have chosen for all of their forms: the language of the pages."""

from dataclasses import dataclass

LANGUAGES = ("cs", "de", "en", "es", "fr", "it", "nl", "pl", "ro", "sk", "tr")
"""The languages of Web Form 2.0."""


@dataclass(frozen=True, slots=True)
class FormLanguage:
    """The language that a user has chosen; it counts for the forms to come as well. `id` is that of the user."""

    id: str
    language: str

    due_at: None = None

    @property
    def owner(self) -> str:
        return self.id
