"""Enrolment: everybody in a wave's audience gets a row, to be asked or skipped with a reason.

It runs in chunks, each a transaction of its own, so that replies are taken in between. Contacts are taken in
the order of their ids and a chunk is kept whole or not at all; so the highest contact that has a row says
where to go on after a crash, and a second process that enrols the same wave finds nothing to double.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    bindparam,
    false,
    func,
    insert,
    literal_column,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from bot.campaigns.audience import PAGE, page_of
from bot.campaigns.by_lot import kept_draw
from bot.campaigns.candidates import next_page
from bot.campaigns.draw import canary_lot_of
from bot.campaigns.plan import Asked, Candidate, Decision, Skip, Skipped
from bot.campaigns.rules import Rules, Surroundings
from bot.campaigns.waves import Wave, wave_by_id
from bot.config.value_types import language_code
from bot.steps import step
from bot.store.hot import Hot
from bot.store.schema import account, contact, conversation, enrolment, wave
from bot.store.sql import constant

_REACHED: Final = select(func.max(conversation.c.contact_id)).where(
    conversation.c.wave_id == bindparam("wave_id")
)
AT_FIRST: Final[Mapping[str, ColumnElement[Any]]] = {
    "late": false(),
    "parts": constant("[]"),
    "unread": literal_column("0"),
    "talk": literal_column("0"),
    "candidates": constant("[]"),
    "hints": literal_column("0"),
    "clarified": false(),
}
"""What every new conversation has alike, as it stands in the statement that adds it."""

# No row where one exists: a conversation that another process opened at the same address a moment ago.
_ADD: Final = {
    engine.dialect.name: Hot(
        engine.insert(conversation)
        .values(AT_FIRST)
        .on_conflict_do_nothing()
        .returning(conversation.c.contact_id)
    )
    for engine in (sqlite, postgresql)
}
# What is known of them now is kept for good: a report of the wave goes by it whatever later imports say.
_KNOWN: Final = {
    "conversation_id": conversation.c.id,
    "account": account.c.name,
    "account_manager": account.c.account_manager,
    "timezone": contact.c.timezone,
    "attributes": contact.c.attributes,
    **{name: account.c[name] for name in ("account_value", "account_since", "account_until", "renewal")},
    "key_contact": contact.c.key_contact,
}
_FREEZE: Final = insert(enrolment).from_select(
    list(_KNOWN),
    select(*_KNOWN.values())
    .join_from(conversation, contact, contact.c.id == conversation.c.contact_id)
    .outerjoin(account, account.c.id == contact.c.account_id)
    .where(
        conversation.c.wave_id == bindparam("of_wave"),
        conversation.c.contact_id.between(bindparam("first"), bindparam("last")),
    ),
)
_FINISH: Final = update(wave).where(wave.c.id == bindparam("id_")).values(enrolled_at=bindparam("at"))


def enrol_chunk(
    connection: Connection,
    wave_id: int,
    surroundings: Surroundings,
    now: datetime,
    size: int = PAGE,
) -> bool:
    """Enrol the next `size` contacts; True once everybody in the audience has a row.

    The rules are applied here again: what the plan showed may have changed. Contacts that come to a wave
    after it was stopped are skipped as such; one that was undone takes nobody in.
    """
    run = wave_by_id(connection, wave_id, lock=True)
    if run.enrolled_at is not None:
        return True
    if run.undone_at is not None:
        connection.execute(_FINISH, {"id_": wave_id, "at": now})
        return True
    after = connection.scalar(_REACHED, {"wave_id": wave_id}) or 0
    if run.terms.draw.chooses and run.draw is None:
        raise RuntimeError(
            f"wave {run.number} of {run.campaign} is yet to be drawn; runs.enrol draws it first"
        )
    today = surroundings.places.today(run.started_at)
    whom = page_of(run.terms.audience, today, run.terms.draw.within)
    chunk = next_page(connection, whom, after, surroundings.places, size)
    draw = kept_draw(connection, run, chunk)
    rules = Rules(run.terms, surroundings.channels_on, run.started_at, now, run.seed, draw)
    rows = [
        row_of(run, one, _outcome(run, one, rules), surroundings.language, rules.half(one)) for one in chunk
    ]
    if rows:
        there = inserted(connection, rows)
        clashed = [
            row_of(run, one, Skipped(Skip.BUSY), surroundings.language)
            for one in chunk
            if one.id not in there
        ]
        if clashed:
            inserted(connection, clashed)
        freeze(connection, wave_id, chunk[0].id, chunk[-1].id)
    if len(chunk) == size:
        return False
    connection.execute(_FINISH, {"id_": wave_id, "at": now})
    step("wave.enrolled", wave=wave_id, campaign=run.campaign, number=run.number)
    return True


def freeze(connection: Connection, wave_id: int, first: int, last: int) -> None:
    """Keep what is known now of the contacts from `first` to `last` that a wave has just taken in."""
    connection.execute(_FREEZE, {"of_wave": wave_id, "first": first, "last": last})


def inserted(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> set[int]:
    """Add the rows for which there is room; the contacts whose rows these are."""
    return {row.contact_id for row in _ADD[connection.dialect.name].each(connection, rows)}


def _outcome(run: Wave, candidate: Candidate, rules: Rules) -> Decision:
    return rules.decide(candidate) if run.stopped_at is None else Skipped(Skip.STOPPED)


def row_of(
    run: Wave, candidate: Candidate, outcome: Decision, default_language: str, half: int | None = None
) -> dict[str, Any]:
    """The columns of a new conversation that not all have alike."""
    asked = outcome if isinstance(outcome, Asked) else None
    canary = None if asked is None or run.terms.canary is None else canary_lot_of(run.seed, candidate.id)
    return {
        "wave_id": run.id,
        "contact_id": candidate.id,
        "low": run.terms.low,
        "high": run.terms.high,
        "language": spoken(candidate.language, default_language),
        "state": "skipped" if asked is None else "waiting",
        "channel": None if asked is None else asked.channel,
        "address": None if asked is None else asked.address,
        "ask_at": None if asked is None else asked.at,
        "skipped": outcome.code.value if isinstance(outcome, Skipped) else None,
        "skipped_detail": outcome.detail or None if isinstance(outcome, Skipped) else None,
        "half": None if asked is None else half,
        "canary": canary,
    }


@lru_cache(maxsize=256)
def spoken(language: str | None, default: str) -> str:
    """The language of a conversation: ours where we have it, else the contact's own (a campaign may bring
    words in any), else the company's."""
    if not language:
        return default
    return language_code(language) or language.casefold()[:20]
