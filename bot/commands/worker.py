"""Carries out the commands that intake kept: after the commit, one at a time, each once."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection, bindparam, or_, select, update

from bot.campaigns import runs
from bot.clock import Clock, wait
from bot.commands.answers import Answer
from bot.commands.desk import Desk
from bot.commands.why_desk import forget_whom
from bot.context import Setup
from bot.metrics import BROKE, COMMANDING, COMMANDS, SEEN
from bot.outbox import Draft, put
from bot.store.schema import Row, command
from bot.store.store import Store
from bot.words import words_for
from channels.base import Address, Priority, plain

log = structlog.get_logger()

LOOK = 0.5  # seconds between looks for what other processes took in
SOON = 2.0  # seconds after which we say that the answer will follow
LEASE = timedelta(seconds=30)
RENEW = 10.0
OLD_NEWS = timedelta(hours=1)  # customers' words wait no longer than that for a channel that is down

_NEXT = (
    select(command.c.id)
    .where(
        command.c.done_at.is_(None),
        or_(command.c.leased_until.is_(None), command.c.leased_until <= bindparam("now")),
    )
    .order_by(command.c.id)
    .limit(1)
    .with_for_update(skip_locked=True)
)
_CLAIM = (
    update(command)
    .where(command.c.id.in_(_NEXT.scalar_subquery()))
    .values(leased_until=bindparam("lease"))
    .returning(command)
)
_HOLD = update(command).where(command.c.id == bindparam("of_id")).values(leased_until=bindparam("lease"))
_DONE = update(command).where(command.c.id == bindparam("of_id")).values(done_at=bindparam("now"))


class CommandWorker:
    """Carries out commands until it is cancelled."""

    def __init__(self, store: Store, setup: Setup, clock: Clock) -> None:
        self._store = store
        self._setup = setup
        self._clock = clock
        self._desk = Desk(
            store, setup.settings, setup.limits, words_for("admin", setup.settings.language), clock.now
        )
        self._wake = asyncio.Event()
        store.on_commit(self._wake.set)

    async def run(self) -> None:
        """Finish the waves that a crash left half enrolled, and take one command after the other."""
        while True:
            try:
                await self.look()
            except Exception:
                BROKE.labels("commands").inc()
                log.exception("commands.failed")
                await self._clock.sleep(LOOK)
            SEEN.labels("commands").set_to_current_time()
            await wait(self._clock, self._wake, LOOK)

    async def look(self) -> None:
        """Do what there is to do now."""
        await runs.resume(self._store, self._setup.settings, self._clock.now)
        while (row := await self._store.take(_claim, self._clock.now())) is not None:
            await self._carry_out(row)

    async def _carry_out(self, row: Row) -> None:
        task = asyncio.create_task(self._answer(row))
        keeping = asyncio.create_task(self._keep(row))
        try:
            done, _ = await asyncio.wait((task,), timeout=SOON)
            if not done:
                words = self._setup.manager_words.text("working")
                await self._store.write(self._say, row, Answer((plain(words),)), "soon", finished=False)
            answer = await task
            await self._store.write(self._say, row, answer, "answer", finished=True)
            COMMANDING.observe(max(0.0, (self._clock.now() - row.taken_at).total_seconds()))
            log.info("command.answered", command=row.id, outcome=answer.outcome)
        finally:
            task.cancel()
            keeping.cancel()

    async def _answer(self, row: Row) -> Answer:
        try:
            answer = await self._desk.carry_out(row.actor, row.line, row.place)
            COMMANDS.labels(answer.outcome).inc()
        except Exception:
            log.exception("command.failed", command=row.id)
            COMMANDS.labels("failed").inc()
            return Answer((plain(self._setup.manager_words.text("failed")),), outcome="refused")
        return answer

    async def _keep(self, row: Row) -> None:
        while True:
            await self._clock.sleep(RENEW)
            await self._store.take(_hold, row.id, self._clock.now())
            SEEN.labels("commands").set_to_current_time()

    def _say(self, connection: Connection, row: Row, answer: Answer, part: str, *, finished: bool) -> None:
        """Queue an answer and the picture after it; the last answer ends the command, in the same commit."""
        now = self._clock.now()
        actor, place = Address.parse(row.actor), Address.parse(row.place)
        pressed = row.line.startswith("w:")
        draft = Draft(
            dedupe_key=f"command:{row.id}:{part}",
            kind="command",
            # Where Slack's short-lived address is spent, the answer goes to the admin and not to a channel.
            address=actor if actor.channel == "slack" or answer.private else place,
            lane=f"command:{row.id}",
            body=answer.body,
            choices=answer.choices,
            # A pressed plan becomes its own answer, so that nobody presses it again.
            replaces=row.reply_to if pressed and finished else None,
            answer_ref=row.answer_ref,
            priority=Priority.REPLY,
            expires_at=now + OLD_NEWS if answer.private else None,
        )
        drafts = [draft]
        if answer.image is not None:
            drafts.append(
                replace(
                    draft,
                    dedupe_key=f"command:{row.id}:picture",
                    body=answer.caption,
                    choices=(),
                    image=answer.image,
                    answer_ref=None,  # what answers in a channel cannot hold a picture: it goes to the asker
                )
            )
        put(connection, drafts, now)
        if finished:
            connection.execute(_DONE, {"of_id": row.id, "now": now})
            forget_whom(connection, row)


def _claim(connection: Connection, now: datetime) -> Row | None:
    return connection.execute(_CLAIM, {"now": now, "lease": now + LEASE}).first()


def _hold(connection: Connection, id_: int, now: datetime) -> None:
    connection.execute(_HOLD, {"of_id": id_, "lease": now + LEASE})
