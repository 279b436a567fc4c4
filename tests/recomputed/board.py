"""The page for the board: what the other reports say, of ten people at least and rounded."""

import pandas as pd  # type: ignore[import-untyped]

from tests.recomputed.accounts import accounts, by_name
from tests.recomputed.cases import in_time
from tests.recomputed.frame import Company, running
from tests.recomputed.intervals import Json, interval, limits, nps, wilson
from tests.recomputed.themes import themes
from tests.recomputed.wave import versus


def tens(people: int) -> int:
    """To the nearest ten, halves upwards."""
    return int((people / 10 + 0.5) // 1) * 10


def some(count: int) -> int | None:
    """A number of accounts or cases: none is none, one to nine is not told."""
    return None if 1 <= count <= 9 else tens(count)


def board(company: Company, campaign: str, number: int) -> Json:
    """The page of a wave."""
    people, answers = company.wave(campaign, number), company.answers(campaign, number)
    told = by_name(people).reset_index()
    told = told[told["n"] > 0]
    small, large = told[told["n"] < 5], told[(told["n"] >= 5) & (told["net"] < 0)].copy()
    large["first"] = large["value"].fillna(0)
    large = large.sort_values(["first", "n", "net", "account"], ascending=[False, False, True, True])
    before = None
    if number > 1:
        found = versus(company, campaign, number, number - 1)
        before = {name: found[name] for name in ("wave", "value", "comparison")}
        before["responses"] = tens(found["responses"])
    page = themes(company, campaign, number)
    costly = [row for row in page["themes"] if row["n"] >= 10 and page["reasons"] - row["n"] >= 10]
    costly.sort(key=lambda row: (not row["matters"], row["impact"]))
    at_risk = accounts(company, campaign, number)["at_risk"]
    cases = company.cases[(company.cases["campaign"] == campaign) & (company.cases["number"] == number)]
    return {
        "waves": [number],
        "value": nps(answers),
        "interval": interval(answers),
        "responses": tens(len(answers)),
        "goals": [{"found": _goal(answers, running(people))}],
        "response": len(answers) / int(people["invited"].sum()),
        "versus": before,
        "themes": [
            {name: row[name] for name in ("theme", "impact", "interval", "matters")} | {"n": tens(row["n"])}
            for row in costly[:3]
        ],
        "accounts": [
            {
                "account": row.account,
                "account_value": None if pd.isna(row.value) else row.value,
                "value": 100 * row.net / row.n if row.n >= 10 else None,
                "responses": tens(row.n) if row.n >= 10 else None,
            }
            for row in large.head(5).itertuples()
        ],
        "more_red": some(max(0, len(large) - 5)),
        "at_risk": {name: at_risk[name] for name in ("total", "detractors", "silent")},
        "small_accounts": {
            "accounts": some(len(small)),
            "red": some(int((small["net"] < 0).sum())),
            "account_value": float(small["value"].sum()) if small["value"].notna().any() else None,
            "value": 100 * int(small["net"].sum()) / int(small["n"].sum()),
            "responses": tens(int(small["n"].sum())),
        },
        "cases": some(len(cases)),
        "done": some(int(((cases["state"] == "done") & cases["done_by"].notna()).sum())),
        "in_time": _in_time(company, cases),
    }


def _goal(answers: pd.DataFrame, runs: bool) -> str | None:
    """Whether the score reaches the goal of the panel: surely, surely not, or neither; open while the wave runs."""
    target, found = 15, interval(answers)
    if runs or found is None:
        return None
    return "reached" if found["low"] >= target else "missed" if found["high"] < target else "not certain"


def _in_time(company: Company, cases: pd.DataFrame) -> Json | None:
    hits, judged, _ = in_time(company, cases)
    return (
        None if judged < 10 else {"percent": 100 * hits / judged, "interval": limits(*wilson(hits, judged))}
    )
