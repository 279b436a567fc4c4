from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.sms.lengths import gsm7_segments, is_gsm7, segments, ucs2_segments

EXTENDED = "\f^{}\\[~]|€"


@pytest.mark.parametrize(
    ("characters", "parts"),
    [(0, 0), (1, 1), (160, 1), (161, 2), (306, 2), (307, 3), (459, 3), (460, 4), (1530, 10), (1531, 11)],
)
def test_gsm7(characters: int, parts: int) -> None:
    assert gsm7_segments("a" * characters) == parts


@pytest.mark.parametrize(
    ("characters", "parts"), [(0, 0), (1, 1), (70, 1), (71, 2), (134, 2), (135, 3), (201, 3), (202, 4)]
)
def test_ucs2(characters: int, parts: int) -> None:
    assert ucs2_segments("я" * characters) == parts


@pytest.mark.parametrize("character", EXTENDED)
def test_a_character_of_the_extension_table_counts_two(character: str) -> None:
    assert is_gsm7(character)
    assert gsm7_segments(character * 80) == 1
    assert gsm7_segments(character * 80 + "a") == 2


def test_an_escaped_character_is_not_torn_apart() -> None:
    # 153 septets leave one free in each part: two parts hold 152 each, and not 153.
    assert gsm7_segments("€" * 152) == 2
    assert gsm7_segments("€" * 153) == 3


def test_an_emoji_counts_two_and_is_not_torn_apart() -> None:
    assert ucs2_segments("😀" * 35) == 1
    assert ucs2_segments("😀" * 66) == 2
    assert ucs2_segments("😀" * 67) == 3


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Hoe waarschijnlijk is het dat u ons aanbeveelt? 0-10 @£$¥", True),
        ("één ö ü ß à è ù Ç Å", True),
        ("ê", False),
        ("ë", False),
        ("ï", False),
        ("ç", False),
        ("`", False),
        ("’", False),
        ("–", False),
        ("−", False),
        ("\t", False),
        ("\x1b", False),
        ("😀", False),
        ("", True),
    ],
)
def test_what_is_in_the_alphabet(text: str, plain: bool) -> None:
    assert is_gsm7(text) is plain


def test_the_alphabet_has_its_137_characters() -> None:
    # 128 places, one of them the escape, and ten characters behind the escape.
    assert sum(is_gsm7(chr(code)) for code in range(0x10000)) == 137


def test_one_character_outside_the_alphabet_changes_the_whole_message() -> None:
    assert segments("a" * 160) == 1
    assert segments("a" * 159 + "’") == 3


def test_the_character_outside_is_named() -> None:
    with pytest.raises(ValueError, match="'’' is not in the GSM 7-bit alphabet"):
        gsm7_segments("it’s")


@given(st.text(alphabet="aé€😀я", max_size=400))
def test_segments_never_hold_more_than_fits(text: str) -> None:
    units = len(text.encode("utf-16-le")) // 2
    parts = ucs2_segments(text)
    assert parts >= (units > 0) + (units > 70)
    assert units <= (70 if parts == 1 else 67 * parts)


def test_every_way_of_two_sizes_is_cut_like_a_plain_loop() -> None:
    for pattern in product("a€", repeat=4):
        text = "".join(pattern) * 60
        parts, room = 1, 153
        for character in text:
            size = 2 if character == "€" else 1
            if size > room:
                parts, room = parts + 1, 153
            room -= size
        assert gsm7_segments(text) == parts
