"""Twilio's state: the numbers of people, every message in either direction, and who opted out."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from email.utils import format_datetime
from typing import Any

from sandbox.clock import Clock
from sandbox.ids import Ids
from sandbox.phones import Message, Phones, Span
from sandbox.sms.segments import segments


@dataclass(frozen=True, slots=True)
class Subscriber:
    """A person's number.

    `fate`: where a message to it ends: delivered, undelivered, failed, or sent where the carrier never
    confirms, with the error `code`; or "refused": the API refuses the number with `code` (21211, 21614,
    21635, …).
    """

    number: str
    name: str
    fate: str = "delivered"
    code: int | None = None
    blocked: bool = False
    late: float = 0.0
    """Seconds by which the carrier tells what became of a message later than it does as a rule: receipts come
    minutes later, or hours (twilio.com/docs/messaging/guides/outbound-message-status-in-status-callbacks)."""


@dataclass(frozen=True, slots=True)
class Sms:
    """One message as Twilio keeps it."""

    sid: str
    sender: str
    to: str
    body: str
    direction: str
    status: str
    created: datetime
    updated: datetime
    sent: datetime | None = None
    service: str = ""
    callback: str = ""
    code: int | None = None
    media: str = ""
    """The content type of what came with it."""

    @property
    def segments(self) -> int:
        return segments(self.body)

    def as_json(self, account: str) -> dict[str, Any]:
        """Twilio's Message resource."""
        return {
            "account_sid": account,
            "api_version": "2010-04-01",
            "body": self.body,
            "date_created": format_datetime(self.created),
            "date_updated": format_datetime(self.updated),
            "date_sent": format_datetime(self.sent) if self.sent else None,
            "direction": self.direction,
            "error_code": self.code,
            "error_message": None if self.code is None else f"Error {self.code}",
            "from": self.sender,
            "messaging_service_sid": self.service or None,
            "num_media": "1" if self.media else "0",
            "num_segments": str(self.segments),
            "price": None,
            "price_unit": "USD",
            "sid": self.sid,
            "status": self.status,
            "subresource_uris": {"media": f"/2010-04-01/Accounts/{account}/Messages/{self.sid}/Media.json"},
            "to": self.to,
            "uri": f"/2010-04-01/Accounts/{account}/Messages/{self.sid}.json",
        }


class Network:
    """People's numbers and the messages of one account, shown on the phones."""

    def __init__(self, clock: Clock, ids: Ids, phones: Phones) -> None:
        self.clock, self.ids, self.phones = clock, ids, phones
        self.subscribers: dict[str, Subscriber] = {}
        self.messages: dict[str, Sms] = {}
        self.opted_out: set[tuple[str, str]] = set()
        """Pairs of a sender (messaging service or number) and a person's number."""
        self.warnings: list[int] = []
        """Codes that Twilio's debugger would show: 11200, 12300, …"""

    def add(self, subscriber: Subscriber) -> None:
        if subscriber.number in self.subscribers:
            raise ValueError(f"There is a number {subscriber.number} already; give this one another.")
        self.subscribers[subscriber.number] = subscriber

    def change(self, number: str, **fields: Any) -> None:
        """A subscriber with changed fields: fate, code, blocked."""
        self.subscribers[number] = replace(self.subscribers[number], **fields)

    def moment(self) -> datetime:
        """The present in whole seconds, as Twilio's dates have it."""
        return self.clock.now().replace(microsecond=0)

    def record(self, *, sender: str, to: str, body: str, direction: str, status: str, **more: Any) -> Sms:
        """A new message in the account's list; it is on no phone yet."""
        now = self.moment()
        sms = Sms(self.ids.sid("SM"), sender, to, body, direction, status, now, now, **more)
        self.messages[sms.sid] = sms
        return sms

    def update(self, sid: str, **fields: Any) -> Sms:
        """Changes a message in the list, and its status where a phone shows it."""
        sms = self.messages[sid] = replace(self.messages[sid], updated=self.moment(), **fields)
        if self.phones.find("sms", sms.to, sid) is not None:
            self.phones.change("sms", sms.to, sid, status=sms.status)
        return sms

    def show(
        self, sms: Sms, *, author: str, raw: Mapping[str, Any] | None = None, words: str | None = None
    ) -> None:
        """Puts a message on the phone of the person it is from or to; `words` in place of its text."""
        place = sms.sender if sms.direction == "inbound" else sms.to
        status = "sent" if sms.direction == "inbound" else sms.status
        message = Message(
            sms.sid,
            author,
            self.clock.now(),
            (Span("text", sms.body if words is None else words),),
            status=status,
            raw=raw or {"segments": sms.segments},
        )
        self.phones.put("sms", place, message)
