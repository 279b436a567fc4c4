"""The demo page in a browser, and the phones on it as a test reads them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from urllib.parse import urljoin

from playwright.async_api import Browser, Locator, Page, ViewportSize, expect

from bot.demo.page import page as demo_served
from bot.demo.plug import Plug
from sandbox import AdjustableClock
from tests.support.patience import PATIENCE
from tests.support.watched_page import watched_page

IN_BROWSER = 1000 * PATIENCE  # the browser counts in milliseconds
MORNING: Final = datetime(2026, 11, 24, 8, 15, tzinfo=UTC)
"""A Tuesday, a quarter past nine in Amsterdam: what comes in working hours, or a day ahead, comes on every day and at
every hour at which the tests run."""
SPEED: Final = 5.0
"""Seconds of the demo's day for each real one: it waits between two messages to one person, and a provider waits before
it tries again. A lease of ten lasts two real ones then, and one process remembers what it has under way."""
UNDO: Final = 5.0
"""For so many seconds a start can be undone, by demo.yaml."""
DESKTOP = ViewportSize(width=1440, height=900)

ADMIN = "Admin at Acme (Slack, admin)"
SLACK = "Buyer at Globex (Slack, customer)"
TELEGRAM = "Planner at Initech (Telegram, customer)"
SMS = "Owner of Hooli (SMS, customer)"
MANAGER = "Sales (Slack, account manager)"
SUPPORT = "Support (Telegram, account manager)"


@dataclass(frozen=True, slots=True)
class OnePhone:
    """One phone on the page, found by the name that a screen reader says."""

    region: Locator

    @property
    def log(self) -> Locator:
        return self.region.get_by_role("log")

    @property
    def newest(self) -> Locator:
        return self.log.get_by_role("listitem").last

    @property
    def said(self) -> Locator:
        """What the bot said on it."""
        return self.log.locator("li[data-from=bot]")

    @property
    def field(self) -> Locator:
        return self.region.get_by_role("textbox")

    def button(self, name: str) -> Locator:
        return self.region.get_by_role("button", name=name, exact=True)

    async def type(self, text: str) -> None:
        """Write a message and send it with the Enter key."""
        await self.field.fill(text)
        await self.field.press("Enter")

    async def reply(self, text: str) -> None:
        """Answer the first message of the bot on it: in Slack in its thread."""
        await self.log.get_by_role("button", name="Reply").first.click()
        await self.type(text)

    async def shows(self, *texts: str) -> None:
        """Wait until all of these stand on the phone."""
        for text in texts:
            await expect(self.log).to_contain_text(text)


@dataclass(frozen=True, slots=True)
class DemoPage:
    """The page, what went wrong in the browser meanwhile, and the plug of the server behind it."""

    page: Page
    problems: list[str]
    plug: Plug

    def phone(self, name: str) -> OnePhone:
        return OnePhone(self.page.get_by_role("region", name=name, exact=True))

    def lever(self, name: str) -> Locator:
        """A button by which the visitor upsets the bot."""
        return self.page.get_by_role("button", name=name, exact=True)

    async def says(self, text: str) -> None:
        """Wait until the page says so beside the levers."""
        await expect(self.page.get_by_role("status").filter(has_text=text)).to_have_count(1)

    async def start_the_campaign(self) -> None:
        """The admin's command and its confirmation, which is not taken back."""
        admin = self.phone(ADMIN)
        await admin.type("/nps start demo")
        await admin.shows("Plan for demo", "In the audience: 3")
        await admin.button("Start").click()
        await admin.shows("Wave 1 of demo has started")
        await self.page.request.post(urljoin(self.page.url, "/sandbox/clock"), data={"jump": UNDO})


@asynccontextmanager
async def demo_page(
    browser: Browser,
    folder: Path,
    clock: AdjustableClock | None = None,
    seed: int | None = None,
    language: str = "en",
) -> AsyncIterator[DemoPage]:
    """The demo on a free port, with a fresh database, opened in the browser. Nothing but it is reachable. Its day
    begins at `MORNING` where no clock is given."""
    expect.set_options(timeout=IN_BROWSER)
    async with demo_served(0, folder, clock or AdjustableClock(MORNING, SPEED), seed, language) as served:
        context = await browser.new_context(viewport=DESKTOP, locale="en-GB", timezone_id="Europe/Amsterdam")
        context.set_default_timeout(IN_BROWSER)
        page, problems = await watched_page(context, served.url)
        await page.goto(served.url)
        await expect(page.get_by_role("status").get_by_text("Live")).to_be_visible()
        yield DemoPage(page, problems, served.plug)
        await context.close()
