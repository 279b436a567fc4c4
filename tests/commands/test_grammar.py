"""What a typed command means, however a phone spelled it."""

from datetime import date
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.commands.grammar import (
    Accounts,
    BadDate,
    BadWave,
    Churn,
    Command,
    Misread,
    MissingCampaign,
    MissingContact,
    MissingName,
    Report,
    ShowAnswers,
    Start,
    Status,
    Surplus,
    Themes,
    Trend,
    Try,
    UnknownCampaign,
    UnknownWord,
    Usage,
    WhoIs,
    Why,
    parse,
)
from bot.commands.typed.case import BareDeed
from bot.commands.typed.running import Pause, Resume, Stop, Undo
from bot.reports.values import PREVIOUS

CAMPAIGNS = ("demo", "Spring-2026", "key accounts", "élan")
TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("", Usage()),
        ("   ", Usage()),
        ("help", Usage()),
        ("HELP", Usage()),
        ("hulp", Usage()),
        ("help start", Usage()),
        ("?", Usage()),
        ("nps", Usage()),
        ("/nps help", Usage()),
        ("why globex-1", Why("globex-1")),
        ("WAAROM Buyer at Globex", Why("Buyer at Globex")),
        ("/nps why “Buyer at Globex”", Why("Buyer at Globex")),
        ("tijdlijn +31 6 12345678", Why("+31 6 12345678")),
        ("why", MissingContact()),
        ("who Buyer", WhoIs("Buyer")),
        ("/nps wie +31 6 12345678", WhoIs("+31 6 12345678")),
        ("who", MissingContact("who")),
        ("why demo", Why("demo")),  # somebody may be called as a campaign is
        ("try demo", Try("demo")),
        ("probeer demo", Try("demo")),
        ("start demo", Start("demo")),
        ("Start Demo", Start("demo")),
        ("/nps start demo", Start("demo")),
        ("nps start demo", Start("demo")),
        ("start demo confirm", Start("demo", confirm=True)),
        ("START DEMO CONFIRM", Start("demo", confirm=True)),
        ("start demo bevestig", Start("demo", confirm=True)),
        ("start spring-2026", Start("Spring-2026")),
        ("start spring–2026", Start("Spring-2026")),  # a phone's dash
        ("start “Spring-2026”", Start("Spring-2026")),
        ('start "demo" confirm', Start("demo", confirm=True)),
        ("start ‘demo’", Start("demo")),
        ("start „demo“", Start("demo")),
        ("start\u00a0demo\u00a0confirm", Start("demo", confirm=True)),
        ("start\u202fdemo", Start("demo")),
        ("start\u200b demo\u200b", Start("demo")),
        ("\ufeffstart demo\n", Start("demo")),
        ("start key accounts", Start("key accounts")),
        ("start “key accounts” confirm", Start("key accounts", confirm=True)),
        ("start key accounts confirm", Start("key accounts", confirm=True)),
        ("start e\u0301lan", Start("élan")),
        ("start ÉLAN", Start("élan")),
        ("status", Status()),
        ("stand", Status()),
        ("status demo", Status("demo")),
        ("stop demo", Stop("demo")),
        ("stoppen demo", Stop("demo")),
        ("stop demo confirm", Stop("demo", confirm=True)),
        ("stop demo bevestig", Stop("demo", confirm=True)),
        ("pause demo", Pause("demo")),
        ("pauzeer demo", Pause("demo")),
        ("resume demo", Resume("demo")),
        ("hervat demo", Resume("demo")),
        ("undo demo", Undo("demo")),
        ("terugdraaien demo", Undo("demo")),
        ("report demo", Report("demo")),
        ("rapport demo", Report("demo")),
        ("verslag demo", Report("demo")),
        ("report demo wave 2", Report("demo", 2)),
        ("rapport demo ronde 2", Report("demo", 2)),
        ("report demo 2", Report("demo", 2)),
        ("report demo #2", Report("demo", 2)),
        ("report demo by region", Report("demo", by="region")),
        ("themes demo wave 2 by region", Themes("demo", 2, "region")),
        ("thema's demo per regio", Themes("demo", by="regio")),
        ("rapport demo per regio", Report("demo", by="regio")),
        ("report demo by account manager wave 2", Report("demo", 2, by="account manager")),
        ("report demo by “customer since”", Report("demo", by="customer since")),
        ("report demo by since", Report("demo", by="since")),
        ("report demo by wave wave 2", Report("demo", 2, by="wave")),
        ("report demo since 2026-11-01", Report("demo", since=date(2026, 11, 1))),
        ("rapport demo sinds 1 november", Report("demo", since=date(2026, 11, 1))),
        ("rapport demo vanaf 1-11-2026", Report("demo", since=date(2026, 11, 1))),
        ("report demo since the last 7 days", Report("demo", since=date(2026, 11, 15))),
        ("report demo vs previous", Report("demo", versus=PREVIOUS)),
        ("report demo vs. the previous wave", Report("demo", versus=PREVIOUS)),
        ("rapport demo tegen de vorige ronde", Report("demo", versus=PREVIOUS)),
        ("rapport demo vergeleken met vorige", Report("demo", versus=PREVIOUS)),
        ("report demo vs wave 2", Report("demo", versus=2)),
        ("report demo wave 3 vs. #2", Report("demo", wave=3, versus=2)),
        ("report demo compared to the wave 2 by region", Report("demo", by="region", versus=2)),
        ("report demo vs wave 2 wave 3", Report("demo", wave=3, versus=2)),
        ("rapport demo vergeleken met ronde 2", Report("demo", versus=2)),
        ("report demo vs previous wave 3", Report("demo", wave=3, versus=PREVIOUS)),
        ('report demo vs "the wave 2"', Report("demo", versus=2)),
        ("report demo vs spring-2026", Report("demo", versus="Spring-2026")),
        ("report demo vs key accounts by region", Report("demo", by="region", versus="key accounts")),
        ("report demo compared to Élan", Report("demo", versus="élan")),
        (
            "report demo vs previous since yesterday by region wave 3",
            Report("demo", 3, "region", date(2026, 11, 21), PREVIOUS),
        ),
        ("report key accounts by region", Report("key accounts", by="region")),
        ("churn demo", Churn("demo")),
        ("vertrek demo ronde 2", Churn("demo", 2)),
        ("accounts demo weighted by account_value", Accounts("demo", weighted="account_value")),
        ("klanten demo ronde 2 gewogen naar omzet", Accounts("demo", 2, "omzet")),
        ('accounts demo weighted "by size" wave 2', Accounts("demo", 2, "by size")),
        ("trend demo", Trend("demo")),
        ("verloop demo", Trend("demo")),
        ("themes demo", Themes("demo")),
        ("thema’s demo ronde 2", Themes("demo", 2)),
        ("themes demo 2", Themes("demo", 2)),
        ("answers demo", ShowAnswers("demo")),
        ("antwoorden demo criticasters", ShowAnswers("demo", "detractors")),
        ("answers demo Promoters", ShowAnswers("demo", "promoters")),
        ("answers demo passief", ShowAnswers("demo", "passives")),
        ("answers demo wave 2 detractors", ShowAnswers("demo", "detractors", 2)),
        ("answers demo detractors 2", ShowAnswers("demo", "detractors", 2)),
    ],
)
def test_a_command_is_understood(line: str, expected: Command) -> None:
    assert parse(line, CAMPAIGNS, TODAY) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("strat demo", UnknownWord("strat", "start")),
        ("statsu", UnknownWord("statsu", "status")),
        ("repport demo", UnknownWord("repport", "report")),
        ("xyzzy", UnknownWord("xyzzy", None)),
        ("proeebr demo", UnknownWord("proeebr", "probeer")),
        ("reopen", BareDeed("reopen")),
        ("heropen 2", BareDeed("heropen", 2)),
        ("pak op #7", BareDeed("pak op", 7)),
        ("done billing note: Buyer", BareDeed("done")),
        ("start", MissingCampaign("start")),
        ("stop", MissingCampaign("stop")),
        ("rapport", MissingCampaign("report")),
        ("start dem", UnknownCampaign("start", "dem", ("demo",))),
        ("start spring", UnknownCampaign("start", "spring", ("Spring-2026",))),
        ("start dmeo confirm", UnknownCampaign("start", "dmeo confirm", ("demo",))),
        ("start zzzz", UnknownCampaign("start", "zzzz", ())),
        ("stop demo now", Surplus("stop", "now")),
        ("start demo confirmed", Surplus("start", "confirmed")),
        ("start demo confirm please", Surplus("start", "confirm please")),
        ("status demo spring-2026", Surplus("status", "spring-2026")),
        ("try demo slack:U1", Surplus("try", "slack:U1")),
        ("report demo wave", BadWave("")),
        ("report demo wave two", BadWave("two")),
        ("report demo wave 0", BadWave("0")),
        ("report demo wave -1", BadWave("-1")),
        ("report demo 0", BadWave("0")),
        ("report demo yesterday", Surplus("report", "yesterday")),
        ("report demo wave 1 2", Surplus("report", "wave 1 2")),
        ("report demo wave by region", BadWave("")),
        ("report demo by", MissingName("report", "by", "by")),
        ("rapport demo tegen", MissingName("report", "versus", "tegen")),
        ("report demo vs the", MissingName("report", "versus", "vs")),
        ("report demo vs dem", UnknownCampaign("report", "dem", ("demo",))),
        ("report demo vs previous year", Surplus("report", "year")),
        ("report demo vs élan please", Surplus("report", "please")),
        ("report demo vs previous by region wave", BadWave("")),
        ("report demo vs wave", BadWave("")),
        ("report demo vs wave two", BadWave("two")),
        ("report demo vs wave 2 please", Surplus("report", "wave 2 please")),
        ("report demo since", BadDate("")),
        ("report demo since soon", BadDate("soon")),
        ("report demo since 31 november", BadDate("31 november")),
        ("report demo by region by size", Surplus("report", "by size")),
        ("report demo 2 wave 3", Surplus("report", "wave 3")),
        ("report dmeo by region", UnknownCampaign("report", "dmeo", ("demo",))),
        ("answers dmeo wave 2", UnknownCampaign("answers", "dmeo", ("demo",))),
        ("trend", MissingCampaign("trend")),
        ("trend demo wave 2", Surplus("trend", "wave 2")),
        ("themes demo by region by size", Surplus("themes", "by size")),
        ("themes demo by", MissingName("themes", "by", "by")),
        ("themes demo vs previous", Surplus("themes", "vs previous")),
        ("accounts demo weighted by", MissingName("accounts", "weighted", "weighted")),
        ("accounts demo weighted by seats weighted by size", Surplus("accounts", "weighted by size")),
        ("accounts demo by region", Surplus("accounts", "by region")),
        ("accounts demo weighted by seats wave x", BadWave("x")),
        ("themes demo wave x", BadWave("x")),
        ("answers demo detractors promoters", Surplus("answers", "detractors promoters")),
        ("answers demo angry", Surplus("answers", "angry")),
        ("trned demo", UnknownWord("trned", "trend")),
        ("antworden demo", UnknownWord("antworden", "antwoorden")),
    ],
)
def test_what_is_not_understood_says_what_is_near(line: str, expected: Misread) -> None:
    assert parse(line, CAMPAIGNS, TODAY) == expected


