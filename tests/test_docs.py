"""What the pages tell people to type can be typed, and what they name is there."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.exceptions import TyperException

from bot.cli.main import COMMANDS, imported

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
ROOMS = ("bot", "channels", "sandbox", "scoring", "tests", "bench", "docs", ".ci")

PLACES = ("", *(f"{room}/**/" for room in ROOMS))
"""Where a file may be that is named without its folder."""

SPAN = re.compile(r"`([^`\n]+)`")
NPSBOT = re.compile(r"(?:^|[ /])npsbot ([a-z-][^#;&|]*)")
MAKE = re.compile(r"(?:^|\s)make ([a-z]+)((?: [A-Z]+=(?:\"[^\"]*\"|\S+))*)")
PATH = re.compile(rf"(?:{'|'.join(map(re.escape, ROOMS))})/[^\s:]*")
MODULE = re.compile(r"[\w.-]+\.(?:py|lock|toml)")
ALWAYS = ("--help", "-h", "--version")
ANY = re.compile(r"<\w+>|\bNNNN\w*|\b(?:NAME|CODE)")
"""What stands for something that the reader puts in."""


def name_of(page: Path) -> str:
    return str(page.relative_to(ROOT))


def code_of(text: str) -> Iterator[str]:
    """What stands as code: the lines of blocks, and the spans between backticks."""
    fenced = False
    for line in text.splitlines():
        if line.lstrip().startswith("```"):
            fenced = not fenced
        elif fenced or line.startswith("    "):
            yield line.strip()
        else:
            yield from SPAN.findall(line)


def refusal(words: list[str]) -> str:
    """Why the command line would not take these words; empty where it would, or where only more is needed."""
    words = [word for word in words if word not in ALWAYS]
    if not words:
        return ""
    name, *rest = words
    if name not in COMMANDS:
        return f"there is no {name}"
    command: Any = imported(name)
    while (below := getattr(command, "commands", None)) and rest and rest[0] in below:
        name, *rest = rest
        command = below[name]
    if below:
        return f"{name} has no {rest[0]}" if rest else ""
    try:
        command.make_context(name, rest)
    except TyperException as error:
        # A page may name a command alone: `npsbot why` tells its time line.
        return "" if type(error).__name__ == "MissingParameter" else str(error)
    return ""


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_each_command_line_is_one_that_npsbot_takes(page: Path) -> None:
    wrong = []
    for code in code_of(page.read_text()):
        for line in NPSBOT.findall(code):
            words = shlex.split(re.sub(r"\$\([^)]*\)", "X", line))
            if words and (why := refusal(words)):
                wrong.append(f"npsbot {line}: {why}")
    assert wrong == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_each_make_has_its_target_and_its_variables(page: Path) -> None:
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    variables = set(re.findall(r"^([A-Z]+) \?=", makefile, re.MULTILINE))
    for code in code_of(page.read_text()):
        for target, given in MAKE.findall(code):
            assert target in targets
            assert set(re.findall(r"([A-Z]+)=", given)) <= variables


def spelled_out(name: str) -> Iterator[str]:
    """Each path that `channels/{slack,sms}/channel.py` stands for."""
    if braces := re.search(r"\{([^{}]*)\}", name):
        for one in braces[1].split(","):
            yield from spelled_out(f"{name[: braces.start()]}{one}{name[braces.end() :]}")
    else:
        yield name


def missing_paths(text: str) -> Iterator[str]:
    for name in SPAN.findall(text):
        if PATH.fullmatch(name):
            for path in spelled_out(name):
                if not any(ROOT.glob(ANY.sub("*", path.rstrip("/")))):
                    yield path
        elif MODULE.fullmatch(name) and not any(
            found for place in PLACES for found in ROOT.glob(f"{place}{name}")
        ):
            yield name


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_each_file_that_is_named_is_there(page: Path) -> None:
    text = page.read_text()
    if page.parent.name == "decisions" and "Superseded" in text:
        return
    assert list(missing_paths(text)) == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_each_link_to_another_page_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", page.read_text())
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_what_cannot_be_typed_or_is_not_there_is_noticed() -> None:
    assert refusal(["reprot", "demo"]) == "there is no reprot"
    assert "--bye" in refusal(["report", "demo", "--bye", "plan"])
    assert refusal(["campaign", "begin"]) == "campaign has no begin"
    assert refusal(["why"]) == ""
    there = "`bot/cli/main.py`, `main.py`, `tests/data/`, `channels/NAME/channel.py`"
    gone = "`bot/none.py`, `none.py`, `tests/none/`, `channels/{slack,none}/channel.py`"
    assert list(missing_paths(f"{there}, {gone}")) == [
        "bot/none.py",
        "none.py",
        "tests/none/",
        "channels/none/channel.py",
    ]
