"""Writes that their sender may send again: under an `Idempotency-Key` each is done once, and answered the same for a
day (draft-ietf-httpapi-idempotency-key-header-07).

What a request does is in its own transaction, and this row in two around it. So where a process ends between them the
row says that somebody is at it; after a minute it may be sent again, and then it finds what was done: adding, erasing,
taking and telling are each done once by themselves.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from sqlalchemy import Connection, bindparam, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.privacy.retention import forget_requests
from bot.store.schema import api_request

AT_WORK: Final = timedelta(minutes=1)
LONGEST: Final = 200  # characters of a key

_ADD: Final = {
    engine.dialect.name: engine.insert(api_request).on_conflict_do_nothing()
    for engine in (sqlite, postgresql)
}
_THIS: Final = (
    api_request.c.key_id == bindparam("of_key"),
    api_request.c.idempotency_key == bindparam("of_request"),
)
_FIND: Final = select(api_request).where(*_THIS).with_for_update()
_AGAIN: Final = update(api_request).where(*_THIS).values(made_at=bindparam("now"))
_ANSWER: Final = (
    update(api_request).where(*_THIS).values(status=bindparam("of_status"), answer=bindparam("of_answer"))
)
_FORGET: Final = delete(api_request).where(*_THIS, api_request.c.status.is_(None))


@dataclass(frozen=True, slots=True)
class Repeatable:
    """A request under its sender's own key."""

    key_id: int
    key: str
    fingerprint: str

    @property
    def bound(self) -> dict[str, object]:
        """How statements name it."""
        return {"of_key": self.key_id, "of_request": self.key}


@dataclass(frozen=True, slots=True)
class Answered:
    """How it was answered before."""

    status: int
    body: str


RequestStanding = Literal["new", "at_work", "another", "forgotten"]
"""It is to be done now; it is being done; the key was of another request; its answer named somebody who is erased."""


def fingerprint(method: str, path: str, query: bytes, body: bytes) -> str:
    """By which the same request is known."""
    whole = hashlib.sha256()
    for part in (method.encode(), path.encode("utf-8", "surrogatepass"), query, body):
        whole.update(len(part).to_bytes(8) + part)
    return whole.hexdigest()


def begin(connection: Connection, request: Repeatable, now: datetime) -> Answered | RequestStanding:
    """Whether a request is to be done, or how it was answered."""
    forget_requests(connection, now)
    row = {
        "key_id": request.key_id,
        "idempotency_key": request.key,
        "fingerprint": request.fingerprint,
        "made_at": now,
    }
    if connection.execute(_ADD[connection.dialect.name], row).rowcount:
        return "new"
    found = connection.execute(_FIND, request.bound).one()
    if found.fingerprint != request.fingerprint:
        return "another"
    if found.status is not None:
        return "forgotten" if found.answer is None else Answered(found.status, found.answer)
    if found.made_at > now - AT_WORK:
        return "at_work"
    connection.execute(_AGAIN, {**request.bound, "now": now})
    return "new"


def keep(connection: Connection, request: Repeatable, answered: Answered) -> None:
    """Keep how a request was answered."""
    connection.execute(_ANSWER, {**request.bound, "of_status": answered.status, "of_answer": answered.body})


def forget(connection: Connection, request: Repeatable) -> None:
    """A request failed by no fault of its sender's: it may be sent again at once."""
    connection.execute(_FORGET, request.bound)
