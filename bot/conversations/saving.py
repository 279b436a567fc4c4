"""What was said in a conversation, what became of its question and where it goes on: written to its row."""

from datetime import datetime
from operator import attrgetter
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, bindparam, insert, update

from bot.conversations.talks import Talk
from bot.dialogue.conversation import Conversation, Effect, Keep, Part, State
from bot.hooks.happened import happened
from bot.hooks.kinds import HookKind
from bot.store.hot import Hot
from bot.store.schema import answer, conversation
from channels.base import Address

_BY_SCORE = (
    "state",
    "delivered_at",
    "score",
    "first_score",
    "scored_at",
    "scored_on",
    "score_ref",
    "score_said_at",
    "score_number",
    "talk",
)
_BESIDE = (
    "reason_since",
    "late",
    "reason",
    "parts",
    "unread",
    "hints",
    "clarified",
    "candidates",
    "review",
    "review_at",
    "remind_at",
    "reminded_at",
    "put_off",
    "closes_at",
    "closed_at",
    "ending",
)


def _saving(names: tuple[str, ...]) -> Hot:
    # Built once: with values given at each call SQLAlchemy would look at every one of them again.
    return Hot(
        update(conversation)
        .where(conversation.c.id == bindparam("of_id"))
        .values({name: bindparam(f"to_{name}") for name in names})
    )


_SAVE = _saving((*_BY_SCORE, *_BESIDE))
_SAVE_SCORE = _saving(_BY_SCORE)
"""The columns that a score changes, and no other: most replies are one. SQLite has three indexes less to look at, and
takes 15 us in place of 19; and 16 values need not be made."""
_WHAT_ELSE = attrgetter(*(name for name in _BESIDE if name not in ("reason", "parts", "closed_at")), "open")
_KEEP = Hot(insert(answer))


def save(connection: Connection, talk: Talk, after: Conversation, at: datetime, zone: ZoneInfo) -> None:
    """Write what was said, or what time did, and tell other systems of an answer; nothing where it changed nothing.
    `zone` is where the company counts days."""
    before = talk.conversation
    if before == after:
        return
    scored = after.score != before.score
    values: dict[str, Any] = {
        "of_id": talk.id,
        "to_state": _stored(after.state),
        "to_delivered_at": after.delivered_at,
        "to_score": after.score,
        "to_first_score": after.score if talk.first_score is None else talk.first_score,
        "to_scored_at": at if scored else talk.scored_at,
        "to_scored_on": at.astimezone(zone).date() if scored else talk.scored_on,
        "to_score_ref": after.score_ref,
        "to_score_said_at": None if after.scored is None else after.scored.at,
        "to_score_number": None if after.scored is None else after.scored.number,
        "to_talk": after.spoken,
    }
    # Parts are equal that were said or changed at other times.
    if after.parts is before.parts and _WHAT_ELSE(after) == _WHAT_ELSE(before):
        _SAVE_SCORE.later(connection, values)
    else:
        _SAVE.later(connection, values | _beside(talk, after, at))
    _tell_of_answer(connection, talk, after, at)


def _beside(talk: Talk, after: Conversation, at: datetime) -> dict[str, Any]:
    """The columns that a score alone does not change."""
    return {
        "to_reason_since": after.reason_since,
        "to_late": after.late,
        "to_reason": after.reason,
        "to_parts": [_stored_part(part) for part in after.parts],
        "to_unread": after.unread,
        "to_hints": after.hints,
        "to_clarified": after.clarified,
        "to_candidates": list(after.candidates),
        "to_review": after.review,
        "to_review_at": after.review_at,
        "to_remind_at": after.remind_at,
        "to_reminded_at": after.reminded_at,
        "to_put_off": after.put_off,
        "to_closes_at": after.closes_at,
        "to_closed_at": _closed_at(talk, after, at),
        "to_ending": None if after.ending is None else str(after.ending),
    }


def _tell_of_answer(connection: Connection, talk: Talk, after: Conversation, at: datetime) -> None:
    """Tell other systems of a score, and of what is said of it after that."""
    before = talk.conversation
    changed = [name for name in ("score", "reason") if getattr(after, name) != getattr(before, name)]
    if talk.trial or after.score is None or not changed:
        return
    kind: HookKind = "answer.given" if before.score is None else "answer.corrected"
    figures = {"score": after.score, "previous_score": before.score, "changed": changed}
    happened(connection, kind, talk.id, talk.contact_id, at, **figures)


