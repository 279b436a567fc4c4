"""What a person with a plain phone does: writes, and blocks; and what Twilio answers to its keywords.

Source: twilio.com/docs/messaging/tutorials/advanced-opt-out.
"""

from sandbox.acts import Act, Sent, refused
from sandbox.phones import Phone
from sandbox.sms.carrier import Carrier
from sandbox.sms.network import Network
from sandbox.targets import SmsTarget

MEDIA: dict[Sent, str] = {"picture": "image/jpeg", "voice": "audio/amr", "blank": ""}
"""What is sent, and its MediaContentType0 [twilio.com/docs/messaging/guides/webhook-request]."""
STOPPED = (
    "You have successfully been unsubscribed. You will not receive any more messages from this number. "
    "Reply START to resubscribe."
)
STARTED = (
    "You have successfully been re-subscribed to messages from this number. Reply HELP for help. "
    "Reply STOP to unsubscribe."
)
HELP = "Reply STOP to unsubscribe. Msg&Data Rates May Apply."


class SmsPeople:
    """The people's side of one number."""

    def __init__(self, network: Network, carrier: Carrier, target: SmsTarget) -> None:
        self._network, self._carrier, self._target = network, carrier, target

    async def type(self, phone: Phone, text: str) -> Act:
        """Writes a text; a keyword is answered by Twilio itself, and still handed on."""
        if not text.strip():
            return refused("An empty message cannot be sent.")
        sms = self._network.record(
            sender=phone.who,
            to=self._target.number,
            body=text,
            direction="inbound",
            status="receiving",
            sent=self._network.moment(),
            service=self._target.messaging_service_sid,
        )
        self._network.show(sms, author=phone.who)
        keyword = self._keyword(text)
        pair = (self._carrier.sender, phone.who)
        if keyword == "STOP":
            self._network.opted_out.add(pair)
        elif keyword == "START":
            self._network.opted_out.discard(pair)
        if keyword:
            self._answer(phone, {"STOP": STOPPED, "START": STARTED, "HELP": HELP}[keyword])
        self._network.update(sms.sid, status="received")
        outcome = await self._carrier.receive(sms, keyword)
        return Act(True, outcome.taken)

    async def send(self, phone: Phone, what: Sent) -> Act:
        """Sends a picture or a recording as an MMS, or a text of nothing but a space."""
        if what not in MEDIA:
            return refused("By SMS this sandbox sends a picture, a voice message or an empty text.")
        sms = self._network.record(
            sender=phone.who,
            to=self._target.number,
            body=" " if what == "blank" else "",
            direction="inbound",
            status="received",
            sent=self._network.moment(),
            service=self._target.messaging_service_sid,
            media=MEDIA[what],
        )
        self._network.show(sms, author=phone.who, words=f"[{what}]")
        outcome = await self._carrier.receive(sms)
        return Act(True, outcome.taken)

    def _keyword(self, text: str) -> str:
        """The keyword that is the whole message, in any case."""
        word = text.strip().upper()
        words = {
            "STOP": self._target.stop_words,
            "START": self._target.start_words,
            "HELP": self._target.help_words,
        }
        return next((kind for kind, known in words.items() if word in known), "")

    def _answer(self, phone: Phone, text: str) -> None:
        """Twilio's own reply; it is in the account's list like any other."""
        reply = self._network.record(
            sender=self._target.number,
            to=phone.who,
            body=text,
            direction="outbound-reply",
            status="delivered",
            sent=self._network.moment(),
        )
        self._network.show(reply, author="provider")

    async def block(self, phone: Phone, blocked: bool) -> Act:
        """The carrier refuses (30004), or delivers again; nobody is told."""
        self._network.change(phone.who, blocked=blocked)
        self._network.phones.set_blocked(phone.id, blocked)
        return Act(True)
