"""The tally: how many people of a wave stand where, without looking at any of them.

The database keeps it in the transaction that changes a conversation (`bot.store.triggers.tally`), so a report
costs as much after a million answers as after a thousand. Trials are not in it. `prove` recounts everybody and
compares; `bot.store.recount` puts a recount in the tally's place.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import (
    Boolean,
    Connection,
    Date,
    Integer,
    String,
    and_,
    bindparam,
    case,
    func,
    null,
    select,
    text,
)

from bot.campaigns.plan import Skip
from bot.store.recount import COUNTED, KEY
from bot.store.schema import tally, wave
from bot.store.standing import NO_CHANNEL, NO_DAY, NO_SCORE, OPEN, SKIPPED, Standing
from scoring import Dispositions

OPTED_OUT: Final = frozenset({Standing.LEFT, Standing.LEFT_SCORED, Standing.LEFT_REASONED})
BEFORE_THE_QUESTION: Final[Mapping[str, str]] = {
    Standing.CANCELLED: Skip.STOPPED.value,
    Standing.LEFT_EARLY: Skip.OPTED_OUT.value,
}
"""Who was to be asked, and is not after all, counts by the rule that would have left them out before."""


@dataclass(frozen=True, slots=True)
class Cell:
    """`people` of one wave who stand alike.

    `standing` is a `Standing`, or `skipped:` and the rule. `day` is the day of the standing score in the
    company's zone; None without a score, and where the days were added up. `channel` is None for who was
    skipped before one was chosen. `asked`: the provider took the question; `delivered`: it says that it
    arrived, or they answered.
    """

    wave_id: int
    channel: str | None
    standing: str
    asked: bool
    delivered: bool
    day: date | None
    score: int | None
    people: int

    @property
    def question_out(self) -> bool:
        """Whether they had the question: a provider took it, or they answered before it was sent (`asked` is not marked
        then, since nothing was left to send)."""
        return self.asked or self.delivered or self.score is not None

    @property
    def open(self) -> bool:
        """Whether more is to come: their turn, their answer, or more words."""
        return self.standing in OPEN


# ------------------------------------------------------------------------------------------------- read


def _cells(day: Any) -> Any:
    standing = case(
        # Whoever waits in a wave that was stopped is asked no more, though their conversation is yet to be closed.
        (
            and_(wave.c.stopped_at.is_not(None), tally.c.standing == str(Standing.WAITING)),
            str(Standing.CANCELLED),
        ),
        else_=tally.c.standing,
    ).label("standing")
    keys = [
        tally.c.wave_id,
        tally.c.channel,
        standing,
        tally.c.asked,
        tally.c.delivered,
        *([day] if day is tally.c.day else []),
        tally.c.score,
    ]
    people = func.sum(tally.c.people)
    return (
        select(*keys[:5], day.label("day"), tally.c.score, people.label("people"))
        .join_from(tally, wave, wave.c.id == tally.c.wave_id)
        .where(tally.c.wave_id.in_(bindparam("wave_ids", expanding=True)))
        .group_by(*keys)
        .having(people != 0)
        .order_by(*keys)
    )


_BY_DAY: Final = _cells(tally.c.day)
_ALL_DAYS: Final = _cells(null())


def wave_cells(connection: Connection, wave_ids: Collection[int], *, days: bool = True) -> list[Cell]:
    """The cells of these waves in which anybody stands. Without `days` these are added up, which is all that
    the report of a whole wave needs: some dozens of cells instead of some dozens a day."""
    rows = connection.execute(_BY_DAY if days else _ALL_DAYS, {"wave_ids": list(wave_ids)})
    return [cell_from(row) for row in rows]


def cell_from(row: Any) -> Cell:
    """A row with the columns of `standing.CELL` and `people`."""
    return Cell(
        wave_id=row.wave_id,
        channel=None if row.channel == NO_CHANNEL else row.channel,
        standing=row.standing,
        asked=row.asked,
        delivered=row.delivered,
        day=None if row.day == NO_DAY else row.day,
        score=None if row.score == NO_SCORE else row.score,
        people=row.people,
    )


# --------------------------------------------------------------------------------------------- added up


def people(cells: Iterable[Cell], *standings: Standing) -> int:
    """How many stand in one of these standings."""
    return sum(cell.people for cell in cells if cell.standing in standings)


def score_counts(cells: Iterable[Cell]) -> dict[int, int]:
    """How often each score stands, in the order of the scale; late and corrected ones included."""
    counted: Counter[int] = Counter()
    for cell in cells:
        if cell.score is not None:
            counted[cell.score] += cell.people
    return dict(sorted(counted.items()))


def left_out_by(standing: str) -> str | None:
    """The rule that left somebody out who stands so; None for who is or was to be asked."""
    if standing.startswith(SKIPPED):
        return standing.removeprefix(SKIPPED)
    return BEFORE_THE_QUESTION.get(standing)


def skipped(cells: Iterable[Cell]) -> dict[str, int]:
    """How many were left out by each rule, the most frequent first. In all they are as many as the dispositions
    have `skipped`."""
    counted: Counter[str] = Counter()
    for cell in cells:
        rule = left_out_by(cell.standing)
        if rule is not None:
            counted[rule] += cell.people
    return dict(sorted(counted.items(), key=lambda each: (-each[1], each[0])))


def disposition(standing: str, *, delivered: bool) -> str | None:
    """How far somebody got who stands so, a field of `Dispositions`; None while their turn has not come."""
    if left_out_by(standing) is not None:
        return "skipped"
    if standing in _WITHOUT_A_WORD:
        return "silent" if delivered else "unknown"
    return None if standing == Standing.WAITING else _DISPOSITION[Standing(standing)]


def invited(cell: Cell) -> bool:
    """Whether these people are among the `Dispositions.invited`."""
    return disposition(cell.standing, delivered=cell.delivered) not in (None, "skipped")


def dispositions(cells: Iterable[Cell]) -> Dispositions:
    """How far everybody got, each counted in one disposition; whose turn has not come is in none yet."""
    counted: Counter[str] = Counter()
    for cell in cells:
        far = disposition(cell.standing, delivered=cell.delivered)
        if far is not None:
            counted[far] += cell.people
        if cell.standing in OPTED_OUT:
            counted["opt_outs"] += cell.people
    return Dispositions(**counted)


_WITHOUT_A_WORD: Final = frozenset({Standing.RELEASED, Standing.ASKED, Standing.SILENT})
_DISPOSITION: Final[Mapping[Standing, str]] = {
    Standing.WRITING: "unscored",
    Standing.SCORED: "started",
    Standing.REASONED: "completed",
    Standing.NO_REASON: "started",
    Standing.DONE: "completed",
    Standing.LEFT_SCORED: "started",
    Standing.LEFT_REASONED: "completed",
    Standing.LEFT: "refused",
    Standing.UNREAD: "unscored",
    Standing.UNDELIVERED: "undelivered",
}


# ------------------------------------------------------------------------------------------------ prove


@dataclass(frozen=True, slots=True)
class Difference:
    """A cell in which the tally has `kept` people and the conversations say `counted`."""

    cell: Cell
    kept: int

    @property
    def counted(self) -> int:
        return self.cell.people


_COMPARE: Final = text(
    f"""
SELECT {KEY}, CAST(sum(kept) AS INTEGER) AS kept, CAST(sum(people) AS INTEGER) AS people FROM (
  SELECT {KEY}, people AS kept, 0 AS people FROM tally
  UNION ALL SELECT {KEY}, 0 AS kept, people FROM ({COUNTED}) AS counted
) AS both_sides
GROUP BY {KEY} HAVING sum(kept) <> sum(people) ORDER BY {KEY}"""  # noqa: S608 - made of our own text alone
).columns(
    wave_id=Integer,
    channel=String,
    standing=String,
    asked=Boolean,
    delivered=Boolean,
    day=Date,
    score=Integer,
    kept=Integer,
    people=Integer,
)


def prove(connection: Connection) -> Sequence[Difference]:
    """Recount everybody, and name each cell in which the tally says something else; none is the proof.

    It reads every conversation once. On PostgreSQL call it by `Store.read`: both sides must be seen at one
    moment.
    """
    return [Difference(cell_from(row), row.kept) for row in connection.execute(_COMPARE)]
