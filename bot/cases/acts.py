"""What a colleague does with a case, whichever way they say it: by a button, a command or a text message."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, bindparam, select

from bot.cases import cases, time_line
from bot.cases.absences import absences, stands_in
from bot.cases.agreed import due_at, working_hours
from bot.cases.as_kept import Case
from bot.cases.deeds import Act, cause_meant, colleague_meant, until_when
from bot.cases.left_behind import tell_left
from bot.cases.life.events import (
    CaseRefusal,
    Deeds,
    Finished,
    HandedOver,
    Leave,
    Refuse,
    Reopened,
    Show,
    Snoozed,
    Took,
)
from bot.config.sections.cause import cause_label, cause_words
from bot.config.settings import Settings
from bot.people import colleagues
from bot.people.moves import moves
from bot.steps import step
from bot.store.schema import case, conversation, wave
from bot.store.sql import LARGEST_ID
from bot.words import words_for
from channels.base import Address, Limits
from channels.known import title_of

_CASE: Final = (
    select(case, conversation.c.erased, wave.c.trial)
    .join(conversation, conversation.c.id == case.c.conversation_id)
    .join(wave, wave.c.id == conversation.c.wave_id)
    .where(case.c.id == bindparam("of_id"))
    .with_for_update(of=case)
)
_OWNER: Final = select(case.c.id, case.c.channel, case.c.address, case.c.rung).where(
    case.c.id == bindparam("of_id")
)
_SO_DONE: Final[Mapping[type[Deeds], str]] = {
    Took: "acted_take",
    HandedOver: "acted_to",
    Snoozed: "acted_snooze",
    Finished: "acted_done",
    Reopened: "acted_reopen",
}
_STAYS: Final[Mapping[type[Deeds], str]] = {
    Took: "stays_taken",
    HandedOver: "case_same",
    Snoozed: "stays_snoozed",
    Finished: "stays_done",
    Reopened: "stays_open",
}
_STEPS: Final[Mapping[type[Deeds], str]] = {
    Took: "taken",
    HandedOver: "handed over",
    Snoozed: "snoozed",
    Finished: "done",
    Reopened: "reopened",
}
_REFUSED: Final[Mapping[CaseRefusal, str]] = {
    "taken": "case_taken",
    "done": "case_done",
    "same": "case_same",
    "past": "snooze_past",
    "far": "snooze_far",
    "erased": "case_erased",
}


@dataclass(frozen=True, slots=True)
class _ToAct(Case):
    """A case that somebody wants to do something with."""

    erased: str | None
    trial: bool


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a case is, and how often it went on."""

    id: int
    channel: str
    address: str
    rung: int


@dataclass(frozen=True, slots=True)
class Acted:
    """What became of a deed: it was `done`, it was no `news` (a second press), or it was `refused`; and what to say of
    it: a text of the manager's words, with its values."""

    outcome: Literal["done", "news", "refused"]
    key: str
    values: Mapping[str, object] = field(default_factory=dict)


def act(
    connection: Connection,
    settings: Settings,
    limits: Mapping[str, Limits],
    case_id: int,
    wanted: Act,
    actor: Address,
    place: Address,
    now: datetime,
    name: str = "",
    *,
    may: bool = False,
) -> Acted:
    """Do with a case what a colleague wants. Only from where its alert stands, or stood until it went on by itself,
    or by an admin, or by who `may` otherwise; again is no news. `name` is what the provider calls the actor, for
    colleagues who share the alert to read."""
    found = connection.execute(_CASE, {"of_id": case_id}).first() if case_id <= LARGEST_ID else None
    row = None if found is None else _ToAct(*found)
    if row is None:
        return Acted("refused", "case_gone")
    if not may and not _may(connection, settings, row, actor, place):
        if not colleagues.may_command(settings, actor, place):
            return Acted("refused", "not_yours")
        who = colleagues.called(settings, row.taken_by) if row.taken_by else row.manager
        return Acted("refused", "with_another", {"who": who, "case": case_id})
    if (choosing := _shown_by(wanted)) is not None and row.erased is None and row.state != "done":
        if choosing != (row.face or ""):
            cases.show(connection, row, now, face=choosing or None)
        return Acted("done", "")
    who = f"{actor} {name}".strip()[:220]
    event = _event(connection, settings, limits, row, wanted, who, now)
    if isinstance(event, Acted):
        return event
    effects = cases.happen(connection, row, event, now, erased=row.erased is not None)
    return _outcome(connection, settings, limits, row, event, effects, now)


def may_act(connection: Connection, settings: Settings, case_id: int, actor: Address, place: Address) -> bool:
    """Whether who presses or writes at a place may do something with a case; no lock is held for it."""
    row = connection.execute(_OWNER, {"of_id": case_id}).first() if case_id <= LARGEST_ID else None
    return row is not None and _may(connection, settings, _Place(*row), actor, place)


