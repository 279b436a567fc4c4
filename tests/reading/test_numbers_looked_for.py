"""Numbers are looked for where one can be: in hardly a reason."""

import json
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest

from bot.reading import reader
from bot.reading.items import items_of, may_hold_number
from bot.reading.numbers_said import NumbersSaid
from bot.reading.reader import NotAScore, Score
from bot.reading.text import NUMBER, tokens_of
from tests.support.bot_under_test import languages
from tests.support.reading import reading

DATA = Path(__file__).parent.parent / "data"
IN_WORDS = ("I'd say seven's fine", "une bonne vingt", "siebeneinhalb", "één", "maak er een acht van", "a ½")


def _texts() -> Iterator[str]:
    yield from IN_WORDS
    for file in sorted(DATA.glob("replies*.jsonl")):
        yield from (json.loads(line)["text"] for line in file.read_text("utf-8").splitlines()[::7])


def test_where_none_can_be_none_is_found() -> None:
    without = 0
    for text, language in product(_texts(), languages().values()):
        tokens = tokens_of(text)
        if not may_hold_number(tokens, language):
            without += 1
            assert all(item.kind != NUMBER for item in items_of(tokens, text, language)), (
                text,
                language.code,
            )
    assert without > 1_000


def test_a_reason_without_one_is_not_searched(monkeypatch: pytest.MonkeyPatch) -> None:
    def numbers_said(*_: object) -> NumbersSaid:
        raise AssertionError("numbers are looked for")

    monkeypatch.setattr(reader, "numbers_said", numbers_said)
    assert reading("The support team answers within the hour.", awaiting="reason") == NotAScore()
    with pytest.raises(AssertionError, match="looked for"):
        reading("sorry, nine", awaiting="reason")


@pytest.mark.parametrize(("text", "language", "value"), [("sorry, nine", "en", 9), ("sorry, één", "nl", 1)])
def test_a_correction_in_words_is_still_one(text: str, language: str, value: int) -> None:
    found = reading(text, language, awaiting="reason")
    assert isinstance(found, Score)
    assert found.value == value
