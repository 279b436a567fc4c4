"""Contacts of an audience as candidates for the rules of `plan`: with all that these look at.

Most contacts were never asked, held back or heard a wish of. So one statement tells the addresses of a page of them and
who has more to look at, and only of these it is read.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import chain
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Integer,
    Select,
    Table,
    and_,
    bindparam,
    case,
    func,
    literal_column,
    or_,
    select,
)

from bot.campaigns.audience import PAGE
from bot.campaigns.places import Places
from bot.campaigns.plan import NO_WISHES, Candidate, Place, Reach
from bot.campaigns.spaces import NEVER, LastAsked
from bot.campaigns.wishes import wishes_in, wishes_of
from bot.people.consent import Whose, contact_opted_out
from bot.people.contacts import BY_PHONE
from bot.store.hot import Hot
from bot.store.schema import OPEN_STATES, Row, address, contact, conversation, follow_up, hold, wave, wish
from bot.store.sql import among
from channels.known import CHANNELS

# Endings of conversations whose question did not arrive.
_NOT_ASKED: Final = ("cancelled", "undelivered")

ASKED_AT: Final = func.coalesce(conversation.c.asked_at, conversation.c.released_at)
_IS_OPEN: Final = conversation.c.state.in_(OPEN_STATES)
WAS_ASKED: Final = and_(
    wave.c.trial.is_(False),
    conversation.c.released_at.is_not(None),
    # An outcome that nobody knows counts as asked, a question that was on its way at a stop too.
    or_(
        conversation.c.ending.is_(None),
        conversation.c.ending.not_in(_NOT_ASKED),
        and_(conversation.c.asked_at.is_not(None), conversation.c.undelivered.is_(None)),
        # Whoever answered it was asked, whatever a carrier said of the question.
        conversation.c.delivered_at.is_not(None),
        conversation.c.score.is_not(None),
    ),
)


def last_of(row: Row | None, followed_up: datetime | None = None) -> LastAsked:
    """When somebody was last asked, of a row that says so, and followed up."""
    if row is None:
        return NEVER if followed_up is None else LastAsked(followed_up=followed_up)
    return LastAsked(row.asked, row.relational, row.transactional, followed_up)


_THESE: Final = "ids"
_AT: Final = {channel: address.alias(f"at_{channel}") for channel in CHANNELS}


def _has(table: Table) -> ColumnElement[Any]:
    """Whether a contact has a row there. For the limit PostgreSQL looks it up for each of them, and never reads the
    table to know it of all."""
    its = table.c.contact_id == contact.c.id
    return select(literal_column("1", Integer)).where(its).limit(1).scalar_subquery().label(table.name)


def _why_dead(at: FromClause) -> ColumnElement[Any]:
    return case((at.c.dead_since.is_not(None), func.coalesce(at.c.dead_reason, "cannot be reached")))


def _around() -> Select[Any]:
    opted_out = contact_opted_out(contact.c.id).label("opted_out")
    more = (_has(table) for table in (conversation, hold, wish))
    reach = (
        (at.c.value.label(channel), _why_dead(at).label(f"{channel}_dead")) for channel, at in _AT.items()
    )
    people: FromClause = contact
    for channel, at in _AT.items():
        people = people.outerjoin(at, and_(at.c.contact_id == contact.c.id, at.c.channel == channel))
    found: Select[Any] = select(*chain.from_iterable(reach), contact.c.id, opted_out, *more)
    return found.select_from(people).where(among(contact.c.id, _THESE))


_AROUND: Final = Hot(_around())
"""The addresses, whether they are opted out, and who has more to look at."""
_REACH: Final = tuple((channel, 2 * n, 2 * n + 1) for n, channel in enumerate(CHANNELS))
"""Where in a row of it an address stands, and why it is dead."""
# Two things are here for PostgreSQL's planner, which knows nothing yet of a table that is being filled. The
# states are looked at in what is selected and not in WHERE, where they would draw it to the index of open
# conversations; and the range of ids, which says nothing new, keeps it from reading the whole table.
_HISTORY: Final = Hot(
    select(
        conversation.c.contact_id,
        func.count(case((_IS_OPEN, 1))).label("open"),
        func.max(case((_IS_OPEN, conversation.c.closes_at))).label("closes_at"),
        func.max(case((WAS_ASKED, ASKED_AT))).label("asked"),
        func.max(case((and_(WAS_ASKED, ~wave.c.transactional), ASKED_AT))).label("relational"),
        func.max(case((and_(WAS_ASKED, wave.c.transactional), ASKED_AT))).label("transactional"),
        func.max(case((WAS_ASKED, wave.c.started_at))).label("drawn_at"),
    )
    .join(wave, wave.c.id == conversation.c.wave_id)
    .where(
        among(conversation.c.contact_id, _THESE),
        conversation.c.contact_id.between(bindparam("first"), bindparam("last")),
    )
    .group_by(conversation.c.contact_id)
)


def followed(whose: Whose) -> Select[Any]:
    """When each was last asked whether it is solved; what never reached them is left out."""
    return (
        select(conversation.c.contact_id, func.max(follow_up.c.made_at).label("at"))
        .join(conversation, conversation.c.id == follow_up.c.conversation_id)
        .where(
            whose(conversation.c.contact_id),
            or_(follow_up.c.ending.is_(None), follow_up.c.ending != "undelivered"),
        )
        .group_by(conversation.c.contact_id)
    )


_FOLLOWED: Final = Hot(followed(lambda id_: among(id_, _THESE)))
_HOLDS: Final = Hot(
    select(hold.c.contact_id, hold.c.until).where(hold.c.ended_at.is_(None), among(hold.c.contact_id, _THESE))
)
_WISHES: Final = Hot(wishes_of(lambda id_: among(id_, _THESE)))


def next_page(
    connection: Connection, whom: Hot, after: int, places: Places, size: int = PAGE
) -> list[Candidate]:
    """The next `size` contacts of an audience (`page_of`) whose ids are above `after`; fewer only at its end, because
    that is taken for it."""
    found: list[Candidate] = []
    while (wanted := size - len(found)) > 0:
        people = whom.all(connection, {"after": after, "size": wanted})
        found += candidates(connection, people, places)
        if len(people) < wanted:
            break
        after = people[-1].id
    return found


def candidates(connection: Connection, people: Sequence[Row], places: Places) -> list[Candidate]:
    """With all that the rules look at: contacts as `members` finds them, in the order of their ids. On PostgreSQL one
    may be erased behind that statement: who is not there any more is left out."""
    if not people:
        return []
    around = {row.id: row for row in _AROUND.all(connection, {_THESE: [one.id for one in people]})}
    talked = [id_ for id_, row in around.items() if row.conversation]
    history = {row.contact_id: row for row in _of(_HISTORY, connection, talked)}
    followed_up = {row.contact_id: row.at for row in _of(_FOLLOWED, connection, talked)}
    holding = [id_ for id_, row in around.items() if row.hold]
    held = {row.contact_id: row.until for row in _of(_HOLDS, connection, holding)}
    wishes = wishes_in(_of(_WISHES, connection, [id_ for id_, row in around.items() if row.wish]))
    found = []
    for id_, language, zone, account_id, stratum in people:
        if (row := around.get(id_)) is None:
            continue
        past = history.get(id_)
        its = {channel: Reach(row[at], row[dead]) for channel, at, dead in _REACH if row[at] is not None}
        found.append(
            Candidate(
                id_,
                language,
                _place(places, zone, its),
                its,
                row.opted_out,
                past is not None and past.open > 0,
                None if past is None else past.closes_at,
                last_of(past, followed_up.get(id_)),
                wishes.get(id_, NO_WISHES),
                held.get(id_),
                account_id,
                stratum or "",
                None if past is None else past.drawn_at,
            )
        )
    return found


def _of(what: Hot, connection: Connection, ids: Sequence[int]) -> list[Row]:
    return what.all(connection, {_THESE: ids, "first": min(ids), "last": max(ids)}) if ids else []


def _place(places: Places, zone: str | None, reach: Mapping[str, Reach]) -> Place | None:
    for channel in BY_PHONE:
        if channel in reach:
            return places.of(zone, reach[channel].address)
    return places.of(zone, None)
