"""What admins are told without having asked."""

from datetime import datetime

from sqlalchemy import Connection

from bot.context import Context
from bot.outbox import Draft, put
from channels.base import Address, Choices, Misconfigured, Priority, SendError, plain
from channels.known import title_of


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


def tell_of_account(
    connection: Connection, context: Context, channel: str, error: SendError | None, now: datetime
) -> None:
    """Tell the admins, once a day and reason, that a carrier refuses afterwards, because of our own account, what the
    provider took: no pause shows that."""
    if isinstance(error, Misconfigured):
        text = context.manager_words.text("account_refused", channel=title_of(channel), why=str(error))
        key = f"account:{channel}:{now:%Y%m%d}:{str(error)[:60]}"
        tell_admins(connection, context, key, text, now, but=channel)
