"""The stored events of a conversation, played again through the pure machine."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from bot.dialogue.buttons import parse_score_value
from bot.dialogue.conversation import (
    Chose,
    Conversation,
    Effect,
    Ending,
    Event,
    Keep,
    Left,
    Said,
    State,
    TimePassed,
    TookBack,
    Wordless,
    advance,
    awaiting,
    offered,
)
from bot.dialogue.order import SaidAt
from bot.reading.bounds import Bounds
from bot.reading.copies import can_copy
from bot.reading.language import Language
from bot.reading.own_wishes import on_a_day
from bot.reading.reader import LastSaid, offers_stop, own_wish, read, wants_contact
from bot.store.schema import Row, answer, inbox, outbox, wave

_HOME: Final = ZoneInfo("Europe/Amsterdam")  # of the usual settings


def as_stored(row: Row) -> tuple[Any, ...]:
    """What of a conversation's row follows from what was said in it."""
    return (
        row.state,
        row.ending,
        row.score,
        row.score_ref,
        row.late,
        [part[:2] for part in row.parts],
        row.unread,
        row.hints,
        row.clarified,
        row.talk,
    )


@dataclass(frozen=True, slots=True)
class _Stored:
    """What is kept of a conversation. `begin` is how it began; `again`, when its question went once more to who put
    it off."""

    row: Row
    begin: Conversation
    events: Sequence[Row]
    bodies: Sequence[Row]
    overtaken: set[int]
    counted: set[int]  # of which a score was kept
    again: datetime | None


def replayed(
    connection: Connection, row: Row, languages: Mapping[str, Language]
) -> Iterator[tuple[Any, ...]]:
    """The same of the events played again. More than one where the conversation ended at the very moment at
    which something was said: the database does not say which came first. Nor does it say whether who left ended it, or
    left once time had."""
    events = connection.execute(
        select(inbox).where(inbox.c.conversation_id == row.id).order_by(inbox.c.id)
    ).all()
    bodies = connection.execute(
        select(outbox.c.dedupe_key, outbox.c.body)
        .where(outbox.c.conversation_id == row.id, outbox.c.kind.in_(("question", "reply", "consent")))
        .order_by(outbox.c.id)
    ).all()
    again = connection.scalar(select(outbox.c.made_at).where(outbox.c.dedupe_key == f"again:{row.id}"))
    begin = _begin(connection, row, events)
    stored = _Stored(row, begin, events, bodies, *_answered(connection, row.id), again)
    ties = sum(one.received_at == row.closed_at for one in events)
    for ending in ("opted_out", "window") if row.ending == "opted_out" else (row.ending,):
        for before in range(ties + 1):
            yield _play(stored, languages, before, ending)


def _begin(connection: Connection, row: Row, events: Sequence[Row]) -> Conversation:
    """Asked, for as long as its wave says, from when its question went or something was said in it."""
    terms = connection.execute(select(wave.c.terms).where(wave.c.id == row.wave_id)).scalar_one()
    window = timedelta(days=terms["window"])
    moments = [*([row.asked_at] if row.asked_at else []), *(one.received_at for one in events[:1])]
    closes_at = min(moments) + window if moments else None
    return Conversation(State.ASKED, Bounds(row.low, row.high), window, closes_at=closes_at)


def _play(
    stored: _Stored, languages: Mapping[str, Language], before: int, ending: str | None
) -> tuple[Any, ...]:
    row, c = stored.row, stored.begin
    ends, hinted = row.closed_at, False
    for one in stored.events:
        if (
            c.open
            and ends is not None
            and (one.received_at > ends or (one.received_at == ends and before == 0))
        ):
            c = _ended(c, row, ends, ending)
        if one.received_at == ends:
            before -= 1
        if c.remind_at is not None and (stored.again or c.remind_at) <= one.received_at:
            c = replace(c, remind_at=None)  # the question came again, or its wave was over by then
        event = _event(c, stored, one, languages, hinted)
        if event is not None:
            turn = advance(c, event)
            c, scored = turn.conversation, any(_is_score(effect) for effect in turn.effects)
            hinted = not scored and (hinted or isinstance(event, Wordless))
    if c.open and ends is not None:
        c = _ended(c, row, ends, ending)
    state = "waiting" if row.state == "waiting" and c.state is State.ASKED else str(c.state)
    return (
        state,
        None if c.ending is None else str(c.ending),
        c.score,
        c.score_ref,
        c.late,
        [[part.ref, part.text] for part in c.parts],
        c.unread,
        c.hints,
        c.clarified,
        c.spoken,
    )


