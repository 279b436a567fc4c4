"""How a wave speaks is frozen with it: salutation, wording by category, a link for promoters, any language."""

from dataclasses import replace
from typing import Any

import pytest

from bot.config.settings import Settings
from bot.store.schema import address, opt_out
from bot.store.store import Store
from channels.base import Address, ProviderOptIn, ProviderOptOut, Unreachable
from tests.support.bot_under_test import Bot, Customer, settings_of

NAMED = Customer("First de Last", slack="U1", telegram="1", sms="+31612345678")
PHONE = Address("sms", "+31612345678")
FRENCH = {
    "question": "{company} : de {low} à {high}, nous recommanderiez-vous ? STOP = fin.",
    "reason_question": "Merci pour votre {score}. Pourquoi ?",
    "opted_out": "C'est fini.",
}


def bot_with(store: Store, survey: dict[str, Any], **more: Any) -> Bot:
    return Bot(store, settings_of(surveys={"nps": survey}, **more))


def on(channel: str) -> dict[str, Any]:
    return {"campaigns": {"demo": {"send_between": "always", "every": 0, "channels": [channel]}}}


@pytest.mark.parametrize(
    ("channel", "place", "salutes"),
    [("slack", "U1", True), ("telegram", "1", True), ("sms", PHONE.id, False)],
)
async def test_the_question_greets_by_name_where_that_costs_nothing(
    store: Store, channel: str, place: str, salutes: bool
) -> None:
    bot = bot_with(store, {}, **on(channel))
    await bot.start(NAMED)
    (question,) = bot.channels[channel].texts(place)
    assert question.startswith("Hello First de Last,\nAcme asks" if salutes else "Acme: how likely")


async def test_nobody_is_greeted_where_the_survey_says_so_or_the_name_may_be_a_role(store: Store) -> None:
    bot = bot_with(store, {"salutation": False})
    await bot.start(NAMED, Customer("Buyer 2 at Globex", slack="U2"))
    assert bot.slack.texts("U1")[0].startswith("Acme asks")
    assert bot.slack.texts("U2")[0].startswith("Acme asks")


async def test_a_role_is_not_greeted(bot: Bot) -> None:
    await bot.start(Customer("Buyer 2 at Globex", slack="U2"))
    assert bot.slack.texts("U2")[0].startswith("Acme asks")


async def test_the_question_keeps_its_salutation_when_the_score_is_shown_on_it(bot: Bot) -> None:
    await bot.start(NAMED)
    await bot.tap("slack:U1", "8")
    await bot.work()
    question = bot.slack.chat("U1")[0]
    assert question.startswith("Hello First de Last,\n")
    assert question.endswith("Your answer: 8. Another number changes it.")


@pytest.mark.parametrize(
    ("score", "asked"), [("10", "What do we do well"), ("7", "What was missing"), ("2", "What went wrong")]
)
async def test_the_reason_is_asked_by_category_where_the_survey_says_so(
    store: Store, score: str, asked: str
) -> None:
    bot = bot_with(store, {"follow_up": "by_category"})
    await bot.start(NAMED)
    await bot.say("slack:U1", score)
    await bot.work()
    assert asked in bot.slack.chat("U1")[1]
    assert score in bot.slack.chat("U1")[1]


async def test_a_campaign_speaks_any_language_and_english_where_it_has_no_text(store: Store) -> None:
    bot = bot_with(store, {"words": {"fr": FRENCH}})
    buyer, planner = (
        Customer(f"First {n}", slack=f"U{n}", language=code) for n, code in ((1, "fr-BE"), (2, "it"))
    )
    await bot.start(buyer, planner)
    await bot.say("slack:U1", "8")
    await bot.say("slack:U1", "c'est bien")
    await bot.work()
    question, reason, thanks = bot.slack.chat("U1")
    assert question == "Acme : de 0 à 10, nous recommanderiez-vous ? STOP = fin."
    assert reason == "Merci pour votre 8. Pourquoi ?"
    assert thanks.startswith("Thank you, Acme has your 8")
    assert bot.slack.texts("U2")[0].startswith("Acme asks")


async def test_german_is_sie_unless_the_contact_says_du(bot: Bot) -> None:
    await bot.start(Customer("a", slack="U1", language="de-AT"), Customer("b", slack="U2", language="de-du"))
    assert "dass Sie uns" in bot.slack.texts("U1")[0]
    assert "dass du uns" in bot.slack.texts("U2")[0]


