"""HELP, WHY ME, MY DATA and DELETE in the chat: in any state, in no conversation, by anybody."""

import asyncio
import re
from datetime import timedelta
from typing import Any

import pytest

from bot.intake.intake import ASKED_A_DAY
from bot.people.colleagues import roles_at
from bot.store.schema import address, contact, conversation, erased_opt_out, erasure_code, inbox, outbox
from bot.store.store import Store
from tests.support.bot_under_test import ADMIN, MANAGER, Bot, Customer, settings_of

BUYER = Customer("buyer", slack="U1", telegram="1", sms="+31612345678")
DUTCH = Customer("inkoper", slack="U1", sms="+31612345678", language="nl")
HERE = "slack:U1"


async def _outside(bot: Bot) -> None:
    await bot.add(BUYER)


async def _waiting(bot: Bot) -> None:
    await bot.enrol(BUYER)


async def _asked(bot: Bot) -> None:
    await bot.start(BUYER)


async def _confirming(bot: Bot) -> None:
    await bot.start(BUYER)
    await bot.say(HERE, "7 or 8")


async def _scored(bot: Bot) -> None:
    await bot.start(BUYER)
    await bot.say(HERE, "2")


async def _thanked(bot: Bot) -> None:
    await _scored(bot)
    await bot.say(HERE, "late again")


async def _closed(bot: Bot) -> None:
    await bot.start(BUYER)
    await bot.later(days=8)


async def _opted_out(bot: Bot) -> None:
    await bot.start(BUYER)
    await bot.say(HERE, "STOP")


STATES = [_outside, _waiting, _asked, _confirming, _scored, _thanked, _closed, _opted_out]


async def answered(bot: Bot, words: str, who: str = HERE) -> str:
    """What is said to these words, all of it."""
    channel, _, id_ = who.partition(":")
    await bot.work()
    before = len(bot.channels[channel].texts(id_))
    await bot.say(who, words)
    await bot.work()
    return "\n".join(bot.channels[channel].texts(id_)[before:])


async def code(bot: Bot, words: str = "DELETE", who: str = HERE) -> str:
    found = re.search(r"\b\d{4}\b", await answered(bot, words, who))
    assert found, "a code is asked back"
    return found[0]


# ------------------------------------------------------------------------------------------- who we are


@pytest.mark.parametrize("who", [HERE, "sms:+31612345678"])
@pytest.mark.parametrize("words", ["HELP", "who is this?", "PRIVACY"])
@pytest.mark.parametrize("before", [_outside, _asked, _scored, _thanked, _closed])
async def test_help_says_how_long_and_how_to_stop(bot: Bot, before: Any, words: str, who: str) -> None:
    await before(bot)
    text = await answered(bot, words, who)
    assert "Acme" in text
    assert "24 months" in text
    assert "STOP" in text


async def test_help_says_that_it_is_automated_why_and_where_more_is_told(store: Store) -> None:
    bot = Bot(store, settings_of(retention=12, privacy_url="https://acme.example/privacy"))
    await bot.start(BUYER)
    text = await answered(bot, "HELP")
    for part in ("automated", "because you are a customer", "12 months", "https://acme.example/privacy"):
        assert part in text
    link = bot.slack.taken[-1].body[-1]
    assert (link.kind, link.url) == ("link", "https://acme.example/privacy")
    assert "https://" in await answered(bot, "PRIVACY", "sms:+31612345678")
    assert "https://" not in await answered(bot, "HELP", "sms:+31612345678"), "it would cost a second SMS"


async def test_privacy_as_a_command(bot: Bot) -> None:
    await bot.add(BUYER)
    await bot.say("telegram:1", "", command="privacy")
    await bot.work()
    assert "MY DATA" in bot.telegram.texts("1")[-1]


# ---------------------------------------------------------------------------------------- why me, my data


@pytest.mark.parametrize("before", STATES)
async def test_why_me_and_my_data_in_every_state(bot: Bot, before: Any) -> None:
    await before(bot)
    talk = await bot.rows(conversation)
    assert "contact of Globex" in await answered(bot, "WHY ME")
    text = await answered(bot, "MY DATA")
    assert "Name: buyer" in text
    assert "Slack U1, Telegram 1, SMS +31612345678" in text
    for row, now in zip(talk, await bot.rows(conversation), strict=True):
        if row.asked_at is not None:
            assert (now.state, now.score, now.hints, now.unread) == (
                row.state,
                row.score,
                row.hints,
                row.unread,
            )


