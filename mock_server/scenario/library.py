"""The scenarios there are: those that ship, those of the tester's own folder or files, and those that were uploaded."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from mock_server.contract.problems import suggestion
from mock_server.scenario.checks import read_scenario
from mock_server.scenario.engine import Script
from mock_server.scenario.vocabulary import Vocabulary
from mock_server.strict_yaml import Mistake, MistakesError


class UnknownScenarioError(LookupError):
    """There is no scenario of this name; the message names the nearest one."""


@dataclass(frozen=True, slots=True)
class Shelved:
    """A scenario of the library, and where it came from."""

    script: Script
    source: str
    stamp: int | None = None
    """When its file was changed last, in nanoseconds; None where there is no file."""


class Library:
    """Scenarios by name. A file is read when it is first asked for, because reading all costs more than a start."""

    def __init__(self, folder: Path, vocabulary: Vocabulary) -> None:
        """`folder` and the folders in it hold one file a scenario, named like it."""
        self._folder = folder
        self._vocabulary = vocabulary
        self._files: dict[str, Path] | None = None
        self._shelved: dict[str, Shelved] = {}
        self.broken: dict[str, tuple[Mistake, ...]] = {}
        """What is wrong with the new text of a file whose old one stays on."""

    def names(self) -> list[str]:
        """What can be asked for, in the order of the alphabet."""
        return sorted({*self._paths(), *self._shelved})

    def all(self) -> Iterator[Shelved]:
        """Every scenario, read. MistakesError for the first file that is wrong."""
        for name in self.names():
            yield self.find(name)

    def find(self, name: str) -> Shelved:
        """The scenario of this name. UnknownScenarioError, or MistakesError if its file is wrong."""
        if name not in self._shelved:
            path = self._paths().get(name)
            if path is None:
                raise UnknownScenarioError(f"There is no scenario '{name}'.{suggestion(name, self.names())}")
            self._shelved[name] = self.read_file(path)
        return self._shelved[name]

    def open(self, name_or_file: str) -> Shelved:
        """A scenario by its name or, where it looks like one, from a file, which can then be asked for by name too."""
        if name_or_file.endswith((".yaml", ".yml", ".json")):
            shelved = self.read_file(Path(name_or_file))
            self._shelved[shelved.script.scenario.name] = shelved
            return shelved
        return self.find(name_or_file)

    def read_file(self, path: Path) -> Shelved:
        """The scenario in a file, whose name must be the file's. MistakesError."""
        try:
            text, stamp = path.read_text(encoding="utf-8"), path.stat().st_mtime_ns
        except (OSError, UnicodeDecodeError) as error:
            raise MistakesError([Mistake(str(path), 1, 1, f"It cannot be read: {error}.")]) from None
        shelved = Shelved(self._read(text, str(path)), str(path), stamp)
        name = shelved.script.scenario.name
        if name != path.stem:
            raise MistakesError([Mistake(str(path), 1, 1, f"The file is called '{path.stem}', its scenario '{name}'.")])
        return shelved

    def upload(self, text: str, source: str = "upload") -> Shelved:
        """Add a scenario, in the place of the one that has its name, if any. MistakesError."""
        shelved = Shelved(self._read(text, source), source)
        self._shelved[shelved.script.scenario.name] = shelved
        return shelved

    def reread(self, name: str) -> Shelved | None:
        """The scenario anew, if its file has changed since. MistakesError, and then the old one stays."""
        known = self._shelved.get(name)
        if known is None or known.stamp is None:
            return None
        path = Path(known.source)
        try:
            stamp = path.stat().st_mtime_ns
        except OSError:
            return None  # an editor may replace a file by deleting it first
        if stamp == known.stamp:
            return None
        self._shelved[name] = Shelved(known.script, known.source, stamp)  # a broken edit is told once
        self.broken.pop(name, None)
        try:
            self._shelved[name] = self.read_file(path)
        except MistakesError as error:
            self.broken[name] = error.mistakes
            raise
        return self._shelved[name]

    def _read(self, text: str, source: str) -> Script:
        return Script(read_scenario(text, source, self._vocabulary))

    def _paths(self) -> dict[str, Path]:
        if self._files is None:
            self._files = {path.stem: path for path in sorted(self._folder.rglob("*.yaml"))}
        return self._files
