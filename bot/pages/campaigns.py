"""The page of campaigns: how far each is, and its deeds, which are the commands of the chat with their answers and
buttons."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, get_args

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.commands.replies.reply import Reply
from bot.pages.admission import Guest
from bot.pages.frame import PageFrame
from bot.reports.progress import WaveProgress, status

CampaignDeed = Literal["start", "pause", "resume", "stop", "undo", "schedule", "audit"]
"""Commands that need a campaign and nothing else. What asks people shows a plan first, as in the chat."""
DEEDS: Final[tuple[CampaignDeed, ...]] = get_args(CampaignDeed)


@dataclass(frozen=True, slots=True)
class CampaignPages:
    """The pages of campaigns in their frame; for admins alone."""

    frame: PageFrame

    @property
    def routes(self) -> list[Route]:
        """Where they are, under the dashboard."""
        guests = self.frame.for_guests
        return [
            Route("/campaigns", guests(self._campaigns)),
            Route("/campaigns", guests(self._do), methods=["POST"]),
        ]

    async def _campaigns(self, _request: Request, guest: Guest) -> Response:
        _require_admin(guest)
        settings, now = self.frame.context.settings, self.frame.clock.now()
        each = []
        for campaign, one in settings.campaigns.items():
            told = await self._answer(guest, f'status "{campaign}"')
            far = await self.frame.store.read(status, campaign)
            each.append((campaign, told, _deeds(far, now, by_itself=one.on is not None)))
        plan = await self._answer(guest, "schedule")
        return self.frame.page("campaigns.html", guest=guest, here="campaigns", each=each, plan=plan)

    async def _do(self, request: Request, guest: Guest) -> Response:
        """A deed, or a button of the answer to one."""
        form = await self.frame.admission.form(request, guest)
        _require_admin(guest)
        deed, campaign, pressed = (form.get(name, "") for name in ("deed", "campaign", "pressed"))
        if not pressed and (deed not in DEEDS or campaign not in self.frame.context.settings.campaigns):
            raise HTTPException(404)
        if pressed and not pressed.startswith("w:"):
            raise HTTPException(404)
        reply = await self._answer(guest, pressed or f'{deed} "{campaign}"')
        status = 409 if reply.outcome == "refused" else 200
        return self.frame.page("reply.html", status=status, guest=guest, here="campaigns", reply=reply)

    async def _answer(self, guest: Guest, line: str) -> Reply:
        """What the chat would answer to them."""
        return await self.frame.desk.carry_out(guest.who.address, line, guest.who.place)


def _require_admin(guest: Guest) -> None:
    if guest.who.role != "admin":
        raise HTTPException(404)


def _deeds(far: WaveProgress | None, now: datetime, *, by_itself: bool) -> tuple[CampaignDeed, ...]:
    """What may come to mind at this moment; what cannot be done the chat says."""
    if far is None:
        return () if by_itself else ("start", "schedule")
    if not far.running:
        return ("audit",) if by_itself else ("start", "schedule", "audit")
    wave = far.wave
    undo: tuple[CampaignDeed, ...] = (
        ("undo",) if wave.undo_until is not None and wave.undo_until > now else ()
    )
    held: tuple[CampaignDeed, ...] = ("pause",) if far.paused_since is None else ("resume",)
    return (*undo, *held, "stop", "audit")
