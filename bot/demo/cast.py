"""Who plays in the demo page: made-up companies, and roles instead of people."""

from sandbox import World

CONTACTS = """\
contact_id,name,account,account_manager,language,timezone,slack,telegram,phone
globex-1,Buyer at Globex,Globex,Account manager,en,Europe/Amsterdam,U0GLOBEX,,
initech-1,Planner at Initech,Initech,Account manager,nl,Europe/Amsterdam,,5001,
hooli-1,Owner of Hooli,Hooli,Account manager,nl-je,Europe/Amsterdam,,,+31612345678
"""


def cast(world: World) -> None:
    """Give everybody a phone, in the order in which the page shows them."""
    world.add_slack_user("U0ADMIN", "Admin at Acme", phone="admin-slack", role="admin")
    world.add_slack_user("U0GLOBEX", "Buyer at Globex", phone="customer-slack")
    world.add_telegram_user(5001, "Planner at Initech", phone="customer-telegram", started=True)
    world.add_number("+31612345678", "Owner of Hooli", phone="customer-sms")
    world.add_slack_user("U0MANAGER", "Account manager", phone="manager-slack", role="manager")
    world.add_telegram_user(9001, "Admin at Acme", phone="admin-telegram", role="admin", started=True)
