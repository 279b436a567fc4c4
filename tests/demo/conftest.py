"""The demo page, opened."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser

from tests.support.pages import DemoPage, demo_page
from tests.support.patience import PATIENCE


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that is slow to start, or to move its clock, is no broken one here."""
    monkeypatch.setattr("bot.demo.plug.STARTS_WITHIN", PATIENCE)
    monkeypatch.setattr("bot.demo.plug.MOVES_WITHIN", PATIENCE)


@pytest.fixture
async def demo(browser: Browser, tmp_path: Path) -> AsyncIterator[DemoPage]:
    """The demo page on a desktop; at the end nothing may have gone wrong in the browser."""
    async with demo_page(browser, tmp_path) as opened:
        yield opened
        assert opened.problems == []
