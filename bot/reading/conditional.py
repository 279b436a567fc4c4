"""Numbers under a condition, or of another time: "10 when the pool reopens", "last year a 9"."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from bot.reading import marks as m
from bot.reading import small_words as small
from bot.reading.items import ECHO, PLAIN, SEPARATOR, Item, sentence_of
from bot.reading.of_another import Doubt, Offered, names_role
from bot.reading.rules import Rule, first
from bot.reading.text import NUMBER, WORD

JUDGES: Final = m.PRAISE | m.COMPLAINT | m.ASPECT | m.COMPARED
"""The marks of what says how something was: "couldn't be better 9"."""
_YEAR: Final = 4  # digits
_STARS: Final = 5
_SHORTEST_WHEN: Final = 3


def under_condition(p: Doubt) -> Offered | None:
    """The numbers to offer where a number is one only then, or was one."""
    return first(CONDITIONS, p)


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
    return None if mine or sentence_of(p.items, p.start) != p.start else (p.value,)


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
        if names_role(p.items, place):
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
    told = [item for item in p.items[sentence_of(p.items, place) : place] if item.kind == WORD]
    states = any(not item.marks & (m.HARMLESS | m.STARTER) for item in told)
    given = any(item.marks & (m.GIVE | m.WOULD) and not item.marks & m.SINGULAR for item in told)
    closes = all(item.marks & m.ARTICLE for item in p.left) and p.end >= len(p.items) - 1
    return states and not given and closes and p.items[p.start - 1].text == ","


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
    opening = p.items[sentence_of(p.items, p.start)]
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
    label = p.items[sentence_of(p.items, p.start) : p.start - 1]
    colon = p.start > 1 and p.items[p.start - 1].text == ":"
    told = any(item.marks & (m.PAST | m.OTHERS) for item in label)
    return colon and told and all(item.marks & (m.PAST | m.OTHERS | m.FILL | m.ARTICLE) for item in label)


def _judged_only(left: Sequence[Item]) -> bool:
    """Whether what was is a judgement, and the number stands alone behind it: "was ace 8"."""
    if not left or not left[-1].marks & (m.PRAISE | m.COMPLAINT):
        return False
    past = [place for place, item in enumerate(left) if item.kind == WORD and item.marks & m.PAST]
    verb = all(left[place].marks & m.STARTER for place in past)
    return verb and all(item.marks & (m.VERY | m.FILL | JUDGES) for item in left[past[-1] + 1 :])


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


def condition_follows(p: Doubt) -> Offered | None:
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


CONDITIONS: Final[tuple[Rule[Doubt, Offered], ...]] = (
    Rule("what it would be", "with a working lift it would be a 9", _would_be),
    Rule("perhaps of stars", "nl: het hotel heeft 4 sterren maar verdient er 2", _of_stars),
    Rule("none of it", "zero service", _none_of_it),
    Rule("what it is only then", "10 when the pool reopens", _when_it_is),
    Rule("what we get in the end", "when the roof stops leaking you get an 8", _in_the_end),
    Rule("on a condition", "if you fix the app: 10", _on_condition),
    Rule("promised", "fix the login and you get a 9", _promised),
    Rule("what it was", "last year a 9", _past),
    Rule("what it was in a year", "in 2020 an 8", _in_a_year),
)
