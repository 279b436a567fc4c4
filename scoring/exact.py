"""Two shares of separate groups, by Fisher's exact test: nothing is approximated, however few people there are."""

from math import exp, inf, lgamma
from typing import Final

_NOTHING: Final = 1e-15  # of the tail so far: what follows changes no digit of it


def exact_p(counted: int, n: int, other_counted: int, other_n: int) -> float:
    """How likely chance alone would part those who count between the groups as far as this, or further.

    Fisher, The Logic of Inductive Inference, Journal of the Royal Statistical Society 98, 1935, 39-82: the
    hypergeometric chance of the tail that is reached, doubled, which is on the safe side.
    """
    both, everybody = counted + other_counted, n + other_n
    lowest, highest = max(0, both - other_n), min(both, n)
    upwards = counted * everybody > both * n
    beyond = range(counted, highest + 1) if upwards else range(counted, lowest - 1, -1)
    own = _chance(counted, both, n, everybody)
    tail = 0.0
    for each in beyond:  # away from what is most likely, so each is less likely than the one before
        chance = _chance(each, both, n, everybody)
        tail += chance
        if chance <= _NOTHING * tail:
            break
    return min(1.0, 2 * min(tail, 1 + own - tail))


def _chance(each: int, both: int, n: int, everybody: int) -> float:
    return exp(_ways(both, each) + _ways(everybody - both, n - each) - _ways(everybody, n))


def _ways(n: int, k: int) -> float:
    """The logarithm of how many ways there are to take k of n."""
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1) if 0 <= k <= n else -inf
