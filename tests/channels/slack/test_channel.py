"""Slack against the contract, and what is Slack's own."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlencode

import aiohttp
import httpx
import pytest
from slack_sdk.signature import SignatureVerifier
from starlette.applications import Starlette

from channels.base import (
    Address,
    Channel,
    InboundMessage,
    Misconfigured,
    RateLimited,
    Rejected,
    SendError,
    Unavailable,
    Unknown,
    Unreachable,
)
from channels.slack.channel import SlackChannel
from channels.slack.client import api_base
from tests.channels.contract import NOW, PAYLOADS, SCALE, ChannelContract, Hook, Intake
from tests.support.far_side import Answer, FarSide, Sent

SECRET, TOKEN = "8f742231b10e8888abcd99yyyzzz85a5", "xoxb-secret-token"
FORMS = ("press", "press_of_link", "view_submission")
SENT = {"ok": True, "channel": "D0CUSTOMER", "ts": "1795338000.000100", "message": {}}


def refused(code: str, status: int = 200, **headers: str) -> Answer:
    return Answer(status, {"ok": False, "error": code}, headers)


class TestSlack(ChannelContract):
    secrets = (SECRET, TOKEN)
    address = Address("slack", "U0CUSTOMER")
    refused_token = refused("invalid_auth")
    too_fast = Answer(429, {"ok": False, "error": "ratelimited"}, {"Retry-After": "7"})

    def channel(self, api_url: str) -> SlackChannel:
        return SlackChannel(TOKEN, SECRET, None, "http", api_url, clock=lambda: NOW)

    picture_calls = (
        "/api/conversations.open",
        "/api/files.getUploadURLExternal",
        "/upload/F0PICTURE",
        "/api/files.completeUploadExternal",
    )

    def usual(self, sent: Sent) -> object:
        match sent.path.rpartition("/")[2]:
            case "conversations.open":
                return {"ok": True, "channel": {"id": "D0CUSTOMER"}}
            case "files.getUploadURLExternal":
                url = f"http://{sent.headers['host']}/upload/F0PICTURE"
                return {"ok": True, "upload_url": url, "file_id": "F0PICTURE"}
            case "F0PICTURE":
                return f"OK - {len(sent.content)}"
            case "files.completeUploadExternal":
                return {"ok": True, "files": [{"id": "F0PICTURE"}]}
        if sent.path == "/api/auth.test":
            return {"ok": True, "user": "npsbot", "team": "Acme", "user_id": "U0NPSBOT"}
        return SENT

    def pictured(self, sent: Sequence[Sent]) -> tuple[str, str]:
        _, begun, _, done = sent
        (block,) = json.loads(str(done.data["blocks"]))
        runs = [run["text"] for section in block["elements"] for run in section["elements"]]
        return "".join(runs), str(begun.data["alt_txt"])

    def hook(self, name: str) -> Hook:
        text = (PAYLOADS / "slack" / f"{name}.json").read_text()
        if name in FORMS or name == "command":
            form = json.loads(text) if name == "command" else {"payload": text}
            return Hook(
                "/slack/events",
                urlencode(form).encode(),
                {"content-type": "application/x-www-form-urlencoded"},
            )
        return Hook("/slack/events", text.encode(), {"content-type": "application/json"})

    def signed(self, hook: Hook, secret: str | None = None) -> Hook:
        return self.signed_at(hook, int(NOW.timestamp()), secret)

    def signed_at(self, hook: Hook, at: int, secret: str | None = None) -> Hook:
        signature = SignatureVerifier(secret or SECRET).generate_signature(timestamp=str(at), body=hook.body)
        stamp = {"x-slack-request-timestamp": str(at), "x-slack-signature": signature or ""}
        return replace(hook, headers=hook.headers | stamp)

    def recorded(self) -> tuple[str, ...]:
        return ("message", "message_in_thread", "message_with_file", "message_edited", "press", "command")

    def unheard(self) -> tuple[str, ...]:
        return (
            "message_unfurled",
            "message_of_bot",
            "message_of_bot_updated",
            "message_of_bot_deleted",
            "message_in_channel",
            "reaction_to_own_words",
            "reaction_in_channel",
            "app_home_opened",
            "unknown_event",
            "unknown_type",
            "press_of_link",
            "view_submission",
        )

    def shorten_timeout(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("channels.slack.client.TIMEOUT", aiohttp.ClientTimeout(total=0.2))

    def shown(self, sent: Sent) -> str:
        blocks = sent.data["blocks"]
        assert isinstance(blocks, list)
        parts = [part for section in blocks[0]["elements"] for part in section["elements"]]
        return "".join(part["text"] for part in parts)

    # ------------------------------------------------------------------------------------------- webhooks

    @pytest.mark.parametrize("late", [-301, 301])
    async def test_a_stale_signature_is_refused(self, intake: Intake, late: int) -> None:
        hook = self.signed_at(self.hook("message"), int(NOW.timestamp()) + late)
        assert (await self.post(hook, intake)).status_code == 401
        hook = self.signed_at(self.hook("message"), int(NOW.timestamp()) + late // 301 * 300)
        assert (await self.post(hook, intake)).is_success

    @pytest.mark.parametrize("timestamp", ["", "now", "1e9", "-1", "١٧٩٥", "1" * 5000, "1_0"])
    async def test_a_senseless_timestamp_is_refused(self, intake: Intake, timestamp: str) -> None:
        hook = self.signed(self.hook("message"))
        headers = {name: value.encode() for name, value in hook.headers.items()}
        headers["x-slack-request-timestamp"] = timestamp.encode()
        spoilt = replace(hook, headers=headers)  # type: ignore[arg-type]  # bytes: not every one is ASCII
        assert (await self.post(spoilt, intake)).status_code == 401
        assert intake.events == []

    @pytest.mark.parametrize(
        ("body", "content_type"),
        [
            (b'{"type": "event_callback", "event": {', "application/json"),
            (b"[]", "application/json"),
            (b"null", "application/json"),
            (b"[" * 100_000, "application/json"),
            (b"payload=%7B", "application/x-www-form-urlencoded"),
            (b"payload=%FF", "application/x-www-form-urlencoded"),
            (b"&".join([b"a=1"] * 1001), "application/x-www-form-urlencoded"),
        ],
    )
    async def test_a_signed_body_that_cannot_be_read_is_refused(
        self, intake: Intake, body: bytes, content_type: str
    ) -> None:
        hook = self.signed(Hook("/slack/events", body, {"content-type": content_type}))
        assert (await self.post(hook, intake)).status_code == 400

    async def test_answers_slacks_challenge(self, intake: Intake) -> None:
        body = json.dumps({"type": "url_verification", "token": "x", "challenge": "3eZbrw1a"}).encode()
        hook = self.signed(Hook("/slack/events", body, {"content-type": "application/json"}))
        answer = await self.post(hook, intake)
        assert answer.status_code == 200
        assert "3eZbrw1a" in answer.text

    async def test_answers_slacks_look_at_our_certificate(self, intake: Intake) -> None:
        hook = self.hook("command").with_body(b"ssl_check=1&token=x")
        assert (await self.post(self.signed(hook), intake)).status_code == 200
        assert (await self.post(self.signed(hook, secret="other"), intake)).status_code == 401
        assert intake.events == []

    async def test_a_challenge_is_not_answered_to_a_stranger(self, intake: Intake) -> None:
        body = json.dumps({"type": "url_verification", "challenge": "3eZbrw1a"}).encode()
        hook = self.signed(Hook("/slack/events", body, {"content-type": "application/json"}), secret="other")
        assert (await self.post(hook, intake)).status_code == 401

    async def test_works_without_a_call_to_slack(self, intake: Intake, side: FarSide) -> None:
        channel = self.channel(side.url)
        app = Starlette(routes=list(channel.routes(intake.receive)))
        hook = self.signed(self.hook("message"))
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://bot") as http:
            assert (await http.post(hook.path, content=hook.body, headers=hook.headers)).is_success
        assert side.sent == []
        await channel.aclose()

    @pytest.mark.parametrize(
        ("name", "shared", "author", "kept"),
        [
            ("reply_to_us_in_channel", False, {"team_id": "T0ACME"}, True),
            ("reply_to_us_in_channel", True, {"team_id": "T0ACME"}, True),
            ("reply_to_us_broadcast", True, {"is_stranger": True}, False),
            ("reply_to_us_edited", True, None, False),  # Slack knows nobody of that id
            ("reply_to_us_deleted", False, None, True),  # where no other company is, a name is all that lacks
            ("reply_to_others_in_channel", False, {}, False),
            ("reply_of_bot_in_channel", False, {}, False),
            ("message_in_channel", False, {}, False),
        ],
    )
    async def test_colleagues_alone_are_heard_in_threads(
        self,
        intake: Intake,
        side: FarSide,
        name: str,
        shared: bool,
        author: dict[str, object] | None,
        kept: bool,
    ) -> None:
        payload = json.loads(self.hook(name).body)
        payload["is_ext_shared_channel"] = shared
        payload["event"].pop("team", None)
        payload["authorizations"][0].pop("team_id")
        for part in ("message", "previous_message"):
            payload["event"].get(part, {}).pop("team", None)
        if author is None:
            side.answers.append(refused("user_not_found"))
        else:
            side.answers.append(Answer(body={"ok": True, "user": {"real_name": "Account Manager", **author}}))
        channel = self.channel(side.url)
        app = Starlette(routes=list(channel.routes(intake.receive)))
        hook = self.signed(self.hook(name).with_body(json.dumps(payload).encode()))
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://bot") as http:
            assert (await http.post(hook.path, content=hook.body, headers=hook.headers)).is_success
        await channel.aclose()
        assert len(intake.events) == int(kept)
        if kept and author:
            assert isinstance(event := intake.events[0], InboundMessage)
            assert event.actor_name == "Account Manager"

    async def test_half_a_character_and_nul_are_made_storable(self, intake: Intake) -> None:
        payload = json.loads(self.hook("message").body)
        payload["event"]["text"] = "a\x00b \ud83d c"
        hook = self.signed(self.hook("message").with_body(json.dumps(payload).encode()))
        await self.post(hook, intake)
        event = intake.events[0]
        assert isinstance(event, InboundMessage)
        assert event.text == "ab \ufffd c"

    def test_socket_mode_has_no_webhook(self, intake: Intake) -> None:
        channel = SlackChannel(TOKEN, "", "xapp-1", "socket", None)
        assert list(channel.routes(intake.receive)) == []

    @pytest.mark.parametrize(
        ("arguments", "names"),
        [
            (("", SECRET, None, "http", None), "bot_token"),
            ((TOKEN, " ", None, "http", None), "signing_secret"),
            ((TOKEN, SECRET, None, "socket", None), "app_token"),
        ],
    )
    def test_does_not_start_without_its_secret(self, arguments: Sequence[str], names: str) -> None:
        with pytest.raises(ValueError, match=names):
            SlackChannel(*arguments)  # type: ignore[arg-type]  # a table of all five

    # -------------------------------------------------------------------------------------------- sending

    async def test_posts_inert_text_and_blocks(self, sender: Channel, side: FarSide) -> None:
        receipt = await sender.send(self.message(choices=SCALE))
        data = side.last.data
        assert side.last.path == "/api/chat.postMessage"
        assert side.last.headers["authorization"] == f"Bearer {TOKEN}"
        assert (data["channel"], data["parse"], data["link_names"], data["mrkdwn"]) == (
            "U0CUSTOMER",
            "none",
            False,
            False,
        )
        assert receipt.message_ref == "D0CUSTOMER:1795338000.000100"

    async def test_edits_by_its_reference(self, sender: Channel, side: FarSide) -> None:
        receipt = await sender.send(self.message(replaces="D0CUSTOMER:1795337000.000100"))
        data = side.last.data
        assert side.last.path == "/api/chat.update"
        assert (data["channel"], data["ts"]) == ("D0CUSTOMER", "1795337000.000100")
        assert data["text"]
        assert data["blocks"]
        assert receipt.message_ref == "D0CUSTOMER:1795337000.000100"

    async def test_an_edit_without_a_reference_is_rejected(self, sender: Channel, side: FarSide) -> None:
        with pytest.raises(Rejected):
            await sender.send(self.message(replaces="nonsense"))
        assert side.sent == []

    async def test_a_press_is_answered_in_its_place(self, sender: Channel, side: FarSide) -> None:
        side.answers.append(Answer(200, "ok"))
        receipt = await sender.send(
            self.message(answer_ref=f"{side.url}/slack/response/1", replaces="D0CUSTOMER:1795337000.000100")
        )
        assert side.last.path == "/slack/response/1"
        assert side.last.data["replace_original"] is True
        assert "authorization" not in side.last.headers
        assert receipt.message_ref == "D0CUSTOMER:1795337000.000100"

    async def test_a_command_is_answered_to_its_sender_alone(self, sender: Channel, side: FarSide) -> None:
        side.answers.append(Answer(200, {"ok": True}))
        receipt = await sender.send(self.message(answer_ref=f"{side.url}/slack/response/1"))
        assert side.last.data["replace_original"] is False
        assert side.last.data["response_type"] == "ephemeral"
        assert receipt.message_ref is None

    @pytest.mark.parametrize(
        "spent",
        [
            Answer(404, "no_service"),
            Answer(410, ""),
            Answer(404, {"ok": False, "error": "used_url"}),
            Answer(200, {"ok": False, "error": "expired_url"}),
        ],
    )
    @pytest.mark.parametrize(
        ("replaces", "then"),
        [("D0CUSTOMER:1795337000.000100", "/api/chat.update"), (None, "/api/chat.postMessage")],
    )
    async def test_a_spent_response_url_gives_way(
        self, sender: Channel, side: FarSide, spent: Answer, replaces: str | None, then: str
    ) -> None:
        side.answers.append(spent)
        await sender.send(self.message(answer_ref=f"{side.url}/slack/response/1", replaces=replaces))
        assert [sent.path for sent in side.sent] == ["/slack/response/1", then]

    @pytest.mark.parametrize(
        ("answer", "error"),
        [
            (Answer(429, "", {"Retry-After": "3"}), RateLimited),
            (Answer(500, "oops"), Unknown),
            (Answer(broken=True), Unknown),
            (Answer(400, "invalid_blocks"), Rejected),
            (Answer(403, {"ok": False, "error": "account_inactive"}), Misconfigured),
        ],
    )
    async def test_a_response_url_fails_as_sending_does(
        self, sender: Channel, side: FarSide, answer: Answer, error: type[SendError]
    ) -> None:
        side.answers.append(answer)
        with pytest.raises(error):
            await sender.send(self.message(answer_ref=f"{side.url}/slack/response/1"))
        assert len(side.sent) == 1

    @pytest.mark.parametrize(
        "url",
        [
            "https://evil.example/actions/T0/1",
            "http://hooks.slack.com/actions/T0/1",
            "https://hooks.slack.com.evil.example/",
            "https://hooks.slack.com@evil.example/",
            "https://evilhooks.slack.com/",
            "https://hooks.slack.com:8443/",
            "https://evil.example/hooks.slack.com",
            "ftp://hooks.slack.com/",
            "file:///etc/passwd",
            "http://127.0.0.1:1/",
            "//hooks.slack.com/",
            "nonsense",
            "https://[",
        ],
    )
    async def test_posts_to_no_address_that_a_payload_chose(
        self, sender: Channel, side: FarSide, url: str
    ) -> None:
        await sender.send(self.message(answer_ref=url))
        assert [sent.path for sent in side.sent] == ["/api/chat.postMessage"]

    @pytest.mark.parametrize(
        ("code", "error"),
        [
            ("user_disabled", Unreachable),
            ("user_not_found", Unreachable),
            ("user_not_visible", Unreachable),
            ("cannot_dm_bot", Unreachable),
            ("channel_not_found", Unreachable),
            ("is_archived", Unreachable),
            ("not_in_channel", Unreachable),
            ("restricted_action", Unreachable),
            ("invalid_user_combination", Unreachable),
            ("messages_tab_disabled", Misconfigured),
            ("ekm_access_denied", Misconfigured),
            ("account_inactive", Misconfigured),
            ("token_revoked", Misconfigured),
            ("token_expired", Misconfigured),
            ("invalid_auth", Misconfigured),
            ("not_authed", Misconfigured),
            ("missing_scope", Misconfigured),
            ("team_access_not_granted", Misconfigured),
            ("org_login_required", Misconfigured),
            ("invalid_blocks", Rejected),
            ("msg_blocks_too_long", Rejected),
            ("no_text", Rejected),
            ("message_not_found", Rejected),
            ("cant_update_message", Rejected),
            ("edit_window_closed", Rejected),
            ("a_code_of_next_year", Rejected),
            ("ratelimited", RateLimited),
            ("rate_limited", RateLimited),
            ("message_limit_exceeded", RateLimited),
            ("service_unavailable", Unavailable),
            ("request_timeout", Unavailable),
            ("team_added_to_org", Unavailable),
            ("internal_error", Unknown),
            ("fatal_error", Unknown),
        ],
    )
    async def test_each_error_code(
        self, sender: Channel, side: FarSide, code: str, error: type[SendError]
    ) -> None:
        side.answers.append(refused(code))
        with pytest.raises(error) as raised:
            await sender.send(self.message())
        assert type(raised.value) is error

    async def test_service_unavailable_with_503_was_not_sent(self, sender: Channel, side: FarSide) -> None:
        side.answers.append(refused("service_unavailable", 503))
        with pytest.raises(Unavailable):
            await sender.send(self.message())

    @pytest.mark.parametrize(("header", "pause"), [("1.5", 1.5), ("soon", 1.0), ("-3", 1.0), ("nan", 1.0)])
    async def test_any_retry_after(self, sender: Channel, side: FarSide, header: str, pause: float) -> None:
        side.answers.append(refused("ratelimited", 429, **{"Retry-After": header}))
        with pytest.raises(RateLimited) as limited:
            await sender.send(self.message())
        assert limited.value.retry_after == pause

    async def test_an_answer_that_names_no_message_is_unknown(self, sender: Channel, side: FarSide) -> None:
        side.answers.append(Answer(body={"ok": True}))
        with pytest.raises(Unknown):
            await sender.send(self.message())

    async def test_cannot_look_a_message_up(self, sender: Channel) -> None:
        with pytest.raises(Unknown):
            await sender.find(self.message(), NOW - timedelta(minutes=1))

    # ------------------------------------------------------------------------------------------- operator

    @pytest.mark.parametrize(
        ("answer", "user"),
        [
            (Answer(body={"ok": True, "user": {"id": "U0CUSTOMER", "deleted": False}}), "U0CUSTOMER"),
            (Answer(body={"ok": True, "user": {"id": "U0CUSTOMER", "deleted": True}}), None),
            (refused("users_not_found"), None),
        ],
    )
    async def test_finds_people_by_email(self, side: FarSide, answer: Answer, user: str | None) -> None:
        side.answers.append(answer)
        channel = self.channel(side.url)
        assert await channel.user_by_email("customer@acme.example") == user
        await channel.aclose()

    async def test_a_missing_scope_is_told_when_looking_people_up(self, side: FarSide) -> None:
        side.answers.append(refused("missing_scope"))
        channel = self.channel(side.url)
        with pytest.raises(Misconfigured):
            await channel.user_by_email("customer@acme.example")
        await channel.aclose()

    @pytest.mark.parametrize(
        ("given", "base"),
        [
            (None, "https://slack.com/api/"),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080/api/"),
            ("http://127.0.0.1:8080/", "http://127.0.0.1:8080/api/"),
            ("http://127.0.0.1:8080/api/", "http://127.0.0.1:8080/api/"),
            ("http://127.0.0.1:8080/slack/api", "http://127.0.0.1:8080/slack/api/"),
        ],
    )
    def test_reads_api_url(self, given: str | None, base: str) -> None:
        assert api_base(given) == base
