"""Answers to the question back: "9?" or "7 or 8?" is answered by "ja", 👍, "the second", "neither"."""

from collections.abc import Mapping, Sequence
from typing import Final, Literal

from bot.reading import marks as m
from bot.reading.language import Language
from bot.reading.text import EMOJI, SIGN, Token
from bot.reading.wishes import WordsSaid as Words

_YES: Final = frozenset("👍👌✅✔☑🆗🙌")
_NO: Final = frozenset("👎❌🚫✖")
_SKIN: Final = frozenset("🏻🏼🏽🏾🏿")
_LONGEST: Final = 6
_FILLS: Final = m.FILL | m.ARTICLE | m.GIVE | m.THANKS | m.GREETING


def choice_in(
    tokens: Sequence[Token],
    words: Words,
    language: Language,
    offered: Sequence[int],
    languages: Mapping[str, Language],
) -> tuple[int, ...] | None:
    """The number of those offered that an answer means, as a tuple: all of them where "yes" does not say which, none
    where it takes none of them. None where it is another kind of answer."""
    meant = _words(words, language) or _elsewhere(words, language, languages) or said_by_picture(tokens)
    if meant == "yes" and words.is_question:
        return None  # nl "klopt dat?"
    match meant:
        case None:
            return None
        case "no":
            return ()
        case "yes":
            return tuple(offered)
        case "first":
            return (offered[0],)
        case "second":
            return (offered[1],) if len(offered) > 1 else None
        case "last":
            return (offered[-1],)
        case "lower":
            return (min(offered),)
        case _:
            return (max(offered),)


def said_by_picture(tokens: Sequence[Token]) -> Literal["yes", "no"] | None:
    """What a message of pictures alone says: a thumb up, a cross."""
    shown = {token.text for token in tokens if token.kind == EMOJI} - _SKIN
    if not shown or any(token.kind not in (EMOJI, SIGN) for token in tokens):
        return None
    if shown <= _YES:
        return "yes"
    return "no" if shown <= _NO else None


def _elsewhere(words: Words, language: Language, languages: Mapping[str, Language]) -> str | None:
    """What the message says in the other languages that know it as an answer, if its own knows none of its words."""
    if not 0 < len(words.words) <= _LONGEST or not language.own_words.isdisjoint(words.words):
        return None
    said = {_words(words, other) for other in languages.values()} - {None}
    return said.pop() if len(said) == 1 else None


def _words(words: Words, language: Language) -> str | None:
    """What the whole message is known as, or what both of its halves say: "yes, that's right"."""
    if len(words.words) > _LONGEST:
        return None
    known = language.answers.get(words.phrase)
    if known is not None:
        return known
    clauses = [_bare(clause, language) for clause in words.clauses]
    said = {meant for meant in clauses if meant != ""}
    if len(said) == 1 and None not in said:
        return said.pop()
    return _bare(words.words, language) or None


def _bare(words: Sequence[str], language: Language) -> str | None:
    """What words are known as without what only fills, before and behind them: "the second please", nl "doe de eerste
    dan maar"; empty where nothing else is said."""
    first, last = 0, len(words)
    while first < last:
        known = language.answers.get(" ".join(words[first:last]))
        if known is not None:
            denied = any(language.answers.get(word) == "no" for word in (*words[:first], *words[last:]))
            return None if known == "yes" and denied else known  # nl "goed gezien maar nee"
        if _fills(words[last - 1], language):
            last -= 1
        elif _fills(words[first], language):
            first += 1
        else:
            return None
    return ""


def _fills(word: str, language: Language) -> bool:
    return word in language.courtesy or language.bears(word, _FILLS)
