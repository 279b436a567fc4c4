"""How a text travels: queue, states and their callbacks on the way out; signed webhooks on the way in.

Sources: twilio.com/docs/messaging/guides (webhook-request, outbound-message-status-in-status-callbacks),
twilio.com/docs/usage/webhooks (webhooks-security, webhooks-connection-overrides).
"""

import asyncio
import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urldefrag, urlencode
from xml.etree import ElementTree

from sandbox.courier import Courier, Outcome
from sandbox.sms.network import Network, Sms
from sandbox.targets import SmsTarget

STEP = 0.2
"""Seconds of the clock from one state to the next."""
LONGEST_QUEUE = timedelta(hours=10)
"""[support.twilio.com 115002943027]: more makes error 21611."""
COUNTRIES = {"+1": "US", "+31": "NL", "+32": "BE", "+33": "FR", "+44": "GB", "+49": "DE"}


def signature(auth_token: str, url: str, form: Mapping[str, str]) -> str:
    """X-Twilio-Signature: HMAC-SHA1 over the address and the form's sorted names and values."""
    text = url + "".join(name + form[name] for name in sorted(form))
    return base64.b64encode(hmac.new(auth_token.encode(), text.encode(), hashlib.sha1).digest()).decode()


def country(number: str) -> str:
    return next((COUNTRIES[number[:length]] for length in (4, 3, 2) if number[:length] in COUNTRIES), "")


