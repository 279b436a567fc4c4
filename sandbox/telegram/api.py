"""Telegram's Bot API: the door before the methods, and how it says no.

Source: core.telegram.org/bots/api#making-requests; errors carry HTTP status and error_code alike.
"""

import re
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.faults import Fault, Faults
from sandbox.targets import TelegramTarget
from sandbox.telegram.messages import MessageMethods
from sandbox.telegram.methods import Arguments, TelegramError
from sandbox.telegram.setup import SetupMethods
from sandbox.telegram.updates import Conflict
from sandbox.wire import Unreadable, answer_call, read_body

Method = Callable[[Arguments], Awaitable[Any]]


def failure(error: TelegramError) -> Response:
    """Telegram's shape of an error."""
    body: dict[str, Any] = {"ok": False, "error_code": error.code, "description": error.description}
    if error.parameters:
        body["parameters"] = error.parameters
    headers = (
        {"Retry-After": str(error.parameters["retry_after"])} if "retry_after" in error.parameters else {}
    )
    return JSONResponse(body, error.code, headers)


class Refusals:
    """How Telegram says no."""

    def rate_limited(self, seconds: int) -> Response:
        return failure(TelegramError(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds))

    def wrong_token(self) -> Response:
        return failure(TelegramError(401, "Unauthorized"))

    def blocked(self) -> Response:
        return failure(TelegramError(403, "Forbidden: bot was blocked by the user"))

    def error(self, fault: Fault) -> Response:
        code = fault.status if fault.status != 500 else 403 if fault.error.startswith("Forbidden") else 400
        return failure(TelegramError(code, fault.error))


class TelegramApi:
    """Every method of one bot."""

    def __init__(
        self, faults: Faults, target: TelegramTarget, messages: MessageMethods, setup: SetupMethods
    ) -> None:
        self._faults, self._target = faults, target
        self._methods: dict[str, Method] = {
            name.lower(): method for name, method in {**messages.methods(), **setup.methods()}.items()
        }  # names are read in any case

    def routes(self) -> list[Route]:
        return [Route("/telegram/bot{token}/{method}", self.call, methods=["GET", "POST"])]

    async def call(self, request: Request) -> Response:
        """One Bot API call."""
        token, name = request.path_params["token"], request.path_params["method"]
        if not re.fullmatch(r"\d+:[\w-]+", token):
            return failure(TelegramError(404, "Not Found"))
        if token != self._target.token:
            return failure(TelegramError(401, "Unauthorized"))
        try:
            body = await read_body(request)
        except Unreadable:
            return failure(TelegramError(400, "Bad Request: can't parse request body"))
        arguments = Arguments(body.fields, body.uploads)

        async def process() -> Response:
            try:
                return JSONResponse({"ok": True, "result": await self.perform(name, arguments)})
            except TelegramError as error:
                return failure(error)

        to = arguments.text("chat_id") or None
        return await answer_call(request, self._faults, ("telegram", name, to), Refusals(), process)

    async def perform(self, name: str, arguments: Arguments) -> Any:
        """Performs a method; TelegramError where it fails."""
        method = self._methods.get(name.lower())
        if method is None:
            raise TelegramError(404, "Not Found: method not found")
        try:
            return await method(arguments)
        except Conflict as error:
            raise TelegramError(409, f"Conflict: {error}") from None

    async def perform_quietly(self, name: str, fields: dict[str, Any]) -> None:
        """Performs the call in a webhook's answer: a failure is told nobody."""
        try:
            await self.perform(name, Arguments(fields, {}))
        except TelegramError:
            return
