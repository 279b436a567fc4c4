"""Who plays in the demo page: made-up companies, and roles instead of people."""

from dataclasses import dataclass
from typing import Final

from sandbox import World

_CONTACTS: Final = """\
contact_id,name,account,account_manager,language,timezone,slack,telegram,phone
globex-1,{buyer},Globex,Sales,{language},Europe/Amsterdam,U0GLOBEX,,
initech-1,{planner},Initech,Sales,nl,Europe/Amsterdam,,5001,
hooli-1,{owner},Hooli,Sales,nl-je,Europe/Amsterdam,,,+31612345678
"""


@dataclass(frozen=True, slots=True)
class Cast:
    """What they are called, and the language in which the customer in Slack is asked."""

    admin: str
    buyer: str
    planner: str
    owner: str
    language: str


CASTS: Final = {
    "en": Cast("Admin at Acme", "Buyer at Globex", "Planner at Initech", "Owner of Hooli", "en"),
    "nl": Cast(
        "Beheerder bij Acme",
        "Inkoper bij Globex",
        "Planner bij Initech",
        "Eigenaar van Hooli",
        "nl",
    ),
}
"""By the language of the demo."""


def contacts_of(who: Cast) -> str:
    """The customers, as a file to import."""
    return _CONTACTS.format(buyer=who.buyer, planner=who.planner, owner=who.owner, language=who.language)


def cast(world: World, who: Cast = CASTS["en"]) -> None:
    """Give everybody a phone, in the order in which the page shows them."""
    world.add_slack_user("U0ADMIN", who.admin, phone="admin-slack", role="admin")
    world.add_slack_user("U0GLOBEX", who.buyer, phone="customer-slack")
    world.add_telegram_user(5001, who.planner, phone="customer-telegram", started=True)
    world.add_number("+31612345678", who.owner, phone="customer-sms")
    world.add_slack_user("U0MANAGER", "Sales", phone="manager-slack", role="manager")
    world.add_telegram_user(9001, "Support", phone="manager-telegram", role="manager", started=True)


CONTACTS: Final = contacts_of(CASTS["en"])
