"""What Telegram can do, and how fast. PURE."""

from typing import Final

from channels.base import Limits

TEXT_LIMIT: Final = 4096
"""After the mark-up is taken out (core.telegram.org/bots/api#sendmessage). Counted in UTF-16 units, as
entities are: the narrower reading of "characters"."""

LIMITS: Final = Limits(
    text=TEXT_LIMIT,
    per_second=30,  # core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this
    burst=30,
    per_address=1.0,  # "avoid sending more than one message per second" to one chat, same page
    buttons=True,
    edits=True,
    images=True,
    joins_by_link=True,  # core.telegram.org/bots/features#deep-linking
)
