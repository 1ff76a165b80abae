"""Certificates and credentials of a TPP as Access shows them: never a key, never a secret."""

from mock_server.domain.banks import TppAuthenticationGroup
from mock_server.domain.tpp_certificates import TppCertificate
from mock_server.domain.tpp_credentials import TppCredentials
from mock_server.handlers.access.views import Json, present


def tpp_certificate(certificate: TppCertificate) -> Json:
    return {
        "id": certificate.id,
        "certificateType": certificate.type,
        "label": certificate.label,
        "validFrom": certificate.valid_from.isoformat(),
        "validUntil": certificate.valid_until.isoformat(),
    }


def tpp_credentials(credentials: TppCredentials) -> Json:
    until = credentials.valid_until
    return present(
        {
            "id": credentials.id,
            "label": credentials.label,
            "tppAuthenticationGroupId": credentials.group_id,
            "validFrom": credentials.valid_from.isoformat(),
            "validUntil": None if until is None else until.isoformat(),
        }
    )


def tpp_authentication_group(group: TppAuthenticationGroup) -> Json:
    return {"id": group.id, "name": group.name}
