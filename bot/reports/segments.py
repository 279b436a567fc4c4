"""A report by an attribute: its groups, the largest first, each with no more than may be shown of it."""

from calendar import monthrange
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, case, func, null

from bot.campaigns.audience import attribute_names, attributes_lately
from bot.dialogue.kinds import SurveyKind
from bot.reports.clusters import clusters_of_groups, kept_clusters
from bot.reports.effort import EFFORT, by_effort, said_of_effort
from bot.reports.group_counts import largest_groups
from bot.reports.number_groups import ACCOUNT_VALUE, NumberGroups, are_numbers, band_in, number_groups
from bot.reports.readable import fold, typed
from bot.reports.scope import Chosen, near_names, scores_of
from bot.reports.segment_query import COLUMNS, UNKNOWN, Grouped, grouped_answers, value_of
from bot.reports.tallies import Cell
from bot.reports.values import MOST_SEGMENTS, Missing, RestRow, Segmented, SegmentRow
from bot.store.schema import conversation
from scoring import Counts, Shared, Together, Unlisted, Visibility, pooled, with_rest
from scoring import segments as reduced
from scoring.segmentation import ByGroup


def _month(cell: Cell) -> str:
    return UNKNOWN if cell.day is None else f"{cell.day:%Y-%m}"


def _week(cell: Cell) -> str:
    return UNKNOWN if cell.day is None else f"{cell.day:%G-W%V}"


def _channel(cell: Cell) -> str:
    return cell.channel or UNKNOWN


_OF_CELL: Final[Mapping[str, Callable[[Cell], str]]] = {"channel": _channel, "month": _month, "week": _week}
_PERIODS: Final = ("month", "week")

BUILT_IN: Final = (*COLUMNS, *_OF_CELL, ACCOUNT_VALUE, EFFORT)
"""What every report can be split by, whatever was imported."""


_ValueOf = Callable[[tuple[str, ...]], ColumnElement[Any]]
"""Which group an answer is in, as the database says it, for groups with these labels."""


@dataclass(frozen=True, slots=True)
class Grouping:
    """The answers of a report by an attribute, spelled as it is. `value` says which group an answer is in. Of numbers
    the groups are bands: `limits` are those between them, and `thirds` that nobody chose them."""

    attribute: str
    grouped: Grouped
    value: _ValueOf
    limits: tuple[float, ...] | None = None
    thirds: bool = False


def grouping(
    connection: Connection,
    chosen: Chosen,
    cells: Iterable[Cell],
    attribute: str,
    limits: Mapping[str, tuple[float, ...]] = MappingProxyType({}),
) -> Grouping | Missing:
    """The groups of a report by an attribute; `cells` are those that the report counts. Numbers are put in bands, by
    the `limits` of their attribute.

    The name is taken whatever its capitals, and however its quotes and dashes were typed. One that no
    customer has is missing, with those that were perhaps meant.
    """
    name = _built_in(attribute) or attribute
    if name == ACCOUNT_VALUE:
        numbers = number_groups(connection, chosen, name, limits)
        return Missing("no_values") if numbers is None else _banded(chosen, name, numbers)
    grouped = _grouped(connection, chosen, cells, name)
    if name not in BUILT_IN and not any(grouped.groups.keys() - {UNKNOWN}):
        spelled = named_attribute(connection, attribute)
        if isinstance(spelled, Missing):
            return spelled
        if name != spelled:
            name = spelled
            grouped = _grouped(connection, chosen, cells, name)
    if name == EFFORT and not any(grouped.groups.keys() - {UNKNOWN}):
        return Missing("no_effort")
    if name not in BUILT_IN and (name in limits or are_numbers(grouped)):
        numbers = number_groups(connection, chosen, name, limits)
        if numbers is not None:
            return _banded(chosen, name, numbers)
    value = partial(_value, chosen, name)
    if name == EFFORT:
        value = partial(_as_it_is, said_of_effort(connection))
    return Grouping(name, grouped, value)


def _banded(chosen: Chosen, name: str, numbers: NumberGroups) -> Grouping:
    value = partial(_as_it_is, band_in(chosen, name, numbers.limits))
    return Grouping(name, numbers.grouped, value, numbers.limits, numbers.thirds)


def segmented(
    connection: Connection,
    chosen: Chosen,
    cells: Iterable[Cell],
    attribute: str,
    *,
    judged: bool = True,
    limits: Mapping[str, tuple[float, ...]] = MappingProxyType({}),
) -> Segmented | Missing:
    """The groups of a report by an attribute, as they may be shown, each compared with all others where that is to be
    `judged`; the rest as in `grouping`."""
    found = grouping(connection, chosen, cells, attribute, limits)
    if isinstance(found, Missing):
        return found
    by_account = partial(_accounts, connection, chosen, found.value)
    shown = groups_as_shown(chosen.kind, found.attribute, found.grouped, judged=judged, by_account=by_account)
    return replace(shown, limits=found.limits, thirds=found.thirds)


def groups_by(connection: Connection) -> tuple[str, ...]:
    """What a report can be split by, to choose from: what it always can, and the columns of the newest contacts."""
    return (*BUILT_IN, *attributes_lately(connection))


def named_attribute(connection: Connection, attribute: str) -> str | Missing:
    """The attribute that is called so by whoever typed it, or which ones were perhaps meant."""
    known = attribute_names(connection)
    same = [one for one in known if fold(typed(one)) == fold(typed(attribute))]
    if not same:
        others = [one for one in known if _built_in(one) is None]
        return Missing("unknown_attribute", attribute, near_names(attribute, (*BUILT_IN, *others)))
    return attribute if attribute in same else same[0]


