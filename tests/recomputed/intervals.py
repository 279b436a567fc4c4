"""Intervals and comparisons, from their published definitions.

An answer is -1, 0 or +1. Three imaginary answers (.75 / 1.5 / .75) are added before anything is said of chance
(adjusted Wald: Rocks 2016). By account: Liang & Zeger 1986 with the factor G / (G - 1), and Student's t by Kish's
effective number.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor, sqrt
from typing import Any

import numpy as np
import pandas as pd  # type: ignore[import-untyped]
from scipy import stats  # type: ignore[import-untyped]

Json = dict[str, Any]
Z = float(stats.norm.ppf(0.975))
IMAGINARY = np.array([0.75, 1.5, 0.75])
STEPS = np.array([-1.0, 0.0, 1.0])


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean with its variance; `degrees` of Student's t where it counts by account."""

    mean: float
    variance: float
    weight: float
    degrees: int | None
    accounts: int

    @property
    def quantile(self) -> float:
        """Standard errors from the middle to a limit."""
        return Z if self.degrees is None else float(stats.t.ppf(0.975, self.degrees))


def limits(low: float, high: float) -> Json:
    """An interval as reports tell it."""
    return {"low": float(low), "high": float(high)}


def histogram(steps: Any) -> Any:
    """How many of -1, 0 and +1."""
    return np.array([np.sum(np.asarray(steps) == step) for step in STEPS], dtype=float)


def alone(steps: Any, imaginary: Any = IMAGINARY) -> tuple[float, float, float]:
    """Mean, variance of one answer and number of answers, the imaginary ones among them."""
    counts = histogram(steps) + imaginary
    n = counts.sum()
    mean = counts @ STEPS / n
    return mean, counts @ (STEPS - mean) ** 2 / n, n


def by_account(answers: pd.DataFrame) -> Mean:
    """The mean of answers with the columns `step` and `cluster`."""
    mean, variance, n = alone(answers["step"])
    usual = variance / n
    sizes = answers.groupby("cluster")["step"].agg(["size", "sum"])
    accounts = len(sizes)
    if accounts < 2 or accounts == len(answers):
        return Mean(mean, usual, n, None, accounts)
    residuals = sizes["sum"] - sizes["size"] * mean
    squares = float((residuals**2).sum()) + float(IMAGINARY @ (STEPS - mean) ** 2)
    robust = accounts / (accounts - 1) * squares / n**2
    effective = len(answers) ** 2 / float((sizes["size"] ** 2).sum())
    return Mean(mean, max(robust, usual), n, max(1, floor(effective + 0.5) - 1), accounts)


def around(score: float, found: Mean) -> Json:
    """The interval of an NPS in points; the score is always within it."""
    half = found.quantile * sqrt(found.variance)
    low, high = max(-1.0, found.mean - half), min(1.0, found.mean + half)
    return limits(min(100 * low, score), max(100 * high, score))


def nps(answers: pd.DataFrame) -> float | None:
    """100 times the mean of -1, 0 and +1."""
    return 100 * float(answers["step"].mean()) if len(answers) else None


def interval(answers: pd.DataFrame) -> Json | None:
    """The interval of an NPS, by account where one gave several answers."""
    score = nps(answers)
    return None if score is None else around(score, by_account(answers))


def wilson(hits: int, n: int) -> tuple[float, float]:
    """Wilson's limits of a share in percent: the roots of (p - x)² = z² x (1 - x) / n."""
    p = hits / n
    roots = np.roots([1 + Z**2 / n, -(2 * p + Z**2 / n), p**2])
    low, high = sorted(float(root.real) for root in roots)
    return 100 * (0.0 if hits == 0 else low), 100 * (1.0 if hits == n else high)


def student(values: Any) -> Json | None:
    """Student's interval of a mean."""
    values = np.asarray(values, dtype=float)
    if len(values) < 2 or np.ptp(values) == 0:
        return None
    low, high = stats.t.interval(0.95, len(values) - 1, loc=values.mean(), scale=stats.sem(values))
    return limits(low, high)


