"""A year in a minute: the clock runs by itself, and the calendar shows what happened."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from axe_playwright_python.async_playwright import Axe  # type: ignore[import-untyped]  # it has no types
from playwright.async_api import Browser, Locator, expect

from sandbox import AdjustableClock
from tests.support.pages import ADMIN, MORNING, SLACK, DemoPage, demo_page

pytestmark = pytest.mark.asyncio(loop_scope="session")  # the browser's
YEAR = "Let a year pass"


@pytest_asyncio.fixture(loop_scope="session")
async def demo(browser: Browser, tmp_path: Path, beside: None) -> AsyncIterator[DemoPage]:
    """The demo page whose clock has its own speed: here it goes ahead by itself, and what comes meanwhile must be done
    before it does."""
    async with demo_page(browser, tmp_path, clock=AdjustableClock(MORNING)) as opened:
        yield opened
        assert opened.problems == []


async def schedule_it(demo: DemoPage) -> None:
    """A start every two weeks, from tomorrow."""
    admin = demo.phone(ADMIN)
    await admin.type("/nps schedule demo every 2 weeks from tomorrow 10:00")
    await admin.shows("every 2 weeks")
    await admin.button("Set").click()
    await admin.shows("By its schedule:")


async def lever_of(demo: DemoPage, days: int) -> Locator:
    """The lever, with fewer days than a year has."""
    lever = demo.lever(YEAR)
    await lever.evaluate("(node, days) => (node.dataset.days = days)", days)
    return lever


def calendar_of(demo: DemoPage) -> Locator:
    return demo.page.get_by_role("log", name="What happened")


async def test_the_calendar_shows_the_starts_and_what_the_admins_were_told(demo: DemoPage) -> None:
    await schedule_it(demo)
    lever = await lever_of(demo, 17)
    await lever.click()
    await demo.says("The time is over.")
    await expect(lever).to_have_attribute("aria-pressed", "false")
    lines = calendar_of(demo).get_by_role("listitem")
    for wave in (1, 2):
        await expect(lines.filter(has_text=f"Wave {wave} of demo has started")).to_have_count(1)
        await expect(lines.filter(has_text=f"demo: wave {wave} starts")).to_contain_text(
            "Asked: 3, skipped: 0"
        )
    await expect(lines.filter(has_text="Messages to customers: 3")).to_have_count(2)
    await demo.page.emulate_media(reduced_motion="reduce")
    found = await Axe().run(demo.page)
    assert [(one["id"], one["help"]) for one in found.response["violations"]] == []


async def test_it_stops_when_it_is_pressed_again_or_the_visitor_does_something(demo: DemoPage) -> None:
    lever = demo.lever(YEAR)
    for typed in (None, "9"):
        await lever.click()
        await expect(lever).to_have_attribute("aria-pressed", "true")
        if typed is None:
            await lever.click()
        else:
            await demo.phone(SLACK).field.fill(typed)
        await demo.says("Stopped. The clock says")
        await expect(lever).to_have_attribute("aria-pressed", "false")


async def test_where_nothing_is_planned_it_says_what_to_type(demo: DemoPage) -> None:
    await (await lever_of(demo, 2)).click()
    await demo.says("type /nps schedule demo every 3 months from tomorrow 10:00 and confirm")
    await expect(calendar_of(demo).get_by_role("listitem")).to_have_count(0)
