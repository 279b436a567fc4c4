"""Nothing that a customer writes breaks Telegram's HTML."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.base import Body, Choice, bold, link, plain, quote
from channels.layout import utf16_units
from channels.telegram.limits import TEXT_LIMIT
from channels.telegram.outbound import keyboard, rendered
from tests.channels.contract import SCALE
from tests.support.bodies import NASTY, bodies, choices, long_bodies

ALLOWED = {"b", "blockquote", "a"}


class Reader(HTMLParser):
    """Reads as strictly as Telegram does: known tags, closed in their order, known entities."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.text = ""
        self.links: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ALLOWED
        assert [name for name, _ in attrs] == (["href"] if tag == "a" else [])
        self.links.extend(str(value) for _, value in attrs)
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError("a comment")

    def handle_decl(self, decl: str) -> None:
        raise AssertionError("a declaration")

    def handle_pi(self, data: str) -> None:
        raise AssertionError("an instruction")


@given(st.one_of(bodies, long_bodies))
def test_the_html_is_whole_and_within_the_limit(body: Body) -> None:
    read = Reader(rendered(body))
    assert utf16_units(read.text) <= TEXT_LIMIT
    assert set(read.links) <= {"https://nps.acme.example/x?a=1&b=2"}, "no link but ours"


def test_each_nasty_text_stands_as_it_was_written() -> None:
    for text in NASTY:
        for kind in (plain, bold, quote):
            shown = Reader(rendered((kind(f"x{text}x"),))).text
            assert shown.replace("@\u2060", "@") == f"x{text}x"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("@colleague is slow", "@\u2060colleague is slow"),
        ("(@a) @b", "(@\u2060a) @\u2060b"),
        ("me@globex.example", "me@globex.example"),
        ("5 @ 9", "5 @ 9"),
    ],
)
def test_nobody_is_called_by_a_mention(text: str, shown: str) -> None:
    """Telegram finds @names in HTML too, and tells who has that name and is in the group."""
    assert Reader(rendered((plain(text),))).text == shown


def test_an_alert_reads_as_meant() -> None:
    body = (
        bold("Acme"),
        plain(" gave a 3:\n"),
        quote("late & <rude>"),
        plain("\nCall "),
        link("them", "tel:+31612345678"),
        plain(" or see "),
        link("the case", 'https://nps.acme.example/?a="1"&b'),
    )
    assert rendered(body) == (
        "<b>Acme</b> gave a 3:\n"
        "<blockquote>late &amp; &lt;rude&gt;</blockquote>\n"
        "Call them (+31612345678) or see "
        '<a href="https://nps.acme.example/?a=&quot;1&quot;&amp;b">the case</a>'
    )


@given(choices)
def test_rows_hold_eight_buttons_at_most(rows: tuple[tuple[Choice, ...], ...]) -> None:
    made = keyboard(rows)
    if made is None:
        assert rows == ()
        return
    assert all(1 <= len(row) <= 8 for row in made.inline_keyboard)
    assert sum(map(len, made.inline_keyboard)) == sum(map(len, rows))


def test_the_scale_stands_in_two_rows() -> None:
    made = keyboard(SCALE)
    assert made is not None
    assert [[button.text for button in row] for row in made.inline_keyboard] == [
        ["0", "1", "2", "3", "4", "5"],
        ["6", "7", "8", "9", "10"],
    ]


def test_no_buttons_no_keyboard() -> None:
    assert keyboard(()) is None
