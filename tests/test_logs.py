"""The log tells each step, and never a customer's words, a name, an address or a secret."""

import asyncio
import io
import json
import sqlite3
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import structlog
from sqlalchemy.exc import IntegrityError, OperationalError

from bot import logs
from bot.logs import Failures, StandardError, described
from bot.steps import noting, step, tell_steps
from bot.store.store import Store
from channels.base import Rejected
from tests.support.patience import PATIENCE
from tests.support.planted import leaks
from tests.support.told import told

STEPS: Mapping[str, frozenset[str]] = {
    "intake.received": frozenset({"channel", "via", "events"}),
    "intake.taken": frozenset({"channel", "kind", "outcome", "conversation", "wave", "reading", "message"}),
    "score.stored": frozenset({"conversation", "wave", "channel", "category", "corrected", "late"}),
    "words.kept": frozenset({"conversation", "wave", "channel", "kind"}),
    "conversation.closed": frozenset({"conversation", "wave", "channel", "ending"}),
    "person.left": frozenset({"conversation", "wave", "channel", "source"}),
    "person.erased": frozenset({"conversations", "messages"}),
    "case.opened": frozenset({"case", "conversation", "wave", "channel", "kind"}),
    "case.acted": frozenset({"case", "conversation", "channel", "deed"}),
    "message.sent": frozenset({"channel", "kind", "message", "conversation", "wave", "case", "attempt"}),
    "message.failed": frozenset(
        {"channel", "kind", "message", "conversation", "wave", "case", "attempt", "outcome", "reason"}
    ),
    "delivery.reported": frozenset({"channel", "message", "conversation", "status", "code"}),
    "questions.released": frozenset({"wave", "channel", "count"}),
    "wave.started": frozenset({"wave", "campaign", "number"}),
    "wave.enrolled": frozenset({"wave", "campaign", "number"}),
    "wave.stopped": frozenset({"wave", "campaign", "number", "people"}),
    "wave.paused": frozenset({"wave", "campaign", "number"}),
    "wave.resumed": frozenset({"wave", "campaign", "number"}),
    "command.taken": frozenset({"channel", "command", "campaign"}),
    "command.not_understood": frozenset({"channel", "why"}),
    "command.refused": frozenset({"channel", "why"}),
    "command.answered": frozenset({"command", "outcome"}),
    "contacts.imported": frozenset({"kept", "refused"}),
    "channel.paused": frozenset({"channel", "reason"}),
    "channel.resumed": frozenset({"channel"}),
    "sending.taken": frozenset({"channel"}),
    "database.migrated": frozenset({"before", "now"}),
    "intake.failed": frozenset({"channel", "kind", "error"}),
    "message.broke": frozenset({"channel", "kind", "message"}),
    "planted.fault": frozenset(),
    "Exception in ASGI application": frozenset(),
    "loop.failed": frozenset(),
    "thread.failed": frozenset(),
}
"""Every line that the talk of `tests.support.logged_talk` writes, and the fields that it may have."""
EVERYWHERE = {"event", "level", "timestamp", "exception"}


async def run(module: str, form: str, path: Path) -> tuple[str, str]:
    """What a program says, and what it logs."""
    log = path.with_suffix(".log")
    with log.open("w") as errors:
        program = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", module, form, str(path)), stdout=asyncio.subprocess.PIPE, stderr=errors
        )
        said, _ = await asyncio.wait_for(program.communicate(), PATIENCE)
    assert program.returncode == 0, log.read_text()
    return said.decode(), log.read_text()


async def talked(form: str, path: Path) -> str:
    said, log = await run("tests.support.logged_talk", form, path)
    assert said == "", "the log goes to standard error"
    return log


async def test_each_step_is_one_line_and_nothing_that_was_planted_is_in_it(
    warm: None, tmp_path: Path
) -> None:
    log = await talked("json", tmp_path / "npsbot.db")
    assert leaks(log) == []
    found: dict[str, set[str]] = {}
    for line in map(json.loads, log.splitlines()):
        found.setdefault(line["event"], set()).update(line)
    assert found.keys() == STEPS.keys()
    for event, fields in found.items():
        assert fields - EVERYWHERE == STEPS[event], event


async def test_the_console_tells_the_same_and_hides_the_same(warm: None, tmp_path: Path) -> None:
    log = await talked("console", tmp_path / "npsbot.db")
    assert leaks(log) == []
    for event in STEPS:
        assert event in log, f"{event} is not logged"
    for name in ("IntegrityError", "OperationalError", "ValueError", "logged_talk.py"):
        assert name in log, "a fault is told with its kind and place"


