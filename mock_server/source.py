"""A text that somebody gives to the server: in a file or, where it cannot be given files, as it is."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Source:
    """Where a text is."""

    name: str
    """What messages call it: the path of the file, or the setting that holds the text."""
    text: str | None = None
    """None: what is in the file."""

    def read(self) -> str:
        """ValueError, in one line, if there is no such file or it is not UTF-8."""
        if self.text is not None:
            return self.text
        try:
            return Path(self.name).read_text(encoding="utf-8")
        except OSError as error:
            raise ValueError(f"{self.name}: {error.strerror}") from None
        except UnicodeDecodeError as error:
            raise ValueError(f"{self.name}: {error}") from None
