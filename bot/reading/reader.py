"""Understands what people write: a score, a reason, a stop, a question, or nothing of these. It never guesses.

A reply is read in the contact's language, or in the one that nearly all of its words are of (`tongue`).

The order of decisions; the first that fits wins, but a score that is clear is kept:

1. Cut off what mail programs add (`mail`), fold the text (case, accents, keycaps, quotes) and take out copies of our
   own words. Nothing left but a reaction or a copy: ignore it.
2. A wish for no more messages (`wishes`: a word, a phrase, or words near each other in any order) ends
   everything, also beside a score, which is kept; so does "wrong number" or "she works here no more", said by
   somebody else than who was asked, but where it is said whom to turn to, as mailboxes do. What an automatic text
   says of "STOP" is no wish, and neither is banter ("stop it, you're too good").
3. What a machine wrote (out of office, carrier, receipt), in whatever language, is ignored, but never where a sure
   score stands in it, nor where a reason is awaited: then it is the reason ("all I get is an automatic reply").
4. START as the whole message.
5. A question about us or about the scale is answered; with a sure score beside it, the score counts.
6. A whole message of one word: a number word, a known slip ("ate", "1o"), a typing error near one known word.
7. The score grammar (`score`): one sure number and nothing doubtful is the score, unless the words beside
   it say its opposite. After a bare number at the start, what others gave and what is counted is told beside it
   (`asides`). More than one number, a half, a bound, another scale: ask.
8. An answer in words or pictures ("zeer waarschijnlijk", 👍): ask.
9. Anything else is no score.

Behind a question back, "yes", "the second" and "neither" answer it first (`answers`).

While a reason is awaited, and after the thanks, free text is the reason: only a bare number or a word of correction
with one number changes the score (`corrections`), and one clear number without such a word may mean to.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from bot.reading import marks as m
from bot.reading.answers import choice_in
from bot.reading.asides import said_of_past
from bot.reading.bounds import Bounds
from bot.reading.copies import is_named_reaction, is_reaction, quotes_copy, says_nothing, without_copies
from bot.reading.corrections import change_in
from bot.reading.irony import is_ironic
from bot.reading.items import PLAIN, SEPARATOR, Item, may_hold_number
from bot.reading.language import HelpTopic, Language
from bot.reading.mail import own_words
from bot.reading.mood import contradicts, may_contradict, mood_of, offered, verbal_answer
from bot.reading.numbers_said import NumbersSaid, numbers_said, without_typing_errors
from bot.reading.own_wishes import OwnWish, own_wish_in
from bot.reading.reason import reason_beside
from bot.reading.score import NumberRead
from bot.reading.settled import by_likelihood
from bot.reading.spelling import respelled_wish
from bot.reading.standing import DOUBTFUL, LOOSE, SURE
from bot.reading.text import NUMBER, WORD, Token, clauses_of, tokens_of
from bot.reading.tongue import tongue_of
from bot.reading.typos import number_meant, stop_meant
from bot.reading.wishes import WordsSaid as Words
from bot.reading.wishes import (
    asks_for_contact,
    asks_to_be_forgotten,
    asks_to_start,
    asks_to_stop,
    is_automatic,
    is_away,
    is_somebody_else,
    may_leave,
    question_in,
    refers_to_another,
    tells_of_habit,
)

ENGLISH = "en"
DUTCH = "nl"
_LONGEST_CHOICE = 5
_LONGEST_MISSPELT = 8
_WILD = 5
_GIVES = m.ARTICLE | m.LABEL | m.GIVE
_NO_WORDS = frozenset("-–—_./")


@dataclass(frozen=True, slots=True)
class Score:
    """One clear number of the scale, and the reason if one was written beside it."""

    value: int
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class OutOfRange:
    """One clear number that the scale does not have."""

    value: int


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """An answer that must be asked about. The candidates may be empty: then the question is simply asked again.

    Where no score is awaited it holds the one number that may be meant to change it, and what is said beside it; or
    none, where what the question back offered is declined.
    """

    candidates: tuple[int, ...] = ()
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class OptOut:
    """No more messages to this person, and the score where a clear one stands beside it. `somebody_else`: who writes
    is not who was asked."""

    score: int | None = None
    somebody_else: bool = False


@dataclass(frozen=True, slots=True)
class OptIn:
    """Messages are welcome again."""


@dataclass(frozen=True, slots=True)
class Help:
    """A question about us, the survey or one's data."""

    topic: HelpTopic = "help"


