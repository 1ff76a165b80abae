"""What is kept of a registration at a bank, and which banks it opens."""

from datetime import date

from mock_server.contract.documents import load, resource
from mock_server.domain import banks, tpp_credentials
from mock_server.domain.tpp_credentials import REGISTRATION

CATALOGUE = banks.from_data(load(resource("data", "banks.yaml")))
TODAY = date(2026, 8, 13)
WISH = {"tppAuthenticationGroupId": 1, "label": "My bank", "tppClientId": "a23312", "tppClientSecret": "rabbit"}


def test_the_registration_is_kept_and_an_edit_replaces_single_parts_of_it() -> None:
    created = tpp_credentials.create(WISH, 1, TODAY, CATALOGUE)
    assert created.registration == {"tppClientId": "a23312", "tppClientSecret": "rabbit"}
    edited = tpp_credentials.edit(created, {"tppClientSecret": "hare", "tppName": "A TPP"}, CATALOGUE)
    assert edited.registration == {"tppClientId": "a23312", "tppClientSecret": "hare", "tppName": "A TPP"}
    assert (edited.group_id, edited.label, edited.valid_from, edited.valid_until) == (1, "My bank", TODAY, None)


def test_an_edit_compares_a_new_end_with_the_old_beginning() -> None:
    created = tpp_credentials.create({**WISH, "validFromDate": "2026-09-01"}, 1, TODAY, CATALOGUE)
    assert tpp_credentials.edit(created, {"validUntilDate": "2026-09-01"}, CATALOGUE).valid_until == date(2026, 9, 1)


def test_credentials_open_the_banks_of_their_group_and_no_other() -> None:
    some = [
        tpp_credentials.create({**WISH, "tppAuthenticationGroupId": id}, id, TODAY, CATALOGUE)
        for id in CATALOGUE.tpp_groups
    ]
    for one in some:
        opened = [bank for bank in CATALOGUE if one in tpp_credentials.usable_at([bank], some)]
        assert opened == [bank for bank in CATALOGUE if one.group_id in bank.tpp_groups]
    assert tpp_credentials.usable_at([], some) == []


def test_the_parts_of_a_registration_are_those_of_the_document() -> None:
    schema = load(resource("openapi", "access.yaml"))["components"]["schemas"]["TppCredentialsParams"]
    assert set(REGISTRATION) == {name for name in schema["properties"] if name.startswith("tpp")} - {
        "tppAuthenticationGroupId"
    }
