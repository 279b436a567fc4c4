"""The page for the board: what it tells, and that no score in it is of fewer than ten people. (numbers 3, 4.10)"""

import json
from dataclasses import replace
from datetime import timedelta

from bot.commands.desk import Desk
from bot.pictures.drawing import board_pdf, picture_of
from bot.reports.as_json.board import board_json
from bot.reports.board import FEWEST, BoardReport, board_report
from bot.reports.board_lines import board_score, board_sections
from bot.reports.phrases import Phrases
from bot.reports.themes.matches import lists_in_force
from bot.reports.values import Missing
from bot.sending.theming import match_some
from bot.store.store import Store
from bot.words import words_for
from channels.base import Address
from scoring import Counts
from tests.support.answered import START, hold, split, told
from tests.support.campaign_world import ADMIN, LIMITS, Clock, settings_of
from tests.support.cases_told import CaseTold, done, give_cases
from tests.support.example_pictures import ZONE, board

NORTH = Address("slack", "UNORTH")
LATER = START + timedelta(days=300)


def desk_of(store: Store, language: str = "en") -> Desk:
    chosen = settings_of({"demo": {}}, account_managers={"North": str(NORTH)}, language=language)
    limits = {name: replace(each, images=True) for name, each in LIMITS.items()}
    return Desk(store, chosen, limits, words_for("admin", language), Clock())


async def company(store: Store) -> int:
    await hold(store, split(10, 20, 30), number=1)
    small = [one for place in range(6) for one in split(1, 1, 2, account=f"Small {place}")]
    wave_id = await hold(
        store,
        [
            *split(8, 2, 2, account="Globex", manager="North"),
            *split(9, 2, 1, reason="delivery was late"),
            *split(4, 1, 2, account="Initech", reason="fine"),
            *split(3, 0, 0, account="Tiny"),
            *split(1, 4, 12, reason="nice people"),
            *small,
            *told(20),
        ],
        number=2,
    )
    while await store.write(match_some, lists_in_force(settings_of({"demo": {}}))):
        pass
    return wave_id


async def page(store: Store, wave: int | None = None) -> BoardReport:
    report = await store.read(board_report, settings_of({"demo": {}}), "demo", LATER, wave=wave)
    assert isinstance(report, BoardReport)
    return report


async def test_in_chat(store: Store) -> None:
    # numbers 4.10
    await company(store)
    answer = await desk_of(store).carry_out(ADMIN, "board demo")
    assert answer.text.splitlines() == [
        "demo, wave 2: NPS -3",
        "About 80 answers: the true score probably lies between -27 and +21 (95% interval)",
        "Counted by account, since people of one account answer alike; "
        "with fewer than 30 accounts the width is a guess.",
        "Against wave 1 (+33, about 60 answers): down (-66 to -3 points)",
        "79% of about 100 people who were asked gave a score",
        "What the reasons speak of",
        "delivery: costs 3 to 66 points; about 10 answers",
        "people: adds 17 to 94 points; about 20 answers",
        "Accounts with more detractors than promoters, the largest first",
        "Globex: -50, about 10 answers",
        "Initech: fewer than 10 answers, so without a score",
        "Accounts with fewer than 5 answers each, fewer than 10 of them: together +11 from about 30 answers; "
        "fewer than 10 with more detractors than promoters",
        "Numbers of answers, people, accounts and cases are rounded to tens, and no score is told of fewer than 10.",
        "Acme, asked from 1 May 2026; as of 2 March 2026, 11:00",
    ]
    assert answer.image is not None
    dutch = (await desk_of(store, "nl").carry_out(ADMIN, "directie demo ronde 2")).text
    assert "Klanten met meer criticasters dan promotors, de grootste eerst\nGlobex: -50" in dutch


async def test_it_is_for_admins_alone(store: Store) -> None:
    await company(store)
    assert "Globex" not in (await desk_of(store).carry_out(NORTH, "board demo")).text


async def test_too_few(store: Store) -> None:
    await hold(store, [*split(3, 3, 3, account="Globex", reason="delivery was late"), *told(2)])
    report = await page(store)
    assert (report.scores, report.versus, report.themes, report.accounts, report.small) == (
        None,
        None,
        (),
        (),
        None,
    )
    answer = await desk_of(store).carry_out(ADMIN, "board demo")
    assert answer.text.splitlines()[:2] == [
        "demo, wave 1: no score",
        "Fewer than 10 people answered. So few are not told on a page that is made to be forwarded.",
    ]
    assert answer.image is None
    assert board_json(report)["responses"] is None


