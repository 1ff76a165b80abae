"""The settings of the calling client: shown, and edited as far as a client may."""

from dataclasses import replace

from mock_server.domain import configuration, mandators
from mock_server.domain.mandators import ONLY, Mandator
from mock_server.domain.users import Client
from mock_server.exchange import Call, Reply, World
from mock_server.handlers.access import admin_views
from mock_server.handlers.access.views import Json


def get_client_configuration(call: Call, world: World) -> Reply:
    return Reply(_shown(call.client, call, world))


def edit_client_configuration(call: Call, world: World) -> Reply:
    own = configuration.edit(call.client.configuration, call.body, strict=world.setup.strict)
    edited = replace(call.client, configuration=own)
    mandator = mandators.edit(world.store.find(Mandator, ONLY) or Mandator(), call.body)
    world.store.put(edited, mandator)
    warnings = tuple(
        f"finAPI would refuse {name}: it wants https and a host with a dot (--strict does too)"
        for name in configuration.refused_callbacks(call.body)
    )
    return Reply(_shown(edited, call, world), warnings=warnings)


def _shown(client: Client, call: Call, world: World) -> Json:
    countries = sorted({bank.location for bank in world.setup.banks if bank.location is not None})
    known = world.setup.categories.seen_by((), call.language)
    return admin_views.client_configuration(client, world.configuration_of(client), countries, known)