@dataclass(frozen=True, slots=True)
class NotAScore:
    """Words without a score. `says_none`: they answer the question of the reason by that there is none."""

    says_none: bool = False


@dataclass(frozen=True, slots=True)
class Ignore:
    """A reaction or a copy of our own words, or, `kept`, what a machine wrote: no answer, no hint. What a machine wrote
    is kept all the same, since a person may have; so is a reaction behind a name."""

    kept: bool = False


Reading = Score | OutOfRange | Ambiguous | OptOut | OptIn | Help | NotAScore | Ignore

Awaiting = Literal["score", "confirm", "reason", "nothing"]


@dataclass(frozen=True, slots=True)
class LastSaid:
    """What the bot asked last, its own recent words, newest first, the numbers that its question back offered, and the
    score that stands."""

    awaiting: Awaiting
    recent: tuple[str, ...] = ()
    offered: tuple[int, ...] = ()
    score: int | None = None


def read(
    text: str, language: str, scale: Bounds, said: LastSaid, languages: Mapping[str, Language]
) -> Reading:
    """What a reply says. Never raises, whatever the text; an unknown language is read as English."""
    asked = languages.get(language) or languages[ENGLISH]
    text = own_words(text)
    written = tokens_of(text)
    spoken = tongue_of(written, asked, languages)
    found = _in_one(text, written, spoken, scale, said, languages)
    if spoken is asked or not (isinstance(found, Ignore) or found == NotAScore()):
        return found
    return _in_one(text, written, asked, scale, said, languages)


def _in_one(
    text: str,
    written: list[Token],
    spoken: Language,
    scale: Bounds,
    said: LastSaid,
    languages: Mapping[str, Language],
) -> Reading:
    """What a reply says in one language."""
    tokens = without_copies(written, said.recent)
    reaction = _reaction(text, written, tokens, spoken, said)
    if reaction is not None:
        return reaction
    words = Words(tokens, clauses_of(tokens))
    automatic = is_automatic(words, spoken) and not _scores_or_may(
        numbers_said(tokens, text, spoken, scale), scale
    )
    if not automatic and _is_somebody_else(tokens, text, words, spoken, scale):
        if not refers_to_another(words, spoken):
            return OptOut(somebody_else=True)
        automatic = True
    leaves = None if automatic else _leaving(tokens, text, words, spoken, scale, languages)
    if leaves is not None:
        return leaves
    if automatic and said.awaiting != "reason":
        return Ignore(kept=True)
    if said.offered:
        chosen = choice_in(tokens, words, spoken, said.offered, languages)
        if chosen is not None:
            return Score(chosen[0]) if len(chosen) == 1 else Ambiguous(chosen)
    if said.awaiting == "confirm":
        confirmed = _confirmed(tokens, text, words, spoken, scale, said)
        if confirmed is not None:
            answered = _answer(tokens, text, words, spoken, scale, languages)
            same = isinstance(answered, Score) and answered.value == confirmed  # and says why
            return answered if same else Score(confirmed)
    if said.awaiting in ("score", "confirm"):
        answer = _answer(tokens, text, words, spoken, scale, languages)
        misspelt = isinstance(answer, NotAScore) and _leaves_misspelt(tokens, spoken, languages)
        return OptOut() if misspelt else answer
    stands = () if said.score is None else (said.score,)
    later = _later(tokens, text, words, spoken, scale, languages, stands)
    reading = _perhaps_none(later, tokens, words, spoken)
    return _perhaps_away(reading, words, spoken) if said.awaiting == "nothing" else reading


def _reaction(
    text: str, written: list[Token], tokens: list[Token], spoken: Language, said: LastSaid
) -> Ignore | None:
    """Step 1: a reaction, or a copy of our own words."""
    if is_reaction(text, written, spoken.reactions):
        return Ignore()
    if is_named_reaction(text, written, said.recent, spoken.reactions, spoken.own_words):
        return Ignore(kept=True)
    copied = len(tokens) < len(written) and (
        says_nothing(tokens, spoken.reactions) or quotes_copy(written, tokens, spoken.lexicon)
    )
    return Ignore() if copied else None


def wants_contact(text: str, reading: Reading, language: str, languages: Mapping[str, Language]) -> bool:
    """Whether a person who wrote this wants to be called, written to or answered, whatever else it was read as. Who
    leaves, asks about us or is a machine wants none."""
    if not _has_words(reading):
        return False
    tokens, words = _of_last(text)
    spoken = tongue_of(tokens, languages.get(language) or languages[ENGLISH], languages)
    return asks_for_contact(words, spoken)


