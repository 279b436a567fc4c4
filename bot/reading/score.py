"""The reader's fourth step: does one number stand as the answer?

A clause ends at punctuation, an emoji, or a connecting word (because, but, so, and, if). A number is

- sure, when all around it in its clause is harmless ("I'd give you an 8"), when a giving word or an article
  leads to it and nothing follows ("voor jullie een 8"), or when it opens the clause and a word follows that cannot be
  counted ("8 goede service");
- doubtful, when it is a half, a range, a bound, negated, conditional, past, or of another scale;
- open, when it might be a score but the words around it are not known ("bezorging 4", "8 kabouters");
- loose, when it stands in the midst of a sentence: no candidate.

One sure value and nothing doubtful is the score. Everything else that is not loose is asked about.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.reading.items import ASIDE, ECHO, PERCENT_SHAPE, PLAIN, SEPARATOR, Item, Range, is_dash
from bot.reading.marks import (
    ADJECTIVE,
    AFTER_SCORE,
    ARTICLE,
    ASPECT,
    AT_LEAST,
    AT_MOST,
    BEFORE_NUMBER,
    BEFORE_TIME,
    BUT,
    COMPLAINT,
    CONNECTOR,
    CORRECTION,
    FILL,
    GIVE,
    GREETING,
    HARMLESS,
    HOMOGRAPH,
    IF,
    LABEL,
    LAPSE,
    MINUS,
    MONTH,
    NEARLY,
    NOT,
    NOT_AFTER,
    OTHERS,
    OUT_OF,
    PAST,
    POINTS,
    PRAISE,
    RANK,
    SCALE,
    SIGNATURE,
    STARTER,
    THANKS,
    UNIT,
    VERY,
    WOULD,
)
from bot.reading.pairs import names_date
from bot.reading.text import EMOJI, NUMBER, SIGN, WORD

SURE: Final = "sure"
DOUBTFUL: Final = "doubtful"
OPEN_END: Final = "open at its end"
OPEN_START: Final = "open at its start"
LOOSE: Final = "loose"

MOST_CANDIDATES: Final = 12

_BESIDE_HOMOGRAPH: Final = MINUS | ARTICLE | LABEL | GIVE | GREETING | THANKS | CORRECTION | SIGNATURE
_LEADS: Final = ARTICLE | LABEL | ADJECTIVE | CORRECTION
_SKIPPED: Final = ARTICLE | ADJECTIVE | FILL | GIVE | LABEL | VERY | CORRECTION
_LEAST_UNCOUNTED: Final = 5  # fewer are often counted without a noun: "2 stuck in the lift"
_NOUN_WITHIN: Final = 4
_BOUNDS: Final = AT_LEAST | AT_MOST | NEARLY


@dataclass(frozen=True, slots=True)
class Candidate:
    """A number that may be the answer: where it stands, how sure that is, and the numbers to offer."""

    index: int
    standing: str
    values: tuple[int, ...]
    clause: tuple[int, int]
    is_percent: bool = False


def clauses(items: Sequence[Item]) -> list[tuple[int, int]]:
    """The clauses as index ranges; separators and connecting words belong to none."""
    found: list[tuple[int, int]] = []
    start = 0
    for index, item in enumerate(items):
        if ends_clause(items, index):
            if index > start:
                found.append((start, index))
            start = index + 1
        elif item.kind == WORD and item.marks & SIGNATURE and index > start:
            found.append((start, index))
            start = index
    if start < len(items):
        found.append((start, len(items)))
    return found


def ends_clause(items: Sequence[Item], index: int) -> bool:
    item = items[index]
    if item.kind in (SEPARATOR, EMOJI):
        return True
    if item.kind == WORD:
        return bool(item.marks & CONNECTOR)
    return is_dash(items, index)


def candidates(items: Sequence[Item], scale: Range) -> list[Candidate]:
    """Every number that is not set aside, with its standing; a text with very many is only asked about."""
    found: list[Candidate] = []
    for start, end in clauses(items):
        for index in range(start, end):
            item = items[index]
            if item.kind == NUMBER and item.shape not in (ASIDE, ECHO):
                if len(found) == MOST_CANDIDATES:
                    return [Candidate(index, DOUBTFUL, (), (start, end))]
                found.append(_candidate(items, index, start, end, scale))
    return found


def _candidate(items: Sequence[Item], index: int, start: int, end: int, scale: Range) -> Candidate:
    item = items[index]
    left = items[start:index]
    right = items[index + 1 : end]
    standing = LOOSE if _of_others(right) else _standing(item, left, right)
    values = item.values
    if item.shape != PLAIN:
        standing = LOOSE if standing == LOOSE else DOUBTFUL
    elif standing != LOOSE:
        doubted = _doubt(items, index, start, end, scale)
        if doubted is not None:
            standing, values = DOUBTFUL, doubted
    return Candidate(index, standing, values, (start, end), item.shape == PERCENT_SHAPE)


def _clean(items: Sequence[Item]) -> bool:
    return all(_harmless(item) for item in items)


def _harmless(item: Item) -> bool:
    if item.kind == WORD:
        return bool(item.marks & (HARMLESS | SCALE | _BOUNDS | NOT | NOT_AFTER | PAST | VERY | MINUS))
    return item.kind == SIGN or item.shape == ECHO


def _standing(item: Item, left: Sequence[Item], right: Sequence[Item]) -> str:
    left_clean, right_clean = _clean(left), _clean(right)
    if item.marks & HOMOGRAPH:
        around = (*left, *right)
        meant = all(i.kind != WORD or i.marks & (_BESIDE_HOMOGRAPH | POINTS) for i in around)
        return SURE if meant and left_clean and right_clean else LOOSE
    if left_clean and right_clean:
        return SURE
    before = left[-1] if left else None
    led = (
        before is not None and before.kind == WORD and bool(before.marks & _LEADS) and not before.marks & RANK
    )
    if left_clean:
        if item.marks & POINTS and right[0].is_one is not False:  # "6/10" counts nothing but plurals
            return SURE
        several = item.values >= (_LEAST_UNCOUNTED,) and item.text[0] != "0"
        if _can_follow(right) or (several and _is_no_count(right)):
            return SURE
        return OPEN_END if led else OPEN_START
    gives = any(i.kind == WORD and i.marks & GIVE for i in left)
    if right_clean:
        if gives or led:
            return SURE
        judged = before is not None and before.kind == WORD and before.marks & (PRAISE | COMPLAINT | ASPECT)
        if judged and any(i.marks & (PRAISE | COMPLAINT) for i in left if i.kind == WORD):
            return SURE
        return OPEN_END
    if gives and (led or (before is not None and before.kind == WORD and before.marks & GIVE)):
        return SURE if _can_follow(right) else OPEN_END
    beside = (before, right[0])
    return OPEN_END if led or any(i is not None and i.marks & ASPECT for i in beside) else LOOSE


def _can_follow(right: Sequence[Item]) -> bool:
    """Whether the first word after a number that is not harmless cannot be something counted."""
    for index, item in enumerate(right):
        following = right[index + 1] if index + 1 < len(right) else None
        if item.marks & BEFORE_TIME and following is not None and following.kind == NUMBER:
            # nl "3 na 6 weken" says how long something took, "vijf voor twaalf" is a time
            dated = names_date(right, index + 1)
            return dated or (following.shape == ASIDE and bool(item.marks & LAPSE))
        if item.kind == NUMBER and item.shape == ASIDE:
            return index > 0 and right[index - 1].kind == SIGN  # "4 $10 for delivery"
        if item.kind == WORD and item.marks & (STARTER | PAST) and not item.marks & UNIT:
            return True
        if item.kind == WORD and item.marks & MONTH and names_date(right, index + 1):
            return True
        if (
            item.marks & OTHERS
            and index
            and right[index - 1].marks & FILL
            and not right[index - 1].marks & ADJECTIVE
        ):
            return True  # "9 my wife says ..."
        if _harmless(item) and not item.marks & (VERY | NOT):
            continue
        if item.kind != WORD:
            return False
        if item.marks & UNIT:
            return False
        if item.marks & (PRAISE | COMPLAINT | VERY) and following is not None and following.marks & UNIT:
            return False
        return bool(item.marks & AFTER_SCORE) and not _denies_several(item, following)
    return False


def _denies_several(item: Item, following: Item | None) -> bool:
    """Whether "not" stands before an unknown word that ends like a plural: fr "2 ne marchent pas" may be a count."""
    return bool(item.marks & NOT) and following is not None and following.is_one is False


def _is_no_count(right: Sequence[Item]) -> bool:
    """Whether words after a number tell of one thing, not of what is counted: "6 cheeky chap, never rang back"."""
    if right[0].marks or not right[0].is_one:
        return False
    for item in right[:_NOUN_WITHIN]:
        if item.kind != WORD:
            return False
        if item.marks & (STARTER | PAST):
            return True
        if item.marks & (UNIT | MONTH | BEFORE_TIME | BEFORE_NUMBER) or not (item.marks or item.is_one):
            return False
        if item.marks & (PRAISE | COMPLAINT):
            return True
    return False


def _doubt(items: Sequence[Item], index: int, start: int, end: int, scale: Range) -> tuple[int, ...] | None:
    """The numbers to offer where a plain number is negated, bounded, conditional or past; None where it is not."""
    value = items[index].value
    left, right = items[start:index], items[index + 1 : end]
    for place, item in reversed(tuple(enumerate(left))):
        if item.shape == ECHO:
            break
        if item.kind != WORD or (place and left[place - 1].shape == ECHO):  # tr "0 ile 10 arasında 8"
            continue
        if item.marks & _BOUNDS and not item.marks & FILL:
            return _bounded(value, item.marks, scale)
        if item.marks & NOT:
            # "8, nee 9": the word only takes back what was said before
            return (value,) if item.marks & CORRECTION else ()
        if item.marks & RANK and not item.marks & LABEL:
            return (value,)
        if not item.marks & _SKIPPED:
            break
    if _denied(left) or any(item.marks & OTHERS for item in left):
        return ()
    if end < len(items) and items[end].text == "?" and not (_bare(left) and _closes(right)):
        return (value,)  # "can I give a 0?", "so 10 is good?"
    if right and _clean(right) and any(item.marks & (NOT | NOT_AFTER) for item in right if item.kind == WORD):
        return ()  # nl "een 10 geef ik nooit"
    spoken_of = right and right[0].marks & GIVE and not right[0].marks & STARTER
    if spoken_of and not all(item.marks & HARMLESS for item in right if item.kind == WORD):
        return (value,)  # "10 is too much"
    if _is_hypothetical(items, left, end, start, value == scale.high):
        return (value,)
    past = (*left, *right[-1:]) if _clean(right) else left
    if any(item.marks & PAST for item in past if item.kind == WORD):
        return (value,)
    for item in right:
        if item.kind == SIGN:
            continue  # tr "7'den fazla"
        if item.marks & NEARLY and len(right) > 1:
            break  # "2 small scratches"
        if item.marks & _BOUNDS and not item.marks & FILL:
            return _bounded(value, item.marks, scale)
        if item.marks & NOT_AFTER:
            return ()
        break
    if not _clean(right):
        return None
    beyond = end
    while beyond < len(items) and items[beyond].text == ",":
        beyond += 1
    return (value,) if _sets_a_condition(items, beyond) else None


def _sets_a_condition(items: Sequence[Item], index: int) -> bool:
    """Whether "if" stands here; where it is also a word that changes nothing (es "sí"), with a sentence behind it."""
    if index >= len(items) or items[index].kind != WORD or not items[index].marks & IF:
        return False
    following = items[index + 1] if index + 1 < len(items) else None
    says_more = following is not None and following.kind == WORD and not following.marks & HARMLESS
    return says_more or not items[index].marks & FILL


def _of_others(right: Sequence[Item]) -> bool:
    """Whether a number counts other people: "8 of my colleagues are unhappy"."""
    return bool(right and right[0].marks & OUT_OF) and any(item.marks & OTHERS for item in right[1:4])


def _closes(right: Sequence[Item]) -> bool:
    return _clean(right) and not any(item.marks & GIVE for item in right if item.kind == WORD)


def _bare(left: Sequence[Item]) -> bool:
    """Whether nothing but an article, a label or a filling word leads to a number: "maybe an 8?"."""
    return all(item.kind != WORD or item.marks & (ARTICLE | LABEL | GREETING | FILL) for item in left)


def _denied(left: Sequence[Item]) -> bool:
    """Whether a word like "nobody" or "never" before a number is about that number: "not happy, 4" is not."""
    for place, item in enumerate(left):
        if item.kind == WORD and item.marks & NOT:
            judged = any(word.marks & (PRAISE | COMPLAINT | ASPECT) for word in left[place + 1 :])
            if not judged and not item.marks & PRAISE:
                return True
    return False


def _is_hypothetical(items: Sequence[Item], left: Sequence[Item], end: int, start: int, is_top: bool) -> bool:
    """ "I'd give a 10, but …" is no 10, and "if you fix the app: 10" is none either."""
    would = is_top and any(item.marks & WOULD for item in left)
    if would and end < len(items) and items[end].kind == WORD and items[end].marks & BUT:
        return True
    for item in reversed(items[:start]):
        if item.kind == SEPARATOR and item.text in ".!?\n":
            return False
        if item.shape == ECHO:
            return False  # "if 0 is bad and 10 is good: 6"
        if item.kind == WORD and item.marks & IF and not item.marks & FILL:
            return True
    return False


def _bounded(value: int, marks: int, scale: Range) -> tuple[int, ...]:
    if marks & AT_LEAST:
        return tuple(range(value, scale.high + 1))
    if marks & AT_MOST:
        return tuple(range(scale.low, value + 1))
    return (value - 1, value)


def correcting(items: Sequence[Item], found: Sequence[Candidate]) -> int | None:
    """The number of a message that is nothing but a number, or explicitly a correction."""
    taken_back = (
        len(found) == 1 and len(found[0].values) == 1 and items[0].marks & NOT and items[0].marks & CORRECTION
    )
    if taken_back:  # "nee 9"
        found = [replace(found[0], standing=SURE)]
    sure = {c.values[0] for c in found if c.standing == SURE}
    if len(sure) != 1 or any(c.standing in (OPEN_END, OPEN_START) for c in found):
        return None
    explicit = any(item.kind == WORD and item.marks & CORRECTION for item in items)
    # "sorry, 9, not 7": the other number is the one that is taken back
    if any(c.standing == DOUBTFUL and not (explicit and c.values == ()) for c in found):
        return None
    allowed = ARTICLE | LABEL | POINTS | ADJECTIVE | CORRECTION | THANKS | GREETING
    if explicit:
        allowed |= FILL | GIVE | NOT | AT_LEAST | CONNECTOR
    for item in items:
        if item.kind == WORD and not item.marks & allowed:
            return None
        if item.kind == NUMBER and item.shape in (ASIDE, PERCENT_SHAPE):
            return None
    return sure.pop()
