"""Slack's names of some emoji, which it puts into a message's text in their place.

The names are those of its picker [docs.slack.dev/messaging/formatting-message-text#emoji]; copied by hand, so that the
stand-in shares no table with the adapter. What is not here stays a character.
"""

import re
from collections.abc import Iterator
from typing import Any, Final

NAMES: Final = {
    "👍": "+1",
    "👎": "-1",
    "🙂": "slightly_smiling_face",
    "😀": "grinning",
    "😡": "rage",
    "😢": "cry",
    "😞": "disappointed",
    "❤️": "heart",
    "🎉": "tada",
    "🙏": "pray",
    "👏": "clap",
    "🙄": "face_with_rolling_eyes",
    "🙃": "upside_down_face",
    "💯": "100",
    "🔟": "keycap_ten",
    "0️⃣": "zero",
    "1️⃣": "one",
    "2️⃣": "two",
    "3️⃣": "three",
    "4️⃣": "four",
    "5️⃣": "five",
    "6️⃣": "six",
    "7️⃣": "seven",
    "8️⃣": "eight",
    "9️⃣": "nine",
}
_BY_NAME: Final = {name: emoji for emoji, name in NAMES.items()}
_TONES: Final = {chr(0x1F3FB + n): n + 2 for n in range(5)}
_CHARACTER: Final = "|".join(map(re.escape, NAMES))
_CODE: Final = "|".join(map(re.escape, _BY_NAME))
_EMOJI: Final = re.compile(f"({_CHARACTER})([{''.join(_TONES)}])?|:({_CODE}):(?::skin-tone-([2-6]):)?")


def parts(text: str) -> Iterator[str | dict[str, Any]]:
    """What was typed, as rich text has it: runs of text, and emoji elements
    [docs.slack.dev/reference/block-kit/block-elements/emoji-element]."""
    at = 0
    for found in _EMOJI.finditer(text):
        if found.start() > at:
            yield text[at : found.start()]
        emoji, tone = found[1] or _BY_NAME[found[3]], found[2] or ""
        if found[4]:
            tone = next(shade for shade, number in _TONES.items() if number == int(found[4]))
        points = "-".join(f"{ord(one):x}" for one in emoji + tone)
        element: dict[str, Any] = {"type": "emoji", "name": NAMES[emoji], "unicode": points}
        yield element | ({"skin_tone": _TONES[tone]} if tone else {})
        at = found.end()
    if at < len(text):
        yield text[at:]


def code(element: dict[str, Any]) -> str:
    """An emoji element as it stands in the text: `:wave::skin-tone-3:`."""
    tone = element.get("skin_tone")
    return f":{element['name']}:" + (f":skin-tone-{tone}:" if tone else "")


def name_of(emoji: str) -> str:
    """The name by which a reaction is told; a custom one keeps its own."""
    found = [one for one in parts(emoji) if isinstance(one, dict)]
    return code(found[0])[1:-1] if found else emoji.strip(":")


def shown(text: str) -> str:
    """A text with its codes as the emoji that people see."""
    return "".join(
        one if isinstance(one, str) else "".join(chr(int(point, 16)) for point in one["unicode"].split("-"))
        for one in parts(text)
    )
