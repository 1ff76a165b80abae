"""The certificates by which a mandator with a licence of its own proves to banks who it is.

Certificate and key are read for real. What is kept is what finAPI shows of them: nobody here
signs with the key, so it is forgotten after the check.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, NoReturn

from mock_server.clock import today
from mock_server.errors import ApiError, Refusal

# Imported where it is used: reading the library takes longer than reading all of ours.
if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
    from cryptography.x509 import Certificate

KEY_HEADERS = ("RSA PRIVATE KEY", "PRIVATE KEY", "ENCRYPTED PRIVATE KEY")
"""PKCS#1, and PKCS#8 without and with a passphrase. "Any other header" finAPI refuses, SEC1's too."""

_PEM = re.compile(r"\s*-----BEGIN ([A-Z0-9 ]+)-----(.+?)-----END \1-----\s*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class TppCertificate:
    """A certificate of the mandator. The dates are its first and its last day of use."""

    id: int
    type: str
    """`QWAC` or `QSEALC`, as its owner says."""
    label: str
    valid_from: date
    valid_until: date

    owner: None = None
    due_at: None = None


def create(wish: Mapping[str, Any], id: int, day: date) -> TppCertificate:
    """The certificate of an upload on `day`. ApiError 422, unless it is valid and the private key fits it."""
    certificate = _certificate("publicKey", wish["publicKey"])
    key = _private_key(wish["privateKey"], wish.get("passphrase") or "")
    if _spki(certificate.public_key()) != _spki(key.public_key()):
        _refuse("privateKey", "it is not the key of the certificate in publicKey.")
    if wish.get("caPublicKey"):
        _check_issuer(certificate, _certificate("caPublicKey", wish["caPublicKey"]))
    valid_from, valid_until = _validity(wish, certificate, day)
    return TppCertificate(id, wish["type"], wish["label"], valid_from, valid_until)


def _validity(wish: Mapping[str, Any], certificate: "Certificate", day: date) -> tuple[date, date]:
    """The certificate's days of validity, or fewer if its owner wants to use it for a shorter time."""
    first, last = today(certificate.not_valid_before_utc), today(certificate.not_valid_after_utc)
    valid_from = _day(wish.get("validFromDate")) or first
    valid_until = _day(wish.get("validUntilDate")) or last
    if valid_from < first:
        _refuse("validFromDate", f"the certificate is valid from {first}.")
    if valid_until > last:
        _refuse("validUntilDate", f"the certificate is valid until {last}.")
    if valid_until < valid_from:
        _refuse("validUntilDate", f"it lies before the first day of use, {valid_from}.")
    if valid_until < day:
        _refuse("publicKey" if valid_until == last else "validUntilDate", f"the certificate expired on {valid_until}.")
    return valid_from, valid_until


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _certificate(field: str, pem: str) -> "Certificate":
    from cryptography import x509
    from cryptography.exceptions import UnsupportedAlgorithm

    try:
        certificate = x509.load_pem_x509_certificate(_unfolded(field, pem, ("CERTIFICATE",)))
        certificate.public_key()
        return certificate
    except (ValueError, UnsupportedAlgorithm):
        _refuse(field, "it is no X.509 certificate; copy the PEM file from BEGIN to END.")


def _private_key(pem: str, passphrase: str) -> "PrivateKeyTypes":
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    data = _unfolded("privateKey", pem, KEY_HEADERS)
    is_encrypted = b"ENCRYPTED" in data
    if is_encrypted and not passphrase:
        _refuse("passphrase", "the private key is encrypted and needs one.")
    try:
        return load_pem_private_key(data, passphrase.encode() if is_encrypted else None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        if is_encrypted:
            _refuse("passphrase", "the private key cannot be opened with it.")
        _refuse("privateKey", "it is no private key; copy the PEM file from BEGIN to END.")


def _unfolded(field: str, pem: str, headers: tuple[str, ...]) -> bytes:
    """The PEM with its line breaks restored: finAPI needs them only where lines say how a PKCS#1 key is encrypted."""
    found = _PEM.fullmatch(pem)
    if found is None or found[1] not in headers:
        _refuse(field, f"it must be PEM with the header {' or '.join(f'-----BEGIN {name}-----' for name in headers)}.")
    if "Proc-Type:" in found[2]:
        return pem.strip().encode()
    base64 = "".join(found[2].split())
    lines = [base64[start : start + 64] for start in range(0, len(base64), 64)]
    return "\n".join([f"-----BEGIN {found[1]}-----", *lines, f"-----END {found[1]}-----", ""]).encode()


def _check_issuer(certificate: "Certificate", authority: "Certificate") -> None:
    from cryptography.exceptions import InvalidSignature

    try:
        certificate.verify_directly_issued_by(authority)
    except (ValueError, TypeError, InvalidSignature):
        _refuse("caPublicKey", "it is not the authority that issued the certificate in publicKey.")


def _spki(public_key: Any) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    encoded: bytes = public_key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return encoded


def _refuse(field: str, reason: str) -> NoReturn:
    raise ApiError(Refusal.ILLEGAL_FIELD_VALUE, f"Field '{field}' not valid: {reason}")
