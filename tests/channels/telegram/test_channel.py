"""Telegram against the contract, and what is Telegram's own."""

import asyncio
import html
import json
import re
import socket
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from telegram.error import NetworkError, TimedOut

from channels.base import (
    Address,
    Away,
    Channel,
    Inbound,
    Misconfigured,
    Moved,
    RateLimited,
    Rejected,
    SendError,
    Unavailable,
    Unknown,
    Unreachable,
)
from channels.telegram import transport
from channels.telegram.channel import TelegramChannel
from channels.telegram.client import api_base
from channels.telegram.errors import send_error
from tests.channels.contract import NOW, PAYLOADS, SCALE, ChannelContract, Hook, Intake
from tests.support.far_side import Answer, FarSide, Sent, far_side
from tests.support.patience import PATIENCE

TOKEN, SECRET = "7000001:AAE-secret-token", "long_webhook-secret"
BOT = {"id": 7000001, "is_bot": True, "first_name": "npsbot", "username": "acme_nps_bot"}
CHAT = {"id": 1001, "type": "private", "first_name": "Customer"}
MESSAGE = {"message_id": 77, "from": BOT, "chat": CHAT, "date": 1795338000, "text": "…"}


def ok(result: object) -> dict[str, object]:
    return {"ok": True, "result": result}


def refused(status: int, description: str, **parameters: int) -> Answer:
    body: dict[str, object] = {"ok": False, "error_code": status, "description": description}
    return Answer(status, body | ({"parameters": parameters} if parameters else {}))


