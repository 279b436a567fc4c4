"""What a command means: one grammar for Slack, Telegram and the terminal. PURE.

    help | try C | start C | start C confirm | start C on DAY [TIME] | status [C]
    stop C | stop C confirm | pause C | resume C | undo C
    schedule | schedule C | schedule C every 3 months from DAY [TIME] | schedule C skip | pause | resume | off | confirm
    report C [[wave] N] [by ATTRIBUTE] [since DATE] [vs previous | vs wave N | vs C] [now]
    away [NAME] until DATE to NAME | away [NAME] off | away
    cases [open | late | mine] [C [wave N]] [page N] | case N
    case N take | done [CAUSE] [note: …] | snooze until DAY [HH:MM] | to NAME | reopen
    improved C [wave N] THEME "…" | improved C [THEME] confirm | improved C [THEME] stop
    dashboard | dashboard off
    digest | digest [customers | board] daily | weekly | monthly | off
    hold CONTACT until DAY because … | hold CONTACT refuse | hold | audit C [[wave] N] [by ATTRIBUTE]
    why CONTACT | who CONTACT | trend C [by month | week] | themes C [[wave] N] [by ATTRIBUTE]
    accounts C [[wave] N] [weighted by ATTRIBUTE] | churn C [[wave] N] | movers C [[wave] N] | managers C [[wave] N]
    board C [[wave] N]
    answers C [detractors | passives | promoters] [[wave] N]

C is a campaign of config.yaml, in any case, quoted or not. Each word may be said in Dutch, and what follows the
campaign may come in any order. What a phone makes of typed text (curly quotes, long dashes, spaces that do not
break) is read as what was meant.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, Literal

from bot.alike import alike
from bot.commands.lines import clauses, named, near, short, split
from bot.commands.typed.absence import Absences, Absent, BadAbsence, Present, read_absence
from bot.commands.typed.case import (
    BareDeed,
    Cases,
    MissingCase,
    ShowCase,
    Unread,
    read_bare_deed,
    read_case,
    read_cases,
)
from bot.commands.typed.dashboard import ShowDashboard, read_dashboard
from bot.commands.typed.deed import BadDeed, CaseDeed, read_deed
from bot.commands.typed.digest import SetDigest, ShowDigests, read_digest
from bot.commands.typed.hold import BadHold, HoldBack, Holds, RefuseHold, read_hold
from bot.commands.typed.improved import Improved, read_improved
from bot.commands.typed.running import EACH, Stop, WhileRunning
from bot.commands.typed.schedule import (
    ScheduleOf,
    SetSchedule,
    StartLater,
    read_schedule,
    read_start_later,
)
from bot.dates import read_day
from bot.reports.readable import fold
from bot.reports.values import PREVIOUS, ListedCategory


@dataclass(frozen=True, slots=True)
class Usage:
    """Say which commands there are."""


@dataclass(frozen=True, slots=True)
class Try:
    """Hold the conversation with the admin, counted nowhere."""

    campaign: str


@dataclass(frozen=True, slots=True)
class Start:
    """Show the plan of a wave, or, with `confirm`, start the one that was shown."""

    campaign: str
    confirm: bool = False


@dataclass(frozen=True, slots=True)
class Status:
    """Say how far a campaign is; None is every campaign."""

    campaign: str | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """Report a wave; None is the newest. `by` is an attribute as it was typed, `versus` what the score is
    compared with: another campaign, the number of a wave, or `PREVIOUS`. `now`: accounts and attributes as they are
    today, and not as they were when the wave asked."""

    campaign: str
    wave: int | None = None
    by: str | None = None
    since: date | None = None
    versus: str | int | None = None
    now: bool = False


@dataclass(frozen=True, slots=True)
class Trend:
    """The scores of all waves; `by` month or week that of all their answers, and whether it left its band."""

    campaign: str
    by: Literal["month", "week"] | None = None


@dataclass(frozen=True, slots=True)
class Themes:
    """What the reasons speak of; `by` an attribute as it was typed, whose groups are compared."""

    campaign: str
    wave: int | None = None
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Accounts:
    """The score by account, and which of them are unhappy; `weighted` is an attribute by whose numbers they count, as
    it was typed."""

    campaign: str
    wave: int | None = None
    weighted: str | None = None


@dataclass(frozen=True, slots=True)
class Churn:
    """Who left since a wave, by what they had answered; without a number the one before the newest."""

    campaign: str
    wave: int | None = None


@dataclass(frozen=True, slots=True)
class Movers:
    """What became of those who answered the wave before."""

    campaign: str
    wave: int | None = None


@dataclass(frozen=True, slots=True)
class Managers:
    """Whose account manager's score lies beyond what chance alone may do."""

    campaign: str
    wave: int | None = None


