"""Keys and certificates, made for a test and good for nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import NameOID

PKCS1, PKCS8 = PrivateFormat.TraditionalOpenSSL, PrivateFormat.PKCS8


@dataclass(frozen=True)
class Paper:
    """A certificate and its private key."""

    certificate: x509.Certificate
    key: Any

    @property
    def pem(self) -> str:
        return self.certificate.public_bytes(Encoding.PEM).decode()

    def key_pem(self, form: PrivateFormat = PKCS8, passphrase: str = "") -> str:
        encryption = BestAvailableEncryption(passphrase.encode()) if passphrase else NoEncryption()
        pem: bytes = self.key.private_bytes(Encoding.PEM, form, encryption)
        return pem.decode()

    def upload(self, **more: Any) -> Mapping[str, Any]:
        """The body that uploads it."""
        return {"type": "QWAC", "label": "My QWAC", "publicKey": self.pem, "privateKey": self.key_pem(), **more}


@lru_cache
def rsa_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def certificate(
    first: str = "2026-01-01", last: str = "2027-12-31", *, key: Any = None, issuer: Paper | None = None
) -> Paper:
    """A certificate that is valid from noon of one day, or an instant, to another; without issuer it signs itself."""
    own = key or ec.generate_private_key(ec.SECP256R1())
    name = _name("A TPP" if issuer else "An authority")
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer.certificate.subject if issuer else name)
        .public_key(own.public_key())
        .serial_number(42)
        .not_valid_before(_instant(first))
        .not_valid_after(_instant(last))
        .sign(issuer.key if issuer else own, SHA256())
    )
    return Paper(signed, own)


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}T12:00" if len(text) == 10 else text).replace(tzinfo=UTC)
