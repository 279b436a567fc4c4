"""Bot API methods that set the bot up and fetch its updates [core.telegram.org/bots/api#getting-updates]."""

import re
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

from sandbox.targets import Targets, TelegramTarget
from sandbox.telegram.chats import Chats
from sandbox.telegram.methods import Arguments, TelegramError, bad_request
from sandbox.telegram.updates import DEFAULT_KINDS, Updates, Webhook

LONGEST_POLL = 50
LARGEST_BATCH = 100
MOST_COMMANDS = 100


class SetupMethods:
    """getMe, setWebhook, deleteWebhook, getWebhookInfo, getUpdates, setMyCommands, getMyCommands,
    deleteMyCommands.
    """

    def __init__(
        self, chats: Chats, updates: Updates, targets: Targets, target: TelegramTarget, bot: dict[str, Any]
    ) -> None:
        self._chats, self._updates, self._targets, self._target, self._bot = (
            chats,
            updates,
            targets,
            target,
            bot,
        )
        self._webhook_set: datetime | None = None

    def methods(self) -> dict[str, Callable[[Arguments], Awaitable[Any]]]:
        return {
            "getMe": self.get_me,
            "setWebhook": self.set_webhook,
            "deleteWebhook": self.delete_webhook,
            "getWebhookInfo": self.webhook_info,
            "getUpdates": self.get_updates,
            "setMyCommands": self.set_commands,
            "getMyCommands": self.get_commands,
            "deleteMyCommands": self.delete_commands,
        }

    async def get_me(self, arguments: Arguments) -> Any:
        return self._bot | {
            "can_join_groups": True,
            "can_read_all_group_messages": False,
            "supports_inline_queries": False,
        }

    def _allow(self, arguments: Arguments) -> None:
        """allowed_updates sticks until it is given again; an empty list means the default kinds."""
        allowed = arguments.structure("allowed_updates", "can't parse allowed_updates JSON object")
        if allowed is not None:
            self._updates.allowed = tuple(allowed) or DEFAULT_KINDS

    async def set_webhook(self, arguments: Arguments) -> Any:
        url, secret = arguments.text("url"), arguments.text("secret_token")
        if not url:
            return await self.delete_webhook(arguments)
        now = self._chats.clock.now()
        if (
            self._target.paced
            and self._webhook_set is not None
            and now - self._webhook_set < timedelta(seconds=1)
        ):
            raise TelegramError(429, "Too Many Requests: retry after 1", retry_after=1)
        if not re.fullmatch(r"[A-Za-z0-9_-]{0,256}", secret):
            raise bad_request(
                "secret token contains unallowed characters"
                if len(secret) <= 256
                else "secret token is too long"
            )
        connections = arguments.number("max_connections", 40)
        if not 1 <= connections <= 100:
            raise bad_request("max_connections must be between 1 and 100")
        try:
            self._targets.local(
                url
            )  # an address on this machine may be plain http: there is nobody in between
        except ValueError:
            raise bad_request("bad webhook: Failed to resolve host: Name or service not known") from None
        self._webhook_set = now
        self._allow(arguments)
        if arguments.flag("drop_pending_updates"):
            self._updates.clear()
        self._updates.set_webhook(Webhook(url, secret, connections))
        return True

    async def delete_webhook(self, arguments: Arguments) -> Any:
        if arguments.flag("drop_pending_updates"):
            self._updates.clear()
        self._updates.set_webhook(Webhook())
        return True

    async def webhook_info(self, arguments: Arguments) -> Any:
        webhook = self._updates.webhook
        info: dict[str, Any] = {
            "url": webhook.url,
            "has_custom_certificate": False,
            "pending_update_count": len(self._updates.pending()),
        }
        if webhook.url:
            info |= {"max_connections": webhook.connections, "ip_address": "127.0.0.1"}
        if webhook.error:
            info |= {"last_error_date": webhook.error_at, "last_error_message": webhook.error}
        return (
            info
            if self._updates.allowed == DEFAULT_KINDS
            else {**info, "allowed_updates": list(self._updates.allowed)}
        )

    async def get_updates(self, arguments: Arguments) -> Any:
        self._allow(arguments)
        limit = arguments.number("limit", LARGEST_BATCH)
        timeout = min(max(arguments.number("timeout", 0), 0), LONGEST_POLL)
        return await self._updates.poll(
            arguments.number("offset", 0), limit if 1 <= limit <= LARGEST_BATCH else LARGEST_BATCH, timeout
        )

    # -- the menu of commands

    def _scope(self, arguments: Arguments) -> str:
        scope = arguments.structure("scope", "can't parse BotCommandScope JSON object") or {"type": "default"}
        if scope.get("type") == "chat":
            user = (
                self._chats.users.get(int(scope["chat_id"]))
                if str(scope.get("chat_id", "")).isdecimal()
                else None
            )
            if user is None or not user.started:
                raise bad_request("chat not found")
            return f"chat {user.id} {arguments.text('language_code')}"
        return f"{scope.get('type')} {arguments.text('language_code')}"

    async def set_commands(self, arguments: Arguments) -> Any:
        commands = arguments.structure("commands", "can't parse commands JSON object")
        if not isinstance(commands, list):
            raise bad_request("can't parse commands JSON object")
        if len(commands) > MOST_COMMANDS:
            raise bad_request("BOT_COMMANDS_TOO_MUCH")
        for command in commands:
            if not isinstance(command, dict) or not re.fullmatch(
                r"/?[a-z0-9_]{1,32}", str(command.get("command", ""))
            ):
                raise bad_request("BOT_COMMAND_INVALID")
            if not 1 <= len(str(command.get("description", ""))) <= 256:
                raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
        self._chats.commands[self._scope(arguments)] = commands
        return True

    async def get_commands(self, arguments: Arguments) -> Any:
        return self._chats.commands.get(self._scope(arguments), [])

    async def delete_commands(self, arguments: Arguments) -> Any:
        self._chats.commands.pop(self._scope(arguments), None)
        return True
