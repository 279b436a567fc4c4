"""What the pages tell people to type can be typed, and what they name is there."""

import ast
import re
import shlex
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, get_args, get_origin

import pytest
from pydantic import BaseModel
from typer.exceptions import TyperException
from typer.testing import CliRunner

from bot.cli.main import COMMANDS, app, imported
from bot.commands import grammar
from bot.config.settings import Settings
from bot.store.schema import metadata
from bot.words import words_for

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


OURS = ("bot", "channels", "sandbox", "scoring")
REFERENCE = re.compile(r"`((?:[a-z_]+\.)+[A-Za-z_]+)(?:\(\))?`")


def _unknown(reference: str) -> bool:
    """Whether a comment names, after its package or its room of `bot`, a module that is not there, or what none has."""
    head, *rest = reference.split(".")
    place = ROOT if head in OURS else ROOT / "bot"
    if not (place / head).is_dir() or head in Settings.model_fields:
        return False  # a column, a file, a setting: `contact.id`, `campaigns.spring`
    path = place / head
    while rest and (path / rest[0]).is_dir():
        path /= rest.pop(0)
    if not rest:
        return False
    if not (file := path / f"{rest[0]}.py").is_file():
        file, rest = path / "__init__.py", ["", *rest]
    return len(rest) > 1 and not re.search(rf"\b{rest[1]}\b", file.read_text("utf-8"))


def test_each_module_that_a_comment_names_is_there() -> None:
    lost = [
        f"{file.relative_to(ROOT)}: {name}"
        for room in OURS
        for file in sorted((ROOT / room).rglob("*.py"))
        for name in REFERENCE.findall(file.read_text("utf-8"))
        if _unknown(name)
    ]
    assert lost == []
    assert _unknown("bot.none.at_all")
    assert _unknown("privacy.none")
    assert _unknown("bot.context.none")


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_each_link_to_another_page_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", page.read_text())
    assert [link for link in links if not (page.parent / link).exists()] == []


def headings(page: Path) -> set[str]:
    """The headings of a page as links name them, and its anchors."""
    text = page.read_text()
    found = re.findall(r"^#+ +(.+)$", text, re.MULTILINE)
    return set(re.findall(r'<a id="([^"]+)">', text)) | {
        re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in found
    }


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_each_link_to_a_heading_finds_it(page: Path) -> None:
    links = re.findall(r"\]\(([^)#:\s]*)#([^)]+)\)", page.read_text())
    lost = []
    for name, anchor in links:
        there = (page.parent / name) if name else page
        if there.suffix == ".md" and anchor not in headings(there):
            lost.append(f"{name}#{anchor}")
    assert lost == []


# ------------------------------------------------------------------------------------------- settings


def unknown_setting(path: str) -> bool:
    """Whether the settings have no key of this path; what stands for a name fits any."""
    here: Any = Settings
    for part in path.split("."):
        while (origin := get_origin(here)) is not None and origin is not dict:
            here = next((one for one in get_args(here) if one is not type(None)), None)
        if origin is dict:
            here = get_args(here)[1]
        elif part == PUT_IN:
            return False
        elif isinstance(here, type) and issubclass(here, BaseModel):
            field = next((f for name, f in here.model_fields.items() if part in (name, f.alias)), None)
            if field is None:
                return True
            here = field.annotation
        else:
            return False  # a value, or words of a survey
    return False


PUT_IN = "X"
"""What stands in a text for what the code puts into it."""

NO_SETTINGS = {
    *(str(column) for table in metadata.sorted_tables for column in table.columns),
    *("digest.made", "digest.not_drawn"),  # lines of the log
}
SETTING = re.compile(rf"(?:{'|'.join(Settings.model_fields)})(?:\.[\w<>-]+)+")


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_each_setting_that_a_page_names_is_one(page: Path) -> None:
    named = [span for span in SPAN.findall(page.read_text()) if SETTING.fullmatch(span)]
    unknown = [path for path in named if unknown_setting(path) and not MODULE.fullmatch(path)]
    assert sorted(set(unknown) - NO_SETTINGS) == []


def test_each_setting_that_a_message_names_is_one() -> None:
    named = {path for text in texts_of_the_code() for path in SETTING.findall(text)}
    assert sorted(path for path in named - NO_SETTINGS if unknown_setting(path)) == []


# --------------------------------------------------------------------------------------- what messages say


