"""What a company of very many contacts makes longer: `python -m bench.million CONTACTS`, all of it in one process.

They are imported, planned, enrolled, stopped, undone, and told events of; meanwhile customers of an earlier wave
answer, and it is kept how long each waited. In between, what looks for one of all these people, and what timers and
metrics look at, is done a few times with nothing else at work. Where it would take an hour to get to the last of them,
all but a fiftieth were put there by SQL: what comes of many shows at the last of them.

The clock of a busy machine says little, so that beside the waits stands the processor time for which one transaction
held the writer, and one callback the loop: no reply waits longer for npsbot itself.
"""

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any, Final

from sqlalchemy import Connection, text

from bench.base import HERE, Build, base
from bench.children import asked, peak_memory, quiet
from bench.company import add_company, add_customers, add_talks, place_of, settings_for
from bench.importing import SPARE, write_contacts
from bench.sizes import Sizes
from bench.table import Line, ratio_of
from bot import outbox
from bot.app import build_channels, build_setup
from bot.campaigns import planning, runs, undoing
from bot.campaigns.rules import Surroundings
from bot.campaigns.touchpoints import any_due
from bot.campaigns.waves import Wave
from bot.cli.serve import settle_memory
from bot.commands.desks.why import look_up
from bot.config.sections.campaign import Campaign
from bot.config.settings import Settings
from bot.context import Context
from bot.intake.erasing import erase_contact
from bot.intake.intake import take_in
from bot.people.event_intake import MOST, take_events
from bot.people.events import event_of
from bot.people.importing import import_contacts
from bot.privacy.retention import find_old, months_before
from bot.sending.counting import Counting
from bot.sending.release import release
from bot.sending.touchpoints import Touchpoints
from bot.store.shared_commit import Ran, Write
from bot.store.store import Store, _ThreadWriter, open_store
from bot.web.measures import measured
from channels.base import Address, InboundMessage, Priority

BY: Final = "slack:UADMIN"
TALKING: Final = 10_000  # customers of an earlier wave at most, of whom one after the other answers
FEWEST: Final = 500  # more than release puts into the outbox at once
EVERY: Final = 0.25  # seconds
WAIT: Final = 100  # milliseconds that a reply may wait
LOOK: Final = 30  # milliseconds that something may take which is about one person, or about nothing
SHARE: Final = 50  # one of so many is imported and enrolled by npsbot itself, the last
LOOKS: Final = 5  # of which the shortest counts
HALF: Final = 0.5  # of the processor time of the other revision

_GROWING: Final = """
import asyncio, json, sys, time
from datetime import UTC, datetime
from pathlib import Path
from bench.children import quiet
from bench.company import add_company, settings_for
from bot.app import build_channels, build_setup
from bot.campaigns import planning, runs
from bot.people.importing import import_contacts
from bot.store.store import open_store

async def grow(contacts, url):
    settings = settings_for(url)
    limits = build_setup(settings, build_channels(settings)).limits
    store = await open_store(url)
    await add_company(store, settings)
    times = [time.process_time()]
    await import_contacts(store, contacts, settings, datetime.now(UTC))
    times.append(time.process_time())
    plan = await planning.plan_wave(store, settings, "bench", limits, datetime.now(UTC), "slack:UADMIN")
    times.append(time.process_time())
    await runs.confirm(store, settings, plan.token, "slack:UADMIN", lambda: datetime.now(UTC))
    times.append(time.process_time())
    await store.close()
    return [end - start for start, end in zip(times, times[1:])]

quiet()
print(json.dumps(asyncio.run(grow(Path(sys.argv[1]), sys.argv[2]))))
"""
"""What a revision is asked for: its processor time of an import, of a plan and of the enrolment of everybody."""


async def million(sizes: Sizes) -> AsyncIterator[Line]:
    """How long replies wait, what one look takes, and memory; beside the revision BASE, where one is named, what an
    import, a plan and an enrolment of a tenth of them take."""
    many, few = sizes.many_contacts, max(sizes.few_contacts, FEWEST)
    found = await asked("bench.million", str(many))
    small = found if many == few else await asked("bench.million", str(few))
    for what, one in found["stages"].items():
        longest = max(one["waits"], default=0.0)
        yield Line(
            f"a reply at most, of {many:,} {what}",
            f"{longest:.0f} ms",
            target=f"<= {WAIT} ms",
            met=longest <= WAIT,
            note=f"usually {median(one['waits'] or [0.0]):.0f} ms; writer and loop held for "
            f"{one['writer']:.0f} and {one['loop']:.0f} ms of processor time; {one['each']:,.0f} us of it each, "
            f"{one['seconds']:,.0f} s",
        )
    for what, taken in found["looks"].items():
        yield Line(
            f"{what}, of {many:,}",
            f"{taken:.1f} ms",
            f"{small['looks'][what]:.1f} ms",
            target=f"<= {LOOK} ms",
            met=taken <= LOOK,
            note=f"processor time, against {few:,}",
        )
    more = found["megabytes"] - small["megabytes"]
    yield Line(
        f"memory for {many:,} contacts and all of that, against {few:,}",
        f"{found['megabytes']:.0f} MB",
        f"{small['megabytes']:.0f} MB",
        target=f"within {SPARE} MB",
        met=more <= SPARE,
    )
    with base() as other:
        if other is not None:
            async for line in _beside(other, sizes):
                yield line


