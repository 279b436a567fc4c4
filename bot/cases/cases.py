"""Cases and their alerts in the database: opened, changed by what happens to them, and their alerts queued."""

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from functools import cache
from typing import Any, Final, Literal

from sqlalchemy import Connection, bindparam, insert, select, update

from bot.cases import agreed, ahead, threads, time_line
from bot.cases.absences import absences, who_is_there
from bot.cases.alerts import quoted
from bot.cases.as_kept import Case
from bot.cases.codes import code_from
from bot.cases.deeds import digest
from bot.cases.life.events import (
    CaseEffect,
    CaseErased,
    CaseEvent,
    CaseOpened,
    Finished,
    ManagerWrote,
    NewWords,
    NotReached,
    NotSolved,
    Remind,
    Reopened,
    Show,
    Snoozed,
    Took,
)
from bot.cases.life.life import CaseState, Life, advance_case, first_life
from bot.cases.reach import Reached
from bot.cases.routing import Changed, Opened, case_change
from bot.context import Context
from bot.conversations.talks import Talk
from bot.dialogue.conversation import Conversation, Effect, Keep, Say, Wish
from bot.hooks.happened import happened
from bot.outbox import Draft, put, take_back_alert
from bot.people.moves import moves
from bot.steps import step
from bot.store.hot import Hot
from bot.store.schema import address as its_address
from bot.store.schema import case, conversation
from bot.words import words_for
from channels.base import Address, Priority
from channels.known import limits_of

_BY_ID = (
    select(case, conversation.c.erased)
    .join(conversation, conversation.c.id == case.c.conversation_id)
    .where(case.c.id == bindparam("of_id"))
    .with_for_update(of=case)
)
_OF_CONVERSATIONS = select(case).where(case.c.conversation_id.in_(bindparam("ids", expanding=True)))
_UNDONE_OF_PERSON = Hot(
    select(case)
    .join(conversation, conversation.c.id == case.c.conversation_id)
    .join(its_address, its_address.c.contact_id == conversation.c.contact_id)
    .where(
        its_address.c.channel == bindparam("of_channel"),
        its_address.c.value == bindparam("of_value"),
        case.c.state != "done",
        conversation.c.erased.is_(None),
    )
    .order_by(case.c.id)
    .with_for_update(of=case)
)


@dataclass(frozen=True, slots=True)
class _WithErasure(Case):
    """A case, and why its customer was erased."""

    erased: str | None


def _by_id(connection: Connection, case_id: int | None) -> _WithErasure:
    """A case, locked."""
    return _WithErasure(*connection.execute(_BY_ID, {"of_id": case_id}).one())


_UPDATE = update(case).where(case.c.id == bindparam("of_id"))
_OPEN = Hot(insert(case))
_NEWS: Final[Mapping[str, str]] = {
    "state": "state",
    **dict.fromkeys(("manager", "channel", "address", "taken_by"), "owner"),
    "snoozed_until": "snoozed_until",
    "cause": "cause",
}
"""The columns of whose change other systems are told, and what they know it by."""
_SAME: Final = tuple(one.name for one in fields(Life) if one.name not in ("state", "owner", "erased"))
"""The fields that are columns of the same name."""


def follow(
    connection: Connection,
    context: Context,
    talk: Talk,
    after: Conversation,
    effects: Sequence[Effect],
    now: datetime,
) -> None:
    """Make the case show the standing state of a conversation that went from `talk.conversation` to
    `after`, in the same transaction: opened, shown anew, or left alone."""
    before = talk.conversation
    effects = [one for one in effects if not (isinstance(one, Keep) and one.kind == "thread")]
    words = any(isinstance(effect, Keep) and effect.kind not in ("score", "older") for effect in effects)
    if after == before and not words:
        return
    row = None if ahead.is_unscored(talk) else ahead.case_of(connection, talk.id)
    seen = words and (row is None or _shows(row, talk, after, effects))
    wish = any(isinstance(one, Wish) or (isinstance(one, Say) and one.offers_stop) for one in effects)
    change = case_change(before, after, alert_at=talk.alert_at, exists=row is not None, words=seen, wish=wish)
    match change:
        case Opened(kind):
            _open(connection, context, talk, kind, now)
        case Changed(ping) if row is not None:
            # A colleague talked with them until both were silent: an answer after that needs somebody's eye.
            ping = ping or (words and row.thread_until is not None and row.thread_until <= now)
            due_at = agreed.due_at(context.settings, row.manager, now) if ping and not talk.trial else None
            if ping and row.kind == "review":  # it was a task, and is a customer to save now
                _change(connection, row.id, {"kind": "detractor"})
            happen(connection, row, NewWords(now, ping, words, due_at), now)


