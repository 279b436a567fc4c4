"""What the rules look at of contacts: read for many at once, it is what the tables say of each."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import Connection, Table, delete, insert, select

from bot.campaigns.audience import members
from bot.campaigns.candidates import candidates, next_page
from bot.campaigns.places import Places
from bot.campaigns.plan import NO_WISHES, Candidate, Reach, Wishes
from bot.campaigns.spaces import NEVER, LastAsked
from bot.people.contacts import BY_PHONE
from bot.store.behind import Values
from bot.store.hot import Hot
from bot.store.schema import (
    OPEN_STATES,
    Row,
    address,
    contact,
    conversation,
    follow_up,
    hold,
    opt_out,
    wave,
    wish,
)
from bot.store.store import Store
from tests.support.campaign_world import NOW

PEOPLE = 40
CHANNELS = ("slack", "telegram", "sms")
PLACES = Places("Europe/Amsterdam")


@pytest.mark.parametrize("seed", range(6))
async def test_candidates_are_what_the_tables_say_of_each(store: Store, seed: int) -> None:
    await store.write(_fill, Random(seed))
    found, judged = await store.read(_both)
    assert found == judged
    assert len(found) == PEOPLE


async def test_nobody_is_no_candidate(store: Store) -> None:
    assert await store.read(candidates, [], PLACES) == []


async def test_a_page_is_whole_without_who_is_erased_while_it_is_read(store: Store) -> None:
    """Of a page that is shorter than asked for an enrolment takes it that nobody follows."""
    await store.write(_fill, Random(0))

    def pages(connection: Connection) -> tuple[list[int], list[int]]:
        everybody = [row.id for row in connection.execute(_MEMBERS, {"after": 0, "size": PEOPLE})]
        page = next_page(connection, _ErasesFirst(_MEMBERS), 0, PLACES, 10)
        return everybody, [one.id for one in page]

    everybody, page = await store.write(pages)
    assert page == everybody[1:11]


_MEMBERS = members({}, NOW.date())


class _ErasesFirst(Hot):
    """Finds a page of which the first contact is erased a moment later, as another connection may on PostgreSQL."""

    erased = False

    def all(self, connection: Connection, values: Values) -> list[Row]:
        """The page as it was."""
        found = super().all(connection, values)
        if not self.erased:
            self.erased = True
            for table in (address, hold, wish, conversation, contact):
                key = contact.c.id if table is contact else table.c.contact_id
                connection.execute(delete(table).where(key == found[0].id))
        return found


def _both(connection: Connection) -> tuple[list[Candidate], list[Candidate]]:
    people = connection.execute(members({}, NOW.date()), {"after": 0, "size": PEOPLE * 2}).all()
    return candidates(connection, people, PLACES), [_judged(connection, one) for one in people]


# ------------------------------------------------------------------------------------------ told row by row


def _judged(connection: Connection, one: Row) -> Candidate:
    def of(table: Table) -> Sequence[Row]:
        return connection.execute(select(table).where(table.c.contact_id == one.id)).all()

    reach = {
        row.channel: Reach(
            row.value, None if row.dead_since is None else row.dead_reason or "cannot be reached"
        )
        for row in of(address)
    }
    phone = next((reach[channel].address for channel in BY_PHONE if channel in reach), None)
    left = connection.execute(select(opt_out)).all()
    talks = [
        (row, connection.execute(select(wave).where(wave.c.id == row.wave_id)).one())
        for row in of(conversation)
    ]
    asked = [(row, run) for row, run in talks if not run.trial and _was_asked(row)]
    followed = [
        told.made_at
        for row, _ in talks
        for told in connection.execute(select(follow_up).where(follow_up.c.conversation_id == row.id))
        if told.ending != "undelivered"
    ]
    last = LastAsked(
        _latest(_asked_at(row) for row, _ in asked),
        _latest(_asked_at(row) for row, run in asked if not run.transactional),
        _latest(_asked_at(row) for row, run in asked if run.transactional),
        _latest(followed),
    )
    open_ = [row for row, _ in talks if row.state in OPEN_STATES]
    wished = {row.kind: row for row in of(wish)}
    return Candidate(
        id=one.id,
        language=one.language,
        place=PLACES.of(one.timezone, phone),
        reach=reach,
        opted_out=any(
            row.contact_id == one.id or (row.channel in reach and reach[row.channel].address == row.value)
            for row in left
        ),
        busy=bool(open_),
        busy_until=_latest(row.closes_at for row in open_),
        last=last if last != NEVER else NEVER,
        wishes=Wishes(
            wished["later"].not_before if "later" in wished else None,
            wished["rarely"].days if "rarely" in wished else None,
            wished["channel"].channel if "channel" in wished else None,
        )
        if wished
        else NO_WISHES,
        held=next((row.until for row in of(hold) if row.ended_at is None), None),
        account=one.account_id,
        drawn_at=_latest(run.started_at for _, run in asked),
    )


def _was_asked(row: Row) -> bool:
    if row.released_at is None:
        return False
    arrived = row.ending not in ("cancelled", "undelivered")
    on_its_way = row.asked_at is not None and row.undelivered is None
    return arrived or on_its_way or row.delivered_at is not None or row.score is not None


def _asked_at(row: Row) -> datetime | None:
    found: datetime | None = row.asked_at or row.released_at
    return found


def _latest(moments: Any) -> datetime | None:
    return max((moment for moment in moments if moment is not None), default=None)


# --------------------------------------------------------------------------------------------- a made-up past


def _fill(connection: Connection, random: Random) -> None:
    def add(table: Table, **values: Any) -> int:
        made = connection.execute(
            insert(table).returning(table.c[table.primary_key.columns.keys()[0]]), values
        )
        found: int = made.scalar_one()
        return found

    def moment() -> datetime:
        return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=random.randrange(5_000_000))

    def maybe(value: Any, share: float = 0.5) -> Any:
        return value if random.random() < share else None

    waves = [
        add(
            wave,
            campaign="demo",
            number=n,
            trial=n == 0,
            terms={},
            plan=f"P{n}",
            started_by="terminal:1",
            started_at=moment(),
            transactional=n % 2 == 0,
        )
        for n in range(5)
    ]
    for n in range(PEOPLE):
        plain = random.random() < 0.3
        id_ = add(
            contact,
            contact_id=f"c{n}",
            attributes={},
            changed_at=NOW,
            language=maybe("nl"),
            timezone=random.choice([None, "Europe/Berlin", "Nowhere/Town"]),
        )
        for channel, value in zip(
            CHANNELS, (f"U{n}", str(900 + n), f"+{random.choice([31, 1212, 7])}{6000000 + n}"), strict=True
        ):
            if random.random() < 0.7:
                dead = {} if plain else {"dead_since": maybe(NOW, 0.3), "dead_reason": maybe("no such user")}
                add(address, channel=channel, value=value, contact_id=id_, **dead)
            said = {"since": moment(), "source": "words", "channel": channel}
            if not plain and random.random() < 0.1:
                add(opt_out, value=value, contact_id=None, **said)  # by whoever was there before
            if not plain and random.random() < 0.05:
                add(opt_out, value=f"former {value}", contact_id=id_, **said)
        if not plain:
            _give_a_past(add, id_, random, moment, maybe, waves)


def _give_a_past(add: Any, id_: int, random: Random, moment: Any, maybe: Any, waves: Sequence[int]) -> None:
    for wave_id in random.sample(waves, random.randrange(len(waves))):
        released = maybe(moment(), 0.8)
        state = random.choice(["asked", "closed", "closed", "skipped"])
        talk = add(
            conversation,
            wave_id=wave_id,
            contact_id=id_,
            channel="slack",
            address=f"W{wave_id}of{id_}",
            language="en",
            low=0,
            high=10,
            state=state,
            score=maybe(7, 0.2),
            released_at=released,
            asked_at=maybe(released),
            delivered_at=maybe(released, 0.3),
            undelivered=maybe("30003", 0.3),
            closes_at=maybe(moment()),
            skipped="held" if state == "skipped" else None,
            ending=random.choice(["cancelled", "undelivered", "silent"]) if state == "closed" else None,
        )
        if random.random() < 0.3:
            over = maybe(random.choice(["undelivered", "silent"]))
            add(
                follow_up,
                key=f"F{talk}",
                kind="improvement",
                conversation_id=talk,
                made_at=moment(),
                closes_at=moment(),
                ending=over,
                state="asked" if over is None else "over",
            )
    by = {"account_manager": "North", "reason": "on holiday", "by": "slack:UNORTH", "made_at": moment()}
    for ended in random.choice([[], [], [moment()], [moment(), None], [None]]):
        add(hold, contact_id=id_, until=moment(), ended_at=ended, **by)
    kinds: Mapping[str, Mapping[str, Any]] = {
        "later": {"not_before": moment()},
        "rarely": {"days": random.randrange(30, 400)},
        "channel": {"channel": "sms"},
    }
    for kind in random.sample(list(kinds), random.choice([0, 0, 1, 3])):
        add(wish, contact_id=id_, kind=kind, said_at=moment(), **kinds[kind])
