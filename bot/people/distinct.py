"""Whether a key names one person in a whole file: what no chunk of its rows can see alone."""

from collections.abc import Iterator
from typing import Final

from bot.people.rows import KEEP, ContactRow, Refusal

_HALF: Final = 32  # bits
_MASK: Final = (1 << _HALF) - 1


class Distinct:
    """The keys of a file so far, each with the line and a fingerprint of who it first named: two numbers a
    row, so that a file of millions of rows fits."""

    def __init__(self) -> None:
        self._first: dict[int, int] = {}

    def refusal(self, row: ContactRow) -> Refusal | None:
        """Why this row cannot be taken, where an earlier one has its key and another name (or, of rows
        without a name, another address on the same channel)."""
        for kind, told in _who(row):
            mark = hash(told) & _MASK
            first = self._first.setdefault(hash((row.contact_id, kind)), row.line << _HALF | mark)
            if first & _MASK != mark:
                other = "name" if kind == "name" else "address"
                reason = (
                    f"contact_id {row.contact_id!r} stands on line {first >> _HALF} with another {other}; "
                    "give each person a key of their own"
                )
                return Refusal(row.line, reason, {"contact_id": reason})
        return None


def _who(row: ContactRow) -> Iterator[tuple[str, str]]:
    if row.name is not KEEP and row.name:
        yield "name", row.name.casefold()
        return
    for channel, value in row.addresses.items():
        if value:
            yield f"on {channel}", value
