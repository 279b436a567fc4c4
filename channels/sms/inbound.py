"""Twilio's forms as events, and a message as a text message: pure translation.

Rules: twilio.com/docs/messaging/guides/webhook-request (inbound),
/outbound-message-status-in-status-callbacks, /docs/messaging/tutorials/advanced-opt-out (keywords).
"""

from collections.abc import Mapping
from datetime import datetime

from channels.base import (
    Address,
    Body,
    DeliveryReport,
    DeliveryStatus,
    Inbound,
    InboundMessage,
    OptIn,
    OptOut,
    Span,
)
from channels.layout import paragraphs, shortened, target, utf16_units
from channels.sms.errors import of_code
from channels.sms.limits import TEXT_LIMIT

# A message that is one of these words and nothing else, in any case, Twilio acts on and answers itself;
# whatever we think of it, it blocks or unblocks. YES is not among ours: to us it answers a question.
STOP_WORDS = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"})
START_WORDS = frozenset({"START", "UNSTOP"})

_TRIAL = "Sent from your Twilio trial account - "

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


def inbound(form: Mapping[str, str], now: datetime) -> list[Inbound]:
    """A received message: what it says, or that the person leaves or returns. Nothing for HELP under Advanced
    Opt-Out, which Twilio has answered."""
    return message(
        sid=form.get("MessageSid", ""),
        sender=form.get("From", ""),
        text=form.get("Body", ""),
        at=now,
        opt_out_type=form.get("OptOutType", ""),
    )


def message(sid: str, sender: str, text: str, at: datetime, opt_out_type: str = "") -> list[Inbound]:
    """The event of one received message, by webhook or from Twilio's list: both name it by its SID."""
    if not sid or not sender:
        return []
    address, word = Address("sms", sender), opt_out_type.upper() or text.strip().upper()
    if opt_out_type.upper() == "HELP":
        return []
    if word in STOP_WORDS:
        return [OptOut(sid, address, at, text, confirmed=True)]
    if word in START_WORDS:
        return [OptIn(sid, address, at, text, confirmed=True)]
    return [InboundMessage(sid, place=address, actor=address, sent_at=at, text=text, message_ref=sid)]


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
            error=of_code(_number(code), 0) if failed else None,
        )
    ]


def _number(code: str) -> int:
    return int(code) if code.isascii() and code.isdigit() and len(code) < 10 else 0


def rendered(body: Body) -> str:
    """The message as plain text: quotations in quotation marks, a link as its bare URL or number."""
    return _joined(shortened(body, TEXT_LIMIT, lambda body: utf16_units(_joined(body))))


def _joined(body: Body) -> str:
    return "\n".join(
        f'"{spans[0].text}"' if kind == "quote" else "".join(map(_said, spans))
        for kind, spans in paragraphs(body)
    )


def _said(span: Span) -> str:
    return target(span.url) if span.kind == "link" and span.url else span.text


def same_words(sent: str, found: str) -> bool:
    """Whether Twilio's copy `found` is the text that was `sent`. Twilio swaps typographic characters (smart
    encoding) and a trial account puts a sentence in front, hence letters and digits alone."""
    found = found.removeprefix(_TRIAL)
    return sent == found or (bool(_letters(sent)) and _letters(sent) == _letters(found))


def _letters(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())
