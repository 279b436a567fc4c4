"""What an admin reads of campaigns: values of the rooms turned into a rich text, in the company's language."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from bot.campaigns.planning import PlanSummary
from bot.campaigns.runs import Stopped
from bot.campaigns.waves import Wave
from bot.commands import grammar
from bot.reports.phrases import Phrases
from bot.reports.progress import Progress
from channels.base import Body, Choice, Choices, Image, bold, plain

Outcome = Literal["done", "refused", "misread"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered to a command, with the buttons under it. `outcome` tells programs how it went; an
    `image` goes after it, as a message of its own with a `caption`. One that is `private` is for who asked
    alone: it holds customers' words, and goes to their own chat where they asked among others."""

    body: Body
    choices: Choices = ()
    outcome: Outcome = "done"
    image: Image | None = None
    caption: Body = ()
    private: bool = False

    @property
    def text(self) -> str:
        """The answer without its emphasis."""
        return "".join(span.text for span in self.body)


class Phrasing(Phrases):
    """How to answer: what is said to each command, in those words."""

    def refusal(self, key: str, **values: object) -> Answer:
        return Answer((plain(self.text(key, **values)),), outcome="refused")

    def note(self, key: str, **values: object) -> Answer:
        return Answer((plain(self.text(key, **values)),))

    # ------------------------------------------------------------------------------------------ answers

    def help(self, campaigns: Iterable[str], *, admin: bool = True) -> Answer:
        """Which commands there are for whoever asks."""
        names = ", ".join(campaigns)
        reports = ("help_report", "help_trend", "help_themes", "help_answers", "help_why")
        keys = ("help_try", "help_start", "help_status", "help_stop", *reports) if admin else reports
        last = self.text("help_campaigns", campaigns=names) if names else self.text("help_no_campaigns")
        return titled(self.text("help_title"), *(self.text(key) for key in keys), last)

    def misread(self, misread: grammar.Misread, campaigns: tuple[str, ...]) -> Answer:
        """Why a line was not understood, and what to write instead."""
        known = self.text("known_campaigns", campaigns=", ".join(campaigns))
        parts: tuple[str, ...]
        match misread:
            case grammar.UnknownWord(word, near):
                hint = self.text("did_you_mean", near=f"{self.prefix} {near}") if near else ""
                parts = (self.text("unknown_word", word=word), hint, self.text("see_help"))
            case grammar.MissingContact():
                parts = (self.text("missing_contact"),)
            case _ if not campaigns and not isinstance(misread, grammar.Surplus):
                parts = (self.text("help_no_campaigns"),)
            case grammar.MissingCampaign(verb):
                parts = (self.text("missing_campaign", verb=verb, example=campaigns[0]), known)
            case grammar.UnknownCampaign(verb, name, near_names):
                hint = (
                    self.text("did_you_mean", near=f"{self.prefix} {verb} {near_names[0]}")
                    if near_names
                    else known
                )
                parts = (self.text("unknown_campaign", name=name), hint)
            case grammar.Surplus(verb, text):
                parts = (self.text("surplus", verb=verb, text=text), self.text("see_help"))
            case grammar.BadWave(text) if text:
                parts = (self.text("bad_wave", text=text, campaign=campaigns[0]),)
            case grammar.BadWave():
                parts = (self.text("no_wave_number", campaign=campaigns[0]),)
            case grammar.BadDate(text):
                parts = (self.text("bad_date" if text else "no_date", text=text),)
            case grammar.MissingName(clause=clause):
                parts = (self.text(f"missing_{clause}", campaign=campaigns[0]),)
        return Answer((plain(" ".join(part for part in parts if part)),), outcome="misread")

    def plan(self, plan: PlanSummary, *, buttons: bool) -> Answer:
        """Who would be asked where and until when, who not and why; with the buttons that decide."""
        if not plan.people:
            return self.note("plan_nobody_matches", campaign=plan.campaign)
        lines = [self.text("plan_people", people=self.number(plan.people))]
        lines.append(self.text("plan_asked", asked=self.number(plan.asked_in_all)))
        for one in plan.asked:
            starts_now = one.starts_at <= plan.made_at
            lines.append(
                self.text(
                    "plan_now" if starts_now else "plan_later",
                    channel=self.channel(one.channel),
                    people=self.number(one.people),
                    start=self.when(one.starts_at),
                    end=self.when(_whole_minute(one.ends_at)),
                )
            )
        if plan.skipped:
            lines.append(self.text("plan_skipped", skipped=self.reasons(plan.skipped)))
        title = self.text("plan_title", campaign=plan.campaign)
        if not plan.asked:
            return titled(title, *lines, self.text("plan_nobody_asked"))
        lines.append(self.text("plan_zone", zone=self.zone.key))
        lines.append(self.text("plan_confirm" if buttons else "plan_confirm_typed", campaign=plan.campaign))
        choices = (
            Choice(self.text("button_start"), f"w:{plan.token}", "primary"),
            Choice(self.text("button_cancel"), f"w:{plan.token}:no"),
        )
        return Answer(titled(title, *lines).body, (choices,))

    def started(self, now: Progress) -> Answer:
        """That a wave runs, and how many it asks, where that is known already."""
        name = now.wave.campaign
        counts = self.text(
            "started_counts",
            asked=self.number(now.people - sum(now.skipped.values())),
            skipped=self.reasons(now.skipped),
        )
        return titled(
            self.text("started_title", campaign=name, wave=now.wave.number),
            counts if now.wave.enrolled_at is not None else self.text("status_enrolling"),
            self.text("started_next", campaign=name),
        )

    def already_started(self, run: Wave) -> Answer:
        return self.refusal(
            "already_started", wave=run.number, campaign=run.campaign, at=self.when(run.started_at)
        )

    def stopped(self, campaign: str, stop: Stopped) -> Answer:
        if not stop.waves:
            return self.refusal("not_running", campaign=campaign)
        return self.note(
            "stopped",
            campaign=campaign,
            waves=", ".join(self.text("stopped_wave", wave=number) for number in stop.waves),
            cancelled=self.number(stop.cancelled),
            talking=self.number(stop.talking),
        )

    def status(self, progress: Mapping[str, Progress | None]) -> Answer:
        """How far each campaign is; None is one that was never started."""
        spans: list[Body] = []
        for campaign, now in progress.items():
            spans.append(
                (plain(self.text("never_started", campaign=campaign)),)
                if now is None
                else self._progress(campaign, now).body
            )
        return Answer(tuple(span for i, body in enumerate(spans) for span in (*_gap(i), *body)))

    def _progress(self, campaign: str, now: Progress) -> Answer:
        run = now.wave
        at, by = self.when(run.started_at), run.started_by
        if run.stopped_at is not None:
            state = self.text(
                "status_stopped", stopped=self.when(run.stopped_at), stopper=run.stopped_by, at=at, by=by
            )
        else:
            state = self.text("status_running" if now.running else "status_over", at=at, by=by)
        lines = [state]
        if run.enrolled_at is None:
            lines.append(self.text("status_enrolling"))
        lines.append(self.text("status_people", people=self.number(now.people)))
        for key, count in (
            ("waiting", now.waiting),
            ("talking", now.talking),
            ("scores", now.answered_so_far),
            ("silent", now.silent),
        ):
            if count or key == "scores":
                lines.append(self.text(f"status_{key}", **{key: self.number(count)}))
        if now.skipped:
            lines.append(self.text("status_skipped", skipped=self.reasons(now.skipped)))
        return titled(self.text("status_title", campaign=campaign, wave=run.number), *lines)


def titled(title: str, *lines: str) -> Answer:
    """A bold title with lines under it."""
    return Answer((bold(title), plain("".join(f"\n{line}" for line in lines))))


def _gap(index: int) -> Body:
    return (plain("\n\n"),) if index else ()


def _whole_minute(instant: datetime) -> datetime:
    """The end of the minute, since an end that is shown should not have passed already."""
    whole = instant.replace(second=0, microsecond=0)
    return whole if whole == instant else whole + timedelta(minutes=1)
