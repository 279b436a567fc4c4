"""Who wants to be called, written to or answered, whatever else they say; the rows of `contact.txt` tell."""

from pathlib import Path

import pytest

from bot.reading.reader import wants_contact
from tests.support.bot_under_test import languages
from tests.support.reading import CODES, reading
from tests.support.reading_table import rows_of

DATA = Path(__file__).parent.parent / "data"
ROWS = [tuple(line.split(":", 2)) for line in (DATA / "contact.txt").read_text("utf-8").splitlines()]


def wants(text: str, language: str = "en") -> bool:
    return wants_contact(text, reading(text, language), language, languages())


# field A7
@pytest.mark.parametrize(("language", "expected", "text"), ROWS)
def test_who_wants_to_hear_from_somebody_is_known(language: str, expected: str, text: str) -> None:
    assert wants(text, language) is (expected == "yes")


def test_every_language_has_rows_of_its_own() -> None:
    for wanted in ("yes", "no"):
        assert {language for language, expected, _ in ROWS if expected == wanted} == set(CODES)


@pytest.mark.parametrize(
    "text", ["9", "STOP", "who is this?", "is 10 good or bad?", "Out of office, please call my colleague"]
)
def test_who_leaves_asks_about_us_or_is_a_machine_wants_none(text: str) -> None:
    assert not wants(text)


def test_few_who_are_content_are_taken_for_somebody_who_waits() -> None:
    rows = [row for row in rows_of(DATA / "replies_own.jsonl", languages()) if row.kind == "score_reason"]
    content = [row for row in rows if row.score is not None and row.score >= 9]
    found = [row.text for row in content if wants_contact(row.text, row.reading, row.language, languages())]
    assert len(content) > 50
    assert len(found) / len(content) < 0.02, found
