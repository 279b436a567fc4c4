"""Whom a campaign asks, as config.yaml writes it: attributes, each with what must hold of it. PURE.

    plan: [gold, silver]                     one of these texts
    country: {not: [DE, AT]}                 none of these; also where nothing is known
    segment: missing                         nothing is known; {not: missing}: something is
    seats: {at_least: 50, less_than: 500}    a number; at_most and more_than too
    customer_since: {before: 90 days ago}    a day: before and after it; from and until take the day along
    any: [{plan: gold}, {seats: {at_least: 50}}]
    all: [{any: […]}, {any: […]}]

What is settled here is plain JSON but for its tuples. It goes into the terms of a wave as it stands, where "90 days
ago" is counted back from the day on which the wave started.
"""

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final, Literal

from bot.alike import alike
from bot.dates import read_day, read_day_ahead

MustHold = tuple[str, ...] | str | Mapping[str, Any] | tuple[Mapping[str, Any], ...]
"""What must hold of an attribute; under `any` and `all` audiences."""

Audience = Literal["all"] | Mapping[str, MustHold]

MISSING: Final = "missing"
NOT: Final = "not"
GROUPS: Final = ("any", "all")
NUMBERS: Final = ("at_least", "at_most", "more_than", "less_than")
DAYS: Final = ("before", "after", "from", "until")
DEEPEST: Final = 5

_SIGNS: Final = (NOT, *NUMBERS, *DAYS)
_NUMBER: Final = re.compile(r"[+-]?[0-9]{1,12}(\.[0-9]{1,6})?")
_THOUSAND: Final = re.compile(r"[+-]?[1-9][0-9]{0,2}\.[0-9]{3}")  # or one and so many thousandths
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}|today|(in )?[0-9]{1,4} (day|week|month)s?( ago)?")
_YEARS: Final = re.compile(r"(in )?([0-9]{1,3}) years?( ago)?")
_ANY_DAY: Final = date(2026, 3, 31)


def audience(value: Any) -> Audience:
    """`all`, or attributes with what must hold of each; texts are compared as text."""
    if isinstance(value, str) and value.strip().casefold() == "all":
        return "all"
    if not isinstance(value, Mapping) or not value:
        raise ValueError("should be all, or attributes with values, such as {plan: [gold, silver]}")
    return _all_of(value, 1)


def texts(attribute: object, value: Any) -> tuple[str, ...]:
    """One text, or several, of which an attribute is to hold one."""
    listed = value if isinstance(value, (list, tuple)) else [value]
    if not listed or any(isinstance(one, (dict, list, tuple)) or one is None for one in listed):
        raise ValueError(f"needs a value, or a list of values, for {attribute}")
    return tuple(_as_text(one) for one in listed)


def frozen(stored: Mapping[str, Any]) -> Mapping[str, MustHold]:
    """A settled audience as it came back from JSON."""
    return {key: _frozen(value) for key, value in stored.items()}


def thawed(settled: Mapping[str, MustHold]) -> dict[str, Any]:
    """A settled audience as JSON values, from which `frozen` makes it again."""
    return {key: _thawed(value) for key, value in settled.items()}


def named_in(wanted: Mapping[str, MustHold]) -> Iterator[tuple[str, MustHold]]:
    """Every attribute that an audience names, at whatever depth, with what must hold of it."""
    for key, value in wanted.items():
        if is_group(value):
            for part in value:
                yield from named_in(part)  # type: ignore[arg-type]  # a group holds audiences
        else:
            yield key, value


def is_group(wanted: MustHold) -> bool:
    """Whether these are audiences of which any or all must hold, and not what must hold of an attribute."""
    return isinstance(wanted, tuple) and bool(wanted) and isinstance(wanted[0], Mapping)


def day_of(said: str, today: date) -> date | None:
    """The day that is said of a test, counted from `today`; None where it is none."""
    return (read_day_ahead if said.startswith("in ") else read_day)(said.split(), today)


def told(wanted: MustHold) -> str:
    """What must hold, in the words of config.yaml: `gold/silver`, `at least 50`, `not DE`."""
    if isinstance(wanted, str):
        return wanted
    if isinstance(wanted, Mapping):
        return ", ".join(f"{sign.replace('_', ' ')} {told(_shown(value))}" for sign, value in wanted.items())
    if is_group(wanted):
        return " | ".join(
            "(" + ", ".join(f"{key}: {told(value)}" for key, value in part.items()) + ")"  # type: ignore[union-attr]
            for part in wanted
        )
    return "/".join(map(str, wanted))


def _shown(value: Any) -> MustHold:
    return f"{value:g}" if isinstance(value, (int, float)) else value


