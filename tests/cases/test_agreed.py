"""The agreed time of a case, in the hours of who has it and of who is told next."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cases.agreed import due_at, may_be_told, next_at_work, working_hours
from bot.cases.hours import at_work
from bot.config.settings import Settings
from tests.support.bot_under_test import settings_of

MANAGERS = {
    "North": "slack:UNORTH",
    "West": {"address": "slack:UWEST", "zone": "America/New_York"},
    "Port": {"address": "slack:UPORT", "country": "BE"},
}
MONDAY = "2026-03-02T10:00"  # 11:00 in Amsterdam, 05:00 in New York


def settings(**follow_up: Any) -> Settings:
    return settings_of(account_managers=MANAGERS, follow_up={"within": "4h"} | follow_up)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("owner", "following", "now", "due"),
    [
        ("North", None, MONDAY, "2026-03-02T14:00"),
        ("West", None, MONDAY, "2026-03-02T18:00"),  # one in the afternoon in New York
        ("North", "West", MONDAY, "2026-03-02T14:00"),  # nine there
        ("North", "West", "2026-03-02T09:00", "2026-03-02T14:00"),  # at one it would be eight there
        ("West", "North", "2026-03-02T17:00", "2026-03-03T08:00"),  # at four there it is ten at night here
        ("North", "slack:C0HEAD", MONDAY, "2026-03-02T14:00"),  # an address works where the company does
        ("Port", None, "2026-07-21T07:30", "2026-07-22T11:00"),  # the 21st is a holiday in Belgium
        ("North", None, "2026-07-21T07:30", "2026-07-21T11:30"),
    ],
)
def test_until_when_somebody_is_to_have_taken_it(
    owner: str, following: str | None, now: str, due: str
) -> None:
    next_one = None if following is None else (following, settings().account_managers["North"])
    assert due_at(settings(), owner, utc(now), next_one) == utc(due)


def test_no_time_is_agreed_where_it_is_off() -> None:
    assert due_at(settings(within="off"), "North", utc(MONDAY)) is None


@pytest.mark.parametrize(
    ("due", "now", "told"),
    [
        ("2026-03-02T14:00", "2026-03-02T14:00", True),
        ("2026-03-02T16:30", "2026-03-02T16:31", True),  # a minute after the end of the day
        ("2026-03-02T16:30", "2026-03-02T19:00", False),  # nothing ran
        ("2026-03-02T16:30", "2026-03-03T08:00", True),
    ],
)
def test_nobody_is_told_at_night_of_what_ran_out_by_day(due: str, now: str, told: bool) -> None:
    assert may_be_told(settings(), "North", utc(due), utc(now)) is told


@given(
    st.integers(0, 60 * 24 * 30).map(lambda minutes: utc(MONDAY) + timedelta(minutes=minutes)),
    st.sampled_from(list(MANAGERS)),
    st.sampled_from(list(MANAGERS)),
)
def test_whoever_is_next_is_at_work_when_it_comes_to_them(now: datetime, owner: str, following: str) -> None:
    rules = settings()
    found = due_at(rules, owner, now, (following, rules.account_managers[following]))
    assert found is not None
    assert found >= now + timedelta(hours=4)
    work = working_hours(rules, following)
    assert at_work(found, work) or at_work(found - timedelta(seconds=1), work)
    assert next_at_work(rules, following, found) == found
