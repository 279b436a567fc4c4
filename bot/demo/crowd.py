"""The made-up customers of the script, and the account managers they belong to.

A seed gives the same crowd again. Every kind of customer comes on every channel before any comes twice.
"""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Final

from bot.demo.kinds import KINDS, Meant, MindKind, MindStep, out_of_reach
from bot.demo.minds import Mind, MindChannel, MindLanguage
from bot.demo.rough_kinds import ROUGH

ADMIN: Final = "admin"
"""The phone of the admin."""


@dataclass(frozen=True, slots=True)
class Manager:
    """An account manager and their phone; nothing reaches it where they are not `reached`."""

    name: str
    channel: MindChannel
    address: str
    reached: bool = True

    @property
    def phone(self) -> str:
        return self.name.lower().replace(" ", "-")


MANAGERS: Final = (
    Manager("Manager North", "slack", "U0NORTH"),
    Manager("Manager East", "slack", "U0EAST"),
    Manager("Manager South", "slack", "U0SOUTH"),
    Manager("Manager West", "telegram", "9002"),
)
FALLBACK: Final = MANAGERS[0]
ROUGH_MANAGERS: Final = (
    MANAGERS[0],
    replace(MANAGERS[1], reached=False),  # whose account is deactivated (docs/field.md, A2)
    replace(MANAGERS[2], address="C0SOUTH", reached=False),  # an archived channel (A2)
    replace(MANAGERS[3], address="-9002"),  # a group that gets another id (A3)
)
_ACCOUNTS: Final = {
    "Globex": MANAGERS[0],
    "Initech": MANAGERS[1],
    "Hooli": MANAGERS[2],
    "Umbrella": MANAGERS[3],
    "Soylent": MANAGERS[0],
    "Vandelay": MANAGERS[1],
    "Wonka": MANAGERS[2],
    "Cyberdyne": MANAGERS[3],
    "Tyrell": None,  # nobody's account: the fallback hears of it
}
_ROUGH_WEIGHT: Final = 8  # so that about half of a rough crowd is of a rough kind
_ROLES: Final = ("Buyer", "Planner", "Owner", "Director", "Engineer", "Controller")
_LANGUAGES: Final[Sequence[MindLanguage]] = ("nl", "nl-je", "en")
_CHANNELS: Final[Sequence[MindChannel]] = ("slack", "telegram", "sms")


@dataclass(frozen=True, slots=True)
class Customer:
    """One customer with a phone."""

    id: str
    name: str
    account: str
    manager: Manager | None
    language: MindLanguage
    channel: MindChannel
    address: str
    kind: str
    steps: tuple[MindStep, ...]
    meant: Meant

    @property
    def phone(self) -> str:
        return f"phone-{self.id}"

    @property
    def alerted(self) -> Manager:
        """Who hears of it if they are unhappy."""
        return self.manager if self.manager is not None and self.manager.reached else FALLBACK

    @property
    def hears(self) -> int:
        """How many messages of the bot they should get: the question, and an answer where one is due."""
        return 1 + sum(step.answered for step in self.steps) if self.meant.reached else 0


def crowd(customers: int, seed: int, *, rough: bool = False) -> tuple[Customer, ...]:
    """So many customers, a third on each channel; `rough` ones beside those of an ordinary day."""
    chance = Random(seed)
    decks = {channel: _deck(channel, chance, customers // len(_CHANNELS) + 1, rough) for channel in _CHANNELS}
    everybody = tuple(
        _customer(number, _CHANNELS[number % len(_CHANNELS)], decks, chance) for number in range(customers)
    )
    if not rough:
        return everybody
    changed = dict(zip(MANAGERS, ROUGH_MANAGERS, strict=True))
    return tuple(replace(one, manager=changed[one.manager] if one.manager else None) for one in everybody)


def _deck(channel: MindChannel, chance: Random, size: int, rough: bool) -> list[MindKind]:
    """The kinds on one channel: first each once, then as often as they come."""
    # Slack delivers to every member; who has left the workspace is no contact any more.
    kinds = {kind: weight for kind, weight in KINDS.items() if channel != "slack" or kind is not out_of_reach}
    if rough:
        kinds |= {kind: _ROUGH_WEIGHT for kind, channels in ROUGH.items() if channel in channels}
    deck = list(kinds)
    chance.shuffle(deck)
    deck += chance.choices(list(kinds), list(kinds.values()), k=size)
    return deck[:size][::-1]


def _customer(
    number: int, channel: MindChannel, decks: dict[MindChannel, list[MindKind]], chance: Random
) -> Customer:
    kind = decks[channel].pop()
    language = chance.choice(_LANGUAGES)
    account = chance.choice(list(_ACCOUNTS))
    steps, meant = kind(Mind(chance, language, channel))
    addresses = {
        "slack": f"U0C{number:04}",
        "telegram": f"{5001 + number}",
        "sms": f"+3161{2_000_000 + number}",
    }
    return Customer(
        id=str(number + 1),
        name=f"{chance.choice(_ROLES)} {number + 1} at {account}",
        account=account,
        manager=_ACCOUNTS[account],
        language=language,
        channel=channel,
        address=addresses[channel],
        kind=kind.__name__.replace("_", " "),
        steps=steps,
        meant=meant,
    )


def contacts_csv(customers: Sequence[Customer]) -> str:
    """The crowd as the file that `npsbot contacts import` takes."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    who = ("contact_id", "name", "account", "account_manager", "language", "timezone")
    writer.writerow((*who, "slack", "telegram", "phone"))
    for one in customers:
        manager = one.manager.name if one.manager else ""
        places = (one.address if one.channel == column else "" for column in _CHANNELS)
        writer.writerow((one.id, one.name, one.account, manager, one.language, "Europe/Amsterdam", *places))
    return text.getvalue()
