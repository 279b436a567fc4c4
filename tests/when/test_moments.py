"""When something is to begin, as people type it."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.when.moments import read_moment

MONDAY = date(2026, 2, 23)
WEDNESDAY = date(2026, 2, 25)


def _at(text: str) -> tuple[date, time]:
    moment = datetime.fromisoformat(text)
    return moment.date(), moment.time()


@pytest.mark.parametrize(
    ("said", "today", "moment"),
    [
        ("on 2 March 10:00", MONDAY, "2026-03-02 10:00"),
        ("on 2 March", MONDAY, "2026-03-02 10:00"),
        ("op 2 maart om 9.30 uur", MONDAY, "2026-03-02 09:30"),
        ("on March 2nd at 9am", MONDAY, "2026-03-02 09:00"),
        ("2026-03-02 13:45", MONDAY, "2026-03-02 13:45"),
        ("2-3-2027 10u30", MONDAY, "2027-03-02 10:30"),
        ("10:00 on 2 March", MONDAY, "2026-03-02 10:00"),
        ("next monday 10:00", MONDAY, "2026-03-02 10:00"),
        ("next monday 10:00", WEDNESDAY, "2026-03-02 10:00"),
        ("volgende maandag 10:00", WEDNESDAY, "2026-03-02 10:00"),
        ("volgende week maandag om 10 uur", WEDNESDAY, "2026-03-02 10:00"),
        ("volgende week vrijdag om 10 uur", MONDAY, "2026-03-06 10:00"),
        ("friday next week at noon", MONDAY, "2026-03-06 12:00"),
        ("next week friday 16:00", MONDAY, "2026-03-06 16:00"),
        ("over twee weken", MONDAY, "2026-03-09 10:00"),
        ("in two weeks at 11", MONDAY, "2026-03-09 11:00"),
        ("in 3 months", MONDAY, "2026-05-23 10:00"),
        ("over een maand om 14:00", MONDAY, "2026-03-23 14:00"),
        ("2026-12-08T10:00", MONDAY, "2026-12-08 10:00"),
        ("on yesterday", MONDAY, "2026-02-22 10:00"),
        ("tomorrow 12pm", MONDAY, "2026-02-24 12:00"),
        ("morgen 10 uur", MONDAY, "2026-02-24 10:00"),
        ("overmorgen", MONDAY, "2026-02-25 10:00"),
        ("coming monday 10:00", MONDAY, "2026-03-02 10:00"),
        ("friday 8 o'clock", MONDAY, "2026-02-27 08:00"),
        ("at 16:00", MONDAY, "2026-02-23 16:00"),
        ("on 13/4", MONDAY, "2026-04-13 10:00"),
        ("on 4/13/2026", MONDAY, "2026-04-13 10:00"),
        ("on 4/4", MONDAY, "2026-04-04 10:00"),
        ("on 3-4", MONDAY, "2026-04-03 10:00"),
        ("on 3.4 10:00", MONDAY, "2026-04-03 10:00"),
        ("on 3/4/2026", MONDAY, "2026-04-03 10:00|2026-03-04 10:00"),
        ("on 03/04 10:00", MONDAY, "2026-04-03 10:00|2026-03-04 10:00"),
        ("monday 10:00", MONDAY, "2026-02-23 10:00|2026-03-02 10:00"),
        ("on monday", MONDAY, "2026-02-23 10:00|2026-03-02 10:00"),
        ("deze maandag", MONDAY, "2026-02-23 10:00|2026-03-02 10:00"),
        ("next wednesday 10:00", MONDAY, "2026-02-25 10:00|2026-03-04 10:00"),
        ("volgende vrijdag", MONDAY, "2026-02-27 10:00|2026-03-06 10:00"),
        ("tomorrow at 3", MONDAY, "2026-02-24 03:00|2026-02-24 15:00"),
        ("morgen 3 uur", MONDAY, "2026-02-24 03:00|2026-02-24 15:00"),
        ("tomorrow at 3pm", MONDAY, "2026-02-24 15:00"),
        ("tomorrow at 03:00", MONDAY, "2026-02-24 03:00"),
    ],
)
def test_a_moment_is_read_as_all_that_it_may_mean(said: str, today: date, moment: str) -> None:
    read = read_moment(said.split(), today)
    assert read is not None
    assert read.each == tuple(_at(one) for one in moment.split("|"))


@pytest.mark.parametrize(
    "said",
    [
        "",
        "soon",
        "on 30 february",
        "on 2 March 25:00",
        "on 2 March at 10 at 11",
        "tomorrow 13pm",
        "tomorrow at 24",
        "tonight",
        "tomorrow morning",
        "in two hours",
        "over 2 uur",
        "next month monday",
        "volgende maand",  # and not next Monday
        "32/1",
    ],
)
def test_what_is_no_moment(said: str) -> None:
    assert read_moment(said.split(), MONDAY) is None


@given(st.text(max_size=40), st.dates(date(1971, 1, 1), date(2190, 1, 1)))
def test_every_text_has_a_reading(text: str, today: date) -> None:
    read = read_moment(text.split(), today)
    assert read is None or read.each


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2040, 12, 31)),  # noqa: DTZ001 - local, whatever the zone
    st.sampled_from(
        ["%Y-%m-%d %H:%M", "on %d %B %Y at %H:%M", "op %d-%m-%Y om %H:%M uur", "%H:%M on %B %d %Y"]
    ),
)
def test_what_is_written_out_means_one_moment(moment: datetime, form: str) -> None:
    read = read_moment(moment.strftime(form).split(), MONDAY)
    assert read is not None
    assert read.each == ((moment.date(), moment.time().replace(second=0, microsecond=0)),)


@given(st.dates(date(2026, 1, 1), date(2040, 1, 1)), st.sampled_from(["monday", "woensdag", "sunday"]))
def test_next_and_a_day_of_the_week_are_ahead(today: date, weekday: str) -> None:
    read = read_moment(["next", weekday], today)
    assert read is not None
    assert all(timedelta() < day - today <= timedelta(days=14) for day in read.days)
