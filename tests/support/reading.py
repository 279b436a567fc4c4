"""What the tests of the reader share: the languages, and a short way to read one reply."""

from functools import cache
from typing import Final

from bot.reading.bounds import Bounds
from bot.reading.language import Language
from bot.reading.loader import load_languages
from bot.reading.reader import Awaiting, LastSaid, Reading, read

ZERO_TO_TEN: Final = Bounds(0, 10)
FIRST: Final = LastSaid("score")
CODES: Final = ("nl", "en", "de", "fr", "es", "it", "pt", "pl", "tr")


@cache
def languages() -> dict[str, Language]:
    return dict(load_languages())


def reading(
    text: str,
    language: str = "en",
    scale: Bounds = ZERO_TO_TEN,
    awaiting: Awaiting = "score",
    recent: tuple[str, ...] = (),
    offered: tuple[int, ...] = (),
) -> Reading:
    return read(text, language, scale, LastSaid(awaiting, recent, offered), languages())
