"""Uploads of certificates: what is taken, and what is refused for which reason."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from mock_server.domain import tpp_certificates
from mock_server.domain.tpp_certificates import TppCertificate
from mock_server.errors import ApiError, Refusal
from tests.certificates import PKCS1, PKCS8, Paper, certificate, rsa_key

TODAY = date(2026, 8, 13)
QWAC = certificate()
RSA = certificate(key=rsa_key())
AUTHORITY = certificate("2020-01-01", "2040-01-01")
ISSUED = certificate(issuer=AUTHORITY)
SECRET = "follow the white rabbit"


def create(wish: Mapping[str, Any], day: date = TODAY) -> TppCertificate:
    return tpp_certificates.create(wish, 1, day)


def refusal(wish: Mapping[str, Any], day: date = TODAY) -> str:
    """Why an upload is refused. Nothing of a key or a passphrase may be repeated."""
    with pytest.raises(ApiError) as error:
        create(wish, day)
    assert error.value.refusal is Refusal.ILLEGAL_FIELD_VALUE
    assert SECRET not in str(error.value)
    assert "MII" not in str(error.value)
    return str(error.value)


@pytest.mark.parametrize("type_", ["QWAC", "QSEALC"])
def test_it_is_what_its_owner_says_and_valid_as_long_as_the_certificate(type_: str) -> None:
    made = create(QWAC.upload(type=type_, label="Signing"))
    assert made == TppCertificate(1, type_, "Signing", date(2026, 1, 1), date(2027, 12, 31))


def test_days_are_germanys_days() -> None:
    made = create(certificate("2025-12-31T23:30", "2027-06-30T21:59").upload())
    assert (made.valid_from, made.valid_until) == (date(2026, 1, 1), date(2027, 6, 30))


@pytest.mark.parametrize(
    "upload",
    [
        pytest.param(QWAC.upload(), id="PKCS#8"),
        pytest.param(QWAC.upload(privateKey=QWAC.key_pem(PKCS8, SECRET), passphrase=SECRET), id="PKCS#8, encrypted"),
        pytest.param(RSA.upload(privateKey=RSA.key_pem(PKCS1)), id="PKCS#1"),
        pytest.param(RSA.upload(privateKey=RSA.key_pem(PKCS1, SECRET), passphrase=SECRET), id="PKCS#1, encrypted"),
        pytest.param(QWAC.upload(passphrase=SECRET), id="a passphrase too many"),
        pytest.param(QWAC.upload(passphrase=""), id="an empty passphrase"),
        pytest.param(QWAC.upload(passphrase=None, caPublicKey=None, validFromDate=None), id="nulls"),
        pytest.param(
            QWAC.upload(publicKey=QWAC.pem.replace("\n", ""), privateKey=QWAC.key_pem().replace("\n", " ")),
            id="in one line each",
        ),
        pytest.param(QWAC.upload(publicKey=f"\r\n{QWAC.pem}\r\n".replace("\n", "\r\n")), id="from Windows"),
        pytest.param(ISSUED.upload(caPublicKey=AUTHORITY.pem), id="with its authority"),
    ],
)
def test_every_documented_form_is_taken(upload: Mapping[str, Any]) -> None:
    assert create(upload).valid_until == date(2027, 12, 31)


def sec1(paper: Paper) -> str:
    """The key with the header EC PRIVATE KEY."""
    pem: bytes = paper.key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    return pem.decode()


@pytest.mark.parametrize(
    ("upload", "reason"),
    [
        ({"publicKey": "no certificate"}, "'publicKey' not valid: it must be PEM with the header -----BEGIN CERTIF"),
        ({"publicKey": QWAC.key_pem()}, "'publicKey' not valid: it must be PEM"),
        ({"publicKey": QWAC.pem.replace("MII", "MMM")}, "'publicKey' not valid: it is no X.509 certificate"),
        ({"publicKey": QWAC.pem + QWAC.pem}, "'publicKey' not valid: "),
        ({"privateKey": "no key"}, "'privateKey' not valid: it must be PEM with the header -----BEGIN RSA PRIV"),
        ({"privateKey": QWAC.pem}, "'privateKey' not valid: it must be PEM"),
        ({"privateKey": sec1(QWAC)}, "'privateKey' not valid: it must be PEM"),
        ({"privateKey": QWAC.key_pem()[:80] + QWAC.key_pem()[-30:]}, "'privateKey' not valid: it is no private key"),
        ({"privateKey": certificate().key_pem()}, "'privateKey' not valid: it is not the key of the certificate"),
        ({"privateKey": RSA.key_pem()}, "'privateKey' not valid: it is not the key of the certificate"),
        ({"privateKey": QWAC.key_pem(PKCS8, SECRET)}, "'passphrase' not valid: the private key is encrypted"),
        (
            {"privateKey": QWAC.key_pem(PKCS8, SECRET), "passphrase": "guess"},
            "'passphrase' not valid: the private key cannot be opened with it",
        ),
        (
            {"privateKey": RSA.key_pem(PKCS1, SECRET), "publicKey": RSA.pem, "passphrase": "guess"},
            "'passphrase' not valid: the private key cannot be opened with it",
        ),
        (
            {"privateKey": RSA.key_pem(PKCS1, SECRET).replace("\n", ""), "publicKey": RSA.pem, "passphrase": SECRET},
            "not valid: the private key cannot be opened with it",
        ),
        ({"caPublicKey": "no certificate"}, "'caPublicKey' not valid: it must be PEM"),
        ({"caPublicKey": AUTHORITY.pem}, "'caPublicKey' not valid: it is not the authority that issued"),
    ],
)
def test_what_does_not_fit_together_is_refused(upload: Mapping[str, Any], reason: str) -> None:
    assert reason in refusal(QWAC.upload(**upload))


def test_an_authority_of_the_same_name_with_another_key_has_not_issued_it() -> None:
    impostor = certificate("2020-01-01", "2040-01-01")
    assert "'caPublicKey'" in refusal(ISSUED.upload(caPublicKey=impostor.pem))


@pytest.mark.parametrize(
    ("wish", "validity"),
    [
        ({"validFromDate": "2026-02-01"}, ("2026-02-01", "2027-12-31")),
        ({"validUntilDate": "2026-08-13"}, ("2026-01-01", "2026-08-13")),
        ({"validFromDate": "2026-01-01", "validUntilDate": "2027-12-31"}, ("2026-01-01", "2027-12-31")),
        ({"validFromDate": "2027-12-31", "validUntilDate": "2027-12-31"}, ("2027-12-31", "2027-12-31")),
    ],
)
def test_it_may_be_used_for_a_shorter_time(wish: Mapping[str, Any], validity: tuple[str, str]) -> None:
    made = create(QWAC.upload(**wish))
    assert (made.valid_from.isoformat(), made.valid_until.isoformat()) == validity


@pytest.mark.parametrize(
    ("wish", "reason"),
    [
        ({"validFromDate": "2025-12-31"}, "'validFromDate' not valid: the certificate is valid from 2026-01-01"),
        ({"validUntilDate": "2028-01-01"}, "'validUntilDate' not valid: the certificate is valid until 2027-12-31"),
        ({"validFromDate": "2027-05-02", "validUntilDate": "2027-05-01"}, "it lies before the first day of use"),
        ({"validUntilDate": "2026-08-12"}, "'validUntilDate' not valid: the certificate expired on 2026-08-12"),
    ],
)
def test_no_other_days_of_use(wish: Mapping[str, Any], reason: str) -> None:
    assert reason in refusal(QWAC.upload(**wish))


@pytest.mark.parametrize(("day", "is_valid"), [("2020-01-01", True), ("2027-12-31", True), ("2028-01-01", False)])
def test_an_expired_certificate_is_refused_and_a_future_one_is_not(day: str, is_valid: bool) -> None:
    if is_valid:
        assert create(QWAC.upload(), date.fromisoformat(day))
    else:
        assert "'publicKey' not valid: the certificate expired on 2027-12-31" in refusal(
            QWAC.upload(), date.fromisoformat(day)
        )


def test_any_curve_will_do() -> None:
    other = certificate(key=ec.generate_private_key(ec.SECP384R1()))
    assert create(other.upload())
    assert "'privateKey'" in refusal(QWAC.upload(privateKey=other.key_pem()))
