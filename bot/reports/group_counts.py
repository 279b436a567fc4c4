"""Groups of a wave's people from the counts that the database keeps of them, with what these lack yet: exact at the
moment of the report, and as fast after a million answers as after a thousand.

The counts (`bot.store.groups`) are of whole waves and of what was known when these took people in. A report that is
limited to some managers (unless it is by account manager) or a period, or goes by what is known now, reads the answers
(`segment_query`); so does one by an attribute with very many values.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any, Final

from sqlalchemy import BindParameter, Connection, and_, bindparam, case, exists, func, select

from bot.reports.scope import THEN, Chosen, cells_of
from bot.reports.segment_query import UNKNOWN, Grouped
from bot.reports.tallies import score_counts, wave_cells
from bot.store.groups import LONGEST, NOT_COUNTED, steps_of, waiting
from bot.store.schema import group_tally, group_too_many
from bot.store.standing import NO_SCORE

MANAGER: Final = "account_manager"
MOST_WAITING: Final = 2_000
"""Changes on the list up to which a report adds them, some seconds of many replies. After a recount there are more,
and it is faster to read the answers."""

Lacking = Mapping[tuple[str, int], int]
"""What the counts of an attribute lack yet: by value and outcome, how many more people."""

_WAVES: Final[BindParameter[Any]] = bindparam("waves", expanding=True)
_THESE: Final = and_(group_tally.c.wave_id.in_(_WAVES), group_tally.c.attribute == bindparam("by"))
_ANSWERED: Final = group_tally.c.outcome != NO_SCORE
_PEOPLE: Final = func.sum(group_tally.c.people)
_LEFT_OUT: Final = select(
    exists().where(group_too_many.c.wave_id.in_(_WAVES), group_too_many.c.attribute == bindparam("by"))
)
_SIZES: Final = (
    select(group_tally.c.value, _PEOPLE.label("people"))
    .where(_THESE, _ANSWERED)
    .group_by(group_tally.c.value)
)
_BY_SCORE: Final = (
    select(group_tally.c.outcome, _PEOPLE.label("people"))
    .where(_THESE, _ANSWERED)
    .group_by(group_tally.c.outcome)
)
_EVERY: Final = (
    select(group_tally.c.value, group_tally.c.outcome, _PEOPLE.label("people"))
    .where(_THESE, _ANSWERED)
    .group_by(group_tally.c.value, group_tally.c.outcome)
)
_CELLS: Final = _EVERY.where(group_tally.c.value.in_(bindparam("labels", expanding=True)))
_INVITED: Final = (
    select(
        group_tally.c.value,
        _PEOPLE.label("invited"),
        func.sum(case((_ANSWERED, group_tally.c.people), else_=0)).label("answered"),
    )
    .where(_THESE)
    .group_by(group_tally.c.value)
)


def lacking(connection: Connection, chosen: Chosen, attribute: str) -> Lacking | None:
    """What is to be added to the counts of an attribute; None where a report cannot go by them."""
    if chosen.since is not None or chosen.known is not THEN:
        return None
    if chosen.managers is not None and attribute != MANAGER:
        return None
    if attribute in NOT_COUNTED or len(attribute) > LONGEST:
        return None
    if connection.scalar(_LEFT_OUT, {"waves": chosen.ids, "by": attribute}):
        return None
    changed = waiting(connection, MOST_WAITING + 1)
    if len(changed) > MOST_WAITING:
        return None
    found: Counter[tuple[str, int]] = Counter()
    for (wave_id, of, value, outcome), step in steps_of(connection, changed).items():
        if of == attribute and wave_id in chosen.ids:
            found[value, outcome] += step
    if any(len(value) > LONGEST for value, _ in found):
        return None
    return found


def largest_groups(connection: Connection, chosen: Chosen, attribute: str, most: int) -> Grouped | None:
    """The same as `segment_query.grouped_answers`; None where a report cannot go by the counts."""
    more = lacking(connection, chosen, attribute)
    if more is None:
        return None
    asked = {"waves": chosen.ids, "by": attribute}
    if chosen.managers is not None:
        return _of_managers(connection, asked, chosen.managers, more, most)
    total = Counter(score_counts(wave_cells(connection, chosen.ids, days=False)))
    sizes = Counter({row.value: int(row.people) for row in connection.execute(_SIZES, asked)})
    for (value, outcome), step in more.items():
        sizes[value] += step if outcome != NO_SCORE else 0
    sizes[UNKNOWN] += total.total() - sizes.total()
    named = [label for label in sizes if sizes[label]]
    listed = sorted(named, key=lambda label: (-sizes[label], label))[:most]
    groups = {label: Counter[int]() for label in listed}
    for row in connection.execute(_CELLS, asked | {"labels": listed}):
        groups[row.value][row.outcome] += int(row.people)
    for (value, outcome), step in more.items():
        if value in groups and outcome != NO_SCORE:
            groups[value][outcome] += step
    if UNKNOWN in groups:
        groups[UNKNOWN] = Counter(total)
        groups[UNKNOWN].subtract(
            {row.outcome: int(row.people) for row in connection.execute(_BY_SCORE, asked)}
        )
        for (_, outcome), step in more.items():
            groups[UNKNOWN][outcome] -= step
    rest = Counter(total)
    for counted in groups.values():
        rest.subtract(counted)
    return Grouped(
        {label: _scores(counted) for label, counted in groups.items()},
        _scores(rest),
        len(named) - len(listed),
    )


def _of_managers(
    connection: Connection, asked: Mapping[str, Any], managers: tuple[str, ...], more: Lacking, most: int
) -> Grouped | None:
    """The groups of these account managers, where none of them is left out."""
    if len(managers) > most:
        return None
    groups = {name: Counter[int]() for name in managers}
    for row in connection.execute(_CELLS, {**asked, "labels": list(groups)}):
        groups[row.value][row.outcome] += int(row.people)
    for (value, outcome), step in more.items():
        if value in groups and outcome != NO_SCORE:
            groups[value][outcome] += step
    told = {name: scores for name, counted in groups.items() if (scores := _scores(counted))}
    largest = sorted(told, key=lambda name: (-sum(told[name].values()), name))
    return Grouped({name: told[name] for name in largest})


def scores_given(connection: Connection, chosen: Chosen) -> dict[int, int]:
    """How often each score was given, by everybody or by the customers of the report's account managers."""
    if chosen.managers is not None:
        grouped = largest_groups(connection, chosen, MANAGER, len(chosen.managers))
        if grouped is not None:
            return dict(sum((Counter(each) for each in grouped.groups.values()), Counter[int]()))
    return score_counts(cells_of(connection, chosen))


