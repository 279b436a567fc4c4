"""The part of the desk that keeps who is away. An account manager says so of their own cases, an admin of anybody's."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.campaigns.windows import midnight
from bot.cases.absences import Absence, absences, end_absence, keep_absence, makes_a_circle, stands_in
from bot.cases.agreed import working_hours
from bot.commands.lines import named, near, short
from bot.commands.replies.reply import Phrasing, Reply
from bot.commands.typed.absence import Absences, Absent, Present
from bot.config.settings import Settings
from bot.store.store import Store
from channels.base import Address, plain


@dataclass(frozen=True, slots=True)
class AbsenceDesk:
    """Keeps who is away in one store, under one set of settings."""

    store: Store
    settings: Settings

    async def answer(
        self,
        phrasing: Phrasing,
        command: Absent | Present | Absences,
        by: Address,
        own: tuple[str, ...],
        *,
        all_of_them: bool,
        now: datetime,
    ) -> Reply:
        """Do what was asked. `own` are the names whose alerts come to whoever asks, by the address `by`;
        `all_of_them`: an admin asks, who may do it for anybody."""
        if isinstance(command, Absences):
            lines = await self.lines(phrasing, now, None if all_of_them else own)
            return Reply((plain("\n".join(lines)),)) if lines else phrasing.note("away_nobody")
        managers = self._meant(phrasing, command.manager, own, all_of_them=all_of_them)
        if isinstance(managers, Reply):
            return managers
        if isinstance(command, Present):
            return await self.store.write(_back, phrasing, managers, now)
        deputy = self._known(phrasing, command.deputy)
        if isinstance(deputy, Reply):
            return deputy
        channel = self.settings.account_managers[deputy].channel
        if channel not in self.settings.channels.on:
            return phrasing.refusal("away_channel_off", deputy=deputy, channel=phrasing.channel(channel))
        until = {one: midnight(command.until, self._zone(one)) for one in managers}
        new = [Absence(one, deputy, until[one], str(by)) for one in managers]
        return await self.store.write(self._away, phrasing, new, now)

    async def lines(self, phrasing: Phrasing, now: datetime, own: tuple[str, ...] | None = None) -> list[str]:
        """Who is away, and who stands in: a line each. Where `own` is given, of these names alone."""
        away = await self.store.read(absences, now)
        lines = []
        for one in away.values():
            there = stands_in(away, one.manager)
            if own is not None and {one.manager, one.deputy, there}.isdisjoint(own):
                continue
            day = self._day(phrasing, one)
            line = phrasing.text("away_line", manager=one.manager, deputy=one.deputy, day=day)
            if there != one.deputy:
                line += " " + phrasing.text("away_chain", deputy=one.deputy, there=there)
            lines.append(line)
        return lines

    def _away(self, connection: Connection, phrasing: Phrasing, new: list[Absence], now: datetime) -> Reply:
        away = dict(absences(connection, now))
        for one in new:
            if one.deputy == one.manager:
                return phrasing.refusal("away_self", manager=one.manager)
            if makes_a_circle(away, one.manager, one.deputy):
                day = self._day(phrasing, away[one.deputy])
                return phrasing.refusal("away_circle", manager=one.manager, deputy=one.deputy, day=day)
        lines = []
        for one in new:
            keep_absence(connection, one, now)
            away[one.manager] = one
            values = {"manager": one.manager, "deputy": one.deputy, "day": self._day(phrasing, one)}
            lines.append(phrasing.text("away_set", **values))
        deputy = new[0].deputy
        there = stands_in(away, deputy)
        if there != deputy:
            lines.append(phrasing.text("away_chain", deputy=deputy, there=there))
        return Reply((plain("\n".join(lines)),))

    def _meant(
        self, phrasing: Phrasing, said: str | None, own: tuple[str, ...], *, all_of_them: bool
    ) -> tuple[str, ...] | Reply:
        """For whom it is."""
        if said is None:
            names = phrasing.words.forms.all_of(list(self.settings.account_managers))
            return own or phrasing.refusal("away_for_whom", names=names)
        manager = self._known(phrasing, said)
        if isinstance(manager, Reply):
            return manager
        if not all_of_them and manager not in own:
            return phrasing.refusal("away_own_only", manager=manager)
        return (manager,)

    def _known(self, phrasing: Phrasing, said: str) -> str | Reply:
        """The account manager who is called so."""
        names = tuple(self.settings.account_managers)
        found, rest = named([said], names)
        if found is not None and not rest:
            return found
        likely = near([said], names)[:1]
        key, shown = (
            ("did_you_mean", likely[0]) if likely else ("away_known", phrasing.words.forms.all_of(names))
        )
        hint = phrasing.text(key, near=shown, names=shown)
        return phrasing.refusal("away_unknown", name=short([said]), hint=hint)

    def _zone(self, manager: str) -> ZoneInfo:
        return working_hours(self.settings, manager).zone

    def _day(self, phrasing: Phrasing, one: Absence) -> str:
        """The day that begins then, where they are."""
        return phrasing.day(one.until.astimezone(self._zone(one.manager)).date())


def _back(connection: Connection, phrasing: Phrasing, managers: tuple[str, ...], now: datetime) -> Reply:
    away = absences(connection, now)
    for manager in managers:
        end_absence(connection, manager)
    texts = (
        phrasing.text("away_ended" if manager in away else "away_not", manager=manager)
        for manager in managers
    )
    return Reply((plain("\n".join(texts)),))