class TestTelegram(ChannelContract):
    secrets = (TOKEN, TOKEN.partition(":")[2], SECRET)
    address = Address("telegram", "1001")
    refused_token = refused(401, "Unauthorized")
    too_fast = refused(429, "Too Many Requests: retry after 7", retry_after=7)
    signs_body = False

    def channel(self, api_url: str) -> TelegramChannel:
        return TelegramChannel(TOKEN, SECRET, "webhook", api_url, clock=lambda: NOW)

    def usual(self, sent: Sent) -> object:
        return ok(
            {"getMe": BOT, "sendMessage": MESSAGE, "sendPhoto": MESSAGE, "editMessageText": MESSAGE}.get(
                method(sent), True
            )
        )

    picture_calls = ("/sendPhoto",)

    def pictured(self, sent: Sequence[Sent]) -> tuple[str, str]:
        caption = re.search(r'name="caption"\r\n\r\n(.*?)\r\n--', sent[-1].body, re.DOTALL)
        assert caption is not None
        return html.unescape(re.sub(r"</?(b|blockquote)>", "", caption[1])), ""

    def hook(self, name: str) -> Hook:
        body = (PAYLOADS / "telegram" / f"{name}.json").read_bytes()
        return Hook("/telegram/webhook", body, {"content-type": "application/json"})

    def signed(self, hook: Hook, secret: str | None = None) -> Hook:
        return replace(hook, headers=hook.headers | {"x-telegram-bot-api-secret-token": secret or SECRET})

    def recorded(self) -> tuple[str, ...]:
        return (
            "message",
            "reply",
            "start",
            "voice",
            "edited_message",
            "press",
            "press_on_old_message",
            "blocked",
            "unblocked",
            "command_in_group",
        )

    def unheard(self) -> tuple[str, ...]:
        return (
            "talk_in_group",
            "message_of_bot",
            "pinned",
            "service",
            "reaction_taken_off",
            "reaction_in_group",
            "channel_post",
            "added_to_group",
            "unknown",
            "unreadable",
            "no_update_id",
        )

    def shorten_timeout(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("channels.telegram.client.TIMEOUT", 0.2)

    def shown(self, sent: Sent) -> str:
        return html.unescape(re.sub(r"</?(b|blockquote|a)[^>]*>", "", str(sent.data["text"])))

    # ------------------------------------------------------------------------------------------- webhooks

    async def test_a_press_is_answered_by_the_webhook_itself(self, intake: Intake) -> None:
        answer = await self.post(self.signed(self.hook("press")), intake)
        assert answer.json() == {"method": "answerCallbackQuery", "callback_query_id": "4382bfdwdsb323b2d9"}
        assert (await self.post(self.signed(self.hook("message")), intake)).content == b""

    async def test_a_press_that_was_not_kept_is_not_answered(self, intake: Intake) -> None:
        intake.fails = True
        answer = await self.post(self.signed(self.hook("press")), intake)
        assert (answer.status_code, answer.content) == (503, b"")

    @pytest.mark.parametrize("body", [b"[]", b"null", b"8", b'"x"', b"{", b"[" * 100_000])
    async def test_a_body_that_is_no_object_is_refused(self, intake: Intake, body: bytes) -> None:
        assert (await self.post(self.signed(Hook("/telegram/webhook", body)), intake)).status_code == 400

    async def test_an_unreadable_update_is_logged_by_its_number(
        self, intake: Intake, caplog: pytest.LogCaptureFixture
    ) -> None:
        await self.post(self.signed(self.hook("unreadable")), intake)
        assert [
            record.__dict__["update_id"] for record in caplog.records if "update_id" in record.__dict__
        ] == [517]

    @pytest.mark.parametrize(
        ("token", "secret", "names"),
        [
            ("", SECRET, "token"),
            ("no-colon", SECRET, "token"),
            ("7000001:", SECRET, "token"),
            ("bot:AAE", SECRET, "token"),
            (TOKEN, "", "secret"),
            (TOKEN, "with space", "secret"),
            (TOKEN, "x" * 257, "secret"),
        ],
    )
    def test_does_not_start_without_its_secret(self, token: str, secret: str, names: str) -> None:
        with pytest.raises(ValueError, match=names):
            TelegramChannel(token, secret, "webhook", None)

    def test_polling_needs_no_secret_and_has_no_webhook(self, intake: Intake) -> None:
        assert list(TelegramChannel(TOKEN, "", "polling", None).routes(intake.receive)) == []

    # -------------------------------------------------------------------------------------------- sending

    async def test_posts_html_with_a_keyboard(self, sender: Channel, side: FarSide) -> None:
        receipt = await sender.send(self.message(choices=SCALE))
        data = side.last.data
        assert side.last.path == f"/bot{TOKEN}/sendMessage"
        assert data["parse_mode"] == "HTML"
        assert str(data["text"]).startswith("<b>Acme</b> scored 3 &amp; said:")
        rows = json.loads(str(data["reply_markup"]))["inline_keyboard"]
        assert [[button["text"] for button in row] for row in rows] == [
            ["0", "1", "2", "3", "4", "5"],
            ["6", "7", "8", "9", "10"],
        ]
        assert rows[1][0]["callback_data"] == "v1.6"
        assert json.loads(str(data["link_preview_options"])) == {"is_disabled": True}
        assert receipt.message_ref == "1001:77"

    async def test_edits_by_its_reference(self, sender: Channel, side: FarSide) -> None:
        receipt = await sender.send(self.message(replaces="1001:40"))
        assert method(side.last) == "editMessageText"
        assert (side.last.data["chat_id"], side.last.data["message_id"]) == ("1001", "40")
        assert "reply_markup" not in side.last.data
        assert receipt.message_ref == "1001:40"

    async def test_an_edit_that_changes_nothing_is_done(self, sender: Channel, side: FarSide) -> None:
        side.answers.append(
            refused(
                400, "Bad Request: message is not modified: specified new message content and reply markup …"
            )
        )
        assert (await sender.send(self.message(replaces="1001:40"))).message_ref == "1001:40"

    async def test_an_edit_without_a_reference_is_rejected(self, sender: Channel, side: FarSide) -> None:
        with pytest.raises(Rejected):
            await sender.send(self.message(replaces="nonsense"))
        assert side.sent == []

    @pytest.mark.parametrize(
        ("answer", "error"),
        [
            (refused(403, "Forbidden: bot was blocked by the user"), Unreachable),
            (refused(403, "Forbidden: user is deactivated"), Unreachable),
            (refused(403, "Forbidden: bot was kicked from the group chat"), Unreachable),
            (refused(403, "Forbidden: bot can't initiate conversation with a user"), Unreachable),
            (refused(403, "Forbidden: something of next year"), Unreachable),
            (refused(400, "Bad Request: chat not found"), Unreachable),
            (refused(400, "Bad Request: PEER_ID_INVALID"), Unreachable),
            (refused(400, "Bad Request: group chat was upgraded", migrate_to_chat_id=-1009), Moved),
            (refused(400, "Bad Request: message to edit not found"), Rejected),
            (refused(400, "Bad Request: message can't be edited"), Rejected),
            (refused(400, "Bad Request: BUTTON_DATA_INVALID"), Rejected),
            (refused(400, "Bad Request: can't parse entities: Unsupported start tag"), Rejected),
            (refused(400, "Bad Request: message is too long"), Rejected),
            (refused(400, "Bad Request: not enough rights to send photos to the chat"), Rejected),
            (refused(400, "Bad Request: IMAGE_PROCESS_FAILED"), Rejected),
            (refused(413, "Request Entity Too Large"), Rejected),
            (refused(401, "Unauthorized"), Misconfigured),
            (refused(404, "Not Found"), Misconfigured),
            (refused(409, "Conflict: terminated by other getUpdates request"), Misconfigured),
            (refused(429, "Too Many Requests: retry after 3", retry_after=3), RateLimited),
            (refused(429, "Too Many Requests"), RateLimited),
            (refused(500, "Internal Server Error"), Unknown),
            (refused(502, "Bad Gateway"), Away),
        ],
        ids=lambda value: getattr(value, "__name__", None) or str(value.body["description"])[:40],
    )
    async def test_each_error(
        self, sender: Channel, side: FarSide, answer: Answer, error: type[SendError]
    ) -> None:
        side.answers.append(answer)
        with pytest.raises(error) as raised:
            await sender.send(self.message())
        assert type(raised.value) is error

    async def test_a_block_is_told_as_an_opt_out(self, sender: Channel, side: FarSide) -> None:
        side.answers.append(refused(403, "Forbidden: bot was blocked by the user"))
        with pytest.raises(Unreachable) as blocked:
            await sender.send(self.message())
        assert blocked.value.opted_out

    async def test_what_never_left_is_unavailable(self, side: FarSide) -> None:
        with socket.create_server(("127.0.0.1", 0)) as closed:
            nobody = f"http://127.0.0.1:{closed.getsockname()[1]}"
        for url in (nobody, side.url.replace("http:", "https:")):  # refused, and no TLS to be had
            channel = self.channel(url)
            with pytest.raises(Unavailable):
                await channel.send(self.message())
            await channel.aclose()
        assert not side.sent

    async def test_what_waits_for_a_connection_never_left(
        self, side: FarSide, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(transport, "CONNECT", 0.05)
        side.answers.append(Answer(after=0.5))
        pool = transport.Transport(1, PATIENCE, None)
        first = asyncio.create_task(pool.do_request(side.url, "POST"))
        await asyncio.sleep(0)
        with pytest.raises(TimedOut) as waited:
            await pool.do_request(side.url, "POST")
        assert type(send_error(waited.value)) is Unavailable
        assert (await first)[0] == 200
        await pool.shutdown()

    async def test_an_error_of_the_connection_names_no_token(self, side: FarSide) -> None:
        pool = transport.Transport(1, PATIENCE, None)
        for path in (f"{side.url}/bot{TOKEN}/getMe", f"not a url/bot{TOKEN}"):
            side.answers.append(Answer(broken=True))
            with pytest.raises(NetworkError) as broke:
                await pool.do_request(path, "POST")
            assert TOKEN not in str(broke.value)
        await pool.shutdown()

    async def test_a_redirect_is_not_followed(self, side: FarSide) -> None:
        side.answers.append(Answer(307, "", headers={"Location": "/elsewhere"}))
        channel = self.channel(side.url)
        with pytest.raises(Unknown):
            await channel.send(self.message())
        await channel.aclose()
        assert len(side.sent) == 1

    async def test_cannot_look_a_message_up(self, sender: Channel) -> None:
        with pytest.raises(Unknown):
            await sender.find(self.message(), NOW - timedelta(minutes=1))

    # ------------------------------------------------------------------------------------------- operator

    async def test_asks_for_its_name_once(self, side: FarSide) -> None:
        channel = self.channel(side.url)
        assert await channel.username() == "acme_nps_bot"
        assert await channel.username() == "acme_nps_bot"
        assert len(side.sent) == 1
        await channel.aclose()

    async def test_registers_its_webhook_and_commands(self, side: FarSide) -> None:
        channel = self.channel(side.url)
        await channel.register("https://nps.acme.example/")
        await channel.aclose()
        hook = side.sent[0]
        assert method(hook) == "setWebhook"
        assert hook.data["url"] == "https://nps.acme.example/telegram/webhook"
        assert hook.data["secret_token"] == SECRET
        assert json.loads(str(hook.data["allowed_updates"])) == [
            "message",
            "edited_message",
            "callback_query",
            "my_chat_member",
            "message_reaction",
        ]
        assert [method(sent) for sent in side.sent[1:]] == ["setMyCommands", "setMyCommands"]

    @pytest.mark.parametrize(
        ("given", "base"),
        [
            (None, "https://api.telegram.org/bot"),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080/bot"),
            ("http://127.0.0.1:8080/", "http://127.0.0.1:8080/bot"),
            ("http://127.0.0.1:8080/bot", "http://127.0.0.1:8080/bot"),
            ("http://127.0.0.1:8080/telegram/bot", "http://127.0.0.1:8080/telegram/bot"),
        ],
    )
    def test_reads_api_url(self, given: str | None, base: str) -> None:
        assert api_base(given) == base


class Polled:
    """Telegram's side of getUpdates: it forgets what an offset has confirmed."""

    def __init__(self, updates: list[dict[str, object]]) -> None:
        self.updates = updates
        self.offsets: list[str | None] = []
        self.answered: list[object] = []
        self.idle = asyncio.Event()

    def __call__(self, sent: Sent) -> object:
        if method(sent) == "answerCallbackQuery":
            self.answered.append(sent.data["callback_query_id"])
        if method(sent) != "getUpdates":
            return ok(True)
        offset = sent.data.get("offset")
        self.offsets.append(None if offset is None else str(offset))
        if offset is not None:
            self.updates = [
                u for u in self.updates if int(str(u.get("update_id", 10**9))) >= int(str(offset))
            ]
        if not self.updates:
            self.idle.set()
        return ok(self.updates)


def recorded(*names: str) -> list[dict[str, object]]:
    return [json.loads((PAYLOADS / "telegram" / f"{name}.json").read_text()) for name in names]


class TestPolling:
    async def poll(self, polled: Polled, intake: Intake, monkeypatch: pytest.MonkeyPatch) -> FarSide:
        monkeypatch.setattr("channels.telegram.listening.BACK_OFF", (0.01, 0.01))
        async with far_side(polled) as side:
            channel = TelegramChannel(TOKEN, "", "polling", side.url, clock=lambda: NOW)
            listening = asyncio.create_task(channel.listen(intake.receive))
            async with asyncio.timeout(PATIENCE):
                await polled.idle.wait()
            listening.cancel()
            with pytest.raises(asyncio.CancelledError):
                await listening
            await channel.aclose()
            return side

    async def test_brings_what_the_webhook_brings(self, monkeypatch: pytest.MonkeyPatch) -> None:
        intake, polled = Intake(), Polled(recorded("message", "press", "blocked"))
        side = await self.poll(polled, intake, monkeypatch)
        assert intake.ids == ["7000001:501", "7000001:506", "7000001:508"]
        assert polled.answered == ["4382bfdwdsb323b2d9"]
        assert method(side.sent[0]) == "deleteWebhook"
        assert polled.offsets[:2] == [None, "509"]

    async def test_one_unreadable_update_does_not_stop_it(self, monkeypatch: pytest.MonkeyPatch) -> None:
        intake, polled = Intake(), Polled(recorded("message", "unreadable", "unknown", "reply"))
        await self.poll(polled, intake, monkeypatch)
        assert intake.ids == ["7000001:501", "7000001:502"]

    async def test_confirms_nothing_that_was_not_kept(self, monkeypatch: pytest.MonkeyPatch) -> None:
        intake, polled = Intake(), Polled(recorded("message", "reply"))
        fails = 3

        async def receive(events: object) -> None:
            nonlocal fails
            fails -= 1
            if fails >= 0:
                raise OSError("disk full")
            await Intake.receive(intake, events)  # type: ignore[arg-type]  # the same events

        intake.receive = receive  # type: ignore[method-assign]  # fails three times, then keeps
        await self.poll(polled, intake, monkeypatch)
        assert intake.ids == ["7000001:501", "7000001:502"]
        assert polled.offsets[:4] == [None, None, None, None]

    async def test_what_can_never_be_kept_holds_nobody_up(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("channels.telegram.listening.GIVE_UP", 3)
        intake, polled = Intake(), Polled(recorded("message", "reply", "press"))
        seen: list[str] = []

        async def receive(events: Sequence[Inbound]) -> None:
            seen.append(events[0].provider_id)
            if events[0].provider_id == "7000001:501":
                raise OSError("refused for good")
            intake.events.extend(events)

        intake.receive = receive  # type: ignore[method-assign]  # refuses one, keeps the others
        await self.poll(polled, intake, monkeypatch)
        assert intake.ids == ["7000001:502", "7000001:506"]
        assert seen.count("7000001:501") == 4, "once more beside what can be kept"

    async def test_gives_nothing_up_while_nothing_can_be_kept(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("channels.telegram.listening.GIVE_UP", 3)
        intake, polled = Intake(), Polled(recorded("message", "reply"))
        tries = 0

        async def receive(events: Sequence[Inbound]) -> None:
            nonlocal tries
            tries += 1
            if tries < 12:
                raise OSError("disk full")
            intake.events.extend(events)

        intake.receive = receive  # type: ignore[method-assign]  # a disk that is full for a while
        await self.poll(polled, intake, monkeypatch)
        assert set(intake.ids) == {"7000001:501", "7000001:502"}

    async def test_survives_telegrams_errors(self, monkeypatch: pytest.MonkeyPatch) -> None:
        class Odd(Polled):
            turns = [refused(502, "Bad Gateway").body, ok("no list"), ok(["no object"]), "no JSON at all"]

            def __call__(self, sent: Sent) -> object:
                turn = self.turns and method(sent) in ("getUpdates", "deleteWebhook")
                return self.turns.pop() if turn else super().__call__(sent)

        intake = Intake()
        await self.poll(Odd(recorded("message")), intake, monkeypatch)
        assert intake.ids == ["7000001:501"]

    async def test_a_webhook_needs_no_listening(self) -> None:
        await TelegramChannel(TOKEN, SECRET, "webhook", None).listen(Intake().receive)


def method(sent: Sent) -> str:
    return sent.path.rpartition("/")[2]
