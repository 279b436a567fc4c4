import pytest

from scoring import Dispositions, Selection, rates, selection

# 200 listed, 4 wrong numbers, 196 sent, 190 delivered, 120 scored, 84 of them with a reason.
WAVE = Dispositions(
    completed=84,
    started=36,
    refused=5,
    unscored=11,
    silent=54,
    unknown=4,
    undelivered=2,
    not_eligible=4,
    skipped=30,
    opt_outs=7,
)


def test_each_rate_names_what_it_counts_and_out_of_what() -> None:
    of = rates(WAVE)
    assert [str(each) for each in (of.delivery, of.response, of.response_of_delivered)] == [
        "delivery rate: 96.9% (190 delivered of 196 invited)",
        "response rate: 61.2% (120 scored of 196 invited)",
        "response rate of the delivered: 63.2% (120 scored of 190 delivered)",
    ]
    assert [str(each) for each in (of.complete, of.completion, of.opt_out)] == [
        "complete rate: 42.9% (84 complete of 196 invited)",
        "completion rate: 70.0% (84 complete of 120 scored)",
        "opt-out rate: 3.7% (7 opted out of 190 delivered)",
    ]


def test_the_silent_of_the_bounds_are_all_invited_without_a_score() -> None:
    assert WAVE.without_score == 76
    assert WAVE.without_score + WAVE.scored == WAVE.invited


def test_wrong_persons_and_skipped_ones_are_in_no_denominator() -> None:
    fewer = Dispositions(completed=1, not_eligible=9, skipped=9)
    assert {rate.denominator for rate in (rates(fewer).response, rates(fewer).delivery)} == {1}


def test_a_wave_that_asked_nobody_has_no_rates() -> None:
    of = rates(Dispositions(skipped=3))
    assert of.response.value is None
    assert str(of.response) == "response rate: nobody invited yet"


@pytest.mark.parametrize(
    ("given", "said"),
    [({"silent": -1}, "silent is -1"), ({"silent": 2, "opt_outs": 3}, "3 opt-outs of 2 delivered")],
)
def test_impossible_numbers_are_refused(given: dict[str, int], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Dispositions(**given)


def test_selection_shows_by_manager_who_was_left_out_and_why() -> None:
    rows = [
        ("north", None, 40),
        ("south", "asked recently", 2),
        ("south", "excluded by its account manager", 9),
        ("south", None, 9),
        ("north", "asked recently", 10),
        ("north", "asked recently", 1),
    ]
    north, south = selection(rows)
    assert north == Selection("north", 40, {"asked recently": 11})
    assert list(south.skipped.items()) == [("excluded by its account manager", 9), ("asked recently", 2)]
    assert str(south.skip_rate) == "skip rate: 55.0% (11 skipped of 20 in the audience)"
    assert selection([]) == ()
