"""Conversations as a person would read them, through real intake and outbox: tests/transcripts/*.txt.

A file begins with what it is about and a line such as `customer: en, slack`. Then `you>` is what the customer
writes, or taps where it stands in brackets; `manager>` what the account manager taps; a line such as
`--- 7 days later ---` lets time pass. Everything else is what the bot did, and
`pytest tests/test_transcripts.py --rewrite-transcripts` writes it anew: read the difference before it is kept.
"""

import asyncio
import re
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from channels.base import OutboundMessage
from tests.bot_under_test import MANAGER, Bot, Customer
from tests.fake_channel import FakeChannel, text_of

FILES = sorted((Path(__file__).parent / "transcripts").glob("*.txt"))
ADDRESSES = {"slack": "U1", "telegram": "1", "sms": "+31612345678"}

_LATER = re.compile(r"--- (\d+) (minutes?|hours?|days?) later ---")
_TAP = re.compile(r"\[(.+)\]")
_CHANGE = re.compile(r'\(changes "(.+?)"\) (.*)')
_INDENT = " " * 9


@dataclass(slots=True)
class Telling:
    """Plays a transcript's inputs and writes down what happens."""

    bot: Bot
    who: str
    lines: list[str]
    seen: dict[str, int] = field(default_factory=dict)
    said: dict[str, str] = field(default_factory=dict)  # what the customer wrote, and its reference

    async def play(self, line: str) -> None:
        self.lines += ["", line]
        if later := _LATER.fullmatch(line):
            await self.bot.later(**{later[2].removesuffix("s") + "s": float(later[1])})
        elif line.startswith("manager> "):
            await self._do(str(MANAGER), line.removeprefix("manager> "))
        else:
            await self._do(self.who, line.removeprefix("you> "))
        await self.bot.work()
        self.look()

    async def _do(self, who: str, deed: str) -> None:
        if tap := _TAP.fullmatch(deed):
            await self.bot.tap(who, tap[1])
        elif change := _CHANGE.fullmatch(deed):
            ref = self.said[change[1]]
            await self.bot.say(who, change[2], message_ref=ref, edits=ref)
        else:
            self.said[deed] = f"said-{len(self.said)}"
            await self.bot.say(who, deed, message_ref=self.said[deed])

    def look(self) -> None:
        """Write down what was sent since the last look."""
        for channel in self.bot.channels.values():
            for message in channel.taken[self.seen.get(channel.name, 0) :]:
                self._tell(channel, message)
            self.seen[channel.name] = len(channel.taken)

    def _tell(self, channel: FakeChannel, message: OutboundMessage) -> None:
        speaker = {self.who: "bot>", str(MANAGER): "alert>"}.get(
            str(message.address), f"to {message.address}>"
        )
        changed = ["(changed)"] if message.replaces else []
        buttons = [" ".join(f"[{choice.label}]" for choice in row) for row in message.choices]
        first, *rest = [*changed, *text_of(message.body).split("\n"), *buttons]
        self.lines.append(f"{speaker:<8} {first}")
        self.lines += [f"{_INDENT}{line}".rstrip() for line in rest]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
async def test_transcript(
    file: Path, bot: Bot, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.delivery.requests.draw_code", lambda: "4711")
    written = await asyncio.to_thread(file.read_text, encoding="utf-8")
    head, _, rest = written.partition("\ncustomer: ")
    customer, _, script = rest.partition("\n")
    language, channel = customer.split(", ")
    telling = Telling(
        bot, f"{channel}:{ADDRESSES[channel]}", [*head.splitlines(), f"customer: {customer}", ""]
    )
    await bot.start(Customer("Buyer", language=language, **{channel: ADDRESSES[channel]}))
    telling.look()
    for line in script.splitlines():
        if line.startswith(("you> ", "manager> ", "---")):
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
