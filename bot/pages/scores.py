"""The pages of scores: a wave with its interval, how it came to be, its groups and themes, and the answers behind."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, get_args
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.commands import grammar
from bot.commands.desks.report import ReportCommand, report_of
from bot.commands.replies.audit import report_lines
from bot.commands.replies.reason import (
    answers_base,
    answers_title,
    themes_base,
    themes_notes,
    themes_title,
)
from bot.commands.replies.reply import Phrasing
from bot.commands.replies.report import (
    answer_of,
    cases_line,
    missing_answer,
    rate_lines,
    reminded_line,
    score_lines,
    versus_line,
)
from bot.commands.replies.segment import notes, segment_line
from bot.config.sections.campaign import SPANS
from bot.dialogue.kinds import SurveyKind
from bot.pages.admission import Guest
from bot.pages.frame import GuestPage, PageFrame
from bot.pages.rendering import Speech, speech_of
from bot.reports.answers import answers_of_group, answers_of_theme
from bot.reports.readable import LONGEST, readable
from bot.reports.scores import (
    accounts_line,
    ends_of,
    groups_of,
    impact_words,
    in_unit,
    rate_line,
    response_line,
    score_of,
    shown_rows,
    state_lines,
    title_of,
)
from bot.reports.segments import groups_by
from bot.reports.values import (
    CampaignReport,
    ListedCategory,
    Missing,
    Scores,
    SegmentRow,
    ThemesReport,
    TrendReport,
)

CATEGORIES: Final[tuple[ListedCategory, ...]] = get_args(ListedCategory)
MORE: Final[Mapping[str, Callable[[str, int | None], ReportCommand]]] = {
    "months": lambda campaign, _wave: grammar.Trend(campaign, "month"),
    "accounts": grammar.Accounts,
    "churn": grammar.Churn,
    "movers": grammar.Movers,
    "managers": grammar.Managers,
    "audit": grammar.Audit,
}
"""What else there is to know of a wave, and of all waves by month."""
LONGEST_WAVE: Final = 7  # digits
LONGEST_LABEL: Final = 200  # characters of an attribute, a group or a theme
WIDE, HIGH, EDGE = 560, 220, 32  # of the picture of a trend
SIDE: Final = 56  # left of it, for the scale
MOST_NAMED: Final = 10  # waves that have a name under the picture


class NotThere(LookupError):
    """What an address asks for is not there; its text names it."""


@dataclass(frozen=True, slots=True)
class ScaleSpan:
    """A score on its scale, in percent of the way from one end to the other."""

    at: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class TrendDot:
    """A wave of a trend, as a place in a picture and as words."""

    x: float
    y: float
    low: float
    high: float
    wave: int
    score: str
    limits: tuple[str, str] | None
    answers: int
    running: bool
    named: bool


@dataclass(frozen=True, slots=True)
class ScorePages:
    """The pages of scores in their frame."""

    frame: PageFrame

    @property
    def routes(self) -> list[Route]:
        """Where they are, under the dashboard."""
        pages = self._for_guests
        return [
            Route("/score", pages(self._score)),
            Route("/score/answers", pages(self._answers)),
            Route("/score/themes", pages(self._themes)),
            Route("/score/more/{what:str}", pages(self._more)),
        ]

    def _for_guests(self, page: GuestPage) -> Callable[[Request], Awaitable[Response]]:
        """A page for who reads scores in the chat; what is not there it names."""

        async def answer(request: Request, guest: Guest) -> Response:
            if guest.who.role == "colleague":
                raise HTTPException(404)
            try:
                return await page(request, guest)
            except NotThere as missing:
                return self._missing(guest, str(missing), 404)

        return self.frame.for_guests(answer)

    async def _score(self, request: Request, guest: Guest) -> Response:
        if not self.frame.context.settings.campaigns:
            return self._missing(guest, None)
        campaign, wave = self._campaign(request), self._wave(request)
        by = request.query_params.get("by", "").replace("\0", "").strip()[:100] or None
        speech = speech_of(self.frame.context.settings)
        command = grammar.Report(campaign, wave, by)
        report = await self._read(guest, command)
        missing = None
        if isinstance(report, Missing) and by is not None:  # no such attribute; the rest can be told
            missing, by = missing_answer(speech.p, report, command).text, None
            report = await self._read(guest, grammar.Report(campaign, wave))
        if not isinstance(report, CampaignReport):
            return self._unread(guest, campaign, report)
        # Of some accounts alone every wave is counted anew, which takes its time; it is done on request.
        drawn = guest.who.managers is None or "trend" in request.query_params
        trend = await self._read(guest, grammar.Trend(campaign)) if drawn else None
        return self.frame.page(
            "score.html",
            guest=guest,
            here="score",
            campaigns=tuple(self.frame.context.settings.campaigns),
            report=report,
            missing=missing,
            by=by,
            attributes=tuple(dict.fromkeys((*await self.frame.store.read(groups_by), *filter(None, [by])))),
            drawn=drawn,
            more=tuple(MORE),
            dots=_dots(speech, trend) if isinstance(trend, TrendReport) else (),
            lines_of=_lines_of(speech.p, report.scores.kind),
            picture=(WIDE, HIGH, EDGE, SIDE),
            **_told(speech, report),
        )

    async def _answers(self, request: Request, guest: Guest) -> Response:
        """The answers behind a number: of a wave, of a group of it, or of those who named a theme."""
        campaign, wave = self._campaign(request), self._wave(request)
        category = self._category(request)
        asked = request.query_params
        by, group, theme = (
            asked.get(name, "").replace("\0", "")[:LONGEST_LABEL] for name in ("by", "group", "theme")
        )
        settings, managers = self.frame.context.settings, guest.who.managers
        p = speech_of(settings).p
        whose = None
        if by:
            of_group = partial(answers_of_group, wave=wave, managers=managers)
            report = await self.frame.store.read(of_group, settings, campaign, by, group)
            whose = None if report is None else f"{p.attribute(by)}: {p.label(by, group)}"
        elif theme:
            of_theme = partial(answers_of_theme, wave=wave, managers=managers)
            report = await self.frame.store.read(of_theme, settings, campaign, theme)
            whose = p.theme(theme)
        else:
            report = await self._read(guest, grammar.ShowAnswers(campaign, category, wave))
        if report is None:
            raise self._not_there("closed_group", group or theme)
        if isinstance(report, Missing):
            return self._unread(guest, campaign, report)
        title = answers_title(p, report)
        return self.frame.page(
            "answers.html",
            guest=guest,
            here="score",
            report=report,
            title=f"{title} · {whose}" if whose else title,
            lines=tuple(answers_base(p, report)),
        )

    async def _themes(self, request: Request, guest: Guest) -> Response:
        campaign = self._campaign(request)
        report = await self._read(guest, grammar.Themes(campaign, self._wave(request)))
        if not isinstance(report, ThemesReport):
            return self._unread(guest, campaign, report)
        p = speech_of(self.frame.context.settings).p
        judged = report.scope.judged
        return self.frame.page(
            "themes.html",
            guest=guest,
            here="score",
            report=report,
            title=themes_title(p, report),
            lines=tuple(themes_base(p, report)),
            notes=tuple(themes_notes(p, report)),
            rows=[
                (row, p.theme(row.name), impact_words(p, row.impact, judged=judged))
                for row in report.rows
                if not row.impact.hidden
            ],
        )

    async def _more(self, request: Request, guest: Guest) -> Response:
        """Another report of a wave, as the chat tells it."""
        campaign, what = self._campaign(request), request.path_params["what"]
        if what not in MORE:
            raise HTTPException(404)
        command = MORE[what](campaign, self._wave(request))
        report = await self._read(guest, command)
        p = speech_of(self.frame.context.settings).p
        reply = missing_answer(p, report, command) if isinstance(report, Missing) else answer_of(p, report)
        return self.frame.page(
            "told.html", guest=guest, here="score", reply=reply, what=what, campaign=campaign
        )

    # ------------------------------------------------------------------------------------------ reading

    def _campaign(self, request: Request) -> str:
        """The campaign that is asked for, else the first."""
        names = tuple(self.frame.context.settings.campaigns)
        asked = request.query_params.get("campaign", names[0] if names else "")
        if asked not in names:
            raise self._not_there("no_such_campaign", asked)
        return asked

    def _wave(self, request: Request) -> int | None:
        """The wave that is asked for; None, which is the newest, where none is."""
        text = request.query_params.get("wave", "")
        if text and not (text.isascii() and text.isdecimal() and len(text) < LONGEST_WAVE):
            raise self._not_there("no_such_wave", text)
        return int(text) if text else None

    def _category(self, request: Request) -> ListedCategory | None:
        text = request.query_params.get("category", "")
        found = next((one for one in CATEGORIES if one == text), None)
        if text and found is None:
            raise self._not_there("no_such_category", text)
        return found

    def _not_there(self, key: str, asked: str) -> NotThere:
        said = readable(asked, LONGEST) or "-"
        return NotThere(speech_of(self.frame.context.settings).text(key, said=said))

    async def _read(self, guest: Guest, command: ReportCommand) -> Any:
        """What the chat would report to them."""
        settings, now = self.frame.context.settings, self.frame.clock.now()
        return await self.frame.store.read(report_of, settings, command, guest.who.managers, now)

    def _unread(self, guest: Guest, campaign: str, missing: Missing) -> Response:
        p = speech_of(self.frame.context.settings).p
        return self._missing(guest, missing_answer(p, missing, grammar.Report(campaign)).text)

    def _missing(self, guest: Guest, said: str | None, status: int = 200) -> Response:
        names = tuple(self.frame.context.settings.campaigns)
        return self.frame.page(
            "no_score.html", status=status, guest=guest, here="score", said=said, campaigns=names
        )


def _told(speech: Speech, report: CampaignReport) -> Mapping[str, Any]:
    """The words and the places of a report."""
    p, segments = speech.p, report.segments
    groups: Sequence[tuple[str | None, str, ScaleSpan | None]] = ()
    if segments is not None:
        groups = [
            (
                row.label if isinstance(row, SegmentRow) else None,
                segment_line(p, label, row, scores),
                _span(scores) if row.visibility.has_score else None,
            )
            for label, row, scores in shown_rows(p, segments)
        ]
    return {
        "title": title_of(p, report.scope, report.scores),
        "score": score_of(p, report.scores),
        "ends": ends_of(p, report.scores),
        "span": _span(report.scores),
        "lines": tuple(line for line in score_lines(p, report) if line != groups_of(p, report.scores)),
        "rates": tuple(rate_lines(p, report)),
        "state": tuple(state_lines(p, report.scope)),
        "groups": groups,
        "notes": () if segments is None else tuple(notes(p, segments)),
        "attribute": None if segments is None else segments.attribute,
        "opens": _opens(p, report),
    }


def _opens(p: Phrasing, report: CampaignReport) -> Mapping[str, str]:
    """Where a line leads: to the answers that it counts, to the wave that it names, to who was not asked, to cases."""
    campaign = quote(report.scope.campaign)
    here = f"?campaign={campaign}&wave={report.scope.waves[-1]}"
    found = dict.fromkeys((*rate_lines(p, report), *report_lines(p, report)), f"score/more/audit{here}")
    found |= dict.fromkeys(accounts_line(p, report.scores), f"score/more/accounts{here}")
    found |= dict.fromkeys(reminded_line(p, report), f"score/answers{here}")
    found |= dict.fromkeys(cases_line(p, report), "cases")
    if report.scores.n:
        found[next(score_lines(p, report))] = f"score/answers{here}"
    if report.rates is not None:
        answered = (
            response_line(p, report.rates.response),
            rate_line(p, "report_complete", report.rates.complete),
        )
        found |= dict.fromkeys(answered, f"score/answers{here}")
    if (versus := report.versus) is not None and versus.scores.n:
        line = versus_line(p, report.scope, report.scores, versus)
        found[line] = f"score?campaign={quote(versus.campaign)}&wave={versus.wave}"
    return found


def _span(scores: Scores) -> ScaleSpan | None:
    value, interval = scores.value, scores.interval
    if value is None:
        return None
    low, high = SPANS[scores.kind]

    def at(one: float) -> float:
        return round(100 * (min(max(one, low), high) - low) / (high - low), 2)

    return ScaleSpan(
        at(value), *((at(value), at(value)) if interval is None else (at(interval.low), at(interval.high)))
    )


def _down(percent: float) -> float:
    """Where a score is in the picture of a trend."""
    return round(HIGH - EDGE - percent * (HIGH - 2 * EDGE) / 100, 1)


def _lines_of(p: Phrasing, kind: SurveyKind) -> Sequence[tuple[float, str]]:
    """The ends of the scale and its middle, each with its place in the picture."""
    low, high = SPANS[kind]
    return [(_down(share), in_unit(p, kind, low + (high - low) * share / 100)) for share in (0, 50, 100)]


def _dots(speech: Speech, trend: TrendReport) -> tuple[TrendDot, ...]:
    found = [(point, _span(point.scores)) for point in trend.points]
    step = (WIDE - SIDE - EDGE) / max(1, len(found) - 1)
    every = -(-len(found) // MOST_NAMED)
    return tuple(
        TrendDot(
            x=round(SIDE + number * step, 1),
            y=_down(span.at),
            low=_down(span.low),
            high=_down(span.high),
            wave=point.wave,
            score=score_of(speech.p, point.scores),
            limits=ends_of(speech.p, point.scores),
            answers=point.scores.n,
            running=point.running,
            named=(len(found) - 1 - number) % every == 0,
        )
        for number, (point, span) in enumerate(found)
        if span is not None
    )
