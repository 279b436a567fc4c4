"""The part of the desk that lets people into the dashboard: a link for whoever asks, and the end of their sessions."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from sqlalchemy import Connection

from bot.commands.asking import Who
from bot.commands.replies.reply import Phrasing, Reply
from bot.commands.typed.dashboard import ShowDashboard
from bot.config.settings import Settings
from bot.people.visits import LINK_LASTS, Visitor, end_visits, make_link
from bot.store.meta import put_value, value_under
from bot.store.store import Store
from channels.base import link, plain

_USUAL: Final = "http://127.0.0.1:8080"
"""Where a server listens that was started without `--port`."""
_HERE: Final = "here"
"""Under which name of `meta` it stands where the server listens that started last."""


def keep_here(connection: Connection, here: str) -> None:
    """Write down where a server listens on its machine, for links that a terminal makes there."""
    put_value(connection, _HERE, here)


@dataclass(frozen=True, slots=True)
class DashboardDesk:
    """Makes links into the dashboard of one server. `here` is where it listens on its own machine; a terminal takes the
    place that the server which started last wrote down, and before any did the usual port."""

    store: Store
    settings: Settings
    here: str | None
    now: datetime

    async def answer(self, phrasing: Phrasing, command: ShowDashboard, who: Who) -> Reply:
        """What is said to the asker alone, whoever reads along where they asked."""
        if command.off:
            ended = await self.store.write(end_visits, who.address)
            said = phrasing.counted("dashboard_off", ended) if ended else phrasing.text("dashboard_was_off")
            return Reply((plain(said),), private=True)
        visitor = Visitor(who.address, who.place or who.address)
        token = await self.store.write(make_link, visitor, self.now)
        here = self.here or await self.store.read(value_under, _HERE)
        url = f"{self.settings.public_url or here or _USUAL}/dashboard/in/{token}"
        minutes = phrasing.number(round(LINK_LASTS.total_seconds() / 60))
        body = [plain(phrasing.text("dashboard_link", minutes=minutes) + "\n"), link(url, url)]
        if self.settings.public_url is None:
            body.append(plain("\n" + phrasing.text("dashboard_here")))
            if here is None:
                port = urlsplit(_USUAL).port
                body.append(plain("\n" + phrasing.text("dashboard_port", port=port)))
        return Reply(tuple(body), private=True)