@dataclass(frozen=True, slots=True)
class Board:
    """One page of a wave that is made to be forwarded."""

    campaign: str
    wave: int | None = None


@dataclass(frozen=True, slots=True)
class Audit:
    """Of all who qualified for a wave, who was not asked and why; `by` is an attribute by which the asked are held
    against the others, as it was typed."""

    campaign: str
    wave: int | None = None
    by: str | None = None


@dataclass(frozen=True, slots=True)
class ShowAnswers:
    """The newest answers, of one category or of all."""

    campaign: str
    category: ListedCategory | None = None
    wave: int | None = None


@dataclass(frozen=True, slots=True)
class Why:
    """What happened with one customer; `contact` is a key, an address or a name, as it was typed."""

    contact: str


@dataclass(frozen=True, slots=True)
class WhoIs:
    """Who is called so, and how they are reached; `contact` as in `Why`."""

    contact: str


Command = (
    Usage
    | Try
    | Start
    | Status
    | WhileRunning
    | Report
    | Trend
    | Themes
    | Accounts
    | Churn
    | Movers
    | Managers
    | Board
    | Audit
    | ShowAnswers
    | Why
    | WhoIs
    | Absent
    | Present
    | Absences
    | Cases
    | ShowCase
    | CaseDeed
    | Improved
    | HoldBack
    | RefuseHold
    | Holds
    | ShowDashboard
    | ShowDigests
    | SetDigest
    | StartLater
    | ScheduleOf
    | SetSchedule
)


@dataclass(frozen=True, slots=True)
class UnknownWord:
    """No command begins so; `near` is the word for one that looks most like it, in the language that was typed."""

    word: str
    near: str | None


@dataclass(frozen=True, slots=True)
class MissingCampaign:
    """The command needs a campaign and got none."""

    verb: str


@dataclass(frozen=True, slots=True)
class MissingContact:
    """`why` and `who` need to be told of whom."""

    verb: Literal["why", "who"] = "why"


@dataclass(frozen=True, slots=True)
class UnknownCampaign:
    """No campaign is called so; `near` are the campaigns that look most like it, the best first."""

    verb: str
    name: str
    near: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Surplus:
    """The command is whole, and then there is more; nothing is done, for what follows may matter."""

    verb: str
    text: str


@dataclass(frozen=True, slots=True)
class BadWave:
    """What stands for the number of a wave is none."""

    text: str


@dataclass(frozen=True, slots=True)
class BadDate:
    """What stands after "since" is no day; empty where nothing stands there."""

    text: str


@dataclass(frozen=True, slots=True)
class MissingName:
    """A clause of the command ends before the name that it needs."""

    verb: str
    clause: Literal["by", "versus", "weighted"]
    word: str  # the clause's word as it was typed


Misread = (
    UnknownWord
    | MissingCampaign
    | MissingContact
    | MissingCase
    | BareDeed
    | UnknownCampaign
    | Surplus
    | BadWave
    | BadDate
    | MissingName
    | BadAbsence
    | BadDeed
    | BadHold
)

VERBS: Final[Mapping[str, frozenset[str]]] = {
    "help": frozenset({"help", "hulp", "uitleg", "?"}),
    "try": frozenset({"try", "probeer", "proberen", "proef", "test"}),
    "start": frozenset({"start", "begin", "starten"}),
    "status": frozenset({"status", "stand", "voortgang"}),
    "stop": frozenset({"stop", "stoppen", "halt"}),
    "pause": frozenset({"pause", "pauze", "pauzeer", "pauzeren"}),
    "resume": frozenset({"resume", "continue", "hervat", "hervatten"}),
    "undo": frozenset({"undo", "terugdraaien"}),
    "report": frozenset({"report", "rapport", "verslag", "rapportage"}),
    "trend": frozenset({"trend", "trends", "verloop"}),
    "themes": frozenset({"themes", "theme", "thema's", "themas", "thema"}),
    "accounts": frozenset({"accounts", "klanten"}),
    "churn": frozenset({"churn", "vertrek"}),
    "movers": frozenset({"movers", "verschuivingen"}),
    "managers": frozenset({"managers", "accountmanagers"}),
    "board": frozenset({"board", "directie", "bestuur"}),
    "answers": frozenset({"answers", "answer", "antwoorden", "antwoord", "reacties"}),
    "why": frozenset({"why", "waarom", "timeline", "tijdlijn"}),
    "who": frozenset({"who", "wie", "find", "zoek"}),
    "away": frozenset({"away", "afwezig"}),
    "cases": frozenset({"cases", "zaken"}),
    "case": frozenset({"case", "zaak", "geval"}),
    "improved": frozenset({"improved", "verbeterd"}),
    "audit": frozenset({"audit", "controle"}),
    "hold": frozenset({"hold", "uitstel", "uitstellen"}),
    "dashboard": frozenset({"dashboard", "overzicht"}),
    "digest": frozenset({"digest", "digests", "samenvatting"}),
    "schedule": frozenset({"schedule", "schema", "planning", "agenda"}),
}
"""Each command and the words that mean it."""

