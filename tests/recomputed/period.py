"""What a campaign was told since a day, over all its waves: of each person the newest answer."""

import pandas as pd  # type: ignore[import-untyped]

from tests.recomputed.frame import Company, running, scored
from tests.recomputed.intervals import Json, apart, limits, nps
from tests.recomputed.wave import boxes, score_of


def since(company: Company, campaign: str, day: str, other: int) -> Json:
    """The report of a period against one wave."""
    own = scored(company.people[company.people["campaign"] == campaign])
    own = own[own["day"] >= pd.Timestamp(day)].sort_values(["scored_at", "id"])
    numbers = sorted({int(each) for each in own["number"]})
    answers = own[own["contact_id"].isna() | ~own["contact_id"].duplicated(keep="last")]
    theirs = company.answers(campaign, other)
    runs = any(running(company.wave(campaign, number)) for number in numbers)
    low, middle, high = boxes(answers)
    told = score_of(campaign, answers)
    found = apart(answers, theirs, shared=False)
    versus = score_of(campaign, theirs) | {"wave": other, "running": False, "responses": len(theirs)}
    return told | {
        "waves": numbers,
        "since": day,
        "responses": len(answers),
        "promoters": high,
        "passives": middle,
        "detractors": low,
        "nps": nps(answers),
        "benchmarks": [
            {
                "points": told["value"] - 17,
                "interval": limits(told["interval"]["low"] - 17, told["interval"]["high"] - 17),
            }
        ],
        "versus": versus | {"comparison": None if runs else found.told(found.p, 1)},
    }
