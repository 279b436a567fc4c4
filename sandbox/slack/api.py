"""Slack's Web API: the door (token, tiers, shapes) before the methods.

Answers are HTTP 200 with `{"ok": false, "error": …}`, except 429 with `Retry-After`
[docs.slack.dev/apis/web-api].
"""

import json
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from sandbox.faults import Fault, Faults
from sandbox.pace import Buckets, Window, whole_seconds
from sandbox.slack.deliveries import Deliveries
from sandbox.slack.files import FileMethods
from sandbox.slack.messages import MessageMethods
from sandbox.slack.methods import Arguments, SlackError
from sandbox.slack.people import SlackPeople
from sandbox.slack.sockets import Sockets
from sandbox.slack.workspace import Workspace
from sandbox.targets import SlackTarget
from sandbox.wire import Unreadable, answer_call, read_body

TIERS = {
    "api.test": 1000,
    "auth.test": 600,
    "apps.connections.open": 1,
    "chat.update": 50,
    "chat.delete": 50,
    "conversations.open": 50,
    "conversations.history": 50,
    "conversations.info": 50,
    "users.lookupByEmail": 50,
    "chat.postEphemeral": 100,
    "users.info": 100,
    "files.getUploadURLExternal": 100,
    "files.completeUploadExternal": 100,
}
"""Calls a minute for each method [docs.slack.dev/apis/web-api/rate-limits].

apps.connections.open is tier 1, "1+": see CONNECTIONS.
"""
SCOPES = (
    "chat:write,im:write,im:history,commands,files:write,reactions:read,users:read,users:read.email,"
    "channels:read,groups:read"
)
"""What the app was installed with."""
CONNECTIONS = 20
"""Slack gives tier 1 generous bursts; a client that opens its ten connections must get them [unverified]."""
POST_BURST = 4
"""chat.postMessage: one a second for each channel, short bursts allowed [its page]; how short is not
published.
"""
WORKSPACE_POSTS = 600
"""chat.postMessage: "several hundred" a minute for a workspace [its page]."""

Method = Callable[[Arguments], Awaitable[dict[str, Any]]]


class Refusals:
    """How Slack says no."""

    def rate_limited(self, seconds: int) -> Response:
        return JSONResponse({"ok": False, "error": "ratelimited"}, 429, {"Retry-After": str(seconds)})

    def wrong_token(self) -> Response:
        return JSONResponse({"ok": False, "error": "invalid_auth"})

    def blocked(self) -> Response:
        return JSONResponse({"ok": False, "error": "messages_tab_disabled"})

    def error(self, fault: Fault) -> Response:
        return JSONResponse({"ok": False, "error": fault.error})


