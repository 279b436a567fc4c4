"""Enrolment: everybody in a wave's audience gets a row, to be asked or skipped with a reason.

It runs in chunks, each a transaction of its own, so that replies are taken in between. Contacts are taken in
the order of their ids and a chunk is kept whole or not at all; so the highest contact that has a row says
where to go on after a crash, and a second process that enrols the same wave finds nothing to double.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, bindparam, column, func, insert, select, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import Insert as PostgresInsert
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.types import TypeEngine

from bot.campaigns.audience import PAGE, next_page, page_of
from bot.campaigns.by_lot import kept_draw
from bot.campaigns.draw import canary_lot_of
from bot.campaigns.plan import Asked, Candidate, Decision, Skip, Skipped
from bot.campaigns.rules import Rules, Surroundings
from bot.campaigns.waves import Wave, wave_by_id
from bot.config.value_types import language_code
from bot.steps import step
from bot.store.schema import account, contact, conversation, enrolment, wave

AT_ONCE: Final[Mapping[str, int]] = {"sqlite": 100, "postgresql": PAGE}
"""Contacts a transaction. SQLite has one writer, so that a reply waits until it is through; on PostgreSQL replies have
writers of their own, and fewer transactions are sooner done."""

_REACHED: Final = select(func.max(conversation.c.contact_id)).where(
    conversation.c.wave_id == bindparam("wave_id")
)
# What differs between the new rows of a chunk; the rest is the same for all of a wave.
_OWN: Final[Mapping[str, TypeEngine[Any]]] = {
    name: conversation.c[name].type
    for name in (
        "contact_id",
        "channel",
        "address",
        "language",
        "state",
        "ask_at",
        "skipped",
        "skipped_detail",
        "half",
        "canary",
    )
}
_SHARED: Final = (
    "wave_id",
    "low",
    "high",
    "late",
    "parts",
    "unread",
    "talk",
    "candidates",
    "hints",
    "clarified",
)
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


def _insert_on_postgres() -> PostgresInsert:
    """One array a column instead of 18 parameters a row: the statement is the same for every chunk, so it is
    prepared once, and its text does not grow with the rows."""
    arrays = [bindparam(f"all_{name}", type_=ARRAY(kind)) for name, kind in _OWN.items()]
    rows = func.unnest(*arrays).table_valued(*(column(name, kind) for name, kind in _OWN.items()))
    own = rows.render_derived(name="own")
    shared = [bindparam(f"its_{name}", type_=conversation.c[name].type) for name in _SHARED]
    return postgres_insert(conversation).from_select(
        [*_OWN, *_SHARED], select(*own.c, *shared), include_defaults=False
    )


# No row where one exists: a conversation that another process opened at the same address a moment ago.
_INSERT: Final = {
    "sqlite": sqlite_insert(conversation).on_conflict_do_nothing().returning(conversation.c.contact_id),
    "postgresql": _insert_on_postgres().on_conflict_do_nothing().returning(conversation.c.contact_id),
}


def enrol_chunk(
    connection: Connection,
    wave_id: int,
    surroundings: Surroundings,
    now: datetime,
    size: int | None = None,
) -> bool:
    """Enrol the next `size` contacts, by default as many as hold no reply up for long; True once everybody in
    the audience has a row.

    The rules are applied here again: what the plan showed may have changed. Contacts that come to a wave
    after it was stopped are skipped as such; one that was undone takes nobody in.
    """
    size = size or AT_ONCE[connection.dialect.name]
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
    statement = _INSERT[connection.dialect.name]
    if connection.dialect.name != "postgresql":
        return set(connection.scalars(statement, rows))
    values: dict[str, Any] = {f"all_{name}": [row[name] for row in rows] for name in _OWN}
    values |= {f"its_{name}": value for name, value in rows[0].items() if name not in _OWN}
    return set(connection.scalars(statement, values))


def _outcome(run: Wave, candidate: Candidate, rules: Rules) -> Decision:
    return rules.decide(candidate) if run.stopped_at is None else Skipped(Skip.STOPPED)


def row_of(
    run: Wave, candidate: Candidate, outcome: Decision, default_language: str, half: int | None = None
) -> dict[str, Any]:
    row = new_conversation(run)
    row["contact_id"] = candidate.id
    row["language"] = spoken(candidate.language, default_language)
    if isinstance(outcome, Asked):
        row |= {
            "state": "waiting",
            "channel": outcome.channel,
            "address": outcome.address,
            "ask_at": outcome.at,
            "skipped": None,
            "skipped_detail": None,
            "half": half,
            "canary": None if run.terms.canary is None else canary_lot_of(run.seed, candidate.id),
        }
    else:
        row |= {
            "state": "skipped",
            "channel": None,
            "address": None,
            "ask_at": None,
            "skipped": outcome.code.value,
            "skipped_detail": outcome.detail or None,
            "half": None,
            "canary": None,
        }
    return row


def new_conversation(run: Wave) -> dict[str, Any]:
    """The columns that every new conversation of a wave has alike."""
    return {
        "wave_id": run.id,
        "low": run.terms.low,
        "high": run.terms.high,
        "late": False,
        "parts": [],
        "unread": 0,
        "talk": 0,
        "candidates": [],
        "hints": 0,
        "clarified": False,
    }


def spoken(language: str | None, default: str) -> str:
    """The language of a conversation: ours where we have it, else the contact's own (a campaign may bring
    words in any), else the company's."""
    if not language:
        return default
    return language_code(language) or language.casefold()[:20]