def _built_in(attribute: str) -> str | None:
    name = "_".join(attribute.casefold().replace("-", " ").replace("_", " ").split())
    return name if name in BUILT_IN else None


def answers_by(connection: Connection, chosen: Chosen, attribute: str, most: int) -> Grouped:
    """The answers of a report by an attribute, at most `most` groups: by the counters where it can go by them, else by
    one aggregate over the answers."""
    found = largest_groups(connection, chosen, attribute, most)
    return grouped_answers(connection, chosen, attribute, most) if found is None else found


def _grouped(connection: Connection, chosen: Chosen, cells: Iterable[Cell], name: str) -> Grouped:
    if name == EFFORT:
        return by_effort(connection, chosen)
    group = _OF_CELL.get(name)
    if group is None:
        return answers_by(connection, chosen, name, MOST_SEGMENTS)
    groups: dict[str, dict[int, int]] = {}
    for cell in cells:
        if cell.score is not None:
            counted = groups.setdefault(group(cell), {})
            counted[cell.score] = counted.get(cell.score, 0) + cell.people
    if name not in _PERIODS:
        largest = sorted(groups, key=lambda label: (-sum(groups[label].values()), label))
        return Grouped({label: groups[label] for label in largest})
    latest = sorted(groups)[-MOST_SEGMENTS:]
    periods = Grouped({label: groups.pop(label) for label in latest}, unlisted_groups=len(groups))
    for counted in groups.values():
        for score, times in counted.items():
            periods.unlisted[score] = periods.unlisted.get(score, 0) + times
    return periods


def _as_it_is(value: ColumnElement[Any], labels: tuple[str, ...]) -> ColumnElement[Any]:
    """A value that says it whatever the labels are."""
    return value


def _accounts(
    connection: Connection, chosen: Chosen, value: _ValueOf, parts: Mapping[str | None, Counts]
) -> Mapping[str | None, Shared]:
    """The groups of a view by account; the rest of them, where that is a row, as None."""
    if not parts:
        return {}
    whole = kept_clusters(connection, chosen)
    if whole is not None:
        total = pooled(parts.values())
        return {
            label: Shared(whole.like(counts), whole.like(total - counts)) for label, counts in parts.items()
        }
    labels = tuple(label for label in parts if label is not None)
    places = {label: place for place, label in enumerate(labels)}
    group = case(places, value=value(labels), else_=len(labels) if None in parts else None)
    names: Mapping[int, str | None] = dict(enumerate((*labels, None)))
    found = clusters_of_groups(connection, chosen, group)
    return {names[place]: each for place, each in with_rest(found).items()}


def _value(chosen: Chosen, name: str, labels: tuple[str, ...]) -> ColumnElement[Any]:
    """Which group an answer is in, as the database says it."""
    if name == "channel":
        return func.coalesce(conversation.c.channel, UNKNOWN)
    if name in _PERIODS:
        days = [(conversation.c.scored_on.between(*_days(label)), label) for label in labels if label]
        return case(*days) if days else null()
    return func.coalesce(value_of(chosen.known, name), UNKNOWN)


def _days(label: str) -> tuple[date, date]:
    """The first day and the last of a month or week as `_month` and `_week` write them."""
    if "W" in label:
        monday = datetime.strptime(f"{label}-1", "%G-W%V-%u").date()  # noqa: DTZ007 - a day and no instant
        return monday, monday + timedelta(days=6)
    first = date.fromisoformat(f"{label}-01")
    return first, first.replace(day=monthrange(first.year, first.month)[1])


def groups_as_shown(
    kind: SurveyKind,
    attribute: str,
    grouped: Grouped,
    *,
    judged: bool = True,
    by_account: ByGroup | None = None,
) -> Segmented:
    """The groups, each reduced to what may be shown of it beside the total of the report; compared with all
    others where that is to be `judged`, and of an NPS `by_account`."""
    scores = {label: scores_of(kind, histogram) for label, histogram in grouped.groups.items()}
    found = reduced(
        {label: each.counts for label, each in scores.items()},
        unlisted=Unlisted(grouped.unlisted_groups, scores_of(kind, grouped.unlisted).counts),
        by_account=by_account if kind == "nps" else None,
    )
    judged = judged and kind == "nps"
    rows = []
    for each in found.groups:
        hidden = each.visibility is Visibility.HIDDEN
        rows.append(
            SegmentRow(
                each.label,
                each.visibility,
                reveals_another=each.reveals_another,
                n=None if hidden else each.n,
                scores=None if hidden else scores[each.label].by_account(each.clusters),
                against_rest=each.against_rest if judged else None,
            )
        )
    return Segmented(
        attribute,
        tuple(rows),
        groups=len(rows) + grouped.unlisted_groups,
        hidden=sum(1 for row in rows if row.visibility is Visibility.HIDDEN),
        left_out=grouped.unlisted_groups,
        together=None
        if found.together is None
        else _together(kind, grouped, found.together, rows, judged=judged),
    )


def _together(
    kind: SurveyKind, grouped: Grouped, found: Together, rows: Iterable[SegmentRow], *, judged: bool
) -> RestRow:
    scores = scores_of(kind, _rest(grouped, [row.label for row in rows if row.scores is None]))
    return RestRow(
        found.named,
        found.others,
        found.visibility,
        scores.by_account(found.clusters),
        found.against_rest if judged else None,
    )


def _rest(grouped: Grouped, hidden: Iterable[str]) -> dict[int, int]:
    """How often each score was given in groups that are not shown by themselves."""
    found = Counter(grouped.unlisted)
    for label in hidden:
        found.update(grouped.groups[label])
    return dict(found)
