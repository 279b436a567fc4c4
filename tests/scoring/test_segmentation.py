import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring import Counts, Segment, Unlisted, Visibility, adjusted_wald, pooled, segments, visibility

some_groups = st.lists(st.builds(Counts, *[st.integers(0, 8)] * 3), max_size=8).map(
    lambda groups: {f"group {number}": counts for number, counts in enumerate(groups)}
)


def _seen(groups: dict[str, Counts]) -> dict[str, Visibility]:
    return {segment.label: segment.visibility for segment in segments(groups)}


@pytest.mark.parametrize(
    ("n", "seen"),
    [
        (0, Visibility.HIDDEN),
        (4, Visibility.HIDDEN),
        (5, Visibility.COUNTS_ONLY),
        (9, Visibility.COUNTS_ONLY),
        (10, Visibility.INDICATIVE),
        (29, Visibility.INDICATIVE),
        (30, Visibility.FULL),
    ],
)
def test_thresholds(n: int, seen: Visibility) -> None:
    assert visibility(n) is seen


def test_what_may_not_be_shown_is_not_there() -> None:
    hidden, also_hidden, counted, scored = segments(
        {
            "two": Counts(2, 0, 0),
            "three": Counts(1, 1, 1),
            "nine": Counts(3, 3, 3),
            "forty": Counts(10, 10, 20),
        }
    )
    assert hidden == Segment("two", 2, Visibility.HIDDEN)
    assert also_hidden == Segment("three", 3, Visibility.HIDDEN)
    assert counted == Segment("nine", 9, Visibility.COUNTS_ONLY, counts=Counts(3, 3, 3))
    assert (scored.nps, scored.interval) == (25, adjusted_wald(Counts(10, 10, 20)))
    assert scored.against_rest is not None
    assert scored.against_rest.second == Counts(6, 4, 4)


def test_the_smallest_other_group_hides_the_last_hidden_one() -> None:
    seen = _seen({"small": Counts(3, 0, 0), "middle": Counts(4, 4, 4), "large": Counts(20, 20, 20)})
    assert seen == {"small": Visibility.HIDDEN, "middle": Visibility.HIDDEN, "large": Visibility.FULL}


def test_why_a_large_group_is_hidden_is_said() -> None:
    small, large = segments({"small": Counts(3, 0, 0), "large": Counts(20, 20, 20)})
    assert (small.reveals_another, large.reveals_another) == (False, True)
    assert (large.n, large.counts, large.nps, large.against_rest) == (60, None, None, None)


def test_two_groups_of_one_need_a_third() -> None:
    seen = _seen({"a": Counts(1, 0, 0), "b": Counts(0, 0, 1), "c": Counts(2, 2, 2), "d": Counts(9, 9, 9)})
    assert [label for label, each in seen.items() if each is Visibility.HIDDEN] == ["a", "b", "c"]


def test_an_empty_group_protects_nobody() -> None:
    seen = _seen({"empty": Counts(0, 0, 0), "small": Counts(3, 0, 0), "large": Counts(20, 20, 20)})
    assert seen["large"] is Visibility.HIDDEN


def test_an_empty_group_needs_no_protection() -> None:
    assert _seen({"empty": Counts(0, 0, 0), "large": Counts(20, 20, 20)})["large"] is Visibility.FULL


def test_without_a_total_on_show_nothing_gives_the_small_group_away() -> None:
    small, large = segments({"small": Counts(3, 0, 0), "large": Counts(20, 20, 20)}, total_is_shown=False)
    assert (small.visibility, large.visibility) == (Visibility.HIDDEN, Visibility.FULL)
    assert large.against_rest is None


@given(some_groups)
def test_without_a_total_a_comparison_holds_only_what_is_shown(groups: dict[str, Counts]) -> None:
    found = segments(groups, total_is_shown=False)
    shown = pooled(segment.counts for segment in found if segment.counts is not None)
    for segment in found:
        if segment.against_rest is not None:
            assert segment.against_rest.first + segment.against_rest.second == shown


@given(some_groups)
def test_total_minus_shown_never_speaks_about_fewer_than_five_nor_about_one_small_group(
    groups: dict[str, Counts],
) -> None:
    found = segments(groups)
    shown = pooled(segment.counts for segment in found if segment.counts is not None)
    remainder = pooled(groups.values()) - shown
    hidden = [groups[segment.label].n for segment in found if segment.counts is None and segment.n]
    small = [n for n in hidden if n < 5]
    everything_is_hidden = shown.n == 0
    if small and not everything_is_hidden:
        assert remainder.n >= 5
        assert len(hidden) >= 2


