"""Lives of cases and what can happen in them, for tests of the machine."""

from dataclasses import replace
from datetime import timedelta
from typing import Final

from bot.cases.life.life import CaseState, Life
from channels.base import Address
from tests.support.manual_clock import MONDAY

MANAGER: Final = ("Manager", Address("slack", "UMANAGER"))
SECOND: Final = ("Second", Address("telegram", "77"))
ME: Final = "slack:UMANAGER Manager"
OTHER: Final = "telegram:77 Second"
HOUR: Final = timedelta(hours=1)

OPEN: Final = Life(CaseState.OPEN, MANAGER, due_at=MONDAY)
TAKEN: Final = replace(OPEN, state=CaseState.TAKEN, taken_by=ME, taken_at=MONDAY, due_at=None)
SNOOZED: Final = replace(TAKEN, state=CaseState.SNOOZED, snoozed_until=MONDAY, due_at=MONDAY)
DONE: Final = replace(TAKEN, state=CaseState.DONE, done_by=ME, done_at=MONDAY)
LIVES: Final = {one.state: one for one in (OPEN, TAKEN, SNOOZED, DONE)}
