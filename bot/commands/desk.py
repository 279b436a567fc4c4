"""The desk where commands are carried out, whichever channel they came by, and buttons of plans pressed.

Only admins of config.yaml are served, and never by SMS, whose sender can be forged. The terminal is served:
who can run npsbot there can read its database and its secrets anyway. Nothing here sends: an answer is
returned, and what a command decides is in the database.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

import structlog

from bot.campaigns import planning, runs, trials
from bot.campaigns.progress import Progress, progress, status
from bot.commands import grammar
from bot.commands.answers import Answer, Phrasing
from bot.config import Settings
from bot.dialogue.wording import Words
from bot.reports.wave_report import wave_report
from bot.store.store import Store
from channels.base import Address, Limits

TERMINAL: Final = "terminal"
"""The channel of an actor at the command line; no adapter has this name, so no message can claim it."""

_PREFIX: Final = {TERMINAL: "npsbot campaign"}
_CHAT_PREFIX: Final = "/nps"
_BUTTON: Final = "w:"
_NO: Final = ":no"

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Desk:
    """Carries out commands against one store, under one set of settings."""

    store: Store
    settings: Settings
    limits: Mapping[str, Limits]
    words: Words
    clock: Callable[[], datetime]

    async def carry_out(self, actor: str | Address, line: str) -> Answer:
        """Do what a line asks, with or without `/nps` before it; the value of a plan's button is a line too.

        Everything that can be wrong with a command is an answer; what is raised is a fault of the store.
        """
        if line.startswith(_BUTTON):
            return await self.press(actor, line)
        admin, phrasing, refusal = self._admit(actor)
        if refusal is not None:
            return refusal
        campaigns = tuple(self.settings.campaigns)
        command = grammar.parse(line, campaigns)
        if isinstance(command, grammar.Misread):
            log.info("command.not_understood", channel=admin.channel, why=type(command).__name__)
            return phrasing.misread(command, campaigns)
        log.info(
            "command.taken",
            channel=admin.channel,
            command=type(command).__name__.lower(),
            campaign=getattr(command, "campaign", None),
        )
        match command:
            case grammar.Help():
                return phrasing.help(campaigns)
            case grammar.Try(campaign):
                return await self._try(admin, phrasing, campaign)
            case grammar.Start(campaign, confirm=False):
                return await self._plan(admin, phrasing, campaign)
            case grammar.Start(campaign):
                return await self._confirm_newest(admin, phrasing, campaign)
            case grammar.Status(campaign):
                return await self._status(phrasing, campaign)
            case grammar.Stop(campaign):
                stop = await self.store.write(runs.stop, campaign, str(admin), self.clock())
                return phrasing.stopped(campaign, stop)
            case grammar.Report(campaign, wave):
                return await self._report(phrasing, campaign, wave)

    async def press(self, actor: str | Address, value: str) -> Answer:
        """Carry out a button under a plan: `w:TOKEN` starts it, `w:TOKEN:no` cancels it."""
        admin, phrasing, refusal = self._admit(actor)
        if refusal is not None:
            return refusal
        token = value.removeprefix(_BUTTON)
        if token.endswith(_NO):
            return await self._cancel(phrasing, token.removesuffix(_NO))
        return await self._confirm(admin, phrasing, token)

    # ---------------------------------------------------------------------------------------- admission

    def _admit(self, actor: str | Address) -> tuple[Address, Phrasing, Answer | None]:
        who = Address.parse(actor) if isinstance(actor, str) else actor
        phrasing = Phrasing(
            self.words, ZoneInfo(self.settings.timezone), _PREFIX.get(who.channel, _CHAT_PREFIX)
        )
        if who.channel == TERMINAL:
            return who, phrasing, None
        if who.channel == "sms":
            log.warning("command.refused", channel=who.channel, why="not taken by SMS")
            return who, phrasing, phrasing.refusal("not_by_sms")
        if who not in self.settings.admins:
            log.warning("command.refused", channel=who.channel, why="not an admin")
            return who, phrasing, phrasing.refusal("not_an_admin")
        return who, phrasing, None

    # ---------------------------------------------------------------------------------------- campaigns

    async def _try(self, admin: Address, phrasing: Phrasing, campaign: str) -> Answer:
        if admin.channel == TERMINAL:
            return phrasing.refusal("trial_needs_address")
        if admin.channel not in self.settings.channels.on:
            return phrasing.refusal("trial_channel_off", channel=phrasing.channel(admin.channel))
        try:
            await trials.hold_trial(self.store, self.settings, campaign, admin, self.clock)
        except trials.OptedOut:
            return phrasing.refusal("trial_opted_out")
        except trials.InConversation as busy:
            return phrasing.refusal("trial_busy", campaign=busy.campaign)
        return phrasing.note("trial_begun", campaign=campaign, channel=phrasing.channel(admin.channel))

    async def _plan(self, admin: Address, phrasing: Phrasing, campaign: str) -> Answer:
        plan = await planning.plan_wave(
            self.store, self.settings, campaign, self.limits, self.clock(), str(admin)
        )
        if not plan.asked:  # nothing to start, so nothing to confirm
            await self.store.write(runs.drop_plan, plan.token)
        return phrasing.plan(plan, buttons=admin.channel != TERMINAL)

    async def _confirm_newest(self, admin: Address, phrasing: Phrasing, campaign: str) -> Answer:
        """Start the plan that the admin was shown; without one, what is typed is meant as it stands: the
        plan is made and started in one go (a script has nobody to show it to)."""
        token = await self.store.read(planning.newest_plan, campaign, str(admin))
        if token is None:
            plan = await planning.plan_wave(
                self.store, self.settings, campaign, self.limits, self.clock(), str(admin)
            )
            if not plan.asked:
                return replace(phrasing.plan(plan, buttons=False), outcome="refused")
            token = plan.token
        return await self._confirm(admin, phrasing, token)

    async def _confirm(self, admin: Address, phrasing: Phrasing, token: str) -> Answer:
        try:
            run = await runs.confirm(self.store, self.settings, token, str(admin), self.clock)
        except runs.AlreadyStarted as started:
            return phrasing.already_started(started.wave)
        except runs.PlanTooOld:
            return phrasing.refusal("plan_too_old")
        except runs.PlanGone:
            return phrasing.refusal("plan_gone")
        log.info("wave.started", campaign=run.campaign, wave=run.number)
        return phrasing.started(await self.store.read(progress, run))

    async def _cancel(self, phrasing: Phrasing, token: str) -> Answer:
        try:
            campaign = await self.store.write(runs.drop_plan, token)
        except runs.AlreadyStarted as started:
            return phrasing.already_started(started.wave)
        except runs.PlanGone:
            return phrasing.refusal("plan_gone")
        return phrasing.note("cancelled", campaign=campaign)

    async def _status(self, phrasing: Phrasing, campaign: str | None) -> Answer:
        campaigns = tuple(self.settings.campaigns) if campaign is None else (campaign,)
        found: dict[str, Progress | None] = {name: await self.store.read(status, name) for name in campaigns}
        return phrasing.status(found) if found else phrasing.help(())

    async def _report(self, phrasing: Phrasing, campaign: str, wave: int | None) -> Answer:
        report = await self.store.read(wave_report, campaign, wave)
        if report is not None:
            return phrasing.report(report)
        if wave is None:
            return phrasing.refusal("never_started", campaign=campaign)
        return phrasing.refusal("no_such_wave", campaign=campaign, wave=wave)
