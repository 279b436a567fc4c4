"""What Slack can do, and how fast. PURE."""

from typing import Final

from channels.base import Limits

TEXT_LIMIT: Final = 3900
"""Characters of `text` after escaping. Slack advises at most 4,000
(docs.slack.dev/reference/methods/chat.postMessage), and splits what is longer; the rest is kept free for
what a client counts otherwise."""

LIMITS: Final = Limits(
    text=TEXT_LIMIT,
    # "Several hundred messages per minute" in a workspace:
    # docs.slack.dev/reference/methods/chat.postMessage
    per_second=5,
    burst=5,
    per_address=1.0,  # "one message per second per channel", same page
    buttons=True,
    edits=True,
    images=True,
    threads=True,
    answers_aside=True,  # an ephemeral one: docs.slack.dev/interactivity/handling-user-interaction
)
