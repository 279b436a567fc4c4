"""The Dockerfile as its instructions."""

import re
import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).parents[2]


class Instruction(NamedTuple):
    """One of them, with its lines joined."""

    name: str
    rest: str


def instructions() -> list[Instruction]:
    """All of them, in order."""
    text = re.sub(r"^\s*#.*\n", "", (ROOT / "Dockerfile").read_text("utf-8"), flags=re.MULTILINE)
    parts = [line.partition(" ") for line in text.replace("\\\n", " ").splitlines() if line]
    return [Instruction(name, " ".join(rest.split())) for name, _, rest in parts]


def given(name: str) -> list[str]:
    """What each instruction of a name is given."""
    return [one.rest for one in instructions() if one.name == name]


def copied() -> Iterator[str]:
    """What is taken from the project."""
    for line in given("COPY"):
        if not line.startswith("--from"):
            yield from line.split()[:-1]


def environment(lines: Sequence[str] | None = None) -> dict[str, str]:
    """The variables of these lines of ENV, or of all."""
    return dict(
        part.split("=", 1)
        for line in (given("ENV") if lines is None else lines)
        for part in shlex.split(line)
    )
