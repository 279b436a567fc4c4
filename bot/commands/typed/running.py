"""What is said of a wave while it runs: stop, pause and resume it, or undo its start. PURE.

stop C | stop C confirm | pause C | resume C | undo C
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stop:
    """Say what it would be to ask nobody more, or, with `confirm`, do it."""

    campaign: str
    confirm: bool = False


@dataclass(frozen=True, slots=True)
class Pause:
    """Ask nobody more until it goes on."""

    campaign: str


@dataclass(frozen=True, slots=True)
class Resume:
    """Let it go on."""

    campaign: str


@dataclass(frozen=True, slots=True)
class Undo:
    """Take a start back of which nothing is sent yet."""

    campaign: str


WhileRunning = Stop | Pause | Resume | Undo
EACH: dict[str, type[WhileRunning]] = {"stop": Stop, "pause": Pause, "resume": Resume, "undo": Undo}
"""Each by its verb, which stands alone with the campaign."""
