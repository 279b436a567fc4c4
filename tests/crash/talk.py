"""A whole conversation on one channel: a score, a correction, a reason, a reminder, a case taken, a word of the
account manager with the customer's answer, and the case handed over and finished.

Whoever is outside the bot behaves as they do: a provider delivers again what was not acknowledged, where it
does so, and a person whose tap failed taps once more. The process may stop anywhere; it is started again.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from bot.campaigns import planning, runs
from bot.cases.alerts import parse_case_value
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
    _deliveries: int = 0

    def __post_init__(self) -> None:
        sms = self.channel == "sms"
        self.provider = FakeChannel(self.channel, SMS if sms else FAST, can_find=sms)
        self.process = self._started("one")

    def _started(self, holder: str) -> Process:
        plug = Plug(self._fate)
        settings = settings_of(
            channels={self.channel: KEYS[self.channel]},
            admins=[] if self.channel == "sms" else [f"{self.channel}:{ADMIN[self.channel]}"],
            account_managers={
                "Manager": f"{self.channel}:{MANAGER[self.channel]}",
                "Second": f"{self.channel}:{SECOND[self.channel]}",
            },
            fallback_manager="Manager",
            follow_up={"within": "4h"},
        )
        providers = {self.channel: self.provider}
        store = PluggedStore(self.database, plug)
        return Process(store, plug, settings, providers, self.clock, holder)

    def _fate(self, call: Call) -> Fault | None:
        self.calls.append(call)
        return self.fault if len(self.calls) - 1 == self.plug_at else None

    # ---------------------------------------------------------------------------------- what happens in it

    async def hold(self) -> None:
        """From the start of the wave to the night on which nothing is left to do."""
        await self.database.write(add_customers, (self._buyer(),))
        await self._start()
        await self._work()
        await self._answer()
        await self._work()
        await self._say("sorry, 8")
        await self._work()
        await self._say("my parcel came late")
        await self._work()
        self.clock.advance(hours=4)
        await self._work()
        await self._press(MANAGER[self.channel], "take")
        await self._work()
        await self._write("I call you at ten.")
        await self._work()
        await self._say("10 is fine, thanks")
        await self._work()
        await self._hand_over()
        self.clock.advance(days=8)
        await self._work()

    def _buyer(self) -> Customer:
        there: dict[str, Any] = {self.channel: BUYER[self.channel]}
        return Customer("buyer", **there)

    async def _start(self) -> None:
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

    async def _hand_over(self) -> None:
        """Hand the case over, and finish it there, where there are buttons."""
        one, other = MANAGER[self.channel], SECOND[self.channel]
        for who, deed in ((one, "to"), (one, "to:"), (other, "done"), (other, "done:")):
            await self._press(who, deed)
            await self._work()

    async def _press(self, who: str, deed: str) -> None:
        """Press a button of the newest alert; of a deed that is about something, the first that there is."""
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
            self.clock.advance(seconds=2)
        raise AssertionError("the bot does not come to rest")

    async def _start_again(self) -> None:
        self.crashed = True
        self.in_doubt = {row.id for row in await self.database.read(_leased)}
        self.clock.advance(seconds=1)
        self.process = self._started("two")


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


def _idle(connection: Connection, now: datetime) -> bool:
    todo = (
        select(outbox.c.id).where(outbox.c.state == "queued"),
        select(command.c.id).where(command.c.done_at.is_(None)),
        select(wave.c.id).where(wave.c.enrolled_at.is_(None)),
        select(case.c.id).where(case.c.state == "open", case.c.reminded_at.is_(None), case.c.due_at <= now),
        select(conversation.c.id).where(
            conversation.c.state == "waiting", conversation.c.released_at.is_(None)
        ),
    )
    return not any(connection.execute(one).first() for one in todo)


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


async def deliveries(talk: Talk) -> list[str]:
    """The keys of what was taken in."""
    return [row.provider_id for row in (await talk.database.read(_rows))["inbox"]]


def _rows(connection: Connection) -> dict[str, list[Any]]:
    tables = (answer, case, conversation, inbox, outbox)
    return {table.name: list(connection.execute(select(table).order_by(table.c.id))) for table in tables}
