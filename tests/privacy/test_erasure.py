"""Erasure: nothing that names or quotes a person is left, in no table; the figures are the same."""

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import Connection, select

from bot.dialogue.buttons import score_value
from bot.intake.erasing import erase_contact
from bot.people import suppression
from bot.people.colleagues import roles_at
from bot.people.consent import is_opted_out
from bot.people.importing import import_contacts
from bot.people.links import make_links
from bot.people.suppression import KeyMissing
from bot.privacy.retention import months_before
from bot.reports.campaign_report import campaign_report
from bot.reports.themes.matches import lists_in_force
from bot.reports.themes.proof import prove_themes
from bot.reports.values import CampaignReport
from bot.sending.theming import match_some
from bot.store.schema import (
    account,
    address,
    answer,
    contact,
    conversation,
    erased_opt_out,
    inbox,
    metadata,
    opt_out,
    outbox,
    theme_named,
)
from bot.store.store import Store
from channels.base import Address, Blocked, DeliveryReport, Inbound, ProviderOptOut, Rejected, Unreachable
from tests.support.bot_under_test import ADMIN, Bot, settings_of
from tests.support.manual_clock import MONDAY

HEADER = "contact_id,name,account,account_manager,language,timezone,slack,telegram,phone,email,plan\n"
BUYER = (
    "zebra-77,Head of Quagga,Okapi Holding,Manager,en,Europe/Lisbon,"
    "UZEBRA1,775512,+31655512399,q@okapi.example,platinum\n"
)
OTHER = "C2,Planner,Globex,Manager,en,,UOTHER,,+31655500000,p@globex.example,silver\n"
WORDS = ("The quokka invoices are wrong", "and the impala never calls back", "one more wildebeest")
PLANTED = (
    *("zebra", "Quagga", "Okapi", "Lisbon", "775512", "55512399", "platinum"),
    *("quokka", "impala", "wildebeest", "DEEPCHANNEL"),
)
SLACK, CHAT, PHONE = (
    Address("slack", "UZEBRA1"),
    Address("telegram", "775512"),
    Address("sms", "+31655512399"),
)


async def load(bot: Bot, tmp_path: Path, *rows: str) -> None:
    file = tmp_path / "contacts.csv"
    file.write_text(HEADER + "".join(rows), encoding="utf-8")
    result = await import_contacts(bot.store, file, bot.settings, bot.clock.now())
    assert result.refused == []


async def a_whole_conversation(bot: Bot, tmp_path: Path) -> None:
    """Two waves, an alert, words before, in and after, on all channels, a press, an edit, a command."""
    await load(bot, tmp_path, BUYER, OTHER)
    await bot.say("telegram:775512", "is the quokka office open?")
    await bot.say("telegram:775512", "HELP")
    await bot.start()
    await bot.press("slack:UZEBRA1", score_value((await bot.conversation("zebra-77")).id, 3))
    await bot.work()
    first = bot.message("slack:UZEBRA1", WORDS[0], message_ref="DEEPCHANNEL:1.5")
    await bot.take(replace(first, place=Address("slack", "DEEPCHANNEL")))
    await bot.say("slack:UZEBRA1", WORDS[1], edits="DEEPCHANNEL:1.5")
    await bot.say("slack:UOTHER", "9 because they are quick")
    await bot.work()
    await bot.later(days=8)
    await bot.say("slack:UZEBRA1", WORDS[2])
    await bot.say("sms:+31655512399", "what does the quokka want?")
    await bot.say("slack:UZEBRA1", "MY DATA")
    await bot.say("slack:UZEBRA1", "", command="nps quokka")
    await bot.start()
    await bot.say("slack:UZEBRA1", "STOP")
    await bot.say("slack:UOTHER", "2")
    await bot.work()
    await bot.say("slack:UZEBRA1", "START")


def dump(connection: Connection) -> dict[str, list[str]]:
    """Every table, every row, as text."""
    tables = metadata.tables.values()
    return {one.name: [str(tuple(row)) for row in connection.execute(select(one))] for one in tables}


async def found(bot: Bot, planted: tuple[str, ...] = PLANTED) -> set[tuple[str, str]]:
    """Which planted text stands in which table."""
    pattern = re.compile("|".join(map(re.escape, planted)), re.IGNORECASE)
    tables = await bot.store.read(dump)
    return {(name, hit) for name, rows in tables.items() for row in rows for hit in pattern.findall(row)}


