"""What is left of an alert where a case went to somebody else: it says who has it now, and has no buttons any more."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection

from bot.cases.as_kept import Case
from bot.outbox import Draft, put
from channels.base import Address, Limits, Priority, plain


def tell_left(
    connection: Connection, limits: Mapping[str, Limits], before: Case, text: str, now: datetime
) -> None:
    """Say `text` where the alert of a case stands, by its row `before` it went on: in its place where the channel can
    change a message, else as a message of its own. The text names nobody but colleagues: it outlives the customer's
    erasure."""
    of_channel = limits.get(before.channel)
    if of_channel is None or before.shown == 0:
        return  # nobody saw it there
    at = Address(before.channel, before.address)
    replaces = before.shown_ref if of_channel.edits else None
    if of_channel.edits and replaces is None:
        return
    draft = Draft(
        dedupe_key=f"left:{before.id}:{before.wanted}",
        kind="notice",
        address=at,
        lane=f"to:{at}",
        body=(plain(text),),
        replaces=replaces,
        priority=Priority.ALERT,
    )
    put(connection, [draft], now)
