"""The dashboard as an ASGI application: signing in and out, the pages, and what is done on them."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any, Final

from sse_starlette import EventSourceResponse, ServerSentEvent
from sse_starlette.sse import SendTimeoutError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import Receive, Scope, Send

from bot.cases.acts import Acted, act
from bot.cases.deeds import LONGEST_NOTE, Act, pressed_act
from bot.clock import Clock
from bot.context import Context
from bot.pages.admission import Admission, Guest, NotAdmitted, base_of, forget, keep, kept_by
from bot.pages.headers import Headers
from bot.pages.live import Live, LivePicture, LiveView
from bot.pages.rendering import rendered, speech_of, static_file
from bot.pages.views import Views
from bot.people.visits import Visitor, begin_visit, end_visit, look_at_link
from bot.reports.case_board import LANES, BoardLane, board_lane
from bot.reports.case_file import case_file
from bot.store.store import Store
from bot.words import words_for
from channels.guard import Refused

PATH: Final = "/dashboard"
SLOWEST: Final = 10.0  # seconds that a live page may take to take something; then it is let go
AGAIN: Final = 3_000  # milliseconds after which a browser asks again for a stream that ended
_YEARS: Final = range(2000, 2200)
_LIVE: Final = frozenset({"today", "cases", "case"})

GuestPage = Callable[[Request, Guest], Awaitable[Response]]


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

    store: Store
    context: Context
    clock: Clock
    live: Live
    views: Views
    admission: Admission

    @classmethod
    def over(cls, store: Store, context: Context, clock: Clock) -> "Dashboard":
        """The dashboard of a server; its `live` is to be run beside it and ended before it."""
        views = Views(context)
        live = Live(store, context, clock, views.read, views.draw)
        return cls(store, context, clock, live, views, Admission(store, context, clock))

    @property
    def routes(self) -> list[BaseRoute]:
        """Where the server finds it."""
        application = Starlette(
            routes=[
                Route("/", self._for_guests(self._today)),
                Route("/cases", self._for_guests(self._cases)),
                Route("/cases/{lane:str}/{page:int}", self._for_guests(self._lane)),
                Route("/case/{number:int}", self._for_guests(self._case)),
                Route("/case/{number:int}", self._for_guests(self._deed), methods=["POST"]),
                Route("/live/{name:str}", self._watch),
                Route("/live/{name:str}/{about:str}", self._watch),
                Route("/in/{token:str}", self._link),
                Route("/in/{token:str}", self._sign_in, methods=["POST"]),
                Route("/out", self._for_guests(self._sign_out), methods=["POST"]),
                Route("/static/{mark:str}/{name:str}", self._static),
            ],
            middleware=[Middleware(Headers)],
            exception_handlers={HTTPException: self._not_there, Refused: self._refused},
        )
        application.router.redirect_slashes = False
        return [Route(PATH, self._to_the_start), Mount(PATH, application)]

    # ------------------------------------------------------------------------------------- coming and going

    async def _to_the_start(self, _request: Request) -> Response:
        return self._to("/")

    async def _link(self, request: Request) -> Response:
        """What opening a link shows: a button. Nothing changes, so that a preview of it uses nothing up."""
        token = request.path_params["token"]
        found = await self.store.read(look_at_link, token, self.clock.now())
        if not isinstance(found, Visitor):
            return self._page("entry.html", status=410, why=found)
        return self._page("entry.html", why=None)

    async def _sign_in(self, request: Request) -> Response:
        """The button: the link is used up, and a visit begins."""
        await self.admission.form(request)
        settings, token = self.context.settings, request.path_params["token"]
        before = kept_by(request, settings)
        begun = await self.store.write(begin_visit, token, before, self.clock.now())
        if begun in ("unknown", "used", "expired"):
            return self._page("entry.html", status=410, why=begun)
        answer = self._to("/")
        keep(answer, settings, begun)
        return answer

    async def _sign_out(self, request: Request, guest: Guest) -> Response:
        await self.admission.form(request, guest)
        await self.store.write(end_visit, guest.kept)
        answer = self._page("entry.html", why="out")
        forget(answer, self.context.settings)
        return answer

    def _for_guests(self, page: GuestPage) -> Callable[[Request], Awaitable[Response]]:
        """A page for those who are signed in; anybody else is told how to."""

        async def answer(request: Request) -> Response:
            try:
                guest = await self.admission.guest(request)
            except NotAdmitted:
                return self._not_admitted()
            return await page(request, guest)

        return answer

    def _not_admitted(self) -> Response:
        return self._page("entry.html", status=401, why="nobody")

    # ------------------------------------------------------------------------------------------- the pages

    async def _today(self, _request: Request, guest: Guest) -> Response:
        return await self._live_page(guest, LiveView("today"), "today")

    async def _cases(self, _request: Request, guest: Guest) -> Response:
        return await self._live_page(guest, LiveView("cases"), "cases")

    async def _lane(self, request: Request, guest: Guest) -> Response:
        lane = next((one for one in LANES if one == request.path_params["lane"]), None)
        page = request.path_params["page"]
        if lane is None or not 1 <= page <= 10_000:
            raise HTTPException(404)
        onlooker, settings, now = guest.who.onlooker, self.context.settings, self.clock.now()
        found: BoardLane = await self.store.read(board_lane, settings, onlooker, now, lane, page)
        return self._page("lane.html", guest=guest, here="cases", lane=found)

    async def _case(self, request: Request, guest: Guest) -> Response:
        did = request.query_params.get("did")
        return await self._shown_case(guest, request.path_params["number"], did=did)

    async def _shown_case(
        self, guest: Guest, number: int, status: int = 200, did: str | None = None, said: str | None = None
    ) -> Response:
        if did is not None and f"did_{did}" not in words_for("page", "en").texts:
            did = None
        view = LiveView("case", str(number))
        return await self._live_page(guest, view, "cases", status, number=number, did=did, said=said)

    async def _live_page(
        self, guest: Guest, view: LiveView, here: str, status: int = 200, **values: Any
    ) -> Response:
        """A page with a view that changes by itself."""
        read = await self.store.read(self.views.read, view, guest.who, self.clock.now())
        if read is None:
            raise HTTPException(404)
        picture = self.views.draw(view, read)
        return self._page(
            "live.html", status=status, guest=guest, here=here, view=view, picture=picture, **values
        )

    # ---------------------------------------------------------------------------------------- what is done

    async def _deed(self, request: Request, guest: Guest) -> Response:
        """Do with a case what a button says, as the same button does in the chat."""
        form = await self.admission.form(request, guest)
        number, who, now = request.path_params["number"], guest.who, self.clock.now()
        settings = self.context.settings
        if await self.store.read(case_file, settings, number, who.onlooker, now) is None:
            raise HTTPException(404)
        wanted = _act(form)
        if isinstance(wanted, str):
            said = speech_of(settings).text(wanted, longest=LONGEST_NOTE)
            return await self._shown_case(guest, number, 422, said=said)
        onlooker = who.onlooker
        acted: Acted = await self.store.write(
            act,
            settings,
            self.context.limits,
            number,
            wanted,
            onlooker.at,
            onlooker.there,
            now,
            may=who.role == "admin",
        )
        if acted.outcome == "done":
            return self._to(f"/case/{number}?did={wanted.name}")
        said = words_for("manager", settings.language).text(acted.key, **acted.values)
        return await self._shown_case(guest, number, 409 if acted.outcome == "refused" else 200, said=said)

    # ------------------------------------------------------------------------------------------------ live

    async def _watch(self, request: Request) -> Response:
        """The stream of a page that is open."""
        try:
            guest = await self.admission.guest(request)
        except NotAdmitted:
            return _Stream(_over())
        name, about = request.path_params["name"], request.path_params.get("about", "")
        if name not in _LIVE or (name == "case") != (about.isascii() and about.isdigit() and len(about) < 10):
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

    def _page(
        self, template: str, *, status: int = 200, guest: Guest | None = None, here: str = "", **values: Any
    ) -> Response:
        settings = self.context.settings
        known: Mapping[str, Any] = {
            "token": None if guest is None else guest.token,
            "role": None if guest is None else guest.who.role,
            "here": here,
        }
        return HTMLResponse(rendered(template, settings, speech_of(settings), {**known, **values}), status)

    def _to(self, path: str) -> Response:
        return RedirectResponse(f"{base_of(self.context.settings)}{PATH}{path}", 303)

    async def _not_there(self, _request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        return self._page("problem.html", status=status, problem=None)

    async def _refused(self, _request: Request, error: Exception) -> Response:
        refused = error if isinstance(error, Refused) else Refused(500, "")
        return self._page("problem.html", status=refused.status, problem=refused.reason)


async def _events(pictures: AsyncIterator[LivePicture | None]) -> AsyncIterator[ServerSentEvent]:
    """Pictures as events of a stream."""
    async for picture in pictures:
        if picture is None:
            yield ServerSentEvent(event="over", data="")
        else:
            yield ServerSentEvent(event="show", id=picture.mark, data=picture.html, retry=AGAIN)


async def _over() -> AsyncIterator[ServerSentEvent]:
    yield ServerSentEvent(event="over", data="")


def _act(form: Mapping[str, str]) -> Act | str:
    """What a form wants; else a text of what is missing in it."""
    deed = form.get("deed", "")
    if deed == "snooze_until":
        return _until(form.get("day", ""), form.get("hour", ""))
    found = pressed_act(deed)
    if found is None or found.name == "back" or (found.name in ("to", "snooze") and not found.said):
        return "no_deed"
    if found.name != "done":
        return found
    note = form.get("note", "").strip()
    return "long_note" if len(note) > LONGEST_NOTE else Act("done", form.get("cause", ""), note or None)


def _until(day: str, hour: str) -> Act | str:
    """To put a case aside until a day and an hour as a browser sends them."""
    try:
        until, at = date.fromisoformat(day), time.fromisoformat(hour) if hour else None
    except ValueError:
        return "no_day"
    return Act("snooze", day=until, hour=at) if until.year in _YEARS else "no_day"