CONFIRM: Final = frozenset({"confirm", "bevestig", "bevestigen", "akkoord"})
WAVE: Final = frozenset({"wave", "golf", "ronde", "meting"})

BY: Final = frozenset({"by", "per"})
PERIODS: Final[Mapping[str, Literal["month", "week"]]] = {"month": "month", "maand": "month", "week": "week"}

_CLAUSE: Final = {
    **dict.fromkeys(WAVE, "wave"),
    **dict.fromkeys(BY, "by"),
    **dict.fromkeys(("since", "from", "sinds", "vanaf"), "since"),
    **dict.fromkeys(("now", "nu"), "now"),
    **dict.fromkeys(("vs", "vs.", "versus", "against", "compared", "tegen", "vergeleken"), "versus"),
}
_NAMED: Final = frozenset({"by", "versus"})  # clauses that hold a name, which may be any word
_PREVIOUS: Final = frozenset({"previous", "prev", "vorige", "vorig", "last", "before"})
CATEGORIES: Final[Mapping[str, ListedCategory]] = {
    **dict.fromkeys(("detractors", "detractor", "criticasters", "criticaster"), "detractors"),
    **dict.fromkeys(("passives", "passive", "passief", "passieven"), "passives"),
    **dict.fromkeys(("promoters", "promoter", "promotors", "promotor"), "promoters"),
}
_OF_ACCOUNTS: Final = {**dict.fromkeys(WAVE, "wave"), **dict.fromkeys(("weighted", "gewogen"), "weighted")}
_BEFORE_A_WEIGHT: Final = frozenset({"by", "naar", "op", "met"})
_FILLERS: Final = frozenset({"the", "de", "het", "to", "with", "met"})

_OF_A_WAVE: Final[
    Mapping[str, type[Themes] | type[Accounts] | type[Churn] | type[Movers] | type[Managers] | type[Board]]
] = {
    "themes": Themes,
    "accounts": Accounts,
    "churn": Churn,
    "movers": Movers,
    "managers": Managers,
    "board": Board,
}
_ALONE: Final[Mapping[str, type[Status] | type[ScheduleOf]]] = {"status": Status, "schedule": ScheduleOf}
_OWN_NAME: Final = frozenset({"nps", "/nps"})
_WORD_OF: Final = {word: verb for verb, words in VERBS.items() for word in words}
_NUMBER: Final = re.compile(r"#?([0-9]{1,6})")


def parse(line: str, campaigns: Iterable[str], today: date) -> Command | Misread:
    """Read one line, with or without `/nps` before it. Every text has a reading; none raises.

    Nothing but a name is help, as Slack users expect of a bare `/nps`. `today` is the day where the company
    is: a day may be named by how long ago it was.
    """
    words = split(line)
    if words and fold(words[0]) in _OWN_NAME:
        words = words[1:]
    if not words:
        return Usage()
    verb = _WORD_OF.get(fold(words[0]))
    if verb is None:
        likely = alike(words[0], _WORD_OF, most=1, fold=fold)
        return read_bare_deed(words) or UnknownWord(short(words[:1]), likely[0] if likely else None)
    rest = words[1:]
    names = tuple(campaigns)
    if (apart := _of_no_campaign(verb, rest, names, today)) is not None:
        return apart
    if not rest:
        return _ALONE[verb]() if verb in _ALONE else MissingCampaign(verb)
    campaign, rest = named(rest, names)
    if campaign is None:
        said = _before_clauses(rest) if verb in ("report", "answers", "audit", *_OF_A_WAVE) else rest
        return UnknownCampaign(verb, short(said), near(said, names))
    return (
        read_improved(campaign, rest, line)
        if verb == "improved"
        else _whole(verb, campaign, rest, names, today)
    )


