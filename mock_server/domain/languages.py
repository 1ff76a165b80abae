"""The languages in which finAPI speaks, and which of them a caller likes best."""

from collections.abc import Collection

GERMAN = "de"
LANGUAGES = (GERMAN, "en", "cs", "sk")


def preferred(accept_language: str, known: Collection[str] = LANGUAGES, otherwise: str = GERMAN) -> str:
    """The language of `known` that an `Accept-Language` header likes best; if it likes none, another."""
    if not accept_language:  # as in nearly all requests
        return otherwise
    liked: dict[str, float] = {}
    for choice in accept_language.split(","):
        name, _, weight = choice.partition(";")
        language = name.strip().lower().split("-")[0]
        if language in known:
            liked[language] = max(_weight(weight), liked.get(language, 0.0))
    best = max(liked, key=lambda language: liked[language], default=otherwise)
    return best if liked.get(best) else otherwise


def _weight(parameter: str) -> float:
    """The value of `q=0.8`; 1 where there is none, 0 where it is no number from 0 to 1."""
    text = parameter.strip().removeprefix("q=")
    try:
        weight = float(text or 1)
    except ValueError:
        return 0.0
    return weight if 0 <= weight <= 1 else 0.0
