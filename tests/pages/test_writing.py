"""Writing to the customer from the page of a case: as a reply to the alert in the chat, and once."""

import asyncio
import re
from typing import Any

import httpx
import pytest

from bot.cases.deeds import digest
from bot.intake.erasing import erase_contact
from bot.store.schema import answer, inbox, outbox, thread_message
from bot.store.store import Store
from channels.base import Address
from tests.pages.house import OTHER, House, house_of, house_settings, token_in
from tests.support.bot_under_test import ADMIN, FALLBACK, MANAGER, Customer
from tests.support.manual_clock import ManualClock

BUYER = "slack:U2"  # Owner at Globex, of case 2


def _form(html: str) -> str:
    """The key of the form on a page, which works once."""
    return html.partition('name="form" value="')[2].partition('"')[0]


async def _page(browser: httpx.AsyncClient, number: int = 2) -> str:
    return (await browser.get(f"/dashboard/case/{number}")).text


async def _send(browser: httpx.AsyncClient, html: str, number: int = 2, **fields: str) -> httpx.Response:
    sent = {"token": token_in(html), "form": _form(html), **fields}
    return await browser.post(f"/dashboard/case/{number}/write", data=sent, follow_redirects=True)


async def _write(house: House, words: str, who: Address = MANAGER, number: int = 2) -> httpx.Response:
    async with house.browser(who) as browser:
        answered = await _send(browser, await _page(browser, number), number, words=words)
    await house.bot.work()
    return answered


def _plain(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


async def test_words_go_to_the_customer_and_the_page_says_what_became_of_them(house: House) -> None:
    shown = await _write(house, "I am sorry; <b>I call</b> you today.\r\nAt ten.")
    assert (shown.status_code, "It is on its way" in shown.text) == (200, True)
    assert house.bot.slack.texts("U2")[-1].startswith(
        "Manager of Acme:\nI am sorry; <b>I call</b> you today.\nAt ten.\n\n"
    )
    await house.bot.say(BUYER, "ten is fine")
    await house.bot.work()
    async with house.browser(MANAGER) as browser:
        text = _plain(await _page(browser))
    assert "Manager to the customer I am sorry; &lt;b&gt;I call&lt;/b&gt; you today." in text
    assert "Sent to Owner at Globex by Slack." in text
    assert "the customer to us Owner at Globex: ten is fine" in text
    case = (await house.bot.cases())[1]
    assert (case.state, case.taken_by) == ("taken", str(MANAGER))  # writing takes the case
    words = [row for row in await house.bot.rows(answer) if row.text == "I am sorry"]
    assert words == []  # no word of the customer's


async def test_the_thread_in_the_chat_has_it_all(house: House) -> None:
    ref = (await house.bot.cases())[1].shown_ref
    await _write(house, "I call you at ten.")
    await _write(house, "note: they were right")
    lines = [one for one in house.bot.slack.taken if one.address == MANAGER and one.thread == ref]
    said = ["".join(span.text for span in one.body) for one in lines]
    assert said == [
        "Manager wrote on the dashboard, to the customer:\nI call you at ten.",
        "Sent to Owner at Globex by Slack.",
        "Manager wrote on the dashboard, for colleagues:\nthey were right",
    ]


async def test_a_note_stays_inside(house: House) -> None:
    before = len(house.bot.slack.texts("U2"))
    shown = await _write(house, "Note: do not call before ten")
    assert "Kept inside; nothing was sent." in shown.text
    assert "note of Manager, for colleagues do not call before ten" in _plain(shown.text)
    assert len(house.bot.slack.texts("U2")) == before
    assert (await house.bot.cases())[1].state == "open"


@pytest.mark.parametrize(
    ("words", "state"), [("take", "taken"), ("done billing", "done"), ("snooze until 20-03-2026", "snoozed")]
)
async def test_a_deed_in_words_is_a_deed(house: House, words: str, state: str) -> None:
    before = len(house.bot.slack.texts("U2"))
    shown = await _write(house, words)
    assert "That is done." in shown.text
    assert (await house.bot.cases())[1].state == state
    assert len(house.bot.slack.texts("U2")) == before


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("", "only words can go out"),
        ("👍", "only words can go out"),
        ("snooze until", "Nothing was sent"),
        ("noot: he is angry", "is “noot” a note?"),
        ("x" * 50_000, "too long for Slack"),
    ],
)
async def test_what_cannot_go_is_said_and_stays_in_the_field(house: House, words: str, said: str) -> None:
    before = (await house.bot.cases(), len(house.bot.slack.texts("U2")), await house.bot.rows(thread_message))
    shown = await _write(house, words)
    assert (shown.status_code, said in _plain(shown.text), 'role="alert"' in shown.text) == (409, True, True)
    assert f">{words}</textarea>" in shown.text
    after = (await house.bot.cases(), len(house.bot.slack.texts("U2")), await house.bot.rows(thread_message))
    assert after == before