@pytest.mark.parametrize("form", ["json", "console"])
async def test_no_webhook_signed_forged_or_broken_puts_anything_into_the_log(
    form: str, warm: None, tmp_path: Path
) -> None:
    """The real application at `level: debug`, with adapters whose providers cannot be reached."""
    said, log = await run("tests.support.logged_server", form, tmp_path / "npsbot.db")
    assert leaks(said) == [], "the figures and the readiness page name nobody either"
    assert "answered [(2, " in said, "something is kept"
    assert "(4, " in said, "something is refused"
    assert "(5, " not in said, "nothing breaks"
    assert leaks(log) == []
    for event in ("intake.taken", "webhook refused", "message.failed", "channel.not_registered"):
        assert event in log, f"{event} is not logged"
    assert "slack_bolt" not in log, "libraries speak from a warning on"


async def test_a_step_is_told_after_its_commit_and_never_of_a_write_that_failed(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr("bot.store.store.tell_steps", lambda steps: told.extend(name for name, _ in steps))

    def fail(_connection: object) -> None:
        step("never.told")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await store.write(fail)
    assert told == []
    await store.write(lambda _connection: step("told", number=1))
    assert told == ["told"]


def test_a_write_that_is_run_again_tells_its_steps_once() -> None:
    steps: list[tuple[str, dict[str, object]]] = []
    for _ in range(2):
        noting(steps, lambda _connection: step("told"), None)  # type: ignore[arg-type]  # it uses no connection
    assert steps == [("told", {})]
    tell_steps(steps)


def test_a_log_that_nobody_takes_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    closed = io.StringIO()
    closed.close()
    monkeypatch.setattr("sys.stderr", closed)
    StandardError().msg("a line")


class Written(io.StringIO):
    """Standard error that counts how often it is written to."""

    times = 0

    def write(self, text: str) -> int:
        self.times += 1
        return super().write(text)


async def test_the_lines_of_a_turn_of_the_loop_go_in_one_write(monkeypatch: pytest.MonkeyPatch) -> None:
    written, log = Written(), StandardError()
    monkeypatch.setattr("sys.stderr", written)
    for number in range(64):
        log.info(f"line {number}")
    assert written.times == 0
    await asyncio.sleep(0)
    assert written.times == 1
    assert written.getvalue().splitlines() == [f"line {number}" for number in range(64)]
    log.info("before")
    log.warning("a warning goes at once")
    assert written.getvalue().endswith("before\na warning goes at once\n")
    await asyncio.sleep(0)
    assert written.times == 2, "nothing waits any more"


def test_a_line_outside_of_a_loop_goes_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    written = Written()
    monkeypatch.setattr("sys.stderr", written)
    StandardError().info("a line")
    assert written.getvalue() == "a line\n"


def test_a_line_is_what_structlogs_own_steps_make_of_it() -> None:
    fields = {"channel": "sms", "score": 9, "odd": frozenset({1}), "é": "ü"}
    line = json.loads(logs._json_line(None, "info", {**fields, "event": "told"}))
    made: Any = {**fields, "event": "told"}
    for processor in (
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.JSONRenderer(),
    ):
        made = processor(None, "info", made)
    theirs = json.loads(made)
    assert list(line) == list(theirs)
    assert len(line.pop("timestamp")) == len(theirs.pop("timestamp"))
    assert line == theirs


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (ValueError("what they wrote"), "ValueError"),
        (KeyError("what they wrote"), "KeyError"),
        (IntegrityError("INSERT …", {}, Exception("DETAIL: (what they wrote)")), "IntegrityError"),
        (
            OperationalError("UPDATE …", {}, Exception("database is locked")),
            "OperationalError: database is locked",
        ),
        (
            FileNotFoundError(2, "No such file or directory", "x"),
            "FileNotFoundError: No such file or directory",
        ),
        (ConnectionError("what they wrote"), "ConnectionError"),
        (Rejected("the text is too long"), "Rejected: the text is too long"),
    ],
)
def test_how_much_of_an_error_is_told(error: BaseException, told: str) -> None:
    assert described(error) == told


# ------------------------------------------------------------------- a worker whose database is gone


def _lines(*errors: Exception | None) -> list[str]:
    failures = Failures("timers.failed", "timers")
    with told() as lines:
        for error in errors:
            failures.worked() if error is None else failures.failed(error)
    return [f"{line['event']} {'with a stack' if 'exc_info' in line else ''}".strip() for line in lines]


def _gone() -> Exception:
    return OperationalError("SELECT 1", {}, sqlite3.OperationalError("database or disk is full"))


@pytest.mark.parametrize(
    ("errors", "lines"),
    [
        ([_gone()] * 5, ["database.gone"]),
        ([ConnectionRefusedError(111, "Connection refused")] * 3, ["database.gone"]),
        ([_gone(), _gone(), None, None, _gone()], ["database.gone", "database.back", "database.gone"]),
        ([RuntimeError("x"), RuntimeError("x")], ["timers.failed with a stack"] * 2),
        ([None], []),
    ],
)
def test_a_database_that_is_gone_is_one_line(errors: list[Exception | None], lines: list[str]) -> None:
    assert _lines(*errors) == lines  # field E9


def test_it_is_told_again_after_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "AGAIN", 0.0)
    assert _lines(_gone(), _gone()) == ["database.gone"] * 2
