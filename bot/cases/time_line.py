"""The time line of a case: its events as rows, in the order in which they happened. Replayed, they give the case.

What changes nothing is not kept: a second press, a word that the alert has shown before.
"""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, bindparam, insert, select, update

from bot.cases.as_kept import CaseEntry, CaseEventKind
from bot.cases.life.events import (
    CaseDue,
    CaseErased,
    CaseEvent,
    CaseOpened,
    CustomerWrote,
    Finished,
    HandedOver,
    Leave,
    ManagerDelivered,
    ManagerWrote,
    NewWords,
    NotReached,
    NotSolved,
    PutOff,
    Remind,
    Reopened,
    Snoozed,
    Strand,
    Took,
)
from bot.cases.life.life import CaseTurn
from bot.store.hot import Hot
from bot.store.schema import case_event
from bot.store.sql import constant
from channels.base import Address

_CLASS_OF: Final[Mapping[CaseEventKind, type[CaseEvent]]] = {
    "opened": CaseOpened,
    "new_words": NewWords,
    "taken": Took,
    "handed_over": HandedOver,
    "snoozed": Snoozed,
    "finished": Finished,
    "reopened": Reopened,
    "wrote": ManagerWrote,
    "delivered": ManagerDelivered,
    "customer_wrote": CustomerWrote,
    "woken": CaseDue,
    "reminded": CaseDue,
    "escalated": CaseDue,
    "stranded": CaseDue,
    "put_off": PutOff,
    "not_reached": NotReached,
    "not_solved": NotSolved,
    "erased": CaseErased,
}
_KIND_OF: Final[Mapping[type[CaseEvent], CaseEventKind]] = {
    cls: kind for kind, cls in _CLASS_OF.items() if cls is not CaseDue
}
_COLUMNS: Final = {"at": "at", "by": "who", "note": "text"}
_COLLEAGUES: Final = ("owner", "to", "following")
_TIMES: Final = ("until", "due_at")

_KEEP: Final = Hot(insert(case_event))
_OF_CASE: Final = (
    select(case_event).where(case_event.c.case_id == bindparam("of_id")).order_by(case_event.c.id)
)
_GIVEN: Final = (
    select(case_event)
    .where(
        case_event.c.case_id == bindparam("of_id"),
        case_event.c.kind.in_([constant("handed_over"), constant("escalated")]),
    )
    .order_by(case_event.c.id.desc())
    .limit(1)
)
_EMPTY: Final = (
    update(case_event)
    .where(case_event.c.case_id == bindparam("of_id"), case_event.c.text.is_not(None))
    .values(text="")
)


def keep(connection: Connection, case_id: int, event: CaseEvent, turn: CaseTurn | None = None) -> None:
    """Put an event on the time line; `turn` is what it did, where it is not the first."""
    _KEEP.later(connection, {"case_id": case_id, **to_row(event, turn)})


def happened(connection: Connection, case_id: int) -> Sequence[CaseEntry]:
    """The rows of a case's time line, in their order."""
    return [CaseEntry(*row) for row in connection.execute(_OF_CASE, {"of_id": case_id})]


def given(connection: Connection, case_id: int) -> HandedOver | CaseDue | None:
    """How a case came to another colleague than the first, the last time that somebody or time gave it to one."""
    row = connection.execute(_GIVEN, {"of_id": case_id}).first()
    event = None if row is None else from_row(CaseEntry(*row))
    return event if isinstance(event, HandedOver | CaseDue) else None


def owners(connection: Connection, case_id: int) -> frozenset[Address]:
    """Where a case is or was: who had it before it went on may still help."""
    events = map(from_row, happened(connection, case_id))
    given = (getattr(event, name, None) for event in events for name in _COLLEAGUES)
    return frozenset(one[1] for one in given if one is not None)


def forget_texts(connection: Connection, case_id: int) -> None:
    """Empty what persons wrote on a case's time line."""
    connection.execute(_EMPTY, {"of_id": case_id})


def to_row(event: CaseEvent, turn: CaseTurn | None = None) -> dict[str, Any]:
    """An event as the columns of its row. Of what is due the kind says what it did."""
    detail = {
        one.name: _plain(getattr(event, one.name))
        for one in fields(event)
        if one.name not in _COLUMNS and getattr(event, one.name) is not None
    }
    return {
        "kind": _due_kind(turn) if isinstance(event, CaseDue) else _KIND_OF[type(event)],
        "detail": detail or None,
        **{column: getattr(event, name, None) for name, column in _COLUMNS.items()},
    }


def from_row(row: CaseEntry) -> CaseEvent:
    """The event that a row holds."""
    cls: Any = _CLASS_OF[row.kind]
    names = {one.name for one in fields(cls)}
    kept = {name: getattr(row, column) for name, column in _COLUMNS.items() if name in names}
    told = {name: _read(name, value) for name, value in (row.detail or {}).items()}
    event: CaseEvent = cls(**kept, **told)
    return event


def _due_kind(turn: CaseTurn | None) -> CaseEventKind:
    effects = () if turn is None else turn.effects
    does: Mapping[type, CaseEventKind] = {Remind: "reminded", Strand: "stranded", Leave: "escalated"}
    return next((does[type(one)] for one in effects if type(one) in does), "woken")


def _plain(value: object) -> object:
    match value:
        case datetime():
            return value.isoformat()
        case (str(name), Address() as at):
            return [name, at.channel, at.id]
        case _:
            return value


def _read(name: str, value: Any) -> object:
    if name in _COLLEAGUES:
        return value[0], Address(value[1], value[2])
    return datetime.fromisoformat(value) if name in _TIMES else value
