"""Numbers that are another's, or of something else: "my wife would say 9", "damaged boxes: 3"."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from bot.reading import marks as m
from bot.reading import small_words as small
from bot.reading.bounds import Bounds
from bot.reading.items import ASIDE, Item, marks_of, sentence_of
from bot.reading.rules import Rule, first
from bot.reading.text import NUMBER, WORD

_NEAR: Final = 6
_SHORTEST_GIVEN: Final = 2
_GOOD: Final = 0.7
_ARROWS: Final = frozenset((">", "→", "⇒", "➡"))
_COUNTS_LEAVE: Final = 2
_LONGEST_LABEL: Final = 2
_NUMBERED: Final = m.BEFORE_NUMBER | m.LABEL | m.ASPECT | m.THING | m.UNIT
_LONGEST_ROLE: Final = 7
_DESCRIBES: Final = m.ARTICLE | m.ADJECTIVE | m.PRAISE | m.VERY | m.UNIT

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


def of_another(p: Doubt) -> Offered | None:
    """The numbers to offer where a number is another's or of something else."""
    return first(OF_ANOTHER, p)


def _others_gave(p: Doubt) -> Offered | None:
    if not p.told & m.OTHERS:
        return None
    crowd = m.OTHERS | m.UNIT
    praised = any(
        before.marks & (m.PRAISE | m.COMPLAINT) and item.marks & crowd == crowd
        for before, item in pairwise(p.left)
    )
    return (
        None if praised and marks_of([i for i in p.left if i.marks & crowd != crowd]) & m.OTHERS == 0 else ()
    )


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
    if p.start and names_role(p.items, p.start - 1):
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
    said = p.items[sentence_of(p.items, p.start) : p.start - 1]
    several = said and (said[-1].is_plural or said[-1].marks & m.UNIT) and not said[-1].marks & m.LABEL
    words = len(said) <= _LONGEST_LABEL and all(item.kind == WORD for item in said)
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
    opens = first == sentence_of(p.items, p.start)
    judged = p.right[0].marks & (m.PRAISE | m.COMPLAINT | m.ADJECTIVE)
    return (p.value,) if several and opens and judged and not counted.marks & m.WAITING else None


def _for_money(p: Doubt) -> Offered | None:
    """A good number that is offered for money: "for 50 euros off I'd give a 10"."""
    told = (*p.items[max(0, p.start - 1) : p.start], *p.left)
    paid = any(
        before.small & small.FOR
        and item.kind == NUMBER
        and item.shape == ASIDE
        and any(following.marks & (m.UNIT | m.WAITING) == m.UNIT for following in told[place + 2 : place + 3])
        for place, (before, item) in enumerate(pairwise(told))
    )
    return (p.value,) if paid and p.scale.share(p.value) >= _GOOD else None


def _so_many_now(p: Doubt) -> Offered | None:
    """How many there are now of what was counted: "we had 9 vans. now 5". A score has its article, or nobody counted
    before it."""
    place = p.start + len(p.left)
    opened = p.items[p.start - 1 : p.start] if p.start else ()
    now = [item for item in (*opened, *p.left) if item.kind == WORD]
    if not now or p.right or not all(item.marks & m.NOW and not item.marks & m.ARTICLE for item in now):
        return None
    before = p.items[: place - 1]
    counts = any(
        item.kind == NUMBER
        and item.values
        and following.kind == WORD
        and (following.is_plural or following.is_one is False or following.marks & m.UNIT)
        and not (following.marks & m.WAITING or following.is_done)
        for item, following in pairwise(before)
    )
    return (p.value,) if counts else None


def _behind_arrow(p: Doubt) -> Offered | None:
    """Where an arrow leads from a thing or its number: "page 4 > 5", "settings > 8"."""
    bare = p.start > 1 and not p.left and not p.right and p.items[p.start - 1].text in _ARROWS
    if not bare:
        return None
    before = p.items[sentence_of(p.items, p.start) : p.start - 1]
    numbers = [item for item in before if item.kind == NUMBER]
    last = before[-1] if before else None
    named = last is not None and last.kind == WORD and not last.marks & ~(m.THING | m.UNIT | m.BEFORE_NUMBER)
    numbered = len(numbers) == 1 and numbers[0] is last and last.shape == ASIDE
    return (p.value,) if (named and not numbers) or numbered else None


def names_role(items: Sequence[Item], index: int) -> bool:
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


OF_ANOTHER: Final[tuple[Rule[Doubt, Offered], ...]] = (
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
    Rule("offered for money", "for 50 euros off I'd give a 10", _for_money),
    Rule("so many now", "we had 9 vans. now 5", _so_many_now),
    Rule("behind an arrow", "page 4 > 5", _behind_arrow),
)
