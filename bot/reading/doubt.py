"""Why a plain number is asked about although it may stand well: negated, bounded, conditional, past."""

from collections.abc import Sequence
from typing import Final

from bot.reading import marks as m
from bot.reading import small_words as small
from bot.reading.bounds import Bounds
from bot.reading.conditional import JUDGES, condition_follows, under_condition
from bot.reading.items import ECHO, SEPARATOR, Item, marks_of, sentence_of
from bot.reading.of_another import Doubt, Offered, of_another
from bot.reading.rules import Rule, first
from bot.reading.standing import BOUNDS, is_clean
from bot.reading.text import NUMBER, SIGN, WORD

_SKIPPED: Final = m.ARTICLE | m.ADJECTIVE | m.FILL | m.GIVE | m.LABEL | m.VERY | m.CORRECTION

_NEAR: Final = 6
_LOW: Final = 0.4
_LONGEST_TAKING_BACK: Final = 5


def doubt_of(items: Sequence[Item], index: int, start: int, end: int, scale: Bounds) -> Offered | None:
    """The numbers to offer where a plain number is negated, bounded, conditional or past; None where it is not."""
    left, right = items[_behind_no(items, start, index) : index], items[index + 1 : end]
    value = items[index].value
    told = marks_of(left)
    lead = _lead(left) if told and not items[index].marks & m.MOVED else None  # "up to a 9 from a 6"
    place = Doubt(
        *(items, start, end, value, left, right, lead, is_clean(right), scale),
        *(told, marks_of(right), marks_of(items[sentence_of(items, start) : start])),
    )
    return first(DOUBTS, place)


def _behind_no(items: Sequence[Item], start: int, index: int) -> int:
    """Where a clause begins behind a "no" that takes back nothing, no number standing before it: nl "bah nee een 2"."""
    no = index - 2
    if no < start or items[no].marks & (m.NOT | m.CORRECTION) != m.NOT | m.CORRECTION:
        return start
    led = items[index - 1].marks & (m.ARTICLE | m.NOT) == m.ARTICLE
    denied = any(item.marks & m.NOT for item in items[index + 1 : index + _NEAR])  # nl "nee een 8 hoeft niet"
    return no + 1 if led and not denied and all(item.kind != NUMBER for item in items[:no]) else start


def _lead(left: Sequence[Item]) -> Item | None:
    for place in range(len(left) - 1, -1, -1):
        item = left[place]
        if item.shape == ECHO:
            return None
        if item.kind != WORD or (place and left[place - 1].shape == ECHO):  # tr "0 ile 10 arasında 8"
            continue
        if _is_taken_back(left, place):
            return None
        if _bounds(item) and item.marks & m.MOVED and any(other.marks & m.MOVED for other in left[:place]):
            return None  # "gone up to 8"
        if _bounds(item) or item.marks & m.NOT or (item.marks & m.RANK and not item.marks & m.LABEL):
            return item
        if not item.marks & _SKIPPED:
            return None
    return None


def _is_taken_back(left: Sequence[Item], place: int) -> bool:
    """Whether "no" stands here that takes back what was said before, behind which a number is corrected: "7, no, make
    that an 8"."""
    if left[place].marks & (m.NOT | m.CORRECTION) != m.NOT | m.CORRECTION:
        return False
    behind = [item for item in left[place + 1 :] if item.kind == WORD]
    corrects = any(
        item.marks & (m.CHANGE | m.CORRECTION | m.OVERALL) and not item.marks & m.NOT for item in behind
    )
    return corrects and all(item.marks & _SKIPPED for item in behind)


def _bounds(item: Item) -> bool:
    return bool(item.marks & BOUNDS) and not item.marks & m.FILL


def _bounded(p: Doubt) -> Offered | None:
    if p.lead is None or not _bounds(p.lead):
        return None
    denied = any(item.marks & m.NOT for item in (*p.left, *p.right) if item is not p.lead)
    if denied and p.lead.marks & (m.AT_LEAST | m.AT_MOST):
        return (p.value,)  # "can't give more than a 5"
    return bounded(p.value, p.lead.marks, p.scale)


def _negated(p: Doubt) -> Offered | None:
    if p.lead is None or not p.lead.marks & m.NOT:
        return None
    # "8, nee 9": the word only takes back what was said before
    return (p.value,) if p.lead.marks & m.CORRECTION else ()


def _ranked(p: Doubt) -> Offered | None:
    return (p.value,) if p.lead is not None else None


def _denied(p: Doubt) -> Offered | None:
    if not p.told & m.NOT or not _is_denied(p.left) or _complains(p):
        return None
    return () if p.told & m.GIVE else (p.value,)  # "still no fix and nobody calls 2" may be one all the same


