"""What an alert shows of the customer from elsewhere: attributes of the import, by the labels that `alert_shows` gives
them, and links to the customer's page and chat. PURE.

The values are what somebody typed into another system. They are text here and nothing else: on one line, cut, and
escaped by each adapter like everything that a customer writes.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Final

from bot.people.profile_url import PROFILE_URL, unfit
from channels.base import Span, link, plain
from channels.layout import cut
from channels.sms.lengths import segments

LONGEST_VALUE: Final = 80  # characters: an alert is read at a glance

Fact = tuple[str, str]
"""A label, and what stands behind it."""


def shown_facts(shows: Mapping[str, str], attributes: Mapping[str, str]) -> tuple[Fact, ...]:
    """The attributes that an alert shows, in the order of the settings: those that this customer has. The page of the
    customer stands there as a link anyway."""
    found = (
        (label, on_one_line(attributes.get(name, ""))) for name, label in shows.items() if name != PROFILE_URL
    )
    return tuple((label, value) for label, value in found if value)


def on_one_line(text: str) -> str:
    """A value without line breaks and without the signs that turn the direction of the text around it."""
    kept = "".join(" " if unicodedata.category(one) == "Cc" else one for one in text if not _turns(one))
    return cut(" ".join(kept.split()), LONGEST_VALUE)


def _turns(character: str) -> bool:
    """The directional formatting characters of Unicode's annex 9."""
    return (
        character in "\u061c\u200e\u200f"
        or "\u202a" <= character <= "\u202e"
        or "\u2066" <= character <= "\u2069"
    )


def profile_of(attributes: Mapping[str, str]) -> str | None:
    """The customer's page, where a colleague may be sent there; looked at once more, since a row may be older than
    the rule."""
    url = attributes.get(PROFILE_URL)
    return url if url and unfit(url) is None else None


def links(found: Sequence[Fact]) -> list[Span]:
    """Links on a line of their own each: what each is called, and where it goes."""
    return [span for label, url in found for span in (plain("\n"), link(label, url))]


def by_sms(text: str, facts: Sequence[Fact], end: str = "") -> str:
    """The text of an SMS that goes on with `end`, and the first fact in it where that makes no further segment: each
    is paid for."""
    if not facts:
        return text
    label, value = facts[0]
    longer = f"{text} {label}: {value}."
    return longer if segments(longer + end) == segments(text + end) else text
