"""Answers to what is asked after a survey: is it solved, would you write a review? Yes, no, or later. PURE.

Unsure means None, and the one who asked asks back. A "no" may have words behind it, since whoever takes it for one
only looks once more; a "yes" is the whole message.
"""

from collections.abc import Mapping, Sequence
from typing import Final, Literal

from bot.reading.answers import said_by_picture
from bot.reading.language import Language
from bot.reading.mail import own_words
from bot.reading.reader import ENGLISH
from bot.reading.text import clauses_of, tokens_of
from bot.reading.wishes import WordsSaid

YesOrNo = Literal["yes", "no", "later"]

_MEANT: Final[Mapping[str, YesOrNo]] = {
    "yes": "yes",
    "solved": "yes",
    "no": "no",
    "unsolved": "no",
    "later": "later",
}


def yes_or_no(text: str, language: str, languages: Mapping[str, Language]) -> YesOrNo | None:
    """What a reply to a question of yes or no says, in the person's own language or in any other of ours; None where
    that is not sure. Never raises."""
    tokens = tokens_of(own_words(text))
    words = WordsSaid(tokens, clauses_of(tokens))
    if not words.words:
        return said_by_picture(tokens)
    if words.is_question:
        return None
    own = languages.get(language) or languages[ENGLISH]
    found = _said(words, own)
    if found is not None:
        return found
    others = {_known(words.words, other) for other in languages.values()} - {None}
    return others.pop() if len(others) == 1 else None


def _said(words: WordsSaid, language: Language) -> YesOrNo | None:
    whole = _meaning(words.words, language)
    if whole is not None:
        return whole
    telling = (clause for clause in words.clauses if not all(_is_polite(word, language) for word in clause))
    clauses = [_meaning(clause, language) for clause in telling]
    if clauses and len(set(clauses)) == 1 and clauses[0] is not None:
        return clauses[0]
    if "yes" in clauses or "later" in clauses:
        return None
    return "no" if clauses[:1] == ["no"] or _unsolved_in(words.phrase, language) else None


def _meaning(words: Sequence[str], language: Language) -> YesOrNo | None:
    """What words are known as, as they stand or without what politeness puts around them."""
    first, last = 0, len(words)
    while (found := _known(words[first:last], language)) is None and last > first + 1:
        if _is_polite(words[last - 1], language):
            last -= 1
        elif _is_polite(words[first], language):
            first += 1
        else:
            break
    return found


def _is_polite(word: str, language: Language) -> bool:
    return word in language.courtesy and _known([word], language) is None


def _known(words: Sequence[str], language: Language) -> YesOrNo | None:
    phrase = " ".join(words)
    return _MEANT.get(language.follow_up.get(phrase) or language.answers.get(phrase) or "")


def _unsolved_in(phrase: str, language: Language) -> bool:
    """Whether it says in its midst that it is not solved: "the new one is still not working"."""
    padded = f" {phrase} "
    return any(
        meaning == "unsolved" and " " in known and f" {known} " in padded
        for known, meaning in language.follow_up.items()
    )
