"""Reading the files of scenarios again as soon as they change (`--watch`)."""

import asyncio
import logging

from mock_server.exchange import Worlds
from mock_server.scenario.library import Library
from mock_server.strict_yaml import MistakesError

log = logging.getLogger("finapi_mock")

ROUND = 0.25
"""Seconds between two looks: an edit takes effect within half a second."""


class Watcher:
    """Looks after the files of the scenarios that are on."""

    def __init__(self, worlds: Worlds, library: Library) -> None:
        self._worlds = worlds
        self._library = library

    async def work(self) -> None:
        """Until cancelled."""
        while True:
            await asyncio.sleep(ROUND)
            self.look()

    def look(self) -> None:
        """Go on by the new text of each file that has changed. A wrong one is told, and the old text stays on."""
        for name in sorted(self._names()):
            try:
                shelved = self._library.reread(name)
            except MistakesError as error:
                log.warning("%s\nThe scenario goes on as it was.", error)
                continue
            if shelved is not None:
                self._worlds.go_on_with(shelved.script)

    def _names(self) -> set[str]:
        stages = [world.stage for world in self._worlds if world.stage is not None]
        on = {play.scenario.name for stage in stages for play in (*stage.plays, *stage.guests.values())}
        return on | {script.scenario.name for script in self._worlds.scripts}
