"""What reports say, as values: read from the database once, then told in chat, drawn, printed or exported. PURE.

Every score stands with the number of its answers and its interval, and carries its scale: answers of two
scales are never added. What may not be shown (a group under five) is not in these values at all, so that no
way of showing them can leak it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Final, Literal

from bot.dialogue.kinds import SCALES, SurveyKind
from bot.reports.outlook_values import Outlook
from scoring import (
    Answers,
    ByAccount,
    Clusters,
    Comparison,
    Counts,
    Dispositions,
    Distance,
    GoalReached,
    Interval,
    LikeTheLast,
    PairedChange,
    PostStratified,
    Rate,
    Rates,
    Selection,
    Share,
    Shift,
    ThemeCells,
    ThemeImpact,
    ThemeShift,
    ValueAtRisk,
    Visibility,
    WeightedScore,
    adjusted_wald,
    ces,
    csat,
    interval_by_account,
    nps,
)
from scoring.scales import Band

PREVIOUS: Final = "previous"
"""What a report is compared with where it is the wave before, whatever its number."""

ListedCategory = Literal["detractors", "passives", "promoters"]
"""Whose answers are listed; of CSAT and CES the low box of the scale, the middle and the high one."""

_OF_BAND: Final[Mapping[Band, ListedCategory]] = {
    Band.UNFAVOURABLE: "detractors",
    Band.NEUTRAL: "passives",
    Band.FAVOURABLE: "promoters",
}


def list_of(kind: str, score: int) -> ListedCategory:
    """Among whose answers a score of a kind of survey is listed."""
    return _OF_BAND[SCALES[kind].band(score)]


@dataclass(frozen=True, slots=True)
class Scores:
    """How often each score was given to one kind of survey, and what follows from it.

    `population` is how many the question reached, where every answer of that group is known (a whole wave):
    then the interval is the finite-population one. None: the answers are a sample of a larger group.
    `clusters` are the answers of an NPS by account, where an account gave several: then its interval goes by them.
    """

    kind: SurveyKind
    answers: Answers
    population: int | None = None
    clusters: Clusters | None = None

    @property
    def n(self) -> int:
        """The number of answers."""
        return self.answers.n

    @property
    def counts(self) -> Counts:
        """Detractors, passives and promoters (of a CSAT or CES: the low, middle and high box)."""
        low, high = self.answers.scale.low_to, self.answers.scale.high_from
        by_box = [0, 0, 0]
        for score, times in self.answers.pairs:
            by_box[0 if score <= low else 2 if score >= high else 1] += times
        return Counts(*by_box)

    @property
    def value(self) -> float | None:
        """The headline: the NPS in points, the CSAT in percent, the CES as a mean; None without answers."""
        match self.kind:
            case "nps":
                return nps(self.counts)
            case "csat":
                share = csat(self.answers)
                return None if share is None else share.percent
            case "ces":
                return self.answers.mean

    @property
    def interval(self) -> Interval | None:
        """The 95% limits of `value`, in its unit; None where there are none.

        `value` is always within them. Of a single answer the adjusted Wald interval leaves an NPS of +100 or
        -100 out (-48 to +98), and no reader could make sense of a score that its own interval denies.
        """
        match self.kind:
            case "nps":
                if self.population is None:
                    return interval_by_account(self.counts, self.clusters)
                found, score = adjusted_wald(self.counts, population=self.population), nps(self.counts)
                if found is None or score is None:
                    return None
                return Interval(min(found.low, score), max(found.high, score))
            case "csat":
                share = csat(self.answers)
                return None if share is None else share.interval
            case "ces":
                effort = ces(self.answers)
                return None if effort is None else effort.mean_interval

    def by_account(self, clusters: Clusters | None) -> "Scores":
        """The same with an interval by account; unchanged where no account gave several answers."""
        return self if clusters is None or not clusters.several(self.n) else replace(self, clusters=clusters)

    @property
    def easy(self) -> Share | None:
        """Of a CES the share that found it easy (5 to 7), its other number in use; None of other kinds."""
        effort = ces(self.answers) if self.kind == "ces" else None
        return None if effort is None else effort.easy


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a report must say of itself once it is forwarded: whose it is, and when it was made."""

    company: str
    as_of: datetime


