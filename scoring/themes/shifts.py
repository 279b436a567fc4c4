"""Which themes are named more often than before, or in one group more than in another, and which less."""

from collections.abc import Mapping
from dataclasses import dataclass

from scoring.comparison import holm
from scoring.exact import exact_p
from scoring.segmentation import FEWEST_COUNTED
from scoring.shifts import JudgedShift, shift_of_rates


@dataclass(frozen=True, slots=True)
class ThemeShift(JudgedShift):
    """Of `n` reasons `named` name a theme, of `other_n` others `other_named`; `shift` is the difference of the shares
    in percentage points, judged among all themes that are compared."""

    theme: str
    named: int
    n: int
    other_named: int
    other_n: int


def theme_shifts(
    first: Mapping[str, int], n: int, second: Mapping[str, int], other_n: int, confidence: float = 0.95
) -> tuple[ThemeShift, ...]:
    """Each theme that at least five name in one of two groups of reasons, the largest difference first.

    The interval is Newcombe's (`shift_of_rates`), the test Fisher's. Fewer than five reasons are not compared.
    """
    if min(n, other_n) < FEWEST_COUNTED:
        return ()
    names = [
        name
        for name in dict.fromkeys((*first, *second))
        if max(first.get(name, 0), second.get(name, 0)) >= FEWEST_COUNTED
    ]
    counted = [(first.get(name, 0), n, second.get(name, 0), other_n) for name in names]
    corrected = holm([exact_p(*each) for each in counted])
    found = []
    for name, each, p in zip(names, counted, corrected, strict=True):
        shift = shift_of_rates(*each, confidence)
        if shift is not None:
            found.append(ThemeShift(shift, p, confidence, name, *each))
    return tuple(sorted(found, key=lambda one: (-abs(one.shift.difference), one.theme)))
