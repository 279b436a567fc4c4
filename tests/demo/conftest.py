"""The demo page, opened."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser

from tests.support.pages import DemoPage, demo_page


@pytest.fixture
async def demo(browser: Browser, tmp_path: Path) -> AsyncIterator[DemoPage]:
    """The demo page on a desktop; at the end nothing may have gone wrong in the browser."""
    async with demo_page(browser, tmp_path) as opened:
        yield opened
        assert opened.problems == []
