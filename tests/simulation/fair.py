"""Samples and holds in the simulated world: nobody is picked by hand, and whoever is held back is let be."""

from collections import Counter
from random import Random
from typing import Any, Final

from sqlalchemy import Connection, and_, func, insert, select

from bot.store.schema import conversation, enrolment, hold, meta, wave
from tests.simulation.model import Model

DRAWN: Final[dict[str, Any]] = {
    "every": 0,
    "window": 3,
    "send_between": "always",
    "sample": 3,
    "at_most_per_account": 1,
    "spread": 2,
}
"""A campaign that asks three, of each account one, over two days."""

_ROWS: Final = (
    select(
        wave.c.id,
        wave.c.draw,
        conversation.c.contact_id,
        enrolment.c.account,
    )
    .join(conversation, conversation.c.wave_id == wave.c.id)
    .outerjoin(enrolment, enrolment.c.conversation_id == conversation.c.id)
    .where(wave.c.draw.is_not(None), conversation.c.channel.is_not(None))
)
_ASKED_WHILE_HELD: Final = (
    select(hold.c.id, conversation.c.id)
    .join(conversation, conversation.c.contact_id == hold.c.contact_id)
    .join(wave, wave.c.id == conversation.c.wave_id)
    .where(
        wave.c.trial.is_(False),
        wave.c.open_until.is_(None),  # one that takes people in one by one may do so once a hold is over
        conversation.c.state != "skipped",
        wave.c.started_at > hold.c.made_at,
        wave.c.enrolled_at < func.coalesce(hold.c.ended_at, hold.c.until),
    )
)
_other = hold.alias("other")
_TWO_AT_ONCE: Final = select(hold.c.id).join(
    _other,
    and_(
        _other.c.contact_id == hold.c.contact_id,
        _other.c.id > hold.c.id,
        _other.c.made_at < func.coalesce(hold.c.ended_at, hold.c.until),
    ),
)


def draw_alike(connection: Connection, chance: Random) -> None:
    """The secret that chance in waves comes from, so that a seed is one world."""
    connection.execute(insert(meta).values(name="seed", value=f"{chance.getrandbits(256):064x}"))


def said_of_a_hold(chance: Random, size: int) -> str:
    """A colleague holds somebody back, refuses that, or looks who is held back."""
    key = f"k{chance.randrange(size)}"
    until = chance.choice(("tomorrow", "in 3 days", "in 2 weeks"))
    held = f"hold {key} until {until} because they asked"
    return chance.choice((held, held, held, f"hold {key} refuse", "hold"))


def nobody_is_hand_picked(connection: Connection, model: Model) -> None:
    """A draw asks no more than it was to, an account has no more than its own;
    nobody is asked
    by a wave that began and took them in while a colleague held them back, and nobody is held twice at once."""
    asked, accounts = Counter[int](), Counter[tuple[int, str]]()
    for row in connection.execute(_ROWS):
        asked[row.id] += 1
        if row.account is not None:
            accounts[row.id, row.account] += 1
        model.law(asked[row.id] <= row.draw["wanted"], "a sample is no larger than was drawn", row)
    model.law(
        max(accounts.values(), default=0) <= 1, "no account has more people asked than it may", accounts
    )
    held = connection.execute(_ASKED_WHILE_HELD).all()
    model.law(not held, "nobody is asked while a colleague holds them back", held)
    twice = connection.execute(_TWO_AT_ONCE).all()
    model.law(not twice, "nobody is held back twice at once", twice)
