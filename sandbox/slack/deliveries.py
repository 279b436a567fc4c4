"""What Slack sends to the app: signed events with retries, presses and slash commands without.

Sources: docs.slack.dev/apis/events-api, docs.slack.dev/authentication/verifying-requests-from-slack,
docs.slack.dev/interactivity/handling-user-interaction.
"""

import hashlib
import hmac
import json
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from sandbox.courier import Courier, Outcome
from sandbox.slack.sockets import Sockets
from sandbox.slack.workspace import Workspace
from sandbox.targets import SlackTarget

RETRIES = (0.0, 60.0, 300.0)
"""Seconds before the first, second and third retry of an event [docs.slack.dev/apis/events-api: at once,
about 1 min, about 5 min].
"""


def changed(channel: str, record: dict[str, Any], before: dict[str, Any], at: str) -> dict[str, Any]:
    """The event that a message was changed, by a person or by the app itself."""
    return {
        "type": "message",
        "subtype": "message_changed",
        "hidden": True,
        "message": record,
        "previous_message": before,
        "channel": channel,
        "ts": at,
        "event_ts": at,
        "channel_type": {"D": "im", "G": "group"}.get(channel[:1], "channel"),
    }


def _nothing() -> None:
    """What there is to do where nobody asks to be told."""


class Deliveries:
    """The way to one app, over its Request URL or over Socket Mode."""

    def __init__(
        self, workspace: Workspace, courier: Courier, sockets: Sockets, target: SlackTarget, url: str
    ) -> None:
        self._workspace, self._courier, self._sockets, self._target = workspace, courier, sockets, target
        self._url = url
        self.verification = workspace.ids.code("", 24)

    def signed(self, body: bytes) -> dict[str, str]:
        """Slack's signature headers: v0, HMAC-SHA256 over `v0:timestamp:body`.

        The time stamp is the sandbox's, or the machine's where the app has no other clock.
        """
        now = time.time() if self._target.machine_time else self._workspace.clock.now().timestamp()
        stamp = str(int(now))
        base = b"v0:" + stamp.encode() + b":" + body
        digest = hmac.new(self._target.signing_secret.encode(), base, hashlib.sha256).hexdigest()
        return {
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": f"v0={digest}",
            "User-Agent": "Slackbot 1.0",
        }

    async def _send(
        self, kind: str, payload: dict[str, Any], retry: tuple[int, str] | None = None
    ) -> Outcome:
        """One attempt, over the app's way."""
        if self._target.mode == "socket":
            return await self._sockets.send(kind, payload, self._target.patience, retry)
        if kind == "events_api":
            body, content_type = json.dumps(payload).encode(), "application/json"
        elif kind == "interactive":
            body, content_type = (
                urlencode({"payload": json.dumps(payload)}).encode(),
                "application/x-www-form-urlencoded",
            )
        else:
            body, content_type = urlencode(payload).encode(), "application/x-www-form-urlencoded"
        headers = {"Content-Type": content_type, **self.signed(body)}
        if retry is not None:
            headers |= {"X-Slack-Retry-Num": str(retry[0]), "X-Slack-Retry-Reason": retry[1]}
        return await self._courier.post(self._target.url, body, headers, self._target.patience, redirects=2)

    # -- events

    async def event(self, event: dict[str, Any], who: str, taken: Callable[[], object] = _nothing) -> Outcome:
        """Delivers an event; gives the first attempt's outcome, retries go on by themselves.

        `taken` is called when an attempt of ours was answered well, the first or a later one.
        """
        workspace = self._workspace
        authorization = {
            "enterprise_id": None,
            "team_id": workspace.team_id,
            "user_id": workspace.bot_user,
            "is_bot": True,
            "is_enterprise_install": False,
        }
        payload = {
            "token": self.verification,
            "team_id": workspace.team_id,
            "context_team_id": workspace.team_id,
            "context_enterprise_id": None,
            "api_app_id": workspace.app_id,
            "event": event,
            "type": "event_callback",
            "event_id": workspace.ids.code("Ev"),
            "event_time": int(workspace.clock.now().timestamp()),
            "authorizations": [authorization],
            "is_ext_shared_channel": workspace.is_shared(str(event["channel"]))
            if "channel" in event
            else False,
            "event_context": workspace.ids.code("4-", 40),
        }

        async def anew() -> Outcome:
            return await self._send("events_api", payload | {"event_id": workspace.ids.code("Ev")})

        outcome = await self._courier.carry(
            "slack", "event", who, lambda: self._send("events_api", payload), anew
        )
        if not outcome.final and not self._no_retry(outcome):
            self._courier.spawn(self._retry(payload, who, outcome, taken))
        if outcome.taken:
            taken()
        return outcome

    async def _retry(
        self, payload: dict[str, Any], who: str, outcome: Outcome, taken: Callable[[], object]
    ) -> None:
        for number, wait in enumerate(RETRIES, start=1):
            await self._workspace.clock.sleep(wait)
            retry = (number, "http_error" if outcome.fate == "answered" else outcome.fate)

            async def attempt(retry: tuple[int, str] = retry) -> Outcome:
                return await self._send("events_api", payload, retry)

            outcome = await self._courier.carry("slack", "event", who, attempt)
            if outcome.taken:
                taken()
            if outcome.final or self._no_retry(outcome):
                return

    def _no_retry(self, outcome: Outcome) -> bool:
        headers = {name.lower(): value for name, value in outcome.headers.items()}
        return headers.get("x-slack-no-retry") == "1"

    def echo(self, channel: str, event: dict[str, Any]) -> None:
        """An event about what the app itself did; nobody waits for it. Of channels an app hears that subscribes to
        message.channels and message.groups."""
        user = self._workspace.channels[channel].user
        if user is not None or self._target.hears_channels:
            kind = {"channel_type": self._workspace.kind_of(channel)}
            self._courier.spawn(self.event({**event, **kind}, user or self._workspace.bot_user))

    def echo_change(self, channel: str, record: dict[str, Any], before: Mapping[str, Any]) -> None:
        """The event that the app itself changed a message."""
        self.echo(channel, changed(channel, record, dict(before), self._workspace.timestamp()))

    async def verify_url(self) -> bool:
        """Slack's check of a Request URL: does it give the challenge back?"""
        challenge = self._workspace.ids.code("", 40)
        payload = {"token": self.verification, "challenge": challenge, "type": "url_verification"}
        outcome = await self._send("events_api", payload)
        return outcome.taken and challenge.encode() in outcome.body

    # -- interaction

    def _actor(self, user: str) -> dict[str, str]:
        name = self._workspace.users[user].name
        return {
            "id": user,
            "username": name.lower().replace(" ", "."),
            "name": name,
            "team_id": self._workspace.team_of(user),
        }

    def _respond_at(self, channel: str, user: str, message: str | None) -> str:
        return f"{self._url}/slack/response/{self._workspace.response_url(channel, user, message)}"

    def _common(self, kind: str, user: str) -> dict[str, Any]:
        workspace = self._workspace
        return {
            "type": kind,
            "user": self._actor(user),
            "api_app_id": workspace.app_id,
            "token": self.verification,
            "trigger_id": workspace.trigger(),
            "team": {"id": workspace.team_id, "domain": workspace.domain},
            "enterprise": None,
            "is_enterprise_install": False,
        }

    async def press(
        self, user: str, channel: str, record: dict[str, Any], ephemeral: bool, action: dict[str, Any]
    ) -> Outcome:
        """A press on a message's button (or a choice in its select); never tried again."""
        payload = self._common("block_actions", user) | {
            "container": {
                "type": "message",
                "message_ts": record["ts"],
                "channel_id": channel,
                "is_ephemeral": ephemeral,
            },
            "channel": {"id": channel, "name": self._workspace.channels[channel].name},
            "state": {"values": {}},
            "response_url": self._respond_at(channel, user, record["ts"]),
            "actions": [{**action, "action_ts": self._workspace.timestamp()}],
        }
        if not ephemeral:
            payload["message"] = record
        return await self._courier.carry("slack", "press", user, lambda: self._send("interactive", payload))

    async def command(self, user: str, channel: str, command: str, text: str) -> Outcome:
        """A slash command; never tried again."""
        workspace = self._workspace
        form = {
            "token": self.verification,
            "team_id": workspace.team_id,
            "team_domain": workspace.domain,
            "channel_id": channel,
            "channel_name": workspace.channels[channel].name,
            "user_id": user,
            "user_name": workspace.users[user].name.lower().replace(" ", "."),
            "command": command,
            "text": text,
            "api_app_id": workspace.app_id,
            "is_enterprise_install": "false",
            "response_url": self._respond_at(channel, user, None),
            "trigger_id": workspace.trigger(),
        }
        return await self._courier.carry("slack", "command", user, lambda: self._send("slash_commands", form))
