"""What may become of a message of which nobody knows whether it was sent. The table of docs/reliability.md."""

from enum import Enum
from pathlib import Path
from typing import Final

DOCS: Final = Path(__file__).parents[2] / "docs" / "reliability.md"


class Fate(Enum):
    """What the bot does about a message in doubt, in the words of the table."""

    LOOKED_FOR = "looked for, and sent only if it is not there"  # never twice, never lost
    NOT_AGAIN = "not sent again"  # never twice, perhaps lost
    AGAIN = "sent again"  # perhaps twice, never lost
    SAME = "changed again"  # a message is changed to what it shows already: nobody sees a difference


_CHANNELS: Final = {"SMS": ("sms",), "Slack, Telegram": ("slack", "telegram")}
_KINDS: Final = {
    "question": ("question",),
    "reply, words of a colleague, answer to a command, notice": (
        *("reply", "relay", "consent", "notice", "command", "farewell"),
    ),
    "alert, line of its thread, digest": ("alert", "thread", "digest"),
    "change of a message": ("edit",),
}


def fates() -> dict[tuple[str, str], Fate]:
    """By kind of outbox row and channel, as the document has it. A cell says first what is done, and may say
    more after a semicolon; a dash is what cannot happen."""
    rows = [
        [cell.strip() for cell in line.strip().strip("|").split("|")]
        for line in DOCS.read_text(encoding="utf-8").partition("## A message in doubt")[2].splitlines()
        if line.startswith("|")
    ]
    head, _, *body = rows[: len(_KINDS) + 2]
    found: dict[tuple[str, str], Fate] = {}
    for name, *cells in body:
        for heading, cell in zip(head[1:], cells, strict=True):
            if cell != "-":
                fate = Fate(cell.partition(";")[0].strip())
                found |= {(kind, channel): fate for kind in _KINDS[name] for channel in _CHANNELS[heading]}
    return found
