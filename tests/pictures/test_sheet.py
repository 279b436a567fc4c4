"""What is on the sheets: words, bars, dots and their places."""

import warnings
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from bot.commands.replies.segment import segment_lines
from bot.dialogue.kinds import SurveyKind
from bot.pictures.report import LOOKS, report_sheet
from bot.pictures.rows import themes_sheet
from bot.pictures.scale import WHOLE, close_up
from bot.pictures.sheet import WIDTH
from bot.pictures.trend import MOST_WAVES, trend_sheet
from bot.reports.values import MOST_SEGMENTS
from scoring import Interval
from tests.support.example_pictures import (
    SPRING,
    WAVES,
    against_autumn,
    by_team,
    report,
    scores,
    themes,
    trend,
)
from tests.support.sheets import MILLION, NASTY, bars, lines, phrasing, places, segments, words

# ---------------------------------------------------------------------------------------------- a report


def test_a_report_says_its_score_and_its_groups() -> None:
    found = words(report_sheet(phrasing(), against_autumn()))
    for said in (
        "customers, wave 2",
        "NPS +40",
        "(+26 to +52), n = 120",
        "○ wave 1: +30 (+16 to +43), n = 120",
        *("Detractors", "15%", "n = 18"),
        *("Passives", "30%", "n = 36"),
        *("Promoters", "55%", "n = 66"),
    ):
        assert said in found


def test_the_bars_are_as_high_as_their_numbers() -> None:
    sheet = report_sheet(phrasing(), report(scores(SPRING)))
    found = bars(sheet)
    assert {gid: bar.get_height() for gid, bar in found.items()} == {
        f"bar {score}": times for score, times in enumerate(SPRING) if times
    }
    for score, times in enumerate(SPRING):
        if times:
            assert found[f"bar {score}"].get_x() + found[f"bar {score}"].get_width() / 2 == pytest.approx(
                score
            )
            look = LOOKS[0 if score <= 6 else 2 if score >= 9 else 1]
            assert found[f"bar {score}"].get_hatch() == look.hatch
    labels = {str(text.get_gid()): text.get_text() for text in sheet.figure.texts if text.get_gid()}
    assert labels == {f"times {score}": str(times) for score, times in enumerate(SPRING)}


def test_the_dots_are_where_the_scores_are() -> None:
    sheet = report_sheet(phrasing(), against_autumn())
    now, before = lines(sheet, "dot")
    assert places(now)[0] == [40.0]
    assert places(before)[0] == [30.0]
    interval = scores(SPRING).interval
    assert interval is not None
    assert places(lines(sheet, "interval")[0])[0] == [interval.low, interval.high]
    assert sheet.figure.axes[0].get_xlim() == (-100, 100)


def test_numbers_that_would_be_too_small_become_percentages() -> None:
    sheet = report_sheet(phrasing("nl"), report(scores(MILLION)))
    labels = {str(text.get_gid()): text.get_text() for text in sheet.figure.texts if text.get_gid()}
    assert labels["times 9"] == "38,6%"


@pytest.mark.parametrize(
    ("kind", "times", "limits", "marks", "names"),
    [
        (
            "csat",
            (3, 5, 9, 40, 40),
            (0, 100),
            ["0%", "25%", "50%", "75%", "100%"],
            ["Dissatisfied", "Neutral", "Satisfied"],
        ),
        ("ces", (1, 2, 2, 5, 9, 20, 14), (1, 7), list("1234567"), ["Not easy", "Neutral", "Easy"]),
    ],
)
def test_other_kinds_have_their_own_scale(
    kind: SurveyKind, times: tuple[int, ...], limits: tuple[int, int], marks: list[str], names: list[str]
) -> None:
    sheet = report_sheet(phrasing(), report(scores(times, kind)))
    axes = sheet.figure.axes[0]
    assert axes.get_xlim() == limits
    assert [label.get_text() for label in axes.get_xticklabels()] == marks
    assert [one for one in words(sheet) if one in names] == names
    assert len(bars(sheet)) == len(times)


@pytest.mark.parametrize(("times", "said"), [((0,) * 10 + (1,), True), (SPRING, False)])
def test_few_answers_are_marked(times: tuple[int, ...], said: bool) -> None:
    assert (
        "Fewer than 30 answers: an indication." in words(report_sheet(phrasing(), report(scores(times))))
    ) is said


# --------------------------------------------------------------------------------------------- segments


def test_a_segment_has_a_dot_only_where_its_score_may_be_shown() -> None:
    sheet = segments(by_team())
    dots = [places(dot)[0][0] for dot in lines(sheet, "dot")]
    assert dots == pytest.approx([46.48, -28.07, 40.48, 13.64], abs=0.01)
    rows = [places(dot)[1][0] for dot in lines(sheet, "dot")]
    assert rows == sorted(rows)
    (reference,) = lines(sheet, "all")
    assert places(reference)[0][0] == pytest.approx(18.93, abs=0.01)
    found = words(sheet)
    assert "all +19" in found
    assert "2 other groups together" in " ".join(found)
    assert "+46 ▲ (+29 to +60), n = 71" in found
    assert "-28 ▼ (-47 to -7), n = 57" in found
    assert found.count("n = 7") == 2
    assert not any("n = 3" in one or "n = 4" in one.split("n = 42") for one in found)


