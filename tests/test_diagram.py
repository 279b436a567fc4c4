"""The drawn conversation is the one that runs, and so are the drawn life of a case and the calendar of starts."""

from bot.cases.life.life import CaseState
from bot.dialogue.conversation import State
from tests.support import case_diagram, start_calendar
from tests.support.case_lives import LIVES
from tests.support.diagram import MEANING, PAGE, STATES, page


def test_the_page_in_the_docs_is_drawn_from_the_machine() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run python -m tests.support.diagram"


def test_every_state_is_drawn() -> None:
    assert set(STATES) == set(MEANING) == set(State)


def test_the_life_of_a_case_in_the_docs_is_drawn_from_its_machine() -> None:
    drawn = case_diagram.PAGE.read_text(encoding="utf-8")
    assert drawn == case_diagram.page(), "run python -m tests.support.case_diagram"


def test_every_state_of_a_case_is_drawn() -> None:
    assert set(LIVES) == set(case_diagram.MEANING) == set(CaseState)


def test_the_calendar_of_starts_in_the_docs_is_drawn_from_what_decides() -> None:
    drawn = start_calendar.PAGE.read_text(encoding="utf-8")
    assert drawn == start_calendar.page(), "run python -m tests.support.start_calendar"
