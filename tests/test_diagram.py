"""The drawn conversation is the one that runs."""

from bot.dialogue.conversation import State
from tests.support.diagram import MEANING, PAGE, STATES, page


def test_the_page_in_the_docs_is_drawn_from_the_machine() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run python -m tests.support.diagram"


def test_every_state_is_drawn() -> None:
    assert set(STATES) == set(MEANING) == set(State)
