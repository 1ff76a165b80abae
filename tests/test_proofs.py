"""Every emulated operation has a test that proves it."""

from collections import Counter

import pytest

from mock_server.operations import OPERATIONS
from tests.docs.markdown import ROOT
from tests.proofs import ADVICE, complaints, kept, renewed

LABELS, OTHERS, JOURNEY = "tests/access/test_labels.py", "tests/access/test_others.py", "tests/journeys/test_all.py"
CREATE, READ = "access.createLabel", "access.getLabel"


def test_every_emulated_operation_is_proved_by_a_module_that_exists() -> None:
    assert set(kept()) == set(OPERATIONS), ADVICE
    assert not [module for module in set(kept().values()) if not (ROOT / module).is_file()], ADVICE


@pytest.mark.parametrize(
    ("proofs", "seen", "expected"),
    [
        ({CREATE: LABELS}, [(CREATE, LABELS)], []),
        ({CREATE: LABELS}, [(CREATE, OTHERS)], [f"{CREATE} should be proved by {LABELS}, but never succeeds there"]),
        ({}, [(CREATE, LABELS)], [f"{CREATE} is emulated, but no test proves it"]),
        ({CREATE: LABELS, READ: LABELS}, [(CREATE, LABELS)], [f"{READ} has a proof, but is not emulated"]),
    ],
)
def test_proofs_are_held_against_what_was_seen(
    proofs: dict[str, str], seen: list[tuple[str, str]], expected: list[str]
) -> None:
    assert complaints(proofs, seen, [CREATE]) == expected


@pytest.mark.parametrize(
    ("proofs", "seen", "modules", "expected"),
    [
        # nothing is known yet: the module that mirrors the handler, or the one with most tests
        ({}, {(CREATE, LABELS): 1, (CREATE, OTHERS): 9}, {LABELS, OTHERS}, {CREATE: LABELS}),
        ({}, {(CREATE, JOURNEY): 1, (CREATE, OTHERS): 9}, {JOURNEY, OTHERS}, {CREATE: OTHERS}),
        ({}, {}, {OTHERS}, {}),
        # what was chosen by hand stays while it holds, and while nobody has looked
        ({CREATE: JOURNEY}, {(CREATE, LABELS): 1, (CREATE, JOURNEY): 1}, {LABELS, JOURNEY}, {CREATE: JOURNEY}),
        ({CREATE: JOURNEY}, {(CREATE, LABELS): 1}, {LABELS}, {CREATE: JOURNEY}),
        ({CREATE: JOURNEY}, {(CREATE, LABELS): 1}, {LABELS, JOURNEY}, {CREATE: LABELS}),
        # an operation that is gone loses its proof
        ({READ: LABELS}, {(CREATE, LABELS): 1, (READ, LABELS): 1}, {LABELS}, {CREATE: LABELS}),
    ],
)
def test_proofs_are_renewed_from_what_was_seen(
    proofs: dict[str, str], seen: dict[tuple[str, str], int], modules: set[str], expected: dict[str, str]
) -> None:
    assert renewed(proofs, Counter(seen), modules, [CREATE]) == expected
