"""What 64 replies that share a commit cost the database, counted: a figure without noise, which may only fall."""

import asyncio
from collections.abc import Sequence

from sqlalchemy import Connection

from bot.intake.arrival import Arrival
from bot.intake.intake import take_all
from bot.steps import Noted
from bot.store.schema import conversation, outbox
from bot.store.shared_commit import GROUP, Ran, Write, run_group
from channels.base import DeliveryReport, Inbound
from tests.support.bot_under_test import Bot, Customer
from tests.support.counted import COMMIT, counted

MOST = {"sqlite": 11, "postgresql": 13}
"""By engine, with seven detractors among them, each with the first row of their case's time line. On PostgreSQL two
are the look whether the transaction still stands. Lower it with what lowers it."""
MOST_FOR_REASONS = {"sqlite": 12, "postgresql": 14}
"""The same for their reasons, of which each is read against our own words."""
MOST_FOR_REPORTS = {"sqlite": 6, "postgresql": 8}
"""For reports that their questions have arrived; one by one they were 5 each."""
MOST_FOR_STOPS = {"sqlite": 708, "postgresql": 710}
"""For STOPs of people who were asked: 11 each, and 20 one by one."""
MOST_FOR_STRANGERS = {"sqlite": 8, "postgresql": 10}
"""For words of people who are nobody's contact, each told who writes; one by one they were 17 each."""


async def test_the_statements_of_64_replies(bot: Bot) -> None:
    people = [Customer(f"C{n}", sms=f"+31600000{n:03}") for n in range(GROUP)]
    await bot.start(*people)
    scores = ["3" if n % 10 == 0 else "9" for n in range(GROUP)]
    assert len(await _taken(bot, people, scores)) <= MOST[bot.store.url.get_backend_name()]
    assert len(await bot.cases()) == 7


async def test_a_score_changes_no_column_that_it_leaves_as_it_is(bot: Bot) -> None:
    """Of 26 that a turn may change most stay; indexes and values of what stays are not touched."""
    await bot.start(Customer("buyer", sms="+31612345678"))
    with counted() as statements:
        await bot.say("sms:+31612345678", "9")
    (change,) = (one for one in statements if one.startswith("UPDATE conversation"))
    changed = change.partition(" SET ")[2].partition(" WHERE ")[0]
    names = {part.partition("=")[0].strip() for part in changed.split(",")}
    assert names == {
        *("state", "delivered_at", "talk", "score", "first_score", "scored_at", "scored_on"),
        *("score_ref", "score_said_at", "score_number"),
    }


async def test_the_statements_of_64_reasons(bot: Bot) -> None:
    """Their words are read against ours, and the alerts of seven show them."""
    people = [Customer(f"C{n}", sms=f"+31600000{n:03}") for n in range(GROUP)]
    await bot.start(*people)
    await _taken(bot, people, ["3" if n % 10 == 0 else "9" for n in range(GROUP)])
    await bot.work()
    statements = await _taken(bot, people, ["the parcel came late"] * GROUP)
    assert len(statements) <= MOST_FOR_REASONS[bot.store.url.get_backend_name()]
    assert {row.wanted for row in await bot.cases()} == {2}


async def test_a_detractors_three_and_all_that_follows_is_one_commit(bot: Bot) -> None:
    await bot.start(Customer("buyer", sms="+31612345678"))
    with counted() as statements:
        await bot.say("sms:+31612345678", "3")
    written = [one for one in statements if not one.lstrip().startswith(("SELECT", "WITH"))]
    assert (written.count(COMMIT), written[-1]) == (1, COMMIT)
    assert len(await bot.cases()) == 1
    assert [row.kind for row in await bot.queued()] == ["reply", "alert"]


async def test_the_statements_of_64_reports(bot: Bot) -> None:
    people = [Customer(f"C{n}", sms=f"+31600000{n:03}") for n in range(GROUP)]
    await bot.start(*people)
    refs = [row.message_ref for row in await bot.rows(outbox) if row.kind == "question"]
    reports = [DeliveryReport(f"{ref}:delivered", ref, "delivered", bot.clock.now()) for ref in refs]
    statements = await _all_taken(bot, reports)
    assert len(statements) <= MOST_FOR_REPORTS[bot.store.url.get_backend_name()], statements
    assert {row.status for row in await bot.rows(outbox) if row.kind == "question"} == {"delivered"}
    assert {row.delivered_at for row in await bot.rows(conversation)} == {bot.clock.now()}


async def test_the_statements_of_64_stops(bot: Bot) -> None:
    people = [Customer(f"C{n}", sms=f"+31600000{n:03}") for n in range(GROUP)]
    await bot.start(*people)
    statements = await _taken(bot, people, ["STOP"] * GROUP)
    assert len(statements) <= MOST_FOR_STOPS[bot.store.url.get_backend_name()]
    assert {row.ending for row in await bot.rows(conversation)} == {"opted_out"}
    assert {(row.kind, row.address) for row in await bot.queued()} == {("consent", one.sms) for one in people}


async def test_detractors_who_leave_in_a_group_change_their_cases_as_they_do_alone(bot: Bot) -> None:
    """Leaving shows in the case first, and what follows goes by what the case is then."""
    people = [Customer(f"C{n}", sms=f"+31600000{n:03}") for n in range(8)]
    await bot.start(*people)
    for one in people:
        await bot.say(f"sms:{one.sms}", "3")
    await bot.work()
    await bot.say(f"sms:{people[0].sms}", "STOP")
    await _taken(bot, people[1:], ["STOP, it was too late"] * 4 + ["STOP"] * 3)
    first, *others = await bot.cases()
    assert {(row.wanted, row.state) for row in others[4:]} == {(first.wanted, first.state)}
    faces = [row.dedupe_key for row in await bot.queued() if row.kind == "alert"]
    assert len(faces) == len(set(faces)) == sum(row.wanted - 1 for row in (first, *others))


async def test_the_statements_of_64_strangers(bot: Bot) -> None:
    people = [Customer(f"C{n}", sms=f"+31600000{n:03}") for n in range(GROUP)]
    statements = await _taken(bot, people, ["9"] * GROUP)
    assert len(statements) <= MOST_FOR_STRANGERS[bot.store.url.get_backend_name()]
    assert {row.address for row in await bot.queued()} == {one.sms for one in people}


async def test_strangers_who_left_are_told_nothing_in_a_group_either(bot: Bot) -> None:
    people = [Customer(f"C{n}", sms=f"+31600000{n:03}") for n in range(GROUP)]
    await bot.say("sms:+31600000007", "STOP")
    await bot.work()
    await _taken(bot, people, ["9"] * GROUP)
    assert {row.address for row in await bot.queued()} == {one.sms for one in people} - {"+31600000007"}


async def _taken(bot: Bot, people: Sequence[Customer], texts: Sequence[str]) -> list[str]:
    """The statements by which these people's words are taken in, in one commit."""
    return await _all_taken(
        bot, [bot.message(f"sms:{one.sms}", text) for one, text in zip(people, texts, strict=True)]
    )


async def _all_taken(bot: Bot, said: Sequence[Inbound]) -> list[str]:
    loop = asyncio.get_running_loop()

    def together(connection: Connection) -> list[Ran]:
        return run_group(
            connection,
            [
                Write(
                    take_all, Noted(Arrival("sms", one, bot.context, bot.clock.now())), loop.create_future()
                )
                for one in said
            ],
        )

    with counted() as statements:
        outcomes = await bot.store.write(together)
    assert {one.error for one in outcomes} == {None}
    return [one for one in statements if one != COMMIT]