def _frozen(value: Any) -> Any:
    if isinstance(value, Mapping):
        return frozen(value)
    return tuple(map(_frozen, value)) if isinstance(value, (list, tuple)) else value


def _thawed(value: Any) -> Any:
    if isinstance(value, Mapping):
        return thawed(value)
    return list(map(_thawed, value)) if isinstance(value, tuple) else value


def _all_of(value: Mapping[Any, Any], depth: int) -> Mapping[str, MustHold]:
    return {str(key).strip(): _wanted(str(key).strip(), one, depth) for key, one in value.items()}


def _wanted(key: str, value: Any, depth: int) -> MustHold:
    if key in GROUPS and _holds_audiences(value):
        return _group(key, value, depth)
    if isinstance(value, Mapping):
        return _signs(key, value)
    return MISSING if _is_missing(value) else texts(key, value)


def _holds_audiences(value: Any) -> bool:
    """Whether this is a group; an attribute may be called `any` or `all` too."""
    return isinstance(value, (list, tuple)) and any(isinstance(one, Mapping) for one in value)


def _group(key: str, value: Sequence[Any], depth: int) -> tuple[Mapping[str, MustHold], ...]:
    if not all(isinstance(one, Mapping) and one for one in value):
        raise ValueError(f"needs attributes with values in each part of {key}, such as [{{plan: gold}}]")
    if depth == DEEPEST:
        raise ValueError(f"has any and all within each other more than {DEEPEST - 1} deep; write it flatter")
    return tuple(_all_of(one, depth + 1) for one in value)


def _signs(attribute: str, value: Mapping[Any, Any]) -> Mapping[str, Any]:
    if not value:
        raise ValueError(f"needs a value, or a list of values, for {attribute}")
    if attribute in GROUPS and not any(str(sign).strip() in _SIGNS for sign in value):
        raise ValueError(
            f"needs a list for {attribute}, such as {attribute}: [{{plan: gold}}, {{country: NL}}]"
        )
    wanted = {sign: _compared(attribute, sign, one) for sign, one in _known_signs(attribute, value)}
    _some_number_fits(attribute, wanted)
    return wanted


def _some_number_fits(attribute: str, wanted: Mapping[str, Any]) -> None:
    for low, high in itertools.product(("at_least", "more_than"), ("at_most", "less_than")):
        if low not in wanted or high not in wanted:
            continue
        least, most = wanted[low], wanted[high]
        if least > most or (least == most and (low, high) != ("at_least", "at_most")):
            raise ValueError(
                f"has {low} {least:g} and {high} {most:g} of {attribute}, between which no number lies; correct one"
            )


def _known_signs(attribute: str, value: Mapping[Any, Any]) -> Iterator[tuple[str, Any]]:
    for said, one in value.items():
        sign = str(said).strip()
        if sign not in _SIGNS:
            near = alike(sign, _SIGNS, most=1)
            hint = f"did you mean {near[0]}?" if near else f"expected one of {', '.join(_SIGNS)}"
            raise ValueError(f"says {sign} of {attribute}, which compares nothing; {hint}")
        yield sign, one


def _compared(attribute: str, sign: str, value: Any) -> Any:
    if sign == NOT:
        return MISSING if _is_missing(value) else texts(f"not of {attribute}", value)
    said = " ".join(_as_text(value).casefold().split()) if not isinstance(value, (dict, list, tuple)) else ""
    return _number(attribute, sign, said) if sign in NUMBERS else _day(attribute, sign, said)


def _number(attribute: str, sign: str, said: str) -> float:
    if not _NUMBER.fullmatch(said):
        days = "; a day stands behind before, after, from or until" if _DAY.fullmatch(said) else ""
        raise ValueError(f"needs a number such as 50 for {sign} of {attribute}{days}")
    if _THOUSAND.fullmatch(said):
        raise ValueError(
            f"has {said} for {sign} of {attribute}, which may be two numbers; write {said.replace('.', '')} or "
            f"{float(said):g}"
        )
    number = float(said)
    return int(number) if number.is_integer() else number


def _day(attribute: str, sign: str, said: str) -> str:
    if found := _YEARS.fullmatch(said):
        said = f"{found[1] or ''}{int(found[2]) * 12} months{found[3] or ''}"
    ahead, back = said.startswith("in "), said.endswith(" ago")
    relative = said[:1].isdecimal() and " " in said
    known = _DAY.fullmatch(said) and not (ahead and back) and (back or not relative)
    if not known or day_of(said, _ANY_DAY) is None:
        raise ValueError(
            f"needs a day for {sign} of {attribute}: 2026-01-31, today, 90 days ago or in 2 weeks"
        )
    return said


def _is_missing(value: Any) -> bool:
    return isinstance(value, str) and value.strip() == MISSING


def _as_text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value).strip()
