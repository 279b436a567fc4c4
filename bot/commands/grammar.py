"""What a command means: one grammar for Slack, Telegram and the terminal. PURE.

    help | try C | start C | start C confirm | status [C] | stop C | report C [[wave] N]

C is a campaign of config.yaml, in any case, quoted or not. Each word may be said in Dutch. What a phone makes
of typed text (curly quotes, long dashes, spaces that do not break) is read as what was meant.
"""

import difflib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Help:
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
class Stop:
    """Ask nobody more."""

    campaign: str


@dataclass(frozen=True, slots=True)
class Report:
    """Report a wave; None is the newest."""

    campaign: str
    wave: int | None = None


Command = Help | Try | Start | Status | Stop | Report


@dataclass(frozen=True, slots=True)
class UnknownWord:
    """No command begins so; `near` is the command that looks most like it."""

    word: str
    near: str | None


@dataclass(frozen=True, slots=True)
class MissingCampaign:
    """The command needs a campaign and got none."""

    verb: str


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


Misread = UnknownWord | MissingCampaign | UnknownCampaign | Surplus | BadWave

VERBS: Final[Mapping[str, frozenset[str]]] = {
    "help": frozenset({"help", "hulp", "uitleg", "?"}),
    "try": frozenset({"try", "probeer", "proberen", "proef", "test"}),
    "start": frozenset({"start", "begin", "starten"}),
    "status": frozenset({"status", "stand", "voortgang"}),
    "stop": frozenset({"stop", "stoppen", "halt"}),
    "report": frozenset({"report", "rapport", "verslag", "rapportage"}),
}
"""Each command and the words that mean it."""

CONFIRM: Final = frozenset({"confirm", "bevestig", "bevestigen", "akkoord"})
WAVE: Final = frozenset({"wave", "golf", "ronde", "meting"})

_OWN_NAME: Final = frozenset({"nps", "/nps"})
_WORD_OF: Final = {word: verb for verb, words in VERBS.items() for word in words}
_TOKEN: Final = re.compile(r'"([^"]*)"|(?<!\S)\'([^\']*)\'(?!\S)|([^\s"]+)|"')
_QUOTES: Final = str.maketrans(
    {
        **dict.fromkeys("“”„‟«»〝〞＂", '"'),
        **dict.fromkeys("‘’‚‛‹›´`", "'"),
        **dict.fromkeys("‐‑‒–—―−", "-"),
    }
)
_LONGEST: Final = 60  # characters of somebody's own words that an answer repeats


def parse(line: str, campaigns: Iterable[str]) -> Command | Misread:
    """Read one line, with or without `/nps` before it. Every text has a reading; none raises.

    Nothing but a name is help, as Slack users expect of a bare `/nps`.
    """
    words = split(line)
    if words and _fold(words[0]) in _OWN_NAME:
        words = words[1:]
    if not words:
        return Help()
    verb = _WORD_OF.get(_fold(words[0]))
    if verb is None:
        near = difflib.get_close_matches(_fold(words[0]), _WORD_OF, n=1, cutoff=0.6)
        return UnknownWord(_short(words[0]), _WORD_OF[near[0]] if near else None)
    rest = words[1:]
    if verb == "help":
        return Help()
    if not rest:
        return Status() if verb == "status" else MissingCampaign(verb)
    names = tuple(campaigns)
    campaign, rest = _campaign(rest, names)
    if campaign is None:
        return UnknownCampaign(verb, _short(" ".join(rest)), _near(rest, names))
    return _whole(verb, campaign, rest)


def split(line: str) -> list[str]:
    """The words of a line; what stands in quotes is one word, and a quote that is not closed is left out."""
    plain = "".join(
        " " if character.isspace() else character
        for character in unicodedata.normalize("NFC", line).translate(_QUOTES)
        if character.isspace() or unicodedata.category(character) not in {"Cc", "Cf"}
    )
    words = []
    for match in _TOKEN.finditer(plain):
        word = next((group for group in match.groups() if group is not None), "").strip()
        if word:
            words.append(word)
    return words


def _whole(verb: str, campaign: str, rest: Sequence[str]) -> Command | Misread:
    match verb:
        case "start" if len(rest) == 1 and _fold(rest[0]) in CONFIRM:
            return Start(campaign, confirm=True)
        case "report" if rest:
            return _wave(campaign, rest)
        case _ if rest:
            return Surplus(verb, _short(" ".join(rest)))
        case "try":
            return Try(campaign)
        case "start":
            return Start(campaign)
        case "status":
            return Status(campaign)
        case "stop":
            return Stop(campaign)
        case _:
            return Report(campaign)


def _wave(campaign: str, rest: Sequence[str]) -> Command | Misread:
    number = list(rest)
    if _fold(number[0]) in WAVE:
        number = number[1:]
    if len(number) != 1:
        return Surplus("report", _short(" ".join(rest))) if number else BadWave("")
    match = re.fullmatch(r"#?([0-9]{1,6})", number[0])
    if match and int(match[1]) > 0:
        return Report(campaign, int(match[1]))
    named = len(number) < len(rest) or re.fullmatch(r"#?-?[0-9]+", number[0])
    return BadWave(_short(number[0])) if named else Surplus("report", _short(" ".join(rest)))


def _campaign(words: Sequence[str], names: Sequence[str]) -> tuple[str | None, list[str]]:
    """The campaign that the words begin with, the longest name first, and the words after it."""
    folded = {_fold(name): name for name in names}
    for length in range(len(words), 0, -1):
        said = " ".join(words[:length])
        if said in names:
            return said, list(words[length:])
        if _fold(said) in folded:
            return folded[_fold(said)], list(words[length:])
    return None, list(words)


def _near(words: Sequence[str], names: Sequence[str]) -> tuple[str, ...]:
    folded = {_fold(name): name for name in names}
    for said in (_fold(words[0]), _fold(" ".join(words))):
        found = difflib.get_close_matches(said, folded, n=3, cutoff=0.5)
        starts = [name for name in folded if said and name.startswith(said) and name not in found]
        if found or starts:
            return tuple(folded[name] for name in [*found, *starts][:3])
    return ()


def _fold(text: str) -> str:
    return unicodedata.normalize("NFC", text.casefold())


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
