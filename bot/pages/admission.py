"""Who comes in: the visit that a browser keeps, the role of its visitor, and what shows that a form is one of ours.

A cookie is sent along by whichever page sends a form here. So a form counts only if the browser says that it comes from
this address (`Origin`, https://www.rfc-editor.org/rfc/rfc6454) and if it holds a token that follows from the cookie,
which no other page can read.
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from bot.clock import Clock
from bot.commands.asking import Who, who_asks
from bot.config.settings import Settings
from bot.context import Context
from bot.people.visits import VISIT_LASTS, digest_of, end_visit, open_visits
from bot.store.store import Store
from channels.guard import Refused, body_of, form_pairs

FORM: Final = "application/x-www-form-urlencoded"


class NotAdmitted(Exception):
    """Nobody is signed in here, or not any more."""


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody who is signed in: what their browser keeps of the visit, and who they are at this moment."""

    kept: str
    who: Who

    @property
    def digest(self) -> str:
        """By which the visit is known."""
        return digest_of(self.kept)

    @property
    def token(self) -> str:
        """What a form of theirs must hold."""
        return hashlib.sha256(f"form:{self.kept}".encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Admission:
    """Knows who is signed in, by one store and the settings of now."""

    store: Store
    context: Context
    clock: Clock

    async def guest(self, request: Request) -> Guest:
        """Who sends a request. Raises NotAdmitted where there is no visit, and ends one whose visitor has no role
        any more."""
        kept = kept_by(request, self.context.settings)
        if kept is None:
            raise NotAdmitted
        digest = digest_of(kept)
        visitors = await self.store.read(open_visits, (digest,), self.clock.now())
        if (visitor := visitors.get(digest)) is None:
            raise NotAdmitted
        who = who_asks(self.context.settings, visitor.actor, visitor.place)
        if who.role == "nobody":
            await self.store.write(end_visit, kept)
            raise NotAdmitted
        return Guest(kept, who)

    async def form(self, request: Request, guest: Guest | None = None) -> Mapping[str, str]:
        """The fields of a form that was sent from a page of ours, by this guest where there is one. Raises Refused
        for any other."""
        require_ours(request, self.context.settings)
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind != FORM:
            raise Refused(415, "This is no form of the dashboard.")
        fields = dict(form_pairs(await body_of(request)))
        sent = fields.get("token", "").encode("utf-8", "replace")
        if guest is not None and not hmac.compare_digest(sent, guest.token.encode()):
            raise Refused(403, "This form is no longer valid; open the page again and repeat it.")
        return fields


def require_ours(request: Request, settings: Settings) -> None:
    """Raise Refused for a request that another site has a browser send. Browsers name the origin of every form."""
    site = request.headers.get("sec-fetch-site", "none")  # "none": somebody did it by hand, such as a reload
    origin = request.headers.get("origin", "")
    named = urlsplit(origin)
    at_host = named.scheme in ("http", "https") and named.netloc == request.headers.get("host", "")
    if site not in ("same-origin", "none") or not (at_host or origin == origin_of(settings.public_url)):
        raise Refused(403, "This form comes from another site, so nothing was done.")


def origin_of(url: str | None) -> str | None:
    """The origin of an address, as browsers name it."""
    if url is None:
        return None
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()


def base_of(settings: Settings) -> str:
    """What stands before our paths, where a proxy gives npsbot a part of its address."""
    return urlsplit(settings.public_url or "").path.rstrip("/")


def _secure(settings: Settings) -> bool:
    return (settings.public_url or "").startswith("https://")


def _name(settings: Settings) -> str:
    # A browser takes a cookie of this name from this very host and by https alone.
    return "__Host-npsbot" if _secure(settings) else "npsbot"


def kept_by(request: Request, settings: Settings) -> str | None:
    """What the browser keeps of a visit."""
    return request.cookies.get(_name(settings)) or None


def keep(response: Response, settings: Settings, kept: str) -> None:
    """Have the browser keep a visit."""
    response.set_cookie(
        _name(settings),
        kept,
        max_age=round(VISIT_LASTS.total_seconds()),
        path="/",
        secure=_secure(settings),
        httponly=True,
        samesite="lax",  # a link from a chat opens the page; no form of another site brings it along
    )


def forget(response: Response, settings: Settings) -> None:
    """Have the browser forget it."""
    response.delete_cookie(_name(settings), path="/", secure=_secure(settings), httponly=True, samesite="lax")