def _complains(p: Doubt) -> bool:
    """Whether what is denied is only missed, and a low number closes the reply, which nothing leads to: "still no
    reply 2"."""
    low = p.end == len(p.items) and not p.right and 0 <= p.scale.share(p.value) <= _LOW
    return (
        low and not p.told & (m.WOULD | m.IF) and not p.left[-1].marks & (m.NOT | m.GIVE | _SKIPPED & ~m.FILL)
    )


def _asked(p: Doubt) -> Offered | None:
    if p.end >= len(p.items) or p.items[p.end].text != "?":
        return None
    if not p.start and not p.left and p.right[:1] and p.right[0].marks & m.ASKS:
        return None  # "8 when will my part arrive?": answered, and asked something else
    if p.end + 1 < len(p.items) and p.items[p.end + 1].marks & m.NOT_AFTER:
        return ()  # "9? dream on"
    if _answered_no(p.items[p.end :]):
        return ()
    if _is_weighed(p.items[p.end + 1 : p.end + 1 + _NEAR]):
        return (p.value,)
    if p.items[sentence_of(p.items, p.start)].marks & m.ASKS and sentence_of(p.items, p.start) < p.start:
        return (p.value,)  # "what would you give yourselves, a 10?"
    if p.start > 1 and p.items[p.start - 1].text == "?":
        return (p.value,)  # nl "wat denk je zelf? een 10?"
    return None if _is_bare(p.left) and _closes(p) else (p.value,)


def _answered_no(behind: Sequence[Item]) -> bool:
    """Whether a no is all that follows: "9? no"."""
    words = [item for item in behind if item.kind != SEPARATOR]
    denied = any(item.marks & m.NOT for item in words)
    return denied and all(item.kind == WORD and item.marks & (m.NOT | m.FILL) for item in words)


def _is_weighed(behind: Sequence[Item]) -> bool:
    """Whether the next sentence only says how much a number is: "a six? too high", "a 7? higher"."""
    end = next((place for place, item in enumerate(behind) if item.kind == SEPARATOR), len(behind))
    said = behind[:end]
    weighs = any(item.marks & (m.EXTREME | m.COMPARED) and not item.marks & m.PRAISE for item in said)
    weight = m.EXTREME | m.COMPARED | m.VERY | m.FILL | m.NOT
    return weighs and all(item.kind == WORD and (not item.marks or item.marks & weight) for item in said)


def _asked_for(p: Doubt) -> Offered | None:
    """A question without its sign: "do you have it in a 9". What is asked to be put down is given."""
    opens = bool(p.left) and p.left[0].marks & m.ASKS and sentence_of(p.items, p.start) == p.start
    given = any(item.marks & (m.GIVE | m.LABEL) and not item.marks & m.CHANGE for item in p.left)
    return (p.value,) if opens and not given else None


def _taken_back(p: Doubt) -> Offered | None:
    return () if p.right_clean and p.behind & (m.NOT | m.NOT_AFTER) else None


def _spoken_of(p: Doubt) -> Offered | None:
    if not p.right or not p.right[0].marks & m.GIVE or p.right[0].marks & m.STARTER:
        return None
    return None if all(i.marks & (m.HARMLESS | m.SCALE) for i in p.right if i.kind == WORD) else (p.value,)


def _one_of_many(p: Doubt) -> Offered | None:
    """ "the 10 of last week was wrong": a number that is told apart from others is no answer."""
    if not p.left or not p.left[0].small & small.DEFINITE or not p.right:
        return None
    described = m.RANK | m.ADJECTIVE | m.NEARLY | m.VERY  # fr "le petit 7 est cassé"
    alone = all(item.marks & described for item in p.left[1:]) and len(p.right) > 1
    if alone and p.right[0].marks & (m.SINGULAR | m.NOT) and not p.right[0].marks & m.GIVE:
        return (p.value,)  # "the 9 was late again", "the number 9 never came"
    broken = alone and p.right[0].small & small.IS and p.right[1].marks & m.COMPLAINT
    if broken:
        return (p.value,)
    told_apart = p.right[0].marks & m.OUT_OF and p.left[-1].small & small.DEFINITE
    return (p.value,) if told_apart and len(p.right) > 1 and not p.told & (m.GIVE | m.LABEL) else None


def _top_but(p: Doubt) -> Offered | None:
    if p.value != p.scale.high or not p.told & m.WOULD:
        return None
    follows = p.items[p.end] if p.end < len(p.items) else None
    return (p.value,) if follows is not None and follows.kind == WORD and follows.marks & m.BUT else None