def _shows(row: Case, talk: Talk, after: Conversation, effects: Sequence[Effect]) -> bool:
    """Whether new words change what the alert shows: a reason that goes on where the alert has cut it off
    does not, once it says that there are new words."""
    beside = any(
        isinstance(effect, Keep) and (effect.kind in ("unread", "late") or effect.text is None)
        for effect in effects
    )
    first_after_done = row.state == "done" and not row.new_words
    before, now = (quoted(one.reason, row.channel) for one in (talk.conversation, after))
    return beside or first_after_done or before != now


def _open(
    connection: Connection,
    context: Context,
    talk: Talk,
    kind: Literal["detractor", "no_score", "review"],
    now: datetime,
) -> None:
    found = _route(connection, context, talk, now)
    if found is None:
        return
    place, instead_of = found
    # A promised review is no customer to save: nobody is reminded of it.
    silent = talk.trial or kind == "review"
    due_at = None if silent else agreed.due_at(context.settings, place[0], now)
    opened = CaseOpened(place, now, due_at)
    id_ = ahead.new_number(connection, talk.id)
    values = {
        "id": id_,
        "conversation_id": talk.id,
        "wave_id": talk.wave_id,
        "kind": kind,
        "opened_at": now,
        "wanted": 1,
        "instead_of": instead_of,
        "code": new_code(),
    }
    _OPEN.later(connection, {**values, **_columns_of(first_life(opened))})
    time_line.keep(connection, id_, opened)
    _queue(connection, id_, talk.id, 1, place[1], Priority.ALERT, now)
    if not talk.trial:
        owner = _owner_told(place)
        happened(connection, "case.opened", id_, talk.contact_id, now, state="open", cause=None, owner=owner)
    step(
        "case.opened",
        case=id_,
        conversation=talk.id,
        wave=talk.wave_id,
        channel=place[1].channel,
        kind=kind,
    )


def new_code() -> str:
    """A code for a new case."""
    return code_from(secrets.randbits(64))


def open_review(connection: Connection, context: Context, talk: Talk, now: datetime) -> None:
    """Somebody would write a review: a task for their account manager, in the case that there is, or one of its own."""
    row = ahead.case_of(connection, talk.id)
    if row is None:
        _open(connection, context, talk, "review", now)
    else:
        show(connection, row, now)


def route(connection: Connection, context: Context, talk: Talk, now: datetime) -> Reached | None:
    """Who is alerted first, and where."""
    found = _route(connection, context, talk, now)
    return None if found is None else found[0]


def _route(
    connection: Connection, context: Context, talk: Talk, now: datetime
) -> tuple[Reached, str | None] | None:
    """Who is alerted first, and the account manager in whose place they are, where that one is away."""
    found = None if talk.trial else ahead.manager_of(connection, talk.contact_id, now)
    manager = None if found is None else found.account_manager
    first = next(iter(places(context, manager, talk.address if talk.trial else None)), None)
    if first is None:
        return None
    there = first
    # Whether who has the account is away that statement said; the fallback and who stands in may be so too.
    named = first[0] != manager and first[0] in context.settings.account_managers
    if found is not None and (found.deputy is not None or named):
        (there,) = who_is_there(context.settings, absences(connection, now), [first])
        there = there if there[1].channel in context.limits else first
    at = moves(connection).get(there[1], there[1])
    return (there[0], at), None if there == first else first[0]


def _owner_told(owner: Reached) -> dict[str, str | None]:
    """Who has a case, as other systems are told it: by the key that stands for the name, and by name. An address
    is no name."""
    name, at = owner
    return {"key": digest(name), "name": None if name == str(at) else name}


