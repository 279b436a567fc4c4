"""The whole bot without a network: real store, intake, timers and senders; fake channels, a manual clock."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from itertools import count
from typing import Any, Final

from sqlalchemy import Connection, Table, and_, bindparam, exists, insert, or_, select

from bot.campaigns import planning, runs
from bot.config.settings import Settings
from bot.context import Context
from bot.intake.intake import Taken, take_in
from bot.reading.language import Language
from bot.reading.loader import load_languages
from bot.sending.digesting import Digesting, DrawPicture
from bot.sending.sender import Sender
from bot.sending.timers import Timers
from bot.store.schema import Row, account, address, case, contact, conversation, early_report, outbox
from bot.store.sql import constant, known
from bot.store.store import Store
from channels.base import Address, DeliveryReport, Inbound, InboundMessage, Limits
from tests.support.fake_channel import FAST, SMS, FakeChannel
from tests.support.manual_clock import ManualClock

ADMIN = Address("slack", "UADMIN")
MANAGER = Address("slack", "UMANAGER")
FALLBACK = Address("slack", "CALERTS")

KEYS: Mapping[str, Mapping[str, str]] = {
    "slack": {"bot_token": "xoxb-1", "signing_secret": "s"},
    "telegram": {"token": "1:a", "secret": "s"},
    "sms": {"account_sid": "AC1", "auth_token": "t", "from": "+31612340000"},
}


def settings_of(**more: Any) -> Settings:
    """Acme's settings: one campaign for everybody, at any hour; nobody is reminded of a case."""
    values: dict[str, Any] = {
        "undo": 0,
        "company": "Acme",
        "admins": [str(ADMIN), "telegram:900"],
        "account_managers": {"Manager": str(MANAGER)},
        "fallback_manager": str(FALLBACK),
        "channels": KEYS,
        "campaigns": {"demo": {"send_between": "always", "every": 0}},
        "follow_up": {"within": "off"},
    }
    return Settings(**values | more)


@cache
def _usual() -> Settings:
    return settings_of()


@cache
def languages() -> Mapping[str, Language]:
    """Read once for all tests."""
    return load_languages()


def channel_of(event: Inbound) -> str:
    """The channel by which an event comes, as far as it tells."""
    assert not isinstance(event, DeliveryReport), "a report says no channel; name it"
    return (event.actor if isinstance(event, InboundMessage) else event.address).channel


@dataclass(frozen=True, slots=True)
class Customer:
    """A contact to put into the store; its id is its name."""

    id: str
    slack: str | None = None
    telegram: str | None = None
    sms: str | None = None
    language: str = "en"
    account: str = "Globex"
    manager: str | None = "Manager"
    timezone: str | None = "Europe/Amsterdam"


