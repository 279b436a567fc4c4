"""Identifiers as the providers make them: opaque, unique, and repeatable from a seed."""

import random
import string

_BASE36 = string.digits + string.ascii_uppercase
_HEX = "0123456789abcdef"


class Ids:
    """A source of identifiers.

    Without a seed two sandboxes never repeat each other's ids, so that a database that outlives one takes
    nothing of the next for a repeated delivery.
    """

    def __init__(self, seed: int | None = None) -> None:
        self._random = random.Random(seed)
        self._counts: dict[str, int] = {}

    def code(self, prefix: str, length: int = 9) -> str:
        """An id as Slack makes them: a prefix and capital letters and digits."""
        return prefix + "".join(self._random.choices(_BASE36, k=length))

    def sid(self, prefix: str) -> str:
        """An id as Twilio makes them: two letters and 32 hexadecimal digits."""
        return prefix + "".join(self._random.choices(_HEX, k=32))

    def uuid(self) -> str:
        """A random UUID in its usual notation."""
        digits = "".join(self._random.choices(_HEX, k=32))
        return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"

    def number(self, kind: str) -> int:
        """The next of a rising row of numbers that starts at a random place, one row for each `kind`."""
        start = self._counts.get(kind)
        self._counts[kind] = self._random.randrange(10**8, 9 * 10**8) if start is None else start + 1
        return self._counts[kind]

    def between(self, low: float, high: float) -> float:
        """A number from an even spread, for waits that providers choose at random."""
        return self._random.uniform(low, high)
