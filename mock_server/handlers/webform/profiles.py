"""Customisation profiles: create, list, read, edit, delete."""

from collections.abc import Mapping
from typing import Any

from mock_server.domain import profiles
from mock_server.domain.profiles import Profile
from mock_server.errors import invalid
from mock_server.exchange import Call, Reply, World
from mock_server.handlers.webform import profile_views
from mock_server.paging import arrange


def create_profile(call: Call, world: World) -> Reply:
    warnings = _warnings(call.body, world)
    profile = profiles.create(
        call.body,
        id=world.ids.uuid("profile"),
        owner=world.mandator,
        number=world.ids.number("profile"),
        now=call.now,
    )
    return _keep(profile, world, warnings)


def get_profiles(call: Call, world: World) -> Reply:
    mine = sorted(world.store.owned(Profile, world.mandator), key=lambda profile: profile.number)
    page = call.page_of(arrange(mine, call.query["order"], {"createdAt": lambda profile: profile.created_at}))
    return Reply(profile_views.page(page, profile_views.profile))


def get_profile(call: Call, world: World) -> Reply:
    return Reply(profile_views.profile(_profile(call, world)))


def edit_profile(call: Call, world: World) -> Reply:
    profile = _profile(call, world)
    warnings = _warnings(call.body, world)
    return _keep(profiles.edit(profile, call.body), world, warnings)


def delete_profile(call: Call, world: World) -> Reply:
    world.store.delete(_profile(call, world))
    return Reply()


def _profile(call: Call, world: World) -> Profile:
    profile = world.store.find(Profile, call.path["id"])
    if profile is None:
        raise profiles.unknown(call.path["id"])
    return profile


def _keep(profile: Profile, world: World, warnings: tuple[str, ...]) -> Reply:
    profiles.check_unique(profile, world.store.owned(Profile, world.mandator))
    world.store.put(profile)
    return Reply(profile_views.profile(profile), warnings=warnings)


def _warnings(wish: Mapping[str, Any], world: World) -> tuple[str, ...]:
    """What finAPI would refuse (--strict does too: ApiError 400), and what has no effect here."""
    reserved = profiles.reserved(wish)
    if reserved and world.setup.strict:
        raise invalid(*reserved)
    return (
        *(f"finAPI would refuse {one.field}: {one.message} (--strict does too)" for one in reserved),
        *(
            f"finapi-mock does not know this value of {place}; it counts as not set"
            for place in profiles.meaningless(wish)
        ),
    )
