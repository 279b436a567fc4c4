"""What an emoji that somebody put on a message of ours says, beside what the same emoji says as a reply. PURE."""

from typing import Final

from bot.reading.bounds import Bounds
from bot.reading.reader import Ambiguous, Reading, Score

_KEYCAP: Final = "\u20e3"
_TEN: Final = "\U0001f51f"
_HALVES_OF_TEN: Final = (0, 1)


def by_reaction(emoji: str, reading: Reading, scale: Bounds, *, last: bool) -> Score | Ambiguous | None:
    """The score that a reaction gives, or what to ask because of it; None where it gives none. `reading` is what the
    emoji says as a reply.

    A keycap is a number as it would be typed. But people put a 1 and a 0 side by side for a 10, and each comes alone:
    on a scale with a ten these two are asked about. A thumb answers what was asked `last`, and nothing else.
    """
    if not isinstance(reading, Score) or reading.reason is not None:
        return None
    if _KEYCAP not in emoji and emoji != _TEN:
        return reading if last else None
    if reading.value in _HALVES_OF_TEN and 10 in scale:
        return Ambiguous((reading.value, 10))
    return reading
