"""Scores of others, to stand beside one's own: always with year, source and whom they speak of.

The published figures state no number of answers, so there is nothing to test: only the distance is given,
and what the interval of one's own score says. Words such as "good" are a setting, because sources disagree:
50-80 in one, 30-50 in another.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from scoring.clusters import Clusters, interval_by_account
from scoring.counts import Counts, nps, shown
from scoring.interval import Interval

_Kind = TypeVar("_Kind")
_WRITE = {dict: "sectors and scores", int: "a whole number", str: "a text"}


@dataclass(frozen=True, slots=True)
class Benchmark:
    """A published score of others."""

    sector: str
    nps: float
    year: int
    """The year of the report."""
    source: str
    scope: str
    """Whom it speaks of, for instance "B2B, Netherlands"."""
    previous: float | None = None
    """The score in the report before, where it was printed."""

    def __str__(self) -> str:
        return f"{shown(self.nps)} {self.sector} ({self.source}, {self.year}; {self.scope})"


@dataclass(frozen=True, slots=True)
class Distance:
    """One's own score minus a benchmark, in points."""

    benchmark: Benchmark
    points: float
    interval: Interval
    """From one's own answers alone: the benchmark's own uncertainty is not published."""

    @property
    def sentence(self) -> str:
        """The distance in words, without a verdict on chance."""
        side = "above" if self.points > 0 else "below"
        size = shown(abs(self.points)).removeprefix("+")
        return f"{'level with' if size == '0' else f'{size} points {side}'} {self.benchmark}"


def benchmarks(data: Mapping[str, object]) -> tuple[Benchmark, ...]:
    """Reads the mapping of a benchmark file (`scoring/data/benchmarks.yaml` shows the form).

    ValueError names the set and the field that is missing or has the wrong kind.
    """
    found: list[Benchmark] = []
    for name, block in data.items():
        if not isinstance(block, Mapping):
            raise ValueError(f"benchmark set {name}: write source, year, scope and scores under it")
        scores = _field(name, block, "scores", dict)
        for sector, entry in scores.items():
            now, before = entry if isinstance(entry, list) and len(entry) == 2 else (entry, None)
            found.append(
                Benchmark(
                    sector=str(sector),
                    nps=_score(name, sector, now),
                    year=_field(name, block, "year", int),
                    source=_field(name, block, "source", str),
                    scope=_field(name, block, "scope", str),
                    previous=None if before is None else _score(name, sector, before),
                )
            )
    return tuple(found)


def _field(name: str, block: Mapping[str, object], key: str, kind: type[_Kind]) -> _Kind:
    value = block.get(key)
    if not isinstance(value, kind) or isinstance(value, bool):
        raise ValueError(f"benchmark set {name}: `{key}` is {value!r}; write {_WRITE[kind]} there")
    return value


def _score(name: str, sector: object, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not -100 <= value <= 100:
        raise ValueError(f"benchmark set {name}, {sector}: {value!r} is no score between -100 and 100")
    return float(value)


def distance(
    counts: Counts, benchmark: Benchmark, clusters: Clusters | None = None, confidence: float = 0.95
) -> Distance | None:
    """How far one's own score lies from the benchmark, by account where `clusters` say so; None without answers."""
    own, limits = nps(counts), interval_by_account(counts, clusters, confidence)
    if own is None or limits is None:
        return None
    return Distance(
        benchmark,
        own - benchmark.nps,
        Interval(limits.low - benchmark.nps, limits.high - benchmark.nps),
    )


@dataclass(frozen=True, slots=True)
class Bands:
    """Words for scores, by the lowest score that earns each."""

    floors: Sequence[tuple[float, str]]

    def __post_init__(self) -> None:
        lowest = [floor for floor, _ in self.floors]
        if lowest != sorted(set(lowest)):
            raise ValueError(f"bands start at {lowest}; list them from the lowest score up, each once")

    def words(self, interval: Interval) -> tuple[str | None, str | None]:
        """The words for the limits of a score; the same one twice where the interval lies in one band."""
        return self.word(interval.low), self.word(interval.high)

    def word(self, score: float) -> str | None:
        """The word for a score; None below the first band."""
        found = None
        for floor, word in self.floors:
            if score >= floor:
                found = word
        return found
