"""Who is meant by what somebody typed: a contact by their key, an address or a name."""

import difflib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

from sqlalchemy import BindParameter, Boolean, Connection, and_, bindparam, func, or_, select, union

from bot.alike import unaccented
from bot.people.contacts import RESERVED, Person, person
from bot.store.schema import Row, account, address, contact

MOST_NEAR: Final = 5
_SEARCHED: Final = 200  # contacts among which the nearest are looked for


@dataclass(frozen=True, slots=True)
class Near:
    """Nobody, or more than one, is called so; `people` are the nearest, by their keys, with their names; `more`,
    whether there are others."""

    people: tuple[tuple[str, str], ...]
    more: bool = False


_FOUND: Final = (
    select(contact.c.contact_id, contact.c.name)
    .select_from(contact.outerjoin(account))
    .where(
        # An account manager knows the customers of their own accounts and no others.
        or_(
            bindparam("everybody", type_=Boolean),
            account.c.account_manager.in_(bindparam("managers", expanding=True)),
        )
    )
    .order_by(contact.c.contact_id)
)
_EXACT: Final = _FOUND.where(contact.c.contact_id == bindparam("said"))
_AT_ADDRESS: Final = _FOUND.where(
    contact.c.id.in_(
        select(address.c.contact_id).where(
            or_(
                address.c.value == bindparam("value"),
                and_(address.c.channel == bindparam("at_channel"), address.c.value == bindparam("at_value")),
            )
        )
    )
)
_OURS: Final = contact.c.contact_id.not_like(f"{RESERVED}%")  # not an admin who tried a campaign
_SPELLINGS: Final[BindParameter[Sequence[str]]] = bindparam("spellings", expanding=True)
_AS_USUAL: Final = _FOUND.where(
    _OURS,
    contact.c.id.in_(
        union(
            select(contact.c.id).where(contact.c.name.in_(_SPELLINGS)),
            select(contact.c.id).where(contact.c.contact_id.in_(_SPELLINGS)),
        )
    ),
).limit(MOST_NEAR + 1)
# Whom no index finds: it reads every contact, and is asked only where nobody is called so in a usual spelling.
_IN_ANY_CASE: Final = _FOUND.where(
    _OURS,
    or_(
        func.lower(contact.c.name) == bindparam("lower"),
        func.lower(contact.c.contact_id) == bindparam("lower"),
    ),
).limit(MOST_NEAR + 1)


_HOLDING: Final[BindParameter[str]] = bindparam("pattern")
_NEAR: Final = {
    dialect: _FOUND.where(
        _OURS,
        or_(
            contact.c.name.op(matches, is_comparison=True)(_HOLDING),
            contact.c.contact_id.op(matches, is_comparison=True)(_HOLDING),
        ),
    ).limit(_SEARCHED)
    for dialect, matches in (("sqlite", "GLOB"), ("postgresql", "~"))
}
_LETTERS: Final = {
    base: "".join(sorted(letters))
    for base, letters in groupby(
        sorted(
            (character for character in map(chr, range(0x41, 0x250)) if character.isalpha()),
            key=unaccented,
        ),
        key=unaccented,
    )
}
"""Every way to write a letter of the Latin alphabet, with its accents and capitals, by the letter."""
_LONGEST: Final = 100  # letters by which the database looks


def find_contact(connection: Connection, said: str, managers: tuple[str, ...] | None = None) -> Person | Near:
    """The contact with this key, this address ("+31612345678", "slack:U1") or, where it is the only one, this
    name in any case; else the nearest. `managers` limits it to the accounts of these account managers."""
    said = unicodedata.normalize("NFC", said).strip()
    lower = said.lower()
    place, _, at = said.partition(":")
    whose = {"everybody": managers is None, "managers": list(managers or ())}
    values: dict[str, Any] = {
        **whose,
        "said": said,
        "lower": lower,
        "spellings": [said, lower, said.upper(), said.title()],
        "value": number_of(said),
        "at_channel": place.lower(),
        "at_value": number_of(at.strip()),
    }
    for statement in (_EXACT, _AT_ADDRESS, _AS_USUAL, _IN_ANY_CASE):
        found = connection.execute(statement, values).all()
        if len(found) == 1 and (one := person(connection, found[0].contact_id)) is not None:
            return one
        if found:
            return _near(found)
    return _nearest(connection, unaccented(said), whose)


def number_of(text: str) -> str:
    """A phone number without what people put between its digits; anything else as it is."""
    if not text.startswith("+"):
        return text
    return "+" + "".join(character for character in text if character.isdecimal())


def _nearest(connection: Connection, said: str, whose: Mapping[str, Any]) -> Person | Near:
    """The only one who is called so but for accents; else those whose name or key holds what was typed, else those
    that hold its beginning, the likest first."""
    for part in (said, said.split()[0][:3] if said.split() else ""):
        if len(part) < 2:
            continue
        pattern = _pattern(part[:_LONGEST], connection.dialect.name)
        rows = [
            row
            for row in connection.execute(_NEAR[connection.dialect.name], {**whose, "pattern": pattern})
            if part in unaccented(row.name or "") or part in unaccented(row.contact_id)
        ]
        called = [row for row in rows if unaccented(row.name or "") == said]
        if len(called) == 1 and (one := person(connection, called[0].contact_id)) is not None:
            return one
        if rows:
            return _near(
                sorted(rows, key=lambda row: -max(_alike(said, row.name), _alike(said, row.contact_id)))
            )
    return Near(())


def _pattern(part: str, dialect: str) -> str:
    """What GLOB or a regular expression finds a part of a name by, whatever its accents and capitals. What is no
    letter may be any character, and is compared where the rows are read."""
    anything = "?" if dialect == "sqlite" else "."
    letters = (_LETTERS.get(letter, f"{letter}{letter.upper()}") for letter in part)
    found = "".join(f"[{all_}]" if all_.isalpha() else anything for all_ in letters)
    return f"*{found}*" if dialect == "sqlite" else found


def _near(found: Sequence[Row]) -> Near:
    return Near(tuple((row.contact_id, row.name) for row in found[:MOST_NEAR]), len(found) > MOST_NEAR)


def _alike(said: str, name: str) -> float:
    return difflib.SequenceMatcher(None, said, unaccented(name)).ratio()
