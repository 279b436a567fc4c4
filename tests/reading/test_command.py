"""`npsbot read` shows how replies are understood."""

import json

import pytest
import typer
from typer.testing import CliRunner

from bot.cli.read import read_command

NOTHING_BESIDE = {"wants_contact": False, "offers_stop": False}

app = typer.Typer()
app.command()(read_command)


def test_each_argument_is_one_json_object() -> None:
    result = CliRunner().invoke(app, ["--lang", "nl", "--json", "een 8, te duur", "7 of 8", "stop er mee"])
    assert result.exit_code == 0
    assert [json.loads(line) for line in result.stdout.splitlines()] == [
        {"kind": "score_reason", "score": 8, "reason": "te duur", "candidates": [], **NOTHING_BESIDE},
        {"kind": "ambiguous", "score": None, "reason": None, "candidates": [7, 8], **NOTHING_BESIDE},
        {"kind": "opt_out", "score": None, "reason": None, "candidates": [], **NOTHING_BESIDE},
    ]


def test_what_is_wished_beside_it_is_shown() -> None:  # field A7
    lines = ["8, please call me back about order 4711", "I'm done, too expensive. 4"]
    told = CliRunner().invoke(app, ["--lang", "en", *lines]).stdout.splitlines()
    assert told == [
        f"score 8, reason: please call me back about order 4711, wants contact\t{lines[0]!r}",
        f"score 4, reason: I'm done, too expensive., offered STOP\t{lines[1]!r}",
    ]
    rows = [json.loads(line) for line in CliRunner().invoke(app, ["--json", *lines]).stdout.splitlines()]
    assert [(row["wants_contact"], row["offers_stop"]) for row in rows] == [(True, False), (False, True)]


def test_lines_of_standard_input_are_read_one_by_one() -> None:
    result = CliRunner().invoke(
        app, ["--lang", "en"], input="8\r\n12\n\nwho is this?\n3 and stop texting me\n7.5\n8, fast\n👍\n"
    )
    assert result.stdout.splitlines() == [
        "score 8\t'8'",
        "out of range: 12\t'12'",
        "not a score\t''",
        "help\t'who is this?'",
        "opt-out, score 3\t'3 and stop texting me'",
        "ask: 7 or 8\t'7.5'",
        "score 8, reason: fast\t'8, fast'",
        "ask again\t'👍'",
    ]


def test_another_scale_can_be_asked() -> None:
    result = CliRunner().invoke(app, ["--scale", "1-5", "4/5"])
    assert result.stdout == "score 4\t'4/5'\n"


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["--awaiting", "confirm", "--after", "Reply 9 if that is it", "yes"], "score 9"),
        (["--awaiting", "confirm", "--after", "7 or 8", "the second"], "score 8"),
        (["--awaiting", "confirm", "yes"], "ask again"),
        (["--awaiting", "reason", "actually a 2, too slow"], "score 2, reason: too slow"),
        (["--awaiting", "reason", "2, too slow"], "ask: 2, reason: too slow"),
        (["--awaiting", "reason", "2 hours"], "not a score"),
    ],
)
def test_a_reply_is_read_as_at_its_moment(arguments: list[str], line: str) -> None:
    result = CliRunner().invoke(app, arguments)
    assert result.stdout.split("\t")[0] == line


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--lang", "xx", "8"], 'the language "xx" is not known'),
        (["--scale", "ten", "8"], '"ten" is no scale'),
    ],
)
def test_a_wrong_option_is_named(arguments: list[str], message: str) -> None:
    result = CliRunner().invoke(app, arguments, env={"TERMINAL_WIDTH": "200"})
    assert result.exit_code == 2
    assert message in result.output
