"""The time line of one person: what was decided about them, what was sent, what they said, who followed up.

It is read from the rows that record it, nothing is written down for it. What a step means stands in `CODES`;
its facts are plain values, so that it can be said in any language and printed as JSON.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import BindParameter, Connection, bindparam, select

from bot.campaigns.terms import Terms
from bot.cases.as_kept import CaseEntry
from bot.config.audiences import thawed
from bot.config.sections.after import THE_EVENT
from bot.config.settings import Settings
from bot.people import colleagues
from bot.people.contacts import Person
from bot.people.links import JOINED
from bot.privacy.as_kept import ConversationTrace, EventTrace, TouchpointTrace
from bot.privacy.traces import (
    Traces,
    cases_of,
    conversations_of,
    events_of,
    links_of,
    opt_outs_of,
    touchpoints_of,
    traces_of,
)
from bot.reports.cases.file import case_step
from bot.reports.timeline_messages import received, sent
from bot.store.schema import address, case_event, contact, outbox, wave_event

CODES: Final = (
    # the person
    "known",  # became a contact
    "link_made",  # got a t.me link (channel)
    "linked",  # used it
    "happened",  # an event, as the company's systems told it (event, fields)
    # why asked, or not
    "audience",  # in the audience of a wave (audience, by)
    "touched",  # in a wave after an event (event)
    "passed",  # not asked after an event (event, by: the campaign, outcome, rule, detail); see campaigns.touchpoints
    "awaited",  # an event waits, and the campaign asks after it then (event, by)
    "trial",  # an admin tries a campaign (by)
    "skipped",  # not asked (rule, detail); the codes of campaigns.plan
    "moved",  # asked on the next channel (channel, before)
    "held",  # asked not before the send window opens (until)
    # what we sent (what, channel, tries, text)
    "sent",
    "queued",  # waits for its turn (due)
    "unknown",  # nobody knows whether it arrived (why)
    "failed",  # (why)
    "cancelled",  # taken back before it went (why)
    "expired",  # its time was over before its turn came
    "arrived",  # the question
    "undelivered",  # the question (why)
    # what they did
    "wrote",  # (channel, text, edited, taken_for: pairs of a code and a score)
    "pressed",  # (channel, score, taken_for)
    "answered",  # by a button, what was asked after the survey (channel, answer: yes, no, later or a score)
    "brought",  # something without words (channel, kind, text: the emoji of a reaction)
    "took_back",  # deleted a message (channel)
    "provider_out",  # the provider says that they want no messages (channel)
    "provider_in",  # … or want them again
    "blocked",
    "unblocked",
    "opted_out",  # wants no messages (channel, source); of an opt-out that stands
    "dead",  # the provider says that nobody can be reached at an address (channel, why)
    # the follow-up
    "alert_opened",  # (manager, kind)
    "taken",  # (step: of the case's own time line)
    "done",
    "followed",  # anything else of the case's own time line (step)
    "alert_shown",  # posted (to, channel)
    "alert_changed",  # shown anew in its place
    "alert_queued",
    "alert_unknown",
    "alert_failed",  # (why)
    # the end
    "wave_paused",  # nobody more was asked (by)
    "wave_resumed",  # … until it went on (by)
    "stopped",  # the wave was (by)
    "closed",  # (ending: a code of dialogue.conversation.Ending)
    "closes",  # is still open, and closes then by itself
)
"""What can happen, in the order in which it stands where it happened at the same moment."""

_RANK: Final = {code: rank for rank, code in enumerate(CODES)}
# What we say is an answer to what they did: at the same moment it comes after it, except for the question.
_AFTER_WORDS: Final = _RANK["dead"] + 0.5
SOON: Final = timedelta(minutes=2)  # a question that may go so soon is not held for a send window


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happened. `campaign` is empty outside a conversation; a trial has no wave of its own,
    and 0 as its number."""

    at: datetime
    code: str
    campaign: str = ""
    wave: int = 0
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Timeline:
    """Everything that is known to have happened with a person, the oldest first."""

    contact_id: str
    name: str
    account: str
    manager: str
    steps: tuple[Happening, ...]


