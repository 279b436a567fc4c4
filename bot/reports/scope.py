"""What a report speaks of: which waves of a campaign, since when, and whose customers."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, cast

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Connection,
    Date,
    FromClause,
    String,
    and_,
    bindparam,
    exists,
    func,
    literal_column,
    or_,
    select,
)
from sqlalchemy.types import NullType, TypeEngine

from bot.alike import alike
from bot.campaigns.waves import COUNTED, Wave, find_wave, wave_from
from bot.dialogue.kinds import SCALES, SurveyKind
from bot.reports.tallies import Cell, cell_from, wave_cells
from bot.reports.values import Missing, Scope, Scores
from bot.store.schema import account, contact, conversation, enrolment, wave
from bot.store.standing import cell_of
from scoring import Answers


@dataclass(frozen=True, slots=True)
class Known:
    """Conversations with what is known of their customers; of who was erased it is nothing."""

    people: FromClause
    account: ColumnElement[Any]
    account_manager: ColumnElement[Any]
    timezone: ColumnElement[Any]
    attributes: ColumnElement[Any]
    account_value: ColumnElement[Any]
    account_since: ColumnElement[Any]
    account_until: ColumnElement[Any]
    renewal: ColumnElement[Any]
    key_contact: ColumnElement[Any]


THEN: Final = Known(
    conversation.outerjoin(enrolment, enrolment.c.conversation_id == conversation.c.id),
    enrolment.c.account,
    enrolment.c.account_manager,
    enrolment.c.timezone,
    enrolment.c.attributes,
    enrolment.c.account_value,
    enrolment.c.account_since,
    enrolment.c.account_until,
    enrolment.c.renewal,
    enrolment.c.key_contact,
)
"""As it was when the wave took them in: a later import changes no report of it."""

NOW: Final = Known(
    conversation.outerjoin(contact, contact.c.id == conversation.c.contact_id).outerjoin(
        account, account.c.id == contact.c.account_id
    ),
    account.c.name,
    account.c.account_manager,
    contact.c.timezone,
    contact.c.attributes,
    account.c.account_value,
    account.c.account_since,
    account.c.account_until,
    account.c.renewal,
    contact.c.key_contact,
)
"""As it is now: for whoever follows answers up, and on request."""

_ALL: Final = select(wave).where(wave.c.campaign == bindparam("campaign"), COUNTED).order_by(wave.c.number)
_BEFORE: Final = (
    select(wave)
    .where(wave.c.campaign == bindparam("campaign"), COUNTED, wave.c.number < bindparam("number"))
    .order_by(wave.c.number.desc())
    .limit(1)
)
_CELL_TYPES: Final[Mapping[str, type[TypeEngine[Any]]]] = {
    "asked": Boolean,
    "delivered": Boolean,
    "day": Date,
    "standing": String,
}
CELL: Final[Mapping[str, ColumnElement[Any]]] = {
    name: literal_column(expression, _CELL_TYPES.get(name, NullType)).label(name)
    for name, expression in cell_of("conversation").items()
}
STANDING: Final = CELL["standing"]
"""How far the customer of a conversation got; `bot.store.standing` has the codes."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The waves of one campaign and of one kind that a report adds up, the oldest first; never none."""

    waves: tuple[Wave, ...]
    since: date | None = None
    managers: tuple[str, ...] | None = None
    known: Known = THEN

    @property
    def ids(self) -> list[int]:
        return [one.id for one in self.waves]

    @property
    def kind(self) -> SurveyKind:
        return kind_of(self.waves[-1])

    def scope(self, cells: Iterable[Cell]) -> Scope:
        """The scope as it is told. `cells` are those of the waves: they say whether more is to come."""
        stops = [one.stopped_at for one in self.waves]
        return Scope(
            campaign=self.waves[-1].campaign,
            kind=self.kind,
            waves=tuple(one.number for one in self.waves),
            started_at=self.waves[0].started_at,
            stopped_at=stops[-1],
            running=still_running(self.waves, cells),
            since=self.since,
            managers=self.managers,
            now=self.known is NOW,
        )


def scope_of(connection: Connection, chosen: Chosen) -> Scope:
    """The scope as it is told, where nothing else is made of its cells."""
    return chosen.scope(_telling_cells(connection, chosen))


def is_running(connection: Connection, chosen: Chosen) -> bool:
    """Whether somebody of a report is still to be asked or to answer."""
    return still_running(chosen.waves, _telling_cells(connection, chosen))


def _telling_cells(connection: Connection, chosen: Chosen) -> list[Cell]:
    """Cells by which that is known. Some managers' customers need not be counted where of all nobody is."""
    cells = wave_cells(connection, chosen.ids, days=False)
    if chosen.managers is not None and still_running(chosen.waves, cells):
        return cells_of(connection, chosen)
    return cells


def kind_of(run: Wave) -> SurveyKind:
    """The kind of survey that a wave asked."""
    return cast("SurveyKind", run.terms.kind)


def still_running(waves: Iterable[Wave], cells: Iterable[Cell]) -> bool:
    """Whether somebody of these waves, whose cells these are, is still to be asked or to answer."""
    return any(one.enrolled_at is None for one in waves) or any(cell.open for cell in cells)


