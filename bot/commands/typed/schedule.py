"""What stands after `schedule`, and after `start C` where it is to wait. PURE.

    schedule | schedule C | schedule C every 3 months from 2 March 10:00 [confirm]
    schedule C confirm | schedule C skip | pause | resume | off
    start C on 2 March 10:00 | start C next monday 10:00 | start C over twee weken

How days, times and rhythms are read stands in `bot.when`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from bot.commands.lines import short
from bot.reports.readable import fold
from bot.when.moments import SaidWhen, read_moment
from bot.when.rhythm_words import BadRhythm, read_rhythm
from bot.when.rhythms import Rhythm

ScheduleDeed = Literal["show", "skip", "pause", "resume", "off", "confirm"]


@dataclass(frozen=True, slots=True)
class StartLater:
    """Show the plan of a start at the moment that was said; nothing where no moment is understood."""

    campaign: str
    text: str
    said: SaidWhen | None


@dataclass(frozen=True, slots=True)
class ScheduleOf:
    """Show the schedule of a campaign, or do something with it; None is every campaign."""

    campaign: str | None = None
    deed: ScheduleDeed = "show"


@dataclass(frozen=True, slots=True)
class SetSchedule:
    """Show what a rhythm would bring, to be confirmed; or say what is wrong with it. Where it was `confirmed` in the
    same words, and was shown before, it is set."""

    campaign: str
    rhythm: Rhythm | BadRhythm
    confirmed: bool = False


_DEEDS: Final[dict[str, ScheduleDeed]] = {
    **dict.fromkeys(("skip", "overslaan"), "skip"),
    **dict.fromkeys(("pause", "pauze", "pauzeer", "pauzeren"), "pause"),
    **dict.fromkeys(("resume", "hervat", "hervatten", "verder"), "resume"),
    **dict.fromkeys(("off", "uit", "stop"), "off"),
    **dict.fromkeys(("confirm", "bevestig", "bevestigen", "akkoord"), "confirm"),
}
_BEFORE_A_MOMENT: Final = frozenset(
    {"on", "op", "at", "om", "in", "over", "next", "volgende", "coming", "komende"}
)


def read_start_later(campaign: str, words: Sequence[str], today: date) -> StartLater | None:
    """What the words after a campaign that is to be started say; None where they speak of no moment."""
    said = read_moment(words, today)
    if said is None and fold(words[0]) not in _BEFORE_A_MOMENT:
        return None
    return StartLater(campaign, short(words), said)


def read_schedule(campaign: str, words: Sequence[str], today: date) -> ScheduleOf | SetSchedule:
    """What the words after the campaign of a schedule say; `today` is the day where the company is."""
    if not words:
        return ScheduleOf(campaign)
    deed = _DEEDS.get(fold(words[-1]))
    if deed is not None and len(words) == 1:
        return ScheduleOf(campaign, deed)
    if deed == "confirm":
        return SetSchedule(campaign, read_rhythm(words[:-1], today), confirmed=True)
    return SetSchedule(campaign, read_rhythm(words, today))