async def test_nothing_speaks_of_few(store: Store) -> None:
    """Tiny's three people are all detractors, and nothing on the page says so."""
    await company(store)
    report = await page(store)
    assert [(row.name, row.score) for row in report.accounts] == [
        ("Globex", -50.0),
        ("Initech", None),
    ]
    assert report.small is not None
    assert (report.small.accounts, report.small.red, report.small.counts) == (7, 1, Counts(9, 6, 12))
    assert all(row.impact.n >= FEWEST and not row.quotes for row in report.themes)
    said = json.dumps(board_json(report))
    assert "Tiny" not in said
    assert board_json(report)["responses"] == 80


async def test_cases(store: Store) -> None:
    wave_id = await company(store)
    await give_cases(store, wave_id, [done(5, 2)] * 12 + [CaseTold()] * 3)
    report = await page(store)
    assert (report.cases, report.done) == (15, 12)
    assert report.in_time is not None
    assert (board_json(report)["cases"], board_json(report)["done"]) == (20, 10)
    assert "Of about 20 cases about 10 are done" in (await desk_of(store).carry_out(ADMIN, "board demo")).text


async def test_goal_and_worth(store: Store) -> None:
    await hold(
        store,
        [
            *split(8, 2, 2, account="Globex", worth={"account_value": 1_000_000.0}),
            *split(2, 0, 2, account="Tiny", worth={"account_value": 50_000.0}),
            *split(1, 1, 2, account="Small", worth={"account_value": 70_000.0}),
            *split(1, 0, 3, account="Other"),
            *told(1, account="Silent", worth={"account_value": 300_000.0}),
        ],
    )
    settings = settings_of({"demo": {"target": 40}})
    report = await store.read(board_report, settings, "demo", LATER)
    assert isinstance(report, BoardReport)
    assert [goal.target for goal in report.goals] == [40]
    p = Phrases(words_for("admin", "en"), ZONE, "")
    said = [*board_score(p, report), *(line for _, lines in board_sections(p, report) for line in lines)]
    assert any(line.startswith("Goal +40: ") for line in said)
    assert (
        "€1m of €1.4m sits with detractor accounts, €300,000 with accounts that were asked and said nothing"
        in said
    )
    assert any("fewer than 10 of them (worth €120,000): together +25" in line for line in said)
    assert board_json(report)["at_risk"]["total"] == 1_420_000.0


def test_few_cases_are_not_counted() -> None:
    p = Phrases(words_for("admin", "en"), ZONE, "")
    sections = dict(board_sections(p, replace(board(), cases=9, done=1)))
    assert sections["Follow-up of unhappy customers"][0] == "There were fewer than 10 cases"
    assert (board_json(replace(board(), cases=9, done=1, more_red=0)))["cases"] is None


async def test_odd_worlds(store: Store) -> None:
    await hold(store, told(12, 5), number=1, kind="csat")
    assert (await store.read(board_report, settings_of({"demo": {}}), "demo", START)) == Missing(
        "not_nps", "demo"
    )
    await hold(store, split(4, 4, 4), number=2)
    assert (await page(store)).versus is None  # the wave before asked another question
    await hold(store, split(4, 4, 4), number=3, open_=True)
    report = await page(store)
    assert report.versus is not None
    assert report.versus.comparison is None
    assert "wait for the end of the wave" in (await desk_of(store).carry_out(ADMIN, "board demo")).text


def test_the_same_page_as_a_picture_and_as_a_pdf() -> None:
    words = words_for("admin", "en")
    picture = picture_of(board(), words, ZONE)
    pdf = board_pdf(board(), words, ZONE)
    assert picture is not None
    assert pdf is not None
    assert picture.png.startswith(b"\x89PNG")
    assert pdf.startswith(b"%PDF-")
    assert b"/Count 1" in pdf
    assert pdf == board_pdf(board(), words, ZONE)  # no date and no version in it
    assert board_pdf(replace(board(), scores=None), words, ZONE) is None
