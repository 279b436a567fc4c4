"""`npsbot read` shows how replies are understood."""

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from bot.cli.read import Moment, last_said, read_command
from bot.dialogue.conversation import Conversation, Said, advance, awaiting, offered
from bot.reading.reader import Ambiguous, LastSaid, Score, read
from tests.support.bot_under_test import languages
from tests.support.conversations import FRESH
from tests.support.manual_clock import MONDAY
from tests.support.reading import ZERO_TO_TEN

NOTHING_BESIDE = {"wants_contact": False, "offers_stop": False, "own_wish": None}

app = typer.Typer()
app.command()(read_command)


PROBES = Path(__file__).parent.parent / "data" / "replies_probes.jsonl"


def heard(conversation: Conversation, found: Ambiguous | Score) -> Conversation:
    return advance(conversation, Said(found, "", MONDAY)).conversation


NINE_OFFERED = heard(FRESH, Ambiguous((9,)))
REASON_ASKED = heard(FRESH, Score(9))
CHANGE_ASKED = heard(REASON_ASKED, Ambiguous((2,)))


@pytest.mark.parametrize(
    ("conversation", "moment", "after"),
    [
        (FRESH, Moment.SCORE, ""),
        (NINE_OFFERED, Moment.CONFIRM, "Reply 9 if that is it"),
        (REASON_ASKED, Moment.REASON, "What is the main reason for your 9?"),
        (CHANGE_ASKED, Moment.REASON, "2 :( terrible"),  # in every language
    ],
)
def test_every_probe_is_read_as_its_conversation_would(
    conversation: Conversation, moment: Moment, after: str
) -> None:
    there = LastSaid(awaiting(conversation), (after,), offered(conversation), conversation.score)
    rows = [json.loads(line) for line in PROBES.read_text("utf-8").splitlines()]
    for row in rows:
        here = last_said(moment, after, row["lang"], ZERO_TO_TEN, languages())
        assert (here.awaiting, here.offered) == (there.awaiting, there.offered)
        text, language = row["text"], row["lang"]
        assert read(text, language, ZERO_TO_TEN, here, languages()) == read(
            text, language, ZERO_TO_TEN, there, languages()
        )


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


def test_what_somebody_wishes_for_themself_is_shown() -> None:
    lines = ["niet nu", "liever via SMS", "doe maar weer gewoon"]
    told = CliRunner().invoke(app, ["--lang", "nl", *lines]).stdout.splitlines()
    assert told == [
        f"not a score, a wish: {wish}\t{line!r}"
        for line, wish in zip(lines, ("later", "channel", "as usual"), strict=True)
    ]
    (row,) = CliRunner().invoke(app, ["--json", "later"]).stdout.splitlines()
    assert json.loads(row)["own_wish"] == "later"


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
        (["--awaiting", "reason", "--after", "What is the main reason for your 9?", "yes"], "not a score"),
        (["--awaiting", "reason", "--after", "2, your support is terrible", "yes"], "score 2"),
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
