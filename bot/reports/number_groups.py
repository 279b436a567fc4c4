"""Answers by an attribute whose values are numbers: in the bands that the settings give it, else in thirds."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Float, case, cast, func, literal, select

from bot.reports.group_counts import every_value
from bot.reports.scope import Chosen, answered_in
from bot.reports.segment_query import UNKNOWN, Grouped
from bot.store.schema import conversation
from bot.store.sql import text_of
from scoring import band_of, thirds

ACCOUNT_VALUE: Final = "account_value"
"""What every account may have, kept as a number (`bot.people.typed_cells`)."""

MOST_PLAIN: Final = 3
"""So many numbers are groups of their own: of three values each is a third."""

_NUMBER: Final = re.compile(r"[+-]?(0|[1-9][0-9]{0,11})([.,][0-9]{1,2})?")


@dataclass(frozen=True, slots=True)
class NumberGroups:
    """The answers in each band, the lowest first, with the limits between the bands, which are `thirds` where the
    settings give none."""

    grouped: Grouped
    limits: tuple[float, ...]
    thirds: bool


def number_of(text: str) -> float | None:
    """The number that a text is, as audiences read it: 1250, 12.5 or 12,5. None of a code that begins with a 0."""
    return float(text.replace(",", ".")) if _NUMBER.fullmatch(text) else None


def are_numbers(grouped: Grouped) -> bool:
    """Whether the listed groups look like an attribute of numbers that is worth bands."""
    labels = [label for label in grouped.groups if label != UNKNOWN]
    return len(labels) > MOST_PLAIN and all(number_of(label) is not None for label in labels)


def number_groups(
    connection: Connection, chosen: Chosen, attribute: str, limits: Mapping[str, tuple[float, ...]]
) -> NumberGroups | None:
    """The answers of a report by bands of an attribute; None where one of its values is no number."""
    counted: dict[float | None, dict[int, int]] = {}
    for value, score, times in _read(connection, chosen, attribute):
        if value == UNKNOWN:
            value = None
        number = number_of(value) if isinstance(value, str) else value
        if number is None and value is not None:
            return None
        histogram = counted.setdefault(number, {})
        histogram[score] = histogram.get(score, 0) + times
    sums = {number: sum(counts.values()) for number, counts in counted.items()}
    sizes = {number: people for number, people in sums.items() if number is not None and people}
    if not sizes:
        return None
    chosen_limits = limits.get(attribute)
    found = thirds(sizes) if chosen_limits is None else chosen_limits
    names = band_names(found)
    groups: dict[str, dict[int, int]] = {name: {} for name in names}
    for number, histogram in counted.items():
        into = groups.setdefault(UNKNOWN if number is None else names[band_of(number, found)], {})
        for score, times in histogram.items():
            into[score] = into.get(score, 0) + times
    groups = {name: {score: times for score, times in each.items() if times} for name, each in groups.items()}
    told = {name: histogram for name, histogram in groups.items() if histogram}
    return NumberGroups(Grouped(told), found, chosen_limits is None)


def band_in(chosen: Chosen, attribute: str, limits: tuple[float, ...]) -> ColumnElement[Any]:
    """The name of the band that an answer is in, as the database says it; of who has no number it is unknown."""
    known = chosen.known
    number: ColumnElement[Any] = known.account_value
    if attribute != ACCOUNT_VALUE:
        text = text_of(known.attributes, attribute)
        number = case(
            (text.regexp_match(rf"\A{_NUMBER.pattern}\Z"), cast(func.replace(text, ",", "."), Float))
        )
    *below, last = band_names(limits)
    bands = [(number < limit, literal(name)) for limit, name in zip(limits, below, strict=True)]
    return case((number.is_(None), literal(UNKNOWN)), *bands, else_=literal(last))


def band_names(limits: tuple[float, ...]) -> list[str]:
    """The name of each band for programs: `..10000`, `10000..50000` and `50000..`."""
    edges = ["", *(f"{limit:.15g}" for limit in limits), ""]
    return [f"{low}..{high}" for low, high in pairwise(edges)]


def _read(connection: Connection, chosen: Chosen, attribute: str) -> Iterator[tuple[Any, int, int]]:
    """How often each value goes with each score: by the counts of groups where these hold it, else by the answers."""
    known = chosen.known
    counted = every_value(connection, chosen, attribute)
    if counted is not None:
        for label, score, times in counted:
            yield _in_hundredths(label) if attribute == ACCOUNT_VALUE else label, score, times
        return
    value = known.account_value if attribute == ACCOUNT_VALUE else text_of(known.attributes, attribute)
    answers = (
        select(value, conversation.c.score, func.count())
        .select_from(known.people)
        .where(*answered_in(chosen))
        .group_by(value, conversation.c.score)
    )
    yield from map(tuple, connection.execute(answers))


def _in_hundredths(label: str) -> float | None:
    """An amount as `bot.store.groups.FROZEN` writes it."""
    return None if label == UNKNOWN else int(label) / 100
