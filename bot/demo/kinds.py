"""The kinds of made-up customers: what each does on their phone, and what each means by it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from bot.demo.minds import Mind
from bot.demo.replies import CorpusReply
from channels.sms.inbound import STOP_WORDS
from sandbox import DeliveryKind

Thing = Literal["picture", "voice", "checklist"]
When = Literal["wave", "hours later", "after the window"]


HiddenFate = Literal["deactivated", "late", "untold", "unconfirmed"]
"""What the provider knows of somebody and does not say, or says late: their account is deactivated; the carrier tells
ten minutes later that it did not arrive; only the list tells that; nobody ever tells that it did."""


@dataclass(frozen=True, slots=True)
class Upset:
    """What the provider does wrong with one delivery; see `sandbox.Fault`."""

    kind: DeliveryKind
    copies: int = 1
    seconds: float = 1.0


@dataclass(frozen=True, slots=True)
class MindStep:
    """Something that a customer does. They wait for the bot's next message before it, unless they do it
    `unasked`; `answered` tells whether the bot should say something back."""

    # An edit changes the customer's own last message; what is sent has no words; a reaction stands on the question.
    # A reply stands in the thread of the question; what is rich has formatting, and no plain text at all.
    act: Literal["type", "tap", "edit", "send", "react", "reply", "rich", "delete"]
    text: str  # what is typed, the label of the button, what is sent, or the emoji
    unasked: bool = False
    answered: bool = True
    when: When = "wave"
    upset: Upset | None = None


@dataclass(frozen=True, slots=True)
class Meant:
    """What a customer wanted to say, whatever the bot made of it."""

    score: int | None = None
    first: int | None = None  # the score they gave before they corrected it
    reason: tuple[str, ...] = ()
    words: tuple[str, ...] = ()  # what they wrote that holds no score
    sent: tuple[Thing, ...] = ()  # what they sent that is no text
    wants_contact: bool = False
    left: bool = False
    reached: bool = True  # whether their phone gets anything at all
    taken_back: tuple[str, ...] = ()  # what they wrote and deleted
    fate: HiddenFate | None = None

    @property
    def alerts(self) -> bool:
        """Whether their account manager must hear of it: a detractor's score, also one that was corrected
        since, words in which nobody can read a score, or a wish to be called or answered."""
        scores = [score for score in (self.score, self.first) if score is not None]
        unscored = not scores and bool(self.words)
        return self.wants_contact or unscored or any(score <= 6 for score in scores)


MindPart = tuple[tuple[MindStep, ...], Meant]
MindKind = Callable[[Mind], MindPart]


def _gives(mind: Mind, score: int) -> MindStep:
    """A bare number: by button where there are buttons, mostly."""
    tapped = mind.has_buttons and mind.chance.random() < 0.75
    return MindStep("tap" if tapped else "type", str(score))


def _says(text: str, *, unasked: bool = False, answered: bool = True, when: When = "wave") -> MindStep:
    return MindStep("type", text, unasked, answered, when)


def number_and_reason(mind: Mind) -> MindPart:
    score = mind.score()
    reason = mind.reason(score)
    return (_gives(mind, score), _says(reason)), Meant(score, reason=(reason,))


def words_and_reason(mind: Mind) -> MindPart:
    score = mind.score()
    reason = mind.reason(score)
    return (_says(mind.reply("score", score).text), _says(reason)), Meant(score, reason=(reason,))


def all_in_one(mind: Mind) -> MindPart:
    reply = mind.reply("score_reason", mind.score())
    return (_says(reply.text),), Meant(reply.score, reason=(reply.reason or "",))


def a_picture_first(mind: Mind) -> MindPart:
    score = mind.score()
    reason = mind.reason(score)
    steps = (MindStep("send", "picture"), _gives(mind, score), _says(reason))
    return steps, Meant(score, reason=(reason,), sent=("picture",))


def a_voice_for_a_reason(mind: Mind) -> MindPart:
    score = mind.score(0, 6)
    return (_gives(mind, score), MindStep("send", "voice")), Meant(score, sent=("voice",))


def answers_by_a_reaction(mind: Mind) -> MindPart:
    """Puts the number on the question; Telegram's reactions have no numbers."""
    score = mind.score(2, 9)
    reason = mind.reason(score)
    first = MindStep("react", f"{score}\ufe0f\u20e3") if mind.channel == "slack" else _gives(mind, score)
    return (first, _says(reason)), Meant(score, reason=(reason,))


def no_reason(mind: Mind) -> MindPart:
    score = mind.score()
    return (_gives(mind, score),), Meant(score)


def taps_another(mind: Mind) -> MindPart:
    """Presses (or types) the wrong number first: the scale upside down."""
    first, score = mind.score(0, 3), mind.score(8)
    reason = mind.reason(score)
    act: Literal["tap", "type"] = "tap" if mind.has_buttons else "type"
    return (MindStep(act, str(first)), MindStep(act, str(score)), _says(reason)), Meant(
        score, first, (reason,)
    )


