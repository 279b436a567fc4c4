"""The rows that the figures are recomputed from, read by plain SQL: one line a person and wave."""

import json
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import numpy as np
import pandas as pd  # type: ignore[import-untyped]
from sqlalchemy import Connection, text

_PEOPLE: Final = """
SELECT c.id, w.campaign, w.number, w.started_at, coalesce(w.begun_at, w.started_at) AS begun_at, c.contact_id,
       c.channel, c.language, c.state, c.skipped, c.ending, c.asked_at, c.delivered_at, c.score, c.scored_at,
       c.scored_on, c.reason, c.unread, c.talk, c.reminded_at, k.name,
       e.account, e.account_manager, e.timezone, e.attributes, e.account_value
FROM conversation c JOIN wave w ON w.id = c.wave_id LEFT JOIN enrolment e ON e.conversation_id = c.id
     LEFT JOIN contact k ON k.id = c.contact_id
WHERE w.number > 0 ORDER BY c.id"""
_CASES: Final = """
SELECT k.id, w.campaign, w.number, k.state, k.opened_at, k.done_at, k.done_by,
       (SELECT min(e.at) FROM case_event e
        WHERE e.case_id = k.id AND e.kind IN ('taken', 'wrote', 'snoozed', 'finished')) AS touched_at,
       (SELECT e.detail FROM case_event e WHERE e.case_id = k.id AND e.kind = 'opened') AS detail
FROM "case" k JOIN wave w ON w.id = k.wave_id WHERE k.kind <> 'review' ORDER BY k.id"""
_ACCOUNTS: Final = "SELECT name, account_since, account_until FROM account ORDER BY name"

STEPS: Final = {"panel": (6, 9), "service": (2, 4), "effort": (3, 5)}
"""Of each campaign the highest score of the low box, and the lowest of the high one."""


@dataclass(frozen=True, slots=True, eq=False)
class Company:
    """All people of all waves, all cases, and the accounts as they are now, at one moment. What is recomputed of one is
    kept, since many reports tell it."""

    people: pd.DataFrame
    cases: pd.DataFrame
    accounts: pd.DataFrame
    now: pd.Timestamp

    @cache  # noqa: B019 - there are two of them
    def wave(self, campaign: str, number: int | None = None) -> pd.DataFrame:
        """The people of one wave, the newest without a number."""
        own = self.people[self.people["campaign"] == campaign]
        return own[own["number"] == (own["number"].max() if number is None else number)]

    def answers(self, campaign: str, number: int | None = None) -> pd.DataFrame:
        """Those of a wave who gave a score."""
        return scored(self.wave(campaign, number))


def read(connection: Connection) -> dict[str, pd.DataFrame]:
    """The tables behind a `Company`."""
    found = {
        name: pd.read_sql_query(text(sql), connection)
        for name, sql in (("people", _PEOPLE), ("cases", _CASES), ("accounts", _ACCOUNTS))
    }
    cases = found["cases"]
    cases["due_at"] = [_parsed(one).get("due_at") for one in cases.pop("detail")]
    return {"people": _people(found["people"]), "cases": _times(cases), "accounts": found["accounts"]}


def scored(people: pd.DataFrame) -> pd.DataFrame:
    """Those with a score."""
    return people[people["score"].notna()]


def running(people: pd.DataFrame) -> bool:
    """Whether somebody of a wave is yet to be asked or to answer."""
    return bool((~people["state"].isin(("closed", "skipped"))).any())


def _people(frame: pd.DataFrame) -> pd.DataFrame:
    known = [_parsed(one) for one in frame.pop("attributes")]
    for name in ("plan", "region", "seats"):
        frame[name] = [one.get(name) for one in known]
    frame = _times(frame)
    frame["day"] = pd.to_datetime(frame["scored_on"])
    low, high = (frame["campaign"].map(lambda name, side=side: STEPS[name][side]) for side in (0, 1))
    frame["step"] = np.where(frame["score"] >= high, 1, 0) - np.where(frame["score"] <= low, 1, 0)
    # Who has no account, or was erased, is an account of their own.
    alone = "\0" + frame["id"].astype(str)
    frame["cluster"] = frame["account"].where(frame["account"].notna(), alone)
    frame["disposition"] = _disposition(frame)
    frame["rule"] = np.where(frame["state"] == "skipped", frame["skipped"], None)
    frame["invited"] = ~frame["disposition"].isin(("skipped", "waiting"))
    return frame


def _parsed(value: Any) -> dict[str, Any]:
    if isinstance(value, str):
        found: dict[str, Any] = json.loads(value)
        return found
    return value if isinstance(value, dict) else {}


def _times(frame: pd.DataFrame) -> pd.DataFrame:
    for name in frame.columns:
        if name.endswith("_at"):
            frame[name] = pd.to_datetime(frame[name], utc=True, format="ISO8601")
    return frame


def _disposition(frame: pd.DataFrame) -> Any:
    """The highest that each person reached, as docs/statistics.md lists them."""
    answered = frame["score"].notna()
    wrote = (frame["unread"] > 0) | (frame["talk"] > 0) | (frame["ending"] == "unread")
    return np.select(
        [
            frame["state"] == "skipped",
            frame["state"] == "waiting",
            answered & (frame["reason"].notna() | (frame["ending"] == "done")),
            answered,
            frame["ending"] == "opted_out",
            frame["ending"] == "undelivered",
            wrote,
            frame["delivered_at"].notna(),
        ],
        ["skipped", "waiting", "completed", "started", "refused", "undelivered", "unscored", "silent"],
        "unknown",
    )
