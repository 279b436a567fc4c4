"""Values of the hot path are equal and hashed as frozen ones, and are made without a call for each field."""

from datetime import UTC, datetime

import pytest

from bot.conversations.talks import Talk
from bot.dialogue.conversation import Conversation
from bot.intake.understand import Heard
from bot.outbox import Draft
from channels.base import Address, InboundMessage, plain

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


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
