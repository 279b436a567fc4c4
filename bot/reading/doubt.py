"""Why a plain number is asked about although it may stand well: negated, bounded, conditional, past."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from bot.reading import marks as m
from bot.reading import small_words as small
from bot.reading.bounds import Bounds
from bot.reading.items import ASIDE, ECHO, PLAIN, SEPARATOR, Item
from bot.reading.rules import Rule, first
from bot.reading.standing import BOUNDS, is_clean
from bot.reading.text import NUMBER, SIGN, WORD

_SKIPPED: Final = m.ARTICLE | m.ADJECTIVE | m.FILL | m.GIVE | m.LABEL | m.VERY | m.CORRECTION
_JUDGES: Final = m.PRAISE | m.COMPLAINT | m.ASPECT | m.COMPARED  # "couldn't be better 9"

_NEAR: Final = 6
_LOW: Final = 0.4
_LONGEST_ROLE: Final = 7
_DESCRIBES: Final = m.ARTICLE | m.ADJECTIVE | m.PRAISE | m.VERY | m.UNIT
_LONGEST_TAKING_BACK: Final = 5
_SHORTEST_GIVEN: Final = 2
_YEAR: Final = 4  # digits
_COUNTS_LEAVE: Final = 2
_STARS: Final = 5
_SHORTEST_WHEN: Final = 3
_NUMBERED: Final = m.BEFORE_NUMBER | m.LABEL | m.ASPECT | m.THING | m.UNIT

Offered = tuple[int, ...]
"""The numbers to offer; none where the number itself was taken back."""


class Doubt(NamedTuple):
    """A plain number in its clause `items[start:end]`."""

    items: Sequence[Item]
    start: int
    end: int
    value: int
    left: Sequence[Item]
    right: Sequence[Item]
    lead: Item | None  # the nearest word before it that bounds, negates or ranks it
    right_clean: bool
    scale: Bounds
    told: int  # the marks of all words left of it in its clause, right of it, and in the clauses before
    behind: int
    earlier: int


def doubt_of(items: Sequence[Item], index: int, start: int, end: int, scale: Bounds) -> Offered | None:
    """The numbers to offer where a plain number is negated, bounded, conditional or past; None where it is not."""
    left, right = items[_behind_no(items, start, index) : index], items[index + 1 : end]
    value = items[index].value
    told = _marks(left)
    lead = _lead(left) if told and not items[index].marks & m.MOVED else None  # "up to a 9 from a 6"
    place = Doubt(
        *(items, start, end, value, left, right, lead, is_clean(right), scale),
        *(told, _marks(right), _marks(items[_sentence(items, start) : start])),
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


def _sentence(items: Sequence[Item], start: int) -> int:
    """Where the sentence begins that a clause belongs to."""
    while start and not (items[start - 1].kind == SEPARATOR and items[start - 1].text in ".!?\n"):
        start -= 1
    return start


def _marks(items: Sequence[Item]) -> int:
    marks = 0
    for item in items:
        if item.kind == WORD:
            marks |= item.marks
    return marks


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


def _others_gave(p: Doubt) -> Offered | None:
    if not p.told & m.OTHERS:
        return None
    crowd = m.OTHERS | m.UNIT
    praised = any(
        before.marks & (m.PRAISE | m.COMPLAINT) and item.marks & crowd == crowd
        for before, item in pairwise(p.left)
    )
    return None if praised and _marks([i for i in p.left if i.marks & crowd != crowd]) & m.OTHERS == 0 else ()


def _compared(p: Doubt) -> Offered | None:
    """Somebody else, whom no language knows, was compared with or is given the number: "better than Globex, they were
    a 4", "Globex krijgt een 4"."""
    if p.told & m.ADDRESSED or (p.start and p.items[p.start - 1].marks & m.THEREFORE):
        return None  # "better than Globex, so an 8"
    if p.earlier & m.THAN and p.right_clean and all(item.marks & m.ARTICLE for item in p.left):
        return None  # "better than the last lot, 8": nobody but us is spoken of
    marks = p.told | p.earlier
    others = marks & m.OTHERS and marks & (m.THAN | m.COMPARED)
    named = marks & m.THAN and _names_somebody(p.items[: p.start + len(p.left)])
    given = (p.told & m.GIVE and _has_subject(p)) or _are_better(p)
    return (p.value,) if others or named or given else None


