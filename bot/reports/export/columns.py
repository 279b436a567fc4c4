"""The columns of an export: the data dictionary that every format, the sheet that explains them and the documentation
go by. What each means stands in `bot/words/export.*.yaml`. PURE."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from bot.people.typed_cells import TYPED

ColumnKind = Literal["text", "whole", "decimal", "yes_no", "utc", "local", "day"]
"""What the cells of a column are: `utc` a moment, `local` what the clock of the company showed at it, `day` its day
there."""

COLUMNS: Final[Mapping[str, ColumnKind]] = {
    "campaign": "text",
    "kind": "text",
    "wave": "whole",
    "wave_started_at": "utc",
    "wave_started_local": "local",
    "contact_id": "text",
    "name": "text",
    "account": "text",
    "account_manager": "text",
    "account_value": "decimal",
    "account_since": "day",
    "account_until": "day",
    "renewal": "day",
    "key_contact": "yes_no",
    "channel": "text",
    "language": "text",
    "disposition": "text",
    "skip_reason": "text",
    "ending": "text",
    "opted_out": "yes_no",
    "score": "whole",
    "first_score": "whole",
    "category": "text",
    "reason": "text",
    "themes": "text",
    "late": "yes_no",
    "asked_at": "utc",
    "asked_local": "local",
    "asked_on": "day",
    "delivered_at": "utc",
    "reminded_at": "utc",
    "moved_at": "utc",
    "scored_at": "utc",
    "scored_local": "local",
    "scored_on": "day",
    "hours_to_answer": "decimal",
    "closed_at": "utc",
    "closed_local": "local",
    "case": "whole",
    "case_state": "text",
    "case_cause": "text",
    "case_opened_at": "utc",
    "case_opened_local": "local",
    "case_taken_at": "utc",
    "case_taken_local": "local",
    "case_done_at": "utc",
    "case_done_local": "local",
    "case_solved": "yes_no",
    "case_score_after": "whole",
    "erased": "text",
}
"""Those that every export has, in their order; behind them comes one for each column of the import."""

THEMES_BETWEEN: Final = "; "


@dataclass(frozen=True, slots=True)
class ExportColumn:
    """One column: what it is called, what its cells are, and of which column of the import it is, if of any."""

    name: str
    kind: ColumnKind
    attribute: str | None = None


def export_columns(attributes: Iterable[str]) -> tuple[ExportColumn, ...]:
    """All columns, those of the import by name, but for the typed ones, which have their own. One that is called like a
    column before it, capitals aside, is called `attribute.NAME`, and `attribute.NAME.2` where that is taken too: tools
    tell columns apart by their names."""
    columns = [ExportColumn(name, kind) for name, kind in COLUMNS.items()]
    taken = {name.casefold() for name in COLUMNS}
    for attribute in sorted(set(attributes).difference(TYPED), key=lambda one: (one.casefold(), one)):
        name, number = attribute, 1
        while name.casefold() in taken or not name.strip():
            name = f"attribute.{attribute}" + (f".{number}" if number > 1 else "")
            number += 1
        taken.add(name.casefold())
        columns.append(ExportColumn(name, "text", attribute))
    return tuple(columns)
