"""The part of the desk that looks at cases: which are open, and everything about one."""

from dataclasses import dataclass
from datetime import datetime

from bot.cases.acts import may_act
from bot.cases.alerts import case_buttons
from bot.commands.replies.case import case_answer, cases_answer
from bot.commands.replies.reply import Phrasing, Reply
from bot.commands.replies.report import missing_answer
from bot.commands.typed.case import Cases, ShowCase
from bot.config.settings import Settings
from bot.reports.cases.file import case_file
from bot.reports.cases.list import case_list
from bot.reports.cases.scope import Onlooker
from bot.reports.values import Missing
from bot.store.store import Store
from bot.words import words_for


@dataclass(frozen=True, slots=True)
class CaseDesk:
    """Reads cases from one store, under one set of settings, as they stand at a moment."""

    store: Store
    settings: Settings
    now: datetime

    async def answer(self, phrasing: Phrasing, command: Cases | ShowCase, who: Onlooker) -> Reply:
        """What a command asks for, as far as `who` may see it."""
        if isinstance(command, ShowCase):
            return await self._one(phrasing, command.number, who)
        found = await self.store.read(
            case_list,
            self.settings,
            who,
            self.now,
            listed=command.listed,
            campaign=command.campaign,
            number=command.wave,
            page=command.page,
        )
        if isinstance(found, Missing):
            return missing_answer(phrasing, found, command)
        return cases_answer(phrasing, found)

    async def _one(self, phrasing: Phrasing, number: int, who: Onlooker) -> Reply:
        found = await self.store.read(case_file, self.settings, number, who, self.now)
        if found is None:
            return phrasing.refusal("case_gone", number=number)
        if found.erased is not None:
            return case_answer(phrasing, found)
        if who.managers is not None and not await self.store.read(
            may_act, self.settings, number, who.at, who.there
        ):
            return case_answer(phrasing, found)
        words = words_for("manager", self.settings.language)
        return case_answer(phrasing, found, case_buttons(number, found.row.state, words))
