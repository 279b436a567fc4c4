"""What the tests of the reader share: the languages, and a short way to read one reply."""

from typing import Final

from bot.reading.bounds import Bounds
from bot.reading.reader import Awaiting, LastSaid, Reading, read
from tests.support.bot_under_test import languages

ZERO_TO_TEN: Final = Bounds(0, 10)
FIRST: Final = LastSaid("score")
CODES: Final = ("nl", "en", "de", "fr", "es", "it", "pt", "pl", "tr")


def reading(
    text: str,
    language: str = "en",
    scale: Bounds = ZERO_TO_TEN,
    awaiting: Awaiting = "score",
    recent: tuple[str, ...] = (),
    offered: tuple[int, ...] = (),
    score: int | None = None,
) -> Reading:
    return read(text, language, scale, LastSaid(awaiting, recent, offered, score), languages())