class Carrier:
    """Twilio between one account and the phones."""

    def __init__(self, network: Network, courier: Courier, target: SmsTarget) -> None:
        self._network, self._courier, self._target = network, courier, target
        self._free_at: dict[str, datetime] = {}
        self._order: dict[str, asyncio.Lock] = {}

    @property
    def sender(self) -> str:
        """What an opt-out holds for: the messaging service if there is one, else the number."""
        return self._target.messaging_service_sid or self._target.number

    # -- out

    def queue_is_full(self, text_segments: int) -> bool:
        rate = self._target.segments_per_second
        if rate is None:
            return False
        now = self._network.clock.now()
        free = self._free_at.get(self._target.number, now)
        return free + timedelta(seconds=text_segments / rate) - now > LONGEST_QUEUE

    def send(self, sms: Sms, *, validity: float = 36_000.0, at: datetime | None = None) -> None:
        """Sets a recorded message on its way."""
        self._courier.spawn(self._travel(sms.sid, validity, at))

    def _turn(self, text_segments: int) -> float:
        """Seconds until this message may leave, at the number's pace."""
        rate = self._target.segments_per_second
        if rate is None:
            return 0.0
        now = self._network.clock.now()
        start = max(now, self._free_at.get(self._target.number, now))
        self._free_at[self._target.number] = start + timedelta(seconds=text_segments / rate)
        return (start - now).total_seconds()

    async def _travel(self, sid: str, validity: float, at: datetime | None) -> None:
        network, clock = self._network, self._network.clock
        if at is not None:
            await clock.sleep((at - clock.now()).total_seconds())
        sms = network.messages.get(sid)
        if sms is None or sms.status == "canceled":
            return
        if sms.status in ("accepted", "scheduled"):
            await clock.sleep(STEP)
            self._move(sid, "queued")
        wait = self._turn(sms.segments)
        await clock.sleep(min(wait, validity))
        if wait > validity:
            self._move(sid, "failed", code=30036)
            return
        await clock.sleep(STEP)
        self._move(sid, "sending")
        await clock.sleep(STEP)
        self._move(sid, "sent", sent=network.moment())
        subscriber = network.subscribers.get(sms.to)
        await clock.sleep(STEP * 2 + (subscriber.late if subscriber else 0.0))
        if subscriber is None:
            self._move(sid, "undelivered", code=30005)  # nobody has this number
        elif subscriber.blocked:
            self._move(sid, "undelivered", code=30004)
        elif subscriber.fate in ("undelivered", "failed"):
            self._move(sid, subscriber.fate, code=subscriber.code)
        elif subscriber.fate == "delivered":
            self._move(sid, "delivered")

    def _move(self, sid: str, status: str, **fields: Any) -> None:
        """Puts a message into its next state, shows it, and calls back."""
        if sid not in self._network.messages:
            return
        sms = self._network.update(sid, status=status, **fields)
        if status == "sent" and not self._is_lost(sms.to):
            self._network.show(sms, author="bot")
        url = sms.callback or self._target.status_url
        if url:
            self._courier.spawn(self._call_back(sms, url))

    def _is_lost(self, number: str) -> bool:
        subscriber = self._network.subscribers.get(number)
        return subscriber is None or subscriber.blocked or subscriber.fate in ("undelivered", "failed")

    async def _call_back(self, sms: Sms, url: str) -> None:
        form = {
            "MessageSid": sms.sid,
            "SmsSid": sms.sid,
            "AccountSid": self._target.account_sid,
            "From": sms.sender,
            "To": sms.to,
            "MessageStatus": sms.status,
            "SmsStatus": sms.status,
            "ApiVersion": "2010-04-01",
        }
        form |= {"ErrorCode": str(sms.code)} if sms.code is not None else {}
        form |= {"MessagingServiceSid": sms.service} if sms.service else {}
        lock = self._order.setdefault(sms.sid, asyncio.Lock())
        async with lock:  # one message's callbacks in the order of its states, unless a fault says otherwise
            outcome = await self._courier.carry("sms", "status", sms.to, lambda: self._post(url, form, {}))
            for number in range(_retries(url, outcome)):
                await self._network.clock.sleep(float(number))
                outcome = await self._courier.carry(
                    "sms", "status", sms.to, lambda: self._post(url, form, {})
                )
                if not _retries(url, outcome):
                    break

    # -- in

    async def receive(self, sms: Sms, opt_out: str = "") -> Outcome:
        """Tells the bot of a text from a person; gives the first attempt's outcome."""
        target = self._target
        if not target.inbound_url:
            return Outcome("lost")
        form = {
            "ToCountry": country(sms.to),
            "ToState": "",
            "SmsMessageSid": sms.sid,
            "NumMedia": "1" if sms.media else "0",
            "ToCity": "",
            "FromZip": "",
            "SmsSid": sms.sid,
            "FromState": "",
            "SmsStatus": "received",
            "FromCity": "",
            "Body": sms.body,
            "FromCountry": country(sms.sender),
            "To": sms.to,
            "ToZip": "",
            "NumSegments": str(sms.segments),
            "MessageSid": sms.sid,
            "AccountSid": target.account_sid,
            "From": sms.sender,
            "ApiVersion": "2010-04-01",
        }
        form |= {"MessagingServiceSid": target.messaging_service_sid} if target.messaging_service_sid else {}
        url = f"https://api.twilio.com/2010-04-01/Accounts/{target.account_sid}/Messages/{sms.sid}/Media/ME0"
        form |= {"MediaContentType0": sms.media, "MediaUrl0": url} if sms.media else {}
        form |= {"OptOutType": opt_out} if opt_out and target.advanced_opt_out else {}
        headers = {"I-Twilio-Idempotency-Token": self._network.ids.uuid()}

        async def attempt() -> Outcome:
            return await self._post(target.inbound_url, form, headers)

        outcome = await self._courier.carry("sms", "inbound", sms.sender, attempt)
        self._after_inbound(outcome, sms)
        left = _retries(target.inbound_url, outcome)
        if left:
            self._courier.spawn(self._again(sms, form, headers, left))
        return outcome

    async def _again(self, sms: Sms, form: Mapping[str, str], headers: Mapping[str, str], left: int) -> None:
        """Connection overrides: `#rc=3&rp=all` tries up to three times more; how long between is not
        published.
        """
        for number in range(left):
            await self._network.clock.sleep(float(number))

            async def attempt() -> Outcome:
                return await self._post(self._target.inbound_url, form, headers)

            outcome = await self._courier.carry("sms", "inbound", sms.sender, attempt)
            self._after_inbound(outcome, sms)
            if not _retries(self._target.inbound_url, outcome):
                return

    async def _post(self, url: str, form: Mapping[str, str], headers: Mapping[str, str]) -> Outcome:
        plain = urldefrag(url).url
        signed = {
            "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
            "X-Twilio-Signature": signature(self._target.auth_token, plain, form),
            "User-Agent": "TwilioProxy/1.1",
            **headers,
        }
        return await self._courier.post(plain, urlencode(form).encode(), signed, self._target.patience)

    def _after_inbound(self, outcome: Outcome, sms: Sms) -> None:
        """Reads the answer as TwiML, and sends the replies in it."""
        if outcome.taken and self._network.phones.find("sms", sms.sender, sms.sid) is not None:
            self._network.phones.change("sms", sms.sender, sms.sid, status="delivered")
        if not outcome.taken:
            if outcome.fate not in ("lost", "held"):
                self._network.warnings.append(11200)
            return
        if not outcome.body.strip():
            return
        kind = next((value for name, value in outcome.headers.items() if name.lower() == "content-type"), "")
        if "xml" not in kind:
            if not kind.startswith("text/"):
                self._network.warnings.append(12300)
                return
            self._reply(sms, outcome.body.decode("utf-8", "replace"))
            return
        try:
            twiml = ElementTree.fromstring(outcome.body)  # noqa: S314 — it comes from the bot on this machine
        except ElementTree.ParseError:
            self._network.warnings.append(12100)
            return
        for message in twiml.iter("Message"):
            self._reply(sms, "".join(message.itertext()).strip())

    def _reply(self, sms: Sms, body: str) -> None:
        if body and (self.sender, sms.sender) not in self._network.opted_out:
            self.send(
                self._network.record(
                    sender=sms.to, to=sms.sender, body=body, direction="outbound-reply", status="queued"
                )
            )


def _retries(url: str, outcome: Outcome) -> int:
    """How many more tries the address's fragment asks for after this outcome."""
    asked = dict(parse_qsl(urldefrag(url).fragment))
    if outcome.final or not asked.get("rc", "").isdigit():
        return 0
    kinds = set(asked.get("rp", "ct").split(","))
    if outcome.fate == "connection_failed":
        kind = "ct"
    elif outcome.fate == "answered":
        kind = f"{outcome.status // 100}xx"
    else:
        kind = "rt"
    return min(int(asked["rc"]), 5) if kinds & {kind, "all"} else 0