def _names_somebody(before: Sequence[Item]) -> bool:
    return any(
        item.kind == following.kind == WORD and item.marks & m.THAN and not following.marks & ~m.OTHERS
        for item, following in pairwise(before)
    )


def _has_subject(p: Doubt) -> bool:
    """Whether somebody whom no language knows gets the number: "Globex krijgt een 4", "ik geef Globex een 4"."""
    words = [item for item in p.left if item.kind == WORD]
    if words and words[-1].marks & m.GIVE:
        words = [
            item for item in words if not item.marks & m.LABEL or item.marks & m.GIVE
        ]  # "Globex score is 4"
    gets = m.GIVE | m.MINE  # "komen we uit op" says who gives
    if p.start and _names_role(p.items, p.start - 1):
        return False
    if any(
        a.marks & _NUMBERED == m.BEFORE_NUMBER
        and b.small & small.IS
        and not (place and not words[place - 1].marks)
        for place, (a, b) in enumerate(pairwise(words))
    ):
        return True  # "the code is a 9", and nl "Marieke weg is" no road
    subject = any(
        not a.marks and b.marks & gets == m.GIVE and not _is_of_ours(words[:place], b)
        for place, (a, b) in enumerate(pairwise(words))
    )
    given = [bool(item.marks & m.ARTICLE) for item in words[-1:]] == [True] and len(words) > 2
    named = given and not words[-2].marks and len(words[-2].text) > 2
    return subject or (named and bool(words[-3].marks & m.GIVE))


def _is_of_ours(before: Sequence[Item], verb: Item) -> bool:
    """Whether what stands before a name makes it a thing of ours: "the crew gets a 6", "our experience with billing".
    Others are called by their names alone; of what "is a 6" it may be the size."""
    gets = bool(before) and bool(before[-1].small & small.DEFINITE) and not verb.small & small.IS
    return gets or any(item.marks & m.LABEL for item in before)


def _somebody_gives(p: Doubt) -> Offered | None:
    """What somebody gives whom no language knows: nl "vraag Piet, die geeft een 9". Of ours it is ours."""
    words = [item for item in p.left if item.kind == WORD and not item.marks & m.ARTICLE]
    if len(words) < _SHORTEST_GIVEN or not words[-1].small & small.GIVES:
        return None
    who, owner = words[-2], words[-3].small if len(words) > _SHORTEST_GIVEN else 0
    refers = small.IT | small.THAT | small.ME | small.SPEAKER | small.GIVES
    of_ours = owner & small.OWNED or (who.small & refers and not who.small & small.THEY)
    known = m.MONTH if words[-1].marks & m.GIVE else m.LABEL | m.MONTH  # "Mark gives", nl "Jan zou"
    name = not who.marks & ~known and len(who.text) > _SHORTEST_GIVEN
    named = name or who.small & small.THEY
    return (p.value,) if named and not of_ours else None


def _are_better(p: Doubt) -> bool:
    """Whether what follows the number says that we are better or worse: "Globex gets a 4, you are better"."""
    behind = [item for item in p.items[p.end : p.end + _NEAR] if item.kind == WORD]
    if not any(item.kind == WORD and not item.marks for item in p.left) and not _is_for_somebody(p):
        return False
    return any(i.marks & m.ADDRESSED for i in behind) and any(i.marks & m.COMPARED for i in behind)


def _is_for_somebody(p: Doubt) -> bool:
    """Whether a name follows that the number is for: "7 for Globex, you lot worse"."""
    return len(p.right) == 2 and bool(p.right[0].small & small.FOR) and not p.right[1].marks


def _one_of_parts(p: Doubt) -> Offered | None:
    """One of several numbers that a colon each gives to its part, of which another is no score by its name alone:
    "invoice: 3, portal: 7"."""
    if not p.start or p.left or not _is_for_part(p.items, p.start - 1):
        return None
    numbers = (place for place, item in enumerate(p.items) if item.shape == ASIDE and item.values)
    parts = any(
        place and p.items[place].value in p.scale and _is_for_part(p.items, place - 1) for place in numbers
    )
    return (p.value,) if parts else None


def _is_for_part(items: Sequence[Item], sign: int) -> bool:
    """Whether a colon stands here behind the name of a part."""
    named = items[sign - 1] if sign else None
    total = m.LABEL | m.OVERALL | m.NOW | m.ADDRESSED | m.GIVE
    return items[sign].text == ":" and named is not None and named.kind == WORD and not named.marks & total


