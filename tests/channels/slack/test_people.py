"""A user id is one person's within a workspace alone."""

import pytest

from channels.slack.people import is_foreign_command, own_team


@pytest.mark.parametrize(
    ("payload", "team", "foreign"),
    [
        ({"command": "/nps", "team_id": "T1"}, "T1", False),
        ({"command": "/nps", "team_id": "T2"}, "T1", True),
        ({"command": "/nps", "team_id": "T2"}, None, False),
        ({"command": "/nps"}, "T1", False),
        ({"type": "event_callback", "team_id": "T2"}, "T1", False),  # a customer's words, by Slack Connect
        ({"type": "block_actions", "team": {"id": "T2"}}, "T1", False),
    ],
    ids=str,
)
def test_a_command_of_another_workspace(payload: dict[str, object], team: str | None, foreign: bool) -> None:
    assert is_foreign_command(payload, team) is foreign  # field E9


@pytest.mark.parametrize(
    ("answer", "team"),
    [
        ({"team_id": "T1"}, "T1"),
        ({"team_id": "T1", "is_enterprise_install": True}, None),
        ({}, None),
    ],
    ids=str,
)
def test_our_own_workspace(answer: dict[str, object], team: str | None) -> None:
    assert own_team(answer) == team
