"""The life of a case: what an event does to it and what follows. PURE, total and deterministic.

As prose. A case is **open** from the first word that needs somebody, and from then on has one owner: whoever has its
alert. A colleague says that they are on it, by the button or by writing to the customer, and it is **taken**; who
presses after them is told who has it. It can be handed over: then it is open again, with its new owner. It can be put
aside until a time (**snoozed**), which takes it too, and comes back open, with one ping and its time anew. *Done*
ends it, with a cause where one is given; later a cause may still be added. A score that alerts again, a customer who
says that it is not solved, and *Reopen* open it anew. Words after *Done* ping once, until somebody says *Done* or
*Reopen* to them, and reopen nothing.

From the first words of a colleague that reached the customer the **thread** is open, until *Done* or until both
were silent for `SILENT`: what the customer writes meanwhile is for the colleague, and ends a snooze.

Time alone reminds the owner once, goes on to the next, and wakes a snoozed case; it never closes one. A case of which
the customer is erased is over, whatever comes.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, get_args

from bot.cases.life.events import (
    CaseDue,
    CaseEffect,
    CaseErased,
    CaseEvent,
    CaseOpened,
    CaseRefusal,
    CustomerWrote,
    Deeds,
    Finished,
    HandedOver,
    Leave,
    ManagerDelivered,
    ManagerWrote,
    NewWords,
    NotReached,
    NotSolved,
    PutOff,
    Refuse,
    Remind,
    Reopened,
    Show,
    Snoozed,
    Strand,
    Took,
)
from bot.cases.reach import Reached

SILENT: Final = timedelta(hours=72)
"""After so long without a word of either, a thread is over."""
FURTHEST: Final = timedelta(days=366)
"""How far ahead a case may be put aside."""
_DEEDS: Final = get_args(Deeds)


class CaseState(StrEnum):
    OPEN = "open"  # its owner has not said that they are on it
    TAKEN = "taken"
    SNOOZED = "snoozed"  # taken, and put aside until a time
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Life:
    """What the row holds of a case. `owner` is who is alerted, by name and address; `taken_by` who is on it, or was
    until *Done*. `due_at` is when time alone does something next; `rung` counts how often it went on because nobody
    took it. The thread is open until `thread_until`. `erased`: the customer is gone."""

    state: CaseState
    owner: Reached
    taken_by: str | None = None
    taken_at: datetime | None = None
    snoozed_until: datetime | None = None
    done_by: str | None = None
    done_at: datetime | None = None
    cause: str | None = None
    note: str | None = None
    new_words: bool = False
    due_at: datetime | None = None
    reminded_at: datetime | None = None
    rung: int = 0
    thread_until: datetime | None = None
    erased: bool = False

    def has_thread(self, at: datetime) -> bool:
        """Whether what the customer writes at this moment is for the colleague who wrote to them."""
        return self.thread_until is not None and at < self.thread_until


@dataclass(frozen=True, slots=True)
class CaseTurn:
    life: Life
    effects: tuple[CaseEffect, ...] = ()


# ------------------------------------------------------------------------------------------- the machine


def first_life(opened: CaseOpened) -> Life:
    """A case as it begins."""
    return Life(CaseState.OPEN, opened.owner, due_at=opened.due_at)


def advance_case(life: Life, event: CaseEvent) -> CaseTurn:  # noqa: C901 - the machine: one match on one screen
    """What an event does: the case after it, and the effects in their order."""
    match life.state, event:
        case _, CaseErased(at):
            return _erased(life, at)
        case _, _ if life.erased:
            return _refused(life, "erased") if isinstance(event, _DEEDS) else CaseTurn(life)
        case _, NewWords():
            return _words(life, event)
        case CaseState.DONE, Finished():
            return _explained(life, event)
        case CaseState.DONE, Reopened(by, due_at=due_at):
            return CaseTurn(_anew(life, due_at), (Show(pings=not _is(by, life.owner)),))
        case CaseState.DONE, NotSolved(due_at=due_at):
            return CaseTurn(_anew(life, due_at), (Show(pings=True),))
        case CaseState.DONE, _:
            return _refused(life, "done") if isinstance(event, _DEEDS) else CaseTurn(life)
        case _, NotReached(following):
            return CaseTurn(replace(life, owner=following), (Show(),))
        case _, Took(by) if life.taken_by is not None and not _same(by, life.taken_by):
            return _refused(life, "taken")
        case CaseState.TAKEN, Took():
            return CaseTurn(life)
        case _, Took(by, at):
            return CaseTurn(_taken(life, by, at), (Show(),))
        case _, HandedOver():
            return _handed_over(life, event)
        case _, Snoozed():
            return _snoozed(life, event)
        case _, Finished(by, at, cause, note):
            done = replace(_idle(life), state=CaseState.DONE, done_by=by, done_at=at, cause=cause, note=note)
            return CaseTurn(replace(done, new_words=False, thread_until=None), (Show(),))
        case ((CaseState.OPEN | CaseState.SNOOZED), ManagerWrote(by, at)):
            return CaseTurn(_taken(life, by, at), (Show(),))
        case _, ManagerDelivered(at):
            return CaseTurn(replace(life, thread_until=_later(life.thread_until, at + SILENT)))
        case _, CustomerWrote(at) if life.has_thread(at):
            return _answered(life, at)
        case _, CaseDue(at) if life.due_at is not None and at >= life.due_at:
            return _due(life, event)
        case CaseState.OPEN, PutOff(due_at=due_at):
            return CaseTurn(life if life.due_at is None else replace(life, due_at=due_at))
        case _:
            return CaseTurn(life)


def replay_case(events: Iterable[CaseEvent]) -> Life:
    """The case after all of its events, of which the first opened it."""
    each = iter(events)
    opened = next(each)
    if not isinstance(opened, CaseOpened):
        raise TypeError(f"a case begins by being opened, and not by {opened}")
    life = first_life(opened)
    for event in each:
        life = advance_case(life, event).life
    return life


# ------------------------------------------------------------------------------------------- transitions


def _refused(life: Life, why: CaseRefusal) -> CaseTurn:
    return CaseTurn(life, (Refuse(why),))


def _words(life: Life, event: NewWords) -> CaseTurn:
    if life.state is CaseState.DONE and not event.pings:
        first = event.told and not life.new_words  # again only once somebody did something
        return CaseTurn(replace(life, new_words=life.new_words or event.told), (Show(pings=first),))
    if life.state is CaseState.DONE:
        return CaseTurn(replace(_anew(life, event.due_at), new_words=event.told), (Show(pings=True),))
    if life.state is CaseState.SNOOZED and event.pings:
        return CaseTurn(_awake(life), (Show(pings=True),))
    return CaseTurn(life, (Show(event.pings),))


def _handed_over(life: Life, event: HandedOver) -> CaseTurn:
    if event.to == life.owner and (life.taken_by is None or _is(life.taken_by, life.owner)):
        return _refused(life, "same")
    free = _anew(life, event.due_at)
    return CaseTurn(replace(free, owner=event.to), (Leave(life.owner), Show(pings=True)))


def _snoozed(life: Life, event: Snoozed) -> CaseTurn:
    if event.until <= event.at:
        return _refused(life, "past")
    if event.until > event.at + FURTHEST:
        return _refused(life, "far")
    taken = life if life.taken_by is not None else _taken(life, event.by, event.at)
    asleep = replace(
        taken, state=CaseState.SNOOZED, snoozed_until=event.until, due_at=event.until, reminded_at=None
    )
    return CaseTurn(asleep, () if asleep == life else (Show(),))


def _explained(life: Life, event: Finished) -> CaseTurn:
    """A cause or a note that is given once it is done, and new words are looked at; who did it stays."""
    after = replace(life, cause=event.cause or life.cause, note=event.note or life.note, new_words=False)
    return CaseTurn(after, () if after == life else (Show(),))


def _answered(life: Life, at: datetime) -> CaseTurn:
    thread_until = _later(life.thread_until, at + SILENT)
    if life.state is CaseState.SNOOZED:
        return CaseTurn(replace(_awake(life), thread_until=thread_until), (Show(),))
    return CaseTurn(replace(life, thread_until=thread_until))


def _due(life: Life, event: CaseDue) -> CaseTurn:
    if life.state is CaseState.SNOOZED:
        return CaseTurn(_anew(life, event.due_at), (Show(pings=True),))
    if life.reminded_at is None:
        return CaseTurn(replace(life, reminded_at=event.at, due_at=event.due_at), (Remind(),))
    if event.following is None:
        return CaseTurn(replace(life, due_at=None), (Strand(),))
    on = replace(life, owner=event.following, rung=life.rung + 1, due_at=event.due_at)
    return CaseTurn(on, (Leave(life.owner), Show(pings=True)))


def _erased(life: Life, at: datetime) -> CaseTurn:
    over = replace(
        _idle(life),
        state=CaseState.DONE,
        done_at=life.done_at or at,
        note=None,
        new_words=False,
        thread_until=None,
        erased=True,
    )
    return CaseTurn(over, (Show(),))


def _taken(life: Life, by: str, at: datetime) -> Life:
    taken = replace(_idle(life), state=CaseState.TAKEN)
    return taken if life.taken_by is not None else replace(taken, taken_by=by, taken_at=at)


def _awake(life: Life) -> Life:
    return replace(_idle(life), state=CaseState.TAKEN)


def _idle(life: Life) -> Life:
    """Time has nothing to do with it."""
    return replace(life, snoozed_until=None, due_at=None, reminded_at=None)


def _anew(life: Life, due_at: datetime | None) -> Life:
    """Open as at first, with the owner and the thread that it has."""
    return Life(
        CaseState.OPEN,
        life.owner,
        new_words=life.new_words and life.state is not CaseState.DONE,
        due_at=due_at,
        thread_until=life.thread_until,
    )


def _later(one: datetime | None, other: datetime) -> datetime:
    return other if one is None else max(one, other)


def _is(by: str, owner: Reached) -> bool:
    return _same(by, str(owner[1]))


def _same(by: str, other: str) -> bool:
    """Whether both are the same colleague; the provider may have called them something else since."""
    return by.partition(" ")[0] == other.partition(" ")[0]
