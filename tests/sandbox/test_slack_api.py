"""Slack's Web API, driven by slack_sdk."""

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.slack.api import POST_BURST
from tests.support.acme import BUTTONS, DIRECT, USER, error_of
from tests.support.running import APP_TOKEN, Running


async def test_a_post_to_a_person_lands_in_their_direct_message(run: Running, client: AsyncWebClient) -> None:
    posted = await client.chat_postMessage(channel=USER, text="How likely?", blocks=BUTTONS)
    assert posted["channel"] == DIRECT
    [message] = run.world.messages("slack")
    assert (message.id, message.text, message.labels) == (
        posted["ts"],
        "How likely are you?",
        [str(n) for n in range(11)],
    )
    assert [(span.kind, span.text) for span in message.rich] == [
        ("text", "How "),
        ("bold", "likely"),
        ("text", " are you?"),
    ]


async def test_auth_test_names_the_bot(run: Running, client: AsyncWebClient) -> None:
    answer = await client.auth_test()
    assert (answer["bot_id"], answer["user_id"]) == (run.world.slack.bot_id, run.world.slack.bot_user)


@pytest.mark.parametrize(
    ("method", "arguments", "error"),
    [
        ("chat.postMessage", {"text": "x"}, "invalid_arguments"),
        ("chat.postMessage", {"channel": "U0NOBODY", "text": "x"}, "channel_not_found"),
        ("chat.postMessage", {"channel": USER}, "no_text"),
        ("chat.postMessage", {"channel": USER, "text": "x", "blocks": "[{"}, "invalid_blocks_format"),
        (
            "chat.postMessage",
            {"channel": USER, "text": "x", "blocks": [{"type": "sectoin"}]},
            "invalid_blocks",
        ),
        ("chat.postMessage", {"channel": USER, "text": "x", "markdown_text": "y"}, "markdown_text_conflict"),
        ("chat.postMessage", {"channel": USER, "text": "x", "metadata": {"a": 1}}, "invalid_metadata_format"),
        ("chat.postMessage", {"channel": USER, "attachments": [{}] * 101}, "too_many_attachments"),
        ("chat.postMessage", {"channel": "U0ROBOT", "text": "x"}, "cannot_dm_bot"),
        ("chat.update", {"channel": USER, "ts": "1.0", "text": "x"}, "channel_not_found"),
        ("chat.update", {"channel": DIRECT, "ts": "1.0", "text": "x"}, "message_not_found"),
        ("chat.postEphemeral", {"channel": DIRECT, "user": "U0ROBOT", "text": "x"}, "user_not_in_channel"),
        ("conversations.open", {"users": "U0GONE"}, "user_disabled"),
        ("conversations.open", {"users": "U0NOBODY"}, "user_not_found"),
        ("conversations.open", {"users": "U0ROBOT"}, "cannot_dm_bot"),
        ("users.info", {"user": "U0NOBODY"}, "user_not_found"),
        ("users.lookupByEmail", {"email": "gone@acme.example"}, "users_not_found"),
        ("files.completeUploadExternal", {"files": '[{"id":"F1"}]', "channel_id": USER}, "channel_not_found"),
        ("files.completeUploadExternal", {"files": '[{"id":"F1"}]', "channel_id": DIRECT}, "file_not_found"),
        ("chat.postMesage", {"channel": USER, "text": "x"}, "unknown_method"),
        ("apps.connections.open", {}, "not_allowed_token_type"),
    ],
)
async def test_a_wrong_call_gets_slacks_own_error(
    run: Running, client: AsyncWebClient, method: str, arguments: dict[str, Any], error: str
) -> None:
    run.world.add_slack_user("U0ROBOT", "Robot", is_bot=True)
    run.world.add_slack_user("U0GONE", "Gone", email="gone@acme.example", deleted=True)
    assert await error_of(client.api_call(method, json=arguments)) == error
    assert run.world.messages("slack") == []


@pytest.mark.parametrize(
    ("token", "error"),
    [("", "not_authed"), ("xoxb-other", "invalid_auth"), (APP_TOKEN, "not_allowed_token_type")],
)
async def test_a_wrong_token_opens_nothing(run: Running, token: str, error: str) -> None:
    client = AsyncWebClient(token=token, base_url=f"{run.url}/slack/api/", retry_handlers=[])
    assert await error_of(client.auth_test()) == error


async def test_a_post_to_a_deactivated_person_succeeds(run: Running, client: AsyncWebClient) -> None:
    run.world.slack.deactivate(USER)
    assert (await client.chat_postMessage(channel=USER, text="hello"))["ok"]
    assert (await client.users_info(user=USER))["user"]["deleted"]


async def test_people_are_found_by_their_address(client: AsyncWebClient) -> None:
    assert (await client.users_lookupByEmail(email="Customer@acme.example"))["user"]["id"] == USER


async def test_an_update_without_blocks_removes_them(run: Running, client: AsyncWebClient) -> None:
    posted = await client.chat_postMessage(channel=USER, text="?", blocks=BUTTONS)
    await client.chat_update(channel=DIRECT, ts=posted["ts"], text="saved")
    [message] = run.world.messages("slack")
    assert (message.text, message.buttons, message.edited) == ("saved", (), True)


async def test_a_person_s_message_cannot_be_updated_by_the_app(run: Running, client: AsyncWebClient) -> None:
    await run.people.type("slack", "8")
    [message] = run.world.messages("slack")
    assert (
        await error_of(client.chat_update(channel=DIRECT, ts=message.id, text="9")) == "cant_update_message"
    )


async def test_posts_to_one_channel_are_limited_with_retry_after(
    run: Running, client: AsyncWebClient
) -> None:
    for _ in range(POST_BURST):
        await client.chat_postMessage(channel=USER, text="again")
    with pytest.raises(SlackApiError) as caught:
        await client.chat_postMessage(channel=USER, text="again")
    response = caught.value.response
    assert (response.status_code, response["error"]) == (429, "ratelimited")
    assert int(response.headers["Retry-After"]) >= 1


async def test_a_tier_is_counted_by_the_minute_of_the_clock(run: Running, client: AsyncWebClient) -> None:
    for _ in range(50):
        await client.conversations_open(users=USER)
    assert await error_of(client.conversations_open(users=USER)) == "ratelimited"
    run.clock.jump(60)
    assert (await client.conversations_open(users=USER))["ok"]
