"""Cases put straight into the store: of whom, who has them, and what happened with them at which hour."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, insert, select

from bot.store.schema import case, case_event, conversation, follow_up
from bot.store.store import Store
from channels.base import Address
from tests.support.answered import START

OPENED: Final = START + timedelta(days=30)
NORTH: Final = Address("slack", "UNORTH")


@dataclass(frozen=True, slots=True)
class CaseTold:
    """A case as it was played: what happened, as pairs of an hour since it was opened and a kind of `case_event`, with
    `due` as the agreed hours. The row stands as `columns` say."""

    happened: Sequence[tuple[float, str]] = ()
    due: float | None = 4
    at: datetime = OPENED
    manager: str = "Team North"
    address: Address = NORTH
    columns: Mapping[str, Any] = field(default_factory=dict)
    again: Sequence[
        Mapping[str, Any]
    ] = ()  # what came of asking the customer again, as columns of `follow_up`


def taken(after: float, **more: Any) -> CaseTold:
    """One that was taken so many hours after it was opened."""
    opened: datetime = more.get("at", OPENED)
    by = {"taken_by": "slack:UNORTH", "taken_at": opened + timedelta(hours=after)}
    return CaseTold(((after, "taken"),), columns={"state": "taken", **by}, **more)


def done(after: float, touched: float, cause: str | None = None, **more: Any) -> CaseTold:
    """One that was taken, and done so many hours after it was opened."""
    opened: datetime = more.get("at", OPENED)
    columns = {
        "state": "done",
        "taken_by": "slack:UNORTH",
        "taken_at": opened + timedelta(hours=touched),
        "done_by": "slack:UNORTH Team North",
        "done_at": opened + timedelta(hours=after),
        "cause": cause,
    }
    return CaseTold(((touched, "taken"), (after, "finished")), columns=columns, **more)


async def give_cases(store: Store, wave_id: int, cases: Iterable[CaseTold]) -> list[int]:
    """Give the conversations of a wave these cases, in their order; their numbers."""
    return await store.write(_give, wave_id, list(cases))


def _give(connection: Connection, wave_id: int, cases: Sequence[CaseTold]) -> list[int]:
    talks = select(conversation.c.id).where(conversation.c.wave_id == wave_id).order_by(conversation.c.id)
    ids = connection.scalars(talks.limit(len(cases))).all()
    assert len(ids) == len(cases), "a case needs a conversation"
    return [_row(connection, wave_id, talk, one) for talk, one in zip(ids, cases, strict=True)]


def _row(connection: Connection, wave_id: int, talk: int, one: CaseTold) -> int:
    values = {
        "conversation_id": talk,
        "wave_id": wave_id,
        "manager": one.manager,
        "channel": one.address.channel,
        "address": one.address.id,
        "kind": "detractor",
        "state": "open",
        "opened_at": one.at,
        "wanted": 1,
        "shown": 1,
        **one.columns,
    }
    number: int = connection.execute(insert(case).values(values).returning(case.c.id)).scalar_one()
    due = None if one.due is None else (one.at + timedelta(hours=one.due)).isoformat()
    owner = [one.manager, one.address.channel, one.address.id]
    steps: list[dict[str, Any]] = [
        {"at": one.at, "kind": "opened", "detail": {"owner": owner} | ({"due_at": due} if due else {})},
        *(
            {"at": one.at + timedelta(hours=hour), "kind": kind, "detail": None}
            for hour, kind in one.happened
        ),
    ]
    connection.execute(
        insert(case_event),
        [{"case_id": number, "who": _who(step["kind"]), "text": None, **step} for step in steps],
    )
    for place, answers in enumerate(one.again):
        asked = {
            "key": f"recovery:{number}:{place}",
            "kind": "recovery",
            "conversation_id": talk,
            "case_id": number,
            "state": "over",
            "made_at": one.at + timedelta(days=7),
            "closes_at": one.at + timedelta(days=10),
            "ending": "silent" if answers.get("score") is None else "scored",
        }
        connection.execute(insert(follow_up).values(asked | dict(answers)))
    return number


def _who(kind: str) -> str | None:
    by_hand = ("taken", "handed_over", "snoozed", "finished", "reopened", "wrote")
    return "slack:UNORTH Team North" if kind in by_hand else None
