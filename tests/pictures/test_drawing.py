"""The pictures of reports: that they show these numbers, in these words, and that anybody can see them."""

import struct
import subprocess
import sys
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from bot.pictures.control import control_sheet
from bot.pictures.drawing import caption_of, draw_segments, picture_of
from bot.pictures.funnel import dots_of
from bot.reports.board import BoardReport
from bot.reports.control import ControlReport
from bot.reports.managers import ManagersReport
from bot.reports.phrases import Phrases
from bot.reports.values import (
    MOST_SEGMENTS,
    AnswersReport,
    CampaignReport,
    ThemeRow,
    ThemesReport,
    TrendReport,
)
from bot.words import words_for
from channels.base import Image
from scoring import Finding, ThemeImpact
from tests.support.example_pictures import (
    EXAMPLES,
    MONTHS,
    SPRING,
    TEAMS,
    ZONE,
    against_autumn,
    by_team,
    managers,
    months,
    report,
    scope,
    scores,
    themes,
    trend,
)

Report = CampaignReport | TrendReport | ThemesReport | ManagersReport | ControlReport | BoardReport
EVERY: dict[str, Callable[[], Report]] = {**EXAMPLES, "themes": themes}
NOBODY = (0,) * 11
PHRASES = Phrases(words_for("admin", "en"), ZONE, "")


def drawn(value: Report | AnswersReport, language: str = "en") -> Image:
    picture = picture_of(value, words_for("admin", language), ZONE)
    assert picture is not None
    return picture


def test_another_campaign_is_named_beside_the_score() -> None:
    beside = against_autumn()
    assert beside.versus is not None
    picture = drawn(replace(beside, versus=replace(beside.versus, campaign="others", wave=2)))
    assert " others, wave 2: +" in picture.alt


def chunks(png: bytes) -> Iterator[tuple[str, bytes]]:
    place = 8
    while place < len(png):
        length, kind = struct.unpack_from(">I4s", png, place)
        content = png[place + 8 : place + 8 + length]
        assert zlib.crc32(kind + content) == struct.unpack_from(">I", png, place + 8 + length)[0]
        yield kind.decode(), content
        place += 12 + length


def size_of(png: bytes) -> tuple[int, int]:
    _, header = next(chunks(png))
    width, height = struct.unpack_from(">II", header)
    return width, height


# ------------------------------------------------------------------------------------------------ the file


@pytest.mark.parametrize("language", ["en", "nl"])
@pytest.mark.parametrize("name", EVERY)
def test_a_picture_fits_a_phone(name: str, language: str) -> None:
    picture = drawn(EVERY[name](), language)
    width, height = size_of(picture.png)
    assert width == 1080
    assert 700 < height < (2800 if name == "board" else 1700)  # a page, and no chart
    assert len(picture.png) < (400_000 if name == "board" else 200_000)


def test_equal_reports_give_equal_bytes_and_no_date() -> None:
    first, second = (drawn(against_autumn()) for _ in range(2))
    assert first == second
    assert {kind for kind, _ in chunks(first.png)} == {"IHDR", "pHYs", "IDAT", "IEND"}


def test_several_threads_draw_the_same_pictures() -> None:
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda name: drawn(EVERY[name]()).png, list(EVERY) * 2))
    assert found[: len(EVERY)] == found[len(EVERY) :]
    assert found[0] == drawn(EVERY["report"]()).png


def test_an_idle_server_does_not_load_the_plotting_library() -> None:
    """Nor does anything load pyplot, whose state is everybody's."""
    code = (
        "import sys; import bot.pictures.drawing, bot.app, bot.commands.desk;"
        "assert 'matplotlib' not in sys.modules;"
        "from tests.pictures.test_drawing import drawn, against_autumn; drawn(against_autumn());"
        "assert 'matplotlib' in sys.modules;"
        "assert 'matplotlib.pyplot' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (against_autumn(), "report-customers-2.png"),
        (by_team(), "report-customers-2-account_manager.png"),
        (trend(), "report-customers-trend.png"),
        (themes(), "report-customers-themes.png"),
        (by_team(attribute='../../etc/"x" y'), "report-customers-2-etc-x-y.png"),
    ],
)
def test_the_file_says_what_it_is(value: Report, name: str) -> None:
    assert drawn(value).name == name


# ------------------------------------------------------------------------------------------- nothing to draw


def hidden_segments() -> CampaignReport:
    return by_team({"North": TEAMS["East"], "South": TEAMS["East"]})


@pytest.mark.parametrize(
    "value",
    [
        report(scores(NOBODY)),
        report(scores((0,) * 5, "csat")),
        hidden_segments(),
        trend([]),
        trend([NOBODY, NOBODY]),
        ThemesReport(scope(), scores(SPRING), 120, 120, (ThemeRow("Price", ThemeImpact("Price", 3, True)),)),
        AnswersReport(scope(), None, 0),
    ],
    ids=["no answers", "no CSAT", "all hidden", "no waves", "empty waves", "hidden themes", "answers"],
)
def test_without_numbers_there_is_no_picture(value: Report | AnswersReport) -> None:
    assert picture_of(value, words_for("admin", "en"), ZONE) is None


def test_a_report_without_segments_has_no_picture_of_them() -> None:
    assert draw_segments(against_autumn(), words_for("admin", "en"), ZONE) is None


# ---------------------------------------------------------------------------------------------- in words


