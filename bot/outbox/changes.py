"""What waits in the outbox changed, sent elsewhere, sooner, or taken back."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import JSON, Boolean, Connection, String, and_, bindparam, cast, or_, select, update

from bot.outbox.messages import body_to_json
from bot.store.hot import Hot
from bot.store.schema import outbox
from bot.store.sql import constant, known
from channels.base import Address, Body

_WAITING_ALERT = and_(
    outbox.c.state == "queued", outbox.c.kind == "alert", outbox.c.case_id == bindparam("of_case")
)
_KEPT_ALERT = select(outbox.c.id).where(
    _WAITING_ALERT,
    or_(
        outbox.c.leased_until > bindparam("now"),
        and_(
            or_(outbox.c.doubtful, outbox.c.due_at <= bindparam("now")),
            ~bindparam("elsewhere", type_=Boolean),
        ),
    ),
)
_TAKE_BACK_ALERT = (
    update(outbox)
    .where(_WAITING_ALERT)
    .values(state="cancelled", error="tried anew at a start", done_at=bindparam("now"))
)


def take_back_alert(connection: Connection, case_id: int, now: datetime, *, elsewhere: bool) -> bool:
    """Take back what waits of a case's alert, to be sent anew. False, with nothing changed, where some of it
    is on its way at this moment; or, unless it is to go `elsewhere`, may have arrived or is due anyway."""
    values = {"of_case": case_id, "now": now}
    if connection.execute(_KEPT_ALERT, {**values, "elsewhere": elsewhere}).first() is not None:
        return False
    connection.execute(_TAKE_BACK_ALERT, values)
    return True


_MOVE = (
    update(outbox)
    .where(
        outbox.c.state == constant("queued"),
        known(outbox.c.due_at),
        outbox.c.channel == bindparam("of_channel"),
        outbox.c.address == bindparam("of_address"),
    )
    .values(address=bindparam("to"), replaces=None, due_at=bindparam("now"), leased_until=None)
)


def move(connection: Connection, old: Address, new: Address, now: datetime) -> None:
    """Send what is queued for a place where that is now. What was to be edited stays behind, and is posted."""
    values = {"of_channel": old.channel, "of_address": old.id, "to": new.id, "now": now}
    connection.execute(_MOVE, values)


_CANCEL_FOR = Hot(
    update(outbox)
    .where(
        outbox.c.state == constant("queued"),
        known(outbox.c.due_at),
        outbox.c.channel == bindparam("of_channel"),
        outbox.c.address == bindparam("of_address"),
        outbox.c.kind.in_(("question", "reply", "edit", "follow_up", "reminder")),
    )
    .values(state="cancelled", error="the person opted out", done_at=bindparam("now"))
)


def cancel_for(connection: Connection, address: Address, now: datetime) -> None:
    """Take back whatever is queued for a customer who left. Alerts and commands are no customer's."""
    _CANCEL_FOR.run(connection, {"of_channel": address.channel, "of_address": address.id, "now": now})


_WAITS = and_(outbox.c.state == "queued", outbox.c.kind == "relay", outbox.c.leased_until.is_(None))
_FREE: Final = (
    update(outbox)
    .where(outbox.c.dedupe_key.in_(bindparam("keys", expanding=True)))
    .values(dedupe_key=outbox.c.dedupe_key + ":" + cast(outbox.c.id, String))
)
_REWRITE = (
    update(outbox)
    .where(_WAITS, outbox.c.id == bindparam("of_id"))
    .values(body=bindparam("new_body", type_=JSON))
)
_TAKE_BACK = (
    update(outbox)
    .where(_WAITS, outbox.c.id == bindparam("of_id"))
    .values(state="cancelled", error="its writer took it back", done_at=bindparam("now"))
)
_HURRY = (
    update(outbox)
    .where(_WAITS, outbox.c.case_id == bindparam("of_case"), outbox.c.id <= bindparam("up_to"))
    .values(due_at=bindparam("now"))
)


def free_keys(connection: Connection, keys: Sequence[str]) -> None:
    """Let messages that did not go give their keys to later ones."""
    connection.execute(_FREE, {"keys": list(keys)})


def rewrite(connection: Connection, id_: int, body: Body) -> bool:
    """Give a colleague's words, which wait to go out, others in their place; False where they wait no more."""
    values = {"of_id": id_, "new_body": body_to_json(body)}
    return bool(connection.execute(_REWRITE, values).rowcount)


def take_back(connection: Connection, id_: int, now: datetime) -> bool:
    """Take a colleague's words back that wait to go out; False where they wait no more."""
    return bool(connection.execute(_TAKE_BACK, {"of_id": id_, "now": now}).rowcount)


def hurry(connection: Connection, case_id: int, up_to: int, now: datetime) -> bool:
    """Let what waits of a case's words go now, in its order, this message the last; False where none waits."""
    values = {"of_case": case_id, "up_to": up_to, "now": now}
    return bool(connection.execute(_HURRY, values).rowcount)
