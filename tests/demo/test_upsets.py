"""What a visitor may do to the bot: kill its server, have everything come three times, move the clock."""

import os
import signal

import pytest
from playwright.async_api import expect

from tests.support.pages import ADMIN, MANAGER, SLACK, SMS, TELEGRAM, DemoPage

pytestmark = pytest.mark.asyncio(loop_scope="session")  # the browser's


async def test_the_plug_is_pulled_between_the_score_and_the_reason(plugged: DemoPage) -> None:
    slack, telegram, sms, manager = (plugged.phone(name) for name in (SLACK, TELEGRAM, SMS, MANAGER))
    await plugged.start_the_campaign()
    await slack.button("3").click()
    await slack.shows("What is the main reason for your 3?")
    await manager.shows("Buyer at Globex gave a 3", "Reason: asked, no answer yet")
    await sms.shows("Hoe waarschijnlijk")
    await expect(telegram.log.get_by_role("listitem")).to_have_count(1)

    await plugged.lever("Pull the plug").click()
    await plugged.says("The server is down.")
    await telegram.type("een 2, jullie waren te laat")
    await expect(telegram.newest).to_contain_text("sent")
    await sms.type("9")
    await slack.button("4").click()
    await expect(slack.region).to_contain_text("the app did not answer")

    await plugged.lever("Plug it in again").click()
    await plugged.says("The server is back after")
    await slack.type("late <b>again</b>")
    await slack.shows("your 3 and your reason are with Sales at Acme")
    await telegram.shows("uw 2 en uw toelichting staan nu bij Sales van Acme")
    await sms.shows("je 9")
    await manager.shows("late <b>again</b>", "Planner at Initech gave a 2", "jullie waren te laat")

    # One question, one request for the reason and one thanks each; one alert a detractor, which grew.
    await expect(slack.said).to_have_count(3)
    await expect(telegram.said).to_have_count(2)
    await expect(sms.said).to_have_count(2)
    await expect(manager.said).to_have_count(2)
    admin = plugged.phone(ADMIN)
    await admin.type("/nps report demo")
    await admin.shows("Promoters 1, passives 0, detractors 2")


async def test_what_comes_three_times_counts_once(demo: DemoPage) -> None:
    slack, telegram, sms, manager = (demo.phone(name) for name in (SLACK, TELEGRAM, SMS, MANAGER))
    thrice = demo.lever("Deliver everything three times")
    await expect(thrice).to_have_attribute("aria-pressed", "false")
    await thrice.click()
    await expect(thrice).to_have_attribute("aria-pressed", "true")

    await demo.start_the_campaign()
    await slack.button("3").click()
    await slack.shows("What is the main reason for your 3?")
    await slack.type("late again")
    await slack.shows("your 3 and your reason are with Sales at Acme")
    await telegram.shows("Hoe waarschijnlijk")
    await telegram.type("een 8")
    await telegram.shows("Wat is de belangrijkste reden voor uw 8?")
    await sms.shows("Hoe waarschijnlijk")
    await sms.type("10")
    await sms.shows("je 10")
    await manager.shows("late again")
    await manager.button("Done").click()
    await manager.shows("Done: Sales,")

    for phone, count in ((slack, 3), (telegram, 2), (sms, 2), (manager, 1)):
        await expect(phone.said).to_have_count(count)
    admin = demo.phone(ADMIN)
    await admin.type("/nps report demo")
    await admin.shows("Promoters 1, passives 1, detractors 1")
    await expect(admin.said.filter(has_text="demo, wave 1: NPS")).to_have_count(1)

    await demo.page.reload()
    await expect(thrice).to_have_attribute("aria-pressed", "true")
    await thrice.click()
    await expect(thrice).to_have_attribute("aria-pressed", "false")