def _of_a_name(p: Doubt) -> Offered | None:
    """In brackets behind a name of which more is told: "KPN (7) is better"."""
    bare = not p.left and not p.right and p.start > 1 and p.end + 1 < len(p.items)
    if not bare or p.items[p.start - 1].text != "(" or p.items[p.end].text != ")":
        return None
    name, follows = p.items[p.start - 2], p.items[p.end + 1]
    return (p.value,) if name.kind == follows.kind == WORD and not name.marks else None


def _quoted(p: Doubt) -> Offered | None:
    """Within what somebody else said or wrote: '"a 10 please" said the card'."""
    place = p.end - 1 - len(p.right)
    marks = [index for index, item in enumerate(p.items) if item.text == '"']
    opens = max((index for index in marks if index < place), default=-1)
    closes = min((index for index in marks if index > place), default=-1)
    if opens < 0 or closes < 0 or marks.index(opens) % 2:
        return None
    within = [i for i in p.items[opens + 1 : closes] if i.kind == WORD and not i.marks & m.ARTICLE]
    around = [i for i in (*p.items[:opens], *p.items[closes + 1 :]) if i.kind == WORD]
    return (p.value,) if within and around else None


def _owned(p: Doubt) -> Offered | None:
    """What is ours has a number, or so many: "my 3 series is back"."""
    ours = p.left and p.left[-1].small & small.OWNED and p.right and p.right[0].kind == WORD
    return (p.value,) if ours and not p.right[0].marks else None


def _listed(p: Doubt) -> Offered | None:
    """How many of what a colon stands behind: "damaged boxes: 3"."""
    colon = p.start > 1 and not p.left and p.items[p.start - 1].text == ":"
    if not colon or p.right or p.end < len(p.items):
        return None
    said = p.items[_sentence(p.items, p.start) : p.start - 1]
    several = said and (said[-1].is_plural or said[-1].marks & m.UNIT) and not said[-1].marks & m.LABEL
    words = len(said) < _SHORTEST_WHEN and all(item.kind == WORD for item in said)
    return (p.value,) if several and words else None


def _left_over(p: Doubt) -> Offered | None:
    """What two counts before it leave, by a sign: "paid 9 owe 3 = 6"."""
    bare = p.start > 1 and not p.left and not p.right and p.items[p.start - 1].text == "="
    before = p.items[: p.start]
    numbers = [place for place, item in enumerate(before) if item.kind == NUMBER and item.values]
    if not bare or len(numbers) != _COUNTS_LEAVE:
        return None
    one, other = (before[place].value for place in numbers)
    rated = m.LABEL | m.OVERALL | m.ASPECT | m.OTHERS | m.ADDRESSED | m.MINUS
    given = any(item.marks & rated for item in before) or any(
        place and before[place - 1].marks & m.ARTICLE for place in numbers
    )
    return (p.value,) if not given and abs(one - other) == p.value else None


def _some_of_more(p: Doubt) -> Offered | None:
    """How many of those just counted: "ten users, eight happy". How long something took is no such count."""
    first = p.start - 3
    if p.left or not p.right or first < 0 or p.items[p.start - 1].text != ",":
        return None
    number, counted = p.items[first : first + 2]
    several = number.shape == ASIDE and number.values > (p.value,) and counted.kind == WORD
    opens = first == _sentence(p.items, p.start)
    judged = p.right[0].marks & (m.PRAISE | m.COMPLAINT | m.ADJECTIVE)
    return (p.value,) if several and opens and judged and not counted.marks & m.WAITING else None


def _asked(p: Doubt) -> Offered | None:
    if p.end >= len(p.items) or p.items[p.end].text != "?":
        return None
    if not p.start and not p.left and p.right[:1] and p.right[0].marks & m.ASKS:
        return None  # "8 when will my part arrive?": answered, and asked something else
    if p.end + 1 < len(p.items) and p.items[p.end + 1].marks & m.NOT_AFTER:
        return ()  # "9? dream on"
    if _answered_no(p.items[p.end :]):
        return ()
    if p.items[_sentence(p.items, p.start)].marks & m.ASKS and _sentence(p.items, p.start) < p.start:
        return (p.value,)  # "what would you give yourselves, a 10?"
    if p.start > 1 and p.items[p.start - 1].text == "?":
        return (p.value,)  # nl "wat denk je zelf? een 10?"
    return None if _is_bare(p.left) and _closes(p) else (p.value,)