async def erase(bot: Bot, contact_id: str = "zebra-77") -> Any:
    return await bot.store.write(erase_contact, bot.context, contact_id, bot.clock.now())


async def figures(bot: Bot) -> list[Any]:
    """Both waves' reports, as far as they do not depend on who is still talking; of cases how many there were, since an
    open one is over with its customer."""
    found = []
    for number in (1, 2):
        report = await bot.store.read(campaign_report, bot.settings, "demo", wave=number)
        assert isinstance(report, CampaignReport)
        cases = {"opened": sum(report.cases.values())}
        scope = replace(report.scope, running=False)
        found.append(replace(report, scope=scope, exactly_these=None, cases=cases))
    return found


async def test_nothing_is_left_in_any_table(bot: Bot, tmp_path: Path) -> None:
    await a_whole_conversation(bot, tmp_path)
    await bot.work()
    before = await found(bot)
    assert {hit.lower() for _, hit in before} == {one.lower() for one in PLANTED}, "all was planted"
    assert {
        "contact",
        "account",
        "address",
        "conversation",
        "answer",
        "inbox",
        "outbox",
        "command",
        "enrolment",
    } <= {table for table, _ in before}
    counted = await figures(bot)
    while await bot.store.write(match_some, lists_in_force(bot.settings)):
        pass
    person = (await bot.conversation("zebra-77")).contact_id
    theirs = [one.id for one in await bot.rows(conversation) if one.contact_id == person]
    assert {one.conversation_id for one in await bot.rows(theme_named)} & {*theirs}

    erased = await erase(bot)
    assert erased.conversations == 2
    assert not {one.conversation_id for one in await bot.rows(theme_named)} & {*theirs}
    assert (await bot.store.read(prove_themes, bot.settings)).holds
    assert erased.messages > 10
    assert await found(bot) == set(), "at once, before anything more is sent"
    await bot.work()
    assert await found(bot) == set()
    assert await figures(bot) == counted


async def test_the_others_keep_everything(bot: Bot, tmp_path: Path) -> None:
    await a_whole_conversation(bot, tmp_path)
    theirs = ("Planner", "Globex", "UOTHER", "55500000", "globex.example", "they are quick")
    before = await found(bot, theirs)
    await erase(bot)
    await bot.work()
    assert await found(bot, theirs) == before
    assert (await bot.conversation("C2")).score == 2


async def test_the_alert_says_erased_on_request(bot: Bot, tmp_path: Path) -> None:
    await a_whole_conversation(bot, tmp_path)
    await bot.work()
    assert [text for text in bot.slack.chat("UMANAGER") if "Head of Quagga" in text]
    await erase(bot)
    await bot.work()
    screen = bot.slack.chat("UMANAGER")
    assert [text for text in screen if text.startswith("Erased on request")]
    assert not [text for text in screen if re.search("|".join(PLANTED), text)]
    assert [text for text in screen if "Planner gave a 2" in text], "the other's alert stands"
    erased = [one for one in bot.slack.shown.values() if one.body[0].text.startswith("Erased")]
    assert all(one.choices == () for one in erased)


async def test_a_press_on_an_erased_alert_changes_nothing(bot: Bot, tmp_path: Path) -> None:
    await a_whole_conversation(bot, tmp_path)
    await bot.work()
    await erase(bot)
    await bot.work()
    case = (await bot.cases())[0]
    for deed in ("take", "done"):
        await bot.press("slack:UMANAGER", f"c:{case.id}:{deed}")
    await bot.work()
    after = (await bot.cases())[0]
    assert (after.state, after.taken_by, after.done_by) == ("done", None, None)


async def test_an_alert_by_sms_asks_to_delete_it(store: Store, tmp_path: Path) -> None:
    bot = Bot(store, settings_of(account_managers={"Manager": "sms:+31612349999"}))
    await load(bot, tmp_path, BUYER)
    await bot.start()
    await bot.say("slack:UZEBRA1", "1")
    await bot.work()
    await erase(bot)
    await bot.work()
    first, *_, last = bot.sms.texts("+31612349999")
    assert "Quagga" in first
    assert last.startswith("npsbot: Erased on request: the customer of this alert, from 02-03-2026")


