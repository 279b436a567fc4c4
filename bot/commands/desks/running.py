"""The part of the desk that undoes, pauses, resumes and stops what runs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection
from sqlalchemy.exc import NoResultFound

from bot.campaigns import pausing, runs, schedules, undoing
from bot.campaigns.waves import wave_by_id
from bot.commands.desks.rolling import RollingDesk
from bot.commands.replies.reply import Phrasing, Reply
from bot.commands.replies.running import (
    PAUSE,
    RESUME,
    STOP,
    UNDO,
    paused_answer,
    resumed_answer,
    stop_plan_answer,
    stopped_answer,
    undone_answer,
)
from bot.commands.typed.running import Pause, Resume, Stop, Undo, WhileRunning
from bot.config.settings import Settings
from bot.store.sql import LARGEST_ID
from bot.store.store import Store

_PRESSED: Final[Mapping[str, type[WhileRunning]]] = {UNDO: Undo, STOP: Stop, PAUSE: Pause, RESUME: Resume}


@dataclass(frozen=True, slots=True)
class RunningDesk:
    """Holds the waves of one store back, or lets them go, at a moment. `by` is the admin; `buttons`, whether they can
    press some: who cannot has no server beside them that goes on with a stop after the answer."""

    store: Store
    settings: Settings
    by: str
    buttons: bool
    now: datetime

    async def answer(self, phrasing: Phrasing, command: WhileRunning) -> Reply:
        """Do what a command says."""
        match command:
            case Stop(campaign, confirm=False):
                asked = await self.store.write(self._would_stop, phrasing, campaign)
                if asked is not None:
                    return asked
                answer = await self._rolling.stop(phrasing, campaign)
            case Undo(campaign):
                wave_id = await self.store.read(undoing.last_started, campaign)
                if wave_id is None:
                    return phrasing.refusal("never_started", campaign=campaign)
                answer = await self.store.write(self._undo, phrasing, wave_id)
            case Stop(campaign) if self._asks_after_events(campaign):
                answer = await self._rolling.stop(phrasing, campaign)
            case Stop(campaign):
                stop = await self.store.write(runs.stop, campaign, self.by, self.now)
                answer = stopped_answer(phrasing, campaign, stop)
            case Pause(campaign) | Resume(campaign):
                return await self.store.write(self._hold, phrasing, campaign, isinstance(command, Pause))
        if not self.buttons:
            await runs.close_stopped(self.store)
        return answer

    async def press(self, phrasing: Phrasing, value: str) -> Reply | None:
        """Carry out a button: `undo:ID`, `stop:ID`, `pause:ID` or `resume:ID` of a wave; None where it is none of
        these."""
        for prefix, deed in _PRESSED.items():
            number = value.removeprefix(prefix)
            if number == value:
                continue
            campaign = await self.store.read(_campaign_of, number)
            if campaign is None:
                return phrasing.refusal("plan_gone")
            if deed is Undo:
                return await self.store.write(self._undo, phrasing, int(number))
            return await self.answer(
                phrasing, Stop(campaign, confirm=True) if deed is Stop else deed(campaign)
            )
        return None

    def _asks_after_events(self, campaign: str) -> bool:
        found = self.settings.campaigns.get(campaign)
        return found is not None and found.on is not None

    @property
    def _rolling(self) -> RollingDesk:
        return RollingDesk(self.store, self.settings, self.by, self.now)

    def _would_stop(self, connection: Connection, phrasing: Phrasing, campaign: str) -> Reply | None:
        """What a stop would do; None where it only keeps a campaign from asking after what is still to happen."""
        stop = runs.would_stop(connection, campaign, self.now)
        if not stop.waves and self._asks_after_events(campaign):
            return None
        last = undoing.last_started(connection, campaign) or 0
        rolling = self._asks_after_events(campaign)
        return stop_plan_answer(phrasing, campaign, stop, last, buttons=self.buttons, rolling=rolling)

    def _undo(self, connection: Connection, phrasing: Phrasing, wave_id: int) -> Reply:
        run, undone = undoing.undo(connection, wave_id, self.by, self.now)
        return undone_answer(phrasing, run, now=undone)

    def _hold(self, connection: Connection, phrasing: Phrasing, campaign: str, back: bool) -> Reply:
        running = bool(runs.running(connection, campaign, self.now))
        if back:
            waves = pausing.pause(connection, campaign, self.by, self.now)
            last = undoing.last_started(connection, campaign) if self.buttons else None
            return paused_answer(phrasing, campaign, waves, running=running, run_id=last)
        waves = pausing.go_on(connection, campaign, self.by, self.now)
        return resumed_answer(phrasing, campaign, waves, running=running)


def nobody_asked_line(connection: Connection, p: Phrasing, campaign: str) -> str:
    """Why nobody of a campaign without a wave was asked: its start was undone, waits for its time, or never was."""
    lines = []
    last = undoing.last_started(connection, campaign)
    if last is not None:
        lines.append(undone_answer(p, wave_by_id(connection, last), now=False).text)
    lines += [
        p.text("status_start_waits", campaign=campaign, when=p.full_moment(one.due_at))
        for one in schedules.waiting(connection, campaign)[:1]
    ]
    return "\n".join(lines) or p.text("never_started", campaign=campaign)


def _campaign_of(connection: Connection, number: str) -> str | None:
    """The campaign of the wave of this id, which may be whatever a button claims."""
    if not (number.isascii() and number.isdecimal()) or int(number[:18]) > LARGEST_ID:
        return None
    try:
        return wave_by_id(connection, int(number)).campaign
    except NoResultFound:
        return None
