"""Prints how well the reader reads labelled replies: a table per language, kind and tag, and every miss.

    python -m tests.support.reading_table [FILE.jsonl]

Without a file it prints what was found in each of the sets, and of the newer ones apart what was found in the part
that is held out of rule-writing, whose misses are never shown: a fifth, and of the newest one half.

Each row of a file holds `id`, `text`, `lang` and `expect` (`kind`, `score`, `reason`), and may hold a `tag`; under
`awaiting`, what was asked last ("confirm one candidate [9]"); and `contact` where its writer wants to be called or
answered.
"""

import json
import re
import string
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bot.reading.bounds import Bounds
from bot.reading.copies import can_copy
from bot.reading.language import Language
from bot.reading.loader import load_languages
from bot.reading.reader import (
    Ambiguous,
    Awaiting,
    LastSaid,
    OptOut,
    Reading,
    Score,
    kind_of,
    offers_stop,
    read,
    wants_contact,
)
from tests.support.held_out import FIFTH, HALF, held_out

SCALE: Final = Bounds(0, 10)
DATA: Final = Path(__file__).parents[1] / "data"
ORDINARY: Final = ("replies.jsonl", "replies_own.jsonl")
HARD: Final = ("replies_hard.jsonl", "replies_probes.jsonl")
KINDS: Final = "replies_kinds.jsonl"  # of the same kinds, in all languages; a fifth of it is held out too
PEOPLE: Final = (
    "replies_people.jsonl"  # as different people in different trades answer; half of it is held out
)
FRESH: Final = "replies_fresh.jsonl"  # written of the kinds of the hard ones, before the rules for them
IN_DEPTH: Final = ("nl", "en")
SCORED: Final = ("score", "score_reason")
LONGER: Final = 25
CONNECTORS: Final = frozenset(
    {
        "because",
        "since",
        "as",
        "want",
        "omdat",
        "vanwege",
        "weil",
        "denn",
        "car",
        "porque",
        "perché",
        "bo",
        "çünkü",
    }
)


@dataclass(frozen=True, slots=True)
class Row:
    """One labelled reply and how it was read."""

    id: str
    text: str
    language: str
    tag: str
    kind: str
    score: int | None
    reason: str | None
    reading: Reading
    contact: bool  # labelled as a wish for contact
    wants_contact: bool
    offers_stop: bool

    @property
    def found(self) -> int | None:
        """The score that was read, if one was."""
        match self.reading:
            case Score(value=value) | OptOut(score=value):
                return value
        return None

    @property
    def is_wrong_score(self) -> bool:
        """A score was read where the label has another, or none: the one error that must not happen."""
        return self.found is not None and self.found != self.score

    @property
    def is_right(self) -> bool:
        """The kind and the score agree with the label."""
        return kind_of(self.reading) == self.kind and self.found == self.score

    @property
    def is_scored_right(self) -> bool:
        """The score agrees, whether or not a reason was seen beside it."""
        return self.kind in SCORED and isinstance(self.reading, Score) and self.reading.value == self.score

    @property
    def has_right_reason(self) -> bool:
        """The label's reason is in the one that was read, which is at most 25 characters longer."""
        if self.kind != "score_reason" or not isinstance(self.reading, Score) or self.reading.reason is None:
            return False
        gold, given = _plain(self.reason or ""), _plain(self.reading.reason)
        return gold in given and len(given) - len(gold) <= LONGER


def _plain(text: str) -> str:
    kept = "".join(c for c in text.casefold() if c not in string.punctuation)
    words = kept.split()
    if words and words[0] in CONNECTORS:
        words = words[1:]
    return " ".join(words)


class BadFile(Exception):
    """A file of labelled replies that cannot be used; the text is one plain sentence."""


def rows_of(path: Path, languages: Mapping[str, Language]) -> list[Row]:
    """The rows of a file, read. BadFile names the line that is no labelled reply."""
    try:
        lines = path.read_text("utf-8").split("\n")  # splitlines would also cut inside a reply, at U+2028
    except (OSError, UnicodeDecodeError) as error:
        raise BadFile(f"{path} cannot be read: {error}") from None
    rows = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            rows.append(_row(json.loads(line), languages))
        except (ValueError, LookupError, TypeError) as error:
            raise BadFile(
                f"{path}, line {number} is no labelled reply ({error!r}); each needs id, text, lang and expect "
                "with kind, score and reason"
            ) from None
    return rows


def _row(data: Mapping[str, Any], languages: Mapping[str, Language]) -> Row:
    expect, text, language = data["expect"], data["text"], data["lang"]
    reading = read(text, language, SCALE, _asked(data.get("awaiting") or "score"), languages)
    return Row(
        data["id"],
        text,
        language,
        data.get("tag") or "-",
        expect["kind"],
        expect["score"],
        expect["reason"],
        reading,
        data.get("contact", False),
        can_copy(text) and wants_contact(text, reading, language, languages),
        can_copy(text) and offers_stop(text, reading, language, languages),
    )


def _asked(awaiting: str) -> LastSaid:
    offered = tuple(int(number) for number in re.findall(r"[0-9]+", awaiting.partition("[")[2]))
    moments: dict[str, Awaiting] = {"score": "score", "reason": "reason", "confirm": "confirm"}
    return LastSaid(moments[awaiting.split()[0]], (), offered)


