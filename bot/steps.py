"""What happened, step by step, told once it is on disk: a line in the log and a count in the metrics.

Code inside a write calls `step`. What a write did is told after its commit, and nothing of one that failed;
outside a write a step is told at once. A step's fields are numbers of rows, names of channels and campaigns,
and short words of our own: never what a customer wrote, a name, an address or a secret.
"""

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import field
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar

import structlog
from sqlalchemy import Connection

from bot.metrics import STEPS, child
from channels.frozen import dataclass

P = ParamSpec("P")
T = TypeVar("T")
V = TypeVar("V")
Steps = list[tuple[str, dict[str, object]]]

log = structlog.get_logger()

_taken: ContextVar[Steps | None] = ContextVar("steps", default=None)


@dataclass(frozen=True, slots=True)
class Noted(Generic[V]):
    """One of several things that a write does at once, and the steps of it alone: see `noting`."""

    about: V
    steps: Steps = field(default_factory=list)


def step(name: str, /, **fields: object) -> None:
    """Tell a step, after the commit where this runs in a write. Fields that are None are left out."""
    taken = _taken.get()
    if taken is None:
        tell_steps([(name, fields)])
    else:
        taken.append((name, fields))


def noting(
    steps: Steps,
    function: Callable[Concatenate[Connection, P], T],
    connection: Connection,
    /,
    *args: P.args,
    **kwargs: P.kwargs,
) -> T:
    """Run a function of a write and put its steps in `steps`, which holds those of the last run alone: a
    write that lost a race is run again."""
    steps.clear()
    before = _taken.set(steps)
    try:
        return function(connection, *args, **kwargs)
    finally:
        _taken.reset(before)


def tell_steps(steps: Steps) -> None:
    """Log and count what is on disk now."""
    for name, fields in steps:
        if (counted := STEPS.get(name)) is not None:
            counter, labels = counted
            values = [fields.get(label) for label in labels]
            if None not in values:
                child(counter, *values).inc(_number(fields))
        log.info(name, **{field: value for field, value in fields.items() if value is not None})


def _number(fields: dict[str, Any]) -> int:
    """How often it happened: once, where no field says another `count`."""
    return int(fields.get("count", 1))