def _may(
    connection: Connection, settings: Settings, row: _ToAct | _Place, actor: Address, place: Address
) -> bool:
    """Who did not take it in time may still do so; whom it was handed on from may not."""
    if colleagues.may_follow_up(settings, actor, place, Address(row.channel, row.address)):
        return True
    return bool(row.rung) and not time_line.owners(connection, row.id).isdisjoint((actor, place))


def _shown_by(wanted: Act) -> str | None:
    """The face that a press asks for; empty is the first."""
    if wanted.name == "back":
        return ""
    asks = wanted.name in ("to", "snooze") and not wanted.said and wanted.day is None
    return wanted.name if asks else None


def _event(
    connection: Connection,
    settings: Settings,
    limits: Mapping[str, Limits],
    row: _ToAct,
    wanted: Act,
    who: str,
    now: datetime,
) -> Deeds | Acted:
    match wanted.name:
        case "to":
            return _handing_over(connection, settings, limits, row, wanted.said, who, now)
        case "snooze":
            zone = settings.zone_of(row.manager)
            return Snoozed(until_when(wanted, now, zone), who, now)
        case "done":
            return _finishing(settings, wanted, who, now)
        case "reopen":
            return Reopened(who, now, None if row.trial else due_at(settings, row.manager, now))
        case _:
            return Took(who, now)


def _handing_over(
    connection: Connection,
    settings: Settings,
    limits: Mapping[str, Limits],
    row: _ToAct,
    said: str,
    who: str,
    now: datetime,
) -> HandedOver | Acted:
    if row.trial:
        return Acted("refused", "case_trial")
    meant = colleague_meant(said, settings.account_managers)
    if not isinstance(meant, str):
        near = ", ".join(meant or sorted(settings.account_managers))
        key = "colleague_near" if meant else "colleague_unknown"
        return Acted("refused", key, {"said": said[:60], "names": near or "-"})
    at = settings.account_managers[meant]
    if at.channel not in limits:
        return Acted("refused", "colleague_off", {"who": meant, "channel": title_of(at.channel)})
    away = absences(connection, now)
    if (absence := away.get(meant)) is not None:
        until = _moment(settings, absence.until, working_hours(settings, meant).zone, now)
        deputy = stands_in(away, meant)
        return Acted("refused", "colleague_away", {"who": meant, "until": until, "deputy": deputy})
    return HandedOver((meant, moves(connection).get(at, at)), who, now, due_at(settings, meant, now))


def _finishing(settings: Settings, wanted: Act, who: str, now: datetime) -> Finished | Acted:
    if not wanted.said:
        return Finished(who, now, None, wanted.note)
    words = cause_words(settings.causes)
    cause = cause_meant(wanted.said, words)
    if not isinstance(cause, str):
        labels = [cause_label(settings.causes, key, settings.language) for key in settings.causes]
        return Acted(
            "refused", "cause_unknown", {"said": wanted.said[:60], "causes": ", ".join(labels) or "-"}
        )
    return Finished(who, now, cause, wanted.note)


def _outcome(
    connection: Connection,
    settings: Settings,
    limits: Mapping[str, Limits],
    row: _ToAct,
    event: Deeds,
    effects: Sequence[object],
    now: datetime,
) -> Acted:
    values = _values(settings, row, event)
    refused = next((effect.why for effect in effects if isinstance(effect, Refuse)), None)
    if refused is not None:
        return Acted("refused", _REFUSED[refused], values)
    if not any(isinstance(effect, Show) for effect in effects):
        return Acted("news", _STAYS[type(event)], values)
    if any(isinstance(effect, Leave) for effect in effects):
        text = words_for("manager", settings.language).text("handed_over", **values)
        tell_left(connection, limits, row, text, now)
    step(
        "case.acted",
        case=row.id,
        conversation=row.conversation_id,
        channel=row.channel,
        deed=_STEPS[type(event)],
    )
    return Acted("done", _SO_DONE[type(event)], values)


def _moment(settings: Settings, at: datetime, zone: ZoneInfo, now: datetime) -> str:
    """A moment as every answer about cases tells it; of another year with the year."""
    forms, there = words_for("manager", settings.language).forms, at.astimezone(zone)
    if there.year == now.astimezone(zone).year:
        return forms.moment(there)
    return f"{forms.day(there.date())} {there:%H:%M}"


def _values(settings: Settings, row: _ToAct, event: Deeds) -> Mapping[str, object]:
    """What the texts tell of a case and of what happened to it."""
    zone = settings.zone_of(row.manager)

    def when(at: datetime | None) -> str:
        return "-" if at is None else _moment(settings, at, zone, event.at)

    by, at = (row.done_by, row.done_at) if row.state == "done" else (row.taken_by, row.taken_at)
    return {
        "case": row.id,
        "who": colleagues.called(settings, by) if by else row.manager,
        "when": when(at or row.opened_at),
        "by": colleagues.called(settings, event.by),
        "now": when(event.at),
        "to": event.to[0] if isinstance(event, HandedOver) else row.manager,
        "until": when(event.until if isinstance(event, Snoozed) else None),
    }
