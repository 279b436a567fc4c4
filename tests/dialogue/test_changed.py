"""Values with other fields are what the standard library makes of them, without its way through every field."""

import dataclasses
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.dialogue import changed
from bot.dialogue.conversation import Chose, Conversation, Part, Sent, State, advance
from bot.reading.bounds import Bounds

ASKED = Conversation(State.ON_ITS_WAY, Bounds(0, 10), timedelta(days=7), parts=(Part(None, "dear"),))


def test_it_is_what_the_standard_library_makes() -> None:
    changes: tuple[dict[str, Any], ...] = (
        {},
        {"score": 9},
        {"late": True, "parts": (), "state": State.CLOSED},
    )
    for fields in changes:
        new = changed.replace(ASKED, **fields)
        assert new == dataclasses.replace(ASKED, **fields)
        assert type(new) is Conversation
        assert new is not ASKED
    assert ASKED.score is None
    assert changed.replace(ASKED.parts[0], text="cheap") == Part(None, "cheap")


def test_a_field_that_is_none_is_refused() -> None:
    with pytest.raises(TypeError, match="sccore"):
        changed.replace(ASKED, sccore=9)  # type: ignore[call-arg]  # which mypy says as well


def test_a_turn_needs_no_way_through_every_field(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dataclasses, "replace", None)
    now = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
    assert advance(ASKED, Sent(now, arrived=True)).conversation.state is State.ASKED
    assert advance(ASKED, Chose(9, now)).conversation.score == 9