@dataclass(frozen=True, slots=True)
class Scope:
    """What a report speaks of. `waves` are their numbers, oldest first; `since` is a day in the company's
    zone (answers before it are left out); `managers` are those whose accounts alone count, None is everybody.
    `now`: accounts and attributes are those of today, and not of when each wave took a customer in."""

    campaign: str
    kind: SurveyKind
    waves: tuple[int, ...]
    started_at: datetime
    stopped_at: datetime | None
    running: bool
    since: date | None = None
    managers: tuple[str, ...] | None = None
    now: bool = False
    stamp: Stamp | None = None

    @property
    def judged(self) -> bool:
        """Whether a difference is called one. While answers come in nothing is: whoever looks ten times at a wave
        in which nothing changed sees a false change in one of six."""
        return not self.running


@dataclass(frozen=True, slots=True)
class Versus:
    """What the score is compared with: another wave or another campaign. `comparison` is scores minus
    these; None where either side has no answers or is still `running`. `shift` is the same of a CSAT or CES, None too
    where too few answered."""

    campaign: str
    wave: int
    scores: Scores
    comparison: Comparison | None
    running: bool = False
    shift: Shift | None = None


@dataclass(frozen=True, slots=True)
class SegmentRow:
    """One group of a segment report. `scores` is None where nothing of it may be shown."""

    label: str  # "" where the attribute is not filled in
    visibility: Visibility
    reveals_another: bool = False
    n: int | None = None  # None where hidden
    scores: Scores | None = None
    against_rest: Comparison | None = None  # for NPS, corrected by Holm for all that are compared
    response: Rate | None = None  # of a whole wave, where people are invited by such a group


@dataclass(frozen=True, slots=True)
class RestRow:
    """The groups that are not shown by themselves, as one row: those of `named` (hidden only because they would
    give another away) and so many `others`."""

    named: tuple[str, ...]
    others: int
    visibility: Visibility
    scores: Scores
    against_rest: Comparison | None = None
    response: Rate | None = None


@dataclass(frozen=True, slots=True)
class Segmented:
    """The groups by one attribute, the largest first. `left_out` counts the groups beyond the most that are
    listed (an attribute with ten thousand values is no segment); `hidden` the groups too small to show by
    themselves. `together` is the row of both, so that rows and total agree; None where all are shown. Of numbers
    the groups are bands, the lowest first: `limits` are those between them, and `thirds` that nobody chose them."""

    attribute: str
    rows: tuple[SegmentRow, ...]
    groups: int
    hidden: int
    left_out: int = 0
    together: RestRow | None = None
    limits: tuple[float, ...] | None = None
    thirds: bool = False
    currency: str | None = None  # of amounts


@dataclass(frozen=True, slots=True)
class Reminded:
    """How many who had said nothing were reminded, and how many of them gave a score after it; how many were asked on
    another channel than the first, and how many of them gave a score after that."""

    people: int
    answered: int
    moved: int = 0
    moved_answered: int = 0


@dataclass(frozen=True, slots=True)
class Half:
    """One of two send windows: so many of those who were invited in it gave a score."""

    hours: str
    scored: int
    invited: int


@dataclass(frozen=True, slots=True)
class Halves:
    """Both of them, and the difference of the first less the second in percentage points; None while the wave runs,
    and where nobody was invited in one."""

    first: Half
    second: Half
    shift: Shift | None


@dataclass(frozen=True, slots=True)
class Goal:
    """A score to be reached, of the campaign or of an account manager (`whose`), and whether it is; None while the wave
    runs, and without an interval."""

    target: float
    found: GoalReached | None
    whose: str | None = None


