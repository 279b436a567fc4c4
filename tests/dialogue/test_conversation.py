"""The machine's transitions, one a line: what a customer does, where that leads, and what we say."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.dialogue.conversation import (
    ADDING,
    Chose,
    Consent,
    Conversation,
    Ending,
    Event,
    Keep,
    Left,
    Mark,
    Part,
    Said,
    Say,
    State,
    TimePassed,
    Topic,
    Wish,
    advance,
    awaiting,
    offered,
    replay,
)
from bot.dialogue.order import SaidAt
from bot.reading.reader import Ambiguous, NotAScore, Reading, Score
from tests.support.conversations import FRESH, WINDOW, said
from tests.support.manual_clock import MONDAY

CHOSE = Chose(8, MONDAY)
OVER = TimePassed(MONDAY + WINDOW)
REASON = replace(FRESH, state=State.REASON, score=9, spoken=1)
THANKED = replace(
    REASON, state=State.THANKED, parts=(Part("m2", "good"),), spoken=2, closes_at=MONDAY + ADDING
)


def _closed(ending: Ending, **more: Any) -> Conversation:
    return replace(FRESH, state=State.CLOSED, ending=ending, closes_at=None, **more)


@pytest.mark.parametrize(
    ("before", "event", "state", "score", "said_topics"),
    [
        # asked
        (FRESH, CHOSE, "reason", 8, ["reason_question"]),
        (FRESH, said("score"), "reason", 8, ["reason_question"]),
        (FRESH, said("score with reason"), "thanked", 8, ["thanks"]),
        (FRESH, said("two numbers"), "confirming", None, ["confirm"]),
        (FRESH, said("unclear"), "asked", None, ["hint"]),
        (FRESH, said("other words"), "asked", None, ["hint"]),
        (FRESH, said("out of range"), "asked", None, ["out_of_range"]),
        (replace(FRESH, hints=1), said("other words"), "asked", None, ["hint_again"]),
        (replace(FRESH, hints=1), said("out of range"), "asked", None, ["hint_again"]),
        (FRESH, said("automatic reply"), "asked", None, []),
        (FRESH, said("HELP"), "asked", None, ["help"]),
        (FRESH, said("START"), "asked", None, ["opted_in"]),
        (FRESH, said("STOP"), "closed", None, ["opted_out"]),
        (FRESH, said("2 STOP"), "closed", 2, ["opted_out"]),
        (FRESH, Left(MONDAY), "closed", None, []),
        (FRESH, Chose(11, MONDAY), "asked", None, []),
        (FRESH, said("other words", "  "), "asked", None, []),
        (FRESH, TimePassed(MONDAY), "asked", None, []),
        (FRESH, OVER, "closed", None, []),
        # asked back
        (
            replace(FRESH, state=State.CONFIRMING, clarified=True),
            said("score"),
            "reason",
            8,
            ["reason_question"],
        ),
        (replace(FRESH, state=State.CONFIRMING, clarified=True), CHOSE, "reason", 8, ["reason_question"]),
        (
            replace(FRESH, state=State.CONFIRMING, clarified=True),
            said("two numbers"),
            "confirming",
            None,
            ["hint"],
        ),
        (replace(FRESH, hints=2, unread=2), said("other words"), "closed", None, ["farewell"]),
        # the reason
        (REASON, said("other words"), "thanked", 9, ["thanks"]),
        (REASON, said("two numbers"), "thanked", 9, ["thanks"]),
        (REASON, said("no reason"), "thanked", 9, ["thanks_bare"]),
        (REASON, said("score"), "reason", 8, ["corrected"]),
        (REASON, CHOSE, "reason", 8, ["corrected"]),
        (REASON, Chose(9, MONDAY), "reason", 9, []),
        (REASON, said("score with reason"), "thanked", 8, ["corrected_thanks"]),
        (REASON, said("STOP"), "closed", 9, ["opted_out"]),
        (REASON, said("HELP"), "reason", 9, ["help"]),
        (_closed(Ending.WINDOW), said("HELP"), "closed", None, ["help"]),  # a late score still counts
        (_closed(Ending.DONE, score=9), said("HELP"), "closed", 9, ["help_idle"]),
        (_closed(Ending.OPTED_OUT), said("HELP"), "closed", None, ["help_idle"]),
        (REASON, OVER, "closed", 9, []),
        # thanked
        (THANKED, said("other words"), "thanked", 9, []),
        (THANKED, said("no reason"), "thanked", 9, []),
        (THANKED, said("score"), "thanked", 8, ["corrected_thanks"]),
        (THANKED, CHOSE, "thanked", 8, ["corrected_thanks"]),
        (THANKED, TimePassed(MONDAY + ADDING), "closed", 9, []),
        (THANKED, said("STOP"), "closed", 9, ["opted_out"]),
        # closed
        (_closed(Ending.WINDOW), said("score"), "closed", 8, ["thanks_late"]),
        (_closed(Ending.WINDOW), CHOSE, "closed", 8, ["thanks_late"]),
        (_closed(Ending.UNREAD), said("score"), "closed", 8, ["thanks_late"]),
        (_closed(Ending.UNDELIVERED), said("score"), "closed", 8, ["thanks_late"]),
        (_closed(Ending.OPTED_OUT), said("score"), "closed", None, []),
        (_closed(Ending.CANCELLED), said("score"), "closed", None, []),
        (_closed(Ending.WINDOW), said("other words"), "closed", None, ["farewell"]),
        (_closed(Ending.UNREAD, unread=1), said("other words"), "closed", None, []),
        (_closed(Ending.DONE, score=9), said("score"), "closed", 9, []),
        (_closed(Ending.DONE, score=9), CHOSE, "closed", 9, []),
        (_closed(Ending.DONE, score=9), said("other words"), "closed", 9, []),
        (_closed(Ending.DONE, score=9), said("STOP"), "closed", 9, ["opted_out"]),
        (_closed(Ending.OPTED_OUT), said("START"), "closed", None, ["opted_in"]),
        # not asked yet
        (replace(FRESH, state=State.WAITING), said("score"), "waiting", None, []),
        (replace(FRESH, state=State.WAITING), CHOSE, "waiting", None, []),
        (replace(FRESH, state=State.WAITING), said("STOP"), "closed", None, ["opted_out"]),
        (replace(FRESH, state=State.WAITING), Left(MONDAY), "closed", None, []),
    ],
)
def test_transitions(
    before: Conversation, event: Event, state: str, score: int | None, said_topics: list[str]
) -> None:
    turn = advance(before, event)
    after = turn.conversation
    assert (str(after.state), after.score) == (state, score)
    assert [effect.topic for effect in turn.effects if isinstance(effect, Say)] == said_topics


@pytest.mark.parametrize(
    ("before", "ending"),
    [
        (FRESH, Ending.WINDOW),
        (replace(FRESH, unread=1), Ending.UNREAD),
        (REASON, Ending.NO_REASON),
        (THANKED, Ending.DONE),
    ],
)
def test_how_time_ends_it(before: Conversation, ending: Ending) -> None:
    after = advance(before, OVER).conversation
    assert (after.ending, after.closes_at) == (ending, None)


@pytest.mark.parametrize(
    ("before", "event", "kept"),
    [
        (FRESH, said("score", "een 8", ref="m1"), [Keep("score", 8, "een 8", "m1")]),
        (FRESH, CHOSE, [Keep("score", 8)]),
        (
            FRESH,
            said("score with reason", "8, good people", ref="m1"),
            [Keep("score", 8, "8, good people", "m1"), Keep("reason", None, "good people", "m1")],
        ),
        (FRESH, said("other words", "hm", ref="m1"), [Keep("unread", None, "hm", "m1")]),
        (REASON, said("other words", "good", ref="m1"), [Keep("reason", None, "good", "m1")]),
        (
            THANKED,
            said("other words", "better", ref="m2", edits="m2"),
            [Keep("replaced", None, "better", "m2")],
        ),
        (_closed(Ending.DONE, score=9), said("score", "8"), [Keep("late", 8, "8")]),
        (FRESH, said("2 STOP"), [Keep("score", 2)]),
    ],
)
def test_what_is_kept_beside_it(before: Conversation, event: Event, kept: list[Keep]) -> None:
    assert [effect for effect in advance(before, event).effects if isinstance(effect, Keep)] == kept


def test_a_tap_shows_on_the_question_and_typing_does_not_need_to() -> None:
    assert Mark(8) in advance(FRESH, CHOSE).effects
    assert not [one for one in advance(FRESH, said("score")).effects if isinstance(one, Mark)]
    tapped = advance(FRESH, CHOSE).conversation
    assert Mark(2) in advance(tapped, said("detractor")).effects, "the question still shows the 8"


def test_a_stop_ends_consent_and_a_start_restores_it() -> None:
    assert Consent(False) in advance(FRESH, said("STOP")).effects
    assert Consent(True) in advance(FRESH, said("START")).effects


def test_the_clarifying_question_offers_what_was_written() -> None:
    turn = advance(FRESH, said("two numbers"))
    assert Say("confirm", None, (7, 8)) in turn.effects
    assert turn.conversation.candidates == (7, 8)


def test_the_thanks_open_a_day_for_more_words() -> None:
    assert advance(REASON, said("other words")).conversation.closes_at == MONDAY + timedelta(hours=24)


def test_that_there_is_no_reason_is_kept_and_is_none() -> None:
    turn = advance(REASON, said("no reason", "n/a", ref="m1"))
    assert turn.conversation.reason is None
    assert [e for e in turn.effects if isinstance(e, Keep)] == [Keep("unread", None, "n/a", "m1")]
    assert advance(turn.conversation, said("other words", "too dear")).conversation.reason == "too dear"


def test_an_edit_into_that_there_is_no_reason_takes_its_part_back() -> None:
    two = advance(THANKED, said("other words", "and fast", ref="m3")).conversation
    turn = advance(two, said("no reason", "n/a", ref="m2", edits="m2"))
    assert (turn.conversation.reason, turn.effects) == ("and fast", (Keep("replaced", None, "n/a", "m2"),))
    other = advance(two, said("no reason", "n/a", ref="m9", edits="m9"))
    assert (other.conversation.reason, other.effects) == (two.reason, (Keep("unread", None, "n/a", "m9"),))


def test_an_edit_replaces_its_own_part_of_the_reason() -> None:
    two = advance(THANKED, said("other words", "and fast", ref="m3")).conversation
    edited = advance(two, said("other words", "very good", ref="m2", edits="m2")).conversation
    assert edited.reason == "very good\nand fast"


def test_an_edit_of_the_score_message_that_now_holds_the_reason_completes_it() -> None:
    scored = advance(FRESH, said("score", "8", ref="m1")).conversation
    turn = advance(scored, said("score with reason", "8 good people", ref="m1", edits="m1"))
    assert (turn.conversation.state, turn.conversation.reason) == (State.THANKED, "good people")
    assert Say("thanks", 8) in turn.effects


def test_an_edit_of_the_score_into_something_unclear_leaves_the_score() -> None:
    scored = advance(FRESH, said("score", "8", ref="m1")).conversation
    after = advance(scored, said("other words", "hm", ref="m1", edits="m1")).conversation
    assert (after.score, after.state, after.reason) == (8, State.REASON, None)


# field A4
def test_an_edit_of_the_score_into_another_that_is_unsure_is_asked_about() -> None:
    scored = advance(FRESH, said("score", "8", ref="m1")).conversation
    turn = advance(scored, Said(Ambiguous((2,)), "2 late", MONDAY, ref="m1", edits="m1"))
    assert Say("change", 8, offers=(2,)) in turn.effects
    assert (turn.conversation.score, turn.conversation.candidates) == (8, (2,))
    same = advance(scored, Said(Ambiguous((8,)), "8 late", MONDAY, ref="m1", edits="m1"))
    assert not [one for one in same.effects if isinstance(one, Say)]


@pytest.mark.parametrize(
    ("before", "edits", "awaited"),
    [
        (FRESH, None, "score"),
        (replace(FRESH, state=State.CONFIRMING), None, "confirm"),
        (replace(FRESH, state=State.CONFIRMING), "m1", "score"),
        (REASON, None, "reason"),
        (THANKED, None, "nothing"),
        (replace(THANKED, score_ref="m1"), "m1", "score"),
        (replace(THANKED, score_ref="m1"), "m2", "nothing"),
        (_closed(Ending.WINDOW), None, "score"),
        (_closed(Ending.DONE, score=9), None, "nothing"),
    ],
)
def test_what_a_message_would_be_an_answer_to(before: Conversation, edits: str | None, awaited: str) -> None:
    assert awaiting(before, edits) == awaited


def _words(reading: Reading, text: str, ref: str = "m9") -> Said:
    return Said(reading, text, MONDAY, ref)


@pytest.mark.parametrize("before", [REASON, THANKED])
def test_a_correction_with_its_reason_takes_the_place_of_the_promoters_words(before: Conversation) -> None:
    turn = advance(before, _words(Score(2, "your support is terrible"), "actually a 2, your support ..."))
    after = turn.conversation
    assert (after.state, after.score, after.reason) == (State.THANKED, 2, "your support is terrible")
    assert turn.effects[-1] == Say("corrected_thanks", 2)


@pytest.mark.parametrize("before", [10, 9, 8, 7])
def test_who_becomes_a_detractor_is_asked_why_anew(before: int) -> None:  # field A1
    turn = advance(replace(THANKED, score=before), _words(Score(2), "make that a 2"))
    assert (turn.conversation.state, turn.conversation.reason) == (State.REASON, None)
    assert turn.effects[-1] == Say("corrected", 2)


def test_the_words_of_a_detractor_stay_the_reason_of_another_bad_score() -> None:
    turn = advance(replace(THANKED, score=5), _words(Score(2), "make that a 2"))
    assert (turn.conversation.state, turn.conversation.reason) == (State.THANKED, "good")


@pytest.mark.parametrize("before", [REASON, THANKED])
def test_a_number_of_another_category_among_words_is_asked_about(before: Conversation) -> None:
    text = "2, your support is terrible"
    asked = advance(before, _words(Ambiguous((2,), "your support is terrible"), text))
    assert asked.effects == (Keep("reason", None, text, "m9"), Say("change", 9, (2,)))
    assert (asked.conversation.score, offered(asked.conversation)) == (9, (2,))
    changed = advance(asked.conversation, _words(Score(2), "yes", "m10"))
    assert (changed.conversation.score, changed.conversation.reason) == (2, text)
    assert changed.effects[-1] == Say("corrected_thanks", 2)
    stays = advance(asked.conversation, _words(Ambiguous(), "no", "m10"))
    assert stays.conversation.score == 9
    assert stays.effects == (Keep("unread", None, "no", "m10"), Say("thanks", 9))
    assert stays.conversation.reason is not None
    assert text in stays.conversation.reason


@pytest.mark.parametrize(("before", "topic"), [(REASON, "reason_question"), (THANKED, "thanks")])
def test_a_number_without_a_reason_is_asked_about_and_no_reason(before: Conversation, topic: Topic) -> None:
    asked = advance(before, _words(Ambiguous((2,)), "this deserves a 2"))
    assert (asked.conversation.state, asked.conversation.parts) == (before.state, before.parts)
    changed = advance(asked.conversation, Chose(2, MONDAY))
    assert (changed.conversation.state, changed.conversation.reason) == (State.REASON, None)
    stays = advance(asked.conversation, _words(Ambiguous(), "nee", "m10"))
    assert stays.effects[-1] == Say(topic, 9)


def test_a_number_of_the_same_category_among_words_is_a_reason() -> None:
    turn = advance(REASON, _words(Ambiguous((10,), "top people"), "10 for the people"))
    assert (turn.conversation.score, turn.conversation.reason) == (9, "10 for the people")


def test_other_words_let_the_question_whether_to_change_go() -> None:
    asked = advance(THANKED, _words(Ambiguous((2,)), "this deserves a 2")).conversation
    assert offered(advance(asked, _words(NotAScore(), "the app crashes", "m10")).conversation) == ()


def test_a_quoted_mail_is_no_reason() -> None:
    turn = advance(REASON, _words(NotAScore(), "always on time\n\nOn 4 March 2025 Acme wrote:\n> Why?"))
    assert turn.conversation.reason == "always on time"


def test_a_correction_keeps_both_scores_on_record() -> None:
    kept = [
        effect.score
        for event in (CHOSE, said("detractor"))
        for effect in advance(FRESH if event is CHOSE else advance(FRESH, CHOSE).conversation, event).effects
        if isinstance(effect, Keep)
    ]
    assert kept == [8, 2]
    assert replay(FRESH, [CHOSE, said("detractor")]).score == 2


def test_the_words_beside_a_stop_are_kept_like_a_reason() -> None:
    left = advance(FRESH, said("2 STOP", "2, always too late, so stop texting me"))
    assert left.conversation.reason == "2, always too late, so stop texting me"
    assert [effect.kind for effect in left.effects if isinstance(effect, Keep)] == ["score", "reason"]
    unscored = advance(FRESH, said("STOP", "stop this, you lost my parcel twice"))
    assert [effect.kind for effect in unscored.effects if isinstance(effect, Keep)] == ["unread"]
    bare = advance(FRESH, said("STOP", "please stop texting"))
    assert not any(isinstance(effect, Keep) for effect in bare.effects)


def test_what_a_machine_wrote_is_kept_without_an_answer_and_a_reaction_is_not() -> None:
    heard = advance(FRESH, said("automatic reply", "your mailbox is full"))
    assert heard.effects == (Keep("unread", None, "your mailbox is full"),)
    assert (heard.conversation.state, heard.conversation.unread) == (State.ASKED, 0)
    assert not advance(FRESH, said("reaction")).effects


def test_who_wants_to_hear_from_somebody_is_told_who_has_that() -> None:
    asked = advance(REASON, said("other words", "call me", wish=True))
    assert [effect for effect in asked.effects if not isinstance(effect, Keep)] == [
        Wish(),
        Say("thanks", 9, passed_on=True),
    ]
    thanked = advance(THANKED, said("other words", "call me", wish=True))
    assert thanked.effects[-2:] == (Wish(), Say("passed_on"))


def test_whether_messages_end_too_is_asked_once() -> None:
    asked = advance(FRESH, said("other words", may_leave=True))
    assert Say("hint", offers_stop=True) in asked.effects
    again = advance(asked.conversation, said("other words", may_leave=True))
    assert Say("hint_again") in again.effects
    assert Say("thanks", 9, offers_stop=True) in advance(REASON, said("other words", may_leave=True)).effects
    assert not any(
        isinstance(one, Say) for one in advance(THANKED, said("other words", may_leave=True)).effects
    )


AT = SaidAt(MONDAY)
LATE = _closed(Ending.WINDOW, score=7, late=True, scored=AT)


@pytest.mark.parametrize(
    ("before", "after", "kind", "reason"),
    [
        (LATE, timedelta(minutes=3), "reason", "all fine"),  # numbers 1.5
        (LATE, ADDING, "reason", "all fine"),
        (LATE, ADDING + timedelta(minutes=1), "late", None),
        (_closed(Ending.DONE, score=7, scored=AT), timedelta(minutes=3), "late", None),
        (replace(LATE, ending=Ending.OPTED_OUT), timedelta(minutes=3), "late", None),
    ],
)
def test_words_behind_a_late_score_are_its_reason(
    before: Conversation, after: timedelta, kind: str, reason: str | None
) -> None:
    turn = advance(before, said("other words", "all fine", said=SaidAt(MONDAY + after)))
    assert (turn.conversation.reason, turn.conversation.state) == (reason, State.CLOSED)
    assert [effect.kind for effect in turn.effects if isinstance(effect, Keep)] == [kind]


def test_that_there_is_no_reason_is_none_behind_a_late_score_either() -> None:
    soon = SaidAt(MONDAY + timedelta(minutes=3))
    turn = advance(LATE, said("no reason", "n/a", said=soon, ref="m5"))
    assert (turn.conversation, turn.effects) == (LATE, (Keep("late", None, "n/a", "m5"),))
    told = advance(LATE, said("other words", "all fine", said=SaidAt(MONDAY), ref="m5")).conversation
    taken = advance(told, said("no reason", "n/a", said=soon, ref="m5", edits="m5"))
    assert (taken.conversation.reason, taken.effects) == (None, (Keep("replaced", None, "n/a", "m5"),))


@pytest.mark.parametrize(
    ("before", "ending"),
    [
        (_closed(Ending.WINDOW), Ending.OPTED_OUT),  # numbers 1.6
        (_closed(Ending.UNREAD, unread=1), Ending.OPTED_OUT),
        (_closed(Ending.NO_REASON, score=9), Ending.OPTED_OUT),
        (_closed(Ending.DONE, score=9, parts=(Part("m2", "good"),)), Ending.OPTED_OUT),
        (_closed(Ending.DONE, score=9), Ending.DONE),
        (_closed(Ending.CANCELLED), Ending.CANCELLED),
        (_closed(Ending.UNDELIVERED), Ending.UNDELIVERED),
    ],
)
@pytest.mark.parametrize("event", [said("STOP"), Left(MONDAY)])
def test_who_leaves_once_time_had_ended_it_counts_as_having_left(
    before: Conversation, event: Event, ending: Ending
) -> None:
    after = advance(before, event).conversation
    assert (after.ending, after.score, after.reason) == (ending, before.score, before.reason)