async def test_an_alert_that_nobody_saw_is_not_sent(bot: Bot, tmp_path: Path) -> None:
    await load(bot, tmp_path, BUYER)
    await bot.start()
    await bot.say("slack:UZEBRA1", "1")
    await erase(bot)
    await bot.work()
    assert bot.slack.chat("UMANAGER") == []


async def test_an_alert_that_cannot_be_changed_is_followed_by_another(bot: Bot, tmp_path: Path) -> None:
    await load(bot, tmp_path, BUYER)
    await bot.start()
    await bot.say("slack:UZEBRA1", "1")
    await bot.work()
    await erase(bot)
    bot.slack.fates.append(Rejected("the message is too old to be changed"))
    await bot.work()
    assert bot.slack.texts("UMANAGER")[-1].startswith("Erased on request")


# --------------------------------------------------------------------------------- what stays, and replays


async def test_the_score_its_wave_and_its_day_stay(bot: Bot, tmp_path: Path) -> None:
    await load(bot, tmp_path, BUYER)
    await bot.start()
    await bot.later(hours=2)
    await bot.say("slack:UZEBRA1", "3 the quokka")
    await erase(bot)
    (row,) = await bot.rows(conversation)
    assert (row.score, row.first_score, row.channel, row.ending, row.erased) == (
        3,
        3,
        "slack",
        "opted_out",
        "request",
    )
    assert (row.contact_id, row.address, row.reason, row.parts) == (None, "", "", [])
    noon = MONDAY.replace(hour=11)  # in Amsterdam
    assert {row.asked_at, row.released_at, row.scored_at, row.closed_at} == {noon}
    (kept, words) = await bot.rows(answer)
    assert (kept.kind, kept.score, kept.text, kept.at) == ("score", 3, None, noon)
    assert (words.kind, words.text) == ("reason", None)


async def test_a_webhook_that_comes_again_stays_without_effect(bot: Bot, tmp_path: Path) -> None:
    await load(bot, tmp_path, BUYER)
    await bot.start()
    talk = await bot.conversation("zebra-77")
    events: list[Inbound] = [
        bot.message("slack:UZEBRA1", "3 the quokka"),
        bot.message(
            "slack:UZEBRA1",
            choice=score_value(talk.id, 2),
            provider_id="press:UZEBRA1:1.5:s",
            message_ref=None,
        ),
        bot.message("telegram:775512", "what is this?"),
        ProviderOptOut("SM1:stop", PHONE, bot.clock.now(), "STOP", confirmed=True),
    ]
    for event in events:
        assert await bot.take(event) == "taken"
    await bot.work()
    await erase(bot)
    await bot.work()
    before = await bot.store.read(dump)
    for event in events:
        assert await bot.take(event) == "duplicate"
    assert await bot.store.read(dump) == before
    assert await found(bot) == set()


async def test_an_old_button_answers_nothing(bot: Bot, tmp_path: Path) -> None:
    await load(bot, tmp_path, BUYER)
    await bot.start()
    talk = await bot.conversation("zebra-77")
    await erase(bot)
    await bot.press("slack:UZEBRA1", score_value(talk.id, 9))
    (row,) = await bot.rows(conversation)
    assert row.score is None
    assert (await bot.rows(inbox))[-1].reading == "foreign"


async def test_a_late_report_of_a_carrier_finds_its_message_and_no_person(bot: Bot, tmp_path: Path) -> None:
    await load(bot, tmp_path, "zebra-77,,,,en,,,,+31655512399,,\n")
    await bot.start()
    (sent,) = await bot.rows(outbox, kind="question")
    await erase(bot)
    failed = DeliveryReport(
        "SM1:failed",
        sent.message_ref,
        "undelivered",
        bot.clock.now(),
        "21610",
        Unreachable("it said STOP", opted_out=True),
    )
    assert await bot.take(failed, "sms") == "taken"
    await bot.work()
    assert await bot.rows(opt_out) == []
    assert (await bot.rows(outbox, id=sent.id))[0].status == "undelivered"
    assert await found(bot) == set()


async def test_what_is_being_sent_meanwhile_leaves_nothing_behind(bot: Bot, tmp_path: Path) -> None:
    await load(bot, tmp_path, BUYER)
    await bot.enrol()
    await bot.timers.tick()
    await bot.senders["slack"].look()  # the question is on its way
    await erase(bot)
    await bot.senders["slack"].settle()
    assert bot.slack.texts("UZEBRA1"), "it could not be called back"
    (row,) = await bot.rows(outbox, kind="question")
    assert (row.state, row.address, row.message_ref) == ("sent", "", None)
    assert (await bot.rows(conversation))[0].question_ref is None
    await bot.work()
    assert len(bot.slack.texts("UZEBRA1")) == 1
    assert await found(bot) == set()


