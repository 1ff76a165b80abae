"""The mandator's translation set: create, list, read, delete. To change it, it has to be made anew."""

from mock_server.domain import translations
from mock_server.domain.translations import TranslationSet
from mock_server.exchange import Call, Reply, World
from mock_server.handlers.webform import profile_views


def create_translation(call: Call, world: World) -> Reply:
    translations.check_only(world.store.owned(TranslationSet, world.mandator))
    created = translations.create(call.body, id=world.ids.uuid("translation_set"), owner=world.mandator, now=call.now)
    world.store.put(created)
    return Reply(profile_views.translation_set(created))


def get_translations(call: Call, world: World) -> Reply:
    page = call.page_of(list(world.store.owned(TranslationSet, world.mandator)))
    return Reply(profile_views.page(page, profile_views.translation_set))


def get_translation(call: Call, world: World) -> Reply:
    return Reply(profile_views.translation_set(_translation_set(call, world)))


def delete_translation(call: Call, world: World) -> Reply:
    world.store.delete(_translation_set(call, world))
    return Reply()


def _translation_set(call: Call, world: World) -> TranslationSet:
    found = world.store.find(TranslationSet, call.path["id"])
    if found is None:
        raise translations.unknown(call.path["id"])
    return found
