"""Twilio's forms as events: pure translation.

Rules: twilio.com/docs/messaging/guides/webhook-request (inbound),
/outbound-message-status-in-status-callbacks, /docs/messaging/tutorials/advanced-opt-out (keywords).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from channels.base import (
    Address,
    Brought,
    DeliveryReport,
    DeliveryStatus,
    Inbound,
    InboundMessage,
    ProviderOptIn,
    ProviderOptOut,
)
from channels.sms.codes import of_report
from channels.values import number_in

# A message that is one of these words and nothing else, in any case, Twilio acts on and answers itself;
# whatever we think of it, it blocks or unblocks. YES is not among ours: to us it answers a question.
STOP_WORDS = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"})
START_WORDS = frozenset({"START", "UNSTOP"})

_STATUS: Mapping[str, DeliveryStatus] = {
    "accepted": "queued",
    "scheduled": "queued",
    "queued": "queued",
    "sending": "queued",
    "sent": "sent",
    "partially_delivered": "sent",
    "delivered": "delivered",
    "read": "delivered",
    "undelivered": "undelivered",
    "failed": "failed",
    "canceled": "failed",
}


_BY_TYPE: Mapping[str, Brought] = {
    "audio": "voice",
    "image": "picture",
    "video": "video",
    "text/vcard": "contact",
    "text/x-vcard": "contact",
}


_AROUND: Final = frozenset({"application/smil", "text/plain"})
_MEDIA: Final = 10  # of one message: twilio.com/docs/messaging/guides/webhook-request
_DIGITS: Final = re.compile(r"\s*(?:\+|00)?([1-9][0-9]{9,14})\s*")


@dataclass(frozen=True, slots=True)
class Ours:
    """Which messages are ours: those of a messaging service, or of a number."""

    sender: str | None
    service: str | None

    def holds(self, number: str | None, service: str | None) -> bool:
        by_service = self.service is not None and service == self.service
        return by_service or number == self.sender


def sender_of(given: str) -> str:
    """Who sent a message, in E.164 where it is a whole number: in a form a + that was not escaped is a blank, and some
    write 00 for it. A short code and a name stay as they are."""
    found = _DIGITS.fullmatch(given)
    return f"+{found[1]}" if found else given


def inbound(form: Mapping[str, str], now: datetime) -> list[Inbound]:
    """A received message: what it says, or that the person leaves or returns. Nothing for HELP under Advanced
    Opt-Out, which Twilio has answered."""
    return message(
        sid=form.get("MessageSid", ""),
        sender=form.get("From", ""),
        text=form.get("Body", "") or form.get("ButtonText", ""),
        at=now,
        opt_out_type=form.get("OptOutType", ""),
        brings=_brought(form),
    )


def _brought(form: Mapping[str, str]) -> Brought | None:
    """What a message brings beside its text: the kind of its first picture or recording, or a place. What a telephone
    puts around these (how they are laid out, the text once more) comes as media too."""
    if count := number_in(form.get("NumMedia", "")):
        kinds = (form.get(f"MediaContentType{n}", "").lower() for n in range(min(count, _MEDIA)))
        whole = next((kind for kind in kinds if kind not in _AROUND), "")
        return _BY_TYPE.get(whole) or _BY_TYPE.get(whole.partition("/")[0], "file")
    return "place" if form.get("Latitude") else None


def message(
    sid: str, sender: str, text: str, at: datetime, opt_out_type: str = "", brings: Brought | None = None
) -> list[Inbound]:
    """The event of one received message, by webhook or from Twilio's list: both name it by its SID. One without any
    text is a picture that came as nothing, or was sent by mistake."""
    if not sid or not sender:
        return []
    address, word = Address("sms", sender_of(sender)), opt_out_type.upper() or text.strip().upper()
    if opt_out_type.upper() == "HELP":
        return []
    if word in STOP_WORDS:
        return [ProviderOptOut(sid, address, at, text, confirmed=True)]
    if word in START_WORDS:
        return [ProviderOptIn(sid, address, at, text, confirmed=True)]
    brings = brings or (None if text.strip() else "blank")
    return [
        InboundMessage(
            sid, place=address, actor=address, sent_at=at, text=text, message_ref=sid, brings=brings
        )
    ]


def report(form: Mapping[str, str], now: datetime) -> list[Inbound]:
    """What a status callback tells of a message we sent."""
    sid, said = form.get("MessageSid", ""), form.get("MessageStatus", "")
    status = _STATUS.get(said)
    if not sid or status is None:
        return []
    code = form.get("ErrorCode", "")
    failed = status in ("undelivered", "failed")
    return [
        DeliveryReport(
            provider_id=f"{sid}:{said}",
            message_ref=sid,
            status=status,
            at=now,
            code=code or None,
            error=of_report(code) if failed else None,
        )
    ]
