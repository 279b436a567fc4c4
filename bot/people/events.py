"""What happened at a customer's, as the company's own systems tell it. PURE.

The one form in which a command, a file and a program hand an event over, and what is refused of it before anybody is
looked up: names that are too long, times that cannot be.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from json import dumps
from typing import Final
from zoneinfo import ZoneInfo

from bot.config.sections.after import RESERVED_FIELDS
from bot.dates import read_day

MOST_FIELDS: Final = 20
LONGEST_NAME: Final = 100  # characters, of an event and of a field
LONGEST_VALUE: Final = 500
LONGEST_KEY: Final = 200
AHEAD: Final = timedelta(minutes=10)
"""So far a sender's clock may be ahead of ours."""

OF_A_DATE: Final = "date:"
"""How the keys of events begin that npsbot itself makes of a day in an attribute."""

_OF_CONTENT: Final = "content:"
_NUMERIC_DAY: Final = re.compile(r"\d{1,2}([-/.])\d{1,2}\1\d{4}")


@dataclass(frozen=True, slots=True)
class CustomerEvent:
    """An event of a contact, by the contact's own key. `key` is its sender's: the same is taken in once. Where its
    sender did not say when it was (`timed`), `at` is when it was told."""

    contact: str
    name: str
    at: datetime
    key: str
    fields: Mapping[str, str]
    timed: bool = True


class BadEvent(ValueError):
    """The event cannot be taken in as it stands; one plain sentence. `about` is the column that it is about."""

    def __init__(self, sentence: str, about: str = "fields") -> None:
        super().__init__(sentence)
        self.about = about


def event_of(
    contact: str,
    name: str,
    at: datetime,
    fields: Mapping[str, str],
    key: str | None = None,
    *,
    timed: bool = True,
) -> CustomerEvent:
    """An event within its bounds; raises BadEvent. One without a key is known by its content."""
    contact, name = _line(contact), _line(name)
    if not contact:
        raise BadEvent("contact_id is missing; every event needs the key of its contact", "contact_id")
    if not name:
        raise BadEvent("event is missing; give a name such as project.finished", "event")
    if len(name) > LONGEST_NAME:
        raise BadEvent(
            f"event has {len(name)} characters, and {LONGEST_NAME} is the most; shorten it", "event"
        )
    kept = _bounded(fields)
    key = _line(key or "")
    if len(key) > LONGEST_KEY:
        raise BadEvent(f"id has {len(key)} characters, and {LONGEST_KEY} is the most; shorten it", "id")
    if key.startswith((OF_A_DATE, _OF_CONTENT)):
        raise BadEvent(f"id may not begin with {key.partition(':')[0]}:; choose another", "id")
    return CustomerEvent(contact, name, at, key or _key_of(contact, name, at, kept), kept, timed)


def _bounded(fields: Mapping[str, str]) -> dict[str, str]:
    kept = {_line(name): _line(value) for name, value in fields.items()}
    kept = {name: value for name, value in kept.items() if value}
    if len(kept) > MOST_FIELDS:
        raise BadEvent(f"has {len(kept)} fields, and {MOST_FIELDS} is the most; leave some out")
    for name, value in kept.items():
        if not name or len(name) > LONGEST_NAME:
            raise BadEvent(
                f"has a field whose name has {len(name)} characters; give one of 1 to {LONGEST_NAME}"
            )
        if name in RESERVED_FIELDS:
            raise BadEvent(f"has a field {name}, which means something else in a question; call it otherwise")
        if len(value) > LONGEST_VALUE:
            raise BadEvent(f"{name} has {len(value)} characters, and {LONGEST_VALUE} is the most; shorten it")
    return kept


def _line(text: str) -> str:
    """On one line, without what cannot be printed."""
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())


def _key_of(contact: str, name: str, at: datetime, fields: Mapping[str, str]) -> str:
    content = dumps([contact, name, at.timestamp(), fields], sort_keys=True)
    return f"{_OF_CONTENT}{sha256(content.encode()).hexdigest()}"


def moment(text: str, zone: ZoneInfo) -> datetime:
    """When an event was, as `2026-11-30`, `30-11-2026`, `2026-11-30 14:05` or with a zone of its own; of a day alone
    its beginning in `zone`. Raises BadEvent."""
    said = text.strip()
    try:
        found = datetime.fromisoformat(said)
    except ValueError:
        day = day_of(said)
        if day is None:
            raise BadEvent(
                f"at {said!r} is no time; give one such as 2026-11-30 or 2026-11-30T14:05:00+01:00", "at"
            ) from None
        found = datetime.combine(day, time())
    return found if found.tzinfo is not None else found.replace(tzinfo=zone)


def day_of(text: str) -> date | None:
    """The day that an attribute holds, as `2026-11-30` (with a time after it or not) or `30-11-2026`, the day before
    the month; None where it holds none."""
    said = text.strip()
    try:
        return date.fromisoformat(said[:10])
    except ValueError:
        return read_day([said], date.max) if _NUMERIC_DAY.fullmatch(said) else None
