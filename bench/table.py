"""A row of the table, and the table in plain text."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

HEAD = ("what", "npsbot", "against", "ratio", "target", "met", "note")


@dataclass(frozen=True, slots=True)
class Line:
    """One row: npsbot's figure, the other side's in the same run, and how the two compare."""

    what: str
    ours: str
    against: str = ""
    ratio: float | None = None
    target: str = ""  # empty: shown, not judged
    met: bool | None = None
    note: str = ""

    def cells(self) -> tuple[str, ...]:
        """The row as the table shows it."""
        ratio = "" if self.ratio is None else f"{self.ratio:.2f}"
        met = "" if self.met is None else "yes" if self.met else "NO"
        return (self.what, self.ours, self.against, ratio, self.target, met, self.note)


def per_second(rates: Sequence[float]) -> str:
    """The median of several rates."""
    return f"{median(rates):,.0f}/s"


def ratio_of(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """The median of the ratios of runs that took turns: the machine's moods hit both of a pair."""
    return median(mine / other for mine, other in zip(ours, theirs, strict=True))


def markdown(lines: Iterable[Line]) -> str:
    """The rows as a table that reads well as text and as Markdown."""
    rows = [HEAD, *(line.cells() for line in lines)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    drawn = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        for row in rows
    ]
    drawn.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(drawn)
