"""The log tells each step and never a customer's words, an address or a secret."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError, OperationalError

from bot.logs import described
from channels.base import Rejected
from tests.logged_talk import SECRETS

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize("form", ["json", "console"])
def test_nothing_that_was_planted_is_logged(form: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.logged_talk", form, str(tmp_path / "npsbot.db")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    log = done.stdout + done.stderr
    assert done.returncode == 0, log
    for step in (
        "intake.taken",
        "message.sent",
        "message.failed",
        "message.broke",
        "intake.failed",
        "planted.fault",
    ):
        assert step in log, f"{step} is not logged"
    for name in ("IntegrityError", "ValueError", "logged_talk.py"):
        assert name in log, "a fault is told with its kind and place"
    for secret in SECRETS:
        assert secret not in log
    if form == "json":
        for line in done.stderr.splitlines():
            assert isinstance(json.loads(line), dict)


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
