"""What is refused because of our own account: told to the admins, and where a carrier says it afterwards, also shown.

A provider took such a message, so no pause shows it. It stands by country, because the carriers of one may refuse what
those of another deliver, until something newer arrives there, or nobody has refused anything for a day.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from sqlalchemy import Connection, bindparam, delete, select

from bot.cases.admins import tell_admins
from bot.context import Context
from bot.outbox import Outgoing
from bot.people.contacts import BY_PHONE
from bot.people.phones import country_of
from bot.steps import step
from bot.store.behind import remembered
from bot.store.hot import Hot
from bot.store.meta import put_value
from bot.store.schema import meta
from channels.base import Address, Barred, Filtered, Misconfigured, SendError
from channels.known import title_of

SHOWN_FOR: Final = timedelta(days=1)
"""After the last refusal: by then nothing is asked again, and nobody knows whether it was mended."""

_PREFIX: Final = "refused:"
_LONGEST: Final = 200  # characters of what is kept
_ALL: Final = Hot(select(meta).where(meta.c.name.startswith(_PREFIX, autoescape=True)).order_by(meta.c.name))
_FORGET: Final = delete(meta).where(meta.c.name == bindparam("of_name"))


class _Refused(NamedTuple):
    """The newest message to a country that its carriers refused, when they said so, and why."""

    message: int
    at: datetime
    why: str

    @classmethod
    def parse(cls, value: str) -> "_Refused":
        """As `str` writes it."""
        message, at, why = value.split(" ", 2)
        return cls(int(message), datetime.fromtimestamp(int(at), UTC), why)

    def __str__(self) -> str:
        return f"{self.message} {int(self.at.timestamp())} {self.why}"[:_LONGEST]


def refused_afterwards(connection: Connection) -> Mapping[str, str]:
    """Why carriers refuse what a channel took, by the channel; one of which they do not has no entry."""
    return {_channel(name): refused.why for name, refused in _shown(connection).items()}


def account_reported(
    connection: Connection,
    context: Context,
    message: Outgoing,
    status: str,
    error: SendError | None,
    now: datetime,
) -> None:
    """Take over what a delivery report says of our own account, by a refusal or by a message that arrived."""
    if not message.address:  # its owner was erased since
        return
    at = Address(message.channel, message.address)
    match error:
        case Misconfigured() | Filtered():
            _note(connection, context, message, error, now)
        case Barred():
            tell_barred(connection, context, at, str(error), now)
        case _ if status == "delivered":
            _arrived(connection, message)


def tell_barred(connection: Connection, context: Context, at: Address, why: str, now: datetime) -> None:
    """Tell the admins once a month and country that our account may not write to numbers there."""
    country = _country(at)
    text = context.manager_words.text("barred", channel=title_of(at.channel), country=country, why=why)
    tell_admins(connection, context, f"barred:{at.channel}:{country}:{now:%Y%m}", text, now)


def forget_old(connection: Connection, now: datetime) -> None:
    """Show no more what was last refused a day ago."""
    for name, refused in _shown(connection).items():
        if refused.at <= now - SHOWN_FOR:
            connection.execute(_FORGET, {"of_name": name})


def _shown(connection: Connection) -> Mapping[str, _Refused]:
    """What is shown, by the name of its channel and country."""
    return {row.name: _Refused.parse(row.value) for row in _ALL.all(connection, {})}


def _note(
    connection: Connection,
    context: Context,
    message: Outgoing,
    error: Misconfigured | Filtered,
    now: datetime,
) -> None:
    """Show it, and tell the admins once a day and reason."""
    channel, why = message.channel, str(error)
    name = _name(message)
    if name not in _shown(connection):
        step("channel.refused", channel=channel, reason=why)
    put_value(connection, name, str(_Refused(message.id, now, why)))
    key = "account_filtered" if isinstance(error, Filtered) else "account_refused"
    text = context.manager_words.text(key, channel=title_of(channel), why=why)
    tell_admins(connection, context, f"account:{channel}:{now:%Y%m%d}:{why[:60]}", text, now, but=channel)


def _arrived(connection: Connection, message: Outgoing) -> None:
    """Something arrived: what was refused before it shows no more."""
    name = _name(message)
    refused = remembered(connection, _PREFIX, lambda: _shown(connection)).get(name)
    if refused is not None and refused.message < message.id:
        connection.execute(_FORGET, {"of_name": name})
        step("channel.delivers", channel=message.channel)


def _name(message: Outgoing) -> str:
    return f"{_PREFIX}{message.channel}:{_country(Address(message.channel, message.address))}"


def _channel(name: str) -> str:
    return name.removeprefix(_PREFIX).split(":")[0]


def _country(at: Address) -> str:
    """Where it went: two letters, where an address tells a country, else the channel."""
    return country_of(at.id) if at.channel in BY_PHONE else at.channel
