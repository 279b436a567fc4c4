"""Who is next where nobody took a case."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cases.ladder import next_in_line
from bot.cases.reach import Reached
from channels.base import Address


def at(letter: str, name: str | None = None) -> Reached:
    return name or letter, Address("slack", letter)


@pytest.mark.parametrize(
    ("ladder", "owner", "first", "rung", "expected"),
    [
        ("AB", "M", "M", 0, "A"),
        ("AB", "A", "M", 1, "B"),
        ("AB", "B", "M", 2, None),
        ("", "M", "M", 0, None),
        ("MA", "M", "M", 0, "A"),  # who had it first stands on the ladder too
        ("AMB", "A", "M", 1, "B"),
        ("AB", "F", "M", 0, "A"),  # the fallback has it, since the first could not be reached
        ("AB", "D", None, 0, "A"),  # handed over: everybody may be asked anew
        ("AB", "A", "M", 0, "B"),  # handed over to one of the ladder
        ("AAB", "A", "M", 1, "B"),
        ("AB", "X", "M", 1, "B"),  # whoever stood in for A when it went there is no longer on it
        ("AB", "X", "M", 2, None),
    ],
)
def test_the_next_is_who_has_not_had_it(
    ladder: str, owner: str, first: str | None, rung: int, expected: str | None
) -> None:
    found = next_in_line([at(one) for one in ladder], at(owner), at(first) if first else None, rung)
    assert found == (at(expected) if expected else None)


def test_two_names_at_one_address_are_one() -> None:
    ladder = [at("A", "Sales"), at("A", "Service"), at("B")]
    assert next_in_line(ladder, at("A", "Service"), at("M"), 1) == at("B")
    assert next_in_line(ladder, at("M"), at("M"), 0) == at("A", "Sales")


@given(st.text("ABCDM", max_size=6), st.sampled_from("MF"))
def test_it_goes_to_each_once_and_comes_to_an_end(letters: str, owner: str) -> None:
    ladder, had = [at(one) for one in letters], [at(owner)]
    rung = 0
    while (following := next_in_line(ladder, had[-1], at("M"), rung)) is not None:
        had.append(following)
        rung += 1
        assert rung <= 6
    assert len(set(had)) == len(had)
    assert set(had) | {at("M")} == set(ladder) | {at("M"), at(owner)}
