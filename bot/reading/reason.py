"""The words beside a score: its reason, cut from the customer's own text."""

from collections.abc import Sequence
from typing import Final

from bot.reading import marks as m
from bot.reading.items import ECHO, MONEY, PLAIN, SEPARATOR, Item
from bot.reading.score import NumberRead
from bot.reading.text import EMOJI, NUMBER, SIGN, WORD

_WITH_THE_SCORE: Final = (
    m.ARTICLE | m.LABEL | m.GIVE | m.FILL | m.ADJECTIVE | m.GREETING | m.THANKS | m.CORRECTION | m.SCALE
)
_AFTER_THE_SCORE: Final = m.POINTS | m.FILL | m.THANKS | m.GREETING | m.LABEL | m.GIVE | m.CHANGE
_JUDGES: Final = m.PRAISE | m.COMPLAINT
_LEADS_ALONE: Final = m.ARTICLE | m.LABEL | m.GIVE | m.ADJECTIVE
_QUIET: Final = _WITH_THE_SCORE | m.CONNECTOR | m.POINTS | m.VERY
_LONGEST_SIGNATURE: Final = 9
_LONGEST_CLOSING: Final = 3
_CLOSINGS: Final = frozenset(("best", "cheers", "all", "the"))
_MOST_NAMES: Final = 2
_BEFORE: Final = " \t\r\n,;:-–—=>"


def without_signature(items: list[Item]) -> list[Item]:
    """The items without a signature at their end ("gr Jan", "Sent from my iPhone")."""
    for index, item in enumerate(items):
        if item.text == "-" and index and _opens_signature(items, index):
            return items[:index]
        if item.text == "\n" and index and _closes_letter(items, index):
            return items[:index]
        if item.kind != WORD or not item.marks & m.SIGNATURE or index == 0:
            continue
        rest = items[index + 1 :]
        if item.marks & m.ADDRESSED and rest and rest[0].marks & m.GIVE:
            continue  # "theirs is a 9, yours is a 6"
        short = sum(i.kind in (WORD, NUMBER) for i in rest) <= _LONGEST_SIGNATURE
        number_follows = bool(rest) and rest[0].kind == NUMBER and rest[0].tight
        before = items[index - 2 if items[index - 1].marks & m.AND and index > 1 else index - 1]
        opens = before.kind in (SEPARATOR, EMOJI, NUMBER) or before.marks & (m.THANKS | m.GREETING)
        if (
            short
            and not number_follows
            and opens
            and (not item.marks & m.UNIT or items[index - 1].kind != NUMBER or rest)
        ):
            return items[:index]
    return items


def _closes_letter(items: Sequence[Item], index: int) -> bool:
    """Whether a line holds but a closing, with a name and more below it: "Best,", "Thanks,"."""
    line = []
    for item in items[index + 1 : index + 2 + _LONGEST_CLOSING]:
        if item.kind == SEPARATOR:
            break
        line.append(item)
    below = items[index + 1 + len(line) :]
    if not line or len(line) > _LONGEST_CLOSING or [i.text for i in below[:2]] != [",", "\n"]:
        return False
    closing = all(i.text in _CLOSINGS or i.marks & (m.THANKS | m.GREETING | m.SIGNATURE) for i in line)
    named = len(below) > 2 and below[2].kind == WORD and not below[2].marks
    return closing and named and any(item.kind == NUMBER for item in items[:index])


def _opens_signature(items: Sequence[Item], index: int) -> bool:
    """A line of two dashes, which mail programs put before a signature (RFC 3676, 4.3)."""
    line = [item.text for item in items[index - 1 : index + 3]]
    return line in (["\n", "-", "-", "\n"], ["\n", "-", "-"])


