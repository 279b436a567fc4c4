"""Accounts in a list: who was asked, who answered, what they said and what is open; and what happened with one."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Literal

from sqlalchemy import BindParameter, ColumnElement, Connection, Select, bindparam, func, or_, select

from bot.dialogue.kinds import SCALES
from bot.people.contacts import RESERVED
from bot.reports.values import ListedCategory, list_of
from bot.store.schema import Row, account, case, contact, conversation, wave

SIZE: Final = 20
"""Accounts of a page."""
MOST_PEOPLE: Final = 50
MOST_HAPPENED: Final = 60
SCORES: Final = 6
"""Scores that stand in the row of an account, the newest of each person first."""


@dataclass(frozen=True, slots=True)
class GivenScore:
    """A score on its scale, and which box of it that is."""

    score: int
    high: int
    category: ListedCategory
    at: datetime


@dataclass(frozen=True, slots=True)
class AccountLine:
    """An account in a list. `asked` counts the people whom a wave ever asked, who answered before their question was
    sent among them; `answered` those who answered the newest question that they had, and `silent` those who did not
    and whose conversation is over. `scores` are the newest of each person, `before` the ones before these;
    `silent_keys` counts the key contacts among the silent. `value` and `renewal` are those of the import, where it
    has them."""

    id: int
    name: str
    manager: str | None
    people: int
    asked: int
    answered: int
    silent: int
    scores: tuple[GivenScore, ...]
    before: tuple[GivenScore, ...]
    open_cases: int
    silent_keys: int = 0
    value: float | None = None
    renewal: date | None = None


@dataclass(frozen=True, slots=True)
class AccountPage:
    """A page of accounts by name; `more`, whether others follow."""

    rows: tuple[AccountLine, ...]
    page: int
    more: bool


@dataclass(frozen=True, slots=True)
class AccountPerson:
    """Somebody at an account, and the newest score that they gave."""

    key: str
    name: str
    newest: GivenScore | None


@dataclass(frozen=True, slots=True)
class AccountStep:
    """One thing that happened with somebody at an account: asked, answered, or a case."""

    at: datetime
    kind: Literal["asked", "answered", "opened", "done"]
    key: str
    name: str
    campaign: str
    wave: int
    given: GivenScore | None = None
    reason: str | None = None
    case: int | None = None


@dataclass(frozen=True, slots=True)
class AccountFile:
    """Everything about one account, the newest step first; of its people the first by name."""

    line: AccountLine
    people: tuple[AccountPerson, ...]
    steps: tuple[AccountStep, ...]


_IDS: Final[BindParameter[Sequence[int]]] = bindparam("ids", expanding=True)
_OF_ACCOUNT: Final = contact.c.account_id.in_(_IDS)
# Whoever answered while the question was queued was never sent it: what they said shows that they were asked.
_ASKED: Final = (conversation.c.asked_at, conversation.c.delivered_at, conversation.c.score, case.c.id)
_TALKS: Final = (
    select(
        conversation.c.id,
        conversation.c.contact_id,
        contact.c.account_id,
        contact.c.contact_id.label("key"),
        contact.c.name,
        contact.c.key_contact,
        conversation.c.asked_at,
        conversation.c.state,
        conversation.c.score,
        conversation.c.scored_at,
        conversation.c.reason,
        wave.c.campaign,
        wave.c.number,
        wave.c.terms["kind"].as_string().label("kind"),
        case.c.id.label("case"),
        case.c.state.label("case_state"),
        case.c.opened_at,
        case.c.done_at,
    )
    .select_from(
        conversation.join(contact, contact.c.id == conversation.c.contact_id)
        .join(wave, wave.c.id == conversation.c.wave_id)
        .outerjoin(case, case.c.conversation_id == conversation.c.id)
    )
    .where(_OF_ACCOUNT, or_(*(one.is_not(None) for one in _ASKED)), wave.c.trial.is_(False))
    .order_by(conversation.c.id.desc())
)
_PEOPLE: Final = (
    select(contact.c.account_id, func.count().label("people"))
    .where(_OF_ACCOUNT, contact.c.contact_id.not_like(f"{RESERVED}%"))
    .group_by(contact.c.account_id)
)
_NAMES: Final = (
    select(contact.c.contact_id.label("key"), contact.c.name)
    .where(_OF_ACCOUNT, contact.c.contact_id.not_like(f"{RESERVED}%"))
    .order_by(contact.c.name, contact.c.id)
    .limit(MOST_PEOPLE)
)


def account_page(
    connection: Connection, managers: tuple[str, ...] | None, said: str = "", page: int = 1
) -> AccountPage:
    """A page of the accounts whose name holds what was `said`; `managers` limits them to theirs."""
    statement = _seen_by(managers).order_by(account.c.name).offset((page - 1) * SIZE).limit(SIZE + 1)
    if said:
        statement = statement.where(func.lower(account.c.name).contains(said.lower(), autoescape=True))
    found = connection.execute(statement).all()
    return AccountPage(_lines(connection, found[:SIZE]), page, len(found) > SIZE)


def account_file(connection: Connection, managers: tuple[str, ...] | None, id_: int) -> AccountFile | None:
    """An account that they may see; None where there is none such."""
    found = connection.execute(_seen_by(managers).where(account.c.id == id_)).all()
    if not found:
        return None
    talks = connection.execute(_TALKS, {"ids": [id_]}).all()
    (line,) = _lines(connection, found, talks)
    newest: dict[str, GivenScore] = {}
    for row in talks:
        if row.score is not None:
            newest.setdefault(row.key, _given(row))
    people = connection.execute(_NAMES, {"ids": [id_]})
    return AccountFile(
        line,
        tuple(AccountPerson(row.key, row.name, newest.get(row.key)) for row in people),
        tuple(sorted(_steps(talks), key=lambda step: step.at, reverse=True)[:MOST_HAPPENED]),
    )


def _seen_by(managers: tuple[str, ...] | None) -> Select[Any]:
    limits: list[ColumnElement[bool]] = [] if managers is None else [account.c.account_manager.in_(managers)]
    known = (
        account.c.id,
        account.c.name,
        account.c.account_manager,
        account.c.account_value,
        account.c.renewal,
    )
    return select(*known).where(*limits)


def _lines(
    connection: Connection, found: Sequence[Row], talks: Sequence[Row] | None = None
) -> tuple[AccountLine, ...]:
    ids = [row.id for row in found]
    people = {row.account_id: row.people for row in connection.execute(_PEOPLE, {"ids": ids})}
    by_account: dict[int, list[Row]] = defaultdict(list)
    for row in connection.execute(_TALKS, {"ids": ids}) if talks is None else talks:
        by_account[row.account_id].append(row)
    return tuple(_line(row, people.get(row.id, 0), by_account[row.id]) for row in found)


def _line(row: Row, people: int, talks: Iterable[Row]) -> AccountLine:
    by_person: dict[int, list[Row]] = defaultdict(list)
    open_cases = 0
    for talk in talks:
        by_person[talk.contact_id].append(talk)
        open_cases += talk.case_state in ("open", "taken", "snoozed")
    newest = [each[0] for each in by_person.values()]
    silent = [talk for talk in newest if talk.score is None and talk.state == "closed"]
    given = [[_given(talk) for talk in each if talk.score is not None] for each in by_person.values()]
    return AccountLine(
        id=row.id,
        name=row.name,
        manager=row.account_manager,
        people=people,
        asked=len(newest),
        answered=sum(talk.score is not None for talk in newest),
        silent=len(silent),
        scores=tuple(each[0] for each in given if each)[:SCORES],
        before=tuple(each[1] for each in given if len(each) > 1)[:SCORES],
        open_cases=open_cases,
        silent_keys=sum(bool(talk.key_contact) for talk in silent),
        value=row.account_value,
        renewal=row.renewal,
    )


def _given(row: Row) -> GivenScore:
    return GivenScore(row.score, SCALES[row.kind].maximum, list_of(row.kind, row.score), row.scored_at)


def _steps(talks: Iterable[Row]) -> Iterable[AccountStep]:
    for row in talks:
        about = (row.key, row.name, row.campaign, row.number)
        if row.asked_at is not None:
            yield AccountStep(row.asked_at, "asked", *about)
        if row.score is not None:
            yield AccountStep(row.scored_at, "answered", *about, _given(row), row.reason or None)
        if row.case is not None:
            yield AccountStep(row.opened_at, "opened", *about, case=row.case)
        if row.done_at is not None:
            yield AccountStep(row.done_at, "done", *about, case=row.case)
