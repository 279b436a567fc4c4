"""Whom an audience holds: how it is written, and one meaning on both engines."""

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, delete, insert, select

from bot.campaigns.audience import members, unknown_attributes, unreadable_values
from bot.config.audiences import MustHold, audience, day_of, frozen, is_group, named_in, thawed, told
from bot.store.schema import contact
from bot.store.store import Store
from tests.support.campaign_world import NOW, Someone, add

TODAY = date(2026, 3, 2)
PEOPLE = {
    "old": {"plan": "gold", "country": "NL", "seats": "50", "customer_since": "2025-12-02"},
    "new": {"plan": "silver", "country": "DE", "seats": "49,5", "customer_since": "2025-12-03"},
    "odd": {"plan": "gold", "seats": "1.250", "customer_since": "last year"},
    "dutch": {"country": "BE", "seats": "1200", "customer_since": "3/12/2024", "segment": "north"},
    "bare": {},
}


async def matching(store: Store, wanted: Mapping[str, MustHold]) -> set[str]:
    def read(connection: Connection) -> set[str]:
        ids = [row.id for row in connection.execute(members(wanted, TODAY), {"after": 0, "size": 1000})]
        return set(connection.scalars(select(contact.c.contact_id).where(contact.c.id.in_(ids))))

    return await store.read(read)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ({"plan": "gold"}, {"old", "odd"}),
        ({"country": {"not": "DE"}}, {"old", "odd", "dutch", "bare"}),  # who has none is not there either
        ({"country": {"not": ["DE", "BE"]}, "plan": "gold"}, {"old", "odd"}),
        ({"segment": "missing"}, {"old", "new", "odd", "bare"}),
        ({"segment": {"not": "missing"}}, {"dutch"}),
        ({"segment": ["missing"]}, set()),  # the text itself
        ({"seats": {"at_least": "50"}}, {"old", "dutch"}),
        ({"seats": {"more_than": 50}}, {"dutch"}),
        ({"seats": {"at_least": 49.5, "less_than": 1000}}, {"old", "new"}),
        ({"seats": {"at_most": 49.5}}, {"new"}),
        ({"customer_since": {"before": "90 days ago"}}, {"dutch"}),
        ({"customer_since": {"until": "90 days ago"}}, {"old", "dutch"}),  # a customer since at least 90 days
        ({"customer_since": {"before": "2025-12-02"}}, {"dutch"}),
        ({"customer_since": {"until": "2025-12-02"}}, {"old", "dutch"}),
        ({"customer_since": {"from": "3 months ago", "until": "in 2 weeks"}}, {"old", "new"}),
        ({"customer_since": {"after": "1 year ago", "before": "today"}}, {"old", "new"}),
        ({"any": [{"plan": "silver"}, {"seats": {"at_least": 1000}}]}, {"new", "dutch"}),
        (
            {"all": [{"any": [{"plan": "gold"}, {"plan": "silver"}]}, {"country": {"not": "missing"}}]},
            {"old", "new"},
        ),
        ({"any": "gold"}, set()),  # an attribute of that name
        ({"account": {"not": "Globex"}}, set(PEOPLE)),
    ],
)
async def test_who_belongs_to_an_audience(store: Store, written: Any, expected: set[str]) -> None:
    await add(store, *(Someone(key, attributes=attributes) for key, attributes in PEOPLE.items()))
    wanted = audience(written)
    assert isinstance(wanted, Mapping)
    assert await matching(store, wanted) == expected
    assert frozen(thawed(wanted)) == wanted
    assert audience(wanted) == wanted


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ({}, "should be all, or attributes"),
        ({"plan": []}, "needs a value, or a list of values, for plan"),
        ({"plan": {}}, "needs a value, or a list of values, for plan"),
        ({"country": {"not": None}}, "needs a value, or a list of values, for not of country"),
        ({"seats": {"atleast": 50}}, "says atleast of seats, which compares nothing; did you mean at_least?"),
        ({"seats": {"==": 50}}, "expected one of not, at_least"),
        ({"seats": {"at_least": "many"}}, "needs a number such as 50 for at_least of seats"),
        ({"since": {"at_least": "90 days ago"}}, "a day stands behind before, after, from or until"),
        ({"since": {"before": "once"}}, "needs a day for before of since: 2026-01-31, today, 90 days ago"),
        ({"since": {"before": "2026-02-30"}}, "needs a day"),
        ({"since": {"before": "90 days"}}, "needs a day"),
        ({"since": {"before": "in 3 days ago"}}, "needs a day"),
        ({"seats": {"at_least": "1.250"}}, "which may be two numbers; write 1250 or 1.25"),
        (
            {"seats": {"at_least": 50, "at_most": 10}},
            "has at_least 50 and at_most 10 of seats, between which no number lies",
        ),
        ({"seats": {"more_than": 50, "at_most": 50}}, "between which no number lies"),
        ({"any": {"plan": "gold"}}, "needs a list for any, such as any: [{plan: gold}, {country: NL}]"),
        ({"any": [{"plan": "gold"}, "silver"]}, "in each part of any"),
        ({"any": [{"plan": "gold"}, {}]}, "in each part of any"),
        ({"any": [{"any": [{"any": [{"any": [{"any": [{"a": "b"}]}]}]}]}]}, "write it flatter"),
    ],
)
def test_what_is_no_audience_says_what_to_write(written: Any, problem: str) -> None:
    with pytest.raises(ValueError, match=re.escape(problem)):
        audience(written)


