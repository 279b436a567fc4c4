"""Twilio's webhooks: a request in, verified, its events handed over, an answer out."""

import base64
import hmac
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Final, Protocol, cast

from starlette.datastructures import ImmutableMultiDict
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]  # it has no types

from channels.base import Inbound
from channels.guard import Refused, body_of, form_pairs, guarded
from channels.sms.inbound import Ours, inbound, report
from channels.values import storable_text

KeepEvents = Callable[[Sequence[Inbound]], Awaitable[bool]]
"""Takes events; whether they are on disk."""

STATUS_PATH: Final = "/sms/status"
AGAIN: Final = "#rc=3&rp=all"
"""Behind a webhook's address it has Twilio try again, up to three times, whatever went
wrong (twilio.com/docs/usage/webhooks/webhooks-connection-overrides). It is neither sent nor signed."""
_SID: Final = re.compile(r"[A-Z]{2}[0-9a-fA-F]{32}")  # twilio.com/docs/glossary/what-is-a-sid
_NO_SID: Final = f"SM{0:032}"
_NAME: Final = re.compile(
    r"[A-Za-z0-9_-]{1,64}"
)  # of a message that we sent: whatever the answer to it named it
_TAKEN: Final = Response('<?xml version="1.0" encoding="UTF-8"?><Response/>', media_type="application/xml")
_NOTED: Final = Response(status_code=204)
_AWAY: Final = Response(status_code=503)


def routes(
    account_sid: str,
    auth_token: str,
    public_url: str,
    ours: Ours,
    clock: Callable[[], datetime],
    keep: KeepEvents,
) -> Sequence[Route]:
    """`POST /sms/inbound` and `POST /sms/status`. The answer to a message is an empty one: replies go out by
    `send`, where a lost one is seen."""
    signed = _Signed(account_sid, auth_token, public_url, ours)

    async def take_message(request: Request) -> Response:
        form = await signed.form(request)
        signed.require_message(form)
        # To the second, as Twilio's list tells it: what that brings later of the same second is no older.
        if not await keep(inbound(form, clock().replace(microsecond=0))):
            return _AWAY
        return _TAKEN

    async def take_status(request: Request) -> Response:
        return _NOTED if await keep(report(await signed.form(request), clock())) else _AWAY

    return [
        Route("/sms/inbound", guarded(take_message), methods=["POST"]),
        Route(STATUS_PATH, guarded(take_status), methods=["POST"]),
    ]


class _Validator(Protocol):
    """RequestValidator as we use it."""

    def validate(self, uri: str, params: ImmutableMultiDict[str, str], signature: str) -> bool: ...


class _Signed:
    """What Twilio signed with one account's token, for one public address."""

    def __init__(self, account_sid: str, auth_token: str, public_url: str, ours: Ours) -> None:
        self._account_sid, self._public_url, self._ours = account_sid, public_url, ours
        self._auth_token = auth_token
        self._validator = cast("_Validator", RequestValidator(auth_token))

    async def form(self, request: Request) -> Mapping[str, str]:
        """The form, once its signature holds. It is signed over the URL that Twilio was given: the
        configured public address with the path and query as they came, since a proxy may have changed
        scheme and port."""
        signature = request.headers.get("x-twilio-signature")
        if signature is None:
            raise Refused(401, "The request carries no Twilio signature.")
        pairs = form_pairs(await body_of(request))
        query = request.scope["query_string"].decode("latin-1")
        raw_path = request.scope.get("raw_path") or request.scope["path"].encode()
        url = self._public_url + raw_path.decode("latin-1") + (f"?{query}" if query else "")
        # SHA-1 with the account's token: a header may ask for another algorithm, but not for our trust.
        if not is_signed(url, pairs, self._auth_token, signature) and not self._validator.validate(
            url, ImmutableMultiDict(pairs), signature
        ):
            raise Refused(401, "The request is not signed by Twilio for this address; look at public_url.")
        form = {key: storable_text(value) for key, value in pairs}
        if form.get("AccountSid") != self._account_sid:
            raise Refused(403, "The request belongs to another Twilio account.")
        if "MessageSid" in form and not _NAME.fullmatch(form["MessageSid"]):
            raise Refused(400, "MessageSid is none that Twilio gives.")
        return form

    def require_message(self, form: Mapping[str, str]) -> None:
        """`Refused` with 400 where a message has another name than Twilio gives one, with 403 where it went to a
        number or service that is not the configured one. What a form lacks makes it say nothing."""
        if not _SID.fullmatch(form.get("MessageSid", _NO_SID)):
            raise Refused(400, "MessageSid is none that Twilio gives.")
        if form.keys() & {"To", "MessagingServiceSid"} and not self._ours.holds(
            form.get("To"), form.get("MessagingServiceSid")
        ):
            raise Refused(403, "The message was not sent to our number.")


def is_signed(url: str, pairs: Sequence[tuple[str, str]], token: str, signature: str) -> bool:
    """Whether a form of these names, each there once, is signed with this token for exactly this address: as
    twilio.com/docs/usage/security says. The SDK tries an address with its port and without, and parses it for each: 71
    us of processor time for the form of a text message, where this takes 5. What this takes for signed the SDK does
    too; of all else the SDK decides."""
    if len({name for name, _ in pairs}) != len(pairs) or not signature.isascii():
        return False
    text = url + "".join([name + value for name, value in sorted(pairs)])
    digest = hmac.digest(token.encode(), text.encode(errors="replace"), "sha1")
    return hmac.compare_digest(base64.b64encode(digest).decode(), signature)
