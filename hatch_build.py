"""Build hook: what the wheel carries besides the package itself.

The folders of YAML that stand beside the package in a checkout, and every document in the compiled
form that a start can read at once. Nothing is written into the source tree, and what earlier starts
left there is not taken along.
"""

import importlib.util
import shutil
import tempfile
from pathlib import Path
from types import ModuleType
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

MOVED = {"openapi": "mock_server/openapi", "scenarios": "mock_server/scenarios"}
COMPILED = "mock_server/_compiled"
DOCUMENTS = ("openapi/*.yaml", "mock_server/data/*.yaml")


class CompileDocuments(BuildHookInterface):  # type: ignore[type-arg] # generic over what nobody here reads
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":  # reads the folders where they are
            return
        root = Path(self.root)
        documents = _documents_module(root)
        self.compiled = Path(tempfile.mkdtemp(prefix="compiled-documents-"))
        for pattern in DOCUMENTS:
            for document in sorted(root.glob(pattern)):
                documents.load(document, self.compiled)
        build_data["force_include"].update({str(root / folder): target for folder, target in MOVED.items()})
        build_data["force_include"][str(self.compiled)] = COMPILED

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        if version != "editable":
            shutil.rmtree(self.compiled)


def _documents_module(root: Path) -> ModuleType:
    """`mock_server.contract.documents` by its file: its package would ask for more than a build has."""
    spec = importlib.util.spec_from_file_location("documents", root / "mock_server/contract/documents.py")
    assert spec is not None  # noqa: S101 # the file is there
    assert spec.loader is not None  # noqa: S101 # and is Python
    documents = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(documents)
    return documents
