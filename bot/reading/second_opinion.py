"""A second opinion on words that the rules do not take for a wish to leave: how much they look like one.

Logistic regression on hashed pieces of the text, learnt from the labelled replies. It only ever offers STOP beside the
usual answer: it decides nothing, and never outvotes the rules. The weights are learnt anew by
`python -m tests.support.second_opinion`, and a test compares. PURE: `bot.reading.loader` reads them.
"""

from itertools import pairwise
from math import sqrt
from typing import Final
from zlib import crc32

from bot.reading.text import fold

BUCKETS: Final = 1 << 16
LONGEST: Final = 160  # characters that are looked at: the wish to leave stands early, and the work is bounded
FEW: Final = 40  # pieces: of a text with fewer, little can be said
PIECES: Final = (3, 5)  # letters of a piece of a text

# Learnt without the row: 46 of 6,000 texts of people who stay look so much like it, and most of those say nothing else
# ("please message me") or are known to the rules; 0.25, which 22 do, finds two thirds as many of those who leave.
SURE_ENOUGH: Final = 0.18

Weights = memoryview
"""One signed byte a bucket."""


def weights_of(file: bytes) -> Weights:
    """The weights of a file; without one, nothing looks like anything."""
    return memoryview(file.ljust(BUCKETS, b"\0")[:BUCKETS]).cast("b")


def buckets_of(text: str) -> set[int]:
    """The buckets that the pieces of a text fall into: letters in a row, words, and words in pairs."""
    words = "".join([c if c.isalpha() or c == "'" else " " for c in fold(text[:LONGEST])]).split()
    flat, known = f" {' '.join(words)} ".encode(), [word.encode() for word in words]
    pieces = [
        crc32(flat[start : start + length], length)
        for length in PIECES
        for start in range(len(flat) - length + 1)
    ]
    pieces += [crc32(word, 1) for word in known]
    pieces += [crc32(b"%b %b" % pair, 2) for pair in pairwise((b"^", *known))]
    return {piece & (BUCKETS - 1) for piece in pieces}


def wish_to_leave(text: str, weights: Weights) -> float:
    """How much a text looks like a wish to leave, from about -1 to 1; words without any weight are 0."""
    buckets = buckets_of(text)
    total = sum(map(weights.__getitem__, buckets))
    return total / (127 * sqrt(len(buckets) + FEW))
