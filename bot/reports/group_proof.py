"""Whether the counts by what was known of people agree with the conversations."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, text

from bot.store.groups import FROZEN, LANGUAGE, LONGEST, NOT_COUNTED
from bot.store.standing import outcome_of


@dataclass(frozen=True, slots=True)
class GroupDifference:
    """A cell in which the counts have `kept` people, where the conversations say `counted`."""

    wave_id: int
    attribute: str
    value: str
    outcome: int
    kept: int
    counted: int


_EACH: Final = {"sqlite": "json_each(of.attributes)", "postgresql": "LATERAL json_each_text(of.attributes)"}
_COLUMNS: Final = ", ".join(
    (
        "enrolment.attributes",
        *(f"{value.format(row='enrolment')} AS {name}" for name, value in FROZEN.items()),
    )
)
_COUNTS: Final = "SELECT wave_id, attribute, value, outcome, kept, people"
_IN_LIST: Final = "IN (SELECT conversation_id FROM group_change)"
_COUNTED: Final = f"""conversation JOIN wave ON wave.id = conversation.wave_id AND NOT wave.trial {{}}
  WHERE {outcome_of("conversation")} IS NOT NULL AND conversation.id NOT {_IN_LIST}"""


def _compare(each: str) -> str:
    """Of whom is known what stands in `of`, once for each conversation that is counted and once for each that is on the
    list and stands in the counts; the attributes of both, and the language, are added up beside the counts."""
    names = ", ".join(f"'{name}'" for name in (*FROZEN, LANGUAGE, *sorted(NOT_COUNTED)))
    own = " ".join(
        f"UNION ALL SELECT wave_id, '{name}', {name}, outcome, kept, people FROM of"  # noqa: S608 - made of our own text alone
        for name in FROZEN
    )
    return f"""
WITH of AS (
  SELECT place.wave_id, place.outcome, -1 AS kept, 0 AS people, {_COLUMNS}
  FROM group_place AS place JOIN enrolment ON enrolment.conversation_id = place.conversation_id
  WHERE place.conversation_id {_IN_LIST}
  UNION ALL SELECT conversation.wave_id, {outcome_of("conversation")}, 0, 1, {_COLUMNS}
  FROM {_COUNTED.format("JOIN enrolment ON enrolment.conversation_id = conversation.id")}
), known AS (
  SELECT of.wave_id, one.key AS attribute, one.value AS value, of.outcome, of.kept, of.people
  FROM of CROSS JOIN {each} AS one WHERE one.key NOT IN ({names}) AND length(one.key) <= {LONGEST} {own}
)
{_COUNTS.replace("kept", "sum(kept) AS kept").replace("people", "sum(people) AS people")} FROM (
  SELECT wave_id, attribute, value, outcome, people AS kept, 0 AS people FROM group_tally
  UNION ALL {_COUNTS} FROM known WHERE value <> ''
  UNION ALL SELECT wave_id, '{LANGUAGE}', language, outcome, -1, 0 FROM group_place
    WHERE conversation_id {_IN_LIST}
  UNION ALL SELECT conversation.wave_id, '{LANGUAGE}', conversation.language, {outcome_of("conversation")}, 0, 1
    FROM {_COUNTED.format("")}
) AS both_sides
WHERE NOT EXISTS (SELECT 1 FROM group_too_many AS left_out
  WHERE left_out.wave_id = both_sides.wave_id AND left_out.attribute = both_sides.attribute)
GROUP BY 1, 2, 3, 4 HAVING sum(kept) <> sum(people) ORDER BY 1, 2, 3, 4""".replace(":", r"\:")  # noqa: S608 - as above


_COMPARE: Final = {engine: text(_compare(each)) for engine, each in _EACH.items()}


def prove_groups(connection: Connection) -> Sequence[GroupDifference]:
    """Count everybody by what was known of them, and name each cell in which the counts say something else; none is the
    proof. Who is on the list is yet to be counted, and left aside on both sides.

    It reads every conversation once. On PostgreSQL call it by `Store.read`: both sides must be seen at one moment.
    """
    return [
        GroupDifference(row.wave_id, row.attribute, row.value, row.outcome, int(row.kept), int(row.people))
        for row in connection.execute(_COMPARE[connection.dialect.name])
    ]
