"""The same customers twice, account managers beside each other, and the score month by month."""

from math import sqrt
from typing import Final

import numpy as np
import pandas as pd  # type: ignore[import-untyped]
from scipy import stats  # type: ignore[import-untyped]

from tests.recomputed.frame import Company, running, scored
from tests.recomputed.groups import visibility
from tests.recomputed.intervals import IMAGINARY, STEPS, Json, Z, alone, histogram, limits, nps

WEIGHT: Final = 0.2


def movers(company: Company, campaign: str, number: int) -> Json:
    """Who answered a wave and the one before it; the interval is Bonett and Price's, for three groups."""
    now, then = company.wave(campaign, number), company.answers(campaign, number - 1)
    both = now.merge(then, on="contact_id", suffixes=("", "_then"))
    both = both[both["contact_id"].notna()]
    promoters = both[both["score_then"] >= 9]
    asked = promoters["asked_at"].notna() | promoters["score"].notna()
    lost = promoters[promoters["score"] < 9].sort_values(["score", "id"])
    answered = both[both["score"].notna()]
    return _paired(answered) | {
        "waves": [number],
        "before": number - 1,
        "promoters": int(promoters["score"].notna().sum()),
        "lost": len(lost),
        "now_detractors": int((promoters["score"] <= 6).sum()),
        "promoters_asked": int(asked.sum()),
        "promoters_silent": int((asked & promoters["score"].isna()).sum()),
        "lost_promoters": [
            {"name": row.name_, "before": int(row.score_then), "now": int(row.score)}
            for row in lost.head(15).rename(columns={"name": "name_"}).itertuples()
        ],
        "told": None,
        "not_told": None,
    }


def _paired(both: pd.DataFrame) -> Json:
    steps = (both["step"] - both["step_then"]).to_numpy(dtype=float)
    with_imaginary = np.append(steps, [1, -1])
    half = Z * sqrt(with_imaginary.var() / len(with_imaginary))
    change = 100 * steps.mean()
    low, high = (100 * (with_imaginary.mean() + side * half) for side in (-1, 1))
    return {
        "people": len(both),
        "value_before": 100 * float(both["step_then"].mean()),
        "value_now": 100 * float(both["step"].mean()),
        "change": change,
        "interval": limits(min(change, max(-200, low)), max(change, min(200, high))),
        "better": int((steps > 0).sum()),
        "worse": int((steps < 0).sum()),
    }


# ------------------------------------------------------------------------------------------ account managers


def managers(company: Company, campaign: str, number: int) -> Json:
    """The funnel (Spiegelhalter, widened by what the middle of the groups differ) and the shrunk scores."""
    people = company.wave(campaign, number)
    answers = scored(people)
    told = answers[answers["account_manager"].notna()]
    groups = told.groupby("account_manager")["step"].agg(["size", "mean"])
    counts = histogram(told["step"]) + IMAGINARY
    centre = counts @ STEPS / counts.sum()
    variance, third = (float(counts @ (STEPS - centre) ** power / counts.sum()) for power in (2, 3))
    mean = float(told["step"].mean())
    z = (groups["mean"] - mean) / np.sqrt(variance / groups["size"])
    low, high = np.quantile(z, [0.1, 0.9])
    spread = _between(z, groups["size"], variance)
    inside = _between(z.clip(low, high), groups["size"], variance)
    k = float(stats.norm.ppf(1 - 0.025 / len(groups)))

    def funnel(n: float) -> Json:
        all_in_all = variance / n + inside
        skewness = third / n**2 / all_in_all**1.5
        shift = float(np.clip((k * k - 1) * skewness / 6, -k / 2, k / 2))
        ends = [100 * (mean + sqrt(all_in_all) * (side * k + shift)) for side in (-1, 1)]
        return limits(max(-100, ends[0]), min(100, ends[1]))

    rows = []
    for name, group in groups.iterrows():
        n, score, band = int(group["size"]), 100 * float(group["mean"]), funnel(group["size"])
        kept = spread / (spread + variance / n)
        beyond = "higher" if score > band["high"] else "lower" if score < band["low"] else "no evidence"
        rows.append(
            {
                "account_manager": name,
                "visibility": visibility(n),
                "responses": n,
                "value": score if n >= 10 else None,
                "shrunk": 100 * (mean + kept * (score / 100 - mean)),
                "limits": band,
                "finding": None if running(people) else beyond if n >= 10 else "no evidence",
            }
        )
    most = int(groups["size"].max())
    sizes = sorted({max(1, round(most * (place / 60) ** 2)) for place in range(1, 61)})
    return {
        "waves": [number],
        "account_managers_held": len(groups),
        "responses": len(told),
        "value": 100 * mean,
        "spread": 100 * sqrt(spread),
        "without_manager": len(answers) - len(told),
        "rows": sorted(rows, key=lambda row: -row["shrunk"]),
        "together": None,
        "funnel": [{"responses": size, "limits": funnel(size)} for size in sizes],
    }


def _between(z: pd.Series, sizes: pd.Series, variance: float) -> float:
    """DerSimonian and Laird: (Q - (k - 1)) / (Σw - Σw² / Σw), not below 0."""
    weights = sizes / variance
    excess = float((z**2).sum()) - (len(z) - 1)
    return min(1.0, max(0.0, excess / float(weights.sum() - (weights**2).sum() / weights.sum())))


# ------------------------------------------------------------------------------------------ month by month


def chart(company: Company, campaign: str, by: str) -> Json:
    """The exponentially weighted mean with its band at three standard deviations (Lucas and Saccucci)."""
    form = {"month": "%Y-%m", "week": "%G-W%V"}[by]
    answers = scored(company.people[company.people["campaign"] == campaign])
    period = answers["day"].dt.strftime(form)
    now = company.now.tz_convert("Europe/Amsterdam").strftime(form)
    groups = dict(iter(answers.groupby(period)))
    over = sorted(name for name in groups if name < now)
    shown = [name for name in over if len(groups[name]) >= 5][-36:]
    before = max(3, len(shown) // 2)
    base = pd.concat([groups[name] for name in shown[:before]])
    mean, (_, variance, _) = float(base["step"].mean()), alone(base["step"])
    watched: list[Json] = []
    weights = np.array([])
    smoothed = mean
    for name in shown[before:]:
        own = groups[name]
        smoothed = WEIGHT * float(own["step"].mean()) + (1 - WEIGHT) * smoothed
        weights = np.append(weights * (1 - WEIGHT), WEIGHT)
        sizes = np.array([len(groups[each]) for each in shown[before : before + len(weights)]])
        half = 3 * sqrt(variance * float((weights**2 / sizes).sum() + weights.sum() ** 2 / len(base)))
        low, high = max(-1.0, mean - half), min(1.0, mean + half)
        finding = "higher" if smoothed > high else "lower" if smoothed < low else "no evidence"
        watched.append(
            {
                "period": name,
                "responses": len(own),
                "value": nps(own) if len(own) >= 10 else None,
                "smoothed": 100 * smoothed,
                "limits": limits(100 * low, 100 * high),
                "finding": finding,
            }
        )
    current = groups.get(now)
    return {
        "by": by,
        "before": {"periods": shown[:before], "responses": len(base), "value": 100 * mean},
        "watched": watched,
        "so_far": None
        if current is None or len(current) < 10
        else {"period": now, "responses": len(current), "value": nps(current)},
        "left_out": sum(name > shown[0] for name in over if name not in shown),
    }
