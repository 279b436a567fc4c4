"""Reading an audience from the store, page after page, as candidates for the rules of `plan`.

A page is some hundred contacts in the order of their ids; memory stays flat however large the audience is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import (
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
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY

from bot.alike import alike
from bot.campaigns.matching import COLUMNS, OF_ACCOUNT, column_of, matches, names_account, unreadable
from bot.campaigns.places import Places
from bot.campaigns.plan import Candidate, Place, Reach, Wishes
from bot.campaigns.spaces import LastAsked
from bot.campaigns.wishes import wishes_in, wishes_of
from bot.config.audiences import MustHold, named_in
from bot.people.consent import Whose, counting_for
from bot.people.contacts import BY_PHONE, RESERVED
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

PAGE: Final = 500

# Endings of conversations whose question did not arrive.
_NOT_ASKED: Final = ("cancelled", "undelivered")


def _addresses(among: Whose) -> Select[Any]:
    return select(
        address.c.contact_id, address.c.channel, address.c.value, address.c.dead_since, address.c.dead_reason
    ).where(among(address.c.contact_id))


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
        return LastAsked(followed_up=followed_up)
    return LastAsked(row.asked, row.relational, row.transactional, followed_up)


# Two things are here for PostgreSQL's planner, which knows nothing yet of a table that is being filled. The
# states are looked at in what is selected and not in WHERE, where they would draw it to the index of open
# conversations; and the range of ids, which says nothing new, keeps it from reading the whole table.
def _history(among: Whose) -> Select[Any]:
    return (
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
    wishes: Select[Any]

    @classmethod
    def of(cls, among: Whose) -> "_Page":
        return cls(
            _addresses(among),
            counting_for(among),
            _history(among),
            followed(among),
            _holds(among),
            wishes_of(among),
        )


_PAGES: Final = {
    "sqlite": _Page.of(lambda id_: id_.in_(bindparam("ids", expanding=True))),
    "postgresql": _Page.of(lambda id_: id_ == any_(bindparam("ids", type_=ARRAY(Integer)))),
}


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
    wishes = wishes_in(connection.execute(page.wishes, chosen).all())
    nowhere: dict[str, Reach] = {}
    no_wishes = Wishes()
    return [
        Candidate(
            id=row.id,
            language=row.language,
            place=_place(places, row.timezone, reach.get(row.id, nowhere)),
            reach=reach.get(row.id, nowhere),
            opted_out=row.id in left,
            busy=past is not None and past.open > 0,
            busy_until=None if past is None else past.closes_at,
            last=last_of(past, followed_up.get(row.id)),
            wishes=wishes.get(row.id, no_wishes),
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
