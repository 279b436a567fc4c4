"""The pages of cases: the board, its lanes, and one case with what can be done with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.cases.acts import Acted, act
from bot.cases.deeds import LONGEST_NOTE, Act, pressed_act
from bot.pages.admission import Guest
from bot.pages.frame import PageFrame
from bot.pages.live import LiveView
from bot.pages.rendering import speech_of
from bot.pages.views import Views
from bot.reports.case_board import LANES, BoardLane, board_lane
from bot.reports.case_file import case_file
from bot.words import words_for

_YEARS: Final = range(2000, 2200)


@dataclass(frozen=True, slots=True)
class CasePages:
    """The pages of cases in their frame."""

    frame: PageFrame
    views: Views

    @property
    def routes(self) -> list[Route]:
        """Where they are, under the dashboard."""
        guests = self.frame.for_guests
        return [
            Route("/cases", guests(self._cases)),
            Route("/cases/{lane:str}/{page:int}", guests(self._lane)),
            Route("/case/{number:int}", guests(self._case)),
            Route("/case/{number:int}", guests(self._deed), methods=["POST"]),
        ]

    async def _cases(self, _request: Request, guest: Guest) -> Response:
        return await self.views.page(self.frame, guest, LiveView("cases"), "cases")

    async def _lane(self, request: Request, guest: Guest) -> Response:
        lane = next((one for one in LANES if one == request.path_params["lane"]), None)
        page = request.path_params["page"]
        if lane is None or not 1 <= page <= 10_000:
            raise HTTPException(404)
        onlooker, settings, now = guest.who.onlooker, self.frame.context.settings, self.frame.clock.now()
        found: BoardLane = await self.frame.store.read(board_lane, settings, onlooker, now, lane, page)
        return self.frame.page("lane.html", guest=guest, here="cases", lane=found)

    async def _case(self, request: Request, guest: Guest) -> Response:
        did = request.query_params.get("did")
        return await self._shown_case(guest, request.path_params["number"], did=did)

    async def _shown_case(
        self, guest: Guest, number: int, status: int = 200, did: str | None = None, said: str | None = None
    ) -> Response:
        if did is not None and f"did_{did}" not in words_for("page", "en").texts:
            did = None
        view = LiveView("case", str(number))
        return await self.views.page(
            self.frame, guest, view, "cases", status, number=number, did=did, said=said
        )

    # ---------------------------------------------------------------------------------------- what is done

    async def _deed(self, request: Request, guest: Guest) -> Response:
        """Do with a case what a button says, as the same button does in the chat."""
        form = await self.frame.admission.form(request, guest)
        number, who, now = request.path_params["number"], guest.who, self.frame.clock.now()
        settings = self.frame.context.settings
        if await self.frame.store.read(case_file, settings, number, who.onlooker, now) is None:
            raise HTTPException(404)
        wanted = _act(form)
        if isinstance(wanted, str):
            said = speech_of(settings).text(wanted, longest=LONGEST_NOTE)
            return await self._shown_case(guest, number, 422, said=said)
        onlooker = who.onlooker
        acted: Acted = await self.frame.store.write(
            act,
            settings,
            self.frame.context.limits,
            number,
            wanted,
            onlooker.at,
            onlooker.there,
            now,
            may=who.role == "admin",
        )
        if acted.outcome == "done":
            return self.frame.to(f"/case/{number}?did={wanted.name}")
        said = words_for("manager", settings.language).text(acted.key, **acted.values)
        return await self._shown_case(guest, number, 409 if acted.outcome == "refused" else 200, said=said)


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
