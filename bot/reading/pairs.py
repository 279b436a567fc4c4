"""Numbers that belong together: telephone numbers, 7,5 and 10:02, 8 out of 10, 7 or 8, 3-5-2024.

What is one number stays plain; what is two, a half, or of another scale can only be asked about; what is no answer
is set aside.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

from bot.reading import marks as m
from bot.reading.bounds import Bounds
from bot.reading.by_word import JOINING, behind_article, by_word
from bot.reading.counts import counted
from bot.reading.items import ASIDE, ECHO, OTHER_SCALES, PLAIN, SEPARATOR, UNSURE, Item, joined, scaled
from bot.reading.language import Language
from bot.reading.rules import Rule, first
from bot.reading.text import EMOJI, NUMBER, SIGN, WORD

_FRACTIONS: Final = frozenset({"25", "50", "75"})


def part_mark_removed(items: list[Item]) -> list[Item]:
    """Without the "(1/2)" that a telephone puts before the parts of a long SMS."""
    if (
        [item.text for item in items[:1]] == ["("]
        and len(items) > 5
        and items[2].text == "/"
        and items[4].text == ")"
    ):
        first, last = items[1], items[3]
        if first.kind == last.kind == NUMBER and 0 < first.value <= last.value < 10:
            return items[5:]
    return items


def shouted(items: list[Item]) -> list[Item]:
    """Without the ones of a shout whose shift key was let go: "9!!1"."""
    return [
        item
        for index, item in enumerate(items)
        if not (index > 1 and item.tight and set(item.text) == {"1"} and items[index - 1].text == "!")
    ]


def abbreviations_closed(items: list[Item]) -> list[Item]:
    """Without the dot of an abbreviation between two numbers: de "7 v. 10", nl "8 v.d. 10"."""
    return [item for index, item in enumerate(items) if not _closes_abbreviation(items, index)]


def _closes_abbreviation(items: Sequence[Item], index: int) -> bool:
    item = items[index]
    return bool(
        item.text == "."
        and item.tight
        and 1 < index < len(items) - 1
        and items[index - 1].marks & m.OUT_OF
        and items[index - 2].kind == items[index + 1].kind == NUMBER
    )


def telephones(items: list[Item], _language: Language, _scale: Bounds) -> list[Item]:
    """The items with each telephone number as one, set aside."""
    if not any(len(item.text) > 1 for item in items if item.kind == NUMBER):
        return items
    out: list[Item] = []
    index = 0
    while index < len(items):
        item = items[index]
        index += 1
        if item.kind != NUMBER or not item.text.isdecimal() or not _starts_telephone(items, index - 1):
            out.append(item)
            continue
        last = index
        while last < len(items):
            if items[last].kind == NUMBER and items[last].text.isdecimal() and len(items[last].text) > 1:
                last += 1
            elif (
                items[last].text in ("-", ".", "/", "(", ")")
                and last + 1 < len(items)
                and items[last + 1].kind == NUMBER
                and len(items[last + 1].text) > 1
            ):
                last += 2
            else:
                break
        out.append(joined(items[index - 1 : last], ASIDE, ()))
        index = last
    return out


def _starts_telephone(items: Sequence[Item], index: int) -> bool:
    text = items[index].text
    if len(text) > 5 or (len(text) > 2 and text[0] == "0"):
        return True
    if index and items[index - 1].text == "+" and items[index].tight:
        following = items[index + 1] if index + 1 < len(items) else None
        if len(text) > 1 or (following is not None and following.kind == NUMBER and len(following.text) > 2):
            return True
    if text[0] == "0" and len(text) == 2 and index + 2 < len(items):
        dash, rest = items[index + 1], items[index + 2]
        return dash.text == "-" and rest.kind == NUMBER and len(rest.text) > 4
    return False


def written_together(items: list[Item], _language: Language, scale: Bounds) -> list[Item]:
    """Numbers joined by a sign: 7,5 and 10:02 and 7/10 and 8-9 and 3-5-2024, and by a word: 8 of 10, 7 or 8."""
    out: list[Item] = []
    index = 0
    while index < len(items):
        item = items[index]
        if item.kind != NUMBER or item.shape != PLAIN:
            out.append(item)
            index += 1
            continue
        taken, together = _pair(items, index, scale)
        out.append(together)
        index += taken
    return out


class Pair(NamedTuple):
    """A number, the sign or word behind it, and what comes then; `tight` where all three touch and are digits."""

    items: Sequence[Item]
    at: int
    item: Item
    sign: Item
    second: Item | None
    rest: Sequence[Item]
    tight: bool
    scale: Bounds


PairsTaken = tuple[int, Item]
"""How many items a number takes, and what they are together."""


def _pair(items: Sequence[Item], index: int, scale: Bounds) -> PairsTaken:
    item = items[index]
    rest = items[index + 1 : index + 8]
    if not rest:
        return 1, item
    sign = rest[0]
    if sign.kind == WORD and not sign.marks & JOINING:
        return 1, item  # what most numbers stand before
    second = rest[1] if len(rest) > 1 else None
    digits = second is not None and item.text.isdecimal() and second.text.isdecimal()
    tight = digits and sign.tight and second is not None and second.tight
    return first(PAIRS, Pair(items, index, item, sign, second, rest, tight, scale)) or (1, item)


def _nothing_between(p: Pair) -> PairsTaken | None:
    return _neighbours(p.items, p.at, p.scale) if p.sign.kind == NUMBER else None


def _thousands(p: Pair) -> PairsTaken | None:
    aside = p.second is not None and p.second.shape == ASIDE and p.second.tight
    if not aside or not p.sign.tight or p.sign.text not in ("-", ".", ",", "/"):
        return None
    return 3, joined(p.items[p.at : p.at + 3], ASIDE, ())


def _no_second(p: Pair) -> PairsTaken | None:
    if p.second is not None and p.second.kind == NUMBER and p.second.values:
        return None
    return behind_article(p.items, p.at, p.scale) or (1, p.item)


def _chain(p: Pair) -> PairsTaken | None:
    if not p.tight or p.sign.text not in (":", ".", ",", "-", "/") or len(p.rest) < 4:
        return None
    again, third = p.rest[2:4]
    if again.text != p.sign.text or third.kind != NUMBER or not third.tight:
        return None
    return 5, joined(p.items[p.at : p.at + 5], ASIDE, ())


def _clock(p: Pair) -> PairsTaken | None:
    return (3, joined(p.items[p.at : p.at + 3], ASIDE, ())) if p.sign.text == ":" and p.tight else None


def _decimals(p: Pair) -> PairsTaken | None:
    return _decimal(p.items, p.at, p.scale) if p.sign.text in ".," and p.tight else None


def _slash(p: Pair) -> PairsTaken | None:
    if p.sign.text != "/" or p.second is None or p.sign.tight != p.second.tight:
        return None
    return 3, _ratio(p.items[p.at : p.at + 3], p.rest[2:3], p.scale)


def _dash(p: Pair) -> PairsTaken | None:
    dots = p.sign.text == "." and len(p.rest) > 2 and p.rest[1].text == "."
    return _span(p.items, p.at, p.scale) if p.sign.text in ("-", "~") or dots else None


def _arrow(p: Pair) -> PairsTaken | None:
    """ "6 -> 5": from one to the other."""
    third = p.rest[2:4]
    to = p.sign.text in "-=" and len(p.rest) > 2 and p.rest[1].text == ">" and p.rest[2].kind == NUMBER
    if not to or p.rest[2].shape != PLAIN or (len(third) > 1 and third[1].kind != SEPARATOR):
        return None
    moved = joined(p.items[p.at : p.at + 4], PLAIN, p.rest[2].values)
    moved.marks = m.MOVED
    return 4, moved


def _said_again(p: Pair) -> PairsTaken | None:
    """ "8 (eight)": the same number once more, in brackets or behind a sign."""
    if p.second is None or p.second.values != p.item.values or p.sign.text not in ("(", "=", ":", "-"):
        return None
    if p.item.text.isdecimal() == p.second.text.isdecimal():
        return None
    taken = 4 if p.sign.text == "(" and len(p.rest) > 2 and p.rest[2].text == ")" else 3
    return taken, joined(p.items[p.at : p.at + taken], PLAIN, p.item.values)


def _joining_word(p: Pair) -> PairsTaken | None:
    joins = p.sign.kind == WORD and p.sign.marks & JOINING
    return by_word(p.items, p.at, p.at + 2, p.scale) if joins else None


PAIRS: Final[tuple[Rule[Pair, PairsTaken], ...]] = (
    Rule("nothing between them", "twenty one", _nothing_between),
    Rule("thousands", "it cost 1,000000 in the end", _thousands),
    Rule("an arrow", "6 -> 5", _arrow),
    Rule("no second number", "nl: 8 op een 10", _no_second),
    Rule("said again", "8 (eight)", _said_again),
    Rule("a date", "ordered 3-5-2024 and nothing came", _chain),
    Rule("a time", "came at 10:02", _clock),
    Rule("decimals", "7,5", _decimals),
    Rule("a share", "7/10", _slash),
    Rule("from one to the other", "8-9", _dash),
    Rule("a word between them", "7 or 8", _joining_word),
)


def _neighbours(items: Sequence[Item], index: int, scale: Bounds) -> tuple[int, Item]:
    """Two numbers with nothing between them: twenty one, 6 1/2, 1 0, 8 9."""
    first, second = items[index], items[index + 1]
    if (times := _repeated(items, index)) > 1:
        return times, joined(items[index : index + times], PLAIN, first.values)
    if first.text.isdecimal() != second.text.isdecimal() and first.values == second.values:
        return 2, joined(items[index : index + 2], PLAIN, first.values)  # "8 eight"
    if not first.text.isdecimal() and not second.text.isdecimal():
        if 20 <= first.value <= 90 and second.values and 0 < second.value < 10:
            return 2, joined(items[index : index + 2], PLAIN, (first.value + second.value,))
        return 1, first
    tail = items[index + 1 : index + 4]
    if [i.text for i in tail] == ["1", "/", "2"] and tail[1].tight and tail[2].tight:
        return 4, joined(items[index : index + 4], UNSURE, (first.value, first.value + 1))
    if second.shape != PLAIN or counted(items, index + 2):
        return 1, first
    if (first.value, second.text) == (1, "0"):
        return 2, joined(items[index : index + 2], UNSURE, (10,))
    following = items[index + 2] if index + 2 < len(items) else None
    if following is None or following.kind != SIGN or following.text not in ("/", "%", "½"):
        return 2, joined(items[index : index + 2], UNSURE, (first.value, second.value))
    return 1, first


def _repeated(items: Sequence[Item], index: int) -> int:
    """How often one number is shouted: "TEN TEN!", "0 0 0!". 1 where it is not, or may be another: 8 8, one one."""
    text, end = items[index].text, index
    while end < len(items) and items[end].kind == NUMBER and items[end].text == text:
        end += 1
    ends = end == len(items) or items[end].kind in (SEPARATOR, EMOJI)
    may_be_digits = items[index].value == 1 or (items[index].value == 0 and not text.isdecimal())
    enough = 3 if text.isdecimal() else 2
    return end - index if ends and not may_be_digits and end - index >= enough else 1


def _decimal(items: Sequence[Item], index: int, scale: Bounds) -> tuple[int, Item]:
    whole, part = items[index], items[index + 2]
    taken = 3
    after = items[index + 3 : index + 5]
    if len(after) == 2 and after[0].text == "/" and after[1].kind == NUMBER:
        if after[1].values != (scale.high,):
            return 5, joined(items[index : index + 5], UNSURE, ())
        taken = 5
    parts = items[index : index + taken]
    dot = items[index + 3] if index + 3 < len(items) else None
    if (
        dot is not None
        and dot.text == "."
        and dot.tight
        and index + 4 < len(items)
        and items[index + 1].text == "."
    ):
        return 3, joined(parts, ASIDE, ())  # a date: "5.3. ordered"
    if part.text == "0":
        return taken, joined(parts, PLAIN, whole.values)
    if len(part.text) == 1 or part.text in _FRACTIONS:
        return taken, joined(parts, UNSURE, (whole.value, whole.value + 1))
    return taken, joined(parts, ASIDE, ())


def _ratio(parts: Sequence[Item], after: Sequence[Item], scale: Bounds) -> Item:
    first, second = parts[0].value, parts[2].value
    if second == scale.high:
        ratio = joined(parts, PLAIN, (first,))
        ratio.marks |= m.POINTS
        return ratio
    if (first, second) in ((24, 7), (24, 24), (7, 7), (5, 7), (365, 365)) or (
        after and after[0].marks & (m.UNIT | m.MONTH)
    ):
        return joined(parts, ASIDE, ())
    if second == first + 1 and second <= scale.high and second not in (4, 5):
        return joined(parts, UNSURE, (first, second))
    return joined(parts, UNSURE, scaled(first, second, scale) if second in OTHER_SCALES else ())


def _span(items: Sequence[Item], index: int, scale: Bounds) -> tuple[int, Item]:
    """8-9 asks, 0-10 is the scale, and in "7 - 3 weeks late" the dash only separates."""
    first, second = items[index], items[index + 2]
    parts = items[index : index + 3]
    beyond = items[index + 3 : index + 5]
    if (
        len(beyond) == 2
        and beyond[0].text in ".,"
        and beyond[1].kind == NUMBER
        and beyond[0].tight
        and beyond[1].tight
    ):
        return 1, first  # "7 - 4,90 for delivery"
    spaced = not items[index + 1].tight or not second.tight
    if second.value == scale.high and first.value in (0, 1, scale.low):
        return 3, joined(parts, ECHO, ())
    if spaced and index + 3 < len(items) and items[index + 3].kind in (WORD, SIGN):
        return 1, first
    if counted(items, index + 3) or max(first.value, second.value) > scale.high:
        return (1, first) if spaced else (3, joined(parts, ASIDE, ()))
    return 3, joined(parts, UNSURE, (first.value, second.value))
