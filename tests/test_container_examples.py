"""The Dockerfile and the examples of `examples/containers`, held against the settings.

Whether they are valid to those that read them is asked in `tests/container`.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from starlette.testclient import TestClient

from mock_server.clients import read_clients
from mock_server.settings import DEFAULT_PORT, Settings, variable
from mock_server.source import Source

ROOT = Path(__file__).resolve().parents[1]
EXAMPLES = ROOT / "examples" / "containers"
FILES = sorted(path for path in EXAMPLES.rglob("*") if path.suffix in (".yaml", ".py", ".java"))
EVERY_FILE = pytest.mark.parametrize("file", [ROOT / "Dockerfile", *FILES], ids=lambda file: file.name)

VARIABLES = {variable(name) for name in Settings.__dataclass_fields__}


def text_of(file: Path) -> str:
    return file.read_text(encoding="utf-8")


def found(node: Any, key: str) -> Iterator[Any]:
    """Every value under this key, however deep."""
    children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    if isinstance(node, dict) and key in node:
        yield node[key]
    for child in children:
        yield from found(child, key)


def documents(name: str) -> list[Any]:
    return list(yaml.safe_load_all(text_of(EXAMPLES / name)))


def test_there_is_an_example_for_each_way() -> None:
    assert [path.relative_to(EXAMPLES).as_posix() for path in FILES] == [
        "compose.yaml",
        "github-actions.yaml",
        "gitlab-ci.yaml",
        "kubernetes.yaml",
        "testcontainers/ShopTest.java",
        "testcontainers/test_shop.py",
    ]


@EVERY_FILE
def test_every_variable_is_that_of_a_setting(file: Path) -> None:
    used = set(re.findall(r"FINAPI_MOCK_[A-Z_]*[A-Z]", text_of(file)))
    assert used
    assert used <= VARIABLES


@EVERY_FILE
def test_the_port_is_the_one_that_the_server_has(file: Path) -> None:
    ports = re.findall(r"(?:finapi-mock:|localhost:|EXPOSE |containerPort: |PORT = )(\d+)", text_of(file))
    assert ports
    assert set(ports) == {str(DEFAULT_PORT)}


@EVERY_FILE
def test_the_health_is_asked_where_the_server_tells_it(file: Path, http: TestClient) -> None:
    for path in re.findall(r"/_mock/\w+", text_of(file)):
        assert http.get(path).status_code == 200


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_the_image_has_one_name(file: Path) -> None:
    images = re.findall(r"(?:image: |name: |IMAGE = \"|parse\(\")(?:registry\.example\.com/)?(finapi-mock:\S+?)\"?\)*$",
                        text_of(file), flags=re.M)  # fmt: skip
    assert set(images) == {"finapi-mock:latest"}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_the_clients_of_the_examples_are_clients(file: Path) -> None:
    [text] = clients_of(file)
    clients = read_clients(Source("FINAPI_MOCK_CLIENTS_YAML", text), "UNLICENSED")
    assert clients["shop"].client_secret == "shop-secret"


def clients_of(file: Path) -> list[str]:
    if file.suffix == ".yaml":
        content = documents(file.name)
        return [text for key in ("FINAPI_MOCK_CLIENTS_YAML", "clients.yaml") for text in found(content, key)]
    return re.findall(r'CLIENTS = """\n(.+?)"""', text_of(file), flags=re.S)


def test_the_manifest_makes_the_pod_as_small_as_it_can_be() -> None:
    [pod] = [document["spec"]["template"]["spec"] for document in documents("kubernetes.yaml") if "spec" in document
             and "template" in document["spec"]]  # fmt: skip
    [mock] = pod["containers"]
    assert pod["enableServiceLinks"] is False
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert mock["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    probes = [mock[f"{moment}Probe"]["httpGet"] for moment in ("startup", "readiness", "liveness")]
    assert probes == 3 * [{"path": "/_mock/health", "port": mock["ports"][0]["name"]}]
