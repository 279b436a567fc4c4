"""The sender of one channel: claim what is due, hand it to the provider, record what became of it.

One process at a time sends for a channel, by a lease row. It is woken by commits of its own process and
looks every half second for what others wrote. Limits come before the claim, so that a slow channel holds no
leases, and a batch is as large as the budget, so that what is urgent never waits behind what is not.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection

from bot import outbox
from bot.cases import alert_view
from bot.cases.alert_view import AlertProgress
from bot.cases.alerts import AlertView, alert, alert_sms
from bot.cases.digests import digests
from bot.cases.digests.text import digest_sms, digest_text
from bot.cases.relayed import Became, became
from bot.clock import Clock, Steady, wait
from bot.context import Context
from bot.conversations import questions
from bot.logs import Failures
from bot.metrics import ALERTED, SENDING, SENT, WAITED
from bot.outbox import Queued
from bot.sending import lease, withheld
from bot.sending.fate import Attempt, Face, TooLate, record
from bot.sending.lease import PAUSE
from bot.sending.pace import Pace
from bot.sending.whose_sender import WhoseSender
from bot.steps import step
from bot.store.store import Store
from channels.base import (
    Address,
    Barred,
    Channel,
    Misconfigured,
    OutboundMessage,
    RateLimited,
    Receipt,
    SenderRefused,
    SendError,
    Unknown,
)

log = structlog.get_logger()

LOOK = 0.5  # seconds between looks for what other processes wrote
AT_ONCE = 32  # messages under way at the same time
ROOM = timedelta(minutes=10)  # by which a provider's clock may be behind ours
PATIENCE = 2.0  # seconds a leased message may wait for its address; a longer wait gives the lease back


@dataclass(frozen=True, slots=True)
class _Claimed:
    """A leased message and what to send of it. It does not go where its time is over and nobody knows whether it
    went before: then it is only looked for."""

    queued: Queued
    message: OutboundMessage
    face: Face | None = None
    goes: bool = True


class Sender:
    """Sends for one channel until it is stopped."""

    def __init__(self, store: Store, context: Context, channel: Channel, clock: Clock, holder: str) -> None:
        self._store = store
        self._context = context
        self._channel = channel
        self._clock = clock
        self._holder = holder
        self._failures = Failures("sender.failed", self.name)
        self._second = Steady(clock)
        self._pace = Pace(channel.limits)
        self._whose_sender = WhoseSender()
        self._wake = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._under_way: set[int] = set()  # outbox ids; a lease that lapses meanwhile sends nothing twice
        self._done: list[Attempt] = []
        self._stopping = False
        self._holds = False
        self._taken_at = clock.now()  # later than now: the clock was set back, which the lease's row shows
        self._held_until = 0.0  # in seconds of `_second`, as is the next
        self._paused_until: float | None = None
        store.on_commit(self._wake.set)

    @property
    def name(self) -> str:
        """Of this worker, for logs and figures."""
        return f"{self._channel.name} sender"

    def stop(self) -> None:
        """Let `run` end once what is claimed has been sent. Cancelling it instead leaves claimed messages to
        lapse, and a question that may have been sent is not sent again."""
        self._stopping = True
        self._wake.set()

    async def run(self) -> None:
        """Send until stopped; then finish what is under way and let another process send."""
        try:
            while not self._stopping:
                pause = LOOK
                with self._failures.survived():
                    pause = await self.look()
                await wait(self._clock, self._wake, pause)
        finally:
            await asyncio.shield(self._finish())

    async def settle(self) -> None:
        """Wait for what is under way, and record it."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=9)
        await self._record()

    async def _finish(self) -> None:
        await self.settle()
        await self._store.write(lease.give_back, self._channel.name, self._holder, self._clock.now())

    async def look(self) -> float:
        """Look at the outbox once and begin to send; how long to wait before the next look, at most."""
        if self._done and self._paused_until is not None:
            await self._record()  # it may end the pause
        if not await self._mine():
            await self._record()
            return LOOK
        now, second = self._clock.now(), self._second()
        if self._paused_until is not None and second < self._paused_until:
            await self._record()
            return LOOK
        # After a pause one message at a time tries whether the channel works again.
        at_once = AT_ONCE if self._paused_until is None else 1
        free = min(self._pace.budget(second), at_once - len(self._tasks))
        if free <= 0:
            await self._record()
            return min(LOOK, self._pace.wait(second)) if len(self._tasks) < at_once else LOOK
        # One commit holds what became of the last messages and the claim of the next, in this order: a message
        # that is done lets the next of its lane go.
        _, claimed = await asyncio.gather(self._record(), self._store.take(self._claim, now, free))
        for one in claimed:
            if one.queued.id in self._under_way:
                continue
            self._under_way.add(one.queued.id)
            self._pace.spend(1)
            task = asyncio.create_task(self._send(one))
            self._tasks.add(task)
            task.add_done_callback(self._ended)
        if len(claimed) == free:
            return min(LOOK, self._pace.wait(self._second()))
        return LOOK

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._wake.set()

    async def _mine(self) -> bool:
        """Whether this process sends for the channel; renewed well before the lease ends, and where the clock was
        set back."""
        now, second = self._clock.now(), self._second()
        if self._holds and second < self._held_until and now >= self._taken_at:
            return True
        held = await self._store.take(lease.take, self._channel.name, self._holder, now)
        if (held is not None) != self._holds:
            self._holds = held is not None
            log.info("sending.taken" if self._holds else "sending.lost", channel=self._channel.name)
        self._taken_at, self._held_until = now, second + lease.HELD.total_seconds() / 2
        self._paused_until = None
        if held is not None and held.paused_until is not None:
            # By a clock that was set back since it would last for longer than any pause does.
            self._paused_until = second + min(held.paused_until - now, PAUSE).total_seconds()
        return held is not None

    # ------------------------------------------------------------------------------------------- claim

    def _claim(self, connection: Connection, now: datetime, batch: int) -> list[_Claimed]:
        """Lease messages, and look at the last moment whether each may still go."""
        ready: list[_Claimed] = []
        withheld = True  # what is withheld makes room, and lets the next of its lane go
        while withheld and len(ready) < batch:
            claimed = outbox.claim(connection, self._channel.name, now, batch - len(ready))
            going = [one for queued in claimed if (one := self._going(connection, queued, now)) is not None]
            ready += going
            withheld = len(going) < len(claimed)
        return ready

    def _going(self, connection: Connection, queued: Queued, now: datetime) -> _Claimed | None:
        """The message of a leased row; None where it goes no more, which is recorded."""
        in_doubt = queued.kind in outbox.AT_MOST_ONCE and queued.doubtful
        if (why := withheld.why(connection, queued, now)) is not None:
            if in_doubt and why in withheld.MAY_ANSWER:  # who may have been asked may answer
                return _Claimed(queued, self._message(queued), goes=False)
            withheld.call_off(connection, queued, why, now)
            outbox.finish(connection, queued.id, "cancelled", now, error=why)
            self._tell_colleague(
                connection, queued, "opted_out" if withheld.opted_out(why) else "failed", why, now
            )
            return None
        if queued.expires_at is not None and queued.expires_at <= now:
            if in_doubt:  # nobody is asked again because the window closed meanwhile
                return _Claimed(queued, self._message(queued), goes=False)
            outbox.finish(connection, queued.id, "expired", now)
            if queued.kind == "question":
                questions.expired(connection, queued, now)
            elif queued.kind == "reminder":
                questions.reminder_held_back(connection, queued, now)
            self._tell_colleague(connection, queued, "expired", "", now)
            return None
        match queued.kind:
            case "alert":
                written: tuple[OutboundMessage, Face | None] | None = self._alert(connection, queued, now)
            case "digest":
                written = self._digest(connection, queued)
            case _:
                message = self._message(queued)
                replaces = outbox.replaced(connection, message.replaces)
                return _Claimed(queued, replace(message, replaces=replaces))
        if written is None:
            outbox.finish(connection, queued.id, "cancelled", now, error="nothing new is left to show")
            return None
        return _Claimed(queued, *written)

    def _tell_colleague(
        self, connection: Connection, queued: Queued, what: Became, why: str, now: datetime
    ) -> None:
        if queued.kind == "relay":
            became(connection, self._context, queued.id, what, now, why=why)

    def _message(self, queued: Queued) -> OutboundMessage:
        return OutboundMessage(
            id=queued.id,
            address=Address(queued.channel, queued.address),
            body=queued.body,
            choices=queued.choices if self._channel.limits.buttons else (),
            image=queued.image if self._channel.limits.images else None,
            replaces=queued.replaces,
            answer_ref=queued.answer_ref,
            thread=queued.thread,
            priority=queued.priority,
            expires_at=queued.expires_at,
        )

    def _alert(
        self, connection: Connection, queued: Queued, now: datetime
    ) -> tuple[OutboundMessage, Face] | None:
        """The newest face of a case, as an edit where the last one can be changed and needs no new ping."""
        shown, view = alert_view.view(connection, self._context, queued.case_id, now)
        if shown.version >= shown.wanted:
            return None
        if view.erased is not None and not self._worth_telling(queued, shown, view):
            return None
        words = self._context.manager_words
        limits = self._channel.limits
        message = self._message(queued)
        if limits.edits:
            body, choices = alert(view, words)
            edit = shown.ref if shown.pinged >= shown.pings else None
            message = replace(message, body=body, choices=choices, replaces=edit)
        else:
            message = replace(message, body=alert_sms(view, words, first=shown.version == 0))
        return message, Face(shown.wanted, shown.pings)

    def _digest(self, connection: Connection, queued: Queued) -> tuple[OutboundMessage, None] | None:
        """A digest, with the words of customers that stand now."""
        if queued.body or queued.image is not None:
            goes = digests.may_go(connection, self._context, queued)
            return (self._message(queued), None) if goes else None
        told = digests.digest_of(connection, self._context, queued)
        if told is None:
            return None
        written = digest_sms if self._channel.limits.paid_by_length else digest_text
        return replace(self._message(queued), body=written(told, self._context.manager_words)), None

    def _worth_telling(self, queued: Queued, shown: AlertProgress, view: AlertView) -> bool:
        """Whether a manager must hear that a customer was erased: not of an alert that never got to them,
        nor by a new SMS that an old one is too old."""
        if shown.version == 0 and not queued.doubtful:
            return False
        return view.erased == "request" or self._channel.limits.edits

    # -------------------------------------------------------------------------------------------- send

    async def _send(self, one: _Claimed) -> None:
        queued, message, face = one.queued, one.message, one.face
        # An edit is no message: it waits for no turn, so that a tap shows at once.
        pause = 0.0 if message.replaces else self._pace.slot(queued.address, self._second(), PATIENCE)
        if pause > PATIENCE:
            # Several things for one address at once: its turn comes later, and the lease would lapse.
            self._done.append(
                Attempt(queued, message, face, RateLimited("waiting for the address's turn", pause))
            )
            return
        if pause > 0:
            await self._clock.sleep(pause)
        started = time.perf_counter()
        fate = self._decided(queued, await self._attempt(one))
        outcome = "sent" if isinstance(fate, Receipt) else type(fate).__name__
        SENDING.labels(self._channel.name, outcome).observe(time.perf_counter() - started)
        if isinstance(fate, RateLimited):
            self._pace.close(self._second() + fate.retry_after)
        elif isinstance(fate, Misconfigured) and not isinstance(fate, SenderRefused):
            self._paused_until = self._second() + PAUSE.total_seconds()
        self._tell(queued, fate, outcome)
        self._done.append(Attempt(queued, message, face, fate))

    def _decided(self, queued: Queued, fate: Receipt | SendError) -> Receipt | SendError:
        """What became of a message; where our sender was refused, with whose fault that is. An alert is not burnt by
        going on to the next, so it does not wait until that is known."""
        if isinstance(fate, Receipt):
            self._whose_sender.went(queued.id)
        if not isinstance(fate, SenderRefused):
            return fate
        if queued.kind in ("alert", "thread"):
            return Barred(str(fate))
        paused = self._paused_until is not None
        match self._whose_sender.refused(queued.id, queued.address, paused=paused):
            case "open":
                return fate
            case "theirs":
                return Barred(str(fate))
            case "ours":
                return Misconfigured(str(fate))

    def _tell(self, queued: Queued, fate: Receipt | SendError, outcome: str) -> None:
        """Log and count an attempt."""
        SENT.labels(self._channel.name, queued.kind, outcome).inc()
        said = {
            "channel": self._channel.name,
            "kind": queued.kind,
            "message": queued.id,
            "conversation": queued.conversation_id,
            "wave": queued.wave_id,
            "case": queued.case_id,
            "attempt": queued.attempts,
        }
        if isinstance(fate, Receipt):
            now = self._clock.now()
            waited = max(0.0, (now - queued.due_at).total_seconds())
            WAITED.labels(self._channel.name, queued.kind).observe(waited)
            if queued.kind == "alert":
                ALERTED.labels(self._channel.name).observe(max(0.0, (now - queued.made_at).total_seconds()))
            log.info("message.sent", **said)
        else:
            log.warning("message.failed", **said, outcome=outcome, reason=str(fate))

    async def _attempt(self, one: _Claimed) -> Receipt | SendError:
        queued, message = one.queued, one.message
        try:
            if queued.doubtful:
                # It may have been sent before: look, where the provider offers a way to look.
                try:
                    found = await self._find(queued, message)
                except Unknown as error:
                    # Where a provider can be asked, nothing goes before it has answered.
                    if queued.kind in outbox.AT_MOST_ONCE or self._channel.limits.reports:
                        return error
                else:
                    if found is not None:
                        return found
            if not one.goes:
                return TooLate("its time was over, and the provider knows of no such message")
            return await self._channel.send(message)
        except SendError as error:
            return error
        except Exception as error:
            log.exception("message.broke", channel=self._channel.name, kind=queued.kind, message=queued.id)
            return Unknown(f"the adapter failed with {type(error).__name__}")

    async def _find(self, queued: Queued, message: OutboundMessage) -> Receipt | None:
        """Look back with room, since the provider's clock is not ours; what other messages are known by is left
        out, so that the same words to the same number are told apart."""
        since = queued.made_at - ROOM
        held: set[str] = set()
        if self._channel.limits.reports:
            held = await self._store.read(outbox.held_refs, queued, since)
            fates = (done.fate for done in self._done)
            held.update(fate.message_ref for fate in fates if isinstance(fate, Receipt) and fate.message_ref)
        return await self._channel.find(message, since, held)

    async def _record(self) -> None:
        attempts, self._done = self._done, []
        if not attempts:
            return
        try:
            await self._record_all(attempts)
        except Exception:
            # One that fails keeps no other back.
            await asyncio.gather(*(self._record_one(attempt) for attempt in attempts))

    async def _record_all(self, attempts: Sequence[Attempt]) -> None:
        went = all(isinstance(attempt.fate, Receipt) for attempt in attempts)
        # What went wakes nobody: the claim that follows finds what it lets go.
        await (self._store.take if went else self._store.write)(self._recorded, attempts)
        self._under_way.difference_update(attempt.queued.id for attempt in attempts)

    async def _record_one(self, attempt: Attempt) -> None:
        try:
            await self._record_all([attempt])
        except Exception:
            log.exception("sender.record_failed", channel=self._channel.name, message=attempt.queued.id)
            if self._clock.now() < attempt.queued.leased_until:
                self._done.append(attempt)  # what became of it is known: it is worth another try
            else:
                self._under_way.discard(attempt.queued.id)

    def _recorded(self, connection: Connection, attempts: Sequence[Attempt]) -> None:
        for attempt in attempts:
            record(connection, self._context, attempt, self._clock.now())
        went = any(isinstance(attempt.fate, Receipt) for attempt in attempts)
        if went and lease.resume(connection, self._channel.name):
            self._paused_until = None
            step("channel.resumed", channel=self._channel.name)
