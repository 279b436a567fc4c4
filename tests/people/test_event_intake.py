"""Events come in once, by whatever way, and each gets an answer."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, select

from bot.config.settings import Settings
from bot.people.event_intake import CHUNK, EventAnswer, take_events
from bot.people.events import BadEvent, CustomerEvent, day_of, event_of, moment
from bot.store.schema import Row, customer_event, touchpoint
from bot.store.store import Store, open_store
from tests.support.campaign_world import NOW, Someone, add, settings_of, slack_people

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
ON = {"event": "project.finished", "wait": "3 days", "within": "14 days"}
SETTINGS = settings_of({"after": {"on": ON}, "spring": {}})


def finished(contact: str, *, days: float = 1, key: str | None = None, **fields: str) -> CustomerEvent:
    """A project that was finished so many days ago."""
    return event_of(contact, "project.finished", NOW - timedelta(days=days), fields, key)


async def taken(store: Store, *events: CustomerEvent, settings: Settings = SETTINGS) -> list[EventAnswer]:
    return await take_events(store, settings, events, lambda: NOW)


async def rows(store: Store, table: str = "event") -> list[Row]:
    def read(connection: Connection) -> list[Row]:
        found = customer_event if table == "event" else touchpoint
        return list(connection.execute(select(found).order_by(*found.primary_key.columns)))

    return await store.read(read)


async def test_an_event_waits_for_each_campaign_that_asks_after_it(store: Store) -> None:
    await add(store, *slack_people(1))
    settings = settings_of({"after": {"on": ON}, "twin": {"on": ON | {"wait": 0}}, "spring": {}})
    (answer,) = await taken(store, finished("c1", project="Roof"), settings=settings)
    assert (answer.outcome, answer.sentence) == ("taken", "")
    assert [(one.campaign, one.due - NOW, one.until - NOW) for one in answer.awaited] == [
        ("after", timedelta(days=2), timedelta(days=13)),
        ("twin", timedelta(days=-1), timedelta(days=13)),
    ]
    (event,) = await rows(store)
    assert (event.name, event.at, event.fields, event.taken_at) == (
        "project.finished",
        NOW - timedelta(days=1),
        {"project": "Roof"},
        NOW,
    )
    waits = await rows(store, "touchpoint")
    assert [(one.campaign, one.due_at - NOW, one.outcome) for one in waits] == [
        ("after", timedelta(days=2), None),
        ("twin", timedelta(days=-1), None),
    ]


@pytest.mark.parametrize(
    ("event", "outcome", "sentence"),
    [
        (finished("c9"), "refused", "contact 'c9' is not known; import it first, or correct the key"),
        (finished("C1"), "refused", "contact 'C1' is not known; did you mean c1?"),
        (
            finished("c1", days=-1),
            "refused",
            "project.finished lies in the future, on 2026-03-03; send it when it has happened",
        ),
        (finished("c1", days=-0.005), "taken", ""),  # seven minutes: a clock that is ahead
        (
            finished("c1", days=800),
            "refused",
            "project.finished was on 2023-12-23, before the 24 months for which anything is kept; leave it out",
        ),
        (
            finished("c1", days=15),
            "taken",
            "kept, but project.finished was on 2026-02-15, too long ago: after asked until 2026-03-01",
        ),
        (
            event_of("c1", "project.finish", NOW, {}),
            "taken",
            "kept, but no campaign asks after project.finish; did you mean project.finished?",
        ),
        (
            event_of("c1", "invoice", NOW, {}),
            "taken",
            "kept, but no campaign asks after invoice; a campaign of config.yaml does with on: {event: …}",
        ),
    ],
)
async def test_what_cannot_be_asked_after_is_said(
    store: Store, event: CustomerEvent, outcome: str, sentence: str
) -> None:
    await add(store, *slack_people(1))
    (answer,) = await taken(store, event)
    assert (answer.outcome, answer.sentence) == (outcome, sentence)
    assert len(await rows(store)) == (outcome == "taken")
    assert all(one.outcome == "late" for one in await rows(store, "touchpoint") if sentence)


async def test_an_event_is_taken_in_once_by_its_senders_id(store: Store) -> None:
    await add(store, *slack_people(2))
    event = finished("c1", key="P-1", project="Roof")
    assert [one.outcome for one in await taken(store, event, event)] == ["taken", "known"]
    assert [one.outcome for one in await taken(store, event)] == ["known"]
    for other in (
        finished("c2", key="P-1", project="Roof"),
        finished("c1", key="P-1", project="Wall"),
        finished("c1", key="P-1", days=2, project="Roof"),
    ):
        (answer,) = await taken(store, other)
        assert answer == EventAnswer(
            "refused", "id 'P-1' came before with something else in it; give each event an id of its own"
        )
    assert len(await rows(store)) == len(await rows(store, "touchpoint")) == 1


@pytest.mark.parametrize(
    ("first", "second", "outcome"),
    [
        (False, False, "known"),
        (True, False, "known"),
        (False, True, "refused"),  # it was told of another time
        (True, True, "refused"),
    ],
)
async def test_an_event_told_again_without_its_time_is_the_same(
    store: Store, first: bool, second: bool, outcome: str
) -> None:
    await add(store, *slack_people(1))

    def told(timed: bool, minutes: int, project: str = "Roof") -> CustomerEvent:
        at = NOW - timedelta(minutes=minutes)
        return event_of("c1", "project.finished", at, {"project": project}, "P-1", timed=timed)

    answers = await taken(store, told(first, 5), told(second, 3))
    answers += await taken(store, told(second, 1), told(False, 1, "Wall"))
    assert [one.outcome for one in answers] == ["taken", outcome, outcome, "refused"]
    assert [one.at for one in await rows(store)] == [NOW - timedelta(minutes=5)]


async def test_an_event_without_an_id_is_known_by_its_content(store: Store) -> None:
    await add(store, *slack_people(1))
    first, same, other = finished("c1", a="1"), finished("c1", a="1"), finished("c1", a="2")
    assert [one.outcome for one in await taken(store, first, same, other)] == ["taken", "known", "taken"]


async def test_two_processes_that_take_in_the_same_events_keep_each_once(store: Store) -> None:
    await add(store, *slack_people(30))
    events = [finished(f"c{n % 30 + 1}", key=f"k{n}") for n in range(CHUNK + 50)]
    other = await open_store(store.url.render_as_string(hide_password=False))
    try:
        answers = await asyncio.gather(taken(store, *events), taken(other, *events))
    finally:
        await other.close()
    outcomes = [
        sorted(pair) for pair in zip(*([one.outcome for one in each] for each in answers), strict=True)
    ]
    assert outcomes == [["known", "taken"]] * len(events)
    assert len(await rows(store)) == len(await rows(store, "touchpoint")) == len(events)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({f"f{n}": "x" for n in range(21)}, "has 21 fields, and 20 is the most; leave some out"),
        ({"project": "x" * 501}, "project has 501 characters, and 500 is the most; shorten it"),
        (
            {"company": "x"},
            "has a field company, which means something else in a question; call it otherwise",
        ),
        ({"event": "x"}, "has a field event, which means something else in a question; call it otherwise"),
        ({"n" * 101: "x"}, "has a field whose name has 101 characters; give one of 1 to 100"),
    ],
)
def test_fields_are_bounded(fields: dict[str, str], said: str) -> None:
    with pytest.raises(BadEvent, match=said):
        event_of("c1", "e", NOW, fields)


@pytest.mark.parametrize(
    ("contact", "name", "key", "said"),
    [
        (" ", "e", None, "contact_id is missing; every event needs the key of its contact"),
        ("c1", "", None, "event is missing; give a name such as project.finished"),
        ("c1", "e" * 101, None, "event has 101 characters, and 100 is the most; shorten it"),
        ("c1", "e", "k" * 201, "id has 201 characters, and 200 is the most; shorten it"),
        ("c1", "e", "date:1", "id may not begin with date:; choose another"),
    ],
)
def test_what_an_event_must_have(contact: str, name: str, key: str | None, said: str) -> None:
    with pytest.raises(BadEvent, match=said):
        event_of(contact, name, NOW, {}, key)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2026-11-30", datetime(2026, 11, 29, 23, tzinfo=UTC)),
        ("30-11-2026", datetime(2026, 11, 29, 23, tzinfo=UTC)),
        ("2026-07-01 14:05", datetime(2026, 7, 1, 12, 5, tzinfo=UTC)),
        ("2026-11-30T14:05:00+01:00", datetime(2026, 11, 30, 13, 5, tzinfo=UTC)),
        ("2026-11-30T14:05:00Z", datetime(2026, 11, 30, 14, 5, tzinfo=UTC)),
    ],
)
def test_when_an_event_was(text: str, at: datetime) -> None:
    assert moment(text, AMSTERDAM) == at


@pytest.mark.parametrize("text", ["", "soon", "30 days", "2026-02-30", "13/13/2026"])
def test_what_is_no_time(text: str) -> None:
    with pytest.raises(BadEvent, match="is no time; give one such as 2026-11-30"):
        moment(text, AMSTERDAM)


@given(st.text(max_size=40))
def test_any_text_is_a_day_or_none(text: str) -> None:
    day_of(text)


@given(st.dates())
def test_a_day_is_read_as_it_is_written(day: datetime) -> None:
    assert day_of(day.isoformat()) == day


@given(st.text(), st.text(), st.dictionaries(st.text(), st.text()))
def test_whatever_is_sent_is_an_event_or_a_sentence(contact: str, name: str, fields: dict[str, str]) -> None:
    with suppress(BadEvent):
        event = event_of(contact, name, NOW, fields)
        assert event == event_of(contact, name, NOW, fields)
        for text in (event.contact, event.name, *event.fields, *event.fields.values()):
            assert text.isprintable()


async def test_an_admin_who_tries_campaigns_is_no_contact(store: Store) -> None:
    await add(store, Someone("admin:slack:U1", slack="U1"))
    (answer,) = await taken(store, finished("admin:slack:U1"))
    assert answer.outcome == "refused"
