"""The messages in a person's time line: what was sent to them, and what they did."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import BindParameter, Connection, bindparam, select

from bot.dialogue.buttons import parse_follow_up_value, parse_review_value, parse_score_value
from bot.privacy.as_kept import ReceivedTrace
from bot.privacy.traces import Traces, received_from, sent_to
from bot.store.schema import Row, answer

Found = tuple[int | None, datetime, str, Mapping[str, Any]]
"""The conversation, when, the code of the step, its facts."""

_IDS: Final[BindParameter[Sequence[int]]] = bindparam("ids", expanding=True)
_ANSWERS: Final = (
    select(answer.c.inbox_id, answer.c.conversation_id, answer.c.kind, answer.c.score)
    .where(answer.c.conversation_id.in_(_IDS))
    .order_by(answer.c.id)
)
# A question that is marked with the score that was pressed says nothing new.
_NOT_TOLD: Final = ("alert", "edit", "command")
_BESIDE: Final = ("unread", "late")  # as which a wish is kept
_PROVIDER: Final = {
    "OptOut": "provider_out",
    "OptIn": "provider_in",
    "Blocked": "blocked",
    "Unblocked": "unblocked",
}


def sent(connection: Connection, traces: Traces) -> Iterator[Found]:
    """What was sent to the person, or was to be."""
    for row in sent_to(connection, traces):
        if row.kind in _NOT_TOLD:
            continue
        facts = {
            "what": row.kind,
            "channel": row.channel,
            "tries": row.attempts,
            "text": "".join(text for _, text, _ in row.body or ()),
        }
        done_at = row.done_at or row.due_at
        match row.state:
            case "sent":
                yield row.conversation_id, done_at, "sent", facts
            case "queued":
                yield row.conversation_id, row.due_at, "queued", facts
            case state:
                why = {} if state == "expired" else {"why": row.error or ""}
                yield row.conversation_id, done_at, state, facts | why


def received(connection: Connection, traces: Traces) -> Iterator[Found]:
    """What the person wrote, pressed or let the provider say, and what it was taken for."""
    answers: dict[int, list[Row]] = {}
    for one in connection.execute(_ANSWERS, {"ids": traces.conversations}):
        answers.setdefault(one.inbox_id, []).append(one)
    for row in received_from(connection, traces):
        said = answers.get(row.id, [])
        found = _received(row, said)
        if found is not None:
            yield said[0].conversation_id if said else row.conversation_id, row.received_at, *found


def _received(row: ReceivedTrace, answers: Sequence[Row]) -> tuple[str, Mapping[str, Any]] | None:
    """The code and the facts; None where it was a colleague's doing."""
    if row.kind in _PROVIDER:
        return _PROVIDER[row.kind], {"channel": row.channel}
    event = row.event
    text, choice, command = event.get("text"), event.get("choice"), event.get("command")
    if row.kind != "InboundMessage" or (command or "").partition(" ")[0] == "nps":
        return None
    taken_for: list[tuple[str, int | None]] = [(one.kind, one.score) for one in answers]
    wished = (row.reading or "").startswith("wish_") and all(one.kind in _BESIDE for one in answers)
    if (wished or not taken_for) and row.reading:
        taken_for = [(row.reading, None)]
    if choice is not None:
        if (after := parse_follow_up_value(choice) or parse_review_value(choice)) is not None:
            return "answered", {"channel": row.channel, "answer": after[1]}
        scored = parse_score_value(choice)
        if scored is None:
            return None
        return "pressed", {"channel": row.channel, "score": scored[1], "taken_for": taken_for}
    said = text or (f"/{command.partition(' ')[0]}" if command else "")  # what follows /start is a key
    edited, brings = event.get("edits") is not None, event.get("brings")
    if edited and not said:
        return "took_back", {"channel": row.channel}
    if brings and (not said.strip() or row.reading == brings):
        return "brought", {"channel": row.channel, "kind": brings, "text": said.strip()}
    return "wrote", {"channel": row.channel, "text": said, "edited": edited, "taken_for": taken_for}
