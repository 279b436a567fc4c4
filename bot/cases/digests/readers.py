"""Who reads digests, of what, how often, and how far each was told.

An account manager reads of their own customers, wherever several share one address in one digest; admins and the
places of `board_to` read the page for the board. What a reader chose in the chat stands in their row and comes before
config.yaml.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from sqlalchemy import Connection, bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.cases.agreed import working_hours
from bot.cases.digests.times import DigestTurn, turns
from bot.cases.hours import WorkingHours
from bot.config.settings import Settings
from bot.people import colleagues
from bot.people.moves import moves
from bot.store.schema import Row, digest_reader
from bot.when.repeats import Repeats
from channels.base import Address

DigestSubject = Literal["customers", "board"]
_RESTS: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DigestReader:
    """Somebody who reads digests of one subject: how often by config.yaml, and the account managers whose customers
    are theirs. `clock` is the colleague by whose clock they live."""

    address: Address
    subject: DigestSubject
    repeats: Repeats
    names: tuple[str, ...] = ()
    clock: str = ""


@dataclass(frozen=True, slots=True)
class ReaderRow:
    """How far a reader was told, and what they `chose`; see the table."""

    id: int
    chose: Repeats | None
    began: datetime
    since: datetime
    looked: datetime
    quiet: int


@dataclass(frozen=True, slots=True)
class ReaderNow:
    """A reader as they are now: how often in the end, when they work, and their row where they have one."""

    reader: DigestReader
    repeats: Repeats
    work: WorkingHours
    row: ReaderRow | None

    @property
    def off(self) -> bool:
        return self.repeats == "off"


def digest_readers(settings: Settings) -> tuple[DigestReader, ...]:
    """Everybody who reads digests, or may choose to."""
    managers = dict(settings.account_managers)
    if settings.fallback is not None:
        managers.setdefault(*settings.fallback)
    named: dict[Address, tuple[str, ...]] = {}
    for name, at in managers.items():
        named[at] = (*named.get(at, ()), name)
    rules = settings.digest
    board: dict[Address, Repeats] = dict.fromkeys(settings.admins, rules.admins)
    board |= dict.fromkeys(rules.board_to, "monthly")
    return (
        *(
            DigestReader(at, "customers", settings.managers_digest, names, names[0])
            for at, names in named.items()
        ),
        *(
            DigestReader(at, "board", repeats, clock=next(iter(named.get(at, ())), ""))
            for at, repeats in board.items()
        ),
    )


def readers_at(settings: Settings, place: Address) -> tuple[DigestReader, ...]:
    """What is read at a place."""
    return tuple(one for one in digest_readers(settings) if one.address == place)


def own_names(settings: Settings, address: Address) -> tuple[str, ...]:
    """The account managers whose customers are told of at an address."""
    return next((one.names for one in readers_at(settings, address) if one.subject == "customers"), ())


def still_reads(settings: Settings, address: Address, subject: str) -> bool:
    """Whether somebody there reads of that: a digest that waits goes to nobody whose role ended."""
    return any(one.subject == subject for one in readers_at(settings, address))


def work_of(settings: Settings, reader: DigestReader) -> WorkingHours:
    """When a reader works."""
    return working_hours(settings, reader.clock)


# -------------------------------------------------------------------------------------------------- rows

_ALL: Final = select(digest_reader)
_ENGINES: Final[Mapping[str, Any]] = {"sqlite": sqlite, "postgresql": postgresql}
_MEET: Final = {
    name: engine.insert(digest_reader).on_conflict_do_nothing() for name, engine in _ENGINES.items()
}
_MOVE: Final = (
    update(digest_reader)
    .where(digest_reader.c.address == bindparam("of_address"), digest_reader.c.subject == bindparam("of"))
    .values(address=bindparam("to"))
)
_ONE: Final = digest_reader.c.id == bindparam("of_id")
_NOTHING_NEW: Final = (
    update(digest_reader)
    .where(_ONE, digest_reader.c.looked < bindparam("to"))
    .values(looked=bindparam("to"), quiet=digest_reader.c.quiet + 1)
)
_TOLD: Final = (
    update(digest_reader).where(_ONE).values(since=bindparam("to"), looked=bindparam("to"), quiet=0)
)
_REST: Final = (
    update(digest_reader)
    .where(digest_reader.c.id.in_(bindparam("ids", expanding=True)))
    .values(began=bindparam("to"), since=bindparam("to"), looked=bindparam("to"), quiet=0)
)
_CHOOSE: Final = (
    update(digest_reader).where(_ONE).values(repeats=bindparam("chose"), chosen_by=bindparam("by"))
)
_PASS_OVER: Final = (
    update(digest_reader).where(_ONE, digest_reader.c.looked < bindparam("to")).values(looked=bindparam("to"))
)


def readers_now(connection: Connection, settings: Settings) -> tuple[list[ReaderNow], list[ReaderRow]]:
    """Every reader as they are now, and the rows of those who read nothing any more."""
    rows = {(row.address, row.subject): row for row in connection.execute(_ALL)}
    found = []
    for reader in digest_readers(settings):
        row = rows.pop((str(reader.address), reader.subject), None)
        found.append(_reading(settings, reader, row))
    return found, [_row(row) for row in rows.values()]


def reader_now(connection: Connection, settings: Settings, reader: DigestReader) -> ReaderNow:
    """One reader as they are now."""
    every, _ = readers_now(connection, settings)
    return next(one for one in every if (one.reader.address, one.reader.subject) == _key(reader))


def _key(reader: DigestReader) -> tuple[Address, DigestSubject]:
    return reader.address, reader.subject


def _reading(settings: Settings, reader: DigestReader, row: Row | None) -> ReaderNow:
    kept = None if row is None else _row(row)
    repeats = reader.repeats if kept is None or kept.chose is None else kept.chose
    return ReaderNow(reader, repeats, work_of(settings, reader), kept)


def _row(row: Row) -> ReaderRow:
    return ReaderRow(row.id, row.repeats, row.began, row.since, row.looked, row.quiet)


def newest_turn(one: ReaderNow, said_at: str, now: datetime) -> DigestTurn | None:
    """The newest digest of a reader whose time has come; None where there is none, or it is off."""
    return None if one.off else turns(one.repeats, said_at, one.work, now)[0]


def meet(connection: Connection, settings: Settings, new: Sequence[ReaderNow], now: datetime) -> None:
    """Begin with readers who have no row: what was before their newest turn is never told. Who moved goes on."""
    was = {now_at: old for old, now_at in moves(connection).items()}
    rows = []
    for one in new:
        at = one.reader.address
        if at in was and _moved(connection, was[at], one.reader):
            continue
        turn = newest_turn(one, settings.digest_at, now)
        begins = now if turn is None else turn.ends
        marks = dict.fromkeys(("began", "since", "looked"), begins)
        rows.append({"address": str(at), "subject": one.reader.subject, "quiet": 0, **marks})
    if rows:
        connection.execute(_MEET[connection.dialect.name], rows)


def _moved(connection: Connection, old: Address, reader: DigestReader) -> bool:
    values = {"of_address": str(old), "of": reader.subject, "to": str(reader.address)}
    return bool(connection.execute(_MOVE, values).rowcount)


def nothing_new(connection: Connection, row: ReaderRow, ends: datetime) -> None:
    """There was nothing to tell up to then; counted once, however many processes look."""
    connection.execute(_NOTHING_NEW, {"of_id": row.id, "to": ends})


def told_up_to(connection: Connection, row: ReaderRow, ends: datetime) -> None:
    """Everything before then is told."""
    connection.execute(_TOLD, {"of_id": row.id, "to": ends})


def resting(found: Iterable[ReaderNow], gone: Iterable[ReaderRow], now: datetime) -> list[int]:
    """The rows of who reads nothing at the moment, once a day: what happens meanwhile is not told later."""
    off = [one.row for one in found if one.off and one.row is not None]
    return [row.id for row in (*off, *gone) if now - row.since >= _RESTS]


def rest(connection: Connection, ids: Sequence[int], now: datetime) -> None:
    """Nothing of before now is ever told to these readers."""
    connection.execute(_REST, {"ids": list(ids), "to": now})


def choose(
    connection: Connection, settings: Settings, reader: DigestReader, repeats: Repeats, by: str, now: datetime
) -> ReaderNow:
    """Take over what a reader chose; gives them as they are then. What is told goes on where it was; after `off` it
    begins now."""
    one = reader_now(connection, settings, reader)
    if one.row is None:
        meet(connection, settings, [one], now)
        one = reader_now(connection, settings, reader)
    if one.row is None:
        return one
    connection.execute(_CHOOSE, {"of_id": one.row.id, "chose": repeats, "by": by[:220]})
    turn = newest_turn(replace(one, repeats=repeats), settings.digest_at, now)
    if one.off or turn is None:
        rest(connection, [one.row.id], now)
    else:
        connection.execute(_PASS_OVER, {"of_id": one.row.id, "to": turn.ends})  # the next one tells it
    return reader_now(connection, settings, reader)


def of_colleague(settings: Settings, actor: Address, place: Address) -> tuple[DigestReader, ...]:
    """What whoever asks at a place may choose: what is read there, else what they read in their own chat. A page that
    goes to a place is an admin's to choose."""
    admin = actor in colleagues.addresses(settings, "admin")
    there = tuple(one for one in readers_at(settings, place) if one.subject == "customers" or admin)
    return there or readers_at(settings, actor)
