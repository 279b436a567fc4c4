"""Which texts to a customer cost more than one SMS, and why. PURE."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from bot.dialogue.messages import REASON_BY_CATEGORY, Voice, listed
from bot.dialogue.wording import placeholders
from channels.sms.lengths import is_gsm7, segments

NEVER_BY_SMS: Final = frozenset(
    {
        *("salutation", "chosen", "linked", "link_used", "link_unknown", "privacy_link"),
        *("another_candidate", "low_end", "high_end", "of_scale", "holder"),
    }
)
"""What is said on channels with edits or links only, and what is a part of another text."""


@dataclass(frozen=True, slots=True)
class Costly:
    """A text that is sent as more than one SMS. `outside` holds its characters that GSM 7-bit lacks."""

    key: str
    segments: int
    length: int
    outside: str


def costly(voice: Voice) -> Iterator[Costly]:
    """The texts of a voice that cost more than one segment, or have characters outside GSM 7-bit, each with
    the longest values that can stand in it.

    A text that has a shorter one for this case is not among them, but the shorter one is. Texts whose
    placeholders only their own moment fills (what is held about somebody) have no fixed length.
    """
    for key, text in said_by_sms(voice):
        outside = "".join(sorted({character for character in text if not is_gsm7(character)}))
        if (outside or segments(text) > 1) and f"{key}_short" not in voice.words.texts:
            yield Costly(key, segments(text), len(text), outside)


def said_by_sms(voice: Voice) -> Iterator[tuple[str, str]]:
    """Every text that this voice can say by SMS, as it would be sent, by its key."""
    high = voice.scale.high
    values: dict[str, object] = {
        **voice.always(),
        "score": high,
        "candidates": listed(voice, (high - 2, high - 1, high)),
        "url": voice.review_url or "",
        "code": "0000",
        "left": 3,
    }
    for key, template in voice.words.texts.items():
        if not _never(voice, key) and placeholders(template) <= values.keys():
            one = {"candidates": str(high)} if key == "confirm_one" else {}
            yield key, voice.words.text(key, **values | one)


def short_question(voice: Voice) -> bool:
    """Whether the question goes out in its short form, because the long one takes two segments."""
    texts = dict(said_by_sms(voice))
    return "question_sms_short" in texts and segments(texts.get("question_sms", "")) > 1


def _never(voice: Voice, key: str) -> bool:
    return (
        key in NEVER_BY_SMS
        or f"{key}_sms" in voice.words.texts
        or (key in ("review_link", "review_later") and voice.review_url is None)
        or (key in REASON_BY_CATEGORY.values() and not voice.by_category)
    )