@pytest.mark.parametrize(
    ("words", "part"),
    [
        ("WAAROM IK", "contactpersoon van Globex"),
        ("waarom krijg ik dit?", "contactpersoon van Globex"),
        ("MIJN GEGEVENS", "Naam: inkoper"),
        ("WISSEN", "binnen een uur"),
        ("verwijder mijn gegevens", "binnen een uur"),
    ],
)
async def test_the_dutch_words(bot: Bot, words: str, part: str) -> None:
    await bot.start(DUTCH)
    assert part in await answered(bot, words)


async def test_my_data_holds_the_answers(bot: Bot) -> None:
    await _thanked(bot)
    text = await answered(bot, "MY DATA")
    assert "survey demo by Slack: score 2, reason: late again" in text
    assert "Your account manager got a message about it." in text


async def test_my_data_is_split_into_messages_that_fit(bot: Bot) -> None:
    await _scored(bot)
    for number in range(6):
        await bot.say(HERE, f"{number} " + "long & sad " * 80)
    await bot.work()
    before = len(bot.slack.texts("U1"))
    await bot.say(HERE, "MY DATA")
    await bot.later(seconds=30)
    parts = bot.slack.texts("U1")[before:]
    assert len(parts) > 2
    assert all(len(part) <= bot.slack.limits.text for part in parts)
    assert parts[0].startswith("What Acme keeps about you")
    assert parts[-1].endswith("DELETE erases everything.")


async def test_by_sms_only_this_conversation(bot: Bot) -> None:
    await _thanked(bot)
    text = await answered(bot, "MY DATA", "sms:+31612345678")
    assert text.startswith("Acme keeps no conversation with this number")

    phone = Customer("phone", sms="+31687654321")
    await bot.start(phone)
    await bot.say("sms:+31687654321", "9")
    await bot.say("sms:+31687654321", "quick people")
    text = await answered(bot, "MY DATA", "sms:+31687654321")
    assert "score 9, reason: quick people" in text
    assert "Globex" not in text
    await bot.say("sms:+31687654321", "once a year is enough")
    assert "you asked to be asked at most once in 365 days." in await answered(
        bot, "MY DATA", "sms:+31687654321"
    )


@pytest.mark.parametrize("words", ["WHY ME", "MY DATA", "DELETE"])
async def test_a_stranger_is_told_that_nothing_is_held(bot: Bot, words: str) -> None:
    await bot.add(BUYER)
    text = await answered(bot, words, "telegram:999")
    assert text.startswith("Nothing is held about this address")
    assert await bot.rows(erasure_code) == []


@pytest.mark.parametrize("who", [str(ADMIN), str(MANAGER)])
@pytest.mark.parametrize("words", ["WHY ME", "MY DATA", "DELETE"])
async def test_a_colleague_is_no_customer(bot: Bot, who: str, words: str) -> None:
    await bot.start(BUYER)
    assert "not a customer" in await answered(bot, words, who)
    assert len(await bot.rows(contact)) == 1


async def test_what_my_data_repeats_makes_no_later_words_a_copy(bot: Bot) -> None:
    await _thanked(bot)
    await answered(bot, "MY DATA")
    await bot.later(minutes=10)
    await bot.say(HERE, "late again")
    assert (await bot.conversation("buyer")).reason == "late again\nlate again"


@pytest.mark.parametrize("before", [_outside, _asked, _closed])
@pytest.mark.parametrize("words", ["WHY ME", "MY DATA", "DELETE", "HELP"])
async def test_two_machines_cannot_talk_for_ever(bot: Bot, before: Any, words: str) -> None:
    await before(bot)
    for _ in range(2 * ASKED_A_DAY):
        await bot.say(HERE, words)
    assert len(await bot.queued()) <= ASKED_A_DAY


# ------------------------------------------------------------------------------------------------- delete


@pytest.mark.parametrize("before", STATES)
async def test_delete_erases_in_every_state(bot: Bot, before: Any) -> None:
    await before(bot)
    digits = await code(bot)
    assert len(await bot.rows(contact)) == 1, "nothing happens before the code comes back"
    text = await answered(bot, digits)
    assert text == (
        "Everything that Acme kept about you is erased, and you will get no more surveys. "
        "This is our last message."
    )
    for table in (contact, address, erasure_code):
        assert await bot.rows(table) == []
    rows = await bot.rows(conversation)
    assert all(row.contact_id is None and row.state in ("closed", "skipped") for row in rows)
    assert len(await bot.rows(erased_opt_out)) == 4
    kept = [str(tuple(row)) for table in (inbox, outbox) for row in await bot.rows(table)]
    assert not [
        row for row in kept if "U1'" in row or "slack:U1" in row or digits in row or "last message" in row
    ]


