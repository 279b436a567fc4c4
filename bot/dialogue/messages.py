"""What the customer reads: a topic of the conversation becomes a body and buttons. PURE."""

from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import date
from typing import Final, Literal

from bot.dialogue.buttons import ButtonAnswer, follow_up_value, review_value, score_value
from bot.dialogue.conversation import Say
from bot.dialogue.kinds import SCALES
from bot.dialogue.recovery import TellCustomer
from bot.dialogue.wording import Words
from bot.reading.bounds import Bounds
from bot.reading.own_wishes import AsUsual, Later, OwnWish, Rarely, Rather
from channels.base import Body, Choice, Choices, link, plain
from channels.frozen import dataclass
from channels.known import title_of
from channels.sms.lengths import gsm7_segments, is_gsm7
from scoring.scales import Band

MOST_LISTED: Final = 4  # "at most 8" has nine candidates: their list would be no short question
WHOLE_ROW = 7  # 1-5 and 1-7 stand in one row, and
ROW = 6  # 0-5 above 6-10: left to right, the orientation that reads as a scale

_REVIEW_BUTTONS: Final[Mapping[ButtonAnswer, str]] = {
    "yes": "review_yes_button",
    "no": "review_no_button",
    "later": "review_later_button",
}
REASON_BY_CATEGORY: Final = {
    Band.FAVOURABLE: "reason_promoter",
    Band.NEUTRAL: "reason_passive",
    Band.UNFAVOURABLE: "reason_detractor",
}


@dataclass(frozen=True, slots=True)
class Voice:
    """Who speaks, in which words, and what the channel can show.

    `name` is the customer's as it can be greeted; empty where it is not known, does not read naturally, or
    each letter is paid for. `kind` is the survey's, whose words these are. `by_category` asks promoters,
    passives and detractors (on other scales: the satisfied, those between and the dissatisfied) for their
    reason in different words; `review_url` is where those of them who want to tell others are sent. `months` is
    how long answers are kept, `privacy_url` where more is told of it. `fields` are of the event that the question is
    about; its own words may name them.
    """

    words: Words
    company: str
    scale: Bounds
    buttons: bool
    paid_by_length: bool
    kind: str = "nps"
    name: str = ""
    by_category: bool = False
    review_url: str | None = None
    months: int = 24
    privacy_url: str | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    said: dict[tuple[Say, str], Body] = field(default_factory=dict, init=False, repr=False, compare=False)
    """What was said in it before, as it is said again: see `message`."""

    def text(self, key: str, **values: object) -> str:
        """The text of a key; on SMS the shorter one where there is one."""
        if key not in self.words.texts:
            # A wave with its own `hint` says that one twice, and its own `thanks` to everybody.
            key = key.removesuffix("_again").removesuffix("_low").removesuffix("_bare")
        if self.paid_by_length and f"{key}_sms" in self.words.texts:
            key = f"{key}_sms"
        ends = self._ends() if "_end}" in self.words.texts[key] else {}
        return self.words.text(key, **{**self._known(), **ends, **values})

    def always(self) -> Mapping[str, object]:
        """What fills the placeholders that every text may hold."""
        return {**self._known(), **self._ends()}

    def _ends(self) -> Mapping[str, object]:
        """What the ends of the scale mean."""
        known = {**self._known(), "low_end": "", "high_end": ""}
        return {end: self.words.text(end, **known) for end in ("low_end", "high_end")}

    def _known(self) -> Mapping[str, object]:
        scale = {"low": self.scale.low, "high": self.scale.high}
        return {**self.fields, "company": self.company, "months": self.months, **scale}

    def given(self, score: int, low: int, high: int) -> str:
        """A score for who does not see its scale: `8`, but `4 of 5`."""
        nps = SCALES["nps"]
        if (low, high) == (nps.minimum, nps.maximum):
            return str(score)
        return self.words.text("of_scale", score=score, high=high)

    def date(self, day: date) -> str:
        """A day as people write it: `2 March 2026`."""
        return self.words.forms.day(day)

    def greeted(self, text: str) -> str:
        """A first message, with the salutation on a line above it where there is a name to greet."""
        if not self.name or self.paid_by_length:
            return text
        return f"{self.text('salutation', name=self.name)}\n{text}"

    def band(self, score: int | None) -> Band | None:
        """What a score means on the scale of the survey; None where there is none."""
        scale = SCALES[self.kind]
        return scale.band(score) if score is not None and scale.accepts(score) else None


