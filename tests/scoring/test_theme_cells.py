"""Themes by group, judged together. (numbers 4.8)"""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring import Counts, Finding, ThemeCell, ThemeCells, impact, shift_of_rates, theme_cells
from scoring.exact import exact_p
from scoring.themes.cells import ByLabel

NORTH, SOUTH = Counts(40, 30, 50), Counts(30, 40, 110)
LATE: ByLabel = {"North": Counts(36, 6, 6), "South": Counts(10, 6, 11)}
BOTH: ByLabel = {"North": NORTH, "South": SOUTH}
few = st.builds(Counts, *[st.integers(0, 8)] * 3)

groups: st.SearchStrategy[dict[str | None, Counts]] = st.dictionaries(
    st.sampled_from("abcd"), few, min_size=1
)


def cell(found: ThemeCells, group: str, theme: str) -> ThemeCell:
    return next(one for one in found.cells if (one.group, one.theme) == (group, theme))


def test_a_theme_that_one_group_names_more_often_and_that_costs_it_more() -> None:
    found = theme_cells(BOTH, {"delivery": LATE})
    assert (found.compared, found.closed) == (("North", "South"), ())
    one = cell(found, "North", "delivery")
    assert (one.named, one.n, one.other_named, one.other_n) == (48, 120, 27, 180)
    assert one.often.shift == shift_of_rates(48, 120, 27, 180)
    assert one.often.finding is Finding.HIGHER
    assert one.often.adjusted_p == pytest.approx(exact_p(48, 120, 27, 180))  # the larger of two
    assert one.impact == impact(NORTH, LATE["North"])
    assert one.other_impact == impact(SOUTH, LATE["South"])
    assert one.cost is not None
    assert one.cost.finding is Finding.LOWER
    assert len(found.cells) == 1  # South is the same comparison from the other side


def test_small_groups_and_small_cells_are_closed() -> None:
    reasons: ByLabel = {**BOTH, "West": Counts(2, 1, 1), "East": Counts(1, 2, 1)}
    found = theme_cells(
        reasons, {"delivery": LATE, "price": {"North": Counts(9, 0, 0), "South": Counts(3, 0, 0)}}
    )
    assert found.compared == ("North", "South")
    assert found.closed == ("West", "East")
    assert {one.theme for one in found.cells} == {"delivery"}  # nine less than all would tell of three
    assert cell(found, "North", "delivery").other_n == 188  # those of the closed groups are in the rest


def test_points_are_those_of_an_nps() -> None:
    found = theme_cells(BOTH, {"delivery": LATE}, points=False)
    assert [one.cost for one in found.cells] == [None]


@given(groups, st.data())
def test_no_cell_speaks_of_one_to_four_people(reasons: dict[str | None, Counts], data: st.DataObject) -> None:
    named: ByLabel = {
        label: Counts(
            *(data.draw(st.integers(0, most)) for most in (one.detractors, one.passives, one.promoters))
        )
        for label, one in reasons.items()
    }
    found = theme_cells(reasons, {"delivery": named})
    assert set(found.compared) | set(found.closed) == set(reasons)
    for one in found.cells:
        assert one.n >= 10
        assert one.named >= 5
        assert one.other_named == 0 or one.other_named >= 5
        assert one.cost is None or one.impact is not None


def test_where_nothing_differs_chance_is_seldom_called_a_finding() -> None:
    rng = random.Random(16)
    alarms = 0
    for _ in range(150):
        reasons: ByLabel = {label: _drawn(rng, 80) for label in ("North", "South", "West")}
        themes: dict[str, ByLabel] = {
            theme: {label: _part(rng, counts, share) for label, counts in reasons.items()}
            for theme, share in (("delivery", 0.4), ("price", 0.25), ("people", 0.15))
        }
        cells = theme_cells(reasons, themes).cells
        alarms += any(
            judged is not None and judged.finding is not Finding.NO_EVIDENCE
            for one in cells
            for judged in (one.often, one.cost)
        )
    assert alarms <= 0.08 * 150


def _drawn(rng: random.Random, n: int) -> Counts:
    boxes = rng.choices(range(3), (0.25, 0.3, 0.45), k=n)
    return Counts(*(boxes.count(box) for box in range(3)))


def _part(rng: random.Random, counts: Counts, share: float) -> Counts:
    boxes = (counts.detractors, counts.passives, counts.promoters)
    likely = (min(1.0, 1.6 * share), share, 0.6 * share)  # who is unhappy names it more
    return Counts(*(sum(rng.random() < p for _ in range(n)) for n, p in zip(boxes, likely, strict=True)))
