"""Pages that are live: one look at the database a second for all who watch, whatever page they are on.

A look asks what is new, who of the watchers is still let in, and, where something is new, reads each view once for all
who see the same. A watcher has room for one picture: who is slow misses some and sees the newest, and holds nobody up.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable, Hashable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic
from typing import Any, Final

from sqlalchemy import Connection, func, select

from bot.clock import Clock
from bot.commands.asking import Who, who_asks
from bot.context import Context
from bot.logs import Failures
from bot.people.visits import Visitor, open_visits
from bot.store.schema import answer, case_event, occurrence, thread_message, wave_event
from bot.store.store import Store

EVERY: Final = 1.0  # seconds between two looks
ANEW: Final = 10
"""So often a picture is made anew though nothing new was said: time passes, and questions go out."""
REST: Final = 9
"""So many times as long as a look took that read views, none reads any: pages never take more than a tenth of a core
from replies, however many different things are watched while much is said."""
MOST: Final = 200
"""Watchers of one process; webhooks must not wait for a place (see `bot.web.listening.AT_ONCE`)."""

_NEWS: Final = select(
    *(
        select(func.max(table.c.id)).scalar_subquery()
        for table in (answer, case_event, thread_message, wave_event, occurrence)
    )
)


@dataclass(frozen=True, slots=True)
class LiveView:
    """A part of a page that changes by itself: its name, and what it is about, such as the number of a case."""

    name: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class LivePicture:
    """A view as somebody sees it: the markup, and by which it is known."""

    html: str

    @property
    def mark(self) -> str:
        return hashlib.sha256(self.html.encode()).hexdigest()[:16]


ReadView = Callable[[Connection, LiveView, Who, datetime], Any]
DrawView = Callable[[LiveView, Any], LivePicture]


@dataclass(eq=False, slots=True)
class Watcher:
    """One open page; `seen` is the mark of what it shows, `next` what it is to show, None that it is over."""

    digest: str
    who: Who
    view: LiveView
    seen: str
    new: bool = True  # no look was for it yet
    next: asyncio.Queue[LivePicture | None] = field(default_factory=lambda: asyncio.Queue(1))

    @property
    def sight(self) -> Hashable:
        """Who has the same sees the same: all admins, and else each for themself."""
        return self.view, self.who.role if self.who.managers is None else self.who

    def show(self, picture: LivePicture | None) -> None:
        """Have it show this, and nothing that it did not come to."""
        while not self.next.empty():
            self.next.get_nowait()
        self.next.put_nowait(picture)


class Live:
    """Looks for all open pages of one process until it is cancelled. `read` gets the values of a view and `draw` its
    markup."""

    name = "pages"

    def __init__(self, store: Store, context: Context, clock: Clock, read: ReadView, draw: DrawView) -> None:
        self._store, self._context, self._clock = store, context, clock
        self._read, self._draw = read, draw
        self._watchers: set[Watcher] = set()
        self._ended = False
        self._news: Any = None
        self._looks = 0
        self._rests_until = 0.0

    @property
    def full(self) -> bool:
        """Whether there is no place for another page."""
        return self._ended or len(self._watchers) >= MOST

    async def watch(
        self, digest: str, who: Who, view: LiveView, seen: str
    ) -> AsyncIterator[LivePicture | None]:
        """What a page is to show, as it changes, from what it has `seen` on. The last is None where the visit ended;
        at the end of the server there is no last."""
        watcher = Watcher(digest, who, view, seen)
        self._watchers.add(watcher)
        try:
            while not self._ended:
                picture = await watcher.next.get()
                if picture is None:
                    if not self._ended:
                        yield None
                    return
                yield picture
        finally:
            self._watchers.discard(watcher)

    def end(self) -> None:
        """End all live pages at once, and let no other begin: the server stops."""
        self._ended = True
        for watcher in self._watchers:
            watcher.show(None)

    async def run(self) -> None:
        """Look once a second while anybody watches."""
        failures = Failures("pages.failed", self.name)
        while True:
            await self._clock.sleep(EVERY)
            with failures.survived():
                await self.look()

    async def look(self) -> None:
        """Look once."""
        if not self._watchers:
            return
        watchers = tuple(self._watchers)
        now, began = self._clock.now(), monotonic()
        visitors, news, values = await self._store.read(self._found, watchers, now)
        self._looks += 1
        pictures = {sight: self._draw(view, read) for sight, (view, read) in values.items()}
        if pictures:
            self._news = news
            self._rests_until = monotonic() + REST * (monotonic() - began)
        for watcher in watchers:
            if self._who(visitors.get(watcher.digest)) != watcher.who:
                watcher.show(None)
                continue
            picture = pictures.get(watcher.sight)
            watcher.new = watcher.new and picture is None
            if picture is not None and picture.mark != watcher.seen:
                watcher.seen = picture.mark
                watcher.show(picture)

    def _who(self, visitor: Visitor | None) -> Who | None:
        return None if visitor is None else who_asks(self._context.settings, visitor.actor, visitor.place)

    def _found(
        self, connection: Connection, watchers: tuple[Watcher, ...], now: datetime
    ) -> tuple[Mapping[str, Visitor], Any, dict[Hashable, tuple[LiveView, Any]]]:
        visitors = open_visits(connection, {one.digest for one in watchers}, now)
        news = tuple(connection.execute(_NEWS).one())
        values: dict[Hashable, tuple[LiveView, Any]] = {}
        wanted = news != self._news or self._looks % ANEW == 0 or any(one.new for one in watchers)
        if wanted and monotonic() >= self._rests_until:
            for one in watchers:
                if one.sight not in values and self._who(visitors.get(one.digest)) == one.who:
                    values[one.sight] = one.view, self._read(connection, one.view, one.who, now)
        return visitors, news, values
