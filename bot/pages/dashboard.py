"""The dashboard as an ASGI application: signing in and out, its pages, and what keeps them live."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Final

from sse_starlette import EventSourceResponse, ServerSentEvent
from sse_starlette.sse import SendTimeoutError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import Receive, Scope, Send

from bot.clock import Clock
from bot.context import Context
from bot.pages.accounts import AccountPages
from bot.pages.admission import Admission, Guest, NotAdmitted, forget, keep, kept_by
from bot.pages.campaigns import CampaignPages
from bot.pages.cases import CasePages
from bot.pages.frame import PATH, PageFrame
from bot.pages.headers import Headers
from bot.pages.live import Live, LivePicture, LiveView
from bot.pages.rendering import static_file
from bot.pages.scores import ScorePages
from bot.pages.views import Views
from bot.people.visits import Visitor, begin_visit, end_visit, look_at_link
from bot.store.store import Store
from channels.guard import Refused

SLOWEST: Final = 10.0  # seconds that a live page may take to take something; then it is let go
AGAIN: Final = 3_000  # milliseconds after which a browser asks again for a stream that ended
LIVE: Final = frozenset({"today", "cases", "case"})
"""The views that there are streams of."""


class _Stream(EventSourceResponse):
    """Server-sent events; a viewer who takes nothing any more is let go."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        except SendTimeoutError:
            return


@dataclass(frozen=True, slots=True)
class Dashboard:
    """The pages over one store."""

    frame: PageFrame
    live: Live
    views: Views

    @classmethod
    def over(cls, store: Store, context: Context, clock: Clock) -> "Dashboard":
        """The dashboard of a server; its `live` is to be run beside it and ended before it."""
        views = Views(context)
        live = Live(store, context, clock, views.read, views.draw)
        return cls(PageFrame(store, context, clock, Admission(store, context, clock)), live, views)

    @property
    def routes(self) -> list[BaseRoute]:
        """Where the server finds it."""
        guests = self.frame.for_guests
        application = Starlette(
            routes=[
                Route("/", guests(self._today)),
                *CasePages(self.frame, self.views).routes,
                *AccountPages(self.frame).routes,
                *ScorePages(self.frame).routes,
                *CampaignPages(self.frame).routes,
                Route("/live/{name:str}", self._watch),
                Route("/live/{name:str}/{about:str}", self._watch),
                Route("/in/{token:str}", self._link),
                Route("/in/{token:str}", self._sign_in, methods=["POST"]),
                Route("/out", guests(self._sign_out), methods=["POST"]),
                Route("/static/{mark:str}/{name:str}", self._static),
            ],
            middleware=[Middleware(Headers)],
            exception_handlers={HTTPException: self._not_there, Refused: self._refused},
        )
        application.router.redirect_slashes = False
        return [Route(PATH, self._to_the_start), Mount(PATH, application)]

    async def _today(self, _request: Request, guest: Guest) -> Response:
        return await self.views.page(self.frame, guest, LiveView("today"), "today")

    # ------------------------------------------------------------------------------------- coming and going

    async def _to_the_start(self, _request: Request) -> Response:
        return self.frame.to("/")

    async def _link(self, request: Request) -> Response:
        """What opening a link shows: a button. Nothing changes, so that a preview of it uses nothing up."""
        token = request.path_params["token"]
        found = await self.frame.store.read(look_at_link, token, self.frame.clock.now())
        if not isinstance(found, Visitor):
            return self.frame.page("entry.html", status=410, why=found)
        return self.frame.page("entry.html", why=None)

    async def _sign_in(self, request: Request) -> Response:
        """The button: the link is used up, and a visit begins."""
        await self.frame.admission.form(request)
        settings, token = self.frame.context.settings, request.path_params["token"]
        before = kept_by(request, settings)
        begun = await self.frame.store.write(begin_visit, token, before, self.frame.clock.now())
        if begun in ("unknown", "used", "expired"):
            return self.frame.page("entry.html", status=410, why=begun)
        answer = self.frame.to("/")
        keep(answer, settings, begun)
        return answer

    async def _sign_out(self, request: Request, guest: Guest) -> Response:
        await self.frame.admission.form(request, guest)
        await self.frame.store.write(end_visit, guest.kept)
        answer = self.frame.page("entry.html", why="out")
        forget(answer, self.frame.context.settings)
        return answer

    # ------------------------------------------------------------------------------------------------ live

    async def _watch(self, request: Request) -> Response:
        """The stream of a page that is open."""
        try:
            guest = await self.frame.admission.guest(request)
        except NotAdmitted:
            return _Stream(_over())
        name, about = request.path_params["name"], request.path_params.get("about", "")
        if name not in LIVE or (name == "case") != (about.isascii() and about.isdigit() and len(about) < 10):
            raise HTTPException(404)
        if self.live.full:
            return Response(status_code=503, headers={"Retry-After": "30"})
        seen = request.headers.get("last-event-id") or request.query_params.get("seen", "")
        pictures = self.live.watch(guest.digest, guest.who, LiveView(name, about), seen)
        return _Stream(_events(pictures), send_timeout=SLOWEST)

    # --------------------------------------------------------------------------------------------- answers

    async def _static(self, request: Request) -> Response:
        found = static_file(request.path_params["mark"], request.path_params["name"])
        if found is None:
            raise HTTPException(404)
        return found

    async def _not_there(self, _request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        return self.frame.page("problem.html", status=status, problem=None)

    async def _refused(self, _request: Request, error: Exception) -> Response:
        refused = error if isinstance(error, Refused) else Refused(500, "")
        return self.frame.page("problem.html", status=refused.status, problem=refused.reason)


async def _events(pictures: AsyncIterator[LivePicture | None]) -> AsyncIterator[ServerSentEvent]:
    """Pictures as events of a stream."""
    async for picture in pictures:
        if picture is None:
            yield ServerSentEvent(event="over", data="")
        else:
            yield ServerSentEvent(event="show", id=picture.mark, data=picture.html, retry=AGAIN)


async def _over() -> AsyncIterator[ServerSentEvent]:
    yield ServerSentEvent(event="over", data="")
