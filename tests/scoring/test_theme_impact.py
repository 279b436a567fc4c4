from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring import (
    Counts,
    compare,
    impact,
    impact_interval,
    impact_of_scores,
    impact_standard_error,
    nps,
    nps_without,
    pooled,
    theme_impacts,
)

EVERYONE, LATE = Counts(50, 60, 90), Counts(28, 8, 4)
small = st.builds(Counts, *[st.integers(0, 30)] * 3)


def test_the_worked_example() -> None:
    limits, plain = impact_interval(EVERYONE, LATE), impact_interval(EVERYONE, LATE, pseudo=0)
    assert limits is not None
    assert plain is not None
    assert (nps(EVERYONE), nps(LATE), nps_without(EVERYONE, LATE)) == (20, -60, 40)
    assert impact(EVERYONE, LATE) == -20
    assert [plain.low, plain.high] == pytest.approx([-27.25, -12.75], abs=0.01)
    assert limits.shown() == plain.shown() == "-27 to -13"
    assert limits.width > plain.width


@given(small, small)
def test_both_published_formulas_agree(theme: Counts, rest: Counts) -> None:
    everyone = theme + rest
    left_out = impact(everyone, theme)
    by_scores = impact_of_scores(everyone.n, nps(everyone), theme.n, nps(theme))
    if not rest.n:
        assert left_out is None
        return
    assert left_out == pytest.approx(by_scores, abs=1e-9)


@given(small, small)
def test_the_plain_standard_error_is_that_of_the_influence_of_each_answer(
    theme: Counts, rest: Counts
) -> None:
    """Moves the weight of each answer a little and sees how far the impact goes: no formula is shared."""
    if not rest.n or not theme.n:
        return
    answers = [(x, True) for x in _each(theme)] + [(x, False) for x in _each(rest)]
    n, step = len(answers), 1e-6
    kinds = {kind: answers.count(kind) for kind in set(answers)}

    def weighted(kind: tuple[int, bool], extra: float) -> float:
        weights = {each: times + (extra if each == kind else 0) for each, times in kinds.items()}
        total = sum(weights.values())
        without = {each: weight for each, weight in weights.items() if not each[1]}
        mean = sum(x * weight for (x, _), weight in weights.items()) / total
        return 100 * (mean - sum(x * weight for (x, _), weight in without.items()) / sum(without.values()))

    slopes = {kind: n * (weighted(kind, step) - weighted(kind, -step)) / (2 * step) for kind in kinds}
    expected = sqrt(sum(times * slopes[kind] ** 2 for kind, times in kinds.items())) / n
    plain = impact_standard_error(theme + rest, theme, pseudo=0)
    assert plain == pytest.approx(expected, rel=1e-4, abs=1e-5)


def _each(counts: Counts) -> list[int]:
    return [-1] * counts.detractors + [0] * counts.passives + [1] * counts.promoters


def test_a_theme_that_everyone_or_nobody_names() -> None:
    nobody = Counts(0, 0, 0)
    assert (impact(EVERYONE, EVERYONE), impact_interval(EVERYONE, EVERYONE)) == (None, None)
    assert (impact_standard_error(EVERYONE, nobody), impact_interval(EVERYONE, nobody)) == (0, None)
    assert (impact(EVERYONE, nobody), impact_of_scores(10, 5, 0, None)) == (0, 0)
    assert (impact(nobody, nobody), impact_of_scores(0, None, 0, None)) == (None, None)


def test_a_theme_cannot_have_more_answers_than_there_are() -> None:
    with pytest.raises(ValueError, match="detractors is -1"):
        impact(Counts(1, 5, 5), Counts(2, 0, 0))


@pytest.mark.parametrize(
    ("theme", "rest"),
    [
        (Counts(0, 0, 20), Counts(0, 0, 80)),
        (Counts(5, 0, 0), Counts(0, 0, 100)),
        (Counts(0, 5, 0), Counts(0, 9, 0)),
    ],
)
def test_answers_that_agree_are_no_certainty(theme: Counts, rest: Counts) -> None:
    limits = impact_interval(theme + rest, theme)
    assert limits is not None
    assert limits.width > 1
    size = impact(theme + rest, theme)
    assert size is not None
    assert size in limits


