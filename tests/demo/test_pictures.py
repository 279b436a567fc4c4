"""A report's picture on the demo page: its words for who cannot see it, and large for who can."""

import pytest
from playwright.async_api import expect

from tests.support.pages import ADMIN, SLACK, DemoPage

pytestmark = pytest.mark.asyncio(loop_scope="session")  # the browser's
TELEGRAM_ADMIN = "Support (Telegram, account manager)"


@pytest.mark.parametrize(
    ("phone", "name"),
    [(ADMIN, "Chart of demo, wave 1: NPS -100"), (TELEGRAM_ADMIN, "Picture sent by npsbot")],
    ids=["Slack", "Telegram"],
)
async def test_the_picture_of_a_report(demo: DemoPage, phone: str, name: str) -> None:
    slack, admin = demo.phone(SLACK), demo.phone(phone)
    await demo.start_the_campaign()
    await slack.shows("how likely")
    await slack.button("3").click()
    await slack.shows("main reason for your 3")

    await admin.type("/nps report demo")
    await admin.shows("NPS -100 (", "n = 1")
    picture = admin.log.get_by_role("link", name=name).get_by_role("img")
    await expect(picture).to_be_visible()
    assert await picture.evaluate("image => image.decode().then(() => image.naturalWidth)") == 1080
    bubble = await admin.newest.bounding_box()
    shown = await picture.bounding_box()
    assert bubble is not None
    assert shown is not None
    assert shown["width"] <= bubble["width"]

    large = demo.page.get_by_role("dialog", name="Picture")
    await admin.log.get_by_role("link", name=name).press("Enter")
    await expect(large.get_by_role("img", name=name)).to_be_visible()
    await demo.page.keyboard.press("Escape")
    await expect(large).to_have_count(0)
    await picture.click()
    await large.get_by_role("button", name="Close").click()
    await expect(large).to_have_count(0)
    assert len(demo.page.context.pages) == 1
