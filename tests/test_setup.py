"""What the rooms share: who is who."""

import pytest

from bot.setup import Setup
from channels.base import Address
from tests.bot_under_test import MANAGER, languages, settings_of


@pytest.mark.parametrize(
    ("at", "called", "shown"),
    [
        (str(MANAGER), "u.manager", "Manager"),
        ("sms:+31612349999", "", "South"),
        ("slack:U0COLLEAGUE", "a.colleague", "a.colleague"),
        ("telegram:77", "", "telegram:77"),
    ],
)
def test_a_colleague_is_shown_by_the_configured_name_or_their_own(at: str, called: str, shown: str) -> None:
    managers = {"Manager": str(MANAGER), "South": "sms:+31612349999"}
    setup = Setup(settings_of(account_managers=managers), languages(), {})
    channel, _, id_ = at.partition(":")
    assert setup.who(Address(channel, id_), called) == shown
