"""A typed line, as words: what a phone makes of quotes, dashes and spaces is read as what was meant. PURE."""

import re
from collections.abc import Container, Iterable, Mapping, Sequence
from typing import Final

from bot.alike import alike
from bot.reports.readable import LONGEST, fold, readable, typed

_TOKEN: Final = re.compile(r'"([^"]*)"|(?<!\S)\'([^\']*)\'(?!\S)|([^\s"]+)|"')


def split(line: str) -> list[str]:
    """The words of a line; what stands in quotes is one word, and a quote that is not closed is left out."""
    words = []
    for match in _TOKEN.finditer(typed(line)):
        word = next((group for group in match.groups() if group is not None), "").strip()
        if word:
            words.append(word)
    return words


def short(words: Iterable[str]) -> str:
    """Somebody's own words as an answer repeats them, at most 60 characters."""
    return readable(" ".join(words), LONGEST)


def named(words: Sequence[str], names: Sequence[str]) -> tuple[str | None, list[str]]:
    """The name that the words begin with, the longest first and in any case, and the words after it."""
    folded = {fold(name): name for name in names}
    for length in range(len(words), 0, -1):
        said = " ".join(words[:length])
        if said in names:
            return said, list(words[length:])
        if fold(said) in folded:
            return folded[fold(said)], list(words[length:])
    return None, list(words)


def near(words: Sequence[str], names: Sequence[str]) -> tuple[str, ...]:
    """At most three names that the words were perhaps meant for, the best first."""
    for said in (words[0], " ".join(words)):
        found = alike(said, names, likeness=0.5, fold=fold)
        start = fold(said)
        starts = [name for name in names if start and fold(name).startswith(start) and name not in found]
        if found or starts:
            return (*found, *starts)[:3]
    return ()


def clauses(
    words: Sequence[str], keywords: Mapping[str, str], named: Container[str]
) -> tuple[list[str], list[tuple[str, list[str]]]]:
    """The words before the first keyword, and each clause: its keyword as it was typed, and its words.

    The first word after the keyword of a clause in `named` belongs to it whatever it is, so that an attribute
    may be called "since".
    """
    before: list[str] = []
    found: list[tuple[str, list[str]]] = []
    for word in words:
        takes_any = found and not found[-1][1] and keywords[fold(found[-1][0])] in named
        if fold(word) in keywords and not takes_any:
            found.append((word, []))
        elif found:
            found[-1][1].append(word)
        else:
            before.append(word)
    return before, found
