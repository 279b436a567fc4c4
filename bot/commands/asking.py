"""Who asks, and as whom: the roles of whoever gives a command or looks at the dashboard."""

from dataclasses import dataclass
from typing import Final, Literal

from bot.config.settings import Settings
from bot.people import colleagues
from bot.reports.cases.scope import Onlooker
from channels.base import Address

TERMINAL: Final = "terminal"
"""The channel of an actor at the command line; no adapter has this name, so no message can claim it."""

FOR_MANAGERS: Final = frozenset(
    {
        *("help", "report", "trend", "themes", "accounts", "churn", "movers", "managers"),
        *("answers", "why"),
        *("audit", "away", "cases", "case", "hold", "dashboard", "digest"),
    }
)
"""The commands that an account manager may give too: they change nothing, or what is theirs: where their
new cases go, what becomes of a case that they have, and who of their customers is held back for a while."""
FOR_COLLEAGUES: Final = frozenset({"cases", "case", "dashboard", "digest"})
"""Those of who has no accounts, but gets cases: the fallback, and who is asked where nobody takes one."""


@dataclass(frozen=True, slots=True)
class Who:
    """Somebody who gives a command; a `colleague` is one to whom cases may go, without accounts of their own.
    `managers` limits an account manager to the accounts of that name, or of these names, where several share the
    address; `at_home` says that it was given where their alerts go, so that the answer may be read there."""

    address: Address
    role: Literal["admin", "manager", "colleague", "nobody"]
    managers: tuple[str, ...] | None = None
    at_home: bool = False
    place: Address | None = None

    @property
    def onlooker(self) -> Onlooker:
        """Which cases they see: their customers', and those that are with them or stand where they ask."""
        return Onlooker(self.address, self.place or self.address, self.managers)


def who_asks(settings: Settings, actor: str | Address, place: str | Address | None) -> Who:
    """Who asks, and as whom. An admin is one everywhere; a channel that is an account manager's address
    speaks for that manager, whoever writes there, as its alerts are everybody's there too."""
    here = Address.parse(actor) if isinstance(actor, str) else actor
    there = Address.parse(place) if isinstance(place, str) else place
    if here.channel == TERMINAL or "admin" in colleagues.roles_at(settings, here):
        return Who(here, "admin", place=there)
    found = colleagues.managers_at(settings, here, there or here)
    if not found:
        helps = colleagues.addresses(settings, "manager") & {here, there or here}
        return Who(here, "colleague", (), place=there) if helps else Who(here, "nobody")
    at_home = all(there == at for at in found.values())
    return Who(here, "manager", tuple(found), at_home, there)
