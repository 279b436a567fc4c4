"""An event from its arrival to the report, and what is told and forgotten of it."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from bot.commands.replies.reply import Phrasing
from bot.commands.replies.why import in_words
from bot.intake.erasing import erase_contact
from bot.people.contacts import person
from bot.people.event_intake import take_events
from bot.people.events import event_of
from bot.privacy.held import held, my_data
from bot.privacy.removal import remove
from bot.reading.bounds import Bounds
from bot.reports.campaign_report import campaign_report
from bot.reports.timeline import timeline
from bot.reports.values import CampaignReport
from bot.store.schema import contact, customer_event, metadata, touchpoint
from bot.store.store import Store
from bot.words import load_words
from tests.support.bot_under_test import Bot, Customer, settings_of
from tests.support.fake_channel import text_of

ON = {"event": "project.finished", "wait": "3 days", "fields": ["project"]}
UTC_ZONE = ZoneInfo("UTC")
USUAL = {"send_between": "always", "not_again_within": 0}


def settings_after(**on: Any) -> Any:
    words = {
        "en": {
            "question": "How was {project}, {low} to {high}?",
            "question_plain": "How are we, {low} to {high}?",
        }
    }
    return settings_of(
        campaigns={"after": USUAL | {"on": on or ON}}, surveys={"nps": {} if on else {"words": words}}
    )


@pytest.fixture
def bot(store: Store) -> Bot:
    return Bot(store, settings_after())


async def happened(bot: Bot, who: str, name: str = "project.finished", **fields: str) -> None:
    event = event_of(who, name, bot.clock.now(), fields)
    (answer,) = await take_events(bot.store, bot.settings, [event], bot.clock.now)
    assert answer.outcome == "taken"


async def whole(bot: Bot, who: str) -> dict[str, Any]:
    def read(connection: Any) -> dict[str, Any]:
        found = person(connection, who)
        assert found is not None
        return held(connection, found)

    return await bot.store.read(read)


async def why(bot: Bot, who: str, language: str = "en") -> list[str]:
    """The time line as it is told, a line each."""

    def read(connection: Any) -> list[str]:
        found = person(connection, who)
        assert found is not None
        p = Phrasing(load_words("admin")[language], UTC_ZONE, "/nps")
        return [in_words(p, step, 100) for step in timeline(connection, bot.settings, found).steps]

    return await bot.store.read(read)


async def test_a_report_splits_by_what_happened(bot: Bot) -> None:
    projects = {n: "Roof" if n <= 6 else "Wall" for n in range(1, 13)}
    await bot.add(*(Customer(f"C{n}", slack=f"U{n}") for n in projects))
    for n, project in projects.items():
        await happened(bot, f"C{n}", project=project)
    await bot.later(days=3)
    for n in projects:
        await bot.say(f"slack:U{n}", "9" if n <= 6 else "2")
    for attribute, groups in (("project", {"Roof": 6, "Wall": 6}), ("event", {"project.finished": 12})):
        report = await bot.store.read(campaign_report, bot.settings, "after", by=attribute)
        assert isinstance(report, CampaignReport)
        assert report.segments is not None
        assert {row.label: row.n for row in report.segments.rows} == groups


async def test_the_question_is_put_without_what_the_event_does_not_tell(bot: Bot) -> None:
    await bot.add(Customer("C1", slack="U1"), Customer("C2", slack="U2"))
    await happened(bot, "C1", project="  the   roof \n of " + "hall " * 20)
    await happened(bot, "C2")
    await bot.later(days=3)
    first, second = (text_of(message.body) for message in bot.slack.taken)
    assert first == "How was the roof of hall hall hall hall hall hall hall hall hall..., 0 to 10?"
    assert second == "How are we, 0 to 10?"


async def test_the_time_line_tells_what_became_of_each_event(bot: Bot) -> None:
    await bot.add(Customer("C1", slack="U1"))
    await happened(bot, "C1", project="Roof")
    await bot.later(days=1)
    await happened(bot, "C1", project="Wall")
    assert (await why(bot, "C1"))[-1] == "after asks after project.finished, unless a rule forbids it"
    await bot.later(days=3)
    told = await why(bot, "C1")
    for line in (
        "project.finished (project: Roof), said the company's systems",
        "project.finished (project: Wall), said the company's systems",
        "after did not ask after project.finished: a newer event waits, and is asked about",
        "is asked after project.finished",
    ):
        assert line in told
    assert "not asked" not in "".join(told)
    await happened(bot, "C1", project="Door")
    await bot.later(days=3)
    assert any(
        line.startswith("after vroeg niet na project.finished: ") for line in await why(bot, "C1", "nl")
    )


async def test_what_happened_is_shown_to_whom_it_concerns(bot: Bot) -> None:
    await bot.add(Customer("C1", slack="U1"))
    await happened(bot, "C1", project="Roof")
    await bot.later(days=3)
    found = await whole(bot, "C1")
    (event,) = found["events"]
    assert (event["name"], event["fields"]) == ("project.finished", {"project": "Roof"})
    assert found["conversations"][0]["about"] == {"event": "project.finished", "project": "Roof"}

    def read(connection: Any) -> list[str]:
        one = person(connection, "C1")
        assert one is not None
        return my_data(connection, one, bot.context.voice("slack", "en", Bounds(0, 10)), UTC_ZONE)

    told = await bot.store.read(read)
    place = told.index("What happened, as Acme wrote it down:")
    assert told[place + 1] == "2 March 2026: project.finished, project: Roof"


async def planted(bot: Bot) -> set[str]:
    """The tables in which something of the event stands."""

    def read(connection: Any) -> set[str]:
        return {
            table.name
            for table in metadata.tables.values()
            for row in connection.execute(select(table))
            if "quokka" in str(tuple(row)).casefold()
        }

    return await bot.store.read(read)


async def test_an_erased_customer_leaves_nothing_of_what_happened(bot: Bot) -> None:
    await bot.add(Customer("C1", slack="U1"))
    await happened(bot, "C1", project="Quokka")
    await bot.later(days=3)
    await happened(bot, "C1", project="Another quokka")
    assert await planted(bot) == {"customer_event", "conversation", "enrolment", "group_tally", "outbox"}
    await bot.store.write(erase_contact, bot.context, "C1", bot.clock.now())
    assert await planted(bot) == set()
    await bot.later(days=5)
    assert await bot.rows(touchpoint) == []


async def test_what_happened_is_forgotten_when_its_time_is_over(bot: Bot) -> None:
    await bot.add(Customer("C1", slack="U1"))
    await happened(bot, "C1", project="Quokka")
    await bot.later(days=3)
    await bot.later(days=8)
    await bot.later(days=715)
    assert await planted(bot) != set()
    await bot.later(days=40)
    await bot.work()
    assert await planted(bot) == set()
    assert len(await bot.rows(contact)) == 1
    assert await bot.rows(customer_event) == []


async def test_a_customer_who_is_removed_leaves_no_event_that_waits(bot: Bot) -> None:
    await bot.add(Customer("C1", slack="U1"))
    await happened(bot, "C1")
    await bot.later(days=3)
    await bot.later(days=8)  # the conversation is over
    await happened(bot, "C1")
    removed = await bot.store.write(remove, "C1", "terminal:ada", bot.clock.now())
    assert removed is not None
    assert (removed.waves, removed.open) == (1, False)
    assert await bot.rows(customer_event) == await bot.rows(touchpoint) == []


async def test_days_in_an_attribute_are_looked_for_once_a_day(store: Store) -> None:
    bot = Bot(store, settings_after(attribute="renewal", before="60 days"))
    await bot.add(Customer("C1", slack="U1"), Customer("C2", slack="U2"))
    today = bot.clock.now().date()

    def renew(connection: Any) -> None:
        for key, days in (("C1", 60), ("C2", 62)):
            connection.execute(
                contact.update()
                .where(contact.c.contact_id == key)
                .values(attributes={"renewal": str(today + timedelta(days=days))})
            )

    await bot.store.write(renew)
    await bot.work()
    assert [message.address.id for message in bot.slack.taken] == ["U1"]
    await bot.later(days=1)
    assert len(bot.slack.taken) == 1
    await bot.later(days=1)
    assert [message.address.id for message in bot.slack.taken] == ["U1", "U2"]


async def test_a_tick_settles_so_many_that_others_have_their_turn(
    bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.sending.touchpoints.CHUNKS", 1)
    monkeypatch.setattr("bot.campaigns.touchpoints.AT_ONCE", {"sqlite": 4, "postgresql": 4})
    await bot.add(*(Customer(f"C{n}", slack=f"U{n}") for n in range(10)))
    for n in range(10):
        await happened(bot, f"C{n}")
    bot.clock.advance(days=3)
    for waiting in (6, 2, 0):
        await bot.timers.tick()
        assert sum(1 for one in await bot.rows(touchpoint) if one.outcome is None) == waiting
