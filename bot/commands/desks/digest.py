"""The part of the desk that says which digests somebody reads, and takes over how often they want them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bot.cases.digests.readers import (
    DigestReader,
    ReaderNow,
    choose,
    digest_readers,
    of_colleague,
    readers_now,
)
from bot.cases.digests.text import QUIET
from bot.cases.digests.times import turns
from bot.commands.asking import TERMINAL, Who
from bot.commands.replies.reply import Phrasing, Reply
from bot.commands.typed.digest import SetDigest, ShowDigests
from bot.config.settings import Settings
from bot.store.store import Store
from channels.base import plain


@dataclass(frozen=True, slots=True)
class DigestDesk:
    """Keeps what readers of digests chose in one store, under one set of settings."""

    store: Store
    settings: Settings
    now: datetime

    async def answer(self, phrasing: Phrasing, command: ShowDigests | SetDigest, who: Who) -> Reply:
        """What they read where they ask, or read from now on. The terminal is told of everybody."""
        if who.address.channel == TERMINAL:
            if isinstance(command, SetDigest):
                return phrasing.refusal("digest_in_chat")
            return await self._shown(phrasing, digest_readers(self.settings), named=True)
        meant = of_colleague(self.settings, who.address, who.place or who.address)
        if isinstance(command, ShowDigests):
            return await self._shown(phrasing, meant)
        wanted = [one for one in meant if command.subject in (None, one.subject)]
        if not wanted:
            return phrasing.refusal("digest_none")
        found = await self.store.write(self._chosen, wanted, command, str(who.address))
        return _lines([self._line(phrasing, one) for one in found])

    def _chosen(
        self, connection: Connection, wanted: Sequence[DigestReader], command: SetDigest, by: str
    ) -> list[ReaderNow]:
        return [choose(connection, self.settings, one, command.repeats, by, self.now) for one in wanted]

    async def _shown(
        self, phrasing: Phrasing, meant: Sequence[DigestReader], *, named: bool = False
    ) -> Reply:
        every, _ = await self.store.read(readers_now, self.settings)
        lines = [
            f"{one.reader.address}: {line}" if named else line
            for one in every
            if one.reader in meant
            for line in (self._line(phrasing, one),)
        ]
        if not lines:
            return phrasing.note("digest_none")
        return _lines(lines if named else [*lines, phrasing.text("digest_change")])

    def _line(self, p: Phrasing, one: ReaderNow) -> str:
        """What it is, how often it comes, when next, and since when it is quiet."""
        what = p.text(f"digest_of_{one.reader.subject}")
        if one.off:
            return p.text("digest_is_off", what=what)
        _, following = turns(one.repeats, self.settings.digest_at, one.work, self.now)
        at = p.words.forms.moment(following.at.astimezone(one.work.zone))
        said = p.text(f"digest_is_{one.repeats}", what=what, at=at)
        if one.row is not None and one.row.quiet >= QUIET:
            since = p.day(one.row.since.astimezone(one.work.zone).date())
            said += " " + p.text("digest_is_quiet", since=since)
        return said


def _lines(lines: Sequence[str]) -> Reply:
    return Reply((plain("\n".join(lines)),))
