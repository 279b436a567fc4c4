"""The life of a case: its rules as a table, and its laws for every sequence of events that can be made up."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cases.as_kept import CaseEntry
from bot.cases.life.events import (
    CaseDue,
    CaseEffect,
    CaseErased,
    CaseEvent,
    CaseOpened,
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
from bot.cases.life.life import FURTHEST, SILENT, CaseState, Life, advance_case, first_life, replay_case
from bot.cases.time_line import from_row, to_row
from tests.support.case_lives import DONE, HOUR, MANAGER, ME, OPEN, OTHER, SECOND, SNOOZED, TAKEN
from tests.support.manual_clock import MONDAY

LATER = MONDAY + HOUR
UNSEEN = replace(DONE, new_words=True)
REMINDED = replace(OPEN, reminded_at=MONDAY)
PINGS, SHOWN = Show(pings=True), Show()


@pytest.mark.parametrize(
    ("before", "event", "state", "effects"),
    [
        (OPEN, Took(ME, LATER), "taken", [SHOWN]),
        (TAKEN, Took(ME, LATER), "taken", []),
        (TAKEN, Took("slack:UMANAGER Called otherwise", LATER), "taken", []),
        (TAKEN, Took(OTHER, LATER), "taken", [Refuse("taken")]),
        (SNOOZED, Took(OTHER, LATER), "snoozed", [Refuse("taken")]),
        (SNOOZED, Took(ME, LATER), "taken", [SHOWN]),
        (DONE, Took(ME, LATER), "done", [Refuse("done")]),
        (OPEN, HandedOver(SECOND, ME, LATER), "open", [Leave(MANAGER), PINGS]),
        (TAKEN, HandedOver(SECOND, ME, LATER), "open", [Leave(MANAGER), PINGS]),
        (OPEN, HandedOver(MANAGER, ME, LATER), "open", [Refuse("same")]),
        (replace(TAKEN, taken_by=OTHER), HandedOver(MANAGER, OTHER, LATER), "open", [Leave(MANAGER), PINGS]),
        (DONE, HandedOver(SECOND, ME, LATER), "done", [Refuse("done")]),
        (OPEN, Snoozed(LATER, ME, MONDAY), "snoozed", [SHOWN]),
        (TAKEN, Snoozed(LATER, OTHER, MONDAY), "snoozed", [SHOWN]),
        (OPEN, Snoozed(MONDAY, ME, MONDAY), "open", [Refuse("past")]),
        (OPEN, Snoozed(MONDAY + FURTHEST + HOUR, ME, MONDAY), "open", [Refuse("far")]),
        (TAKEN, Finished(ME, LATER, "billing", "paid back"), "done", [SHOWN]),
        (TAKEN, Finished(OTHER, LATER), "done", [SHOWN]),
        (DONE, Finished(OTHER, LATER), "done", []),
        (DONE, Finished(OTHER, LATER, "billing"), "done", [SHOWN]),
        (DONE, Reopened(ME, LATER), "open", [SHOWN]),
        (DONE, Reopened(OTHER, LATER), "open", [PINGS]),
        (OPEN, Reopened(ME, LATER), "open", []),
        (DONE, NewWords(LATER), "done", [PINGS]),
        (DONE, NewWords(LATER, told=False), "done", [SHOWN]),
        (UNSEEN, NewWords(LATER), "done", [SHOWN]),
        (UNSEEN, Finished(ME, LATER), "done", [SHOWN]),
        (UNSEEN, Reopened(ME, LATER), "open", [SHOWN]),
        (DONE, NewWords(LATER, pings=True), "open", [PINGS]),
        (SNOOZED, NewWords(LATER), "snoozed", [SHOWN]),
        (SNOOZED, NewWords(LATER, pings=True), "taken", [PINGS]),
        (OPEN, ManagerWrote(ME, LATER), "taken", [SHOWN]),
        (DONE, ManagerWrote(ME, LATER), "done", [Refuse("done")]),
        (OPEN, CaseDue(LATER, SECOND), "open", [Remind()]),
        (REMINDED, CaseDue(LATER, SECOND), "open", [Leave(MANAGER), PINGS]),
        (REMINDED, CaseDue(LATER), "open", [Strand()]),
        (OPEN, CaseDue(MONDAY - HOUR, SECOND), "open", []),
        (TAKEN, CaseDue(LATER, SECOND), "taken", []),
        (SNOOZED, CaseDue(LATER, SECOND), "open", [PINGS]),
        (OPEN, PutOff(LATER, LATER), "open", []),
        (TAKEN, PutOff(LATER, LATER), "taken", []),
        (DONE, NotSolved(LATER), "open", [PINGS]),
        (OPEN, NotReached(SECOND, LATER), "open", [SHOWN]),
        (TAKEN, CaseErased(LATER), "done", [SHOWN]),
        (replace(DONE, erased=True), Reopened(ME, LATER), "done", [Refuse("erased")]),
        (replace(DONE, erased=True), NewWords(LATER, pings=True), "done", []),
    ],
)
def test_what_an_event_does(before: Life, event: CaseEvent, state: str, effects: list[CaseEffect]) -> None:
    turn = advance_case(before, event)
    assert (turn.life.state.value, list(turn.effects)) == (state, effects)


def test_words_after_done_ping_again_once_somebody_looked_at_the_last() -> None:
    seen = advance_case(UNSEEN, Finished(ME, LATER)).life
    assert seen == DONE
    assert advance_case(seen, NewWords(LATER)).effects == (PINGS,)


def test_a_cause_that_is_given_later_leaves_who_did_it() -> None:
    life = advance_case(DONE, Finished(OTHER, LATER, "billing", "paid back")).life
    assert life == replace(DONE, cause="billing", note="paid back")


def test_the_thread_is_open_from_what_reached_the_customer_until_both_are_silent() -> None:
    opened = advance_case(TAKEN, ManagerDelivered(MONDAY)).life
    assert opened.has_thread(MONDAY + SILENT - HOUR)
    assert not opened.has_thread(MONDAY + SILENT)
    answered = advance_case(opened, CustomerWrote(MONDAY + SILENT - HOUR)).life
    assert answered.has_thread(MONDAY + SILENT)
    assert advance_case(opened, CustomerWrote(MONDAY + SILENT)).life == opened
    assert not advance_case(answered, Finished(ME, LATER)).life.has_thread(LATER)


def test_a_case_that_comes_back_has_its_time_anew() -> None:
    woken = advance_case(SNOOZED, CaseDue(LATER, SECOND, LATER + HOUR)).life
    assert (woken.taken_by, woken.due_at, woken.reminded_at, woken.rung) == (None, LATER + HOUR, None, 0)
    assert advance_case(woken, CaseDue(LATER + HOUR, SECOND)).effects == (Remind(),)


def test_what_is_put_off_comes_later_and_nothing_else_is_changed() -> None:
    assert advance_case(REMINDED, PutOff(LATER, LATER + HOUR)).life == replace(REMINDED, due_at=LATER + HOUR)


def test_a_customer_who_answers_ends_a_snooze() -> None:
    asleep = replace(SNOOZED, thread_until=MONDAY + HOUR)
    assert advance_case(asleep, CustomerWrote(MONDAY)).life.state is CaseState.TAKEN


# ---------------------------------------------------------------------------------------------- the laws

_times = st.integers(0, 3000).map(lambda hours: MONDAY + timedelta(hours=hours))
_maybe = st.none() | _times
_owners = st.sampled_from([MANAGER, SECOND])
_by = st.sampled_from([ME, OTHER, "slack:UADMIN"])
_texts = st.none() | st.text()
_deeds: st.SearchStrategy[Deeds] = st.one_of(
    st.builds(Took, _by, _times),
    st.builds(HandedOver, _owners, _by, _times, _maybe),
    st.builds(Snoozed, _times, _by, _times),
    st.builds(Finished, _by, _times, st.sampled_from([None, "billing"]), _texts),
    st.builds(Reopened, _by, _times, _maybe),
    st.builds(ManagerWrote, _by, _times),
)
_due = st.builds(CaseDue, _times, st.none() | _owners, _maybe)
_events: st.SearchStrategy[CaseEvent] = st.one_of(
    _deeds,
    _due,
    st.builds(NewWords, _times, st.booleans(), st.booleans(), _maybe),
    st.builds(ManagerDelivered, _times),
    st.builds(CustomerWrote, _times),
    st.builds(NotReached, _owners, _times),
    st.builds(PutOff, _times, _maybe),
    st.builds(NotSolved, _times, _maybe),
    st.builds(CaseErased, _times),
)
_opened = st.builds(CaseOpened, _owners, _times, _maybe)
_histories = st.tuples(_opened, st.lists(_events, max_size=15))


def test_every_event_takes_part_in_the_laws() -> None:
    drawn = {Took, HandedOver, Snoozed, Finished, Reopened, ManagerWrote, CaseDue, NewWords, ManagerDelivered}
    drawn |= {CustomerWrote, NotReached, NotSolved, CaseErased, CaseOpened, PutOff}
    assert set(get_args(CaseEvent)) == drawn


@given(_histories)
def test_a_case_has_one_owner_and_a_row_that_the_database_takes(
    history: tuple[CaseOpened, list[CaseEvent]],
) -> None:
    opened, events = history
    life = first_life(opened)
    for event in events:
        life = advance_case(life, event).life
        assert life.owner in (MANAGER, SECOND)
        assert (life.state is CaseState.SNOOZED) == (life.snoozed_until is not None)
        assert (life.state is CaseState.DONE) == (life.done_at is not None)
        if life.state in (CaseState.TAKEN, CaseState.SNOOZED):
            assert life.taken_by is not None
            assert life.taken_at is not None
        if life.state is CaseState.OPEN:
            assert life.taken_by is None


@given(_histories)
def test_the_kept_events_give_the_case(history: tuple[CaseOpened, list[CaseEvent]]) -> None:
    """As rows and back, without those that changed nothing: replay gives the row."""
    opened, events = history
    life, rows = first_life(opened), [to_row(opened)]
    for event in events:
        turn = advance_case(life, event)
        if turn.life != life:
            rows.append(to_row(event, turn))
        life = turn.life
    assert replay_case(from_row(CaseEntry(number, 1, **row)) for number, row in enumerate(rows)) == life


@given(_histories, st.lists(_due, max_size=10))
def test_time_alone_never_closes_a_case(
    history: tuple[CaseOpened, list[CaseEvent]], times: list[CaseDue]
) -> None:
    opened, events = history
    life = replay_case([opened, *events])
    for due in times:
        after = advance_case(life, due).life
        assert (after.state is CaseState.DONE) == (life.state is CaseState.DONE)
        life = after


@given(_histories, st.lists(_due, max_size=20))
def test_time_reminds_an_owner_at_most_once_and_pings_each_of_the_ladder_once(
    history: tuple[CaseOpened, list[CaseEvent]], times: list[CaseDue]
) -> None:
    opened, events = history
    life = replay_case([opened, *events])
    reminded = int(life.reminded_at is not None)
    for due in times:
        turn = advance_case(life, due)
        reminded += sum(isinstance(effect, Remind) for effect in turn.effects)
        pinged = [effect for effect in turn.effects if effect == PINGS]
        moved = turn.life.rung > life.rung
        woken = life.state is CaseState.SNOOZED and turn.life.state is CaseState.OPEN
        assert len(pinged) == (moved or woken)
        life = turn.life
    assert reminded <= 1
    if life.due_at is not None:
        again = CaseDue(life.due_at, None, None)
        stranded = advance_case(advance_case(life, again).life, again)
        assert advance_case(stranded.life, again).life.due_at is None, "nothing is due for ever"


@given(_histories, _deeds)
def test_the_same_deed_again_pings_nobody(history: tuple[CaseOpened, list[CaseEvent]], deed: Deeds) -> None:
    opened, events = history
    once = advance_case(replay_case([opened, *events]), deed).life
    assert PINGS not in advance_case(once, deed).effects


@given(_histories, _deeds)
def test_who_is_refused_changed_nothing(history: tuple[CaseOpened, list[CaseEvent]], deed: Deeds) -> None:
    opened, events = history
    life = replay_case([opened, *events])
    turn = advance_case(life, deed)
    if any(isinstance(effect, Refuse) for effect in turn.effects):
        assert turn.effects == tuple(one for one in turn.effects if isinstance(one, Refuse))
        assert turn.life == life


@given(_histories, st.lists(_events, max_size=10), _times)
def test_whoever_is_erased_stays_so(
    history: tuple[CaseOpened, list[CaseEvent]], more: list[CaseEvent], at: datetime
) -> None:
    opened, events = history
    life = advance_case(replay_case([opened, *events]), CaseErased(at)).life
    for event in more:
        life = advance_case(life, event).life
        assert (life.state, life.note, life.thread_until, life.due_at) == (CaseState.DONE, None, None, None)


def test_a_case_begins_by_being_opened() -> None:
    with pytest.raises(TypeError, match="begins by being opened"):
        replay_case([Took(ME, MONDAY)])
