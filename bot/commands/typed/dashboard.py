"""What stands after `dashboard`. PURE.

dashboard | dashboard off
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.reports.readable import fold


@dataclass(frozen=True, slots=True)
class ShowDashboard:
    """Give whoever asks a link into the dashboard; with `off`, end every session that they have there."""

    off: bool = False


_OFF: Final = frozenset({"off", "uit", "close", "sluiten"})


def read_dashboard(words: Sequence[str]) -> ShowDashboard | None:
    """What the words say; None where they say something else."""
    if not words:
        return ShowDashboard()
    return ShowDashboard(off=True) if len(words) == 1 and fold(words[0]) in _OFF else None