class SlackApi:
    """Every HTTP address of Slack that the app calls."""

    def __init__(
        self,
        workspace: Workspace,
        faults: Faults,
        deliveries: Deliveries,
        sockets: Sockets,
        people: SlackPeople,
        files: FileMethods,
        target: SlackTarget,
    ) -> None:
        self._workspace, self._faults, self._target = workspace, faults, target
        self._deliveries, self._sockets, self._people, self._files = deliveries, sockets, people, files
        self._tiers = {
            name: Window(CONNECTIONS if name == "apps.connections.open" else limit)
            for name, limit in TIERS.items()
        }
        self._per_channel = Buckets(rate=1.0, burst=POST_BURST)
        self._per_workspace = Window(WORKSPACE_POSTS)
        messages = MessageMethods(workspace, deliveries)
        self._methods: dict[str, Method] = {
            "api.test": self._api_test,
            "auth.test": self._auth_test,
            "apps.connections.open": self._connections_open,
            **messages.methods(),
            **files.methods(),
        }

    def routes(self) -> list[Route]:
        return [
            Route("/slack/api/{method}", self.call, methods=["GET", "POST"]),
            Route("/slack/upload/{file}", self.upload, methods=["POST"]),
            Route("/slack/response/{key:path}", self.respond, methods=["POST"]),
        ]

    async def call(self, request: Request) -> Response:
        """One Web API call."""
        name = request.path_params["method"]
        try:
            body = await read_body(request)
        except Unreadable:
            return JSONResponse({"ok": False, "error": "invalid_json"})
        arguments = Arguments(body.fields)
        to = next(
            (
                found
                for name in ("channel", "channel_id", "user", "users")
                if (found := arguments.fields.get(name))
            ),
            None,
        )

        async def process() -> Response:
            return await self._process(request, name, arguments)

        return await answer_call(
            request, self._faults, ("slack", name, str(to) if to else None), Refusals(), process
        )

    async def _process(self, request: Request, name: str, arguments: Arguments) -> Response:
        method = self._methods.get(name)
        if method is None:
            return JSONResponse({"ok": False, "error": "unknown_method", "req_method": name})
        refusal = self._refuse_token(request, name, arguments)
        if refusal is not None:
            return JSONResponse({"ok": False, "error": refusal})
        wait = self._wait(name, arguments)
        if wait > 0:
            return Refusals().rate_limited(whole_seconds(wait))
        try:
            answer = await method(arguments)
        except SlackError as error:
            return JSONResponse({"ok": False, "error": error.error, **error.more})
        return JSONResponse({"ok": True, **answer}, headers={"x-oauth-scopes": SCOPES})

    def _refuse_token(self, request: Request, name: str, arguments: Arguments) -> str | None:
        if name == "api.test":
            return None
        header = request.headers.get("authorization", "")
        token = header.removeprefix("Bearer ").strip() or str(arguments.fields.get("token", ""))
        if not token:
            return "not_authed"
        if token not in (self._target.bot_token, self._target.app_token):
            return "invalid_auth"
        of_app = name == "apps.connections.open"
        if (token == self._target.app_token) != of_app:
            return "not_allowed_token_type"
        return None

    def _wait(self, name: str, arguments: Arguments) -> float:
        """Seconds that the caller has to wait; 0 where the call is counted and may go on."""
        if not self._target.paced:
            return 0.0
        now = self._workspace.clock.now()
        if name == "chat.postMessage":
            channel = str(arguments.fields.get("channel", ""))
            channel = self._workspace.direct_message(channel) if channel in self._workspace.users else channel
            wait = max(self._per_channel.wait(channel, now), self._per_workspace.wait("", now))
            if wait <= 0:
                self._per_channel.spend(channel, now)
                self._per_workspace.spend("", now)
            return wait
        tier = self._tiers[name]
        wait = tier.wait("", now)
        if wait <= 0:
            tier.spend("", now)
        return wait

    async def _api_test(self, arguments: Arguments) -> dict[str, Any]:
        return {"args": {name: value for name, value in arguments.fields.items() if name != "token"}}

    async def _auth_test(self, arguments: Arguments) -> dict[str, Any]:
        workspace = self._workspace
        return {
            "url": f"https://{workspace.domain}.slack.com/",
            "team": workspace.name,
            "user": "npsbot",
            "team_id": workspace.team_id,
            "user_id": workspace.bot_user,
            "bot_id": workspace.bot_id,
            "is_enterprise_install": False,
        }

    async def _connections_open(self, arguments: Arguments) -> dict[str, Any]:
        return {"url": await self._sockets.address()}

    # -- addresses beside the methods

    async def upload(self, request: Request) -> Response:
        """The address that files.getUploadURLExternal gave."""
        content = await request.body()

        async def process() -> Response:
            taken = self._files.receive(request.path_params["file"], content)
            return (
                PlainTextResponse(f"OK - {len(content)}")
                if taken
                else PlainTextResponse("no such upload", 404)
            )

        return await answer_call(request, self._faults, ("slack", "upload", None), Refusals(), process)

    async def respond(self, request: Request) -> Response:
        """A response_url: five uses in 30 minutes."""

        async def process() -> Response:
            return await self._respond(request)

        return await answer_call(request, self._faults, ("slack", "response_url", None), Refusals(), process)

    async def _respond(self, request: Request) -> Response:
        workspace = self._workspace
        key = request.path_params["key"]
        known = workspace.response_urls.get(key)
        if known is None:
            return PlainTextResponse("no_service", 404)
        if workspace.clock.now() > known.expires:
            return JSONResponse({"ok": False, "error": "expired_url"}, 404)
        if known.uses <= 0:
            return JSONResponse({"ok": False, "error": "used_url"}, 404)
        try:
            answer = json.loads(await request.body())
        except ValueError:
            return JSONResponse({"ok": False, "error": "invalid_payload"}, 400)
        if not isinstance(answer, dict) or not all(
            isinstance(answer.get(name, False), bool) for name in ("replace_original", "delete_original")
        ):
            return JSONResponse({"ok": False, "error": "invalid_payload"}, 400)
        error = self._apply(known.channel, known.user, known.message, answer)
        if error:
            return JSONResponse({"ok": False, "error": error}, 400 if error != "message_not_found" else 404)
        workspace.spend_response_url(key)
        return PlainTextResponse("ok")

    def _apply(self, channel: str, user: str, message: str | None, answer: dict[str, Any]) -> str:
        """Carries a response out; gives Slack's error where it is not one."""
        workspace, phones = self._workspace, self._workspace.phones
        original = phones.find("slack", channel, message) if message else None
        if not (answer.get("delete_original") or answer.get("replace_original")):
            return self._people.show_response(channel, user, answer)
        if original is None or original.author != "bot":
            return "message_not_found"
        if answer.get("delete_original"):
            phones.remove("slack", channel, original.id)
            return ""
        blocks = answer.get("blocks")
        if not answer.get("text") and not blocks:
            return "no_text"
        record = workspace.revised(original.raw, str(answer.get("text") or ""), blocks)
        if isinstance(record, list):
            return "invalid_blocks"
        workspace.show_bot_message(
            channel, record, edited=original.only_for is None, only_for=original.only_for
        )
        if original.only_for is None:
            self._deliveries.echo_change(channel, record, original.raw)
        return ""