def question(voice: Voice, conversation_id: int) -> tuple[Body, Choices]:
    """The question for a score. On SMS the long text where it fits one segment, else the short one."""
    text = voice.text("question")
    if voice.paid_by_length and not fits_one_segment(text) and "question_sms_short" in voice.words.texts:
        text = voice.text("question_sms_short")
    numbers = tuple(range(voice.scale.low, voice.scale.high + 1))
    return (plain(voice.greeted(text)),), buttons(voice, conversation_id, numbers)


def reminder(voice: Voice, conversation_id: int) -> tuple[Body, Choices]:
    """The question once more. On SMS its usual text goes as it was where its shorter ones with the word for a reminder
    before it would be a second segment."""
    body, choices = question(voice, conversation_id)
    if not voice.paid_by_length:
        return (plain(voice.greeted(voice.text("reminder", question=voice.text("question")))),), choices
    asked = "".join(span.text for span in body)
    shorter = [voice.text(key) for key in ("question_sms_short",) if key in voice.words.texts]
    for text in (asked, *shorter):
        again = voice.text("reminder", question=text)
        if fits_one_segment(again) or not fits_one_segment(asked):
            return (plain(again),), choices
    return body, choices


def answered(voice: Voice, conversation_id: int, score: int) -> tuple[Body, Choices]:
    """The question again, now with the score that stands; its buttons stay, so that a tap corrects it."""
    body, choices = question(voice, conversation_id)
    return (*body, plain("\n\n" + voice.text("chosen", score=score))), choices


def linked(voice: Voice) -> Body:
    """The first words in a chat that a contact's link was opened in."""
    return (plain(voice.greeted(voice.text("linked"))),)


def message(voice: Voice, say: Say, conversation_id: int, holder: str = "") -> tuple[Body, Choices]:
    """The message of a topic. `holder` is who has their message now, where they are told. What names no day and no wish
    is the same words for each who is spoken to so, and put together once."""
    if say.until is not None or say.own is not None or say.offers:
        return _body(voice, say, holder), buttons(voice, conversation_id, say.offers)
    body = voice.said.get((say, holder))
    if body is None:
        body = voice.said[say, holder] = _body(voice, say, holder)
    return body, _review_buttons(voice, conversation_id) if say.topic == "review_question" else ()


def _body(voice: Voice, say: Say, holder: str) -> Body:
    holder = holder or voice.company
    if say.topic == "passed_on":
        return (plain(voice.text("passed_on", holder=holder)),)
    if say.topic in ("help", "help_idle", "privacy"):
        return about_us(voice, say.topic)
    url = voice.review_url or ""
    key, candidates = _key(voice, say), listed(voice, say.offers)
    told = {"date": "" if say.until is None else voice.date(say.until.date()), **_of_wish(say.own)}
    text = voice.text(key, score=say.score, candidates=candidates, url=url, holder=holder, **told)
    if say.passed_on and key != "thanks_low":  # which says so itself
        text = f"{text} {voice.text('passed_on', holder=holder)}"
    if say.offers_stop:
        text = f"{text} {voice.text('offer_stop')}"
    if say.own is not None and say.until is not None:
        text = f"{text} {voice.text('wish_put_off', **told)}"
    return (plain(text),) if say.topic == "review_question" else _with_link(text, url)


def wish_kept(voice: Voice, own: OwnWish, until: date | None = None) -> Body:
    """That what somebody wishes for themself is kept; of `Later` until which day."""
    match own:
        case Later():
            key = "put_off_next"
        case Rather():
            key = "wish_channel"
        case Rarely():
            key = "wish_rarely"
        case AsUsual():
            key = "wish_undone"
    return (plain(voice.text(key, date="" if until is None else voice.date(until), **_of_wish(own))),)