def _answered_no(behind: Sequence[Item]) -> bool:
    """Whether a no is all that follows: "9? no"."""
    words = [item for item in behind if item.kind != SEPARATOR]
    denied = any(item.marks & m.NOT for item in words)
    return denied and all(item.kind == WORD and item.marks & (m.NOT | m.FILL) for item in words)


def _asked_for(p: Doubt) -> Offered | None:
    """A question without its sign: "do you have it in a 9". What is asked to be put down is given."""
    opens = bool(p.left) and p.left[0].marks & m.ASKS and _sentence(p.items, p.start) == p.start
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
    alone = all(item.marks & m.RANK for item in p.left[1:]) and len(p.right) > 1
    if alone and p.right[0].marks & (m.SINGULAR | m.NOT) and not p.right[0].marks & m.GIVE:
        return (p.value,)  # "the 9 was late again", "the number 9 never came"
    told_apart = p.right[0].marks & m.OUT_OF and p.left[-1].small & small.DEFINITE
    return (p.value,) if told_apart and len(p.right) > 1 and not p.told & (m.GIVE | m.LABEL) else None


def _would_be(p: Doubt) -> Offered | None:
    """What it would be with something or without it: "with a working lift it would be a 9", nl "zonder die
    fout een 9"."""
    if not p.left:
        return None
    hypothetical = _of_it(p.left)
    without = any(
        a.small & small.WITHOUT and (hypothetical or b.small & small.THAT) and not a.marks & m.FILL
        for a, b in pairwise(p.left)
    )
    either = any(
        item.small & small.WITHOUT for item in p.items[p.end :]
    )  # nl "met korting een 9, zonder een 7"
    with_it = p.left[0].small & small.WITH and (hypothetical or (either and p.right_clean))
    return (p.value,) if without or with_it else None


def _of_it(left: Sequence[Item]) -> bool:
    """Whether it is told what something would be, and not what somebody would give."""
    return any(i.marks & m.WOULD and (not i.marks & m.MINE or i.small & small.IT) for i in left)


def _of_stars(p: Doubt) -> Offered | None:
    """What is said of stars may count some too: nl "het hotel heeft 4 sterren maar verdient er 2"."""
    before = p.items[: p.end - 1 - len(p.right)]
    stars = any(item.kind == NUMBER and item.marks & m.STARS for item in before)
    given = p.told & (m.LABEL | m.OVERALL) or p.behind & (m.LABEL | m.OVERALL) or p.value > _STARS
    return (p.value,) if stars and not given else None


def _none_of_it(p: Doubt) -> Offered | None:
    """That there is none: "zero service"."""
    none = not p.value and not p.left and not p.start and len(p.right) == 1
    return (p.value,) if none and p.right[0].marks & (m.ASPECT | m.THING) else None


def _when_it_is(p: Doubt) -> Offered | None:
    """What it is only then: "10 when the pool reopens". What was tells a story: "3 when I called nobody came"."""
    if len(p.right) < _SHORTEST_WHEN - 1 or not p.right[0].small & small.WHEN:
        return None
    if len(p.right) < _SHORTEST_WHEN:
        return (p.value,) if p.right[1].text.endswith("ed") or p.right[1].marks & m.PRAISE else None
    if p.right[1].small & small.TELLER:
        return None
    was = any(item.marks & m.PAST or item.text.endswith("ed") for item in p.right)
    return None if was or _asks_when(p.items, p.end - len(p.right)) else (p.value,)


def _in_the_end(p: Doubt) -> Offered | None:
    """What we get once something is as it should be: "when the roof stops leaking you get an 8"."""
    if not p.left or not p.left[0].small & small.WHEN or not p.told & m.GIVE:
        return None
    mine = any(item.marks & m.GIVE and item.marks & m.MINE for item in p.left)
    return None if mine or _sentence(p.items, p.start) != p.start else (p.value,)


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
        (p.value,) if behind[-1].marks & m.NOT and not any(item.marks & _JUDGES for item in behind) else None
    )