@pytest.mark.parametrize(
    ("value", "language", "alt"),
    [
        (
            against_autumn(),
            "en",
            "Chart of customers, wave 2: NPS +40 (+26 to +52), n = 120. Promoters 66, passives 36, detractors 18. "
            "wave 1: +30 (+16 to +43), n = 120. "
            "Answers by score: 0: 2, 1: 0, 2: 1, 3: 1, 4: 3, 5: 6, 6: 5, 7: 14, 8: 22, 9: 30, 10: 36.",
        ),
        (
            report(scores((1, 2, 3, 20, 14), "csat")),
            "nl",
            "Grafiek van customers, ronde 2: CSAT 85% (71% tot 93%), n = 40. "
            "Tevreden (4-5) 34, neutraal (3) 3, ontevreden (1-2) 3. "
            "Antwoorden per score: 1: 1, 2: 2, 3: 3, 4: 20, 5: 14.",
        ),
        (
            report(scores((0, 0, 0, 0, 0, 0, 2), "ces")),
            "en",
            "Chart of customers, wave 2: CES 7.0, n = 2. Easy (5-7) 2, neutral (4) 0, not easy (1-3) 0. "
            "Answers by score: 1: 0, 2: 0, 3: 0, 4: 0, 5: 0, 6: 0, 7: 2.",
        ),
        (
            by_team(),
            "en",
            "Chart of customers, wave 2, NPS +19 (+8 to +29), n = 206, by account manager: "
            "North +46 (+29 to +60), n = 71, higher than the others; "
            "South -28 (-47 to -7), n = 57, lower than the others; "
            "Key accounts and partners overseas +40 (+17 to +58), n = 42; West +14 (-17 to +41), n = 22; "
            "Partners: Promoters 3, passives 3, detractors 1; "
            "2 other groups together: Promoters 2, passives 3, detractors 2.",
        ),
        (
            trend(),
            "nl",
            "Grafiek van customers per ronde: ronde 5 +27 (-2 tot +50), n = 26; "
            "ronde 4 +30 (+16 tot +43), n = 120, omhoog sinds de ronde ervoor; ronde 3 -8 (-24 tot +8), n = 97; "
            "ronde 2 +10 (-6 tot +25), n = 102; ronde 1 -7 (-23 tot +10), n = 90.",
        ),
        (
            themes(),
            "en",
            "Chart of customers, wave 2, what each theme costs or adds in points: Delivery -12 (-19 to -4), n = 14; "
            "Communication -8 (-14 to -1), n = 15; Support +4 (-2 to +10), n = 20.",
        ),
    ],
    ids=["report", "CSAT", "CES", "segments", "trend", "themes"],
)
def test_what_a_picture_shows_in_words(value: Report, language: str, alt: str) -> None:
    assert drawn(value, language).alt == alt


def test_a_long_list_ends_at_a_whole_row() -> None:
    many = by_team({f"Region number {number} of the country": SPRING for number in range(MOST_SEGMENTS)})
    alt = drawn(many).alt
    assert 900 < len(alt) <= 1000
    assert alt.endswith("n = 120; and 10 more.")


@pytest.mark.parametrize(
    ("value", "caption"),
    [
        (against_autumn(), "customers, wave 2\nNPS +40 (+26 to +52), n = 120"),
        (by_team(), "customers, wave 2, account manager\nNPS +19 (+8 to +29), n = 206"),
        (trend(), "customers: NPS by wave\nwave 5: NPS +27 (-2 to +50), n = 26"),
        (themes(), "customers, wave 2: what the reasons speak of\nNPS +40 (+26 to +52), n = 120"),
    ],
)
def test_the_caption_holds_the_main_numbers(value: Report, caption: str) -> None:
    body = caption_of(value, words_for("admin", "en"), ZONE)
    assert "".join(span.text for span in body) == caption
    assert body[0].kind == "bold"


def test_what_is_hidden_is_not_told() -> None:
    """Three answers of East: neither their number nor their scores are in any word of the picture."""
    assert "East" not in drawn(by_team()).alt


def test_a_group_that_would_give_another_away_is_shown_with_it() -> None:  # numbers 2.1
    value = by_team({"North": SPRING, "South": TEAMS["South"], "East": TEAMS["East"]})
    assert "South and 1 other group together -28 (-46 to -8), n = 60" in drawn(value).alt


def test_a_wave_without_answers_is_in_the_words() -> None:
    alt = drawn(trend([SPRING, NOBODY])).alt
    assert alt == "Chart of customers by wave: wave 2 n = 0; wave 1 +40 (+26 to +52), n = 120."


# --------------------------------------------------------------------------------------------------- months


def test_a_dot_stands_only_where_the_line_leaves_the_band() -> None:
    sheet = control_sheet(PHRASES, months())
    dots = [line for axes in sheet.figure.axes for line in axes.lines if line.get_gid() == "dot"]
    outside = [one for _, one in months().watched if one.finding is not Finding.NO_EVIDENCE]
    assert len(dots) == len(outside) == 2


def test_a_single_month_that_is_watched_is_drawn() -> None:
    assert drawn(months(MONTHS[:4])).png


# ------------------------------------------------------------------------------------------ account managers


def test_only_who_lies_outside_the_funnel_is_named() -> None:
    assert [dot.name for dot in dots_of(PHRASES, managers()) if dot.name] == ["Key accounts"]
    assert "Key accounts -24 (n = 132), below the funnel" in drawn(managers()).alt
    assert caption_of(managers(), words_for("admin", "nl"), ZONE)[1].text.startswith("\n11 accountmanagers, ")


def test_a_funnel_is_drawn_when_the_wave_is_over() -> None:
    running = managers()
    running = replace(running, scope=replace(running.scope, running=True))
    assert picture_of(running, words_for("admin", "en"), ZONE) is None
