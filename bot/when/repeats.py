"""How often a digest comes, as people write it, in English and in Dutch. PURE."""

from collections.abc import Sequence
from typing import Final, Literal

from bot.dates import said_words

Repeats = Literal["daily", "weekly", "monthly", "off"]

_EVERY: Final = frozenset(
    {"every", "each", "elke", "iedere", "per", "a", "once", "eens", "één", "keer", "een"}
)
_MEANT: Final[dict[str, Repeats]] = {
    **dict.fromkeys(("daily", "day", "dagelijks", "dag", "werkdag", "workday", "weekday"), "daily"),
    **dict.fromkeys(("weekly", "week", "wekelijks"), "weekly"),
    **dict.fromkeys(("monthly", "month", "maandelijks", "maand"), "monthly"),
    **dict.fromkeys(("off", "uit", "never", "nooit", "stop", "stoppen", "none", "geen"), "off"),
}


def read_repeats(words: Sequence[str]) -> Repeats | None:
    """What the words say: `weekly`, `every week`, `eens per maand`; None where they say something else."""
    meant = [word for word in said_words(words) if word not in _EVERY]
    return _MEANT.get(meant[0]) if len(meant) == 1 else None
