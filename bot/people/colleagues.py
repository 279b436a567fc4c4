"""Who is a colleague: in which role, at which addresses, and what others call them. PURE.

Who stands in config.yaml as an admin, as an account manager, as the fallback where an account has none, or in the
escalation of cases that nobody took.
"""

from typing import TYPE_CHECKING, Final, Literal

from channels.base import Address

if TYPE_CHECKING:  # a value here; to read one takes files and the environment
    from bot.config.settings import Settings

Role = Literal["admin", "manager"]

_AN_ADMIN: Final = {"en": "an admin", "nl": "een beheerder"}
_AT_THE_TERMINAL: Final = {"en": "{name} at the terminal", "nl": "{name} op de opdrachtregel"}

ROLES: Final[tuple[Role, ...]] = ("admin", "manager")


def addresses(settings: "Settings", *roles: Role) -> frozenset[Address]:
    """Where colleagues in these roles are; without a role, all of them."""
    wanted = roles or ROLES
    found: set[Address] = set()
    if "admin" in wanted:
        found.update(settings.admins)
    if "manager" in wanted:
        found.update(settings.account_managers.values())
        if settings.fallback is not None:
            found.add(settings.fallback[1])
        found.update(at for _, at in settings.escalation)
    return frozenset(found)


def roles_at(settings: "Settings", at: Address) -> tuple[Role, ...]:
    """The roles of whoever is at an address, in the order of `ROLES`; none of who is no colleague."""
    return tuple(role for role in ROLES if at in addresses(settings, role))


def managers_at(settings: "Settings", *at: Address) -> dict[str, Address]:
    """The account managers whose alerts come to one of these addresses, by name; several may share one."""
    return {name: place for name, place in settings.account_managers.items() if place in at}


def may_follow_up(settings: "Settings", actor: Address, place: Address, alerted: Address) -> bool:
    """Whether who presses or writes at a place may act on an alert that stands at `alerted`: they are the one who
    was alerted, or where it was, which may be a channel that many share; or they are an admin."""
    return alerted in (actor, place) or actor in addresses(settings, "admin")


def may_command(settings: "Settings", actor: Address, place: Address) -> bool:
    """Whether any command of who writes at a place may be carried out."""
    return "admin" in roles_at(settings, actor) or not addresses(settings, "manager").isdisjoint(
        (actor, place)
    )


def called(settings: "Settings", who: str | None) -> str:
    """A colleague as others know them: the configured name, else what the provider calls them; of an admin without
    a name that they are one, of who was at the terminal their name there, else the address. `who` is what rows keep:
    `slack:U1`, or `slack:U1 Manager` with the provider's name."""
    place, _, name = (who or "").partition(" ")
    for manager, at in settings.account_managers.items():
        if str(at) == place:
            return manager
    language = settings.language.partition("-")[0]
    if not name and place in map(str, settings.admins):
        return _AN_ADMIN.get(language, _AN_ADMIN["en"])
    channel, _, user = place.partition(":")
    if channel == "terminal" and user:
        return _AT_THE_TERMINAL.get(language, _AT_THE_TERMINAL["en"]).format(name=user)
    return name or place
