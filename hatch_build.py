"""Build hook: the wheel carries its YAML documents also in the form that a start can read at once."""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).parent
DOCUMENTS = ("openapi/*.yaml", "mock_server/data/*.yaml")


class CompileDocuments(BuildHookInterface):  # type: ignore[type-arg]
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if self.target_name != "wheel" or version == "editable":
            return
        sys.path.insert(0, str(ROOT))
        from mock_server.contract.documents import COMPILED, load

        for pattern in DOCUMENTS:
            for document in ROOT.glob(pattern):
                load(document)
        build_data["force_include"][str(COMPILED)] = "mock_server/_compiled"
