"""How many NPS points a theme costs.

Impact = NPS - NPS without those who named the theme. The definition in use at Thematic and (as
n_t (NPS_t - NPS) / (N - n_t), the same by algebra) at Qualtrics. Negative: the theme costs points.
It shows what goes together, not what causes what; a reason can hold several themes, so impacts do not add up.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt

from scoring.comparison import holm
from scoring.counts import Counts, nps
from scoring.distributions import two_sided_p, z_quantile
from scoring.interval import Interval
from scoring.segmentation import FEWEST_COUNTED, FEWEST_SOLID


def nps_without(everyone: Counts, theme: Counts) -> float | None:
    """The NPS of those who did not name the theme; None when all did."""
    return nps(everyone - theme)


def impact(everyone: Counts, theme: Counts) -> float | None:
    """NPS minus NPS without the theme, in points; None when nobody is left without it."""
    score, without = nps(everyone), nps_without(everyone, theme)
    return None if score is None or without is None else score - without


def impact_of_scores(n: int, score: float | None, theme_n: int, theme_score: float | None) -> float | None:
    """The same from numbers of answers and scores: n_t (NPS_t - NPS) / (N - n_t)."""
    if theme_n == 0:
        return 0.0 if n else None
    if theme_n >= n or score is None or theme_score is None:
        return None
    return theme_n * (theme_score - score) / (n - theme_n)


def impact_standard_error(everyone: Counts, theme: Counts) -> float | None:
    """The standard error of the impact in points; None where there is no impact.

    By the influence of each answer (the delta method): x - mu for those with the theme, and (x - mu) - (x -
    mu_rest) / (1 - f) for the others, f being the share that names the theme; it counts that f is estimated
    too. Against 20,000 bootstrap samples it differs by half a point in the example of docs/statistics.md. A
    large-sample formula: with few answers on either side read it as a rough guide.
    """
    rest = everyone - theme
    if not rest.n:
        return None
    n = everyone.n
    mean, rest_mean = everyone.net / n, rest.net / rest.n
    weight = n / rest.n
    squares = sum(times * (x - mean) ** 2 for x, times in _values(theme))
    squares += sum(times * ((x - mean) - (x - rest_mean) * weight) ** 2 for x, times in _values(rest))
    return 100 * sqrt(squares) / n


def impact_interval(everyone: Counts, theme: Counts, confidence: float = 0.95) -> Interval | None:
    """The interval of the impact in points; None where there is no impact."""
    middle = impact(everyone, theme)
    error = impact_standard_error(everyone, theme)
    if middle is None or error is None:
        return None
    half = z_quantile(confidence) * error
    return Interval(max(-200.0, middle - half), min(200.0, middle + half))


def _values(counts: Counts) -> tuple[tuple[int, int], ...]:
    return (-1, counts.detractors), (0, counts.passives), (1, counts.promoters)


@dataclass(frozen=True, slots=True)
class ThemeImpact:
    """One theme as it may be shown; `n` stays when the rest is hidden."""

    theme: str
    n: int
    hidden: bool
    """Fewer than five name the theme, or fewer than five do not (the impact would give those away)."""
    indicative: bool = False
    """Fewer than 30 on either side."""
    nps: float | None = None
    nps_without: float | None = None
    impact: float | None = None
    interval: Interval | None = None
    p: float | None = None
    adjusted_p: float | None = None
    """After Holm's correction for all themes that are shown."""
    matters: bool = False
    """The impact differs from zero at the confidence asked for, after that correction."""


def theme_impacts(
    everyone: Counts, themes: Mapping[str, Counts], confidence: float = 0.95
) -> tuple[ThemeImpact, ...]:
    """Every theme with its impact, the costliest first and the hidden last.

    `everyone` are those who gave a reason: who wrote nothing can name no theme. Say so next to the numbers.
    """
    measured: dict[str, float] = {}
    for name, counts in themes.items():
        rest = everyone - counts
        if counts.n >= FEWEST_COUNTED and rest.n >= FEWEST_COUNTED:
            measured[name] = _p(everyone, counts)
    corrected = dict(zip(measured, holm(list(measured.values())), strict=True))
    found = []
    for name, counts in themes.items():
        if name not in measured:
            found.append(ThemeImpact(name, counts.n, hidden=True))
            continue
        found.append(
            ThemeImpact(
                name,
                counts.n,
                hidden=False,
                indicative=min(counts.n, everyone.n - counts.n) < FEWEST_SOLID,
                nps=nps(counts),
                nps_without=nps_without(everyone, counts),
                impact=impact(everyone, counts),
                interval=impact_interval(everyone, counts, confidence),
                p=measured[name],
                adjusted_p=corrected[name],
                matters=corrected[name] < 1 - confidence,
            )
        )
    return tuple(sorted(found, key=lambda each: (each.hidden, each.impact or 0.0, each.theme)))


def _p(everyone: Counts, theme: Counts) -> float:
    size, error = impact(everyone, theme), impact_standard_error(everyone, theme)
    if not size or not error:
        return 1.0
    return two_sided_p(size / error)
