"""Groups in a funnel, and their shrunk scores. (numbers 4.3)"""

from math import sqrt
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring import Counts, Finding, funnel, pooled
from scoring.distributions import z_quantile
from scoring.funnel import FEWEST_GROUPS
from tests.support.worked_example import table

NONE, LOWER, HIGHER = Finding.NO_EVIDENCE, Finding.LOWER, Finding.HIGHER
USUAL, HAPPY, SPLIT = (0.2, 0.3, 0.5), (0.03, 0.12, 0.85), (0.4, 0.3, 0.3)
MIXED = (6, 1, 3, 10, 12, 20, 30, 60, 100, 200, 300, 400)
WAVES = 300
some = st.lists(st.builds(Counts, *[st.integers(0, 40)] * 3), min_size=1, max_size=20)


def _drawn(chance: Random, shares: tuple[float, float, float], n: int) -> Counts:
    found = chance.choices((0, 1, 2), shares, k=n)
    return Counts(*(found.count(each) for each in (0, 1, 2)))


@pytest.mark.parametrize("shares", [USUAL, HAPPY, SPLIT])
@pytest.mark.parametrize("sizes", [MIXED, (10,) * 40, (100,) * 12])
def test_nobody_stands_out_by_chance(shares: tuple[float, float, float], sizes: tuple[int, ...]) -> None:
    """In fewer than 5 of 100 waves in which all are alike; 300 waves tell that to within 2.5."""
    chance = Random(f"{shares} {sizes}")
    named = 0
    for _ in range(WAVES):
        found = funnel({str(place): _drawn(chance, shares, n) for place, n in enumerate(sizes)})
        assert found is not None
        named += any(found.group(label).finding is not NONE for label in found.counts)
    assert named / WAVES <= 0.05


def test_and_who_is_different_does() -> None:
    """Of twelve with a hundred answers each, one at -30 and the others at +30."""
    chance = Random(3)
    named = 0
    for _ in range(WAVES):
        groups = {str(place): _drawn(chance, USUAL, 100) for place in range(11)}
        found = funnel({**groups, "low": _drawn(chance, (0.5, 0.3, 0.2), 100)})
        assert found is not None
        named += found.group("low").finding is LOWER
    assert named / WAVES >= 0.9


@given(some)
def test_laws(groups: list[Counts]) -> None:
    found = funnel({str(place): counts for place, counts in enumerate(groups)})
    told = [counts for counts in groups if counts.n]
    if len(told) < FEWEST_GROUPS:
        assert found is None
        return
    assert found is not None
    everybody = pooled(told)
    assert found.mean == pytest.approx(100 * everybody.net / everybody.n)
    assert found.spread >= 0
    assert found.spread_inside >= 0
    for label in found.counts:
        one = found.group(label)
        assert min(one.score, found.mean) - 1e-9 <= one.shrunk <= max(one.score, found.mean) + 1e-9
        assert -100 <= one.limits.low <= one.limits.high <= 100
        if one.counts.n < 10:
            assert one.finding is NONE


@given(some, st.integers(10, 5000))
def test_more_answers_make_it_narrower(groups: list[Counts], n: int) -> None:
    found = funnel({str(place): counts for place, counts in enumerate(groups)})
    if found is not None:
        assert found.limits(2 * n).width <= found.limits(n).width + 1e-9


def test_six_answers_are_not_the_last() -> None:
    """Half of the funnel's point: the lowest score is K's, and N's is the lowest to be expected."""
    groups = {f"A{place}": Counts(20, 30, 50) for place in range(6)}
    found = funnel({**groups, "K": Counts(4, 1, 1), "L": Counts(0, 0, 1), "N": Counts(40, 40, 20)})
    assert found is not None
    assert min(found.counts, key=lambda label: found.group(label).score) == "K"
    assert min(found.counts, key=lambda label: found.group(label).shrunk) == "N"
    assert max(found.counts, key=lambda label: found.group(label).score) == "L"


def test_alike_are_drawn_wholly_to_the_middle() -> None:
    found = funnel({str(place): Counts(20, 30, 50) for place in range(5)})
    assert found is not None
    assert (found.spread, found.spread_inside) == (0, 0)
    assert found.group("0").shrunk == pytest.approx(30)


def test_by_hand() -> None:
    """DerSimonian and Laird's τ² of five groups of a hundred, and the limits where nothing is lopsided."""
    nets = (20, 10, 0, -10, -20)
    found = funnel(
        {str(net): Counts((100 - net) // 2, 0, (100 + net) // 2) for net in nets}
    )  # no passives: σ² is next to 1
    assert found is not None
    variance = found.variance
    assert variance == pytest.approx((500 + 1.5) / 503)
    between = (100 / variance * (0.04 + 0.01 + 0.01 + 0.04) - 4) / (400 / variance)
    assert found.spread == pytest.approx(100 * sqrt(between))
    inside = (100 / variance * 2 * (0.16**2 + 0.01) - 4) / (400 / variance)  # -20 and +20 are taken for 16
    assert found.spread_inside == pytest.approx(100 * sqrt(max(0, inside)))
    half = 100 * z_quantile(0.99) * sqrt(variance / 100 + inside)
    assert (found.limits(100).low, found.limits(100).high) == pytest.approx((-half, half))
    assert found.group("20").shrunk == pytest.approx(20 * between / (between + variance / 100))


def test_the_example_of_the_page() -> None:
    others = {f"{place}": Counts(20, 30, 50) for place in range(8)}
    found = funnel(
        {
            **others,
            "First region": Counts(4, 1, 1),
            "Second region": Counts(10, 20, 10),
            "Third region": Counts(60, 30, 10),
        }
    )
    assert found is not None
    told = {}
    for label in ("First region", "Second region", "Third region"):
        one = found.group(label)
        word = {NONE: "inside", LOWER: "below", HIGHER: "above"}[one.finding]
        told[f"{label}, {one.counts.n} answers"] = (
            f"{one.score:+.0f} → {one.shrunk:+.0f}; {word} {one.limits.shown()}".replace("+0 ", "0 ")
        )
    assert table("| account manager | score → probably about; the funnel |") == told
