"""Whether a colleague's words go to the customer, stay inside, or cannot go: then they are told why. PURE.

Nothing is cut, and nothing that came beside the words is dropped in silence: what cannot go whole does not go.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Literal

from bot.cases.note_marks import nearly_a_note, note_in
from bot.dialogue.wording import Words
from channels.base import Address, Body, Brought, bold, plain
from channels.known import limits_of, title_of
from channels.layout import width

JUST: Final = timedelta(hours=2)
"""Who wrote so lately is awake: a colleague may answer them outside their send window."""
WAITS: Final = timedelta(hours=12)
"""How long a colleague's words may wait for a channel that is away: "I call you in an hour" is wrong tomorrow."""

WhyStays = Literal[
    "relay_words_needed",
    "relay_words_alone",
    "relay_too_long",
    "relay_doubtful_note",
    "relay_opted_out",
    "relay_blocked",
    "relay_unreachable",
    "relay_off",
    "relay_done",
    "relay_erased",
]
"""What a colleague is told whose words do not go out: a text of the manager's words."""


@dataclass(frozen=True, slots=True)
class Reachable:
    """How things stand with the customer of a case. `to` is where they wrote last, None where they cannot be written
    to; `on`: that channel is switched on. `blocked` is the channel where they blocked us, where
    they did nothing else against messages. `opens` is when their send window opens, None where it is open."""

    to: Address | None
    on: bool = True
    opted_out: bool = False
    blocked: str | None = None
    done: bool = False
    erased: bool = False
    opens: datetime | None = None


@dataclass(frozen=True, slots=True)
class Inside:
    """A note: it stays on this side."""

    note: str


@dataclass(frozen=True, slots=True)
class Outward:
    """It goes to the customer; from `at` on, where it has to wait for their hours."""

    to: Address
    body: Body
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Stays:
    """It does not go, and they are told why."""

    topic: WhyStays
    values: Mapping[str, object] = field(default_factory=dict)


def judged(
    words: str, brings: Brought | None, standing: Reachable, frame: "Frame", *, first: bool
) -> Inside | Outward | Stays:
    """What becomes of a colleague's words. `first`: nobody wrote to this customer from here before, so that they are
    told that an answer is read."""
    note = note_in(words)
    if note is not None:
        return Inside(note)
    if standing.erased:
        return Stays("relay_erased")
    if (doubtful := nearly_a_note(words)) is not None:
        return Stays("relay_doubtful_note", {"said": doubtful})
    if brings is not None:
        return Stays("relay_words_alone" if has_words(words) else "relay_words_needed")
    if not has_words(words):
        return Stays("relay_words_needed")
    if standing.blocked is not None:
        return Stays("relay_blocked", {"where": title_of(standing.blocked)})
    why = _why_not(standing)
    if why is not None or standing.to is None:
        return Stays(why or "relay_unreachable")
    body = frame.around(words.strip(), standing.to.channel, first=first)
    over = sum(width(span.text) for span in body) - limits_of(standing.to.channel).text
    if over > 0:
        return Stays("relay_too_long", {"over": over})
    return Outward(standing.to, body, standing.opens)


def goes_out(standing: Reachable) -> bool:
    """Whether anything may go to the customer at this moment."""
    stays = standing.erased or standing.blocked is not None or _why_not(standing) is not None
    return not stays


def _why_not(standing: Reachable) -> WhyStays | None:
    if standing.opted_out:
        return "relay_opted_out"
    if standing.done:
        return "relay_done"
    if standing.to is None:
        return "relay_unreachable"
    return None if standing.on else "relay_off"


def has_words(text: str) -> bool:
    """Whether a text says anything: emoji and marks alone do not."""
    return any(one.isalnum() for one in text)


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around a colleague's words, in the customer's language: who writes, of which company."""

    words: Words
    person: str  # what the customer may call them; empty where nobody knows a name
    company: str

    def around(self, said: str, channel: str, *, first: bool) -> Body:
        """A message for the customer; a line that an answer is read stands below the first, where a line is free."""
        key = "from_person" if self.person else "from_company"
        who = self.words.text(key, person=self.person, company=self.company)
        if limits_of(channel).paid_by_length:
            return (plain(f"{who} {said}"),)
        body: Body = (bold(who), plain(f"\n{said}"))
        if first:
            reader = self.person or self.company
            body += (plain(f"\n\n{self.words.text('answer_here', person=reader, company=self.company)}"),)
        return body