async def _beside(other: Build, sizes: Sizes) -> AsyncIterator[Line]:
    with TemporaryDirectory() as directory:
        contacts = Path(directory, "contacts.csv")
        write_contacts(contacts, sizes.contacts)
        ours: list[list[float]] = []
        theirs: list[list[float]] = []
        for number in range(sizes.rounds):
            for build, found in ((HERE, ours), (other, theirs)):
                file = Path(directory, f"{number}-{len(found)}-{build is HERE}.db")
                url = f"sqlite+aiosqlite:///{file}"
                process = await asyncio.create_subprocess_exec(
                    *build.python("-c", _GROWING, str(contacts), url),
                    cwd=build.root,
                    env=build.environment(),
                    stdout=asyncio.subprocess.PIPE,
                )
                out, _ = await process.communicate()
                found.append(json.loads(out))
    for place, what in enumerate(("importing", "planning", "enrolling")):
        mine, others = ([one[place] for one in found] for found in (ours, theirs))
        ratio = ratio_of(mine, others)
        yield Line(
            f"{what} {sizes.contacts:,} contacts, the other revision",
            f"{median(mine):.1f} s",
            f"{median(others):.1f} s",
            ratio,
            f"<= {HALF}",
            ratio <= HALF,
            "processor time",
        )


# ---------------------------------------------------------------------------------- in a process of its own


