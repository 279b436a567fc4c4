"""The demo page, opened."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from tests.support.beside import Beside
from tests.support.pages import DemoPage, demo_page
from tests.support.patience import PATIENCE


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that is slow to start, or to move its clock, is no broken one here, and a play that is slow no wrong
    one."""
    monkeypatch.setattr("bot.demo.plug.STARTS_WITHIN", PATIENCE)
    monkeypatch.setattr("bot.demo.plug.MOVES_WITHIN", PATIENCE)
    for name in ("playing.PATIENCE", "script.ROUGH_PATIENCE", "script.ANSWER", "script.LONGEST"):
        monkeypatch.setattr(f"bot.demo.{name}", PATIENCE)


@pytest.fixture
def beside(monkeypatch: pytest.MonkeyPatch) -> None:
    """The demo's server is in this process."""
    monkeypatch.setattr("bot.demo.page.Plug", Beside)


@pytest_asyncio.fixture(loop_scope="session")
async def demo(browser: Browser, tmp_path: Path, beside: None) -> AsyncIterator[DemoPage]:
    """The demo page on a desktop, for who leaves the plug alone; at the end nothing may have gone wrong in the
    browser."""
    async with demo_page(browser, tmp_path) as opened:
        yield opened
        assert opened.problems == []


@pytest_asyncio.fixture(loop_scope="session")
async def plugged(browser: Browser, tmp_path: Path, warm: None) -> AsyncIterator[DemoPage]:
    """The same with a server that can be killed, as a visitor has it."""
    async with demo_page(browser, tmp_path) as opened:
        yield opened
        assert opened.problems == []
