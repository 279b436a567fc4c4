"""`python -m tests.support.screenshot [FILE]`: take the README's picture of the demo page anew.

The people in it act by their phones' own buttons and fields, in a browser, so the picture cannot show what
the product does not do.
"""

import asyncio
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from playwright.async_api import async_playwright, expect

from bot.logs import set_up_logs
from sandbox import AdjustableClock
from tests.support.browser import FLAGS, find_browser
from tests.support.pages import MANAGER, SLACK, SMS, TELEGRAM, DemoPage, demo_page

PICTURE: Final = Path(__file__).parents[2] / "docs" / "images" / "demo.png"
MORNING: Final = datetime(2026, 11, 24, 9, 41, tzinfo=UTC)  # the same at every renewal
LARGEST: Final = 300_000  # bytes; a README that loads slowly is not read


async def take(file: Path) -> None:
    """Play one conversation a channel and write the picture."""
    path = find_browser()
    if path is None:
        sys.exit("No browser on this machine; install Debian's package chromium.")
    clock = AdjustableClock(start=MORNING)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        with tempfile.TemporaryDirectory() as folder:
            async with demo_page(browser, Path(folder), clock, seed=1) as demo:
                await _play(demo)
                file.parent.mkdir(parents=True, exist_ok=True)
                await demo.page.screenshot(path=file, animations="disabled", caret="hide")
        await browser.close()


def _weigh(file: Path) -> None:
    size = file.stat().st_size
    if size > LARGEST:
        sys.exit(f"{file} has {size:,} bytes; make it smaller than {LARGEST:,}.")
    print(f"{file}: {size:,} bytes")  # noqa: T201  # this is a command


async def _play(demo: DemoPage) -> None:
    slack, telegram, sms, manager = (demo.phone(name) for name in (SLACK, TELEGRAM, SMS, MANAGER))
    await demo.start_the_campaign()
    await telegram.shows("Hoe waarschijnlijk")
    await telegram.type("een 9, jullie denken echt mee")
    await telegram.shows("uw 9 en uw toelichting")
    await sms.shows("Hoe waarschijnlijk")
    await sms.type("8")
    await sms.shows("je 8")
    await slack.shows("how likely")
    await slack.button("3").click()
    await slack.shows("main reason for your 3")
    await slack.type("The last two deliveries were late, and nobody called.")
    await slack.shows("your 3 and your reason")
    await manager.shows("The last two deliveries were late")
    await asyncio.sleep(1)  # until it is written down that the alert went
    await manager.reply("I am sorry. Shall I call you at ten tomorrow?")
    await slack.shows("Sales of Acme:", "Shall I call you at ten tomorrow?")
    await manager.shows("Sent to Buyer at Globex by Slack.")
    await slack.type("Ten is fine, thank you.")
    await manager.shows("Ten is fine, thank you.")
    await demo.page.mouse.move(0, 0)
    for phone in (SLACK, TELEGRAM, SMS, MANAGER):
        await demo.phone(phone).field.focus()  # what is on it counts as read
    await demo.page.evaluate("document.activeElement.blur()")
    await expect(demo.page.locator(".fresh")).to_have_count(0)


if __name__ == "__main__":
    set_up_logs("console", "warning")
    picture = Path(sys.argv[1]) if len(sys.argv) > 1 else PICTURE
    asyncio.run(take(picture))
    _weigh(picture)
