"""The one transaction that keeps a chunk of imported rows.

What the rows touch is read first; then each row is judged against that picture and applied to it, in the
order of the file; then what changed is written.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from pydantic import SecretStr
from sqlalchemy import Connection

from bot.people.contacts import RESERVED
from bot.people.rows import ADDRESS_COLUMNS, KEEP, ContactRow, Refusal
from bot.people.snapshot import KnownAccount, KnownContact, Picture, read_picture, write_picture
from bot.people.typed_cells import OF_ACCOUNT, TypedValue, written

TypedSoFar = dict[tuple[str, str], tuple[TypedValue | None, int]]
"""What a file said first of an account, by its name and the column, and on which line."""

CAME_BACK: Final = (
    "was erased before, which counts as an opt-out, so they are not asked; START from them undoes that"
)

_COLUMN_OF: Final = {channel: column for column, channel in ADDRESS_COLUMNS.items()}


@dataclass(slots=True)
class ChunkResult:
    """What became of the rows of a chunk."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: list[Refusal] = field(default_factory=list)
    notes: list[tuple[int, str]] = field(default_factory=list)  # of lines that were kept
    moved: dict[str, str] = field(default_factory=dict)  # accounts whose manager the rows name, and whom
    told: TypedSoFar = field(default_factory=dict)


def write_chunk(
    connection: Connection,
    rows: Sequence[ContactRow],
    now: datetime,
    moved: dict[str, str] | None,
    told: TypedSoFar,
    secret: SecretStr | None = None,
) -> ChunkResult:
    """Keep the rows that clash with nothing. `moved` holds, by account, the managers that this file named
    so far, who may take accounts over; None where an account keeps the manager it has. `told` is what the file
    said of accounts so far, which is held to. `secret` is the settings' `secret_key`, by which erased people
    are known."""
    if not rows:
        return ChunkResult()
    picture = read_picture(connection, rows)
    result = _judged(picture, rows, moved, told)
    back = write_picture(connection, picture, now, secret)
    result.notes += [(row.line, CAME_BACK) for row in rows if row.contact_id in back]
    return result


def judge_chunk(
    connection: Connection,
    rows: Sequence[ContactRow],
    moved: dict[str, str] | None,
    told: TypedSoFar,
    picture: Picture,
) -> ChunkResult:
    """What `write_chunk` would make of the rows, and nothing is written. `picture` holds what earlier chunks
    of the file would have changed."""
    picture.add(read_picture(connection, rows))
    return _judged(picture, rows, moved, told)


def _judged(
    picture: Picture, rows: Sequence[ContactRow], moved: dict[str, str] | None, told: TypedSoFar
) -> ChunkResult:
    chunk = _Chunk(picture, moved, told)
    for row in rows:
        chunk.take(row)
    return chunk.result