def talkers(contacts: int) -> range:
    """Who answers meanwhile."""
    return range(10_000_001, 10_000_001 + min(TALKING, max(20, contacts // 10)))


class _Held:
    """The processor time for which one transaction held the writer, and one callback the loop, at most; seconds."""

    def __init__(self) -> None:
        self.writer = self.loop = 0.0
        commit = _ThreadWriter._commit

        def timed(writer: _ThreadWriter, group: list[Write]) -> list[Ran]:
            started = time.thread_time()
            try:
                return commit(writer, group)
            finally:
                self.writer = max(self.writer, time.thread_time() - started)

        setattr(_ThreadWriter, commit.__name__, timed)  # in this process, which only measures

    async def watch(self) -> None:
        """Look at the loop's own time again and again, until it is cancelled."""
        while True:
            before = time.thread_time()
            await asyncio.sleep(0.002)
            self.loop = max(self.loop, time.thread_time() - before)


class _Life:
    """A database of so many contacts, and what happens to it."""

    def __init__(self, store: Store, settings: Settings, context: Context, contacts: int) -> None:
        self.store = store
        self.settings = settings
        self.context = context
        self.contacts = contacts
        self.stages: dict[str, dict[str, Any]] = {}
        self.looks: dict[str, float] = {}
        self._held = _Held()
        self._talking = iter(talkers(contacts))

    async def stage(self, what: str, people: int, work: Awaitable[Any]) -> Any:
        """Something long that is done to so many people, while customers answer."""
        self._held.writer = self._held.loop = 0.0
        waits: list[float] = []
        beside = [
            asyncio.create_task(self._held.watch()),
            asyncio.create_task(_reply(self.store, self.context, self._talking, waits)),
        ]
        started, used = time.perf_counter(), time.process_time()
        result = await work
        seconds, cpu = time.perf_counter() - started, time.process_time() - used
        for task in beside:
            task.cancel()
        await asyncio.gather(*beside, return_exceptions=True)
        self.stages[what] = {
            "seconds": seconds,
            "each": cpu / people * 1e6,
            "waits": waits,
            "writer": self._held.writer * 1e3,
            "loop": self._held.loop * 1e3,
            "megabytes": peak_memory(),
        }
        told = {
            **self.stages[what],
            "waits": f"{len(waits)}: {median(waits or [0]):.0f} to {max(waits, default=0):.0f}",
        }
        _progress(what, told)
        return result

    async def look(self, what: str, once: Callable[[], Awaitable[Any]]) -> None:
        """Something short, with nothing else at work; processor time in milliseconds."""
        taken = []
        for _ in range(LOOKS):
            used = time.process_time()
            await once()
            taken.append((time.process_time() - used) * 1e3)
        self.looks[what] = min(taken)
        _progress(what, [round(one, 1) for one in taken])


def _progress(what: str, told: object) -> None:
    sys.stderr.write(f"{what}: {told}\n")


async def _reply(store: Store, context: Context, numbers: Iterator[int], waits: list[float]) -> None:
    """One customer after the other answers; how many milliseconds each waited since it wanted to."""
    loop = asyncio.get_running_loop()
    for number in numbers:
        due = loop.time() + EVERY
        await asyncio.sleep(EVERY)
        who = Address("slack", place_of("slack", number))
        event = InboundMessage(f"reply-{number}", who, who, datetime.now(UTC), "9", message_ref=f"m{number}")
        await store.write(take_in, "slack", event, context, datetime.now(UTC))
        waits.append((loop.time() - due) * 1e3)


async def _lived(contacts: int, folder: Path) -> dict[str, Any]:
    settings = settings_for(f"sqlite+aiosqlite:///{folder / 'bench.db'}")
    after = Campaign(send_between="always", on={"event": "project.finished", "wait": 3})
    settings = settings.model_copy(update={"campaigns": {**settings.campaigns, "after": after}})
    context = build_setup(settings, build_channels(settings))
    store = await open_store(settings.database_url)
    await add_company(store, settings)
    few = max(1, contacts // SHARE)
    many, talking = contacts - few, talkers(contacts)
    await add_customers(store, "slack", talking)
    await add_talks(store, "slack", talking)
    await store.write(_put, _PEOPLE, last=many - 1)
    file = folder / "contacts.csv"
    write_contacts(file, few, first=many)
    life = _Life(store, settings, context, contacts)
    settle_memory()

    await life.stage(f"the last {few:,} are imported", few, import_contacts(store, file, settings, _now()))
    await life.stage("they are imported again", few, import_contacts(store, file, settings, _now()))
    await _start(life, settings, many, "all are planned", f"the last {few:,} are enrolled")
    await life.stage(f"{few:,} are counted by attribute", few + len(talking), _counted(store))
    await _looks(life)
    stopped = await life.stage("all are stopped", contacts, _stopped(store))
    if stopped < contacts / 2:
        raise RuntimeError(f"a stop took {stopped:,} people off")
    undone = settings.model_copy(update={"undo": timedelta(hours=1)})
    run = await _start(life, undone, many, None, f"the last {few:,} are enrolled again")
    await life.stage("all are undone", contacts, _undone(store, run.id))
    happened = [
        event_of(f"c{n}", "project.finished", _now() - timedelta(days=4), {"project": f"P{n % 99}"}, f"e{n}")
        for n in range(many, contacts)
    ]
    await life.stage(f"{few:,} have an event", few, _events(store, settings, happened))
    await life.stage(f"{few:,} are asked after it", few, _after_events(store, context))
    await store.close()
    return {"stages": life.stages, "looks": life.looks, "megabytes": peak_memory()}


_PEOPLE: Final = """
CREATE TEMP TABLE numbers AS
  WITH RECURSIVE numbers(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n < :last) SELECT n FROM numbers;
INSERT INTO contact (id, contact_id, name, account_id, language, timezone, attributes, changed_at)
  SELECT n + 1, 'c' || n, 'Customer ' || n, n % 20 + 1, 'en', 'Europe/Amsterdam', json_object('plan', 'gold'),
  '2026-03-02 10:00:00.000000' FROM numbers;
INSERT INTO address (channel, value, contact_id) SELECT 'slack', printf('UC%08d', n), n + 1 FROM numbers;
INSERT INTO address (channel, value, contact_id) SELECT 'telegram', CAST(10000000 + n AS TEXT), n + 1 FROM numbers;
INSERT INTO address (channel, value, contact_id) SELECT 'sms', printf('+316%08d', n), n + 1 FROM numbers
"""
_ENROLLED: Final = """
INSERT INTO conversation (wave_id, contact_id, channel, address, language, state, ask_at, low, high, late, parts,
  unread, talk, candidates, hints, clarified)
  SELECT :wave, id, 'slack', printf('UC%08d', id - 1), language, 'waiting', '2026-03-02 10:00:00.000000', 0, 10, 0,
  '[]', 0, 0, '[]', 0, 0 FROM contact WHERE id <= :many;
INSERT INTO enrolment (conversation_id, account, account_manager, timezone, attributes)
  SELECT conversation.id, account.name, account.account_manager, contact.timezone, contact.attributes
  FROM conversation JOIN contact ON contact.id = conversation.contact_id
  JOIN account ON account.id = contact.account_id WHERE wave_id = :wave
"""
_QUEUED: Final = """
INSERT INTO outbox (dedupe_key, kind, channel, address, lane, conversation_id, choices, priority, due_at, state,
  attempts, doubtful, made_at)
  SELECT 'made:' || id, 'question', channel, address, 'talk:' || id, id, '[]', :priority, ask_at, 'queued', 0, FALSE,
  ask_at FROM conversation WHERE state = 'waiting'
"""
"""All questions in the outbox at once, which release would never let happen."""
_TAKEN_BACK: Final = "DELETE FROM outbox WHERE dedupe_key LIKE 'made:%'"


def _put(connection: Connection, /, statements: str, **values: int) -> None:
    for statement in statements.split(";"):
        connection.execute(
            text(statement), {name: one for name, one in values.items() if f":{name}" in statement}
        )


def _now() -> datetime:
    return datetime.now(UTC)


async def _start(life: _Life, settings: Settings, many: int, planned: str | None, enrolled: str) -> Wave:
    plan = planning.plan_wave(life.store, settings, "bench", life.context.limits, _now(), BY)
    token = (await (plan if planned is None else life.stage(planned, life.contacts, plan))).token
    run = await runs.start_wave(life.store, settings, token, BY, _now())
    await life.store.write(_put, _ENROLLED, wave=run.id, many=many)
    await life.stage(
        enrolled,
        life.contacts - many + len(talkers(life.contacts)),
        runs.enrol(life.store, settings, run.id, _now),
    )
    return run


async def _counted(store: Store) -> None:
    while await Counting(store).step():
        pass


async def _stopped(store: Store) -> int:
    stopped = await store.write(runs.stop, "bench", BY, _now())
    await runs.close_stopped(store)
    return stopped.cancelled


async def _undone(store: Store, wave_id: int) -> None:
    await store.write(undoing.undo, wave_id, BY, _now())
    await runs.close_stopped(store)


async def _events(store: Store, settings: Settings, happened: list[Any]) -> None:
    for start in range(0, len(happened), MOST):
        await take_events(store, settings, happened[start : start + MOST], _now)


async def _after_events(store: Store, context: Context) -> None:
    step = Touchpoints(store, context)
    while await store.read(any_due, _now()):
        await step.step(_now())


async def _looks(life: _Life) -> None:
    store, settings, context = life.store, life.settings, life.context
    some = life.contacts // 2
    await store.write(_put, _QUEUED, priority=int(Priority.QUESTION))
    places = Surroundings.of(settings).places
    await life.look("metrics, all due", partial(store.read, measured))
    for channel in ("slack", "telegram", "sms"):
        await life.look(
            f"release on {channel}, all due",
            lambda channel=channel: store.take(release, context, places, channel, _now()),  # type: ignore[misc]
        )
    await life.look("a claim of 32, all due", lambda: store.take(outbox.claim, "slack", _now(), 32))
    await store.write(_put, _TAKEN_BACK)
    await life.look(
        "release with nobody in the outbox", lambda: store.take(release, context, places, "slack", _now())
    )
    old = months_before(_now(), settings.retention)
    await life.look("retention, nothing old", partial(store.read, find_old, old))
    for what, said in (
        ("key", f"c{some}"),
        ("number", f"+316{some:08d}"),
        ("address", f"slack:UC{some:08d}"),
        ("name", f"Customer {some}"),
        ("name in odd capitals", f"cUSTOMER {some}"),
        ("part of a name", f"tomer {some}"),
        ("name that nobody has", "Zebedee Quux"),
    ):
        await life.look(f"why by {what}", partial(store.read, look_up, settings, said, None))
    people = iter(range(life.contacts - LOOKS * 2, life.contacts))

    async def my_data() -> None:
        number = next(people)
        who = Address("slack", f"UC{number:08d}")
        event = InboundMessage(f"data-{number}", who, who, _now(), "MY DATA", message_ref=f"d{number}")
        await store.write(take_in, "slack", event, context, _now())

    async def erased() -> None:
        if await store.write(erase_contact, context, f"c{next(people)}", _now()) is None:
            raise RuntimeError("nobody was erased")

    await life.look("MY DATA", my_data)
    await life.look("erasing somebody", erased)


def _main(contacts: int) -> None:
    quiet()
    with TemporaryDirectory() as directory:
        sys.stdout.write(json.dumps(asyncio.run(_lived(contacts, Path(directory)))))


if __name__ == "__main__":
    _main(int(sys.argv[1]))