async def test_a_wave_goes_on_as_it_began_when_the_settings_change(store: Store) -> None:
    before = bot_with(store, {"follow_up": "by_category"})
    await before.start(NAMED)
    after = Bot(store, settings_of(), before.clock, before.channels)
    await after.say("slack:U1", "2")
    await after.work()
    assert "What went wrong" in after.slack.chat("U1")[1]


# --------------------------------------------------------------------------- what only the provider lifts


async def _opted_out_at_twilio(settings: Settings, store: Store) -> Bot:
    bot = Bot(store, settings)
    await bot.start(NAMED)
    await bot.take(ProviderOptOut("stop", PHONE, bot.clock.now(), "STOP", confirmed=True))
    return bot


async def test_who_comes_back_elsewhere_is_told_that_sms_needs_a_start_of_its_own(store: Store) -> None:
    bot = await _opted_out_at_twilio(settings_of(), store)
    await bot.say("telegram:1", "START")
    await bot.work()
    assert await bot.rows(opt_out) == []
    assert "only START, sent to our number by SMS" in bot.telegram.texts("1")[-1]
    (phone,) = await bot.rows(address, channel="sms")
    assert phone.dead_reason == "the SMS provider keeps a STOP from it"


async def test_a_number_that_the_provider_blocks_is_not_tried_so_that_nobody_is_opted_out_again(
    store: Store,
) -> None:
    bot = await _opted_out_at_twilio(settings_of(**on("sms")), store)
    await bot.say("telegram:1", "START")
    await bot.start()
    newest = await bot.conversation(NAMED.id)
    assert (newest.state, bot.sms.texts()) == ("skipped", bot.sms.texts()[:1])
    assert await bot.rows(opt_out) == []


async def test_a_start_from_the_number_itself_lifts_it(store: Store) -> None:
    bot = await _opted_out_at_twilio(settings_of(), store)
    await bot.say("telegram:1", "START")
    await bot.take(ProviderOptIn("start", PHONE, bot.clock.now(), "START", confirmed=True))
    (phone,) = await bot.rows(address, channel="sms")
    assert phone.dead_since is None


async def test_other_words_from_a_blocked_number_change_nothing_and_are_answered_once_a_day(
    store: Store,
) -> None:
    """The answer arrives only where our record is behind the provider's; then it says what to do."""
    bot = await _opted_out_at_twilio(settings_of(), store)
    for _ in range(3):
        await bot.say(str(PHONE), "opt in")
    await bot.work()
    assert len(await bot.rows(opt_out)) == 1
    told = [text for text in bot.sms.texts(PHONE.id) if "Only the one word START" in text]
    assert len(told) == 1


async def test_an_opt_out_in_words_that_the_provider_refuses_to_confirm_is_the_providers(
    store: Store,
) -> None:
    """21610 on the farewell itself: the number is blocked there, and stays so whatever words come."""
    bot = Bot(store, settings_of(**on("sms")))
    await bot.start(NAMED)
    await bot.say(str(PHONE), "please stop messaging me")
    bot.sms.fates.append(Unreachable("this person has sent STOP to our number", opted_out=True))
    await bot.work()
    (kept,) = await bot.rows(opt_out)
    assert kept.source == "provider"
    await bot.say("telegram:1", "START")
    await bot.work()
    assert "only START, sent to our number by SMS" in bot.telegram.texts("1")[-1]


@pytest.mark.parametrize(
    ("managers", "fallback", "holder"),
    [({"North": "slack:U9"}, "North", "North at Acme"), ({}, "slack:U9", "Acme")],
)
async def test_thanks_name_who_was_alerted_where_they_have_a_name(
    store: Store, managers: dict[str, str], fallback: str, holder: str
) -> None:
    # field D: said only where it is so, and no address is told
    bot = bot_with(store, {}, account_managers=managers, fallback_manager=fallback)
    await bot.start(replace(NAMED, manager=None))
    await bot.say("slack:U1", "3, always late")
    await bot.work()
    assert (
        bot.slack.chat("U1")[-1] == f"Thank you for telling us: your 3 and your reason are with {holder} now."
    )