def places(context: Context, manager: str | None, trial: Address | None = None) -> tuple[Reached, ...]:
    """Who is alerted, one after the other until somebody has it: the account's manager, of a trial the admin
    who tries it at `trial`, and the fallback. Whose channel is off is passed over, while anybody is left."""
    first = context.settings.manager(manager) if trial is None else (str(trial), trial)
    every = [place for place in (first, context.settings.fallback) if place is not None]
    return tuple(place for place in every if place[1].channel in context.limits) or tuple(every[-1:])


def happen(
    connection: Connection,
    row: Case,
    event: CaseEvent,
    now: datetime,
    *,
    erased: bool = False,
    priority: Priority = Priority.ALERT,
    goes_at: datetime | None = None,
) -> tuple[CaseEffect, ...]:
    """Let an event happen to a case, whose row is locked: the row after it, its time line, and its alert where that
    shows something new; from `goes_at` on. Gives the effects, for whoever has more to do."""
    life = life_of(row, erased=erased)
    turn = advance_case(life, event)
    if turn.life != life:
        time_line.keep(connection, row.id, event, turn)
    changed = _changes(life, turn.life)
    if news := sorted({_NEWS[column] for column in changed.keys() & _NEWS.keys()}):
        closed = "state" in news and turn.life.state is CaseState.DONE
        owner = _owner_told(turn.life.owner)
        state = {"state": str(turn.life.state), "cause": turn.life.cause, "owner": owner, "changed": news}
        happened(connection, "case.closed" if closed else "case.changed", row.id, None, now, **state)
    if turn.life.owner != life.owner or isinstance(event, NotReached):
        changed |= {"shown": 0, "shown_ref": None}
    if turn.life.owner != life.owner:
        take_back_alert(connection, row.id, now, elsewhere=True)  # what waits to be sent where it was
    shown = [effect for effect in turn.effects if isinstance(effect, Show | Remind)]
    if not limits_of(row.channel).edits and _own_deed(row, event):
        shown = []  # who did it is told so, and pays for no other text message that says it
    if any(isinstance(effect, Remind) or effect.pings for effect in shown):
        changed |= {"pings": row.pings + 1}
    if shown:
        show(connection, row, now, priority=priority, goes_at=goes_at, where=turn.life.owner[1], **changed)
    elif changed:
        _change(connection, row.id, changed)
    return turn.effects


def life_of(row: Case, *, erased: bool = False) -> Life:
    """The life that a row holds; whether its customer is erased stands in the conversation's."""
    kept = {name: getattr(row, name) for name in _SAME}
    return Life(CaseState(row.state), row.owner, erased=erased, **kept)


def _columns_of(life: Life) -> dict[str, Any]:
    """The columns that hold a life."""
    name, at = life.owner
    owner = {"manager": name, "channel": at.channel, "address": at.id}
    return {"state": life.state.value, **owner, **{name: getattr(life, name) for name in _SAME}}


def _changes(before: Life, after: Life) -> dict[str, Any]:
    """The columns that an event changed."""
    was = _columns_of(before)
    return {name: value for name, value in _columns_of(after).items() if was[name] != value}


@cache
def _set(names: tuple[str, ...]) -> Hot:
    return Hot(_UPDATE.values({name: bindparam(f"to_{name}") for name in names}))


def _change(connection: Connection, case_id: int, values: Mapping[str, object]) -> None:
    """Write these columns of a case."""
    names = tuple(sorted(values))
    _set(names).later(connection, {"of_id": case_id, **{f"to_{name}": values[name] for name in names}})


def _own_deed(row: Case, event: CaseEvent) -> bool:
    """Whether whoever has the alert did this themself. Their words for the customer are told of anyway."""
    if isinstance(event, ManagerWrote):
        return True
    return isinstance(event, Took | Finished | Snoozed | Reopened) and event.by.partition(" ")[0] == str(
        row.at
    )


