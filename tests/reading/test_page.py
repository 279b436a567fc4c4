"""docs/reading.md: each of its examples is read as it says."""

from pathlib import Path

import pytest

from bot.cli.read import shown
from bot.reading.reader import Awaiting, LastSaid, numbers_named, read
from tests.support.bot_under_test import languages
from tests.support.reading import ZERO_TO_TEN

PAGE = (Path(__file__).parents[2] / "docs" / "reading.md").read_text("utf-8")


def _rows() -> list[tuple[str, Awaiting, str, str, str]]:
    """Language, what is awaited, what was offered, reply, and how it is read."""
    rows: list[tuple[str, Awaiting, str, str, str]] = []
    awaiting: Awaiting = "score"
    for line in PAGE.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split(" | ")] if line.startswith("| ") else []
        if cells[:1] == ["language"]:
            awaiting = "confirm" if len(cells) == 4 else "reason" if "reason" in cells[1] else "score"
        elif len(cells) == 4:
            rows.append((cells[0], awaiting, cells[1], cells[2], cells[3]))
        elif len(cells) == 3:
            rows.append((cells[0], awaiting, "", cells[1], cells[2]))
    return rows


ROWS = _rows()


def test_there_are_examples_in_three_languages_for_every_moment() -> None:
    for moment in ("score", "confirm", "reason"):
        assert {row[0] for row in ROWS if row[1] == moment} == {"nl", "en", "de"}


@pytest.mark.parametrize(("language", "awaiting", "before", "text", "expected"), ROWS)
def test_an_example_is_read_as_it_says(
    language: str, awaiting: Awaiting, before: str, text: str, expected: str
) -> None:
    offered = numbers_named(before, language, ZERO_TO_TEN, languages())
    found = read(text, language, ZERO_TO_TEN, LastSaid(awaiting, (), offered), languages())
    assert shown(found) == expected
