"""Twilio's REST API: the account and its messages [twilio.com/docs/messaging/api/message-resource]."""

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.faults import Fault, Faults
from sandbox.sms.carrier import Carrier
from sandbox.sms.errors import TwilioError, failure
from sandbox.sms.network import Network, Sms
from sandbox.sms.segments import segments
from sandbox.targets import SmsTarget
from sandbox.wire import Unreadable, answer_call, read_body

LONGEST_BODY = 1600
LARGEST_PAGE = 1000
LONGEST_VALIDITY = 36_000
E164 = re.compile(r"\+[1-9]\d{7,14}")


class Refusals:
    """How Twilio says no."""

    def rate_limited(self, seconds: int) -> Response:
        return failure(20429, headers={"Retry-After": str(seconds)})

    def wrong_token(self) -> Response:
        return failure(20003)

    def blocked(self) -> Response:
        return failure(21610)

    def error(self, fault: Fault) -> Response:
        return failure(int(fault.error))


class SmsApi:
    """The REST addresses of one account."""

    def __init__(self, network: Network, faults: Faults, carrier: Carrier, target: SmsTarget) -> None:
        self._network, self._faults, self._carrier, self._target = network, faults, carrier, target

    def routes(self) -> list[Route]:
        root = "/twilio/2010-04-01/Accounts/{account}"
        return [
            Route(root + ".json", self.account),
            Route(root + "/Messages.json", self.messages, methods=["GET", "POST"]),
            Route(root + "/Messages/{sid}.json", self.message, methods=["GET", "POST", "DELETE"]),
            Route("/twilio/{rest:path}", self.unknown, methods=["GET", "POST", "DELETE"]),
        ]

    async def account(self, request: Request) -> Response:
        return await self._answer(request, "Accounts.fetch", self._fetch_account)

    async def messages(self, request: Request) -> Response:
        if request.method == "POST":
            return await self._answer(request, "Messages.create", self._create)
        return await self._answer(request, "Messages.list", self._list)

    async def message(self, request: Request) -> Response:
        names = {
            "GET": "Messages.fetch",
            "HEAD": "Messages.fetch",
            "POST": "Messages.update",
            "DELETE": "Messages.delete",
        }
        return await self._answer(request, names[request.method], self._one)

    async def unknown(self, request: Request) -> Response:
        return await self._answer(request, "unknown", self._nothing)

    async def _answer(self, request: Request, what: str, act: Any) -> Response:
        try:
            fields = (await read_body(request)).fields
        except Unreadable:
            return failure(20001)

        async def process() -> Response:
            refusal = self._refuse(request)
            if refusal is not None:
                return refusal
            try:
                answer: Response = act(request, fields)
            except TwilioError as error:
                return failure(error.code, error.about)
            return answer

        return await answer_call(request, self._faults, ("sms", what, fields.get("To")), Refusals(), process)

    def _refuse(self, request: Request) -> Response | None:
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        try:
            pair = base64.b64decode(given, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            pair = ""
        if scheme.lower() != "basic" or pair != f"{self._target.account_sid}:{self._target.auth_token}":
            return failure(20003)
        if request.path_params.get("account", self._target.account_sid) != self._target.account_sid:
            return failure(20404, request.url.path.removeprefix("/twilio"))
        return None

    def _nothing(self, request: Request, fields: Mapping[str, Any]) -> Response:
        raise TwilioError(20404, request.url.path.removeprefix("/twilio"))

    def _fetch_account(self, request: Request, fields: Mapping[str, Any]) -> Response:
        sid, created = self._target.account_sid, "Sun, 01 Jan 2023 00:00:00 +0000"
        return JSONResponse(
            {
                "sid": sid,
                "friendly_name": "Acme",
                "status": "active",
                "type": "Full",
                "owner_account_sid": sid,
                "date_created": created,
                "date_updated": created,
                "auth_token": "",
                "subresource_uris": {},
                "uri": f"/2010-04-01/Accounts/{sid}.json",
            }
        )

    # -- create

    def _create(self, request: Request, fields: Mapping[str, Any]) -> Response:
        to, sender, body = str(fields.get("To", "")), str(fields.get("From", "")), str(fields.get("Body", ""))
        service = str(fields.get("MessagingServiceSid", ""))
        self._check_addresses(to, sender, service)
        if not body:
            raise TwilioError(21602)
        if len(body) > LONGEST_BODY:
            raise TwilioError(21617)
        callback = str(fields.get("StatusCallback", ""))
        host = urlsplit(callback).hostname or ""
        if callback and (not callback.startswith(("http://", "https://")) or not host or "_" in host):
            raise TwilioError(21609, callback)
        validity = str(fields.get("ValidityPeriod", LONGEST_VALIDITY))
        if not validity.isdigit() or not 1 <= int(validity) <= LONGEST_VALIDITY:
            raise TwilioError(20001)
        at = self._scheduled(fields, service)
        subscriber = self._network.subscribers.get(to)
        if subscriber is not None and subscriber.fate == "refused":
            raise TwilioError(subscriber.code or 21211, to)
        if (self._carrier.sender, to) in self._network.opted_out:
            raise TwilioError(21610)
        if self._carrier.queue_is_full(segments(body)):
            raise TwilioError(21611)
        status = "scheduled" if at else "accepted" if service else "queued"
        sms = self._network.record(
            sender=self._target.number,
            to=to,
            body=body,
            direction="outbound-api",
            status=status,
            service=service,
            callback=callback,
        )
        self._carrier.send(sms, validity=float(validity), at=at)
        shown = sms.as_json(self._target.account_sid)
        return JSONResponse(shown | ({"from": None} if service and not sender else {}), 201)

    def _check_addresses(self, to: str, sender: str, service: str) -> None:
        if not to:
            raise TwilioError(21604)
        if not (sender or service):
            raise TwilioError(21603)
        if not E164.fullmatch(to):
            raise TwilioError(21211, to)
        if service and service != self._target.messaging_service_sid:
            raise TwilioError(21701, service)
        if sender and not re.fullmatch(r"\+?\d{3,15}|[A-Za-z0-9 ]{1,11}", sender):
            raise TwilioError(21212, sender)
        if sender and sender != self._target.number:
            raise TwilioError(21606, sender)
        if to == self._target.number:
            raise TwilioError(21266, to)

    def _scheduled(self, fields: Mapping[str, Any], service: str) -> datetime | None:
        """The moment of a scheduled message: more than 5 minutes and at most 35 days ahead, with a messaging
        service [twilio.com/docs/api/errors/35115].
        """
        if fields.get("ScheduleType") != "fixed":
            return None
        if not service:
            raise TwilioError(35118)
        at = _moment(str(fields.get("SendAt", "")))
        now = self._network.clock.now()
        if at is None or not timedelta(minutes=5) < at - now <= timedelta(days=35):
            raise TwilioError(35115)
        return at

    # -- read and change

    def _one(self, request: Request, fields: Mapping[str, Any]) -> Response:
        sid = request.path_params["sid"]
        sms = self._network.messages.get(sid)
        if sms is None:
            raise TwilioError(20404, request.url.path.removeprefix("/twilio"))
        if request.method == "DELETE":
            del self._network.messages[sid]
            return Response(status_code=204)
        if request.method == "POST":
            sms = self._changed(sms, fields)
        return JSONResponse(sms.as_json(self._target.account_sid))

    def _changed(self, sms: Sms, fields: Mapping[str, Any]) -> Sms:
        """Empties a body, or cancels what is scheduled."""
        if fields.get("Status") == "canceled":
            if sms.status != "scheduled":
                raise TwilioError(30409)
            return self._network.update(sms.sid, status="canceled")
        if fields.get("Body") == "":
            self._network.messages[sms.sid] = replace(sms, body="", updated=self._network.moment())
            return self._network.messages[sms.sid]
        raise TwilioError(20001)

    def _list(self, request: Request, fields: Mapping[str, Any]) -> Response:
        """Messages, the newest first, by To, From and DateSent, a page at a time."""
        found = [sms for sms in reversed(self._network.messages.values()) if _fits(sms, fields)]
        size, page = str(fields.get("PageSize", 50)), str(fields.get("Page", 0))
        if not size.isdigit() or not page.isdigit() or not 1 <= int(size) <= LARGEST_PAGE:
            raise TwilioError(20001)
        start = int(size) * int(page)
        token = str(fields.get("PageToken", ""))
        if token:  # a page begins after the last message of the one before, whatever came in meanwhile
            start = next(
                (index + 1 for index, sms in enumerate(found) if f"PA{sms.sid}" == token), len(found)
            )
        shown = found[start : start + int(size)]
        path = f"/2010-04-01/Accounts/{self._target.account_sid}/Messages.json"
        following = None
        if start + int(size) < len(found):
            query = {**fields, "PageSize": size, "Page": int(page) + 1, "PageToken": f"PA{shown[-1].sid}"}
            following = f"{path}?{urlencode(query)}"
        return JSONResponse(
            {
                "messages": [sms.as_json(self._target.account_sid) for sms in shown],
                "page": int(page),
                "page_size": int(size),
                "start": start,
                "end": max(start + len(shown) - 1, 0),
                "first_page_uri": f"{path}?PageSize={size}&Page=0",
                "next_page_uri": following,
                "previous_page_uri": None,
                "uri": f"{path}?PageSize={size}&Page={page}",
            }
        )


def _moment(text: str) -> datetime | None:
    """An ISO date and time, or a day (its begin), in UTC."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def _fits(sms: Sms, fields: Mapping[str, Any]) -> bool:
    if fields.get("To", sms.to) != sms.to or fields.get("From", sms.sender) != sms.sender:
        return False
    bounds = {
        name: str(fields[f"DateSent{name}"]) for name in ("", "<", ">") if fields.get(f"DateSent{name}")
    }
    for name, text in bounds.items():
        at = _moment(text)
        if at is None:
            raise TwilioError(20001)
        if sms.sent is None:  # not sent yet: no filter on DateSent finds it
            return False
        whole_day = timedelta(days=1) if len(text) == 10 else timedelta(seconds=1)
        if (
            (name == "" and not at <= sms.sent < at + whole_day)
            or (name == ">" and sms.sent < at)
            or (name == "<" and sms.sent >= at + whole_day)
        ):
            return False
    return True
