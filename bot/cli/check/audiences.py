"""What `npsbot check` says of audiences: whether any contact can belong to them."""

from collections.abc import Iterator, Mapping
from typing import Final, Literal

from sqlalchemy import Connection, func, select

from bot.alike import alike
from bot.campaigns.audience import attribute_names, unreadable_values, values_of
from bot.campaigns.matching import COLUMNS
from bot.config.audiences import MISSING, NOT, MustHold, named_in
from bot.config.sections.report import limits
from bot.config.settings import Settings
from bot.people.events import day_of
from bot.reports.number_groups import ACCOUNT_VALUE
from bot.store.schema import contact

MOST_VALUES: Final = 1000  # of an attribute, among which what was perhaps meant is looked for
MOST_NAMED: Final = 8


def audience_lines(
    connection: Connection, settings: Settings
) -> Iterator[tuple[Literal["note", "problem"], str]]:
    """One sentence for each attribute that no contact has, and for each value; nothing before the first import.

    An attribute that is misspelt makes an audience of nobody, and of a sample one group. A value may be there for
    contacts who are yet to come.
    """
    if not connection.scalar(select(func.count()).select_from(contact)):
        return
    known = [*COLUMNS, *attribute_names(connection)]
    yield from _of_days(connection, settings, known)
    for key in limits(settings.bands):
        if key not in known and key != ACCOUNT_VALUE:
            yield (
                "note",
                f"bands.{key}: no contact has {key}, so no report has these bands; {_meant(key, known)}",
            )
    for name, campaign in settings.campaigns.items():
        within = campaign.within
        if within is not None and within not in known:
            yield "problem", f"campaigns.{name}.within: no contact has {within}; {_meant(within, known)}"
        if isinstance(campaign.audience, str):
            continue
        where = f"campaigns.{name}.audience"
        for key, wanted in named_in(campaign.audience):
            if key not in known:
                yield "problem", f"{where}: no contact has {key}; {_meant(key, known)}"
                continue
            there = values_of(connection, key, MOST_VALUES)
            for value in _texts(wanted):
                if value not in there and len(there) < MOST_VALUES:
                    yield "note", f"{where}: no contact has {key} {value}; {_meant(value, there)}"
        for key, count in unreadable_values(connection, campaign.audience).items():
            yield "note", f"{where}: {key} of {count} contacts is no number or day, and counts as missing"


def _texts(wanted: MustHold) -> tuple[str, ...]:
    """The texts that an attribute is compared with."""
    listed = wanted.get(NOT, ()) if isinstance(wanted, Mapping) else wanted
    return tuple(map(str, listed)) if listed != MISSING else ()


def _of_days(
    connection: Connection, settings: Settings, known: list[str]
) -> Iterator[tuple[Literal["note", "problem"], str]]:
    """The attributes that should hold a day, and do not."""
    for name, campaign in settings.campaigns.items():
        if campaign.on is None or campaign.on.attribute is None:
            continue
        where, key = f"campaigns.{name}.on.attribute", campaign.on.attribute
        if key not in known or key in COLUMNS:
            yield "problem", f"{where}: no contact has {key}; {_meant(key, known)}"
            continue
        no_day = next(
            (value for value in values_of(connection, key, MOST_VALUES) if day_of(value) is None), None
        )
        if no_day is not None:
            yield (
                "note",
                f"{where}: {key} {no_day!r} is no day, and nobody is asked by it; write it as 2026-11-30",
            )


def _meant(said: str, known: list[str]) -> str:
    likely = alike(said, known, most=1)
    if likely:
        return f"did you mean {likely[0]}?"
    more = ", …" if len(known) > MOST_NAMED else ""
    return f"there are {', '.join(sorted(known)[:MOST_NAMED])}{more}"
