"""Slack: direct messages in and out, by one bot token."""

import asyncio
import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Literal

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient
from starlette.routing import Route

from channels.base import (
    Address,
    DeliveryReport,
    Inbound,
    InboundMessage,
    OutboundMessage,
    Priority,
    Receipt,
    Receive,
    Rejected,
    Unknown,
)
from channels.guard import kept
from channels.hearing import Ear
from channels.slack import client, pictures, webhook
from channels.slack.authors import Authors
from channels.slack.errors import is_spent, of_code, retry_after, send_error, webhook_code
from channels.slack.inbound import events_of
from channels.slack.limits import LIMITS
from channels.slack.listening import stay_connected
from channels.slack.outbound import answered, posted, updated
from channels.slack.people import gone_channel, gone_person, is_person, own_team
from channels.slack.places import is_foreign_command, is_foreign_press, of_another_company
from channels.slack.scopes import lacking

log = logging.getLogger(__name__)


class SlackChannel:
    """One workspace, by one bot token. The signing secret is needed over HTTP, the app token (xapp-…) in
    Socket Mode; ValueError where the one that is needed is blank."""

    name = "slack"
    limits = LIMITS

    def __init__(
        self,
        bot_token: str,
        signing_secret: str,
        app_token: str | None,
        mode: Literal["http", "socket"],
        api_url: str | None,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        if not bot_token.strip():
            raise ValueError("channels.slack.bot_token is empty; set it to the app's bot token (xoxb-…)")
        if mode == "http" and not signing_secret.strip():
            raise ValueError(
                "channels.slack.signing_secret is empty; without it nobody could tell a forged event"
            )
        if mode == "socket" and not (app_token or "").strip():
            raise ValueError(
                "channels.slack.app_token is empty; Socket Mode needs the app-level token (xapp-…)"
            )
        self._bot_token, self._app_token, self._signing_secret = bot_token, app_token or "", signing_secret
        self._mode, self._api_url, self._clock = mode, api_url, clock
        self._web: AsyncWebClient | None = None
        self._ear = Ear(clock)
        self._user = ""  # our own in the workspace, once Slack was asked
        self._team: str | None = None  # known from the first look at whether we hear
        self._authors = Authors(lambda user: self._client().users_info(user=user))
        client.silence()

    def routes(self, receive: Receive) -> Sequence[Route]:
        """`POST /slack/events`; none in Socket Mode, where nothing is signed."""
        if self._mode == "socket":
            return []
        return webhook.routes(self._signing_secret, self._clock, self._keep(receive))

    async def listen(self, receive: Receive) -> None:
        """Socket Mode until cancelled; over HTTP it returns at once. An envelope is acknowledged only once
        `receive` returned: Slack delivers the others again."""
        if self._mode == "socket":
            await stay_connected(self._client, self._app_token, self._keep(receive), self._ear)

    def _keep(self, receive: Receive) -> webhook.KeepPayload:
        async def keep(payload: dict[str, object]) -> bool:
            if is_foreign_command(payload, self._team) or is_foreign_press(payload, self._team):
                log.info("a deed of another company is passed over", extra={"channel": self.name})
                return True
            events = events_of(payload, self._clock(), self._user)
            if any(isinstance(event, InboundMessage) and event.shared for event in events):
                colleagues = await self._by_colleagues(payload, events)
                if colleagues is None:
                    return False  # nobody can tell at this moment: Slack delivers it again
                events = colleagues
            return await kept(receive, events, self.name)

        return keep

    async def _by_colleagues(
        self, payload: Mapping[str, object], events: Sequence[Inbound]
    ) -> list[Inbound] | None:
        """What colleagues wrote where many read along, with what they are called. A customer may read along too, in a
        channel that Slack Connect shares: theirs is passed over. None where Slack does not tell who it was."""
        foreign = of_another_company(payload, self._team)
        told: list[Inbound] = []
        for event in events:
            if not isinstance(event, InboundMessage) or foreign:
                continue
            author = await self._authors.who(event.actor.id, self._team)
            if foreign is None and author is None:
                return None
            if foreign is None and author is not None and not author.ours:
                continue
            told.append(replace(event, actor_name=author.name if author else ""))
        if len(told) < len(events):
            log.info("a stranger's words in a thread are passed over", extra={"channel": self.name})
        return told

    async def send(self, message: OutboundMessage) -> Receipt:
        """Post, update, or answer through the response_url, once. Where that URL is spent or is not
        Slack's, the message goes the ordinary way; so does a picture, which no response_url takes."""
        try:
            async with asyncio.timeout(client.TIMEOUT.total):
                if message.priority == Priority.ALERT and not message.replaces:
                    await self._raise_where_gone(message.address.id)
                if message.image is not None:
                    return await pictures.post(self._client(), message, message.image, self._is_slacks)
                if message.answer_ref and self._is_slacks(message.answer_ref):
                    receipt = await self._answer(message, message.answer_ref)
                    if receipt is not None:
                        return receipt
                if message.replaces:
                    return await self._update(message, message.replaces)
                return await self._post(message)
        except Exception as error:
            raise send_error(error) from error

    async def _post(self, message: OutboundMessage) -> Receipt:
        response = await self._client().api_call("chat.postMessage", json=posted(message))
        channel, ts = response.get("channel"), response.get("ts")
        if not channel or not ts:
            raise Unknown("Slack's answer does not name the message")
        return Receipt(f"{channel}:{ts}")

    async def _update(self, message: OutboundMessage, ref: str) -> Receipt:
        channel, _, ts = ref.partition(":")
        if not channel or not ts:
            raise Rejected("the message to edit has no Slack reference of the form D…:ts; post a new one")
        await self._client().api_call("chat.update", json=updated(message, channel, ts))
        return Receipt(ref)

    async def _answer(self, message: OutboundMessage, url: str) -> Receipt | None:
        """Through the response_url: it replaces the message whose button was pressed, or answers so that only
        the person who asked sees it. None where the URL is spent (5 uses in 30 minutes,
        docs.slack.dev/interactivity/handling-user-interaction)."""
        web = self._client()
        hook = AsyncWebhookClient(url, session=web.session, proxy=web.proxy, retry_handlers=[])
        hook.proxy = web.proxy
        response = await hook.send_dict(answered(message))
        code = webhook_code(response.body)
        if response.status_code == 200 and not code:
            return Receipt(message.replaces)
        if is_spent(code, response.status_code):
            return None
        raise of_code(code, response.status_code, retry_after(response.headers))

    def _is_slacks(self, url: str) -> bool:
        return client.is_slacks(url, self._api_url)

    async def find(
        self, message: OutboundMessage, since: datetime, others: Collection[str] = ()
    ) -> Receipt | None:
        """Raises `Unknown`: reading the conversation back would need a scope that a survey should not ask
        for."""
        raise Unknown(
            "Slack offers no way to look a message up by what was sent; read the conversation in Slack"
        )

    async def states(self, refs: Collection[str]) -> Sequence[DeliveryReport]:
        """None: a message that was taken has arrived, and nothing is reported later."""
        return ()

    async def identify(self) -> str:
        """The bot's name and its workspace, by auth.test."""
        try:
            answer = await self._client().auth_test()
        except Exception as error:
            raise send_error(error) from error
        self._user = str(answer.get("user_id") or "")
        # docs.slack.dev/authentication/installing-with-oauth
        given = answer.headers.get("x-oauth-scopes", "")
        hints = "".join(f"; {lack}" for lack in lacking(given))
        return f"@{answer['user']} in the workspace {answer['team']}{hints}"

    async def look_up(self, address: Address) -> None:
        """By users.info of a person, by conversations.info of a channel, which needs the scopes
        channels:read and groups:read."""
        try:
            if is_person(address.id):
                gone = gone_person(await self._client().users_info(user=address.id))
            else:
                gone = gone_channel(await self._client().conversations_info(channel=address.id))
        except Exception as error:
            raise send_error(error) from error
        if gone is not None:
            raise gone

    async def _raise_where_gone(self, user: str) -> None:
        """Slack takes messages to people whose account is deactivated, and says nothing of it
        (github.com/slackapi/python-slack-sdk/issues/1156). Where it does not tell, the message goes."""
        if not is_person(user):
            return
        try:
            gone = gone_person(await self._client().users_info(user=user))
        except Exception as error:
            log.info(
                "a person was not looked up", extra={"channel": self.name, "error": type(error).__name__}
            )
            return
        if gone is not None:
            raise gone

    async def hears(self) -> None:
        """By auth.test: events end with the token that is revoked. In Socket Mode also how the connection is;
        whether Slack reaches our address over HTTP only Slack knows."""
        self._ear.check()
        try:
            answer = await self._client().auth_test()
        except Exception as error:
            raise send_error(error) from error
        self._team, self._user = own_team(answer), str(answer.get("user_id") or "")

    async def register(self, public_url: str) -> None:
        """Nothing to do: Slack takes the addresses of webhooks from the app's manifest alone."""

    async def user_by_email(self, email: str) -> str | None:
        """The id of the active user with that address, None where Slack knows none. Raises a `SendError`."""
        try:
            answer = await self._client().users_lookupByEmail(email=email)
        except SlackApiError as error:
            data = getattr(error.response, "data", None)
            if isinstance(data, dict) and data.get("error") == "users_not_found":
                return None
            raise send_error(error) from error
        except Exception as error:
            raise send_error(error) from error
        user = answer["user"]
        return None if user.get("deleted") else str(user["id"])

    async def aclose(self) -> None:
        """Close the session; a later call opens a new one."""
        web, self._web = self._web, None
        if web is not None and web.session is not None:
            await web.session.close()

    def _client(self) -> AsyncWebClient:
        """The one client, made at first use, in the running loop."""
        if self._web is None:
            self._web = client.client(self._bot_token, self._api_url)
        return self._web