def choose(
    connection: Connection,
    campaign: str,
    number: int | None = None,
    *,
    managers: tuple[str, ...] | None = None,
    known: Known = THEN,
) -> Chosen | Missing:
    """One wave of a campaign, the newest where no number is given; without managers everybody's."""
    run = find_wave(connection, campaign, number)
    if run is not None:
        return Chosen((run,), managers=managers, known=known)
    if number is None or find_wave(connection, campaign) is None:
        return Missing("never_started", campaign)
    return Missing("no_such_wave", str(number))


def waves_of(connection: Connection, campaign: str) -> list[Wave]:
    """Every wave of a campaign, the oldest first; no trials."""
    return [wave_from(row) for row in connection.execute(_ALL, {"campaign": campaign})]


def wave_before(connection: Connection, run: Wave) -> Wave | None:
    """The wave of the same campaign that came before this one."""
    row = connection.execute(_BEFORE, {"campaign": run.campaign, "number": run.number}).one_or_none()
    return None if row is None else wave_from(row)


# ------------------------------------------------------------------------------------------------ cells


def cells_of(connection: Connection, chosen: Chosen, *, days: bool = False) -> list[Cell]:
    """How many stand where: of everybody from the tally, of some managers' customers counted anew."""
    if chosen.managers is None:
        return wave_cells(connection, chosen.ids, days=days)
    return _counted(connection, chosen, in_waves(chosen))


def newest_cells(connection: Connection, chosen: Chosen) -> list[Cell]:
    """The answers of a period over several waves, one a person: each one's newest."""
    return _counted(connection, chosen, answered_in(chosen))


def _counted(connection: Connection, chosen: Chosen, conditions: Sequence[ColumnElement[bool]]) -> list[Cell]:
    stands = select(*CELL.values()).select_from(chosen.known.people).where(*conditions).subquery()
    counted = select(*stands.c, func.count().label("people")).group_by(*stands.c)
    return [cell_from(row) for row in connection.execute(counted)]


def scored_since(cells: Iterable[Cell], since: date | None) -> list[Cell]:
    """The cells with a score, from a day on where one is given."""
    return [
        cell
        for cell in cells
        if cell.score is not None and (since is None or (cell.day is not None and cell.day >= since))
    ]


def scored_by_day(connection: Connection, chosen: Chosen) -> Iterator[tuple[date, int, int]]:
    """How often each score was given on each day: of everybody from the tally, of some managers' customers by an index
    that holds just these, so that several waves are read in the time of one."""
    if chosen.managers is None:
        for cell in cells_of(connection, chosen, days=True):
            if cell.score is not None and cell.day is not None:
                yield cell.day, cell.score, cell.people
        return
    given = (conversation.c.scored_on, conversation.c.score)
    counted = (
        select(*given, func.count())
        .select_from(chosen.known.people)
        .where(*answered_in(chosen))
        .group_by(*given)
    )
    for day, score, people in connection.execute(counted):
        if day is not None:
            yield day, score, people


def scores_of(kind: SurveyKind, histogram: Mapping[int, int], population: int | None = None) -> Scores:
    """How often each score was given, on the scale of its kind."""
    return Scores(kind, Answers.from_histogram(SCALES[kind], histogram), population)


def in_waves(chosen: Chosen) -> list[ColumnElement[bool]]:
    """The conditions under which a conversation of `chosen.known` belongs to the report."""
    return [conversation.c.wave_id.in_(chosen.ids), *of_managers(chosen)]


def of_managers(chosen: Chosen) -> list[ColumnElement[bool]]:
    """The condition under which it is of a customer of the report's account managers; none where it is everybody's."""
    return [] if chosen.managers is None else [chosen.known.account_manager.in_(chosen.managers)]


def answered_in(chosen: Chosen) -> list[ColumnElement[bool]]:
    """The conditions under which it holds an answer that the report counts."""
    conditions = [*in_waves(chosen), conversation.c.score.is_not(None)]
    if chosen.since is not None:
        conditions.append(conversation.c.scored_on >= chosen.since)
        if len(chosen.waves) > 1:
            conditions.append(~_answered_again(chosen))
    return conditions


def _answered_again(chosen: Chosen) -> ColumnElement[bool]:
    """Whether the same person has a newer answer among those of the report: a period over several waves counts
    each person once. Of who was erased nobody knows, and each answer counts."""
    newer = conversation.alias("newer")
    return exists().where(
        newer.c.contact_id == conversation.c.contact_id,
        newer.c.wave_id.in_(chosen.ids),
        newer.c.score.is_not(None),
        or_(
            newer.c.scored_at > conversation.c.scored_at,
            and_(newer.c.scored_at == conversation.c.scored_at, newer.c.id > conversation.c.id),
        ),
    )


def near_names(name: str, known: Iterable[str]) -> tuple[str, ...]:
    """The names that were perhaps meant, at most three; all of them where none looks like it."""
    names = tuple(known)
    return alike(name, names) or names
