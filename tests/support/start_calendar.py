"""The calendar of docs/campaigns.md, drawn from what decides about starts: `python -m tests.support.start_calendar`."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import takewhile
from pathlib import Path
from typing import Final

from bot.campaigns.occurrences import AHEAD
from bot.campaigns.places import public_holidays
from bot.campaigns.schedules import upcoming
from bot.campaigns.terms import terms_of
from bot.campaigns.windows import is_send_day
from bot.when.rhythm_words import read_rhythm
from bot.when.rhythms import Rhythm
from tests.support.campaign_world import settings_of

PAGE: Final = Path(__file__).parents[2] / "docs" / "campaigns.md"
BEGINS, ENDS = "```calendar\n", "```\n"
SCHEDULE: Final = "every 2 months from 2026-02-27 10:00"
SEASON: Final = "20-12..03-01"
FIRST, MONTHS = date(2026, 1, 1), 13


def drawn() -> str:
    """A line a month, a mark a day."""
    marks = dict(_marks())
    lines = [f"schedule: {SCHEDULE}, not_between: {SEASON}, timezone: Europe/Amsterdam", ""]
    lines.append(f"{'':9}{'1':>10}{'2':>10}{'3':>10}")
    lines.append(f"{'':9}{'1234567890' * 3}1")
    for month in range(MONTHS):
        first = date(FIRST.year + month // 12, month % 12 + 1, 1)
        days = monthrange(first.year, first.month)[1]
        lines.append(f"{first:%b %Y} " + "".join(marks[first + timedelta(days=one)] for one in range(days)))
    lines += [
        "",
        "S a wave starts   t the admins are told   m the day that the schedule says, moved to the next S",
        ". somebody may be asked   - nobody: a Sunday, a public holiday, or within not_between",
    ]
    return "\n".join(lines) + "\n"


def _marks() -> Iterator[tuple[date, str]]:
    settings = settings_of({"spring": {"not_between": SEASON}})
    rhythm = read_rhythm(SCHEDULE.split(), None)
    assert isinstance(rhythm, Rhythm)
    terms = terms_of("spring", settings.campaigns["spring"], settings.surveys)
    holidays = public_holidays("NL")
    last = FIRST + timedelta(days=MONTHS * 31)
    starts = list(
        takewhile(
            lambda one: one.day < last,
            upcoming(settings, "spring", rhythm, datetime.combine(FIRST, datetime.min.time(), UTC)),
        )
    )
    for ahead in range((last - FIRST).days):
        day = FIRST + timedelta(days=ahead)
        yield day, "." if is_send_day(day, terms, holidays) else "-"
    for one in starts:
        yield (one.at - AHEAD).date(), "t"
        yield one.turn, "m"
        yield one.day, "S"


def page() -> str:
    """The page with the calendar as it is drawn now."""
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGINS)
    _, _, after = rest.partition(ENDS)
    return before + BEGINS + drawn() + ENDS + after


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
