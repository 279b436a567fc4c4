"""The table of the columns of an export in docs/reports.md, made from the data dictionary.

    python -m tests.support.export_table

writes it there; `tests/reports/test_export_files.py` holds that it is so.
"""

import re
from pathlib import Path

from bot.reports.export.columns import export_columns
from bot.reports.export.workbook import meaning_of
from bot.words import words_for

PAGE = Path(__file__).parents[2] / "docs" / "reports.md"
_TABLE = re.compile(r"\| column \| holds \| means \|\n(?:\|.*\n)+")


def table() -> str:
    """A row for each column."""
    words = words_for("export", "en")
    rows = (
        f"| `{one.name}` | {words.text(f'kind_{one.kind}')} | {meaning_of(one, words)} |\n"
        for one in export_columns(())
    )
    return "| column | holds | means |\n|---|---|---|\n" + "".join(rows)


def table_of(page: str) -> str:
    """The table that stands in the page."""
    found = _TABLE.search(page)
    assert found, "docs/reports.md has no table of columns"
    return found[0]


def main() -> None:
    """Write the table into the page."""
    page = PAGE.read_text("utf-8")
    PAGE.write_text(page.replace(table_of(page), table()), "utf-8")


if __name__ == "__main__":
    main()