@dataclass(frozen=True, slots=True)
class CampaignReport:
    """The report of a wave or of a campaign since a day.

    `scores.interval` takes the answers for a sample of the customers that one has over time;
    `exactly_these` (NPS alone) is the narrower one for exactly the customers who were invited, where many of
    them answered and no answer is to come. `silence` are the bounds if everybody asked who gave no score had
    been a detractor, or a promoter (NPS alone). `selection` is who was skipped, by rule, per account manager,
    in a report by account manager; `benchmark` the distance to the benchmarks that the settings name.

    Of a wave, `audience` is everybody who has a row: those whom the dispositions count as invited or skipped,
    and who still waits for a turn. `skipped` are the skipped by rule: whom a stop or an opt-out took off before
    their question left is among them. `asked` counts those whose question the provider took. For a period
    (`since`) dispositions, rates and `asked` are None and `audience` is the number of answers: people are
    invited by a wave, not by a day.
    """

    scope: Scope
    scores: Scores
    audience: int
    dispositions: Dispositions | None
    rates: Rates | None
    skipped: Mapping[str, int]
    asked: int | None = None
    exactly_these: Interval | None = None
    silence: Interval | None = None
    selection: tuple[Selection, ...] = ()
    benchmark: tuple[Distance, ...] = ()
    band: tuple[str | None, str | None] | None = None  # the settings' words for the limits of the score
    versus: Versus | None = None
    segments: Segmented | None = None
    cases: Mapping[str, int] = field(default_factory=dict)  # of a wave, how many are in each state
    reminded: Reminded | None = None  # of a wave
    halves: Halves | None = None  # of a wave that compares two send windows
    goals: tuple[Goal, ...] = ()
    like_the_last: LikeTheLast | None = (
        None  # of an NPS that is over: if the silent were like the last who answered
    )
    as_invited: PostStratified | None = (
        None  # the same, weighted by who was invited, where that says another thing
    )
    outlook: Outlook | None = None  # of a wave that runs, where earlier ones tell


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """One wave of a trend; `change` compares it with the wave before it that has answers. The newest step that is
    over is judged alone, as it is everywhere; the older ones are corrected by Holm for all of these. None while
    either wave runs."""

    wave: int
    started_at: datetime
    running: bool
    scores: Scores
    change: Comparison | None = None


@dataclass(frozen=True, slots=True)
class TrendReport:
    """The latest waves of a campaign, at most `MOST_POINTS`, the oldest first; `left_out` counts those before
    them. Waves of another kind than the newest are no part of it."""

    campaign: str
    kind: SurveyKind
    points: tuple[TrendPoint, ...]
    managers: tuple[str, ...] | None = None
    left_out: int = 0
    stamp: Stamp | None = None


@dataclass(frozen=True, slots=True)
class ThemeRow:
    """One theme: how many named it, what it costs, and a few of the reasons as they were written (the newest;
    none of a theme that is hidden). Of CSAT and CES the impact holds the number alone: points of an NPS are
    not theirs."""

    name: str
    impact: ThemeImpact
    quotes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NewWord:
    """A word, by how many people it was used, and how many of them are detractors."""

    word: str
    people: int
    detractors: int


@dataclass(frozen=True, slots=True)
class WordsApart:
    """The words of a wave that are new `since` the wave `before`, and others that its `detractors` use far more than
    its promoters, and no list of themes has."""

    before: int | None = None
    since: tuple[NewWord, ...] = ()
    detractors: tuple[NewWord, ...] = ()


@dataclass(frozen=True, slots=True)
class ThemeGroups:
    """The themes of the groups by one attribute, each against all other groups. Of numbers the groups are bands:
    `limits` are those between them, in `currency` where they are amounts."""

    attribute: str
    found: ThemeCells
    limits: tuple[float, ...] | None = None
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class ThemesReport:
    """Themes of the reasons, the costliest first. `reasons` is how many answers had a reason in a language
    that there is a list of themes for, the base of each impact; `unthemed` how many of these named none of the
    themes; `other_languages` how many reasons are in a language without a list, and count nowhere else. `words` are
    those that set the reasons apart, None of other kinds than an NPS and while the wave runs. `shifts` is how often
    each theme is named against the wave `before`, where that is over and has reasons; `groups` is how they differ by an
    attribute, where that was asked."""

    scope: Scope
    scores: Scores  # of those who gave a reason
    reasons: int
    unthemed: int
    rows: tuple[ThemeRow, ...]
    other_languages: int = 0
    words: WordsApart | None = None
    before: int | None = None
    shifts: tuple[ThemeShift, ...] = ()
    groups: ThemeGroups | None = None