# ---------------------------------------------------------------------------------------------- comparisons


@dataclass(frozen=True, slots=True)
class Apart:
    """The first mean minus the second."""

    difference: float
    middle: float
    variance: float
    degrees: int | None

    @property
    def quantile(self) -> float:
        """Standard errors from the middle to a limit."""
        return Z if self.degrees is None else float(stats.t.ppf(0.975, self.degrees))

    @property
    def p(self) -> float:
        """Of the two-sided test."""
        z = abs(self.middle) / sqrt(self.variance)
        return float(2 * (stats.norm.sf(z) if self.degrees is None else stats.t.sf(z, self.degrees)))

    def told(self, adjusted_p: float, among: int) -> Json:
        """The comparison as reports tell it."""
        half = self.quantile * sqrt(self.variance)
        clear = adjusted_p < 0.05 and self.difference * self.middle > 0
        found = ("higher" if self.middle > 0 else "lower") if clear else "no evidence"
        return {
            "difference": 100 * self.difference,
            "interval": limits(max(-200, 100 * (self.middle - half)), min(200, 100 * (self.middle + half))),
            "p": self.p,
            "adjusted_p": adjusted_p,
            "among": among,
            "finding": found,
        }


def apart(first: pd.DataFrame, second: pd.DataFrame, *, shared: bool = True) -> Apart:
    """Two groups of answers: the variance is that of both, less twice what accounts in both have in common."""
    one, other = by_account(first), by_account(second)
    variance = one.variance + other.variance
    degrees = min((each.degrees for each in (one, other) if each.degrees is not None), default=None)
    if degrees is not None and shared:
        residuals = [
            (side["step"] - found.mean).groupby(side["cluster"]).sum()
            for side, found in ((first, one), (second, other))
        ]
        common = float(residuals[0].mul(residuals[1]).dropna().sum()) / (one.weight * other.weight)
        usual = sum(each[1] / each[2] for each in (alone(first["step"]), alone(second["step"])))
        variance = max(usual, variance - 2 * common)
    difference = float(first["step"].mean() - second["step"].mean())
    return Apart(difference, one.mean - other.mean, variance, degrees)


def holm(p_values: Sequence[float]) -> list[float]:
    """Holm 1979: the k-th smallest of m by m - k + 1, none below a smaller one, none above 1."""
    series = pd.Series(list(p_values), dtype=float)
    factors = len(series) + 1 - series.rank(method="first")
    ordered = (series * factors).clip(upper=1).loc[series.sort_values(kind="stable").index].cummax()
    return [float(each) for each in ordered.loc[series.index]]


def newcombe(hits: int, n: int, other_hits: int, other_n: int) -> Json:
    """Two shares in percentage points by Newcombe's tenth method (1998)."""
    p, q = 100 * hits / n, 100 * other_hits / other_n
    (low, high), (other_low, other_high) = wilson(hits, n), wilson(other_hits, other_n)
    return _shift(p - q, np.hypot(p - low, other_high - q), np.hypot(high - p, q - other_low))


def welch(first: Any, second: Any) -> Json:
    """Two means by Welch, with the degrees of freedom rounded down."""
    one, other = (np.asarray(each, dtype=float) for each in (first, second))
    found = stats.ttest_ind(one, other, equal_var=False)
    half = stats.t.ppf(0.975, floor(found.df)) * sqrt(stats.sem(one) ** 2 + stats.sem(other) ** 2)
    return _shift(one.mean() - other.mean(), half, half)


def _shift(difference: float, below: float, above: float) -> Json:
    found = limits(difference - below, difference + above)
    finding = "higher" if found["low"] > 0 else "lower" if found["high"] < 0 else "no evidence"
    return {"difference": float(difference), "interval": found, "finding": finding}
