"""The newest answers of a wave, as the people who follow them up see them."""

from dataclasses import replace
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, select

from bot.config.sections.report import limits
from bot.config.settings import Settings
from bot.dialogue.kinds import SCALES, SurveyKind
from bot.reports.scope import NOW, THEN, Chosen, answered_in, cells_of, choose, scored_since
from bot.reports.segments import grouping, groups_as_shown
from bot.reports.themes.matches import lists_in_force, named_in, newest_named, reasons_by
from bot.reports.values import MOST_ANSWERS, AnswerRow, AnswersReport, ListedCategory, Missing
from bot.store.schema import account, contact, conversation
from scoring import Visibility, visibility

_BOTH: Final = THEN.people.outerjoin(contact, contact.c.id == conversation.c.contact_id).outerjoin(
    account, account.c.id == contact.c.account_id
)
"""Conversations with what was known when the wave took them in, and whose they are now."""


def answers_report(
    connection: Connection,
    campaign: str,
    *,
    category: ListedCategory | None = None,
    wave: int | None = None,
    managers: tuple[str, ...] | None = None,
) -> AnswersReport | Missing:
    """The newest answers of a wave, the newest wave where no number is given. They are there to be followed up, so
    they are those of each manager's accounts as these are now.

    Of CSAT and CES, detractors are the low box of the scale, passives the middle and promoters the high one.
    """
    chosen = choose(connection, campaign, wave, managers=managers, known=NOW)
    if isinstance(chosen, Missing):
        return chosen
    scores = scores_in(chosen.kind, category)
    cells = cells_of(connection, chosen)
    return AnswersReport(
        scope=replace(chosen.scope(cells), now=False),  # nobody asked for it, and it needs no note
        category=category,
        total=sum(cell.people for cell in cells if cell.score in scores),
        rows=_rows(connection, chosen, scores),
    )


def scores_in(kind: SurveyKind, category: ListedCategory | None) -> range:
    """The scores of a category on the scale of a kind; without one all of them."""
    scale = SCALES[kind]
    match category:
        case "detractors":
            return range(scale.minimum, scale.low_to + 1)
        case "passives":
            return range(scale.low_to + 1, scale.high_from)
        case "promoters":
            return range(scale.high_from, scale.maximum + 1)
        case None:
            return range(scale.minimum, scale.maximum + 1)


def answers_of_group(
    connection: Connection,
    settings: Settings,
    campaign: str,
    attribute: str,
    label: str,
    *,
    wave: int | None = None,
    managers: tuple[str, ...] | None = None,
) -> AnswersReport | Missing | None:
    """The newest answers of a group of a report by an attribute; None where there is no such group, or one of which
    the report shows nothing."""
    chosen = choose(connection, campaign, wave, managers=managers)
    if isinstance(chosen, Missing):
        return chosen
    cells = cells_of(connection, chosen, days=True)
    answered = scored_since(cells, None)
    group = grouping(connection, chosen, answered, attribute, limits(settings.bands))
    if isinstance(group, Missing):
        return None
    found = groups_as_shown(chosen.kind, group.attribute, group.grouped, judged=False)
    shown = next((row for row in found.rows if row.label == label and row.scores is not None), None)
    if shown is None or shown.n is None:
        return None
    rows = _rows(connection, chosen, scores_in(chosen.kind, None), group.value((label,)) == label)
    return AnswersReport(chosen.scope(cells), None, shown.n, rows)


def answers_of_theme(
    connection: Connection,
    settings: Settings,
    campaign: str,
    theme: str,
    *,
    wave: int | None = None,
    managers: tuple[str, ...] | None = None,
) -> AnswersReport | Missing | None:
    """The newest answers whose reason names a theme; None where there is no such theme, or the report on
    themes hides it."""
    chosen = choose(connection, campaign, wave, managers=managers)
    if isinstance(chosen, Missing):
        return chosen
    lists = lists_in_force(settings)
    named = named_in(connection, chosen, lists)
    own = [each.mark for each in lists.by_language.values()]
    people = sum(named.histogram(theme, marks=own).values())
    others = sum(reasons_by(named, lists)[0].values()) - people
    few = min(people, others) if chosen.kind == "nps" else people
    if theme not in lists.names or visibility(few) is Visibility.HIDDEN:
        return None
    ids = newest_named(connection, chosen, lists, named, theme, MOST_ANSWERS)
    rows = _rows(connection, chosen, scores_in(chosen.kind, None), conversation.c.id.in_(ids))
    return AnswersReport(chosen.scope(cells_of(connection, chosen)), None, people, rows)


def newest_answers(chosen: Chosen, scores: range, *more: ColumnElement[bool]) -> Select[Any]:
    """The statement for the newest answers with one of these scores, and for which `more` holds too.

    It goes through an index from its end, so it costs the same however many answers there are.
    """
    return (
        select(
            contact.c.name,
            account.c.name.label("account"),
            conversation.c.score,
            conversation.c.reason,
            conversation.c.scored_at,
            conversation.c.channel,
            conversation.c.late,
            conversation.c.wave_id,
        )
        .select_from(NOW.people if chosen.known is NOW else _BOTH)
        .where(*answered_in(chosen), conversation.c.score.between(scores.start, scores.stop - 1), *more)
        .order_by(conversation.c.scored_at.desc(), conversation.c.id.desc())
        .limit(MOST_ANSWERS)
    )


def _rows(
    connection: Connection, chosen: Chosen, scores: range, *more: ColumnElement[bool]
) -> tuple[AnswerRow, ...]:
    if chosen.managers is not None:  # whosever they were then
        more = (*more, NOW.account_manager.in_(chosen.managers))
    numbers = {one.id: one.number for one in chosen.waves}
    return tuple(
        AnswerRow(
            name=row.name,
            account=row.account,
            score=row.score,
            reason=row.reason or None,  # empty once erased
            at=row.scored_at,
            channel=row.channel,
            wave=numbers[row.wave_id],
            late=row.late,
        )
        for row in connection.execute(newest_answers(chosen, scores, *more))
    )
