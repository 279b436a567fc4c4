"""Telegram's answers in our words, through python-telegram-bot's classes.

The descriptions are those of the Bot API server (github.com/tdlib/telegram-bot-api, Client.cpp); they are
no stable interface, hence the cautious last row of each table.
"""

import warnings
from datetime import datetime, timedelta

import aiohttp
from telegram import WebhookInfo
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)
from telegram.warnings import PTBDeprecationWarning

from channels.base import (
    Away,
    Misconfigured,
    Moved,
    RateLimited,
    Rejected,
    SendError,
    Unavailable,
    Unknown,
    Unreachable,
)

LATELY = timedelta(minutes=2)  # Telegram tries a webhook that fails again after at most that long
NOT_MODIFIED = "message is not modified"

UNREACHABLE: tuple[tuple[str, str], ...] = (
    ("user is deactivated", "this person's Telegram account is deleted"),
    ("bot was kicked", "the bot was removed from that Telegram group; add it again"),
    ("bot is not a member", "the bot is not a member of that Telegram chat; add it"),
    (
        "bot can't initiate conversation",
        "this person has not started the bot in Telegram yet; send the link again",
    ),
    ("bot can't send messages to bots", "the address is a bot's; give a person's"),
    ("chat not found", "this person has not started the bot in Telegram, or the chat id is wrong"),
    ("user not found", "Telegram knows no such user"),
    ("peer_id_invalid", "Telegram knows no such chat"),
    ("not enough rights", "the bot may not write in that Telegram group; ask its admin"),
    ("have no rights", "the bot may not write in that Telegram group; ask its admin"),
    ("chat_write_forbidden", "the bot may not write in that Telegram group; ask its admin"),
    ("group chat was upgraded", "that Telegram group has a new id; set the address anew"),
    ("group chat was deactivated", "that Telegram group is closed"),
)
"""What a description holds, in lower case, and what it means. From 400 and 403 alike."""
PICTURES: tuple[tuple[str, str], ...] = (
    # Words still reach these chats, so these come before `UNREACHABLE`.
    ("not enough rights to send photos", "that Telegram group takes no pictures; ask its admin"),
    ("chat_send_photos_forbidden", "that Telegram group takes no pictures; ask its admin"),
    ("photo_invalid_dimensions", "Telegram does not take a picture of that size"),
    ("image_process_failed", "Telegram cannot read the picture"),
    ("caption is too long", "the caption is longer than Telegram takes"),
)
REJECTED: tuple[tuple[str, str], ...] = (
    ("message to edit not found", "the message to edit is gone; post a new one"),
    ("message can't be edited", "Telegram no longer lets this message be edited; post a new one"),
    ("message_id_invalid", "the message to edit is gone; post a new one"),
    ("message is too long", "the text is longer than Telegram takes"),
    ("message text is empty", "the message has no text"),
    ("can't parse entities", "Telegram cannot read the message's mark-up"),
    ("button_data_invalid", "a button's value is not 1 to 64 bytes long"),
    ("reply message not found", "the message to answer is gone"),
)

_BEFORE_SENDING = (
    aiohttp.ClientConnectorError,
    aiohttp.ClientHttpProxyError,
    aiohttp.ConnectionTimeoutError,  # the wait for a connection of the pool ends with it too
    aiohttp.InvalidURL,
)


class GatewayError(NetworkError):
    """A gateway answered in Telegram's place."""

    def __init__(self, status: int) -> None:
        super().__init__(str(status))
        self.status = status


def send_error(error: Exception) -> SendError:
    """An SDK's or transport's exception as one of ours."""
    match error:
        case SendError():
            return error
        case RetryAfter():
            return RateLimited("Telegram asks for a pause", _seconds(error))
        case ChatMigrated():
            return Moved(
                "that Telegram group became a supergroup, which has an id of its own", str(error.new_chat_id)
            )
        case InvalidToken():
            return Misconfigured(
                "Telegram does not accept the token; set channels.telegram.token to BotFather's"
            )
        case Conflict():
            return Misconfigured(
                "another process receives for this Telegram bot; stop it or remove the webhook"
            )
        case Forbidden() | BadRequest():
            return _refusal(error)
        case TimeoutError():
            return Unknown("Telegram did not answer in time")
        case TelegramError():
            return _transport(error)
    return Unknown(f"the connection to Telegram broke ({type(error).__name__})")


def _refusal(error: Forbidden | BadRequest) -> SendError:
    description = error.message.lower()
    if "bot was blocked by the user" in description:
        return Unreachable("this person blocked the bot in Telegram", opted_out=True)
    for words, reason in PICTURES:
        if words in description:
            return Rejected(reason)
    for words, reason in UNREACHABLE:
        if words in description:
            return Unreachable(reason)
    if isinstance(error, Forbidden):
        return Unreachable("Telegram forbids writing to this chat")
    for words, reason in REJECTED:
        if words in description:
            return Rejected(reason)
    return Rejected("Telegram refuses the message as a bad request")  # its own words may quote the message's


def _transport(error: TelegramError) -> SendError:
    """No answer, or one that says nothing about the message. What never left is safe to send again."""
    if isinstance(error, GatewayError):
        return Away("Telegram", error.status)
    if isinstance(error.__cause__, _BEFORE_SENDING):
        return Unavailable("Telegram cannot be reached; look at the network")
    if "request entity too large" in error.message.lower():
        return Rejected("the picture is larger than Telegram takes")
    if "too many requests" in error.message.lower():  # a 429 that names no time
        return RateLimited("Telegram asks for a pause", 5.0)
    if isinstance(error.__cause__, TimeoutError):
        return Unknown("Telegram did not answer in time")
    return Unknown("Telegram failed, or the connection to it broke")


def _seconds(error: RetryAfter) -> float:
    with warnings.catch_warnings():  # it warns at each reading that its type will change; both types are read
        warnings.simplefilter("ignore", PTBDeprecationWarning)
        pause = error.retry_after
    return pause.total_seconds() if isinstance(pause, timedelta) else float(pause)


def refused_lately(found: WebhookInfo, now: datetime) -> Unavailable | None:
    """That Telegram does not get through to our webhook: updates wait, and the last try failed a moment ago.
    An answer of ours that asks it to come again (503) is such a try too, and passes by itself."""
    failed = found.last_error_date
    if not found.pending_update_count or failed is None or now - failed > LATELY:
        return None
    return Unavailable(
        f"Telegram does not get through to public_url, and {found.pending_update_count} updates wait: "
        f"{(found.last_error_message or 'it does not say why')[:100]}"
    )
