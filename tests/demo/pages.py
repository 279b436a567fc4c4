"""The demo page in a browser, and the phones on it as a test reads them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Browser, Locator, Page, ViewportSize, expect

from bot.demo.cast import CONTACTS, cast
from bot.demo.stage import stage
from channels.sandbox import World

PATIENCE = 15_000  # milliseconds; a busy machine needs a few seconds for what takes tenths of one
DESKTOP = ViewportSize(width=1440, height=900)

ADMIN = "Admin at Acme (Slack, admin)"
SLACK = "Buyer at Globex (Slack, customer)"
TELEGRAM = "Planner at Initech (Telegram, customer)"
SMS = "Owner of Hooli (SMS, customer)"
MANAGER = "Account manager (Slack, account manager)"


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
    def field(self) -> Locator:
        return self.region.get_by_role("textbox")

    def button(self, name: str) -> Locator:
        return self.region.get_by_role("button", name=name, exact=True)

    async def type(self, text: str) -> None:
        """Write a message and send it with the Enter key."""
        await self.field.fill(text)
        await self.field.press("Enter")

    async def shows(self, *texts: str) -> None:
        """Wait until all of these stand on the phone."""
        for text in texts:
            await expect(self.log).to_contain_text(text)


@dataclass(frozen=True, slots=True)
class DemoPage:
    """The page, and what went wrong in the browser meanwhile."""

    page: Page
    problems: list[str]

    def phone(self, name: str) -> OnePhone:
        return OnePhone(self.page.get_by_role("region", name=name, exact=True))

    async def start_the_campaign(self) -> None:
        """The admin's command and its confirmation."""
        admin = self.phone(ADMIN)
        await admin.type("/nps start demo")
        await admin.shows("Plan for demo", "In the audience: 3")
        await admin.button("Start").click()
        await admin.shows("Wave 1 of demo has started")


@asynccontextmanager
async def demo_page(browser: Browser, folder: Path, world: World | None = None) -> AsyncIterator[DemoPage]:
    """The demo on a free port, with a fresh database, opened in the browser. Nothing but it is reachable."""
    expect.set_options(timeout=PATIENCE)
    world = world or World()
    cast(world)
    contacts = folder / "contacts.csv"
    contacts.write_text(CONTACTS, "utf-8")
    async with stage(world, 0, folder / "demo.db", contacts) as set_up:
        context = await browser.new_context(viewport=DESKTOP, locale="en-GB", timezone_id="Europe/Amsterdam")
        context.set_default_timeout(PATIENCE)
        page = await context.new_page()
        problems: list[str] = []
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda said: problems.append(said.text) if said.type == "error" else None)
        page.on(
            "request",
            lambda sent: (
                None if sent.url.startswith(set_up.url) else problems.append(f"asked for {sent.url}")
            ),
        )
        await page.goto(set_up.url)
        await expect(page.get_by_role("status").get_by_text("Live")).to_be_visible()
        yield DemoPage(page, problems)
        await context.close()