async def test_what_is_queued_for_them_is_not_sent(bot: Bot, tmp_path: Path) -> None:
    await load(bot, tmp_path, BUYER)
    await bot.say("slack:UZEBRA1", "HELP")
    await bot.enrol()
    await bot.timers.tick()
    await erase(bot)
    await bot.work()
    assert bot.slack.texts("UZEBRA1") == []


# ----------------------------------------------------------------------------- whose an address was, and is


async def test_a_number_that_came_to_somebody_else_is_theirs(bot: Bot, tmp_path: Path) -> None:
    await load(bot, tmp_path, "zebra-77,Quagga,,,en,,,,+31655512399,,\n")
    await bot.start()
    await bot.say("sms:+31655512399", "3 the quokka")
    await bot.later(days=8)
    await load(bot, tmp_path, "zebra-77,,,,,,,,-,,\n", "C9,Newcomer,,,en,,,,+31655512399,,\n")
    await bot.start()
    await bot.say("sms:+31655512399", "9 they are quick")
    await bot.work()
    await erase(bot)
    assert await found(bot, ("quokka", "quagga")) == set()
    assert await found(bot, ("quick", "Newcomer")) >= {("inbox", "quick"), ("contact", "Newcomer")}
    assert not await bot.store.read(is_opted_out, PHONE)
    assert (await bot.conversation("C9")).score == 9


async def test_an_address_that_nobody_has_now_is_erased_too(bot: Bot, tmp_path: Path) -> None:
    await load(bot, tmp_path, BUYER)
    await bot.start()
    await bot.say("slack:UZEBRA1", "3 the quokka")
    await bot.later(days=8)
    await load(bot, tmp_path, "zebra-77,,,,,,-,,,,\n")
    await bot.say("slack:UZEBRA1", "hello from the wildebeest")
    await erase(bot)
    assert await found(bot) == set()


async def test_an_account_goes_with_its_last_contact(bot: Bot, tmp_path: Path) -> None:
    await load(
        bot, tmp_path, BUYER, BUYER.replace("zebra-77", "C3").replace("UZEBRA1,775512,+31655512399", ",,")
    )
    await erase(bot)
    assert len(await bot.rows(account)) == 1
    await erase(bot, "C3")
    assert await bot.rows(account) == []


async def test_what_an_admin_ordered_stays_though_they_are_erased_as_a_customer(
    bot: Bot, tmp_path: Path
) -> None:
    await load(bot, tmp_path, "C1,Quagga,,,en,,UADMIN,,,,\n")
    await bot.say(str(ADMIN), "", command="nps status demo")
    await erase(bot, "C1")
    assert ("command", "UADMIN") in await found(bot, ("UADMIN",))
    assert await found(bot, ("Quagga",)) == set()
    assert "admin" in roles_at(bot.settings, ADMIN)


# --------------------------------------------------------------------------------------------- the opt-out


@pytest.mark.parametrize("secret", [None, SecretStr("sixteen-and-more-letters")])
@pytest.mark.parametrize(
    "comes_back",
    [
        BUYER,
        "other-key,,,,,,UZEBRA1,,,,\n",
        "other-key,,,,,,,,06 55512399,,\n",
        "zebra-77,,,,,,UNEW,,,,\n",
    ],
)
async def test_who_is_imported_again_is_not_asked(
    store: Store, tmp_path: Path, comes_back: str, secret: SecretStr | None
) -> None:
    bot = Bot(store, settings_of(secret_key=secret))
    await load(bot, tmp_path, BUYER)
    await erase(bot)
    assert await bot.rows(opt_out) == []
    assert await bot.rows(contact) == []
    await load(bot, tmp_path, comes_back)
    await bot.start()
    (row,) = await bot.rows(conversation)
    assert (row.state, row.skipped) == ("skipped", "opted_out")
    assert {one.source for one in await bot.rows(opt_out)} == {"erased"}


