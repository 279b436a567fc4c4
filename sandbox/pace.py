"""How fast a provider lets itself be called."""

import math
from collections import deque
from collections.abc import Hashable
from datetime import datetime


class Buckets:
    """A token bucket for each key: `burst` at once, then `rate` a second."""

    def __init__(self, rate: float, burst: float) -> None:
        self.rate, self.burst = rate, burst
        self._level: dict[Hashable, tuple[float, datetime]] = {}

    def wait(self, key: Hashable, now: datetime) -> float:
        """Seconds until the key may be used again; 0 when it may be used now. Spends nothing."""
        level = self._at(key, now)
        return 0.0 if level >= 1 else (1 - level) / self.rate

    def spend(self, key: Hashable, now: datetime) -> None:
        self._level[key] = (self._at(key, now) - 1, now)

    def _at(self, key: Hashable, now: datetime) -> float:
        if key not in self._level:
            return self.burst
        level, then = self._level[key]
        return min(self.burst, level + (now - then).total_seconds() * self.rate)


class Window:
    """At most `limit` uses of a key in any `seconds`."""

    def __init__(self, limit: int, seconds: float = 60.0) -> None:
        self.limit, self.seconds = limit, seconds
        self._used: dict[Hashable, deque[datetime]] = {}

    def wait(self, key: Hashable, now: datetime) -> float:
        """Seconds until the key may be used again; 0 when it may be used now. Spends nothing."""
        used = self._used.get(key)
        if used is None:
            return 0.0
        while used and (now - used[0]).total_seconds() >= self.seconds:
            used.popleft()
        return 0.0 if len(used) < self.limit else self.seconds - (now - used[0]).total_seconds()

    def spend(self, key: Hashable, now: datetime) -> None:
        self._used.setdefault(key, deque()).append(now)


def whole_seconds(wait: float) -> int:
    """A wait as `Retry-After` says it: whole seconds, at least one."""
    return max(1, math.ceil(wait))