def reason_beside(
    items: Sequence[Item], chosen: NumberRead, text: str, until: int | None = None
) -> str | None:
    """What was written beside the score, without the score's own words, greetings and one "because"; before the score
    no further than `until`, where that is given."""
    start, end = chosen.clause
    first = chosen.index
    if _because_before(items, start):
        while (
            first > start and items[first - 1].marks & _LEADS_ALONE and not items[first - 1].marks & _JUDGES
        ):
            first -= 1
        if first > start:
            return text[items[start].start : items[first - 1].end]
    gives = any(item.kind == WORD and item.marks & m.GIVE for item in items[start:first])
    while first > start and (gives or _belongs(items[first - 1], _WITH_THE_SCORE)):
        first -= 1
    first = _before_colon(items, first)
    if items[chosen.index].marks & m.MOVED and first > start:
        first -= 1  # nl "van een 9 naar een 4"
    last = _behind_taken_back(items, chosen.index + 1, end)
    if all(_belongs(item, _AFTER_THE_SCORE) and not item.marks & _JUDGES for item in items[last:end]):
        last = end
    _hush_repeated(items, chosen)
    before = _cut(items, 0, _without_connector(items, first if until is None else min(first, until)), text)
    after = _cut(items, last, len(items), text)
    if before and after:
        return _joined(before, after)
    return before or after or _given(items, chosen.index + 1, text)


def _hush_repeated(items: Sequence[Item], chosen: NumberRead) -> None:
    """Say no more with a score that is only said again: "Nul! Nul!", "um seven I guess yeah seven"."""
    for index, item in enumerate(items):
        if (
            index != chosen.index
            and item.kind == NUMBER
            and item.shape == PLAIN
            and item.values == chosen.values
        ):
            item.shape = ECHO


def _because_before(items: Sequence[Item], start: int) -> bool:
    """Whether the reply opens with the reason: "because of the wait a 6"."""
    return start == 1 and bool(items[0].marks & m.BECAUSE)


def _before_colon(items: Sequence[Item], first: int) -> int:
    """Where what leads to a score begins, with its label before a colon: "… too dear. Score: 6"."""
    place = first - 1
    if place < 1 or items[place].text != ":":
        return first
    while place and items[place - 1].kind == WORD and _belongs(items[place - 1], _WITH_THE_SCORE):
        place -= 1
    return place if any(item.marks & m.LABEL for item in items[place:first]) else first


def _behind_taken_back(items: Sequence[Item], index: int, end: int) -> int:
    """Where the words go on behind a number that was only taken back: "7 not 1"."""
    place = index
    while place < end and items[place].kind == WORD and items[place].marks & (m.NOT | m.ARTICLE):
        place += 1
    return place + 1 if place + 1 == end and place > index and items[place].kind == NUMBER else index


def _without_connector(items: Sequence[Item], last: int) -> int:
    """`last` without a "but" that led to the score, or a "to": "up from a 6 last year to a 9"."""
    if last and _is_to(items[last - 1]):
        last -= 1
    while last and (items[last - 1].kind == SEPARATOR or items[last - 1].marks & (m.BUT | m.THEREFORE)):
        last -= 1
    return last


def _is_to(item: Item) -> bool:
    return bool(item.marks & m.TO) and not item.marks & (m.AND | m.UNIT)


def _joined(before: str, after: str) -> str:
    """Both sides of the score as two sentences, or as one where the second does not begin like one."""
    if not before[-1].isalnum():
        return f"{before} {after}"
    return f"{before}{'.' if after[0].isupper() else ','} {after}"


def _given(items: Sequence[Item], first: int, text: str) -> str | None:
    """What follows a "because" is the reason, however little its words say ("9 because you always answer")."""
    for index in range(first, len(items) - 1):
        if items[index].kind == WORD and items[index].marks & m.BECAUSE:
            words = [item for item in items[index + 1 :] if item.kind == WORD]
            return text[words[0].start : words[-1].end] if len(words) > 1 else None
    return None


def _belongs(item: Item, marks: int) -> bool:
    return item.kind == SIGN or item.shape == ECHO or (item.kind == WORD and bool(item.marks & marks))


