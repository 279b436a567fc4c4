"""What must hold whenever the bot is at rest: nothing lost, nothing left, every row explained."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, func, or_, select

from bot.cases import time_line
from bot.cases.alerts import parse_case_value
from bot.cases.as_kept import Case
from bot.cases.cases import life_of
from bot.cases.life.events import CaseDue
from bot.cases.life.life import replay_case
from bot.config.settings import Settings
from bot.people.moves import moves
from bot.reports.group_proof import prove_groups
from bot.reports.tallies import prove
from bot.reports.themes.proof import prove_themes
from bot.sending.unreported import open_refs
from bot.store.schema import (
    OPEN_STATES,
    Row,
    case,
    command,
    contact,
    conversation,
    metadata,
    opt_out,
    outbox,
    touchpoint,
    wave,
)
from channels.base import Address, OutboundMessage
from tests.simulation.happenings import events_are_settled
from tests.simulation.ledger import Talk
from tests.simulation.model import Model
from tests.simulation.places import inside
from tests.simulation.providers import SimulatedProvider
from tests.simulation.replay import as_stored, replayed
from tests.support.fake_channel import text_of

_CASES: Final = select(case, conversation.c.erased).join(
    conversation, conversation.c.id == case.c.conversation_id
)


def left_to_do(connection: Connection, now: datetime) -> Row | None:
    """Something that is left to do at this moment; what waits for its send window may wait."""
    todo = (
        # A colleague's words at night wait in a lane of their own until the customer's day begins.
        select(outbox).where(outbox.c.state == "queued", ~outbox.c.lane.startswith("held:")),
        select(command).where(command.c.done_at.is_(None)),
        select(wave).where(wave.c.enrolled_at.is_(None)),
        select(case).where(case.c.due_at <= now),
        select(touchpoint).where(touchpoint.c.due_at <= now),
        select(conversation).where(conversation.c.closes_at <= now),
        # Who is in a wave that is paused waits until an admin lets it go on.
        select(conversation)
        .join(wave, wave.c.id == conversation.c.wave_id)
        .where(
            conversation.c.state == "waiting",
            conversation.c.released_at.is_(None),
            conversation.c.ask_at <= now,
            wave.c.paused_at.is_(None),
        ),
    )
    return next((row for one in todo if (row := connection.execute(one).first()) is not None), None)


def next_due(connection: Connection) -> datetime | None:
    """When time will next do something by itself; None where nothing is open any more."""
    open_ = conversation.c.state.in_(OPEN_STATES)
    unreleased = conversation.c.released_at.is_(None)
    times = (
        select(func.min(conversation.c.closes_at)).where(open_),
        select(func.min(conversation.c.ask_at)).where(conversation.c.state == "waiting", unreleased),
        select(func.min(case.c.due_at)),
        select(func.min(touchpoint.c.due_at)),
        select(func.min(outbox.c.due_at)).where(outbox.c.state == "queued"),
    )
    found = [at for at in (connection.scalar(one) for one in times) if at is not None]
    return min(found, default=None)


def at_rest(connection: Connection, model: Model, screens: "Screens") -> None:
    """Check everything that holds when nothing is on its way any more."""
    _leavings(connection, model)
    _cases(connection, model, screens)
    _time_lines(connection, model)
    _outbox(connection, model)
    _replays(connection, model)
    _erased(connection, model)
    events_are_settled(connection, model)
    model.law(not prove(connection), "the tallies are the answers", prove(connection))
    groups = prove_groups(connection)
    model.law(not groups, "the counts by attribute and what is on their list are the answers", groups)


def themes_are_the_reasons(connection: Connection, model: Model, settings: Settings) -> None:
    """Check that what is kept of themes is what matching every reason says."""
    proof = prove_themes(connection, settings)
    model.law(proof.holds, "the themes are what the reasons name", proof)


class Screens:
    """What people see."""

    def __init__(self, providers: Mapping[str, SimulatedProvider]) -> None:
        self._providers = providers

    def of(self, at: Address) -> dict[str, OutboundMessage]:
        """The messages on somebody's screen by reference, from top to bottom."""
        provider = self._providers[at.channel]
        return provider.screens.get(provider.moved.get(at.id, at.id), {})

    def moved_to(self, at: Address) -> bool:
        """Whether a group goes on there that stood elsewhere before."""
        return at.id in self._providers[at.channel].moved.values()


