"""What every channel shares: what comes in, what goes out, a channel's limits, and how sending can fail.

An adapter translates between a provider's wire and these values, and nothing else: it decides nothing,
stores nothing and retries nothing. Rich text leaves the core as a `Body`; only the adapter that renders it
knows mrkdwn or HTML, and it escapes every character that came from outside.
"""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import field
from datetime import datetime
from enum import IntEnum
from typing import TYPE_CHECKING, Final, Literal, Protocol

from channels.frozen import dataclass

if TYPE_CHECKING:  # the vocabulary itself needs no web framework, and pure rooms use it
    from starlette.routing import Route


@dataclass(frozen=True, slots=True, order=True)
class Address:
    """Where a person can be written to: a channel's name and the provider's id of that person or place."""

    channel: str
    id: str

    def __str__(self) -> str:
        return f"{self.channel}:{self.id}"

    @classmethod
    def parse(cls, text: str) -> "Address":
        """Read `channel:id`; ValueError with a plain sentence where it is not of that form."""
        channel, colon, id_ = text.partition(":")
        if not colon or not channel or not id_:
            raise ValueError(f"{text!r} is no address; write it as channel:id, for example slack:U0123ABCD")
        return cls(channel, id_)


# ---------------------------------------------------------------------------------------------- inbound

Brought = Literal[
    "voice",
    "picture",
    "video",
    "sticker",
    "file",
    "place",
    "contact",
    "poll",
    "checklist",
    "reaction",
    "blank",
    "other",
]
"""What a message brings beside words, or in their place. `other` is also what is newer than this list."""


@dataclass(frozen=True, slots=True)
class InboundMessage:
    """Something a person typed, pressed or changed.

    `provider_id` names this delivery, and `message_key` what was said, where that may be delivered under several: it
    is the key that stops a repetition. `place` is where it was said,
    `actor` who said it; in a private chat with the bot on Telegram and by SMS they are the same address.
    On Slack the actor is the user (`U…`) and the place the conversation (`D…`, `C…`).

    Where it `edits` and no words are left, they were taken back. A reaction is its emoji as the text, and
    `reply_to` what it stands on.
    """

    provider_id: str
    place: Address
    actor: Address
    sent_at: datetime
    text: str = ""
    choice: str | None = None  # the value of the button that was pressed
    command: str | None = None  # a command without its slash and bot name: "nps start demo", "start TOKEN"
    message_ref: str | None = None  # this message's own reference, by which a later edit names it
    edits: str | None = None  # the reference of the earlier message that this one replaces
    reply_to: str | None = None  # the reference of the message this one answers, or whose button was pressed
    answer_ref: str | None = None  # a short-lived way to answer (Slack's response_url)
    actor_name: str = ""  # what colleagues call who pressed or wrote in a thread, where the provider says it
    brings: Brought | None = None
    own: bool = True  # not passed on, nor written by another bot in this person's name
    chat_url: str | None = None  # where a colleague can write to who sent it, where the provider offers that
    shared: bool = (
        False  # said where many talk, to each other too: it is ours only in answer to a message of ours
    )
    # How it is told from others and put in order, which is no part of what was said:
    message_key: str | None = field(default=None, compare=False)
    number: int | None = field(default=None, compare=False)  # the provider's own count of what it hands over
    # whether `sent_at` is when it was said; else, where the provider does not tell, when it came
    timed: bool = field(default=True, compare=False)


@dataclass(frozen=True, slots=True)
class ProviderOptOut:
    """The provider says that this address wants no more messages.

    `confirmed` tells that the provider has told the person so itself, so that we say nothing (Twilio).
    """

    provider_id: str
    address: Address
    at: datetime
    text: str = ""
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class ProviderOptIn:
    """The provider says that this address wants messages again."""

    provider_id: str
    address: Address
    at: datetime
    text: str = ""
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class Blocked:
    """The person blocked the bot: nothing reaches this address until `Unblocked`."""

    provider_id: str
    address: Address
    at: datetime


@dataclass(frozen=True, slots=True)
class Unblocked:
    """The person lifted the block."""

    provider_id: str
    address: Address
    at: datetime


DeliveryStatus = Literal["queued", "sent", "delivered", "undelivered", "failed"]


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """What became of a message that was handed to the provider. Reports repeat and come out of order."""

    provider_id: str
    message_ref: str
    status: DeliveryStatus
    at: datetime
    code: str | None = None  # the provider's own code of a failure, such as Twilio's 30003
    error: "SendError | None" = None  # that code in our words, where it is a failure


