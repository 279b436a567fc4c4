"""`why`: the time line of one person, as an admin, an account manager and a terminal read it."""

import asyncio
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import structlog
import typer
from sqlalchemy import Connection, update
from structlog.testing import LogCapture
from typer.testing import CliRunner

from bot.cli.why import why_command
from bot.commands.desk import Desk
from bot.commands.replies.reply import Reply
from bot.commands.replies.why import MOST_STEPS
from bot.commands.worker import CommandWorker
from bot.intake.erasing import erase_contact
from bot.store.schema import command, contact, inbox, outbox
from bot.store.store import Store
from bot.words import words_for
from channels.base import Address
from tests.support.bot_under_test import ADMIN, FALLBACK, MANAGER, Bot, Customer, settings_of
from tests.support.manual_clock import ManualClock
from tests.support.shell import CONFIG

BUYER = Customer("Buyer", slack="U1")
OTHERS = Customer("Planner", slack="U2", account="Initech", manager="Other manager")

ENGLISH = """\
Buyer, Globex
2 March 2026 · demo, wave 1
11:00 in the audience (everybody); started by an admin
11:00 sent by Slack: question
11:00 the question arrived
11:01 wrote “hello?”: no score in it
11:01 sent by Slack: reply “Sorry, I could not read a score. Please reply with one…”
11:02 wrote “a 3, you were late”: read as score 3, taken as the reason
11:02 sent by Slack: reply “Thank you for telling us: your 3 and your reason are with…”
11:02 alert for Manager
11:02 alert shown to Manager (Slack)
11:03 taken by Manager
11:04 done, by Manager
3 March 2026 · demo, wave 1
11:04 closed: score and reason are in
5 March 2026 · demo, wave 1
11:04 wrote “stop please”: wants no more messages
11:04 wants no messages since then: said so in words (Slack)
11:04 sent by Slack: confirmation “You will get no more surveys from Acme, on any channel.…”"""

DUTCH = """\
Buyer, Globex
2 maart 2026 · demo, ronde 1
11:00 hoort bij de doelgroep (iedereen); gestart door een beheerder
11:00 verstuurd via Slack: vraag
11:00 de vraag kwam aan"""


@pytest.fixture
def worker(bot: Bot) -> CommandWorker:
    return CommandWorker(bot.store, bot.context, bot.clock)


@pytest.fixture
async def detractor(bot: Bot) -> Bot:
    """A bot that has alerted of a detractor."""
    await bot.start(BUYER, OTHERS)
    await bot.say("slack:U1", "2, you were late")
    await bot.work()
    return bot


def desk_of(bot: Bot) -> Desk:
    words = words_for("admin", bot.settings.language)
    return Desk(bot.store, bot.settings, bot.context.limits, words, bot.clock.now)


async def why(bot: Bot, who: str, by: Address = ADMIN, place: Address | None = None) -> Reply:
    return await desk_of(bot).carry_out(by, f"why {who}", place)


async def test_the_whole_story_as_an_admin_reads_it(bot: Bot) -> None:
    await bot.start(BUYER)
    for minutes, who, said in (
        (1, "slack:U1", "hello?"),
        (1, "slack:U1", "a 3, you were late"),
        (1, str(MANAGER), "I'm on it"),
        (1, str(MANAGER), "Done"),
        (2 * 24 * 60, "slack:U1", "stop please"),
    ):
        await bot.later(minutes=minutes)
        await (bot.tap if who == str(MANAGER) else bot.say)(who, said)
        await bot.work()
        if said == "Done":
            await bot.later(days=1)
    assert (await why(bot, "buyer")).text == ENGLISH


async def test_the_story_in_dutch(store: Store, clock: ManualClock) -> None:
    bot = Bot(store, settings_of(language="nl"), clock)
    await bot.start(BUYER)
    assert (await desk_of(bot).carry_out(ADMIN, "waarom Buyer")).text.startswith(DUTCH)