@dataclass(slots=True)
class Bot:
    """One process of the bot. A second one over the same store is a second `Bot`."""

    store: Store
    settings: Settings = field(default_factory=_usual)
    clock: ManualClock = field(default_factory=ManualClock)
    channels: dict[str, FakeChannel] = field(default_factory=dict)
    limits: Mapping[str, Limits] = field(default_factory=dict)
    holder: str = "one"
    draw: DrawPicture | None = None  # digests are words alone
    context: Context = field(init=False)
    senders: dict[str, Sender] = field(init=False)
    timers: Timers = field(init=False)
    digesting: Digesting = field(init=False)
    _numbers: Any = field(default_factory=lambda: count(1))
    _looked: datetime | None = None

    def __post_init__(self) -> None:
        for name in self.settings.channels.on:
            usual = SMS if name == "sms" else FAST
            self.channels.setdefault(
                name, FakeChannel(name, self.limits.get(name, usual), can_find=name == "sms")
            )
        limits = {name: channel.limits for name, channel in self.channels.items()}
        self.context = Context(self.settings, languages(), limits)
        self.senders = {
            name: Sender(self.store, self.context, channel, self.clock, self.holder)
            for name, channel in self.channels.items()
        }
        self.timers = Timers(self.store, self.context, self.clock)
        self.digesting = Digesting(self.store, self.context, self.clock, self.draw)

    def restarted(self) -> "Bot":
        """The same bot after a crash: what was in its memory is gone, the providers are not."""
        return Bot(self.store, self.settings, self.clock, self.channels, self.limits, self.holder + "'")

    @property
    def slack(self) -> FakeChannel:
        return self.channels["slack"]

    @property
    def telegram(self) -> FakeChannel:
        return self.channels["telegram"]

    @property
    def sms(self) -> FakeChannel:
        return self.channels["sms"]

    # ------------------------------------------------------------------------------------- what comes in

    async def take(self, event: Inbound, channel: str | None = None) -> Taken:
        """Hand an event to intake, as an adapter does."""
        return await self.store.write(
            take_in, channel or channel_of(event), event, self.context, self.clock.now()
        )

    def message(self, who: str, text: str = "", **more: Any) -> InboundMessage:
        """A message from an address written as `slack:U1`."""
        actor = Address.parse(who)
        number = next(self._numbers)
        values: dict[str, Any] = {"message_ref": f"in-{number}"} | more
        provider_id = values.pop("provider_id", f"{self.holder}-{number}")
        return InboundMessage(provider_id, actor, actor, self.clock.now(), text, **values)

    async def say(self, who: str, text: str, **more: Any) -> Taken:
        return await self.take(self.message(who, text, **more))

    async def press(self, who: str, value: str, **more: Any) -> Taken:
        return await self.take(self.message(who, choice=value, message_ref=None, **more))

    async def tap(self, who: str, label: str) -> Taken:
        """Press the button of the newest message on somebody's screen that has one with this label."""
        actor = Address.parse(who)
        for ref, shown in reversed(self.channels[actor.channel].shown.items()):
            for choice in (choice for row in shown.choices for choice in row):
                if shown.address == actor and choice.label == label:
                    return await self.press(who, choice.value, reply_to=ref)
        raise AssertionError(f"{who} sees no button {label!r}")

    # ------------------------------------------------------------------------------------- what goes on

    async def work(self, rounds: int = 20) -> None:
        """Let timers and senders do all that is due at this moment."""
        for _ in range(rounds):
            await self.timers.tick()
            await self.digesting.look()
            before = self._tried()
            for name in await self._who_looks():
                await self.senders[name].look()
                await self.senders[name].settle()
            if before == self._tried() or not await self._more_is_due():
                return

    async def _who_looks(self) -> list[str]:
        """The senders for whom anything is due: the others find nothing, and for three to find that costs as much as a
        tick. All of them look first, and where the clock was set back, which each notices for itself."""
        now, before = self.clock.now(), self._looked
        self._looked = now
        if before is None or now < before:
            return list(self.senders)
        due = await self.store.read(_channels_due, now)
        return [name for name in self.senders if due[name]]

    async def _more_is_due(self) -> bool:
        return await self.store.read(_more_is_due, tuple(self.channels), self.clock.now())

    def _tried(self) -> int:
        return sum(len(channel.tried) for channel in self.channels.values())

    async def later(self, **by: float) -> None:
        """Let so many days, hours, … pass, and do what is due then."""
        self.clock.advance(**by)
        await self.work()

    async def add(self, *customers: Customer) -> None:
        await self.store.write(add_customers, customers)

    async def start(self, *customers: Customer, campaign: str = "demo") -> None:
        """Add customers, start a wave for all who are known, and send what is due."""
        await self.enrol(*customers, campaign=campaign)
        await self.work()

    async def enrol(self, *customers: Customer, campaign: str = "demo") -> None:
        """As `start`, but nothing is sent yet."""
        await self.add(*customers)
        plan = await planning.plan_wave(
            self.store, self.settings, campaign, self.context.limits, self.clock.now(), str(ADMIN)
        )
        await runs.confirm(self.store, self.settings, plan.token, str(ADMIN), self.clock.now)

    # ------------------------------------------------------------------------------------ what is there

    async def rows(self, table: Table, **where: Any) -> list[Row]:
        def read(connection: Connection) -> list[Row]:
            statement = select(table).order_by(*table.primary_key.columns)
            for name, value in where.items():
                statement = statement.where(table.c[name] == value)
            return list(connection.execute(statement))

        return await self.store.read(read)

    async def conversation(self, customer: str) -> Row:
        """The newest conversation of a customer."""

        def read(connection: Connection) -> Row:
            return connection.execute(
                select(conversation)
                .join(contact, contact.c.id == conversation.c.contact_id)
                .where(contact.c.contact_id == customer)
                .order_by(conversation.c.id.desc())
                .limit(1)
            ).one()

        return await self.store.read(read)

    async def cases(self) -> list[Row]:
        return await self.rows(case)

    async def queued(self) -> list[Row]:
        return await self.rows(outbox, state="queued")


_TO_SEND: Final = and_(
    outbox.c.state == constant("queued"), known(outbox.c.due_at), outbox.c.due_at <= bindparam("now")
)
_CHANNELS_DUE: Final = select(
    *(exists().where(_TO_SEND, outbox.c.channel == constant(name)).label(name) for name in KEYS)
)
_DUE: Final = select(
    or_(
        exists().where(_TO_SEND, outbox.c.channel.in_(bindparam("channels", expanding=True))),
        exists().where(conversation.c.state == constant("waiting"), conversation.c.released_at.is_(None)),
        exists().where(early_report.c.channel.is_not(None)),
    )
)


def _channels_due(connection: Connection, now: datetime) -> Mapping[str, bool]:
    return connection.execute(_CHANNELS_DUE, {"now": now}).mappings().one()  # type: ignore[return-value]  # by its labels


def _more_is_due(connection: Connection, channels: Sequence[str], now: datetime) -> bool:
    """Whether anything may be left to do: to send, to put into the outbox, or to join with what was sent. A round in
    which everybody looks and finds nothing costs as much as most tests do."""
    return bool(connection.execute(_DUE, {"channels": channels, "now": now}).scalar_one())


def add_customers(connection: Connection, customers: tuple[Customer, ...]) -> None:
    """Put customers and their accounts into the database."""
    known = {row.name: row.id for row in connection.execute(select(account))}
    for one in customers:
        if one.account not in known:
            known[one.account] = connection.execute(
                insert(account).returning(account.c.id),
                {"name": one.account, "account_manager": one.manager},
            ).scalar_one()
        made = connection.execute(
            insert(contact).returning(contact.c.id),
            {
                "contact_id": one.id,
                "name": one.id,
                "account_id": known[one.account],
                "language": one.language,
                "timezone": one.timezone,
                "attributes": {},
                "changed_at": ManualClock().now(),
            },
        ).scalar_one()
        for channel in ("slack", "telegram", "sms"):
            if (value := getattr(one, channel)) is not None:
                connection.execute(insert(address), {"channel": channel, "value": value, "contact_id": made})
