"""How many requests a key may make: so many in each minute of its own, counted in this process alone. PURE.

Each process counts by itself, so that two let twice as many pass: the limit keeps a sender that runs wild from
holding replies up, and is no bill.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from typing import Final

WINDOW: Final = 60  # seconds
POLICY: Final = "default"


@dataclass(frozen=True, slots=True)
class Quota:
    """How much is left to a key after a request; `passed` is whether that one may pass."""

    passed: bool
    most: int
    left: int
    resets_in: int  # seconds

    @property
    def headers(self) -> dict[str, str]:
        """As draft-ietf-httpapi-ratelimit-headers-10 writes them."""
        told = {
            "RateLimit-Policy": f'"{POLICY}";q={self.most};w={WINDOW}',
            "RateLimit": f'"{POLICY}";r={self.left};t={self.resets_in}',
        }
        return told if self.passed else {**told, "Retry-After": str(self.resets_in)}


class Quotas:
    """Counts the requests of each key; `seconds` is a clock that never goes back."""

    def __init__(self, seconds: Callable[[], float]) -> None:
        self._seconds = seconds
        self._used: dict[int, tuple[float, int]] = {}

    def take(self, key_id: int, most: int) -> Quota:
        """Count a request of this key, where `most` may pass in a minute."""
        now = self._seconds()
        began, used = self._used.get(key_id, (now, 0))
        if now >= began + WINDOW:
            began, used = now, 0
        passed = used < most
        self._used[key_id] = (began, used + passed)
        return Quota(passed, most, most - used - passed, max(1, ceil(began + WINDOW - now)))
