"""What people see of Slack's mrkdwn and Block Kit and of Telegram's HTML, and what the servers refuse."""

import html
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.slack.blocks import block_errors
from sandbox.slack.text import escape, message_pings, message_spans, mrkdwn_spans, pings, unescape
from sandbox.telegram.text import EntityError, parse_html, spans, units


def nobody(_: str) -> str | None:
    return None


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": text}


def button(**more: Any) -> dict[str, Any]:
    return {"type": "button", "action_id": "a", "text": plain("8"), **more}


# -- mrkdwn


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a *b* c", [("text", "a "), ("bold", "b"), ("text", " c")]),
        ("2*3*4 and a_b_c", [("text", "2*3*4 and a_b_c")]),
        ("* not * bold", [("text", "* not * bold")]),
        (
            "_i_ ~s~ `c *x*`",
            [("italic", "i"), ("text", " "), ("strike", "s"), ("text", " "), ("code", "c *x*")],
        ),
        ("```a\n*b*```", [("code", "a\n*b*")]),
        ("> quoted\nnot", [("quote", "quoted"), ("text", "\n"), ("text", "not")]),
        ("&gt; also quoted", [("quote", "also quoted")]),
        ("a &lt;!channel&gt; &amp;amp;", [("text", "a <!channel> &amp;")]),
        ("<!channel> <!here|here>", [("mention", "@channel"), ("text", " "), ("mention", "@here")]),
        ("<@U1> <@U2|two>", [("mention", "@U1"), ("text", " "), ("mention", "@two")]),
        ("<tel:+31612345678|call>", [("link", "call")]),
        ("*<https://a.example|x>*", [("link", "x")]),
        ("<b>", [("text", "<b>")]),
    ],
)
def test_mrkdwn_is_shown_as_slack_does(text: str, shown: list[tuple[str, str]]) -> None:
    assert [(span.kind, span.text) for span in mrkdwn_spans(text, nobody)] == shown


@given(st.text())
def test_escaped_words_ping_nobody_and_come_back(words: str) -> None:
    assert pings(escape(words)) == ()
    assert unescape(escape(words)) == words


@given(st.text())
def test_plain_text_is_shown_as_it_is(words: str) -> None:
    blocks = [{"type": "section", "text": plain(words)}]
    assert "".join(span.text for span in message_spans("", blocks, nobody)) == words
    assert message_pings("", blocks) == ()


@given(st.text(alphabet="ab*_~`<>&!@|# \n", max_size=40))
def test_any_mrkdwn_is_shown_somehow(words: str) -> None:
    assert all(span.text or words for span in mrkdwn_spans(words, nobody))


@pytest.mark.parametrize(
    ("text", "full", "pinged"),
    [
        ("<!channel> <@U1> <!subteam^S1|team>", False, ("<!channel>", "<@U1>", "<!subteam^S1>")),
        ("@here and @channel", False, ()),
        ("@here and a@channel.example", True, ("<!here>",)),
        ("&lt;!channel&gt; <https://a.example|@here>", False, ()),
    ],
)
def test_pings_are_found(text: str, full: bool, pinged: tuple[str, ...]) -> None:
    assert pings(text, full=full) == pinged


def test_a_ping_in_any_block_counts() -> None:
    blocks: list[dict[str, Any]] = [
        {"type": "context", "elements": [mrkdwn("x <!here>")]},
        {"type": "section", "text": plain("<!channel>")},
    ]
    assert message_pings("", blocks) == ("<!here>",)


# -- Block Kit