def texts_of_the_code() -> Iterator[str]:
    """What the program may say: the strings of its code."""
    for room in ("bot", "channels"):
        for file in sorted((ROOT / room).rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    yield node.value
                elif isinstance(node, ast.JoinedStr):
                    yield "".join(
                        str(part.value) if isinstance(part, ast.Constant) else PUT_IN for part in node.values
                    )


def test_each_command_line_that_a_message_suggests_is_one() -> None:
    wrong = []
    for text in texts_of_the_code():
        lines = re.findall(r"`npsbot ([^`]+)`", text)
        wrong += [f"npsbot {line}: {why}" for line in lines if (why := refusal(shlex.split(line)))]
        for group, verb in re.findall(r"npsbot (contacts|campaign) ([a-z]+)", text):
            if verb not in getattr(imported(group), "commands", ()):
                wrong.append(f"npsbot {group} {verb}")
    assert wrong == []


QUOTED = re.compile(r"“(?:\{prefix\}|/nps) ([^”]*)”")
STANDS_FOR = {
    "{wave}": "2",
    "{deed}": "done",
    **dict.fromkeys(("{campaign}", "{example}", "CAMPAIGN", "CAMPAGNE"), "spring"),
    **dict.fromkeys(("CUSTOMER", "KLANT", "NAME", "NAAM"), "Buyer"),
    **dict.fromkeys(("{case}", "NUMBER", "NUMMER"), "12"),
}


OF_NO_CAMPAIGN = {"help", "why", "who", "away", "case", "hold", "dashboard", "digest"}


def suggested(language: str) -> Iterator[tuple[str, str]]:
    """The commands that answers suggest, each with the key of the text that does."""
    for speaker in ("admin", "manager"):
        for key, text in words_for(speaker, language).texts.items():
            lines = QUOTED.findall(text)
            if key.startswith("help_") and text.startswith("{prefix} "):
                lines.append(text.removeprefix("{prefix} ").partition(":")[0])
            for line in lines:
                for sign, name in STANDS_FOR.items():
                    line = line.replace(sign, name)
                verbs = grammar.VERBS.keys() - OF_NO_CAMPAIGN if "{verb}" in line else {""}
                yield from ((key, line.replace("{verb}", verb)) for verb in verbs)


@pytest.mark.parametrize("language", ["en", "nl"])
def test_each_command_that_an_answer_suggests_is_understood(language: str) -> None:
    """# field D: advice that cannot work."""
    found = list(suggested(language))
    assert len(found) > 20
    wrong = [
        (key, line)
        for key, line in found
        if isinstance(grammar.parse(line, ("spring",), date(2026, 3, 2)), grammar.Misread)
    ]
    assert wrong == []


def test_each_command_that_an_answer_suggests_in_the_terminal_is_one() -> None:
    """The terminal speaks English, and puts `npsbot campaign` before what the chat puts `/nps` before."""
    wrong = []
    for key, line in suggested("en"):
        if key.startswith("hello_"):
            continue  # said in chats alone
        if why := refusal(["campaign", *shlex.split(line)]):
            wrong.append(f"{key}: npsbot campaign {line}: {why}")
    assert wrong == []


# ------------------------------------------------------------------------------------- the whole example


def test_the_whole_example_of_the_readme_goes_as_it_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    example = (ROOT / "README.md").read_text().partition("### A whole example")[2].partition("\n### ")[0]
    blocks = re.findall(r"```(\w+)\n(.*?)```", example, re.DOTALL)
    files = {"csv": "customers.csv", "yaml": "config.yaml"}
    for form, text in blocks:
        if form in files:
            (tmp_path / files[form]).write_text(text)
    monkeypatch.chdir(tmp_path)
    for name, value in (("ACCOUNT_SID", f"AC{'0' * 32}"), ("AUTH_TOKEN", "x" * 32), ("FROM", "+31612340001")):
        monkeypatch.setenv(f"TWILIO_{name}", value)
    lines = next(text for form, text in blocks if form == "sh").splitlines()
    told = ""
    for line in lines:
        words = shlex.split(line, comments=True)[1:]
        if words[0] in ("check", "serve"):
            continue  # they ask Twilio
        result = CliRunner().invoke(app, words)
        assert result.exit_code == 0, f"{line}\n{result.output}"
        told += result.output
    for said in ("2 rows kept (2 added", "Will be asked: 2", "Wave 1 of spring has started", "no score yet"):
        assert said in told


def test_what_cannot_be_typed_or_is_not_there_is_noticed() -> None:
    assert refusal(["reprot", "demo"]) == "there is no reprot"
    assert "--bye" in refusal(["report", "demo", "--bye", "plan"])
    assert refusal(["campaign", "commence"]) == "campaign has no commence"
    assert refusal(["why"]) == ""
    there = "`bot/cli/main.py`, `main.py`, `tests/data/`, `channels/NAME/channel.py`"
    gone = "`bot/none.py`, `none.py`, `tests/none/`, `channels/{slack,none}/channel.py`"
    assert list(missing_paths(f"{there}, {gone}")) == [
        "bot/none.py",
        "none.py",
        "tests/none/",
        "channels/none/channel.py",
    ]