def test_ten_promoters_of_ten_are_no_finding_where_nearly_all_are_promoters() -> None:
    everyone, theme = Counts(5, 25, 170), Counts(0, 0, 15)
    plain = impact_interval(everyone, theme, pseudo=0)
    assert plain is not None
    assert 0 not in plain
    (found,) = theme_impacts(everyone, {"people": theme})
    against_rest = compare(theme, everyone - theme)
    assert against_rest is not None
    assert (found.p, found.matters) == (against_rest.p, False)


def test_a_list_of_themes_has_the_costliest_first_and_the_hidden_last() -> None:
    found = theme_impacts(
        EVERYONE,
        {
            "people": Counts(2, 10, 30),
            "rare": Counts(4, 0, 0),
            "delivery": LATE,
            "all but four": Counts(48, 59, 89),
        },
    )
    assert [(each.theme, each.hidden) for each in found] == [
        ("delivery", False),
        ("people", False),
        ("all but four", True),
        ("rare", True),
    ]
    delivery, people, *hidden = found
    assert (delivery.n, delivery.nps, delivery.nps_without, delivery.impact) == (40, -60, 40, -20)
    assert delivery.matters
    assert people.impact is not None
    assert people.impact > 0
    assert all(each.impact is None and each.nps is None and each.interval is None for each in hidden)


def test_holm_counts_the_themes_that_are_shown() -> None:
    theme = Counts(6, 4, 2)
    alone = theme_impacts(EVERYONE, {"a": theme, "rare": Counts(1, 0, 0)})[0]
    among = theme_impacts(EVERYONE, dict.fromkeys("abcdefgh", theme))[0]
    assert alone.matters
    assert not among.matters
    assert alone.p == among.p
    assert alone.p is not None
    assert among.adjusted_p == pytest.approx(8 * alone.p)


@pytest.mark.parametrize(("n", "indicative"), [(29, True), (30, False)])
def test_few_mentions_are_indicative(n: int, indicative: bool) -> None:
    assert theme_impacts(EVERYONE, {"a": Counts(0, 0, n)})[0].indicative is indicative


def test_a_theme_that_changes_nothing_is_no_finding() -> None:
    found = theme_impacts(Counts(20, 0, 20), {"a": Counts(5, 0, 5), "b": Counts(10, 0, 10)})
    assert [(each.impact, each.p, each.matters) for each in found] == [(0, 1, False)] * 2
    same = theme_impacts(Counts(0, 0, 40), {"a": Counts(0, 0, 20)})
    assert [(each.impact, each.p, each.matters) for each in same] == [(0, 1, False)]


@pytest.mark.parametrize(
    ("everyone", "theme", "matters", "leans"),
    [
        (Counts(400, 700, 1057), Counts(5, 0, 2), False, True),  # numbers 2.3: costs 0 points (-1 to 0)
        (Counts(50, 150, 300), Counts(9, 3, 2), True, False),
        (Counts(100, 200, 200), Counts(4, 8, 8), False, False),
    ],
)
def test_a_finding_needs_the_test_and_the_interval(
    everyone: Counts, theme: Counts, matters: bool, leans: bool
) -> None:
    (found,) = theme_impacts(everyone, {"delivery": theme})
    assert (found.matters, found.leans) == (matters, leans)


@given(st.lists(st.builds(Counts, *[st.integers(0, 30)] * 3), min_size=1, max_size=5))
def test_no_finding_holds_zero(themes: list[Counts]) -> None:  # numbers 2.3
    everyone = pooled(themes) + Counts(20, 30, 60)
    for found in theme_impacts(everyone, {str(place): each for place, each in enumerate(themes)}):
        assert not found.matters or (found.interval is not None and 0 not in found.interval)