def _leavings(connection: Connection, model: Model) -> None:
    rows = {Address(row.channel, row.value): row.source for row in connection.execute(select(opt_out))}
    # Who was erased and is imported again is known by a digest alone; `model.sent` sees that they are let be.
    found = {at for at, source in rows.items() if source != "erased"}
    expected = {at for at, one in model.leavings.items() if one.source != "erased"} - (set(rows) - found)
    model.law(
        found == expected, "who left is known", "too few", expected - found, "too many", found - expected
    )


def _cases(connection: Connection, model: Model, screens: Screens) -> None:
    rows = {row.conversation_id: row for row in connection.execute(_CASES)}
    for id_, talk in model.talks.items():
        e = talk.expected
        stands = talk.row.score is not None and talk.row.score <= 6
        if stands or (e is not None and e.sure and e.detractor_once):
            model.law(id_ in rows, "a detractor has a case", id_)
    for row in rows.values():
        if row.erased is None:
            # Of a case that is done nobody waits to hear, and where nobody reads it is not tried again.
            given_up = row.state == "done" and Address(row.channel, row.address) in _missed(
                connection, row.id
            )
            if given_up:
                continue
            model.law(row.shown == row.wanted, "an alert shows the newest", row)
            _alert(model, row, model.talks[row.conversation_id], screens)


def _alert(model: Model, row: Row, talk: Talk, screens: Screens) -> None:
    at = Address(row.channel, row.address)
    if row.shown_ref is None and screens.moved_to(at):
        return  # it stands in the group that moved since, and is posted anew once there is news
    shown = screens.of(at).get(row.shown_ref)
    model.law(shown is not None, "an alert stands where its manager is", row)
    assert shown is not None, "the law above"
    text, e = text_of(shown.body), talk.expected
    if e is None or not e.sure:
        return
    title = text.partition("\n")[0] if at.channel != "sms" else text
    if e.score is not None:
        model.law(f" {e.score}" in title or f"{e.score} " in title, "an alert names the score", text, e)
    for words in (part.text for part in e.parts):
        model.law(words in text, "an alert quotes the reason", text, e)
    if at.channel != "sms":
        pressed = [parse_case_value(choice.value) for line in shown.choices for choice in line]
        deeds = [one[1].partition(":")[0] for one in pressed if one is not None]
        offered = _OFFERED[row.face or row.state]
        if row.state == "done" and row.cause is not None and not row.new_words:
            offered = offered - {"done"}
        # In a trial nobody can be handed anything.
        model.law(set(deeds) | {"to"} == offered | {"to"}, "its buttons fit", row, deeds)


_OFFERED: Final[Mapping[str, set[str]]] = {
    "open": {"take", "done", "to", "snooze", "why"},
    "taken": {"done", "to", "snooze", "why"},
    "snoozed": {"take", "done", "to", "snooze", "why"},
    "done": {"done", "reopen", "why"},
    "to": {"to", "back"},
    "snooze": {"snooze", "back"},
}