def corrects_in_words(mind: Mind) -> MindPart:
    first, score = mind.score(7), mind.score(0, 6)
    reason = mind.reason(score)
    steps = (_gives(mind, first), _says(mind.correction(score)), _says(reason))
    return steps, Meant(score, first, (reason,))


def thinks_better_of_it(mind: Mind) -> MindPart:
    """Corrects after the thanks."""
    first, score = mind.score(2, 6), mind.score(7)
    reason = mind.reason(first)
    steps = (_gives(mind, first), _says(reason), _says(mind.correction(score)))
    return steps, Meant(score, first, (reason,))


def edits_the_score(mind: Mind) -> MindPart:
    """Changes the message itself; by SMS, which cannot be changed, says so."""
    first, score = mind.score(0, 6), mind.score(7)
    second = MindStep("edit", str(score)) if mind.has_buttons else _says(mind.correction(score))
    reason = mind.reason(score)
    return (_says(str(first)), second, _says(reason)), Meant(score, first, (reason,))


def torn(mind: Mind) -> MindPart:
    unclear = mind.reply("ambiguous")
    score = mind.chance.choice(unclear.between) if unclear.between else mind.score()
    reason = mind.reason(score)
    steps = (_says(unclear.text), _gives(mind, score), _says(reason))
    return steps, Meant(score, reason=(reason,), words=(unclear.text,))


def vague_then_clear(mind: Mind) -> MindPart:
    score = mind.score()
    vague, reason = mind.reply("not_a_score"), mind.reason(score)
    steps = (_says(vague.text), _gives(mind, score), _says(reason))
    return steps, Meant(score, reason=(reason,), words=(vague.text,), wants_contact=vague.wants_contact)


def off_the_scale(mind: Mind) -> MindPart:
    score = mind.score(9)
    beyond, reason = mind.reply("out_of_range").text, mind.reason(score)
    steps = (_says(beyond), _gives(mind, score), _says(reason))
    return steps, Meant(score, reason=(reason,), words=(beyond,))


def asks_who_we_are(mind: Mind) -> MindPart:
    score = mind.score()
    reason = mind.reason(score)
    return (_says(mind.reply("help").text), _gives(mind, score), _says(reason)), Meant(
        score, reason=(reason,)
    )


def stops_at_once(mind: Mind) -> MindPart:
    reply = mind.reply("opt_out")
    return (_stop(mind, reply),), Meant(reply.score, left=True)


def stops_after_the_score(mind: Mind) -> MindPart:
    score = mind.score()
    return (_gives(mind, score), _stop(mind, mind.stop())), Meant(score, left=True)


def _stop(mind: Mind, reply: CorpusReply) -> MindStep:
    """Twilio itself confirms its own keywords, and the bot then stays silent."""
    confirmed = mind.channel == "sms" and reply.text.strip().upper() in STOP_WORDS
    return _says(reply.text, answered=not confirmed)


def silent(mind: Mind) -> MindPart:
    return (), Meant()


def away(mind: Mind) -> MindPart:
    return (_says(mind.reply("ignore").text, answered=False),), Meant()


def reason_in_two(mind: Mind) -> MindPart:
    score = mind.score()
    parts = mind.reason(score), mind.more()
    steps = (_gives(mind, score), _says(parts[0]), _says(parts[1], unasked=True, answered=False))
    return steps, Meant(score, reason=parts)


def reason_hours_later(mind: Mind) -> MindPart:
    score = mind.score()
    reason = mind.reason(score)
    return (_gives(mind, score), _says(reason, when="hours later")), Meant(score, reason=(reason,))


def score_after_the_window(mind: Mind) -> MindPart:
    score = mind.score()
    return (_says(str(score), when="after the window"),), Meant(score)


def never_clear(mind: Mind) -> MindPart:
    texts = mind.three_vague()
    return tuple(map(_says, texts)), Meant(words=tuple(texts))


def out_of_reach(mind: Mind) -> MindPart:
    return (), Meant(reached=False)


KINDS: Final[dict[MindKind, int]] = {
    number_and_reason: 26,
    words_and_reason: 9,
    all_in_one: 9,
    a_picture_first: 2,
    a_voice_for_a_reason: 2,
    answers_by_a_reaction: 2,
    no_reason: 6,
    taps_another: 3,
    corrects_in_words: 3,
    thinks_better_of_it: 2,
    edits_the_score: 2,
    torn: 4,
    vague_then_clear: 3,
    off_the_scale: 2,
    asks_who_we_are: 3,
    stops_at_once: 2,
    stops_after_the_score: 2,
    silent: 10,
    away: 3,
    reason_in_two: 4,
    reason_hours_later: 2,
    score_after_the_window: 2,
    never_clear: 2,
    out_of_reach: 1,
}
"""Every kind, and how many of a hundred customers are of it, about."""
