"""The people of the simulated world: what they write and tap, and what files say of them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.people.importing import import_contacts
from channels.base import (
    Address,
    Blocked,
    Choice,
    OutboundMessage,
    ProviderOptIn,
    ProviderOptOut,
    Unblocked,
)
from tests.simulation.ground import ACCOUNTS, HEADER, ZONES, Ground, Post
from tests.simulation.words import Kind, Utterance, speak
from tests.support.fake_channel import text_of

_SAID: Final[tuple[tuple[Kind, int], ...]] = (
    ("score", 30),
    ("words", 28),
    ("score and reason", 8),
    ("two numbers", 4),
    ("off the scale", 3),
    ("other", 6),
    ("machine", 4),
    ("stop", 3),
    ("start", 2),
    ("help", 3),
    ("right", 3),
    ("code", 1),
)


@dataclass(slots=True, repr=False)
class Crowd(Ground):
    """The ground with people on it."""

    # ---------------------------------------------------------------------------------------------- people

    def _line(self, number: int) -> str:
        """What a file says of a contact; another one every time."""
        c = self.chance
        known = self.model.people.get(f"k{number}")
        account = c.choice(tuple(ACCOUNTS))
        slack = f"U{number:04}X" if number % 3 != 1 else ""
        telegram = str(50_000 + number) if number % 3 == 1 or number % 4 == 0 else ""
        phone = f"+3161234{number:04}" if number % 3 == 2 or number % 5 == 0 else ""
        if known is not None and c.random() < 0.3:
            # The number went to somebody else: it is cleared here, and may come back by a later file.
            phone = "-" if phone and c.random() < 0.5 else f"+3161234{c.randrange(self.size):04}"
        zone = c.choice(ZONES) if known is None or c.random() < 0.3 else ""
        if zone is None and not phone.startswith("+"):
            zone = "Europe/Amsterdam"
        return ",".join(
            (
                f"k{number}",
                f"Zeta{number}x Person",
                account,
                ACCOUNTS[account] or "",
                c.choice(("en", "nl")),
                zone or "",
                slack,
                telegram,
                phone,
                c.choice(("gold", "silver")),
            )
        )

    async def _import(self, lines: Sequence[str]) -> None:
        path = self.directory / "contacts.csv"
        path.write_text(HEADER + "\n".join(lines) + "\n", encoding="utf-8")
        one = self._process()
        await import_contacts(one.store, path, self.settings, self.clock.now())

    def _somebody(self) -> Address:
        """A customer, most often one who has something open; now and then a stranger."""
        c = self.chance
        talking = [
            Address(talk.row.channel, talk.row.address)
            for talk in self.model.talks.values()
            if talk.row.state not in ("skipped", "closed") and talk.row.released_at and talk.row.address
        ]
        customers = [one for one in talking if one not in self.model.colleagues]
        if customers and c.random() < 0.8:
            return c.choice(customers)
        known = tuple(self.model.owners)
        if not known or c.random() < 0.03:
            return Address("telegram", str(77_000 + c.randrange(5)))
        return c.choice(known)

    def _say_or_tap(self, at: Address) -> Post:
        c = self.chance
        if at.channel == "telegram" and c.random() < 0.03:
            return self._block_or_lift(at)
        buttons = self._buttons(at, "s:")
        if buttons and c.random() < 0.35:
            ref, choice = c.choice(buttons[-11:] if c.random() < 0.9 else buttons)
            score = int(choice.value.rpartition(":")[2])
            return self._press(at, ref, choice, Utterance("press", score=score))
        own = self.seen.get(at, [])
        if c.random() < 0.05:
            return self._without_words(at)
        if c.random() < 0.04 and at.channel != "sms" and self._screen(at):
            return self._react(at)
        answers = self._buttons(at, "f:")
        if answers and c.random() < 0.3:
            return self._press(at, *c.choice(answers), Utterance("none"))
        if own and at.channel == "slack" and c.random() < 0.03:
            ref = c.choice(own)
            said = Utterance("taken back", ref=ref, edits=ref)
            return self._message(at, said, text="", message_ref=ref, edits=ref)
        kind = c.choices([kind for kind, _ in _SAID], [weight for _, weight in _SAID])[0]
        said = speak(c, kind, self._language(at))
        if kind == "code" and (code := self._code_on_screen(at)) is not None and c.random() < 0.8:
            said = Utterance("code", code)
        if at.channel == "sms" and (kind == "start" or said.text == "STOP"):
            return self._carrier_keyword(at, said)
        edits = c.choice(own) if own and at.channel != "sms" and kind in ("score", "words") else None
        if edits is not None and c.random() < 0.15:
            return self._words(at, said, edits)
        return self._words(at, said, None)

    def _language(self, at: Address) -> str:
        """What somebody writes in: as they were asked, else as they are known."""
        for talk in self.model.talks.values():
            if (talk.row.channel, talk.row.address) == (at.channel, at.id) and talk.row.state != "closed":
                return str(talk.row.language)
        person = self.model.people.get(self.model.owners.get(at, ""))
        return (person.language if person else None) or "en"

    def _words(self, at: Address, said: Utterance, edits: str | None) -> Post:
        ref = edits or f"in-{self._deliveries + 1}"
        if edits is None:
            self.seen.setdefault(at, []).append(ref)
        meant = replace(said, ref=ref, edits=edits)
        return self._message(at, meant, text=said.text, message_ref=ref, edits=edits)

    def _without_words(self, at: Address) -> Post:
        ref = f"in-{self._deliveries + 1}"
        brings = self.chance.choice(("voice", "picture", "other"))
        return self._message(at, Utterance("wordless", ref=ref), text="", message_ref=ref, brings=brings)

    def _react(self, at: Address) -> Post:
        """On any message of ours that they see; a keycap is a number, the other one a nod."""
        ref, score = self.chance.choice(tuple(self._screen(at))), self.chance.randrange(2, 10)
        emoji = self.chance.choice((f"{score}\ufe0f\u20e3", "🎉"))
        said = Utterance("reaction", emoji, None if emoji == "🎉" else score, ref=ref)
        return self._message(at, said, text=emoji, brings="reaction", reply_to=ref)

    def _carrier_keyword(self, at: Address, said: Utterance) -> Post:
        """STOP and START by SMS: Twilio answers them itself, keeps them, and tells us."""
        key, now = self._key(), self.clock.now()
        if said.kind == "stop":
            self.providers["sms"].blocked.add(at.id)
            return Post("sms", ProviderOptOut(key, at, now, said.text, confirmed=True))
        self.providers["sms"].blocked.discard(at.id)
        return Post("sms", ProviderOptIn(key, at, now, said.text, confirmed=True))

    def _block_or_lift(self, at: Address) -> Post:
        blocked = self.providers["telegram"].blocked
        if at.id in blocked:
            blocked.discard(at.id)
            return Post("telegram", Unblocked(self._key(), at, self.clock.now()))
        blocked.add(at.id)
        return Post("telegram", Blocked(self._key(), at, self.clock.now()))

    def _code_on_screen(self, at: Address) -> str | None:
        for shown in reversed(self._screen(at).values()):
            digits = [word.strip(".,:\"'“”") for word in text_of(shown.body).split()]
            for word in digits:
                if len(word) == 4 and word.isdecimal():
                    return word
        return None

    def _screen(self, at: Address) -> dict[str, OutboundMessage]:
        return self.providers[at.channel].screens.get(at.id, {})

    def _buttons(self, at: Address, prefix: str) -> list[tuple[str, Choice]]:
        """Every button on somebody's screen whose value begins so, the newest last."""
        return [
            (ref, choice)
            for ref, shown in self._screen(at).items()
            for row in shown.choices
            for choice in row
            if choice.value.startswith(prefix)
        ]
