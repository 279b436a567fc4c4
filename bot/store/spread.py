"""A statement of one row, as SQLAlchemy compiled it, in the words that do the same for many rows. PURE.

SQLite takes the values row by row (`VALUES (?, ?), (?, ?)`); PostgreSQL a list for each column (`unnest`), so that one
text serves any number of rows. Rows are added in their order: who reads by id finds them as they were given.
"""

import re
from typing import Final

_QUESTION_MARK: Final = re.compile(r"\?")
_NUMBERED: Final = re.compile(r"\$(\d+)::(TIMESTAMP WITH TIME ZONE|[A-Z]+)")


def spread(text: str, count: int) -> str:
    """`INSERT … VALUES (…)` or `UPDATE … WHERE ….id = …` for `count` rows of SQLite's; for any number of
    PostgreSQL's where that is 0."""
    return _insert(text, count) if text.startswith("INSERT") else _update(text, count)


def _insert(text: str, count: int) -> str:
    head, _, rest = text.partition(" VALUES (")
    row, tail = _closed(rest)
    if count:
        return f"{head} VALUES {', '.join([f'({row})'] * count)}{tail}"
    named = _NUMBERED.sub(lambda found: f"v{found[1]}", row)
    return f"{head} SELECT {named} FROM {_lists(row, ordered=True)} ORDER BY place{tail}"  # noqa: S608 - of our own text


def _update(text: str, count: int) -> str:
    change, _, which = text.partition(" WHERE ")
    if count:
        width = text.count("?")
        numbers = iter(range(1, width + 1))
        named = _QUESTION_MARK.sub(lambda _: f"given.column{next(numbers)}", text)
        row = f"({', '.join('?' * width)})"
        given = f"(VALUES {', '.join([row] * count)}) AS given"
    else:
        named = _NUMBERED.sub(lambda found: f"given.v{found[1]}", text)
        given = _lists(f"{change}{which}", ordered=False)
    change, _, which = named.partition(" WHERE ")
    return f"{change} FROM {given} WHERE {which}"


def _lists(row: str, *, ordered: bool) -> str:
    """The values of a row as so many lists, one of each column."""
    types = dict(sorted((int(number), type_) for number, type_ in _NUMBERED.findall(row)))
    lists = ", ".join(f"${number}::{type_}[]" for number, type_ in types.items())
    names = [f"v{number}" for number in types] + (["place"] if ordered else [])
    return f"unnest({lists}){' WITH ORDINALITY' if ordered else ''} AS given({', '.join(names)})"


def _closed(rest: str) -> tuple[str, str]:
    """What stands before the bracket that closes, and what behind it."""
    depth = 1
    for place, letter in enumerate(rest):
        depth += (letter == "(") - (letter == ")")
        if depth == 0:
            return rest[:place], rest[place + 1 :]
    raise ValueError("a statement with a bracket that does not close")