_PERSON: Final = select(contact.c.added_at).where(contact.c.id == bindparam("person"))
_DEAD: Final = select(address.c.channel, address.c.dead_since, address.c.dead_reason).where(
    address.c.contact_id == bindparam("person"), address.c.dead_since.is_not(None)
)
_IDS: Final[BindParameter[Sequence[int]]] = bindparam("ids", expanding=True)
# What the alert, and what was written, tell by themselves; and that a reminder waits for the morning.
_TOLD: Final = ("opened", "new_words", "wrote", "delivered", "customer_wrote", "put_off", "erased")
_FOLLOWED: Final = (
    select(case_event)
    .where(case_event.c.case_id.in_(_IDS), case_event.c.kind.not_in(_TOLD))
    .order_by(case_event.c.id)
)
_HELD: Final = select(wave_event).where(wave_event.c.wave_id.in_(_IDS)).order_by(wave_event.c.id)
_FOLLOWED_BY: Final[Mapping[str, str]] = {"taken": "taken", "finished": "done"}
_ALERTS: Final = (
    select(outbox).where(outbox.c.case_id.in_(_IDS), outbox.c.kind == "alert").order_by(outbox.c.id)
)


def timeline(connection: Connection, settings: Settings, person: Person) -> Timeline:
    """The time line of a contact. Of what was forgotten, for its age, nothing names them any more."""
    traces = traces_of(connection, person.id, colleagues.addresses(settings))
    rows = {row.id: row for row in conversations_of(connection, person.id)}
    left = max((row.since for row in opt_outs_of(connection, traces)), default=None)
    touchpoints = touchpoints_of(connection, person.id)
    touched = {one.conversation_id: one for one in touchpoints}
    steps = [
        *_about(connection, person, traces),
        *_happened(events_of(connection, person.id), touchpoints),
        *(step for row in rows.values() for step in _asked(settings, row, left, touched.get(row.id))),
        *_held(connection, settings, rows),
        *(_of(rows, *found) for found in sent(connection, traces)),
        *(_of(rows, *found) for found in received(connection, traces)),
        *_followed_up(connection, settings, rows),
    ]
    return Timeline(
        person.contact_id,
        person.name,
        person.account or "",
        person.account_manager or "",
        tuple(sorted(steps, key=_order)),
    )


def _order(step: Happening) -> tuple[datetime, float]:
    answers = step.code == "sent" and step.facts["what"] != "question"
    return step.at, _AFTER_WORDS if answers else _RANK[step.code]


def _of(
    rows: Mapping[int, ConversationTrace],
    conversation_id: int | None,
    at: datetime,
    code: str,
    facts: Mapping[str, Any],
) -> Happening:
    row = rows.get(conversation_id) if conversation_id is not None else None
    return Happening(at, code, facts=facts) if row is None else _step(row, at, code, **facts)


def _step(row: ConversationTrace, at: datetime, code: str, **facts: Any) -> Happening:
    return Happening(at, code, row.campaign, 0 if row.trial else row.number, facts)


def _about(connection: Connection, person: Person, traces: Traces) -> Iterator[Happening]:
    chosen = {"person": person.id}
    added_at = connection.execute(_PERSON, chosen).scalar_one()
    if added_at is not None:
        yield Happening(added_at, "known")
    for one in links_of(connection, person.id):
        yield Happening(one.made_at, "link_made", facts={"channel": JOINED})
        if one.used_at is not None:
            yield Happening(one.used_at, "linked", facts={"channel": JOINED})
    for channel, since, why in connection.execute(_DEAD, chosen):
        yield Happening(since, "dead", facts={"channel": channel, "why": why})
    for row in opt_outs_of(connection, traces):
        yield Happening(row.since, "opted_out", facts={"channel": row.channel, "source": row.source})


def _ending(row: ConversationTrace, closed_at: datetime, left: datetime | None) -> str:
    """How a conversation had ended when it closed: whoever left after that is told where they left."""
    if row.ending != "opted_out" or left is None or left <= closed_at:
        return str(row.ending)
    if row.score is None:
        return "unread" if row.unread else "window"
    return "done" if row.reason is not None else "no_reason"


def _happened(events: Sequence[EventTrace], touchpoints: Sequence[TouchpointTrace]) -> Iterator[Happening]:
    """The events of a contact, and what campaigns made of each where it is in no wave."""
    names = {one.id: one.name for one in events}
    for one in events:
        yield Happening(one.at, "happened", facts={"event": one.name, "fields": one.fields})
    for touched in touchpoints:
        facts: dict[str, Any] = {"event": names[touched.event_id], "by": touched.campaign}
        if touched.due_at is not None:
            yield Happening(touched.due_at, "awaited", facts=facts)
        elif touched.settled_at is not None and touched.conversation_id is None:
            facts |= {"outcome": touched.outcome, "rule": touched.rule, "detail": touched.detail or ""}
            yield Happening(touched.settled_at, "passed", facts=facts)