def test_a_campaign_named_like_a_word_of_the_grammar_is_still_a_campaign() -> None:
    names = ("confirm", "start", "wave")
    assert parse("start confirm", names, TODAY) == Start("confirm")
    assert parse("start confirm confirm", names, TODAY) == Start("confirm", confirm=True)
    assert parse("report wave 3", names, TODAY) == Report("wave", 3)
    assert parse("stop start", names, TODAY) == Stop("start")


def test_what_an_answer_repeats_is_short() -> None:
    misread = parse(f"start {'x' * 1000}", CAMPAIGNS, TODAY)
    assert isinstance(misread, UnknownCampaign)
    assert len(misread.name) == 60


_WORDS = ["report", "themes", "answers", "trend", "demo", "key", "accounts", "wave", "2", "by", "region"]
_MORE = ["since", "1", "nov", "vs", "previous", "“", "'", "#", "0", "the"]
_TALK = st.lists(st.sampled_from([*_WORDS, *_MORE])).map(" ".join)


@given(line=st.text() | _TALK | st.from_regex(r"(start|stop|report|try) (demo|key)[ \"'“]{0,3}\w{0,8}"))
@example("'")
@example('"')
@example('start "demo')
def test_every_text_has_a_reading(line: str) -> None:
    assert isinstance(parse(line, CAMPAIGNS, TODAY), Command | Misread)


