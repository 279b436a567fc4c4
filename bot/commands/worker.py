"""Carries out the commands that intake kept: after the commit, one at a time, each once."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from bot.campaigns import runs
from bot.clock import Clock, wait
from bot.commands.desk import Desk
from bot.commands.desks.why import forget_whom
from bot.commands.given import GivenCommand, claim, finish, hold
from bot.commands.replies.reply import Reply
from bot.context import Context
from bot.logs import Failures
from bot.metrics import COMMANDING, COMMANDS, SEEN
from bot.outbox import CommandPart, Draft, command_key, put
from bot.store.store import Store
from bot.words import words_for
from channels.base import Priority, plain
from channels.known import limits_of

log = structlog.get_logger()

LOOK = 0.5  # seconds between looks for what other processes took in
SOON = 2.0  # seconds after which we say that the answer will follow
RENEW = 10.0
CLOSING = 2.0  # seconds for what a stop left to close, before commands have their turn again
# An answer, and customers' words in it, wait no longer than this for a channel that is down.
OLD_NEWS = timedelta(hours=1)


class CommandWorker:
    """Carries out commands until it is cancelled."""

    def __init__(self, store: Store, context: Context, clock: Clock) -> None:
        self._store = store
        self._context = context
        self._clock = clock
        self._wake = asyncio.Event()
        store.on_commit(self._wake.set)

    @property
    def _desk(self) -> Desk:
        """The desk under the settings of now."""
        settings = self._context.settings
        words = words_for("admin", settings.language)
        here = self._context.here
        return Desk(self._store, settings, self._context.limits, words, self._clock.now, here)

    async def run(self) -> None:
        """Finish the waves that are half enrolled or half stopped, and take one command after the other."""
        failures = Failures("commands.failed", "commands")
        while True:
            try:
                await self.look()
            except Exception as error:
                failures.failed(error)
                await self._clock.sleep(LOOK)
            else:
                failures.worked()
            SEEN.labels("commands").set_to_current_time()
            await wait(self._clock, self._wake, LOOK)

    async def look(self) -> None:
        """Do what there is to do now."""
        await runs.resume(self._store, self._context.settings, self._clock.now, CLOSING)
        while (given := await self._store.take(claim, self._clock.now())) is not None:
            await self._carry_out(given)

    async def _carry_out(self, given: GivenCommand) -> None:
        task = asyncio.create_task(self._answer(given))
        keeping = asyncio.create_task(self._keep(given))
        try:
            done, _ = await asyncio.wait((task,), timeout=SOON)
            if not done:
                words = self._context.manager_words.text("working")
                await self._store.write(self._say, given, Reply((plain(words),)), "soon", finished=False)
            answer = await task
            await self._finish(given, answer)
            COMMANDING.observe(max(0.0, (self._clock.now() - given.taken_at).total_seconds()))
            log.info("command.answered", command=given.id, outcome=answer.outcome)
        finally:
            task.cancel()
            keeping.cancel()

    async def _answer(self, given: GivenCommand) -> Reply:
        try:
            answer = await self._desk.carry_out(given.actor, given.line, given.place)
            COMMANDS.labels(answer.outcome).inc()
        except Exception:
            return self._failed(given)
        return answer

    def _failed(self, given: GivenCommand) -> Reply:
        log.exception("command.failed", command=given.id)
        COMMANDS.labels("failed").inc()
        return Reply((plain(self._context.manager_words.text("failed")),), outcome="refused")

    async def _finish(self, given: GivenCommand, answer: Reply) -> None:
        """End a command by its answer; by a failure, with nothing kept of its line, where that cannot be written:
        carried out for ever it would hold up all others. What is away comes back, so that is waited for."""
        try:
            await self._store.write(self._say, given, answer, "answer", finished=True)
        except (SQLAlchemyError, OSError):
            raise
        except Exception:
            blank = replace(given, line="")
            await self._store.write(self._say, blank, self._failed(given), "answer", finished=True)

    async def _keep(self, given: GivenCommand) -> None:
        while True:
            await self._clock.sleep(RENEW)
            await self._store.take(hold, given.id, self._clock.now())
            SEEN.labels("commands").set_to_current_time()

    def _say(
        self, connection: Connection, given: GivenCommand, answer: Reply, part: CommandPart, *, finished: bool
    ) -> None:
        """Queue an answer and the picture after it; the last answer ends the command, in the same commit."""
        now = self._clock.now()
        pressed = given.line.startswith("w:")
        aside = limits_of(given.actor.channel).answers_aside
        draft = Draft(
            dedupe_key=command_key(given.id, part),
            kind="command",
            # Where the short-lived address is spent, the answer goes to the admin and not to a channel.
            address=given.actor if aside or answer.private else given.place,
            lane=f"command:{given.id}",
            body=answer.body,
            choices=answer.choices,
            # A pressed plan becomes its own answer, so that nobody presses it again.
            replaces=given.reply_to if pressed and finished else None,
            answer_ref=given.answer_ref,
            priority=Priority.REPLY,
            expires_at=now + OLD_NEWS,
        )
        drafts = [draft]
        if answer.image is not None:
            drafts.append(
                replace(
                    draft,
                    dedupe_key=command_key(given.id, "picture"),
                    body=answer.caption,
                    choices=(),
                    image=answer.image,
                    answer_ref=None,  # what answers in a channel cannot hold a picture: it goes to the asker
                )
            )
        put(connection, drafts, now)
        if finished:
            finish(connection, given.id, now)
            campaigns = self._context.settings.campaigns
            forget_whom(connection, given, campaigns, refused=answer.outcome == "refused")