def test_twenty_five_segments_are_all_there() -> None:
    names = [f"Region {number}" for number in range(MOST_SEGMENTS)]
    sheet = segments(by_team(dict.fromkeys(names, SPRING)))
    assert [one for one in words(sheet) if one.startswith("Region")] == names
    rows = [places(dot)[1][0] for dot in lines(sheet, "dot")]
    assert len(rows) == MOST_SEGMENTS
    assert sheet.height < 3 * WIDTH
    assert min(after - before for before, after in pairwise(rows)) > 80, "two lines of text"


def test_odd_names_are_shown_as_they_are_and_without_a_warning() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        sheet = segments(by_team(dict.fromkeys(NASTY, SPRING)))
        sheet.png()
    found = words(sheet)
    assert "1. $x_1$ of $5" in found
    assert "2. £ ünïcode" in found
    assert "3. line break tab" in found
    assert "5. <b>&amp;</b>" in found
    assert any(one.startswith("WWW") and one.endswith("…") for one in found)


# ------------------------------------------------------------------------------------------------ trend


def test_a_trend_has_a_dot_a_wave() -> None:
    sheet = trend_sheet(phrasing(), trend())
    found = [places(dot) for dot in lines(sheet, "dot")]
    assert [x for (x,), _ in found] == [0, 1, 2, 3, 4]
    assert [round(y) for _, (y,) in found] == [-7, 10, -8, 30, 27]
    said = words(sheet)
    for one in (
        "customers: NPS by wave",
        "wave 5: NPS +27 (-2 to +50), n = 26",
        "+30 ▲",
        "120",
        "Apr",
        "2027",
    ):
        assert one in said
    low, high = sheet.figure.axes[0].get_ylim()
    assert (low, high) == (-25, 75)


def test_a_wave_without_answers_breaks_the_line() -> None:
    sheet = trend_sheet(phrasing(), trend([SPRING, (0,) * 11, SPRING]))
    (joined,) = lines(sheet, "joined")
    _, values = places(joined)
    assert np.isnan(values[1])
    assert len(lines(sheet, "dot")) == 2
    assert words(sheet).count("0") == 1


def test_many_waves_show_the_newest() -> None:
    sheet = trend_sheet(phrasing(), trend([SPRING] * 14))
    assert len(lines(sheet, "dot")) == MOST_WAVES
    found = words(sheet)
    assert "14" in found
    assert "5" not in found
    assert "5 earlier waves are left out here." in found


def test_when_nobody_answers_any_more() -> None:
    sheet = trend_sheet(phrasing(), trend([SPRING, *[(0,) * 11] * 10]))
    assert lines(sheet, "dot") == []
    assert "wave 1: NPS +40 (+26 to +52), n = 120" in words(sheet)
    assert sheet.figure.axes[0].get_ylim() == (-100, 100)


@pytest.mark.parametrize(
    ("kind", "seen", "low", "high"),
    [
        ("nps", [], -100, 100),
        ("nps", [Interval(-2, 50)], -25, 50),
        ("nps", [Interval(31, 38)], 0, 75),
        ("nps", [Interval(96, 100)], 50, 100),
        ("nps", [Interval(-100, 100)], -100, 100),
        ("csat", [Interval(80, 90)], 75, 100),
        ("ces", [Interval(6.5, 7)], 5, 7),
    ],
)
def test_a_close_up_holds_every_interval(
    kind: SurveyKind, seen: list[Interval], low: float, high: float
) -> None:
    found = close_up(kind, seen)
    assert (found.low, found.high) == (low, high)
    assert all(found.low <= one.low and one.high <= found.high for one in seen)
    assert WHOLE[kind].low <= found.ticks[0] < found.ticks[-1] <= WHOLE[kind].high


# ----------------------------------------------------------------------------------------------- themes


def test_themes_stand_around_zero() -> None:
    sheet = themes_sheet(phrasing(), themes())
    low, high = sheet.figure.axes[0].get_xlim()
    assert -low == high
    assert [round(places(dot)[0][0]) for dot in lines(sheet, "dot")] == [-12, -8, 4]
    assert "-12 ▼ (-19 to -4), n = 14" in words(sheet)
    assert "Price" not in words(sheet)


def test_themes_that_npsbot_brings_are_named_in_the_language_of_the_picture() -> None:
    named = replace(themes(), rows=tuple(replace(row, name=row.name.lower()) for row in themes().rows))
    assert {"levering", "communicatie", "ondersteuning"} <= set(words(themes_sheet(phrasing("nl"), named)))


@pytest.mark.parametrize("more", [0, 12])
def test_long_names_that_begin_alike_stay_different(more: int) -> None:  # numbers 2.9
    names = [f"Ministerie van Infrastructuur en Waterstaat, Rijkswaterstaat {one}" for one in range(3 + more)]
    found = [one for one in words(segments(by_team(dict.fromkeys(names, SPRING)))) if "…" in one]
    assert len(found) == len({*found}) == len(names)


def test_a_name_that_cannot_be_written_has_its_number_in_words_and_picture() -> None:  # numbers 2.9
    value = by_team({"北京科技有限公司": SPRING, "東京": WAVES[0], "Acme 大阪": WAVES[1]})
    found = words(segments(value))
    assert [one for one in found if one in ("1.", "2.", "3.", "2. Acme", "3. Acme")] == [
        "1.",
        "2.",
        "3. Acme",
    ]
    assert "□" not in "".join(found)
    assert value.segments is not None
    lines = [*segment_lines(phrasing(), value.segments)]
    assert [line.partition(":")[0] for line in lines[1:4]] == [
        "1. 北京科技有限公司",
        "2. 東京",
        "3. Acme 大阪",
    ]
