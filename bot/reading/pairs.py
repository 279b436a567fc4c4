"""Numbers that belong together: telephone numbers, 7,5 and 10:02, 8 out of 10, 7 or 8, 3-5-2024.

What is one number stays plain; what is two, a half, or of another scale can only be asked about; what is no answer
is set aside.
"""

from collections.abc import Sequence
from typing import Final

from bot.reading import marks as m
from bot.reading.items import ASIDE, ECHO, PLAIN, SEPARATOR, UNSURE, Item, Range, scaled
from bot.reading.language import Language
from bot.reading.text import EMOJI, NUMBER, SIGN, WORD

_OTHER_SCALES: Final = frozenset({4, 5, 6, 7, 10, 20, 100})
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


def _joined(items: Sequence[Item], shape: str, values: tuple[int, ...]) -> Item:
    first, last = items[0], items[-1]
    return Item(NUMBER, first.text, first.start, last.end, first.tight, first.marks, shape, values)


def telephones(items: list[Item], _language: Language, _scale: Range) -> list[Item]:
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
        out.append(_joined(items[index - 1 : last], ASIDE, ()))
        index = last
    return out


def _starts_telephone(items: Sequence[Item], index: int) -> bool:
    text = items[index].text
    if len(text) > 5 or (len(text) > 2 and text[0] == "0"):
        return True
    if index and items[index - 1].text == "+" and items[index].tight and len(text) > 1:
        return True
    if text[0] == "0" and len(text) == 2 and index + 2 < len(items):
        dash, rest = items[index + 1], items[index + 2]
        return dash.text == "-" and rest.kind == NUMBER and len(rest.text) > 4
    return False


def written_together(items: list[Item], language: Language, scale: Range) -> list[Item]:
    """Numbers joined by a sign: 7,5 and 10:02 and 7/10 and 8-9 and 3-5-2024, and by a word: 8 of 10, 7 or 8."""
    out: list[Item] = []
    index = 0
    while index < len(items):
        item = items[index]
        if item.kind != NUMBER or item.shape != PLAIN:
            out.append(item)
            index += 1
            continue
        taken, joined = _pair(items, index, language, scale)
        out.append(joined)
        index += taken
    return out


def _pair(items: Sequence[Item], index: int, language: Language, scale: Range) -> tuple[int, Item]:
    item = items[index]
    rest = items[index + 1 : index + 8]
    if not rest:
        return 1, item
    sign = rest[0]
    second = rest[1] if len(rest) > 1 else None
    digits = item.text.isdecimal()
    if sign.kind == NUMBER:
        return _neighbours(items, index, scale)
    if (
        second is not None
        and second.shape == ASIDE
        and sign.tight
        and second.tight
        and sign.text in ("-", ".", ",", "/")
    ):
        return 3, _joined(items[index : index + 3], ASIDE, ())  # 1,000
    if second is None or second.kind != NUMBER or not second.values:
        if (
            sign.kind == WORD
            and sign.marks & (m.OR | m.TO | m.OUT_OF)
            and second is not None
            and len(rest) > 2
        ):
            skipped = second.kind == WORD and bool(second.marks & (m.ARTICLE | m.LABEL | m.FILL))
            if skipped and rest[2].kind == NUMBER and rest[2].shape == PLAIN:
                return _by_word(items, index, sign, index + 3, scale)
        return 1, item
    both = sign.tight and second.tight and digits and second.text.isdecimal()
    chain = both and len(rest) > 3 and rest[2].text == sign.text and rest[3].kind == NUMBER and rest[3].tight
    if sign.text in (":", ".", ",", "-", "/") and chain:
        return 5, _joined(items[index : index + 5], ASIDE, ())
    if sign.text == ":" and both:
        return 3, _joined(items[index : index + 3], ASIDE, ())
    if sign.text in ".," and both:
        return _decimal(items, index, scale)
    if sign.text == "/" and (sign.tight == second.tight):
        return 3, _ratio(items[index : index + 3], items[index + 3 : index + 4], scale)
    if sign.text in ("-", "~") or (sign.text == "." and len(rest) > 2 and rest[1].text == "."):
        return _span(items, index, scale)
    if sign.kind == WORD and sign.marks & (m.OR | m.TO | m.OUT_OF | m.AND):
        return _by_word(items, index, sign, index + 2, scale)
    return 1, item


def _neighbours(items: Sequence[Item], index: int, scale: Range) -> tuple[int, Item]:
    """Two numbers with nothing between them: twenty one, 6 1/2, 1 0, 8 9."""
    first, second = items[index], items[index + 1]
    if (times := _repeated(items, index)) > 1:
        return times, _joined(items[index : index + times], PLAIN, first.values)
    if not first.text.isdecimal() and not second.text.isdecimal():
        if 20 <= first.value <= 90 and second.values and 0 < second.value < 10:
            return 2, _joined(items[index : index + 2], PLAIN, (first.value + second.value,))
        return 1, first
    tail = items[index + 1 : index + 4]
    if [i.text for i in tail] == ["1", "/", "2"] and tail[1].tight and tail[2].tight:
        return 4, _joined(items[index : index + 4], UNSURE, (first.value, first.value + 1))
    if second.shape != PLAIN or counted(items, index + 2):
        return 1, first
    if (first.value, second.text) == (1, "0"):
        return 2, _joined(items[index : index + 2], UNSURE, (10,))
    following = items[index + 2] if index + 2 < len(items) else None
    if following is None or following.kind != SIGN or following.text not in ("/", "%", "½"):
        return 2, _joined(items[index : index + 2], UNSURE, (first.value, second.value))
    return 1, first


