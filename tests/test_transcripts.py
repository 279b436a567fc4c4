"""Conversations as a person would read them, through real intake and outbox: tests/transcripts/*.txt.

A file begins with what it is about and a line such as `customer: en, slack`; further channels there are further
addresses of the same customer. Before it, `company: nl` is the language of the company, and `survey: csat` the
kind of its survey; `manager: sms` is where the account manager is, who is in Slack otherwise; `recovery: 7` or
`review: {…}` is what the campaign asks afterwards, `reminder: 4` when it reminds, `fallback: true` with
`channels: [sms, slack]` that it goes on at the next channel. `event: {project: Roof}` is what is told of the event
after which it asks, and `question: …` the question in the survey's own words. What goes in:

- `you>`, or `customer>` where a third voice speaks, is what the customer writes where they were asked, or taps where it
  stands in brackets; in parentheses they change or delete what they wrote, send something without words, or put an
  emoji on the question; `by sms>` is what they write elsewhere, and `in the thread>` what they write in the thread of
  the question. `5 minutes late>` is what they said then and what comes only now;
- `stranger>` is what somebody unknown writes, and `machine 9 times>` a text that something goes on answering;
- `manager>` is what the account manager taps, or writes: in the thread of the alert in Slack, in reply to it in
  Telegram, and by SMS as it stands there; they can change, delete and send things as the customer does;
- `provider>` is what Twilio tells of the customer's number, an error code of the message it was last sent or that it
  was delivered, or a block in a chat;
- a line such as `--- 7 days later ---` lets time pass.

Everything else is what the bot did, and `pytest tests/test_transcripts.py --rewrite-transcripts` writes it anew:
read the difference before it is kept. STOP and START by SMS come the way that Twilio reports them.
"""

import asyncio
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.people.event_intake import take_events
from bot.people.events import event_of
from channels.base import Address, Blocked, Inbound, InboundMessage, OutboundMessage, Unblocked
from channels.sms import inbound as sms
from tests.support.bot_under_test import MANAGER, Bot, Customer, settings_of
from tests.support.fake_channel import FakeChannel, text_of

FILES = sorted((Path(__file__).parent / "transcripts").glob("*.txt"))
MANAGERS = {"slack": "UMANAGER", "telegram": "901", "sms": "+31687654321"}
ADDRESSES = {"slack": "U1", "telegram": "1", "sms": "+31612345678"}
STRANGERS = {"slack": "U9", "telegram": "9", "sms": "+31699999999"}

_INPUT = re.compile(
    r"(you|customer|by \w+|in the thread|\d+ minutes late|stranger|machine \d+ times|manager|provider)> (.*)"
)

_LATER = re.compile(r"--- (\d+) (minutes?|hours?|days?) later ---")
_TAP = re.compile(r"\[(.+)\]")
_CHANGE = re.compile(r'\(changes "(.+?)"\) (.*)')
_DELETION = re.compile(r'\(deletes "(.+?)"\)')
_SENDING = re.compile(r"\(sends a (\w+)\)")
_REACTION = re.compile(r"\(puts (.+) on the question\)")
_COMPANY = re.compile(r"^company: (\w+)$", re.MULTILINE)
_MANAGER = re.compile(r"^manager: (\w+)$", re.MULTILINE)
_SURVEY = re.compile(r"^survey: (\w+)$", re.MULTILINE)
_EVENT = re.compile(r"^event: (.+)$", re.MULTILINE)
_QUESTION = re.compile(r"^question: (.+)$", re.MULTILINE)
_CAMPAIGN = re.compile(r"^(recovery|review|reminder|fallback|channels): (.+)$", re.MULTILINE)
_INDENT = " " * 9


def _plain_value(text: str) -> Any:
    return yaml.safe_load(text)


