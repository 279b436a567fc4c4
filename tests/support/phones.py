"""What is to be seen on the sandbox's phones."""

from collections.abc import Sequence

from sandbox import Message


def said(messages: Sequence[Message]) -> list[Message]:
    """What the bot said."""
    return [message for message in messages if message.author == "bot"]


def seen(message: Message) -> str:
    """Its words as they look: a word joiner, which keeps Telegram from making a mention of an @, is nothing to see."""
    return message.text.replace("\u2060", "")
