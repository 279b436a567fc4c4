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

from bot.reading import marks as m
from bot.reading.items import ASIDE, ECHO, PERCENT_SHAPE, PLAIN, SEPARATOR, Item, Range, is_dash
from bot.reading.pairs import names_date
from bot.reading.text import EMOJI, NUMBER, SIGN, WORD

SURE: Final = "sure"
DOUBTFUL: Final = "doubtful"
OPEN_END: Final = "open at its end"
OPEN_START: Final = "open at its start"
LOOSE: Final = "loose"

MOST_CANDIDATES: Final = 12

_BESIDE_HOMOGRAPH: Final = (
    m.MINUS | m.ARTICLE | m.LABEL | m.GIVE | m.GREETING | m.THANKS | m.CORRECTION | m.SIGNATURE
)
_LEADS: Final = m.ARTICLE | m.LABEL | m.ADJECTIVE | m.CORRECTION
_SKIPPED: Final = m.ARTICLE | m.ADJECTIVE | m.FILL | m.GIVE | m.LABEL | m.VERY | m.CORRECTION
_LEAST_UNCOUNTED: Final = 5  # fewer are often counted without a noun: "2 stuck in the lift"
_NOUN_WITHIN: Final = 4
_BOUNDS: Final = m.AT_LEAST | m.AT_MOST | m.NEARLY


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
        elif item.kind == WORD and item.marks & m.SIGNATURE and index > start:
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
        return bool(item.marks & m.CONNECTOR)
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
        return bool(
            item.marks & (m.HARMLESS | m.SCALE | _BOUNDS | m.NOT | m.NOT_AFTER | m.PAST | m.VERY | m.MINUS)
        )
    return item.kind == SIGN or item.shape == ECHO


def _standing(item: Item, left: Sequence[Item], right: Sequence[Item]) -> str:
    left_clean, right_clean = _clean(left), _clean(right)
    if item.marks & m.HOMOGRAPH:
        around = (*left, *right)
        meant = all(i.kind != WORD or i.marks & (_BESIDE_HOMOGRAPH | m.POINTS) for i in around)
        return SURE if meant and left_clean and right_clean else LOOSE
    if left_clean and right_clean:
        return SURE
    before = left[-1] if left else None
    led = (
        before is not None
        and before.kind == WORD
        and bool(before.marks & _LEADS)
        and not before.marks & m.RANK
    )
    if left_clean:
        if item.marks & m.POINTS and right[0].is_one is not False:  # "6/10" counts nothing but plurals
            return SURE
        several = item.values >= (_LEAST_UNCOUNTED,) and item.text[0] != "0"
        if _can_follow(right) or (several and _is_no_count(right)):
            return SURE
        return OPEN_END if led else OPEN_START
    gives = any(i.kind == WORD and i.marks & m.GIVE for i in left)
    if right_clean:
        if gives or led:
            return SURE
        judged = (
            before is not None and before.kind == WORD and before.marks & (m.PRAISE | m.COMPLAINT | m.ASPECT)
        )
        if judged and any(i.marks & (m.PRAISE | m.COMPLAINT) for i in left if i.kind == WORD):
            return SURE
        return OPEN_END
    if gives and (led or (before is not None and before.kind == WORD and before.marks & m.GIVE)):
        return SURE if _can_follow(right) else OPEN_END
    beside = (before, right[0])
    return OPEN_END if led or any(i is not None and i.marks & m.ASPECT for i in beside) else LOOSE


def _can_follow(right: Sequence[Item]) -> bool:
    """Whether the first word after a number that is not harmless cannot be something counted."""
    for index, item in enumerate(right):
        following = right[index + 1] if index + 1 < len(right) else None
        if item.marks & m.BEFORE_TIME and following is not None and following.kind == NUMBER:
            # nl "3 na 6 weken" says how long something took, "vijf voor twaalf" is a time
            dated = names_date(right, index + 1)
            return dated or (following.shape == ASIDE and bool(item.marks & m.LAPSE))
        if item.kind == NUMBER and item.shape == ASIDE:
            return index > 0 and right[index - 1].kind == SIGN  # "4 $10 for delivery"
        if item.kind == WORD and item.marks & (m.STARTER | m.PAST) and not item.marks & m.UNIT:
            return True
        if item.kind == WORD and item.marks & m.MONTH and names_date(right, index + 1):
            return True
        if (
            item.marks & m.OTHERS
            and index
            and right[index - 1].marks & m.FILL
            and not right[index - 1].marks & m.ADJECTIVE
        ):
            return True  # "9 my wife says ..."
        if _harmless(item) and not item.marks & (m.VERY | m.NOT):
            continue
        if item.kind != WORD:
            return False
        if item.marks & m.UNIT:
            return False
        if (
            item.marks & (m.PRAISE | m.COMPLAINT | m.VERY)
            and following is not None
            and following.marks & m.UNIT
        ):
            return False
        return bool(item.marks & m.AFTER_SCORE) and not _denies_several(item, following)
    return False


def _denies_several(item: Item, following: Item | None) -> bool:
    """Whether "not" stands before an unknown word that ends like a plural: fr "2 ne marchent pas" may be a count."""
    return bool(item.marks & m.NOT) and following is not None and following.is_one is False