def _but_not(p: Doubt) -> Offered | None:
    """Taken back by the last words of the reply: "I could give you a 2 but I won't"."""
    behind = [item for item in p.items[p.end :] if item.kind == WORD]
    if not 1 < len(behind) <= _LONGEST_TAKING_BACK or not behind[0].marks & m.BUT or not p.right_clean:
        return None
    return (
        (p.value,) if behind[-1].marks & m.NOT and not any(item.marks & JUDGES for item in behind) else None
    )


def _moved_away(p: Doubt) -> Offered | None:
    """Where it came from, and not where it went: "dropping from a 9"."""
    words = [item for item in p.left if not item.marks & m.ARTICLE or item.marks & m.MOVED]
    both = p.items[p.end - 1 - len(p.right)].marks & m.MOVED  # "dropped from 9 to 6"
    away = not both and len(words) > 1 and words[-1].marks & (m.OUT_OF | m.SCALE) == m.OUT_OF | m.SCALE
    return (p.value,) if away and words[-2].marks & m.MOVED and not words[-1].marks & m.TO else None


def _bounded_behind(p: Doubt) -> Offered | None:
    item = next((i for i in p.right if i.kind != SIGN), None)  # tr "7'den fazla"
    if item is None or (item.marks & m.NEARLY and len(p.right) > 1):
        return None  # "2 small scratches"
    if p.items[p.end - 1 - len(p.right)].marks & m.MOVED:
        return None  # "gone from an 8 to a 3 over that mistake"
    return bounded(p.value, item.marks, p.scale) if _bounds(item) else None


def _negated_behind(p: Doubt) -> Offered | None:
    item = next((i for i in p.right if i.kind != SIGN), None)
    return () if item is not None and item.marks & m.NOT_AFTER else None


DOUBTS: Final[tuple[Rule[Doubt, Offered], ...]] = (
    Rule("a bound before it", "at least an 8", _bounded),
    Rule("a negation before it", "not a 10", _negated),
    Rule("a rank", "top 10", _ranked),
    Rule("a denial", "never ever would my dog give 9", _denied),
    Rule("another's, or of something else", "my wife would say 9", of_another),
    Rule("a question", "can I give a 0?", _asked),
    Rule("a question without its sign", "do you have it in a 9", _asked_for),
    Rule("taken back", "nl: een 10 geef ik nooit", _taken_back),
    Rule("spoken of", "10 is a fantasy", _spoken_of),
    Rule("one of many", "the 10 of last week was wrong", _one_of_many),
    Rule("the top, but", "I'd give a 10 but you are late", _top_but),
    Rule("taken back at last", "I could give you a 2 but I won't", _but_not),
    Rule("gone from it", "dropping from a 9", _moved_away),
    Rule("under a condition, or of another time", "fix the login and you get a 9", under_condition),
    Rule("a bound behind it", "8 or more", _bounded_behind),
    Rule("a negation behind it", "tr: 10 değil zurna", _negated_behind),
    Rule("a condition behind it", "10 if you answer the phone", condition_follows),
)


def _closes(p: Doubt) -> bool:
    return p.right_clean and not any(item.marks & m.GIVE for item in p.right if item.kind == WORD)


def _is_bare(left: Sequence[Item]) -> bool:
    """Whether nothing but an article, a label or a filling word leads to a number: "maybe an 8?"."""
    return all(item.kind != WORD or item.marks & (m.ARTICLE | m.LABEL | m.GREETING | m.FILL) for item in left)


def _is_denied(left: Sequence[Item]) -> bool:
    """Whether a word like "nobody" or "never" before a number is about that number: "not happy, 4" is not."""
    for place, item in enumerate(left):
        if (
            item.kind == WORD
            and item.marks & m.NOT
            and not (_is_taken_back(left, place) or _told_of(left, place))
        ):
            judged = any(word.marks & JUDGES for word in left[place + 1 :])
            if not judged and not item.marks & m.PRAISE:
                return True
    return False


def _told_of(left: Sequence[Item], place: int) -> bool:
    """Whether a word like "never" belongs to what is told of something, and the number is given behind it: nl "na 3
    afspraken die niet doorgingen geef ik een 3"."""
    relative = place > 0 and bool(left[place - 1].small & small.WHICH)
    given = any(item.marks & m.GIVE and item.marks & m.MINE for item in left[place + 2 :])
    return relative and given and not any(item.marks & m.WOULD for item in left[place:])


def bounded(value: int, marks: int, scale: Bounds) -> Offered:
    """The numbers that "at least", "at most" or "nearly" leaves."""
    if marks & m.AT_LEAST:
        return tuple(range(value, scale.high + 1))
    if marks & m.AT_MOST:
        return tuple(range(scale.low, value + 1))
    return (value - 1, value)