async def test_who_links_again_is_not_asked(bot: Bot, tmp_path: Path) -> None:
    await load(bot, tmp_path, BUYER)
    await erase(bot)
    await load(bot, tmp_path, "other-key,,,,,,,,,,\n")
    links = [one async for one in make_links(bot.store, "acme_bot", "Acme", "en", bot.clock.now())]
    token = links[0].link.partition("=")[2]
    await bot.say("telegram:775512", "", command=f"start {token}")
    assert await bot.store.read(is_opted_out, CHAT)


async def test_others_are_not_mistaken_for_who_was_erased(bot: Bot, tmp_path: Path) -> None:
    await load(bot, tmp_path, BUYER)
    await erase(bot)
    await load(bot, tmp_path, OTHER)
    assert await bot.rows(opt_out) == []


@pytest.mark.parametrize("where", ["slack:UZEBRA1", "telegram:775512", "sms:+31655512399"])
async def test_start_undoes_it_for_the_whole_person(bot: Bot, tmp_path: Path, where: str) -> None:
    await load(bot, tmp_path, BUYER)
    await erase(bot)
    await bot.say(where, "START")
    await bot.work()
    assert "Welcome back" in bot.channels[where.partition(":")[0]].taken[-1].body[0].text
    await load(bot, tmp_path, BUYER)
    assert await bot.rows(opt_out) == []
    assert await bot.rows(erased_opt_out) == []


async def test_start_after_the_import_undoes_it_too(bot: Bot, tmp_path: Path) -> None:
    await load(bot, tmp_path, BUYER)
    await erase(bot)
    await load(bot, tmp_path, BUYER)
    await bot.say("slack:UZEBRA1", "START")
    await load(bot, tmp_path, "zebra-77,,,,,,UNEW,,,,\n")
    await bot.start()
    assert (await bot.conversation("zebra-77")).state == "asked"


async def test_words_of_who_was_erased_are_answered_by_nothing(bot: Bot, tmp_path: Path) -> None:
    await load(bot, tmp_path, BUYER)
    await erase(bot)
    await bot.say("slack:UZEBRA1", "hello?")
    await bot.work()
    assert bot.slack.texts() == []


async def test_stop_from_who_was_erased_writes_no_address_down(bot: Bot, tmp_path: Path) -> None:
    await load(bot, tmp_path, BUYER)
    await erase(bot)
    await bot.say("slack:UZEBRA1", "STOP")
    await bot.take(ProviderOptOut("SM9:stop", PHONE, bot.clock.now(), "STOP", confirmed=True))
    await bot.take(Blocked("9", CHAT, bot.clock.now()))
    await bot.work()
    assert await bot.rows(opt_out) == []
    assert bot.slack.texts() == []


async def test_the_digests_tell_nobody_who_it_was(bot: Bot, tmp_path: Path) -> None:
    await load(bot, tmp_path, BUYER)
    bot.clock.advance(hours=3, minutes=7)
    await erase(bot)
    rows = await bot.rows(erased_opt_out)
    assert len(rows) == 4, "three addresses and the contact's own key"
    assert all(re.fullmatch("[0-9a-f]{64}", row.digest) for row in rows)
    assert {row.since for row in rows} == {MONDAY.replace(hour=0)}


async def test_a_configured_key_is_used_besides_the_databases_own(store: Store) -> None:
    first, second = SecretStr("first-secret-of-sixteen"), SecretStr("second-secret-of-sixteen")

    def keep(connection: Connection, secret: SecretStr | None, at: Address) -> None:
        suppression.keep(connection, secret, [at], MONDAY)

    await store.write(keep, None, SLACK)
    await store.write(keep, first, CHAT)
    assert await store.read(suppression.among, first, [SLACK, CHAT, PHONE]) == {SLACK, CHAT}
    await store.read(suppression.require_keys, first)
    for missing in (None, second):
        with pytest.raises(KeyMissing, match="secret_key is not the one with which 1 opt-outs"):
            await store.read(suppression.require_keys, missing)


async def test_nobody_is_imported_while_the_key_is_missing(store: Store, tmp_path: Path) -> None:
    bot = Bot(store, settings_of(secret_key="first-secret-of-sixteen"))
    await load(bot, tmp_path, BUYER)
    await erase(bot)
    with pytest.raises(KeyMissing):
        await load(Bot(store), tmp_path, BUYER)


# ----------------------------------------------------------------------------------------------- retention