def _is_no_count(right: Sequence[Item]) -> bool:
    """Whether words after a number tell of one thing, not of what is counted: "6 cheeky chap, never rang back"."""
    if right[0].marks or not right[0].is_one:
        return False
    for item in right[:_NOUN_WITHIN]:
        if item.kind != WORD:
            return False
        if item.marks & (m.STARTER | m.PAST):
            return True
        if item.marks & (m.UNIT | m.MONTH | m.BEFORE_TIME | m.BEFORE_NUMBER) or not (
            item.marks or item.is_one
        ):
            return False
        if item.marks & (m.PRAISE | m.COMPLAINT):
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
        if item.marks & _BOUNDS and not item.marks & m.FILL:
            return _bounded(value, item.marks, scale)
        if item.marks & m.NOT:
            # "8, nee 9": the word only takes back what was said before
            return (value,) if item.marks & m.CORRECTION else ()
        if item.marks & m.RANK and not item.marks & m.LABEL:
            return (value,)
        if not item.marks & _SKIPPED:
            break
    if _denied(left) or any(item.marks & m.OTHERS for item in left):
        return ()
    if end < len(items) and items[end].text == "?" and not (_bare(left) and _closes(right)):
        return (value,)  # "can I give a 0?", "so 10 is good?"
    if (
        right
        and _clean(right)
        and any(item.marks & (m.NOT | m.NOT_AFTER) for item in right if item.kind == WORD)
    ):
        return ()  # nl "een 10 geef ik nooit"
    spoken_of = right and right[0].marks & m.GIVE and not right[0].marks & m.STARTER
    if spoken_of and not all(item.marks & m.HARMLESS for item in right if item.kind == WORD):
        return (value,)  # "10 is too much"
    if _is_hypothetical(items, left, end, start, value == scale.high):
        return (value,)
    past = (*left, *right[-1:]) if _clean(right) else left
    if any(item.marks & m.PAST for item in past if item.kind == WORD):
        return (value,)
    for item in right:
        if item.kind == SIGN:
            continue  # tr "7'den fazla"
        if item.marks & m.NEARLY and len(right) > 1:
            break  # "2 small scratches"
        if item.marks & _BOUNDS and not item.marks & m.FILL:
            return _bounded(value, item.marks, scale)
        if item.marks & m.NOT_AFTER:
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
    if index >= len(items) or items[index].kind != WORD or not items[index].marks & m.IF:
        return False
    following = items[index + 1] if index + 1 < len(items) else None
    says_more = following is not None and following.kind == WORD and not following.marks & m.HARMLESS
    return says_more or not items[index].marks & m.FILL


def _of_others(right: Sequence[Item]) -> bool:
    """Whether a number counts other people: "8 of my colleagues are unhappy"."""
    return bool(right and right[0].marks & m.OUT_OF) and any(item.marks & m.OTHERS for item in right[1:4])


def _closes(right: Sequence[Item]) -> bool:
    return _clean(right) and not any(item.marks & m.GIVE for item in right if item.kind == WORD)


def _bare(left: Sequence[Item]) -> bool:
    """Whether nothing but an article, a label or a filling word leads to a number: "maybe an 8?"."""
    return all(item.kind != WORD or item.marks & (m.ARTICLE | m.LABEL | m.GREETING | m.FILL) for item in left)


def _denied(left: Sequence[Item]) -> bool:
    """Whether a word like "nobody" or "never" before a number is about that number: "not happy, 4" is not."""
    for place, item in enumerate(left):
        if item.kind == WORD and item.marks & m.NOT:
            judged = any(word.marks & (m.PRAISE | m.COMPLAINT | m.ASPECT) for word in left[place + 1 :])
            if not judged and not item.marks & m.PRAISE:
                return True
    return False


def _is_hypothetical(items: Sequence[Item], left: Sequence[Item], end: int, start: int, is_top: bool) -> bool:
    """ "I'd give a 10, but …" is no 10, and "if you fix the app: 10" is none either."""
    would = is_top and any(item.marks & m.WOULD for item in left)
    if would and end < len(items) and items[end].kind == WORD and items[end].marks & m.BUT:
        return True
    for item in reversed(items[:start]):
        if item.kind == SEPARATOR and item.text in ".!?\n":
            return False
        if item.shape == ECHO:
            return False  # "if 0 is bad and 10 is good: 6"
        if item.kind == WORD and item.marks & m.IF and not item.marks & m.FILL:
            return True
    return False


def _bounded(value: int, marks: int, scale: Range) -> tuple[int, ...]:
    if marks & m.AT_LEAST:
        return tuple(range(value, scale.high + 1))
    if marks & m.AT_MOST:
        return tuple(range(scale.low, value + 1))
    return (value - 1, value)


def correcting(items: Sequence[Item], found: Sequence[Candidate]) -> int | None:
    """The number of a message that is nothing but a number, or explicitly a correction."""
    taken_back = (
        len(found) == 1
        and len(found[0].values) == 1
        and items[0].marks & m.NOT
        and items[0].marks & m.CORRECTION
    )
    if taken_back:  # "nee 9"
        found = [replace(found[0], standing=SURE)]
    sure = {c.values[0] for c in found if c.standing == SURE}
    if len(sure) != 1 or any(c.standing in (OPEN_END, OPEN_START) for c in found):
        return None
    explicit = any(item.kind == WORD and item.marks & m.CORRECTION for item in items)
    # "sorry, 9, not 7": the other number is the one that is taken back
    if any(c.standing == DOUBTFUL and not (explicit and c.values == ()) for c in found):
        return None
    allowed = m.ARTICLE | m.LABEL | m.POINTS | m.ADJECTIVE | m.CORRECTION | m.THANKS | m.GREETING
    if explicit:
        allowed |= m.FILL | m.GIVE | m.NOT | m.AT_LEAST | m.CONNECTOR
    for item in items:
        if item.kind == WORD and not item.marks & allowed:
            return None
        if item.kind == NUMBER and item.shape in (ASIDE, PERCENT_SHAPE):
            return None
    return sure.pop()