def own_wish(text: str, reading: Reading, language: str, languages: Mapping[str, Language]) -> OwnWish | None:
    """What a person who wrote this wishes for themself, where no rule understood it as anything else: in the language
    that it is written in, else in any other of ours."""
    if not isinstance(reading, NotAScore):
        return None
    tokens, words = _of_last(own_words(text))
    asked = languages.get(language) or languages[ENGLISH]
    clauses = words.clauses
    whole = [[word for clause in clauses for word in clause]]  # "by SMS, please"
    forms = (clauses, whole) if len(clauses) > 1 else (whole,)
    first = {id(one): one for one in (tongue_of(tokens, asked, languages), asked)}
    for one in (first | {id(one): one for one in languages.values()}).values():
        for said in forms:
            if (found := own_wish_in(said, one.own_wishes)) is not None:
                return found
    return None


def offers_stop(text: str, reading: Reading, language: str, languages: Mapping[str, Language]) -> bool:
    """Whether a person who wrote this, which is no wish to leave by the rules, is to be asked whether it was one. What
    they wish for themself is none ("rather by SMS")."""
    if not _has_words(reading):
        return False
    tokens, words = _of_last(text)
    spoken = tongue_of(tokens, languages.get(language) or languages[ENGLISH], languages)
    may = may_leave(words, text, spoken) or (
        isinstance(reading, NotAScore) and _may_misspell_leaving(tokens, spoken, languages)
    )
    # Looked for last: it takes as long as all of this, and few replies get here.
    return may and own_wish(text, reading, language, languages) is None


@lru_cache(maxsize=1)
def _of_last(text: str) -> tuple[list[Token], Words]:
    """The tokens and words of the text that was asked for last: three rules in turn ask for them. No text but that
    stays."""
    tokens = tokens_of(text)
    return tokens, Words(tokens, clauses_of(tokens))


def _has_words(reading: Reading) -> bool:
    """Whether words of a person are left that no rule has understood whole."""
    if isinstance(reading, Score):
        return reading.reason is not None
    return isinstance(reading, Ambiguous | OutOfRange | NotAScore)


def numbers_named(
    text: str, language: str, scale: Bounds, languages: Mapping[str, Language]
) -> tuple[int, ...]:
    """The numbers of the scale that a question back, or the reply before it, leaves to choose from."""
    asked = read(text, language, scale, LastSaid("score"), languages)
    if isinstance(asked, Ambiguous) and asked.candidates:
        return asked.candidates
    numbers = (int(token.text) for token in tokens_of(text) if token.kind == NUMBER and len(token.text) < 4)
    return tuple(dict.fromkeys(number for number in numbers if number in scale))


def kind_of(reading: Reading) -> str:
    """The name of a reading, as the labelled replies and `npsbot read` write it."""
    match reading:
        case Score(reason=None):
            return "score"
        case Score():
            return "score_reason"
        case OutOfRange():
            return "out_of_range"
        case Ambiguous():
            return "ambiguous"
        case OptOut():
            return "opt_out"
        case OptIn():
            return "opt_in"
        case Help():
            return "help"
        case NotAScore():
            return "not_a_score"
        case Ignore():
            return "ignore"


def _answer(
    tokens: list[Token],
    text: str,
    words: Words,
    language: Language,
    scale: Bounds,
    languages: Mapping[str, Language],
) -> Reading:
    """Steps 3 to 9, while a score is awaited."""
    numbers = without_typing_errors(
        numbers_said(tokens, text, language, scale), tokens, text, language, scale
    )
    sure = numbers.sure
    if not _scores_or_may(numbers, scale) and is_away(words, language):
        return Ignore(kept=True)
    if asks_to_start(words, language, languages):
        return OptIn()
    question = question_in(words, language)
    answered = sure is not None and (not words.is_question or _answers_beside(sure, numbers.items))
    if question is not None and (question.about_number or not answered):
        return Help(question.topic)
    whole = _whole_message(words, language, scale, is_number=sure is not None)
    if whole is not None:
        return whole
    return _graded(numbers, text, words, language, scale)


def _scores(numbers: NumbersSaid, scale: Bounds) -> bool:
    """Whether somebody gives a score, be it a wild one; a larger number is a day's or a reference's."""
    return numbers.sure is not None and numbers.sure.values[0] <= scale.high + _WILD


