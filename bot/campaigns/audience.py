"""Reading an audience from the store, page after page, as candidates for the rules of `plan`.

A page is some hundred contacts in the order of their ids; memory stays flat however large the audience is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Connection,
    Integer,
    Select,
    and_,
    any_,
    bindparam,
    case,
    func,
    null,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY

from bot.campaigns.places import Places
from bot.campaigns.plan import Candidate, Place, Reach
from bot.people.consent import Whose, counting_for
from bot.people.contacts import BY_PHONE, RESERVED
from bot.store.schema import OPEN_STATES, account, address, contact, conversation, follow_up, hold, wave
from bot.store.sql import text_of

PAGE: Final = 500

# Endings of conversations whose question did not arrive.
_NOT_ASKED: Final = ("cancelled", "undelivered")

COLUMNS: Final[Mapping[str, ColumnElement[Any]]] = {
    "account": account.c.name,
    "account_manager": account.c.account_manager,
    "contact_id": contact.c.contact_id,
    "language": contact.c.language,
    "name": contact.c.name,
    "timezone": contact.c.timezone,
}
"""The columns of an import that every contact has; any other is an attribute."""


def _addresses(among: Whose) -> Select[Any]:
    return select(
        address.c.contact_id, address.c.channel, address.c.value, address.c.dead_since, address.c.dead_reason
    ).where(among(address.c.contact_id))


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


# Two things are here for PostgreSQL's planner, which knows nothing yet of a table that is being filled. The
# states are looked at in what is selected and not in WHERE, where they would draw it to the index of open
# conversations; and the range of ids, which says nothing new, keeps it from reading the whole table.
def _history(among: Whose) -> Select[Any]:
    return (
        select(
            conversation.c.contact_id,
            func.count(case((_IS_OPEN, 1))).label("open"),
            func.max(case((_IS_OPEN, conversation.c.closes_at))).label("closes_at"),
            func.max(
                case((WAS_ASKED, func.coalesce(conversation.c.asked_at, conversation.c.released_at)))
            ).label("asked_at"),
            func.max(case((WAS_ASKED, wave.c.started_at))).label("drawn_at"),
        )
        .join(wave, wave.c.id == conversation.c.wave_id)
        .where(
            among(conversation.c.contact_id),
            conversation.c.contact_id.between(bindparam("first"), bindparam("last")),
        )
        .group_by(conversation.c.contact_id)
    )


def followed(among: Whose) -> Select[Any]:
    """When each was last asked whether it is solved; what never reached them is left out."""
    return (
        select(conversation.c.contact_id, func.max(follow_up.c.made_at).label("at"))
        .join(conversation, conversation.c.id == follow_up.c.conversation_id)
        .where(
            among(conversation.c.contact_id),
            or_(follow_up.c.ending.is_(None), follow_up.c.ending != "undelivered"),
        )
        .group_by(conversation.c.contact_id)
    )


def _holds(among: Whose) -> Select[Any]:
    return select(hold.c.contact_id, hold.c.until).where(hold.c.ended_at.is_(None), among(hold.c.contact_id))


@dataclass(frozen=True, slots=True)
class _Page:
    """What is asked of the contacts of a page, in one engine's words. PostgreSQL takes their ids as one array:
    a list of five hundred parameters takes longer to write down than to answer."""

    addresses: Select[Any]
    opted_out: CompoundSelect[Any]
    history: Select[Any]
    followed: Select[Any]
    holds: Select[Any]

    @classmethod
    def of(cls, among: Whose) -> "_Page":
        return cls(_addresses(among), counting_for(among), _history(among), followed(among), _holds(among))


_PAGES: Final = {
    "sqlite": _Page.of(lambda id_: id_.in_(bindparam("ids", expanding=True))),
    "postgresql": _Page.of(lambda id_: id_ == any_(bindparam("ids", type_=ARRAY(Integer)))),
}


def members(audience: Mapping[str, Sequence[str]], within: str | None = None) -> Select[Any]:
    """The statement for one page of an audience: parameters `after` (a contact's id) and `size`. `within` is the
    attribute within which a sample is drawn of it.

    A key is an attribute of the contact, or one of the import file's own columns; all must match.
    """
    stratum = null() if within is None else column_of(within)
    statement = (
        select(
            contact.c.id,
            contact.c.language,
            contact.c.timezone,
            contact.c.account_id,
            stratum.label("stratum"),
        )
        .where(
            contact.c.id > bindparam("after"),
            contact.c.contact_id.not_like(f"{RESERVED}%"),
        )
        .order_by(contact.c.id)
        .limit(bindparam("size"))
    )
    if any(key in ("account", "account_manager") for key in (*audience, within)):
        statement = statement.outerjoin(account, account.c.id == contact.c.account_id)
    for key, values in audience.items():
        statement = statement.where(column_of(key).in_(list(values)))
    return statement


def values_of(connection: Connection, key: str, most: int) -> list[str]:
    """The values of a key of audiences among the contacts, at most `most` of them."""
    column = column_of(key)
    found = select(column).select_from(contact.outerjoin(account)).where(column.is_not(None)).distinct()
    return list(connection.scalars(found.limit(most)))


def column_of(key: str) -> ColumnElement[Any]:
    return COLUMNS[key] if key in COLUMNS else text_of(contact.c.attributes, key)


def candidates(
    connection: Connection,
    statement: Select[Any],
    after: int,
    places: Places,
    size: int = PAGE,
) -> list[Candidate]:
    """The next `size` contacts of an audience whose ids are above `after`; fewer only at its end."""
    rows = connection.execute(statement, {"after": after, "size": size}).all()
    ids = [row.id for row in rows]
    if not ids:
        return []
    page = _PAGES[connection.dialect.name]
    chosen: dict[str, Any] = {"ids": ids}
    reach: dict[int, dict[str, Reach]] = {}
    for contact_id, channel, value, dead_since, dead_reason in connection.execute(page.addresses, chosen):
        dead = None if dead_since is None else dead_reason or "cannot be reached"
        reach.setdefault(contact_id, {})[channel] = Reach(value, dead)
    left = set(connection.scalars(page.opted_out, chosen))
    span = chosen | {"first": ids[0], "last": ids[-1]}
    history = {row.contact_id: row for row in connection.execute(page.history, span)}
    followed_up = {row.contact_id: row.at for row in connection.execute(page.followed, chosen)}
    held = {row.contact_id: row.until for row in connection.execute(page.holds, chosen)}
    nowhere: dict[str, Reach] = {}
    return [
        Candidate(
            id=row.id,
            language=row.language,
            place=_place(places, row.timezone, reach.get(row.id, nowhere)),
            reach=reach.get(row.id, nowhere),
            opted_out=row.id in left,
            busy=past is not None and past.open > 0,
            busy_until=None if past is None else past.closes_at,
            last_asked=None if past is None else past.asked_at,
            followed_up=followed_up.get(row.id),
            held=held.get(row.id),
            account=row.account_id,
            stratum=row.stratum or "",
            drawn_at=None if past is None else past.drawn_at,
        )
        for row in rows
        for past in (history.get(row.id),)
    ]


def _place(places: Places, zone: str | None, reach: Mapping[str, Reach]) -> Place | None:
    phone = next((reach[channel].address for channel in BY_PHONE if channel in reach), None)
    return places.of(zone, phone)
