"""The demo page in a real browser: one conversation on each channel, by mouse and by keyboard alone."""

import re
from pathlib import Path

import pytest
from playwright.async_api import Browser, Locator, expect

from tests.support.pages import ADMIN, MANAGER, SLACK, SMS, SUPPORT, TELEGRAM, DemoPage, demo_page

pytestmark = pytest.mark.asyncio(loop_scope="session")  # the browser's
CAUSES = ("Product", "Delivery", "Service", "Communication", "Price", "Billing", "Misunderstanding", "Other")
TABS = 60  # more presses of the Tab key than anything on the page is away


async def test_one_conversation_on_each_channel(demo: DemoPage) -> None:
    slack, telegram, sms, manager = (demo.phone(name) for name in (SLACK, TELEGRAM, SMS, MANAGER))
    await demo.start_the_campaign()

    await slack.shows("how likely are you to recommend us")
    await slack.button("3").click()
    await slack.shows("What is the main reason for your 3?", "Your answer: 3.")
    await manager.shows("Buyer at Globex gave a 3", "Reason: asked, no answer yet")

    await slack.type("late <b>again</b>, and we told <!channel> & @here")
    await slack.shows("your 3 and your reason are with Sales at Acme")
    await manager.shows("late <b>again</b>, and we told <!channel> & @here")
    await expect(manager.log.locator("b")).to_have_count(0)
    await expect(manager.log.get_by_role("listitem")).to_have_count(1)  # it grew: no second message came

    await manager.button("I'm on it").click()
    await manager.shows("On it: Sales,")
    await expect(manager.button("I'm on it")).to_have_count(0)
    await manager.button("Done").click()
    await manager.shows("Done: Sales,")
    await expect(manager.log.get_by_role("button")).to_have_text(
        [*CAUSES, "Reopen", "Why?", re.compile("^Reply")]
    )

    await telegram.shows("Hoe waarschijnlijk is het dat u Acme aanbeveelt")
    await telegram.type("een 8")
    await telegram.shows("Wat is de belangrijkste reden voor uw 8?")
    await telegram.type("snelle <i>levering</i>")
    await telegram.shows("Acme heeft uw 8 en uw toelichting")
    await expect(telegram.log.locator("i")).to_have_count(0)

    await sms.shows("Hoe waarschijnlijk is het dat je Acme aanbeveelt")
    await expect(sms.log.get_by_text("delivered").first).to_be_visible()
    await sms.type("2")
    await sms.shows("je 2")
    await manager.shows("Owner of Hooli gave a 2")
    await expect(manager.newest.get_by_role("link", name="+31612345678")).to_have_attribute(
        "href", "tel:+31612345678"
    )

    await manager.log.get_by_role("button", name="Why?", exact=True).first.click()
    await manager.shows("in the audience (everybody)", "pressed 3: read as score 3", "done, by Sales")

    admin = demo.phone(ADMIN)
    await admin.type("/nps why globex-1")
    await admin.shows("Buyer at Globex (globex-1), Globex", "taken as the reason")
    await admin.type("/nps report demo")
    await admin.shows("demo, wave 1: NPS -67", "Promoters 0, passives 1, detractors 2")


async def test_by_keyboard_alone(demo: DemoPage) -> None:
    admin, slack, manager = (demo.phone(name) for name in (ADMIN, SLACK, MANAGER))

    await tab_to(demo, demo.page.get_by_role("button", name="Fill it in for me"))
    await press(demo, "Enter")
    await expect(admin.field).to_be_focused()
    await expect(admin.field).to_have_value("/nps start demo")
    await press(demo, "Enter")
    await expect(admin.button("Start")).to_be_visible()
    await tab_to(demo, admin.button("Start"), back=True)
    await press(demo, "Enter")
    await admin.shows("Wave 1 of demo has started")
    assert await demo.page.evaluate("document.activeElement !== document.body"), "the focus was lost"

    await expect(slack.button("4")).to_be_visible()
    await tab_to(demo, slack.button("4"))
    await press(demo, "Space")
    await slack.shows("What is the main reason for your 4?", "Your answer: 4.")
    await expect(slack.button("4")).to_be_focused()  # the question was written anew under the finger
    await tab_to(demo, slack.field)
    await demo.page.keyboard.type("nobody calls back")
    await press(demo, "Enter")
    await slack.shows("your 4 and your reason are with Sales at Acme")

    await manager.shows("Buyer at Globex gave a 4", "nobody calls back")
    await tab_to(demo, manager.button("I'm on it"))
    await press(demo, "Enter")
    await manager.shows("On it: Sales,")


