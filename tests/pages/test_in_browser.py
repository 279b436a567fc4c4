"""The pages in a real browser: as they look to axe, and as they work with and without scripts."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Literal

import pytest
import pytest_asyncio
from axe_playwright_python.async_playwright import Axe  # type: ignore[import-untyped]  # it has no types
from playwright.async_api import Browser, Page, expect

from bot.store.store import Store
from bot.web.listening import listening
from bot.web.web import web
from channels.base import Address
from tests.pages.house import House, house_of
from tests.support.bot_under_test import ADMIN, MANAGER
from tests.support.databases import Databases
from tests.support.manual_clock import ManualClock
from tests.support.pages import IN_BROWSER
from tests.support.watched_page import watched_page

pytestmark = pytest.mark.asyncio(loop_scope="session")  # the browser's
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
WIDTHS = (390, 900, 1600)
PAGES = (
    *("", "cases", "cases/open/1", "case/1", "case/2", "accounts", "account/1", "score?by=account_manager"),
    *("score/answers", "score/themes", "campaigns", "people?q=Globex", "people?q=Buyer+at+Globex"),
)


@pytest.fixture
def databases(sqlite_databases: Databases) -> Databases:
    """One engine: what stands on the pages is tried on both beside this, and what a browser makes of it is no matter
    of the database."""
    return sqlite_databases


@pytest_asyncio.fixture(loop_scope="session")
async def address(store: Store, clock: ManualClock) -> AsyncIterator[tuple[House, str]]:
    """The company of five customers, with its dashboard served."""
    house = house_of(store, clock)
    await house.fill()
    expect.set_options(timeout=IN_BROWSER)
    asgi = web(store, house.bot.context, {}, {}, clock, house.dashboard.routes)
    async with listening(asgi, "127.0.0.1", 0, house.dashboard.live.end) as port:
        yield house, f"http://127.0.0.1:{port}"


@asynccontextmanager
async def _signed_in(
    browser: Browser, address: tuple[House, str], who: Address, *, scripts: bool = True
) -> AsyncIterator[Page]:
    """A browser in which somebody came in by a link; at the end nothing may have gone wrong in it."""
    house, url = address
    context = await browser.new_context(java_script_enabled=scripts, locale="en-GB")
    context.set_default_timeout(IN_BROWSER)
    # That nobody is signed in any more is no fault.
    page, problems = await watched_page(context, url, expected="401")
    await page.goto(url + await house.link(who))
    await page.get_by_role("button", name="Open the dashboard").click()
    await page.wait_for_url(f"{url}/dashboard/")
    yield page
    await context.close()
    assert problems == []


async def test_axe_finds_nothing_on_any_page(browser: Browser, address: tuple[House, str]) -> None:
    await _looks_well(browser, address, ADMIN, PAGES)
    await _looks_well(browser, address, MANAGER, ("case/2",))  # who has a case writes on its page


async def _looks_well(
    browser: Browser, address: tuple[House, str], who: Address, paths: tuple[str, ...]
) -> None:
    async with _signed_in(browser, address, who) as page:
        await page.emulate_media(reduced_motion="reduce")
        for path in paths:
            await page.goto(f"{address[1]}/dashboard/{path}")
            for choosing in await page.locator("details").all():
                await choosing.locator("summary").click()
            for width, colours in zip((*WIDTHS, 390), (*SCHEMES, *SCHEMES), strict=True):
                await page.set_viewport_size({"width": width, "height": 900})
                await page.emulate_media(color_scheme=colours)
                found = await Axe().run(page)
                bad = [(one["id"], one["nodes"][0]["html"][:200]) for one in found.response["violations"]]
                assert bad == [], (path, width, colours)
                wide = await page.evaluate("document.documentElement.scrollWidth")
                assert wide <= width, (path, width)  # nothing is cut off, and nobody scrolls sideways
                assert len(found.response["passes"]) > 10  # it looked


async def test_an_open_page_shows_what_happens_and_ends_with_the_session(
    browser: Browser, address: tuple[House, str]
) -> None:
    house, url = address
    async with _signed_in(browser, address, MANAGER) as page:
        await page.goto(f"{url}/dashboard/cases")
        await expect(page.get_by_role("status")).to_have_text("Live")
        taken = page.get_by_role("region", name="Taken")
        await expect(taken.get_by_role("listitem")).to_have_count(1)
        card = page.get_by_role("link", name="Owner at Globex")
        await card.focus()
        await house.bot.press(str(MANAGER), "c:2:take")
        await house.dashboard.live.look()
        await expect(taken.get_by_role("listitem")).to_have_count(2)
        await expect(card).to_be_focused()  # whoever goes by the keyboard stays where they were
        await house.asked(MANAGER, "dashboard off")
        await house.dashboard.live.look()
        await expect(page.get_by_role("heading", name="You are not signed in")).to_be_visible()
        assert "Globex" not in await page.content()
        assert await page.evaluate("localStorage.length + sessionStorage.length") == 0


async def test_words_that_somebody_types_stay_while_the_page_is_live(
    browser: Browser, address: tuple[House, str]
) -> None:
    house, url = address
    async with _signed_in(browser, address, ADMIN) as page:
        await page.goto(f"{url}/dashboard/case/2")
        await expect(page.get_by_role("status")).to_have_text("Live")
        await page.locator("summary", has_text="Done").click()
        note = page.get_by_label("Note, for colleagues")
        await note.fill("called them; it is <b>solved</b>")
        await house.bot.press(str(ADMIN), "c:2:take")
        await house.dashboard.live.look()
        await expect(page.get_by_role("status")).to_contain_text("Something is new")
        await expect(note).to_have_value("called them; it is <b>solved</b>")
        await page.get_by_label("Cause").select_option(label="Billing")
        await page.get_by_role("button", name="Done").click()
        await expect(page.get_by_role("status").filter(has_text="The case is done.")).to_be_visible()
        await expect(page.get_by_role("main")).to_contain_text("called them; it is <b>solved</b>")


async def test_words_for_the_customer_stay_while_the_page_shows_what_happens(
    browser: Browser, address: tuple[House, str]
) -> None:
    house, url = address
    async with _signed_in(browser, address, MANAGER) as page:
        await page.goto(f"{url}/dashboard/case/2")
        await expect(page.get_by_role("status")).to_have_text("Live")
        await page.get_by_label("Your words").fill("I call you at ten.")
        await house.bot.say("slack:U2", "is anybody there?")
        await house.dashboard.live.look()
        await expect(page.get_by_role("main")).to_contain_text("is anybody there?")
        await expect(page.get_by_label("Your words")).to_have_value("I call you at ten.")
        await page.get_by_role("button", name="Send", exact=True).click()
        await expect(page.get_by_role("status").filter(has_text="on its way to the customer")).to_be_visible()
        await house.bot.work()
        await house.dashboard.live.look()
        await expect(page.get_by_text("Sent to Owner at Globex by Slack.")).to_be_visible()
    assert house.bot.slack.texts("U2")[-1].startswith("Manager of Acme:\nI call you at ten.")


async def test_everything_works_without_scripts(browser: Browser, address: tuple[House, str]) -> None:
    house, _ = address
    async with _signed_in(browser, address, MANAGER, scripts=False) as page:
        await page.get_by_role("link", name="Cases", exact=True).click()
        await page.get_by_role("link", name="Owner at Globex").click()
        await page.get_by_role("button", name="I'm on it").click()
        await expect(page.get_by_text("You are on it.")).to_be_visible()
        await page.locator("summary", has_text="Snooze").click()
        await page.get_by_role("button", name="In 3 days").click()
        await expect(page.get_by_text("The case is put aside.")).to_be_visible()
        await page.get_by_role("button", name="Sign out").click()
        await expect(page.get_by_role("heading", name="You are signed out")).to_be_visible()
    assert (await house.bot.cases())[1].state == "snoozed"


async def test_every_page_can_be_seen_in_the_bar_of_a_phone(
    browser: Browser, address: tuple[House, str]
) -> None:
    async with _signed_in(browser, address, ADMIN) as page:
        await page.set_viewport_size({"width": 390, "height": 800})
        for link in await page.locator("nav a").all():
            box = await link.bounding_box()
            assert box is not None
            assert (box["x"] >= 0, box["x"] + box["width"] <= 390) == (True, True)
