"""The reader's second step: tokens to items, words with their marks and numbers with their values."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.reading import marks as m
from bot.reading.bounds import Bounds
from bot.reading.language import Entry, Language
from bot.reading.text import EMOJI, LINE, LINK, NUMBER, SIGN, WORD, Token

PLAIN: Final = "plain"  # one whole number, meant as such
UNSURE: Final = "unsure"  # numbers that must be asked about: 7,5 and 7-8 and 4/5
PERCENT_SHAPE: Final = "percent"
ASIDE: Final = "aside"  # a number of something else: 3 weeks, order 10, 24/7
ECHO: Final = "echo"  # the scale itself: 0 to 10

MONEY: Final = frozenset("€$£¥")
SEPARATOR: Final = "separator"
_JOINING: Final = frozenset("-/.'")
_SEPARATORS: Final = frozenset(".,!?;:()[]{}…|¡¿")


def scaled(value: int, top: int, scale: Bounds) -> tuple[int, ...]:
    """A number of another scale on this one, if it falls on a whole number: 4 of 5 stars is 8 of 10."""
    times, rest = divmod(value * scale.high, top)
    return (times,) if not rest and scale.low <= times <= scale.high else ()


#: Scales that people answer on unasked: stars, and the marks of schools.
OTHER_SCALES: Final = frozenset({4, 5, 6, 7, 10, 20, 100})


@dataclass(slots=True)
class Item:
    """A word, a number, a sign, an emoji or the end of a clause."""

    kind: str
    text: str
    start: int
    end: int
    tight: bool
    marks: int = 0
    shape: str = ""
    values: tuple[int, ...] = ()
    is_one: bool | None = None  # of an unknown word: False where it ends as what several things are called
    # Of an unknown word: whether it tells what was done, as a participle at the end of a sentence.
    is_done: bool = False
    is_counted: bool = False  # whether it follows a count although it has no such ending
    is_plural: bool = False  # and whether that is the ending of things, not of what they did
    small: int = 0  # which of the small words it is, or begins with

    @property
    def value(self) -> int:
        return self.values[0]


def joined(items: Sequence[Item], shape: str, values: tuple[int, ...]) -> Item:
    """The number that several items are together."""
    first, last = items[0], items[-1]
    return Item(NUMBER, first.text, first.start, last.end, first.tight, first.marks, shape, values)


def items_of(tokens: Sequence[Token], text: str, language: Language) -> list[Item]:
    """The items of a reply; phrases of the lexicon are one item, and so are number words."""
    items: list[Item] = []
    index = 0
    count = len(tokens)
    while index < count:
        token = tokens[index]
        index += 1
        if token.kind == WORD:
            last, item = _word(tokens, index - 1, text, language)
            index = last + 1
            items.append(item)
            continue
        last = _idiom_with_digit(tokens, index - 1, language)
        if last >= index:  # "4 real"
            items.append(Item(WORD, token.text, token.start, tokens[last].end, token.tight, m.FILL))
            index = last + 1
            continue
        kind, text_, start, end, tight = token
        if kind == NUMBER:
            values = (int(text_),) if len(text_) < 16 else ()
            items.append(Item(NUMBER, text_, start, end, tight, 0, PLAIN if values else ASIDE, values))
        elif kind == LINE or (kind == SIGN and text_ in _SEPARATORS):
            items.append(Item(SEPARATOR, text_, start, end, tight))
        elif kind == LINK:
            items.append(
                Item(WORD, text_, start, end, tight, m.STARTER)
            )  # an address or a name: nothing counted
            if text_.startswith("@"):  # whom they speak to, and no word of what they say
                items.append(Item(SEPARATOR, ",", end, end, tight=False))
        else:
            items.append(Item(EMOJI if kind == EMOJI else SIGN, text_, start, end, tight))
    return items


def may_hold_number(tokens: Sequence[Token], language: Language) -> bool:
    """Whether any item can be a number. Hardly a reason holds one, and to find none takes a fifth of the time in which
    it is read."""
    heads, tails = language.number_heads, (*language.half_endings, "'s")
    return any(
        kind == NUMBER or (kind == WORD and (text in heads or text.endswith(tails)))
        for kind, text, *_ in tokens
    )


def signs_dictated(items: Sequence[Item]) -> None:
    """Turn the name of a sign behind a number into that sign: telephones that are spoken to write it out ("eight full
    stop very pleased")."""
    for index in range(1, len(items) - 1):
        item = items[index]
        following = items[index + 1]
        if not item.marks & m.DICTATED or following.kind == NUMBER or following.marks & m.COMPARED:
            continue  # "seven point five", nl "1 punt eraf"
        one_point = item.marks & m.POINTS and items[index - 1].values == (1,)
        given = (
            items[index - 1].marks & m.GIVE and items[index - 2].kind == NUMBER
        )  # nl "een negen geven punt"
        if (given or items[index - 1].kind in (NUMBER, SEPARATOR)) and not one_point:
            item.kind, item.text, item.marks = SEPARATOR, ".", 0


def _idiom_with_digit(tokens: Sequence[Token], index: int, language: Language) -> int:
    for entry in language.lexicon.get(tokens[index].text, ()):
        if not entry.marks and entry.value is None:
            last = _end_of(tokens, index, entry)
            if last >= 0:
                return last
    return -1


def _word(tokens: Sequence[Token], index: int, text: str, language: Language) -> tuple[int, Item]:
    """The item that begins with a word, and the index of its last token."""
    token = tokens[index]
    entry, last = _longest_entry(tokens, index, language)
    _, word, start, end, tight = token
    if entry is None:
        values = _number_within(word, language)
        if values:
            shape = PLAIN if len(values) == 1 else UNSURE
            return index, Item(NUMBER, word, start, end, tight, 0, shape, values)
        item = Item(
            WORD, word, start, end, tight, _elided(word, language), small=language.small_words.get(word, 0)
        )
        if language.countable_endings:
            _tell_number(item, language)
        return index, item
    if language.accented_numbers and last == index:
        accented = language.accented_numbers.get(text[start:end].casefold())
        if accented is not None:
            return index, Item(NUMBER, word, start, end, tight, 0, PLAIN, (accented,))
    if last > index:
        end = tokens[last].end
    if entry.value is not None:
        return last, Item(NUMBER, word, start, end, tight, entry.marks, PLAIN, (entry.value,))
    return last, Item(WORD, word, start, end, tight, entry.marks, small=language.small_words.get(word, 0))


def _tell_number(item: Item, language: Language) -> None:
    """Tell by its ending whether an unknown word is one thing or several, or what was done to several."""
    word = item.text
    item.is_counted = word in language.countable_words
    one = not word.endswith(language.countable_endings) or word.endswith(language.singular_endings)
    if not one:
        item.is_plural = word.endswith(language.plural_endings)
        pieces = language.participle_pieces
        item.is_done = bool(pieces) and not item.is_plural and any(piece in word for piece in pieces)
        one = bool(pieces) and not item.is_plural and not item.is_done
    item.is_one = one and not item.is_counted


def _longest_entry(tokens: Sequence[Token], index: int, language: Language) -> tuple[Entry | None, int]:
    """The longest of the phrases that begin with a word and stand here, and the index of its last token."""
    word = tokens[index].text
    if index + 1 < len(tokens):
        following = tokens[index + 1]
        if following.tight and following.text in _JOINING:  # "opt-out": the next word stands behind a sign
            entries = language.lexicon.get(word, ())
        else:
            entries = language.pairs.get((word, following.text), ())
        for entry in entries:
            last = _end_of(tokens, index, entry)
            if last >= 0:
                return entry, last
    return language.words.get(word), index


def _number_within(word: str, language: Language) -> tuple[int, ...]:
    """The number, or the two, that a word nobody knows is built on: "seven's", de "siebeneinhalb"."""
    numbers = language.typo_numbers
    if word.endswith("'s") and word[:-2] in numbers:
        return (numbers[word[:-2]],)
    if word.endswith(language.half_endings):
        for ending in language.half_endings:
            whole = numbers.get(word.removesuffix(ending)) if word.endswith(ending) else None
            if whole is not None:
                return (whole, whole + 1)
    return ()


def _elided(word: str, language: Language) -> int:
    """The marks of a word with a short one written onto it (fr "l'attente"): it opens a sentence, counts nothing."""
    if "'" not in word:
        return 0
    head, _, rest = word.partition("'")
    if head not in language.elisions:
        return 0
    known = (entry.marks for entry in language.lexicon.get(rest, ()) if entry.words == (rest,))
    return m.STARTER | (next(known, 0) & ~(m.UNIT | m.MONTH))


def _end_of(tokens: Sequence[Token], index: int, entry: Entry) -> int:
    """The index of the last token of a phrase that starts at `index`, -1 if it is not there."""
    words = entry.words
    if len(words) == 1:
        return index
    place = index
    count = len(tokens)
    for word in words[1:]:
        place += 1
        # "t/m", "opt-out" and "a.u.b" are written with a sign between their words
        joined = place < count and tokens[place].tight and tokens[place].text in _JOINING
        if joined and place + 1 < count and (tokens[place + 1].tight or tokens[place].text != "."):
            place += 1
        if place >= count or tokens[place].text != word or tokens[place].kind not in (WORD, NUMBER):
            return -1
        loose_digit = tokens[place].kind == NUMBER and not tokens[place].tight
        if loose_digit and entry.marks & ~m.STARTER:  # "gr8", but no "gr 8"
            return -1
    return place


def is_dash(items: Sequence[Item], index: int) -> bool:
    """Whether the item is a dash between clauses, and no hyphen or sign of a number."""
    item = items[index]
    if item.kind != SIGN or item.text not in "-~=>/*":
        return False
    following = items[index + 1] if index + 1 < len(items) else None
    return not item.tight or following is None or not following.tight


def halves(item: Item) -> bool:
    return bool(item.marks & m.HALF) or item.text == "½"


def sentence_of(items: Sequence[Item], start: int) -> int:
    """Where the sentence begins that a clause belongs to."""
    while start and not (items[start - 1].kind == SEPARATOR and items[start - 1].text in ".!?\n"):
        start -= 1
    return start


def marks_of(items: Sequence[Item]) -> int:
    """The marks of all words among these."""
    marks = 0
    for item in items:
        if item.kind == WORD:
            marks |= item.marks
    return marks