async def test_from_where_a_case_is_done_nothing_goes_out(house: House) -> None:
    await house.bot.press(str(MANAGER), "c:2:done")
    await house.bot.work()
    before = len(house.bot.slack.texts("U2"))
    async with house.browser(MANAGER) as browser:
        html = await _page(browser)
        assert "Nothing can go to the customer now." in html
        shown = await _send(browser, html, words="Are you there?")
        assert (shown.status_code, "case 2 is done. Reopen it first." in shown.text) == (409, True)
        kept = await _send(browser, shown.text, words="note: called them once more")
        assert "Kept inside" in kept.text
    await house.bot.work()
    assert len(house.bot.slack.texts("U2")) == before


async def test_who_left_is_not_written_to(house: House) -> None:
    await house.bot.say(BUYER, "STOP")
    await house.bot.work()
    before = len(house.bot.slack.texts("U2"))
    shown = await _write(house, "Why?")
    assert (shown.status_code, "wants no more messages" in shown.text) == (409, True)
    assert len(house.bot.slack.texts("U2")) == before


async def test_who_does_not_have_the_case_writes_nothing(house: House) -> None:
    """As in the chat: nothing goes out from where a case is not, not even from an admin."""
    async with house.browser(ADMIN) as browser:
        html = await _page(browser)
        assert ('id="words"' in html, "Manager has this case" in html) == (False, True)
        sent = {"token": token_in(html), "form": "abcdefgh", "words": "Hello?"}
        refused = await browser.post("/dashboard/case/2/write", data=sent)
        assert (refused.status_code, "Manager has case 2" in refused.text) == (409, True)
    async with house.browser(OTHER) as browser:
        token = token_in((await browser.get("/dashboard/")).text)
        sent = {"token": token, "form": "abcdefgh", "words": "Hello?"}
        assert (await browser.post("/dashboard/case/2/write", data=sent)).status_code == 404
    await house.bot.press(str(ADMIN), f"c:2:to:{digest('Other')}")
    await house.bot.work()
    async with house.browser(MANAGER) as browser:  # their customer's, with somebody else
        assert 'id="words"' not in await _page(browser)
        refused = await browser.post(
            "/dashboard/case/2/write",
            data={"token": token_in(await _page(browser)), "form": "abcdefgh", "words": "Hello?"},
        )
        assert (refused.status_code, "Other has case 2" in refused.text) == (409, True)
    await house.bot.work()
    assert "Hello?" not in str(house.bot.slack.texts("U2"))
    assert (await _write(house, "I took over.", OTHER)).status_code == 200
    assert "Other of Acme:\nI took over." in house.bot.slack.texts("U2")[-1]


async def test_one_form_sends_once_however_often_and_wherever_it_is_sent(house: House) -> None:
    """Two tabs, a double press, a page that is reloaded."""
    async with house.browser(MANAGER) as browser:
        html = await _page(browser)
        both = await asyncio.gather(*(_send(browser, html, words="I call you at ten.") for _ in range(4)))
        assert sorted(one.status_code for one in both) == [200, 409, 409, 409]
        for one in both:
            if one.status_code == 409:
                assert "it was not sent a second time" in one.text
                assert "></textarea>" in one.text
        other = await _send(browser, html, words="And another thing.")  # a copy of the tab
        assert (other.status_code, "sent other words before" in other.text) == (409, True)
        assert ">And another thing.</textarea>" in other.text
        assert (await _send(browser, other.text, words="And another thing.")).status_code == 200
        note = await _page(browser)
        for _ in range(2):
            await _send(browser, note, words="note: twice?")
    await house.bot.work()
    said = "\n".join(house.bot.slack.texts("U2"))
    assert (said.count("I call you at ten."), said.count("And another thing.")) == (1, 1)
    kinds = [row.kind for row in await house.bot.rows(thread_message)]
    assert sorted(kinds) == ["note", "relay", "relay"]


@pytest.mark.parametrize("form", ["", "x", "a" * 41, "with a space", "é" * 10])
async def test_a_form_without_its_key_is_refused(house: House, form: str) -> None:
    async with house.browser(MANAGER) as browser:
        sent = {"token": token_in(await _page(browser)), "form": form, "words": "Hello."}
        refused = await browser.post("/dashboard/case/2/write", data=sent)
    assert (refused.status_code, "no longer valid" in refused.text) == (403, True)
    assert await house.bot.rows(thread_message) == []