_FATE = (
    "state",
    "channel",
    "address",
    "moved_at",
    "moved_from",
    "released_at",
    "ask_at",
    "asked_at",
    "delivered_at",
    "undelivered",
    "question_ref",
    "remind_at",
    "closes_at",
    "closed_at",
    "ending",
)
_SAVE_FATE = Hot(
    update(conversation)
    .where(conversation.c.id == bindparam("of_id"))
    .values({name: bindparam(f"to_{name}") for name in _FATE})
)


def save_fate(
    connection: Connection,
    talk: Talk,
    after: Conversation,
    at: datetime,
    *,
    ref: str | None = None,
    why: str | None = None,
    to: Address | None = None,
    ask_at: datetime | None = None,
) -> None:
    """Write what became of the question: `ref` is the provider's for it, `why` says what kept it away. Where it goes
    back to wait, it is asked `to` another address of the person, and not before `ask_at`."""
    before = talk.conversation
    back = before.state is not State.WAITING and after.state is State.WAITING
    moves = to is not None and to != talk.address
    place = to or talk.address
    undelivered = why is not None and after.ending is not before.ending
    if before == after and ref is None:
        return
    values: dict[str, Any] = {
        "state": _stored(after.state),
        "channel": place.channel,
        "address": place.id,
        "moved_at": at if moves else talk.moved_at,
        "moved_from": talk.address.channel if moves else talk.moved_from,
        "released_at": None if back else talk.released_at,
        "ask_at": (ask_at or at) if back else talk.ask_at,
        "asked_at": after.asked_at,
        "delivered_at": after.delivered_at,
        "undelivered": why[:200] if why is not None and undelivered else talk.undelivered,
        "question_ref": ref or (None if back else talk.question_ref),
        "remind_at": after.remind_at,
        "closes_at": after.closes_at,
        "closed_at": _closed_at(talk, after, at),
        "ending": None if after.ending is None else str(after.ending),
    }
    _SAVE_FATE.later(connection, {"of_id": talk.id, **{f"to_{name}": values[name] for name in _FATE}})


_SAVE_REMINDER = (
    update(conversation)
    .where(conversation.c.id == bindparam("of_id"))
    .values(remind_at=bindparam("to_remind"), reminded_at=bindparam("to_reminded"))
)
_MOVE = (
    update(conversation)
    .where(conversation.c.id == bindparam("of_id"))
    .values(
        channel=bindparam("to_channel"),
        address=bindparam("to_address"),
        moved_at=bindparam("at"),
        moved_from=conversation.c.channel,
        question_ref=None,
    )
)


def save_reminder(connection: Connection, id_: int, after: Conversation) -> None:
    """Write when somebody is, or was, reminded."""
    values = {"of_id": id_, "to_remind": after.remind_at, "to_reminded": after.reminded_at}
    connection.execute(_SAVE_REMINDER, values)


def move(connection: Connection, id_: int, to: Address, at: datetime) -> None:
    """Let a conversation go on at another address of its person."""
    values = {"of_id": id_, "to_channel": to.channel, "to_address": to.id, "at": at}
    connection.execute(_MOVE, values)


def _closed_at(talk: Talk, after: Conversation, at: datetime) -> datetime | None:
    return at if talk.conversation.open and not after.open else talk.closed_at


def _stored(state: State) -> str:
    """As the row has it; `bot.conversations.talks` reads it back."""
    kept = {State.ON_ITS_WAY: State.WAITING, State.REVIEW: State.THANKED}
    return str(kept.get(state, state))


def keep(
    connection: Connection, talk: Talk, effects: tuple[Effect, ...], inbox_id: int | None, at: datetime
) -> None:
    """Write the answer rows of a turn."""
    rows = (
        {
            "conversation_id": talk.id,
            "inbox_id": inbox_id,
            "at": at,
            "kind": effect.kind,
            "score": effect.score,
            "text": effect.text,
            "message_ref": effect.ref,
        }
        for effect in effects
        if isinstance(effect, Keep)
    )
    _KEEP.later(connection, *rows)


def _stored_part(part: Part) -> list[str | None]:
    return [part.ref, part.text, *(None if at is None else at.isoformat() for at in (part.said, part.edited))]
