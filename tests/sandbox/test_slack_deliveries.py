"""What Slack tells the app, checked by slack_sdk's SignatureVerifier."""

from typing import Any

import aiohttp
import pytest
from slack_sdk.signature import SignatureVerifier
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient
from starlette.responses import JSONResponse, PlainTextResponse

from sandbox import Fault
from tests.support.acme import BUTTONS, DIRECT, USER
from tests.support.running import APP_TOKEN, BOT_TOKEN, SIGNING_SECRET, Running, running


async def test_a_message_is_delivered_signed_and_escaped(run: Running) -> None:
    act = await run.people.type("slack", "8 < 9 & <!channel> https://acme.example/a?b=1&c=2")
    assert act.delivered
    [delivery] = run.bot.at("/slack")
    assert SignatureVerifier(SIGNING_SECRET).is_valid_request(delivery.body, delivery.headers)
    [event] = run.bot.events("message")
    assert event["text"] == "8 &lt; 9 &amp; &lt;!channel&gt; <https://acme.example/a?b=1&amp;c=2>"
    assert (event["user"], event["channel"], event["channel_type"]) == (USER, DIRECT, "im")
    [message] = run.world.messages("slack")
    assert (message.text, message.status) == (
        "8 < 9 & <!channel> https://acme.example/a?b=1&c=2",
        "delivered",
    )


async def test_an_event_is_tried_four_times_with_numbered_retries(run: Running) -> None:
    run.bot.answers["/slack"] = lambda _: PlainTextResponse("no", 500)
    act = await run.people.type("slack", "8")
    assert (act.ok, act.delivered) == (True, False)
    await run.clock.asleep()
    assert len(run.bot.at("/slack")) == 2  # the first retry came at once, the second waits a minute
    run.clock.jump(60)
    await run.clock.asleep()
    assert len(run.bot.at("/slack")) == 3
    run.clock.jump(300)
    deliveries = await run.bot.wait("/slack", 4)
    assert [delivery.headers.get("x-slack-retry-num") for delivery in deliveries] == [None, "1", "2", "3"]
    assert {delivery.headers.get("x-slack-retry-reason") for delivery in deliveries[1:]} == {"http_error"}
    assert len({delivery.json["event_id"] for delivery in deliveries}) == 1


async def test_an_app_can_refuse_retries(run: Running) -> None:
    run.bot.answers["/slack"] = lambda _: PlainTextResponse("no", 500, {"X-Slack-No-Retry": "1"})
    await run.people.type("slack", "8")
    await run.clock.forward(400)
    assert len(run.bot.at("/slack")) == 1


async def test_the_app_is_told_of_its_own_posts_and_updates(run: Running, client: AsyncWebClient) -> None:
    posted = await client.chat_postMessage(channel=USER, text="?")
    await client.chat_update(channel=DIRECT, ts=posted["ts"], text="!")
    told = await run.bot.wait("/slack", 2)
    assert {delivery.json["event"].get("subtype") for delivery in told} == {None, "message_changed"}
    assert all("bot_id" in delivery.json["event"].get("message", delivery.json["event"]) for delivery in told)


async def test_an_edit_is_told_with_both_versions(run: Running) -> None:
    await run.people.type("slack", "8")
    [message] = run.world.messages("slack")
    assert (await run.people.edit("slack", message.id, "9")).delivered
    event = run.bot.at("/slack")[-1].json["event"]
    assert (event["subtype"], event["message"]["text"], event["previous_message"]["text"]) == (
        "message_changed",
        "9",
        "8",
    )
    assert run.world.messages("slack")[0].edited


async def test_a_press_carries_value_container_and_a_response_url(
    run: Running, client: AsyncWebClient
) -> None:
    posted = await client.chat_postMessage(channel=USER, text="?", blocks=BUTTONS)
    await run.bot.wait("/slack", 1)
    run.bot.deliveries.clear()
    assert (await run.people.press("slack", posted["ts"], "nps/s9")).ok
    [delivery] = run.bot.at("/slack")
    assert SignatureVerifier(SIGNING_SECRET).is_valid_request(delivery.body, delivery.headers)
    payload = delivery.payload
    assert (payload["type"], payload["user"]["id"], payload["actions"][0]["value"]) == (
        "block_actions",
        USER,
        "i:9",
    )
    assert payload["container"]["message_ts"] == payload["message"]["ts"] == posted["ts"]

    webhook = AsyncWebhookClient(payload["response_url"])
    assert (await webhook.send_dict({"text": "saved: 9", "replace_original": True})).status_code == 200
    [message] = run.world.messages("slack")
    assert (message.text, message.edited) == ("saved: 9", True)
    assert not (await run.people.press("slack", posted["ts"], "nps/s9")).ok


