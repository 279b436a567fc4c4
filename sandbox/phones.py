"""What people see: phones, the messages on them, and the feed of every change."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

Provider = Literal["slack", "telegram", "sms"]
Role = Literal["customer", "manager", "admin"]
SpanKind = Literal["text", "bold", "italic", "strike", "code", "quote", "link", "mention"]
HISTORY = 20_000
"""How many changes the feed remembers for streams that reconnect."""


@dataclass(frozen=True, slots=True)
class Span:
    """A run of text as a person sees it; `text` is plain in every kind."""

    kind: SpanKind
    text: str
    url: str | None = None

    def as_json(self) -> dict[str, str]:
        span = {"kind": self.kind, "text": self.text}
        return span if self.url is None else {**span, "url": self.url}


@dataclass(frozen=True, slots=True)
class Button:
    """A button as a person sees it; `id` is unique within its message."""

    id: str
    label: str
    style: str | None = None
    url: str | None = None

    def as_json(self) -> dict[str, str]:
        shown = {"id": self.id, "label": self.label}
        shown |= {} if self.style is None else {"style": self.style}
        return shown if self.url is None else {**shown, "url": self.url}


@dataclass(frozen=True, slots=True)
class Message:
    """One message in one place, as it stands now.

    `author` is "bot", "provider" or the id of the person who wrote it. `only_for` makes it ephemeral: that
    person alone sees it. `image_alt` is what the picture shows in words, where the provider keeps that.
    `pings` lists whom the text notifies beyond the place's own people (Slack: "<!channel>", "<@U…>"). `raw`
    is what the provider keeps: Slack's blocks, Telegram's reply_markup, Twilio's resource.
    """

    id: str
    author: str
    at: datetime
    rich: tuple[Span, ...] = ()
    buttons: tuple[tuple[Button, ...], ...] = ()
    edited: bool = False
    only_for: str | None = None
    status: str = "delivered"
    image: str | None = None
    image_alt: str = ""
    pings: tuple[str, ...] = ()
    raw: Mapping[str, Any] = field(default_factory=dict)

    @property
    def text(self) -> str:
        return "".join(span.text for span in self.rich)

    @property
    def answers(self) -> str | None:
        """The message in whose thread it stands, or that it replies to."""
        first, replied = self.raw.get("thread_ts"), self.raw.get("reply_to_message")
        if isinstance(replied, Mapping):
            return str(replied.get("message_id"))
        return str(first) if first and first != self.id else None

    @property
    def labels(self) -> list[str]:
        """The labels of all buttons, in order."""
        return [button.label for row in self.buttons for button in row]

    def button(self, label: str) -> Button:
        """The button with this label; KeyError where there is none."""
        for row in self.buttons:
            for button in row:
                if button.label == label:
                    return button
        raise KeyError(f"The message has no button {label!r}; it has {self.labels}.")

    def as_json(self, viewer: str) -> dict[str, Any]:
        """The message as the page gets it, seen by `viewer`."""
        own = {"bot": "bot", "provider": "provider", viewer: "me"}
        return {
            "id": self.id,
            "from": own.get(self.author, "other"),
            "text": self.text,
            "rich": [span.as_json() for span in self.rich],
            "buttons": [[button.as_json() for button in row] for row in self.buttons],
            "edited": self.edited,
            "answers": self.answers,
            "at": self.at.isoformat(timespec="microseconds"),
            "ephemeral": self.only_for is not None,
            "status": self.status,
            "image": self.image,
            "image_alt": self.image_alt,
        }


@dataclass(frozen=True, slots=True)
class Phone:
    """One person at one provider, looking at one place (a direct message, a channel, a chat, a number)."""

    id: str
    provider: Provider
    title: str
    who: str
    place: str
    role: Role = "customer"


@dataclass(frozen=True, slots=True)
class Change:
    """One entry of the feed."""

    number: int
    data: Mapping[str, Any]


class Feed:
    """The changes on all phones, in order, for any number of followers."""

    def __init__(self) -> None:
        self._changes: deque[Change] = deque(maxlen=HISTORY)
        self._last = 0
        self._news = asyncio.Event()
        self.ended = False

    @property
    def last(self) -> int:
        return self._last

    def publish(self, data: Mapping[str, Any]) -> None:
        self._last += 1
        self._changes.append(Change(self._last, data))
        news, self._news = self._news, asyncio.Event()
        news.set()

    def since(self, number: int) -> list[Change] | None:
        """The changes after `number`; None when the feed no longer remembers them, or never was there."""
        if number > self._last or (self._changes and number < self._changes[0].number - 1):
            return None
        missed = self._last - number
        return list(self._changes)[-missed:] if missed else []

    async def news(self) -> None:
        """Returns at the next change, or at the end."""
        await self._news.wait()

    def end(self) -> None:
        """Let every follower go: a server that stops waits for who still reads, and they would read for ever."""
        self.ended = True
        self._news.set()


class Phones:
    """All phones and everything written on them."""

    def __init__(self) -> None:
        self.feed = Feed()
        self._phones: dict[str, Phone] = {}
        self._at_place: dict[tuple[Provider, str], list[Phone]] = {}
        self._messages: dict[tuple[Provider, str], dict[str, Message]] = {}
        self._blocked: set[str] = set()

    def __iter__(self) -> Iterator[Phone]:
        return iter(self._phones.values())

    def __getitem__(self, phone: str) -> Phone:
        return self._phones[phone]

    def __contains__(self, phone: object) -> bool:
        return phone in self._phones

    def add(self, phone: Phone) -> Phone:
        if phone.id in self._phones:
            raise ValueError(f"There is a phone {phone.id!r} already; give this one another id.")
        self._phones[phone.id] = phone
        self._at_place.setdefault((phone.provider, phone.place), []).append(phone)
        return phone

    def put(self, provider: Provider, place: str, message: Message) -> Message:
        """Writes a message, or replaces the one with its id, and tells every phone that shows it."""
        self._messages.setdefault((provider, place), {})[message.id] = message
        for phone in self._at_place.get((provider, place), ()):
            if message.only_for in (None, phone.who):
                self.feed.publish({"phone": phone.id, "message": message.as_json(phone.who)})
        if not self._at_place.get((provider, place)):
            self.feed.publish({})  # nobody looks, but who waits for a change of state wakes up
        return message

    def change(self, provider: Provider, place: str, message: str, **fields: Any) -> Message:
        """Replaces fields of a message; KeyError where it is not there."""
        return self.put(provider, place, replace(self._messages[provider, place][message], **fields))

    def remove(self, provider: Provider, place: str, message: str) -> None:
        gone = self._messages[provider, place].pop(message)
        for phone in self._at_place.get((provider, place), ()):
            if gone.only_for in (None, phone.who):
                self.feed.publish({"phone": phone.id, "removed": message})

    def toast(self, provider: Provider, place: str, text: str) -> None:
        """A short notice that the provider's app shows for some seconds."""
        for phone in self._at_place.get((provider, place), ()):
            self.feed.publish({"phone": phone.id, "toast": text})

    def find(self, provider: Provider, place: str, message: str) -> Message | None:
        return self._messages.get((provider, place), {}).get(message)

    def at(self, provider: Provider, place: str) -> list[Message]:
        """Every message of a place, in order of arrival."""
        return list(self._messages.get((provider, place), {}).values())

    def messages(self, phone: str) -> list[Message]:
        """What one phone shows, in order of arrival."""
        shown = self._phones[phone]
        return [
            message
            for message in self.at(shown.provider, shown.place)
            if message.only_for in (None, shown.who)
        ]

    def set_blocked(self, phone: str, blocked: bool) -> None:
        (self._blocked.add if blocked else self._blocked.discard)(phone)
        self.feed.publish({"phone": phone, "blocked": blocked})

    def as_json(self, phone: Phone) -> dict[str, Any]:
        return {
            "id": phone.id,
            "provider": phone.provider,
            "title": phone.title,
            "who": phone.who,
            "role": phone.role,
            "blocked": phone.id in self._blocked,
            "messages": [message.as_json(phone.who) for message in self.messages(phone.id)],
        }

    async def wait_for(self, phone: str, fits: Callable[[Message], bool], patience: float = 60.0) -> Message:
        """The first message on a phone that fits, now or within `patience` real seconds.

        TimeoutError, which says what the phone shows instead, where none comes.
        """
        try:
            async with asyncio.timeout(patience):
                async for _ in self._each_change():
                    for message in self.messages(phone):
                        if fits(message):
                            return message
        except TimeoutError:
            shown = [(message.author, message.text) for message in self.messages(phone)]
            raise TimeoutError(f"No such message on {phone} within {patience} s; it shows {shown}.") from None
        raise AssertionError("the feed has no end")

    async def _each_change(self) -> AsyncIterator[None]:
        while True:
            yield
            await self.feed.news()
