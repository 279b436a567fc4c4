"""SMS against the contract, and what is Twilio's own."""

import json
import re
from base64 import b64decode
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime
from urllib.parse import parse_qsl, urlencode

import httpx
import pytest
from starlette.applications import Starlette
from starlette.datastructures import ImmutableMultiDict
from twilio.base.exceptions import TwilioException  # type: ignore[import-untyped]  # it has no types
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]  # it has no types

from channels.base import (
    Address,
    Barred,
    Channel,
    Filtered,
    Misconfigured,
    RateLimited,
    Rejected,
    SenderRefused,
    SendError,
    Unavailable,
    Unknown,
    Unreachable,
    link,
    plain,
    quote,
)
from channels.sms import listening
from channels.sms.channel import SmsChannel
from channels.sms.client import client
from channels.sms.codes import of_code
from channels.sms.errors import send_error
from tests.channels.contract import NOW, PAYLOADS, SCALE, ChannelContract, Hook, Intake
from tests.support.far_side import Answer, FarSide, Sent

ACCOUNT, TOKEN, NUMBER = "AC00000000000000000000000000000000", "twilio-auth-token-secret", "+3197010000000"
PUBLIC = "https://nps.acme.example"
SID = "SM00000000000000000000000000000042"


def refused(status: int, code: int, message: str = "…") -> Answer:
    return Answer(status, {"code": code, "message": message, "more_info": "…", "status": status})


def listed(sid: str, body: str, minutes: float, **changes: object) -> dict[str, object]:
    """A Message resource, `minutes` before NOW."""
    at = format_datetime(NOW - timedelta(minutes=minutes))
    resource = {"sid": sid, "body": body, "direction": "outbound-api", "date_created": at, "date_sent": at}
    return resource | {"status": "delivered", "from": NUMBER, "to": "+31612345678"} | changes


def page(*messages: dict[str, object]) -> dict[str, object]:
    return {"messages": list(messages), "page": 0, "page_size": 50, "next_page_uri": None, "uri": "/"}