def _moved_away(p: Doubt) -> Offered | None:
    """Where it came from, and not where it went: "dropping from a 9"."""
    words = [item for item in p.left if not item.marks & m.ARTICLE or item.marks & m.MOVED]
    both = p.items[p.end - 1 - len(p.right)].marks & m.MOVED  # "dropped from 9 to 6"
    away = not both and len(words) > 1 and words[-1].marks & (m.OUT_OF | m.SCALE) == m.OUT_OF | m.SCALE
    return (p.value,) if away and words[-2].marks & m.MOVED and not words[-1].marks & m.TO else None


def _on_condition(p: Doubt) -> Offered | None:
    own = p.start and p.items[p.start - 1].marks & m.IF  # nl "als het vandaag komt geef ik een 9"
    if not p.earlier & m.IF or p.told & (m.OVERALL if own else m.NOW | m.OVERALL) or _concludes(p):
        return None  # "10 if you fix the app, until then a 5"
    turned = 0  # where "but" stands
    for place in range(p.start - 1, -1, -1):
        item = p.items[place]
        if item.kind == SEPARATOR and item.text in ".!?\n":
            return None
        if item.shape == ECHO:
            return None  # "if 0 is bad and 10 is good: 6"
        turned = place if item.kind == WORD and item.marks & m.BUT else turned
        if _names_role(p.items, place):
            return None
        if _sets_a_condition(p.items, place):
            if _is_a_complaint(p, place):
                return None
            # "10 if you called back, but a 6", "if you called back a 10, but hey a 6": the condition of another one
            follows = place > 0 and p.items[place - 1].kind == NUMBER
            sets = _gives_way(p, place, turned)
            return None if turned and (follows or sets) else (p.value,)
    return None


def _gives_way(p: Doubt, place: int, turned: int) -> bool:
    """Whether the condition from `place` on is that of a better number, which gives way to no more than an article, a
    filling word and this one: "if you called back a 10, but hey a 6". What is better behind "but" may be hoped for
    or promised: "if it leaks again a 2, but I hope a 9"."""
    better = any(i.kind == NUMBER and i.shape == PLAIN and i.value > p.value for i in p.items[place:turned])
    behind = [item for item in p.items[turned + 1 : p.start] if item.kind == WORD]
    return better and all(
        item.marks & (m.ARTICLE | m.FILL | m.GIVE | m.LABEL) and not item.marks & (m.WOULD | m.IF)
        for item in behind
    )


def _is_a_complaint(p: Doubt, place: int) -> bool:
    """Whether "if" only says when what stands before it is so, and a number closes the reply behind a comma: "closed
    every time I ring, 4"."""
    told = [item for item in p.items[_sentence(p.items, place) : place] if item.kind == WORD]
    states = any(not item.marks & (m.HARMLESS | m.STARTER) for item in told)
    given = any(item.marks & (m.GIVE | m.WOULD) and not item.marks & m.SINGULAR for item in told)
    closes = all(item.marks & m.ARTICLE for item in p.left) and p.end >= len(p.items) - 1
    return states and not given and closes and p.items[p.start - 1].text == ","


def _names_role(items: Sequence[Item], index: int) -> bool:
    """Whether "as", which is "if" too, says who speaks: nl "als penningmeester geef ik een 8", "wij als
    ziekenhuis geven een 6"."""
    if not items[index].marks & m.IF:
        return False
    role, verb = (*items[index + 1 : index + 3], None, None)[:2]
    if role is None or verb is None:
        return False
    says = role.kind == verb.kind == WORD and role.is_one and not role.marks
    who = items[index + 3 : index + 4]
    if says and who and who[0].small & small.SPEAKER:
        return True  # nl "als MT hebben we het besproken: een 4"
    mine = verb.marks & m.MINE or (index and items[index - 1].small & small.SPEAKER)
    if says and verb.marks & m.GIVE and mine:
        return True
    phrase = items[index].end - items[index].start > len(
        items[index].text
    )  # nl "bij correcte facturen is het"
    return not phrase and _describes_role(items[index + 1 : index + 1 + _LONGEST_ROLE])


def _describes_role(said: Sequence[Item]) -> bool:
    """Whether a role is described before I give: nl "als (tevreden) huurder (van 82) geef ik een 8"."""
    place = 0
    while place + 1 < len(said) and not said[place + 1].marks & m.MINE and _describes(said[place]):
        place += 1
    role, behind = said[place : place + 1], said[place + 1 :]
    if not role or role[0].marks & ~(m.THING | m.BEFORE_NUMBER | _DESCRIBES) or not behind:
        return False
    whose = behind[0].kind == WORD and behind[0].marks & (m.OUT_OF | m.LAPSE)
    verb, who = (*(item for item in behind[1 if whose else 0 :] if item.marks), None, None)[:2]
    gives = verb is not None and verb.marks & (m.GIVE | m.MINE) == m.GIVE | m.MINE
    says = verb is not None and who is not None and verb.marks & m.STARTER and who.small & small.SPEAKER
    return gives or bool(says and not role[0].marks)