def summary(name: str, rows: Sequence[Row]) -> list[str]:
    """What was found in a set, in short."""
    lines = [f"{name}: {len(rows)} rows, {sum(row.is_right for row in rows)} right in kind and score"]
    lines.append(f"  wrong scores {len(wrong_scores(rows))}")
    for languages, group in (
        ("nl and en", [row for row in rows if row.language in IN_DEPTH]),
        ("others", [row for row in rows if row.language not in IN_DEPTH]),
    ):
        lines.append(f"  scores found, {languages}: {_of(*share(group, 'score'))}")
    missed = [row for row in rows if row.kind == "opt_out" and not row.is_right]
    offered = sum(row.offers_stop for row in missed)
    lines.append(
        f"  stops found: {_of(*share(rows, 'opt_out'))}"
        + (f", and STOP offered: {offered}" if missed else "")
    )
    seen, labelled, others = contact(rows)
    lines.append(
        f"  contact seen: {_of(seen, labelled)}" + (f", and beside {others} others" if others else "")
    )
    return lines


def contact(rows: Sequence[Row]) -> tuple[int, int, int]:
    """How many labelled wishes for contact are seen, how many there are, and how many are seen where none is
    labelled."""
    labelled = [row for row in rows if row.contact]
    others = sum(row.wants_contact for row in rows if not row.contact)
    return sum(row.wants_contact for row in labelled), len(labelled), others


def both_parts(file: str, languages: Mapping[str, Language]) -> tuple[list[Row], list[Row]]:
    """The rows that rules are written for, and those that are held out."""
    rows = rows_of(DATA / file, languages)
    apart = held_out((row.id for row in rows), HALF if file == PEOPLE else FIFTH)
    return [row for row in rows if row.id not in apart], [row for row in rows if row.id in apart]


def wrong_scores(rows: Iterable[Row]) -> list[Row]:
    """The rows with a wrong score."""
    return [row for row in rows if row.is_wrong_score]


def share(rows: Sequence[Row], kind: str) -> tuple[int, int]:
    """How many rows of a kind were found, and how many there are; scores with and without reason are one kind."""
    kinds = SCORED if kind in SCORED else (kind,)
    of_kind = [row for row in rows if row.kind in kinds]
    return sum(row.is_scored_right if kind in SCORED else row.is_right for row in of_kind), len(of_kind)


def table(rows: Sequence[Row]) -> list[str]:
    """The lines of the report."""
    lines = [f"{len(rows)} rows, {sum(row.is_right for row in rows)} right in kind and score"]
    lines.append(f"wrong scores: {len(wrong_scores(rows))}")
    false_stops = [row for row in rows if isinstance(row.reading, OptOut) and row.kind != "opt_out"]
    lines.append(f"false opt-outs: {len(false_stops)}")
    reasons = [row for row in rows if row.kind == "score_reason"]
    lines.append(f"reasons right: {sum(row.has_right_reason for row in reasons)} of {len(reasons)}")
    groups = {"language": "language", "kind": "kind", "tag": "tag"}
    for title, attribute in groups.items():
        grouped: dict[str, list[Row]] = defaultdict(list)
        for row in rows:
            grouped[getattr(row, attribute)].append(row)
        lines += ["", f"{title:<20} rows  right  scores found  stops found  ignored"]
        for name, group in sorted(grouped.items()):
            right = sum(row.is_right for row in group)
            parts = [_of(*share(group, kind)) for kind in ("score", "opt_out", "ignore")]
            lines.append(
                f"{name:<20} {len(group):>4}  {right:>5}  {parts[0]:>12}  {parts[1]:>11}  {parts[2]:>7}".rstrip()
            )
    lines += ["", "misses"]
    for row in rows:
        if not row.is_right or (row.kind == "score_reason" and not row.has_right_reason):
            lines.append(_miss(row))
    return lines


def _of(right: int, count: int) -> str:
    return f"{right}/{count}" if count else ""


def _miss(row: Row) -> str:
    mark = "WRONG SCORE" if row.is_wrong_score else "miss"
    label = f"{row.kind} {row.score if row.score is not None else ''} {row.reason or ''}".strip()
    given = kind_of(row.reading)
    if isinstance(row.reading, Score):
        given += f" {row.reading.value} {row.reading.reason or ''}".rstrip()
    if isinstance(row.reading, Ambiguous):
        given += f" {list(row.reading.candidates)}"
    given += ", wants contact" * row.wants_contact + ", offered STOP" * row.offers_stop
    return f"{mark}: {row.id} {row.language} [{row.tag}] {row.text!r}: labelled {label}; read {given}"


def main(arguments: Sequence[str]) -> int:
    """0 if no score is wrong and no opt-out is false."""
    if not arguments:
        languages = load_languages()
        for file in (*ORDINARY, FRESH):
            print("\n".join(summary(file, rows_of(DATA / file, languages))))  # noqa: T201 - a command
        for file in (*HARD, KINDS, PEOPLE):
            for part, rows in zip(("given", "held out"), both_parts(file, languages), strict=True):
                print("\n".join(summary(f"{file}, {part}", rows)))  # noqa: T201 - a command
        return 0
    if len(arguments) != 1:
        print("Usage: python -m tests.support.reading_table [FILE.jsonl]", file=sys.stderr)  # noqa: T201 - a command
        return 2
    try:
        rows = rows_of(Path(arguments[0]), load_languages())
    except BadFile as error:
        print(error, file=sys.stderr)  # noqa: T201 - a command
        return 2
    print("\n".join(table(rows)))  # noqa: T201 - a command
    false_stops = any(isinstance(row.reading, OptOut) and row.kind != "opt_out" for row in rows)
    return 1 if wrong_scores(rows) or false_stops else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
