"""The answers of a wave by what was known of its people (`group_tally`), counted behind the answers.

A trigger puts each conversation whose outcome changed on a list (`bot.store.triggers.groups`), and that is all that it
costs a reply. Once a second `count_changes` takes what is on the list: it moves each conversation from where it counts
(`group_place`) to where it belongs. A report adds what is still on the list (`steps_of`), so it is exact at any moment.

Who counts, and whoever erases somebody, holds one lock, and who counts waits for nothing while holding it. So two
processes count nobody twice, and never end in a deadlock here.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    String,
    Table,
    and_,
    bindparam,
    delete,
    insert,
    literal_column,
    select,
    text,
)

from bot.store.schema import (
    Row,
    conversation,
    enrolment,
    group_change,
    group_place,
    group_tally,
    group_too_many,
    wave,
)
from bot.store.sql import among
from bot.store.standing import outcome_of

FIRST_SCHEMA: Final = "0022"
"""The first that keeps these counts."""

FROZEN: Final[Mapping[str, str]] = {
    "account": "{row}.account",
    "account_manager": "{row}.account_manager",
    "timezone": "{row}.timezone",
    "key_contact": "CASE {row}.key_contact WHEN TRUE THEN 'yes' WHEN FALSE THEN 'no' END",
    "account_value": "CAST(CAST(ROUND({row}.account_value * 100) AS BIGINT) AS VARCHAR)",  # in hundredths
}
"""What groups are made by beside the attributes, and the value of each as both engines write it from a row of
`enrolment`. An attribute of the same name is not looked at: it is the text as somebody typed it."""

LANGUAGE: Final = "language"
"""The attribute that is the conversation's own: it stays known of who was erased."""

NOT_COUNTED: Final = frozenset({"account_since", "account_until", "renewal"})
"""Attributes that hold a day."""

UNBOUNDED: Final = frozenset({"account", "account_value"})
"""What is counted however many values it has: there are no more accounts than a company has."""

LONGEST: Final = 200  # letters of an attribute or a value that is counted
MOST_CELLS: Final = 50_000  # of a wave and an attribute; an order number would have one a person
CHUNK: Final = 200  # conversations a transaction, so that a reply waits some milliseconds

COUNTING_LOCK: Final = 728_192  # an advisory lock, next to those of the tally's slots


def frozen_of(row: str) -> list[ColumnElement[Any]]:
    """The values of `FROZEN` over the row that goes by this name in a statement."""
    return [literal_column(value.format(row=row), String).label(name) for name, value in FROZEN.items()]


Key = tuple[int, str, str, int]
"""Wave, attribute, value and outcome."""

_TRY: Final = text(f"SELECT pg_try_advisory_xact_lock({COUNTING_LOCK})")
_NEXT: Final = (
    select(group_change.c.id, group_change.c.conversation_id)
    .order_by(group_change.c.id)
    .limit(bindparam("most"))
)
_PLACES: Final = select(group_place).where(among(group_place.c.conversation_id, "ids"))
_NOW: Final = (
    select(
        conversation.c.id,
        conversation.c.wave_id,
        conversation.c.language,
        literal_column(outcome_of("conversation"), Integer).label("outcome"),
        *frozen_of("enrolment"),
        enrolment.c.attributes,
    )
    .join_from(conversation, wave, and_(wave.c.id == conversation.c.wave_id, wave.c.trial.is_(False)))
    .outerjoin(enrolment, enrolment.c.conversation_id == conversation.c.id)
    .where(among(conversation.c.id, "ids"))
)
_DONE: Final = delete(group_change).where(among(group_change.c.id, "ids"))
_NOWHERE: Final = delete(group_place).where(among(group_place.c.conversation_id, "ids"))
_TOO_MANY: Final = select(group_too_many.c.wave_id, group_too_many.c.attribute).where(
    among(group_too_many.c.wave_id, "ids")
)
_OF_ATTRIBUTE: Final = (
    group_tally.c.wave_id == bindparam("of_wave"),
    group_tally.c.attribute == bindparam("by"),
)
_BEYOND: Final = select(group_tally.c.people).where(*_OF_ATTRIBUTE).limit(1).offset(bindparam("most"))
_EMPTY: Final = delete(group_tally).where(*_OF_ATTRIBUTE)


def _many(table: Table, change: str) -> Mapping[str, str]:
    """Put many rows into a table, and where a key is there already change its row: row by row, or all at once. In the
    driver's own words, because there are a dozen rows a conversation."""
    names = ", ".join(one.name for one in table.columns)
    key = ", ".join(one.name for one in table.primary_key)
    kinds = ("INTEGER" if isinstance(one.type, Integer) else "VARCHAR" for one in table.columns)
    lists = ", ".join(f"${number}::{kind}[]" for number, kind in enumerate(kinds, 1))
    head, tail = f"INSERT INTO {table.name} ({names})", f"ON CONFLICT ({key}) DO UPDATE SET {change}"
    return {
        "sqlite": f"{head} VALUES ({', '.join('?' * len(table.columns))}) {tail}",
        "postgresql": f"{head} SELECT * FROM unnest({lists}) {tail}",  # noqa: S608 - made of our own text alone
    }


_ADD: Final = _many(group_tally, "people = group_tally.people + excluded.people")
_PUT: Final = _many(group_place, "wave_id = excluded.wave_id, outcome = excluded.outcome")