def _ended(c: Conversation, row: Row, at: datetime, ending: str | None) -> Conversation:
    """As it ended without a word: by time, by a goodbye elsewhere, or because nobody was asked after all."""
    if ending == "opted_out":
        return advance(c, Left(at)).conversation
    if ending in ("cancelled", "undelivered") or (ending == "window" and row.asked_at == at):
        return replace(c, state=State.CLOSED, ending=Ending(ending), closes_at=None)
    return advance(replace(c, closes_at=at), TimePassed(at)).conversation


def _is_score(effect: Effect) -> bool:
    return isinstance(effect, Keep) and effect.kind == "score"


def _event(
    c: Conversation, stored: _Stored, one: Row, languages: Mapping[str, Language], hinted: bool
) -> Event | None:
    told, at = one.event, one.received_at
    if one.reading == "taken back":
        return TookBack(at, told["edits"])
    if told.get("brings") is not None and one.reading == told["brings"]:
        awaited = told["brings"] != "reaction" or c.state in (State.ON_ITS_WAY, State.ASKED, State.CLOSED)
        return Wordless(at, told["message_ref"], awaited and not hinted)
    if told.get("edits") is not None and not told["text"]:
        return None  # of a message that is none of this conversation
    when = SaidAt(datetime.fromisoformat(told["sent_at"]), told["number"], told["timed"])
    if told.get("choice") is not None:
        scored = parse_score_value(told["choice"])
        return Chose(scored[1], at, when) if scored and one.reading == "press" else None
    text = told.get("text", "")
    if told.get("command"):
        text = told["command"].partition(" ")[0].upper()
    ours = [
        "".join(span[1] for span in body.body)
        for body in reversed(stored.bodies)
        if body.body and not _later(body.dedupe_key, one.id)
    ]
    said = LastSaid(awaiting(c, told["edits"]), tuple(ours[:3]), offered(c, told["edits"]), c.score)
    language, long = stored.row.language.split("-")[0], can_copy(text)
    reading = read(text, language, c.scale, said, languages)
    wish = long and wants_contact(text, reading, language, languages)
    may_wish = long and not wish and told["edits"] is None
    own = own_wish(text, reading, language, languages) if may_wish else None
    return Said(
        reading,
        text,
        at,
        told["message_ref"],
        told["edits"],
        wish=wish,
        may_leave=long and offers_stop(text, reading, language, languages),
        said=when,
        overtaken=one.id in stored.overtaken,
        own=None if own is None else on_a_day(own, at.astimezone(_HOME).date()),
        before_leaving=c.ending is Ending.OPTED_OUT and one.id in stored.counted,
    )


def _answered(connection: Connection, conversation_id: int) -> tuple[set[int], set[int]]:
    """The events before which something newer in their place was heard, and those whose score was kept. A score that
    is only older goes by its own time."""
    rows = connection.execute(
        select(answer.c.kind, answer.c.inbox_id, answer.c.message_ref, inbox.c.reading, inbox.c.event)
        .join(inbox, inbox.c.id == answer.c.inbox_id)
        .where(answer.c.conversation_id == conversation_id)
        .order_by(answer.c.id)
    ).all()
    heard: set[str] = set()
    found = set()
    for one in rows:
        again = one.message_ref in heard and one.event.get("edits") is None
        if one.kind == "older" and (again or one.reading in ("opt_out", "opt_in")):
            found.add(one.inbox_id)
        elif one.message_ref is not None and one.event.get("edits") is not None:
            heard.add(one.message_ref)
    return found, {one.inbox_id for one in rows if one.kind == "score"}


def _later(dedupe_key: str, inbox_id: int) -> bool:
    """Whether a message of ours was an answer to this event, or to a later one."""
    kind, _, rest = dedupe_key.partition(":")
    return kind == "in" and int(rest.partition(":")[0]) >= inbox_id
