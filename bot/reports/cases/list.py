"""Cases in a list: a page of those that somebody asks for and may see."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, Select, bindparam, func, select

from bot.cases.absences import absences
from bot.cases.escalation import escalation
from bot.cases.ladder import next_in_line
from bot.cases.next_step import CaseStanding, is_late, next_step
from bot.cases.reach import Reached
from bot.config.sections.cause import cause_label
from bot.config.settings import Settings
from bot.people import colleagues
from bot.people.consent import contact_opted_out
from bot.reports.cases.figures import case_figures
from bot.reports.cases.scope import CASES, Onlooker, asked_for, cases_for, late_at, seen_by, was_put_off
from bot.reports.cases.values import PAGE, CaseList, CaseRow, WhichCases
from bot.reports.scope import choose
from bot.reports.values import Missing
from bot.store.schema import Row, account, case, case_event, contact, conversation, wave
from channels.base import Address

ROW: Final = (
    case,
    conversation.c.score,
    conversation.c.low,
    conversation.c.high,
    conversation.c.erased,
    contact.c.name,
    account.c.name.label("account"),
    account.c.account_manager,
    wave.c.campaign,
    wave.c.number,
    was_put_off().label("put_off"),
    contact_opted_out(contact.c.id).label("opted_out"),
)
"""What a case in a list is read from, out of `CASES`."""
CUSTOMER: Final = "customer_wrote"
TALK: Final = ("wrote", "delivered", CUSTOMER)
"""The steps that tell who wrote last. Of a colleague's words it may be the second alone: while the case is theirs
already, to write changes nothing, and that it arrived keeps the thread open."""
_ROWS: Final = select(*ROW).select_from(CASES).where(case.c.id.in_(bindparam("ids", expanding=True)))
_SAID: Final = select(case_event.c.case_id, case_event.c.kind).where(
    case_event.c.id.in_(
        select(func.max(case_event.c.id))
        .where(
            case_event.c.case_id.in_(bindparam("ids", expanding=True)),
            case_event.c.kind.in_(TALK),
        )
        .group_by(case_event.c.case_id)
    )
)


def case_list(
    connection: Connection,
    settings: Settings,
    who: Onlooker,
    now: datetime,
    *,
    listed: WhichCases | None = None,
    campaign: str | None = None,
    number: int | None = None,
    page: int = 1,
    size: int = PAGE,
) -> CaseList | Missing:
    """A page of the cases that are not done, the oldest first, and then of those whose customer wrote since. Of a
    campaign, where none of the words is said, all cases of a wave: first those that are not done; with the figures of
    what became of them."""
    wave_id = None
    if campaign is not None:
        chosen = choose(connection, campaign, number)
        if isinstance(chosen, Missing):
            return chosen
        number, wave_id = chosen.waves[0].number, chosen.waves[0].id
    counted = connection.execute(count_of(listed, wave_id, who, now)).one()
    ids = connection.scalars(page_of(listed, wave_id, who, now).limit(size).offset((page - 1) * size)).all()
    figures = wave_id is not None and listed is None and page == 1
    return CaseList(
        listed=listed,
        campaign=campaign,
        wave=number if campaign is not None else None,
        page=page,
        size=size,
        total=counted.cases,
        late=counted.late,
        rows=case_rows(connection, settings, ids, now),
        figures=case_figures(connection, wave_id, who, now) if figures and wave_id is not None else None,
    )


def count_of(
    listed: WhichCases | None, wave_id: int | None, who: Onlooker, now: datetime
) -> Select[int, int]:
    """The statement that counts what is asked for."""
    late = func.count().filter(late_at(now))
    return (
        select(func.count().label("cases"), late.label("late"))
        .select_from(cases_for(who))
        .where(*asked_for(listed, wave_id, who, now))
    )


def page_of(listed: WhichCases | None, wave_id: int | None, who: Onlooker, now: datetime) -> Select[int]:
    """The statement for the numbers of the cases: those that are not done first, and the oldest of them."""
    return (
        select(case.c.id)
        .select_from(cases_for(who))
        .where(*asked_for(listed, wave_id, who, now))
        .order_by(case.c.state == "done", case.c.opened_at, case.c.id)
    )


def cases_after(
    connection: Connection,
    settings: Settings,
    who: Onlooker,
    now: datetime,
    after: int,
    size: int,
    *,
    listed: WhichCases | None = None,
    campaign: str | None = None,
    number: int | None = None,
) -> tuple[CaseRow, ...] | Missing:
    """So many cases after the one of a number, in the order of their numbers, which no write changes: all of them, or
    those of one of the words; of a campaign those of a wave."""
    chosen = None if campaign is None else choose(connection, campaign, number)
    if isinstance(chosen, Missing):
        return chosen
    wave_id = None if chosen is None else chosen.waves[0].id
    conditions = (
        [wave.c.trial.is_(False), *seen_by(who)]
        if listed is None and wave_id is None
        else asked_for(listed, wave_id, who, now)
    )
    found = (
        select(case.c.id)
        .select_from(cases_for(who))
        .where(*conditions, case.c.id > after)
        .order_by(case.c.id)
        .limit(size)
    )
    return case_rows(connection, settings, connection.scalars(found).all(), now)


def case_rows(
    connection: Connection, settings: Settings, ids: Sequence[int], now: datetime
) -> tuple[CaseRow, ...]:
    """The cases of these numbers, in this order."""
    if not ids:
        return ()
    found = {row.id: row for row in connection.execute(_ROWS, {"ids": ids})}
    said = {row.case_id: row.kind for row in connection.execute(_SAID, {"ids": ids})}
    ladder = ladder_of(connection, settings, now)
    return tuple(case_row(settings, found[number], said.get(number), ladder, now) for number in ids)


def ladder_of(connection: Connection, settings: Settings, now: datetime) -> tuple[Reached, ...]:
    """Whom cases go to that nobody takes, one after the other, as things are now."""
    if not settings.follow_up.escalation:
        return ()
    return escalation(connection, settings, settings.channels.on, absences(connection, now))


def case_row(
    settings: Settings, row: Row, said: str | None, ladder: Sequence[Reached], now: datetime
) -> CaseRow:
    """A case as it stands at this moment; `said` is the kind of the newest words in its thread, and `ladder` whom
    cases go to that nobody takes."""
    talks = row.thread_until is not None and row.thread_until > now
    standing = CaseStanding(
        state=row.state,
        due_at=row.due_at,
        reminded=row.reminded_at is not None or row.rung > 0,
        put_off=row.put_off,
        following=_following(settings, row, ladder),
        snoozed_until=row.snoozed_until,
        last_said=None if said is None or not talks else "customer" if said == CUSTOMER else "manager",
        new_words=row.new_words,
        opted_out=row.opted_out,
    )
    return CaseRow(
        number=row.id,
        name=row.name or None,
        account=row.account,
        score=row.score,
        low=row.low,
        high=row.high,
        campaign=row.campaign,
        wave=row.number,
        opened_at=row.opened_at,
        lasted=(row.done_at or now) - row.opened_at,
        owner=owner_of(settings, row),
        state=row.state,
        late=is_late(standing, now),
        cause=row.cause,
        following=next_step(standing, now),
        cause_label=row.cause and cause_label(settings.causes, row.cause, settings.language),
    )


def _following(settings: Settings, row: Row, ladder: Sequence[Reached]) -> str | None:
    """Who gets a case that its owner does not take."""
    owner = (row.manager, Address(row.channel, row.address))
    following = next_in_line(ladder, owner, settings.manager(row.account_manager), row.rung)
    return None if following is None else following[0]


def owner_of(settings: Settings, row: Row) -> str:
    """Who has a case, as colleagues are called; of one that is done who did it, nobody where an erasure ended it."""
    if row.state == "done":
        return colleagues.called(settings, row.done_by)
    return colleagues.called(settings, row.taken_by) if row.taken_by else row.manager