@dataclass(frozen=True, slots=True)
class CountedChanges:
    """What a chunk was: whether there may be more, and the waves and attributes that it had so many values of that
    there may be too many."""

    more: bool = False
    wide: frozenset[tuple[int, str]] = frozenset()


def any_change(connection: Connection) -> bool:
    """Whether somebody is on the list."""
    return connection.execute(_NEXT, {"most": 1}).first() is not None


def waiting(connection: Connection, most: int) -> list[int]:
    """The conversations on the list, in its order; at most so many entries."""
    return [row.conversation_id for row in connection.execute(_NEXT, {"most": most})]


def count_changes(connection: Connection, most: int = CHUNK) -> CountedChanges:
    """Count the next `most` entries of the list. Nothing where another process counts."""
    if not _alone(connection):
        return CountedChanges()
    rows = connection.execute(_NEXT, {"most": most}).all()
    if not rows:
        return CountedChanges()
    ids = sorted({row.conversation_id for row in rows})
    places, now = _places(connection, ids), _now(connection, ids)
    steps = _steps(places, now)
    waves = sorted({key[0] for key in steps})
    closed = {(row.wave_id, row.attribute) for row in connection.execute(_TOO_MANY, {"ids": waves})}
    for wave_id, attribute in sorted({key[:2] for key in steps if len(key[2]) > LONGEST} - closed):
        _close(connection, wave_id, attribute)
        closed.add((wave_id, attribute))
    moved = {key: step for key, step in sorted(steps.items()) if step and key[:2] not in closed}
    _add(connection, moved)
    _put(connection, places, now)
    connection.execute(_DONE, {"ids": [row.id for row in rows]})
    cells = Counter(key[:2] for key in moved)
    wide = {at for at, count in cells.items() if count > len(ids) // 2 and at[1] not in UNBOUNDED}
    return CountedChanges(len(rows) == most, frozenset(wide))


def too_large(connection: Connection, wave_id: int, attribute: str) -> bool:
    """Whether an attribute has more than `MOST_CELLS` in a wave."""
    values = {"of_wave": wave_id, "by": attribute, "most": MOST_CELLS}
    return connection.execute(_BEYOND, values).first() is not None


def leave_out(connection: Connection, wave_id: int, attribute: str) -> None:
    """Count an attribute of a wave no more: reports by it read the answers. Not now where another process counts."""
    if _alone(connection):
        _close(connection, wave_id, attribute)


def _alone(connection: Connection) -> bool:
    """Whether nobody else counts until the end of the transaction; SQLite has one writer anyway."""
    return connection.dialect.name == "sqlite" or bool(connection.scalar(_TRY))


def steps_of(connection: Connection, ids: Collection[int]) -> Counter[Key]:
    """What the tally lacks of these conversations, as steps up and down."""
    wanted = sorted(set(ids))
    return _steps(_places(connection, wanted), _now(connection, wanted))


def _places(connection: Connection, ids: Collection[int]) -> dict[int, Row]:
    return {row.conversation_id: row for row in connection.execute(_PLACES, {"ids": ids})}


def _now(connection: Connection, ids: Collection[int]) -> dict[int, Row]:
    return {row.id: row for row in connection.execute(_NOW, {"ids": ids})}


def _steps(places: Mapping[int, Row], now: Mapping[int, Row]) -> Counter[Key]:
    steps: Counter[Key] = Counter()
    for id_ in places.keys() | now.keys():
        before, row = places.get(id_), now.get(id_)
        known = {} if row is None else known_of(row)
        for where, step in ((before, -1), (row, 1)):
            if where is not None and where.outcome is not None:
                steps[where.wave_id, LANGUAGE, where.language, where.outcome] += step
                for attribute, value in known.items():
                    steps[where.wave_id, attribute, value, where.outcome] += step
    return steps


def known_of(row: Row) -> dict[str, str]:
    """What was known of somebody, by a row of `_NOW`, as far as it is counted."""
    known = {**(row.attributes or {}), **{name: getattr(row, name) for name in FROZEN}, LANGUAGE: None}
    return {
        name: value
        for name, value in known.items()
        if isinstance(value, str) and value and name not in NOT_COUNTED and len(name) <= LONGEST
    }


def _close(connection: Connection, wave_id: int, attribute: str) -> None:
    connection.execute(insert(group_too_many), {"wave_id": wave_id, "attribute": attribute})
    connection.execute(_EMPTY, {"of_wave": wave_id, "by": attribute})


def _add(connection: Connection, steps: Mapping[Key, int]) -> None:
    _write(connection, _ADD, [(*key, step) for key, step in steps.items()])


def _put(connection: Connection, places: Mapping[int, Row], now: Mapping[int, Row]) -> None:
    rows = [
        (id_, row.wave_id, row.language, row.outcome)
        for id_, row in sorted(now.items())
        if row.outcome is not None
    ]
    _write(connection, _PUT, rows)
    gone = places.keys() - {row[0] for row in rows}
    if gone:
        connection.execute(_NOWHERE, {"ids": sorted(gone)})


def _write(
    connection: Connection, statement: Mapping[str, str], rows: Sequence[tuple[int | str, ...]]
) -> None:
    if rows:
        given: Any = rows if connection.dialect.name == "sqlite" else tuple(zip(*rows, strict=True))
        connection.exec_driver_sql(statement[connection.dialect.name], given)
