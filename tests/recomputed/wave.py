"""The report of a wave: its score, who answered out of whom, and what the silent may change."""

from math import sqrt
from typing import Any

import numpy as np
import pandas as pd  # type: ignore[import-untyped]

from tests.recomputed.frame import Company, running, scored
from tests.recomputed.intervals import (
    IMAGINARY,
    Json,
    Z,
    alone,
    apart,
    by_account,
    histogram,
    holm,
    interval,
    limits,
    newcombe,
    nps,
    student,
    welch,
    wilson,
)

SCALES = {"panel": range(11), "service": range(1, 6), "effort": range(1, 8)}
DISPOSITIONS = ("completed", "started", "refused", "unscored", "silent", "unknown", "undelivered", "skipped")


def score_of(campaign: str, answers: pd.DataFrame) -> Json:
    """The headline of some answers with its interval, and how often each score was given."""
    steps, scores = answers["step"], answers["score"].astype(int)
    told: Json = {
        "value": None,
        "interval": None,
        "accounts": None,
        "without_account": None,
        "easy": None,
        "scores": {str(score): int((scores == score).sum()) for score in SCALES[campaign]},
    }
    high, n = int((steps == 1).sum()), len(answers)
    match campaign:
        case "panel":
            found = by_account(answers)
            told |= {"value": nps(answers), "interval": interval(answers)}
            if found.degrees is not None:
                told["accounts"] = int(answers["account"].nunique())
                told["without_account"] = int(answers["account"].isna().sum())
        case "service":
            told |= {"value": 100 * high / n, "interval": limits(*wilson(high, n))}
        case "effort":
            easy = {"percent": 100 * high / n, "interval": limits(*wilson(high, n))}
            told |= {"value": float(scores.mean()), "interval": student(scores), "easy": easy}
    return told


def boxes(answers: pd.DataFrame) -> list[int]:
    """How many in the low, middle and high box."""
    return [int(each) for each in histogram(answers["step"])]


def rules(people: pd.DataFrame) -> Json:
    """Who was left out, by rule."""
    left_out = people.loc[people["disposition"] == "skipped", "rule"]
    return {str(rule): int(times) for rule, times in left_out.value_counts().items()}


def selection(people: pd.DataFrame) -> list[Json]:
    """The same by account manager."""
    managers = people["account_manager"].fillna("")
    return [
        {
            "account_manager": name or None,
            "asked": int((own["disposition"] != "skipped").sum()),
            "skipped": rules(own),
        }
        for name, own in people.groupby(managers)
    ]


def report(company: Company, campaign: str, number: int | None = None) -> Json:
    """All of the report of a whole wave but its groups and what it is held against."""
    people = company.wave(campaign, number)
    answers, far = scored(people), people["disposition"]
    of_nps, runs = campaign == "panel", running(people)
    low, middle, high = boxes(answers)
    counts = {name: int((far == name).sum()) for name in DISPOSITIONS}
    invited = int(people["invited"].sum())
    delivered = sum(counts[name] for name in DISPOSITIONS[:5])
    opted_out = int(((people["ending"] == "opted_out") & people["invited"]).sum())
    silent = invited - len(answers)
    headline = score_of(campaign, answers)
    told = headline | {
        "wave": int(people["number"].iloc[0]),
        "waves": [int(people["number"].iloc[0])],
        "running": runs,
        "audience": len(people),
        "invited": invited,
        "asked": int(people["asked_at"].notna().sum()),
        "delivered": delivered,
        "responses": len(answers),
        "promoters": high if of_nps else None,
        "passives": middle if of_nps else None,
        "detractors": low if of_nps else None,
        "nps": nps(answers) if of_nps else None,
        "opted_out": opted_out,
        "skipped": rules(people),
        "silence": limits(*(100 * (high - low + side * silent) / invited for side in (-1, 1)))
        if of_nps
        else None,
        "exactly_these": None,
        "dispositions": counts
        | {"not_eligible": 0, "opt_outs": opted_out, "invited": invited}
        | {"delivered": delivered, "without_score": silent},
        "rates": {
            "delivery": rate(delivered, invited),
            "response": rate(len(answers), invited),
            "response_of_delivered": rate(len(answers), delivered),
            "complete": rate(counts["completed"], invited),
            "completion": rate(counts["completed"], len(answers)),
            "opt_out": rate(opted_out, delivered),
        },
        "cases": states(company, campaign, told_number(people)),
        "reminded": reminded(people),
        "benchmarks": [],
        "like_the_last": None,
        "as_invited": None,
    }
    if of_nps:
        limits_ = headline["interval"]
        told["benchmarks"] = [
            {"points": headline["value"] - 17, "interval": limits(limits_["low"] - 17, limits_["high"] - 17)}
        ]
    if of_nps and not runs:
        told["exactly_these"] = exactly_these(answers, invited, told["silence"])
        told["like_the_last"] = like_the_last(answers, silent)
    return told


def told_number(people: pd.DataFrame) -> int:
    """The number of the wave of these people."""
    return int(people["number"].iloc[0])


def rate(numerator: int, denominator: int) -> Json:
    """A share with both of its numbers."""
    return {"value": numerator / denominator, "numerator": numerator, "denominator": denominator}


def states(company: Company, campaign: str, number: int) -> Json:
    """How many cases of a wave stand where."""
    cases = company.cases
    own = cases[(cases["campaign"] == campaign) & (cases["number"] == number)]
    ended = (own["state"] == "done") & own["done_by"].isna()
    return {
        str(name): int(times) for name, times in own["state"].mask(ended, "erased").value_counts().items()
    }


