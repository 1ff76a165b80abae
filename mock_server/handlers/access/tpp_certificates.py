"""TPP certificates, which belong to the mandator: its admin client uploads and deletes them."""

from mock_server.clock import today
from mock_server.domain import tpp_certificates
from mock_server.domain.tpp_certificates import TppCertificate
from mock_server.errors import ApiError, Refusal
from mock_server.exchange import Call, Reply, World
from mock_server.handlers.access import tpp_views as views
from mock_server.paging import arrange


def get_all_certificates(call: Call, world: World) -> Reply:
    page = call.page_of(arrange(world.store.all(TppCertificate), call.query["order"], {"label": lambda one: one.label}))
    return Reply({"tppCertificates": [views.tpp_certificate(one) for one in page.items], "paging": page.paging()})


def create_new_certificate(call: Call, world: World) -> Reply:
    certificate = tpp_certificates.create(call.body, world.ids.number("tpp_certificate"), today(call.now))
    world.store.put(certificate)
    return Reply(views.tpp_certificate(certificate))


def get_certificate(call: Call, world: World) -> Reply:
    return Reply(views.tpp_certificate(_certificate(call, world)))


def delete_certificate(call: Call, world: World) -> Reply:
    world.store.delete(_certificate(call, world))
    return Reply()


def _certificate(call: Call, world: World) -> TppCertificate:
    certificate = world.store.find(TppCertificate, call.path["id"])
    if certificate is None:
        raise ApiError(Refusal.UNKNOWN_ENTITY)
    return certificate
