"""Laws of the reader, over texts that nobody thought of."""

import importlib
import pkgutil
import re
import time
from re import _constants as codes  # type: ignore[attr-defined] # the parse tree of the re module has no public door
from re import _parser as parser  # type: ignore[attr-defined] # as above
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import bot.reading
from bot.reading.bounds import Bounds
from bot.reading.marks import HOMOGRAPH
from bot.reading.reader import Awaiting, NotAScore, OptOut, Score, kind_of
from bot.reading.text import LONGEST_READ, NUMBER, WORD, tokens_of, words_in
from tests.support.bot_under_test import languages
from tests.support.reading import CODES, reading

SCALES = (Bounds(0, 10), Bounds(1, 5), Bounds(1, 7))
AWAITING: tuple[Awaiting, ...] = ("score", "reason", "nothing")
LEADS = {
    "nl": (
        "",
        "een ",
        "cijfer ",
        "ik geef een ",
        "doe maar een ",
        "Hallo, ",
        "ongeveer een ",
        "op een schaal van 0 tot 10 een ",
    ),
    "en": (
        "",
        "a ",
        "Score: ",
        "I'd say ",
        "about a ",
        "Hi! ",
        "probably a ",
        "on a scale of 0 to 10 I'd say ",
    ),
    "de": ("", "eine ", "Note: ", "ich gebe eine ", "Hallo, "),
    "fr": ("", "un ", "note : ", "je dirais ", "Bonjour, "),
    "es": ("", "un ", "nota: ", "le doy un ", "Hola, "),
    "it": ("", "un ", "voto ", "direi ", "Ciao, "),
    "pt": ("", "um ", "nota ", "dou um ", "Olá, "),
    "pl": ("", "ocena ", "daję ", "myślę że ", "Cześć, "),
    "tr": ("", "puanım ", "bence ", "Merhaba, "),
}
TAILS = {
    "nl": (
        "",
        "!",
        ".",
        " van de 10",
        "/10",
        " bedankt",
        " van mij",
        " :-)",
        "\n\nVerzonden vanaf mijn telefoon",
    ),
    "en": ("", "!!", ".", " out of 10", "/10", " thanks", " from me", " :)", "\n\nSent from my phone"),
}
ANY_TAILS = ("", "!", ".", "/10", " ;")


@given(st.data())
def test_a_number_in_any_decoration_reads_as_itself(data: st.DataObject) -> None:
    language = data.draw(st.sampled_from(CODES))
    number = data.draw(st.integers(0, 10))
    words = [
        e.words[0]
        for entries in languages()[language].lexicon.values()
        for e in entries
        if e.value == number and len(e.words) == 1
    ]
    plain = data.draw(
        st.sampled_from([str(number), "".join(chr(0xFF10 + int(d)) for d in str(number)), *words])
    )
    text = (
        data.draw(st.sampled_from(LEADS[language]))
        + plain
        + data.draw(st.sampled_from(TAILS.get(language, ANY_TAILS)))
    )
    if language == "it" and plain in ("sei", "uno"):  # "sei" is also "you are"
        text = plain
    if plain in {w for w in words if any(e.marks & HOMOGRAPH for e in languages()[language].lexicon[w])}:
        text = plain
    found = reading(text, language)
    assert isinstance(found, Score), text
    assert (found.value, found.reason) == (number, None), text


NUMBERLESS = sorted(
    {
        " ".join(entry.words)
        for language in languages().values()
        for entries in language.lexicon.values()
        for entry in entries
        if entry.value is None and not any(word.isdecimal() for word in entry.words)
    }
)
NUMBER_WORDS = {
    word
    for language in languages().values()
    for entries in language.lexicon.values()
    for entry in entries
    if entry.value is not None
    for word in entry.words
}


@given(
    st.sampled_from(CODES),
    st.lists(st.sampled_from(NUMBERLESS), min_size=2, max_size=12),
    st.lists(
        st.sampled_from([" ", ", ", ". ", "! ", "\n", " - ", " 👍 ", "? ", " (", ") ", ' "']),
        min_size=12,
        max_size=12,
    ),
)
def test_no_text_without_a_number_gives_a_score(language: str, words: list[str], gaps: list[str]) -> None:
    text = "".join(word + gap for word, gap in zip(words, gaps, strict=False))
    if NUMBER_WORDS.intersection(token.text for token in tokens_of(text)):
        return
    found = reading(text, language)
    assert not isinstance(found, Score), text
    assert not (isinstance(found, OptOut) and found.score is not None), text


@given(
    st.text(
        alphabet=st.characters(exclude_categories=["Nd", "Nl", "No"], exclude_characters="🔟"), max_size=60
    ),
    st.sampled_from(CODES),
)
def test_no_unicode_without_digits_gives_a_score_but_by_a_word(text: str, language: str) -> None:
    known = languages()[language]
    words = [token.text for token in tokens_of(text)]
    found = reading(text, language)
    if isinstance(found, Score):
        assert len(words) == 1 or NUMBER_WORDS.intersection(words) or set(words) & set(known.lone_numbers)


@given(st.text(max_size=200), st.sampled_from(CODES), st.sampled_from(SCALES), st.sampled_from(AWAITING))
def test_any_unicode_is_read(text: str, language: str, scale: Bounds, awaiting: Awaiting) -> None:
    found = reading(text, language, scale, awaiting, recent=(text[::-1], text))
    assert kind_of(found)
    if isinstance(found, Score):
        assert found.value in scale


