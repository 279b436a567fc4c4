"""When a case is opened and when its alert changes."""

from dataclasses import replace
from typing import Any

import pytest

from bot.cases.routing import Changed, Opened, case_change
from bot.dialogue.conversation import Conversation, Ending, State
from bot.dialogue.kinds import SCALES, usual_alert_at
from bot.reading.bounds import Bounds

ASKED = Conversation(State.ASKED, Bounds(0, 10))
NPS = usual_alert_at("nps")


def _scored(score: int, **more: Any) -> Conversation:
    return replace(ASKED, state=State.REASON, score=score, **more)


def _closed(ending: Ending, **more: Any) -> Conversation:
    return replace(ASKED, state=State.CLOSED, ending=ending, **more)


@pytest.mark.parametrize("score", range(7))
def test_each_detractors_score_opens_a_case(score: int) -> None:
    assert case_change(ASKED, _scored(score), alert_at=NPS, exists=False, words=False) == Opened("detractor")


@pytest.mark.parametrize(("kind", "highest"), [("nps", 6), ("csat", 2), ("ces", 3)])
def test_what_alerts_is_the_unfavourable_box_of_the_scale(kind: str, highest: int) -> None:
    asked = replace(ASKED, scale=Bounds(SCALES[kind].minimum, SCALES[kind].maximum))
    opened = {
        score: case_change(
            asked, replace(asked, score=score), alert_at=usual_alert_at(kind), exists=False, words=False
        )
        for score in range(asked.scale.low, asked.scale.high + 1)
    }
    assert opened == {score: Opened("detractor") if score <= highest else None for score in opened}


@pytest.mark.parametrize(
    ("alert_at", "score", "opens"), [(8, 8, True), (8, 9, False), (0, 0, True), (0, 1, False)]
)
def test_a_survey_can_say_from_which_score_on(alert_at: int, score: int, opens: bool) -> None:
    change = case_change(ASKED, _scored(score), alert_at=alert_at, exists=False, words=False)
    assert change == (Opened("detractor") if opens else None)


@pytest.mark.parametrize("score", range(7, 11))
def test_no_other_score_does(score: int) -> None:
    assert case_change(ASKED, _scored(score), alert_at=NPS, exists=False, words=True) is None


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        (_scored(9), _scored(4), Opened("detractor")),
        (_closed(Ending.WINDOW), _closed(Ending.WINDOW, score=2, late=True), Opened("detractor")),
        (ASKED, _closed(Ending.OPTED_OUT, score=1), Opened("detractor")),
        (replace(ASKED, unread=2), _closed(Ending.UNREAD, unread=3), Opened("no_score")),
        (replace(ASKED, unread=1), _closed(Ending.WINDOW, unread=1), None),
        (ASKED, _closed(Ending.WINDOW), None),
        (ASKED, _closed(Ending.OPTED_OUT), None),
        (_closed(Ending.UNREAD, unread=3), _closed(Ending.UNREAD, unread=3), None),
    ],
)
def test_what_opens_a_case(before: Conversation, after: Conversation, change: object) -> None:
    assert case_change(before, after, alert_at=NPS, exists=False, words=False) == change


@pytest.mark.parametrize(
    ("before", "after", "words", "change"),
    [
        (_scored(3), _scored(9), False, Changed(ping=False)),
        (_scored(9), _scored(3), False, Changed(ping=True)),
        (_scored(3), _scored(2), False, Changed(ping=False)),
        (_scored(3), _scored(3), True, Changed(ping=False)),
        (_scored(3), _closed(Ending.NO_REASON, score=3), False, Changed(ping=False)),
        (_scored(3), _closed(Ending.OPTED_OUT, score=3), False, Changed(ping=False)),
        (_scored(3), _closed(Ending.DONE, score=3), False, None),
        (_scored(3), _scored(3, spoken=4), False, None),
    ],
)
def test_what_changes_an_open_case(
    before: Conversation, after: Conversation, words: bool, change: object
) -> None:
    assert case_change(before, after, alert_at=NPS, exists=True, words=words) == change


@pytest.mark.parametrize("score", [None, 7, 10])
def test_a_wish_to_hear_from_somebody_opens_one_whatever_the_score(score: int | None) -> None:
    after = replace(ASKED, score=score)
    assert case_change(ASKED, after, alert_at=NPS, exists=False, words=True, wish=True) == Opened("no_score")
    assert case_change(ASKED, after, alert_at=NPS, exists=True, words=True, wish=True) == Changed(ping=False)