def _of_wish(own: OwnWish | None) -> Mapping[str, object]:
    """What the text about a wish names."""
    return {
        "channel": title_of(own.channel) if isinstance(own, Rather) else "",
        "days": own.days if isinstance(own, Rarely) else "",
    }


def _review_buttons(voice: Voice, conversation_id: int) -> Choices:
    each: tuple[ButtonAnswer, ...] = ("yes", "no", "later")
    choices = (Choice(voice.text(_REVIEW_BUTTONS[one]), review_value(conversation_id, one)) for one in each)
    return (tuple(choices),) if voice.buttons else ()


def recovery_question(voice: Voice, follow_up_id: int, day: date) -> tuple[Body, Choices]:
    """Whether what they wrote about on a day is solved."""
    text = voice.text("recovery_question", date=voice.date(day))
    return (plain(voice.greeted(text)),), _solved_buttons(voice, follow_up_id)


def recovery_message(voice: Voice, say: TellCustomer, follow_up_id: int, holder: str) -> tuple[Body, Choices]:
    """What is said back to an answer to it, with the buttons of what is asked next."""
    body = (plain(voice.text(say.topic, score=say.score, holder=holder)),)
    match say.topic:
        case "recovery_hint":
            return body, _solved_buttons(voice, follow_up_id)
        case "recovery_score" | "recovery_sorry" | "recovery_hint_score":
            numbers = range(voice.scale.low, voice.scale.high + 1)
            return body, _rows(voice, [Choice(str(n), follow_up_value(follow_up_id, n)) for n in numbers])
        case _:
            return body, ()


def _solved_buttons(voice: Voice, follow_up_id: int) -> Choices:
    yes = Choice(voice.text("solved_button"), follow_up_value(follow_up_id, "yes"))
    no = Choice(voice.text("unsolved_button"), follow_up_value(follow_up_id, "no"))
    return ((yes, no),) if voice.buttons else ()


def improvement(voice: Voice, words: str) -> Body:
    """What the company did with an answer, in its own words."""
    return (plain(voice.greeted(voice.text("improvement", words=words))),)


def about_us(voice: Voice, topic: Literal["help", "help_idle", "privacy"]) -> Body:
    """Who asks, that a machine does, why, how long it is kept and how to stop; `help_idle` where no question is
    open, which would otherwise be told how to answer it. The link to more makes a second
    SMS, so by SMS it is told only to who asks about privacy."""
    text = voice.text(topic)
    if voice.privacy_url is None or (voice.paid_by_length and topic != "privacy"):
        return (plain(text),)
    more = voice.text("privacy_link", url=voice.privacy_url)
    return (plain(f"{text}{' ' if voice.paid_by_length else chr(10)}"), *_with_link(more, voice.privacy_url))


def _key(voice: Voice, say: Say) -> str:
    band = voice.band(say.score)
    match say.topic:
        case "reason_question" if voice.by_category and band is not None:
            return REASON_BY_CATEGORY[band]
        case "thanks" if band is Band.UNFAVOURABLE:
            return "thanks_low"  # what thanks for a 10 is no answer to a 1
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
    """`7`, `7 or 8`, `7, 8 or 9`, as the language lists them; some repeat the article (`7 of een 8`)."""
    if not numbers:
        return ""
    first, *others = numbers
    again = [voice.text("another_candidate", score=score) for score in others]
    return voice.words.forms.one_of([str(first), *again])


def buttons(voice: Voice, conversation_id: int, numbers: tuple[int, ...]) -> Choices:
    """Plain numbers in order, without colours or faces: those change what people choose."""
    return _rows(voice, [Choice(str(number), score_value(conversation_id, number)) for number in numbers])


def _rows(voice: Voice, choices: Sequence[Choice]) -> Choices:
    if not voice.buttons:
        return ()
    row = ROW if len(choices) > WHOLE_ROW else WHOLE_ROW
    return tuple(tuple(choices[start : start + row]) for start in range(0, len(choices), row))


def fits_one_segment(text: str) -> bool:
    """Whether an SMS is sent, and paid, as one."""
    return is_gsm7(text) and gsm7_segments(text) == 1
