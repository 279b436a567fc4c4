"""A whole conversation on one channel: a score, a correction, a reason, a reminder, a case taken, a word of the
account manager with the customer's answer, and the case handed over and finished.

Whoever is outside the bot behaves as they do: a provider delivers again what was not acknowledged, where it
does so, and a person whose tap failed taps once more. The process may stop anywhere; it is started again.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any, Final

from sqlalchemy import Connection, bindparam, exists, func, or_, select

from bot.campaigns import planning, runs
from bot.cases.alerts import parse_case_value
from bot.config.settings import Settings
from bot.dialogue.buttons import parse_score_value
from bot.store.schema import answer, case, command, conversation, inbox, outbox, wave
from bot.store.store import Store
from channels.base import Address, InboundMessage, OutboundMessage
from tests.support.bot_under_test import KEYS, Customer, add_customers, settings_of
from tests.support.boundaries import Call, Crash, Fault, Plug, PluggedStore
from tests.support.fake_channel import FAST, SMS, FakeChannel, text_of
from tests.support.manual_clock import ManualClock
from tests.support.process import Process

BUYER = {"slack": "U1", "telegram": "501", "sms": "+31612345678"}
MANAGER = {"slack": "UMANAGER", "telegram": "901", "sms": "+31687654321"}
SECOND = {"slack": "USECOND", "telegram": "902", "sms": "+31687654322"}
ADMIN = {"slack": "UADMIN", "telegram": "900"}
COMES_AGAIN = {"slack": False, "telegram": True, "sms": True}
"""Whether a press or a command that was not acknowledged is delivered again. Slack's words are, its presses
and commands are not; by SMS there are words alone, which Twilio sends again and the sweep finds."""


@cache
def _settings(channel: str) -> Settings:
    return settings_of(
        channels={channel: KEYS[channel]},
        admins=[] if channel == "sms" else [f"{channel}:{ADMIN[channel]}"],
        account_managers={
            "Manager": f"{channel}:{MANAGER[channel]}",
            "Second": f"{channel}:{SECOND[channel]}",
        },
        fallback_manager="Manager",
        follow_up={"within": "4h"},
    )


@dataclass(slots=True)
class Talk:
    """The conversation on a channel, with a plug that is pulled at one of the process's calls."""

    database: Store
    channel: str
    plug_at: int | None = None
    fault: Fault | None = None
    clock: ManualClock = field(default_factory=ManualClock)
    provider: FakeChannel = field(init=False)
    process: Process = field(init=False)
    calls: list[Call] = field(default_factory=list)
    crashed: bool = False
    in_doubt: set[int] = field(default_factory=set)  # outbox rows that were leased when the process stopped
    part: int = 0  # how many are over
    _deliveries: int = 0

    def __post_init__(self) -> None:
        sms = self.channel == "sms"
        self.provider = FakeChannel(self.channel, SMS if sms else FAST, can_find=sms)
        self.process = self._started("one")

    def _started(self, holder: str) -> Process:
        plug = Plug(self._fate)
        providers = {self.channel: self.provider}
        store = PluggedStore(self.database, plug)
        return Process(store, plug, _settings(self.channel), providers, self.clock, holder)

    def _fate(self, call: Call) -> Fault | None:
        self.calls.append(call)
        return self.fault if len(self.calls) - 1 == self.plug_at else None

    # ---------------------------------------------------------------------------------- what happens in it

    async def hold(self, until: int | None = None) -> None:
        """Go on to the night on which nothing is left to do, or to an earlier part. A deed is a part, and the work that
        follows it is the next."""
        while self.part < (PARTS if until is None else until):
            await (self._work() if self.part % 2 else _DEEDS[self.part // 2](self))
            self.part += 1

    def copied(self) -> "Talk":
        """The same between two deeds, to go on by itself; the database under it is shared, and so is what never
        changes."""
        shared = (self.database, self.process.context, self.process.context.settings)
        said = (*self.calls, *self.provider.tried, *self.provider.taken, *self.provider.shown.values())
        return deepcopy(self, {id(one): one for one in (*shared, *said)})

    def _buyer(self) -> Customer:
        there: dict[str, Any] = {self.channel: BUYER[self.channel]}
        return Customer("buyer", **there)

    async def _start(self) -> None:
        await self.database.write(add_customers, (self._buyer(),))
        if self.channel != "sms":
            await self._hand_in(ADMIN[self.channel], command="nps start demo confirm")
            return
        # Nobody commands by SMS: the wave is started at the terminal, and again where that was cut off.
        token = None
        while not await self.database.read(_waves):
            one = self.process
            try:
                if token is None:
                    made = await planning.plan_wave(
                        one.store,
                        one.context.settings,
                        "demo",
                        one.context.limits,
                        self.clock.now(),
                        "terminal",
                    )
                    token = made.token
                await runs.confirm(one.store, one.context.settings, token, "terminal", self.clock.now)
            except Crash:
                await self._start_again()

    async def _answer(self) -> None:
        """Tap the 3, or type it where there is no button or no question to be seen."""
        buttons = {
            choice.label: (ref, choice.value)
            for ref, shown in self.provider.shown.items()
            if shown.address.id == BUYER[self.channel]
            for row in shown.choices
            for choice in row
            if parse_score_value(choice.value)
        }
        if "3" not in buttons:
            await self._say("3")
            return
        ref, value = buttons["3"]
        await self._hand_in(BUYER[self.channel], choice=value, reply_to=ref)

    async def _press(self, by: Mapping[str, str], deed: str) -> None:
        """Press a button of the newest alert, where there are buttons; of a deed that is about something, the first
        that there is."""
        who = by[self.channel]
        for ref, shown in reversed(self.provider.shown.items()):
            for choice in (choice for row in shown.choices for choice in row):
                found = parse_case_value(choice.value)
                fits = found is not None and (
                    found[1] == deed or (deed.endswith(":") and found[1].startswith(deed))
                )
                if shown.address.id == who and fits:
                    await self._hand_in(who, choice=choice.value, reply_to=ref)
                    return
        assert self.channel == "sms", f"an alert has a button for {deed}"

    async def _write(self, words: str) -> None:
        """The account manager writes to the customer, under the alert or by its code."""
        (row,) = await self.database.read(_cases)
        manager = MANAGER[self.channel]
        if self.channel == "sms":
            await self._hand_in(manager, text=f"{row.id}-{row.code} {words}")
        else:
            await self._hand_in(manager, text=words, reply_to=row.shown_ref)

    async def _say(self, text: str) -> None:
        await self._hand_in(BUYER[self.channel], text=text)

    async def _hand_in(self, who: str, **what: Any) -> None:
        """Deliver an event until it is acknowledged, as this provider does; what it does not deliver again
        the person repeats, who saw that it failed."""
        words = "text" in what
        again = words or COMES_AGAIN[self.channel]
        event = self._event(who, what)
        while True:
            try:
                await self.process.take(event)
            except Crash:
                await self._start_again()
                if not again:
                    event = self._event(who, what)
            else:
                return

    def _event(self, who: str, what: dict[str, Any]) -> InboundMessage:
        self._deliveries += 1
        actor = Address(self.channel, who)
        ref = f"in-{self._deliveries}" if "text" in what else None
        return InboundMessage(
            f"event-{self._deliveries}", actor, actor, self.clock.now(), message_ref=ref, **what
        )

    async def _pass(self, **by: float) -> None:
        self.clock.advance(**by)

    async def _work(self) -> None:
        """Let the workers look until nothing is left to do, and time pass where they wait for a lease."""
        for _ in range(40):
            try:
                await self.process.work()
            except Crash:
                await self._start_again()
            else:
                if await self.database.read(_idle, self.clock.now()):
                    return
            self.clock.advance(seconds=5)
        raise AssertionError("the bot does not come to rest")

    async def _start_again(self) -> None:
        self.crashed = True
        self.in_doubt = {row.id for row in await self.database.read(_leased)}
        self.clock.advance(seconds=1)
        self.process = self._started("two")


_DEEDS: Final[tuple[Callable[[Talk], Awaitable[None]], ...]] = (
    Talk._start,
    Talk._answer,
    lambda talk: talk._say("sorry, 8"),
    lambda talk: talk._say("my parcel came late"),
    lambda talk: talk._pass(hours=4),
    lambda talk: talk._press(MANAGER, "take"),
    lambda talk: talk._write("I call you at ten."),
    lambda talk: talk._say("10 is fine, thanks"),
    lambda talk: talk._press(MANAGER, "to"),
    lambda talk: talk._press(MANAGER, "to:"),
    lambda talk: talk._press(SECOND, "done"),
    lambda talk: talk._press(SECOND, "done:"),
    lambda talk: talk._pass(days=8),
)
"""What is done, one after the other; after each the workers look until nothing is left to do."""

PARTS: Final = 2 * len(_DEEDS)


def _waves(connection: Connection) -> int:
    return int(connection.execute(select(func.count()).select_from(wave)).scalar_one())


def _cases(connection: Connection) -> list[Any]:
    return list(connection.execute(select(case)))


def _leased(connection: Connection) -> list[Any]:
    return list(
        connection.execute(
            select(outbox.c.id).where(outbox.c.state == "queued", outbox.c.leased_until.is_not(None))
        )
    )


_TO_DO: Final = select(
    or_(
        exists().where(outbox.c.state == "queued"),
        exists().where(command.c.done_at.is_(None)),
        exists().where(wave.c.enrolled_at.is_(None)),
        exists().where(
            case.c.state == "open", case.c.reminded_at.is_(None), case.c.due_at <= bindparam("now")
        ),
        exists().where(conversation.c.state == "waiting", conversation.c.released_at.is_(None)),
    )
)


def _idle(connection: Connection, now: datetime) -> bool:
    return not connection.execute(_TO_DO, {"now": now}).scalar_one()


# ----------------------------------------------------------------------------------------- what is left of it


@dataclass(frozen=True, slots=True)
class Remains:
    """What a conversation left behind, in the database and on the screens. Ids and moments are left out,
    because a crash may change those."""

    answers: tuple[tuple[str, int | None, str | None], ...]
    conversations: tuple[tuple[Any, ...], ...]
    cases: tuple[tuple[Any, ...], ...]
    alert: str | None  # as it stands on the manager's screen
    heard: tuple[str, ...]  # what the customer got, without what was sent twice


@dataclass(frozen=True, slots=True)
class Sent:
    """One row of the outbox, how often the provider took it, and what became of it. `changes`: it takes the place of an
    earlier message, which again is none again."""

    id: int
    kind: str
    state: str
    times: int
    changes: bool = False


async def remains(talk: Talk) -> Remains:
    """What is left when all is over."""
    rows = await talk.database.read(_rows)
    return Remains(
        tuple((row.kind, row.score, row.text) for row in rows["answer"]),
        tuple(
            (row.state, row.ending, row.score, row.first_score, row.reason, row.talk)
            for row in rows["conversation"]
        ),
        tuple(
            (row.kind, row.state, row.manager, row.pings, row.wanted == row.shown, row.done_by, row.cause)
            for row in rows["case"]
        ),
        _alert(talk, rows["case"]),
        tuple(text_of(one.body) for one in _once(talk) if one.address.id == BUYER[talk.channel]),
    )


def _alert(talk: Talk, cases: list[Any]) -> str | None:
    if not cases:
        return None
    return text_of(talk.provider.shown[cases[-1].shown_ref].body)


def _once(talk: Talk) -> list[OutboundMessage]:
    return list({one.id: one for one in talk.provider.taken}.values())


async def sent(talk: Talk) -> list[Sent]:
    """Every row of the outbox, with how often the provider took it. An edit again is no message again."""
    times = Counter(one.id for one in talk.provider.taken if one.replaces is None)
    rows = await talk.database.read(_rows)
    return [
        Sent(row.id, row.kind, row.state, times[row.id], row.replaces is not None) for row in rows["outbox"]
    ]


def _rows(connection: Connection) -> dict[str, list[Any]]:
    tables = (answer, case, conversation, inbox, outbox)
    return {table.name: list(connection.execute(select(table).order_by(table.c.id))) for table in tables}
