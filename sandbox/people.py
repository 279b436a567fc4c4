"""What people do on their phones, whatever the provider."""

from collections.abc import Callable

from sandbox.acts import Act, Sent, refused
from sandbox.phones import Message, Phone, Phones
from sandbox.slack.people import SlackPeople
from sandbox.sms.people import SmsPeople
from sandbox.telegram.people import TelegramPeople

OFF = "This channel is off: the sandbox was started without it."


class People:
    """Everybody with a phone. Each act returns when the bot's webhook answered; KeyError for an unknown
    phone.
    """

    def __init__(
        self,
        phones: Phones,
        slack: SlackPeople | None,
        telegram: TelegramPeople | None,
        sms: SmsPeople | None,
    ) -> None:
        self._phones = phones
        self.slack, self.telegram, self.sms = slack, telegram, sms

    async def type(self, phone: str, text: str, reply_to: str | None = None) -> Act:
        """Writes `text`; on a Slack phone a text that begins with "/" is a slash command. SMS knows no
        replies.
        """
        match self._of(phone):
            case Phone(provider="slack") as known if self.slack:
                return await self.slack.type(known, text, reply_to)
            case Phone(provider="telegram") as known if self.telegram:
                return await self.telegram.type(known, text, reply_to)
            case Phone(provider="sms") as known if self.sms:
                return await self.sms.type(known, text)
        return refused(OFF)

    async def press(self, phone: str, message: str, button: str) -> Act:
        """Presses a button by its id."""
        match self._of(phone):
            case Phone(provider="slack") as known if self.slack:
                return await self.slack.press(known, message, button)
            case Phone(provider="telegram") as known if self.telegram:
                return await self.telegram.press(known, message, button)
            case Phone(provider="sms"):
                return refused("A text message has no buttons.")
        return refused(OFF)

    async def edit(self, phone: str, message: str, text: str) -> Act:
        """Changes one's own message."""
        match self._of(phone):
            case Phone(provider="slack") as known if self.slack:
                return await self.slack.edit(known, message, text)
            case Phone(provider="telegram") as known if self.telegram:
                return await self.telegram.edit(known, message, text)
            case Phone(provider="sms"):
                return refused("A text message cannot be changed after it was sent.")
        return refused(OFF)

    async def send(self, phone: str, what: Sent, text: str = "") -> Act:
        """Sends something without plain words; `text` are those of a `rich` one."""
        match self._of(phone):
            case Phone(provider="slack") as known if self.slack:
                return await self.slack.send(known, what)
            case Phone(provider="telegram") as known if self.telegram:
                return await self.telegram.send(known, what, text)
            case Phone(provider="sms") as known if self.sms:
                return await self.sms.send(known, what)
        return refused(OFF)

    async def react(self, phone: str, emoji: str, message: str | None = None) -> Act:
        """Puts an emoji on a message; on the newest that has buttons where none is named."""
        message = message or self._newest(phone, lambda one: one.author == "bot" and bool(one.buttons))
        match self._of(phone):
            case Phone(provider="sms"):
                return refused("A text message takes no reactions.")
            case _ if message is None:
                return refused("There is no message to put it on.")
            case Phone(provider="slack") as known if self.slack:
                return await self.slack.react(known, message, emoji)
            case Phone(provider="telegram") as known if self.telegram:
                return await self.telegram.react(known, message, emoji)
        return refused(OFF)

    async def delete(self, phone: str, message: str | None = None) -> Act:
        """Takes one's own message back; the newest where none is named."""
        known = self._of(phone)
        message = message or self._newest(phone, lambda one: one.author == known.who)
        match known:
            case Phone(provider="sms"):
                return refused("A text message cannot be taken back.")
            case _ if message is None:
                return refused("There is nothing to delete.")
            case Phone(provider="slack") if self.slack:
                return await self.slack.delete(known, message)
            case Phone(provider="telegram") if self.telegram:
                return await self.telegram.delete(known, message)
        return refused(OFF)

    def _newest(self, phone: str, fits: Callable[[Message], bool]) -> str | None:
        return next((one.id for one in reversed(self._phones.messages(phone)) if fits(one)), None)

    async def block(self, phone: str) -> Act:
        """Blocks the bot."""
        return await self._set_blocked(phone, True)

    async def unblock(self, phone: str) -> Act:
        """Lets the bot in again."""
        return await self._set_blocked(phone, False)

    async def _set_blocked(self, phone: str, blocked: bool) -> Act:
        match self._of(phone):
            case Phone(provider="telegram") as known if self.telegram:
                return await self.telegram.block(known, blocked)
            case Phone(provider="sms") as known if self.sms:
                return await self.sms.block(known, blocked)
            case Phone(provider="slack"):
                return refused("A person cannot block an app in Slack.")
        return refused(OFF)

    async def remove_webhook(self) -> Act:
        """Another program with the bot's token takes Telegram's webhook away
        [core.telegram.org/bots/api#deletewebhook]; the bot is told nothing."""
        if self.telegram is None:
            return refused(OFF)
        self.telegram.remove_webhook()
        return Act(True)

    async def press_label(self, phone: str, label: str) -> Act:
        """Presses the newest button that is labelled so; refused where no message has one."""
        for message in reversed(self._phones.messages(phone)):
            if label in message.labels:
                return await self.press(phone, message.id, message.button(label).id)
        return refused(f"No message on this phone has a button {label!r}.")

    def _of(self, phone: str) -> Phone:
        return self._phones[phone]