def every_value(
    connection: Connection, chosen: Chosen, attribute: str
) -> Iterator[tuple[str, int, int]] | None:
    """How often each value goes with each score, however many values there are; those of whom none is known under
    `UNKNOWN`. None where a report cannot go by the counts."""
    more = lacking(connection, chosen, attribute) if chosen.managers is None else None
    if more is None:
        return None
    return _every_value(connection, chosen, attribute, more)


def _every_value(
    connection: Connection, chosen: Chosen, attribute: str, more: Lacking
) -> Iterator[tuple[str, int, int]]:
    unknown = Counter(score_counts(wave_cells(connection, chosen.ids, days=False)))
    rows = connection.execute(_EVERY, {"waves": chosen.ids, "by": attribute})
    steps = ((value, outcome, step) for (value, outcome), step in more.items() if outcome != NO_SCORE)
    for value, outcome, people in chain(rows, steps):
        unknown[outcome] -= int(people)
        yield value, outcome, int(people)
    yield from ((UNKNOWN, score, times) for score, times in unknown.items() if times)


def _scores(counted: Mapping[int, int]) -> dict[int, int]:
    return {score: times for score, times in sorted(counted.items()) if times and score != NO_SCORE}


def invited_and_answered(
    connection: Connection, chosen: Chosen, attribute: str
) -> dict[str, tuple[int, int]] | None:
    """How many of each group were invited, and how many of them gave a score; of those of whom the attribute is known.
    None where a report cannot go by the counts."""
    more = lacking(connection, chosen, attribute)
    if more is None:
        return None
    rows = connection.execute(_INVITED, {"waves": chosen.ids, "by": attribute})
    found = {row.value: (int(row.invited), int(row.answered)) for row in rows}
    for (value, outcome), step in more.items():
        invited, answered = found.get(value, (0, 0))
        found[value] = (invited + step, answered + (step if outcome != NO_SCORE else 0))
    if chosen.managers is None:
        return found
    return {value: both for value, both in found.items() if value in chosen.managers}
