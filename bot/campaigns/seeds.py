"""The seed of a wave: from it comes all that is left to chance, and nobody can choose it.

It follows from a secret of this database, the campaign and the number of the wave. So the plan draws as the wave will
that it becomes, and whoever makes a plan again and again is shown the same draw.
"""

import secrets
from hashlib import blake2b
from typing import Final

from sqlalchemy import Connection, bindparam, func, select
from sqlalchemy.dialects import postgresql, sqlite

from bot.store.schema import meta, wave

_NAME: Final = "seed"
_SECRET: Final = select(meta.c.value).where(meta.c.name == _NAME)
_KEEP: Final = {
    engine.dialect.name: engine.insert(meta)
    .values(name=_NAME, value=bindparam("drawn"))
    .on_conflict_do_nothing()
    for engine in (sqlite, postgresql)
}
_NEXT_NUMBER: Final = select(func.coalesce(func.max(wave.c.number), 0) + 1).where(
    wave.c.campaign == bindparam("campaign"), wave.c.trial.is_(False)
)


def next_number(connection: Connection, campaign: str) -> int:
    """The number of the next wave of a campaign."""
    number: int = connection.execute(_NEXT_NUMBER, {"campaign": campaign}).scalar_one()
    return number


def seed_of(connection: Connection, campaign: str, number: int) -> str:
    """The seed of a wave of a campaign; the secret of the database is drawn when it is first needed."""
    secret = connection.scalar(_SECRET)
    if secret is None:
        connection.execute(_KEEP[connection.dialect.name], {"drawn": secrets.token_hex(32)})
        secret = connection.execute(_SECRET).scalar_one()
    return blake2b(f"{number}:{campaign}".encode(), key=secret.encode(), digest_size=16).hexdigest()


def next_seed(connection: Connection, campaign: str) -> str:
    """The seed of the next wave of a campaign."""
    return seed_of(connection, campaign, next_number(connection, campaign))
