"""How a colleague gets into the dashboard: a link that works once, and the visit that it begins.

Both are random, kept as SHA-256 alone, and say nothing of who they are for. Whether a visitor may see anything is asked
of the settings at each request, and not kept here.
"""

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from bot.store.schema import Row, sign_in
from bot.store.schema import visit as visits
from channels.base import Address

LINK_LASTS: Final = timedelta(minutes=10)
VISIT_LASTS: Final = timedelta(hours=12)
REMEMBERED: Final = timedelta(days=1)
"""How long a link that is over is known for one, so that whoever opens it hears why it does not work."""
_BYTES: Final = 32

NoEntry = Literal["unknown", "used", "expired"]
"""Why a link opens nothing: there is none such, or not any more; somebody used it; its minutes are over."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who visits: a colleague's address, and where they asked for the link."""

    actor: Address
    place: Address


_ADD_LINK: Final = insert(sign_in)
_LINK: Final = select(sign_in).where(sign_in.c.digest == bindparam("of_digest"))
_USE: Final = (
    update(sign_in)
    .where(
        sign_in.c.digest == bindparam("of_digest"),
        sign_in.c.used_at.is_(None),
        sign_in.c.expires_at > bindparam("now"),
    )
    .values(used_at=bindparam("now"))
    .returning(sign_in.c.actor, sign_in.c.place)
)
_BEGIN: Final = insert(visits)
_OPEN: Final = select(visits).where(
    visits.c.digest.in_(bindparam("digests", expanding=True)), visits.c.expires_at > bindparam("now")
)
_END: Final = delete(visits).where(visits.c.digest == bindparam("of_digest"))
_END_OF: Final = delete(visits).where(visits.c.actor == bindparam("of_actor"))
_NO_LINKS_OF: Final = delete(sign_in).where(
    sign_in.c.actor == bindparam("of_actor"), sign_in.c.used_at.is_(None)
)
_OLD_LINKS: Final = delete(sign_in).where(sign_in.c.expires_at <= bindparam("before"))
_OLD_VISITS: Final = delete(visits).where(visits.c.expires_at <= bindparam("before"))


def digest_of(secret: str) -> str:
    """By which a token or a visit is recognised."""
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).hexdigest()


def make_link(connection: Connection, visitor: Visitor, now: datetime) -> str:
    """The token of a new link for this colleague. What is long over goes."""
    connection.execute(_OLD_LINKS, {"before": now - REMEMBERED})
    connection.execute(_OLD_VISITS, {"before": now})
    token = secrets.token_urlsafe(_BYTES)
    values = {"digest": digest_of(token), "expires_at": now + LINK_LASTS}
    connection.execute(_ADD_LINK, {**values, "actor": str(visitor.actor), "place": str(visitor.place)})
    return token


def look_at_link(connection: Connection, token: str, now: datetime) -> Visitor | NoEntry:
    """Whom a link is for, while it can be used; nothing changes."""
    row = connection.execute(_LINK, {"of_digest": digest_of(token)}).one_or_none()
    if row is None:
        return "unknown"
    if row.used_at is not None:
        return "used"
    return _visitor(row) if row.expires_at > now else "expired"


def begin_visit(connection: Connection, token: str, before: str | None, now: datetime) -> str | NoEntry:
    """Use a link up: what the browser keeps of the visit that begins. The visit that it had `before` ends, so that
    nobody goes on in one that somebody else may know."""
    row = connection.execute(_USE, {"of_digest": digest_of(token), "now": now}).one_or_none()
    if row is None:
        why = look_at_link(connection, token, now)
        return "used" if isinstance(why, Visitor) else why
    if before is not None:
        end_visit(connection, before)
    kept = secrets.token_urlsafe(_BYTES)
    values = {"digest": digest_of(kept), "begun_at": now, "expires_at": now + VISIT_LASTS}
    connection.execute(_BEGIN, {**values, "actor": row.actor, "place": row.place})
    return kept


def open_visits(connection: Connection, digests: Collection[str], now: datetime) -> dict[str, Visitor]:
    """Those of these visits that go on, by their digests."""
    if not digests:
        return {}
    found = connection.execute(_OPEN, {"digests": sorted(digests), "now": now})
    return {row.digest: _visitor(row) for row in found}


def end_visit(connection: Connection, kept: str) -> None:
    """End the visit whose browser keeps this."""
    connection.execute(_END, {"of_digest": digest_of(kept)})


def end_visits(connection: Connection, actor: Address) -> int:
    """End all visits of a colleague, and let none of their links begin another; how many went on until now."""
    connection.execute(_NO_LINKS_OF, {"of_actor": str(actor)})
    return connection.execute(_END_OF, {"of_actor": str(actor)}).rowcount


def _visitor(row: Row) -> Visitor:
    return Visitor(Address.parse(row.actor), Address.parse(row.place))
