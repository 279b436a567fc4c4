"""The log: one line a step, for people or for machines. Never a customer's words, an address or a secret:
what is logged is chosen word by word where it happens, and libraries that print payloads are kept quiet."""

import asyncio
import atexit
import contextlib
import logging
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, ClassVar, Literal, TextIO

import structlog
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from bot.metrics import BROKE, SEEN
from channels.as_json import encoder
from channels.base import SendError

AGAIN = 60.0  # seconds between two lines while a database stays away

_OUTAGES = ("08", "53", "57")  # SQLSTATEs: connection, resources (a full disk), intervention (a shutdown)
OURS = ("bot", "channels")  # who speaks below a warning; a library there prints payloads


def set_up_logs(form: Literal["json", "console"], level: str) -> None:
    """Write our own lines and those of libraries to standard error, in one form.

    Ours go straight to it: by way of the standard library a line costs two and a half times as much.
    """
    shared: list[structlog.typing.Processor] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last: list[structlog.typing.Processor] = (
        [structlog.processors.ExceptionRenderer(_as_value), structlog.processors.JSONRenderer()]
        if form == "json"
        else [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=_as_lines)]
    )
    structlog.configure(
        processors=[_json_line] if form == "json" else [*shared, *last],
        logger_factory=StandardError,
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.ExtraAdder(), *shared],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    least = logging.getLevelNamesMapping()[level.upper()]
    root.setLevel(max(least, logging.WARNING))
    for name in OURS:
        logging.getLogger(name).setLevel(least)


def log_crashes(loop: asyncio.AbstractEventLoop) -> None:
    """Log what nobody caught, in a task, a thread or a destructor, as every other exception is. Python itself
    would print its sentence and the values around it, which may be a customer's words."""
    log = structlog.get_logger()

    def in_loop(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        log.error("loop.failed", exc_info=context.get("exception"))

    def in_thread(args: threading.ExceptHookArgs) -> None:
        log.error("thread.failed", exc_info=args.exc_value)

    def unraisable(args: "sys.UnraisableHookArgs") -> None:
        log.error("cleaning_up.failed", exc_info=args.exc_value)

    loop.set_exception_handler(in_loop)
    threading.excepthook = in_thread
    sys.unraisablehook = unraisable


class StandardError:
    """Standard error. What it does not take is lost: no customer waits for a log.

    The lines of one turn of the event loop go in one write: each is a system call, for which the interpreter's lock is
    let go and taken again while the writer's thread waits for it. Of 64 replies that share a commit that is one, not
    128. From a warning on, and outside of a loop, a line goes at once, with what waits before it.
    """

    _waiting: ClassVar[list[str]] = []
    _lock: ClassVar[threading.Lock] = threading.Lock()

    def __init__(self, *_name: object) -> None: ...

    def msg(self, line: str) -> None:
        """At once."""
        with self._lock:
            self._waiting.append(line)
        self.write()

    def info(self, line: str) -> None:
        """With what else this turn of the loop tells."""
        with self._lock:
            self._waiting.append(line)
            first = len(self._waiting) == 1
        if not first:
            return
        try:
            asyncio.get_running_loop().call_soon(self.write)
        except RuntimeError:
            self.write()

    @classmethod
    def write(cls) -> None:
        """Write what waits."""
        with cls._lock:
            lines = "".join(f"{line}\n" for line in cls._waiting)
            cls._waiting.clear()
        if lines:
            with contextlib.suppress(OSError, ValueError):  # a closed pipe, a closed file
                sys.stderr.write(lines)
                sys.stderr.flush()

    debug = info
    warning = error = critical = msg


atexit.register(StandardError.write)

_Raised = tuple[type[BaseException], BaseException, TracebackType | None]


def described(error: BaseException) -> str:
    """An exception for the log. Its own sentence is left out where it may quote what a customer wrote: a
    database names the values it refuses, a parser the text. Only sentences known to hold none are kept."""
    name = type(error).__name__
    match error:
        case SendError():
            return f"{name}: {error}"
        case OperationalError(orig=BaseException() as cause):
            # The database as a whole (locked, full, gone): no value of ours is in it.
            return f"{name}: {str(cause).splitlines()[0] if str(cause) else type(cause).__name__}"
        case OSError(strerror=str(reason)):
            return f"{name}: {reason}"
        case _:
            return name


def _chain(error: BaseException | None) -> list[BaseException]:
    """The exception and what led to it, the last one first."""
    chain: list[BaseException] = []
    while error is not None and error not in chain:
        chain.append(error)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return chain


def _frames(error: BaseException) -> list[str]:
    return [
        f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)
    ]


def _as_value(exc_info: _Raised) -> Any:
    return [{"error": described(error), "at": _frames(error)} for error in _chain(exc_info[1])]


_rendered = structlog.processors.ExceptionRenderer(_as_value)
_encoded = encoder(ensure_ascii=True, default=repr)


def _json_line(logger: object, method: str, fields: structlog.typing.EventDict) -> str:
    """Level, time and JSON of a line in one step. structlog's own four make the same line in twice the time, and a
    reply writes two."""
    if "exc_info" in fields:
        fields = _rendered(logger, method, fields)
    fields["level"] = method
    fields["timestamp"] = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    return _encoded(fields)


def _as_lines(out: TextIO, raised: _Raised) -> None:
    for error in _chain(raised[1]):
        out.write(f"\n{described(error)}")
        out.writelines(f"\n    {frame}" for frame in _frames(error))


class Failures:
    """What one worker tells of its failures, which it survives; `event` names a fault of it in the log.

    A fault is told each time, with its stack. A database that is gone is no fault of the worker's, and a stack
    every half second would bury what else there is: it is one line, again once a minute, and one when it is back.
    """

    def __init__(self, event: str, worker: str) -> None:
        self._event, self._worker = event, worker
        self._told_at: float | None = None

    @contextlib.contextmanager
    def survived(self) -> Iterator[None]:
        """Around one round of the worker: what it raises is told, and goes no further."""
        try:
            yield
        except Exception as error:
            self.failed(error)
        else:
            self.worked()
        SEEN.labels(self._worker).set_to_current_time()

    def failed(self, error: Exception) -> None:
        """It went round once and failed."""
        BROKE.labels(self._worker).inc()
        cause = next((one for one in _chain(error) if is_gone(one)), None)
        if cause is None:
            structlog.get_logger().error(self._event, worker=self._worker, exc_info=error)
            return
        now = time.monotonic()
        if self._told_at is None or now - self._told_at >= AGAIN:
            self._told_at = now
            structlog.get_logger().error("database.gone", worker=self._worker, error=described(cause))

    def worked(self) -> None:
        """It went round once and all was well."""
        if self._told_at is not None:
            self._told_at = None
            structlog.get_logger().info("database.back", worker=self._worker)


def is_gone(error: BaseException) -> bool:
    """Whether this says that the database as a whole cannot be used now."""
    if isinstance(error, DBAPIError):
        known = isinstance(error, OperationalError | InterfaceError) or error.connection_invalidated
        return known or str(getattr(error.orig, "sqlstate", ""))[:2] in _OUTAGES
    return isinstance(error, OSError)
