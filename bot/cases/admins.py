"""What admins are told without having asked."""

from datetime import datetime

from sqlalchemy import Connection

from bot.context import Context
from bot.outbox import Draft, put
from channels.base import Address, Choices, Priority, plain


def tell_admins(
    connection: Connection,
    context: Context,
    key: str,
    text: str,
    now: datetime,
    *,
    choices: Choices = (),
    but: str | None = None,
    besides: Address | None = None,
) -> None:
    """Tell each admin once under this key, on every channel that is on; not on `but`, which does not work, and not
    `besides`, who knows. `choices` are the buttons under it."""
    drafts = [
        Draft(
            dedupe_key=f"{key}:{admin}",
            kind="notice",
            address=admin,
            lane=f"to:{admin}",
            body=(plain(text),),
            choices=choices,
            priority=Priority.ALERT,
        )
        for admin in context.settings.admins
        if admin.channel in context.limits and admin.channel != but and admin != besides
    ]
    put(connection, drafts, now)
