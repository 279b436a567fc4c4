"""Lines and lengths of a body, before any mark-up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.base import Body, Span, bold, link, plain, quote
from channels.layout import cut, paragraphs, shortened, target, utf16_units, words_of_link
from tests.support.bodies import bodies, long_bodies, words


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        ((), []),
        ((plain(""),), []),
        ((plain("a"), bold("b")), ["ab"]),
        ((plain("said:\n"), quote("q"), plain("\nthen")), ["said:", "q", "then"]),
        ((plain("said:"), quote("q"), plain("then")), ["said:", "q", "then"]),
        ((plain("said:\n\n"), quote("q")), ["said:\n", "q"]),
        ((quote("one"), quote("two")), ["one", "two"]),
        ((plain("\n"), quote("q"), plain("\n")), ["q"]),
    ],
)
def test_a_quotation_has_lines_of_its_own(body: Body, lines: list[str]) -> None:
    assert ["".join(span.text for span in spans) for _, spans in paragraphs(body)] == lines


@pytest.mark.parametrize(
    ("text", "size", "short"),
    [
        ("one two three", 13, "one two three"),
        ("one two three", 12, "one two…"),
        ("one two three", 7, "one two…"),
        ("one two three", 8, "one two…"),
        ("unbreakable", 5, "unbre…"),
        ("one two", 0, "…"),
        ("e\u0301e\u0301", 3, "e\u0301…"),
        ("a👩\u200d👩", 3, "a…"),
        ("a👩\u200d👩", 2, "a…"),
    ],
)
def test_cuts_at_a_word_and_never_inside_a_character(text: str, size: int, short: str) -> None:
    assert cut(text, size) == short


@given(words, st.integers(0, 200))
def test_a_cut_text_is_a_beginning(text: str, size: int) -> None:
    short = cut(text, size)
    assert text.startswith(short.removesuffix("…"))
    assert short == text or len(short) <= size + 1


def _length(body: Body) -> int:
    return sum(utf16_units(span.text) for span in body)


@given(st.one_of(bodies, long_bodies), st.integers(1, 5000))
def test_fits_the_limit_and_changes_nothing_that_fits(body: Body, limit: int) -> None:
    short = shortened(body, limit, _length)
    assert _length(short) <= limit
    if _length(body) <= limit:
        assert short == body
    else:
        assert any("…" in span.text for span in short)


def test_the_longest_text_gives_way() -> None:
    body = (plain("Acme scored 3 and said:"), quote("late " * 1000), link("Call", "tel:+31612345678"))
    short = shortened(body, 200, _length)
    assert short[0] == body[0]
    assert short[2] == body[2]
    assert short[1].kind == "quote"
    assert short[1].text.endswith("late…")
    assert 180 < _length(short) <= 200


@pytest.mark.parametrize(
    ("span", "said"),
    [
        (link("Call Acme", "tel:+31612345678"), "Call Acme (+31612345678)"),
        (link("+31 6 1234 5678", "tel:+31612345678"), "+31 6 1234 5678"),
        (link("mail", "mailto:a@acme.example"), "mail (a@acme.example)"),
        (link("report", "https://nps.acme.example/r"), "report (https://nps.acme.example/r)"),
        (link("https://nps.acme.example/r", "https://nps.acme.example/r"), "https://nps.acme.example/r"),
        (link("", "tel:+31612345678"), "+31612345678"),
        (plain("no link"), "no link"),
    ],
)
def test_a_link_in_plain_words(span: Span, said: str) -> None:
    assert words_of_link(span) == said


def test_what_a_person_dials_or_opens() -> None:
    assert target("tel:+31612345678") == "+31612345678"
    assert target("https://nps.acme.example") == "https://nps.acme.example"
