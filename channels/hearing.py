"""What a listener met lately: whether its channel hears people."""

from collections.abc import Callable
from datetime import datetime, timedelta

from channels.base import Misconfigured, SendError

STEADY = timedelta(minutes=2)
"""How long it must go well before a fault of ours counts as over: two programs that fetch with one token
throw each other out, so that every other call goes well."""


class Ear:
    """A listener tells it how each look went; `check` raises while the channel is deaf."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._error: SendError | None = None
        self._failed_at: datetime | None = None

    def failed(self, error: SendError) -> None:
        """A look for what people wrote did not work."""
        self._error, self._failed_at = error, self._clock()

    def worked(self) -> None:
        """A look worked, whether or not it found anything."""
        if self._failed_at is None or not isinstance(self._error, Misconfigured):
            self._error = None
        elif self._clock() - self._failed_at >= STEADY:
            self._error = self._failed_at = None

    def check(self) -> None:
        """Raise what is wrong, where anything is."""
        if self._error is not None:
            raise self._error