async def test_another_site_or_session_sends_nothing(house: House) -> None:
    async with house.browser(MANAGER) as browser, house.browser(MANAGER) as another:
        html = await _page(browser)
        sent = {"token": token_in(html), "form": _form(html), "words": "Hello."}
        refused = await browser.post(
            "/dashboard/case/2/write", data=sent, headers={"Origin": "https://evil.example"}
        )
        assert refused.status_code == 403
        assert (await another.post("/dashboard/case/2/write", data=sent)).status_code == 403
        assert (await browser.get("/dashboard/case/2/write")).status_code == 405
    assert await house.bot.rows(thread_message) == []


@pytest.fixture
async def evening(store: Store, clock: ManualClock) -> House:
    """A customer who answered by day; now it is night where they are."""
    made = house_of(store, clock, campaigns={"demo": {"send_between": "9:00-20:00", "every": 0}})
    await made.bot.start(Customer("Owner at Globex", slack="U2"), Customer("Planner at Globex", slack="U3"))
    await made.bot.say(BUYER, "3")
    await made.bot.say("slack:U3", "2")
    await made.bot.work()
    await made.bot.later(hours=12)
    return made


async def test_out_of_their_hours_words_wait_and_the_page_says_until_when(evening: House) -> None:
    shown = await _write(evening, "Good evening.", number=1)
    assert "so this goes out at" in shown.text
    assert "Good evening." not in str(evening.bot.slack.texts("U2"))
    async with evening.browser(MANAGER) as browser:
        html = await _page(browser, 1)
        (id_,) = re.findall(r'name="sooner" value="(\d+)"', html)
        refused = await _send(browser, html, 1, sooner=id_)
        assert "wrote too long ago to be awake" in refused.text
        await evening.bot.say(BUYER, "are you there?")
        done = await _send(browser, refused.text, 1, sooner=id_)
        assert (done.status_code, "It goes out now." in done.text) == (200, True)
        await evening.bot.work()
        assert "Good evening." in str(evening.bot.slack.texts("U2"))
        html = await _page(browser, 1)
        assert 'name="sooner"' not in html
        for wrong in (id_, "999", "x", "-1", "9" * 30):
            again = await _send(browser, html, 1, sooner=wrong)
            assert again.status_code == 409
            html = again.text


async def test_a_message_of_another_case_is_not_sent_sooner(evening: House) -> None:
    await _write(evening, "Good evening.", number=1)
    await evening.bot.say(BUYER, "are you there?")
    (waits,) = await evening.bot.rows(thread_message, kind="relay")
    async with evening.browser(MANAGER) as browser:
        shown = await _send(browser, await _page(browser, 2), 2, sooner=str(waits.id))
    assert shown.status_code == 409
    (row,) = await evening.bot.rows(outbox, kind="relay")
    assert row.state == "queued"


async def test_where_an_alert_is_a_text_message_no_other_is_paid_for(
    store: Store, clock: ManualClock
) -> None:
    at = Address("sms", "+31611111111")
    house = house_of(store, clock)
    house.bot.context.settings = house_settings().model_copy(update={"account_managers": {"Manager": at}})
    await house.bot.start(Customer("Owner at Globex", slack="U2"))
    await house.bot.say(BUYER, "3")
    await house.bot.work()
    before = len(house.bot.sms.texts(at.id))
    shown = await _write(house, "I call you at ten.", at, number=1)
    assert shown.status_code == 200
    assert "I call you at ten." in house.bot.slack.texts("U2")[-1]
    assert all("I call you" not in text for text in house.bot.sms.texts(at.id)[before:])


async def test_erasure_takes_what_was_written_with_it(house: House) -> None:
    await _write(house, "note: the owner drinks")
    await _write(house, "I call you at ten.")
    context, now = house.bot.context, house.bot.clock.now()
    await house.bot.store.write(erase_contact, context, "Owner at Globex", now, "slack:UADMIN")
    await house.bot.work()
    for table in (inbox, outbox, thread_message):
        kept = str(await house.bot.rows(table))
        assert ("drinks" in kept, "at ten" in kept) == (False, False), table.name
    async with house.browser(MANAGER) as browser:
        answered: Any = await browser.get("/dashboard/case/2")
        assert 'id="words"' not in answered.text


async def test_the_fallback_writes_where_an_account_has_nobody(store: Store, clock: ManualClock) -> None:
    house = house_of(store, clock)
    await house.bot.start(Customer("Owner at Globex", slack="U2", manager=None))
    await house.bot.say(BUYER, "3")
    await house.bot.work()
    await _write(house, "We call you at ten.", FALLBACK, number=1)
    assert "We call you at ten." in house.bot.slack.texts("U2")[-1]
