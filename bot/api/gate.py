"""The gate of the API, around the application: who asks, how often, how much; and what is sent again is done once.

All of it is settled before a body is read, and a body is read up to its bound.
"""

import time
from collections.abc import Mapping
from typing import Final

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.api.keys import ApiKey, key_of, note_use
from bot.api.problems import MEDIA_TYPE, Problem, fault
from bot.api.quotas import POLICY, Quota, Quotas
from bot.api.repeats import LONGEST, Answered, Repeatable, RequestStanding, begin, fingerprint, forget, keep
from bot.clock import Clock, Steady
from bot.metrics import API
from bot.store.store import Store

log = structlog.get_logger()

LARGEST: Final = 2 * 1024 * 1024
"""Bytes of a body: a batch of 1,000 contacts with two thousand bytes each."""

OPEN: Final = "/openapi.json"
"""What is told to everybody."""

WRITES: Final = frozenset({"POST", "PUT", "DELETE"})
"""What may be sent again under an `Idempotency-Key`."""

_WITH_BODY: Final = frozenset({"POST", "PUT"})
_QUOTA_PROBLEM: Final = "https://iana.org/assignments/http-problem-types#quota-exceeded"
_NOT_AGAIN: Final[Mapping[RequestStanding, tuple[int, str]]] = {
    "at_work": (409, "this request is being worked on; send it again in a minute for its answer"),
    "another": (422, "this Idempotency-Key was of another request; give each request a key of its own"),
    "forgotten": (
        409,
        "this was done, and its answer is kept no longer because somebody was erased; look at what is there now",
    ),
}


class Gate:
    """An ASGI application around another, whose requests come with a key (`scope["state"]["key"]`)."""

    def __init__(self, inner: ASGIApp, store: Store, clock: Clock) -> None:
        self._inner = inner
        self._store = store
        self._clock = clock
        self._quotas = Quotas(Steady(clock))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._inner(scope, receive, send)
            return
        answer = _Answer(send)
        began = time.perf_counter()
        try:
            await self._let_in(scope, receive, answer)
        except Exception as error:
            if not isinstance(error, Problem):
                log.error("api.failed", exc_info=error)
                error = fault(error)
            if answer.status is None:
                await error.response(scope, receive, answer)
        finally:
            # A path that nobody described makes no label.
            operation = getattr(scope.get("route"), "operation_id", None) or "none"
            API.labels(operation, str(answer.status or "none")).observe(time.perf_counter() - began)

    async def _let_in(self, scope: Scope, receive: Receive, answer: "_Answer") -> None:
        if scope["path"].removeprefix(scope.get("root_path", "")) == OPEN:
            await self._inner(scope, receive, answer)
            return
        headers = Headers(scope=scope)
        key = await self._key(headers)
        quota = self._quotas.take(key.id, key.per_minute)
        answer.headers = quota.headers
        if not quota.passed:
            raise _too_many(quota)
        scope["state"] = {**scope.get("state", {}), "key": key}
        body = await _body(scope["method"], headers, receive)
        again = _again(key, scope, headers, body)
        if again is None:
            await self._inner(scope, _given(body, receive), answer)
        else:
            await self._once(again, scope, _given(body, receive), answer)

    async def _key(self, headers: Headers) -> ApiKey:
        """Who asks; raises a problem where that is nobody."""
        scheme, _, secret = headers.get("authorization", "").partition(" ")
        if scheme.casefold() != "bearer" or not secret.strip():
            raise _unknown("no_key", "the request has no key; send it as Authorization: Bearer KEY")
        key = await self._store.read(key_of, secret.strip())
        if key is None:
            raise _unknown("unknown_key", "this key is not known; make one by npsbot keys add NAME --scope …")
        if key.revoked_at is not None:
            raise _unknown("revoked_key", f"the key {key.name} was revoked; make another by npsbot keys add")
        now = self._clock.now()
        if key.unnoted(now):
            await self._store.take(note_use, key.id, now)
        return key

    async def _once(self, again: Repeatable, scope: Scope, receive: Receive, answer: "_Answer") -> None:
        """Have a request done, or answer it as before."""
        known = await self._store.take(begin, again, self._clock.now())
        if isinstance(known, Answered):
            kind = "application/json" if known.status < 400 else MEDIA_TYPE
            await Response(known.body, known.status, media_type=kind)(scope, receive, answer)
            return
        if known != "new":
            status, detail = _NOT_AGAIN[known]
            raise Problem(status, f"idempotency_{known}", detail)
        answer.kept = []
        try:
            await self._inner(scope, receive, answer)
        finally:
            if answer.status is None or answer.status >= 500:
                await self._store.take(forget, again)
            else:
                body = b"".join(answer.kept).decode()
                await self._store.take(keep, again, Answered(answer.status, body))


class _Answer:
    """Passes an answer on, with the headers of the quota, and remembers its status; where `kept` is a list, its body
    too."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.status: int | None = None
        self.headers: Mapping[str, str] = {}
        self.kept: list[bytes] | None = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            headers.update(self.headers)
            headers["Cache-Control"] = "no-store"  # a key's answers are for who has it alone
        elif self.kept is not None:
            self.kept.append(message.get("body", b""))
        await self._send(message)


def _unknown(code: str, detail: str) -> Problem:
    return Problem(401, code, detail, headers={"WWW-Authenticate": "Bearer"})


def _too_many(quota: Quota) -> Problem:
    return Problem(
        429,
        "too_many_requests",
        f"this key may ask {quota.most} times a minute; go on in {quota.resets_in} seconds",
        more={"type": _QUOTA_PROBLEM, "violated-policies": [POLICY]},
    )


async def _body(method: str, headers: Headers, receive: Receive) -> bytes:
    """The whole body; raises a problem before it is read where it is too long or of another kind."""
    too_long = Problem(
        413, "too_large", f"the body has more than {LARGEST:,} bytes; send it in several requests"
    )
    length = headers.get("content-length", "0")
    if length.isdecimal() and int(length[:20]) > LARGEST:
        raise too_long
    parts, size, more = [], 0, True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            raise Problem(400, "cut_off", "the request ended before its body did; send it again")
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > LARGEST:
            raise too_long
        more = message.get("more_body", False)
    kind = headers.get("content-type", "").partition(";")[0].strip().casefold()
    if size and method in _WITH_BODY and kind != "application/json":
        raise Problem(
            415,
            "not_json",
            "the body is of another kind than JSON; send it with Content-Type: application/json",
            headers={"Accept": "application/json"},
        )
    return b"".join(parts)


def _given(body: bytes, receive: Receive) -> Receive:
    """The body once more, and then what else comes."""
    rest: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def give() -> Message:
        return rest.pop() if rest else await receive()

    return give


def _again(key: ApiKey, scope: Scope, headers: Headers, body: bytes) -> Repeatable | None:
    """The request under its sender's own key; None where it has none."""
    said = headers.get("idempotency-key")
    if said is None or scope["method"] not in WRITES:
        return None
    own = (
        said.strip().removeprefix('"').removesuffix('"')
    )  # the draft writes it in quotation marks, many do not
    if not 0 < len(own) <= LONGEST or not own.isprintable():
        raise Problem(
            400, "bad_idempotency_key", f"Idempotency-Key is empty or has more than {LONGEST} characters"
        )
    query = scope.get("query_string", b"")
    return Repeatable(key.id, own, fingerprint(scope["method"], scope["path"], query, body))
