"""What every page has: who is let in, and the frame around it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.clock import Clock
from bot.commands.desk import Desk
from bot.context import Context
from bot.pages.admission import Admission, Guest, NotAdmitted, base_of
from bot.pages.rendering import rendered, speech_of
from bot.store.store import Store
from bot.words import words_for

PATH: Final = "/dashboard"

GuestPage = Callable[[Request, Guest], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class PageFrame:
    """The pages of one server, by the settings of now."""

    store: Store
    context: Context
    clock: Clock
    admission: Admission

    @property
    def desk(self) -> Desk:
        """The desk that carries out what is asked in the chat."""
        context = self.context
        words = words_for("admin", context.settings.language)
        return Desk(self.store, context.settings, context.limits, words, self.clock.now, context.here)

    def for_guests(self, page: GuestPage) -> Callable[[Request], Awaitable[Response]]:
        """A page for those who are signed in; anybody else is told how to."""

        async def answer(request: Request) -> Response:
            try:
                guest = await self.admission.guest(request)
            except NotAdmitted:
                return self.page("entry.html", status=401, why="nobody")
            return await page(request, guest)

        return answer

    def page(
        self, template: str, *, status: int = 200, guest: Guest | None = None, here: str = "", **values: Any
    ) -> Response:
        """A page in words; `here` is which of the navigation it belongs to."""
        settings = self.context.settings
        known: Mapping[str, Any] = {
            "token": None if guest is None else guest.token,
            "role": None if guest is None else guest.who.role,
            "here": here,
        }
        return HTMLResponse(rendered(template, settings, speech_of(settings), {**known, **values}), status)

    def to(self, path: str) -> Response:
        """To another page, by a request that does nothing."""
        return RedirectResponse(f"{base_of(self.context.settings)}{PATH}{path}", 303)
