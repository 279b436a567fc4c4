"""Two numbers with a word between them: "8 out of 10", "7 or 8", "from 9 to 5"."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from bot.reading import marks as m
from bot.reading.bounds import Bounds
from bot.reading.counts import counted, names_date
from bot.reading.items import ASIDE, ECHO, OTHER_SCALES, PLAIN, SEPARATOR, UNSURE, Item, joined, scaled
from bot.reading.rules import Rule, first
from bot.reading.text import NUMBER, WORD

JOINING: Final = m.OR | m.TO | m.OUT_OF | m.AND

WordsTaken = tuple[int, Item]


class Joined(NamedTuple):
    """Two numbers, the word between them, and what the second one counts."""

    items: Sequence[Item]
    start: int
    at: int  # where the second number stands
    sign: int  # the marks of the word between them
    of_things: bool
    scale: Bounds

    @property
    def one(self) -> Item:
        return self.items[self.start]

    @property
    def other(self) -> Item:
        return self.items[self.at]

    def taken(self, shape: str, values: tuple[int, ...]) -> WordsTaken:
        """Both as one number."""
        return self.at + 1 - self.start, joined(self.items[self.start : self.at + 1], shape, values)


def behind_article(items: Sequence[Item], index: int, scale: Bounds) -> WordsTaken | None:
    """Two numbers with an article behind the word between them: "a 7 or an 8"; None if they are not there."""
    if index + 3 >= len(items):
        return None
    sign, skipped, second = items[index + 1 : index + 4]
    if sign.kind != WORD or not sign.marks & (m.OR | m.TO | m.OUT_OF) or second.kind != NUMBER:
        return None
    if skipped.kind != WORD or not skipped.marks & (m.ARTICLE | m.LABEL | m.FILL) or second.shape != PLAIN:
        return None
    if skipped.marks & (m.NOW | m.OVERALL):
        return None  # "9 and now 4"
    return by_word(items, index, index + 3, scale)


def by_word(items: Sequence[Item], index: int, at: int, scale: Bounds) -> WordsTaken:
    """Two numbers joined by a word, the second one at `at`."""
    of_things = counted(items, at + 1) and not items[at + 1].marks & (m.STARS | m.POINTS)
    place = Joined(items, index, at, items[index + 1].marks, of_things, scale)
    return first(BY_WORD, place) or (1, items[index])


def _whole_scale(p: Joined) -> WordsTaken | None:
    lowest = p.one.value in (0, 1, p.scale.low)
    return p.taken(ECHO, ()) if p.sign & m.TO and p.other.value == p.scale.high and lowest else None


def _date(p: Joined) -> WordsTaken | None:
    return (1, p.one) if names_date(p.items, p.at) else None


def _out_of(p: Joined) -> WordsTaken | None:
    return first(OUT_OF, p) if p.sign & m.OUT_OF and not p.sign & m.OR else None


def _no_alternative(p: Joined) -> WordsTaken | None:
    if p.sign & (m.OR | m.TO) or (p.sign & m.AND and _between(p)):
        return None
    return 1, p.one


def _between(p: Joined) -> bool:
    return any(item.marks & m.NEARLY for item in p.items[max(0, p.start - 2) : p.start])


def _so_many_things(p: Joined) -> WordsTaken | None:
    return p.taken(ASIDE, ()) if p.of_things else None


def _moved(p: Joined) -> WordsTaken | None:
    """ "dropped from a 9 to a 4", "change my 9 to a 4": the last one stands."""
    behind = p.items[p.at + 1 : p.at + 3]
    near = (*p.items[max(0, p.start - 4) : p.start], *(() if _is_apart(behind) else behind))
    moved = p.sign & m.MOVED or any(item.marks & (m.MOVED | m.CHANGE) for item in near) or _since(p)
    if not moved or not p.sign & m.TO or p.other.shape != PLAIN:
        return None
    taken, item = p.taken(PLAIN, p.other.values)
    item.marks = m.MOVED
    return taken, item


def _since(p: Joined) -> bool:
    """Whether both have their articles, and since when stands behind: "from a 5 to an 8 since the new owner"."""
    around = p.items[p.start - 1 : p.start], p.items[p.at - 1 : p.at]
    articles = all(one and one[0].marks & m.ARTICLE for one in around)
    return articles and any(item.marks & m.LAPSE for item in p.items[p.at + 1 : p.at + 2])


def _is_apart(behind: Sequence[Item]) -> bool:
    """Whether a sign ends the clause here: nl "7 à 8, maak er maar 7 van"."""
    return bool(behind) and behind[0].kind == SEPARATOR


def _moved_from(p: Joined) -> WordsTaken | None:
    """ "up to a 9 from a 6": the other way round, the first one stands."""
    led = [item for item in p.items[max(0, p.start - 3) : p.start] if not item.marks & m.ARTICLE]
    if not led or not led[-1].marks & (m.TO | m.MOVED) or not any(item.marks & m.MOVED for item in led):
        return None
    if not (p.sign & m.OUT_OF and p.sign & m.SCALE) or p.other.shape != PLAIN:
        return None
    taken, item = p.taken(PLAIN, p.one.values)
    item.marks = m.MOVED
    return taken, item


def _hours(p: Joined) -> WordsTaken | None:
    beyond = p.sign & (m.TO | m.AND) and not p.sign & m.OR and p.other.value > p.scale.high
    return p.taken(ASIDE, ()) if beyond else None


def _alternatives(p: Joined) -> WordsTaken | None:
    one, other = p.one.value, p.other.value
    if p.other.shape != PLAIN or max(one, other) > p.scale.high:
        return None
    # "from 9 to 5" goes down: hours, and no answer
    falls = p.sign & m.TO and not p.sign & m.OR and one > other
    return p.taken(ASIDE if falls else UNSURE, (one, other))


BY_WORD: Final[tuple[Rule[Joined, WordsTaken], ...]] = (
    Rule("the whole scale", "on a scale of 0 to 10: 8", _whole_scale),
    Rule("a date", "nl: 2 op 12 april besteld", _date),
    Rule("gone from one to the other", "went from a 9 to a 4", _moved),
    Rule("gone to one from the other", "up to a 9 from a 6", _moved_from),
    Rule("so many of so many", "8 out of 10", _out_of),
    Rule("no alternative", "tr: servis 9 ve 4 fiyat", _no_alternative),
    Rule("so many things", "3 or 4 weeks late", _so_many_things),
    Rule("hours", "between 8 and 12", _hours),
    Rule("one or the other", "7 or 8", _alternatives),
)


def _of_things(p: Joined) -> WordsTaken | None:
    return p.taken(ASIDE, ()) if p.of_things else None


def _of_the_scale(p: Joined) -> WordsTaken | None:
    if p.other.value != p.scale.high or p.other.shape != PLAIN:
        return None
    following = p.items[p.at + 1] if p.at + 1 < len(p.items) else None
    if following is not None and following.kind == WORD and following.marks & m.TO:
        return 1, p.one
    return p.taken(PLAIN, p.one.values)


def _of_another_scale(p: Joined) -> WordsTaken | None:
    if p.other.value not in OTHER_SCALES or p.one.value > p.other.value:
        return None
    return p.taken(UNSURE, scaled(p.one.value, p.other.value, p.scale))


def _of_nothing(p: Joined) -> WordsTaken | None:
    return 1, p.one


OUT_OF: Final[tuple[Rule[Joined, WordsTaken], ...]] = (
    Rule("of so many things", "3 out of 5 deliveries were late", _of_things),
    Rule("of this scale", "8 out of 10", _of_the_scale),
    Rule("of another scale", "4 out of 5", _of_another_scale),
    Rule("of something else", "8 out of 13", _of_nothing),
)
