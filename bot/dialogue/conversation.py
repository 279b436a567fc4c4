"""One conversation: what a customer's event does to it and what we say. PURE, total and deterministic.

As prose. Whoever is enrolled is **waiting**; once their question is in the outbox it is **on its way**, and
may be answered before we hear that it went. Then they are **asked** for a score. A clear score is stored, and
its reason asked for; a score that brings its reason along needs no question. An unclear one is asked back
once (**confirming**); what holds no score gets at most two hints, then a polite end. While the **reason** is
awaited all words are the reason, but those that say there is none; only a bare number or a word of correction changes
the score. Then they
are **thanked**, and for a day further words are added, an edit replaces, a correction corrects. Words that
hold a number of another category without such a word are asked about: did they mean to change it? Whoever
becomes a detractor by it is asked why anew, since what they said of a better score is no reason of this one.
Who says nothing at all may be reminded once, where the campaign wants it.
With the thanks a promoter may be asked for a **review**, where the campaign wants it and at most once a year; all
else is as after the thanks, and silence ends it.
Time alone **closes** every conversation. A closed one keeps what still comes: a score where it had none,
everything else beside the row as late. Of two things the one that was said later stands, in whatever order they
come (`order`); the older is kept beside it. In every state a person can leave, and asking who we are costs nothing.
Automatic replies get no answer but are kept. What comes without words (a voice message, a picture, a reaction)
is kept, and answered by one hint that words are needed; words that are taken back leave the reason, while the
score stands until they give another. Who wants somebody to get in touch is told who has that, whatever else
they say. Who wishes to be asked **later** is told the day, and asked once more then; a second time ends it, and so
does a day behind the window, which then holds for the next campaign, as one does that is said once all is over. Who
wishes to be asked elsewhere, or more rarely, is told that it is kept, and nothing else changes. And we never say more
than `TALK` things in an open conversation, so that two machines cannot talk for ever.

Everything that changes a state or an ending is an event here. Two statements do the same to many rows at once,
and a test holds each against this file: the release of questions (`bot.sending.release`) and the stop of a wave
(`bot.campaigns.runs`).
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal

from bot.dialogue.events import (
    Arrived,
    Ask,
    AskAgain,
    CalledOff,
    Chose,
    Consent,
    Effect,
    Event,
    Expired,
    Fate,
    Keep,
    KeepWish,
    Left,
    Mark,
    PassOn,
    Released,
    ReminderDue,
    ReminderHeldBack,
    Reviewed,
    ReviewPromised,
    Right,
    Said,
    Say,
    Sent,
    Superseded,
    TimePassed,
    TookBack,
    Topic,
    Undelivered,
    Wish,
    Wordless,
)
from bot.dialogue.kinds import SCALES
from bot.dialogue.order import SaidAt, is_newer
from bot.reading.bounds import Bounds
from bot.reading.mail import own_words
from bot.reading.own_wishes import AsUsual, Later, OwnWish, Rarely, Rather
from bot.reading.reader import (
    Ambiguous,
    Awaiting,
    Help,
    Ignore,
    NotAScore,
    OptIn,
    OptOut,
    OutOfRange,
    Score,
)
from channels.frozen import dataclass, replace
from scoring.scales import Band

__all__ = [
    "ADDING",
    "HINTS",
    "PUT_OFF",
    "TAKE_LATE",
    "TALK",
    "Arrived",
    "Ask",
    "AskAgain",
    "CalledOff",
    "Chose",
    "Consent",
    "Conversation",
    "Effect",
    "Ending",
    "Event",
    "Expired",
    "Keep",
    "KeepWish",
    "Left",
    "Mark",
    "Part",
    "PassOn",
    "Released",
    "ReminderDue",
    "ReminderHeldBack",
    "ReviewPromised",
    "Reviewed",
    "Right",
    "Said",
    "Say",
    "Sent",
    "State",
    "Superseded",
    "TimePassed",
    "TookBack",
    "Topic",
    "Turn",
    "Undelivered",
    "Wish",
    "Wordless",
    "advance",
    "awaiting",
    "offered",
    "put_off_until",
    "replay",
]

HINTS = 2
TALK = (
    12  # messages of ours in an open conversation, the question not counted; twice that with what follows it
)
ADDING = timedelta(hours=24)  # after the thanks
PUT_OFF = timedelta(days=3)  # where no time is named
BARE = 2  # words of a number and no more: to a colleague they are an hour or an amount
BARE_STOP = 3  # words: "please stop texting", "0. STOP" and the like tell nothing besides


class State(StrEnum):
    WAITING = "waiting"  # enrolled, its question not yet on its way: only leaving means something
    ON_ITS_WAY = "on_its_way"  # the question is in the outbox, or in a sender's hands
    ASKED = "asked"
    CONFIRMING = "confirming"
    REASON = "reason"
    THANKED = "thanked"
    REVIEW = "review"  # thanked, and asked whether they would tell others
    CLOSED = "closed"


class Ending(StrEnum):
    WINDOW = "window"  # nobody answered in time
    DONE = "done"  # score and reason
    NO_REASON = "no_reason"  # a score, and no reason in time
    UNREAD = "unread"  # they wrote, and no score could be read
    OPTED_OUT = "opted_out"
    CANCELLED = (
        "cancelled"  # the wave was stopped before the question went out, or a trial gave way to another
    )
    UNDELIVERED = "undelivered"  # the question could not be delivered
    LATER = "later"  # they put it off, and no more was heard of them


TAKE_LATE = frozenset({Ending.WINDOW, Ending.UNREAD, Ending.LATER, Ending.UNDELIVERED})
"""The endings behind which a first score still counts."""


_BEHIND_A_SCORE = " .,:;!-–"
COPIES_WITHIN = timedelta(minutes=2)
"""By which two messages may be apart that a carrier made of one."""


@dataclass(frozen=True, slots=True)
class Part:
    """One message of the reason; `ref` is its provider's reference, by which an edit finds it. `said` is when, and
    `edited` when its words were last changed."""

    ref: str | None
    text: str
    said: datetime | None = field(default=None, compare=False)
    edited: datetime | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Conversation:
    """What the row holds of the talk. `window` is how long a question stays open, in days of 24 hours,
    whatever clocks do meanwhile; `unread` counts messages that held no score while one was awaited. `candidates` are
    the numbers that the last question back offered; `clarified` says that it was asked, and, once a score stands, that
    the last part of the reason came with the number it asks about. `scored` is when the score that stands was said,
    `reason_since` when a good score fell to a bad one: what was said before that is no reason of it. One person may be
    asked for a review once in `review_every`, never where that is None; `reviewed` is when they last were in another
    conversation, and `review` what they said in this one. So long after the question as `remind_after` says, at
    `remind_at`, they are reminded of it, unless they have said anything; who `put_off` the question gets it once more
    then, whatever they said besides."""

    state: State
    scale: Bounds
    window: timedelta = timedelta(days=7)
    asked_at: datetime | None = None  # when the provider took the question
    delivered_at: datetime | None = None  # when it arrived, as the provider says or an answer shows
    score: int | None = None
    score_ref: str | None = None
    scored: SaidAt | None = None
    reason_since: datetime | None = None
    late: bool = False
    parts: tuple[Part, ...] = ()
    unread: int = 0
    hints: int = 0
    clarified: bool = False
    candidates: tuple[int, ...] = ()
    spoken: int = 0
    closes_at: datetime | None = None
    ending: Ending | None = None
    review_every: timedelta | None = None
    reviewed: datetime | None = None
    review: str | None = None
    review_at: datetime | None = None
    remind_after: timedelta | None = None
    remind_at: datetime | None = None
    reminded_at: datetime | None = None
    put_off: bool = False

    @property
    def reason(self) -> str | None:
        return "\n".join(part.text for part in self.parts) or None

    @property
    def open(self) -> bool:
        return self.state is not State.CLOSED


@dataclass(frozen=True, slots=True)
class Turn:
    conversation: Conversation
    effects: tuple[Effect, ...] = ()


# ------------------------------------------------------------------------------------------- the machine


def advance(conversation: Conversation, event: Event) -> Turn:
    """What an event does: the conversation after it, and the effects in their order."""
    turn = _turn(conversation, event)
    if isinstance(event, Chose) and event.to_person:
        return _unsaid(conversation, turn)
    if not isinstance(event, Said) or event.to_person or conversation.state is State.WAITING:
        return turn
    # told once: beside what was unclear before it may have been told
    if event.may_leave and not conversation.unread:
        turn = _saying(turn, lambda say: replace(say, offers_stop=True))
    return _passed_on(turn) if event.wish else turn


def _turn(conversation: Conversation, event: Event) -> Turn:  # noqa: C901 - the machine: one match on one screen
    c = conversation
    if isinstance(event, Said | Chose | Wordless):
        c = _heard(c, event.at)
    match c.state, event:
        case _, Released() | Sent() | Arrived() | Undelivered() | CalledOff() | Expired():
            return Turn(_of_the_question(c, event))
        case _, Left():
            return Turn(_ended(c), (Consent(False),))
        case _, Said(overtaken=True):
            return _older(c, event)
        case _, ReminderDue() | ReminderHeldBack():
            return _reminded(c, event)
        case _, Superseded():
            return Turn(_closed(c, Ending.CANCELLED) if c.open else c)
        case _, Said(reading=OptOut() as wish):
            return _leave(c, wish, event)
        case _, Said(reading=OptIn()):
            return _say(c, "opted_in", before=(Consent(True),))
        case State.WAITING, _:
            return Turn(c)
        case _, Said(to_person=True, reading=reading) if not isinstance(reading, Help):
            return _to_person(c, event)
        case _, (Wordless(to_person=True) | TookBack(to_person=True)):
            return Turn(c, (Keep("thread", None, None, event.ref), PassOn()))
        case _, Said(own=own) if own is not None and _heeds(c, own):
            return _wished(c, own, event)
        case _, Said(reading=Ignore(kept=kept)):
            return Turn(c, (Keep("unread", None, event.text, event.ref),) if kept else ())
        case State.ON_ITS_WAY, _:
            return Turn(c)
        case _, Wordless():
            return _wordless(c, event)
        case _, TookBack(ref=ref):
            return _took_back(c, ref)
        case _, TimePassed(at):
            return _close(c) if c.open and c.closes_at is not None and at >= c.closes_at else Turn(c)
        case _, Said(reading=Help(topic)):
            return _helped(c, topic, event)
        case _, Reviewed(answer):
            return _reviewed(c, answer)
        case State.REVIEW, _:
            return _beside_review(c, event)
        case ((State.ASKED | State.CONFIRMING), (Chose() | Said())):
            return _answered(c, event)
        case ((State.REASON | State.THANKED), (Chose() | Said())):
            return _answered_again(c, event)
        case State.CLOSED, (Chose() | Said()):
            return _answered_late(c, event)
        case _:
            return Turn(c)


def _answered(c: Conversation, event: Chose | Said) -> Turn:
    """A score is wanted, or which of two was meant."""
    match event:
        case Chose(score) | Said(reading=Score(score)) if _on_scale(c, score):
            return _scored(c, score, event)
        case Said(reading=Ambiguous(candidates)) if not c.clarified:
            return _clarify(c, candidates, event)
        case Said(text=text) if text.strip():
            return _unread(c, event)
        case _:
            return Turn(c)


def _answered_again(c: Conversation, event: Chose | Said) -> Turn:
    """A score stands: another may take its place, and words are why."""
    match event:
        case Chose(score) | Said(reading=Score(score)) if _on_scale(c, score):
            return (_corrected if is_newer(event.said, c.scored) else _older_score)(c, score, event)
        case Said(reading=Ambiguous(())) if c.candidates:
            return _stands(c, event)
        case Said(reading=Ambiguous((other,), why)) if _may_be_meant(c, other, event):
            return _asks_to_change(c, other, why if event.edits is None else None, event)
        case Said(reading=NotAScore(says_none=True)):
            return _no_reason(c, event)
        case Said(text=text) if text.strip():
            return _reason(c, event)
        case _:
            return Turn(c)


def _answered_late(c: Conversation, event: Chose | Said) -> Turn:
    """All is over: a first score counts, and words are kept."""
    match event:
        case Said(reading=Score(score), before_leaving=True) if c.score is None and _on_scale(c, score):
            return _scored_before_leaving(c, score, event)
        case Chose(score) | Said(reading=Score(score)) if _takes_late(c, score):
            return _scored_late(c, score, event)
        case Said(text=text) if text.strip() and c.score is None and c.ending is Ending.WINDOW:
            return _heard_late(c, event)
        case Said(text=text) if text.strip() and _explains_late(c, event):
            return _reason_late(c, event)
        case Said(text=text) if text.strip():
            return Turn(c, (Keep("late", _score_of(event), text, event.ref),))
        case _:
            return Turn(c)


def awaiting(conversation: Conversation, edits: str | None = None) -> Awaiting:
    """What a message would be an answer to; an edit of the message that gave the score is read as a score."""
    if edits is not None and edits == conversation.score_ref:
        return "score"
    match conversation.state:
        case State.CONFIRMING if edits is None:
            return "confirm"
        case State.ON_ITS_WAY | State.ASKED | State.CONFIRMING:
            return "score"
        case State.CLOSED if conversation.score is None:
            return "score"
        case State.REASON:
            return "reason"
        case _:
            return "nothing"


def offered(conversation: Conversation, edits: str | None = None) -> tuple[int, ...]:
    """The numbers of which a message may choose one by "yes" or "the second"; an edit chooses none."""
    return conversation.candidates if edits is None else ()


def replay(start: Conversation, events: Iterable[Event]) -> Conversation:
    """The conversation after all of its events."""
    for event in events:
        start = advance(start, event).conversation
    return start


def _passed_on(turn: Turn) -> Turn:
    """Who wants somebody to get in touch is told who has that, in the answer that they get anyway, else by itself."""
    if not any(isinstance(effect, Say) for effect in turn.effects):
        return _say(turn.conversation, "passed_on", before=(*turn.effects, Wish()))
    told = _saying(turn, lambda say: replace(say, passed_on=True))
    return Turn(told.conversation, (Wish(), *told.effects))


def _saying(turn: Turn, more: Callable[[Say], Say]) -> Turn:
    """The turn, with more told in what it says."""
    effects = (more(one) if isinstance(one, Say) else one for one in turn.effects)
    return Turn(turn.conversation, tuple(effects))


def _to_person(c: Conversation, said: Said) -> Turn:
    """Words for the colleague who talks with them. A word of correction may mean the survey as well: it is asked back
    once, and where they say so, the score is another, in a closed conversation too."""
    passed, asked, number = _passed(said), c.candidates, _meant(c, said)
    if c.score is None:
        return Turn(c, passed)
    c = replace(c, candidates=(), clarified=False) if asked else c
    if said.edits is not None or number is None or not is_newer(said.said, c.scored):
        return Turn(c, passed)
    if number in asked:
        return _confirmed(c, number, said)
    if number == c.score or not _on_scale(c, number) or len(said.text.split()) <= BARE:
        return Turn(c, passed)
    return _say(replace(c, candidates=(number,)), "change", c.score, offers=(number,), before=passed)


def _meant(c: Conversation, said: Said) -> int | None:
    """The number that a correction would bring: one that words plainly correct to, or the only other one beside the
    score that stands ("make my 2 an 8")."""
    match said.reading:
        case Score(value):
            return value
        case Ambiguous((other,)) if re.search(rf"(?<!\d){c.score}(?!\d)", said.text):
            return other
    return None


def _passed(said: Said) -> tuple[Effect, ...]:
    return Keep("thread", None, said.text, said.ref), PassOn()


def _confirmed(c: Conversation, score: int, said: Said) -> Turn:
    """They did mean to change it. What was said of a good score is no reason of a bad one."""
    fell = _fell(c.score, c, score)
    since = said.said.at if fell and said.said else c.reason_since
    parts = () if fell else c.parts
    c = replace(c, score=score, score_ref=said.ref, scored=said.said, parts=parts, reason_since=since)
    return _say(c, "corrected_thanks", score, before=(Keep("score", score, said.text, said.ref), Mark(score)))


def _unsaid(before: Conversation, turn: Turn) -> Turn:
    """The turn without what we would say."""
    effects = tuple(effect for effect in turn.effects if not isinstance(effect, Say))
    return Turn(replace(turn.conversation, spoken=before.spoken), effects)


# ------------------------------------------------------------------------------------------ the question


def _of_the_question(c: Conversation, event: Fate) -> Conversation:
    """What becomes of the question. Reports come late, twice and out of order."""
    match c.state, event:
        case State.WAITING, Released():
            return replace(c, state=State.ON_ITS_WAY)
        case State.ON_ITS_WAY, Expired():
            return replace(c, state=State.WAITING)
        case _, Sent(at, arrived):
            return _asked(c, at, arrived)
        case _, Arrived(at):
            return replace(c, delivered_at=c.delivered_at or at)
        case ((State.ON_ITS_WAY | State.ASKED), Undelivered(again=True)) if not (
            c.unread or c.spoken or c.put_off
        ):
            none = replace(c, asked_at=None, delivered_at=None, closes_at=None, remind_at=None)
            return replace(none, state=State.WAITING)
        case ((State.WAITING | State.ON_ITS_WAY | State.ASKED), Undelivered()) if not (c.unread or c.put_off):
            # Whoever has said something has the question, whatever a carrier says.
            return _closed(c, Ending.UNDELIVERED)
        case ((State.WAITING | State.ON_ITS_WAY), CalledOff(ending=ending)):
            return _closed(c, Ending(ending))
        case _:
            return c


def _reminded(c: Conversation, event: ReminderDue | ReminderHeldBack) -> Turn:
    """Once, and only who was asked and said nothing: `_heard` takes the time away."""
    match event:
        case ReminderDue(at) if c.state is State.ASKED and c.remind_at is not None and at >= c.remind_at:
            reminded_at = c.reminded_at if c.put_off else at
            return Turn(replace(c, remind_at=None, reminded_at=reminded_at), (AskAgain(),))
        case ReminderHeldBack(at) if c.state is State.ASKED and c.reminded_at and not (c.unread or c.spoken):
            return Turn(replace(c, remind_at=at, reminded_at=None))
        case _:
            return Turn(c)


def _asked(c: Conversation, at: datetime, arrived: bool) -> Conversation:
    c = replace(
        c, asked_at=c.asked_at or at, delivered_at=c.delivered_at or at if arrived else c.delivered_at
    )
    match c.state:
        case State.WAITING | State.ON_ITS_WAY:
            remind_at = None if c.remind_after is None else at + c.remind_after
            return replace(c, state=State.ASKED, closes_at=at + c.window, remind_at=remind_at)
        case State.CLOSED if c.ending is Ending.CANCELLED:
            # It was on its way when its wave was stopped: asked after all, so an answer counts, as a late one.
            return replace(c, ending=Ending.WINDOW)
        case State.CLOSED:
            return c
        case _:
            return replace(c, closes_at=c.closes_at or at + c.window)


def _heard(c: Conversation, at: datetime) -> Conversation:
    """Whoever says something has the question, also where the record that it was sent is overtaken, and is not
    reminded of it; but where they put it off themselves it comes again."""
    if c.remind_at is not None and not c.put_off:
        c = replace(c, remind_at=None)
    if c.state is State.ON_ITS_WAY:
        c = replace(c, state=State.ASKED, closes_at=at + c.window)
    if c.delivered_at is None and (c.asked_at or c.state not in (State.WAITING, State.CLOSED)):
        c = replace(c, delivered_at=at)
    return c


# ------------------------------------------------------------------------------------------- transitions


def _scored(c: Conversation, score: int, event: Said | Chose) -> Turn:
    ref, text = _source(event)
    reason = _why(event)
    c = replace(
        c, score=score, score_ref=ref, scored=event.said, candidates=(), clarified=False, remind_at=None
    )
    kept: tuple[Effect, ...] = (Keep("score", score, text, ref), *_shown_on_question(event, score))
    if isinstance(event, Said) and reason:
        c = _with_part(replace(c, state=State.THANKED, closes_at=event.at + ADDING), event, reason)
        return _thanks(c, event, before=(*kept, Keep("reason", None, reason, ref)))
    return _say(replace(c, state=State.REASON), "reason_question", score, before=kept)


def _thanks(c: Conversation, event: Said | Chose, before: tuple[Effect, ...]) -> Turn:
    """Thank for a reason; a promoter, rarely, by a question: would they tell others?"""
    if not _asks_for_review(c, event):
        return _say(c, "thanks", c.score, before=before)
    c = replace(c, state=State.REVIEW, review="asked", review_at=event.at)
    return _say(c, "review_question", c.score, before=before)


def _asks_for_review(c: Conversation, event: Said | Chose) -> bool:
    """Only whom they please, who was not asked within `review_every`, and who wants nothing else now."""
    if c.review_every is None or c.review is not None or c.score is None or c.spoken >= TALK:
        return False
    if isinstance(event, Said) and (event.wish or event.may_leave or event.edits):
        return False
    lately = c.reviewed is not None and event.at - c.reviewed < c.review_every
    return not lately and _band(c, c.score) is Band.FAVOURABLE


def _reviewed(c: Conversation, answer: str) -> Turn:
    """What they say to it, for a day in words and later by the button that stands there; once."""
    over = c.state is State.CLOSED and c.ending is Ending.DONE
    if c.review != "asked" or not (c.state is State.REVIEW or over):
        return Turn(c)
    c = replace(c, review=answer, state=State.CLOSED if over else State.THANKED)
    match answer:
        case "yes":
            return _say(c, "review_link", c.score, before=(ReviewPromised(),))
        case "later":
            return _say(c, "review_later", c.score)
        case _:
            return _say(c, "review_no", c.score)


def _beside_review(c: Conversation, event: Event) -> Turn:
    """Anything else is what it is after the thanks; a score that is corrected ends the question."""
    turn = _turn(replace(c, state=State.THANKED), event)
    after = turn.conversation
    asked = after.state is State.THANKED and after.score == c.score and not after.candidates
    after = replace(after, state=State.REVIEW) if asked else replace(after, review="dropped")
    return Turn(after, turn.effects)


def _heeds(c: Conversation, own: OwnWish) -> bool:
    """Whether a wish is heard here: wherever they did not leave, but not now only where a question is open, or all is
    over."""
    if isinstance(own, Later) and c.open:
        return c.state in (State.ASKED, State.CONFIRMING)
    return c.ending is not Ending.OPTED_OUT


def _wished(c: Conversation, own: OwnWish, said: Said) -> Turn:
    kept = Keep("unread" if c.open else "late", None, said.text, said.ref)
    match own:
        case Later():
            return _put_off(c, put_off_until(own, said.at), own, kept)
        case Rather():
            topic: Topic = "wish_channel"
        case Rarely():
            topic = "wish_rarely"
        case AsUsual():
            topic = "wish_undone"
    # a question that they put off comes on its day all the same, as they are told again
    return _spoken(c, Say(topic, until=c.remind_at if c.put_off else None, own=own), (kept, KeepWish(own)))


def put_off_until(own: Later, at: datetime) -> datetime:
    """The moment until which somebody who says this at a moment wants no question."""
    return at + (PUT_OFF if own.days is None else timedelta(days=own.days))


def _put_off(c: Conversation, until: datetime, own: OwnWish, kept: Keep) -> Turn:
    """Not now: the question comes again once. Until it did, another day takes the place of the first; behind it, it is
    left at that. Where its window, or all of it, is over by then, the next campaign waits for that day."""
    if not c.open:
        return _spoken(c, Say("put_off_next", until=until), (kept, KeepWish(own, until)))
    if c.put_off and c.remind_at is None:
        return _say(_closed(c, Ending.LATER), "put_off_ends", before=(kept,))
    if c.closes_at is not None and until >= c.closes_at:
        ended = replace(_closed(c, Ending.LATER), put_off=True)
        return _spoken(ended, Say("put_off_next", until=until), (kept, KeepWish(own, until)))
    c = replace(c, state=State.ASKED, candidates=(), put_off=True, remind_at=until)
    return _spoken(c, Say("put_off", until=until), (kept,))


def _why(event: Said | Chose) -> str | None:
    """The reason that came with a score."""
    return event.reading.reason if isinstance(event, Said) and isinstance(event.reading, Score) else None


def _source(event: Said | Chose) -> tuple[str | None, str | None]:
    """The reference and the text of the message; a press has neither."""
    return (event.ref, event.text) if isinstance(event, Said) else (None, None)


def _shown_on_question(event: Said | Chose, score: int) -> tuple[Effect, ...]:
    """A score that was pressed, or said away from the question, is shown on it."""
    return () if isinstance(event, Said) and not event.elsewhere else (Mark(score),)


def _clarify(c: Conversation, candidates: tuple[int, ...], said: Said) -> Turn:
    offers = tuple(number for number in candidates if _on_scale(c, number))
    if not offers:
        return _unread(c, said)
    c = replace(c, state=State.CONFIRMING, clarified=True, candidates=offers, unread=c.unread + 1)
    kept = (Keep("unread", None, said.text, said.ref),)
    return _say(c, "confirm", offers=offers, before=kept)


def _unread(c: Conversation, said: Said) -> Turn:
    kept = (Keep("unread", None, said.text, said.ref),)
    c = replace(c, unread=c.unread + 1)
    if c.hints >= HINTS:
        return _say(_closed(c, Ending.UNREAD), "farewell", before=kept)
    topic: Topic = "out_of_range" if isinstance(said.reading, OutOfRange) else "hint"
    if c.hints:
        topic = "hint_again"  # what did not help is not said once more in the same words
    return _say(replace(c, hints=c.hints + 1), topic, before=kept)


def _corrected(c: Conversation, score: int, event: Said | Chose) -> Turn:
    ref, text = _source(event)
    reason = _why(event)
    kept: tuple[Effect, ...] = ()
    if _fell(c.score, c, score):
        # What was said of a good score is no reason of a bad one, but what came with the number asked about is.
        beside = c.parts[-1:] if c.clarified and c.candidates == (score,) else ()
        said = beside[0].said if beside else event.said.at if event.said else None
        c = replace(c, parts=beside, reason_since=said)
    c = replace(c, candidates=(), clarified=False)
    answered = False
    if isinstance(event, Said) and reason:
        c = _with_part(c, event, reason)
        kept = (Keep("reason", None, reason, ref),)
        if c.state is State.REASON:
            c = replace(c, state=State.THANKED, closes_at=event.at + ADDING)
            answered = True
    if score == c.score:
        # The same number again, pressed twice or typed after the press, is no news.
        c = replace(c, score_ref=ref or c.score_ref, scored=event.said or c.scored)
        return _thanks(c, event, before=kept) if answered else Turn(c, kept)
    kept = (Keep("score", score, text, ref), *kept)
    # where it was pressed before, the question still shows that
    kept += _shown_on_question(event, score) or ((Mark(score),) if c.score_ref is None else ())
    c = replace(c, score=score, score_ref=ref, scored=event.said)
    if not c.parts:
        c = replace(c, state=State.REASON)
    return _say(c, "corrected" if c.state is State.REASON else "corrected_thanks", score, before=kept)


def _older_score(c: Conversation, score: int, event: Said | Chose) -> Turn:
    """A score that was said before the one that stands. Where that fell from it, praise is no reason of it."""
    if c.score is not None and _fell(score, c, c.score) and c.scored is not None:
        since = c.scored.at
        own = tuple(part for part in c.parts if part.said is None or part.said >= since)
        c = replace(c, reason_since=since, parts=own)
    ref, text = _source(event)
    kept = (Keep("older", score, text, ref),)
    if c.state is State.THANKED and not c.parts:
        return _say(replace(c, state=State.REASON), "reason_question", c.score, before=kept)
    return Turn(c, kept)


def _older(c: Conversation, said: Said) -> Turn:
    """Words that something newer took the place of before they came: kept, and nothing else."""
    return Turn(c, (Keep("older", _score_of(said), said.text, said.ref),))


def _reason(c: Conversation, said: Said) -> Turn:
    if said.edits is not None and said.edits == c.score_ref:
        # What gave the score now holds none that is clear: the score stands, the words are kept.
        return Turn(c, (Keep("unread", None, said.text, said.ref),))
    if _is_no_reason(c, said):
        return _older(c, said)
    kept = (Keep("replaced" if said.edits else "reason", None, said.text, said.ref),)
    c = replace(_with_part(c, said, _own(said.text)), candidates=(), clarified=False)
    if c.state is State.THANKED:
        return Turn(c, kept)
    c = replace(c, state=State.THANKED, closes_at=said.at + ADDING)
    return _thanks(c, said, before=kept)


def _no_reason(c: Conversation, said: Said) -> Turn:
    """There is none, they say: kept, but no reason of the score; what they still add is one."""
    if _is_no_reason(c, said):
        return _older(c, said)
    turn = _says_none(c, said, "unread")
    if c.state is State.THANKED:
        return turn
    c, kept = turn.conversation, turn.effects
    c = replace(c, state=State.THANKED, closes_at=said.at + ADDING, candidates=(), clarified=False)
    return _say(c, "thanks_bare", c.score, before=kept)


def _says_none(c: Conversation, said: Said, kind: Literal["unread", "late"]) -> Turn:
    """Words that there is no reason are no part of one; a part that is edited into them is one no more."""
    others = tuple(part for part in c.parts if part.ref != said.edits)
    if said.edits is None or len(others) == len(c.parts):
        return Turn(c, (Keep(kind, None, said.text, said.ref),))
    return Turn(replace(c, parts=others), (Keep("replaced", None, said.text, said.ref),))


def _asks_to_change(c: Conversation, other: int, why: str | None, said: Said) -> Turn:
    """Words about a score that stands hold a number of another category. They are the reason, whichever it is."""
    kept = (Keep("reason" if why else "unread", None, said.text, said.ref),)
    if why:
        c = _with_part(c, said, _own(said.text))
        if c.state is State.REASON:
            c = replace(c, state=State.THANKED, closes_at=said.at + ADDING)
    c = replace(c, candidates=(other,), clarified=why is not None)
    return _say(c, "change", c.score, offers=(other,), before=kept)


def _may_be_meant(c: Conversation, other: int, said: Said) -> bool:
    """Whether a number beside a score that stands may be the one that was meant: by newer words, one of another
    category, and by an edit of those that gave the score, any other."""
    if not is_newer(said.said, c.scored):
        return False
    if said.edits is None:
        return _of_another_category(c, other)
    return said.edits == c.score_ref and other != c.score


def _stands(c: Conversation, said: Said) -> Turn:
    """They did not mean to change it."""
    kept = (Keep("unread", None, said.text, said.ref),)
    c = replace(c, candidates=(), clarified=False)
    return _say(c, "reason_question" if c.state is State.REASON else "thanks", c.score, before=kept)


def _scored_late(c: Conversation, score: int, event: Said | Chose) -> Turn:
    ref, text = _source(event)
    c = replace(c, score=score, score_ref=ref, scored=event.said, late=True)
    kept: tuple[Effect, ...] = (Keep("score", score, text, ref),)
    if isinstance(event, Said) and event.elsewhere:
        kept += (Mark(score),)
    if isinstance(event, Said) and (reason := _why(event)):
        c = _with_part(c, event, reason)
        kept += (Keep("reason", None, reason, ref),)
    return _say(c, "thanks_late", score, before=kept)


def _scored_before_leaving(c: Conversation, score: int, said: Said) -> Turn:
    """It stands as if it had come in its order, and nothing more is said to who left."""
    c = replace(c, score=score, score_ref=said.ref, scored=said.said)
    kept: tuple[Effect, ...] = (Keep("score", score, said.text, said.ref),)
    if reason := _why(said):
        c = _with_part(c, said, reason)
        kept += (Keep("reason", None, reason, said.ref),)
    return Turn(c, kept)


def _explains_late(c: Conversation, said: Said) -> bool:
    """Whether words behind a late score are why it was given: said within as long as a reason is added to."""
    if not c.late or c.ending is Ending.OPTED_OUT or c.scored is None or said.said is None:
        return False
    return timedelta(0) <= said.said.at - c.scored.at <= ADDING and _score_of(said) is None


def _reason_late(c: Conversation, said: Said) -> Turn:
    if said.reading == NotAScore(says_none=True):
        return _says_none(c, said, "late")
    kept = (Keep("replaced" if said.edits else "reason", None, said.text, said.ref),)
    return Turn(_with_part(c, said, _own(said.text)), kept)


def _heard_late(c: Conversation, said: Said) -> Turn:
    """Words, without a score, of somebody who had not answered: like those that came in time, a person is
    to read them; said once, and what follows is only kept."""
    c = replace(c, unread=c.unread + 1, ending=Ending.UNREAD)
    return _say(c, "farewell", before=(Keep("late", None, said.text, said.ref),))


def _wordless(c: Conversation, event: Wordless) -> Turn:
    """What came without words may hold all that they have to say: it is kept, and they are asked once to write it."""
    kept = (Keep("unread" if c.open else "late", None, None, event.ref),)
    match c.state:
        case State.ASKED | State.CONFIRMING if event.hints and c.hints < HINTS:
            return _say(replace(c, unread=c.unread + 1, hints=c.hints + 1), "wordless", before=kept)
        case State.ASKED | State.CONFIRMING:
            return Turn(replace(c, unread=c.unread + 1), kept)
        case State.REASON if event.hints:
            return _say(c, "wordless_reason", c.score, before=kept)
        case State.CLOSED if c.score is None and c.ending is Ending.WINDOW:
            return _say(replace(c, unread=c.unread + 1, ending=Ending.UNREAD), "wordless", before=kept)
        case _:
            return Turn(c, kept)


def _took_back(c: Conversation, ref: str) -> Turn:
    """Their words are shown no more. A deletion is no number: the score stands, as they are told, until they give
    another, so that no unhappy customer is lost by one."""
    kept = (Keep("replaced", None, None, ref),)
    scored = ref == c.score_ref
    c = replace(c, parts=tuple(part for part in c.parts if part.ref != ref))
    if scored and c.open:
        return _say(replace(c, score_ref=None), "score_stands", c.score, before=kept)
    return Turn(c, kept)


def _leave(c: Conversation, wish: OptOut, said: Said) -> Turn:
    """The words beside a stop are kept, like a reason: a person reads why somebody left."""
    kept: tuple[Effect, ...] = ()
    if wish.score is not None and _on_scale(c, wish.score) and c.state in (State.ASKED, State.CONFIRMING):
        c = replace(c, score=wish.score)
        kept = (Keep("score", wish.score),)
    if len(said.text.split()) > BARE_STOP:
        if c.open and c.score is not None:
            c = _with_part(c, said, said.text.strip())
        beside = Keep("unread" if c.score is None else "reason", None, said.text, said.ref)
        kept += (beside if c.open else replace(beside, kind="late"),)
    return _say(_ended(c), "opted_out", before=(*kept, Consent(False, wish.somebody_else)))


def _ended(c: Conversation) -> Conversation:
    """Whoever left is left alone. Where time alone had ended the conversation, it ended by their leaving after all:
    else nobody who leaves once the window is over would be in any figure. Who had said that there is no reason
    (`DONE` without a part) stays so."""
    of_time = c.ending in (Ending.WINDOW, Ending.UNREAD, Ending.LATER, Ending.NO_REASON) or (
        c.ending is Ending.DONE and bool(c.parts)
    )
    return _closed(c, Ending.OPTED_OUT) if c.open or of_time else c


def _close(c: Conversation) -> Turn:
    match c.state:
        case State.REASON:
            return Turn(_closed(c, Ending.NO_REASON))
        case State.THANKED | State.REVIEW:
            return Turn(_closed(c, Ending.DONE))
        case _:
            silent = Ending.LATER if c.put_off else Ending.WINDOW
            return Turn(_closed(c, Ending.UNREAD if c.unread else silent))


def _closed(c: Conversation, ending: Ending) -> Conversation:
    return replace(c, state=State.CLOSED, ending=ending, closes_at=None, remind_at=None, candidates=())


def _say(
    c: Conversation,
    topic: Topic,
    score: int | None = None,
    *,
    offers: tuple[int, ...] = (),
    before: tuple[Effect, ...] = (),
) -> Turn:
    """Say it while there is talk left. What is kept is kept all the same."""
    return _spoken(c, Say(topic, score, offers), before)


def _helped(c: Conversation, topic: str, said: Said) -> Turn:
    """How to answer is told to whom a question is open, or whose late score would still count."""
    match topic:
        case "why_me" | "my_data" | "delete":
            return _asks(c, topic)
        case "privacy":
            told: Topic = "privacy"
        case _:
            told = "help" if c.open or _takes_late(c, c.scale.low) else "help_idle"
    return _say(c, told, before=_passed(said) if said.to_person else ())


def _asks(c: Conversation, right: Right) -> Turn:
    """Whoever asks about themself is answered while there is talk left; it costs no hint."""
    return _spoken(c, Ask(right))


def _spoken(c: Conversation, effect: Effect, before: tuple[Effect, ...] = ()) -> Turn:
    if c.spoken >= (TALK if c.open else 2 * TALK):
        return Turn(c, before)
    return Turn(replace(c, spoken=c.spoken + 1), (*before, effect))


def _with_part(c: Conversation, said: Said, text: str) -> Conversation:
    """The reason with a message added where its time puts it, or put in the place of the one that it edits. The same
    words once more within minutes tell nothing besides: a carrier may bring one message as two."""
    at = said.said.at if said.said is not None else None
    if said.edits is not None and any(part.ref == said.edits for part in c.parts):
        new = (
            replace(part, ref=said.ref or said.edits, text=text, edited=at)
            if part.ref == said.edits
            else part
            for part in c.parts
        )
        return replace(c, parts=tuple(new))
    words = {text.strip(), text.strip().removeprefix(str(c.score)).lstrip(_BEHIND_A_SCORE)}
    same = next((part for part in c.parts if part.text.strip() in words and _is_close(part.said, at)), None)
    if same is not None and at is not None and same.said is not None and same.said <= at:
        return c
    parts, text = tuple(part for part in c.parts if part is not same), text if same is None else same.text
    later = (n for n, part in enumerate(parts) if at is not None and part.said is not None and part.said > at)
    place = next(later, len(parts))
    return replace(c, parts=(*parts[:place], Part(said.ref, text, at, at), *parts[place:]))


def _is_close(one: datetime | None, other: datetime | None) -> bool:
    return one is not None and other is not None and abs(one - other) < COPIES_WITHIN


def _is_no_reason(c: Conversation, said: Said) -> bool:
    """Whether words are older than what stands in their place, or than the fall of a good score to a bad one."""
    at = said.said.at if said.said is not None else None
    edited = next((part.edited for part in c.parts if part.ref == said.edits is not None), None)
    stands = edited if edited is not None else c.reason_since
    return at is not None and stands is not None and at < stands


def _own(text: str) -> str:
    return own_words(text).strip()


def _band(c: Conversation, score: int) -> Band | None:
    scales = (
        scale for scale in SCALES.values() if (scale.minimum, scale.maximum) == (c.scale.low, c.scale.high)
    )
    return next((scale.band(score) for scale in scales), None)


def _of_another_category(c: Conversation, score: int) -> bool:
    return _on_scale(c, score) and c.score is not None and _band(c, score) is not _band(c, c.score)


def _fell(before: int | None, c: Conversation, score: int) -> bool:
    """Whether a correction makes somebody a detractor: what they said as a promoter or a passive is no reason for
    it."""
    band = None if before is None else _band(c, before)
    return band not in (None, Band.UNFAVOURABLE) and _band(c, score) is Band.UNFAVOURABLE


def _on_scale(c: Conversation, score: int) -> bool:
    return c.scale.low <= score <= c.scale.high


def _takes_late(c: Conversation, score: int) -> bool:
    """A late score counts where there was none; whoever left, or was never asked, is left alone. Whoever
    answers was asked, whatever a carrier said of the question."""
    return c.score is None and c.ending in TAKE_LATE and _on_scale(c, score)


def _score_of(said: Said) -> int | None:
    return said.reading.value if isinstance(said.reading, Score) else None