def _of_no_campaign(
    verb: str, rest: Sequence[str], names: Sequence[str], today: date
) -> Command | Misread | None:
    """What a command says that begins with no campaign; None of one that does."""
    match verb:
        case "help":
            return Usage()
        case "why":
            return Why(" ".join(rest)) if rest else MissingContact()
        case "who":
            return WhoIs(" ".join(rest)) if rest else MissingContact("who")
        case "away":
            return read_absence(rest, today)
        case "hold":
            return read_hold(rest, today)
        case "dashboard":
            return read_dashboard(rest) or Surplus("dashboard", short(rest))
        case "digest":
            return read_digest(rest) or Surplus("digest", short(rest))
        case "case" if len(rest) > 1:
            return read_deed(rest, today)
        case "cases" | "case":
            return _of_cases(verb, rest, names)
        case _:
            return None


def verb_of(line: str) -> str:
    """The verb of a line, or nothing where it is none of ours."""
    words = split(line)
    if words and fold(words[0]) in _OWN_NAME:
        words = words[1:]
    return _WORD_OF.get(fold(words[0]), "") if words else ""


def _of_cases(verb: str, rest: Sequence[str], names: Sequence[str]) -> Command | Misread:
    found = read_cases(rest, names) if verb == "cases" else read_case(rest)
    if not isinstance(found, Unread):
        return found
    said = short(found.words)
    return UnknownCampaign(verb, said, near(found.words, names)) if found.as_campaign else Surplus(verb, said)


def _whole(
    verb: str, campaign: str, rest: Sequence[str], names: Sequence[str], today: date
) -> Command | Misread:
    match verb:
        case "start" if rest:
            return _start(campaign, rest, today)
        case "schedule":
            return read_schedule(campaign, rest, today)
        case "stop" if len(rest) == 1 and fold(rest[0]) in CONFIRM:
            return Stop(campaign, confirm=True)
        case "report" | "audit" | "themes":
            found = _report(Report(campaign), rest, names, today)
            return found if verb == "report" else _by_wave(verb, found, rest)
        case "churn" | "movers" | "managers" | "board":
            return _of_wave(verb, _OF_A_WAVE[verb](campaign), rest)
        case "accounts" | "answers" | "trend":
            return _READ[verb](campaign, rest)
        case _ if rest:
            return Surplus(verb, short(rest))
        case "try":
            return Try(campaign)
        case "start":
            return Start(campaign)
        case "status":
            return Status(campaign)
        case _:  # stop, pause, resume, undo
            return EACH[verb](campaign)


def _accounts(campaign: str, rest: Sequence[str]) -> Command | Misread:
    command = Accounts(campaign)
    before, found = clauses(rest, _OF_ACCOUNTS, {"weighted"})
    for word, said in found:
        if _OF_ACCOUNTS[fold(word)] == "wave":
            before += [word, *said]
        elif command.weighted is not None:
            return Surplus("accounts", short([word, *said]))
        else:
            name = said[1:] if said and fold(said[0]) in _BEFORE_A_WEIGHT else said
            if not name:
                return MissingName("accounts", "weighted", word)
            command = replace(command, weighted=" ".join(name))
    return _of_wave("accounts", command, before)


def _answers(campaign: str, rest: Sequence[str]) -> Command | Misread:
    said = [word for word in rest if fold(word) not in CATEGORIES]
    categories = {CATEGORIES[fold(word)] for word in rest if fold(word) in CATEGORIES}
    if len(categories) > 1:
        return Surplus("answers", short(rest))
    return _of_wave("answers", ShowAnswers(campaign, next(iter(categories), None)), said)


def _trend(campaign: str, rest: Sequence[str]) -> Command | Misread:
    if not rest:
        return Trend(campaign)
    if len(rest) == 2 and fold(rest[0]) in BY and fold(rest[1]) in PERIODS:
        return Trend(campaign, PERIODS[fold(rest[1])])
    return Surplus("trend", short(rest))


_READ: Final[Mapping[str, Callable[[str, Sequence[str]], Command | Misread]]] = {
    "accounts": _accounts,
    "answers": _answers,
    "trend": _trend,
}


def _start(campaign: str, rest: Sequence[str], today: date) -> Command | Misread:
    if len(rest) == 1 and fold(rest[0]) in CONFIRM:
        return Start(campaign, confirm=True)
    return read_start_later(campaign, rest, today) or Surplus("start", short(rest))


