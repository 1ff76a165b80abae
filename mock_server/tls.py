"""Certificates for `--tls`: an authority (CA) that is made on first use and kept, and a server certificate that it
signs at every start.

The authority keeps its key when its certificate is renewed. So clients that trust an older copy of `ca.pem` go on
working until that copy ends, and servers that start at the same time cannot undo each other's work.
"""

import os
import ssl
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from tempfile import TemporaryDirectory, mkstemp
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from mock_server.settings import CA_FILE, Settings

KEY_FILE = "ca-key.pem"
AUTHORITY_LIFETIME = timedelta(days=3650)
SERVER_LIFETIME = timedelta(days=397)
"""More than browsers accept of a public authority; who runs a server for longer starts it again."""
SLACK = timedelta(days=1)
"""How far behind ours a client's clock may be."""
LOOPBACK = ("localhost", "127.0.0.1", "::1")
EVERY_ADDRESS = ("0.0.0.0", "::")  # noqa: S104 # nothing is bound here
REMEDY = f"delete {CA_FILE} and {KEY_FILE}, and let clients trust the new {CA_FILE} that the next start makes"

Key = ec.EllipticCurvePrivateKey


@dataclass(frozen=True, slots=True)
class Authority:
    """Who signs the server's certificates."""

    key: Key
    certificate: x509.Certificate


def context(settings: Settings, now: datetime) -> ssl.SSLContext:
    """How the server encrypts. ValueError names the file that is missing or broken, and the remedy."""
    if settings.cert is not None and settings.key is not None:
        return _from_files(settings.cert, settings.key)
    pem = issued(authority(settings.certificates, now), hosts(settings), now)
    with TemporaryDirectory(prefix="finapi-mock-") as folder:  # OpenSSL reads from files only; this one is for us alone
        path = Path(folder) / "server.pem"
        path.write_bytes(pem)
        return _server_context(path)


def hosts(settings: Settings) -> tuple[str, ...]:
    """The names and addresses by which clients reach the server."""
    advertised = urlsplit(settings.base_url).hostname if settings.base_url else None
    also = [name for name in (advertised, settings.host) if name and name not in EVERY_ADDRESS]
    return tuple(dict.fromkeys([*LOOPBACK, *also]))


# Keeping the authority


def authority(folder: Path, now: datetime) -> Authority:
    """The authority in `folder`; what it lacks, or what ends too soon, is made. ValueError if it cannot be used."""
    key_file, certificate_file = folder / KEY_FILE, folder / CA_FILE
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not key_file.exists():
            _check_no_trust_is_lost(certificate_file, key_file)
            _keep_first(_key_pem(ec.generate_private_key(ec.SECP256R1())), key_file)
        key = _read_key(key_file)
        certificate = _read_certificate(certificate_file, key) if certificate_file.exists() else None
        if certificate is None or certificate.not_valid_after_utc < now + SERVER_LIFETIME:
            certificate = self_signed(key, now)
            draft = _draft(certificate.public_bytes(Encoding.PEM), folder)
            draft.chmod(0o644)
            draft.replace(certificate_file)
    except OSError as error:
        raise ValueError(
            f"--tls keeps its CA in {folder}, but {error.filename or folder}: {error.strerror}; "
            "choose another folder with --tls-dir, or bring a certificate of your own with --cert and --key"
        ) from None
    return Authority(key, certificate)


def _check_no_trust_is_lost(certificate_file: Path, key_file: Path) -> None:
    # In this order, because another server that starts at this moment makes the key first.
    if certificate_file.exists() and not key_file.exists():
        raise ValueError(
            f"{certificate_file}: its key, {KEY_FILE}, is missing in the same folder; "
            f"put it back, or delete {CA_FILE} and let clients trust the new one that the next start makes"
        )


def _keep_first(pem: bytes, path: Path) -> None:
    """Keep the key, unless another server that starts at this moment has been quicker."""
    draft = _draft(pem, path.parent)
    with suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()


