"""Everybody of a campaign, one row a contact and wave, for a file: who was asked, how far they got, what they
said, and by which rule they were left out.

Rows are read and put into columns some thousands at a time (Arrow's record batches), so that memory stays flat and what
is done to each cell is done by code that knows no Python.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from zoneinfo import ZoneInfo

import pyarrow as pa  # type: ignore[import-untyped]
from sqlalchemy import ColumnElement, Connection, bindparam, select, text, type_coerce
from sqlalchemy.types import NullType

from bot.campaigns.waves import Wave
from bot.config.settings import Settings
from bot.dialogue.kinds import SurveyKind, category_of
from bot.people.typed_cells import TYPED
from bot.reports.cases.figures import first_touch
from bot.reports.cases.recovery import answered_again
from bot.reports.export.columns import THEMES_BETWEEN, ExportColumn, export_columns
from bot.reports.export.times import days_of, hours_between, local_times, moments
from bot.reports.scope import STANDING, THEN, Chosen, choose, kind_of, waves_of
from bot.reports.tallies import OPTED_OUT, disposition, left_out_by
from bot.reports.themes.matches import ANSWER, HAS_REASON, ListsInForce, lists_in_force, unsettled_in
from bot.reports.values import Missing
from bot.store.schema import case, contact, conversation, follow_up, theme_named

CHUNK: Final = 10_000  # rows of a batch


@dataclass(frozen=True, slots=True)
class Export:
    """The columns, and the rows in batches, to be taken inside of the `Store.read` that gave them."""

    columns: tuple[ExportColumn, ...]
    batches: Iterator[pa.RecordBatch]

    @property
    def schema(self) -> pa.Schema:
        """Every column with its type."""
        return schema_of(self.columns)


_TYPES: Final[Mapping[str, Callable[[], pa.DataType]]] = {
    "text": pa.string,
    "whole": pa.int32,
    "decimal": pa.float64,
    "yes_no": pa.bool_,
    "utc": lambda: pa.timestamp("s", "UTC"),
    "local": lambda: pa.timestamp("s"),
    "day": pa.date32,
}


def schema_of(columns: Sequence[ExportColumn]) -> pa.Schema:
    """The Arrow types of these columns."""
    return pa.schema([pa.field(one.name, _TYPES[one.kind]()) for one in columns])


# ------------------------------------------------------------------------------------------------- read


def _as_it_is(column: ColumnElement[Any], name: str) -> ColumnElement[Any]:
    """The driver's own value: Arrow makes types of thousands at once, where SQLAlchemy makes one after the other."""
    return type_coerce(column, NullType()).label(name)