def _report(command: Report, rest: Sequence[str], names: Sequence[str], today: date) -> Command | Misread:
    before, apart = clauses(rest, _CLAUSE, _NAMED)
    found = _with_the_wave_of_versus(apart)
    seen = set()
    if before:
        wave = _wave("report", before)
        if not isinstance(wave, int):
            return wave
        command = replace(command, wave=wave)
        seen.add("wave")
    for word, said in found:
        clause = _CLAUSE[fold(word)]
        if clause in seen:
            return Surplus("report", short([word, *said]))
        seen.add(clause)
        more = _with_clause(command, clause, word, said, names, today)
        if not isinstance(more, Report):
            return more
        command = more
    return command


def _by_wave(verb: str, found: Command | Misread, rest: Sequence[str]) -> Command | Misread:
    """The audit, or the themes, for a report: they take the wave and the attribute, and nothing else."""
    if isinstance(found, Surplus | MissingName):
        return replace(found, verb=verb)
    if not isinstance(found, Report):
        return found
    other = found.since is not None or found.versus is not None or found.now
    if other:
        return Surplus(verb, short(rest))
    return (Themes if verb == "themes" else Audit)(found.campaign, found.wave, found.by)


def _with_clause(
    command: Report, clause: str, word: str, said: list[str], names: Sequence[str], today: date
) -> Report | Misread:
    match clause:
        case "now":
            return Surplus("report", short([word, *said])) if said else replace(command, now=True)
        case "wave":
            wave = _wave("report", said, word)
            return replace(command, wave=wave) if isinstance(wave, int) else wave
        case "since":
            day = read_day(said, today)
            return BadDate(short(said)) if day is None else replace(command, since=day)
        case "by":
            return replace(command, by=" ".join(said)) if said else MissingName("report", "by", word)
        case _:
            versus = versus_of(word, said, names)
            return replace(command, versus=versus) if isinstance(versus, str | int) else versus


def _with_the_wave_of_versus(found: Sequence[tuple[str, list[str]]]) -> list[tuple[str, list[str]]]:
    """The clauses, where what says a wave is part of what the score is compared with: "compared to wave 2",
    "vs the previous wave"."""
    joined: list[tuple[str, list[str]]] = []
    for word, said in found:
        before = joined[-1][1] if joined and _CLAUSE[fold(joined[-1][0])] == "versus" else None
        if _CLAUSE[fold(word)] == "wave" and before and fold(before[-1]) in (_FILLERS if said else _PREVIOUS):
            before += [word, *said]
        else:
            joined.append((word, list(said)))
    return joined


def versus_of(word: str, said: Sequence[str], names: Sequence[str]) -> str | int | Misread:
    """What a score is compared with, as `Report.versus` has it; `word` stood before the words that say so."""
    campaign, rest = named(said, names)
    meant = " ".join(said).split()  # at the terminal "wave 2" is one word
    while campaign is None and meant and fold(meant[0]) in _FILLERS:
        meant = meant[1:]
        campaign, rest = named(meant, names)
    if campaign is not None:
        return Surplus("report", short(rest)) if rest else campaign
    if not meant:
        return MissingName("report", "versus", word)
    if fold(meant[0]) in _PREVIOUS:
        more = meant[2:] if fold(meant[-1]) in WAVE else meant[1:]
        return Surplus("report", short(more)) if more else PREVIOUS
    if fold(meant[0]) in WAVE:
        return _wave("report", meant[1:], meant[0])
    if _NUMBER.fullmatch(meant[0]):
        return _wave("report", meant)
    return UnknownCampaign("report", short(meant), near(meant, names))


def _of_wave(
    verb: str,
    command: Themes | Accounts | Churn | Movers | Managers | Board | ShowAnswers,
    rest: Sequence[str],
) -> Command | Misread:
    """The command with what follows it, which can only be a wave."""
    if not rest:
        return command
    word, said = (rest[0], rest[1:]) if fold(rest[0]) in WAVE else (None, rest)
    wave = _wave(verb, said, word)
    return replace(command, wave=wave) if isinstance(wave, int) else wave


def _wave(verb: str, said: Sequence[str], word: str | None = None) -> int | Misread:
    """The number of a wave. Without the word for it before, only what looks like a number is meant as one."""
    if len(said) == 1 and (found := _NUMBER.fullmatch(said[0])) and int(found[1]) > 0:
        return int(found[1])
    meant = word is not None or re.fullmatch(r"#?-?[0-9]+", said[0])
    if len(said) > 1 or not meant:
        return Surplus(verb, short(said if word is None else [word, *said]))
    return BadWave(short(said))


def _before_clauses(words: Sequence[str]) -> Sequence[str]:
    """What was perhaps meant as the campaign: the words before the first clause, at least one."""
    before, _ = clauses(words[1:], _CLAUSE, _NAMED)
    return [words[0], *before]