async def test_a_response_url_has_five_uses_and_thirty_minutes(run: Running) -> None:
    await run.people.type("slack", "/nps help")
    [delivery] = run.bot.at("/slack")
    webhook = AsyncWebhookClient(delivery.form["response_url"])
    answers = [(await webhook.send_dict({"text": str(number)})) for number in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [404]
    assert "used_url" in answers[-1].body
    assert all(message.only_for == USER for message in run.world.messages("slack"))

    await run.people.type("slack", "/nps help")
    late = AsyncWebhookClient(run.bot.at("/slack")[-1].form["response_url"])
    run.clock.jump(31 * 60)
    assert "expired_url" in (await late.send_dict({"text": "late"})).body


async def test_a_command_s_answer_is_shown_to_its_giver_alone(run: Running) -> None:
    run.bot.answers["/slack"] = lambda _: JSONResponse({"text": "Only *admins*."})
    act = await run.people.type("slack", "/nps start demo")
    assert act.delivered
    form = run.bot.at("/slack")[0].form
    assert (form["command"], form["text"], form["user_id"], form["channel_id"]) == (
        "/nps",
        "start demo",
        USER,
        DIRECT,
    )
    answer = run.world.messages("slack")[-1]
    assert (answer.text, answer.only_for, answer.author) == ("Only admins.", USER, "bot")


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (lambda _: PlainTextResponse("no", 500), "dispatch_failed"),
        (lambda _: JSONResponse({"blocks": [{"type": "nonsense"}]}), "invalid_blocks"),
        (lambda _: JSONResponse([1]), "dispatch_failed"),
    ],
)
async def test_a_failed_command_shows_slacks_error_and_is_not_tried_again(
    run: Running, answer: Any, error: str
) -> None:
    run.bot.answers["/slack"] = answer
    act = await run.people.type("slack", "/nps status")
    assert (act.ok, error in act.error) == (False, True)
    assert run.world.messages("slack")[-1].author == "provider"
    await run.clock.forward(400)
    assert len(run.bot.at("/slack")) == 1


async def test_a_picture_is_uploaded_in_three_steps(run: Running, client: AsyncWebClient) -> None:
    await client.files_upload_v2(
        filename="nps.png", content=b"\x89PNG\r\n\x1a\n--x--", channel=DIRECT, initial_comment="The wave"
    )
    [message] = run.world.messages("slack")
    assert message.text == "The wave"
    assert message.image is not None
    async with aiohttp.ClientSession() as session, session.get(run.url + message.image) as answer:
        assert (answer.content_type, await answer.read()) == ("image/png", b"\x89PNG\r\n\x1a\n--x--")


async def test_the_request_url_is_verified_by_its_challenge(run: Running) -> None:
    assert run.people.slack is not None
    deliveries = run.people.slack.deliveries
    assert not await deliveries.verify_url()
    run.bot.answers["/slack"] = lambda delivery: PlainTextResponse(delivery.json["challenge"])
    assert await deliveries.verify_url()


async def test_after_a_cut_connection_the_message_was_posted_all_the_same(
    run: Running, client: AsyncWebClient
) -> None:
    run.world.fault(Fault("slack", "drop_after", on="chat.postMessage"))
    with pytest.raises(aiohttp.ClientError):
        await client.chat_postMessage(channel=USER, text="once")
    assert [message.text for message in run.world.messages("slack")] == ["once"]


async def test_one_message_comes_under_several_event_ids(run: Running) -> None:
    """# field A4"""
    run.world.fault(Fault("slack", "other_ids", on="deliver:event", copies=3, seconds=60.0))
    await run.people.type("slack", "8")
    for number in (2, 3, 4):
        await run.clock.asleep()  # whoever lies down after the move waits for a minute of ours
        await run.clock.forward(60)
        await run.bot.wait("/slack", number)
    payloads = [delivery.json for delivery in run.bot.at("/slack")]
    assert len({payload["event_id"] for payload in payloads}) == 4
    assert len({payload["event"]["ts"] for payload in payloads}) == 1
    assert not any("X-Slack-Retry-Num".lower() in delivery.headers for delivery in run.bot.at("/slack"))


async def test_a_stranger_by_slack_connect_is_of_another_team(run: Running) -> None:
    run.world.add_slack_user("U0PARTNER", "Somebody at a partner", team="T0PARTNER")
    await run.people.type("U0PARTNER", "8")
    (event,) = run.bot.events("message")
    assert event["user_team"] == event["team"] == "T0PARTNER"


async def test_a_duplicated_event_has_one_event_id(run: Running) -> None:
    run.world.fault(Fault("slack", "duplicate", on="deliver:event", copies=2))
    await run.people.type("slack", "8")
    assert len({delivery.json["event_id"] for delivery in run.bot.at("/slack")}) == 1
    assert len(run.bot.at("/slack")) == 3


