"""Whose fault it is that our sender is refused for an address: what becomes of others tells. PURE.

Where others take its messages it is this address's. Where none does it is ours, and nothing is burnt.
"""

from typing import Final, Literal

SEVERAL: Final = 3
"""So many addresses one after the other that our sender is refused for are no chance."""

Fault = Literal["open", "theirs", "ours"]


class WhoseSender:
    """What one sender's messages became lately, since it was made."""

    def __init__(self) -> None:
        self._went = 0
        self._refused: dict[int, int] = {}  # by message: how many had gone when it was first refused
        self._addresses: set[str] = set()  # refused since the last that went

    def went(self, message: int) -> None:
        """A message was taken."""
        self._went += 1
        self._refused.pop(message, None)
        self._addresses.clear()

    def refused(self, message: int, address: str, *, paused: bool) -> Fault:
        """Whose fault a refusal of this message is. At first that is open, and it is tried again a little later; not
        where the channel is `paused` and this was the try whether it works again."""
        first = message not in self._refused
        before = self._refused.setdefault(message, self._went)
        self._addresses.add(address)
        if first and not paused:
            return "open"
        if before < self._went or (self._went and len(self._addresses) < SEVERAL):
            del self._refused[message]
            self._addresses.discard(address)
            return "theirs"
        return "ours"
