"""Reading an audience from the store, page after page, as candidates for the rules of `plan`.

A page is some hundred contacts in the order of their ids; memory stays flat however large the audience is.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import (
    Connection,
    Select,
    and_,
    bindparam,
    case,
    func,
    null,
    or_,
    select,
    text,
)

from bot.alike import alike
from bot.campaigns.matching import COLUMNS, OF_ACCOUNT, column_of, matches, names_account, unreadable
from bot.campaigns.places import Places
from bot.campaigns.plan import NO_WISHES, Candidate, Place, Reach
from bot.campaigns.spaces import NEVER, LastAsked
from bot.campaigns.wishes import wishes_in, wishes_of
from bot.config.audiences import MustHold, named_in
from bot.people.consent import Whose, counting_for
from bot.people.contacts import BY_PHONE, RESERVED
from bot.store.hot import Hot
from bot.store.schema import (
    OPEN_STATES,
    Row,
    account,
    address,
    contact,
    conversation,
    follow_up,
    hold,
    wave,
)
from bot.store.sql import among

PAGE: Final = 500

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
_ADDRESSES: Final = Hot(
    select(
        address.c.contact_id,
        address.c.channel,
        address.c.value,
        case(
            (address.c.dead_since.is_not(None), func.coalesce(address.c.dead_reason, "cannot be reached"))
        ).label("dead"),
    ).where(among(address.c.contact_id, _THESE))
)
_COUNTING: Final = counting_for(lambda id_: among(id_, _THESE)).subquery()
_OPTED_OUT: Final = Hot(select(_COUNTING.c.contact_id))
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


def members(audience: Mapping[str, MustHold], today: date, within: str | None = None) -> Select[Any]:
    """The statement for one page of an audience, of which ages are counted from `today`: parameters `after` (a
    contact's id) and `size`. `within` is the attribute within which a sample is drawn of it."""
    stratum = null() if within is None else column_of(within)
    statement = select(
        contact.c.id,
        contact.c.language,
        contact.c.timezone,
        contact.c.account_id,
        stratum.label("stratum"),
    )
    if names_account(audience) or within in OF_ACCOUNT:
        statement = statement.outerjoin(account, account.c.id == contact.c.account_id)
    return (
        statement.where(
            contact.c.id > bindparam("after"),
            contact.c.contact_id.not_like(f"{RESERVED}%"),
            matches(audience, today),
        )
        .order_by(contact.c.id)
        .limit(bindparam("size"))
    )


_READY: Final[dict[tuple[str, date, str | None], Hot]] = {}
_MOST_READY: Final = 16


def page_of(audience: Mapping[str, MustHold], today: date, within: str | None = None) -> Hot:
    """`members`, made ready once for all pages: that takes as long as to read a hundred contacts."""
    key = repr(audience), today, within
    ready = _READY.get(key)
    if ready is None:
        if len(_READY) >= _MOST_READY:
            _READY.clear()
        ready = _READY[key] = Hot(members(audience, today, within))
    return ready


_NAMES: Final = {
    "sqlite": text(
        "SELECT one.key FROM contact, json_each(contact.attributes) AS one "
        "UNION SELECT one.key FROM enrolment, json_each(enrolment.attributes) AS one"
    ),
    "postgresql": text(
        "SELECT json_object_keys(attributes) FROM contact UNION SELECT json_object_keys(attributes) FROM enrolment"
    ),
}


_LATELY: Final = {
    "sqlite": text(
        "SELECT DISTINCT one.key FROM (SELECT attributes FROM contact ORDER BY id DESC LIMIT 1000) AS lately, "
        "json_each(lately.attributes) AS one"
    ),
    "postgresql": text(
        "SELECT DISTINCT json_object_keys(attributes) FROM "
        "(SELECT attributes FROM contact ORDER BY id DESC LIMIT 1000) AS lately"
    ),
}


def attributes_lately(connection: Connection) -> list[str]:
    """The attributes of the newest 1,000 contacts: for a list to choose from, which must not read everybody."""
    return sorted(connection.scalars(_LATELY[connection.dialect.name]))


def attribute_names(connection: Connection) -> list[str]:
    """Every attribute that any contact has, or had when a wave took them in. It reads all of them: for when a name is
    not known."""
    return sorted(connection.scalars(_NAMES[connection.dialect.name]))


def unknown_attributes(
    connection: Connection, audience: Mapping[str, MustHold], within: str | None
) -> dict[str, str]:
    """The attributes that no contact has: of an audience, with which it is nobody, or by a `not` everybody, and that
    `within` which a sample is drawn. Each with the one that was perhaps meant, or nothing."""
    named = [*(key for key, _ in named_in(audience)), *([within] if within is not None else [])]
    keys = dict.fromkeys(key for key in named if key not in COLUMNS)
    unknown = [key for key in keys if not _is_anybodys(connection, key)]
    known = [*COLUMNS, *attribute_names(connection)] if unknown else []
    return {key: next(iter(alike(key, known, most=1)), "") for key in unknown}


def _is_anybodys(connection: Connection, key: str) -> bool:
    anybody = select(contact.c.id).where(column_of(key).is_not(None)).limit(1)
    return connection.execute(anybody).first() is not None


def unreadable_values(connection: Connection, audience: Mapping[str, MustHold]) -> dict[str, int]:
    """Of how many contacts an attribute is compared as a number or a day and holds something else, which counts as
    missing; without those of which it is of nobody."""
    counted = {}
    for key, wanted in named_in(audience):
        odd = unreadable(key, wanted)
        if odd is not None:
            people = contact.outerjoin(account)
            counted[key] = connection.scalar(select(func.count()).select_from(people).where(odd)) or 0
    return {key: count for key, count in counted.items() if count}


_WHO: Final = (
    select(
        contact.c.id,
        contact.c.contact_id,
        contact.c.name,
        account.c.name.label("account"),
        account.c.account_manager,
    )
    .outerjoin_from(contact, account, account.c.id == contact.c.account_id)
    .where(contact.c.id.in_(bindparam("ids", expanding=True)))
)


def who_they_are(connection: Connection, ids: Sequence[int]) -> Mapping[int, Row]:
    """The key, the name, the account and the account manager of contacts."""
    return {row.id: row for row in connection.execute(_WHO, {"ids": list(ids)})}


def values_of(connection: Connection, key: str, most: int) -> list[str]:
    """The values of a key of audiences among the contacts, at most `most` of them."""
    column = column_of(key)
    found = select(column).select_from(contact.outerjoin(account)).where(column.is_not(None)).distinct()
    return list(connection.scalars(found.limit(most)))


def next_page(
    connection: Connection, whom: Hot, after: int, places: Places, size: int = PAGE
) -> list[Candidate]:
    """The next `size` contacts of an audience (`page_of`) whose ids are above `after`; fewer only at its end."""
    return candidates(connection, whom.all(connection, {"after": after, "size": size}), places)


def candidates(connection: Connection, people: Sequence[Row], places: Places) -> list[Candidate]:
    """With all that the rules look at: contacts as `members` finds them, in the order of their ids."""
    ids = [one.id for one in people]
    if not ids:
        return []
    chosen = {_THESE: ids}
    reach: dict[int, dict[str, Reach]] = {id_: {} for id_ in ids}
    for contact_id, channel, value, dead in _ADDRESSES.all(connection, chosen):
        reach[contact_id][channel] = Reach(value, dead)
    left = {row.contact_id for row in _OPTED_OUT.all(connection, chosen)}
    span = {**chosen, "first": ids[0], "last": ids[-1]}
    history = {row.contact_id: row for row in _HISTORY.all(connection, span)}
    followed_up = {row.contact_id: row.at for row in _FOLLOWED.all(connection, chosen)}
    held = {row.contact_id: row.until for row in _HOLDS.all(connection, chosen)}
    wishes = wishes_in(_WISHES.all(connection, chosen))
    found = []
    for id_, language, zone, account_id, stratum in people:
        its, past = reach[id_], history.get(id_)
        found.append(
            Candidate(
                id_,
                language,
                _place(places, zone, its),
                its,
                id_ in left,
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


def _place(places: Places, zone: str | None, reach: Mapping[str, Reach]) -> Place | None:
    for channel in BY_PHONE:
        if channel in reach:
            return places.of(zone, reach[channel].address)
    return places.of(zone, None)
