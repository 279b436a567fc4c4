import pytest

from scoring import (
    CES_EFFORT_SCALE,
    CES_SCALE,
    CSAT_SCALE,
    NPS_SCALE,
    Answers,
    Band,
    Category,
    Scale,
    category,
    ces,
    csat,
    favourable_share,
    wilson,
)

BANDS = {
    NPS_SCALE: "0000000--11",
    CSAT_SCALE: "00-11",
    CES_SCALE: "000-111",
    CES_EFFORT_SCALE: "11-00",
}
MEANING = {"0": Band.UNFAVOURABLE, "-": Band.NEUTRAL, "1": Band.FAVOURABLE}


@pytest.mark.parametrize("scale", BANDS, ids=str)
def test_what_each_answer_of_a_scale_means(scale: Scale) -> None:
    scores = range(scale.minimum, scale.maximum + 1)
    assert [scale.band(score) for score in scores] == [MEANING[mark] for mark in BANDS[scale]]


def test_the_nps_scale_has_the_categories_as_bands() -> None:
    same = {Category.DETRACTOR: "unfavourable", Category.PASSIVE: "neutral", Category.PROMOTER: "favourable"}
    assert all(same[category(score)] == NPS_SCALE.band(score) for score in range(11))


@pytest.mark.parametrize("score", [0, 6, 3.5, True, "4", None])
def test_a_scale_takes_its_own_whole_numbers_only(score: int) -> None:
    assert not CSAT_SCALE.accepts(score)
    with pytest.raises(ValueError, match="whole number from 1 to 5"):
        CSAT_SCALE.band(score)


@pytest.mark.parametrize(("low_to", "high_from"), [(0, 4), (4, 4), (2, 6)])
def test_a_scale_with_impossible_boxes_is_refused(low_to: int, high_from: int) -> None:
    with pytest.raises(ValueError, match="the low box must end below the high one"):
        Scale(1, 5, low_to, high_from)


def test_csat_is_the_share_of_the_two_top_boxes() -> None:
    found = csat(Answers.from_histogram(CSAT_SCALE, {5: 35, 4: 25, 3: 20, 2: 10, 1: 10}))
    limits = wilson(60, 100)
    assert found is not None
    assert limits is not None
    assert (found.counted, found.n, found.percent) == (60, 100, 60)
    assert [found.interval.low, found.interval.high] == pytest.approx([100 * limits.low, 100 * limits.high])


@pytest.mark.parametrize("scale", [Scale(1, 10, 4, 9), CES_SCALE, CES_EFFORT_SCALE], ids=str)
def test_csat_refuses_another_scale(scale: Scale) -> None:
    with pytest.raises(ValueError, match="CSAT counts the 4 and 5"):
        csat(Answers.from_scores(scale, [1, 5]))


def test_scales_are_never_mixed() -> None:
    five, ten = Answers.from_scores(CSAT_SCALE, [4]), Answers.from_scores(Scale(1, 10, 4, 9), [4])
    assert (five + five).times == (0, 0, 0, 2, 0)
    with pytest.raises(ValueError, match="answers on 1-5 and on 1-10 cannot be mixed"):
        five + ten


def test_off_scale_answers_leave_n() -> None:
    assert Answers.from_scores(CSAT_SCALE, [0, 1, 5, 6, 4.5, None]).times == (1, 0, 0, 0, 1)


@pytest.mark.parametrize(
    ("times", "said"), [((1, 2), "2 counts for a scale of 1-5"), ((0, 0, 0, 0, -1), "counts")]
)
def test_answers_are_counts_for_every_score(times: tuple[int, ...], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Answers(CSAT_SCALE, times)


def test_ces_gives_mean_with_limits_and_who_agrees() -> None:
    found = ces(Answers.from_histogram(CES_SCALE, {5: 1, 6: 2, 7: 1, 2: 1}))
    assert found is not None
    assert found.mean_interval is not None
    # Mean 5.2, s = sqrt(3.7), t(4) = 2.776445; the upper limit would be 7.59 and ends at the scale.
    assert (found.n, found.mean, found.easy.percent) == (5, 5.2, 80)
    assert [found.mean_interval.low, found.mean_interval.high] == pytest.approx([2.8116, 7], abs=1e-4)


def test_on_the_effort_scale_low_is_easy() -> None:
    found = ces(Answers.from_scores(CES_EFFORT_SCALE, [1, 2, 2, 3, 5]))
    assert found is not None
    assert (found.mean, found.easy.counted) == (2.6, 3)


def test_equal_answers_give_a_mean_without_an_interval() -> None:
    found = ces(Answers.from_scores(CES_SCALE, [7] * 12))
    assert found is not None
    assert (found.mean, found.mean_interval) == (7, None)
    assert found.easy.interval.low < 80


@pytest.mark.parametrize("scale", [CSAT_SCALE, CES_SCALE], ids=str)
def test_no_answers_give_nothing(scale: Scale) -> None:
    nobody = Answers.from_scores(scale, [])
    assert (nobody.mean, favourable_share(nobody), ces(nobody)) == (None, None, None)
