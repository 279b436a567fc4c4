"""Typing errors in the words beside a number: "8 realy good", "9 snlele levering".

Where a reply holds a number and no rule knows how it stands, its unknown words are read once more as the known words
that they are one slip away from: two letters swapped, one too many, too few or wrong. A word behind the number may be
what is counted, of which there are more than this package knows: there only longer ones are mended, and only into words
that judge, join or thank. A word that may be one of several, of which one changes what a number
means ("not", "at least", "last year", a unit), stays unknown, as does one that may have been a number.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from bot.reading import marks as m
from bot.reading import small_words as small
from bot.reading.language import Language
from bot.reading.text import NUMBER, WORD, Token
from bot.reading.typos import unstretched

_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
_SHORTEST_SWAPPED: Final = 3
_SHORTEST: Final = 4
_LONG: Final = 6
_LONGEST: Final = 14
_MOST_MENDED: Final = 6
_LONGEST_WISH: Final = 16  # tokens
_SHORTEST_WISHED: Final = 5
_BESIDE: Final = m.ARTICLE | m.LABEL | m.POINTS | m.GIVE | m.FILL | m.ADJECTIVE | m.STARTER | m.ADDRESSED
_BEHIND: Final = (
    m.POINTS
    | m.PRAISE
    | m.COMPLAINT
    | m.BECAUSE
    | m.BUT
    | m.THEREFORE
    | m.VERY
    | m.THANKS
    | m.GREETING
    | m.ASPECT
)
_HARMLESS: Final = _BESIDE | _BEHIND | m.HARSH | m.EXTREME | m.COMPARED | m.CORRECTION | m.LAPSE | m.WAITING
# Nor is a word mended into one that makes a number behind it a name: nl "telt: 6".
_NAMES: Final = m.BEFORE_NUMBER | m.MONTH | m.RANK
_HARMFUL: Final = ~(_HARMLESS | m.NOW | m.MINE)


def respelled(tokens: Sequence[Token], language: Language) -> list[Token] | None:
    """The tokens with their typing errors mended; None where there is nothing to mend."""
    mended: list[Token] = []
    changed = 0
    behind = False
    for place, token in enumerate(tokens):
        behind = behind or _is_number(token, language)
        word = (
            token.kind == WORD
            and changed < _MOST_MENDED
            and not _gives(tokens[place + 1 : place + 2], language)
            and not _may_be_named(tokens, place, language)
        )
        meant = _meant(token.text, language, behind=behind) if word else None
        changed += meant is not None
        mended.append(token if meant is None else token._replace(text=meant))
    return mended if changed else None


def respelled_wish(tokens: Sequence[Token], language: Language) -> list[Token] | None:
    """The tokens of a short reply with the typing errors in a wish to leave mended ("wil me uitshcrijven"); None where
    there is nothing to mend. First and last letters make other words of it, so they are never mended alone."""
    if len(tokens) > _LONGEST_WISH:
        return None
    mended = [_leaving(token, language) for token in tokens]
    return mended if any(new is not old for new, old in zip(mended, tokens, strict=True)) else None


def _leaving(token: Token, language: Language) -> Token:
    word = token.text
    known = word in language.own_words or word in language.vocabulary or word in language.never_typos
    if token.kind != WORD or known or not _SHORTEST_WISHED <= len(word) <= _LONGEST or not word.isalpha():
        return token
    inner = (word[0] + slip + word[-1] for slip in _slips_within(word[1:-1]))
    slips = (*unstretched(word), *_swapped(word), *inner)
    meant = next((one for one in slips if one in language.leaving_words), None)
    return token if meant is None else token._replace(text=meant)


def _slips_within(letters: str) -> Iterator[str]:
    """A letter too many or too few."""
    for place in range(len(letters)):
        yield letters[:place] + letters[place + 1 :]
    for place in range(len(letters) + 1):
        for letter in _LETTERS:
            yield letters[:place] + letter + letters[place:]


def _gives(following: Sequence[Token], language: Language) -> bool:
    """Whether a verb follows before which somebody stands who gives or gets: nl "Piet krijgt een 10"."""
    if not following:
        return False
    entry = language.words.get(following[0].text)
    marks = 0 if entry is None else entry.marks
    told = language.small_words.get(following[0].text, 0)
    return bool(told & small.GIVES or (marks & m.GIVE and marks & m.SINGULAR and not told & small.IS))


def _may_be_named(tokens: Sequence[Token], place: int, language: Language) -> bool:
    """Whether a word stands between one like "at" and a number, which may be its name: nl "bij restaurant 7"."""
    if not place or not any(_is_number(token, language) for token in tokens[place + 1 : place + 2]):
        return False
    before = tokens[place - 1].text
    entry = language.words.get(before)
    leads = entry is not None and entry.marks & (m.BEFORE_TIME | m.OUT_OF | m.TO)
    return bool(leads) or bool(language.small_words.get(before, 0) & (small.AT | small.WITH | small.FROM))


def _is_number(token: Token, language: Language) -> bool:
    entry = language.words.get(token.text)
    return token.kind == NUMBER or (entry is not None and entry.value is not None)


def _meant(word: str, language: Language, *, behind: bool) -> str | None:
    """The known word that an unknown one is a slip of; None if there is none, or none that may be guessed."""
    if not _SHORTEST_SWAPPED <= len(word) <= _LONGEST or not word.isalpha() or word in language.vocabulary:
        return None
    several = behind and bool(language.countable_endings) and word.endswith(language.countable_endings)
    several = several or (behind and word in language.countable_words)
    slips = [*unstretched(word), *_swapped(word)]
    if not several and language.words.keys().isdisjoint(slips):
        # where it is known what follows a count, one thing behind a number is none
        slips.extend(_slips(word, _LONG if behind and not language.countable_words else _SHORTEST))
    near = {one: language.words[one] for one in slips if one in language.words}
    if any(entry.value is not None or entry.marks & _NAMES for entry in near.values()):
        return None
    if any(entry.marks & _HARMFUL or not entry.marks for entry in near.values()):
        return next(iter(near)) if len(near) == 1 else None
    return next((one for one, entry in near.items() if not behind or entry.marks & _BEHIND), None)


def _swapped(word: str) -> Iterator[str]:
    for place in range(len(word) - 1):
        yield word[:place] + word[place + 1] + word[place] + word[place + 2 :]


def _slips(word: str, shortest: int) -> Iterator[str]:
    """A letter too many or too few, or, in longer words, a wrong one; the first one seldom is."""
    if len(word) < shortest:
        return
    for place in range(1, len(word)):
        yield word[:place] + word[place + 1 :]
    for letter in _LETTERS:
        for place in range(1, len(word) + 1):
            yield word[:place] + letter + word[place:]
            if len(word) >= _LONG:
                yield word[:place] + letter + word[place + 1 :]