async def test_what_is_too_old_is_forgotten_by_night(bot: Bot, tmp_path: Path) -> None:
    await a_whole_conversation(bot, tmp_path)
    await bot.work()
    counted = await figures(bot)
    await bot.later(days=9)
    words = ("quokka", "impala", "wildebeest", "quick", "DEEPCHANNEL")
    for _ in range(5):
        bot.clock.set(months_before(MONDAY, -24) - timedelta(days=1))
        await bot.work()
    assert ("inbox", "quokka") in await found(bot, words)
    for _ in range(5):
        await bot.later(days=30)
    assert await found(bot, words) == set()
    rows = await bot.rows(conversation)
    assert {row.erased for row in rows} == {"retention"}
    assert await figures(bot) == counted
    assert [text for text in bot.slack.chat("UMANAGER") if text.startswith("Erased: this alert")]
    people = await bot.rows(contact)
    assert len(people) == 2, "customers they still are"
    assert len(await bot.rows(address)) == 5
    assert await bot.rows(erased_opt_out) == []


async def test_nothing_is_forgotten_too_early(bot: Bot, tmp_path: Path) -> None:
    await load(bot, tmp_path, BUYER)
    await bot.start()
    await bot.say("slack:UZEBRA1", "3 the quokka")
    await bot.later(days=2)
    closed = (await bot.conversation("zebra-77")).closed_at
    bot.clock.set(months_before(closed, -24) - timedelta(minutes=1))
    await bot.restarted().work()
    assert (await bot.conversation("zebra-77")).reason == "the quokka"
    bot.clock.advance(minutes=2)
    await bot.restarted().work()
    assert await found(bot, ("quokka",)) == set()


async def test_who_was_left_out_is_forgotten_too(bot: Bot, tmp_path: Path) -> None:
    await load(bot, tmp_path, "zebra-77,,,,,,,,,,\n")
    await bot.start()
    bot.clock.set(months_before(bot.clock.now(), -25))
    await bot.restarted().work()
    (row,) = await bot.rows(conversation)
    assert (row.state, row.skipped, row.contact_id, row.erased) == (
        "skipped",
        "telegram: not linked",
        None,
        "retention",
    )


@pytest.mark.parametrize(
    ("now", "months", "before"),
    [
        (MONDAY, 24, MONDAY.replace(year=2024)),
        (MONDAY, 3, MONDAY.replace(year=2025, month=12)),
        (MONDAY.replace(month=12, day=31), 1, MONDAY.replace(month=11, day=30)),
        (MONDAY.replace(month=3, day=31), 1, MONDAY.replace(month=2, day=28)),
        (MONDAY, 2, MONDAY.replace(month=1)),
    ],
)
def test_months_before(now: Any, months: int, before: Any) -> None:
    assert months_before(now, months) == before


# ----------------------------------------------------------------- an address that a file took away


@pytest.mark.parametrize("gone", [SLACK, CHAT, PHONE], ids=str)
async def test_words_from_an_address_that_a_file_took_go_too(
    bot: Bot, tmp_path: Path, gone: Address
) -> None:  # field E4
    await load(bot, tmp_path, BUYER, OTHER)
    await bot.say(str(gone), "is the quokka office open?")
    await bot.work()
    await load(bot, tmp_path, BUYER.replace(f",{gone.id},", ",,").replace(f",{gone.id},", ",,"))
    await erase(bot)
    await bot.work()
    assert await found(bot) == set()
    again = {"slack": "UZEBRA1,,", "telegram": ",775512,", "sms": ",,+31655512399"}[gone.channel]
    await load(bot, tmp_path, f"N1,Somebody,Globex,Manager,en,,{again},,\n")
    assert await bot.store.read(is_opted_out, gone), "who was erased is not asked again at it"


async def test_an_address_that_is_somebody_else_s_now_is_theirs(bot: Bot, tmp_path: Path) -> None:
    await load(bot, tmp_path, BUYER, OTHER)
    await load(bot, tmp_path, BUYER.replace("UZEBRA1", "UZEBRA2"))
    await load(bot, tmp_path, "N1,Somebody,Globex,Manager,en,,UZEBRA1,,,,\n")
    await bot.say("slack:UZEBRA1", "a word of the new one")
    await erase(bot)
    assert ("inbox", "a word of the new one") in await found(bot, ("a word of the new one",))
    assert not await bot.store.read(is_opted_out, SLACK)
