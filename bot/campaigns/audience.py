"""Whom an audience holds, read from the store page after page.

A page is some hundred contacts in the order of their ids; memory stays flat however large the audience is.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from sqlalchemy import (
    Connection,
    Select,
    bindparam,
    func,
    null,
    select,
    text,
)

from bot.alike import alike
from bot.campaigns.matching import COLUMNS, OF_ACCOUNT, column_of, matches, names_account, unreadable
from bot.config.audiences import MustHold, named_in
from bot.people.contacts import RESERVED
from bot.store.hot import Hot
from bot.store.schema import (
    Row,
    account,
    contact,
)

PAGE: Final = 500


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
