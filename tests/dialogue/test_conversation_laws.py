"""The laws of the conversation, for every sequence of events that can be made up."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import get_args

from hypothesis import assume, given
from hypothesis import strategies as st

from bot.dialogue.conversation import (
    TALK,
    Arrived,
    Ask,
    AskAgain,
    CalledOff,
    Chose,
    Consent,
    Conversation,
    Ending,
    Event,
    Expired,
    Keep,
    KeepWish,
    Left,
    Mark,
    Released,
    ReminderDue,
    ReminderHeldBack,
    Reviewed,
    ReviewPromised,
    Right,
    Said,
    Say,
    Sent,
    State,
    Superseded,
    TimePassed,
    TookBack,
    Turn,
    Undelivered,
    Wordless,
    advance,
    replay,
)
from bot.dialogue.kinds import SCALES
from bot.reading.bounds import Bounds
from bot.reading.own_wishes import AsUsual, Later, Rarely, Rather
from bot.reading.reader import (
    Ambiguous,
    Help,
    HelpTopic,
    Ignore,
    NotAScore,
    OptIn,
    OptOut,
    OutOfRange,
    Reading,
    Score,
)
from scoring.scales import Band
from tests.support.conversations import WINDOW
from tests.support.manual_clock import MONDAY

_numbers = st.integers(-2, 13)
_scores = st.integers(0, 10)
_refs = st.sampled_from([None, "m1", "m2", "m3"])
_times = st.integers(0, 20 * 24).map(lambda hours: MONDAY + timedelta(hours=hours))
_topics: st.SearchStrategy[HelpTopic] = st.sampled_from(get_args(HelpTopic))
_readings: st.SearchStrategy[Reading] = st.one_of(
    st.builds(Score, _scores, st.none() | st.text(min_size=1)),
    st.builds(OutOfRange, _numbers),
    st.builds(Ambiguous, st.lists(_numbers, max_size=4).map(tuple)),
    st.builds(OptOut, st.none() | _scores),
    st.just(OptIn()),
    st.builds(Help, _topics),
    st.just(NotAScore()),
    st.just(Ignore()),
)
_own = st.one_of(
    st.builds(Later, st.none() | st.integers(1, 30)),
    st.builds(Rarely, st.integers(1, 365)),
    st.builds(Rather, st.sampled_from(["slack", "sms"])),
    st.just(AsUsual()),
)
_said = st.one_of(
    st.builds(Said, _readings, st.text(), _times, _refs, _refs, to_person=st.booleans()),
    st.builds(Said, st.just(NotAScore()), st.text(min_size=1), _times, _refs, own=_own),
)
_chose = st.builds(Chose, _numbers, _times, to_person=st.booleans())
_fates: st.SearchStrategy[Event] = st.one_of(
    st.just(Released()),
    st.builds(Sent, _times, st.booleans()),
    st.builds(Arrived, _times),
    st.builds(Undelivered, _times, st.booleans()),
    st.builds(ReminderDue, _times),
    st.builds(ReminderHeldBack, _times),
    st.builds(CalledOff, _times, st.sampled_from(["cancelled", "opted_out"])),
    st.builds(Expired, _times),
)
_events: st.SearchStrategy[Event] = st.one_of(
    _said,
    _chose,
    st.builds(Wordless, _times, _refs, st.booleans(), st.booleans()),
    st.builds(TookBack, _times, st.sampled_from(["m1", "m2", "m3"]), st.booleans()),
    st.builds(Reviewed, st.sampled_from(["yes", "no", "later"]), _times),
    st.builds(Left, _times),
    st.builds(TimePassed, _times),
    st.builds(Superseded, _times),
    _fates,
)
_scales = st.sampled_from([Bounds(one.minimum, one.maximum) for one in SCALES.values()])
_review = st.sampled_from([None, timedelta(days=365)])
_starts = st.one_of(
    st.builds(
        Conversation, st.sampled_from([State.WAITING, State.ON_ITS_WAY]), _scales, review_every=_review
    ),
    st.builds(
        Conversation,
        st.just(State.ASKED),
        _scales,
        closes_at=st.just(MONDAY + WINDOW),
        review_every=_review,
        reviewed=st.sampled_from([None, MONDAY - timedelta(days=360), MONDAY - timedelta(days=800)]),
    ),
)
_histories = st.lists(_events, max_size=25)


def _known(c: Conversation) -> Conversation:
    """Of which we know what became of the question, so that words tell nothing new of that."""
    return c if c.state is State.WAITING else advance(c, Sent(MONDAY, arrived=True)).conversation


def _turns(start: Conversation, events: list[Event]) -> list[tuple[Conversation, Event, Turn]]:
    turns = []
    for event in events:
        turn = advance(start, event)
        turns.append((start, event, turn))
        start = turn.conversation
    return turns


@given(_starts, _histories)
def test_it_is_total_and_deterministic(start: Conversation, events: list[Event]) -> None:
    for before, event, turn in _turns(start, events):
        assert advance(before, event) == turn


@given(_starts, _histories)
def test_a_review_is_asked_for_once_and_only_of_whom_they_please(
    start: Conversation, events: list[Event]
) -> None:
    asked = promised = 0
    for before, event, turn in _turns(start, events):
        after = turn.conversation
        said = [one.topic for one in turn.effects if isinstance(one, Say)]
        if "review_question" in said:
            assert before.review_every is not None
            scale = next(
                one
                for one in SCALES.values()
                if (one.minimum, one.maximum) == (after.scale.low, after.scale.high)
            )
            assert after.score is not None
            assert scale.band(after.score) is Band.FAVOURABLE
            assert after.review_at is not None
            assert before.reviewed is None or after.review_at - before.reviewed >= before.review_every
        if ReviewPromised() in turn.effects:
            assert isinstance(event, Reviewed)
            assert event.answer == "yes"
            assert before.review == "asked"
        if isinstance(event, Reviewed):
            assert (after.score, after.parts, after.ending) == (before.score, before.parts, before.ending)
        assert (after.state is State.REVIEW) <= (after.review == "asked")
        asked += "review_question" in said
        promised += ReviewPromised() in turn.effects
    assert promised <= asked <= 1


@given(_starts, _histories)
def test_we_are_silent_while_a_colleague_talks_with_them(start: Conversation, events: list[Event]) -> None:
    """But for what a person must always be told, and one question back."""
    for before, event, turn in _turns(start, events):
        if not isinstance(event, Said | Chose | Wordless | TookBack) or not event.to_person:
            continue
        said = {one.topic for one in turn.effects if isinstance(one, Say)}
        asked = {"change"} if before.score is not None else set()
        asked |= {"corrected_thanks"} if before.candidates else set()
        assert said <= {"opted_out", "opted_in", "help", "help_idle", "privacy"} | asked


@given(_starts, _histories)
def test_no_number_for_a_colleague_is_a_score(start: Conversation, events: list[Event]) -> None:
    """But for one that leaves, and for the answer to the question back, which offered just that number."""
    for before, event, turn in _turns(start, events):
        if isinstance(event, Said) and event.to_person and not isinstance(event.reading, OptOut):
            now = turn.conversation.score
            assert now == before.score or (now,) == before.candidates or now in before.candidates


@given(_starts, _histories, st.booleans())
def test_what_has_no_words_changes_no_score_and_no_reason(
    start: Conversation, events: list[Event], hints: bool
) -> None:
    before = replay(start, events)
    after = advance(before, Wordless(MONDAY, "m9", hints)).conversation
    assert (after.score, after.parts) == (before.score, before.parts)
    assert sum(isinstance(one, Say) for one in advance(before, Wordless(MONDAY, "m9", False)).effects) <= (
        before.ending is Ending.WINDOW and before.score is None
    )


@given(_starts, _histories, st.sampled_from(["m1", "m2", "m3"]))
def test_what_is_taken_back_is_no_reason_and_the_score_stands(
    start: Conversation, events: list[Event], ref: str
) -> None:
    before = replay(start, events)
    after = advance(before, TookBack(MONDAY, ref)).conversation
    assert after.score == before.score
    if before.state is not State.WAITING:
        assert all(part.ref != ref for part in after.parts)


@given(_starts, _histories)
def test_a_score_is_on_the_scale(start: Conversation, events: list[Event]) -> None:
    for _, _, turn in _turns(start, events):
        assert turn.conversation.score is None or turn.conversation.score in start.scale
        assert all(number in start.scale for number in turn.conversation.candidates)


@given(_starts, _histories)
def test_a_score_changes_by_the_customers_own_words_alone(start: Conversation, events: list[Event]) -> None:
    for before, event, turn in _turns(start, events):
        if turn.conversation.score == before.score:
            continue
        match event:
            case Chose(score):
                assert turn.conversation.score == score
            case Said(reading=Score(value) | OptOut(score=value)):
                assert turn.conversation.score == value
            case _:
                raise AssertionError(f"{event} changed the score")
        assert [one.score for one in turn.effects if isinstance(one, Keep) and one.kind == "score"] == [
            turn.conversation.score
        ], "every score that stands is on record"


@given(_starts, _histories)
def test_a_score_that_stood_is_never_lost(start: Conversation, events: list[Event]) -> None:
    for before, _, turn in _turns(start, events):
        assert before.score is None or turn.conversation.score is not None


@given(_starts, st.lists(_said, max_size=80))
def test_talk_is_bounded(start: Conversation, events: list[Event]) -> None:
    said = [one for _, _, turn in _turns(start, events) for one in turn.effects if isinstance(one, Say | Ask)]
    assert len(said) <= 2 * TALK


@given(_starts, _histories)
def test_one_event_is_answered_by_one_message_at_most(start: Conversation, events: list[Event]) -> None:
    for _, _, turn in _turns(start, events):
        assert len([one for one in turn.effects if isinstance(one, Say | Ask)]) <= 1
        assert len([one for one in turn.effects if isinstance(one, Mark)]) <= 1


@given(_starts, _histories)
def test_time_alone_closes_it(start: Conversation, events: list[Event]) -> None:
    now = replay(start, events)
    later = advance(now, TimePassed(MONDAY + timedelta(days=400)))
    assert now.state in (State.WAITING, State.ON_ITS_WAY) or later.conversation.state is State.CLOSED
    assert not [one for one in later.effects if isinstance(one, Say | Ask)], "time says nothing to anybody"


@given(_starts, _histories)
def test_closed_stays_closed(start: Conversation, events: list[Event]) -> None:
    """Who leaves once time alone had closed it ended it by that."""
    by_time = (Ending.WINDOW, Ending.UNREAD, Ending.NO_REASON, Ending.DONE)
    late = {
        (Ending.WINDOW, Ending.UNREAD),  # heard late
        (Ending.CANCELLED, Ending.WINDOW),  # sent after all
    }
    for before, event, turn in _turns(start, events):
        after = turn.conversation
        if before.state is State.CLOSED:
            leaves = isinstance(event, Left) or (
                isinstance(event, Said) and isinstance(event.reading, OptOut)
            )
            allowed = late | {(ending, Ending.OPTED_OUT) for ending in by_time if leaves}
            assert after.state is State.CLOSED
            assert after.ending == before.ending or (before.ending, after.ending) in allowed
        assert (after.state is State.CLOSED) == (after.ending is not None)


@given(_starts, _histories, _histories)
def test_after_leaving_nothing_is_said_but_what_was_asked_for(
    start: Conversation, before: list[Event], after: list[Event]
) -> None:
    left = advance(replay(start, before), Left(MONDAY)).conversation
    turns = _turns(left, after)
    allowed = {"opted_out", "opted_in", "help", "help_idle", "privacy"}
    if left.ending is not None and left.ending.value != "opted_out":
        allowed |= {"wish_channel", "wish_rarely", "wish_undone", "put_off_next"}
        allowed |= {"thanks_late", "wordless"}  # it had ended before; the outbox withholds it from who left
    for _, _, turn in turns:
        assert {one.topic for one in turn.effects if isinstance(one, Say)} <= allowed


@given(_starts, _histories)
def test_each_wish_to_leave_or_return_is_passed_on(start: Conversation, events: list[Event]) -> None:
    for _, event, turn in _turns(start, events):
        wishes = [one.wanted for one in turn.effects if isinstance(one, Consent)]
        match event:
            case Left() | Said(reading=OptOut()):
                assert wishes == [False]
            case Said(reading=OptIn()):
                assert wishes == [True]
            case _:
                assert wishes == []


@given(_starts, _histories, st.text(), _refs)
def test_an_automatic_reply_changes_nothing(
    start: Conversation, events: list[Event], text: str, ref: str | None
) -> None:
    """But that the question is seen to have come in: whatever answers it by itself has it."""
    now = replay(start, events)
    turn = advance(now, Said(Ignore(), text, MONDAY, ref))
    assert turn.effects == ()
    if now.state is State.ON_ITS_WAY:
        now = advance(now, Sent(MONDAY, arrived=True)).conversation
        now = replace(now, asked_at=None)
    assert replace(turn.conversation, delivered_at=None) == replace(now, delivered_at=None)


@given(_starts, _histories)
def test_words_are_kept(start: Conversation, events: list[Event]) -> None:
    """Whatever was said in an open conversation, other than a wish or a number that stands, is on record."""
    for before, event, turn in _turns(start, events):
        match event:
            case Said(reading=NotAScore() | Ambiguous() | OutOfRange(), text=text) if text.strip():
                if before.state is not State.WAITING:
                    assert text in [one.text for one in turn.effects if isinstance(one, Keep)]


@given(_starts, _histories)
def test_more_than_two_hints_and_one_question_back_are_never_given(
    start: Conversation, events: list[Event]
) -> None:
    start = replace(start, closes_at=None)
    said = [
        one.topic
        for _, _, turn in _turns(start, events)
        for one in turn.effects
        if isinstance(one, Say) and one.topic in ("hint", "out_of_range", "confirm")
    ]
    assert len(said) <= 3
    assert said.count("confirm") <= 1


@given(_starts, _histories)
def test_no_hint_is_said_twice(start: Conversation, events: list[Event]) -> None:
    said = [
        one.topic
        for _, _, turn in _turns(start, events)
        for one in turn.effects
        if isinstance(one, Say) and one.topic in ("hint", "hint_again", "out_of_range")
    ]
    assert len(said) == len(set(said))


@given(_starts, _histories, _topics)
def test_asking_costs_nothing_but_talk(start: Conversation, events: list[Event], topic: HelpTopic) -> None:
    """Who asks who we are, or about themself, still has both hints, the question back, and what they said."""
    now = _known(replay(start, events))
    turn = advance(now, Said(Help(topic), "who is this?", MONDAY))
    assert replace(turn.conversation, spoken=0) == replace(now, spoken=0)
    answered = [one for one in turn.effects if isinstance(one, Say | Ask)]
    assert answered == list(turn.effects), "it is no answer, so nothing is kept beside the row"
    if now.state is State.WAITING:
        assert answered == []
    elif now.spoken < TALK:
        (one,) = answered
        asks = one.right if isinstance(one, Ask) else one.topic
        assert asks == topic or (asks in ("help", "help_idle") and topic in ("help", "who"))


@given(_starts, _histories)
def test_only_a_person_who_asks_is_told_what_is_held(start: Conversation, events: list[Event]) -> None:
    for _, event, turn in _turns(start, events):
        for one in turn.effects:
            if isinstance(one, Ask):
                assert isinstance(event, Said)
                assert event.reading == Help(one.right)
                assert one.right in get_args(Right)


@given(_starts, _histories)
def test_a_reason_is_what_its_parts_are(start: Conversation, events: list[Event]) -> None:
    end = replay(start, events)
    assert (end.reason is None) == (not end.parts)
    if end.state is State.THANKED:
        assert end.score is not None
        assert end.parts
    if end.state is State.REASON:
        assert end.score is not None
        assert not end.parts


# ------------------------------------------------------------------------------------ of the question


@given(_starts, _histories)
def test_each_ending_has_its_cause(start: Conversation, events: list[Event]) -> None:
    for before, event, turn in _turns(start, events):
        after = turn.conversation
        if after.ending is before.ending:
            continue
        match after.ending:
            case Ending.UNDELIVERED:
                assert isinstance(event, Undelivered)
                assert before.score is None
                assert not before.unread, "who said something has the question"
            case Ending.CANCELLED:
                assert isinstance(event, CalledOff | Superseded)
                assert isinstance(event, Superseded) or before.state in (State.WAITING, State.ON_ITS_WAY)
            case Ending.OPTED_OUT:
                assert isinstance(event, Left | CalledOff | Said)
            case Ending.DONE | Ending.NO_REASON:
                assert isinstance(event, TimePassed)
            case Ending.WINDOW:
                assert isinstance(event, TimePassed | Sent)
            case Ending.UNREAD:
                assert isinstance(event, TimePassed | Said | Wordless)
                assert after.unread
            case None:
                raise AssertionError("an ending was taken back")


@given(_starts, _histories)
def test_what_became_of_the_question_is_recorded_once(start: Conversation, events: list[Event]) -> None:
    for before, event, turn in _turns(start, events):
        after = turn.conversation
        assert before.asked_at in (None, after.asked_at)
        assert before.delivered_at in (None, after.delivered_at)
        if after.asked_at != before.asked_at:
            assert isinstance(event, Sent)
        if after.delivered_at != before.delivered_at:
            assert isinstance(event, Sent | Arrived | Said | Chose | Wordless)


@given(_starts, _histories)
def test_a_question_is_closed_in_its_time(start: Conversation, events: list[Event]) -> None:
    for _, _, turn in _turns(start, events):
        c = turn.conversation
        assert (c.closes_at is not None) == (c.state not in (State.WAITING, State.ON_ITS_WAY, State.CLOSED))


@given(_starts, _said | _chose, _times)
def test_an_answer_may_overtake_the_record_of_its_question(
    start: Conversation, event: Said | Chose, at: datetime
) -> None:
    """In whatever order the two are recorded, the same stands, but for when it was; and with that, whether a day to
    which it is put off lies within the window."""
    assume(isinstance(event, Chose) or not isinstance(event.own, Later))
    start = replace(start, state=State.ON_ITS_WAY, closes_at=None)
    first = replay(start, [event, Sent(at, arrived=True)])
    last = replay(start, [Sent(at, arrived=True), event])

    def timeless(c: Conversation) -> Conversation:
        return replace(c, closes_at=None, delivered_at=None)

    assert timeless(first) == timeless(last)


@given(_starts, _histories, _fates)
def test_a_question_s_fate_says_nothing_to_anybody(
    start: Conversation, events: list[Event], fate: Event
) -> None:
    now = replay(start, events)
    turn = advance(now, fate)
    assert turn.effects == ()
    assert (turn.conversation.score, turn.conversation.parts) == (now.score, now.parts)


@given(_starts, _histories)
def test_a_question_goes_back_only_before_it_was_answered(start: Conversation, events: list[Event]) -> None:
    for before, event, turn in _turns(start, events):
        if turn.conversation.state is State.WAITING and before.state is not State.WAITING:
            assert (before.score, before.unread, before.spoken) == (None, 0, 0)
            if isinstance(event, Undelivered):
                assert event.again
                continue
            assert isinstance(event, Expired)
            assert before.state is State.ON_ITS_WAY
            assert before.asked_at is None


@given(_starts, _histories)
def test_who_says_nothing_is_reminded_once_and_nobody_else(start: Conversation, events: list[Event]) -> None:
    start = replace(start, remind_after=timedelta(days=4))
    spoke = held_back = False
    reminded = 0
    for before, event, turn in _turns(start, events):
        if AskAgain() in turn.effects and not before.put_off:
            assert isinstance(event, ReminderDue)
            assert before.state is State.ASKED
            assert not spoke
            assert before.asked_at is not None
            assert event.at >= before.asked_at + timedelta(days=4) or held_back
            reminded += 1
        if isinstance(event, ReminderHeldBack) and before.reminded_at and not turn.conversation.reminded_at:
            reminded, held_back = reminded - 1, True
        spoke = spoke or isinstance(event, Said | Chose | Wordless)
        if turn.conversation.state is State.WAITING:
            spoke = held_back = False
            reminded = 0
        assert 0 <= reminded <= 1


@given(_starts, _histories)
def test_a_question_comes_again_once_within_its_window_and_only_to_who_gave_no_score(
    start: Conversation, events: list[Event]
) -> None:
    for before, event, turn in _turns(start, events):
        after = turn.conversation
        said = [one.topic for one in turn.effects if isinstance(one, Say)]
        if after.put_off and after.remind_at is not None:
            assert after.state in (State.ASKED, State.CONFIRMING)
            assert after.score is None
        if before.put_off and before.remind_at is None:
            assert after.remind_at is None, "it came again, or was ended, and does not a second time"
        if "put_off" in said:
            assert isinstance(event, Said)
            assert after.remind_at is not None
            assert event.at < after.remind_at
            assert after.closes_at is None or after.remind_at < after.closes_at


@given(_starts, _histories)
def test_a_wish_is_kept_and_confirmed_and_changes_neither_score_nor_reason(
    start: Conversation, events: list[Event]
) -> None:
    for before, event, turn in _turns(start, events):
        kept = [one for one in turn.effects if isinstance(one, KeepWish)]
        if not kept:
            continue
        assert isinstance(event, Said)
        assert kept[0].own == event.own
        assert (turn.conversation.score, turn.conversation.parts) == (before.score, before.parts)
        if not isinstance(event.own, Later):
            assert turn.conversation.open == _known(before).open or before.state is State.ON_ITS_WAY
