"""Who wrote or pressed, and where: of our workspace or of another company, in a thread of ours or in none."""

from typing import Any

import pytest

from channels.slack.authors import Author, Authors
from channels.slack.people import own_team
from channels.slack.places import in_thread_of_ours, is_foreign_command, is_foreign_press, of_another_company


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


PRESS = {"type": "block_actions", "channel": {"id": "C1"}, "user": {"id": "U1", "team_id": "T2"}}


@pytest.mark.parametrize(
    ("payload", "team", "foreign"),
    [
        (PRESS, "T1", True),
        (PRESS, "T2", False),
        (PRESS, None, False),
        (PRESS | {"enterprise": {"id": "E1"}}, "T1", False),
        (PRESS | {"channel": {"id": "D1"}}, "T1", False),  # a customer of another company who is asked
        (PRESS | {"user": {"id": "U1"}}, "T1", False),
        (PRESS | {"type": "event_callback"}, "T1", False),
    ],
    ids=str,
)
def test_a_press_of_another_company_under_an_alert(
    payload: dict[str, object], team: str | None, foreign: bool
) -> None:
    assert is_foreign_press(payload, team) is foreign


@pytest.mark.parametrize(
    ("shared", "event", "foreign"),
    [
        (False, {"user_team": "T2"}, False),
        (True, {"user_team": "T2"}, True),
        (True, {"user_team": "T1"}, False),
        (True, {"team": "T2"}, True),
        (True, {"message": {"user_team": "T2"}, "team": "T1"}, True),
        (True, {"previous_message": {"source_team": "T1"}}, False),
        (True, {}, None),
    ],
    ids=str,
)
def test_words_of_another_company(shared: bool, event: dict[str, Any], foreign: bool | None) -> None:
    assert of_another_company({"is_ext_shared_channel": shared, "event": event}, "T1") is foreign


@pytest.mark.parametrize(
    ("event", "may_be_ours"),
    [
        ({"ts": "2", "thread_ts": "1", "parent_user_id": "UBOT"}, True),
        ({"ts": "2", "thread_ts": "1"}, True),  # the database knows
        ({"ts": "2", "thread_ts": "1", "parent_user_id": "U9"}, False),
        ({"ts": "1", "thread_ts": "1"}, False),  # the message that others answered
        ({"ts": "1"}, False),
        ({"message": {"ts": "2", "thread_ts": "1"}}, True),
        ({"previous_message": {"ts": "2", "thread_ts": "1", "parent_user_id": "U9"}}, False),
        ({"channel_type": "mpim", "ts": "2", "thread_ts": "1"}, False),
        ({"channel_type": "im", "ts": "2", "thread_ts": "1"}, False),
    ],
    ids=str,
)
def test_a_thread_that_may_be_one_of_ours(event: dict[str, Any], may_be_ours: bool) -> None:
    assert in_thread_of_ours({"channel_type": "group", **event}, "UBOT") is may_be_ours


@pytest.mark.parametrize(
    ("user", "author"),
    [
        (
            {"team_id": "T1", "profile": {"real_name": "Account Manager"}},
            Author("Account Manager", ours=True),
        ),
        ({"team_id": "T1", "profile": {"display_name": "am"}}, Author("am", ours=True)),
        ({"team_id": "T2", "real_name": "Buyer"}, Author("Buyer", ours=False)),
        ({"team_id": "T1", "is_stranger": True}, Author("", ours=False)),
        (None, None),
    ],
    ids=str,
)
async def test_who_an_author_is(user: dict[str, Any] | None, author: Author | None) -> None:
    asked: list[str] = []

    async def look_up(id_: str) -> dict[str, Any]:
        asked.append(id_)
        return {"user": user}

    authors = Authors(look_up)
    assert [await authors.who("U1", "T1") for _ in range(2)] == [author, author]
    assert len(asked) == (1 if author else 2)


async def test_who_is_not_told_in_time_is_nobody() -> None:
    async def fails(_: str) -> Any:
        raise TimeoutError

    assert await Authors(fails).who("U1", "T1") is None
