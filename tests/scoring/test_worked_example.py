"""The example of docs/statistics.md, computed anew: its table must come out, row by row, and nothing else."""

import doctest

import pytest

import scoring
from scoring import (
    CSAT_SCALE,
    Answers,
    Benchmark,
    Counts,
    Dispositions,
    Duration,
    Shared,
    Vocabulary,
    adjusted_wald,
    bounds_of_silence,
    by_account,
    compare,
    csat,
    distance,
    durations,
    impact,
    impact_interval,
    nps,
    nps_without,
    pooled,
    rates,
    recovery,
    sample_size,
    share,
    shown,
    telling_words,
    theme_cells,
    variance,
)
from tests.support.worked_example import PAGE, table


def _accounts(*alike: tuple[int, tuple[int, int, int]]) -> list[Counts]:
    return [Counts(*each) for times, each in alike for _ in range(times)]


def _computed() -> dict[str, str]:
    wave = Dispositions(
        completed=84,
        started=36,
        refused=5,
        unscored=11,
        silent=54,
        unknown=4,
        undelivered=2,
        not_eligible=4,
        opt_outs=7,
    )
    spring, autumn, before = Counts(18, 36, 66), Counts(22, 40, 58), Counts(24, 42, 34)
    with_reason, delivery = Counts(14, 24, 46), Counts(9, 3, 2)
    interval, listed = adjusted_wald(spring), adjusted_wald(spring, population=wave.invited)
    bounds, spread = bounds_of_silence(spring, wave.without_score), variance(spring)
    to_autumn, to_spring = compare(spring, autumn), compare(spring, before)
    cost = impact_interval(with_reason, delivery)
    away = distance(spring, Benchmark("all sectors", 17, 2025, "Integron", "B2B, Netherlands"))
    now = _accounts((6, (2, 1, 0)), (12, (0, 0, 3)), (15, (0, 1, 2)), (6, (1, 2, 0)), (1, (0, 3, 0)))
    then = _accounts((6, (2, 1, 0)), (10, (0, 0, 3)), (14, (0, 1, 2)), (10, (1, 2, 0)))
    accounts = by_account(now)
    by_accounts = compare(spring, autumn, shared=Shared.of(list(zip(now, then, strict=True))))
    assert pooled(then) == autumn
    assert by_accounts is not None
    assert accounts is not None
    assert accounts.answers == spring
    assert interval and listed and bounds and spread and to_autumn and to_spring and cost and away  # noqa: PT018
    of = rates(wave)
    return {
        "NPS": shown(nps(spring)),
        "interval, 95%": interval.shown(),
        f"interval for exactly these {wave.invited} customers": listed.shown(),
        f"if the {wave.without_score} silent ones were all detractors, or all promoters": bounds.shown(),
        **dict(str(rate).split(": ") for rate in (of.delivery, of.response, of.complete, of.opt_out)),
        "against the autumn before": to_autumn.sentence(),
        "against the spring before": to_spring.sentence(),
        "answers needed for ±10 next time": str(sample_size(10, spread)),
        "answers needed for ±10 whatever the score": str(sample_size(10)),
        "NPS of those who gave a reason": shown(nps(with_reason)),
        "the same without those who speak of delivery": shown(nps_without(with_reason, delivery)),
        "impact of delivery": f"{shown(impact(with_reason, delivery))} ({cost.shown()})",
        f"the same 120 answers by their {accounts.accounts} accounts, three people each": (
            f"{shown(nps(accounts.answers))} ({accounts.of_people.shown()})"
        ),
        "against the autumn before, by 40 accounts in both": by_accounts.sentence(),
        "with one vote an account": f"{shown(accounts.nps)} ({accounts.interval.shown()})",
        "distance to a benchmark of +17": away.sentence.split(" +17")[0],
    }


def test_the_table_of_the_page() -> None:
    assert table() == _computed()


def test_the_word_of_the_page() -> None:
    others = {f"word {place}": 50 for place in range(30)}
    (found,) = telling_words(Vocabulary(100, others | {"portal": 14}), Vocabulary(100, others))
    assert table("| a word | value |") == {
        "portal, 14 of 100 against 0 of 100: p": f"{found.adjusted_p / 31:.5f}",
        "log-odds z, 1,514 and 1,500 words": f"{found.z:.1f}",
    }


def test_the_themes_of_two_groups() -> None:
    (one,) = theme_cells(
        {"North": Counts(40, 30, 50), "South": Counts(30, 40, 110)},
        {"delivery": {"North": Counts(36, 6, 6), "South": Counts(10, 6, 11)}},
    ).cells
    assert one.cost is not None
    often, cost = one.often.shift, one.cost.shift
    assert table("| North against South | value |") == {
        "named in North and South": f"{100 * one.named / one.n:.0f}% and {100 * one.other_named / one.other_n:.0f}%",
        "more often": f"{shown(often.difference)} percentage points ({often.interval.shown()})",
        "impact in North and South": f"{shown(one.impact)} and {shown(one.other_impact)} points",
        "costs more": f"{shown(cost.difference)} points ({cost.interval.shown()})",
        "larger p, after Holm": f"{max(one.often.adjusted_p, one.cost.adjusted_p):.6f}",
    }


def test_the_follow_up_of_the_page() -> None:
    hours = [(1, 1), (2, 3), (4, 4), (9, 5), (26, 3)]
    taken = durations(
        [
            *(Duration(time) for time, times in hours for _ in range(times)),
            *(Duration(time, ended=False) for time in (3, 50)),
        ]
    )
    in_time = share(sum(times for time, times in hours if time <= 4), 17)
    changed = recovery(_pairs())
    assert in_time is not None
    assert changed is not None
    low, high = (f"{limit:.0f}%" for limit in (in_time.interval.low, in_time.interval.high))
    assert table("| what of the follow-up | value |") == {
        "half of all are taken within": f"{taken.median:g} hours",
        "nine of ten are taken within": f"{taken.ninetieth:g} hours",
        "taken in time": f"{in_time.percent:.0f}% of {in_time.n} ({low} to {high})",
        "change of the twelve": f"{shown(changed.change)} ({changed.interval.shown()})",
    }
    assert taken.n == 18


def _pairs() -> list[tuple[int, int]]:
    """The scores of the page, before and after."""
    before, after = (
        [int(cell) for cell in line.split("|")[2:-1]]
        for line in PAGE.read_text("utf-8").splitlines()
        if line.startswith(("| before |", "| after |"))
    )
    return list(zip(before, after, strict=True))


def test_the_example_of_the_package() -> None:
    assert doctest.testmod(scoring) == (0, 3)


def test_the_numbers_in_the_text() -> None:
    text = PAGE.read_text("utf-8")
    ten_of_ten, small, large = adjusted_wald(Counts(0, 0, 10)), Counts(0, 0, 10), Counts(50, 30, 10)
    satisfied = csat(Answers.from_histogram(CSAT_SCALE, {5: 35, 4: 25, 3: 20, 2: 12, 1: 8}))
    assert ten_of_ten is not None
    assert satisfied is not None
    assert f"it says {ten_of_ten.shown()}" in " ".join(text.split())
    assert [shown(nps(large)), shown(nps(pooled([small, large])))] == ["-44", "-30"]
    assert [satisfied.percent, satisfied.interval.low, satisfied.interval.high] == pytest.approx(
        [60, 50, 69], abs=0.3
    )
