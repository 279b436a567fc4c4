"""The token of a personal link, where somebody pasted the link instead of pressing Start. PURE."""

import re
from typing import Final

TOKEN_BYTES: Final = 24  # 32 characters in the link, of the 64 that Telegram allows

# core.telegram.org/api/links#bot-links: t.me, its older names, and the app's own scheme
_LINK: Final = re.compile(
    r"(?:\b(?:t|telegram)\.(?:me|dog)/|\btg:(?://)?resolve\?)[^\s]*?[?&]start=([A-Za-z0-9_-]{1,64})",
    re.IGNORECASE,
)
_BARE: Final = re.compile(r"[A-Za-z0-9_-]{32}")


def token_in(text: str) -> str | None:
    """The token of the link in a text, or that a text consists of; None where there is none."""
    found = _LINK.search(text)
    if found is not None:
        return found[1]
    bare = text.strip()
    return bare if _BARE.fullmatch(bare) and _is_drawn(bare) else None


def _is_drawn(text: str) -> bool:
    """Whether 32 characters without a space are no word of anybody's: a drawn token has letters of both cases and
    digits, but once in a hundred."""
    return (
        any(c.isdigit() for c in text) and any(c.isupper() for c in text) and any(c.islower() for c in text)
    )
