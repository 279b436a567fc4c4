"""A wave by account: one vote each, weighted, what the unhappy are worth, and who left."""

from math import floor, sqrt
from typing import Any, Final

import numpy as np
import pandas as pd  # type: ignore[import-untyped]
from scipy import stats  # type: ignore[import-untyped]

from tests.recomputed.frame import Company, running, scored
from tests.recomputed.intervals import (
    IMAGINARY,
    STEPS,
    Json,
    alone,
    by_account,
    interval,
    limits,
    newcombe,
    wilson,
)

ZONE: Final = "Europe/Amsterdam"


def by_name(people: pd.DataFrame) -> pd.DataFrame:
    """A row an account of a wave: what its people said, whether it was asked, and what it was worth."""
    named = people[people["account"].notna()]
    groups = named.assign(
        **{name: (named["step"] == step) & named["score"].notna() for name, step in _BOXES.items()},
        asked=named["asked_at"].notna() | named["score"].notna(),
    ).groupby("account")
    found = groups[list(_BOXES)].sum().astype(int)
    found["asked"], found["value"] = groups["asked"].any(), groups["account_value"].max()
    found["n"] = found[list(_BOXES)].sum(axis=1)
    found["net"] = found["promoters"] - found["detractors"]
    return found


_BOXES: Final = {"detractors": -1, "passives": 0, "promoters": 1}


def accounts(company: Company, campaign: str, number: int, weighted_by: str | None = None) -> Json:
    """The report of accounts."""
    people = company.wave(campaign, number)
    answers = scored(people)
    told = by_name(people)
    named, answered = answers[answers["account"].notna()], told[told["n"] > 0]
    votes = answered["net"] / answered["n"]
    red = answered[answered["net"] < 0].reset_index()
    red["first"] = red["value"].fillna(0)
    red = red.sort_values(["first", "net", "n", "account"], ascending=[False, True, False, True])
    valued = told[told["asked"] & told["value"].notna()]
    people_ = by_account(named)
    _, variance, n = alone(named["step"])
    effective = len(named) ** 2 / float((answered["n"] ** 2).sum())
    return {
        "waves": [number],
        "responses": len(answers),
        "accounts": len(answered),
        "leaning": {
            "detractors": int((votes < 0).sum()),
            "passives": int((votes == 0).sum()),
            "promoters": int((votes > 0).sum()),
        },
        "value": 100 * float(votes.mean()),
        "interval": _of_votes(votes),
        "of_people": interval(named),
        "design_effect": people_.variance / (variance / n),
        "solid": floor(effective + 0.5) >= 30,
        "without_account": len(answers) - len(named),
        "red": [_red(row) for row in red.head(10).itertuples()],
        "more_red": max(0, len(red) - 10),
        "at_risk": {
            "total": float(valued["value"].sum()),
            "detractors": float(valued.loc[valued["net"] < 0, "value"].sum()),
            "silent": float(valued.loc[valued["n"] == 0, "value"].sum()),
            "accounts": len(valued),
        },
        "without_value": int((told["asked"] & told["value"].isna()).sum()),
        "weighted": None if weighted_by is None else _weighted(answered, named, weighted_by),
    }


def _red(row: Any) -> Json:
    counts = {name: getattr(row, name) for name in _BOXES}
    return {"account": row.account, "value": None if np.isnan(row.value) else row.value} | counts


def _of_votes(votes: pd.Series) -> Json:
    """Student's interval of the mean vote, three imaginary accounts added."""
    size = len(votes) + IMAGINARY.sum()
    mean = float(votes.sum()) / size
    squares = float(((votes - mean) ** 2).sum()) + float(IMAGINARY @ (STEPS - mean) ** 2)
    half = stats.t.ppf(0.975, len(votes) - 1) * sqrt(squares / (size - 1) / size)
    score = float(votes.mean())
    return limits(100 * min(score, max(-1, mean - half)), 100 * max(score, min(1, mean + half)))


def _weighted(answered: pd.DataFrame, named: pd.DataFrame, attribute: str) -> Json:
    """A ratio by linearisation, as a jackknife has it; t by Kish's effective number."""
    weights = answered["value"]
    if attribute != "account_value":
        weights = pd.to_numeric(named[attribute]).groupby(named["account"]).max().reindex(answered.index)
    known = weights[weights > 0]
    votes = (answered["net"] / answered["n"])[known.index]
    w = (known / known.mean()).to_numpy(dtype=float)
    total = w.sum() + IMAGINARY.sum()
    mean = float((w * votes).sum()) / total
    squares = float(((w * (votes - mean) / (1 - w / total)) ** 2).sum())
    squares += float(IMAGINARY @ (STEPS - mean) ** 2) / (1 - 1 / total) ** 2
    variance = (len(w) - 1) / len(w) * squares / total**2
    effective = float(w.sum() ** 2 / (w**2).sum())
    half = stats.t.ppf(0.975, max(1, floor(effective + 1e-9) - 1)) * sqrt(variance)
    score = float(np.average(votes, weights=w))
    return {
        "attribute": attribute,
        "value": 100 * score,
        "interval": limits(100 * min(score, max(-1, mean - half)), 100 * max(score, min(1, mean + half))),
        "accounts": len(w),
        "effective": effective,
        "solid": effective >= 30,
        "without": int(weights.isna().sum()),
    }


# -------------------------------------------------------------------------------------------------- who left


def churn(company: Company, campaign: str, number: int) -> Json:
    """Who was kept since the day on which a wave began, and which share left by what accounts said in it."""
    people = company.wave(campaign, number)
    start, today = (
        pd.Timestamp(each).tz_convert(ZONE).normalize().tz_localize(None)
        for each in (people["started_at"].iloc[0], company.now)
    )
    days = company.accounts.set_index("name")[["account_since", "account_until"]].apply(pd.to_datetime)

    def customers(day: pd.Timestamp) -> pd.Series:
        since, until = days["account_since"], days["account_until"]
        return (since.isna() | (since <= day)) & (until.isna() | (until >= day))

    then, now = customers(start), customers(today)
    kept = int((then & now).sum())
    told = by_name(people)
    there = told.index[told.index.isin(days.index) & then.reindex(told.index, fill_value=False)]
    own = told.loc[there]
    answered = own["n"] > 0
    leaning = {
        "detractors": answered & (own["net"] < 0),
        "passives": answered & (own["net"] == 0),
        "promoters": answered & (own["net"] > 0),
        "silent": ~answered & own["asked"],
    }
    sizes = {name: int(each.sum()) for name, each in leaning.items()}
    left = {name: int((~now[own.index[each]]).sum()) for name, each in leaning.items()}
    contrast = newcombe(left["detractors"], sizes["detractors"], left["promoters"], sizes["promoters"])
    return {
        "wave": number,
        "since": start.date().isoformat(),
        "until": today.date().isoformat(),
        "customers_at_start": int(then.sum()),
        "customers_at_end": int(now.sum()),
        "new": int((now & ~then).sum()),
        "retention_rate": 100 * kept / int(then.sum()),
        "interval": limits(*wilson(kept, int(then.sum()))),
        "losses": [
            {
                "accounts_that_were": name,
                "accounts": n,
                "left": left[name],
                "percent": 100 * left[name] / n,
                "interval": limits(*wilson(left[name], n)),
            }
            for name, n in sizes.items()
        ],
        "detractors_less_promoters": None if running(people) else contrast,
        "unknown": int((~told.index.isin(days.index)).sum()),
    }
