"""Everything in a picture is on the sheet, large enough, and to be seen by everybody."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from matplotlib.colors import to_rgb

from bot.dialogue.kinds import SurveyKind
from bot.pictures.report import LOOKS, report_sheet
from bot.pictures.sheet import PAPER, TEXT, WIDTH, Sheet, cut, fitting, lines_of, width_of, written
from bot.pictures.trend import trend_sheet
from bot.reports.values import MOST_SEGMENTS
from tests.support.example_pictures import by_team, report, scores, trend
from tests.support.sheets import NASTY, SHEETS, lines, phrasing, segments

# ----------------------------------------------------------------------------------------- for everybody


@pytest.mark.parametrize("language", ["en", "nl"])
@pytest.mark.parametrize("name", SHEETS)
def test_all_words_are_on_the_sheet_and_large_enough(name: str, language: str) -> None:
    assert_on_the_sheet(SHEETS[name](language))


def assert_on_the_sheet(sheet: Sheet) -> None:
    canvas: Any = sheet.figure.canvas
    for text in sheet.figure.texts:
        box = text.get_window_extent(canvas.get_renderer())
        assert box.x0 >= 20, text.get_text()
        assert box.x1 <= WIDTH - 20, text.get_text()
        assert box.y0 >= 20, text.get_text()
        assert box.y1 <= sheet.height - 20, text.get_text()
        assert float(text.get_fontsize()) * 100 / 72 >= 21, text.get_text()


names = st.text(max_size=50) | st.sampled_from(NASTY)
times = st.lists(st.integers(0, 3) | st.integers(0, 2_000_000), min_size=11, max_size=11).filter(any)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(times, names, st.sampled_from(["nps", "csat", "ces"]))
def test_whatever_was_answered_fits(times: list[int], campaign: str, kind: SurveyKind) -> None:
    found = scores(times[: {"nps": 11, "csat": 5, "ces": 7}[kind]], kind)
    value = report(found)
    value = replace(value, scope=replace(value.scope, campaign=campaign))
    if found.n:
        assert_on_the_sheet(report_sheet(phrasing(), value))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(names, times, min_size=1, max_size=MOST_SEGMENTS), names)
def test_whatever_the_groups_are_called_fits(groups: dict[str, list[int]], attribute: str) -> None:
    assert_on_the_sheet(segments(by_team(groups, attribute)))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(times, min_size=1, max_size=12))
def test_whatever_the_waves_were_fits(waves: list[list[int]]) -> None:
    assert_on_the_sheet(trend_sheet(phrasing("nl"), trend(waves)))


def luminance(colour: Any) -> float:
    """Relative luminance, w3.org/TR/WCAG21/#dfn-relative-luminance."""
    parts = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: Any, other: Any) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("name", SHEETS)
def test_every_word_stands_out_from_the_paper(name: str) -> None:
    sheet = SHEETS[name]("en")
    assert to_rgb(sheet.figure.get_facecolor()) == to_rgb(PAPER)
    for text in sheet.figure.texts:
        assert contrast(text.get_color(), PAPER) >= 4.5, text.get_text()
    for axes in sheet.figure.axes:
        for label in (*axes.get_xticklabels(), *axes.get_yticklabels()):
            assert contrast(label.get_color(), PAPER) >= 4.5, label.get_text()


def test_the_groups_differ_without_colour() -> None:
    low, middle, high = LOOKS
    assert [bool(look.hatch) for look in LOOKS] == [True, False, False]
    assert contrast(middle.face, high.face) > 4.5
    assert all(contrast(look.edge, PAPER) > 3 for look in (low, middle, high))


def test_dots_of_few_answers_are_open() -> None:
    found = lines(segments(by_team()), "dot")
    assert [to_rgb(dot.get_markerfacecolor()) == to_rgb(PAPER) for dot in found] == [
        False,
        False,
        False,
        True,
    ]


# --------------------------------------------------------------------------------------------- the sheet

texts = st.text(max_size=60)


def parts(text: str) -> Iterator[str]:
    return (part for part in written(text).replace("…", "").split(" ") if part)


@settings(max_examples=60, deadline=None)
@given(texts, st.integers(40, 500))
def test_a_text_that_is_cut_fits(text: str, width: int) -> None:
    found = cut(text, width, TEXT)
    assert width_of(found, TEXT) <= width
    assert found == written(text) or found.endswith("…")


@settings(max_examples=60, deadline=None)
@given(texts, st.integers(120, 500))
def test_lines_fit_and_lose_no_word_that_fits(text: str, width: int) -> None:
    found = lines_of(text, width, TEXT)
    assert all(width_of(line, TEXT) <= width for line in found)
    if all(width_of(part, TEXT) <= width / 4 for part in parts(text)):
        assert " ".join(found).split() == written(text).split()


def test_a_number_stays_with_its_word() -> None:
    assert lines_of("answers n = 120", 200, TEXT) == ["answers", "n = 120"]
    assert lines_of("as of 1 April 2026, 11:00", 460, TEXT) == ["as", "of 1 April 2026, 11:00"]


def test_the_size_that_fits_all() -> None:
    assert fitting(["a", "bb"], 500, TEXT) == TEXT
    smaller = fitting(["a long line of words"], 100, TEXT)
    assert width_of("a long line of words", smaller) == pytest.approx(100, rel=0.02)
