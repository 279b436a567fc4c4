"""The one rule for what is newer. The table is that of docs/reliability.md."""

from datetime import timedelta

import pytest

from bot.dialogue.order import CLOCKS_DIFFER, SaidAt, is_newer, when_said
from channels.base import Address, Blocked, DeliveryReport, Inbound, InboundMessage, ProviderOptOut
from tests.support.manual_clock import MONDAY

AT = Address("telegram", "1")
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("this", "stands", "newer"),
    [
        (SaidAt(MONDAY + SECOND), SaidAt(MONDAY), True),
        (SaidAt(MONDAY), SaidAt(MONDAY + SECOND), False),
        (SaidAt(MONDAY), SaidAt(MONDAY), True),  # nothing tells: it came later
        (SaidAt(MONDAY), None, True),  # nothing stands
        (None, SaidAt(MONDAY), True),
        # in one second the provider's count decides
        (SaidAt(MONDAY, 8), SaidAt(MONDAY, 7), True),
        (SaidAt(MONDAY, 7), SaidAt(MONDAY, 8), False),
        # times count above it, where both are known
        (SaidAt(MONDAY + SECOND, 7), SaidAt(MONDAY, 8), True),
        (SaidAt(MONDAY, 9), SaidAt(MONDAY + SECOND, 8), False),
        # of a press that came a minute late nobody tells the time, but its number
        (SaidAt(MONDAY + 60 * SECOND, 7, timed=False), SaidAt(MONDAY + SECOND, 8), False),
        (SaidAt(MONDAY + SECOND, 8), SaidAt(MONDAY + 60 * SECOND, 7, timed=False), True),
        # after a week Telegram counts anew
        (SaidAt(MONDAY + 7 * DAY, 3, timed=False), SaidAt(MONDAY, 800), True),
        # another channel's clock
        (SaidAt(MONDAY + SECOND), SaidAt(MONDAY, 800), True),
    ],
)
def test_what_is_newer(this: SaidAt | None, stands: SaidAt | None, newer: bool) -> None:
    assert is_newer(this, stands) is newer


@pytest.mark.parametrize(
    ("event", "when"),
    [
        (InboundMessage("1", AT, AT, MONDAY - DAY), SaidAt(MONDAY - DAY)),
        (InboundMessage("1", AT, AT, MONDAY, number=8, timed=False), SaidAt(MONDAY, 8, timed=False)),
        (ProviderOptOut("1", AT, MONDAY - DAY), SaidAt(MONDAY - DAY)),
        (Blocked("1", AT, MONDAY), SaidAt(MONDAY)),
        (DeliveryReport("1", "SM1", "sent", MONDAY - DAY), SaidAt(MONDAY)),
        (None, SaidAt(MONDAY)),
        # a clock a little ahead of ours is believed, one that is far ahead is not
        (InboundMessage("1", AT, AT, MONDAY + CLOCKS_DIFFER), SaidAt(MONDAY + CLOCKS_DIFFER)),
        (InboundMessage("1", AT, AT, MONDAY + DAY, number=8), SaidAt(MONDAY, 8)),
    ],
)
def test_when_it_was_said(event: Inbound | None, when: SaidAt) -> None:
    assert when_said(event, MONDAY) == when
