"""What options ask for is what a line asks for, and names are kept to the letter."""

from datetime import date

import pytest

from bot.commands.grammar import Command, Misread, Report, parse
from bot.commands.parts import answers_asked, report_asked, themes_asked, trend_asked

NAMES = ("spring", "winter")
TODAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("asked", "line"),
    [
        (report_asked("Spring", NAMES, TODAY), "report spring"),
        (
            report_asked(
                "spring", NAMES, TODAY, wave=2, by="account manager", since="1 nov", versus="winter"
            ),
            'report spring wave 2 by "account manager" since 1 nov vs winter',
        ),
        (report_asked("spring", NAMES, TODAY, versus="wave 3"), "report spring vs wave 3"),
        (report_asked("spring", NAMES, TODAY, versus="vorige"), "report spring vs vorige"),
        (report_asked("sprong", NAMES, TODAY), "report sprong"),
        (report_asked("spring", NAMES, TODAY, since="soon"), "report spring since soon"),
        (report_asked("spring", NAMES, TODAY, since=""), "report spring since"),
        (report_asked("spring", NAMES, TODAY, by=" "), "report spring by"),
        (report_asked("spring", NAMES, TODAY, versus=""), "report spring vs"),
        (report_asked("spring", NAMES, TODAY, versus="wintr"), "report spring vs wintr"),
        (trend_asked("winter", NAMES), "trend winter"),
        (trend_asked("wintr", NAMES), "trend wintr"),
        (themes_asked("winter", NAMES, wave=2), "themes winter wave 2"),
        (themes_asked("wintr", NAMES), "themes wintr"),
        (themes_asked("winter", NAMES, by="region"), "themes winter by region"),
        (answers_asked("winter", NAMES, category="criticasters", wave=1), "answers winter detractors wave 1"),
        (answers_asked("winter", NAMES, category="angry"), "answers winter angry"),
        (answers_asked("wintr", NAMES), "answers wintr"),
    ],
)
def test_parts_ask_for_what_a_line_asks_for(asked: Command | Misread, line: str) -> None:
    assert asked == parse(line, NAMES, TODAY)


def test_an_attribute_is_kept_to_the_letter() -> None:
    name = 'since "we" know \'em'
    assert report_asked("spring", NAMES, TODAY, by=name) == Report("spring", by=name)
