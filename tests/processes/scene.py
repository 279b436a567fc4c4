"""The scene: the sandbox with everybody's phones, and server processes behind one address."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, func, select

from bot.demo.ties import BOT_NUMBER, Ties, ties
from bot.sending.lease import pauses
from bot.store.schema import command, conversation, outbox
from bot.store.store import Store, open_store
from bot.web.listening import listening
from sandbox import AdjustableClock, People, SlackTarget, SmsTarget, Targets, TelegramTarget, World, sandbox
from tests.processes.callers import Callers
from tests.processes.customers import TEXTED, Crowd, Customer, contacts_csv, populate
from tests.processes.front import HOST, Front
from tests.processes.server import Server, overriding
from tests.support.ports import free_port

SPEED: Final = 8.0
"""Of one process's clock, in seconds for each real one: a number sends one SMS a second. A lease of ten is then more
than a real second, and one process remembers what it has under way."""
LEASE: Final = 11.0  # seconds of the clock after which what a dead process held is free: 10, and one more
RETRIES: Final = 61.0  # Slack's second retry of an event comes after about a minute
_LAST_RETRY: Final = 301.0  # and its third after about five
_LOOK: Final = 0.05
_QUIET: Final = 5.0  # real seconds without a change on any phone, after which only a pause is waited for
_ANSWERS_WITHIN: Final = 60.0  # real seconds that the bot has: a busy machine is no fault of its own
_BEGINS_WITHIN: Final = 120.0  # real seconds; it takes one, unless the machine is busy


@dataclass
class Scene:
    """Everything that a test touches."""

    world: World
    clock: AdjustableClock
    people: People
    crowd: Crowd
    front: Front
    callers: Callers
    servers: Sequence[Server]
    database_url: str
    kills: list[tuple[int, float]] = field(default_factory=list)  # the door of each, and when

    @property
    def running(self) -> list[Server]:
        return [server for server in self.servers if server.process is not None]

    async def start(self, *servers: Server) -> None:
        """Start processes; requests go to them from then on."""
        await asyncio.gather(*(server.start() for server in servers))
        self.front.up += [server.port for server in servers]

    async def kill(self, server: Server) -> None:
        """SIGKILL a process."""
        await server.kill()
        self.kills.append((server.door, time.monotonic()))
        self.front.up.remove(server.port)

    async def takes_over(self) -> None:
        """Return once every channel has a sender again."""
        async with self.reading() as store:
            await _until(lambda: store.read(_all_have_senders, self.clock.now()))

    async def jump(self, seconds: float) -> None:
        """Move everybody's clock ahead; the processes' first, to whom nothing may come from the future."""
        await asyncio.gather(*(server.move(seconds) for server in self.running))
        self.clock.jump(seconds)

    async def busy(self, customers: int, changes: int) -> None:
        """Let so many more customers answer, and return once so many further things happened on any phone:
        in the middle of it, however long a process took to start meanwhile. A customer causes four changes
        or more, so that `changes` must be fewer."""
        assert changes < 4 * customers
        feed = self.world.phones.feed
        goal = feed.last + changes
        self.crowd.let_in(customers)
        while feed.last < goal:
            assert self.crowd.acting, "everybody is done, and there is nothing to be killed in"
            await feed.news()

    async def begin(self) -> None:
        """The admin starts the wave."""
        await self.people.type("admin", "/nps start demo")
        await self.world.wait_for("admin", lambda shown: "Start" in shown.labels, _BEGINS_WITHIN)
        await self.people.press_label("admin", "Start")
        await self.world.wait_for("admin", lambda shown: "has started" in shown.text, _BEGINS_WITHIN)

    async def end(self, answering: asyncio.Task[None]) -> None:
        """Return once everybody said what they wanted to and there is nothing left to do."""
        async with self.reading() as store:
            await _until(lambda: store.read(_all_asked))
            self.crowd.unasked.set()
            self.crowd.let_in(len(self.crowd.everybody))
            while not answering.done():
                last = self.world.phones.feed.last
                await asyncio.wait((answering,), timeout=_QUIET)
                if last == self.world.phones.feed.last:
                    await self._skip_pauses()
            await answering
            await self._skip_pauses()  # what a provider keeps for a while is delivered before anybody looks
            quiet = 0
            while quiet < 10:
                await asyncio.sleep(_LOOK)
                quiet = 0 if await store.read(_to_do) else quiet + 1

    def told(self) -> str:
        """Where everybody is, and what the processes logged: for the message of a test that fails."""
        crowd = self.crowd
        stuck = {
            who: f"{stage}; acted {crowd.made[who]} times, acknowledged {crowd.acknowledged[who]} times"
            for who, stage in crowd.stage.items()
            if stage != "done"
        }
        logs = "".join(f"\n{server.name}:\n{server.log.read_text('utf-8')}" for server in self.servers)
        return f"not done: {stuck}{logs}"

    async def _skip_pauses(self) -> None:
        """Let the providers' last retries come now. Not beside a second process, to whom leases would lapse."""
        if len(self.running) == 1:
            await self.jump(_LAST_RETRY)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Store]:
        store = await open_store(self.database_url)
        try:
            yield store
        finally:
            await store.close()