def reminded(people: pd.DataFrame) -> Json | None:
    """Who was reminded, and who of them answered after that."""
    own = people[people["reminded_at"].notna()]
    after = own["score"].notna() & (own["scored_at"] >= own["reminded_at"])
    if own.empty:
        return None
    return {"people": len(own), "answered": int(after.sum()), "moved": 0, "moved_answered": 0}


def exactly_these(answers: pd.DataFrame, invited: int, silence: Json) -> Json:
    """The interval for exactly these people: variance and imaginary answers by the finite population correction."""
    left = (invited - len(answers)) / (invited - 1)
    mean, variance, n = alone(answers["step"], left * IMAGINARY)
    half = Z * sqrt(left * variance / n)
    score = float(answers["step"].mean())
    low, high = min(mean - half, score), max(mean + half, score)
    return limits(max(100 * low, silence["low"]), min(100 * high, silence["high"]))


# ------------------------------------------------------------------------------------------------ the silent


def like_the_last(answers: pd.DataFrame, silent: int) -> Json:
    """Armstrong and Overton: the silent are like the third that answered last."""
    ordered = answers.sort_values(["day", "scored_at", "id"])
    size = len(answers) // 3
    first, last = (each.assign(cluster=each["id"]) for each in (ordered.head(size), ordered.tail(size)))
    score, of_last = float(answers["step"].mean()), float(last["step"].mean())
    value = (len(answers) * score + silent * of_last) / (len(answers) + silent)
    found = apart(last, first)
    return {
        "silent": silent,
        "first": {"responses": size, "value": nps(first)},
        "last": {"responses": size, "value": nps(last)},
        "value": 100 * value,
        "bias": 100 * silent / (len(answers) + silent) * (score - of_last),
        "comparison": found.told(found.p, 1),
    }


def as_invited(strata: list[tuple[int, pd.DataFrame]], answers: pd.DataFrame) -> Json | None:
    """Holt and Smith: each group by how many of it were invited; None within two points of the raw score."""
    joined = _large_enough(strata)
    if len(joined) < 2:
        return None
    shares = np.array([invited for invited, _ in joined], dtype=float)
    shares /= shares.sum()
    means = np.array([own["step"].mean() for _, own in joined])
    spreads = np.array([variance / n for _, variance, n in (alone(own["step"]) for _, own in joined)])
    score, error = float(shares @ means), sqrt(float(shares**2 @ spreads))
    raw = float(answers["step"].mean())
    if abs(score - raw) <= 0.02:
        return None
    return {
        "value": 100 * score,
        "standard_error": 100 * error,
        "interval": limits(max(-100, 100 * (score - Z * error)), min(100, 100 * (score + Z * error))),
        "raw": 100 * raw,
    }


def _large_enough(strata: list[tuple[int, pd.DataFrame]]) -> list[tuple[int, pd.DataFrame]]:
    """Groups with under five answers are put together; where they still have too few the next larger one joins."""
    ordered = sorted(strata, key=lambda one: (len(one[1]), one[0]))
    apart_: list[tuple[int, pd.DataFrame]] = []
    people, told = 0, ordered[0][1].iloc[:0]
    for invited, own in ordered:
        joins = len(own) < 5 or 0 < len(told) < 5 or (people and told.empty)
        if joins:
            people, told = people + invited, pd.concat([told, own])
        else:
            apart_.append((invited, own))
    return [*apart_, (people, told)] if len(told) >= 5 else apart_


# -------------------------------------------------------------------------------------------- two campaigns


def versus(company: Company, campaign: str, number: int, other: int) -> Json:
    """A wave beside an earlier one of its campaign."""
    one, theirs = company.answers(campaign, number), company.answers(campaign, other)
    runs = running(company.wave(campaign, number))
    told: Json = score_of(campaign, theirs) | {"campaign": campaign, "wave": other, "running": False}
    told |= {"responses": len(theirs), "comparison": None, "shift": None}
    if campaign == "panel" and not runs:
        found = apart(one, theirs)
        told["comparison"] = found.told(found.p, 1)
    elif campaign == "service":
        told["shift"] = newcombe(
            int((one["step"] == 1).sum()), len(one), int((theirs["step"] == 1).sum()), len(theirs)
        )
    elif campaign == "effort":
        told["shift"] = welch(one["score"], theirs["score"])
    return told


def trend(company: Company, campaign: str) -> Json:
    """The waves of a campaign: the newest step is judged alone, the older ones together."""
    numbers = sorted(
        int(one) for one in set(company.people.loc[company.people["campaign"] == campaign, "number"])
    )
    points: list[Json] = []
    steps: dict[int, Any] = {}
    for before, number in zip([None, *numbers], numbers, strict=False):
        people, answers = company.wave(campaign, number), company.answers(campaign, number)
        points.append(
            score_of(campaign, answers)
            | {"wave": number, "running": running(people), "responses": len(answers), "change": None}
        )
        if campaign == "panel" and before is not None and not running(people):
            steps[number] = apart(answers, company.answers(campaign, before))
    if steps:
        newest = max(steps)
        adjusted = _holm({number: found for number, found in steps.items() if number != newest})
        for point in points:
            number = point["wave"]
            if number == newest:
                point["change"] = steps[number].told(steps[number].p, 1)
            elif number in adjusted:
                point["change"] = steps[number].told(adjusted[number], len(adjusted))
    return {"waves": points, "left_out": 0}


def _holm(steps: dict[int, Any]) -> dict[int, float]:
    return dict(zip(steps, holm([found.p for found in steps.values()]), strict=True))