class _Chunk:
    """The rows taken so far, and what they made of the picture."""

    def __init__(self, picture: Picture, moved: dict[str, str] | None, told: TypedSoFar) -> None:
        self.picture = picture
        self.result = ChunkResult()
        self._moved = moved
        self._told = told

    def take(self, row: ContactRow) -> None:
        """Apply the row, or refuse it with nothing changed."""
        known = self.picture.contacts.get(row.contact_id)
        problems = dict(self._address_clashes(row))
        if problems:
            self.result.refused.append(Refusal(row.line, "; ".join(problems.values()), problems))
            return
        for clash in self._account_clashes(row, known):
            row = replace(row, account_manager=KEEP)
            self.result.notes.append((row.line, clash))
        if known is None:
            one = self.picture.contacts[row.contact_id] = KnownContact(None, row.contact_id)
            self._apply(one, row)
            self.result.added += 1
        elif self._apply(known, row):
            known.changed = True
            self.result.updated += 1
        else:
            self.result.unchanged += 1

    def _address_clashes(self, row: ContactRow) -> Iterable[tuple[str, str]]:
        """The columns whose addresses are another contact's, and a sentence of each."""
        for channel, value in row.addresses.items():
            owner = self.picture.owners.get((channel, value)) if value is not None else None
            if owner is not None and owner != row.contact_id and not owner.startswith(RESERVED):
                column = _COLUMN_OF[channel]
                yield (
                    column,
                    f"{column} {value} belongs to contact {owner!r}; "
                    "an address belongs to one contact, so take it from that contact first, or correct it here",
                )

    def _account_clashes(self, row: ContactRow, known: KnownContact | None) -> Iterable[str]:
        if row.account_manager is KEEP or row.account_manager is None:
            return
        name = _account_name(row, known)
        if name is None:
            yield "account_manager is given without an account, and counts as blank; a manager belongs to an account"
            return
        have = self.picture.accounts.get(name)
        if have is None or have.manager is None or have.manager == row.account_manager:
            return
        if self._moved is None:
            yield (
                f"account {name!r} stays with {have.manager!r} and not with {row.account_manager!r}; "
                "correct it, or import with --move-accounts to give accounts to the manager the file names"
            )
        elif name in self._moved or name in self.result.moved:
            yield f"account {name!r} went to {have.manager!r} by an earlier line; it has one manager"

    def _apply(self, one: KnownContact, row: ContactRow) -> bool:
        """Change the contact to what the row says; whether that changed anything."""
        before = (one.name, one.account, one.language, one.timezone)
        if row.name is not KEEP:
            one.name = row.name or ""
        if row.language is not KEEP:
            one.language = row.language
        if row.timezone is not KEEP:
            one.timezone = row.timezone
        if row.account is not KEEP:
            one.account = self._account(row.account) if row.account is not None else None
        changed = before != (one.name, one.account, one.language, one.timezone)
        changed |= self._give_manager(one.account, row)
        changed |= _set_attributes(one, row.attributes)
        changed |= self._learn(one, row)
        for channel, value in row.addresses.items():
            changed |= self.picture.set_address(one, channel, value)
        return changed

    def _learn(self, one: KnownContact, row: ContactRow) -> bool:
        """Take what the row says of the account and of the person beside their words; whether that is new."""
        changed = False
        if "key_contact" in row.typed:
            said = row.typed["key_contact"]
            changed = said is not one.key_contact
            one.key_contact = None if said is None else bool(said)
        for name in OF_ACCOUNT:
            if name in row.typed:
                changed |= self._learn_of_account(one.account, name, row.typed[name], row.line)
        return changed

    def _learn_of_account(
        self, its: KnownAccount | None, name: str, value: TypedValue | None, line: int
    ) -> bool:
        """An account has one value and one of each day: the first that a file says."""
        if its is None:
            self.result.notes.append(
                (line, f"{name} is given without an account, and is kept as text alone; give the account too")
            )
            return False
        first, on = self._told.get((its.name, name)) or self.result.told.setdefault(
            (its.name, name), (value, line)
        )
        if value != first:
            self.result.notes.append((line, _disagreement(its.name, name, value, first, on)))
            return False
        if its.worth.get(name) == value:
            return False
        its.worth[name] = value
        its.changed = True
        return True

    def _account(self, name: str) -> KnownAccount:
        return self.picture.accounts.setdefault(name, KnownAccount(None, name, None))

    def _give_manager(self, to: KnownAccount | None, row: ContactRow) -> bool:
        manager = row.account_manager
        if to is None or manager is KEEP:
            return False
        if self._moved is not None and manager is not None:
            self.result.moved[to.name] = manager
        if manager == to.manager:
            return False
        to.manager = manager
        to.changed = True
        return True


def _disagreement(
    account: str, name: str, value: TypedValue | None, first: TypedValue | None, line: int
) -> str:
    other, stays = ("nothing" if one is None else written(one, "") for one in (value, first))
    return (
        f"account {account!r} has {name} {stays} on line {line} and {other} here; {stays} stays, and the other is "
        "kept as text of its contact alone; give all rows of an account the same"
    )


def _account_name(row: ContactRow, known: KnownContact | None) -> str | None:
    if row.account is KEEP:
        return known.account.name if known is not None and known.account is not None else None
    return row.account


def _set_attributes(one: KnownContact, given: dict[str, str | None]) -> bool:
    changed = {name: value for name, value in given.items() if one.attributes.get(name) != value}
    if changed:
        merged = {**one.attributes, **changed}
        one.attributes = {name: value for name, value in merged.items() if value is not None}
    return bool(changed)
