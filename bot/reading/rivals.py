"""The numbers of a reply that compete: the last one, the earlier ones, and what is told beside each."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from bot.reading import marks as m
from bot.reading import small_words as small
from bot.reading.bounds import Bounds
from bot.reading.items import SEPARATOR, Item, marks_of
from bot.reading.score import NumberRead
from bot.reading.standing import LOOSE, OPEN_END, SURE, is_clean
from bot.reading.text import WORD

STANDS: Final = m.NOW | m.OVERALL | m.THEREFORE
GIVEN: Final = m.ARTICLE | m.GIVE | m.LABEL | m.ADJECTIVE
_AFTER_SOMETHING: Final = 3
_OPENS: Final = m.NOW | m.OVERALL | m.ADDRESSED | m.MINE  # what begins a clause and belongs to it


class Rivals(NamedTuple):
    """The last number of a reply and the earlier ones that compete with it.

    `told` are the marks of the words beside each earlier one and of the word that ends its clause; `before` those of
    all words since its clause, and `lead` those of the last one's own clause and of the word that opens it.
    """

    items: Sequence[Item]
    earlier: Sequence[NumberRead]
    told: Sequence[int]
    last: NumberRead
    before: int
    lead: int
    scale: Bounds

    def all_told(self, marks: int) -> bool:
        """Whether a word of these kinds stands beside every earlier number."""
        return all(told & marks for told in self.told)

    @property
    def is_plain(self) -> bool:
        """Whether nothing in the last number's clause says what it is for."""
        end = self.last.clause[1]
        return is_clean(self.own) and is_clean(self.items[self.last.index + 1 : end])

    @property
    def is_plain_so_far(self) -> bool:
        """Whether nothing that leads to the last number in its clause says what it is for, and it is given."""
        return is_clean(self.own) and any(
            item.marks & m.GIVE and not item.marks & m.WOULD for item in self.own
        )

    @property
    def is_reached(self) -> bool:
        """Whether all that leads to the last number speaks to us, with a word like "at" before it."""
        behind = self.items[self.last.index + 1 : self.last.clause[1]]
        reaches = m.OUT_OF | m.LAPSE | m.ADDRESSED | m.ARTICLE | m.FILL
        return is_clean(behind) and all(item.marks & reaches for item in self.own)

    @property
    def own(self) -> Sequence[Item]:
        """What leads to the last number in its own clause, behind the earlier ones."""
        return self.items[max(self.last.clause[0], self.earlier[-1].index + 1) : self.last.index]


def rivals_of(items: Sequence[Item], found: Sequence[NumberRead], scale: Bounds) -> Rivals | None:
    counted = [c for c in found if c.standing != LOOSE]
    if len(counted) < 2 or not _may_stand(items, counted[-1]):
        return None
    *earlier, last = counted
    asked = last.clause[1] < len(items) and items[last.clause[1]].text == "?"
    if asked or all(c.values == last.values for c in earlier):
        return None
    told = []
    since = 0
    for candidate in earlier:
        end = candidate.index + 1 if candidate.clause == last.clause else candidate.clause[1]
        if end < last.index and not items[end].marks & _OPENS:
            end += candidate.clause != last.clause  # the sign or word that ends its clause
        told.append(marks_of(items[since:end]))
        since = end
    since = earlier[-1].clause[1] if earlier[-1].clause != last.clause else earlier[-1].index + 1
    lead = marks_of(items[_opened(items, last.clause[0]) : last.index])
    before = marks_of(items[since : last.index])
    return Rivals(items, earlier, told, last, before, lead, scale)


def _may_stand(items: Sequence[Item], last: NumberRead) -> bool:
    """Whether a number is sure, or is led to by "now" or "I" at once: de "seit dem Umzug nur noch 5"."""
    if last.standing != OPEN_END:
        return last.standing == SURE
    own = items[last.clause[0] : last.index]
    if (len(own) == 1 and own[0].small & small.ME) or comes_after(own):
        return True  # nl "…, ik 7"
    led = [item for item in own if item.kind == WORD and not item.marks & m.ARTICLE][-2:]
    if led and led[-1].marks & m.TO and any(item.marks & m.MOVED for item in led):
        return True  # "that trainee has pushed it up to 8"
    for item in reversed(own):
        if item.marks & m.NOW:
            return True
        if item.kind != WORD or not item.marks & (GIVEN | m.OUT_OF | m.FILL):
            return False
    return False


def comes_after(own: Sequence[Item]) -> bool:
    """Whether the words that lead to a number say after what it is so: "at first 9, since the merger 6"."""
    after = m.LAPSE | m.BEFORE_TIME
    if len(own) != _AFTER_SOMETHING or any(item.kind != WORD for item in own):
        return False
    return own[0].marks & after == after and bool(own[1].marks & (m.ARTICLE | m.FILL)) and not own[2].marks


def _opened(items: Sequence[Item], start: int) -> int:
    """Where the words begin that lead to a clause: the word before it, also before a comma, or what stands before a
    colon ("Total: 7")."""
    start = max(0, start - 1)
    if items[start].text == ":":
        while start and items[start - 1].kind != SEPARATOR:
            start -= 1
    elif start and items[start].text == "," and items[start - 1].marks & STANDS:
        start -= 1  # "so, 6"
    return start
