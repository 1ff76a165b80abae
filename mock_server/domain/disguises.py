"""What becomes of a bank connection whose bank treats its customer like another test user: a scenario says so."""

from dataclasses import replace
from datetime import UTC, datetime

from mock_server.domain.accounts import BankConnection, ConnectedInterface, NewTerms
from mock_server.domain.logins import CUSTOMERS, Customer, disguised

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def treated_as(connection: BankConnection, other: str) -> BankConnection:
    """The connection from now on. What its customer has agreed to does not count where the other would be asked."""
    customer = CUSTOMERS[other]
    return replace(
        connection,
        login=disguised(connection.login, other),
        interfaces=tuple(_treated(interface, customer) for interface in connection.interfaces),
    )


def _treated(interface: ConnectedInterface, customer: Customer) -> ConnectedInterface:
    if customer.has_new_terms:
        return replace(interface, new_terms=interface.new_terms or NewTerms.AHEAD)
    if not customer.needs_sca:
        return interface
    return replace(interface, consent=None, authorised_at=LONG_AGO)
