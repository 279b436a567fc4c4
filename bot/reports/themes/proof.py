"""Whether what is kept of themes is what the reasons say: every reason matched anew, and the counts counted anew."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, bindparam, func, select, text

from bot.config.settings import Settings
from bot.reports.themes.matches import ANSWER, HAS_REASON, ListsInForce, lists_in_force, matched_otherwise
from bot.store.schema import conversation, reason_waiting, theme_named, wave

CHUNK: Final = 1000
_CELL: Final = "wave_id, mark, theme, score"
_COUNTS: Final = text(
    f"""
SELECT count(*) FROM (
  SELECT {_CELL} FROM (
    SELECT {_CELL}, people FROM theme_tally
    UNION ALL SELECT {_CELL}, -1 FROM theme_named
  ) AS both_sides
  GROUP BY {_CELL} HAVING sum(people) <> 0
) AS apart"""  # noqa: S608 - made of our own text alone
)
_REASONS: Final = (
    select(*ANSWER)
    .join(wave, wave.c.id == conversation.c.wave_id)
    .where(conversation.c.id > bindparam("after"), ~wave.c.trial, *HAS_REASON)
    .order_by(conversation.c.id)
    .limit(CHUNK)
)
_NAMED: Final = select(theme_named).where(
    theme_named.c.conversation_id > bindparam("after"), theme_named.c.conversation_id <= bindparam("last")
)
_LAST: Final = select(func.max(theme_named.c.conversation_id))


@dataclass(frozen=True, slots=True)
class ThemeProof:
    """In how many cells the counts differ from the rows, and of how many answers the rows from the reasons. What is yet
    to be matched differs from nothing."""

    cells: int
    answers: int

    @property
    def holds(self) -> bool:
        return self.cells == self.answers == 0


def prove_themes(connection: Connection, settings: Settings) -> ThemeProof:
    """Match every reason and count every row."""
    lists = lists_in_force(settings)
    unsettled = {
        *connection.scalars(select(reason_waiting.c.conversation_id)),
        *connection.scalars(matched_otherwise(lists)),
    }
    cells = connection.execute(_COUNTS).scalar_one()
    apart = {one for one in _differing(connection, lists) if one not in unsettled}
    return ThemeProof(int(cells), len(apart))


def _differing(connection: Connection, lists: ListsInForce) -> Iterator[int]:
    after, last = 0, connection.execute(_LAST).scalar() or 0
    while True:
        reasons = connection.execute(_REASONS, {"after": after}).all()
        upto = reasons[-1].id if len(reasons) == CHUNK else max(last, after, *(row.id for row in reasons))
        kept = connection.execute(_NAMED, {"after": after, "last": upto}).mappings().all()
        yield from _apart(reasons, kept, lists)
        if len(reasons) < CHUNK:
            return
        after = upto


def _apart(reasons: Sequence[Any], kept: Sequence[Any], lists: ListsInForce) -> set[int]:
    """The conversations of a stretch of which a row is missing, or one too many."""
    wanted = {_key(row) for reason in reasons for row in lists.match(reason).rows}
    return {key[0] for key in wanted ^ {_key(row) for row in kept}}


def _key(row: Any) -> tuple[Any, ...]:
    return tuple(row[column.name] for column in theme_named.columns)
