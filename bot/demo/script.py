"""`npsbot demo --script`: a wave of made-up customers over the real wire, checked against what they meant."""

import asyncio
import contextlib
import tempfile
import time
from collections.abc import AsyncIterator, Coroutine, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, bindparam, func, or_, select

from bot.config.settings import Settings
from bot.demo import showing
from bot.demo.around import admin_is_told, cast_around, go_wrong
from bot.demo.crowd import ADMIN, MANAGERS, ROUGH_MANAGERS, Customer, Manager, contacts_csv, crowd
from bot.demo.playing import PhoneEar, Players
from bot.demo.showing import PlayedSoFar
from bot.demo.stage import Stage, stage
from bot.demo.verdict import Chat, judge
from bot.reports.as_json.reports import Json, campaign_json
from bot.reports.campaign_report import campaign_report
from bot.reports.values import CampaignReport
from bot.store.schema import OPEN_STATES, contact, conversation, outbox
from sandbox import AdjustableClock, Fault, Message, World

SPEED: Final = 15.0
"""Seconds of the world for each real one. A message is leased for ten of the world's: two thirds of a real
second, ten times what handing one over takes; and a lease that lapses here is not sent again, since one
process remembers what it has under way."""
LATER: Final = timedelta(hours=5)
_MINUTES_LATER: Final = 600.0  # seconds after which a carrier thinks better of it
WINDOW: Final = timedelta(days=8)  # longer than a campaign's window of seven days
SEGMENTS: Final = 1.0  # SMS a second, as Twilio sends from a long code
_SETTLED: Final = 0.5  # real seconds without anything new
ANSWER: Final = 20.0  # real seconds within which a command is answered

ROUGH_PATIENCE: Final = 40.0  # real seconds: what a gateway refuses is tried again over minutes of the world
LONGEST: Final = 40.0  # real seconds that a settling may take

_QUEUED: Final = select(func.count()).select_from(outbox).where(outbox.c.state == "queued")
_OVERDUE: Final = (
    select(func.count())
    .select_from(conversation)
    .where(
        conversation.c.state.in_(OPEN_STATES),
        or_(conversation.c.closes_at <= bindparam("now"), conversation.c.state == "waiting"),
    )
)


class Stalled(Exception):
    """The play cannot go on; the text is one plain sentence."""


async def play(customers: int, seed: int, folder: Path, *, rough: bool = False) -> bool:
    """Play a wave of so many customers, show its report and alerts, and compare both with what each
    customer meant; True where all agree. A `rough` one has providers at their worst. The database is in `folder`
    as long as the play lasts."""
    began = time.monotonic()
    everybody = crowd(customers, seed, rough=True) if rough else crowd(customers, seed)
    clock = AdjustableClock(speed=SPEED)
    started = clock.now()
    world = World(clock=clock, seed=seed)
    managers = ROUGH_MANAGERS if rough else MANAGERS
    cast(world, everybody, managers)
    with _home(folder, everybody) as (database, contacts):
        async with stage(world, database, contacts, _places(managers), segments_per_second=SEGMENTS) as on:
            players = Players(world, on.people, everybody, seed, ROUGH_PATIENCE if rough else None)
            async with _hearing(players.ear):
                try:
                    chat = await _perform(on, players, clock, rough=rough)
                except Stalled as error:
                    showing.failed(str(error))
                    return False
            report = await on.app.store.read(_figures, on.app.settings)
            held = await on.app.store.read(scores_held)
    phones = {phone.id: world.messages(phone.id) for phone in world.phones}
    verdict = judge(everybody, phones, report, chat, players.stuck, held)
    if rough:
        for about, told in admin_is_told(everybody, [message.text for message in phones[ADMIN]]):
            verdict.hold(f"admin: {about}", told, "told", "not told")
    showing.report(chat.report)
    showing.alerts(phones)
    showing.verdict(verdict)
    showing.ended(time.monotonic() - began, world.now() - started, customers)
    return verdict.agreed


