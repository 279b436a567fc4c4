"""What became of the cases of a wave: in time, and how long it took, the open ones as censored (Kaplan and Meier)."""

from typing import Any

import numpy as np
import pandas as pd  # type: ignore[import-untyped]
from scipy import stats  # type: ignore[import-untyped]

from tests.recomputed.frame import Company
from tests.recomputed.intervals import Json, limits, wilson
from tests.recomputed.wave import states


def figures(company: Company, campaign: str, number: int) -> Json:
    """The figures under the list of a wave's cases."""
    every = company.cases
    own = every[(every["campaign"] == campaign) & (every["number"] == number)]
    hits, judged, pending = in_time(company, own)
    done = (own["state"] == "done") & own["done_by"].notna()
    until = own["done_at"].fillna(company.now)
    share = {
        "counted": hits,
        "of": judged,
        "percent": 100 * hits / judged,
        "interval": limits(*wilson(hits, judged)),
    }
    return {
        "opened": len(own),
        "states": states(company, campaign, number),
        "late": int(((own["state"] == "open") & (_due(own) <= company.now)).sum()),
        "taken_in_time": share,
        "agreed_time_not_over": pending,
        "until_taken": durations(
            own["opened_at"], own["touched_at"].fillna(until), own["touched_at"].notna()
        ),
        "until_done": durations(own["opened_at"], until, done),
        "done_by_cause": [],
        "asked_again": 0,
    }


def _due(cases: pd.DataFrame) -> pd.Series:
    return pd.to_datetime(cases["due_at"], utc=True, format="ISO8601")


def in_time(company: Company, cases: pd.DataFrame) -> tuple[int, int, int]:
    """How many were taken within the agreed time, of those whose time is over; and how many have time yet. A case that
    an erasure ended untouched before its time was over is not judged."""
    due = _due(cases)
    until = cases["done_at"].where(cases["touched_at"].isna() & cases["done_at"].notna(), company.now)
    over = due.notna() & (due <= until)
    return int((cases.loc[over, "touched_at"] <= due[over]).sum()), int(over.sum()), int((due > until).sum())


def durations(since: pd.Series, until: pd.Series, ended: pd.Series) -> Json:
    """Within how many whole seconds half of all end, and nine of ten; unknown where too many are open."""
    lasted = (until - since).dt.total_seconds().clip(lower=0).astype(int)
    curve = stats.ecdf(stats.CensoredData.right_censored(lasted.to_numpy(), ~ended.to_numpy())).sf
    return {
        "cases": len(lasted),
        "ended": int(ended.sum()),
        "median": _quantile(curve, lasted[ended], 0.5),
        "ninetieth": _quantile(curve, lasted[ended], 0.9),
    }


def _quantile(curve: Any, ended: pd.Series, share: float) -> float | None:
    """Where the curve comes down to what is left, and in the middle of where it stays exactly there."""
    times = np.sort(ended.unique())
    left = np.array([float(curve.evaluate(time)) for time in times])
    below = times[left < 1 - share - 1e-9]
    same = times[np.isclose(left, 1 - share, atol=1e-9)]
    if not len(same):
        return float(below[0]) if len(below) else None
    return float((same[0] + below[0]) / 2) if len(below) else float(same[0])
