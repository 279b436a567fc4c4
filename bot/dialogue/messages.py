"""What the customer reads: a topic of the conversation becomes a body and buttons. PURE."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from bot.dialogue.conversation import Say
from bot.dialogue.reading import Scale
from bot.dialogue.wording import Words
from channels.base import Body, Choice, link, plain
from channels.segments import gsm7_segments, is_gsm7
from scoring.counts import Category, category

Choices = tuple[tuple[Choice, ...], ...]

MOST_LISTED: Final = 4  # "at most 8" has nine candidates: their list would be no short question
ROW = 6  # 0-5 and 6-10: left to right, the orientation that reads as a scale (facts, wording)

REASON_BY_CATEGORY: Final = {
    Category.PROMOTER: "reason_promoter",
    Category.PASSIVE: "reason_passive",
    Category.DETRACTOR: "reason_detractor",
}


@dataclass(frozen=True, slots=True)
class Voice:
    """Who speaks, in which words, and what the channel can show.

    `name` is the customer's as it can be greeted; empty where it is not known, does not read naturally, or
    each letter is paid for. `by_category` asks promoters, passives and detractors for their reason in
    different words; `review_url` is where promoters are asked to tell others. `months` is how long answers
    are kept, `privacy_url` where more is told of it.
    """

    words: Words
    company: str
    scale: Scale
    buttons: bool
    sms: bool
    name: str = ""
    by_category: bool = False
    review_url: str | None = None
    months: int = 24
    privacy_url: str | None = None

    def text(self, key: str, **values: object) -> str:
        """The text of a key; on SMS the shorter one where there is one."""
        if self.sms and f"{key}_sms" in self.words.texts:
            key = f"{key}_sms"
        common: Mapping[str, object] = {
            "company": self.company,
            "low": self.scale.low,
            "high": self.scale.high,
            "months": self.months,
        }
        return self.words.text(key, **{**common, **values})

    def greeted(self, text: str) -> str:
        """A first message, with the salutation on a line above it where there is a name to greet."""
        if not self.name or self.sms:
            return text
        return f"{self.text('salutation', name=self.name)}\n{text}"

    def category(self, score: int | None) -> Category | None:
        """The category of a score; None where there is none, or the scale has no categories."""
        return category(score) if score is not None and (self.scale.low, self.scale.high) == (0, 10) else None


def question(voice: Voice, conversation_id: int) -> tuple[Body, Choices]:
    """The Net Promoter question. On SMS the long text where it fits one segment, else the short one."""
    text = voice.text("question")
    if voice.sms and not fits_one_segment(text) and "question_sms_short" in voice.words.texts:
        text = voice.text("question_sms_short")
    numbers = tuple(range(voice.scale.low, voice.scale.high + 1))
    return (plain(voice.greeted(text)),), buttons(voice, conversation_id, numbers)


def answered(voice: Voice, conversation_id: int, score: int) -> tuple[Body, Choices]:
    """The question again, now with the score that stands; its buttons stay, so that a tap corrects it."""
    body, choices = question(voice, conversation_id)
    return (*body, plain("\n\n" + voice.text("chosen", score=score))), choices


def linked(voice: Voice) -> Body:
    """The first words in a chat that a contact's link was opened in."""
    return (plain(voice.greeted(voice.text("linked"))),)


def message(voice: Voice, say: Say, conversation_id: int) -> tuple[Body, Choices]:
    """The message of a topic."""
    if say.topic in ("help", "privacy"):
        return about_us(voice, say.topic), ()
    url = voice.review_url or ""
    text = voice.text(_key(voice, say), score=say.score, candidates=listed(voice, say.offers), url=url)
    return _with_link(text, url), buttons(voice, conversation_id, say.offers)


def about_us(voice: Voice, topic: Literal["help", "privacy"]) -> Body:
    """Who asks, that a machine does, why, how long it is kept and how to stop. The link to more makes a second
    SMS, so by SMS it is told only to who asks about privacy."""
    text = voice.text(topic)
    if voice.privacy_url is None or (voice.sms and topic == "help"):
        return (plain(text),)
    more = voice.text("privacy_link", url=voice.privacy_url)
    return (plain(f"{text}{' ' if voice.sms else chr(10)}"), *_with_link(more, voice.privacy_url))


def _key(voice: Voice, say: Say) -> str:
    group = voice.category(say.score)
    match say.topic:
        case "reason_question" if voice.by_category and group is not None:
            return REASON_BY_CATEGORY[group]
        case "thanks" if voice.review_url is not None and group is Category.PROMOTER:
            return "thanks_review"
        case "confirm" if len(say.offers) == 1:
            # No yes-or-no question: a YES by SMS is Twilio's word for START.
            return "confirm_one"
        case "confirm" if len(say.offers) > MOST_LISTED:
            return "confirm_many"
        case topic:
            return topic


def _with_link(text: str, url: str) -> Body:
    before, found, after = text.partition(url) if url else (text, "", "")
    return tuple(span for span in (plain(before), link(found, found), plain(after)) if span.text)


def listed(voice: Voice, numbers: tuple[int, ...]) -> str:
    """`7`, `7 or 8`, `7, 8 or 9`, in the words of the language."""
    *first, last = map(str, numbers or ("",))
    return voice.text("or").join([voice.text("comma").join(first), last]) if first else last


def buttons(voice: Voice, conversation_id: int, numbers: tuple[int, ...]) -> Choices:
    """Plain numbers in order, without colours or faces: those change what people choose."""
    if not voice.buttons:
        return ()
    choices = [Choice(str(number), score_value(conversation_id, number)) for number in numbers]
    return tuple(tuple(choices[start : start + ROW]) for start in range(0, len(choices), ROW))


def score_value(conversation_id: int, score: int) -> str:
    """What a score's button sends back. It proves nothing: intake looks whose conversation it is."""
    return f"s:{conversation_id}:{score}"


def parse_score_value(value: str) -> tuple[int, int] | None:
    """The conversation and the score of a button's value; None where it is of another kind."""
    match value.split(":"):
        case ["s", conversation, score] if (
            (conversation + score).isascii() and conversation.isdecimal() and score.isdecimal()
        ):
            return int(conversation[:18]), int(score[:4])
        case _:
            return None


def fits_one_segment(text: str) -> bool:
    """Whether an SMS is sent, and paid, as one."""
    return is_gsm7(text) and gsm7_segments(text) == 1
