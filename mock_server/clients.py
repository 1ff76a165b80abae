"""The clients file: who may call, and with which rights."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from mock_server.contract.problems import article, suggestion, type_of
from mock_server.domain.configuration import SETTINGS, USUAL, Configuration
from mock_server.domain.users import LICENSES, License
from mock_server.exchange import RegisteredClient
from mock_server.source import Source

# fmt: off
KEYS: Mapping[str, type] = {
    "client_id":     str,
    "client_secret": str,
    "mandator":      str,
    "admin":         bool,
    "license":       str,
    "data_decryption_key": str,
    **{name: setting.type for name, setting in SETTINGS.items()},
}
# fmt: on
REQUIRED = ("client_id", "client_secret")
DECRYPTION_KEY = re.compile("[0-9a-f]{32}")


def read_clients(source: Source, license: License, usual: Configuration = USUAL) -> dict[str, RegisteredClient]:
    """The clients of a file, by client_id. ValueError names file, line and key, and suggests the nearest valid word.

    Clients without a `mandator` are mandators of their own; `license` and `usual` say what is not said of one.
    """
    clients: dict[str, RegisteredClient] = {}
    for where, entry in _entries(source):
        client = _client(where, entry, license, usual)
        if client.client_id in clients:
            raise ValueError(f"{where}: there are two clients '{client.client_id}'")
        clients[client.client_id] = client
    return clients


def _client(where: str, entry: Mapping[str, Any], license: License, usual: Configuration) -> RegisteredClient:
    _check(where, entry)
    if entry.get("license", license) not in LICENSES:
        raise ValueError(f"{where}: license must be one of {', '.join(LICENSES)}")
    key = entry.get("data_decryption_key")
    if key is not None and not DECRYPTION_KEY.fullmatch(key):
        raise ValueError(f"{where}: data_decryption_key must have 32 hexadecimal digits in lower case")
    return RegisteredClient(
        client_id=entry["client_id"],
        client_secret=entry["client_secret"],
        mandator=entry.get("mandator", entry["client_id"]),
        is_admin=entry.get("admin", False),
        license=entry.get("license", license),
        configuration=replace(usual, **_settings(where, entry)),
        data_decryption_key=key,
    )


def _settings(where: str, entry: Mapping[str, Any]) -> dict[str, Any]:
    """What an entry says about the client's configuration, by field."""
    settings: dict[str, Any] = {}
    for name, setting in SETTINGS.items():
        if name in entry:
            try:
                settings[setting.field] = setting.read(entry[name])
            except ValueError as error:
                raise ValueError(f"{where}: {name} {error}") from None
    return settings


def _check(where: str, entry: Mapping[str, Any]) -> None:
    """ValueError unless all keys are known and of their type, and those are there that must be."""
    for key, value in entry.items():
        if key not in KEYS:
            raise ValueError(f"{where}: there is no key '{key}'.{suggestion(str(key), list(KEYS))}")
        if type(value) is not KEYS[key]:
            wanted, given = article(type_of(KEYS[key]())), article(type_of(value))
            raise ValueError(f"{where}: {key} must be {wanted}, not {given} (quote it?)")
    for key in REQUIRED:
        if not entry.get(key):
            raise ValueError(f"{where}: {key} is missing")


def _entries(source: Source) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The entries under `clients:` with their places (`clients.yaml:3`)."""
    import yaml  # late: most runs have no clients file

    try:
        root = yaml.compose(source.read(), Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        raise ValueError(f"{source.name}: {error}") from None
    constructor = yaml.SafeLoader("")
    pairs = root.value if isinstance(root, yaml.MappingNode) else []
    if [key.value for key, _ in pairs] != ["clients"] or not isinstance(pairs[0][1], yaml.SequenceNode):
        raise ValueError(f"{source.name}: expected one key 'clients' with a list of clients below it")
    for node in pairs[0][1].value:
        where = f"{source.name}:{node.start_mark.line + 1}"
        if not isinstance(node, yaml.MappingNode):
            raise ValueError(f"{where}: a client is a mapping such as {{client_id: shop, client_secret: secret}}")
        try:
            entry: dict[Any, Any] = constructor.construct_mapping(node, deep=True)
        except yaml.YAMLError as error:
            raise ValueError(f"{where}: {error}") from None
        yield where, entry