def _describes(item: Item) -> bool:
    return item.kind != WORD or bool(item.marks & _DESCRIBES)


def _concludes(p: Doubt) -> bool:
    """Whether "so" opens the clause, behind a comma or another number: "minus if I could, so 0", "10 if you had
    called, but nobody did so 5"."""
    if p.start < 2 or not p.items[p.start - 1].marks & m.THEREFORE or _of_it(p.left):
        return False
    return p.items[p.start - 2].text == "," or any(i.kind == NUMBER for i in p.items[: p.start - 1])


def _promised(p: Doubt) -> Offered | None:
    """What somebody would give for what is asked first."""
    if not p.start or not p.items[p.start - 1].marks & m.AND:
        return None
    opening = p.items[_sentence(p.items, p.start)]
    return (p.value,) if opening.kind == WORD and opening.marks & m.ORDERS else None


def _past(p: Doubt) -> Offered | None:
    if p.told & m.MOVED and _led_by_to(p.left):
        return None  # "up from a 7 last year to a 9"
    if _is_since(p.left):
        return None
    last = p.right_clean and p.right and p.right[-1].kind == WORD and p.right[-1].marks & m.PAST
    changed = p.right and p.right[0].marks & m.PAST and p.behind & m.COMPARED and p.behind & m.NOW
    told = (p.told & m.PAST and not _judged_only(p.left)) or last or changed or _is_labelled(p)
    return (p.value,) if told else None


def _in_a_year(p: Doubt) -> Offered | None:
    """What it was in a year that is named: "in 2020 an 8"."""
    if p.told & (m.NOW | m.OVERALL | m.LAPSE) or not p.right_clean:
        return None
    told = any(
        len(item.text) == _YEAR and item.text.isdecimal() and not before.small & small.FOR
        for before, item in pairwise(p.left)
    )
    return (p.value,) if told else None


def _is_labelled(p: Doubt) -> bool:
    """Whether a colon stands before the number, and before that nothing but when or whose it was: nl "toen: 8",
    "benchmark: 7"."""
    label = p.items[_sentence(p.items, p.start) : p.start - 1]
    colon = p.start > 1 and p.items[p.start - 1].text == ":"
    told = any(item.marks & (m.PAST | m.OTHERS) for item in label)
    return colon and told and all(item.marks & (m.PAST | m.OTHERS | m.FILL | m.ARTICLE) for item in label)


def _judged_only(left: Sequence[Item]) -> bool:
    """Whether what was is a judgement, and the number stands alone behind it: "was ace 8"."""
    if not left or not left[-1].marks & (m.PRAISE | m.COMPLAINT):
        return False
    past = [place for place, item in enumerate(left) if item.kind == WORD and item.marks & m.PAST]
    verb = all(left[place].marks & m.STARTER for place in past)
    return verb and all(item.marks & (m.VERY | m.FILL | _JUDGES) for item in left[past[-1] + 1 :])


def _is_since(left: Sequence[Item]) -> bool:
    """Whether what was only says since when the number is given as it is: "after last week's outage it is a 5"."""
    after = m.LAPSE | m.BEFORE_TIME
    if not left or left[0].marks & after != after:
        return False
    gives = [place for place, item in enumerate(left) if item.marks & m.GIVE and not item.marks & m.WOULD]
    was = [place for place, item in enumerate(left) if item.kind == WORD and item.marks & m.PAST]
    led = (
        all(item.marks & (m.GIVE | m.ARTICLE | m.FILL | m.NOW) for item in left[gives[-1] :])
        if gives
        else False
    )
    return led and all(0 < place < gives[-1] and not left[place].marks & m.STARTER for place in was)


def _led_by_to(left: Sequence[Item]) -> bool:
    words = [item for item in left if item.kind == WORD and (item.marks & m.TO or not item.marks & m.ARTICLE)]
    return bool(words) and bool(words[-1].marks & m.TO)


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


