import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring import (
    Contrast,
    Counts,
    Finding,
    compare,
    compare_with_rest,
    holm,
    holm_corrected,
    shown_limit,
)

answered = st.builds(Counts, *[st.integers(0, 300)] * 3).filter(lambda counts: counts.n > 0)


def test_the_published_example() -> None:
    # GoToMeeting against WebEx, measuringu.com/nps-significance-test: z = .93, p = .353
    found = compare(Counts(8, 13, 15), Counts(12, 7, 12))
    assert found is not None
    assert (round(found.z, 2), round(found.p, 3)) == (0.93, 0.353)
    assert [found.adjusted_difference, found.standard_error] == pytest.approx([17.9487, 19.3237], abs=1e-4)
    assert [found.interval.low, found.interval.high] == pytest.approx([-19.925, 55.8225], abs=1e-3)
    assert found.difference == pytest.approx(700 / 36)


@given(answered, answered)
def test_the_order_only_turns_the_sign(a: Counts, b: Counts) -> None:
    one, other = compare(a, b), compare(b, a)
    assert one is not None
    assert other is not None
    assert one.z == pytest.approx(-other.z)
    assert one.p == pytest.approx(other.p)
    assert one.interval.low == pytest.approx(-other.interval.high)
    # One exact zero apart, test and interval say the same.
    assert (one.p < 0.05) == (0 not in one.interval)


@given(answered)
def test_a_group_never_differs_from_its_twin(counts: Counts) -> None:
    found = compare(counts, counts)
    assert found is not None
    assert found.finding is Finding.NO_EVIDENCE
    assert found.p == pytest.approx(1)


def test_an_empty_side_cannot_be_compared() -> None:
    assert compare(Counts(0, 0, 0), Counts(1, 1, 1)) is None
    assert compare(Counts(1, 1, 1), Counts(0, 0, 0)) is None


@pytest.mark.parametrize(
    ("first", "second", "contrast", "sentence"),
    [
        (
            Counts(20, 43, 37),
            Counts(24, 42, 34),
            Contrast.MOMENTS,
            "No evidence of a change: +17 against +10 (95% interval of the change: -14 to +27 points).",
        ),
        (
            Counts(60, 100, 240),
            Counts(120, 130, 150),
            Contrast.MOMENTS,
            "Up: +45 against +8 (95% interval of the change: +26 to +48 points).",
        ),
        (
            Counts(30, 15, 5),
            Counts(10, 20, 20),
            Contrast.GROUPS,
            "Lower: -50 against +20 (95% interval of the difference: -93 to -39 points).",
        ),
    ],
)
def test_sentences(first: Counts, second: Counts, contrast: Contrast, sentence: str) -> None:
    found = compare(first, second)
    assert found is not None
    assert found.sentence(contrast) == sentence


@given(answered, answered, st.sampled_from(Contrast))
def test_no_sentence_ever_claims_that_nothing_changed(a: Counts, b: Counts, contrast: Contrast) -> None:
    found = compare(a, b)
    assert found is not None
    said = found.sentence(contrast).lower()
    assert "no change" not in said
    assert "no difference" not in said
    assert ("no evidence" in said) or found.p < 0.05
    assert found.p >= 0.05 or "no evidence" not in said or found.difference * found.adjusted_difference <= 0


@given(answered, answered, st.sampled_from([0.5, 0.8, 0.95]))
def test_a_finding_never_contradicts_the_two_scores(a: Counts, b: Counts, confidence: float) -> None:
    found = compare(a, b, confidence)
    assert found is not None
    if found.finding is not Finding.NO_EVIDENCE:
        assert (found.finding is Finding.HIGHER) == (found.difference > 0)


def test_one_promoter_is_not_lower_than_many() -> None:
    found = compare(Counts(0, 0, 1), Counts(0, 0, 1000))
    assert found is not None
    assert found.p < 0.05
    assert found.sentence().startswith("No evidence of a change: +100 against +100")


def test_holm_as_in_r() -> None:
    # p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm") of R
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([]) == []
    assert holm([0.4, 0.9]) == pytest.approx([0.8, 0.9])


@given(st.lists(st.floats(0, 1), max_size=30))
def test_holm_only_raises_and_keeps_the_order(p_values: list[float]) -> None:
    corrected = holm(p_values)
    assert all(p <= after <= 1 for p, after in zip(p_values, corrected, strict=True))
    by_size = sorted(zip(p_values, corrected, strict=True))
    assert [after for _, after in by_size] == sorted(corrected)
    # No harsher than Bonferroni.
    assert all(after <= min(1, p * len(p_values)) for p, after in zip(p_values, corrected, strict=True))


def test_holm_refuses_what_is_no_p_value() -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        holm([0.2, 1.5])


def test_one_of_many_is_judged_more_strictly() -> None:
    groups = {f"branch {number}": Counts(10, 20, 20) for number in range(9)}
    groups["branch 9"] = Counts(18, 18, 14)
    alone = compare(groups["branch 9"], Counts(90, 180, 180))
    among = compare_with_rest(groups)["branch 9"]
    assert alone is not None
    assert alone.finding is Finding.LOWER
    assert among.p == pytest.approx(alone.p)
    assert among.adjusted_p == pytest.approx(10 * alone.p)
    assert among.finding is Finding.NO_EVIDENCE
    assert "10 comparisons allowed for" in among.sentence(Contrast.GROUPS)


def test_two_groups_are_one_comparison() -> None:
    found = compare_with_rest({"north": Counts(10, 20, 20), "south": Counts(25, 20, 5)})
    assert found["north"].z == pytest.approx(-found["south"].z)
    assert found["north"].adjusted_p == found["north"].p
    assert found["north"].among == 1


def test_groups_that_are_not_tested_still_belong_to_the_rest() -> None:
    groups = {"a": Counts(1, 1, 20), "b": Counts(9, 9, 9), "c": Counts(2, 0, 0), "d": Counts(0, 0, 0)}
    found = compare_with_rest(groups, tested=["a", "b"])
    assert list(found) == ["a", "b"]
    assert found["a"].second == Counts(11, 9, 9)


def test_a_group_without_answers_or_without_a_rest_is_absent() -> None:
    assert compare_with_rest({"only": Counts(5, 5, 5), "empty": Counts(0, 0, 0)}) == {}
    assert holm_corrected({}) == {}


def test_rounding_keeps_the_verdict() -> None:  # numbers 2.4
    found = compare(Counts(10, 25, 15), Counts(20, 40, 60))
    assert found is not None
    assert found.finding is Finding.LOWER
    assert -0.5 < found.interval.high < 0
    assert found.sentence() == "Down: +10 against +33 (95% interval of the change: -46 to -0.1 points)."


@pytest.mark.parametrize(
    ("limit", "text"),
    [
        (0.04, "+0.1"),
        (-0.04, "-0.1"),
        (0.4, "+0.4"),
        (0.42, "+0.5"),
        (-0.5, "-1"),
        (0.3, "+0.3"),
        (14.2, "+14"),
    ],
)
def test_a_limit_of_a_finding_is_never_zero(limit: float, text: str) -> None:
    assert shown_limit(limit) == text