_TIMES: Final = ("asked_at", "delivered_at", "reminded_at", "moved_at", "scored_at", "closed_at")
_PLAIN: Final = (
    "channel",
    "language",
    "score",
    "first_score",
    "reason",
    "late",
    "scored_on",
    "erased",
    "ending",
)
_ROWS: Final = (
    select(
        conversation.c.id,
        contact.c.contact_id,
        contact.c.name,
        _as_it_is(THEN.account, "account"),
        _as_it_is(THEN.account_manager, "account_manager"),
        _as_it_is(THEN.attributes, "attributes"),
        *(_as_it_is(getattr(THEN, name), name) for name in TYPED),
        _as_it_is(STANDING, "standing"),
        *(_as_it_is(conversation.c[name], name) for name in (*_PLAIN, *_TIMES)),
    )
    .select_from(THEN.people.outerjoin(contact, contact.c.id == conversation.c.contact_id))
    .where(conversation.c.wave_id == bindparam("of_wave"))
    .order_by(conversation.c.id)
)
_OF_CASE: Final[Mapping[str, ColumnElement[Any]]] = {
    "case": case.c.id,
    "case_state": case.c.state,
    "case_cause": case.c.cause,
    "case_opened_at": case.c.opened_at,
    "case_taken_at": first_touch(),
    "case_done_at": case.c.done_at,
    "case_solved": answered_again(follow_up.c.solved),
    "case_score_after": answered_again(follow_up.c.score),
}
_TIMES_OF_CASE: Final = frozenset({"case_opened_at", "case_taken_at", "case_done_at"})
_STRETCH: Final[tuple[Any, Any]] = (bindparam("first"), bindparam("last"))
_CASES: Final = (
    select(case.c.conversation_id, *(_as_it_is(what, name) for name, what in _OF_CASE.items()))
    .select_from(case)
    .where(case.c.conversation_id.between(*_STRETCH))
)
_THEMES: Final = (
    select(theme_named.c.conversation_id, theme_named.c.theme)
    .where(
        theme_named.c.conversation_id.between(*_STRETCH),
        theme_named.c.at.is_not(None),
    )
    .order_by(theme_named.c.conversation_id, theme_named.c.theme)
)
_UNMATCHED: Final = select(*ANSWER).where(
    conversation.c.id.in_(bindparam("ids", expanding=True)), *HAS_REASON
)
_KEYS: Final = {
    "sqlite": "SELECT DISTINCT one.key FROM conversation CROSS JOIN enrolment"
    " CROSS JOIN json_each(enrolment.attributes) AS one"
    " WHERE conversation.wave_id = :of_wave AND enrolment.conversation_id = conversation.id",
    "postgresql": "SELECT DISTINCT json_object_keys(enrolment.attributes) FROM conversation JOIN enrolment"
    " ON enrolment.conversation_id = conversation.id WHERE conversation.wave_id = :of_wave",
}


def export(
    connection: Connection, settings: Settings, campaign: str, wave: int | None = None
) -> Export | Missing:
    """The rows of one wave, or of every wave where no number is given, the oldest first; no trials."""
    chosen = choose(connection, campaign, wave)
    if isinstance(chosen, Missing):
        return chosen
    if wave is None:
        chosen = Chosen(tuple(waves_of(connection, campaign)))
    keys = text(_KEYS[connection.dialect.name])
    attributes = {key for one in chosen.ids for key in connection.scalars(keys, {"of_wave": one})}
    columns = export_columns(attributes)
    return Export(columns, _batches(connection, settings, chosen, columns))


def _batches(
    connection: Connection, settings: Settings, chosen: Chosen, columns: Sequence[ExportColumn]
) -> Iterator[pa.RecordBatch]:
    lists = lists_in_force(settings)
    batching = _Batching(
        connection, columns, ZoneInfo(settings.timezone), lists, unsettled_in(connection, chosen, lists)
    )
    for one in chosen.waves:
        found = connection.execute(_ROWS, {"of_wave": one.id}, execution_options={"yield_per": CHUNK})
        names = tuple(found.keys())
        for rows in found.partitions():
            yield batching.batch(one, dict(zip(names, zip(*rows, strict=True), strict=True)))


# ---------------------------------------------------------------------------------------------- batches

Column = Sequence[Any]


