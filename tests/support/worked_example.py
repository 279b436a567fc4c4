"""The example of docs/statistics.md."""

from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "statistics.md"


def table(heading: str = "| what | value |") -> dict[str, str]:
    """The rows of an example on the page."""
    lines = PAGE.read_text("utf-8").splitlines()
    start = lines.index(heading) + 2
    rows: dict[str, str] = {}
    for line in lines[start:]:
        if not line.startswith("|"):
            break
        what, value = (cell.strip() for cell in line.strip("|").split("|"))
        rows[what] = value
    return rows
