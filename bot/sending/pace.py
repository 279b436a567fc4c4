"""How fast a channel may send: a bucket of tokens for its token, and a pause between two messages to one
address. PURE but for what it remembers; time comes in as seconds of a monotonic clock."""

from channels.base import Limits

_FORGET = 4_096  # addresses; those whose pause is over are dropped beyond this many


class Pace:
    """One channel's budget in one process, the only one that sends for it (`lease`)."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._tokens = float(limits.burst)
        self._at = 0.0
        self._closed_until = 0.0
        self._free_at: dict[str, float] = {}

    def budget(self, now: float) -> int:
        """How many messages may go now."""
        self._tokens = min(
            float(self._limits.burst), self._tokens + max(0.0, now - self._at) * self._limits.per_second
        )
        self._at = max(self._at, now)
        return int(self._tokens + 1e-9) if now >= self._closed_until else 0

    def wait(self, now: float) -> float:
        """Seconds until the budget is at least one; 0 where it is."""
        if self.budget(now) >= 1:
            return 0.0
        missing = max(0.0, 1.0 - self._tokens) / self._limits.per_second
        return max(missing, self._closed_until - now)

    def spend(self, messages: int) -> None:
        """So many messages go."""
        self._tokens -= messages

    def close(self, until: float) -> None:
        """Send nothing before `until`: the provider asked for a pause."""
        self._closed_until = max(self._closed_until, until)
        self._tokens = min(self._tokens, 1.0)

    def slot(self, address: str, now: float, patience: float) -> float:
        """Seconds until this address may be written to; that moment is reserved where it is within
        `patience`, and otherwise left to whoever asks then."""
        if len(self._free_at) > _FORGET:
            self._free_at = {one: free for one, free in self._free_at.items() if free > now}
        at = max(now, self._free_at.get(address, 0.0))
        if at - now <= patience:
            self._free_at[address] = at + self._limits.per_address
        return at - now
