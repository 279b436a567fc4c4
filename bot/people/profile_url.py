"""The web address of a customer in the company's own system, as an import brings it. PURE."""

from typing import Final
from urllib.parse import urlsplit

PROFILE_URL: Final = "profile_url"
"""The column of the import, kept among the attributes under this name."""

LONGEST_URL: Final = 1000  # characters; providers take 2000 and more in a link


def unfit(text: str) -> str | None:
    """Why a text cannot be shown as a link to colleagues, the rest of a sentence; None where it can. Only https: what
    else a link can begin with runs something, or goes over the wire in the open. No name or password before an @,
    which would be shown to everybody who sees the alert, and can make one site look like another."""
    if len(text) > LONGEST_URL:
        return f"has {len(text)} characters, and {LONGEST_URL} is the most"
    if "\\" in text or not text.isprintable() or any(character.isspace() for character in text):
        return "holds a character that no web address has"
    try:
        parts = urlsplit(text)
        usable = bool(parts.hostname) and parts.port != 0
    except ValueError:
        return "is no web address"
    if parts.scheme != "https" or not usable:
        return "is no web address that begins with https://"
    if "@" in parts.netloc:
        return "holds a name or a password before its @"
    return None