async def test_a_screen_reader_finds_its_way(demo: DemoPage) -> None:
    await demo.start_the_campaign()
    await demo.phone(SLACK).shows("how likely")
    page = demo.page

    await expect(page.locator("html")).to_have_attribute("lang", "en")
    await expect(page.get_by_role("main")).to_have_count(1)
    await expect(page.get_by_role("heading", level=1)).to_have_text("npsbot")
    phones = page.get_by_role("main").get_by_role("region")
    names = [await phone.get_attribute("aria-label") for phone in await phones.all()]
    assert len(names) == len(set(names)) == 6
    assert names == [ADMIN, SLACK, TELEGRAM, SMS, MANAGER, SUPPORT]
    for name in map(str, names):
        phone = demo.phone(name)
        await expect(phone.region.get_by_role("heading", level=2)).to_have_count(1)
        await expect(phone.log).to_have_attribute("aria-live", "polite")
        await expect(phone.region.get_by_role("textbox", name=f"Message as {name}")).to_have_count(1)
    for button in await page.get_by_role("button").all():
        await expect(button).to_have_accessible_name(re.compile(r"\S"))
    scale = demo.phone(SLACK).newest.get_by_role("button")
    assert [await one.inner_text() for one in await scale.all()] == [str(score) for score in range(11)]


async def test_on_a_telephone_a_phone_and_its_field_are_in_view(demo: DemoPage) -> None:
    """# field D: there, one had to scroll past the introduction to type."""
    await demo.page.set_viewport_size({"width": 390, "height": 844})
    await expect(demo.phone(ADMIN).field).to_be_in_viewport(ratio=1)
    await expect(demo.page.get_by_role("button", name="Pull the plug")).to_be_hidden()
    await demo.page.get_by_text("How to try it, and to break it").click()
    await expect(demo.page.get_by_role("button", name="Pull the plug")).to_be_visible()
    await demo.page.set_viewport_size({"width": 1440, "height": 900})
    for name in (ADMIN, SLACK, TELEGRAM, SMS, MANAGER, SUPPORT):
        await expect(demo.phone(name).region).to_be_in_viewport(ratio=1)


async def test_the_top_of_an_alert_is_in_view_however_long_it_is(demo: DemoPage) -> None:
    await demo.start_the_campaign()
    slack, manager = demo.phone(SLACK), demo.phone(MANAGER)
    await slack.shows("how likely")
    await slack.type("3, " + "you were late and nobody called us back about it. " * 15)
    await manager.shows("Buyer at Globex gave a 3")
    await expect(manager.log.get_by_text("Buyer at Globex gave a 3", exact=True)).to_be_in_viewport(ratio=1)


@pytest.mark.usefixtures("beside")
async def test_the_demo_is_there_in_dutch(browser: Browser, tmp_path: Path) -> None:
    async with demo_page(browser, tmp_path, language="nl") as demo:
        await expect(demo.page.locator("html")).to_have_attribute("lang", "nl")
        admin = demo.phone("Beheerder bij Acme (Slack, beheerder)")
        await admin.type("/nps start demo")
        await admin.shows("Plan voor demo")
        await expect(demo.page.get_by_role("button", name="Trek de stekker eruit")).to_be_visible()
        assert demo.problems == []


async def tab_to(demo: DemoPage, target: Locator, *, back: bool = False) -> None:
    """Press Tab, or Shift and Tab, until the target has the focus."""
    for _ in range(TABS):
        if await target.evaluate("node => node === document.activeElement"):
            return
        await press(demo, "Shift+Tab" if back else "Tab")
    raise AssertionError(f"{TABS} presses of the Tab key do not lead to {target}")


async def press(demo: DemoPage, key: str) -> None:
    await demo.page.keyboard.press(key)


async def test_the_dashboard_opens_by_the_link_in_the_chat(demo: DemoPage) -> None:
    await demo.start_the_campaign()
    await demo.phone(SLACK).button("3").click()
    await demo.phone(MANAGER).shows("Buyer at Globex gave a 3")
    admin = demo.phone(ADMIN)
    await admin.type("/nps dashboard")
    await admin.shows("Your dashboard, for you alone.")
    link = await admin.newest.get_by_role("link").get_attribute("href")
    assert link is not None
    opened = await demo.page.context.new_page()
    await opened.goto(link)
    await opened.get_by_role("button", name="Open the dashboard").click()
    await expect(opened.get_by_role("status")).to_have_text("Live")
    case = opened.get_by_role("region", name="Open cases").get_by_role("link", name="Buyer at Globex")
    await expect(case).to_have_count(1)
    await demo.phone(MANAGER).button("I'm on it").click()
    await expect(case).to_contain_text("Sales is on it")
    await opened.close()
