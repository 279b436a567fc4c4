"""The sandbox's own HTTP addresses, for the page of phones and for tests; README.md describes them."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import asdict
from typing import Any, cast, get_args

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from sandbox.acts import Act, Sent
from sandbox.clock import AdjustableClock
from sandbox.faults import fault_from
from sandbox.people import People
from sandbox.server import Server
from sandbox.state import World

TICK = 1.0
"""Real seconds between two notices of the clock on a stream."""

SETTLES_WITHIN = 0.5
"""Real seconds for which a move of the clock that is to settle waits, at most."""


class Refused(Exception):
    """A request that cannot be carried out: HTTP status and a plain sentence."""

    def __init__(self, status: int, error: str) -> None:
        super().__init__(error)
        self.status, self.error = status, error


async def refusal(request: Request, error: Exception) -> Response:
    """Answers a Refused."""
    if not isinstance(error, Refused):
        raise error
    return JSONResponse({"ok": False, "error": error.error}, error.status)


async def _json(request: Request) -> dict[str, Any]:
    """A JSON object; the content type keeps other sites' forms out, whose requests a browser lets through
    unasked.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise Refused(415, "Send JSON, with Content-Type: application/json.")
    try:
        body = json.loads(await request.body() or b"{}")
    except ValueError:
        raise Refused(400, "The body is not JSON.") from None
    if not isinstance(body, dict):
        raise Refused(400, "The body must be a JSON object.")
    return body


def _text(body: dict[str, Any], name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str):
        raise Refused(400, f"The body needs {name!r}, a string.")
    return value


def _optional(body: dict[str, Any], name: str) -> str | None:
    return None if body.get(name) is None else _text(body, name)