def show(
    connection: Connection,
    row: Case,
    now: datetime,
    *,
    priority: Priority = Priority.ALERT,
    goes_at: datetime | None = None,
    where: Address | None = None,
    **values: object,
) -> None:
    """Want a new face for a case's alert, and queue it, for `where` the case goes: its first one, unless `face` says
    otherwise. Faces that nobody saw are skipped: the sender writes the newest."""
    wanted = row.wanted + 1
    _change(connection, row.id, {"wanted": wanted, "face": None, **values})
    at = where or row.at
    _queue(connection, row.id, row.conversation_id, wanted, at, priority, now, goes_at)


def send_to(
    connection: Connection, case_id: int, following: Reached, now: datetime, goes_at: datetime
) -> None:
    """Nobody has the alert of a case: show it anew, there."""
    row = _by_id(connection, case_id)
    happen(connection, row, NotReached(following, now), now, goes_at=goes_at)


def _queue(
    connection: Connection,
    case_id: int,
    conversation_id: int,
    wanted: int,
    at: Address,
    priority: Priority,
    now: datetime,
    due_at: datetime | None = None,
) -> None:
    draft = Draft(
        dedupe_key=f"alert:{case_id}:{wanted}",
        kind="alert",
        address=at,
        lane=f"case:{case_id}",
        body=None,
        conversation_id=conversation_id,
        case_id=case_id,
        priority=priority,
        due_at=due_at,
    )
    put(connection, [draft], now)


_MOVE = (
    update(case)
    .where(case.c.channel == bindparam("of_channel"), case.c.address == bindparam("of_address"))
    .values(address=bindparam("to"), shown_ref=None)
)


def move(connection: Connection, old: Address, new: Address) -> None:
    """The alerts of a place go on where that is now; those that stand in the old one can be changed no more."""
    values = {"of_channel": old.channel, "of_address": old.id, "to": new.id}
    connection.execute(_MOVE, values)


def post_anew(connection: Connection, case_id: int | None, now: datetime) -> None:
    """An alert can be changed no more: post it as a new message. Nobody waits to hear that an old one, whose
    customer was erased, is old."""
    row = _by_id(connection, case_id)
    if row.erased != "retention":
        show(connection, row, now, shown_ref=None)


def forget(
    connection: Connection,
    conversations: Collection[int],
    why: Literal["request", "retention"],
    now: datetime,
    language: str,
) -> None:
    """The customers of these conversations were erased: their cases are over, and the alerts say so, in the company's
    `language`."""
    gone = words_for("manager", language).text("answer_erased")
    priority = Priority.ALERT if why == "request" else Priority.REMINDER
    for found in connection.execute(_OF_CONVERSATIONS, {"ids": list(conversations)}).all():
        row = Case(*found)
        time_line.forget_texts(connection, row.id)
        threads.forget(connection, row, gone, now)
        happen(connection, row, CaseErased(now), now, priority=priority)


def confirmed(
    connection: Connection, context: Context, case_id: int, now: datetime, *, unsolved: bool
) -> None:
    """The customer said whether it is solved, or which score they would give now: the alert shows it; `unsolved`
    opens the case again."""
    row = _by_id(connection, case_id)
    if unsolved and row.state == "done":
        due_at = agreed.due_at(context.settings, row.manager, now)
        happen(connection, row, NotSolved(now, due_at), now, erased=row.erased is not None)
    else:
        show(connection, row, now)


def consent_changed(connection: Connection, address: Address, now: datetime) -> None:
    """The person at an address left, or came back: the alerts of their cases that are not done show it."""
    at = {"of_channel": address.channel, "of_value": address.id}
    for row in _UNDONE_OF_PERSON.all(connection, at):
        show(connection, Case(*row), now)


def owner_of(connection: Connection, case_id: int) -> str:
    """What whoever has a case is called."""
    return _by_id(connection, case_id).manager


def shown(
    connection: Connection, case_id: int | None, at: Address, version: int, pings: int, ref: str | None
) -> None:
    """Record which face of an alert stands `at` its address, and where. One that was on its way to another
    address, while the alert went on to the next, is not what stands."""
    values: Mapping[str, object] = {"shown": version, "pinged": pings, "shown_ref": ref}
    here = _UPDATE.where(case.c.channel == at.channel, case.c.address == at.id)
    connection.execute(here.values(**values), {"of_id": case_id})
