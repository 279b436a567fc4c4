"""Who was erased and wants no messages, kept without saying who.

An erasure counts as an opt-out, which must outlive it: a person who is imported again is not asked. What is
kept is an HMAC of each of their addresses and of the user's own key for them. Two keys are known: a random
one that the database makes for itself and keeps, so that an opt-out is never lost for want of configuration,
and `secret_key` of config.yaml, which is used for what is kept from then on. With the first alone, whoever
steals the database can try out phone numbers; with the second they need the configuration too. Each digest
says which key made it, so a key that went missing is noticed before anybody is asked.
"""

import hmac
import secrets
from collections.abc import Collection, Iterable
from datetime import datetime
from hashlib import sha256
from typing import Final

from pydantic import SecretStr
from sqlalchemy import Connection, bindparam, delete, exists, func, select
from sqlalchemy.dialects import postgresql, sqlite

from bot.store.behind import remembered
from bot.store.hot import Hot
from bot.store.schema import erased_opt_out, meta
from channels.base import Address

_OWN_KEY: Final = "erasure_key"
_MARK_LENGTH: Final = 16
_AT_ONCE: Final = 5_000  # digests looked for in one statement

_FIND_KEY: Final = select(meta.c.value).where(meta.c.name == _OWN_KEY)
_ADD_KEY: Final = {
    engine.dialect.name: engine.insert(meta).on_conflict_do_nothing() for engine in (sqlite, postgresql)
}
_KEEP: Final = {
    engine.dialect.name: engine.insert(erased_opt_out).on_conflict_do_nothing()
    for engine in (sqlite, postgresql)
}
_ANY: Final = Hot(select(exists(select(erased_opt_out.c.digest)).label("anybody")))
_SINCE: Final = select(
    exists(select(erased_opt_out.c.digest).where(erased_opt_out.c.since >= bindparam("day")))
)
_FIND: Final = select(erased_opt_out.c.digest, erased_opt_out.c.erasure).where(
    erased_opt_out.c.digest.in_(bindparam("digests", expanding=True))
)
_LIFT: Final = delete(erased_opt_out).where(
    erased_opt_out.c.erasure.in_(bindparam("erasures", expanding=True)),
    erased_opt_out.c.since <= bindparam("said"),
)
_BY_OTHER_KEYS: Final = select(func.count()).where(
    erased_opt_out.c.key_mark.not_in(bindparam("marks", expanding=True))
)


class KeyMissing(ValueError):
    """Opt-outs of erased people were kept with a `secret_key` that is not the one given."""


def name_of_contact(contact_id: str) -> str:
    """The name by which a contact itself is kept, whatever addresses it comes back with."""
    return f"contact:{contact_id}"


def keep(
    connection: Connection, secret: SecretStr | None, names: Iterable[Address | str], now: datetime
) -> None:
    """Remember that whoever was behind these addresses and names wants no messages."""
    key = _for_new(connection, secret)
    since = now.replace(hour=0, minute=0, second=0, microsecond=0)  # the moment would tell who it was
    erasure = secrets.token_hex(16)
    rows = [
        {"digest": _digest(key, str(name)), "key_mark": _mark(key), "erasure": erasure, "since": since}
        for name in names
    ]
    if rows:
        connection.execute(_KEEP[connection.dialect.name], rows)


def any_since(connection: Connection, day: datetime) -> bool:
    """Whether anybody was erased on this day (a moment of it will do as well) or later."""
    midnight = day.replace(hour=0, minute=0, second=0, microsecond=0)
    return bool(connection.execute(_SINCE, {"day": midnight}).scalar_one())


def anybody(connection: Connection) -> bool:
    """Whether anybody's opt-out outlived them."""

    def look() -> bool:
        row = _ANY.first(connection, {})
        return row is not None and bool(row.anybody)

    return remembered(connection, "anybody erased who left", look)


def among(
    connection: Connection, secret: SecretStr | None, names: Collection[Address | str]
) -> set[Address | str]:
    """Those of these addresses and names that an erased person had."""
    if not names or not anybody(connection):
        return set()
    digests = _digests(_all(connection, secret), names)
    return {digests[digest] for digest in _found(connection, digests)}


def lift(
    connection: Connection, secret: SecretStr | None, names: Collection[Address | str], said: datetime
) -> bool:
    """Forget whole erasures that one of these was part of: the person said, on their day or later, that they want
    messages again. True where there was one."""
    if not names or not anybody(connection):
        return False
    found = _found(connection, _digests(_all(connection, secret), names))
    if not found:
        return False
    return bool(connection.execute(_LIFT, {"erasures": sorted(set(found.values())), "said": said}).rowcount)


def require_keys(connection: Connection, secret: SecretStr | None) -> None:
    """Raises KeyMissing where somebody's opt-out could not be recognised: nobody may be imported or asked
    before the key is back."""
    marks = [_mark(key) for key in _all(connection, secret)] or [""]
    count = connection.execute(_BY_OTHER_KEYS, {"marks": marks}).scalar_one()
    if count:
        raise KeyMissing(
            f"secret_key is not the one with which {count:,} opt-outs of erased people were kept, so that "
            "they could be asked again; put the earlier secret_key back"
        )


def _found(connection: Connection, digests: Collection[str]) -> dict[str, str]:
    wanted = sorted(digests)
    found: dict[str, str] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        rows = connection.execute(_FIND, {"digests": wanted[start : start + _AT_ONCE]})
        found.update({row.digest: row.erasure for row in rows})
    return found


def _digests(keys: Iterable[bytes], names: Iterable[Address | str]) -> dict[str, Address | str]:
    listed = list(names)
    return {_digest(key, str(name)): name for key in keys for name in listed}


def _digest(key: bytes, name: str) -> str:
    return hmac.new(key, name.encode(), sha256).hexdigest()


def _mark(key: bytes) -> str:
    """Which key it is, without telling it."""
    return hmac.new(key, b"npsbot: which key", sha256).hexdigest()[:_MARK_LENGTH]


def _all(connection: Connection, secret: SecretStr | None) -> list[bytes]:
    own = connection.execute(_FIND_KEY).scalar_one_or_none()
    keys = [] if own is None else [bytes.fromhex(own)]
    return keys if secret is None else [*keys, secret.get_secret_value().encode()]


def _for_new(connection: Connection, secret: SecretStr | None) -> bytes:
    if secret is not None:
        return secret.get_secret_value().encode()
    # Two processes may make one at the same moment; the first that is kept is the key.
    connection.execute(_ADD_KEY[connection.dialect.name], {"name": _OWN_KEY, "value": secrets.token_hex(32)})
    return bytes.fromhex(connection.execute(_FIND_KEY).scalar_one())