def _asked(
    settings: Settings, row: ConversationTrace, left: datetime | None, touched: TouchpointTrace | None
) -> Iterator[Happening]:
    """From the audience, or the event that they were `touched` by, to the end of one conversation."""
    by = colleagues.called(settings, row.started_by)
    began = (touched and touched.settled_at) or row.started_at
    if row.trial:
        yield _step(row, row.started_at, "trial", by=by)
    elif row.about is not None:
        yield _step(row, began, "touched", event=row.about[THE_EVENT])
    else:
        audience = Terms.from_dict(row.terms).audience
        chosen = thawed(audience)
        yield _step(row, row.started_at, "audience", audience=chosen, by=by)
    if row.skipped is not None:
        yield _step(row, began, "skipped", rule=row.skipped, detail=row.skipped_detail or "")
        return
    if row.ask_at is not None and row.ask_at > began + SOON:
        yield _step(row, began, "held", until=row.ask_at)
    if row.moved_at is not None:
        yield _step(row, row.moved_at, "moved", channel=row.channel, before=row.moved_from)
    if row.delivered_at is not None:
        yield _step(row, row.delivered_at, "arrived", channel=row.channel)
    if row.undelivered is not None and row.closed_at is not None:
        yield _step(row, row.closed_at, "undelivered", channel=row.channel, why=row.undelivered)
    if row.stopped_at is not None and (row.closed_at is None or row.closed_at >= row.stopped_at):
        yield _step(row, row.stopped_at, "stopped", by=colleagues.called(settings, row.stopped_by))
    if row.closed_at is not None and row.undelivered is None:
        yield _step(row, row.closed_at, "closed", ending=_ending(row, row.closed_at, left))
    elif row.closes_at is not None:
        yield _step(row, row.closes_at, "closes")


def _held(
    connection: Connection, settings: Settings, rows: Mapping[int, ConversationTrace]
) -> Iterator[Happening]:
    """When their wave was paused, and went on, while they waited for their question."""
    waves = {row.wave_id: row for row in rows.values() if row.skipped is None}
    for one in connection.execute(_HELD, {"ids": list(waves)}):
        row = waves[one.wave_id]
        over = row.asked_at or row.closed_at
        if over is None or one.at < over:
            by = "npsbot" if one.by is None else colleagues.called(settings, one.by)
            yield _step(row, one.at, f"wave_{one.kind}", by=by)


def _followed_up(
    connection: Connection, settings: Settings, rows: Mapping[int, ConversationTrace]
) -> Iterator[Happening]:
    cases = {row.id: row for row in cases_of(connection, rows).values()}
    for one in cases.values():
        talk = rows[one.conversation_id]
        yield _step(talk, one.opened_at, "alert_opened", manager=one.manager, kind=one.kind)
    for entry in (CaseEntry(*one) for one in connection.execute(_FOLLOWED, {"ids": list(cases)})):
        talk, step = rows[cases[entry.case_id].conversation_id], case_step(settings, entry)
        code = _FOLLOWED_BY.get(entry.kind, "followed")
        yield _step(talk, entry.at, code, step=step)
    shown: dict[int, str | None] = {}
    for row in connection.execute(_ALERTS, {"ids": list(cases)}):
        talk = rows[cases[row.case_id].conversation_id]
        to = colleagues.called(settings, f"{row.channel}:{row.address}")
        facts = {"to": to, "channel": row.channel, "tries": row.attempts}
        at = row.done_at or row.due_at
        match row.state:
            case "sent":
                again = row.case_id in shown and shown[row.case_id] == row.message_ref
                shown[row.case_id] = row.message_ref
                yield _step(talk, at, "alert_changed" if again else "alert_shown", **facts)
            case "queued":
                yield _step(talk, at, "alert_queued", **facts)
            case "unknown":
                yield _step(talk, at, "alert_unknown", **facts, why=row.error or "")
            case "failed" | "expired":
                yield _step(talk, at, "alert_failed", **facts, why=row.error or "")
