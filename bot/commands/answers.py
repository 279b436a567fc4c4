"""What an admin reads: values of the rooms turned into a rich text, in the company's language."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from bot.campaigns.plan import Skip
from bot.campaigns.planning import PlanSummary
from bot.campaigns.progress import Progress
from bot.campaigns.runs import Stopped
from bot.campaigns.waves import Wave
from bot.commands import grammar
from bot.dialogue.wording import Words
from bot.reports.wave_report import WaveReport
from channels.base import Body, Choice, bold, plain
from scoring import shown

Outcome = Literal["done", "refused", "misread"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered to a command, with the buttons under it. `outcome` tells programs how it went."""

    body: Body
    choices: tuple[tuple[Choice, ...], ...] = ()
    outcome: Outcome = "done"

    @property
    def text(self) -> str:
        """The answer without its emphasis."""
        return "".join(span.text for span in self.body)


@dataclass(frozen=True, slots=True)
class Phrasing:
    """How to answer: the words, the zone whose times are shown, and what stands before a command where it
    was typed ("/nps", "npsbot campaign")."""

    words: Words
    zone: ZoneInfo
    prefix: str

    # ------------------------------------------------------------------------------------ small things

    def refusal(self, key: str, **values: object) -> Answer:
        return Answer((plain(self._text(key, **values)),), outcome="refused")

    def note(self, key: str, **values: object) -> Answer:
        return Answer((plain(self._text(key, **values)),))

    def channel(self, name: str) -> str:
        """The name of a channel as people write it."""
        return self.words.texts.get(f"channel_{name}", name)

    def number(self, count: int) -> str:
        return f"{count:,}".replace(",", self.words.text("thousands"))

    def when(self, instant: datetime) -> str:
        """An instant to the minute, in the company's zone."""
        local = instant.astimezone(self.zone)
        return self._text(
            "when",
            weekday=self.words.text("weekdays").split()[local.weekday()],
            day=local.day,
            month=self.words.text("months").split()[local.month - 1],
            time=f"{local:%H:%M}",
        )

    def reasons(self, skipped: Mapping[str, int]) -> str:
        """How many were skipped, and for which reasons, the most frequent first: `12 (busy 10, …)`."""
        total = self.number(sum(skipped.values()))
        parts = [
            f"{self.reason(code)} {self.number(count)}"
            for code, count in sorted(skipped.items(), key=lambda item: (-item[1], item[0]))
        ]
        return f"{total} ({'; '.join(parts)})" if parts else total

    def reason(self, code: str) -> str:
        """Why somebody is not asked, in words."""
        try:
            name = Skip(code).name.lower()
        except ValueError:  # a row of another version
            return code
        return self.words.text(f"skip_{name}")

    def _text(self, key: str, **values: object) -> str:
        return self.words.text(key, **{"prefix": self.prefix, **values})

    # ------------------------------------------------------------------------------------------ answers

    def help(self, campaigns: Iterable[str]) -> Answer:
        names = ", ".join(campaigns)
        keys = ("help_try", "help_start", "help_status", "help_stop", "help_report")
        last = self._text("help_campaigns", campaigns=names) if names else self._text("help_no_campaigns")
        return titled(self._text("help_title"), *(self._text(key) for key in keys), last)

    def misread(self, misread: grammar.Misread, campaigns: tuple[str, ...]) -> Answer:
        """Why a line was not understood, and what to write instead."""
        known = self._text("known_campaigns", campaigns=", ".join(campaigns))
        parts: tuple[str, ...]
        match misread:
            case grammar.UnknownWord(word, near):
                hint = self._text("did_you_mean", near=f"{self.prefix} {near}") if near else ""
                parts = (self._text("unknown_word", word=word), hint, self._text("see_help"))
            case _ if not campaigns and not isinstance(misread, grammar.Surplus):
                parts = (self._text("help_no_campaigns"),)
            case grammar.MissingCampaign(verb):
                parts = (self._text("missing_campaign", verb=verb, example=campaigns[0]), known)
            case grammar.UnknownCampaign(verb, name, near_names):
                hint = (
                    self._text("did_you_mean", near=f"{self.prefix} {verb} {near_names[0]}")
                    if near_names
                    else known
                )
                parts = (self._text("unknown_campaign", name=name), hint)
            case grammar.Surplus(verb, text):
                parts = (self._text("surplus", verb=verb, text=text), self._text("see_help"))
            case grammar.BadWave(text) if text:
                parts = (self._text("bad_wave", text=text, campaign=campaigns[0]),)
            case grammar.BadWave():
                parts = (self._text("no_wave_number", campaign=campaigns[0]),)
        return Answer((plain(" ".join(part for part in parts if part)),), outcome="misread")

    def plan(self, plan: PlanSummary, *, buttons: bool) -> Answer:
        """Who would be asked where and until when, who not and why; with the buttons that decide."""
        if not plan.people:
            return self.note("plan_nobody_matches", campaign=plan.campaign)
        lines = [self._text("plan_people", people=self.number(plan.people))]
        lines.append(self._text("plan_asked", asked=self.number(plan.asked_in_all)))
        for one in plan.asked:
            starts_now = one.starts_at <= plan.made_at
            lines.append(
                self._text(
                    "plan_now" if starts_now else "plan_later",
                    channel=self.channel(one.channel),
                    people=self.number(one.people),
                    start=self.when(one.starts_at),
                    end=self.when(_whole_minute(one.ends_at)),
                )
            )
        if plan.skipped:
            lines.append(self._text("plan_skipped", skipped=self.reasons(plan.skipped)))
        title = self._text("plan_title", campaign=plan.campaign)
        if not plan.asked:
            return titled(title, *lines, self._text("plan_nobody_asked"))
        lines.append(self._text("plan_zone", zone=self.zone.key))
        lines.append(self._text("plan_confirm" if buttons else "plan_confirm_typed", campaign=plan.campaign))
        choices = (
            Choice(self._text("button_start"), f"w:{plan.token}", "primary"),
            Choice(self._text("button_cancel"), f"w:{plan.token}:no"),
        )
        return Answer(titled(title, *lines).body, (choices,))

    def started(self, now: Progress) -> Answer:
        name = now.wave.campaign
        return titled(
            self._text("started_title", campaign=name, wave=now.wave.number),
            self._text(
                "started_counts",
                asked=self.number(now.people - sum(now.skipped.values())),
                skipped=self.reasons(now.skipped),
            ),
            self._text("started_next", campaign=name),
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
            waves=", ".join(self._text("stopped_wave", wave=number) for number in stop.waves),
            cancelled=self.number(stop.cancelled),
            talking=self.number(stop.talking),
        )

    def status(self, progress: Mapping[str, Progress | None]) -> Answer:
        """How far each campaign is; None is one that was never started."""
        spans: list[Body] = []
        for campaign, now in progress.items():
            spans.append(
                (plain(self._text("never_started", campaign=campaign)),)
                if now is None
                else self._progress(campaign, now).body
            )
        return Answer(tuple(span for i, body in enumerate(spans) for span in (*_gap(i), *body)))

    def _progress(self, campaign: str, now: Progress) -> Answer:
        run = now.wave
        at, by = self.when(run.started_at), run.started_by
        if run.stopped_at is not None:
            state = self._text(
                "status_stopped", stopped=self.when(run.stopped_at), stopper=run.stopped_by, at=at, by=by
            )
        else:
            state = self._text("status_running" if now.running else "status_over", at=at, by=by)
        lines = [state]
        if run.enrolled_at is None:
            lines.append(self._text("status_enrolling"))
        lines.append(self._text("status_people", people=self.number(now.people)))
        for key, count in (
            ("waiting", now.waiting),
            ("talking", now.talking),
            ("scores", now.answered_so_far),
            ("silent", now.silent),
            ("cancelled", now.cancelled),
        ):
            if count or key == "scores":
                lines.append(self._text(f"status_{key}", **{key: self.number(count)}))
        if now.skipped:
            lines.append(self._text("status_skipped", skipped=self.reasons(now.skipped)))
        return titled(self._text("status_title", campaign=campaign, wave=run.number), *lines)

    def report(self, report: WaveReport) -> Answer:
        """A wave's score and counts."""
        title = self._text(
            "report_title_empty" if report.nps is None else "report_title",
            campaign=report.campaign,
            wave=report.wave,
            nps=shown(report.nps),
        )
        counts = {
            name: self.number(getattr(report, name))
            for name in (
                "promoters",
                "passives",
                "detractors",
                "responses",
                "invited",
                "delivered",
                "opted_out",
            )
        }
        share = round(100 * report.responses / report.invited) if report.invited else None
        lines = [
            self._text("report_groups", **counts) if report.responses else "",
            self._text(
                "report_responses" if share is None else "report_responses_share", share=share, **counts
            ),
            self._text("report_delivered", **counts),
            self._text("report_opted_out", **counts) if report.opted_out else "",
            self._text("report_skipped", skipped=self.reasons(report.skipped)) if report.skipped else "",
        ]
        if report.stopped_at is not None:
            lines.append(self._text("report_stopped", stopped=self.when(report.stopped_at)))
        elif report.running:
            lines.append(self._text("report_running"))
        return titled(title, *(line for line in lines if line))


def titled(title: str, *lines: str) -> Answer:
    """A bold title with lines under it."""
    return Answer((bold(title), plain("".join(f"\n{line}" for line in lines))))


def _gap(index: int) -> Body:
    return (plain("\n\n"),) if index else ()


def _whole_minute(instant: datetime) -> datetime:
    """The end of the minute, since an end that is shown should not have passed already."""
    whole = instant.replace(second=0, microsecond=0)
    return whole if whole == instant else whole + timedelta(minutes=1)
