"""What a running wave will come to, by how earlier ones came in (the life table's conditional chance)."""

from math import ceil, sqrt

import pandas as pd  # type: ignore[import-untyped]

from tests.recomputed.frame import Company, running, scored
from tests.recomputed.intervals import Json, Z, alone

ZONE = "Europe/Amsterdam"


def outlook(company: Company, campaign: str) -> Json | None:
    """Of the newest wave of a campaign, while it runs."""
    people = company.wave(campaign)
    if not running(people):
        return None
    newest = int(people["number"].iloc[0])
    before = [company.wave(campaign, number) for number in range(max(1, newest - 4), newest)]
    invited = sum(int(each["invited"].sum()) for each in before)
    days = pd.concat([_days(each) for each in before])
    start, now = _start(people), company.now.tz_convert(ZONE)
    whole = (now.normalize().tz_localize(None) - start.normalize().tz_localize(None)).days
    part = (now - now.normalize()) / pd.Timedelta(days=1)
    by_now = int((days < whole).sum()) + part * int((days == whole).sum())
    later = (len(days) - by_now) / (invited - by_now)
    answers = scored(people)
    to_answer = int((people["disposition"] != "skipped").sum())
    expected = round(len(answers) + (to_answer - len(answers)) * later)
    _, variance, _ = alone(answers["step"])
    points = 100 * Z * sqrt(variance / (expected + 3))
    narrower = round(points) - 1
    more = max(0, ceil(Z**2 * variance / (narrower / 100) ** 2 - 3) - expected)
    invitations = ceil(more * invited / len(days))
    margin = {"points": points, "narrower": narrower, "more": more, "invitations": invitations}
    told: Json = {"responses": len(answers), "expected": expected, "waves": len(before)}
    return told | {
        "margin": margin
        if narrower >= 1
        else {"points": points, "narrower": None, "more": 0, "invitations": 0}
    }


def _start(people: pd.DataFrame) -> pd.Timestamp:
    return people["begun_at"].iloc[0].tz_convert(ZONE)


def _days(people: pd.DataFrame) -> pd.Series:
    """On which day of the calendar from its start each answer of a wave came."""
    return (scored(people)["day"] - _start(people).normalize().tz_localize(None)).dt.days.clip(lower=0)