def _condition_follows(p: Doubt) -> Offered | None:
    if not p.right_clean:
        return None
    beyond = p.end
    while beyond < len(p.items) and p.items[beyond].text == ",":
        beyond += 1
    if not _sets_a_condition(p.items, beyond) or _asks_when(p.items, beyond):
        return None
    return None if _of_a_better_one(p, beyond) else (p.value,)


def _of_a_better_one(p: Doubt, place: int) -> bool:
    """Whether the condition is that of a better number right behind it: "8, if it weren't so dear it'd be a 10"."""
    would = False
    for item in p.items[place + 1 :]:
        if item.kind == SEPARATOR:
            return False
        would = would or bool(item.marks & m.WOULD)
        if item.kind == NUMBER and item.shape == PLAIN:
            lowest = item.value == p.scale.low == p.value - 1  # nl "1, als ik 0 kon geven had ik het gedaan"
            return lowest or (would and item.value > p.value)
    return False


DOUBTS: Final[tuple[Rule[Doubt, Offered], ...]] = (
    Rule("a bound before it", "at least an 8", _bounded),
    Rule("a negation before it", "not a 10", _negated),
    Rule("a rank", "top 10", _ranked),
    Rule("a denial", "never ever would my dog give 9", _denied),
    Rule("another's number", "my wife would say 9", _others_gave),
    Rule("compared with another", "better than Globex, which is a 4", _compared),
    Rule("one of several parts", "invoice: 3, portal: 7", _one_of_parts),
    Rule("given by somebody", "nl: vraag Piet, die geeft een 9", _somebody_gives),
    Rule("of a name", "KPN (7) is better", _of_a_name),
    Rule("quoted", '"a 10 please" said the card', _quoted),
    Rule("of what is owned", "my 3 series is back", _owned),
    Rule("so many behind a colon", "damaged boxes: 3", _listed),
    Rule("left over", "paid 9 owe 3 = 6", _left_over),
    Rule("some of more", "ten users, eight happy", _some_of_more),
    Rule("a question", "can I give a 0?", _asked),
    Rule("a question without its sign", "do you have it in a 9", _asked_for),
    Rule("taken back", "nl: een 10 geef ik nooit", _taken_back),
    Rule("spoken of", "10 is a fantasy", _spoken_of),
    Rule("one of many", "the 10 of last week was wrong", _one_of_many),
    Rule("the top, but", "I'd give a 10 but you are late", _top_but),
    Rule("taken back at last", "I could give you a 2 but I won't", _but_not),
    Rule("gone from it", "dropping from a 9", _moved_away),
    Rule("what it would be", "with a working lift it would be a 9", _would_be),
    Rule("perhaps of stars", "nl: het hotel heeft 4 sterren maar verdient er 2", _of_stars),
    Rule("none of it", "zero service", _none_of_it),
    Rule("what it is only then", "10 when the pool reopens", _when_it_is),
    Rule("what we get in the end", "when the roof stops leaking you get an 8", _in_the_end),
    Rule("on a condition", "if you fix the app: 10", _on_condition),
    Rule("promised", "fix the login and you get a 9", _promised),
    Rule("what it was", "last year a 9", _past),
    Rule("what it was in a year", "in 2020 an 8", _in_a_year),
    Rule("a bound behind it", "8 or more", _bounded_behind),
    Rule("a negation behind it", "tr: 10 değil zurna", _negated_behind),
    Rule("a condition behind it", "10 if you answer the phone", _condition_follows),
)


def _sets_a_condition(items: Sequence[Item], index: int) -> bool:
    """Whether "if" stands here; where it is also a word that changes nothing (es "sí"), with a sentence behind it."""
    if index >= len(items) or items[index].kind != WORD or not items[index].marks & m.IF:
        return False
    following = items[index + 1] if index + 1 < len(items) else None
    says_more = following is not None and following.kind == WORD and not following.marks & m.HARMLESS
    return says_more or not items[index].marks & m.FILL


def _asks_when(items: Sequence[Item], index: int) -> bool:
    """Whether "when" asks instead: nl "8 wanneer komt de monteur?"."""
    if not items[index].marks & m.ASKS:
        return False
    end = next((item.text for item in items[index:] if item.kind == SEPARATOR and item.text in ".!?\n"), "")
    return end == "?"


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
            judged = any(word.marks & _JUDGES for word in left[place + 1 :])
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
