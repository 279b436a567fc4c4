"""The desk where commands are carried out, whichever channel they came by, and buttons of plans pressed.

Admins of config.yaml are served, and account managers with what only reads, of their own accounts; nobody by
SMS, whose sender can be forged. The terminal is served: who can run npsbot there can read its database and its
secrets anyway. Nothing here sends: an answer is returned, and what a command decides is in the database.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from math import inf
from typing import Final
from zoneinfo import ZoneInfo

import structlog

from bot.campaigns import planning, runs
from bot.cases.acts import act
from bot.cases.alerts import parse_case_value
from bot.cases.digests.digests import unreached
from bot.cases.unseen import unseen
from bot.commands import grammar
from bot.commands.asking import FOR_COLLEAGUES, FOR_MANAGERS, TERMINAL, Who, who_asks
from bot.commands.desks.absence import AbsenceDesk
from bot.commands.desks.case import CaseDesk
from bot.commands.desks.dashboard import DashboardDesk
from bot.commands.desks.digest import DigestDesk
from bot.commands.desks.hold import HOLD_BUTTON, HoldDesk
from bot.commands.desks.improved import ImprovedDesk
from bot.commands.desks.report import ReportDesk
from bot.commands.desks.rolling import RollingDesk, after_text
from bot.commands.desks.running import RunningDesk, nobody_asked_line
from bot.commands.desks.schedule import ScheduleDesk
from bot.commands.desks.why import WhyDesk
from bot.commands.replies.campaign import (
    already_started_answer,
    plan_answer,
    started_answer,
    status_answer,
)
from bot.commands.replies.reply import Phrasing, Reply
from bot.commands.replies.why import person_answer
from bot.commands.typed.absence import Absences, Absent, Present
from bot.commands.typed.case import Cases, MissingCase, ShowCase
from bot.commands.typed.dashboard import ShowDashboard
from bot.commands.typed.deed import BadDeed, CaseDeed
from bot.commands.typed.digest import SetDigest, ShowDigests
from bot.commands.typed.hold import BadHold, HoldBack, Holds, RefuseHold
from bot.commands.typed.improved import Improved
from bot.commands.typed.running import Pause, Resume, Stop, Undo
from bot.commands.typed.schedule import ScheduleOf, SetSchedule, StartLater
from bot.config.sections.cause import cause_labels
from bot.config.settings import Settings
from bot.conversations import trials
from bot.dialogue.wording import Words
from bot.people import colleagues
from bot.people.finding import find_contact
from bot.reports.outlook import outlook
from bot.reports.progress import WaveProgress, progress, status
from bot.sending.hearing import wrong_with
from bot.store.store import Store
from bot.words import words_for
from channels.base import Address, Limits, plain
from channels.known import limits_of

SOON: Final = 1.5
"""Seconds after which a start is answered, though a large audience is still being gone through."""

_PREFIX: Final = {TERMINAL: "npsbot campaign"}
_CHAT_PREFIX: Final = "/nps"
_OF_A_VERB: Final = (
    grammar.MissingCampaign,
    grammar.MissingContact,
    grammar.UnknownCampaign,
    grammar.Surplus,
    grammar.MissingName,
)
_NAMES: Final[Mapping[type, str]] = {
    grammar.WhoIs: "who",
    ShowDashboard: "dashboard",
    ShowDigests: "digest",
    SetDigest: "digest",
    MissingCase: "case",
    ShowCase: "case",
    CaseDeed: "case",
    BadDeed: "case",
    HoldBack: "hold",
    RefuseHold: "hold",
    Holds: "hold",
    BadHold: "hold",
    StartLater: "start",
    ScheduleOf: "schedule",
    SetSchedule: "schedule",
}
OfPeople = (
    grammar.Why
    | grammar.WhoIs
    | Absent
    | Present
    | Absences
    | Cases
    | ShowCase
    | CaseDeed
    | HoldBack
    | RefuseHold
    | Holds
    | ShowDashboard
    | ShowDigests
    | SetDigest
)
_BUTTON: Final = "w:"
_CHANGED: Final[Mapping[type[runs.PlanChanged], str]] = {
    runs.PlanOfNobody: "plan_of_nobody",
    runs.PlanOvertaken: "plan_overtaken",
}
_NO: Final = ":no"
_IMPROVED: Final = "i:"
_START: Final = "o:"

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Desk:
    """Carries out commands against one store, under one set of settings."""

    store: Store
    settings: Settings
    limits: Mapping[str, Limits]
    words: Words
    clock: Callable[[], datetime]
    here: str | None = (
        None  # where the server listens on its own machine; None where this process cannot know
    )

    async def carry_out(self, actor: str | Address, line: str, place: str | Address | None = None) -> Reply:
        """Do what a line asks, with or without `/nps` before it; the value of a plan's button is a line too.
        `place` is where it was said, where that is not the actor's own chat.

        Everything that can be wrong with a command is an answer; what is raised is a fault of the store.
        """
        if line.startswith(_BUTTON):
            return await self.press(actor, line)
        who = who_asks(self.settings, actor, place)
        phrasing = self._phrasing(who.address)
        pressed = parse_case_value(line)
        if pressed is not None and pressed[1] == "show":  # what a list of cases was answered with
            line = f"case {pressed[0]}"
        elif pressed is not None and pressed[1] == "why":
            # The button of an alert; who sees the alert may press it.
            there = Address.parse(place) if isinstance(place, str) else place
            log.info("command.taken", channel=who.address.channel, command="why", case=pressed[0])
            return await WhyDesk(self.store, self.settings).of_case(
                phrasing, pressed[0], who.address, there or who.address
            )
        if (refusal := self._refusal(who, phrasing)) is not None:
            return refusal
        campaigns = tuple(self.settings.campaigns)
        today = self.clock().astimezone(phrasing.zone).date()
        command = grammar.parse(line, campaigns, today)
        name = command.verb if isinstance(command, _OF_A_VERB) else _NAMES.get(type(command), "")
        name = name or type(command).__name__.lower()
        if who.role == "colleague" and name not in FOR_COLLEAGUES:
            return self._refused(who.address, phrasing, "not an admin", "not_an_admin")
        if who.managers is not None and name in grammar.VERBS and name not in FOR_MANAGERS:
            return self._refused(who.address, phrasing, "not an admin", "not_for_managers")
        if isinstance(command, grammar.Misread):
            log.info("command.not_understood", channel=who.address.channel, why=type(command).__name__)
            return phrasing.misread(command, campaigns)
        log.info(
            "command.taken",
            channel=who.address.channel,
            command=name,
            campaign=getattr(command, "campaign", None),
        )
        return await self._do(who, phrasing, command)

    async def _do(self, who: Who, phrasing: Phrasing, command: grammar.Command) -> Reply:
        admin = who.address
        match command:
            case grammar.Usage():
                return phrasing.help(tuple(self.settings.campaigns), admin=who.managers is None)
            case grammar.Try(campaign):
                return await self._try(admin, phrasing, campaign)
            case grammar.Start(campaign, confirm):
                on = self.settings.campaigns[campaign].on
                if on is not None:
                    return await self._rolling(admin).start(phrasing, campaign, on, confirm=confirm)
                start = self._confirm_newest if confirm else self._plan
                return await start(admin, phrasing, campaign)
            case Improved():
                return await self._improvements(admin).answer(phrasing, command)
            case StartLater() | ScheduleOf() | SetSchedule():
                return await self._schedules(admin).answer(phrasing, command)
            case grammar.Status(campaign):
                return await self._status(phrasing, campaign)
            case Stop() | Pause() | Resume() | Undo():
                return await self._running(admin).answer(phrasing, command)
            case (
                grammar.Report()
                | grammar.Trend()
                | grammar.Themes()
                | grammar.Accounts()
                | grammar.Churn()
                | grammar.Movers()
                | grammar.Managers()
                | grammar.Board()
                | grammar.Audit()
                | grammar.ShowAnswers()
            ):
                shows = self.limits.get(admin.channel)
                desk = ReportDesk(self.store, self.settings)
                answer = await desk.answer(
                    phrasing, command, who.managers, self.clock(), drawn=shows is not None and shows.images
                )
                return replace(answer, private=not who.at_home)
            case _:
                return await self._of_people(who, phrasing, command)

    async def _of_people(self, who: Who, phrasing: Phrasing, command: OfPeople) -> Reply:
        """Answer a command that is about customers and colleagues one by one, not about a campaign."""
        match command:
            case grammar.Why(contact):
                return await WhyDesk(self.store, self.settings).about(phrasing, contact, who.managers)
            case Absent() | Present() | Absences():
                own = who.managers or tuple(colleagues.managers_at(self.settings, who.address))
                return await self._absences.answer(
                    phrasing, command, who.address, own, all_of_them=who.managers is None, now=self.clock()
                )
            case ShowDashboard():
                desk = DashboardDesk(self.store, self.settings, self.here, self.clock())
                return await desk.answer(phrasing, command, who)
            case ShowDigests() | SetDigest():
                return await DigestDesk(self.store, self.settings, self.clock()).answer(
                    phrasing, command, who
                )
            case CaseDeed():
                return await self._with_case(who, phrasing, command)
            case HoldBack() | RefuseHold() | Holds():
                return await self._holds(who).answer(phrasing, command)
            case Cases() | ShowCase():
                cases = CaseDesk(self.store, self.settings, self.clock())
                answer = await cases.answer(phrasing, command, who.onlooker)
                return replace(answer, private=not who.at_home)
            case grammar.WhoIs(contact):
                return person_answer(phrasing, contact, await self.store.read(find_contact, contact))

    async def _with_case(self, who: Who, phrasing: Phrasing, command: CaseDeed) -> Reply:
        """Do something with a case: an admin with any, an account manager where its alert stands."""
        acted = await self.store.write(
            act,
            self.settings,
            self.limits,
            command.number,
            command.act,
            who.address,
            who.place or who.address,
            self.clock(),
            may=who.role == "admin",
        )
        text = words_for("manager", self.settings.language).text(acted.key, **acted.values)
        return Reply((plain(text),), outcome="refused" if acted.outcome == "refused" else "done")

    async def press(self, actor: str | Address, value: str) -> Reply:
        """Carry out a button under a plan: `w:TOKEN` starts it, `w:TOKEN:no` cancels it; `w:i:…` is one of an
        improvement, `w:h:…` of a hold, `w:o:…` of a start that waits, `w:undo:…` and the like of a wave that runs."""
        who = who_asks(self.settings, actor, None)
        admin, phrasing = who.address, self._phrasing(who.address)
        if (refusal := self._refusal(who, phrasing)) is not None:
            return refusal
        if who.managers is not None:
            return self._refused(admin, phrasing, "not an admin", "not_an_admin")
        if value.startswith(HOLD_BUTTON):
            return await self._holds(who).press(phrasing, value)
        token = value.removeprefix(_BUTTON)
        if token.startswith(_IMPROVED):
            return await self._improvements(admin).press(phrasing, token.removeprefix(_IMPROVED))
        if token.startswith(_START):
            return await self._schedules(admin).press(phrasing, token.removeprefix(_START))
        if (held := await self._running(admin).press(phrasing, token)) is not None:
            return held
        if token.endswith(_NO):
            return await self._cancel(phrasing, token.removesuffix(_NO))
        return await self._confirm(admin, phrasing, token)

    def _improvements(self, admin: Address) -> ImprovedDesk:
        buttons = admin.channel != TERMINAL
        return ImprovedDesk(self.store, self.settings, self.limits, str(admin), buttons, self.clock())

    def _running(self, admin: Address) -> RunningDesk:
        return RunningDesk(self.store, self.settings, str(admin), admin.channel != TERMINAL, self.clock())

    def _holds(self, who: Who) -> HoldDesk:
        return HoldDesk(self.store, self.settings, self.limits, who.address, who.managers, self.clock())

    def _schedules(self, admin: Address) -> ScheduleDesk:
        buttons = admin.channel != TERMINAL
        return ScheduleDesk(self.store, self.settings, self.limits, str(admin), buttons, self.clock())

    @property
    def _absences(self) -> AbsenceDesk:
        return AbsenceDesk(self.store, self.settings)

    # ---------------------------------------------------------------------------------------- admission

    def _phrasing(self, who: Address) -> Phrasing:
        zone = ZoneInfo(self.settings.timezone)
        language = "en" if who.channel == TERMINAL else self.settings.language  # as its words (decision 29)
        causes = cause_labels(self.settings.causes, language)
        return Phrasing(self.words, zone, _PREFIX.get(who.channel, _CHAT_PREFIX), causes)

    def _refusal(self, who: Who, phrasing: Phrasing) -> Reply | None:
        if who.address.channel != TERMINAL and limits_of(who.address.channel).forgeable:
            return self._refused(who.address, phrasing, "not taken by SMS", "not_by_sms")
        if who.role == "nobody":
            return self._refused(who.address, phrasing, "not an admin", "not_an_admin")
        return None

    def _refused(self, who: Address, phrasing: Phrasing, why: str, key: str) -> Reply:
        log.warning("command.refused", channel=who.channel, why=why)
        return phrasing.refusal(key)

    # ---------------------------------------------------------------------------------------- campaigns

    async def _try(self, admin: Address, phrasing: Phrasing, campaign: str) -> Reply:
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

    def _rolling(self, admin: Address) -> RollingDesk:
        return RollingDesk(self.store, self.settings, str(admin), self.clock())

    async def _plan(self, admin: Address, phrasing: Phrasing, campaign: str) -> Reply:
        plan = await planning.plan_wave(
            self.store, self.settings, campaign, self.limits, self.clock(), str(admin)
        )
        if not plan.asked:  # nothing to start; whom it asks once there is somebody they have not seen
            await self.store.write(runs.keep_as_nobodys, plan.token)
        return plan_answer(phrasing, plan, buttons=admin.channel != TERMINAL)

    async def _confirm_newest(self, admin: Address, phrasing: Phrasing, campaign: str) -> Reply:
        """Start the plan that the admin was shown; without one, what is typed is meant as it stands: the
        plan is made and started in one go (a script has nobody to show it to)."""
        token = await self.store.read(planning.newest_plan, campaign, str(admin))
        if token is None:
            plan = await planning.plan_wave(
                self.store, self.settings, campaign, self.limits, self.clock(), str(admin)
            )
            if not plan.asked:  # the next who types it is shown nothing of this one either
                await self.store.write(runs.drop_plan, plan.token)
                return replace(plan_answer(phrasing, plan, buttons=False), outcome="refused")
            token = plan.token
        return await self._confirm(admin, phrasing, token)

    async def _confirm(self, admin: Address, phrasing: Phrasing, token: str) -> Reply:
        try:
            later = await self._schedules(admin).confirm(phrasing, token)
            if later is not None:
                return later
            # Beside a server the rest is enrolled by its worker; at a terminal there may be none.
            within = inf if admin.channel == TERMINAL else SOON
            run = await runs.confirm(self.store, self.settings, token, str(admin), self.clock, within)
        except runs.AlreadyStarted as started:
            return already_started_answer(phrasing, started.wave)
        except runs.PlanTooOld:
            return phrasing.refusal("plan_too_old")
        except runs.PlanChanged as changed:
            shown = await self._plan(admin, phrasing, changed.campaign)
            key = _CHANGED.get(type(changed), "plan_changed")
            note = plain(phrasing.text(key) + "\n\n")
            return replace(shown, body=(note, *shown.body), outcome="refused")
        except runs.PlanGone:
            return phrasing.refusal("plan_gone")
        now = await self.store.read(progress, run)
        return started_answer(phrasing, now, buttons=admin.channel != TERMINAL)

    async def _cancel(self, phrasing: Phrasing, token: str) -> Reply:
        try:
            campaign = await self.store.write(runs.drop_plan, token)
        except runs.AlreadyStarted as started:
            return already_started_answer(phrasing, started.wave)
        except runs.PlanGone:
            return phrasing.refusal("plan_gone")
        return phrasing.note("cancelled", campaign=campaign)

    def _by_name(self, found: WaveProgress | None) -> WaveProgress | None:
        """Who started and stopped it, as colleagues are called."""
        if found is None:
            return None
        run = found.wave
        stopped_by = run.stopped_by and colleagues.called(self.settings, run.stopped_by)
        started_by = colleagues.called(self.settings, run.started_by)
        return replace(found, wave=replace(run, started_by=started_by, stopped_by=stopped_by))

    async def _status(self, phrasing: Phrasing, campaign: str | None) -> Reply:
        campaigns = tuple(self.settings.campaigns) if campaign is None else (campaign,)
        found: dict[str, WaveProgress | None] = {
            name: self._by_name(await self.store.read(status, name)) for name in campaigns
        }
        missed = (await self.store.read(unseen)).alerts
        wrong = {
            channel: why
            for channel, why in (await self.store.read(wrong_with)).items()
            if channel in self.limits
        }
        unread = await self.store.read(unreached, self.settings)
        away = await self._absences.lines(phrasing, self.clock())
        if not (found or missed or wrong or away or unread):
            return phrasing.help(())
        after = {
            name: after_text(phrasing, one.on) for name, one in self.settings.campaigns.items() if one.on
        }
        idle = {
            name: await self.store.read(nobody_asked_line, phrasing, name)
            for name, one in found.items()
            if one is None and name not in after
        }
        ahead = {
            name: one
            for name, now in found.items()
            if now is not None
            and (one := await self.store.read(outlook, now.wave, phrasing.zone, self.clock())) is not None
        }
        return status_answer(phrasing, found, missed, wrong, away, after, idle, ahead, unread)
