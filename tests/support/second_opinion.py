"""Learns the weights of `bot.reading.second_opinion` from the labelled replies, and tells how well they do.

    python -m tests.support.second_opinion            # writes bot/reading/second_opinion.weights
    python -m tests.support.second_opinion --measure  # learns from four fifths, tells of the rest

The same rows give the same weights: the order is drawn by a fixed seed, and nothing but plain arithmetic is used.
"""

import json
import math
import random
import sys
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, NamedTuple

from bot.reading.second_opinion import BUCKETS, buckets_of, weights_of, wish_to_leave
from tests.support.held_out import FIFTH, HALF, held_out

DATA: Final = Path(__file__).parents[1] / "data"
FILE: Final = Path(__file__).parents[2] / "bot" / "reading" / "second_opinion.weights"
APART: Final = {  # of which a part is held out
    "replies_hard": FIFTH,
    "replies_probes": FIFTH,
    "replies_kinds": FIFTH,
    "replies_people": HALF,
}
FRESH: Final = "replies_fresh"  # of which who leaves and who says no score: it is mostly of scores, and grows
ROUNDS: Final = 15
RATE: Final = 1.0
SHRINK: Final = 2e-6  # of a weight, at each touch


class Example(NamedTuple):
    """A text, and whether its author wants to leave."""

    text: str
    leaves: bool


def examples() -> list[Example]:
    """Every labelled text that rules may be written from, each once."""
    found: dict[str, bool] = {}
    for text, leaves in _labelled():
        found.setdefault(text, leaves)
    return [Example(text, leaves) for text, leaves in found.items()]


def _labelled() -> Iterator[tuple[str, bool]]:
    for name in ("replies", "replies_own", FRESH, *APART):
        rows = _rows(name)
        out = held_out((row["id"] for row in rows), APART[name]) if name in APART else ()
        for row in rows:
            if row["id"] in out:
                continue
            kind = row["expect"]["kind"]
            if kind != "ignore" and (name != FRESH or kind in ("opt_out", "not_a_score")):
                yield row["text"], row["expect"]["kind"] == "opt_out"
    for row in _rows("reasons"):
        yield row["text"], False
    for line in _lines("no_opt_outs"):
        yield line.partition(":")[2], False
    for line in _lines("wishes"):
        _, what, text = line.split(":", 2)
        yield text, what.startswith(("out", "else"))
    for line in _lines("contact"):
        yield line.split(":", 2)[2], False


def _rows(name: str) -> list[dict[str, Any]]:
    return [
        json.loads(line) for line in (DATA / f"{name}.jsonl").read_text("utf-8").split("\n") if line.strip()
    ]


def _lines(name: str) -> list[str]:
    return [line for line in (DATA / f"{name}.txt").read_text("utf-8").splitlines() if line.strip()]


def learnt(rows: Sequence[Example]) -> bytes:
    """The weights of these rows, one signed byte a bucket."""
    prepared = [(sorted(buckets_of(row.text)), row.leaves) for row in rows]
    heavier = max(1.0, len(rows) / (4 * max(1, sum(row.leaves for row in rows))))  # there are few who leave
    weights = [0.0] * BUCKETS
    order = random.Random(13)
    for round_ in range(ROUNDS):
        order.shuffle(prepared)
        rate = RATE / (1 + round_)
        for buckets, leaves in prepared:
            if not buckets:
                continue
            scale = 1 / math.sqrt(len(buckets))
            total = sum(weights[bucket] for bucket in buckets) * scale
            error = (1.0 if leaves else 0.0) - 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))
            step = rate * error * scale * (heavier if leaves else 1.0)
            for bucket in buckets:
                weights[bucket] += step - SHRINK * weights[bucket]
    most = max(map(abs, weights)) or 1.0
    return bytes(round(weight / most * 127) & 0xFF for weight in weights)


def measure() -> None:
    """Print what is found at each threshold by who learnt without the row."""
    rows = examples()
    folds = [int(sha256(row.text.encode()).hexdigest(), 16) % 5 for row in rows]
    looks: list[tuple[float, Example]] = []
    for fold in range(5):
        weights = weights_of(learnt([row for row, of in zip(rows, folds, strict=True) if of != fold]))
        looks += [
            (wish_to_leave(row.text, weights), row) for row, of in zip(rows, folds, strict=True) if of == fold
        ]
    for threshold in (0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0):
        found = [row for look, row in looks if look >= threshold]
        print(threshold, sum(row.leaves for row in found), [row.text for row in found if not row.leaves][:12])  # noqa: T201
    print("leaving", sum(row.leaves for row in rows), "of", len(rows))  # noqa: T201 - a command


if __name__ == "__main__":
    if "--measure" in sys.argv:
        measure()
    else:
        FILE.write_bytes(learnt(examples()))
