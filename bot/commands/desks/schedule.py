"""Starting campaigns later, and again and again: the plan, its confirmation, and calling off."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.campaigns import planning, runs, schedules
from bot.campaigns.occurrences import Occurrence, instant_of
from bot.campaigns.schedules import FROM_CONFIG, PlannedStart, Schedule
from bot.campaigns.waves import wave_of_plan
from bot.commands.desks.rolling import after_text
from bot.commands.replies.campaign import plan_answer
from bot.commands.replies.reply import Phrasing, Reply, together
from bot.commands.replies.schedule import (
    SHOWN,
    bad_rhythm_answer,
    look_answer,
    schedule_answer,
    schedule_plan_answer,
    start_waits_answer,
    which_moment_answer,
)
from bot.commands.typed.schedule import ScheduleDeed, ScheduleOf, SetSchedule, StartLater
from bot.config.settings import Settings
from bot.sending.planner import SHOW, SKIP
from bot.store.store import Store
from bot.when.rhythm_words import BadRhythm
from bot.when.rhythms import Rhythm
from channels.base import Limits, plain

_FARTHEST: Final = timedelta(days=2 * 366)


class StartOver(ValueError):
    """The moment of a plan passed before it was confirmed."""


class StartCalledOff(ValueError):
    """The start that a plan showed was called off since: another plan has it wait again."""


@dataclass(frozen=True, slots=True)
class ScheduleDesk:
    """Plans the starts of one store, under one set of settings, at a moment. `by` is the admin; `buttons`, whether
    they can press some."""

    store: Store
    settings: Settings
    limits: Mapping[str, Limits]
    by: str
    buttons: bool
    now: datetime

    async def answer(self, phrasing: Phrasing, command: StartLater | ScheduleOf | SetSchedule) -> Reply:
        """Do what a command says."""
        on = self.settings.campaigns[command.campaign].on if command.campaign is not None else None
        if on is not None and not isinstance(command, ScheduleOf):
            return phrasing.refusal("rolling_runs", campaign=command.campaign, after=after_text(phrasing, on))
        match command:
            case StartLater():
                return await self._plan_start(phrasing, command)
            case SetSchedule(campaign, rhythm, confirmed):
                as_shown = confirmed and await self.store.read(self._is_shown, campaign, rhythm)
                if as_shown:
                    return await self._confirm_newest(phrasing, campaign)
                return await self._propose(phrasing, campaign, rhythm)
            case ScheduleOf(campaign, deed):
                return await self._of(phrasing, campaign, deed)

    async def _of(self, phrasing: Phrasing, campaign: str | None, deed: ScheduleDeed) -> Reply:
        await self.store.write(
            schedules.sync, self.settings, self.now
        )  # no server may have run with them yet
        if campaign is None:
            return await self.store.read(self._all, phrasing)
        if deed == "confirm":
            return await self._confirm_newest(phrasing, campaign)
        if deed == "show":
            return await self.store.read(self._shown, phrasing, campaign)
        return await self.store.write(self._do, phrasing, campaign, deed)

    async def press(self, phrasing: Phrasing, value: str) -> Reply:
        """Carry out a button: `ID:skip` calls a start off, `ID:look` shows whom it would ask."""
        id_, _, deed = value.partition(":")
        one = await self.store.read(schedules.start_by_id, int(id_)) if id_.isdecimal() else None
        if one is None or one.state != "waiting" or one.campaign not in self.settings.campaigns:
            return phrasing.refusal("start_waits_no_more")
        if f":{deed}" == SKIP:
            return await self.store.write(self._skip, phrasing, one)
        if f":{deed}" != SHOW:
            return phrasing.refusal("start_waits_no_more")
        plan = await planning.plan_wave(
            self.store, self.settings, one.campaign, self.limits, self.now, None, one.due_at
        )
        return look_answer(phrasing, plan, one)

    async def confirm(self, phrasing: Phrasing, token: str) -> Reply | None:
        """Have a start wait that was planned for later, or set the schedule that was shown; None where the plan is one
        to start at once. Raises PlanGone, PlanTooOld or AlreadyStarted as `runs.confirm` does."""
        try:
            done = await self.store.write(self._confirmed, token)
        except StartOver:
            return phrasing.refusal("start_past")
        except StartCalledOff:
            return phrasing.refusal("start_waits_no_more")
        except runs.PlanChanged as changed:
            return phrasing.refusal("start_plan_changed", campaign=changed.campaign)
        if isinstance(done, PlannedStart):
            waiting = await self.store.read(schedules.waiting, done.campaign)
            return start_waits_answer(phrasing, done, waiting)
        return None if done is None else await self.store.read(self._shown, phrasing, done.campaign)

    def _confirmed(self, connection: Connection, token: str) -> PlannedStart | Schedule | None:
        if not planning.waits(connection, token):
            return None
        plan = runs.plan_to_confirm(connection, self.settings, token, self.now)
        if plan.rhythm is not None:
            rhythm = Rhythm.parse(plan.rhythm)
            there = schedules.schedule_of(connection, plan.campaign)
            if there is not None and (there.rhythm == rhythm or there.by == FROM_CONFIG):
                return there
            if there is not None and there.made_at > plan.made_at:
                raise runs.PlanChanged(plan.campaign)
            schedules.set_schedule(connection, self.settings, plan.campaign, rhythm, self.by, self.now)
            return schedules.schedule_of(connection, plan.campaign)
        run = wave_of_plan(connection, schedules.key_of_moment(plan.campaign, plan.start_at))
        if run is not None:
            raise runs.AlreadyStarted(run)
        if plan.start_at <= self.now:
            raise StartOver("the moment of that plan is over")
        if schedules.called_off_since(connection, plan.campaign, plan.start_at, plan.made_at):
            raise StartCalledOff("the start of that plan was called off since")
        return schedules.wait_until(connection, plan.campaign, plan.start_at, self.by)

    # --------------------------------------------------------------------------------------------- once

    async def _plan_start(self, phrasing: Phrasing, command: StartLater) -> Reply:
        campaign, said = command.campaign, command.said
        if said is None:
            return phrasing.refusal("bad_moment", text=command.text, campaign=campaign)
        zone = ZoneInfo(self.settings.timezone)
        each = [at for day, time in said.each if (at := instant_of(day, time, zone)) > self.now]
        if not each or each[0] > self.now + _FARTHEST:
            return phrasing.refusal("start_not_ahead", text=command.text, campaign=campaign)
        if len(each) > 1:
            return which_moment_answer(phrasing, campaign, each)
        plan = await planning.plan_wave(
            self.store, self.settings, campaign, self.limits, self.now, self.by, each[0]
        )
        return plan_answer(phrasing, plan, buttons=self.buttons, at=each[0])

    def _skip(self, connection: Connection, phrasing: Phrasing, one: PlannedStart) -> Reply:
        if schedules.end_start(connection, self.settings, one.id, "skipped", self.now) is None:
            return phrasing.refusal("start_waits_no_more")
        text = phrasing.text("start_skipped", campaign=one.campaign, when=phrasing.full_moment(one.due_at))
        next_ = next(iter(schedules.waiting(connection, one.campaign)), None)
        if next_ is not None:
            text += " " + phrasing.text("start_next", when=phrasing.full_moment(next_.due_at))
        return Reply((plain(text),))

    # ---------------------------------------------------------------------------------- again and again

    async def _propose(self, phrasing: Phrasing, campaign: str, rhythm: Rhythm | BadRhythm) -> Reply:
        if isinstance(rhythm, BadRhythm):
            return bad_rhythm_answer(phrasing, campaign, rhythm)
        if self.settings.campaigns[campaign].schedule is not None:
            return phrasing.refusal("schedule_in_config", campaign=campaign)
        try:
            each = list(islice(schedules.upcoming(self.settings, campaign, rhythm, self.now), SHOWN))
        except ValueError:
            each = []
        if not each:
            return phrasing.refusal("schedule_never", campaign=campaign)
        token = secrets.token_urlsafe(18)
        before = await self.store.write(self._keep_proposal, campaign, rhythm, token)
        return schedule_plan_answer(phrasing, campaign, rhythm, each, token, before, buttons=self.buttons)

    def _is_shown(self, connection: Connection, campaign: str, rhythm: Rhythm | BadRhythm) -> bool:
        """Whether it is the schedule that `confirm` alone would set."""
        token = planning.newest_plan(connection, campaign, self.by, rhythm=True)
        try:
            return token is not None and str(rhythm) == (
                runs.plan_to_confirm(connection, self.settings, token, self.now).rhythm
            )
        except (runs.PlanGone, runs.PlanTooOld, runs.PlanChanged):
            return False

    async def _confirm_newest(self, phrasing: Phrasing, campaign: str) -> Reply:
        token = await self.store.read(planning.newest_plan, campaign, self.by, rhythm=True)
        try:
            answer = None if token is None else await self.confirm(phrasing, token)
        except runs.PlanTooOld:
            answer = None
        return answer or phrasing.refusal("schedule_no_plan", campaign=campaign)

    def _keep_proposal(
        self, connection: Connection, campaign: str, rhythm: Rhythm, token: str
    ) -> Rhythm | None:
        planning.keep_plan(connection, token, campaign, self.by, self.now, rhythm=str(rhythm))
        kept = schedules.schedule_of(connection, campaign)
        return None if kept is None or kept.rhythm == rhythm else kept.rhythm

    def _do(self, connection: Connection, phrasing: Phrasing, campaign: str, deed: ScheduleDeed) -> Reply:
        kept = schedules.schedule_of(connection, campaign)
        waits = schedules.waiting(connection, campaign)
        if deed == "skip" and waits:
            return self._skip(connection, phrasing, waits[0])
        if kept is None and (deed != "off" or not waits):
            return phrasing.refusal("schedule_none_of", campaign=campaign)
        match deed:
            case "skip":  # it rests, and nothing else waits
                return phrasing.refusal("schedule_none_of", campaign=campaign)
            case "pause":
                schedules.pause_schedule(connection, campaign, self.now)
            case "resume":
                schedules.resume_schedule(connection, self.settings, campaign, self.now)
            case "off":
                return self._off(connection, phrasing, campaign, kept)
        return self._shown(connection, phrasing, campaign)

    def _off(self, connection: Connection, phrasing: Phrasing, campaign: str, kept: Schedule | None) -> Reply:
        if kept is not None and kept.by == FROM_CONFIG:
            return phrasing.refusal("schedule_in_config", campaign=campaign)
        schedules.end_schedule(connection, campaign)
        for one in schedules.waiting(connection, campaign):
            schedules.end_start(connection, self.settings, one.id, "skipped", self.now)
        return phrasing.note("schedule_off", campaign=campaign)

    # -------------------------------------------------------------------------------------- what there is

    def _shown(self, connection: Connection, phrasing: Phrasing, campaign: str) -> Reply:
        return schedule_answer(
            phrasing,
            campaign,
            schedules.schedule_of(connection, campaign),
            schedules.waiting(connection, campaign),
            schedules.skipped(connection, campaign, self.now),
            self._coming(connection, campaign),
        )

    def _coming(self, connection: Connection, campaign: str) -> list[Occurrence]:
        return list(islice(schedules.coming(connection, self.settings, campaign, self.now), SHOWN))

    def _all(self, connection: Connection, phrasing: Phrasing) -> Reply:
        busy = {one.campaign for one in schedules.schedules(connection)}
        busy |= {one.campaign for one in schedules.waiting(connection)}
        shown = [self._shown(connection, phrasing, name) for name in self.settings.campaigns if name in busy]
        if not shown:
            return phrasing.note("schedule_none")
        return together(one.body for one in shown)
