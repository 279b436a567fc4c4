"""The public holidays of a country are the library's, and those of no other come along."""

import subprocess
import sys

import holidays
import pytest

from bot.campaigns.places import public_holidays
from bot.config.holiday_tables import holidays_of, knows_holidays


def test_every_country_has_the_days_of_the_library() -> None:
    for country in holidays.list_supported_countries():
        theirs = holidays.country_holidays(country, years=2026)
        table = holidays_of(country)
        assert dict(table(years=2026)) == dict(theirs), country
        assert table.subdivisions == theirs.subdivisions
        for part in table.subdivisions[:1]:
            its = holidays.country_holidays(country, subdiv=part, years=2026)
            assert table(subdiv=part, years=2026).keys() == its.keys(), (country, part)


@pytest.mark.parametrize(("country", "known"), [("NL", True), ("GB", True), ("ZZ", False), ("nl", False)])
def test_which_countries_are_known(country: str, known: bool) -> None:
    assert knows_holidays(country) is known
    assert (public_holidays(country) != frozenset()) is known


@pytest.mark.parametrize("country", ["NL", "BE", "DE"])
def test_one_country_brings_no_other_along(country: str) -> None:
    asked = f"from bot.campaigns.places import public_holidays as its; day in its({country!r})"
    before = "import sys; from datetime import date; day = date(2026, 12, 25)"
    after = "print(sorted(name for name in sys.modules if name.startswith('holidays.countries')))"
    run = subprocess.run(
        [sys.executable, "-c", f"{before}; {asked}; {after}"], capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "[]"