async def test_a_refreshed_connection_is_opened_anew_and_ten_are_the_most() -> None:
    async with running(slack={"mode": "socket"}) as run:
        web = AsyncWebClient(token=BOT_TOKEN, base_url=f"{run.url}/slack/api/")
        clients = [SocketModeClient(app_token=APP_TOKEN, web_client=web) for _ in range(2)]

        async def listen(client: Any, request: SocketModeRequest) -> None:
            await client.send_socket_mode_response(SocketModeResponse(request.envelope_id))

        try:
            for client in clients:
                client.socket_mode_request_listeners.append(listen)
                await client.connect()  # type: ignore[no-untyped-call]  # slack_sdk leaves it untyped
            await run.sockets.connected(2)
            await run.sockets.refresh()
            await run.sockets.connected(2)
            assert (await run.people.type("slack", "8")).delivered
        finally:
            for client in clients:
                await client.close()  # type: ignore[no-untyped-call]  # slack_sdk leaves it untyped


async def test_a_channel_is_seen_by_each_of_its_people_and_told_to_an_app_that_is_in_it(
    run: Running, client: AsyncWebClient
) -> None:
    run.world.add_slack_channel("C0ALERTS", "alerts", (USER, "U0MANAGER"))
    run.world.add_slack_user("U0MANAGER", "Manager", phone="manager", role="manager")
    for user in (USER, "U0MANAGER"):
        run.world.add_slack_channel_phone("C0ALERTS", user, phone=f"alerts-{user}")
    posted = await client.chat_postMessage(channel="C0ALERTS", text="a detractor", blocks=BUTTONS)
    await client.chat_update(channel="C0ALERTS", ts=posted["ts"], text="done")
    await client.chat_postEphemeral(channel="C0ALERTS", user=USER, text="only you")
    await run.people.type("alerts-U0MANAGER", "thanks")
    told = [delivery.json["event"] for delivery in run.bot.deliveries]
    assert {event["channel_type"] for event in told} == {"channel"}
    assert [event["text"] for event in told if "bot_id" not in event and "message" not in event] == ["thanks"]
    seen = {
        phone: [(message.as_json(who)["from"], message.text) for message in run.world.messages(phone)]
        for phone, who in ((f"alerts-{USER}", USER), ("alerts-U0MANAGER", "U0MANAGER"))
    }
    assert seen == {
        f"alerts-{USER}": [("bot", "done"), ("bot", "only you"), ("other", "thanks")],
        "alerts-U0MANAGER": [("bot", "done"), ("me", "thanks")],
    }
    await client.chat_delete(channel="C0ALERTS", ts=posted["ts"])
    assert run.world.messages("alerts-U0MANAGER")[0].text == "thanks"


@pytest.mark.parametrize("status", [404, 500])
async def test_a_press_that_is_not_taken_is_shown_and_never_repeated(
    run: Running, client: AsyncWebClient, status: int
) -> None:
    posted = await client.chat_postMessage(channel=USER, text="?", blocks=BUTTONS)
    run.bot.answers["/slack"] = lambda _: PlainTextResponse("", status)
    act = await run.people.press("slack", posted["ts"], "nps/s3")
    assert (act.ok, "did not answer" in act.error) == (False, True)
    await run.clock.forward(400)
    assert sum(delivery.body.startswith(b"payload=") for delivery in run.bot.at("/slack")) == 1


async def test_a_bot_that_is_slow_or_gone_is_told_apart_in_the_retry_reason() -> None:
    async with running(slack={"url": "http://127.0.0.1:9/slack"}) as run:
        act = await run.people.type("slack", "/nps help")
        assert "dispatch_failed" in act.error
    async with running(slack={"patience": 0.05}) as run:
        run.bot.delay = 0.1
        assert "operation_timeout" in (await run.people.type("slack", "/nps help")).error
        await run.people.type("slack", "8")
        retried = await run.bot.wait("/slack", 3)
        assert retried[-1].headers["x-slack-retry-reason"] == "http_timeout"


@pytest.mark.parametrize("body", [b"{", b"[1]", b"\xff\xfe", b'"x"'])
async def test_a_body_that_cannot_be_read_is_refused(run: Running, body: bytes) -> None:
    headers = {"Authorization": f"Bearer {BOT_TOKEN}", "Content-Type": "application/json"}
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{run.url}/slack/api/chat.postMessage", data=body, headers=headers) as answer,
    ):
        assert await answer.json() == {"ok": False, "error": "invalid_json"}


async def test_signatures_carry_the_sandboxs_time(run: Running) -> None:
    run.clock.jump(86_400)
    await run.people.type("slack", "8")
    [delivery] = run.bot.at("/slack")
    assert not SignatureVerifier(SIGNING_SECRET).is_valid_request(delivery.body, delivery.headers)
    stamp = int(delivery.headers["x-slack-request-timestamp"])
    assert abs(stamp - run.world.now().timestamp()) < 5