def _scores_or_may(numbers: NumbersSaid, scale: Bounds) -> bool:
    """Whether somebody gives a score, or a number of the scale is the last word: "delivered 4 of 7. 3"."""
    *before, last = (None, *numbers.items)[-2:]
    plain = last is not None and last.shape == PLAIN and last.value in scale
    led = all(item is None or item.kind == SEPARATOR or item.marks & _GIVES for item in before)
    return bool(plain and led) or _scores(numbers, scale)


def _answers_beside(sure: NumberRead, items: Sequence[Item]) -> bool:
    """Whether a score opens the reply, or stands alone behind the question: "why do you ask? 6"."""
    if not sure.index:
        return True
    start, end = sure.clause
    return items[start - 1].text == "?" and end >= len(items) - 1


def _graded(numbers: NumbersSaid, text: str, words: Words, language: Language, scale: Bounds) -> Reading:
    """Steps 7 to 9: the score grammar."""
    if numbers.sure is not None:
        value = numbers.sure.values[0]
        if value not in scale:
            return OutOfRange(value)
        if may_contradict(value, scale):
            mood = mood_of(numbers.items)
            if contradicts(value, mood, scale):
                return Ambiguous((value, scale.low + scale.high - value))
            if is_ironic(value, numbers.items, words, mood, language, scale):
                return Ambiguous((value,))
        return Score(value, reason_beside(numbers.items, numbers.sure, text))
    found = by_likelihood(numbers.items, [c for c in numbers.found if c.standing != LOOSE])
    values = tuple(dict.fromkeys(value for c in found for value in c.values if value in scale))
    if values or any(c.standing in (SURE, DOUBTFUL) for c in found):
        return Ambiguous(values)
    verbal = verbal_answer(numbers.items, words.phrase, language, scale)
    return NotAScore() if verbal is None else Ambiguous(verbal)


def _later(
    tokens: list[Token],
    text: str,
    words: Words,
    language: Language,
    scale: Bounds,
    languages: Mapping[str, Language],
    stands: tuple[int, ...],
) -> Reading:
    """Steps 4 and 5 and corrections, while a reason is awaited and after the thanks."""
    change = None
    if may_hold_number(tokens, language):
        numbers = numbers_said(tokens, text, language, scale)
        change = change_in(numbers.items, numbers.found, text, scale, stands)
    if change is not None and change.explicit:
        return Score(change.value, change.reason)
    if asks_to_start(words, language, languages):
        return OptIn()
    question = question_in(words, language)
    if question is not None:
        return Help(question.topic)
    return NotAScore() if change is None else Ambiguous((change.value,), change.reason)


def _confirmed(
    tokens: list[Token], text: str, words: Words, language: Language, scale: Bounds, said: LastSaid
) -> int | None:
    """The number that a few words say behind the question back: one of those offered ("the 6"), or another instead
    ("nee, 8")."""
    numbers = numbers_said(tokens, text, language, scale)
    if len(words.words) > _LONGEST_CHOICE:
        return None
    change = change_in(numbers.items, numbers.found, text, scale, said.offered)
    if change is not None and change.explicit:
        return change.value
    named = {c.values for c in numbers.found if c.standing != DOUBTFUL or _is_approved(numbers.items, words)}
    doubted = any(c.standing == DOUBTFUL and c.values not in named for c in numbers.found)
    value = named.pop() if len(named) == 1 and not doubted else ()
    return value[0] if len(value) == 1 and value[0] in said.offered else None


def _is_approved(items: Sequence[Item], words: Words) -> bool:
    """Whether nothing is said of a number but that it will do: "8 is fine"."""
    approves = m.GIVE | m.PRAISE | m.FILL | m.ARTICLE | m.THANKS
    said = [item.marks for item in items if item.kind == WORD]
    return not words.is_question and all(marks & approves and not marks & m.NOT for marks in said)


def _whole_message(words: Words, language: Language, scale: Bounds, *, is_number: bool) -> Reading | None:
    """Step 6: a message of one word, or of a few that are known as one."""
    phrase = words.phrase
    lone = language.lone_numbers.get(phrase)
    if lone is not None and lone in scale:
        return Score(lone)
    unsure = language.unsure.get(phrase, _behind_article(words, language))
    if unsure is not None and (not is_number or len(words.words) > 1):
        return Ambiguous(offered(unsure, scale))
    if len(words.words) == 2 and language.bears(words.words[0], m.ARTICLE):
        phrase = words.words[1]  # "een negne"
    elif len(words.words) != 1:
        return None
    if len(phrase) < 3 and set(phrase) <= {"o", "l", "i"}:
        return Ambiguous((10,) if scale.high == 10 else ())
    meant = number_meant(phrase, language)
    if meant is None:
        return None
    return Score(meant) if meant in scale else OutOfRange(meant)


