"""Names of groups as they are shown: short enough, and never two alike."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.pictures.sheet import written
from bot.reports.readable import beyond_pictures, told_apart

MINISTRY = "Ministerie van Infrastructuur en Waterstaat, Rijkswaterstaat"
MIDDLE = "Ministerie van Infrastructuur en Waterstaat, afdeling {} van de dienst Programma's en Projecten"


@pytest.mark.parametrize(  # numbers 2.9
    ("names", "shown"),
    [
        (["Noord", "Zuid"], ["Noord", "Zuid"]),
        (
            [f"{MINISTRY} Noord", f"{MINISTRY} Zuid"],
            [
                "Ministerie van Infrastructuur…rstaat, Rijkswaterstaat Noord",
                "Ministerie van Infrastructuur…erstaat, Rijkswaterstaat Zuid",
            ],
        ),
        (
            [MIDDLE.format("inkoop"), MIDDLE.format("verkoop")],
            [
                "…inkoop van de dienst Programma's en Projecten",
                "…verkoop van de dienst Programma's en Projecten",
            ],
        ),
        (["a\x07", "a"], ["a (1)", "a (2)"]),
        (["x" * 90 + "y" + "x" * 90, "x" * 90 + "z" + "x" * 90], ["x" * 54 + "… (1)", "x" * 54 + "… (2)"]),
    ],
)
def test_names_that_differ_are_shown_different(names: list[str], shown: list[str]) -> None:
    found = told_apart(names, 60)
    assert [found[name] for name in names] == shown


@given(st.lists(st.text("ab ", max_size=30), unique=True, max_size=8), st.integers(8, 20))
def test_whatever_they_are_called(names: list[str], most: int) -> None:
    found = told_apart(names, most)
    assert all(len(label) <= most for label in found.values())
    seen = [found[name] for name in names]
    assert len({*seen}) == len(seen)


@pytest.mark.parametrize(
    ("name", "beyond"),
    [
        ("北京科技有限公司", True),
        ("東京", True),
        ("กรุงเทพ", True),
        ("दिल्ली", True),
        ("Gold 💥", True),
        ("Größe", False),
        ("Łódź", False),
        ("Αθήνα", False),
        ("שירות", False),
        ("القاهرة", False),
        ("Київ & co. №1 – “x”", False),
    ],
)
def test_what_a_picture_cannot_write_is_known_without_its_typeface(name: str, beyond: bool) -> None:
    assert beyond_pictures(name) is beyond
    assert ("□" in written(name)) is beyond


def test_the_letters_that_pictures_write_are_in_their_typeface() -> None:
    plain = [*range(0x20, 0x17F), *range(0x391, 0x3CA), *range(0x410, 0x450), *range(0x5D0, 0x5EB)]
    letters = "".join(chr(code) for code in plain if unicodedata.category(chr(code))[0] in "LNPS")
    assert not beyond_pictures(letters)
    assert "□" not in written(letters)
