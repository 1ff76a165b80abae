"""Bugs of the engine and of the checks that were found by using them, each with what should have happened."""

import pytest

from mock_server.scenario.checks import read_scenario
from mock_server.strict_yaml import MistakesError
from tests.scenario.texts import vocabulary


def places(rules: str) -> list[tuple[int, int]]:
    """Line and column of each mistake; the first line is that of `rules`."""
    with pytest.raises(MistakesError) as caught:
        read_scenario(f"{rules}\nname: one\ndescription: One.\n", "one.yaml", vocabulary())
    return [(it.line, it.column) for it in caught.value.mistakes]


@pytest.mark.parametrize(
    ("when", "line", "column"),
    [
        ("operation:\n        - getBank\n        - getBnk", 5, 11),
        ("operation: [getBank,\n        getAccount, getBnk]", 4, 21),
        ("tag:\n        - Accounts\n        - Acounts", 5, 11),
        ("operation: getAndSearchAllBanks\n      query:\n        perpage:\n          from: 1", 5, 9),
        ("operation: createLabel\n      body:\n        nme:\n          present: true", 5, 9),
    ],
)
def test_a_wrong_word_is_told_where_it_stands_not_where_its_list_or_its_value_begins(
    when: str, line: int, column: int
) -> None:
    assert places(f"rules:\n  - when:\n      {when}\n    then: {{delay: 1s}}") == [(line, column)]