async def test_eight_days_later_the_alert_says_that_no_reason_came(plugged: DemoPage) -> None:
    slack, telegram, manager = (plugged.phone(name) for name in (SLACK, TELEGRAM, MANAGER))
    await plugged.start_the_campaign()
    await slack.button("0").click()
    await manager.shows("Buyer at Globex gave a 0", "Reason: asked, no answer yet")
    await telegram.shows("Hoe waarschijnlijk")

    await plugged.lever("Move the clock ahead by 8 days").click()
    await plugged.says("The clock says")
    await manager.shows("Gave no reason")
    await telegram.type("een 3")
    await manager.shows("Planner at Initech gave a 3")
    await manager.shows("Reminder: nobody has taken it yet", "Your customers, 23 to 29 November 2026")
    await expect(manager.said).to_have_count(4)


async def test_the_levers_are_found_and_pulled_by_keyboard(plugged: DemoPage) -> None:
    group = plugged.page.get_by_role("group", name="Try to break it")
    plug = group.get_by_role("button", name="Pull the plug")
    await expect(group.get_by_role("button")).to_have_count(6)
    await plug.focus()
    await plugged.page.keyboard.press("Enter")
    await plugged.says("The server is down.")
    again = group.get_by_role("button", name="Plug it in again")
    await expect(again).to_be_focused()
    await plugged.page.keyboard.press("Space")
    await plugged.says("The server is back after")
    await expect(plug).to_be_focused()


async def test_a_server_that_ends_by_itself_is_told(plugged: DemoPage) -> None:
    os.kill(plugged.plug.as_json()["pid"], signal.SIGKILL)
    await plugged.says("The server ended by itself")
    await plugged.lever("Plug it in again").click()
    await plugged.says("The server is back after")


async def test_providers_do_what_they_were_seen_to_do(demo: DemoPage) -> None:
    """# field A4, A12, E5"""
    slack, telegram, manager, admin = (demo.phone(name) for name in (SLACK, TELEGRAM, MANAGER, ADMIN))
    many = demo.lever("Bring each message under four ids")
    await many.click()
    await expect(many).to_have_attribute("aria-pressed", "true")
    await demo.start_the_campaign()
    await slack.shows("how likely are you")
    await slack.type("3")
    await slack.shows("What is the main reason for your 3?")
    await slack.type("late again")
    await slack.shows("your 3 and your reason are with Sales at Acme")
    await telegram.shows("Hoe waarschijnlijk")

    away = demo.lever("Be away (502)")
    await away.click()
    await telegram.type("een 2")
    await demo.lever("Remove Telegram’s webhook").click()
    await demo.says("Telegram delivers nothing until the bot looks, within a minute.")
    await telegram.type("te laat geleverd")
    await away.click()
    await expect(away).to_have_attribute("aria-pressed", "false")
    await demo.lever("Move the clock ahead by 1 hour").click()
    await admin.shows("has removed the webhook; it is registered again")
    await telegram.shows("uw 2 en uw toelichting staan nu bij")
    await manager.shows("Planner at Initech gave a 2", "te laat geleverd")
    for phone, count in ((slack, 3), (manager, 2)):
        await expect(phone.said).to_have_count(count)


async def test_customers_answer_without_words(demo: DemoPage) -> None:
    slack, telegram, manager = (demo.phone(name) for name in (SLACK, TELEGRAM, MANAGER))
    await demo.start_the_campaign()
    who = demo.page.get_by_label("As", exact=True)
    await slack.shows("how likely are you")
    await who.select_option(label=SLACK.partition(" (")[0])
    await demo.lever("8 on the question").click()
    await slack.shows("What is the main reason for your 8?")
    await telegram.shows("Hoe waarschijnlijk")
    await who.select_option(label=TELEGRAM.partition(" (")[0])
    await demo.lever("Thumb on the question").click()
    await telegram.shows("Ik kan hier alleen tekst lezen. Antwoord")
    await demo.lever("Formatted text").click()
    await manager.shows("Planner at Initech gave a 3", "altijd te laat", "Reacted with 👍")
    await demo.lever("Voice message").click()
    await manager.shows("Sent a voice message")
    await who.select_option(label=SMS.partition(" (")[0])
    await demo.lever("Thumb on the question").click()
    await demo.says("A text message takes no reactions.")