async def test_a_score_still_counts_while_a_code_is_expected(bot: Bot) -> None:
    await _asked(bot)
    await code(bot)
    await bot.say(HERE, "8")
    assert (await bot.conversation("buyer")).score == 8


async def test_four_digits_without_a_code_are_read_as_ever(bot: Bot) -> None:
    await _asked(bot)
    assert "The scale runs from 0 to 10" in await answered(bot, "2024")
    await bot.say(HERE, "4")
    await bot.say(HERE, "2024")
    assert (await bot.conversation("buyer")).reason == "2024"


def _other(digits: str) -> str:
    return "1000" if digits != "1000" else "1001"


@pytest.mark.parametrize("before", [_outside, _asked, _thanked])
async def test_three_wrong_codes_are_enough(bot: Bot, before: Any) -> None:
    await before(bot)
    digits = await code(bot)
    wrong = _other(digits)
    assert "Tries left: 2" in await answered(bot, wrong)
    assert "Tries left: 1" in await answered(bot, wrong)
    assert "Send DELETE to get a new code" in await answered(bot, wrong)
    await answered(bot, digits)
    assert len(await bot.rows(contact)) == 1
    assert await answered(bot, await code(bot)) != ""
    assert await bot.rows(contact) == []


async def test_wrong_codes_cost_no_hint_and_no_score(bot: Bot) -> None:
    await _asked(bot)
    digits = await code(bot)
    await answered(bot, _other(digits))
    row = await bot.conversation("buyer")
    assert (row.state, row.hints, row.unread, row.clarified) == ("asked", 0, 0, False)


async def test_a_code_is_too_old_after_an_hour(bot: Bot) -> None:
    await _asked(bot)
    digits = await code(bot)
    bot.clock.advance(hours=1)
    assert "Nothing was erased" in await answered(bot, digits)
    assert len(await bot.rows(contact)) == 1


async def test_a_code_is_worth_nothing_elsewhere(bot: Bot) -> None:
    await bot.start(BUYER, Customer("other", slack="U2"))
    digits = await code(bot)
    await bot.say("slack:U2", digits)
    await bot.say("telegram:1", digits)
    assert len(await bot.rows(contact)) == 2


async def test_yes_and_end_are_no_confirmation(bot: Bot) -> None:
    await _asked(bot)
    await code(bot)
    for words in ("yes", "ok", "DELETE"):
        await bot.say(HERE, words)
    assert len(await bot.rows(contact)) == 1


async def test_the_code_sent_ten_times_at_once_erases_once(bot: Bot) -> None:
    await _scored(bot)
    event = bot.message(HERE, await code(bot))
    outcomes = await asyncio.gather(*(bot.take(event) for _ in range(10)))
    assert sorted(outcomes) == ["duplicate"] * 9 + ["taken"]
    await bot.work()
    assert bot.slack.texts("U1")[-1].startswith("Everything that Acme kept")
    assert len(await bot.rows(outbox, kind="farewell")) == 1


async def test_the_code_and_other_words_at_once(bot: Bot) -> None:
    await _scored(bot)
    digits = await code(bot)
    await asyncio.gather(
        bot.say(HERE, digits), bot.say(HERE, "and one more thing"), bot.say("telegram:1", "hello")
    )
    await bot.work()
    assert await bot.rows(contact) == []
    assert [row.reason for row in await bot.rows(conversation)] == [None]


async def test_a_goodbye_that_cannot_be_sent_goes_after_a_day(bot: Bot) -> None:
    await _asked(bot)
    digits = await code(bot)
    await bot.say(HERE, digits)
    (waiting,) = await bot.rows(outbox, kind="farewell")
    assert waiting.address == "U1"
    bot.clock.advance(days=1, minutes=1)
    await bot.work()
    (gone,) = await bot.rows(outbox, kind="farewell")
    assert (gone.state, gone.address, gone.body) == ("expired", "", None)
    assert gone.lane.startswith("farewell:")
    assert gone.expires_at - gone.made_at == timedelta(days=1)


async def test_an_admin_who_tried_a_campaign_stays_an_admin(bot: Bot) -> None:
    from bot.conversations.trials import hold_trial

    await hold_trial(bot.store, bot.settings, "demo", ADMIN, bot.clock.now)
    await bot.work()
    await bot.say(str(ADMIN), "3")
    digits = await code(bot, who=str(ADMIN))
    assert "is erased" in await answered(bot, digits, str(ADMIN))
    assert await bot.rows(contact) == []
    assert "admin" in roles_at(bot.settings, ADMIN)
    await hold_trial(bot.store, bot.settings, "demo", ADMIN, bot.clock.now)
    await bot.work()
    assert "how likely" in bot.slack.texts(ADMIN.id)[-1]
