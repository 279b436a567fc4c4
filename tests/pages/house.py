"""A company with two account managers, cases in every lane, and the dashboard over it."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

import httpx

from bot.commands.desk import Desk
from bot.config.settings import Settings
from bot.pages.dashboard import Dashboard
from bot.people.visits import Visitor, make_link
from bot.store.store import Store
from bot.web.web import web
from bot.words import words_for
from channels.base import Address
from tests.support.bot_under_test import MANAGER, Bot, Customer, settings_of
from tests.support.manual_clock import ManualClock
from tests.support.worlds import in_world

OTHER: Final = Address("slack", "UOTHER")
HOST: Final = "http://npsbot"
STRANGER: Final = Address("slack", "USTRANGER")
GLOBEX: Final = ("Buyer at Globex", "Planner at Globex", "Owner at Globex")
INITECH: Final = ("Buyer at Initech", "Planner at Initech")
_SAID: Final = {
    "Buyer at Globex": ("2", "the invoice was wrong again, twice in a row"),
    "Planner at Globex": ("9", "quick answers, and they know our planning"),
    "Owner at Globex": ("4", "delivery came three days late <b>again</b>"),
    "Buyer at Initech": ("1", "nobody called me back"),
    "Planner at Initech": ("7", "fine, but the app is slow"),
}


def house_settings(**more: Any) -> Settings:
    """Acme with two account managers; cases are to be taken within a working day."""
    managers = {"Manager": str(MANAGER), "Other": str(OTHER)}
    return settings_of(account_managers=managers, **more)


def house_of(store: Store, clock: ManualClock, **more: Any) -> "House":
    """The bot of `house_settings` over a store, and its dashboard."""
    bot = Bot(store, house_settings(**more), clock=clock)
    return House(bot, Dashboard.over(store, bot.context, clock))


@dataclass(frozen=True, slots=True)
class House:
    """A bot with its dashboard."""

    bot: Bot
    dashboard: Dashboard

    async def fill(self) -> None:
        """Five customers of two accounts answered: of three cases one is taken, and two are open."""
        await in_world(self.bot, _answered)

    async def link(self, actor: Address, place: Address | None = None) -> str:
        """The path of a new link for somebody."""
        visitor = Visitor(actor, place or actor)
        token = await self.bot.store.write(make_link, visitor, self.bot.clock.now())
        return f"/dashboard/in/{token}"

    @asynccontextmanager
    async def browser(self, actor: Address | None = None) -> AsyncIterator[httpx.AsyncClient]:
        """A browser that knows nobody, or in which somebody signed in."""
        receive = dict.fromkeys(self.bot.channels, _nothing)
        asgi = web(self.bot.store, self.bot.context, {}, receive, self.bot.clock, self.dashboard.routes)
        transport = httpx.ASGITransport(asgi)
        async with httpx.AsyncClient(transport=transport, base_url=HOST, headers={"Origin": HOST}) as opened:
            if actor is not None:
                answer = await press(opened, await self.link(actor))
                assert answer.status_code == 303, answer.text
            yield opened

    async def asked(self, actor: Address, line: str = "dashboard", place: Address | None = None) -> str:
        """What the chat answers to a command, as text."""
        words = words_for("admin", self.bot.settings.language)
        context = self.bot.context
        desk = Desk(self.bot.store, context.settings, context.limits, words, self.bot.clock.now, context.here)
        return (await desk.carry_out(actor, line, place)).text


async def _answered(bot: Bot) -> None:
    names = (*GLOBEX, *INITECH)
    await bot.start(
        *(
            Customer(
                name,
                slack=f"U{number}",
                account=name.rpartition(" ")[2],
                manager="Manager" if name in GLOBEX else "Other",
            )
            for number, name in enumerate(names)
        )
    )
    for number, name in enumerate(names):
        for words in _SAID[name]:
            await bot.say(f"slack:U{number}", words)
        await bot.work()
        bot.clock.advance(hours=9)
    await bot.press(str(MANAGER), "c:1:take")
    await bot.work()


async def press(
    browser: httpx.AsyncClient, path: str, headers: Mapping[str, str] | None = None
) -> httpx.Response:
    """Press the button of a link, as a browser sends a form without fields."""
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    return await browser.post(path, content=b"", headers={**form, **(headers or {})})


async def _nothing(_events: object) -> None:
    return


def token_in(html: str) -> str:
    """The token of the forms of a page."""
    return html.partition('name="token" value="')[2].partition('"')[0]
