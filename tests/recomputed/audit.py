"""The audit of a wave: who was not asked, and whether the asked are like the others."""

import numpy as np
import pandas as pd  # type: ignore[import-untyped]
from scipy import stats  # type: ignore[import-untyped]

from tests.recomputed.frame import Company
from tests.recomputed.intervals import Json, holm
from tests.recomputed.wave import rules, selection


def audit(company: Company, campaign: str, number: int, attribute: str) -> Json:
    """The audit of a wave by an attribute, and by the score of the wave before."""
    people = company.wave(campaign, number)
    found = {attribute: alike(people, people[attribute].fillna(""))}
    if number > 1:
        then = (
            company.answers(campaign, number - 1).dropna(subset="contact_id").set_index("contact_id")["step"]
        )
        again = people[people["contact_id"].isin(then.index)]
        found["earlier_score"] = alike(again, again["contact_id"].map(then))
    known = {name: one for name, one in found.items() if one is not None}
    for one, p in zip(known.values(), holm([one["p"] for one in known.values()]), strict=True):
        one |= {"adjusted_p": p, "differs": p < 0.05}
    return {
        "wave": number,
        "qualified": len(people),
        "asked": int((people["disposition"] != "skipped").sum()),
        "skipped": rules(people),
        "account_managers": selection(people),
        "alike": found,
    }


def alike(people: pd.DataFrame, group: pd.Series) -> Json | None:
    """Pearson's chi-square with (N - 1) / N; groups with fewer than five expected on a side are put together."""
    table = pd.crosstab(group.rename("group"), people["disposition"] == "skipped").reindex(
        columns=[False, True], fill_value=0
    )
    asked, others = (int(table[side].sum()) for side in (False, True))
    if not asked or not others:
        return None
    needed = 5 * (asked + others) / min(asked, others)
    table["people"] = table.sum(axis=1)
    parts: list[list[int]] = []
    small = np.zeros(2, dtype=int)
    for _, row in table.reset_index().sort_values(["people", "group"]).iterrows():
        if row["people"] < needed or 0 < small.sum() < needed:
            small = small + np.array([row[False], row[True]], dtype=int)
        else:
            parts.append([row[False], row[True]])
    if 0 < small.sum() < needed:
        return None
    if small.sum():
        parts.append(list(small))
    if len(parts) < 2:
        return None
    n = asked + others
    found = stats.chi2_contingency(np.array(parts, dtype=float), correction=False)
    value = float(found.statistic) * (n - 1) / n
    p = float(stats.chi2.sf(value, found.dof))
    return {"asked": asked, "others": others, "chi_square": value, "degrees": int(found.dof), "p": p}
