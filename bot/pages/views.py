"""What stands on the pages that are live, as values; and those in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection
from starlette.exceptions import HTTPException
from starlette.responses import Response

from bot.campaigns import schedules
from bot.campaigns.schedules import PlannedStart
from bot.cases import threads
from bot.cases.acts import may_act
from bot.cases.customer import reachable
from bot.cases.deeds import LONGEST_NOTE, SNOOZES, digest
from bot.cases.digests.digests import unreached
from bot.cases.relaying import goes_out
from bot.cases.unseen import unseen
from bot.commands.asking import Who
from bot.commands.desks.rolling import after_text
from bot.commands.replies.case import case_facts, case_texts, case_title, step_in_words
from bot.config.sections.cause import cause_labels
from bot.config.settings import Settings
from bot.context import Context
from bot.pages.admission import Guest
from bot.pages.frame import PageFrame
from bot.pages.live import LivePicture, LiveView
from bot.pages.rendering import rendered, speech_of
from bot.reports.cases.board import YOUNG, CaseAges, case_ages, case_board
from bot.reports.cases.file import case_file, is_seen
from bot.reports.cases.list import case_list
from bot.reports.cases.scope import Onlooker
from bot.reports.cases.values import CaseList, CaseRow
from bot.reports.newest import NewAnswer, newest_everywhere
from bot.reports.progress import WaveProgress, status
from bot.reports.values import Missing
from bot.sending.hearing import wrong_with
from bot.words import words_for
from channels.base import Address

OLDEST: Final = 6
ANSWERS: Final = 12
STARTS: Final = 6
_SNOOZED: Final = {"tomorrow": "snooze_tomorrow", "3d": "snooze_three_days", "week": "snooze_next_week"}


@dataclass(frozen=True, slots=True)
class Running:
    """A wave that runs, in parts of those who are asked; they add up to `asked`."""

    progress: WaveProgress
    answered: int
    talking: int
    silent: int
    waiting: int

    @property
    def asked(self) -> int:
        return self.answered + self.talking + self.silent + self.waiting


@dataclass(frozen=True, slots=True)
class Backstage:
    """What an admin sees beside: waves, what comes next, and what is wrong."""

    waves: tuple[Running, ...]
    starts: tuple[PlannedStart, ...]
    wrong: Mapping[str, str]
    unseen: int
    unread: tuple[Address, ...]


@dataclass(frozen=True, slots=True)
class Today:
    """The first page. Who is no admin has nothing `behind`."""

    ages: CaseAges
    oldest: tuple[CaseRow, ...]
    answers: tuple[NewAnswer, ...]
    behind: Backstage | None


@dataclass(frozen=True, slots=True)
class WritingDesk:
    """Where a colleague writes on the page of a case: to whom and by which channel, which is None where nothing can go
    out at this moment and only notes are kept. `holder` has the case where whoever looks has not: in the chat they
    could not write either."""

    name: str
    channel: str | None
    holder: str | None


def writing_desk(
    connection: Connection, context: Context, number: int, who: Onlooker, now: datetime
) -> WritingDesk | None:
    """The desk of somebody who sees a case; None where there is no customer any more."""
    row = threads.seen(connection, number) if is_seen(connection, number, who) else None
    if row is None or row.erased is not None:
        return None
    has_it = row.at in (who.at, who.there)
    standing = reachable(connection, context, row, now)
    there = standing.to.channel if standing.to is not None and goes_out(standing) else None
    return WritingDesk(threads.name_of(context, row), there, None if has_it else row.manager)


@dataclass(frozen=True, slots=True)
class Views:
    """Reads views and draws them, by the settings of now."""

    context: Context

    def read(self, connection: Connection, view: LiveView, who: Who, now: datetime) -> Any:
        """The values of a view as somebody may see it; None where they may see nothing of it."""
        settings = self.context.settings
        match view.name:
            case "today":
                return self._today(connection, who, now)
            case "cases":
                return case_board(connection, settings, who.onlooker, now)
            case _:
                return self._case(connection, view, who, now)

    def draw(self, view: LiveView, values: Any) -> LivePicture:
        """A view in words."""
        settings = self.context.settings
        speech = speech_of(settings)
        template = f"view_{view.name}.html"
        match view.name:
            case "today":
                after = {
                    name: after_text(speech.p, one.on) for name, one in settings.campaigns.items() if one.on
                }
                more = {"today": values, "after": after, "young": [age.days for age in YOUNG]}
            case "cases":
                more = {"lanes": values}
            case _:
                more = values
        return LivePicture(rendered(template, settings, speech, more))

    async def page(
        self, frame: PageFrame, guest: Guest, view: LiveView, here: str, status: int = 200, **values: Any
    ) -> Response:
        """A page with a view that changes by itself."""
        read = await frame.store.read(self.read, view, guest.who, frame.clock.now())
        if read is None:
            raise HTTPException(404)
        picture = self.draw(view, read)
        return frame.page(
            "live.html", status=status, guest=guest, here=here, view=view, picture=picture, **values
        )

    # ------------------------------------------------------------------------------------------ reading

    def _today(self, connection: Connection, who: Who, now: datetime) -> Today:
        settings = self.context.settings
        found = case_list(connection, settings, who.onlooker, now, listed="open", size=OLDEST)
        return Today(
            ages=case_ages(connection, who.onlooker, now),
            oldest=_rows(found),
            answers=newest_everywhere(connection, who.managers, ANSWERS),
            behind=self._behind(connection) if who.role == "admin" else None,
        )

    def _behind(self, connection: Connection) -> Backstage:
        each = (status(connection, campaign) for campaign in self.context.settings.campaigns)
        wrong = wrong_with(connection)
        return Backstage(
            waves=tuple(_running(one) for one in each if one is not None and one.running),
            starts=tuple(schedules.waiting(connection)[:STARTS]),
            wrong={channel: why for channel, why in wrong.items() if channel in self.context.limits},
            unseen=unseen(connection).alerts,
            unread=tuple(unreached(connection, self.context.settings)),
        )

    def _case(
        self, connection: Connection, view: LiveView, who: Who, now: datetime
    ) -> Mapping[str, Any] | None:
        settings, number = self.context.settings, int(view.about)
        found = case_file(connection, settings, number, who.onlooker, now)
        if found is None:
            return None
        at = who.onlooker
        told = (found.reason, *found.words)
        wish = any(self.context.wants_contact(text, found.language or "") for text in told if text)
        found = replace(found, wish=wish)
        may = who.role == "admin" or may_act(connection, settings, number, at.at, at.there)
        p = speech_of(settings).p
        return {
            "case": found,
            "title": case_title(p, found),
            "facts": tuple(case_facts(p, found)),
            "texts": tuple(case_texts(p, found)),
            "steps": tuple((step, step_in_words(p, step)) for step in found.steps),
            "deeds": _deeds(settings, found.row) if may and found.erased is None else None,
        }


def _rows(found: CaseList | Missing) -> tuple[CaseRow, ...]:
    return () if isinstance(found, Missing) else found.rows


def _running(one: WaveProgress) -> Running:
    talking = one.talking - (one.answered_so_far - one.answered)
    return Running(one, one.answered_so_far, talking, one.silent, one.waiting)


@dataclass(frozen=True, slots=True)
class CaseChoices:
    """What can be done with a case: the labels of the buttons as under an alert, and the choices of each."""

    labels: Mapping[str, str]
    snoozes: Sequence[tuple[str, str]]
    names: Sequence[tuple[str, str]]
    causes: Mapping[str, str]
    sooner: str
    longest_note: int = LONGEST_NOTE


def _deeds(settings: Settings, row: CaseRow) -> CaseChoices:
    words = words_for("manager", settings.language)
    keys = {"take": "take", "done": "done", "to": "hand_over", "snooze": "snooze", "reopen": "reopen"}
    return CaseChoices(
        labels={deed: words.text(f"{key}_button") for deed, key in keys.items()},
        snoozes=[(f"snooze:{choice}", words.text(_SNOOZED[choice])) for choice in SNOOZES],
        names=[(f"to:{digest(name)}", name) for name in settings.account_managers if name != row.owner],
        causes=cause_labels(settings.causes, settings.language),
        sooner=words.text("relay_now_button"),
    )
