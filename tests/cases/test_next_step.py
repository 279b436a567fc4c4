"""What is to be done next with a case."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.cases.next_step import CaseStanding, NextStep, is_late, next_step

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
SOON, JUST, DAYS = NOW + timedelta(hours=1), NOW - timedelta(minutes=1), NOW + timedelta(days=3)


@pytest.mark.parametrize(
    ("case", "following", "late"),
    [
        (CaseStanding("open"), NextStep("take"), False),
        (CaseStanding("open", due_at=SOON), NextStep("take", SOON), False),
        (CaseStanding("open", due_at=NOW), NextStep("late"), True),
        (CaseStanding("open", due_at=JUST), NextStep("late"), True),
        (CaseStanding("open", due_at=SOON, reminded=True), NextStep("strand", SOON), True),
        (
            CaseStanding("open", due_at=SOON, reminded=True, following="Head"),
            NextStep("late", SOON, "Head"),
            True,
        ),
        (CaseStanding("open", due_at=JUST, reminded=True), NextStep("late"), True),
        # The reminder waits for somebody who is at work; it is late all the same.
        (CaseStanding("open", due_at=SOON, put_off=True), NextStep("remind", SOON), True),
        (CaseStanding("open", put_off=True), NextStep("take"), False),  # no time is agreed any more
        (CaseStanding("open", reminded=True), NextStep("stranded"), True),
        (CaseStanding("taken"), NextStep("finish"), False),
        (CaseStanding("taken", last_said="customer"), NextStep("answer"), False),
        (CaseStanding("taken", last_said="manager"), NextStep("wait"), False),
        (CaseStanding("taken", last_said="customer", opted_out=True), NextStep("call"), False),
        (CaseStanding("taken", last_said="manager", opted_out=True), NextStep("call"), False),
        (CaseStanding("open", opted_out=True), NextStep("take"), False),
        (CaseStanding("taken", due_at=JUST), NextStep("finish"), False),
        (CaseStanding("snoozed", snoozed_until=DAYS, last_said="customer"), NextStep("wake", DAYS), False),
        (CaseStanding("done"), NextStep("none"), False),
        (CaseStanding("done", new_words=True), NextStep("look"), False),
    ],
)
def test_what_is_next(case: CaseStanding, following: NextStep, late: bool) -> None:
    assert next_step(case, NOW) == following
    assert is_late(case, NOW) is late
