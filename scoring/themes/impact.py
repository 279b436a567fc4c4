"""How many NPS points a theme costs.

Impact = NPS - NPS without those who named the theme. The definition in use at Thematic and (as
n_t (NPS_t - NPS) / (N - n_t), the same by algebra) at Qualtrics. Negative: the theme costs points.
It shows what goes together, not what causes what; a reason can hold several themes, so impacts do not add up.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt

from scoring.clusters import Shared, apart
from scoring.comparison import compare, holm
from scoring.counts import Counts, nps
from scoring.interval import PSEUDO_ANSWERS, Interval, adjusted
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


def impact_standard_error(everyone: Counts, theme: Counts, *, pseudo: float = PSEUDO_ANSWERS) -> float | None:
    """The standard error of the impact in points; None where there is no impact.

    With f the share that names the theme and D the mean of these minus the mean of the rest, the impact is f D,
    and its variance f² (v / n of the theme + v / n of the rest) + D² f (1 - f) / N: the delta method, which
    counts that f is estimated too. Each side's v is taken with `pseudo` answers, as in `adjusted_wald`: ten
    promoters of ten have no spread, and that is no certainty. With `pseudo` 0 it is the plain large-sample
    form, the sum of the squared influence of each answer; docs/statistics.md says where that one fails.
    """
    rest = everyone - theme
    if not rest.n:
        return None
    if not theme.n:
        return 0.0
    n, share = everyone.n, theme.n / everyone.n
    apart = theme.net / theme.n - rest.net / rest.n
    spread = adjusted(theme, pseudo).variance / theme.n + adjusted(rest, pseudo).variance / rest.n
    return 100 * sqrt(share**2 * spread + apart**2 * share * (1 - share) / n)


def impact_interval(
    everyone: Counts,
    theme: Counts,
    confidence: float = 0.95,
    *,
    pseudo: float = PSEUDO_ANSWERS,
    shared: Shared | None = None,
) -> Interval | None:
    """The interval of the impact in points, around it; None where there is no impact, or nobody's theme.

    With `shared`, those with the theme and the others by account, it is wider by what that adds to the difference of
    the two (`scoring.clusters.apart`), with the same t.
    """
    middle = impact(everyone, theme)
    error = impact_standard_error(everyone, theme, pseudo=pseudo)
    if middle is None or error is None or not theme.n:
        return None
    usual, found = apart(theme, everyone - theme), apart(theme, everyone - theme, shared)
    half = found.quantile(confidence) * error * sqrt(found.variance / usual.variance)
    return Interval(max(-200.0, middle - half), min(200.0, middle + half))


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
    """Those with the theme score differently from the rest, at the confidence asked for, so corrected, and no
    impact of 0 is in the interval: the test is of the scores and the interval is of the points, and where one of
    them denies the other there is no finding."""
    leans: bool = False
    """The test or the interval alone says so: it points that way, and is not certain."""


def theme_impacts(
    everyone: Counts,
    themes: Mapping[str, Counts],
    confidence: float = 0.95,
    *,
    shared: Mapping[str, Shared] | None = None,
) -> tuple[ThemeImpact, ...]:
    """Every theme with its impact, the costliest first and the hidden last.

    `everyone` are those who gave a reason: who wrote nothing can name no theme. Say so next to the numbers.
    `shared` holds those with each theme and the others by account.
    """
    measured: dict[str, float] = {}
    for name, counts in themes.items():
        rest = everyone - counts
        if counts.n >= FEWEST_COUNTED and rest.n >= FEWEST_COUNTED:
            measured[name] = _p(everyone, counts, (shared or {}).get(name))
    corrected = dict(zip(measured, holm(list(measured.values())), strict=True))
    found = []
    for name, counts in themes.items():
        if name not in measured:
            found.append(ThemeImpact(name, counts.n, hidden=True))
            continue
        limits = impact_interval(everyone, counts, confidence, shared=(shared or {}).get(name))
        differs = corrected[name] < 1 - confidence
        clear = limits is not None and 0.0 not in limits
        found.append(
            ThemeImpact(
                name,
                counts.n,
                hidden=False,
                indicative=min(counts.n, everyone.n - counts.n) < FEWEST_SOLID,
                nps=nps(counts),
                nps_without=nps_without(everyone, counts),
                impact=impact(everyone, counts),
                interval=limits,
                p=measured[name],
                adjusted_p=corrected[name],
                matters=differs and clear,
                leans=differs is not clear,
            )
        )
    return tuple(sorted(found, key=lambda each: (each.hidden, each.impact or 0.0, each.theme)))


def _p(everyone: Counts, theme: Counts, shared: Shared | None) -> float:
    """An impact is zero exactly where the theme's score is that of the rest, so that is what is tested.

    `compare` keeps its false-alarm rate for few answers and near +100, where the impact by its own standard
    error does not: with ten of 200 at +95 and the plain form, 44% instead of 5%.
    """
    found = compare(theme, everyone - theme, shared=shared)
    return 1.0 if found is None else found.p
