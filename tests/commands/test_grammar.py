"""What a typed command means, however a phone spelled it."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.commands.grammar import (
    BadWave,
    Command,
    Help,
    Misread,
    MissingCampaign,
    Report,
    Start,
    Status,
    Stop,
    Surplus,
    Try,
    UnknownCampaign,
    UnknownWord,
    parse,
)

CAMPAIGNS = ("demo", "Spring-2026", "key accounts", "élan")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("", Help()),
        ("   ", Help()),
        ("help", Help()),
        ("HELP", Help()),
        ("hulp", Help()),
        ("help start", Help()),
        ("?", Help()),
        ("nps", Help()),
        ("/nps help", Help()),
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
        ("report demo", Report("demo")),
        ("rapport demo", Report("demo")),
        ("verslag demo", Report("demo")),
        ("report demo wave 2", Report("demo", 2)),
        ("rapport demo ronde 2", Report("demo", 2)),
        ("report demo 2", Report("demo", 2)),
        ("report demo #2", Report("demo", 2)),
    ],
)
def test_a_command_is_understood(line: str, expected: Command) -> None:
    assert parse(line, CAMPAIGNS) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("strat demo", UnknownWord("strat", "start")),
        ("statsu", UnknownWord("statsu", "status")),
        ("repport demo", UnknownWord("repport", "report")),
        ("xyzzy", UnknownWord("xyzzy", None)),
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
    ],
)
def test_what_is_not_understood_says_what_is_near(line: str, expected: Misread) -> None:
    assert parse(line, CAMPAIGNS) == expected


def test_a_campaign_named_like_a_word_of_the_grammar_is_still_a_campaign() -> None:
    names = ("confirm", "start", "wave")
    assert parse("start confirm", names) == Start("confirm")
    assert parse("start confirm confirm", names) == Start("confirm", confirm=True)
    assert parse("report wave 3", names) == Report("wave", 3)
    assert parse("stop start", names) == Stop("start")


def test_what_an_answer_repeats_is_short() -> None:
    misread = parse(f"start {'x' * 1000}", CAMPAIGNS)
    assert isinstance(misread, UnknownCampaign)
    assert len(misread.name) == 60


@given(line=st.text() | st.from_regex(r"(start|stop|report|try) (demo|key)[ \"'“]{0,3}\w{0,8}"))
@example("'")
@example('"')
@example('start "demo')
def test_every_text_has_a_reading(line: str) -> None:
    assert isinstance(parse(line, CAMPAIGNS), Command | Misread)


@given(
    name=st.sampled_from(CAMPAIGNS),
    verb=st.sampled_from(["try", "start", "stop", "report", "status"]),
    quotes=st.sampled_from(["“{}”", '"{}"', "'{}'", "{}", "«{}»"]),
    space=st.sampled_from([" ", "\u00a0", "  ", "\t", "\u2009"]),
    change=st.sampled_from([str, str.upper, str.lower, str.title]),
)
def test_case_quotes_and_spaces_change_nothing(
    name: str, verb: str, quotes: str, space: str, change: type[str]
) -> None:
    plain = parse(f"{verb} {name}", CAMPAIGNS)
    assert parse(change(verb) + space + quotes.format(change(name)) + space, CAMPAIGNS) == plain
    assert not isinstance(plain, Misread)
