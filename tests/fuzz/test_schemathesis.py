"""Schemathesis against both APIs: what their documents say holds for requests that nobody has thought of.

All its checks, in all its phases: examples, coverage, fuzzing with valid and invalid data, and stateful.
"""

from pathlib import Path

import pytest

from tests.fuzz.runs import Report, fuzz

pytestmark = pytest.mark.fuzz
"""With two workers each gets two tests at first: the long ones stand first and third."""

ENDINGS = {
    "what the user has": r"deleteAll\w+",
    "the user": "deleteAuthorizedUser",
    "other users, tokens and secrets": "deleteUsers|revokeToken|changeClientCredentials",
    "the version": "switchApiVersion",
}
"""Operations that end what the others need. Each group has a server of its own."""


def holds(report: Report) -> None:
    """No failure, no error; and requests were accepted: a server that answers 401 to everything would hold, too."""
    assert report.status == 0, report.text
    assert not report.facts["errors"], report.text
    assert report.facts["complete"], report.text
    succeeded = {name for name, (accepted, _) in report.rates.items() if accepted}
    assert len(succeeded) >= 0.95 * report.tested, f"only {len(succeeded)} of {report.tested} operations: {succeeded}"
    accepted, sent = (sum(column) for column in zip(*report.rates.values(), strict=True))
    assert accepted >= 0.1 * sent, f"only {accepted} of {sent} valid requests were accepted"


def test_access_keeps_to_its_document(tmp_path: Path) -> None:
    holds(fuzz("access", tmp_path, "--exclude-operation-id-regex", f"^({'|'.join(ENDINGS.values())})$"))


def test_no_more_than_five_entries_are_allowed_each_with_its_reason() -> None:
    pytest.importorskip("schemathesis")
    from tests.fuzz.allowed import ALLOWED  # late: the extra may not be installed where tests are only collected

    assert len(ALLOWED) <= 5
    assert all(entry.reason for entry in ALLOWED)


def test_web_form_keeps_to_its_document(tmp_path: Path) -> None:
    holds(fuzz("webform", tmp_path))


@pytest.mark.parametrize("group", ENDINGS.values(), ids=ENDINGS)
def test_access_keeps_to_its_document_where_something_ends(tmp_path: Path, group: str) -> None:
    holds(fuzz("access", tmp_path, "--include-operation-id-regex", f"^({group})$"))