def _draft(content: bytes, folder: Path) -> Path:
    """A new file, which nobody else may read. What it becomes is there with all of its content, or not at all."""
    number, path = mkstemp(dir=folder)
    with os.fdopen(number, "wb") as file:
        file.write(content)
    return Path(path)


def _read_key(path: Path) -> Key:
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise ValueError(f"{path}: is not the key that --tls has made; {REMEDY}")
    return key


def _read_certificate(path: Path, key: Key) -> x509.Certificate:
    try:
        certificate = x509.load_pem_x509_certificate(path.read_bytes())
    except ValueError:
        raise ValueError(f"{path}: is not a certificate; {REMEDY}") from None
    if certificate.public_key() != key.public_key():
        raise ValueError(f"{path}: does not belong to {KEY_FILE} beside it; {REMEDY}")
    return certificate


# Signing


def self_signed(key: Key, now: datetime) -> x509.Certificate:
    """The authority's certificate. The same key gives the same name, so a renewed one stands for the older ones."""
    fingerprint = x509.SubjectKeyIdentifier.from_public_key(key.public_key()).digest.hex()[:8]
    name = _name(f"finapi-mock CA {fingerprint}")
    return (
        _builder(key, name, now, AUTHORITY_LIFETIME)
        .issuer_name(name)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(key_cert_sign=True, crl_sign=True), critical=True)
        .sign(key, SHA256())
    )


def issued(authority: Authority, hosts: Sequence[str], now: datetime) -> bytes:
    """A new key and a certificate for these names and addresses, as PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = (
        _builder(key, _name("finapi-mock"), now, SERVER_LIFETIME)
        .issuer_name(authority.certificate.subject)
        .add_extension(x509.SubjectAlternativeName([_alternative(host) for host in hosts]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(digital_signature=True), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key()), critical=False)
        .sign(authority.key, SHA256())
    )
    return _key_pem(key) + certificate.public_bytes(Encoding.PEM)


def _builder(key: Key, name: x509.Name, now: datetime, lifetime: timedelta) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - SLACK)
        .not_valid_after(now + lifetime)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


_NO_USAGE = dict.fromkeys(
    (
        "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
        "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
    ),
    False,
)  # fmt: skip


def _usage(**allowed: bool) -> x509.KeyUsage:
    return x509.KeyUsage(**_NO_USAGE | allowed)


def _alternative(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(host))
    except ValueError:
        pass
    try:
        return x509.DNSName(host.encode("idna").decode())
    except UnicodeError:
        raise ValueError(f"--base-url: '{host}' is no host name that a certificate could be for") from None


def _key_pem(key: Key) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


# Handing over to OpenSSL


def _from_files(certificate: Path, key: Path) -> ssl.SSLContext:
    """A context with the user's files. OpenSSL does not say which of the two it dislikes, so it is found out here."""
    for name, path in (("--cert", certificate), ("--key", key)):
        try:
            path.read_bytes()
        except OSError as error:
            raise ValueError(f"{name}: {path}: {error.strerror}") from None
    try:
        return _server_context(certificate, key)
    except ssl.SSLError as error:
        is_mismatch = error.reason == "KEY_VALUES_MISMATCH"
        problem = "the key does not belong to the certificate" if is_mismatch else f"{_PEM} ({error})"
        raise ValueError(f"--cert {certificate}, --key {key}: {problem}") from None


_PEM = "must be PEM files, with BEGIN CERTIFICATE and BEGIN PRIVATE KEY"


def _server_context(certificate: Path, key: Path | None = None) -> ssl.SSLContext:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(certificate, key, password=_no_password)
    return made


def _no_password() -> str:
    """Without it OpenSSL would ask at the terminal."""
    raise ValueError(
        "--key: is encrypted; decrypt it first, for example with `openssl pkey -in key.pem -out plain.pem`"
    )
