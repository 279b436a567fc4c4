"""How the processes of a run share the tests out."""

from collections.abc import Callable
from typing import Any, Final

from xdist.scheduler import LoadScheduling  # type: ignore[import-untyped]

TOGETHER: Final = 24
ENOUGH: Final = 2  # tests that a process still has: it asks for the next one before it does the last


class Sharing(LoadScheduling):  # type: ignore[misc]  # it has no types
    """Tests that are slow go out one by one, and all others by the dozen: asking for each costs what a third of them
    cost."""

    def __init__(self, config: Any, log: Any, slow: Callable[[str], bool]) -> None:
        """`slow` tells by the id of a test."""
        super().__init__(config, log)
        self.maxschedchunk = 1  # what comes first is slow
        self._slow = slow

    def check_schedule(self, node: Any, duration: float = 0) -> None:
        """Give a process more to do where it soon has nothing."""
        if self.pending:
            if len(self.node2pending[node]) > ENOUGH:
                return
            self.maxschedchunk = 1 if self._slow(self.collection[self.pending[0]]) else TOGETHER
        super().check_schedule(node, duration)