SIGNS = [
    "-",
    "–",
    "/",
    ",",
    ".",
    ":",
    "%",
    "+",
    "#",
    "€",
    "(",
    ")",
    "*",
    '"',
    "“",
    "”",
    "'",
    "½",
    "⅞",
    "²",
    "①",
    "🔟",
    "Ⅷ",
    "1️⃣",
    "⭐",
    "👍",
]
PIECES = [
    "10",
    "11",
    "100",
    "06",
    "1o",
    "0-10",
    "t/m",
    "of",
    "een",
    "half",
    "min",
    "plus",
    "sterren",
    "stars",
    "euro",
    "weken",
    "op",
    "tot",
    "van",
    "niet",
    "geen",
    "not",
    "a",
    "at",
    "least",
    "if",
    "als",
    "maar",
    "dus",
    "want",
    "stop",
    "bestelling",
    "sorry",
    "top",
    "slecht",
    "terrible",
    "tje",
    "x",
    "uur",
    "mei",
    "nummer",
    "buçuk",
    "no",
    "nee",
    "out",
]
NEAR_MISSES = st.lists(st.sampled_from([*"0123456789", *SIGNS, *PIECES, "\n", " "]), max_size=14)


@given(NEAR_MISSES, st.sampled_from(CODES), st.sampled_from(SCALES), st.sampled_from(AWAITING))
def test_any_heap_of_signs_and_numbers_is_read(
    parts: list[str], language: str, scale: Bounds, awaiting: Awaiting
) -> None:
    for text in ("".join(parts), " ".join(parts)):
        found = reading(text, language, scale, awaiting)
        if isinstance(found, Score):
            assert found.value in scale
            assert found.reason is None or found.reason.strip() == found.reason != ""


@given(st.text(max_size=120), st.sampled_from(CODES))
def test_later_only_a_correction_is_a_score(text: str, language: str) -> None:
    found = reading(text, language, awaiting="reason")
    if isinstance(found, Score):
        assert found == Score(found.value), "a correction is a number and no reason"


def test_a_reason_is_cut_from_the_text_itself() -> None:
    text = "8, ＧＯＯＤ service – très bien 👍 “top”"
    found = reading(text)
    assert isinstance(found, Score)
    assert found.reason is not None
    assert found.reason in text


@given(st.text("aBé '9-", max_size=12))
def test_words_are_those_of_the_tokens_however_plain_a_text_is(text: str) -> None:
    assert words_in(text) == tuple(token.text for token in tokens_of(text) if token.kind in (WORD, NUMBER))


LONG_WORDS = (
    "8_ 8, 10_of_ is_8_ stop_ stop_sending_ geef_een_8_ not_a_ wil_geen_ of_0_to_10_ afmeldn bir_ 8_and_"
)
LONG_SIGNS = "a. ' \" “ é_ 👍 1/2_ -8 8- a 8 ( / ١ l' # +31_6_ 8-8_ (8"
LONG = [unit.replace("_", " ") for unit in f"{LONG_WORDS} {LONG_SIGNS}".split()]


@pytest.mark.parametrize("unit", LONG)
@pytest.mark.parametrize("language", ["nl", "fr"])
def test_ten_thousand_characters_are_read_at_once(unit: str, language: str) -> None:
    text = (unit * 10_000)[:10_000]
    assert len(tokens_of(text)) <= LONGEST_READ
    reading(text, language)
    best = min(_seconds(text, language) for _ in range(3))
    assert best < 0.2  # it takes some 5 ms of the processor; whatever is quadratic takes seconds


def _seconds(text: str, language: str) -> float:
    start = time.thread_time()
    reading(text, language)
    return time.thread_time() - start


def test_the_middle_of_a_long_text_is_kept_in_the_reason() -> None:
    story = "the parcel was late and nobody told me. " * 200
    found = reading(f"3 because {story}")
    assert isinstance(found, Score)
    assert found.value == 3
    assert found.reason is not None
    assert len(found.reason) > 7000


def _patterns() -> list[re.Pattern[str]]:
    found = []
    for module in pkgutil.iter_modules(bot.reading.__path__, "bot.reading."):
        members = vars(importlib.import_module(module.name)).values()
        found += [member for member in members if isinstance(member, re.Pattern)]
    return found


def _repeats(tree: Any, inside: bool = False) -> bool:
    """Whether a repeat that may match more than once stands inside another."""
    for operation, value in tree:
        if operation in (codes.MAX_REPEAT, codes.MIN_REPEAT):
            _, most, body = value
            many = most > 1
            if many and inside:
                return True
            if _repeats(body, inside or many):
                return True
        elif (operation is codes.SUBPATTERN and _repeats(value[-1], inside)) or (
            operation is codes.BRANCH and any(_repeats(branch, inside) for branch in value[1])
        ):
            return True
    return False


def test_no_pattern_can_backtrack() -> None:
    patterns = _patterns()
    assert patterns
    for pattern in patterns:
        assert not _repeats(parser.parse(pattern.pattern)), pattern.pattern
    assert _repeats(parser.parse(r"(a+)+b"))


def test_an_empty_text_is_no_score() -> None:
    assert reading("") == NotAScore()