@dataclass(slots=True)
class Telling:
    """Plays a transcript's inputs and writes down what happens."""

    bot: Bot
    who: str
    lines: list[str]
    manager: str = str(MANAGER)
    seen: dict[str, int] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=count)
    said: dict[str, str] = field(default_factory=dict)  # what the customer wrote, and its reference

    async def play(self, line: str) -> None:
        self.lines += ["", line]
        if later := _LATER.fullmatch(line):
            await self.bot.later(**{later[2].removesuffix("s") + "s": float(later[1])})
        elif said := _INPUT.fullmatch(line):
            await self._hear(said[1], said[2])
        await self.bot.work()
        self.look()

    async def _hear(self, speaker: str, deed: str) -> None:
        channel = Address.parse(self.who).channel
        match speaker.split():
            case ["manager"]:
                await self._do(self.manager, deed, **self._under_the_alert(deed))
            case ["stranger"]:
                await self._do(f"{channel}:{STRANGERS[channel]}", deed)
            case ["machine", times, _]:
                for _ in range(int(times)):
                    await self._do(self.who, deed)
                    await self.bot.work()
            case ["provider"]:
                await self._reported(deed)
            case ["in", *_]:
                await self._do(self.who, deed, reply_to=self._question())
            case [minutes, *_] if minutes.isdecimal():
                sent_at = self.bot.clock.now() - timedelta(minutes=int(minutes))
                await self._do(self.who, deed, sent_at=sent_at)
            case ["by", other]:
                await self._do(f"{other}:{ADDRESSES[other]}", deed)
            case _:
                await self._do(self.who, deed)

    def _under_the_alert(self, deed: str) -> dict[str, str]:
        """That the account manager writes under the alert, where that can be said."""
        at = Address.parse(self.manager)
        shown = self.bot.channels[at.channel].shown.items()
        alert = next((ref for ref, message in shown if message.address == at), None)
        return {} if alert is None or at.channel == "sms" or _TAP.fullmatch(deed) else {"reply_to": alert}

    def _question(self) -> str:
        """The reference of the first message that the customer was sent."""
        shown = self.bot.channels[Address.parse(self.who).channel].shown.items()
        return next(ref for ref, message in shown if str(message.address) == self.who)

    async def _do(self, who: str, deed: str, **more: Any) -> None:
        if tap := _TAP.fullmatch(deed):
            await self.bot.tap(who, tap[1])
        elif change := _CHANGE.fullmatch(deed):
            ref = self.said.get(change[1]) or f"said-{next(self.numbers)}"
            self.said[change[1]] = ref
            await self.bot.say(who, change[2], message_ref=ref, edits=ref, **more)
        elif deletion := _DELETION.fullmatch(deed):
            ref = self.said[deletion[1]]
            await self.bot.say(who, "", message_ref=ref, edits=ref, **more)
        elif sending := _SENDING.fullmatch(deed):
            await self.bot.say(who, "", brings=sending[1], **more)
        elif reaction := _REACTION.fullmatch(deed):
            question = next(iter(self.bot.channels[Address.parse(who).channel].shown))
            await self.bot.say(who, reaction[1], brings="reaction", message_ref=None, reply_to=question)
        else:
            new = f"said-{next(self.numbers)}"
            # what comes late may be the message of which an edit came before it
            ref = self.said[deed] = self.said.get(deed, new) if "sent_at" in more else new
            message = self.bot.message(who, deed, message_ref=ref)
            await self._say(replace(message, **more))

    async def _say(self, message: InboundMessage) -> None:
        """Hand a message over as its adapter does."""
        actor, text = message.actor, message.text
        if actor.channel == "sms":
            for event in sms.message(message.provider_id, actor.id, text, message.sent_at):
                await self.bot.take(event)
                if not isinstance(event, InboundMessage):
                    self.lines.append("twilio>  (answers this word itself)")
        elif text.startswith("/"):
            await self.bot.take(replace(message, text="", command=text.removeprefix("/")))
        else:
            await self.bot.take(message)

    async def _reported(self, deed: str) -> None:
        number, at = ADDRESSES["sms"], self.bot.clock.now()
        events: list[Inbound]
        if deed in ("blocked", "unblocked"):
            report = Blocked if deed == "blocked" else Unblocked
            events = [report(f"provider-{len(self.lines)}", Address.parse(self.who), at)]
        elif deed == "delivered":
            await self._delivered()
            return
        elif deed.isdecimal():
            ref = list(self.bot.channels["sms"].shown)[-1]
            form = {"MessageSid": ref, "MessageStatus": "undelivered", "ErrorCode": deed}
            events = sms.report(form, at)
        else:
            word, _, kind = deed.partition(", OptOutType ")
            events = sms.message(f"provider-{len(self.lines)}", number, word, at, kind)
        for event in events:
            await self.bot.take(event, "sms")

    async def _delivered(self) -> None:
        """The carrier reports of the customer's last message that it arrived."""
        shown = self.bot.channels["sms"].shown.items()
        ref = [ref for ref, message in shown if message.address.id == ADDRESSES["sms"]][-1]
        for event in sms.report({"MessageSid": ref, "MessageStatus": "delivered"}, self.bot.clock.now()):
            await self.bot.take(event, "sms")

    def look(self) -> None:
        """Write down what was sent since the last look."""
        for channel in self.bot.channels.values():
            for message in channel.taken[self.seen.get(channel.name, 0) :]:
                self._tell(channel, message)
            self.seen[channel.name] = len(channel.taken)

    def _tell(self, channel: FakeChannel, message: OutboundMessage) -> None:
        address = message.address
        if str(address) == self.who:
            speaker = "bot>"
        elif str(address) == self.manager:
            speaker = "alert>"
        elif address.id == ADDRESSES[address.channel]:
            speaker = f"bot ({address.channel})>"
        elif address.id == STRANGERS[address.channel]:
            speaker = "bot (to the stranger)>"
        else:
            speaker = f"to {address}>"
        changed = ["(changed)"] if message.replaces else ["(in the thread)"] if message.thread else []
        buttons = [" ".join(f"[{choice.label}]" for choice in row) for row in message.choices]
        first, *rest = [*changed, *text_of(message.body).split("\n"), *buttons]
        self.lines.append(f"{speaker:<8} {first}")
        self.lines += [f"{_INDENT}{line}".rstrip() for line in rest]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
