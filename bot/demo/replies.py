"""The labelled replies that made-up customers write: what a customer means by one is its label.

`replies.jsonl` holds rows of the corpus that the reader is checked on (docs/adding-a-language.md), in Dutch and
English: those that anybody can write on any phone, without commands, links and names, without wishes beside a score,
and without the few that the reader is known not to understand (`make reading` lists them).
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final, Literal

Label = Literal[
    "score", "score_reason", "ambiguous", "out_of_range", "help", "ignore", "not_a_score", "opt_out"
]
FILE: Final = "replies.jsonl"


@dataclass(frozen=True, slots=True)
class CorpusReply:
    """A first reply while a score is awaited, and what its writer means. `between` are the scores that one who
    is not sure hesitates between; empty where nobody can tell. Who wants contact wants to be called or answered."""

    text: str
    score: int | None = None
    reason: str | None = None
    between: tuple[int, ...] = ()
    wants_contact: bool = False


@cache
def replies() -> Mapping[tuple[str, str], Sequence[CorpusReply]]:
    """The replies by language ("en", "nl") and label, in the order of the file."""
    found: dict[tuple[str, str], list[CorpusReply]] = {}
    for line in files("bot.demo").joinpath(FILE).read_text("utf-8").strip().split("\n"):
        row = json.loads(line)
        label = row["expect"]
        reply = CorpusReply(
            row["text"],
            label["score"],
            label["reason"],
            tuple(row.get("suggest") or ()),
            wants_contact=row.get("wants_contact", False),
        )
        found.setdefault((row["lang"], label["kind"]), []).append(reply)
    return found
