"""The examples, held against the schemas of those that read them; and the one in Python is run."""

import runpy
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
import yaml

from mock_server.settings import DEFAULT_PORT
from tests.container.containers import Container, Image, container

pytestmark = pytest.mark.container

EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "containers"


@pytest.mark.parametrize(
    ("name", "schema"),
    [
        ("compose.yaml", "vendor.compose-spec"),
        ("github-actions.yaml", "vendor.github-workflows"),
        ("gitlab-ci.yaml", "vendor.gitlab-ci"),
    ],
)
def test_it_is_valid(name: str, schema: str, capsys: pytest.CaptureFixture[str]) -> None:
    check_jsonschema = pytest.importorskip("check_jsonschema", reason="needs the extra 'container'")
    with pytest.raises(SystemExit) as ended:
        check_jsonschema.main(["--builtin-schema", schema, str(EXAMPLES / name)])
    assert ended.value.code == 0, capsys.readouterr().out


def test_the_manifest_is_valid() -> None:
    kubernetes_validate = pytest.importorskip("kubernetes_validate", reason="needs the extra 'container'")
    resources = list(yaml.safe_load_all((EXAMPLES / "kubernetes.yaml").read_text(encoding="utf-8")))
    assert [resource["kind"] for resource in resources] == ["Secret", "ConfigMap", "Deployment", "Service"]
    for resource in resources:
        kubernetes_validate.validate(resource, kubernetes_validate.latest_version(), strict=True)


def test_the_tests_with_testcontainers_pass(image: Image, monkeypatch: pytest.MonkeyPatch) -> None:
    """Their container is one of ours, because there may be no engine."""
    module = pytest.importorskip("testcontainers.core.container", reason="needs the extra 'container'")
    running: list[Container] = []
    with ExitStack() as containers:

        def start(self: Any) -> Any:
            assert (self.image, self.ports) == ("finapi-mock:latest", {str(DEFAULT_PORT): None})
            running.append(containers.enter_context(container(image, **self.env)))
            return self

        monkeypatch.setattr(module, "DockerClient", Mock())
        monkeypatch.setattr(module.DockerContainer, "start", start)
        monkeypatch.setattr(module.DockerContainer, "get_container_host_ip", lambda self: "localhost")
        monkeypatch.setattr(module.DockerContainer, "get_exposed_port", lambda self, port: running[0].port)
        example = runpy.run_path(str(EXAMPLES / "testcontainers" / "test_shop.py"))
        urls = example["finapi"].__wrapped__()
        example["test_a_user_gets_a_web_form"](next(urls))
        urls.close()
    assert len(running) == 1