async def test_transcript(
    file: Path, bot: Bot, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.privacy.requests.draw_code", lambda: "4711")
    monkeypatch.setattr("bot.cases.cases.new_code", lambda: "kfmr")
    written = await asyncio.to_thread(file.read_text, encoding="utf-8")
    head, _, rest = written.partition("\ncustomer: ")
    customer, _, script = rest.partition("\n")
    language, channel, *others = customer.split(", ")
    company, survey, manager = _COMPANY.search(head), _SURVEY.search(head), _MANAGER.search(head)
    place = f"{manager[1]}:{MANAGERS[manager[1]]}" if manager else str(MANAGER)
    campaign = {name: _plain_value(value) for name, value in _CAMPAIGN.findall(head)}
    event, question = _EVENT.search(head), _QUESTION.search(head)
    if event:
        campaign["on"] = {"event": "project.finished", "wait": "3 days", "fields": ["project"]}
    if company or survey or manager or campaign:
        more: dict[str, Any] = {"language": company[1]} if company else {}
        more["account_managers"] = {"Manager": place}
        if campaign:
            more["campaigns"] = {"demo": {"send_between": "always", "not_again_within": 0} | campaign}
        words = {language: {"question": question[1]}} if question else {}
        surveys = {"nps": {"kind": survey[1] if survey else "nps", "words": words}}
        bot = Bot(bot.store, settings_of(surveys=surveys, **more))
    addresses = {name: ADDRESSES[name] for name in (channel, *others)}
    telling = Telling(
        bot, f"{channel}:{ADDRESSES[channel]}", [*head.splitlines(), f"customer: {customer}", ""], place
    )
    customer_of_it = Customer("Buyer", language=language, **addresses)
    if event:
        await bot.add(customer_of_it)
        happened = event_of("Buyer", "project.finished", bot.clock.now(), _plain_value(event[1]))
        await take_events(bot.store, bot.settings, [happened], bot.clock.now)
        await bot.later(days=3)
    else:
        await bot.start(customer_of_it)
    telling.look()
    for line in script.splitlines():
        if _INPUT.fullmatch(line) or _LATER.fullmatch(line):
            await telling.play(line)
    told = "\n".join(telling.lines) + "\n"
    if request.config.getoption("--rewrite-transcripts"):
        await asyncio.to_thread(file.write_text, told, encoding="utf-8")
    else:
        assert told == written


def test_there_are_transcripts() -> None:
    languages = {file.stem.split("-")[1] for file in FILES}
    channels = {file.stem.split("-")[0] for file in FILES}
    assert languages >= {"en", "nl"}
    assert channels == set(ADDRESSES)
    pairs = {(one, language, other) for one in ADDRESSES for language in ("en", "nl") for other in MANAGERS}
    talks = (file.stem.split("-thread-with-") for file in FILES if "-thread-with-" in file.stem)
    assert pairs == {(*asked.split("-"), manager) for asked, manager in talks}
