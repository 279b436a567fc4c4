"""The command that tells customers what is better now. PURE.

    improved C [wave N] THEME "…" | improved C [THEME] confirm | improved C [THEME] stop

Which themes there are is known where the command is carried out; so the words after the campaign stay together until
then. Those for customers go to them as they were typed, whatever is read as what was meant elsewhere.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from bot.commands.lines import named
from bot.reports.readable import fold, typed


@dataclass(frozen=True, slots=True)
class Improved:
    """Say what is better now of a theme that customers named; of the newest wave where no number is given. `said` are
    the words after the campaign, of which what stood in quotes is one."""

    campaign: str
    said: tuple[str, ...] = ()
    wave: int | None = None


@dataclass(frozen=True, slots=True)
class OfATheme:
    """What is to be done of which theme: None where none is named. Of a theme that there is not, `unknown` has the
    words that were perhaps meant as one."""

    deed: Literal["plan", "confirm", "stop"]
    theme: str | None = None
    words: str = ""
    unknown: tuple[str, ...] = ()


_CONFIRM: Final = frozenset({"confirm", "bevestig", "bevestigen", "akkoord"})
_STOP: Final = frozenset({"stop", "stoppen", "halt", "undo", "herroep"})
_WAVE: Final = frozenset({"wave", "golf", "ronde", "meting"})
_NUMBER: Final = re.compile(r"#?([1-9][0-9]{0,5})")
_QUOTED_LAST: Final = re.compile(r'["“”„«]([^"“”„«»]*)["“”»]\s*$')


def read_improved(campaign: str, rest: Sequence[str], line: str) -> Improved:
    """What stands after the campaign of this line, which `rest` are the words of."""
    said, wave = list(rest), None
    for place in (0, len(said) - 3):
        # before the theme, or behind it
        if 0 <= place < len(said) - 1 and fold(said[place]) in _WAVE:
            number = _NUMBER.fullmatch(said[place + 1])
            if number is not None:
                wave = int(number[1])
                del said[place : place + 2]
                break
    quoted = _QUOTED_LAST.search(line)
    if said and quoted is not None and typed(quoted[1]).strip() == said[-1]:
        said[-1] = quoted[1].strip()
    return Improved(campaign, tuple(said), wave)


def of_theme(said: Sequence[str], themes: Mapping[str, str]) -> OfATheme:
    """What the words mean where these are the themes: each by what it is called, and by its name in the lists."""
    last = fold(said[-1]) if said else ""
    called, rest = named(said, (*themes, *themes.values()))
    theme = None if called is None else themes.get(called, called)
    if last in _CONFIRM | _STOP and len(rest) == 1 and (theme is not None or len(said) == 1):
        return OfATheme("confirm" if last in _CONFIRM else "stop", theme)
    if theme is None:
        # Customers' words stand in quotes, and have more than one word; else the theme is one word.
        return OfATheme("plan", unknown=tuple(said[:-1] if len(said) > 1 and " " in said[-1] else said[:1]))
    return OfATheme("plan", theme, " ".join(rest))
