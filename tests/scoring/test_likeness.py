"""Whether two groups of people are made alike, held against an independent computation.

The rows are those of scipy 1.17: `chi2.sf`, and `chi2_contingency(correction=False)` times (N - 1)/N.
"""

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring import Finding, Sides, holm_likeness, likeness, shift_of_rates
from scoring.distributions import chi_square_p
from tests.support.worked_example import table


@pytest.mark.parametrize(
    ("value", "degrees", "p"),
    [
        (0, 1, 1.0),
        (1e-06, 1, 0.9992021155721779),
        (0.1, 1, 0.7518296340458492),
        (3.841458820694124, 1, 0.05),
        (5.991464547107979, 2, 0.05),
        (10, 3, 0.01856613546304325),
        (0.5, 5, 0.9921232932326296),
        (16.5, 8, 0.0357577239481868),
        (30, 10, 0.000856641210775301),
        (50, 100, 0.9999930466947524),
        (200, 100, 1.1784500720979781e-08),
        (60, 2, 9.357622968840163e-14),
    ],
)
def test_the_tail_of_chi_square(value: float, degrees: int, p: float) -> None:
    assert chi_square_p(value, degrees) == pytest.approx(p, rel=1e-9)


@pytest.mark.parametrize(("value", "degrees"), [(1.0, 0), (-0.1, 1)])
def test_what_is_no_chi_square_is_refused(value: float, degrees: int) -> None:
    with pytest.raises(ValueError, match="chi-square"):
        chi_square_p(value, degrees)


def parts(asked: list[int], others: list[int]) -> dict[str, Sides]:
    return {f"g{i}": Sides(a, b) for i, (a, b) in enumerate(zip(asked, others, strict=True))}


@pytest.mark.parametrize(
    ("asked", "others", "chi_square", "p"),
    [
        ([60, 30, 30], [20, 30, 30], 12.4375, 0.0019917333285323145),
        ([66, 36, 18], [20, 25, 35], 24.917585905523705, 3.883425423243655e-06),
        ([40, 40], [10, 12], 0.14125874125874124, 0.7070328460455777),
        ([120, 60, 20], [10, 40, 30], 58.16076923076923, 2.3471963973591794e-13),
    ],
)
def test_rows_of_an_independent_computation(
    asked: list[int], others: list[int], chi_square: float, p: float
) -> None:
    found = likeness(parts(asked, others))
    assert found is not None
    assert (found.asked, found.others, found.degrees) == (sum(asked), sum(others), len(asked) - 1)
    assert [found.chi_square, found.p] == pytest.approx([chi_square, p], rel=1e-9)


def test_the_group_that_differs_most_is_named_with_both_shares() -> None:
    found = likeness(parts([66, 36, 18], [20, 25, 35]))
    assert found is not None
    assert found.differs()
    assert found.most is not None
    assert (found.most[0], round(found.most[1]), round(found.most[2])) == ("g2", 15, 44)


@pytest.mark.parametrize(
    ("asked", "others"),
    [
        ([], []),
        ([100], [50]),
        ([100, 80], [0, 0]),
        ([0, 0], [10, 10]),
        ([100, 100], [2, 2]),
        ([5, 5], [4, 4]),
    ],
)
def test_too_few_people_tell_nothing(asked: list[int], others: list[int]) -> None:
    assert likeness(parts(asked, others)) is None


def test_small_groups_are_put_together_and_stay_closed() -> None:
    """Of each of the small ones fewer than five are expected on a side; together they differ, and have no name."""
    found = likeness(
        {"large": Sides(100, 100), "other": Sides(100, 100), **{f"s{i}": Sides(0, 4) for i in range(6)}}
    )
    assert found is not None
    assert (found.degrees, found.most, found.differs()) == (2, None, True)


def test_by_chance_alone_one_in_twenty_seems_to_differ() -> None:
    """Fixed draws of 60 among 200 people in four groups: 5% within what chance gives (3 of its spread)."""
    rng = random.Random(5)
    people = [label for label, size in zip("abcd", (80, 60, 40, 20), strict=True) for _ in range(size)]
    found = 0
    for _ in range(2_000):
        asked = Counter(rng.sample(people, 60))
        both = Counter(people)
        drawn = likeness({label: Sides(asked[label], both[label] - asked[label]) for label in "abcd"})
        assert drawn is not None
        found += drawn.differs()
    assert abs(found / 2_000 - 0.05) < 3 * (0.05 * 0.95 / 2_000) ** 0.5


counts = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=6)


@given(counts)
def test_the_sides_can_change_places(pairs: list[tuple[int, int]]) -> None:
    one = likeness({str(i): Sides(a, b) for i, (a, b) in enumerate(pairs)})
    other = likeness({str(i): Sides(b, a) for i, (a, b) in enumerate(pairs)})
    if one is None or other is None:
        assert one is other is None
        return
    assert one.p == pytest.approx(other.p)
    assert 0 <= one.p <= 1
    assert one.degrees == other.degrees >= 1


def test_several_attributes_are_corrected_for_each_other() -> None:
    same = likeness(parts([60, 30, 30], [30, 30, 30]))
    assert same is not None
    found = holm_likeness({"region": same, "size": same})
    assert found["region"].adjusted_p == pytest.approx(min(1, 2 * same.p))
    assert same.adjusted_p == same.p


def test_the_example_of_the_docs() -> None:
    """docs/statistics.md, of a wave that was drawn and of two send windows."""
    rows = table("| drawn, not drawn | value |")
    found = likeness(parts([66, 36, 18], [20, 25, 35]))
    assert found is not None
    assert rows["chi-square, with (N - 1)/N"] == f"{found.chi_square:.1f}"
    assert rows["p of 2 degrees of freedom"] == f"{found.p:.6f}"
    shift = shift_of_rates(84, 200, 60, 200)
    assert shift is not None
    assert rows["42% less 30% of 200 each"] == f"{shift.difference:.0f} points"
    assert rows["its 95% interval"] == f"{shift.interval.low:.1f} to {shift.interval.high:.1f}"
    assert shift.finding is Finding.HIGHER
