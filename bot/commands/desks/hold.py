"""The part of the desk that holds customers back: an account manager their own, an admin anybody."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.campaigns.holds import Hold, HoldRoom, hold_by_id, hold_of, holds, keep_hold, refuse
from bot.campaigns.windows import midnight
from bot.cases.admins import tell_admins
from bot.commands.replies.reply import Phrasing, Reply, titled
from bot.commands.replies.why import capital, who_answer
from bot.commands.typed.hold import HoldBack, Holds, RefuseHold
from bot.config.settings import Settings
from bot.context import Context
from bot.people import colleagues
from bot.people.finding import Near, find_contact
from bot.reports.readable import LONGEST, readable
from bot.store.sql import LARGEST_ID
from bot.store.store import Store
from channels.base import Address, Choice, Limits, plain

HOLD_BUTTON: Final = "w:h:"
"""How the value of a button of a hold begins; what it does and the number of the hold follow."""


@dataclass(frozen=True, slots=True)
class HoldDesk:
    """Keeps who is held back in one store, under one set of settings, at a moment. `by` is whoever asks; `managers`
    limits an account manager to their own customers, None is an admin."""

    store: Store
    settings: Settings
    limits: Mapping[str, Limits]
    by: Address
    managers: tuple[str, ...] | None
    now: datetime

    async def answer(self, p: Phrasing, command: HoldBack | RefuseHold | Holds) -> Reply:
        """Do what a command says."""
        if isinstance(command, Holds):
            return await self._list(p)
        if isinstance(command, RefuseHold) and self.managers is not None:
            return p.refusal("not_an_admin")
        reply = await self.store.write(self._of_contact, p, command)
        return replace(reply, private=True)

    async def press(self, p: Phrasing, value: str) -> Reply:
        """Show the hold with the number that a button holds, or refuse it."""
        deed, _, number = value.removeprefix(HOLD_BUTTON).rpartition(":")
        hold_id = int(number) if number.isdecimal() and int(number) <= LARGEST_ID else 0
        if deed == "look":
            found = await self.store.read(hold_by_id, hold_id, self.now)
            return p.refusal("hold_none") if found is None else self._shown(p, found)
        return replace(await self.store.write(self._refuse_by_id, p, hold_id), private=True)

    async def _list(self, p: Phrasing) -> Reply:
        found = await self.store.read(holds, self.now, self.managers)
        if not found:
            return p.note("hold_nobody")
        return replace(titled(p.text("hold_title"), *(self._line(p, one) for one in found)), private=True)

    def _shown(self, p: Phrasing, one: Hold) -> Reply:
        """One hold, with the button that refuses it."""
        choices = ((_refuse_button(p, one.id),),)
        return Reply((plain(self._line(p, one)),), choices, private=True)

    def _line(self, p: Phrasing, one: Hold) -> str:
        return p.text(
            "hold_line",
            who=_name(one),
            manager=readable(one.account_manager, LONGEST) or p.text("no_manager"),
            day=self._day(p, one.until),
            by=colleagues.called(self.settings, one.by),
            since=self._day(p, one.made_at),
            reason=readable(one.reason),
        )

    def _of_contact(self, connection: Connection, p: Phrasing, command: HoldBack | RefuseHold) -> Reply:
        found = find_contact(connection, command.contact, self.managers)
        if isinstance(found, Near):
            return who_answer(p, command.contact, found)
        if isinstance(command, RefuseHold):
            return self._refuse(connection, p, hold_of(connection, found.id, self.now))
        until = midnight(command.until, ZoneInfo(self.settings.timezone))
        held, room = keep_hold(connection, found, until, command.reason, str(self.by), self.now)
        values = {
            "held": p.number(room.held),
            "most": p.number(room.most),
            "contacts": p.number(room.contacts),
        }
        manager = readable(found.account_manager or "", LONGEST) or p.text("no_manager")
        if not isinstance(held, Hold):
            name = found.name or found.contact_id
            return p.refusal(f"hold_not_{held}", who=readable(name, LONGEST), manager=manager, **values)
        self._tell(connection, p, held, room)
        return p.note("hold_set", who=_name(held), day=self._day(p, until), manager=manager, **values)

    def _tell(self, connection: Connection, p: Phrasing, held: Hold, room: HoldRoom) -> None:
        """Tell the admins, with the buttons that show and refuse it. It names no customer: a notice stays in the
        outbox, where no erasure of that customer would find it."""
        text = p.text(
            "hold_notice",
            by=capital(colleagues.called(self.settings, held.by)),
            manager=readable(held.account_manager, LONGEST) or p.text("no_manager"),
            day=self._day(p, held.until),
            held=p.number(room.held),
            most=p.number(room.most),
        )
        look = Choice(p.text("button_look"), f"{HOLD_BUTTON}look:{held.id}")
        context = Context(self.settings, {}, self.limits)
        tell_admins(
            connection,
            context,
            f"hold:{held.id}",
            text,
            self.now,
            choices=((look, _refuse_button(p, held.id)),),
            besides=self.by,
        )

    def _refuse_by_id(self, connection: Connection, p: Phrasing, hold_id: int) -> Reply:
        return self._refuse(connection, p, hold_by_id(connection, hold_id, self.now))

    def _refuse(self, connection: Connection, p: Phrasing, one: Hold | None) -> Reply:
        if one is None:
            return p.refusal("hold_none")
        refuse(connection, one, str(self.by), self.now)
        return p.note("hold_refused", who=_name(one))

    def _day(self, p: Phrasing, at: datetime) -> str:
        return p.day(p.local_day(at))


def _name(one: Hold) -> str:
    name, key = one.who
    return readable(key if not name or name == key else f"{name} ({key})", LONGEST)


def _refuse_button(p: Phrasing, hold_id: int) -> Choice:
    return Choice(p.text("button_refuse"), f"{HOLD_BUTTON}refuse:{hold_id}")