def _time_lines(connection: Connection, model: Model) -> None:
    """What happened to a case gives its row; time told each colleague once, and nobody at night."""
    for row in connection.execute(_CASES):
        line = time_line.happened(connection, row.id)
        events = [time_line.from_row(one) for one in line]
        life = life_of(Case(*row[:-1]), erased=row.erased is not None)
        # That a group has another id now is no event of a case.
        played = replay_case(events)
        manager, at = played.owner
        played = replace(played, owner=(manager, moves(connection).get(at, at)))
        model.law(played == life, "the time line of a case gives its row", row, events)
        model.law(
            life.due_at is None or life.state.value in ("open", "snoozed"), "what is taken is let be", row
        )
        # Whom an alert did not reach has heard of nothing, and is tried again.
        missed = _missed(connection, row.id)
        told: list[object] = []
        for kind, event in zip((one.kind for one in line), events, strict=True):
            if kind in ("new_words", "handed_over", "reopened", "not_solved", "woken"):
                told = []  # it may have begun anew
            if isinstance(event, CaseDue) and kind in ("reminded", "escalated"):
                model.law(_by_day(event.at), "nobody is told at night", kind, event)
                told.append(kind if kind == "reminded" else event.following and event.following[1])
        told = [one for one in told if one == "reminded" or one not in missed]
        model.law(len(set(told)) == len(told), "nobody is pinged twice for the same thing", told, events)


def _missed(connection: Connection, case_id: int) -> set[Address]:
    """Where an alert of a case did not arrive."""
    rows = connection.execute(
        select(outbox.c.channel, outbox.c.address).where(
            outbox.c.kind == "alert",
            outbox.c.case_id == case_id,
            or_(outbox.c.state == "failed", outbox.c.status.in_(("undelivered", "failed"))),
        )
    )
    return {Address(row.channel, row.address) for row in rows}


def _by_day(at: datetime) -> bool:
    """Whether people in Amsterdam are at work, or were ten minutes ago."""
    zone, hours = ZoneInfo("Europe/Amsterdam"), (time(9), time(17, 30))
    earlier = at - timedelta(minutes=10)
    return any(inside(one, zone, "NL", hours) and one.astimezone(zone).weekday() < 5 for one in (at, earlier))


def _outbox(connection: Connection, model: Model) -> None:
    for row in connection.execute(select(outbox.c.id, outbox.c.state, outbox.c.kind)):
        taken = row.id in model.taken
        model.law(row.state != "sent" or taken, "what counts as sent was sent", row)
        model.law(not taken or row.state in _GONE, "what was sent does not count as failed", row)


_GONE: Final = ("sent", "unknown", "cancelled", "failed", "expired")


def _replays(connection: Connection, model: Model) -> None:
    for row in connection.execute(select(conversation).where(conversation.c.erased.is_(None))):
        # What is said to a colleague is passed on, and the inbox does not say that it was.
        if row.released_at is not None and model.talks[row.id].owner not in model.with_person:
            stored = as_stored(row)
            ways = list(replayed(connection, row, model.languages))
            model.law(stored in ways, "the stored events give the stored row", row.id, stored, ways)


def _erased(connection: Connection, model: Model) -> None:
    """No name, address or word of who was erased is left in any table."""
    secrets = [secret for one in model.forgotten for secret in one]
    if not secrets:
        return
    there = set(connection.scalars(select(contact.c.contact_id)))
    names = {secret for secret in secrets if secret not in there}
    for text in _everything(connection):
        for name in names:
            # As a word of its own: a number is found in the fraction of many a second.
            left = re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text)
            model.law(left is None, "nothing is left of who was erased", name, text)


def _everything(connection: Connection) -> Iterator[str]:
    for table in metadata.sorted_tables:
        rows: Sequence[Any] = connection.execute(select(table)).all()
        yield f"{table.name}: " + "\n".join(map(str, rows))


def nothing_is_untold(connection: Connection, model: Model, now: datetime, listed: Collection[str]) -> None:
    """Once the list was asked, no question and no alert waits for what it says."""
    left = open_refs(connection, "sms", now).intersection(listed)
    model.law(not left, "what a carrier says in its list is known", left)


def everybody_is_accounted_for(connection: Connection, model: Model) -> None:
    """At the end of a world: each conversation is over, or was never to be."""
    for row in connection.execute(select(conversation)):
        model.law(row.state in ("closed", "skipped"), "time closes every conversation", row)
        model.law((row.state == "skipped") == (row.skipped is not None), "who is skipped knows why", row)
        model.law((row.state == "closed") == (row.ending is not None), "what is over has an ending", row)
