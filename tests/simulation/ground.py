"""The ground of the simulated world: its clock and chance, its processes and providers, and the post between them."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import time
from pathlib import Path
from typing import Any, Final

from bot.config.settings import Settings
from bot.people.events import CustomerEvent
from bot.store.store import Store
from channels.base import (
    Address,
    Choice,
    DeliveryReport,
    Inbound,
    InboundMessage,
)
from tests.simulation.fair import DRAWN
from tests.simulation.hooked import OtherSystem
from tests.simulation.ledger import Terms
from tests.simulation.model import Model
from tests.simulation.providers import SimulatedProvider
from tests.simulation.words import Utterance
from tests.support.bot_under_test import languages, settings_of
from tests.support.boundaries import Call, Crash, Fault, Plug, PluggedStore
from tests.support.fake_channel import FAST, SMS
from tests.support.manual_clock import ManualClock
from tests.support.process import Process

ADMINS: Final = (Address("slack", "UADMIN"), Address("telegram", "900"))
MANAGERS: Final = {
    "Anchor": Address("slack", "UMANAGER"),
    "Buoy": Address("telegram", "901"),
    "Compass": Address("sms", "+31687654321"),
}
FALLBACK: Final = Address("slack", "CALERTS")
HEAD: Final = Address("slack", "UHEAD")
MOVED_TO: Final = Address("telegram", "-901")  # Buoy's group, once it became a supergroup
FOLLOW_UP: Final = {"within": "4h", "escalation": ["Buoy", "slack:UHEAD"]}
ACCOUNTS: Final = {"Globex": "Anchor", "Initech": "Buoy", "Umbrella": "Compass", "Hooli": None}
CAMPAIGNS: Final[dict[str, dict[str, Any]]] = {
    "relation": {
        "every": 30,
        "window": 7,
        "send_between": "09:00-20:00",
        "summary": "daily",
        "recovery": 2,
    },
    "gold": {"every": 0, "window": 3, "send_between": "always", "audience": {"plan": ["gold"]}},
    "after": {
        "every": 10,
        "window": 3,
        "send_between": "08:00-21:00",
        "on": {"event": "project.finished", "wait": "1 day", "within": "5 days"},
        "waves": "month",
    },
    "texts": {"every": 14, "window": 5, "send_between": "10:00-16:00", "channels": ["sms", "telegram"]},
    "drawn": DRAWN,
}
ZONES: Final = ("Europe/Amsterdam", "Europe/London", "America/New_York", "Asia/Tokyo", None)
HEADER: Final = "contact_id,name,account,account_manager,language,timezone,slack,telegram,phone,plan\n"


@dataclass(slots=True)
class Post:
    """An event on its way to the bot. `again`: its provider delivers it until it is acknowledged."""

    channel: str
    event: Inbound
    again: bool = True
    copies: int = 1


@dataclass(frozen=True, slots=True)
class Weather:
    """How much goes wrong."""

    crash: float = 0.004  # at a call of a process
    error: float = 0.006  # of the database, at a call
    trouble: float = 0.4  # of a provider, at a call, in its bad hours
    double: float = 0.15  # of a delivery, to come once more
    late: float = 0.3  # of a delivery, to wait for others
    stolen: float = 0.01  # of a delivery, to go to a second poller
    untold: float = 0.1  # of a carrier's last report, to be lost


CALM: Final = Weather(0, 0, 0, 0, 0, 0, 0)


@dataclass(slots=True, repr=False)
class Ground:
    """Everything there is."""

    database: Store
    directory: Path
    seed: int
    weather: Weather = Weather()
    size: int = 24
    chance: random.Random = field(init=False)
    luck: random.Random = field(init=False)  # what goes wrong at a call; one call more changes little else
    clock: ManualClock = field(init=False)
    settings: Settings = field(init=False)
    model: Model = field(init=False)
    providers: dict[str, SimulatedProvider] = field(init=False)
    processes: list[Process] = field(init=False, default_factory=list)
    post: list[Post] = field(init=False, default_factory=list)
    seen: dict[Address, list[str]] = field(init=False, default_factory=dict)  # refs of what people wrote
    one_at_a_time: asyncio.Lock = field(init=False, default_factory=asyncio.Lock)
    storm: Weather = field(init=False, default=CALM)
    told: list[CustomerEvent] = field(init=False, default_factory=list)  # events that were handed in
    other: OtherSystem = field(init=False)
    started: int = 0
    steps: int = 0
    _deliveries: int = 0

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        self.luck = random.Random(self.chance.random())
        self.clock = ManualClock()
        self.settings = settings_of(
            account_managers={name: str(at) for name, at in MANAGERS.items()},
            admins=[str(at) for at in ADMINS],
            fallback_manager=str(FALLBACK),
            campaigns=CAMPAIGNS,
            follow_up=FOLLOW_UP,
        )
        colleagues = frozenset((*ADMINS, *MANAGERS.values(), FALLBACK, HEAD, MOVED_TO))
        self.model = Model({name: _terms(one) for name, one in CAMPAIGNS.items()}, colleagues, languages())
        self.model.now = self.clock.now()
        self.other = OtherSystem(self.model, self.luck)
        self.providers = {
            name: SimulatedProvider(
                name,
                SMS if name == "sms" else FAST,
                self.luck,
                self.clock,
                self.model.sent,
                self._report,
                self.model.fault,
                self.model.refused_late,
            )
            for name in ("slack", "telegram", "sms")
        }

    # ------------------------------------------------------------------------------------------- deliveries

    def _key(self) -> str:
        self._deliveries += 1
        return f"event-{self._deliveries}"

    def _message(self, at: Address, said: Utterance, **what: Any) -> Post:
        key = self._key()
        self.model.meanings[key] = said
        return Post(at.channel, InboundMessage(key, at, at, self.clock.now(), message_key=key, **what))

    def _press(self, at: Address, ref: str, choice: Choice, said: Utterance) -> Post:
        post = self._message(at, said, choice=choice.value, reply_to=ref)
        post.again = at.channel != "slack"
        return post

    def _report(self, report: DeliveryReport) -> None:
        self.post.append(Post("sms", report))

    async def _hand_over(self, post: Post, *, again: bool | None = None) -> None:
        if again is not None:
            post.again = again
        if post.channel == "telegram" and post.again and self.chance.random() < self.storm.stolen:
            self.model.fault("taken by another program")  # that asks for updates with the same token
            return
        if self.chance.random() < self.storm.double:
            post.copies += self.chance.randrange(1, 3)
            self.model.fault("delivered again")
        if post.again and self.chance.random() < self.storm.late:
            self.post.append(post)
            self.model.fault("delivered late")
            return
        await self._deliver(post)

    async def _deliver(self, post: Post) -> None:
        """Hand an event to a process; what was refused comes again where its provider does that."""
        if self.providers[post.channel].deaf:
            self.post.append(post)  # its provider keeps it until it knows where to bring it
            return
        done = await self._guarded(lambda: self._process().take(post.event, post.channel))
        if not done and post.again:
            self.post.append(post)
        elif done and post.copies > 1:
            post.copies -= 1
            if isinstance(post.event, InboundMessage):  # one message under several deliveries
                post.event = replace(post.event, provider_id=f"{post.event.provider_id} again")
            self.post.append(post)

    # -------------------------------------------------------------------------------------------- processes

    def _process(self) -> Process:
        self._replace_dead()
        return self.chance.choice(self.processes)

    def _start_process(self) -> None:
        self.started += 1
        plug = Plug(self._fate)
        store = PluggedStore(self.database, plug, self.model, self.one_at_a_time)
        self.processes.append(
            Process(store, plug, self.settings, self.providers, self.clock, f"process {self.started}")
        )

    def _replace_dead(self) -> None:
        alive = [one for one in self.processes if not one.plug.pulled]
        if len(alive) < len(self.processes):
            self.processes = alive
            if not alive:
                self._start_process()

    def _fate(self, call: Call) -> Fault | None:
        drawn = self.luck.random()
        fault: Fault | None = None
        if drawn < self.storm.crash:
            fault = self.luck.choice(("crash before", "crash inside", "crash after"))
        elif drawn < self.storm.crash + self.storm.error and call.kind in ("write", "read"):
            fault = self.luck.choice(("error before", "error inside", "error after"))
        if fault is not None:
            self.model.fault(fault)
        return fault

    async def _guarded(self, job: Callable[[], Awaitable[object]]) -> bool:
        """Do a job of a process; False where it failed or the process ended."""
        try:
            await job()
        except Crash:
            return False
        except Exception as error:
            self.model.failed(error)
            return False
        return True

    def _advance(self, **by: float) -> None:
        self.model.now = self.clock.advance(**by)


def _terms(campaign: dict[str, Any]) -> Terms:
    hours = None
    if campaign["send_between"] != "always":
        start, _, end = campaign["send_between"].partition("-")
        hours = time.fromisoformat(start), time.fromisoformat(end)
    return Terms(campaign["every"], hours, "gold" if "audience" in campaign else None)
