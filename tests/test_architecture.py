"""docs/architecture.md against the contracts that hold it, the tree, and what really runs."""

import ast
import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

import pytest

from tests.support.door import ACCOUNT, FORM, JSON, Door, door
from tests.support.trace import ROOT, traced

PAGE: Final = (ROOT / "docs" / "architecture.md").read_text("utf-8")
CONTRACTS: Final = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"][
    "contracts"
]
FLOORS: Final = next(one for one in CONTRACTS if one.get("containers") == ["bot"])
PURE: Final = next(one for one in CONTRACTS if one["name"].startswith("Decisions are pure"))

MOST_FILES: Final = 106
"""At a "3" with its alert, without what the timers do meanwhile."""
MEANWHILE: Final = "what the timers do meanwhile"
SCREEN: Final = 50

_FLOOR: Final = re.compile(r"^\| (\d+) \| ([^|]+) \|", re.MULTILINE)
_NAME: Final = re.compile(r"`([^`]+)`")
_BRACES: Final = re.compile(r"\{([^}]+)\}")


def _section(title: str) -> str:
    return PAGE.partition(f"## {title}\n")[2].partition("\n## ")[0]


def _expanded(path: str) -> Iterator[str]:
    """The paths that `a/{b,c}.py` stands for."""
    found = _BRACES.search(path)
    if found is None:
        yield path
        return
    for one in found[1].split(","):
        yield from _expanded(path[: found.start()] + one + path[found.end() :])


def _named(text: str) -> set[str]:
    return {path for name in _NAME.findall(text) if name.endswith(".py") for path in _expanded(name)}


def test_the_floors_of_the_page_are_those_of_the_contract() -> None:
    rows = [(int(number), _NAME.findall(rooms)) for number, rooms in _FLOOR.findall(_section("Floors"))]
    assert [number for number, _ in rows] == list(range(len(rows), 0, -1))
    assert [sorted(rooms) for _, rooms in rows] == [sorted(layer.split(" | ")) for layer in FLOORS["layers"]]


def test_the_floors_are_those_of_the_tree() -> None:
    rooms = {
        path.stem
        for path in (ROOT / "bot").iterdir()
        if path.name not in ("__init__.py", "__pycache__") and (path.is_dir() or path.suffix == ".py")
    }
    assert rooms == {room for layer in FLOORS["layers"] for room in layer.split(" | ")}
    assert FLOORS["exhaustive"]


def test_what_calls_itself_pure_is_under_the_contract() -> None:
    held = tuple(PURE["source_modules"])
    for top in ("bot", "channels", "scoring"):
        for path in sorted((ROOT / top).rglob("*.py")):
            first = path.read_text("utf-8").partition('"""')[2].partition('"""')[0]
            if re.search(r"\bPURE\b(?!, but| but)", first):
                module = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
                assert any(module == one or module.startswith(f"{one}.") for one in held), module


def test_every_file_that_is_named_is_there() -> None:
    section = _section('Every file that a "3" runs through')
    assert [path for path in sorted(_named(section)) if not (ROOT / path).is_file()] == []


def test_each_of_the_fifteen_questions_is_answered_by_what_is_there() -> None:
    """That the files are there, tests/test_docs.py sees to."""
    rows = re.findall(
        r"^\| (\d+) \| [^|]+\? \| (.+) \|$",
        _section("Fifteen questions, and what answers each"),
        re.MULTILINE,
    )
    assert [int(number) for number, _ in rows] == list(range(1, 16))
    for number, answer in rows:
        named = [name for name in _NAME.findall(answer) if "/" in name or "." in name]
        assert named or "make" in answer, number
        files = [ROOT / path for name in named for path in _expanded(name) if path.endswith(".py")]
        tests = [name for name in _NAME.findall(answer) if name.startswith("test_")]
        for test in tests:
            assert any(f"def {test}(" in file.read_text("utf-8") for file in files), test


def test_the_machine_fits_on_a_screen() -> None:
    """Each `match` of it, the one for every state and those behind it for answers."""
    machine = ast.parse((ROOT / "bot" / "dialogue" / "conversation.py").read_text("utf-8"))
    heights = [
        node.end_lineno - node.lineno + 1
        for node in ast.walk(machine)
        if isinstance(node, ast.Match) and node.end_lineno is not None
    ]
    assert len(heights) > 4
    assert max(heights) <= SCREEN


# ------------------------------------------------------------------------------------- what really runs


def _three(channel: str, opened: Door) -> tuple[str, bytes, str]:
    """A customer's "3", as its provider sends it: the path, the body, its type."""
    now = opened.bot.clock.now()
    match channel:
        case "slack":
            message = {"type": "message", "channel_type": "im", "channel": "D1", "user": "U0CUSTOMER"}
            message |= {"text": "3", "ts": f"{now.timestamp():.6f}"}
            about = {"type": "event_callback", "team_id": "T1", "api_app_id": "A1", "event_id": "Ev1"}
            return "/slack/events", json.dumps(about | {"event": message}).encode(), JSON
        case "telegram":
            person = {"id": 1001, "is_bot": False, "first_name": "Customer"}
            told = {"message_id": 5, "date": int(now.timestamp()), "text": "3", "from": person}
            update = {"update_id": 1, "message": told | {"chat": {"id": 1001, "type": "private"}}}
            return "/telegram/webhook", json.dumps(update).encode(), JSON
        case _:
            form = {"MessageSid": "SM" + "0" * 32, "AccountSid": ACCOUNT, "Body": "3"}
            form |= {"From": "+31612345678", "To": "+3197010000000"}
            return "/sms/inbound", urlencode(form).encode(), FORM


@pytest.mark.parametrize("channel", ["slack", "telegram", "sms"])
def test_a_three_stays_within_the_files_that_the_page_names(channel: str, tmp_path: Path) -> None:
    with traced() as files, door(f"sqlite+aiosqlite:///{tmp_path / 'npsbot.db'}") as opened:
        path, body, kind = _three(channel, opened)
        files.clear()
        assert opened.post(path, body, opened.signed(path, body, kind)) == 200
        opened.runner.run(opened.bot.work())
        through = set(files)
    (alert,) = opened.bot.slack.chat("UMANAGER")
    assert "gave a 3" in alert
    assert sorted(through - _named(_section('Every file that a "3" runs through'))) == []
    assert {f"channels/{channel}/inbound.py", "bot/sending/fate.py"} <= through
    meanwhile = _named(_section('Every file that a "3" runs through').partition(MEANWHILE)[2])
    assert meanwhile
    assert len(through - meanwhile) <= MOST_FILES
