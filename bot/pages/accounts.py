"""The pages of accounts, and of the people there."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.commands.desks.why import ErasedPerson, look_up
from bot.commands.replies.why import in_words, title, wave_of
from bot.intake.erasing import erase_contact
from bot.pages.admission import Guest
from bot.pages.frame import PageFrame
from bot.pages.rendering import speech_of
from bot.people.finding import Near
from bot.reports.account_list import AccountFile, AccountPage, account_file, account_page
from bot.reports.timeline import Timeline
from bot.store.sql import LARGEST_ID

MOST_STEPS: Final = 100  # of a time line, the newest
QUOTED: Final = 600  # characters of somebody's words in it
LONGEST: Final = 200  # characters of what is looked for


@dataclass(frozen=True, slots=True)
class AccountPages:
    """The pages of accounts and people in their frame."""

    frame: PageFrame

    @property
    def routes(self) -> list[Route]:
        """Where they are, under the dashboard."""
        guests = self.frame.for_guests
        return [
            Route("/accounts", guests(self._accounts)),
            Route("/account/{id:int}", guests(self._account)),
            Route("/people", guests(self._people)),
            Route("/people/erase", guests(self._erase), methods=["POST"]),
        ]

    async def _accounts(self, request: Request, guest: Guest) -> Response:
        said, page = _asked(request), _number(request.query_params.get("page", "1"))
        managers = guest.who.managers
        found: AccountPage = await self.frame.store.read(account_page, managers, said, page)
        return self.frame.page("accounts.html", guest=guest, here="accounts", found=found, said=said)

    async def _account(self, request: Request, guest: Guest) -> Response:
        id_ = request.path_params["id"]
        if id_ > LARGEST_ID:
            raise HTTPException(404)
        found: AccountFile | None = await self.frame.store.read(account_file, guest.who.managers, id_)
        if found is None:
            raise HTTPException(404)
        return self.frame.page("account.html", guest=guest, here="accounts", found=found)

    # ------------------------------------------------------------------------------------------- people

    async def _people(self, request: Request, guest: Guest) -> Response:
        return await self._person(guest, _asked(request))

    async def _person(self, guest: Guest, said: str, status: int = 200, wrong: str | None = None) -> Response:
        settings = self.frame.context.settings
        found = await self.frame.store.read(look_up, settings, said, guest.who.managers) if said else None
        if not isinstance(found, Timeline):
            near = found if isinstance(found, Near) else None
            return self.frame.page(
                "people.html",
                status=status,
                guest=guest,
                here="people",
                said=said,
                near=near,
                erased=isinstance(found, ErasedPerson),
            )
        p = speech_of(settings).p
        steps = [(step.at, wave_of(p, step), in_words(p, step, QUOTED)) for step in found.steps[-MOST_STEPS:]]
        return self.frame.page(
            "person.html",
            status=status,
            guest=guest,
            here="people",
            found=found,
            title=title(p, found),
            steps=steps[::-1],
            left=max(0, len(found.steps) - MOST_STEPS),
            wrong=wrong,
        )

    async def _erase(self, request: Request, guest: Guest) -> Response:
        """Erase who asked for it, once whoever is signed in has typed the key of the contact."""
        form = await self.frame.admission.form(request, guest)
        if guest.who.role != "admin":
            raise HTTPException(404)
        key, typed = form.get("key", ""), form.get("typed", "").strip()
        if not key or typed != key:
            wrong = speech_of(self.frame.context.settings).text("erase_not_typed", contact=key[:LONGEST])
            return await self._person(guest, key[:LONGEST], 422, wrong)
        erased = await self.frame.store.write(self._erase_now, key, str(guest.who.address))
        if not erased:
            raise HTTPException(404)
        await self.frame.store.scrub()
        return self.frame.page("erased.html", guest=guest, here="people", key=key)

    def _erase_now(self, connection: Connection, key: str, by: str) -> bool:
        now = self.frame.clock.now()
        return erase_contact(connection, self.frame.context, key, now, by) is not None


def _asked(request: Request) -> str:
    return request.query_params.get("q", "").replace("\0", "").strip()[:LONGEST]


def _number(text: str) -> int:
    """The number of a page; whatever is none is the first."""
    return int(text) if text.isascii() and text.isdecimal() and 0 < len(text) < 6 and int(text) else 1