def test_it_is_told_in_the_words_in_which_it_is_written() -> None:
    written = {
        "plan": ["gold", "silver"],
        "seats": {"at_least": 50, "less_than": 99.5},
        "country": {"not": "DE"},
        "any": [{"plan": "gold", "segment": "missing"}, {"since": {"before": "1 year ago"}}],
    }
    wanted = audience(written)
    assert isinstance(wanted, Mapping)
    assert {key: told(value) for key, value in wanted.items()} == {
        "plan": "gold/silver",
        "seats": "at least 50, less than 99.5",
        "country": "not DE",
        "any": "(plan: gold, segment: missing) | (since: before 12 months ago)",
    }
    assert [key for key, _ in named_in(wanted)] == ["plan", "seats", "country", "plan", "segment", "since"]


async def test_what_can_be_meant_otherwise_is_counted(store: Store) -> None:
    await add(store, *(Someone(key, attributes=attributes) for key, attributes in PEOPLE.items()))
    wanted = audience({"seat": {"not": "5"}, "seats": {"at_least": 5}, "customer_since": {"before": "today"}})
    assert isinstance(wanted, Mapping)
    assert await store.read(unknown_attributes, wanted, "customer_sinse") == {
        "seat": "seats",
        "customer_sinse": "customer_since",
    }
    assert await store.read(unknown_attributes, {}, "account") == {}
    assert await store.read(unreadable_values, wanted) == {"seats": 1, "customer_since": 1}


# --------------------------------------------------------------------------------- one meaning, told in Python


def holds(attributes: Mapping[str, str], wanted: Mapping[str, MustHold]) -> bool:
    return all(_holds(attributes, key, value) for key, value in wanted.items())


def _holds(attributes: Mapping[str, str], key: str, wanted: Any) -> bool:
    if is_group(wanted):
        return (any if key == "any" else all)(holds(attributes, part) for part in wanted)
    value = attributes.get(key)
    if isinstance(wanted, Mapping):
        return all(_compared(value, sign, said) for sign, said in wanted.items())
    return not value if wanted == "missing" else value in wanted


def _compared(value: str | None, sign: str, said: Any) -> bool:
    if sign == "not":
        return bool(value) if said == "missing" else value not in said
    of_days = sign in ("before", "after", "from", "until")
    own = _day(value or "") if of_days else _number(value or "")
    bound: Any = day_of(said, TODAY) if of_days else said
    if own is None:
        return False
    compared: dict[str, bool] = {
        "at_least": own >= bound,
        "from": own >= bound,
        "at_most": own <= bound,
        "until": own <= bound,
        "more_than": own > bound,
        "after": own > bound,
        "less_than": own < bound,
        "before": own < bound,
    }
    return compared[sign]


