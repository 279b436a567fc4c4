"""The machine that asks whether it is solved: what each event does, and its laws."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dialogue.events import Left, TimePassed
from bot.dialogue.recovery import (
    Confirmed,
    GaveAnew,
    NotDelivered,
    OpenAgain,
    Recovery,
    RecoveryEnding,
    RecoveryEvent,
    RecoveryState,
    TellCustomer,
    Unclear,
    advance_recovery,
)
from bot.reading.bounds import Bounds

NOW = datetime(2026, 3, 9, 12, tzinfo=UTC)
ENDS = NOW + timedelta(days=7)
BEGUN = Recovery(RecoveryState.ASKED, Bounds(0, 10), ENDS)


def after(*events: RecoveryEvent) -> tuple[Recovery, list[str]]:
    """The row after these events, and what was told and done, in order."""
    recovery, done = BEGUN, []
    for event in events:
        turn = advance_recovery(recovery, event)
        recovery = turn.recovery
        done += [one.topic if isinstance(one, TellCustomer) else "open again" for one in turn.effects]
    return recovery, done


@pytest.mark.parametrize(
    ("events", "said", "ending"),
    [
        ((Confirmed(True), GaveAnew(8)), ["recovery_score", "recovery_thanks"], "scored"),
        ((Confirmed(False), GaveAnew(2)), ["open again", "recovery_sorry", "recovery_thanks"], "scored"),
        ((Confirmed(True), Confirmed(False)), ["recovery_score", "open again", "recovery_sorry"], None),
        ((Confirmed(False), Confirmed(False)), ["open again", "recovery_sorry"], None),
        ((Confirmed(False), Confirmed(True), Confirmed(False)), ["open again", "recovery_sorry"], None),
        ((Unclear(), Unclear()), ["recovery_hint"], None),
        ((GaveAnew(8),), ["recovery_hint"], None),
        ((Confirmed(True), Unclear()), ["recovery_score", "recovery_hint_score"], None),
        ((Confirmed(True), GaveAnew(11)), ["recovery_score", "recovery_hint_score"], None),
        ((Confirmed(True), TimePassed(ENDS)), ["recovery_score"], "silent"),
        ((TimePassed(NOW),), [], None),
        ((TimePassed(ENDS), Confirmed(True)), [], "silent"),
        ((TimePassed(ENDS), Confirmed(False)), ["open again", "recovery_reopened"], "silent"),
        (
            (Confirmed(True), GaveAnew(8), Confirmed(False), Confirmed(False)),
            ["recovery_score", "recovery_thanks", "open again", "recovery_reopened"],
            "scored",
        ),
        ((Left(NOW), Confirmed(False)), [], "left"),
        ((NotDelivered(),), [], "undelivered"),
        ((Unclear(), NotDelivered()), ["recovery_hint"], None),
    ],
)
def test_what_follows(events: tuple[RecoveryEvent, ...], said: list[str], ending: str | None) -> None:
    recovery, done = after(*events)
    assert done == said
    assert recovery.ending == ending


EVENTS = st.one_of(
    st.builds(Confirmed, st.booleans()),
    st.builds(GaveAnew, st.integers(-1, 12)),
    st.just(Unclear()),
    st.just(NotDelivered()),
    st.just(Left(NOW)),
    st.sampled_from([NOW, ENDS]).map(TimePassed),
)


@given(st.lists(EVENTS, max_size=30))
def test_its_laws(events: list[RecoveryEvent]) -> None:
    """A score is on the scale and given once; the case is opened again where the customer says so and for nothing
    else, and once; talk is bounded; over is over, whatever comes."""
    recovery, opened, told = BEGUN, 0, 0
    for event in events:
        turn = advance_recovery(recovery, event)
        opens = OpenAgain() in turn.effects
        assert not opens or (event == Confirmed(False) and recovery.solved is not False)
        assert turn.recovery.score is None or turn.recovery.score in BEGUN.scale
        assert recovery.score in (None, turn.recovery.score)
        if recovery.state is RecoveryState.OVER:
            assert replace(turn.recovery, solved=recovery.solved) == recovery
        assert (turn.recovery.state is RecoveryState.OVER) == (turn.recovery.ending is not None)
        opened += opens
        told += sum(isinstance(one, TellCustomer) for one in turn.effects)
        recovery = turn.recovery
    assert opened <= 1
    assert told <= 4


@given(st.lists(EVENTS, max_size=20))
def test_leaving_ends_it_for_good(events: list[RecoveryEvent]) -> None:
    recovery = advance_recovery(BEGUN, Left(NOW)).recovery
    for event in events:
        turn = advance_recovery(recovery, event)
        assert turn.effects == ()
        assert turn.recovery.ending is RecoveryEnding.LEFT
