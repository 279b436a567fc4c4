"""`npsbot report`, `trend`, `themes` and `answers`: tables for people, JSON for programs, pictures."""

import json
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from bot.cli.report_tables import show
from bot.commands.replies.reply import Phrasing
from bot.store.store import Store
from bot.words import words_for
from scoring import Interval
from tests.support.answered import Told, hold, split, told
from tests.support.example_pictures import ZONE, themes
from tests.support.shell import Shell

SKIPPED = {"channel": None, "address": "U", "released_at": None, "asked_at": None, "delivered_at": None}


async def world(store: Store) -> None:
    """Three waves of the campaign, and one of a campaign that config.yaml does not have any more."""
    await hold(store, split(24, 42, 34), number=1)
    await hold(store, [*split(22, 40, 58), *told(60)], number=2)
    north, south = {"region": "North"}, {"region": "South"}
    too_soon = Told(columns=SKIPPED | {"state": "skipped", "skipped": "too_soon", "ending": None})
    people = [
        *(
            replace(one, account=f"Globex {place}")  # each their own, so that no interval goes by account
            for place, one in enumerate(split(10, 12, 40, attributes=north, reason="delivery was late"))
        ),
        *split(7, 24, 20, attributes=south, reason="fine"),
        *split(1, 0, 6, attributes={"region": "East [bold]"}),
        *told(76),
        *[too_soon] * 4,
    ]
    await hold(store, people, number=3)
    await hold(store, [*told(5, 5), *told(2, 2)], campaign="before", kind="csat")


@pytest.fixture
def asked(shell: Shell) -> Shell:
    shell.put(world)
    return shell


def values(shell: Shell, *words: str) -> Any:
    result = shell(*words, "--json")
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


# ------------------------------------------------------------------------------------------------- people


def test_a_wave_to_compare_with_is_named_as_in_chat(asked: Shell) -> None:
    assert (
        "\nAgainst wave 1 (+10, 100 answers): up (+10 to +49 points)\n"
        in asked("report", "demo", "--vs", "wave 1").stdout
    )
    assert (
        "\nAgainst wave 3 (+40, 120 answers): lower (-49 to -10 points)\n"
        in asked("report", "demo", "--wave", "1", "--vs", "3").stdout
    )
    for versus, answer in (
        ("wave 9", "demo has no wave 9.\n"),
        ("wave 3", "Wave 3 is in this report itself; compare with another one.\n"),
    ):
        result = asked("report", "demo", "--vs", versus)
        assert (result.exit_code, result.stderr) == (1, answer)


def test_names_and_words_of_others_cannot_drive_the_terminal(shell: Shell) -> None:
    odd = {"reason": "\x1b[2J\u202elate", "account": "\x1b]0;title\x07Acme"}
    shell.put(lambda store: hold(store, told(6, 3, attributes={'a "b" c': "\x1b[31mred"}, **odd)))
    shown = [
        shell("answers", "demo").stdout,
        shell("themes", "demo").stdout,
        shell("report", "demo", "--by", 'a "b" c').stdout,
    ]
    assert all("\x1b" not in one and "\u202e" not in one for one in shown)
    assert "│ [31mred" in shown[2]


def test_a_long_word_is_shown_whole(shell: Shell) -> None:
    shell.put(lambda store: hold(store, told(1, 3, reason="#" * 300)))
    assert shell("answers", "demo").stdout.count("#") == 300


def test_an_attribute_that_tells_everybody_apart_shows_no_empty_table(shell: Shell) -> None:
    shell.put(lambda store: hold(store, [Told(9, attributes={"seat": f"seat {n}"}) for n in range(40)]))
    shown = shell("report", "demo", "--by", "seat").stdout
    assert "│ Group" not in shown
    assert "┃ Group" not in shown
    assert "And 15 more groups that do not fit here." in shown


def test_a_report_shows_shares_with_what_they_are_shares_of(asked: Shell) -> None:
    shown = asked("report", "demo", "--vs", "previous").stdout
    for part in (
        "demo, wave 3: NPS +40\n",
        "120 answers: the true score probably lies between +26 and +52 (95% interval)\n",
        "Against wave 2 (+30, 120 answers): no evidence of a change (-9 to +28 points)\n",
        "│ Responses            │ 120 │  61% │ of 196 invited   │\n",
        "│   asked too recently │   4 │      │                  │\n",
        "If all 76 invited who gave no score were detractors: -14; if all were promoters: +63\n",
    ):
        assert part in shown


