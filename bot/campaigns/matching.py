"""What must hold of a contact, as a condition of a statement: an audience in SQL, alike on both engines.

A value is compared as what it is written as: 1250, 12.5 and 12,5 are numbers, 2026-01-31 and 31-1-2026 are days (the
day before the month, as everywhere; a time behind the first form is left aside). Any other text under a comparison
counts as missing: so does 1.250, which is a thousand to one and one to another.
"""

from collections.abc import Callable, Mapping
from datetime import date
from functools import reduce
from operator import ge, gt, le, lt
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Float,
    Integer,
    and_,
    case,
    cast,
    func,
    literal,
    not_,
    null,
    or_,
    true,
)

from bot.config.audiences import GROUPS, MISSING, NOT, NUMBERS, MustHold, day_of, is_group, named_in
from bot.store.schema import account, contact
from bot.store.sql import text_of

COLUMNS: Final[Mapping[str, ColumnElement[Any]]] = {
    "account": account.c.name,
    "account_manager": account.c.account_manager,
    "contact_id": contact.c.contact_id,
    "language": contact.c.language,
    "name": contact.c.name,
    "timezone": contact.c.timezone,
}
"""The columns of an import that every contact has; any other is an attribute."""

OF_ACCOUNT: Final = ("account", "account_manager")

_COMPARE: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    "at_least": ge,
    "at_most": le,
    "more_than": gt,
    "less_than": lt,
    "from": ge,
    "until": le,
    "after": gt,
    "before": lt,
}
# Both engines read these alike: SQLite by Python's `re`.
_NUMBER: Final = r"\A[+-]?[0-9]{1,12}([.,][0-9]{1,2})?\Z"
_YEAR_FIRST: Final = r"\A[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.Z+-]*)?\Z"
_IN_THE_CALENDAR: Final = (
    r"\A[0-9]{4}-((0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-9])|(0[13-9]|1[0-2])-30|(0[13578]|1[02])-31)\Z"
)
_DIGITS: Final = ((1, 1), (1, 2), (2, 1), (2, 2))  # of the day and the month, where the day comes first


def column_of(key: str) -> ColumnElement[Any]:
    """What stands under a key of audiences: a column that every contact has, or an attribute."""
    return COLUMNS[key] if key in COLUMNS else text_of(contact.c.attributes, key)


def names_account(audience: Mapping[str, MustHold]) -> bool:
    """Whether the table of accounts is needed to tell who matches."""
    return any(key in OF_ACCOUNT for key, _ in named_in(audience))


def matches(audience: Mapping[str, MustHold], today: date) -> ColumnElement[bool]:
    """The condition that a contact belongs to an audience; `today` is the day that ages are counted from."""
    return and_(true(), *(_holds(key, wanted, today) for key, wanted in audience.items()))


def unreadable(key: str, wanted: MustHold) -> ColumnElement[bool] | None:
    """The condition that something stands under a key that is no number, or no day, though that is compared; None where
    nothing is."""
    signs = [sign for sign in wanted if sign != NOT] if isinstance(wanted, Mapping) else []
    if not signs:
        return None
    text = column_of(key)
    return and_(_is_known(text), or_(*(_value(sign, text).is_(None) for sign in signs)))


def _holds(key: str, wanted: MustHold, today: date) -> ColumnElement[bool]:
    if key in GROUPS and is_group(wanted):
        parts = [matches(part, today) for part in wanted]  # type: ignore[arg-type]  # a group holds audiences
        return or_(*parts) if key == "any" else and_(*parts)
    text = column_of(key)
    if isinstance(wanted, Mapping):
        return and_(*(_compared(text, sign, value, today) for sign, value in wanted.items()))
    return not_(_is_known(text)) if wanted == MISSING else text.in_(list(wanted))


def _compared(text: ColumnElement[Any], sign: str, value: Any, today: date) -> ColumnElement[bool]:
    if sign == NOT:
        return _is_known(text) if value == MISSING else or_(text.is_(None), text.not_in(list(value)))
    if sign in NUMBERS:
        bound: ColumnElement[Any] = literal(float(value), Float)
    else:
        day = day_of(value, today)
        bound = null() if day is None else literal(int(f"{day:%Y%m%d}"), Integer)
    compared: ColumnElement[bool] = _COMPARE[sign](_value(sign, text), bound)
    return compared


def _is_known(text: ColumnElement[Any]) -> ColumnElement[bool]:
    return func.coalesce(text, "") != ""


def _value(sign: str, text: ColumnElement[Any]) -> ColumnElement[Any]:
    """The number, or the day as a number of its digits, that a text is; NULL where it is none."""
    if sign in NUMBERS:
        return case((text.regexp_match(_NUMBER), cast(func.replace(text, ",", "."), Float)))
    day = case(
        (text.regexp_match(_YEAR_FIRST), func.substr(text, 1, 10)),
        *(_day_first(text, *digits) for digits in _DIGITS),
    )
    return case((day.regexp_match(_IN_THE_CALENDAR), cast(func.replace(day, "-", ""), Integer)))


def _day_first(text: ColumnElement[Any], of_day: int, of_month: int) -> tuple[ColumnElement[bool], Any]:
    """A shape such as 1-12-2026, and the same day with the year first."""
    shape = rf"\A[0-9]{{{of_day}}}([-/.])[0-9]{{{of_month}}}\1[0-9]{{4}}\Z"
    month = func.substr(text, of_day + 2, of_month)
    day = func.substr(text, 1, of_day)
    parts = (
        func.substr(text, of_day + of_month + 3, 4),
        literal("-" if of_month == 2 else "-0"),
        month,
        literal("-" if of_day == 2 else "-0"),
        day,
    )
    return text.regexp_match(shape), reduce(lambda one, other: one.concat(other), parts)
