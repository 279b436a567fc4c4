"""One name, one thing: CONTRIBUTING.md's glossary is kept by looking."""

import ast
import re
from collections import defaultdict
from pathlib import Path
from typing import Final

from tests.support.trace import ROOT


def _public_names(path: Path) -> set[str]:
    """The classes of a module, and the other names that it gives to types."""
    found = set()
    for node in ast.parse(path.read_text("utf-8")).body:
        match node:
            case ast.ClassDef(name=name):
                found.add(name)
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if not isinstance(value, ast.Call):
                if name[0].isupper() and not name.isupper():
                    found.add(name)
    return {name for name in found if not name.startswith("_")}


PROVIDERS: Final = {"slack", "telegram", "sms"}
ALSO_THERE: Final = {
    *("Act", "Change", "Channel", "Clock", "Fate", "Fault", "Refused", "Role", "Sent", "Span", "Window"),
    *("Body", "Sms"),
}
"""What the other side has too: the sandbox plays providers and people, who have words of their own for what they see,
and imports nothing of ours."""


def _twice(*rooms: str) -> dict[str, list[str]]:
    """The names that stand for two things. What each provider's folder has under one name is one thing to whoever
    reads a single one of them: no folder of a provider imports another."""
    where = defaultdict(list)
    for room in rooms:
        for path in sorted((ROOT / room).rglob("*.py")):
            for name in _public_names(path):
                where[name].append(path.relative_to(ROOT))
    return {
        name: [path.as_posix() for path in paths]
        for name, paths in where.items()
        if len(paths) > 1 and not all(path.parts[1] in PROVIDERS for path in paths)
    }


def test_no_class_has_a_name_twice() -> None:
    assert _twice("bot", "channels", "scoring") == {}
    assert _twice("sandbox") == {}


def test_few_names_mean_something_else_at_the_providers_that_are_played() -> None:
    assert set(_twice("bot", "channels", "scoring", "sandbox")) == ALSO_THERE


def test_files_that_share_a_word_have_a_folder() -> None:
    """A folder spelled with underscores: three files of one that begin, or end, with the same word."""
    families: dict[tuple[str, str], set[str]] = defaultdict(set)
    for room in ("bot", "channels", "sandbox", "scoring"):
        for path in (ROOT / room).rglob("*.py"):
            if path.parent.name != "versions" and path.name != "__init__.py":  # migrations go by number
                folder, words = path.parent.relative_to(ROOT).as_posix(), path.stem.split("_")
                families[folder, f"{words[0]}_…"].add(path.name)
                families[folder, f"…_{words[-1]}"].add(path.name)
    assert {family: files for family, files in families.items() if len(files) > 2} == {}


GLOSSARY = (ROOT / "CONTRIBUTING.md").read_text("utf-8").partition("## The words")[2].partition("\n## ")[0]


def test_each_class_that_the_glossary_names_is_one() -> None:
    named = set(re.findall(r"`([A-Z][A-Za-z]+)`", GLOSSARY))
    assert len(named) > 15
    paths = [path for room in ("bot", "channels", "scoring") for path in (ROOT / room).rglob("*.py")]
    assert named - {name for path in paths for name in _public_names(path)} == set()


def test_the_glossary_has_no_word_twice() -> None:
    words = [
        word for row in re.findall(r"^\| ([^|]+) \|", GLOSSARY, re.MULTILINE) for word in row.split(", ")
    ]
    assert sorted(words) == sorted(set(words))