def test_segments_are_a_table(asked: Shell) -> None:
    shown = asked("report", "demo", "--by", "region").stdout
    assert "│ North       │   +48 │ +28 to +65   │ 62 of 62 │   40 │  12 │  10 │      │\n" in shown
    assert "│ East [bold] │       │              │   7 of 7 │    6 │   0 │   1 │      │\n" in shown


def test_trend_themes_and_answers_are_tables(asked: Shell) -> None:
    trend = asked("trend", "demo").stdout
    assert "│    2 │ 1 May 2026   │   +30 │ +16 to +43   │     120 │ no evidence of a change │\n" in trend
    themes = asked("themes", "demo", "--wave", "3").stdout
    assert "113 gave a reason" in themes
    assert "│ delivery │      62 │" in themes
    assert "“delivery was late”" in themes
    answers = asked("answers", "demo", "detractors").stdout
    assert "The newest 15 of 18\n" in answers
    assert "│ Globex " in answers
    assert "delivery was late" in answers


def test_a_reason_of_two_messages_is_one_quote_of_a_table() -> None:
    found = themes()
    impact = replace(
        found.rows[1].impact, impact=-3.0, interval=Interval(-8.0, 2.0), matters=False, leans=False
    )
    row = replace(found.rows[1], impact=impact, quotes=("late again\n\nand nobody called", "fine"))
    console = Console(width=100, record=True, file=StringIO())
    show(console, Phrasing(words_for("admin", "en"), ZONE, "npsbot campaign"), replace(found, rows=(row,)))
    text = console.export_text()
    assert "no evidence, -8 to +2" in text
    assert "“late again / and nobody called” │" in text
    assert "“fine” " in text


def test_a_campaign_that_config_yaml_does_not_have_any_more_is_reported(asked: Shell) -> None:
    shown = asked("report", "BEFORE").stdout
    assert shown.startswith("before, wave 1: CSAT 71%\n7 answers: ")


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("report", "demo", "--by", "regoin"), 1, "No customer has an attribute “regoin”. Try: region."),
        (("report", "demo", "--since", "soon"), 2, "“soon” is no day; write for example"),
        (("report", "demo", "--since", "2031-01-01"), 1, "Nobody answered demo since 1 January 2031."),
        (("report", "demo", "--vs", "demmo"), 2, "There is no campaign “demmo”."),
        (("report", "demo", "--vs", "before"), 1, "demo and before ask different questions"),
        (("report", "demo", "--wave", "1", "--vs", "previous"), 1, "demo has no wave before this one"),
        (("report", "demo", "--wave", "9"), 1, "demo has no wave 9."),
        (("report", 'demo" since "x'), 2, "There is no campaign"),
        (("trend", "demmo"), 2, "There is no campaign “demmo”."),
        (("themes", "demo", "--wave", "9"), 1, "demo has no wave 9."),
        (("answers", "demo", "angry"), 2, "“angry”: answers are those of detractors, passives or promoters"),
        (
            ("trend", "demo", "--by", "year"),
            2,
            "I do not understand “year”: a trend goes by month or by week.\n",
        ),
        (
            ("report", "demo", "--png", "x.txt"),
            2,
            "x.txt does not end in .png; name another file with --png\n",
        ),
        (
            ("board", "demo", "--pdf", "x.png"),
            2,
            "x.png does not end in .pdf; name another file with --pdf\n",
        ),
        (("report", "demo", "--png", "/no/such/place.png"), 2, "/no/such/place.png cannot be written"),
    ],
)
def test_what_cannot_be_reported_is_a_sentence_and_an_exit_code(
    asked: Shell, words: tuple[str, ...], code: int, says: str
) -> None:
    result = asked(*words)
    assert says in result.stderr
    assert result.exit_code == code
    assert result.stdout == ""


# ------------------------------------------------------------------------------------------------ programs