def _perhaps_away(reading: Reading, words: Words, language: Language) -> Reading:
    """The reading of words behind the thanks, which a machine may have written for who is away."""
    away = not isinstance(reading, Score) and is_away(words, language)
    return Ignore(kept=True) if away else reading


def _perhaps_none(reading: Reading, tokens: list[Token], words: Words, language: Language) -> Reading:
    """The reading of words behind a score, which may say that there is no reason: "n/a", or a dash."""
    if reading != NotAScore():
        return reading
    dashes = not words.words and all(token.text in _NO_WORDS for token in tokens)
    return NotAScore(says_none=dashes or words.phrase in language.no_reason)


def _behind_article(words: Words, language: Language) -> tuple[int, ...] | None:
    """What "an ate" may mean."""
    if len(words.words) != 2 or not language.bears(words.words[0], m.ARTICLE):
        return None
    return language.unsure.get(words.words[1])


def _leaving(
    tokens: list[Token],
    text: str,
    words: Words,
    spoken: Language,
    scale: Bounds,
    languages: Mapping[str, Language],
) -> OptOut | None:
    """The wish to leave, with a score that is sure or told of what was."""
    if not _asks_to_stop(words, spoken, languages) and not _is_stop_typo(words, spoken):
        return None
    numbers = numbers_said(tokens, text, spoken, scale)
    if numbers.sure is not None and tells_of_habit(words, spoken):
        return None
    kept = numbers.sure or said_of_past(numbers.items, numbers.found)
    return OptOut(kept.values[0] if kept is not None and kept.values[0] in scale else None)


def _asks_to_stop(words: Words, spoken: Language, languages: Mapping[str, Language]) -> bool:
    """In the customer's language, which borrows from English; and in Dutch, since who lives in the Netherlands and
    is written to in another language may still leave in Dutch."""
    if asks_to_be_forgotten(words, spoken):
        return False
    dutch = languages.get(DUTCH)
    return asks_to_stop(words, spoken) or (
        dutch is not None and dutch is not spoken and asks_to_stop(words, dutch)
    )


def _leaves_misspelt(tokens: list[Token], spoken: Language, languages: Mapping[str, Language]) -> bool:
    """Whether a wish to leave with typing errors is plain: one clause of few words, all those of such wishes."""
    mended = _mended(tokens, spoken)
    return (
        mended is not None
        and len(mended.clauses) == 1
        and len(mended.words) <= _LONGEST_MISSPELT
        and all(word in spoken.leaving_words or word in spoken.courtesy for word in mended.words)
        and _asks_to_stop(mended, spoken, languages)
    )


def _may_misspell_leaving(tokens: list[Token], spoken: Language, languages: Mapping[str, Language]) -> bool:
    """Whether words are or may be a wish to leave once their typing errors are mended, plain or not."""
    mended = _mended(tokens, spoken)
    return mended is not None and (
        _asks_to_stop(mended, spoken, languages) or may_leave(mended, mended.phrase, spoken)
    )


def _mended(tokens: list[Token], spoken: Language) -> Words | None:
    mended = respelled_wish(tokens, spoken)
    return None if mended is None else Words(mended, clauses_of(mended))


def _is_somebody_else(
    tokens: list[Token], text: str, words: Words, language: Language, scale: Bounds
) -> bool:
    """Who gives a score is who was asked, whatever is wrong with a number ("wrong number of boxes, 3")."""
    return is_somebody_else(words, language) and numbers_said(tokens, text, language, scale).sure is None


def _is_stop_typo(words: Words, language: Language) -> bool:
    return len(words.words) == 1 and stop_meant(words.phrase, language)


__all__ = [
    "Ambiguous",
    "Bounds",
    "Help",
    "HelpTopic",
    "Ignore",
    "LastSaid",
    "NotAScore",
    "OptIn",
    "OptOut",
    "OutOfRange",
    "Reading",
    "Score",
    "kind_of",
    "numbers_named",
    "offers_stop",
    "own_wish",
    "read",
    "wants_contact",
]