def _number(text: str) -> float | None:
    return (
        float(text.replace(",", ".")) if re.fullmatch(r"[+-]?\d{1,12}([.,]\d\d?)?", text, re.ASCII) else None
    )


def _day(text: str) -> date | None:
    with suppress(ValueError):
        if found := re.fullmatch(r"(\d{4}-\d\d-\d\d)([T ][\d:.Z+-]*)?", text, re.ASCII):
            return date.fromisoformat(found[1])
        if found := re.fullmatch(r"(\d\d?)([-/.])(\d\d?)\2(\d{4})", text, re.ASCII):
            return date(int(found[4]), int(found[3]), int(found[1]))
    return None


_days = st.dates(date(1990, 1, 1), date(2035, 12, 31))
_values = st.one_of(
    st.sampled_from(
        ["", "gold", "DE", "missing", "50", "-3", "12,5", "12.50", "1.250", "1e3", "٣", " 5", "5\n"]
    ),
    st.sampled_from(
        ["2026-02-30", "2026-13-01", "31-4-2026", "1-2/2026", "2026-1-1", "03-12-2024", "3.12.2024"]
    ),
    st.integers(-200, 2000).map(str),
    st.decimals(-100, 100, places=2).map(str),
    _days.map(str),
    _days.map(lambda day: f"{day}T10:00:00Z"),
    _days.map(lambda day: f"{day.day}-{day.month}-{day.year}"),
    _days.map(lambda day: f"{day:%d/%m/%Y}"),
    st.text(max_size=4).filter(lambda text: "\x00" not in text and text.isprintable()),
)
_texts = st.lists(_values.filter(bool), min_size=1, max_size=3).map(
    lambda texts: [one.strip() or "x" for one in texts]
)
_said_days = st.one_of(
    _days.map(str),
    st.just("today"),
    st.integers(0, 900).map(lambda count: f"{count} days ago"),
    st.integers(1, 90).map(lambda count: f"in {count} weeks"),
)


def _fit_some_number(signs: dict[str, Any]) -> bool:
    try:
        audience({"a": signs})
    except ValueError:
        return False
    return True


_signs = st.one_of(
    st.fixed_dictionaries({"not": _texts | st.just("missing")}),
    st.dictionaries(
        st.sampled_from(["at_least", "at_most", "more_than", "less_than"]),
        st.integers(-200, 2000) | st.decimals(-100, 100, places=2).map(str),
        min_size=1,
    ).filter(_fit_some_number),
    st.dictionaries(st.sampled_from(["before", "after", "from", "until"]), _said_days, min_size=1),
)
_keys = st.sampled_from(["a", "b", "größe"])
_flat = st.dictionaries(_keys, _texts | st.just("missing") | _signs, min_size=1)
_written = st.recursive(
    _flat,
    lambda inner: st.dictionaries(
        st.sampled_from(["any", "all"]), st.lists(inner, min_size=1, max_size=3), min_size=1
    ),
    max_leaves=3,
)
_people = st.lists(st.dictionaries(_keys, _values), min_size=1, max_size=8)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(people=_people, written=_written)
async def test_both_engines_find_whom_the_words_mean(
    store: Store, people: list[dict[str, str]], written: Any
) -> None:
    wanted = audience(written)
    assert isinstance(wanted, Mapping)

    def read(connection: Connection) -> set[str]:
        rows = [
            {"contact_id": str(number), "attributes": attributes, "changed_at": NOW}
            for number, attributes in enumerate(people)
        ]
        connection.execute(delete(contact))
        connection.execute(insert(contact), rows)
        ids = [row.id for row in connection.execute(members(wanted, TODAY), {"after": 0, "size": 1000})]
        return set(connection.scalars(select(contact.c.contact_id).where(contact.c.id.in_(ids))))

    expected = {str(number) for number, attributes in enumerate(people) if holds(attributes, wanted)}
    assert await store.write(read) == expected