def test_the_json_of_a_report_holds_what_it_always_held_and_the_limits(asked: Shell) -> None:
    found = values(asked, "report", "demo", "--vs", "previous", "--by", "region")
    always = {
        "campaign": "demo",
        "wave": 3,
        "running": False,
        "stopped_at": None,
        "audience": 200,
        "invited": 196,
        "asked": 196,
        "delivered": 196,
        "responses": 120,
        "promoters": 66,
        "passives": 36,
        "detractors": 18,
        "nps": 40.0,
        "opted_out": 0,
        "skipped": {"too_soon": 4},
    }
    assert {key: found[key] for key in always} == always
    assert found["interval"] == {
        "low": pytest.approx(26.0, abs=0.05),
        "high": pytest.approx(52.05, abs=0.05),
    }
    assert found["exactly_these"]["low"] == pytest.approx(31.4, abs=0.1)
    assert found["silence"]["high"] == pytest.approx(63.3, abs=0.1)
    assert found["rates"]["response"] == {
        "value": pytest.approx(120 / 196),
        "numerator": 120,
        "counted": "scored",
        "denominator": 196,
        "base": "invited",
    }
    assert (
        sum(found["scores"].values()) == found["dispositions"]["completed"] + found["dispositions"]["started"]
    )
    assert found["versus"]["comparison"]["finding"] == "no evidence"
    assert found["versus"]["wave"] == 2
    rows = {row["label"]: row for row in found["segments"]["rows"]}
    assert rows["North"]["interval"]["low"] == pytest.approx(27.65, abs=0.1)
    assert rows["East [bold]"]["groups"] == {"low": 1, "middle": 0, "high": 6}
    assert "value" not in rows["East [bold]"]


def test_the_json_of_every_report_has_the_same_keys(asked: Shell) -> None:
    """Programs rely on them: what a report does not have is null or empty, never absent."""
    keys = {
        *("campaign", "kind", "wave", "waves", "started_at", "stopped_at", "running", "since"),
        *(
            "account_managers",
            "accounts",
            "audience",
            "invited",
            "asked",
            "delivered",
            "responses",
            "promoters",
        ),
        *("passives", "detractors", "nps", "opted_out", "skipped", "value", "interval", "easy", "scores"),
        *("exactly_these", "silence", "dispositions", "rates", "selection", "benchmarks", "band"),
        *("bands", "company", "as_of", "now"),
        *("versus", "segments", "cases", "reminded", "compared", "goals", "without_account"),
        *("versus", "segments", "cases", "reminded", "compared", "outlook", "like_the_last", "as_invited"),
    }
    for words in (("demo",), ("demo", "--since", "1 march 2026"), ("demo", "--wave", "1"), ("before",)):
        assert set(values(asked, "report", *words)) == keys


def test_the_json_of_a_period_has_no_invited(asked: Shell) -> None:
    found = values(asked, "report", "demo", "--since", "1 maart 2026")
    assert (found["responses"], found["waves"], found["wave"]) == (340, [1, 2, 3], None)
    assert (found["invited"], found["rates"], found["since"]) == (None, None, "2026-03-01")


def test_the_json_of_the_others(asked: Shell) -> None:
    trend = values(asked, "trend", "demo")
    assert [(one["wave"], one["value"]) for one in trend["waves"]] == [
        (1, 10.0),
        (2, 30.0),
        (3, 40.0),
    ]
    assert trend["waves"][0]["change"] is None
    assert trend["waves"][1]["change"]["interval"]["high"] == pytest.approx(39, abs=1)
    themes = {row["theme"]: row for row in values(asked, "themes", "demo")["themes"]}
    assert themes["delivery"]["n"] == 62
    assert themes["delivery"]["quotes"] == ["delivery was late"]
    answers = values(asked, "answers", "demo", "promoters")
    assert (answers["category"], answers["total"], len(answers["answers"])) == ("promoters", 66, 15)
    before = values(asked, "report", "before")
    assert (before["nps"], before["promoters"], before["kind"]) == (None, None, "csat")
    assert before["value"] == pytest.approx(71.4, abs=0.1)


@pytest.mark.parametrize(
    "words",
    [("report", "demo"), ("report", "demo", "--by", "region"), ("trend", "demo"), ("themes", "demo")],
)
def test_a_picture_is_written(asked: Shell, words: tuple[str, ...], tmp_path: Path) -> None:
    file = tmp_path / "picture.png"
    result = asked(*words, "--png", str(file))
    assert (result.exit_code, result.stderr) == (0, "")
    assert file.read_bytes().startswith(b"\x89PNG")


def test_nothing_to_draw_is_said(shell: Shell, tmp_path: Path) -> None:
    shell.put(lambda store: hold(store, told(3)))
    file = tmp_path / "picture.png"
    result = shell("report", "demo", "--png", str(file))
    assert (result.exit_code, result.stderr) == (
        1,
        f"There is nothing to draw in this report. {file} is not written.\n",
    )
    # field D: the report was swallowed where its picture has nothing to show
    assert result.stdout == shell("report", "demo").stdout
