"""What the demo and its server say to each other over a pipe. Here, because the demo itself needs nothing of a bot: it
would load one before it starts the process that does."""

import json
import time
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Final, Self

READY: Final = "ready"
MOVED: Final = "moved"


@dataclass(frozen=True, slots=True)
class Launch:
    """The first line."""

    port: int
    keys: dict[str, str]
    contacts: str | None  # a CSV file to import first
    clock: str  # the sandbox's moment, in ISO 8601 …
    monotonic: float  # … at this reading of the machine's monotonic clock, which all its processes share
    speed: float

    def line(self) -> bytes:
        return json.dumps(asdict(self)).encode() + b"\n"

    @classmethod
    def read(cls, line: bytes) -> Self:
        return cls(**json.loads(line))

    def now(self) -> datetime:
        """The sandbox's moment, now."""
        passed = timedelta(seconds=(time.monotonic() - self.monotonic) * self.speed)
        return datetime.fromisoformat(self.clock) + passed


def move(ahead: float, speed: float) -> bytes:
    """The line that moves the clock ahead by so many seconds and gives it a speed."""
    return json.dumps({"ahead": ahead, "speed": speed}).encode() + b"\n"