@asynccontextmanager
async def scene(
    database_url: str,
    folder: Path,
    everybody: Sequence[Customer],
    *,
    processes: int = 1,
    speed: float = 1.0,
    quick: float = 1.0,
    ahead: Sequence[float] = (),
) -> AsyncIterator[Scene]:
    """A scene with so many processes, none of them started. `speed` is that of everybody's clock. Where a lease is to
    last its real seconds, `quick` says how many times as fast people and the number of the text messages are. Where
    machines have clocks of their own, which nobody moves, `ahead` says by how much each is."""
    clock = AdjustableClock(speed=speed)
    world = World(clock=clock)
    populate(world, everybody)
    tied = ties(0, folder / "unused.db")
    async with AsyncExitStack() as stack:
        front = Front()
        await stack.enter_async_context(front.standing())
        asgi = sandbox(world, _targets(tied, f"http://{HOST}:{front.port}"))
        stack.push_async_callback(asgi.state.close)
        callers = Callers(asgi)
        await stack.enter_async_context(listening(callers, HOST, tied.port))
        servers = []
        contacts = folder / "contacts.csv"
        contacts.write_text(contacts_csv(everybody), "utf-8")
        settings = overriding(database_url, {"Texted manager": f"sms:{TEXTED}"})
        for number in range(processes):
            # The first calls the sandbox where it says that it is, the others at doors of their own.
            door = tied.port if number == 0 else free_port()
            if number > 0:
                await stack.enter_async_context(listening(callers, HOST, door))
            keys = {
                **tied.keys,
                "SANDBOX_URL": f"http://{HOST}:{door}",
                "BOT_URL": f"http://{HOST}:{front.port}",
            }
            server = Server(
                f"server {number + 1}",
                free_port(),
                door,
                keys,
                settings,
                clock,
                folder / f"server-{number + 1}.log",
                contacts if number == 0 else None,
                quick,
                ahead[number] if ahead else None,
            )
            servers.append(server)
            stack.push_async_callback(server.kill)
        crowd = Crowd(world, asgi.state.people, everybody, quick)
        yield Scene(world, clock, asgi.state.people, crowd, front, callers, servers, database_url)


def _targets(tied: Ties, bot_url: str) -> Targets:
    keys = tied.keys
    return Targets(
        url=tied.url,
        slack=SlackTarget(
            url=f"{bot_url}/slack/events",
            signing_secret=keys["SLACK_SECRET"],
            bot_token=keys["SLACK_TOKEN"],
            patience=_ANSWERS_WITHIN,
        ),
        telegram=TelegramTarget(token=keys["TELEGRAM_TOKEN"], username="acme_bot", patience=_ANSWERS_WITHIN),
        sms=SmsTarget(
            account_sid=keys["TWILIO_SID"],
            auth_token=keys["TWILIO_TOKEN"],
            number=BOT_NUMBER,
            inbound_url=f"{bot_url}/sms/inbound#rc=3&rp=all",
            patience=_ANSWERS_WITHIN,
        ),
    )


async def _until(holds: Callable[[], Awaitable[bool]]) -> None:
    """Look again and again whether something holds: what another process writes wakes nobody here."""
    while not await holds():  # noqa: ASYNC110 - see above
        await asyncio.sleep(_LOOK)


def _all_have_senders(connection: Connection, now: datetime) -> bool:
    return all(row.until > now for row in pauses(connection))


def _all_asked(connection: Connection) -> bool:
    """Whether each question went out, or nobody knows whether it did."""
    waiting = select(func.count()).where(conversation.c.state == "waiting")
    return not connection.scalar(waiting)


def _to_do(connection: Connection) -> int:
    queued = select(func.count()).where(outbox.c.state == "queued")
    commands = select(func.count()).where(command.c.done_at.is_(None))
    return int(connection.scalar(queued) or 0) + int(connection.scalar(commands) or 0)
