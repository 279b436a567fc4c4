"""config.yaml taken in anew while the server runs: looked at every two seconds, checked whole, and told.

A file that cannot be used changes nothing; the admins hear on which line it is wrong. What runs keeps its terms.
"""

import asyncio
import os
import re
from datetime import datetime
from pathlib import Path
from typing import Final

import structlog
from sqlalchemy import Connection

from bot.cases.admins import tell_admins
from bot.clock import Clock
from bot.config.accepted import (
    Accepted,
    KeyValues,
    accept,
    changed_keys,
    fixed,
    newest_accepted,
    newest_number,
)
from bot.config.settings import ConfigError, Settings, checked
from bot.config.yaml_file import read_config
from bot.context import Context
from bot.logs import Failures
from bot.people.moves import moved, moves
from bot.store.store import Store

log = structlog.get_logger()

EVERY: Final = 2.0  # seconds
_QUOTED: Final = re.compile(r"(?<!\w)'[^']*'")
_TOLD: Final = 5  # problems; who mends them finds the others with `npsbot check`


class Rereading:
    """Keeps the settings of one process as its file, or another process's, has them now; until it is cancelled."""

    name = "settings"

    def __init__(self, store: Store, context: Context, source: Path, clock: Clock) -> None:
        self._store, self._context, self._source, self._clock = store, context, source, clock
        self._read: tuple[int, int, int] | None = None  # the file that was read last
        self._seen: tuple[int, int, int] | None = None  # the file at the last look
        self._gone = False  # whether it was said that there is no file
        self._fixed: KeyValues = {}  # what this process began with
        self._in_file: KeyValues = {}  # the same keys as the file has them now
        self._used: Accepted | None = None

    async def begin(self) -> None:
        """Go by the file as it is now, and have all others do so. Raises ConfigError where it cannot be used."""
        self._read = self._seen = _mark(self._source)
        values = await asyncio.to_thread(self._from_file)
        self._fixed = self._in_file = fixed(values)
        await self._store.write(accept, values, self._clock.now())
        await self._adopt()

    async def run(self) -> None:
        """Look again and again."""
        failures = Failures("settings.failed", self.name)
        while True:
            await self._clock.sleep(EVERY)
            with failures.survived():
                await self.look()

    async def look(self) -> None:
        """Take in the file where it has changed and lies still, and then what all go by."""
        before, self._seen = self._seen, _mark(self._source)
        # A file that is being written is left alone until the next look.
        if self._seen is not None and self._seen == before and self._seen != self._read:
            self._read = self._seen
            await self._take_in()
        # An editor may take it away for a moment.
        gone = self._seen is None and (before is None or self._gone)
        if gone and not self._gone:
            log.warning("settings.gone", file=self._source.name)
        self._gone = gone
        await self._adopt()

    async def _take_in(self) -> None:
        now = self._clock.now()
        try:
            values = await asyncio.to_thread(self._from_file)
        except ConfigError as error:
            said = [one.replace(str(self._source), self._source.name) for one in error.problems[:_TOLD]]
            log.warning(
                "settings.refused", problems=len(error.problems), sentences=list(map(_without_values, said))
            )
            await self._store.write(self._tell, "settings_refused", now, problems="\n".join(said))
            return
        await self._store.write(accept, values, now)
        if fixed(values) != self._in_file:
            self._in_file = fixed(values)
            if keys := changed_keys(self._fixed, self._in_file):
                log.warning("settings.restart_needed", keys=keys)
                await self._store.write(self._tell, "settings_restart", now, keys=", ".join(keys))

    def _from_file(self) -> KeyValues:
        values = read_config(self._source, os.environ)
        checked(values, str(self._source), file=self._source)
        return values

    async def _adopt(self) -> None:
        """Go by what was accepted last, if that is not so already."""
        if self._used is not None and await self._store.read(newest_number) == self._used.number:
            return
        newest = await self._store.read(newest_accepted)
        if newest is None:
            return
        before, self._used = self._used, newest
        try:
            settings = await asyncio.to_thread(
                checked, {**newest.values, **self._fixed}, f"version {newest.number} of the settings"
            )
        except ConfigError as error:  # of a process whose channels are others
            log.warning("settings.not_for_this_process", version=newest.number, problems=len(error.problems))
            return
        settings = moved(settings, await self._store.read(moves))
        await self._store.write(self._go_by, settings, before, newest, self._clock.now())

    def _go_by(
        self,
        connection: Connection,
        settings: Settings,
        before: Accepted | None,
        newest: Accepted,
        now: datetime,
    ) -> None:
        """In a write, so that nothing that is written meanwhile sees two versions."""
        self._context.settings = settings
        if before is None:
            log.info("settings.taken", version=newest.number)
            return
        keys = changed_keys(before.values, newest.values)
        log.info("settings.taken", version=newest.number, keys=keys)
        self._tell(connection, "settings_taken", now, str(newest.number), keys=", ".join(keys))

    def _tell(
        self, connection: Connection, /, text: str, now: datetime, once: str | None = None, **values: str
    ) -> None:
        """Tell the admins, once for each state of the file, or under the key `once`."""
        assert self._read is not None  # noqa: S101 - nothing is told before a file was read
        said = self._context.manager_words.text(text, file=self._source.name, **values)
        key = f"{text}:{self._read[0] if once is None else once}"
        tell_admins(connection, self._context, key, said, now)


def _without_values(sentence: str) -> str:
    """A sentence as it may stand in a log: a wrong address would be one there."""
    return _QUOTED.sub("'…'", sentence)


def _mark(path: Path) -> tuple[int, int, int] | None:
    """What tells one state of a file from another; None where it is not there."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
