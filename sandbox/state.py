"""The world of the sandbox: the people, what is on their phones, the time, and the faults in force."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sandbox.clock import AdjustableClock, Clock
from sandbox.faults import Fault, Faults
from sandbox.ids import Ids
from sandbox.phones import Message, Phone, Phones, Role
from sandbox.slack.workspace import SlackUser, Workspace
from sandbox.sms.network import Network, Subscriber
from sandbox.telegram.chats import Chats, TelegramUser


@dataclass(frozen=True)
class File:
    """An uploaded file, as it is served under /sandbox/files/."""

    name: str
    content_type: str
    content: bytes


class Files:
    """Every file that the bot uploaded."""

    def __init__(self, ids: Ids) -> None:
        self._ids = ids
        self._files: dict[str, File] = {}

    def add(self, name: str, content_type: str, content: bytes) -> str:
        """Keeps a file and gives the path under which it is served."""
        key = self._ids.code("F")
        self._files[key] = File(name, content_type, content)
        return f"/sandbox/files/{key}"

    def get(self, key: str) -> File | None:
        return self._files.get(key)


class World:
    """Everything that exists outside the bot.

    Without a `clock` time is real; without a `seed` no two worlds share an identifier.
    """

    def __init__(self, *, clock: Clock | None = None, seed: int | None = None, team: str = "Acme") -> None:
        self.clock: Clock = clock or AdjustableClock()
        self.ids = Ids(seed)
        self.faults = Faults()
        self.phones = Phones()
        self.files = Files(self.ids)
        self.slack = Workspace(self.clock, self.ids, self.phones, team)
        self.telegram = Chats(self.clock, self.ids, self.phones)
        self.sms = Network(self.clock, self.ids, self.phones)

    def add_slack_user(
        self,
        id: str,  # noqa: A002 — the provider's own word
        name: str,
        *,
        email: str = "",
        phone: str = "",
        title: str = "",
        role: Role = "customer",
        deleted: bool = False,
        is_bot: bool = False,
        timezone: str = "Europe/Amsterdam",
        team: str = "",
    ) -> Phone:
        """A member of the workspace, and a phone that shows their direct message with the bot. With a `team` it is a
        stranger of another workspace (Slack Connect)."""
        self.slack.add_user(SlackUser(id, name, email, deleted, is_bot, timezone, team))
        return self.phones.add(
            Phone(phone or id, "slack", title or name, id, self.slack.direct_message(id), role)
        )

    def add_slack_channel(
        self,
        id: str,  # noqa: A002
        name: str,
        members: tuple[str, ...] = (),
        *,
        archived: bool = False,
        joined: bool = True,
    ) -> None:
        """A channel of the workspace; the bot is in it where `joined`."""
        self.slack.add_channel(id, name, members, archived=archived, joined=joined)

    def add_slack_channel_phone(
        self, channel: str, user: str, *, phone: str = "", title: str = "", role: Role = "manager"
    ) -> Phone:
        """A phone on which `user` looks at a channel."""
        name = self.slack.channels[channel].name
        return self.phones.add(
            Phone(phone or f"{channel}-{user}", "slack", title or f"#{name}", user, channel, role)
        )

    def add_telegram_user(
        self,
        id: int,  # noqa: A002
        name: str,
        *,
        phone: str = "",
        title: str = "",
        role: Role = "customer",
        started: bool = False,
        language: str = "",
        deactivated: bool = False,
    ) -> Phone:
        """A Telegram user, and a phone with their chat with the bot; `started` if they wrote to it before."""
        self.telegram.add_user(TelegramUser(id, name, language, started=started, deactivated=deactivated))
        return self.phones.add(
            Phone(phone or f"telegram-{id}", "telegram", title or name, str(id), str(id), role)
        )

    def migrate_telegram_group(self, old: int, new: int, *, phone: str = "") -> Phone:
        """A group becomes a supergroup: whoever writes to its old id is told the new one, where a phone shows it
        from now on [core.telegram.org/bots/api#responseparameters]."""
        group = self.telegram.change(old, moved_to=new)
        return self.add_telegram_user(new, group.name, phone=phone, started=True, role="manager")

    def add_number(
        self,
        number: str,
        name: str,
        *,
        phone: str = "",
        title: str = "",
        role: Role = "customer",
        fate: str = "delivered",
        code: int | None = None,
        late: float = 0.0,
    ) -> Phone:
        """A mobile number and its phone.

        `fate` is the last status of a message to it: delivered, undelivered, failed, or sent where the
        carrier never confirms; `code` is the error code that goes with it; `late` are the seconds by which the
        carrier says so later than usual.
        """
        self.sms.add(Subscriber(number, name, fate, code, late=late))
        return self.phones.add(Phone(phone or f"sms-{number}", "sms", title or name, number, number, role))

    def messages(self, phone: str) -> list[Message]:
        """What a phone shows, in order of arrival."""
        return self.phones.messages(phone)

    def now(self) -> datetime:
        return self.clock.now()

    def fault(self, fault: Fault) -> int:
        """Puts a fault in force and gives its number."""
        return self.faults.add(fault)

    async def wait_for(self, phone: str, fits: Callable[[Message], bool], patience: float = 60.0) -> Message:
        """The first message on a phone that fits, now or within `patience` real seconds; TimeoutError where
        none comes.
        """
        return await self.phones.wait_for(phone, fits, patience)
