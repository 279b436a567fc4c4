"""What comes of something that a person does on a phone."""

from dataclasses import dataclass
from typing import Any, Literal

Sent = Literal["voice", "picture", "checklist", "rich", "blank"]
"""What a person can send without plain words; `rich` has words, with formatting."""


@dataclass(frozen=True, slots=True)
class Act:
    """`ok`: the person sees nothing wrong; else `error` is what they see. `delivered`: the bot's webhook
    took it.
    """

    ok: bool
    delivered: bool = False
    error: str = ""

    def as_json(self) -> dict[str, Any]:
        return {"ok": True, "delivered": self.delivered} if self.ok else {"ok": False, "error": self.error}


def refused(error: str) -> Act:
    """The provider's app does not let the person do this."""
    return Act(False, error=error)