@contextlib.contextmanager
def _home(folder: Path, everybody: Sequence[Customer]) -> Iterator[tuple[Path, Path]]:
    """Where the database will be, and the file of contacts; both are gone afterwards."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="script-", dir=folder) as home:
        contacts = Path(home) / "contacts.csv"
        contacts.write_text(contacts_csv(everybody), "utf-8")
        yield Path(home) / "npsbot.db", contacts


def _places(managers: Sequence[Manager]) -> dict[str, str]:
    """The addresses that script.yaml leaves open."""
    return {"SOUTH": managers[2].address, "WEST": managers[3].address}


def cast(world: World, everybody: Sequence[Customer], managers: Sequence[Manager]) -> None:
    """Give the admin, the managers and every customer a phone."""
    world.add_slack_user("U0ADMIN", "Admin at Acme", phone=ADMIN, role="admin")
    if managers is ROUGH_MANAGERS:
        cast_around(world)
        managers = managers[:1]
    for manager in managers:
        if manager.channel == "slack":
            world.add_slack_user(manager.address, manager.name, phone=manager.phone, role="manager")
        else:
            world.add_telegram_user(
                int(manager.address), manager.name, phone=manager.phone, role="manager", started=True
            )
    for one in everybody:
        reached, fate = one.meant.reached, one.meant.fate
        match one.channel:
            case "slack":
                world.add_slack_user(one.address, one.name, phone=one.phone, deleted=fate == "deactivated")
            case "telegram":
                world.add_telegram_user(
                    int(one.address), one.name, phone=one.phone, started=True, deactivated=not reached
                )
            case "sms":
                _give_number(world, one)


def _give_number(world: World, one: Customer) -> None:
    state, code, late = ("delivered", None, 0.0) if one.meant.reached else ("undelivered", 30005, 0.0)
    match one.meant.fate:
        case "late":  # 30003: out of reach for now (twilio.com/docs/api/errors/30003)
            code, late = 30003, _MINUTES_LATER
        case "untold":
            world.fault(Fault("sms", "lose", "deliver:status", to=one.address, times=None))
        case "unconfirmed":
            state = "sent"
    # 30005: nobody has this number any more (twilio.com/docs/api/errors/30005)
    world.add_number(one.address, one.name, phone=one.phone, fate=state, code=code, late=late)


async def _perform(on: Stage, players: Players, clock: AdjustableClock, *, rough: bool) -> Chat:
    """From the admin's first command to their last."""
    with showing.progress(players, on.world) as progress:
        progress.says("Admin: /nps start demo")
        plan = await _command(on, "/nps start demo", "Plan for demo")
        progress.says(plan.text.splitlines()[1])
        await on.people.press_label(ADMIN, "Start")
        await _shows(on, "has started")
        progress.says("Admin: presses Start")
        wave = players.play("wave")
        await _until_done(_both(wave, go_wrong(on.world, on.people, players)) if rough else wave, progress)
        await _settle(on, players.ear)
        progress.says("Five hours later: the late reasons")
        clock.jump(LATER.total_seconds())
        await _until_done(players.play("hours later"), progress)
        await _settle(on, players.ear)
        progress.says("Eight days later: the window is over")
        clock.jump(WINDOW.total_seconds())
        await _settle(on, players.ear)
        await _until_done(players.play("after the window"), progress)
        await _settle(on, players.ear)
        progress.says("Admin: /nps report demo")
        report = await _command(on, "/nps report demo", "demo, wave 1:")
    return Chat(plan.text, report.text)


async def _both(one: Coroutine[Any, Any, None], other: Coroutine[Any, Any, None]) -> None:
    await asyncio.gather(one, other)


async def _until_done(playing: Coroutine[Any, Any, None], progress: PlayedSoFar) -> None:
    task = asyncio.create_task(playing)
    while not (await asyncio.wait((task,), timeout=0.5))[0]:
        progress.update()
    progress.update()
    await task


async def _command(on: Stage, line: str, answer: str) -> Message:
    act = await on.people.type(ADMIN, line)
    if not act.ok:
        raise Stalled(act.error)
    return await _shows(on, answer)


async def _shows(on: Stage, answer: str) -> Message:
    try:
        return await on.world.wait_for(
            ADMIN, lambda message: message.author == "bot" and answer in message.text, ANSWER
        )
    except TimeoutError as error:
        raise Stalled(str(error)) from None


@contextlib.asynccontextmanager
async def _hearing(ear: PhoneEar) -> AsyncIterator[None]:
    task = asyncio.create_task(ear.run())
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def _settle(on: Stage, ear: PhoneEar) -> None:
    """Return once nothing is on its way any more: no message is queued, nothing is due, and no phone has
    news."""
    given_up = time.monotonic() + LONGEST
    while (left := await on.app.store.read(_on_its_way, on.world.now())) or ear.quiet < _SETTLED:
        if time.monotonic() > given_up:
            raise Stalled(f"{left} messages or conversations are still waiting for their turn.")
        await asyncio.sleep(0.1)


def _on_its_way(connection: Connection, now: datetime) -> int:
    queued = connection.execute(_QUEUED).scalar_one()
    return int(queued + connection.execute(_OVERDUE, {"now": now}).scalar_one())


def scores_held(connection: Connection) -> dict[str, int | None]:
    """The score that the database holds of each customer, by the key of the import."""
    rows = connection.execute(
        select(contact.c.contact_id, conversation.c.score).join_from(conversation, contact)
    )
    return {row.contact_id: row.score for row in rows}


def _figures(connection: Connection, settings: Settings) -> Json:
    report = campaign_report(connection, settings, "demo")
    return campaign_json(report) if isinstance(report, CampaignReport) else {}