@dataclass(frozen=True, slots=True)
class AccountRow:
    """An account that has more detractors than promoters, and what it is worth where that is known."""

    name: str
    counts: Counts
    value: float | None = None


@dataclass(frozen=True, slots=True)
class Weighted:
    """The score of accounts by the numbers of an attribute; None where fewer than two that answered have one.
    `without` counts those that answered and have none."""

    attribute: str
    score: WeightedScore | None
    without: int


@dataclass(frozen=True, slots=True)
class AccountsReport:
    """A wave by account. `found` is None where fewer than two accounts answered; `red` are the unhappy accounts, the
    ones with the most to lose first, and `more_red` how many are not listed; `without_account` counts answers of
    nobody's account, which are in `scores` alone. `at_risk` is what the accounts that were asked are worth in the
    `currency`, None where no file said so of one; `without_value` are those of which none did."""

    scope: Scope
    scores: Scores
    found: ByAccount | None
    red: tuple[AccountRow, ...]
    more_red: int = 0
    without_account: int = 0
    at_risk: ValueAtRisk | None = None
    without_value: int = 0
    weighted: Weighted | None = None
    currency: str = "EUR"


@dataclass(frozen=True, slots=True)
class MoverRow:
    """A promoter who is none any more: their score before, and now."""

    name: str
    account: str | None
    before: int
    now: int


@dataclass(frozen=True, slots=True)
class MoversReport:
    """The same customers in a wave and in the one `before` it. `found` is the paired change, None where nobody gave
    both scores. Of the `promoters` before who answered again, `lost` are none any more and `detractors` are that
    now; of those who were `asked` again, `silent` gave no score. `rows` are the first of the lost. `told` is the change
    of those who were told in between what is better, `others` that of those who were not."""

    scope: Scope
    before: int
    found: PairedChange | None
    promoters: int
    lost: int
    detractors: int
    asked: int
    silent: int
    rows: tuple[MoverRow, ...] = ()
    told: PairedChange | None = None
    others: PairedChange | None = None


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """One customer's answer, as the people who follow it up see it. `name` and `account` are None once
    erased."""

    name: str | None
    account: str | None
    score: int
    reason: str | None
    at: datetime
    channel: str | None
    wave: int
    late: bool = False


@dataclass(frozen=True, slots=True)
class AnswersReport:
    """The newest answers, at most `MOST_ANSWERS`; `total` counts all that were asked for."""

    scope: Scope
    category: ListedCategory | None
    total: int
    rows: tuple[AnswerRow, ...] = field(default=())


MOST_ANSWERS: Final = 15
MOST_SEGMENTS: Final = 25
MOST_POINTS: Final = 24
MOST_QUOTES: Final = 3


@dataclass(frozen=True, slots=True)
class Missing:
    """Why there is no report. `name` is what is missing: the campaign, the attribute, or the day (ISO) since
    which nobody answered; of `other_kind` the campaign that asks another kind of question, of which the
    answers cannot be added up or compared; of `no_such_wave` and `compared_with_itself` the wave's
    number; of `no_numbers` the attribute by which nothing can be weighted, and `near` those by which
    it can. Else `near` are names that were perhaps meant."""

    why: Literal[
        "never_started",
        "no_such_wave",
        "no_previous",
        "compared_with_itself",
        "unknown_attribute",
        "other_kind",
        "nothing_since",
        "not_nps",
        "no_values",
        "no_numbers",
        "no_effort",
        "few_managers",
        "few_periods",
        "no_days",
    ]
    name: str = ""
    near: tuple[str, ...] = ()
