from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring import Counts, Interval, adjusted_wald, bounds_of_silence, mean_t, nps, wilson

some_counts = st.builds(Counts, *[st.integers(0, 500)] * 3)


@pytest.mark.parametrize(
    ("counts", "confidence", "low", "high"),
    [
        (Counts(0, 0, 10), 0.95, 47.5, 100),  # what the plain formula calls 100 ± 0
        (Counts(75, 675, 250), 0.95, 14.0859, 20.8094),
        (Counts(18, 36, 66), 0.95, 26.0, 52.05),
    ],
)
def test_adjusted_wald(counts: Counts, confidence: float, low: float, high: float) -> None:
    found = adjusted_wald(counts, confidence)
    assert found is not None
    assert [found.low, found.high] == pytest.approx([low, high], abs=0.06)


def test_adjusted_wald_at_90_percent_as_published() -> None:
    found = adjusted_wald(Counts(8, 13, 15), 0.90)  # GoToMeeting, measuringu.com/nps-confidence-intervals
    assert found is not None
    assert found.shown() == "-2 to +38"


@pytest.mark.parametrize("n", [2, 3, 5, 9, 30])
def test_the_score_lies_inside_and_the_width_is_never_zero(n: int) -> None:
    for detractors, promoters in product(range(n + 1), repeat=2):
        if detractors + promoters <= n:
            counts = Counts(detractors, n - detractors - promoters, promoters)
            found = adjusted_wald(counts)
            score = nps(counts)
            assert found is not None
            assert score is not None
            assert score in found
            assert found.width > 0
            assert -100 <= found.low < found.high <= 100


@given(some_counts)
def test_mirrored_answers_mirror_the_interval(counts: Counts) -> None:
    found = adjusted_wald(counts)
    mirrored = adjusted_wald(Counts(counts.promoters, counts.passives, counts.detractors))
    if found is None or mirrored is None:
        assert counts.n == 0
        return
    assert [mirrored.low, mirrored.high] == pytest.approx([-found.high, -found.low])


@given(some_counts, st.integers(0, 1000))
def test_a_known_list_narrows_the_interval_and_a_huge_one_does_not(counts: Counts, silent: int) -> None:
    if not counts.n:
        return
    plain = adjusted_wald(counts)
    listed = adjusted_wald(counts, population=counts.n + silent)
    huge = adjusted_wald(counts, population=10**9)
    assert plain is not None
    assert listed is not None
    assert huge is not None
    assert [huge.low, huge.high] == pytest.approx([plain.low, plain.high], abs=0.01)
    assert listed.width <= plain.width + 1e-9 or counts.n < 5


def test_pseudo_answers_shrink_with_the_response() -> None:
    found = adjusted_wald(Counts(18, 36, 66), population=200)
    assert found is not None
    assert [found.low, found.high] == pytest.approx([31.3, 47.9], abs=0.05)


@pytest.mark.parametrize("counts", [Counts(18, 36, 66), Counts(0, 0, 1), Counts(3, 0, 0)])
def test_when_everyone_answered_nothing_is_uncertain(counts: Counts) -> None:
    found = adjusted_wald(counts, population=counts.n)
    assert found is not None
    assert [found.low, found.high] == pytest.approx([nps(counts)] * 2)


def test_a_list_shorter_than_its_answers_is_refused() -> None:
    with pytest.raises(ValueError, match="120 answers from 119 customers"):
        adjusted_wald(Counts(18, 36, 66), population=119)


def test_without_answers_there_is_no_interval() -> None:
    nobody = Counts(0, 0, 0)
    assert adjusted_wald(nobody) is None
    assert adjusted_wald(nobody, population=200) is None
    assert bounds_of_silence(nobody, 0) is None
    assert wilson(0, 0) is None
    assert mean_t([(1, 0), (2, 0)]) is None


def test_bounds_of_silence() -> None:
    assert bounds_of_silence(Counts(18, 36, 66), 80) == Interval(-16, 64)
    assert bounds_of_silence(Counts(18, 36, 66), 0) == Interval(40, 40)
    assert bounds_of_silence(Counts(0, 0, 0), 7) == Interval(-100, 100)
    with pytest.raises(ValueError, match="-1 silent"):
        bounds_of_silence(Counts(1, 1, 1), -1)


@given(some_counts, st.integers(0, 300), st.integers(0, 300), st.integers(0, 300))
def test_whatever_the_silent_think_the_bounds_hold(counts: Counts, d: int, n: int, p: int) -> None:
    bounds = bounds_of_silence(counts, d + n + p)
    everyone = nps(counts + Counts(d, n, p))
    if bounds is None or everyone is None:
        assert counts.n + d + n + p == 0
        return
    assert bounds.low - 1e-9 <= everyone <= bounds.high + 1e-9


# Newcombe, Statistics in Medicine 17, 1998, table I, method 3 (score, no continuity correction).
@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_as_published(successes: int, n: int, low: float, high: float) -> None:
    found = wilson(successes, n)
    assert found is not None
    assert [found.low, found.high] == pytest.approx([low, high], abs=0.00006)


@given(st.integers(1, 2000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_holds_its_share_and_mirrors(case: tuple[int, int]) -> None:
    successes, n = case
    found, mirrored = wilson(successes, n), wilson(n - successes, n)
    assert found is not None
    assert mirrored is not None
    assert 0 <= found.low <= successes / n <= found.high <= 1
    assert found.width > 0
    assert [mirrored.low, mirrored.high] == pytest.approx([1 - found.high, 1 - found.low])


@pytest.mark.parametrize(("successes", "n"), [(-1, 5), (6, 5), (1, -5)])
def test_wilson_refuses_what_is_no_share(successes: int, n: int) -> None:
    with pytest.raises(ValueError, match="is no share"):
        wilson(successes, n)


def test_mean_t() -> None:
    # 5, 6, 6, 7: mean 6, s = sqrt(2/3), t(3) = 3.182446
    found = mean_t([(5, 1), (6, 2), (7, 1)])
    assert found is not None
    assert [found.low, found.high] == pytest.approx([6 - 1.29923, 6 + 1.29923], abs=1e-4)


@pytest.mark.parametrize("pairs", [[(5, 1)], [(6, 40)], [(6, 40), (7, 0)]])
def test_a_mean_of_equal_answers_has_no_interval(pairs: list[tuple[int, int]]) -> None:
    assert mean_t(pairs) is None


def test_limits_are_shown_not_a_margin() -> None:
    assert Interval(-6.2, 39.6).shown() == "-6 to +40"