class Control:
    """Phones, stream, faults, clock and the bot's server over HTTP."""

    def __init__(self, world: World, people: People, server: Server | None = None) -> None:
        self._world, self._people, self._server = world, people, server

    def routes(self) -> list[Route]:
        return [
            Route("/sandbox/phones", self.phones),
            Route("/sandbox/stream", self.stream),
            Route("/sandbox/phones/{phone}/{act}", self.act, methods=["POST"]),
            Route("/sandbox/faults", self.faults, methods=["GET", "POST", "DELETE"]),
            Route("/sandbox/faults/{number:int}", self.fault, methods=["DELETE"]),
            Route("/sandbox/telegram/remove-webhook", self.remove_webhook, methods=["POST"]),
            Route("/sandbox/clock", self.clock, methods=["GET", "POST"]),
            Route("/sandbox/server", self.server, methods=["GET", "POST"]),
            Route("/sandbox/files/{key}", self.file),
        ]

    async def phones(self, request: Request) -> Response:
        phones = self._world.phones
        return JSONResponse(
            {
                "phones": [phones.as_json(phone) for phone in phones],
                "clock": self._now(),
                "faults": self._faults(),
                "server": self._server.as_json() if self._server else None,
                "last_event": phones.feed.last,
            }
        )

    def _now(self) -> str:
        return self._world.now().isoformat(timespec="microseconds")

    # -- acts

    async def act(self, request: Request) -> Response:
        phone, act = request.path_params["phone"], request.path_params["act"]
        if phone not in self._world.phones:
            raise Refused(404, f"There is no phone {phone!r}; GET /sandbox/phones lists them.")
        body = await _json(request)
        outcome: Act
        match act:
            case "type":
                outcome = await self._people.type(phone, _text(body, "text"), _optional(body, "reply_to"))
            case "press":
                outcome = await self._people.press(phone, _text(body, "message"), _text(body, "button"))
            case "edit":
                outcome = await self._people.edit(phone, _text(body, "message"), _text(body, "text"))
            case "send":
                what = _text(body, "what")
                if what not in get_args(Sent):
                    raise Refused(400, f"'what' is one of {', '.join(get_args(Sent))}.")
                outcome = await self._people.send(phone, cast("Sent", what), _optional(body, "text") or "")
            case "react":
                outcome = await self._people.react(phone, _text(body, "emoji"), _optional(body, "message"))
            case "delete":
                outcome = await self._people.delete(phone, _optional(body, "message"))
            case "block":
                outcome = await self._people.block(phone)
            case "unblock":
                outcome = await self._people.unblock(phone)
            case _:
                raise Refused(
                    404,
                    f"A person cannot {act!r}; use type, press, edit, send, react, delete, block or unblock.",
                )
        return JSONResponse(outcome.as_json())

    # -- the stream

    async def stream(self, request: Request) -> Response:
        asked = request.headers.get("last-event-id") or request.query_params.get("after") or ""
        after = int(asked) if asked.isdigit() else self._world.phones.feed.last
        return StreamingResponse(
            self._events(after),
            media_type="text/event-stream",
            headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
        )

    async def _events(self, after: int) -> AsyncIterator[str]:
        feed = self._world.phones.feed
        yield f"retry: 1000\ndata: {json.dumps({'clock': self._now()})}\n\n"
        while not feed.ended:
            changes = feed.since(after)
            if changes is None:
                after = feed.last
                yield f"id: {after}\ndata: {json.dumps({'reset': True})}\n\n"
                continue
            for change in changes:
                after = change.number
                if change.data:
                    yield f"id: {after}\ndata: {json.dumps(change.data, ensure_ascii=False)}\n\n"
            if feed.last > after:
                continue  # something happened while this was sent
            try:
                async with asyncio.timeout(TICK):
                    await feed.news()
            except TimeoutError:
                yield f"data: {json.dumps({'clock': self._now()})}\n\n"

    # -- faults, time and the server

    async def faults(self, request: Request) -> Response:
        if request.method == "DELETE":
            self._world.faults.clear()
            self._tell_faults()
            return JSONResponse({"ok": True})
        if request.method == "POST":
            try:
                number = self._world.faults.add(fault_from(await _json(request)))
            except ValueError as error:
                raise Refused(400, str(error)) from None
            self._tell_faults()
            return JSONResponse({"ok": True, "id": number})
        return JSONResponse({"faults": self._faults()})

    async def fault(self, request: Request) -> Response:
        """Removes one; one that is spent or removed already is no error."""
        self._world.faults.remove(request.path_params["number"])
        self._tell_faults()
        return JSONResponse({"ok": True})

    def _faults(self) -> list[dict[str, Any]]:
        return [{"id": number, **asdict(fault)} for number, fault in self._world.faults.listed().items()]

    def _tell_faults(self) -> None:
        self._world.phones.feed.publish({"faults": self._faults()})

    async def remove_webhook(self, request: Request) -> Response:
        await _json(request)
        return JSONResponse((await self._people.remove_webhook()).as_json())

    async def clock(self, request: Request) -> Response:
        clock = self._world.clock
        if not isinstance(clock, AdjustableClock):
            raise Refused(409, "This sandbox runs on a clock that is set elsewhere.")
        if request.method == "POST":
            body = await _json(request)
            for name in ("speed", "forward", "jump"):
                value = body.get(name, 0)
                if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 10**9:
                    raise Refused(400, f"{name!r} must be a number of 0 or more.")
            forward, jump = (float(body.get(name, 0)) for name in ("forward", "jump"))
            speed = float(body.get("speed", clock.speed))
            if self._server is not None:
                # It goes first: what wakes here by the move is signed with the new time, and must not reach
                # a server for which that time is yet to come.
                await self._server.set_clock(forward + jump, speed)
            clock.run_at(speed)
            await clock.forward(forward)
            sleeping = clock.sleeping
            clock.jump(jump)
            if body.get("settle") is True:
                await clock.settled(sleeping, SETTLES_WITHIN)
                if self._server is not None:
                    await self._server.set_clock(0, speed)  # once the move before it has settled
            self._world.phones.feed.publish({"clock": self._now()})
        return JSONResponse({"ok": True, "clock": self._now(), "speed": clock.speed})

    async def server(self, request: Request) -> Response:
        """Kills the bot's server, or starts it again; answers once that is done."""
        if self._server is None:
            raise Refused(404, "This sandbox stands beside a server that it did not start.")
        if request.method == "POST":
            plugged = (await _json(request)).get("plugged")
            if not isinstance(plugged, bool):
                raise Refused(400, "The body needs 'plugged', true or false.")
            await (self._server.plug_in() if plugged else self._server.pull())
        return JSONResponse({"ok": True, **self._server.as_json()})

    async def file(self, request: Request) -> Response:
        """An uploaded file; only pictures are shown, anything else is saved, and no script in it runs."""
        file = self._world.files.get(request.path_params["key"])
        if file is None:
            raise Refused(404, "There is no such file.")
        headers = {
            "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
            "X-Content-Type-Options": "nosniff",
        }
        if not file.content_type.startswith("image/"):
            headers["Content-Disposition"] = "attachment"
        return Response(file.content, media_type=file.content_type, headers=headers)
