"""What people do on their phones, whatever the provider."""

from sandbox.acts import Act, refused
from sandbox.phones import Phone, Phones
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

    async def press_label(self, phone: str, label: str) -> Act:
        """Presses the newest button that is labelled so; refused where no message has one."""
        for message in reversed(self._phones.messages(phone)):
            if label in message.labels:
                return await self.press(phone, message.id, message.button(label).id)
        return refused(f"No message on this phone has a button {label!r}.")

    def _of(self, phone: str) -> Phone:
        return self._phones[phone]
