"""Everything about one case: who it is about, what they said, who has it, and what happened with it so far."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, and_, bindparam, or_, select

from bot.cases import threads, time_line
from bot.cases.around import earlier_scores, what_came
from bot.cases.as_kept import CaseEntry, ThreadMessageShown
from bot.cases.shown_facts import profile_of, shown_facts
from bot.config.sections.cause import cause_label
from bot.config.settings import Settings
from bot.people import colleagues
from bot.people.contacts import phone_of
from bot.reports.cases.list import ROW, TALK, case_row, ladder_of
from bot.reports.cases.recovery import answered_again
from bot.reports.cases.scope import CASES, Onlooker, cases_for, seen_by
from bot.reports.cases.values import CaseFile, CaseStep
from bot.store.schema import account, answer, case, contact, conversation, follow_up
from bot.store.sql import LARGEST_ID

_ONE: Final = (
    select(
        *ROW,
        conversation.c.channel.label("talk_channel"),
        conversation.c.first_score,
        conversation.c.scored_at,
        conversation.c.late,
        conversation.c.language,
        conversation.c.contact_id,
        conversation.c.reason,
        conversation.c.reason_since,
        contact.c.attributes,
        contact.c.contact_id.label("key"),
        account.c.id.label("account_id"),
        answered_again(follow_up.c.id).label("asked_again"),
        answered_again(follow_up.c.solved).label("solved"),
        answered_again(follow_up.c.score).label("score_after"),
        phone_of(contact.c.id).label("phone"),
    )
    .select_from(CASES)
    .where(case.c.id == bindparam("of_id"))
)
_THERE: Final = select(case.c.id).where(case.c.id == bindparam("of_id"))
_BESIDE: Final = (
    select(answer.c.text, answer.c.kind, answer.c.message_ref)
    .where(
        answer.c.conversation_id == bindparam("of_id"),
        or_(
            answer.c.kind.in_(("unread", "late")),
            and_(answer.c.kind == "replaced", answer.c.text.is_(None)),
            # What they said of a good score before it fell to a bad one is no reason of that.
            and_(answer.c.kind == "reason", answer.c.at < bindparam("since")),
        ),
    )
    .order_by(answer.c.id)
)


def case_file(
    connection: Connection, settings: Settings, number: int, who: Onlooker, now: datetime
) -> CaseFile | None:
    """The case of this number; None where there is none that they may see."""
    if number > LARGEST_ID:
        return None
    row = connection.execute(_ONE.where(*seen_by(who)), {"of_id": number}).one_or_none()
    if row is None:
        return None
    values = {"of_id": row.conversation_id, "since": row.reason_since}
    beside = connection.execute(_BESIDE, values).all()
    taken_back = {one.message_ref for one in beside if one.kind == "replaced"}
    happened = time_line.happened(connection, number)
    steps = _told(settings, happened, threads.said(connection, number))
    return CaseFile(
        row=case_row(settings, row, _newest_words(happened), ladder_of(connection, settings, now), now),
        channel=row.talk_channel,
        first_score=row.first_score,
        scored_at=row.scored_at,
        answered_late=row.late,
        reason=row.reason or None,
        words=tuple(one.text for one in beside if one.text and one.message_ref not in taken_back),
        came=what_came(connection, row.conversation_id),
        took_back=bool(taken_back),
        phone=row.phone,
        note=row.note or None,
        erased=row.erased,
        steps=tuple(steps),
        asked_again=row.asked_again is not None,
        solved=row.solved,
        score_after=row.score_after,
        facts=shown_facts(settings.alert_shows, row.attributes or {}),
        opted_out=row.opted_out,
        profile=profile_of(row.attributes or {}),
        customer=None if row.key is None else (row.key, row.name or row.key),
        account=None if row.account_id is None else (row.account_id, row.account),
        manager=row.account_manager,
        earlier=earlier_scores(connection, row.contact_id, row.conversation_id),
        language=row.language,
    )


def is_seen(connection: Connection, number: int, who: Onlooker) -> bool:
    """Whether there is a case of this number that they may see."""
    if number > LARGEST_ID:
        return False
    found = _THERE.select_from(cases_for(who)).where(*seen_by(who))
    return connection.execute(found, {"of_id": number}).first() is not None


def _newest_words(happened: Sequence[CaseEntry]) -> str | None:
    """The kind of the step that tells who wrote last."""
    return next((one.kind for one in reversed(happened) if one.kind in TALK), None)


def _told(
    settings: Settings, happened: Sequence[CaseEntry], said: Sequence[ThreadMessageShown]
) -> list[CaseStep]:
    """What happened and what was said under the alert, in order. Where the words are there, the steps that say
    only that somebody wrote are not told."""
    steps = [case_step(settings, one) for one in happened if not said or one.kind not in TALK]
    steps += [_words(settings, one) for one in said]
    return sorted(steps, key=lambda step: step.at)


def _words(settings: Settings, row: ThreadMessageShown) -> CaseStep:
    """Words of a colleague as they wrote them; the customer's as they came under the alert."""
    text = row.text or "".join(text for _, text, _ in row.body or ())
    who = None if row.who is None else colleagues.called(settings, row.who)
    became = "".join(text for _, text, _ in row.line or ()).removeprefix("npsbot: ")
    waits = row.id if row.told == "held" and row.state == "queued" else None
    return CaseStep(row.at, f"said_{row.kind}", who, {}, text or None, became or None, waits)


def case_step(settings: Settings, row: CaseEntry) -> CaseStep:
    """One thing that happened, by its row of the time line."""
    facts = {name: _named(settings, name, value) for name, value in (row.detail or {}).items()}
    who = None if row.who is None else colleagues.called(settings, row.who)
    return CaseStep(row.at, row.kind, who, facts, row.text or None)


def _named(settings: Settings, what: str, value: object) -> object:
    """A value of a step, as others know it: a colleague, who is a name with an address, and a cause by its label."""
    match value:
        case str() if what == "cause":
            return cause_label(settings.causes, value, settings.language)
        case [str(name), str(channel), str(id_)]:
            return name or colleagues.called(settings, f"{channel}:{id_}")
        case _:
            return value