@pytest.mark.parametrize(
    ("by", "who", "answer"),
    [
        (ADMIN, "Planner", "Planner, Initech\n"),
        (MANAGER, "Buyer", "Buyer, Globex\n"),
        (MANAGER, "Planner", "I know no customer called “Planner”."),
        (MANAGER, "slack:U2", "I know no customer called “slack:U2”."),
        (Address("slack", "U1"), "Buyer", "Sorry, only admins of npsbot can do that."),
        (Address("sms", "+31612345678"), "Buyer", "Sorry, commands are not taken by SMS"),
        (ADMIN, "", "Which customer? Write for example “/nps why globex-1”"),
    ],
)
async def test_who_may_see_whom(detractor: Bot, by: Address, who: str, answer: str) -> None:
    assert (await why(detractor, who, by)).text.startswith(answer)


async def test_near_names_are_offered(detractor: Bot) -> None:
    found = await why(detractor, "plan")
    assert found.text == (
        "No customer is called exactly “plan”. Did you mean Planner? Then write “/nps why Planner”."
    )
    assert (found.outcome, found.private) == ("refused", True)


# ------------------------------------------------------------------------------------------ the button


async def test_the_button_of_an_alert_answers_who_pressed_it(detractor: Bot, worker: CommandWorker) -> None:
    before = detractor.slack.texts()
    await detractor.tap(str(MANAGER), "Why?")
    await worker.look()
    await detractor.work()
    (answer,) = detractor.slack.texts()[len(before) :]
    assert answer.startswith("Buyer, Globex\n")
    assert "read as score 2, taken as the reason" in answer
    assert detractor.slack.taken[-1].address == MANAGER
    assert detractor.slack.taken[-1].replaces is None  # the alert stays
    (case,) = await detractor.cases()
    assert (case.state, case.wanted, case.shown) == ("open", 1, 1)


async def test_in_a_shared_channel_only_who_pressed_it_sees_the_answer(
    store: Store, clock: ManualClock, worker: CommandWorker
) -> None:
    channel = Address("telegram", "-100")
    bot = Bot(store, settings_of(account_managers={"Manager": str(channel)}), clock)
    worker = CommandWorker(bot.store, bot.context, bot.clock)
    await bot.start(BUYER)
    await bot.say("slack:U1", "2")
    await bot.work()
    await bot.take(replace(bot.message("telegram:77", choice="c:1:why", message_ref=None), place=channel))
    await worker.look()
    await bot.work()
    answers = [one for one in bot.telegram.taken if "in the audience" in "".join(s.text for s in one.body)]
    assert [one.address for one in answers] == [Address("telegram", "77")]


@pytest.mark.parametrize(
    ("by", "value", "answer"),
    [
        (ADMIN, "c:1:why", "Buyer, Globex\n"),
        (
            Address("slack", "U1"),
            "c:1:why",
            "Only the account manager of this alert or an admin can see that.",
        ),
        (FALLBACK, "c:1:why", "Only the account manager of this alert or an admin can see that."),
        (MANAGER, "c:2:why", "This alert no longer exists."),
        (MANAGER, f"c:{'9' * 18}:why", "This alert no longer exists."),
    ],
)
async def test_who_may_press(detractor: Bot, by: Address, value: str, answer: str) -> None:
    assert (await desk_of(detractor).carry_out(by, value)).text.startswith(answer)


async def test_of_who_was_erased_nothing_but_that_is_told(detractor: Bot) -> None:
    await detractor.store.write(erase_contact, detractor.context, "Buyer", detractor.clock.now())
    erased = "This customer was erased on request. Nothing else is known of them."
    assert (await desk_of(detractor).carry_out(MANAGER, "c:1:why")).text == erased
    assert (await why(detractor, "Buyer")).text == erased
    assert (await why(detractor, "slack:U1")).text == erased
    assert "erased" not in (await why(detractor, "Buyer", MANAGER)).text  # nor whether they were a customer
    # field D: neighbours were offered for the key, and a number was unknown
    await detractor.add(Customer("Buyer-2", slack="U7"))
    assert (await why(detractor, "Buyer")).text == erased


