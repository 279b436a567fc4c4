"""What a number counts: "3 weeks", "two long hours", "13 june"."""

from collections.abc import Sequence

from bot.reading import marks as m
from bot.reading.items import Item
from bot.reading.text import NUMBER, WORD


def names_date(items: Sequence[Item], index: int) -> bool:
    """Whether a day and a month stand here: "13 june"."""
    pair = items[index : index + 2]
    return (
        len(pair) == 2 and pair[0].kind == NUMBER and pair[1].kind == WORD and bool(pair[1].marks & m.MONTH)
    )


def _names(behind: Sequence[Item]) -> bool:
    """Whether a word stands here that may be what is counted: "3 very late deliveries"."""
    return any(item.kind == WORD and (not item.marks or item.marks & (m.UNIT | m.THING)) for item in behind)


def counted(items: Sequence[Item], index: int) -> bool:
    """Whether what stands here counts something, possibly after one adjective: "weeks", "long weeks"."""
    if index >= len(items):
        return False
    item = items[index]
    if item.kind != WORD or item.marks & m.CONNECTOR:
        return False
    if item.marks & m.MONTH and names_date(items, index + 1):
        return False  # "4 friday 13 june": the day belongs to the date behind it
    if item.marks & m.THING and index and items[index - 1].values > (1,):
        return False  # "7 driver was late": several would be drivers
    if item.marks & (m.UNIT | m.MONTH | m.STARS):
        # "2 broken" may be a count and may be a score with its reason: that is asked about
        return not item.marks & m.COMPLAINT
    if item.marks & m.NOT:
        return False  # "4 no one answers"
    following = items[index + 1] if index + 1 < len(items) else None
    describes = item.marks & (m.ADJECTIVE | m.PRAISE | m.COMPLAINT | m.VERY) or not item.marks
    if following is None or following.kind != WORD or (following.marks & m.THING and not item.marks & m.UNIT):
        return False
    if item.marks & m.VERY and following.marks & m.COMPLAINT and not _names(items[index + 2 : index + 3]):
        return False  # "3 always late"
    several = index and items[index - 1].values > (1,)
    if following.marks & m.FILL or (several and item.is_one and following.marks & m.COMPLAINT):
        return False  # nl "8 strak geregeld g", "3 stoel kapot"
    return bool(describes and following.marks & m.UNIT)