def _cut(items: Sequence[Item], first: int, last: int, text: str) -> str | None:
    """The text of the items from `first` to before `last`, if it says anything."""
    last = _without_name(items, first, last, text)
    while first < last and _trimmed(items, first, last, at_start=True):
        first += 1
    while first < last and _trimmed(items, last - 1, last, at_start=False):
        last -= 1
    last = _without_name(items, first, last, text)
    if _is_signed(items, first, last, text):
        return None
    if not any(_says(item) for item in items[first:last]):
        return None
    if items[first].shape == ECHO and _only_takes_back(items[first:last]):
        return None
    # the sign after the last word belongs to it: "Love it!!" keeps its marks
    end = items[last - 1].end
    while (
        last < len(items)
        and items[last].kind == SEPARATOR
        and items[last].text in ".!?)"
        and items[last].tight
    ):
        end = items[last].end
        last += 1
    return text[items[first].start : end].strip(_BEFORE) or None


def _only_takes_back(items: Sequence[Item]) -> bool:
    """Whether nothing but "not" stands behind a number that was taken back: pt "8 não, 6 desculpe"."""
    return all(item.marks & (_QUIET | m.NOT) for item in items if item.kind == WORD)


def _is_signed(items: Sequence[Item], first: int, last: int, text: str) -> bool:
    """Whether all that stands behind a dash or a new line is a name and an initial."""
    if last - first != _MOST_NAMES or not first or items[first - 1].text not in ("-", "\n"):
        return False
    name, initial = items[first:last]
    return (
        name.kind == initial.kind == WORD
        and not name.marks
        and len(initial.text) == 1
        and text[name.start].isupper()
        and text[initial.start].isupper()
    )


def _trimmed(items: Sequence[Item], index: int, last: int, *, at_start: bool) -> bool:
    item = items[index]
    if item.kind == SIGN and item.text in MONEY and index + 1 < last:
        return False  # "$10 for delivery"
    if item.kind in (SEPARATOR, EMOJI, SIGN):
        return True
    if item.kind != WORD:
        return False
    if at_start:
        if item.marks & (m.BECAUSE | m.THEREFORE):
            return True
        following = items[index + 1] if index + 1 < last else None
        alone = (
            following is None
            or following.kind in (SEPARATOR, EMOJI)
            or bool(following.marks & (m.GREETING | m.THANKS))
        )
        return bool(item.marks & (m.GREETING | m.THANKS)) and alone
    if item.marks & m.THEREFORE:
        return True
    return bool(item.marks & (m.GREETING | m.THANKS | m.BECAUSE)) and (
        index == 0
        or items[index - 1].kind in (SEPARATOR, EMOJI)
        or bool(items[index - 1].marks & (m.GREETING | m.THANKS))
    )


def _without_name(items: Sequence[Item], first: int, last: int, text: str) -> int:
    """`last` without a name after thanks or a greeting: "… Thanks, Sarah", and what only lengthens one."""
    for index in range(max(first, last - _MOST_NAMES - 2), last):
        glued = index > first and items[index].tight and items[index - 1].kind == NUMBER  # "part 34x56"
        if items[index].kind == WORD and items[index].marks & (m.THANKS | m.GREETING) and not glued:
            tail = items[index + 1 : last]
            names = [item for item in tail if item.kind == WORD]
            apart = any(item.kind == SEPARATOR for item in tail)
            opens = index == first or items[index - 1].kind in (SEPARATOR, EMOJI, NUMBER)
            judged = index and items[index - 1].kind == NUMBER and items[index].marks & _JUDGES
            thing = judged and any(text[item.start].islower() for item in names)  # nl "8 fijne tandarts"
            polite = not thing and all(
                not item.marks & ~(m.FILL | m.GREETING | m.THANKS)
                and (item.marks or text[item.start].isupper() or not apart)
                for item in names
            )
            if opens and len(names) <= _MOST_NAMES and polite:
                return index
    return last


def _says(item: Item) -> bool:
    if item.text.startswith("@"):
        return False  # whom they mention is no reason by itself
    if item.kind == WORD:
        return not item.marks & _QUIET or bool(item.marks & _JUDGES)
    return item.kind == NUMBER and item.shape != ECHO