@pytest.mark.parametrize(
    ("groups", "named", "others", "together"),
    [
        # numbers 2.1: two people without a region hid 102 answers
        (
            {"": Counts(1, 1, 0), "Midden": Counts(30, 33, 39), "Noord": Counts(200, 50, 600)},
            ("Midden",),
            1,
            (31, 34, 39),
        ),
        (
            {"Noord": Counts(100, 100, 200), "Zuid": Counts(90, 90, 120), "": Counts(0, 1, 0)},
            ("Zuid",),
            1,
            (90, 91, 120),
        ),
        ({"a": Counts(1, 1, 1), "b": Counts(0, 2, 1), "c": Counts(9, 9, 9)}, (), 2, (1, 3, 2)),
        # numbers 2.11: seven of seven detractors would say what each of them answered
        (
            {"A": Counts(3, 0, 0), "B": Counts(4, 0, 0), "C": Counts(0, 0, 20), "D": Counts(0, 21, 0)},
            ("C",),
            2,
            (7, 0, 20),
        ),
    ],
)
def test_what_is_not_shown_by_itself_is_shown_together(
    groups: dict[str, Counts], named: tuple[str, ...], others: int, together: tuple[int, int, int]
) -> None:
    found = segments(groups).together
    assert found is not None
    assert (found.named, found.others, found.counts) == (named, others, Counts(*together))


@pytest.mark.parametrize(
    "groups",
    [
        {"Noord": Counts(100, 100, 200), "": Counts(0, 1, 0)},  # together they are the total
        {"a": Counts(1, 0, 1)},
        {"a": Counts(9, 9, 9), "b": Counts(8, 8, 8)},
    ],
)
def test_nothing_is_together_where_that_says_nothing_more(groups: dict[str, Counts]) -> None:
    assert segments(groups).together is None


@given(some_groups, some_groups)
def test_rows_and_total_agree_and_the_rest_tells_of_nobody_what_they_said(
    groups: dict[str, Counts], others: dict[str, Counts]
) -> None:
    unlisted = Unlisted(sum(1 for each in others.values() if each.n), pooled(others.values()))
    found = segments(groups, unlisted=unlisted)
    shown = [segment.counts for segment in found if segment.counts is not None]
    if found.together is None:
        assert not shown or pooled(shown) == pooled((*groups.values(), *others.values()))
        return
    rest = found.together.counts
    assert pooled(shown) + rest == pooled((*groups.values(), *others.values()))
    if any(0 < groups[one.label].n < 5 for one in found):
        assert max(rest.detractors, rest.passives, rest.promoters) < rest.n


@given(some_groups)
def test_every_group_is_there_once_in_order_and_never_shows_more_than_its_size_allows(
    groups: dict[str, Counts],
) -> None:
    found = segments(groups)
    assert [segment.label for segment in found] == list(groups)
    for segment in found:
        assert segment.visibility in (Visibility.HIDDEN, visibility(groups[segment.label].n))
        assert (segment.counts is None) == (segment.visibility is Visibility.HIDDEN)
        assert (segment.nps is not None) == segment.visibility.has_score
        assert segment.against_rest is None or segment.visibility.has_score


@pytest.mark.parametrize(
    ("unlisted", "seen"),
    [
        (Unlisted(1, Counts(2, 1, 1)), Visibility.HIDDEN),  # total minus shown is that one group
        (Unlisted(3, Counts(2, 1, 1)), Visibility.HIDDEN),  # … is fewer than five people
        (Unlisted(2, Counts(2, 1, 2)), Visibility.COUNTS_ONLY),
        (Unlisted(1, Counts(2, 1, 2)), Visibility.COUNTS_ONLY),
        (Unlisted(0, Counts(0, 0, 0)), Visibility.COUNTS_ONLY),
    ],
)
def test_groups_that_are_not_listed_are_no_more_given_away_than_hidden_ones(
    unlisted: Unlisted, seen: Visibility
) -> None:
    large, smallest = segments({"large": Counts(9, 9, 9), "smallest": Counts(2, 2, 2)}, unlisted=unlisted)
    assert (large.visibility, smallest.visibility) == (Visibility.INDICATIVE, seen)


def test_groups_that_are_not_listed_protect_a_small_one() -> None:
    groups = {"large": Counts(9, 9, 9), "small": Counts(1, 0, 0)}
    large, _ = segments(groups, unlisted=Unlisted(7, Counts(0, 0, 7)))
    assert large.visibility is Visibility.INDICATIVE
    assert large.against_rest is not None
    assert large.against_rest.second == Counts(1, 0, 7)
    assert large.against_rest.among == 1


@given(some_groups, some_groups)
def test_total_minus_shown_is_never_few_when_groups_are_not_listed(
    groups: dict[str, Counts], others: dict[str, Counts]
) -> None:
    unlisted = Unlisted(sum(1 for each in others.values() if each.n), pooled(others.values()))
    found = segments(groups, unlisted=unlisted)
    shown = [segment.counts for segment in found if segment.counts is not None]
    unseen = [groups[segment.label].n for segment in found if segment.counts is None and segment.n]
    people = sum(unseen) + unlisted.counts.n
    if shown and pooled(shown).n and any(n < 5 for n in unseen):
        assert people >= 5
        assert len(unseen) + unlisted.groups >= 2
    if shown and unlisted.counts.n:
        assert people >= 5


def test_ten_thousand_values_of_an_attribute() -> None:
    found = segments({f"value {number}": Counts(1, 0, 2) for number in range(10_000)})
    assert {segment.visibility for segment in found} == {Visibility.HIDDEN}
