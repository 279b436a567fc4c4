"""What SMS through Twilio can do, and how fast. PURE."""

from typing import Final

from channels.base import Limits

TEXT_LIMIT: Final = 1600
"""Characters of one message, error 21617 above it. Counted in UTF-16 units, the narrower reading."""

LIMITS: Final = Limits(
    text=TEXT_LIMIT,
    # One segment a second for a long code, Twilio's slowest sender; it queues what is more:
    # support.twilio.com, "Understanding Twilio rate limits and message queues".
    per_second=1,
    burst=1,
    per_address=1.0,
    buttons=False,
    edits=False,
    reports=True,
    paid_by_length=True,
    forgeable=True,
    keeps_stop=True,  # twilio.com/docs/messaging/tutorials/advanced-opt-out
    by_phone=True,
    nameless_refs=True,
)
