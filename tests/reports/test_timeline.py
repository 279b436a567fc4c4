"""The time line of one person: each step from the row that records it, and nothing of anybody else."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, get_args
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection, update

from bot.campaigns import runs
from bot.commands.replies.reply import Phrasing
from bot.commands.replies.why import BECAUSE, TAKEN_FOR, in_words, timeline_answer
from bot.conversations import trials
from bot.dialogue.conversation import Ending
from bot.intake.erasing import erase_contact
from bot.outbox import MessageKind
from bot.people.consent import Source
from bot.people.contacts import person, person_at
from bot.reports.timeline import CODES, Happening, Timeline, timeline
from bot.store.schema import address, contact, outbox
from bot.words import load_words
from channels.base import (
    Address,
    Blocked,
    Brought,
    DeliveryReport,
    ProviderOptIn,
    ProviderOptOut,
    Rejected,
    Unblocked,
    Unknown,
    Unreachable,
)
from tests.support.bot_under_test import ADMIN, Bot, Customer, settings_of
from tests.support.fake_channel import Lost
from tests.support.lives import live

BUYER = Customer("Buyer", slack="U1")
TEXTER = Customer("Texter", sms="+31612345678")


async def told(bot: Bot, who: str = "Buyer") -> Timeline:
    def read(connection: Connection) -> Timeline:
        one = person(connection, who)
        assert one is not None
        return timeline(connection, bot.settings, one)

    return await bot.store.read(read)


async def codes(bot: Bot, who: str = "Buyer") -> list[str]:
    return [step.code for step in (await told(bot, who)).steps]


def only(steps: Sequence[Happening], code: str) -> dict[str, Any]:
    """The facts of the one step with this code."""
    (found,) = (step for step in steps if step.code == code)
    return dict(found.facts)


async def test_a_detractor_from_the_audience_to_done(bot: Bot) -> None:
    await bot.start(BUYER)
    await bot.later(minutes=1)
    await bot.tap("slack:U1", "3")
    await bot.work()
    await bot.later(minutes=1)
    await bot.say("slack:U1", "late again")
    await bot.work()
    await bot.later(minutes=1)
    await bot.tap("slack:UMANAGER", "I'm on it")
    await bot.work()
    await bot.later(hours=1)
    await bot.tap("slack:UMANAGER", "Done")
    await bot.work()
    await bot.later(days=2)
    found = await told(bot)
    assert [step.code for step in found.steps] == [
        *("audience", "sent", "arrived"),
        *("pressed", "sent", "alert_opened", "alert_shown"),
        *("wrote", "sent", "alert_changed"),
        *("taken", "alert_changed", "done", "alert_changed"),
        "closed",
    ]
    assert {(step.campaign, step.wave) for step in found.steps} == {("demo", 1)}
    assert (found.contact_id, found.account, found.manager) == ("Buyer", "Globex", "Manager")
    assert only(found.steps, "audience") == {"audience": {}, "by": "an admin"}
    assert only(found.steps, "pressed")["taken_for"] == [("score", 3)]
    assert only(found.steps, "wrote") | {"channel": ""} == {
        "channel": "",
        "text": "late again",
        "edited": False,
        "taken_for": [("reason", None)],
    }
    assert only(found.steps, "alert_shown")["to"] == only(found.steps, "taken")["step"].who == "Manager"
    assert only(found.steps, "closed") == {"ending": "done"}
    first = found.steps[0].at
    assert [round((step.at - first) / timedelta(minutes=1)) for step in found.steps[3:12]] == [
        *(1, 1, 1, 1),
        *(2, 2, 2),
        *(3, 3),
    ]


async def test_who_is_left_out_is_told_by_which_rule(bot: Bot) -> None:
    await bot.start(Customer("Nobody"))
    found = await told(bot, "Nobody")
    assert [step.code for step in found.steps] == ["audience", "skipped"]
    assert only(found.steps, "skipped")["rule"] == "telegram: not linked"


async def test_a_question_that_is_held_for_its_hours(bot: Bot) -> None:
    chosen = settings_of(
        campaigns={"late": {"send_between": "15:00-16:00", "audience": {"account": "Globex"}}},
        timezone="Europe/Amsterdam",
    )
    bot = Bot(bot.store, chosen, bot.clock)
    await bot.start(BUYER, campaign="late")
    found = await told(bot)
    assert [step.code for step in found.steps] == ["audience", "held"]
    assert only(found.steps, "audience")["audience"] == {"account": ["Globex"]}
    assert only(found.steps, "held")["until"].hour == 14  # UTC
    await bot.later(hours=4, minutes=30)
    assert (await codes(bot))[-3:] == ["sent", "arrived", "closes"]


async def test_what_the_provider_says_of_a_message(bot: Bot) -> None:
    await bot.enrol(BUYER, TEXTER, Customer("Gone", telegram="7"))
    bot.slack.fates.append(Unknown("the connection ended"))
    bot.telegram.fates.append(Unreachable("this person's Telegram account is deleted"))
    await bot.work()
    assert only((await told(bot)).steps, "unknown")["why"] == "the connection ended"
    gone = (await told(bot, "Gone")).steps
    assert {"failed", "undelivered", "dead"} <= {step.code for step in gone}
    assert "closed" not in {step.code for step in gone}
    (question,) = [row for row in await bot.rows(outbox, kind="question") if row.channel == "sms"]
    await bot.take(DeliveryReport("r1", question.message_ref, "delivered", bot.clock.now()), "sms")
    assert await codes(bot, "Texter") == ["audience", "sent", "arrived", "closes"]


async def test_a_message_that_took_two_attempts_says_so(bot: Bot) -> None:
    await bot.start(BUYER)
    bot.slack.fates += [None, Lost()]
    await bot.tap("slack:U1", "9")
    await bot.work()
    await bot.later(minutes=1)
    (reply,) = [
        step.facts
        for step in (await told(bot)).steps
        if step.code == "sent" and step.facts["what"] == "reply"
    ]
    assert reply["tries"] == 2


async def test_a_wave_that_is_stopped_takes_its_questions_back(bot: Bot) -> None:
    chosen = settings_of(campaigns={"late": {"send_between": "15:00-16:00"}})
    bot = Bot(bot.store, chosen, bot.clock)
    await bot.enrol(BUYER, campaign="late")
    await bot.later(minutes=5)
    await bot.store.write(runs.stop, "late", str(ADMIN), bot.clock.now())
    await bot.work()
    found = await told(bot)
    assert [step.code for step in found.steps] == ["audience", "held", "stopped", "closed"]
    assert only(found.steps, "closed") == {"ending": "cancelled"}


async def test_a_message_that_a_stop_overtakes_is_told_as_taken_back(bot: Bot) -> None:
    await bot.start(BUYER)
    await bot.tap("slack:U1", "9")
    await bot.say("slack:U1", "STOP")
    await bot.work()
    steps = (await told(bot)).steps
    assert only(steps, "wrote")["taken_for"] == [("opt_out", None)]
    assert only(steps, "opted_out") == {"channel": "slack", "source": "words"}
    assert only(steps, "closed") == {"ending": "opted_out"}
    assert only(steps, "cancelled")["what"] == "reply"


async def test_what_only_the_provider_hears_is_told(bot: Bot) -> None:
    await bot.start(TEXTER, Customer("Chatter", telegram="5"))
    number, chat, now = Address("sms", "+31612345678"), Address("telegram", "5"), bot.clock.now()
    await bot.take(ProviderOptOut("p1", number, now, confirmed=True))
    await bot.take(ProviderOptIn("p2", number, now, confirmed=True))
    await bot.take(Blocked("p3", chat, now))
    await bot.take(Unblocked("p4", chat, now))
    assert {"provider_out", "provider_in"} <= set(await codes(bot, "Texter"))
    assert {"blocked", "unblocked"} <= set(await codes(bot, "Chatter"))


async def test_an_alert_that_reaches_nobody_is_told_with_whom_it_went_to_then(bot: Bot) -> None:
    await bot.start(BUYER)
    bot.slack.fates.append(Rejected("channel_not_found"))  # alerts go first
    await bot.tap("slack:U1", "0")
    await bot.work()
    steps = (await told(bot)).steps
    assert only(steps, "alert_failed") | {"tries": 0} == {
        "to": "Manager",
        "channel": "slack",
        "tries": 0,
        "why": "channel_not_found",
    }
    assert only(steps, "alert_shown")["to"] == "slack:CALERTS"


async def test_an_edited_message_is_told_as_one(bot: Bot) -> None:
    await bot.start(BUYER)
    await bot.say("slack:U1", "8", message_ref="m1")
    await bot.say("slack:U1", "good", message_ref="m2")
    await bot.say("slack:U1", "very good", message_ref="m2", edits="m2")
    edited = [step.facts for step in (await told(bot)).steps if step.code == "wrote" and step.facts["edited"]]
    assert [(facts["text"], facts["taken_for"]) for facts in edited] == [("very good", [("replaced", None)])]


async def test_what_somebody_wishes_is_told_as_a_wish(bot: Bot) -> None:
    await bot.start(BUYER)
    said = ("not now", "once a year is enough", "in 2 weeks", "rather by SMS", "as usual again", "6", "later")
    for text in said:
        await bot.say("slack:U1", text)
    taken_for = [step.facts["taken_for"] for step in (await told(bot)).steps if step.code == "wrote"]
    wished = ("wish_later", "wish_rarely", "wish_later", "wish_channel", "wish_as_usual")
    assert taken_for == [*([(one, None)] for one in wished), [("score", 6)], [("wish_later", None)]]
    p = Phrasing(load_words("admin")["en"], ZoneInfo("Europe/Amsterdam"), "/nps")
    texts = [in_words(p, step, 1000) for step in (await told(bot)).steps if step.code == "wrote"]
    assert texts[0].endswith(": wishes to be asked later")


async def test_a_trial_is_told_as_one_and_commands_are_not_told(bot: Bot) -> None:
    await trials.hold_trial(bot.store, bot.settings, "demo", ADMIN, bot.clock.now)
    await bot.work()
    await bot.say(str(ADMIN), "", command="nps why Buyer")
    await bot.say(str(ADMIN), "9")
    [who] = [row.contact_id for row in await bot.rows(contact)]
    steps = (await told(bot, who)).steps
    assert steps[0].code == "trial"
    assert {(step.campaign, step.wave) for step in steps} == {("demo", 0)}
    assert [step.facts["text"] for step in steps if step.code == "wrote"] == ["9"]


async def test_an_address_that_came_to_another_brings_nothing_along(bot: Bot) -> None:
    await bot.start(TEXTER)
    await bot.say("sms:+31612345678", "2, you were late")
    await bot.work()
    before = await codes(bot, "Texter")

    def pass_on(connection: Connection) -> None:
        connection.execute(update(address).values(contact_id=person_id(connection, "Next")))

    def person_id(connection: Connection, key: str) -> int:
        one = person(connection, key)
        assert one is not None
        return one.id

    await bot.add(Customer("Next"))
    await bot.store.write(pass_on)
    assert await codes(bot, "Next") == []
    assert await codes(bot, "Texter") == before


async def test_nothing_is_left_of_who_was_erased(bot: Bot) -> None:
    await bot.start(BUYER)
    await bot.say("slack:U1", "2, you were late")
    await bot.work()
    await bot.store.write(erase_contact, bot.context, "Buyer", bot.clock.now())
    await bot.add(BUYER)  # imported again
    assert [code for code in await codes(bot) if code not in ("known", "opted_out")] == []


@pytest.mark.parametrize("seed", [1, 2])
async def test_whatever_happens_can_be_told(bot: Bot, seed: int) -> None:
    async for _ in live(bot, seed):
        pass
    there = {row.contact_id for row in await bot.rows(contact)}
    phrasings = [
        Phrasing(words, ZoneInfo("Europe/Amsterdam"), "/nps") for words in load_words("admin").values()
    ]
    seen = set()
    for who in there:
        found = await told(bot, who)
        assert [step.at for step in found.steps] == sorted(step.at for step in found.steps)
        seen |= {step.code for step in found.steps}
        for p in phrasings:
            assert all(in_words(p, step, 1000) for step in found.steps)
            assert "{" not in timeline_answer(p, found).text
    assert {"audience", "skipped", "sent", "wrote", "alert_shown"} <= seen
    assert seen <= set(CODES)


TO_COLLEAGUES = ("alert", "command", "digest", "thread")
"""Kinds of messages that no customer gets."""


@pytest.mark.parametrize("language", load_words("admin"))
def test_there_are_words_for_every_step(language: str) -> None:
    texts = load_words("admin")[language].texts
    keys = {
        *(
            code
            for code in CODES
            if code not in ("closed", "brought", "answered", "taken", "done", "followed")
        ),
        *(f"answered_{answer}" for answer in ("yes", "no", "later", "score")),
        *(f"brought_{kind}" for kind in get_args(Brought)),
        *(f"closed_{ending}" for ending in Ending),
        *(f"read_{code}" for code in TAKEN_FOR),
        *(f"because_{code}" for code in BECAUSE.values()),
        *(f"source_{source}" for source in get_args(Source)),
        *(f"what_{kind}" for kind in get_args(MessageKind) if kind not in TO_COLLEAGUES),
        "wrote_edited",
        "alert_opened_no_score",
    }
    assert {key for key in keys if f"why_{key}" not in texts} == set()


# field A5
async def test_what_came_without_words_and_what_was_taken_back_are_told(bot: Bot) -> None:
    await bot.start(Customer("buyer", slack="U1"))
    await bot.say("slack:U1", "", brings="voice")
    await bot.say("slack:U1", "👍", brings="reaction", reply_to=next(iter(bot.slack.shown)))
    await bot.say("slack:U1", "3", message_ref="m1")
    await bot.say("slack:U1", "", message_ref="m1", edits="m1")
    who = await bot.store.read(person_at, Address.parse("slack:U1"))
    assert who is not None
    found = await bot.store.read(timeline, bot.settings, who)
    told = [(step.code, step.facts) for step in found.steps if step.code in ("brought", "took_back")]
    assert told == [
        ("brought", {"channel": "slack", "kind": "voice", "text": ""}),
        ("brought", {"channel": "slack", "kind": "reaction", "text": "👍"}),
        ("took_back", {"channel": "slack"}),
    ]