async def test_who_was_erased_is_known_by_their_number(store: Store) -> None:
    bot = Bot(store)
    await bot.add(Customer("Caller", sms="+31612345678"))
    await bot.store.write(erase_contact, bot.context, "Caller", bot.clock.now())
    for said in ("+31612345678", "+31 6 12345678", "sms:+31612345678"):
        assert (await why(bot, said)).text.startswith("This customer was erased on request.")


async def test_of_what_is_too_old_only_that_is_told(detractor: Bot) -> None:
    await detractor.later(days=10)
    for _ in range(5):
        await detractor.later(days=400)
    assert (await desk_of(detractor).carry_out(MANAGER, "c:1:why")).text == (
        "This is older than answers are kept: nothing but the score is left of it."
    )


# ------------------------------------------------------------------------------------- size and secrecy


@pytest.mark.parametrize("text", ["short", "x" * 4000, "🙂&<>" * 900])
async def test_a_long_story_fits_into_one_message(bot: Bot, text: str) -> None:
    await bot.start(BUYER)
    for _ in range(40):
        await bot.say("slack:U1", text)
    await bot.work()
    told = (await why(bot, "Buyer")).text
    assert "earlier steps are left out here" in told
    assert len(told.splitlines()) <= MOST_STEPS + 4
    escaped = told.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert len(escaped.encode("utf-16-le")) // 2 <= 4096


async def test_no_log_names_anybody(detractor: Bot, worker: CommandWorker) -> None:
    capture = LogCapture()
    usual = structlog.get_config()
    structlog.configure(
        processors=[capture], wrapper_class=structlog.BoundLogger, cache_logger_on_first_use=False
    )
    try:
        for line in ("why Buyer", "why Somebody Else", "why +31612345678"):
            await why(detractor, line.removeprefix("why "))
        await detractor.say(str(ADMIN), "", command="nps why Buyer")
        await worker.look()
        await desk_of(detractor).carry_out(MANAGER, "c:1:why")
    finally:
        structlog.configure(**usual)
    logged = str(capture.entries)
    assert not any(word in logged for word in ("Buyer", "Somebody", "31612345678", "late", "U1"))


async def test_no_customer_s_name_stays_in_the_command(detractor: Bot, worker: CommandWorker) -> None:
    asked = detractor.message(str(ADMIN), command="nps why Buyer")
    await detractor.take(replace(asked, place=Address("slack", "CGENERAL")))
    await worker.look()
    await detractor.work()
    assert [row.line for row in await detractor.rows(command)] == ["why"]
    (event,) = [row.event for row in await detractor.rows(inbox) if row.event.get("command")]
    assert event["command"] == "nps why"
    assert [row.body for row in await detractor.rows(outbox, kind="command")] == [None]


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("why Buyer", "why"),
        ("wy Buyer", ""),
        ("Buyer", ""),
        ("report Buyer", "report"),
        ("report demo by Buyer in Globex", "report"),
        ("status demo Buyer", "status"),
        ("report demo", "report demo"),
        ("report demo since yesterday", "report demo since yesterday"),
        ("report demo sinds 30 dagen", "report demo sinds 30 dagen"),
        ("hold Buyer until yesterday because of Buyer", "hold"),
        ("away until yesterday to Buyer", "away"),
        ("start demo on yesterday", "start"),
        ("case 1 snooze until gisteren", "case"),
        ("case 1 done billing note: Buyer called", "case"),
        ("case 1 to Buyer", "case"),
        ("status", "status"),
    ],
)
async def test_no_name_stays_where_it_was_mistyped(
    detractor: Bot, worker: CommandWorker, line: str, kept: str
) -> None:  # field E4
    await detractor.take(detractor.message(str(ADMIN), f"/nps {line}", command=f"nps {line}"))
    await worker.look()
    await detractor.work()
    assert [row.line.removeprefix("nps ") for row in await detractor.rows(command)] == [kept]
    (event,) = [row.event for row in await detractor.rows(inbox) if row.event.get("command")]
    assert event["command"] == f"nps {kept}".rstrip()
    assert ("Buyer" in str(event)) is ("Buyer" in kept)