@dataclass(frozen=True, slots=True)
class _Batching:
    """Makes batches of rows."""

    connection: Connection
    columns: Sequence[ExportColumn]
    zone: ZoneInfo
    lists: ListsInForce
    unsettled: frozenset[int]

    def batch(self, run: Wave, rows: Mapping[str, Column]) -> pa.RecordBatch:
        """A batch of rows of one wave: the columns that were read, by name."""
        ids = rows["id"]
        values: dict[str, Any] = {**rows, **_of_wave(run, len(ids)), **self._cases(ids, rows["erased"])}
        values |= _how_far(kind_of(run), rows)
        values["themes"] = self._themes(ids)
        times = {
            name: moments(values[name])
            for name in (*_TIMES, "wave_started_at", "case_opened_at", "case_taken_at", "case_done_at")
        }
        values |= times
        for column in self.columns:
            if column.kind == "local":
                values[column.name] = local_times(
                    times[f"{column.name.removesuffix('_local')}_at"], self.zone
                )
        values["asked_on"] = days_of(values["asked_local"])
        values["hours_to_answer"] = hours_between(times["asked_at"], times["scored_at"], rows["erased"])
        attributes = _attributes(rows["attributes"])
        return pa.record_batch(
            [
                _array(
                    values[column.name]
                    if column.attribute is None
                    else [one.get(column.attribute) for one in attributes],
                    _TYPES[column.kind](),
                )
                for column in self.columns
            ],
            schema=schema_of(self.columns),
        )

    def _cases(self, ids: Sequence[int], erased: Column) -> dict[str, Column]:
        """What is known of the cases of a stretch. Of who was erased the times would say more than a day."""
        columns: dict[str, list[Any]] = {name: [None] * len(ids) for name in _OF_CASE}
        places = {one: place for place, one in enumerate(ids)}
        for row in self.connection.execute(_CASES, {"first": ids[0], "last": ids[-1]}).all():
            if (place := places.get(row[0])) is None:
                continue  # of another wave, whose people came meanwhile
            for name, value in zip(_OF_CASE, row[1:], strict=True):
                if erased[place] is None or name not in _TIMES_OF_CASE:
                    columns[name][place] = value
        return {**columns}

    def _themes(self, ids: Sequence[int]) -> list[str | None]:
        named: dict[int, list[str]] = {}
        stretch = {"first": ids[0], "last": ids[-1]}
        for row in self.connection.execute(_THEMES, stretch).all():
            named.setdefault(row[0], []).append(row[1])
        if left := self.unsettled.intersection(ids):
            named = {one: themes for one, themes in named.items() if one not in left}
            for row in self.connection.execute(_UNMATCHED, {"ids": sorted(left)}):
                named[row.id] = sorted(self.lists.match(row).themes)
        joined = {one: THEMES_BETWEEN.join(themes) for one, themes in named.items() if themes}
        return list(map(joined.get, ids))


def _of_wave(run: Wave, count: int) -> dict[str, Any]:
    """What is the same in every row of a wave."""
    return {
        name: pa.repeat(value, count)
        for name, value in (
            ("campaign", run.campaign),
            ("kind", kind_of(run)),
            ("wave", run.number),
            ("wave_started_at", run.started_at),
        )
    }


def _attributes(texts: Column) -> list[dict[str, str]]:
    """What the import says of each: SQLite's driver gives the text of an object and PostgreSQL's the object; of who was
    erased there is none. Texts are read all at once, which takes a fifth of the time."""
    if all(one is None or isinstance(one, str) for one in texts):
        found: list[dict[str, str]] = json.loads(f"[{','.join(one or '{}' for one in texts)}]")
        return found
    return [one or {} for one in texts]


def _how_far(kind: SurveyKind, rows: Mapping[str, Column]) -> dict[str, Column]:
    """How far they got, and what the score counts as."""
    standings = rows["standing"]
    different = set(standings)
    far = {
        (one, arrived): disposition(one, delivered=arrived) or "waiting"
        for one in different
        for arrived in (False, True)
    }
    left_out = {one: left_out_by(one) for one in different}
    scores = {one: category_of(kind, one) for one in set(rows["score"]) if one is not None}
    return {
        "disposition": [
            far[one, at is not None] for one, at in zip(standings, rows["delivered_at"], strict=True)
        ],
        "skip_reason": list(map(left_out.get, standings)),
        "opted_out": [one in OPTED_OUT for one in standings],
        "category": list(map(scores.get, rows["score"])),
        "reason": [one or None for one in rows["reason"]],  # empty once erased
    }


def _array(values: Any, wanted: pa.DataType) -> pa.Array:
    """These values as a column; SQLite's own for yes and no are 1 and 0, and for a day its text."""
    made = values if isinstance(values, pa.Array) else pa.array(values)
    return made if made.type == wanted else made.cast(wanted)
