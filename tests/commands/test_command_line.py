"""`npsbot campaign` and `npsbot report`, beside a server or alone."""

import json
from pathlib import Path

import pytest

from bot.cli.campaign import campaign_app
from bot.commands.grammar import VERBS
from tests.support.campaign_world import Someone, slack_people
from tests.support.shell import CONFIG, Shell


def test_a_campaign_is_planned_started_watched_stopped_and_reported(shell: Shell) -> None:
    shell.add(*slack_people(3), Someone("nobody"))
    plan = shell("campaign", "start", "demo")
    assert plan.exit_code == 0
    assert "Will be asked: 3\n" in plan.stdout
    assert "To start it, write “npsbot campaign start demo confirm” within 24 hours." in plan.stdout
    started = shell("campaign", "start", "demo", "confirm")
    assert started.exit_code == 0
    assert started.stdout.startswith("Wave 1 of demo has started\n")
    shell.score("c1", 10)
    shell.score("c2", 3)
    assert "Gave a score so far: 2\n" in shell("campaign", "status").stdout
    would = shell("campaign", "stop", "demo").stdout
    assert "Would no longer be asked: 1\n" in would
    assert "To stop, write “npsbot campaign stop demo confirm”." in would
    assert "No longer asked: 1." in shell("campaign", "stop", "demo", "confirm").stdout
    assert shell("campaign", "report", "demo", "wave", "1").stdout.startswith("demo, wave 1: NPS 0\n")
    values = json.loads(shell("report", "demo", "--json").stdout)
    expected = {
        "campaign": "demo",
        "wave": 1,
        "invited": 2,
        "delivered": 2,
        "responses": 2,
        "promoters": 1,
        "passives": 0,
        "detractors": 1,
        "nps": 0.0,
        "skipped": {"no_address": 1, "stopped": 1},  # Telegram is off here, so a link would not help
    }
    assert {key: values[key] for key in expected} == expected
    table = shell("report", "demo").stdout
    assert "demo, wave 1: NPS 0" in table
    assert shell("campaign", "report", "demo", "wave", "1").stdout == table
    assert "no address on these channels" in table


@pytest.mark.parametrize("before", [True, False])
def test_the_configuration_is_named_before_the_verb_or_behind_it(shell: Shell, before: bool) -> None:
    named = ["--config", str(shell.config)]
    words = ["campaign", *named, "status"] if before else ["campaign", "status", *named]
    assert shell.alone(*words).stdout == "demo was never started.\n"


def test_nps_is_null_when_nobody_answered(shell: Shell) -> None:
    shell.add(*slack_people(1))
    shell("campaign", "start", "demo")
    shell("campaign", "start", "demo", "confirm")
    assert json.loads(shell("report", "demo", "--json").stdout)["nps"] is None
    assert "no score yet" in shell("report", "demo").stdout


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("campaign", "help"), 0, "npsbot campaign start CAMPAIGN"),
        (("campaign", "start", "demmo"), 2, "Did you mean “npsbot campaign start demo”?"),
        (("campaign", "start", "demo", "now"), 2, "Nothing was done"),
        (("campaign", "report", "demo"), 1, "demo was never started."),
        (("campaign", "stop", "demo"), 1, "Nothing of demo is running"),
        (("campaign", "try", "demo", "--as", "slack:UADMIN"), 0, "begins in a moment in Slack"),
        (("campaign", "try", "demo", "--as", "slack:UOTHER"), 1, "only admins"),
        (("campaign", "try", "demo", "--as", "sms:+31612345678"), 1, "not taken by SMS"),
        (("campaign", "try", "demo", "--as", "UADMIN"), 2, "write it as channel:id"),
        (("campaign", "try", "demo"), 2, "--as"),
        (("report", "demo"), 1, "demo was never started."),
        (("report", "DEMO"), 1, "demo was never started."),
        (("report", "demo", "--wave", "4", "--json"), 1, "demo was never started."),
        (("report", "demmo"), 2, "There is no campaign “demmo”."),
        (("report", "demo", "--wave", "0"), 2, "--wave"),
    ],
)
def test_exit_codes_tell_done_refused_and_not_understood(
    shell: Shell, words: tuple[str, ...], code: int, says: str
) -> None:
    result = shell(*words)
    assert result.exit_code == code
    assert says in (result.stdout if code == 0 else result.stderr)


def test_a_database_that_cannot_be_used_is_a_sentence(shell: Shell, tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'no such folder' / 'nps.db'}"
    shell.config.write_text(CONFIG.format(url=url))
    result = shell("report", "demo")
    assert result.exit_code == 2
    assert "the folder of the database" in result.stderr


def test_the_terminal_speaks_one_language(shell: Shell) -> None:
    """# field D: a Dutch company's terminal mixed two, and advised "npsbot waarom K1001"."""
    shell.config.write_text(shell.config.read_text() + "language: nl\n")
    shell.add(*slack_people(1))
    assert shell("campaign", "status").stdout == "demo was never started.\n"
    assert shell("campaign", "hulp").stdout.startswith("What you can ask npsbot\n")
    assert shell("why", "nobody").stderr.startswith("I know no customer called “nobody”.")


def test_each_word_of_the_chat_works_at_the_terminal() -> None:
    known = {command.name: command.callback for command in campaign_app.registered_commands}
    for verb, words in VERBS.items():
        assert {known[word] for word in words} == {known[verb]}, verb
    listed = [command.name for command in campaign_app.registered_commands if not command.hidden]
    assert len(listed) == len({known[name] for name in listed})


def test_a_word_in_dutch_is_the_same_command(shell: Shell) -> None:
    assert shell("campaign", "stand").stdout == shell("campaign", "status").stdout
    assert "bestuur" not in shell("campaign", "--help").stdout