class TestSms(ChannelContract):
    secrets = (TOKEN,)
    address = Address("sms", "+31612345678")
    refused_token = refused(401, 20003, "Authenticate")
    too_fast = refused(429, 20429, "Too Many Requests")
    pause = 5.0

    def channel(self, api_url: str) -> SmsChannel:
        return SmsChannel(ACCOUNT, TOKEN, NUMBER, None, PUBLIC, api_url, clock=lambda: NOW)

    def usual(self, sent: Sent) -> object:
        if sent.path.endswith(f"/Accounts/{ACCOUNT}.json"):
            return {"sid": ACCOUNT, "friendly_name": "Acme", "status": "active"}
        return page() if sent.method == "GET" else {"sid": SID, "status": "queued"}

    def pictured(self, sent: Sequence[Sent]) -> tuple[str, str]:
        return self.shown(sent[-1]), ""

    def hook(self, name: str) -> Hook:
        form = json.loads((PAYLOADS / "sms" / f"{name}.json").read_text())
        path = "/sms/status" if name.startswith("status") else "/sms/inbound"
        return Hook(path, urlencode(form).encode(), {"content-type": "application/x-www-form-urlencoded"})

    def signed(self, hook: Hook, secret: str | None = None) -> Hook:
        form = dict(parse_qsl(hook.body.decode("utf-8", "replace"), keep_blank_values=True))
        signature = RequestValidator(secret or TOKEN).compute_signature(PUBLIC + hook.path, form)
        return replace(hook, headers=hook.headers | {"x-twilio-signature": signature})

    def recorded(self) -> tuple[str, ...]:
        return (
            "inbound_message",
            "inbound_picture",
            "inbound_stop",
            "inbound_stop_advanced",
            "inbound_start",
            "status_delivered",
            "status_undelivered",
        )

    def unheard(self) -> tuple[str, ...]:
        return ("inbound_help_advanced", "inbound_nameless", "status_unknown")

    def shorten_timeout(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("channels.sms.client.TIMEOUT", 0.2)

    def shown(self, sent: Sent) -> str:
        return str(sent.data["Body"])

    # ------------------------------------------------------------------------------------------- webhooks

    async def test_answers_a_message_with_empty_twiml(self, intake: Intake) -> None:
        answer = await self.post(self.signed(self.hook("inbound_message")), intake)
        assert answer.headers["content-type"].startswith("application/xml")
        assert answer.text.endswith("<Response/>")
        assert (await self.post(self.signed(self.hook("status_delivered")), intake)).status_code == 204

    @pytest.mark.parametrize("query", ["rc=3&rp=all", "a=%2F%20b", "x"])
    async def test_the_query_is_part_of_what_is_signed(self, intake: Intake, query: str) -> None:
        hook = replace(self.hook("inbound_message"), path=f"/sms/inbound?{query}")
        assert (await self.post(self.signed(hook), intake)).is_success
        assert (await self.post(replace(self.signed(hook), path="/sms/inbound"), intake)).status_code == 401

    @pytest.mark.parametrize(
        "seen", ["http://nps.acme.example", "http://10.0.0.7:8000", "https://nps.acme.example:8443"]
    )
    async def test_a_proxy_may_change_what_we_see_of_the_address(self, intake: Intake, seen: str) -> None:
        hook = self.signed(self.hook("inbound_message"))
        transport = httpx.ASGITransport(self.app(intake))
        async with httpx.AsyncClient(transport=transport, base_url=seen) as http:
            assert (await http.post(hook.path, content=hook.body, headers=hook.headers)).is_success

    async def test_another_algorithm_is_not_the_callers_choice(self, intake: Intake) -> None:
        hook = self.hook("inbound_message")
        form = dict(parse_qsl(hook.body.decode(), keep_blank_values=True))
        signature = RequestValidator(TOKEN).compute_signature(PUBLIC + hook.path, form, "HMAC_SHA256")
        settings = {"x-twilio-webhooks-signature-settings": "key=x,algorithm=HMAC_SHA256"}
        spoilt = replace(hook, headers=hook.headers | settings | {"x-twilio-signature": signature})
        assert (await self.post(spoilt, intake)).status_code == 401

    async def test_a_json_body_is_refused(self, intake: Intake) -> None:
        hook = Hook(
            "/sms/inbound?bodySHA256=00", b'{"MessageSid": "SM1"}', {"content-type": "application/json"}
        )
        spoilt = replace(hook, headers=hook.headers | {"x-twilio-signature": "AAAA"})
        assert (await self.post(spoilt, intake)).status_code == 401

    async def test_another_accounts_message_is_refused(self, intake: Intake) -> None:
        hook = self.hook("inbound_message")
        other = self.signed(hook.with_body(hook.body.replace(ACCOUNT.encode(), b"AC1")))
        assert (await self.post(other, intake)).status_code == 403

    async def test_a_repeated_field_is_verified_too(self, intake: Intake) -> None:
        hook = self.signed(self.hook("inbound_message"))
        assert (
            await self.post(hook.with_body(hook.body + b"&From=%2B31600000000"), intake)
        ).status_code == 401

    async def test_a_field_that_comes_twice_is_signed_twice(self, intake: Intake) -> None:
        hook = self.hook("inbound_message")
        hook = hook.with_body(hook.body + b"&Extra=b&Extra=a")
        form = ImmutableMultiDict(parse_qsl(hook.body.decode(), keep_blank_values=True))
        signature = RequestValidator(TOKEN).compute_signature(PUBLIC + hook.path, form)
        signed = replace(hook, headers=hook.headers | {"x-twilio-signature": signature})
        assert (await self.post(signed, intake)).is_success

    @pytest.mark.parametrize(
        ("arguments", "names"),
        [
            (("", TOKEN, NUMBER, None, PUBLIC, None), "account_sid"),
            ((ACCOUNT, " ", NUMBER, None, PUBLIC, None), "auth_token"),
            ((ACCOUNT, TOKEN, None, None, PUBLIC, None), "sender"),
            ((ACCOUNT, TOKEN, NUMBER, None, "", None), "public_url"),
            ((ACCOUNT, TOKEN, NUMBER, None, "nps.acme.example", None), "public_url"),
        ],
    )
    def test_does_not_start_without_its_secret(self, arguments: Sequence[str], names: str) -> None:
        with pytest.raises(ValueError, match=names):
            SmsChannel(*arguments)

    # -------------------------------------------------------------------------------------------- sending

    async def test_posts_plain_text(self, sender: Channel, side: FarSide) -> None:
        receipt = await sender.send(
            self.message(
                body=(
                    plain("Globex gaf een 3:\n"),
                    quote("te laat"),
                    plain("\nBel "),
                    link("hen", "tel:+31612345678"),
                ),
                choices=SCALE,
            )
        )
        assert side.last.path == f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
        assert b64decode(side.last.headers["authorization"].split()[1]).decode() == f"{ACCOUNT}:{TOKEN}"
        assert side.last.data == {
            "To": "+31612345678",
            "From": NUMBER,
            "Body": 'Globex gaf een 3:\n"te laat"\nBel +31612345678',
            "StatusCallback": f"{PUBLIC}/sms/status#rc=3&rp=all",
            "ValidityPeriod": "14400",
            "SmartEncoded": "true",
        }
        assert receipt.message_ref == SID

    @pytest.mark.parametrize(("left", "period"), [(-60, "1"), (0.5, "1"), (90, "90"), (90_000, "36000")])
    async def test_waits_no_longer_than_the_message_holds(
        self, sender: Channel, side: FarSide, left: float, period: str
    ) -> None:
        await sender.send(self.message(expires_at=NOW + timedelta(seconds=left)))
        assert side.last.data["ValidityPeriod"] == period

    async def test_sends_by_a_messaging_service(self, side: FarSide) -> None:
        channel = SmsChannel(ACCOUNT, TOKEN, None, "MG1", PUBLIC, side.url, clock=lambda: NOW)
        await channel.send(self.message())
        assert side.last.data["MessagingServiceSid"] == "MG1"
        assert "From" not in side.last.data
        await channel.aclose()

    @pytest.mark.parametrize("public_url", ["http://localhost:8000", "http://127.0.0.1:8000"])
    async def test_asks_for_no_callback_where_twilio_cannot_come(
        self, side: FarSide, monkeypatch: pytest.MonkeyPatch, public_url: str
    ) -> None:
        """Twilio refuses the whole message for such an address; a stand-in on this machine does come."""
        channel = SmsChannel(ACCOUNT, TOKEN, NUMBER, None, public_url, side.url, clock=lambda: NOW)
        await channel.send(self.message())
        assert side.last.data["StatusCallback"] == f"{public_url}/sms/status#rc=3&rp=all"
        monkeypatch.setattr(channel, "_api_url", None)
        await channel.send(self.message())
        assert "StatusCallback" not in side.last.data
        await channel.aclose()

    async def test_an_answer_without_a_sid_is_unknown(self, sender: Channel, side: FarSide) -> None:
        side.answers.append(Answer(201, {"status": "queued"}))
        with pytest.raises(Unknown):
            await sender.send(self.message())

    async def test_the_environment_changes_no_address(
        self, side: FarSide, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("TWILIO_EDGE", "dublin")
        monkeypatch.setenv("TWILIO_REGION", "ie1")
        monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
        channel = self.channel(side.url)
        await channel.send(self.message())
        await channel.aclose()

    @pytest.mark.parametrize(
        ("code", "error"),
        [
            (21211, Unreachable),
            (21614, Unreachable),
            (21635, Unreachable),
            (21612, SenderRefused),
            (21610, Unreachable),
            (20003, Misconfigured),
            (21408, Barred),
            (21603, Misconfigured),
            (21606, SenderRefused),
            (21659, SenderRefused),
            (21660, Misconfigured),
            (21212, Misconfigured),
            (21703, Misconfigured),
            (21608, Barred),
            (21602, Rejected),
            (21604, Rejected),
            (21617, Rejected),
            (99999, Rejected),
            (21611, Unavailable),
            (20429, RateLimited),
            (14107, RateLimited),
        ],
    )
    async def test_each_error_code(
        self, sender: Channel, side: FarSide, code: int, error: type[SendError]
    ) -> None:
        side.answers.append(refused(400, code))
        with pytest.raises(error) as raised:
            await sender.send(self.message())
        assert type(raised.value) is error

    @pytest.mark.parametrize(
        ("code", "error"),
        [
            (30001, Unavailable),
            (30002, Misconfigured),
            (30003, Unavailable),
            (30004, Unreachable),
            (30005, Unreachable),
            (30006, Unreachable),
            (30007, Filtered),
            (30008, Unavailable),
            (30017, Unavailable),
            (30022, RateLimited),
            (30023, RateLimited),
            (30027, RateLimited),
            (63038, RateLimited),
            (30032, Misconfigured),
            (30034, Misconfigured),
            (30035, Misconfigured),
            (30410, Unavailable),
            (30450, RateLimited),
            (0, Rejected),
        ],
    )
    def test_each_code_of_a_callback(self, code: int, error: type[SendError]) -> None:
        assert type(of_code(code, 0)) is error

    @pytest.mark.parametrize("code", [21610, 30004])
    def test_an_opt_out_is_told(self, code: int) -> None:
        error = of_code(code, 400)
        assert isinstance(error, Unreachable)
        assert error.opted_out

    async def test_reads_the_newer_kind_of_refusal(self, sender: Channel, side: FarSide) -> None:
        problem = {"type": "https://twilio.com/x", "title": "Invalid To", "status": 400, "code": 21211}
        side.answers.append(Answer(400, problem))
        with pytest.raises(Unreachable):
            await sender.send(self.message())

    def test_an_exception_that_says_nothing_is_unknown(self) -> None:
        assert type(send_error(TwilioException("…"))) is Unknown

    # ------------------------------------------------------------------------------------------- looking

    @pytest.mark.parametrize(
        ("found", "sid"),
        [
            ([], None),
            ([listed("SM1", "Hoe waarschijnlijk is het?", 0)], "SM1"),
            ([listed("SM1", "Sent from your Twilio trial account - Hoe waarschijnlijk is het?", 0)], "SM1"),
            ([listed("SM1", "Something else", 0)], None),
            ([listed("SM1", "Hoe waarschijnlijk is het?", 10)], None),
            ([listed("SM1", "Hoe waarschijnlijk is het?", 0, direction="inbound")], None),
            ([listed("SM1", "Hoe waarschijnlijk is het?", 0, date_sent=None, status="queued")], "SM1"),
            ([listed("SM2", "other", 0), listed("SM1", "Hoe waarschijnlijk is het?", 0)], "SM1"),
        ],
    )
    async def test_finds_what_was_taken(
        self, sender: Channel, side: FarSide, found: list[dict[str, object]], sid: str | None
    ) -> None:
        side.answers.append(Answer(body=page(*found)))
        message = self.message(body=(plain("Hoe waarschijnlijk is het?"),))
        receipt = await sender.find(message, NOW - timedelta(minutes=1))
        assert (receipt.message_ref if receipt else None) == sid
        assert side.last.query["To"] == "+31612345678"

    async def test_leaves_out_what_other_messages_are_known_by(
        self, sender: Channel, side: FarSide
    ) -> None:  # field E2
        same = [listed(sid, "Hoe waarschijnlijk is het?", 0) for sid in ("SM2", "SM1")]
        message = self.message(body=(plain("Hoe waarschijnlijk is het?"),))
        for others, sid in (((), "SM2"), (("SM2",), "SM1"), (("SM1", "SM2"), None)):
            side.answers.append(Answer(body=page(*same)))
            receipt = await sender.find(message, NOW - timedelta(minutes=1), others)
            assert (receipt.message_ref if receipt else None) == sid

    async def test_tells_what_became_of_messages_whose_callbacks_were_lost(
        self, sender: Channel, side: FarSide
    ) -> None:  # field A13
        states = {
            "SM1": "sent",
            "SM2": "delivered",
            "SM3": "undelivered",
            "SM4": "undelivered",
            "SM5": "queued",
        }
        rows = [
            listed(sid, "x", 0, status=status, error_code=30005 if status == "undelivered" else None)
            for sid, status in states.items()
        ]
        side.answers.append(Answer(body=page(*rows)))
        found = await sender.states(states.keys() - {"SM4"})
        assert [(one.provider_id, one.status, one.code) for one in found] == [
            ("SM2:delivered", "delivered", None),
            ("SM3:undelivered", "undelivered", "30005"),
        ]
        assert isinstance(found[1].error, Unreachable)

    async def test_what_is_older_than_the_list_is_asked_for_one_by_one(
        self, side: FarSide, monkeypatch: pytest.MonkeyPatch
    ) -> None:  # field A13
        """All in the end, some at each look; one that Twilio knows no more keeps no other back."""
        monkeypatch.setattr(listening, "SWEEP_MOST", 1)
        monkeypatch.setattr(listening, "ONE_BY_ONE", 2)
        refs = {f"SM{number}" for number in range(5)}

        def usual(sent: Sent) -> object:
            one = re.search(r"/Messages/(SM\d)", sent.path)
            return (
                page(listed("SM9", "x", 0)) if one is None else listed(one[1], "x", 0, status="undelivered")
            )

        side.usual = usual
        twilio = client(ACCOUNT, TOKEN, side.url)
        known: set[str] = set()
        for look in range(5):
            now = NOW + look * timedelta(seconds=listening.SWEEP_EVERY)
            reports = await listening.states(twilio, refs, now)
            known |= {one.message_ref for one in reports}
            assert len(reports) == 2
        assert known == refs
        side.answers.extend([Answer(), refused(404, 20404)])
        assert len(await listening.states(twilio, refs, NOW)) == 1
        side.answers.extend([Answer(), self.too_fast])
        assert await listening.states(twilio, refs, NOW) == [], "it asks no more at this look"
        await twilio.http_client.close()

    async def test_a_callback_that_fails_is_to_be_tried_again(
        self, sender: Channel, side: FarSide
    ) -> None:  # field A13
        await sender.send(self.message())
        assert side.last.data["StatusCallback"] == f"{PUBLIC}/sms/status#rc=3&rp=all"

    async def test_a_look_that_fails_says_so(self, sender: Channel, side: FarSide) -> None:
        side.answers.append(Answer(500, "oops"))
        with pytest.raises(Unknown):
            await sender.find(self.message(), NOW)

    async def test_a_suspended_account_is_misconfigured(self, sender: Channel, side: FarSide) -> None:
        side.answers.append(Answer(body={"sid": ACCOUNT, "friendly_name": "Acme", "status": "suspended"}))
        with pytest.raises(Misconfigured, match="suspended"):
            await sender.identify()


def test_an_app_can_be_made_outside_a_loop() -> None:
    assert Starlette(routes=list(TestSms().channel("http://127.0.0.1:9").routes(Intake().receive)))