# --------------------------------------------------------------------------------------- the terminal


@pytest.fixture
def shell() -> typer.Typer:
    app = typer.Typer()
    app.command()(why_command)
    return app


async def test_the_terminal_tells_all_and_json_has_it_too(
    detractor: Bot, migrated_url: str, tmp_path: Path, shell: typer.Typer
) -> None:

    def rename(connection: Connection) -> None:
        connection.execute(
            update(contact).where(contact.c.contact_id == "Buyer").values(name="A [bold]buyer")
        )

    await detractor.store.write(rename)
    config = tmp_path / "config.yaml"
    await asyncio.to_thread(config.write_text, CONFIG.format(url=migrated_url))

    async def run(*words: str) -> Any:
        return await asyncio.to_thread(CliRunner().invoke, shell, [*words, "--config", str(config)])

    shown = await run("Buyer")
    assert shown.exit_code == 0, shown.output
    assert shown.output.startswith("A [bold]buyer (Buyer), Globex\n")
    assert "read as score 2, taken as the reason" in shown.output
    values = json.loads((await run("Buyer", "--json")).output)
    assert (values["contact_id"], values["account_manager"]) == ("Buyer", "Manager")
    wrote = next(step for step in values["steps"] if step["what"] == "wrote")
    assert wrote == {
        "at": "2026-03-02T10:00:00+00:00",
        "what": "wrote",
        "campaign": "demo",
        "wave": 1,
        "facts": {
            "channel": "slack",
            "text": "2, you were late",
            "edited": False,
            "taken_for": [["score", 2], ["reason", None]],
        },
    }
    nobody = await run("Nobody")
    assert (nobody.exit_code, nobody.stdout) == (1, "")
    assert "I know no customer called “Nobody”." in nobody.stderr


# ------------------------------------------------------------------------------------------------- who


async def test_who_tells_how_somebody_is_reached_and_no_more(store: Store) -> None:
    bot = Bot(store)
    await bot.add(Customer("Buyer", slack="U1", sms="+31612345678", language="nl"), OTHERS)
    await bot.say("sms:+31612345678", "STOP")
    desk = desk_of(bot)
    answer = await desk.carry_out(ADMIN, "who buyer")
    assert answer.private
    assert answer.text == (
        "Buyer\nAccount: Globex\nAccount manager: Manager\nChannel: Slack, SMS\nLanguage: nl"
    )
    several = await desk.carry_out(ADMIN, "who er")
    assert several.text.splitlines() == [
        "No customer is called exactly “er”, or several are. Write the key, for example “/nps who Buyer”:",
        "Buyer",
        "Planner",
    ]
    assert (await desk.carry_out(ADMIN, "who zzz")).text.startswith("I know no customer called “zzz”.")
    assert (await desk.carry_out(ADMIN, "who")).text.startswith("Who? Write for example “/nps who globex-1”")
    assert (await desk.carry_out(MANAGER, "who buyer")).text.startswith("Sorry, only admins")


async def test_no_customer_s_name_stays_of_a_who_that_was_typed_without_its_slash(
    detractor: Bot, worker: CommandWorker
) -> None:
    await detractor.say(str(ADMIN), "nps wie Buyer")
    await worker.look()
    await detractor.work()
    assert [row.line for row in await detractor.rows(command)] == ["who"]
    assert "nps who" in [row.event.get("text") for row in await detractor.rows(inbox)]
    assert not [row for row in await detractor.rows(inbox) if "Buyer" in str(row.event)]