Inbound = InboundMessage | ProviderOptOut | ProviderOptIn | Blocked | Unblocked | DeliveryReport

Receive = Callable[[Sequence[Inbound]], Awaitable[None]]
"""Takes events in; returns once the commit that holds them is on disk, raises where nothing was kept."""


# --------------------------------------------------------------------------------------------- outbound


@dataclass(frozen=True, slots=True)
class Span:
    """A run of text of one kind. `quote` is somebody's own words on lines of their own; `link` has a `url`
    (https, mailto or tel)."""

    kind: Literal["plain", "bold", "quote", "link"]
    text: str
    url: str | None = None


Body = tuple[Span, ...]


def plain(text: str) -> Span:
    return Span("plain", text)


def bold(text: str) -> Span:
    return Span("bold", text)


def quote(text: str) -> Span:
    return Span("quote", text)


def link(text: str, url: str) -> Span:
    return Span("link", text, url)


@dataclass(frozen=True, slots=True)
class Choice:
    """A button: what it says, and the opaque value (at most 64 bytes, Telegram's limit) that comes back."""

    label: str
    value: str
    style: Literal["primary", "danger"] | None = None


Choices = tuple[tuple[Choice, ...], ...]
"""The buttons under a message, row by row."""


@dataclass(frozen=True, slots=True)
class Image:
    """A picture that goes with a message: a PNG, its file name, and what it shows in words.

    `alt` is for who cannot see it: at most 1000 characters (Slack's limit). Telegram has no place for it, so
    the message's body says the main numbers again.
    """

    png: bytes = field(repr=False)
    alt: str
    name: str


class Priority(IntEnum):
    """What goes first; the smaller the number, the sooner."""

    CONSENT = 0  # opt-out, opt-in and help: a person who wants to leave waits for nobody
    ALERT = 1
    REPLY = 2  # in a conversation, and a command's answer
    REMINDER = 3
    QUESTION = 4
    NEWS = 5  # what nobody waits for


@dataclass(frozen=True, slots=True)
class OutboundMessage:
    """One message to hand to a provider, or, where `replaces` is set, the new face of an earlier one.

    With an `image` it is always a new message to `address`, without buttons, and the body is the caption.
    A channel that shows none (`Limits.images`) sends the body alone.
    """

    id: int
    address: Address
    body: Body
    choices: Choices = ()
    image: Image | None = None
    replaces: str | None = None  # the reference of the message to edit
    answer_ref: str | None = None  # the press or command that this answers; see InboundMessage.answer_ref
    thread: str | None = (
        None  # the reference of the message in whose thread it goes, where a channel has threads
    )
    priority: Priority = Priority.REPLY
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """The provider took the message; `message_ref` names it in later edits and reports. None where the
    provider gives no name for it (an answer through Slack's response_url)."""

    message_ref: str | None


@dataclass(frozen=True, slots=True)
class Limits:
    """What a channel can do and how fast. A rate belongs to one token, hence to one sending process.

    Whoever needs to know asks for the ability, never for the channel's name; an ability that is left out is
    one that the channel does not have.
    """

    text: int  # characters in one message, in the provider's own counting
    per_second: float  # messages a second that the token may send, sustained
    burst: int  # how many may go at once after a pause
    per_address: float  # seconds between two messages to one address
    buttons: bool
    edits: bool  # a sent message can be changed
    images: bool = False  # a message can hold a picture
    reports: bool = False  # whether a message arrived is told later, by a `DeliveryReport`
    answers_aside: bool = False  # a command is answered to who gave it, not where others read along
    joins_by_link: bool = False  # the bot cannot write first: who opens a link of their own can be asked
    paid_by_length: bool = False  # the short texts are said, and less is quoted
    forgeable: bool = False  # anybody can write in another's name: no command is taken
    keeps_stop: bool = False  # the provider keeps a STOP of its own, which only the person can lift there
    by_phone: bool = False  # an address is a telephone number: it tells a country, and may change hands
    threads: bool = False  # what answers a message stands in its thread, and is answered there
    nameless_refs: bool = False  # a `message_ref` tells nothing of person or chat: it may outlive an erasure


# ------------------------------------------------------------------------------------------------ errors

CONNECT: Final = 4.0
"""Seconds for a connection: what ends while there is none was not sent, and is told from what waited for its answer."""

GATEWAY_TIMEOUT: Final = 504
GATEWAY: Final = frozenset({502, 503, GATEWAY_TIMEOUT})
"""HTTP states with which a gateway answers while what is behind it is away."""


