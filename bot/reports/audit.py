"""Proof that nobody was hand-picked: of all who qualified for a wave, who was not asked, by which rule and whose.

A score can be made as well as earned: by leaving the unhappy out, by holding them back, by taking their address or
themselves out of the list shortly before. Here is each of these, counted by account manager, and whether those who were
asked are made like those who were not.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, and_, bindparam, func, or_, select

from bot.campaigns.audience import attribute_names
from bot.campaigns.waves import Wave
from bot.people.departed import Departed, departures
from bot.reports.left_out import selected
from bot.reports.scope import STANDING, Chosen, choose, in_waves, kind_of, near_names, scope_of, wave_before
from bot.reports.segment_query import COLUMNS, UNKNOWN
from bot.reports.tallies import left_out_by
from bot.reports.values import Missing, Scope
from bot.store.schema import conversation, hold
from bot.store.sql import constant, text_of
from scoring import Likeness, Selection, Sides, category, holm_likeness, likeness

JUST_BEFORE: Final = timedelta(days=7)
"""So long before a wave a change of an address is told."""
LONGEST_BEFORE: Final = timedelta(days=90)
"""So long before the first wave of a campaign it is told who was removed; else since the wave before."""
EARLIER_SCORE: Final = "earlier_score"
"""How the attribute is called that is the score of the wave before: detractor, passive or promoter."""

_BEFORE: Final = conversation.alias("before")
# In the words of the index `ix_conversation_left_out`, as far as two conversations of one statement allow.
_MAYBE_LEFT_OUT: Final = or_(
    conversation.c.state == constant("skipped"),
    conversation.c.ending == constant("cancelled"),
    conversation.c.ending == constant("opted_out"),
)
_HOLDS: Final = (
    select(
        hold.c.account_manager,
        func.count().label("people"),
        func.count(hold.c.ended_by).label("refused"),
    )
    .where(
        hold.c.made_at <= bindparam("at"),
        hold.c.until > bindparam("at"),
        or_(hold.c.ended_at.is_(None), hold.c.ended_at >= bindparam("since")),
    )
    .group_by(hold.c.account_manager)
    .order_by(hold.c.account_manager)
)


@dataclass(frozen=True, slots=True)
class HeldPerson:
    """How many of an account manager's customers a colleague held back when the wave began, and how many of these an
    admin had refused by then or since."""

    account_manager: str
    people: int
    refused: int


@dataclass(frozen=True, slots=True)
class AuditReport:
    """The audit of a wave. `people` qualified and `asked` of them are or were to be asked; `skipped` is the others by
    rule, and `selection` the same by account manager. `departed` are contacts from the day `since` on, which is
    that of the wave before, and addresses in the week before it, that went. `alike` says by attribute whether the asked
    are made like the others; None where too few people are on one side to tell."""

    scope: Scope
    people: int
    asked: int
    skipped: Mapping[str, int]
    selection: tuple[Selection, ...]
    held: tuple[HeldPerson, ...]
    since: date
    departed: tuple[Departed, ...]
    alike: Mapping[str, Likeness | None]


def audit_report(
    connection: Connection,
    campaign: str,
    *,
    wave: int | None = None,
    by: str | None = None,
    managers: tuple[str, ...] | None = None,
) -> AuditReport | Missing:
    """The audit of a wave, the newest where no number is given. `by` is an attribute by which the asked are held
    against the others, beside that within which the wave was drawn and the score of the wave before. `managers` limits
    it to the accounts of these account managers."""
    chosen = choose(connection, campaign, wave, managers=managers)
    if isinstance(chosen, Missing):
        return chosen
    attribute = None if by is None else _attribute(connection, by)
    if isinstance(attribute, Missing):
        return attribute
    run = chosen.waves[-1]
    before = wave_before(connection, run)
    since = (run.started_at - LONGEST_BEFORE if before is None else before.started_at).date()
    by_manager = selected(connection, chosen)
    skipped: defaultdict[str, int] = defaultdict(int)
    for one in by_manager:
        for rule, people in one.skipped.items():
            skipped[rule] += people
    asked = sum(one.asked for one in by_manager)
    return AuditReport(
        scope=scope_of(connection, chosen),
        people=asked + sum(skipped.values()),
        asked=asked,
        skipped=dict(skipped),
        selection=by_manager,
        held=tuple(_held(connection, run, managers)),
        since=since,
        departed=tuple(_departed(connection, run, since, managers)),
        alike=_alike(
            connection, chosen, before, [attribute, run.terms.draw.within], anybody=any(skipped.values())
        ),
    )


def _held(connection: Connection, run: Wave, managers: tuple[str, ...] | None) -> Iterable[HeldPerson]:
    values = {"at": run.started_at, "since": run.started_at - JUST_BEFORE}
    for row in connection.execute(_HOLDS, values):
        if managers is None or row.account_manager in managers:
            yield HeldPerson(row.account_manager, row.people, row.refused)


def _departed(
    connection: Connection, run: Wave, since: date, managers: tuple[str, ...] | None
) -> Iterable[Departed]:
    last, week = run.started_at.date(), (run.started_at - JUST_BEFORE).date()
    for one in departures(connection, min(since, week), last):
        first = week if one.what in ("changed", "vanished") else since
        if one.day >= first and (managers is None or one.account_manager in managers):
            yield one


# --------------------------------------------------------------------------- are the asked like the others?


def _attribute(connection: Connection, said: str) -> str | Missing:
    """The attribute that is called so."""
    if said in COLUMNS:
        return said
    known = attribute_names(connection)
    found = next((one for one in known if one.casefold() == said.casefold()), None)
    return found or Missing("unknown_attribute", said, near_names(said, (*COLUMNS, *known)))


def _alike(
    connection: Connection,
    chosen: Chosen,
    before: Wave | None,
    attributes: Iterable[str | None],
    *,
    anybody: bool,
) -> dict[str, Likeness | None]:
    """What was found by each attribute; where no rule left `anybody` out, nothing is read for it."""
    found: dict[str, Likeness | None] = {}
    known = chosen.known
    for attribute in attributes:
        if attribute is not None and attribute not in found:
            value = (
                COLUMNS[attribute](known) if attribute in COLUMNS else text_of(known.attributes, attribute)
            )
            label = func.coalesce(value, UNKNOWN)
            parts = _parts(connection, known.people, label, in_waves(chosen)) if anybody else {}
            found[attribute] = likeness(parts)
    if before is not None and chosen.kind == kind_of(before) == "nps":
        scores = _earlier(connection, chosen, before) if anybody else {}
        found[EARLIER_SCORE] = likeness(_by_category(scores))
    told = {attribute: one for attribute, one in found.items() if one is not None}
    return found | holm_likeness(told)


def _earlier(connection: Connection, chosen: Chosen, before: Wave) -> dict[int, Sides]:
    """By the score that the same people gave in the wave before."""
    people = (conversation if chosen.managers is None else chosen.known.people).join(
        _BEFORE, and_(_BEFORE.c.contact_id == conversation.c.contact_id, _BEFORE.c.wave_id == before.id)
    )
    conditions = [*in_waves(chosen), _BEFORE.c.score.is_not(None)]
    return _parts(connection, people, _BEFORE.c.score, conditions)


def _parts(
    connection: Connection, people: Any, label: ColumnElement[Any], conditions: list[ColumnElement[bool]]
) -> dict[Any, Sides]:
    """How many of each group are or were to be asked, and how many a rule left out: everybody, without the few whom an
    index names."""
    statement = select(label.label("label"), func.count().label("people")).select_from(people)
    everybody = {
        row.label: row.people for row in connection.execute(statement.where(*conditions).group_by("label"))
    }
    stands = (
        select(label.label("label"), STANDING)
        .select_from(people)
        .where(*conditions, _MAYBE_LEFT_OUT)
        .subquery()
    )
    counted = select(stands.c.label, stands.c.standing, func.count().label("people")).group_by(*stands.c)
    others: Counter[Any] = Counter()
    for row in connection.execute(counted):
        if left_out_by(row.standing) is not None:
            others[row.label] += row.people
    return {label: Sides(people - others[label], others[label]) for label, people in everybody.items()}


def _by_category(scores: Mapping[int, Sides]) -> dict[str, Sides]:
    found: dict[str, Sides] = {}
    for score, part in scores.items():
        name = category(score).value
        before = found.get(name, Sides(0, 0))
        found[name] = Sides(before.asked + part.asked, before.others + part.others)
    return found
