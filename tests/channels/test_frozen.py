"""Values of the hot path are equal and hashed as frozen ones, made without a call for each field, and replaced
without a way through them."""

import dataclasses
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.conversations.talks import Talk
from bot.dialogue.conversation import Chose, Conversation, Part, Sent, State, advance
from bot.intake.meanings import Heard
from bot.outbox import Draft
from bot.reading.bounds import Bounds
from channels.base import Address, InboundMessage, plain
from channels.frozen import replace

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
ASKED = Conversation(State.ON_ITS_WAY, Bounds(0, 10), timedelta(days=7), parts=(Part(None, "dear"),))


@pytest.mark.parametrize("kind", [Address, InboundMessage, Conversation, Talk, Heard, Draft])
def test_no_field_is_set_past_a_lock(kind: type) -> None:
    assert "__setattr__" not in vars(kind)


def test_equal_values_are_one_key() -> None:
    here = Address("sms", "+31612345678")
    assert {here: 1, Address("sms", "+31612345678"): 2} == {here: 2}
    assert here < Address("sms", "1")
    assert hash(plain("words")) == hash(plain("words"))


def test_what_is_no_part_of_what_was_said_makes_no_other_value() -> None:
    here = Address("sms", "+31612345678")
    one, again = (InboundMessage("1", here, here, AT, "9", number=number) for number in (1, 2))
    assert one == again
    assert hash(one) == hash(again)


def test_a_replaced_value_is_what_the_standard_library_makes() -> None:
    changes: tuple[dict[str, Any], ...] = (
        {},
        {"score": 9},
        {"late": True, "parts": (), "state": State.CLOSED},
    )
    for fields in changes:
        new = replace(ASKED, **fields)
        assert new == dataclasses.replace(ASKED, **fields)
        assert type(new) is Conversation
        assert new is not ASKED
    assert ASKED.score is None
    assert replace(ASKED.parts[0], text="cheap") == Part(None, "cheap")


def test_a_field_that_is_none_is_refused() -> None:
    with pytest.raises(TypeError, match="sccore"):
        replace(ASKED, sccore=9)  # type: ignore[call-arg]  # which mypy says as well


def test_a_turn_needs_no_way_through_every_field(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dataclasses, "replace", None)
    now = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
    assert advance(ASKED, Sent(now, arrived=True)).conversation.state is State.ASKED
    assert advance(ASKED, Chose(9, now)).conversation.score == 9