class SendError(Exception):
    """Sending failed. The class says whether to try again and whose fault it is; the text is one plain
    sentence without the message's words, a secret or an address."""


class RateLimited(SendError):
    """Not sent: the provider asks for a pause of `retry_after` seconds. Sending again is safe."""

    def __init__(self, reason: str, retry_after: float) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


class Unavailable(SendError):
    """Not sent, for a passing reason: try again later. Sending again is safe."""


class Unknown(SendError):
    """The connection ended before an answer came: it may have been sent."""


class Away(Unknown):
    """A gateway answered in the provider's place. Tried again for as long as it may be late, where a time-out is
    tried a few times. `unread`: it found nobody behind it who took the message (502, 503); one that waited in vain
    for an answer (504) had found somebody."""

    def __init__(self, provider: str, status: int) -> None:
        super().__init__(f"{provider} is away (HTTP status {status})")
        self.unread = status != GATEWAY_TIMEOUT


class Rejected(SendError):
    """The provider refuses this message for good (too long, filtered, edit window closed)."""


class Filtered(Rejected):
    """These words, or our number, are refused as unwanted: the message fails, and the operator is told, because the
    others of a wave say the same."""


class Unreachable(SendError):
    """The address is dead, or its owner does not want us. `opted_out` where the owner said so (Twilio 21610,
    a Telegram block)."""

    def __init__(self, reason: str, opted_out: bool = False) -> None:
        super().__init__(reason)
        self.opted_out = opted_out


class Moved(SendError):
    """Not sent: the place has another id now, `to`, and the message goes there (a Telegram group that became
    a supergroup)."""

    def __init__(self, reason: str, to: str) -> None:
        super().__init__(reason)
        self.to = to


class Barred(SendError):
    """Not sent: our account may not write to this one address (a country that is not allowed, a number that a
    trial account has not verified). Others go on, and the address is alive."""


class Misconfigured(SendError):
    """Our own fault (a wrong token, a missing scope, an account that may not send): the channel pauses,
    nothing is burnt, the operator is told, and it goes on by itself once it is mended."""


class SenderRefused(Misconfigured):
    """Not sent: our sender cannot write to this address, and the provider does not say whether it can to others (Twilio
    21606). What becomes of others tells whose fault it is: see `bot.sending.whose_sender`."""


# ----------------------------------------------------------------------------------------------- adapter


class Channel(Protocol):
    """An adapter: it owns the provider's SDK client and translates. It keeps no state that matters."""

    name: str
    limits: Limits

    def routes(self, receive: Receive) -> "Sequence[Route]":
        """The webhooks. Each refuses what is forged before it reads it, and answers 2xx only after
        `receive` returned; where `receive` raises it answers 503."""
        ...

    async def listen(self, receive: Receive) -> None:
        """Fetch events where there is no public address (Socket Mode, polling, sweeping); runs until it is
        cancelled, or returns at once where webhooks bring everything."""
        ...

    async def send(self, message: OutboundMessage) -> Receipt:
        """Hand one message to the provider, once, within 8 seconds. Raises a `SendError`."""
        ...

    async def find(
        self, message: OutboundMessage, since: datetime, others: Collection[str] = ()
    ) -> Receipt | None:
        """Look whether a message whose outcome is unknown was taken after `since`, by the provider's clock; None
        where the provider knows of none beside `others`, the references of other messages of ours. Raises
        `Unknown` where the provider offers no way to look (Slack, Telegram)."""
        ...

    async def states(self, refs: Collection[str]) -> Sequence[DeliveryReport]:
        """What became of messages of which no report came; nothing of those that the provider says nothing final
        of. Asked where `Limits.reports`. Raises a `SendError`."""
        ...

    async def identify(self) -> str:
        """Ask the provider who we are: one line for `npsbot check`. Raises a `SendError`."""
        ...

    async def look_up(self, address: Address) -> None:
        """Ask the provider whether somebody would read what is sent to an address, and send nothing. Raises
        `Unreachable` or `Moved` where nobody would, another `SendError` where that cannot be told. Returns
        where the provider offers no way to ask (SMS)."""
        ...

    async def hears(self) -> None:
        """Look whether what people write comes in, and mend it where that can be done from here. Raises a
        `SendError` that says what was wrong, also where it is mended. Asked every minute."""
        ...

    async def register(self, public_url: str) -> None:
        """Tell the provider where our webhooks are, where it takes that by API. Raises a `SendError`."""
        ...

    async def aclose(self) -> None:
        """Close connections. May be called twice."""
        ...
