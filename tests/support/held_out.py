"""Which of the labelled replies nobody looks at while writing rules: a fifth or a half, drawn once by a fixed seed.

What rules find on rows that they were written for says little; what they find on the rows held out says what
customers will meet. `make reading` prints both.
"""

import random
from collections.abc import Iterable

SEED = 13
FIFTH = 0.2
HALF = 0.5


def held_out(ids: Iterable[str], share: float = FIFTH) -> frozenset[str]:
    """The ids held out of a file's; the same whatever order they come in."""
    drawn = sorted(set(ids))
    return frozenset(random.Random(SEED).sample(drawn, round(len(drawn) * share)))