def _repeated(items: Sequence[Item], index: int) -> int:
    """How often one number is shouted: "TEN TEN!", "10 10 10". 1 where it is not, or may be another: 8 8, one one."""
    text, end = items[index].text, index
    while end < len(items) and items[end].kind == NUMBER and items[end].text == text:
        end += 1
    ends = end == len(items) or items[end].kind in (SEPARATOR, EMOJI)
    may_be_digits = len(text) == 1 or items[index].value < 2
    enough = 3 if text.isdecimal() else 2
    return end - index if ends and not may_be_digits and end - index >= enough else 1


def _decimal(items: Sequence[Item], index: int, scale: Range) -> tuple[int, Item]:
    whole, part = items[index], items[index + 2]
    taken = 3
    after = items[index + 3 : index + 5]
    if len(after) == 2 and after[0].text == "/" and after[1].kind == NUMBER:
        if after[1].values != (scale.high,):
            return 5, _joined(items[index : index + 5], UNSURE, ())
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
        return 3, _joined(parts, ASIDE, ())  # a date: "5.3. ordered"
    if part.text == "0":
        return taken, _joined(parts, PLAIN, whole.values)
    if len(part.text) == 1 or part.text in _FRACTIONS:
        return taken, _joined(parts, UNSURE, (whole.value, whole.value + 1))
    return taken, _joined(parts, ASIDE, ())


def _ratio(parts: Sequence[Item], after: Sequence[Item], scale: Range) -> Item:
    first, second = parts[0].value, parts[2].value
    if second == scale.high:
        ratio = _joined(parts, PLAIN, (first,))
        ratio.marks |= m.POINTS
        return ratio
    if (first, second) in ((24, 7), (24, 24), (7, 7), (5, 7), (365, 365)) or (
        after and after[0].marks & (m.UNIT | m.MONTH)
    ):
        return _joined(parts, ASIDE, ())
    if second == first + 1 and second <= scale.high and second not in (4, 5):
        return _joined(parts, UNSURE, (first, second))
    return _joined(parts, UNSURE, scaled(first, second, scale) if second in _OTHER_SCALES else ())


def _span(items: Sequence[Item], index: int, scale: Range) -> tuple[int, Item]:
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
        return 3, _joined(parts, ECHO, ())
    if spaced and index + 3 < len(items) and items[index + 3].kind in (WORD, SIGN):
        return 1, first
    if counted(items, index + 3) or max(first.value, second.value) > scale.high:
        return (1, first) if spaced else (3, _joined(parts, ASIDE, ()))
    return 3, _joined(parts, UNSURE, (first.value, second.value))


def _by_word(items: Sequence[Item], index: int, sign: Item, at: int, scale: Range) -> tuple[int, Item]:
    """Two numbers joined by a word, the second one at `at`."""
    first, second = items[index], items[at]
    parts = items[index : at + 1]
    taken = at + 1 - index
    if sign.marks & m.TO and second.value == scale.high and first.value in (0, 1, scale.low):
        return taken, _joined(parts, ECHO, ())
    if names_date(items, at):
        return 1, first  # nl "2 op 12 april besteld"
    of_things = counted(items, at + 1) and not items[at + 1].marks & m.STARS
    if sign.marks & m.OUT_OF and not sign.marks & m.OR:
        if of_things:
            return taken, _joined(parts, ASIDE, ())
        if second.value == scale.high and second.shape == PLAIN:
            following = items[at + 1] if at + 1 < len(items) else None
            if following is not None and following.kind == WORD and following.marks & m.TO:
                return 1, first
            return taken, _joined(parts, PLAIN, first.values)
        if second.value in _OTHER_SCALES and first.value <= second.value:
            return taken, _joined(parts, UNSURE, scaled(first.value, second.value, scale))
        return 1, first
    between = (index and items[index - 1].marks & m.NEARLY) or (
        index > 1 and items[index - 2].marks & m.NEARLY
    )
    if sign.marks & (m.OR | m.TO) or (sign.marks & m.AND and between):
        if of_things:
            return taken, _joined(parts, ASIDE, ())
        if sign.marks & (m.TO | m.AND) and not sign.marks & m.OR and second.value > scale.high:
            return taken, _joined(parts, ASIDE, ())  # "between 8 and 12": hours
        if second.shape == PLAIN and max(first.value, second.value) <= scale.high:
            # "from 9 to 5" goes down: hours, and no answer
            falls = sign.marks & m.TO and not sign.marks & m.OR and first.value > second.value
            return taken, _joined(parts, ASIDE if falls else UNSURE, (first.value, second.value))
    return 1, first


def names_date(items: Sequence[Item], index: int) -> bool:
    """Whether a day and a month stand here: "13 june"."""
    pair = items[index : index + 2]
    return (
        len(pair) == 2 and pair[0].kind == NUMBER and pair[1].kind == WORD and bool(pair[1].marks & m.MONTH)
    )


def counted(items: Sequence[Item], index: int) -> bool:
    """Whether what stands here counts something, possibly after one adjective: "weeks", "long weeks"."""
    if index >= len(items):
        return False
    item = items[index]
    if item.kind != WORD or item.marks & m.CONNECTOR:
        return False
    if item.marks & m.MONTH and names_date(items, index + 1):
        return False  # "4 friday 13 june": the day belongs to the date behind it
    if item.marks & (m.UNIT | m.MONTH | m.STARS):
        # "2 broken" may be a count and may be a score with its reason: that is asked about
        return not item.marks & m.COMPLAINT
    following = items[index + 1] if index + 1 < len(items) else None
    describes = item.marks & (m.ADJECTIVE | m.PRAISE | m.COMPLAINT | m.VERY) or not item.marks
    return bool(describes and following is not None and following.kind == WORD and following.marks & m.UNIT)
