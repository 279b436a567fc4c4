"""A report by an attribute: what may be shown of each group, each against all others, and the score as invited."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Final

import numpy as np
import pandas as pd  # type: ignore[import-untyped]

from tests.recomputed.frame import Company, running, scored
from tests.recomputed.intervals import Json, apart, holm
from tests.recomputed.wave import as_invited, boxes, score_of, selection

MOST: Final = 25
BANDS: Final[Mapping[str, tuple[float, ...]]] = {"account_value": (20000.0, 100000.0)}
"""The limits that the settings give."""
EFFORT: Final = ("ces_low", "ces_middle", "ces_high", "csat_low", "csat_middle", "csat_high", "")
PLAIN: Final = ("channel", "language", "timezone", "account", "account_manager", "plan", "region")
"""By which people are invited."""


@dataclass(slots=True)
class Split:
    """Answers by group: the listed groups in their order, and those beyond, with the limits of bands."""

    parts: dict[str, pd.DataFrame]
    unlisted: pd.DataFrame
    unlisted_groups: int = 0
    limits: tuple[float, ...] | None = None
    thirds: bool = False


def labels(company: Company, people: pd.DataFrame, by: str) -> pd.Series:
    """The group of each person, as JSON calls it."""
    match by:
        case "month":
            return people["day"].dt.strftime("%Y-%m")
        case "week":
            return people["day"].dt.strftime("%G-W%V")
        case "effort":
            return _effort(company, people)
        case _:
            return people[by].fillna("")


def split(company: Company, answers: pd.DataFrame, by: str) -> Split:
    """The answers by an attribute."""
    if by in ("account_value", "seats"):
        return _banded(answers, by)
    own = labels(company, answers, by)
    sizes = own.value_counts()
    if by in ("month", "week"):
        order = sorted(sizes.index)[-MOST:]
    elif by == "effort":
        order = [name for name in EFFORT if name in sizes.index]
    else:
        order = sorted(sizes.index, key=lambda name: (-sizes[name], name))[:MOST]
    unlisted = answers[~own.isin(order)]
    return Split({name: answers[own == name] for name in order}, unlisted, len(sizes) - len(order))


def _banded(answers: pd.DataFrame, by: str) -> Split:
    """The bands of the settings, else thirds of the answers with limits of two digits."""
    numbers = pd.to_numeric(answers[by])
    known = np.sort(numbers.dropna())
    limits = BANDS.get(by, ())
    if not limits:
        below = [
            next(value for value in known if 3 * (known < value).sum() >= k * len(known)) for k in (1, 2)
        ]
        limits = tuple(float(f"{value:.2g}") for value in below)
    edges = ["", *(f"{limit:.15g}" for limit in limits), ""]
    names = [f"{low}..{high}" for low, high in pairwise(edges)]
    bands = pd.cut(numbers, [-np.inf, *limits, np.inf], right=False, labels=names)
    parts = {name: answers[bands == name] for name in names} | {"": answers[numbers.isna()]}
    told = {name: own for name, own in parts.items() if len(own)}
    return Split(told, answers.iloc[:0], limits=limits, thirds=by not in BANDS)


def _effort(company: Company, people: pd.DataFrame) -> pd.Series:
    """The box of the newest CES or CSAT that the same person gave within 180 days before."""
    earlier = scored(company.people[company.people["campaign"].isin(("service", "effort"))])
    earlier = earlier[earlier["contact_id"].notna()]
    pairs = people[["id", "contact_id", "scored_at"]].merge(
        earlier[["id", "contact_id", "scored_at", "campaign", "step"]],
        on="contact_id",
        suffixes=("", "_then"),
    )
    ago = pairs["scored_at"] - pairs["scored_at_then"]
    pairs = pairs[(ago > pd.Timedelta(0)) & (ago <= pd.Timedelta(days=180))]
    newest = (
        pairs.sort_values(["scored_at_then", "id_then"]).drop_duplicates("id", keep="last").set_index("id")
    )
    kind = newest["campaign"].map({"effort": "ces", "service": "csat"})
    said = kind + newest["step"].map({-1: "_low", 0: "_middle", 1: "_high"})
    return people["id"].map(said).fillna("")


# ------------------------------------------------------------------------------------------- what is shown


def revealing(groups: Split) -> list[str]:
    """The smallest other groups that are hidden too, so that what is not shown are two groups and five answers at
    least, and not all alike."""
    few = [own for own in groups.parts.values() if len(own) < 5]
    told = pd.concat([*few, groups.unlisted])
    count = len(few) + groups.unlisted_groups
    small = bool(few) or 0 < len(groups.unlisted) < 5 * groups.unlisted_groups
    found: list[str] = []
    for name in sorted(
        (name for name, own in groups.parts.items() if len(own) >= 5),
        key=lambda name: len(groups.parts[name]),
    ):
        concerns = small or 0 < len(told) < 5
        if not concerns or not (count < 2 or len(told) < 5 or told["step"].nunique() == 1):
            break
        found.append(name)
        count, told = count + 1, pd.concat([told, groups.parts[name]])
    return found


@cache
def segments(
    company: Company, campaign: str, number: int, by: str
) -> tuple[Json, list[tuple[int, pd.DataFrame]]]:
    """The groups of a report as it tells them; and of each group that is shown, and of the rest, how many were invited
    and what they answered."""
    people = company.wave(campaign, number)
    answers = scored(people)
    groups = split(company, answers, by)
    also = revealing(groups)
    hidden = [name for name, own in groups.parts.items() if len(own) < 5 or name in also]
    shown: dict[str | None, pd.DataFrame] = {
        name: own for name, own in groups.parts.items() if name not in hidden
    }
    rest = pd.concat([groups.unlisted, *(groups.parts[name] for name in hidden)])
    if len(rest) >= 5 and shown:
        shown[None] = rest
    invited = _invited(company, people, by)
    judged = campaign == "panel" and not running(people)
    compared = _compared(shown) if judged else {}

    def told(name: str | None, asked: int | None) -> Json:
        own = shown[name]
        score = score_of(campaign, own) if len(own) >= 10 else {}
        low, middle, high = boxes(own)
        row = {"visibility": visibility(len(own)), "responses": len(own), "invited": asked}
        row |= {"groups": {"low": low, "middle": middle, "high": high}, "against_rest": compared.get(name)}
        return row | score

    rows: list[Json] = []
    for name in groups.parts:
        if name in hidden:
            rows.append(
                {"label": name, "visibility": "hidden", "responses": None, "reveals_another": name in also}
            )
        else:
            asked = None if invited is None else int(invited[name])
            rows.append(told(name, asked) | {"label": name, "reveals_another": False})
    others = (
        None
        if invited is None
        else int(invited.sum() - sum(invited[name] for name in shown if name is not None))
    )
    named = sorted(
        (name for name in hidden if len(groups.parts[name]) >= 5), key=lambda name: -len(groups.parts[name])
    )
    together = None
    if None in shown:
        together = told(None, others)
        together |= {"named": named, "others": len(hidden) - len(named) + groups.unlisted_groups}
    found = {
        "attribute": by,
        "groups": len(groups.parts) + groups.unlisted_groups,
        "hidden": len(hidden),
        "left_out": groups.unlisted_groups,
        "limits": None if groups.limits is None else list(groups.limits),
        "thirds": groups.thirds,
        "rows": rows,
        "together": together,
    }
    strata = []
    if invited is not None:
        strata = [(int(invited[name]), own) for name, own in shown.items() if name is not None]
        unseen = int(invited.sum()) - sum(each for each, _ in strata)
        if unseen:
            strata.append((unseen, rest))
    return found, strata


def visibility(n: int) -> str:
    """By the table of docs/statistics.md."""
    steps: Mapping[str, Callable[[int], bool]] = {
        "hidden": lambda n: n < 5,
        "counts only": lambda n: n < 10,
        "indicative": lambda n: n < 30,
    }
    return next((name for name, holds in steps.items() if holds(n)), "full")


def _invited(company: Company, people: pd.DataFrame, by: str) -> pd.Series | None:
    if by not in PLAIN:
        return None
    asked = people[people["invited"]]
    return labels(company, asked, by).value_counts()


def _compared(parts: Mapping[str | None, pd.DataFrame]) -> dict[str | None, Json]:
    """Each group with a score against all others, by Holm where they are more than two sides of one comparison."""
    steps = {
        name: apart(own, pd.concat([each for other, each in parts.items() if other != name]))
        for name, own in parts.items()
        if len(own) >= 10 and len(parts) > 1
    }
    if len(parts) == 2:
        return {name: found.told(found.p, 1) for name, found in steps.items()}
    adjusted = holm([found.p for found in steps.values()])
    return {name: found.told(p, len(steps)) for (name, found), p in zip(steps.items(), adjusted, strict=True)}


@cache
def weighted(company: Company, campaign: str, number: int, by: str = "account_manager") -> Json | None:
    """The score as invited, by the groups of the report where people are invited by them, else by account manager."""
    people = company.wave(campaign, number)
    if campaign != "panel" or running(people):
        return None
    _, strata = segments(company, campaign, number, by if by in PLAIN else "account_manager")
    return as_invited(strata, scored(people))


def report_by(company: Company, campaign: str, number: int, attribute: str) -> Json:
    """What a report by an attribute tells besides that of the wave."""
    found, _ = segments(company, campaign, number, attribute)
    told: Json = {"segments": found, "as_invited": weighted(company, campaign, number, attribute)}
    if attribute == "account_manager":
        told["selection"] = selection(company.wave(campaign, number))
    return told
