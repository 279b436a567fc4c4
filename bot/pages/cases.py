"""The pages of cases: the board, its lanes, and one case with what can be done with it."""

import re
import secrets
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
from bot.intake.on_page import Repeated, Written, take_in_from_page
from bot.pages.admission import Guest
from bot.pages.frame import PageFrame
from bot.pages.live import LiveView
from bot.pages.rendering import speech_of
from bot.pages.views import Views, writing_desk
from bot.reports.cases.board import LANES, BoardLane, board_lane
from bot.reports.cases.file import is_seen
from bot.words import words_for
from channels.guard import Refused

_YEARS: Final = range(2000, 2200)
_ONCE: Final = re.compile(r"[\w-]{8,40}", re.ASCII)
_NUMBER: Final = re.compile(r"[0-9]{1,12}")


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
            Route("/case/{number:int}/write", guests(self._write), methods=["POST"]),
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
        self,
        guest: Guest,
        number: int,
        status: int = 200,
        did: str | None = None,
        said: str | None = None,
        words: str = "",
    ) -> Response:
        if did is not None and f"did_{did}" not in words_for("page", "en").texts:
            did = None
        view = LiveView("case", str(number))
        who, now = guest.who.onlooker, self.frame.clock.now()
        desk = await self.frame.store.read(writing_desk, self.frame.context, number, who, now)
        return await self.views.page(
            self.frame,
            guest,
            view,
            "cases",
            status,
            number=number,
            did=did,
            said=said,
            desk=desk,
            words=words,
            form=secrets.token_urlsafe(12),
        )

    # ---------------------------------------------------------------------------------------- what is done

    async def _deed(self, request: Request, guest: Guest) -> Response:
        """Do with a case what a button says, as the same button does in the chat."""
        form = await self.frame.admission.form(request, guest)
        number, now = await self._own_case(request, guest), self.frame.clock.now()
        who, settings = guest.who, self.frame.context.settings
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

    async def _write(self, request: Request, guest: Guest) -> Response:
        """Take words for the customer, or a note, as a reply to the alert in the chat is taken; and, of words that wait
        for the customer's hours, that they are to go now. A form does so once, however often it is sent."""
        form = await self.frame.admission.form(request, guest)
        number, who = await self._own_case(request, guest), guest.who
        if not _ONCE.fullmatch(form.get("form", "")):
            raise Refused(403, speech_of(self.frame.context.settings).text("form_over"))
        sooner = form.get("sooner", "")
        # Browsers send a line's end as two characters.
        words = "" if sooner else form.get("words", "").replace("\r\n", "\n").strip()
        onlooker = who.onlooker
        written = Written(
            form=f"{guest.digest}:{form['form']}",
            case_id=number,
            actor=onlooker.at,
            place=onlooker.there,
            may=who.role == "admin",
            words=words,
            sooner=int(sooner) if _NUMBER.fullmatch(sooner) else -1 if sooner else None,
        )
        context, now = self.frame.context, self.frame.clock.now()
        done: Acted | Repeated = await self.frame.store.write(take_in_from_page, context, written, now)
        match done:
            case Acted("done", ""):
                return self.frame.to(f"/case/{number}?did={'sooner' if sooner else 'write'}")
            case Acted("done", "relay_noted"):
                return self.frame.to(f"/case/{number}?did=note")
            case Acted("done", _):
                return self.frame.to(f"/case/{number}?did=deed")
            case Acted(_, key, values):
                said, kept = context.manager_words.text(key, **values), words
            case "the same":
                said, kept = speech_of(context.settings).text("sent_before"), ""
            case _:
                said, kept = speech_of(context.settings).text("other_sent_before"), words
        return await self._shown_case(guest, number, 409, said=said, words=kept)

    async def _own_case(self, request: Request, guest: Guest) -> int:
        """The number of the case that a form is for; raises where they may not see it."""
        number = int(request.path_params["number"])
        if not await self.frame.store.read(is_seen, number, guest.who.onlooker):
            raise HTTPException(404)
        return number


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