@given(
    name=st.sampled_from(CAMPAIGNS),
    verb=st.sampled_from(["try", "start", "stop", "report", "status", "trend", "themes", "answers"]),
    quotes=st.sampled_from(["“{}”", '"{}"', "'{}'", "{}", "«{}»"]),
    space=st.sampled_from([" ", "\u00a0", "  ", "\t", "\u2009"]),
    change=st.sampled_from([str, str.upper, str.lower, str.title]),
)
def test_case_quotes_and_spaces_change_nothing(
    name: str, verb: str, quotes: str, space: str, change: type[str]
) -> None:
    plain = parse(f"{verb} {name}", CAMPAIGNS, TODAY)
    assert parse(change(verb) + space + quotes.format(change(name)) + space, CAMPAIGNS, TODAY) == plain
    assert not isinstance(plain, Misread)


@given(
    expected=st.builds(
        Report,
        campaign=st.sampled_from(CAMPAIGNS),
        wave=st.none() | st.integers(1, 999_999),
        by=st.none() | st.sampled_from(["region", "account manager", "wave", "vs", "since 2020"]),
        since=st.none() | st.dates(date(1970, 1, 1), date(2199, 12, 31)),
        versus=st.none() | st.just(PREVIOUS) | st.sampled_from(CAMPAIGNS) | st.integers(1, 99),
    ),
    language=st.sampled_from([("wave", "by", "since", "vs"), ("ronde", "per", "sinds", "tegen")]),
    shuffle=st.randoms(use_true_random=False),
)
def test_a_report_written_in_any_order_reads_as_itself(
    expected: Report, language: tuple[str, ...], shuffle: Any
) -> None:
    values = (expected.wave, expected.by, expected.since, expected.versus)
    said = [f'{word} "{value}"' for word, value in zip(language, values, strict=True) if value is not None]
    shuffle.shuffle(said)
    line = " ".join([f'report "{expected.campaign}"', *said])
    assert parse(line, CAMPAIGNS, TODAY) == expected