KEYS = st.sampled_from(["type", "text", "elements", "fields", "accessory", "options", "confirm", "style"])
KINDS = st.sampled_from(["button", "mrkdwn", "overflow", "rich_text_section", "rich_text_list", "link"])
VALUES = st.recursive(
    st.none() | st.text(max_size=3) | KINDS | st.integers(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=8,
)

GOOD: list[list[dict[str, Any]]] = [
    [{"type": "section", "text": mrkdwn("x" * 3000)}, {"type": "divider"}],
    [{"type": "header", "text": plain("x" * 150)}],
    [{"type": "actions", "elements": [button(action_id=f"s{n}", value="v" * 2000) for n in range(25)]}],
    [{"type": "context", "elements": [mrkdwn("x")] * 10}],
    [{"type": "image", "image_url": "https://a.example/x.png", "alt_text": ""}],
    [{"type": "section", "fields": [mrkdwn("x")] * 10, "accessory": button(style="danger")}],
    [
        {
            "type": "rich_text",
            "elements": [{"type": "rich_text_quote", "elements": [{"type": "text", "text": "<!channel>"}]}],
        }
    ],
]
BAD: list[tuple[Any, str]] = [
    ({}, "must be an array"),
    ([{"type": "divider"}] * 51, "no more than 50 items"),
    ([{"type": "section"}], "text or fields"),
    (
        [{"type": "section", "text": mrkdwn("x" * 3001)}],
        "must be less than 3001 characters [json-pointer:/blocks/0/text/text]",
    ),
    ([{"type": "section", "text": mrkdwn("")}], "must be more than 0 characters"),
    ([{"type": "section", "text": "x"}], "must be an object"),
    ([{"type": "section", "txt": mrkdwn("x")}], "invalid additional property: txt"),
    ([{"type": "header", "text": mrkdwn("x")}], "must be a valid enum value"),
    ([{"type": "header", "text": plain("x" * 151)}], "must be less than 151"),
    ([{"type": "actions", "elements": []}], "at least one item"),
    (
        [{"type": "actions", "elements": [button(action_id=str(n)) for n in range(26)]}],
        "no more than 25 items",
    ),
    ([{"type": "actions", "elements": [button(), button()]}], "`action_id` a already exists"),
    ([{"type": "actions", "elements": [button(text=plain("x" * 76))]}], "must be less than 76"),
    ([{"type": "actions", "elements": [button(value="v" * 2001)]}], "must be less than 2001"),
    ([{"type": "actions", "elements": [button(action_id="a" * 256)]}], "must be less than 256"),
    ([{"type": "actions", "elements": [button(style="green")]}], "must be a valid enum value"),
    ([{"type": "actions", "elements": [{"type": "plain_text_input"}]}], "unsupported element type"),
    ([{"type": "divider", "block_id": "x"}] * 2, "`block_id` x already exists"),
    ([{"type": "context", "elements": [mrkdwn("x")] * 11}], "no more than 10 items"),
    ([{"type": "markdown", "text": "x" * 12001}], "must be less than 12001"),
    ([{"type": "image", "alt_text": "x"}], "image_url or slack_file"),
    (["x"], "missing required field: type"),
    ([{"type": "table"}], "unsupported type: table"),
]


@pytest.mark.parametrize("blocks", GOOD)
def test_blocks_within_the_limits_pass(blocks: list[dict[str, Any]]) -> None:
    assert block_errors(blocks) == []


@pytest.mark.parametrize(("blocks", "error"), BAD)
def test_blocks_beyond_them_do_not(blocks: Any, error: str) -> None:
    assert any(error in found for found in block_errors(blocks)), block_errors(blocks)


@given(VALUES)
def test_any_value_is_judged_without_a_crash(value: Any) -> None:
    for kind in ("section", "actions", "context", "input", "rich_text"):
        found = block_errors(
            [{"type": kind, "text": value, "elements": value, "label": value, "element": value}]
        )
        assert all("json-pointer" in error for error in found)


# -- Telegram's HTML


@given(st.text(), st.text())
def test_escaped_html_comes_back_whole(before: str, words: str) -> None:
    text, entities = parse_html(f"{html.escape(before)}<b>{html.escape(words)}</b>")
    assert text == before + words
    assert [(entity["offset"], entity["length"]) for entity in entities] == (
        [(units(before), units(words))] if words else []
    )
    assert "".join(span.text for span in spans(text, entities)) == text


@given(st.text(alphabet="<>/ab&;\"'= é😀", max_size=30))
def test_any_html_is_parsed_or_refused(source: str) -> None:
    try:
        text, entities = parse_html(source)
    except EntityError:
        return
    assert all(entity["offset"] + entity["length"] <= units(text) for entity in entities)


@pytest.mark.parametrize(
    ("source", "text", "kinds"),
    [
        ("<b>a<i>b</i></b>", "ab", ["bold", "italic"]),
        ("&lt;b&gt; &amp; &quot; &nbsp; &#8364; &#x20AC;", '<b> & " &nbsp; € €', []),
        ("<blockquote expandable>a</blockquote>", "a", ["blockquote"]),
        ('<span class="tg-spoiler">a</span>', "a", ["spoiler"]),
        ('<a href="https://a.example?x=1&amp;y=2">a</a>', "a", ["text_link"]),
        ("<B>a</B>", "a", ["bold"]),
    ],
)
def test_html_becomes_text_and_entities(source: str, text: str, kinds: list[str]) -> None:
    found, entities = parse_html(source)
    assert (found, [entity["type"] for entity in entities]) == (text, kinds)
