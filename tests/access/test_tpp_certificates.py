import pytest
from starlette.testclient import TestClient

from tests.access.tpp import CERTIFICATES, Admin
from tests.actors import Shop
from tests.certificates import PKCS8, certificate
from tests.refusals import access_error, told

QWAC = certificate()


@pytest.fixture
def admin(http: TestClient) -> Admin:
    return Admin(http)


def test_an_upload_answers_200_and_never_shows_a_key(admin: Admin) -> None:
    uploaded = admin.uploads(QWAC.upload(type="QSEALC", label="Signing till 2027"))
    assert uploaded == {
        "id": uploaded["id"],
        "certificateType": "QSEALC",
        "label": "Signing till 2027",
        "validFrom": "2026-01-01",
        "validUntil": "2027-12-31",
    }
    assert admin.sees(f"{CERTIFICATES}/{uploaded['id']}") == uploaded
    assert admin.sees(CERTIFICATES)["tppCertificates"] == [uploaded]


@pytest.mark.parametrize(
    ("order", "labels"),
    [
        (None, ["a", "B", "c"]),
        ("label", ["a", "B", "c"]),
        ("label,desc", ["c", "B", "a"]),
    ],
)
def test_the_list_is_ordered_by_label(admin: Admin, order: str | None, labels: list[str]) -> None:
    for label in ("c", "a", "B"):
        admin.uploads(QWAC.upload(label=label))
    listed = admin.sees(CERTIFICATES, **({} if order is None else {"order": order}))
    assert [one["label"] for one in listed["tppCertificates"]] == labels
    second = admin.sees(CERTIFICATES, page=2, perPage=1, **({} if order is None else {"order": order}))
    assert [one["label"] for one in second["tppCertificates"]] == labels[1:2]
    assert second["paging"] == {"page": 2, "perPage": 1, "pageCount": 3, "totalCount": 3}


def test_a_deleted_certificate_is_gone(admin: Admin) -> None:
    kept, gone = admin.uploads(QWAC.upload()), admin.uploads(QWAC.upload())
    path = f"{CERTIFICATES}/{gone['id']}"
    answer = admin.deletes(path)
    assert (answer.status_code, answer.content) == (200, b"")
    assert admin.sees(CERTIFICATES)["tppCertificates"] == [kept]
    for answer in (admin.gets(path), admin.deletes(path)):
        assert told(answer) == (404, access_error(answer, "UNKNOWN_ENTITY", "Resource not found", who="11/0"))


def test_a_refused_upload_leaves_no_trace_and_tells_no_secret(admin: Admin) -> None:
    body = QWAC.upload(privateKey=QWAC.key_pem(PKCS8, "a secret"), passphrase="the wrong one")
    answer = admin.posts(CERTIFICATES, body)
    message = "Field 'passphrase' not valid: the private key cannot be opened with it."
    assert told(answer) == (422, access_error(answer, "ILLEGAL_FIELD_VALUE", message, who="11/0"))
    assert admin.sees(CERTIFICATES)["tppCertificates"] == []
    (entry,) = [entry for entry in admin.journal() if entry["status"] == 422]
    assert entry["request"]["passphrase"] == entry["request"]["privateKey"] == "XXXXX"


def test_an_expired_certificate_is_refused_on_the_mandators_clock(admin: Admin) -> None:
    admin.moves_clock(set="2028-01-01T12:00:00Z")
    answer = admin.posts(CERTIFICATES, QWAC.upload())
    assert answer.status_code == 422
    assert "expired on 2027-12-31" in answer.json()["errors"][0]["message"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"type": "TLS"}, "type"),
        ({"label": ""}, "label"),
        ({"label": "x" * 257}, "label"),
        ({"publicKey": ""}, "publicKey"),
        ({"privateKey": "x" * 10001}, "privateKey"),
        ({"passphrase": "x" * 257}, "passphrase"),
        ({"validFromDate": "1.1.2026"}, "validFromDate"),
        ({"publicKeys": "x"}, "publicKeys"),
    ],
)
def test_the_limits_of_the_document_are_400(admin: Admin, change: dict[str, str], field: str) -> None:
    answer = admin.posts(CERTIFICATES, QWAC.upload(**change))
    assert answer.status_code == 400
    assert f"'{field}'" in answer.json()["errors"][0]["message"]


def test_certificates_are_the_admins_and_the_mandators(admin: Admin, shop: Shop, http: TestClient) -> None:
    uploaded = admin.uploads(QWAC.upload())
    alice = shop.welcomes("alice")
    for token in (shop.bearer(), alice.bearer):
        for path in (CERTIFICATES, f"{CERTIFICATES}/{uploaded['id']}"):
            assert http.get(path, headers=token).status_code == 403
    stranger = Admin(http)
    stranger.client_id = "other-admin"
    assert stranger.sees(CERTIFICATES)["tppCertificates"] == []
    assert stranger.gets(f"{CERTIFICATES}/{uploaded['id']}").status_code == 404
