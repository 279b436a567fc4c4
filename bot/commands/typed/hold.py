"""What stands after `hold`: who is held back, until when and why. PURE.

    hold CONTACT until DAY because … | hold CONTACT refuse | hold

In English or Dutch. "Until 1 April" ends as that day begins.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from bot.commands.lines import clauses, short
from bot.dates import read_day_ahead
from bot.reports.readable import fold


@dataclass(frozen=True, slots=True)
class HoldBack:
    """Ask somebody nothing up to the day `until`; `contact` is a key, an address or a name, as it was typed."""

    contact: str
    until: date
    reason: str


@dataclass(frozen=True, slots=True)
class RefuseHold:
    """End at once that somebody is held back."""

    contact: str


@dataclass(frozen=True, slots=True)
class Holds:
    """Say who is held back."""


@dataclass(frozen=True, slots=True)
class BadHold:
    """What is wrong with it: there is no contact, no day or no reason, the day is none or not ahead, or it is too
    far ahead."""

    why: Literal["no_contact", "no_day", "no_reason", "bad_day", "past", "too_long"]
    text: str = ""


_UNTIL: Final = {**dict.fromkeys(("until", "till", "til", "tot", "for", "voor"), "until")}
_BECAUSE: Final = frozenset({"because", "want", "omdat", "as", "wegens"})
_REFUSE: Final = frozenset({"refuse", "refused", "weiger", "weigeren", "geweigerd"})
_LONGEST: Final = timedelta(days=30)


def read_hold(words: Sequence[str], today: date) -> HoldBack | RefuseHold | Holds | BadHold:
    """What the words after `hold` say; `today` is the day where the company is."""
    if not words:
        return Holds()
    if len(words) > 1 and fold(words[-1]) in _REFUSE:
        return RefuseHold(" ".join(words[:-1]))
    place = next((at for at, word in enumerate(words) if fold(word) in _BECAUSE), len(words))
    who, found = clauses(words[:place], _UNTIL, frozenset())
    reason = " ".join(words[place + 1 :])
    if not who:
        return BadHold("no_contact")
    if len(found) != 1 or not found[0][1]:
        return BadHold("no_day")
    until = read_day_ahead(found[0][1], today)
    if until is None:
        return BadHold("bad_day", short(found[0][1]))
    if until <= today:
        return BadHold("past", short(found[0][1]))
    if until > today + _LONGEST:
        return BadHold("too_long", short(found[0][1]))
    return HoldBack(" ".join(who), until, reason) if reason else BadHold("no_reason")
