"""The keys of the API: by which other systems are known, what each may do, and when it did so last.

A key is random, shown once and kept as its SHA-256 alone: of 256 random bits nothing slower is needed. A revoked one
keeps its row, so that who did what stays clear.
"""

import hashlib
import re
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal, cast, get_args

from sqlalchemy import Connection, bindparam, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.store.schema import Row, api_key

KeyScope = Literal[
    "contacts:read",
    "contacts:write",
    "events:write",
    "conversations:read",
    "cases:read",
    "cases:write",
    "reports:read",
    "words",
]
SCOPES: Final[Mapping[KeyScope, str]] = {
    "contacts:read": "Read contacts: names, accounts, addresses and attributes, with or without `words`.",
    "contacts:write": "Add, change and erase contacts.",
    "events:write": "Tell what happened at customers'.",
    "conversations:read": "Read who was asked, by `contact_id` and account, how far they got, and scores.",
    "cases:read": "Read cases: who has them, since when, and what is next.",
    "cases:write": "Take, finish, put aside and reopen cases.",
    "reports:read": "Read reports: scores, trends and accounts.",
    "words": "Beside another: customers' names and words, and what colleagues wrote of them.",
}
"""What a key may be good for."""

USUAL_RATE: Final = 600
"""Requests a minute, where nothing else is said of a key."""

MINUTE: Final = timedelta(minutes=1)
"""How exactly it is kept when a key was used last: to write it down with each request would cost a commit each."""

_SIGN: Final = "npsbot_"
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,59}")

_ADD: Final = {
    engine.dialect.name: engine.insert(api_key).on_conflict_do_nothing(index_elements=["name"])
    for engine in (sqlite, postgresql)
}
_ALL: Final = select(api_key).order_by(api_key.c.name)
_BY_NAME: Final = select(api_key.c.revoked_at).where(api_key.c.name == bindparam("called"))
_BY_DIGEST: Final = select(api_key).where(api_key.c.digest == bindparam("of_key"))
_REVOKE: Final = (
    update(api_key)
    .where(api_key.c.name == bindparam("called"), api_key.c.revoked_at.is_(None))
    .values(revoked_at=bindparam("now"))
)
_USED: Final = (
    update(api_key)
    .where(
        api_key.c.id == bindparam("of_id"),
        or_(api_key.c.used_at.is_(None), api_key.c.used_at <= bindparam("before")),
    )
    .values(used_at=bindparam("now"))
)


class BadKey(ValueError):
    """No key can be made so; one plain sentence."""


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key without its secret. `digest` is what is kept of that."""

    id: int
    name: str
    digest: str
    scopes: frozenset[KeyScope]
    per_minute: int
    made_by: str
    made_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None

    def unnoted(self, now: datetime) -> bool:
        """Whether that it is used now is to be written down."""
        return self.used_at is None or self.used_at <= now - MINUTE


def add_key(
    connection: Connection,
    name: str,
    scopes: Collection[str],
    by: str,
    now: datetime,
    per_minute: int = USUAL_RATE,
) -> str:
    """Make a key, and give the secret, which nobody can ask for again. Raises BadKey."""
    if not _NAME.fullmatch(name):
        raise BadKey(
            f"{name!r} is no name of a key; give one of letters, digits, dots and hyphens, such as crm"
        )
    known = get_args(KeyScope)
    unknown = sorted(set(scopes) - set(known))
    if unknown or not scopes:
        what = f"{unknown[0]!r} is no scope" if unknown else "a key needs a scope"
        raise BadKey(f"{what}; give --scope one of {', '.join(known)}")
    if set(scopes) == {"words"}:
        raise BadKey(
            "words says how much is shown, and of what another scope does; add one, such as cases:read"
        )
    secret = _SIGN + secrets.token_urlsafe(32)
    values = {
        "name": name,
        "digest": digest_of(secret),
        "scopes": [scope for scope in known if scope in scopes],
        "per_minute": per_minute,
        "made_by": by,
        "made_at": now,
    }
    if connection.execute(_ADD[connection.dialect.name], values).rowcount == 0:
        raise BadKey(f"a key {name} is there, or was; choose another name (npsbot keys list)")
    return secret


def listed_keys(connection: Connection) -> list[ApiKey]:
    """All keys, the revoked ones too, by name."""
    return [_key(row) for row in connection.execute(_ALL)]


def revoke_key(connection: Connection, name: str, now: datetime) -> bool | None:
    """Let a key be good for nothing from now on: True; False where it was so before, None where there is none."""
    if connection.execute(_REVOKE, {"called": name, "now": now}).rowcount:
        return True
    return None if connection.execute(_BY_NAME, {"called": name}).first() is None else False


def key_of(connection: Connection, secret: str) -> ApiKey | None:
    """The key with this secret, which may be whatever somebody sends."""
    row = connection.execute(_BY_DIGEST, {"of_key": digest_of(secret)}).one_or_none()
    return None if row is None else _key(row)


def note_use(connection: Connection, key_id: int, now: datetime) -> None:
    """Write down that a key is used, where that was not done in the last minute."""
    connection.execute(_USED, {"of_id": key_id, "now": now, "before": now - MINUTE})


def digest_of(secret: str) -> str:
    """What is kept of a key."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _key(row: Row) -> ApiKey:
    return ApiKey(
        row.id,
        row.name,
        row.digest,
        cast("frozenset[KeyScope]", frozenset(row.scopes)),
        row.per_minute,
        row.made_by,
        row.made_at,
        row.used_at,
        row.revoked_at,
    )
