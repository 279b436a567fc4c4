"""Nothing that a customer writes takes effect in Slack, and each of Block Kit's limits holds."""

import re
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from channels.base import Address, Body, Choice, OutboundMessage, bold, link, plain, quote
from channels.slack.limits import TEXT_LIMIT
from channels.slack.outbound import rendered
from channels.slack.words import plain_text
from tests.channels.contract import SCALE
from tests.support.bodies import NASTY, bodies, choices, long_bodies

Blocks = list[dict[str, Any]]


def message(body: Body, rows: tuple[tuple[Choice, ...], ...] = ()) -> OutboundMessage:
    return OutboundMessage(1, Address("slack", "U0MANAGER"), body, rows)


def elements(blocks: Blocks) -> list[dict[str, Any]]:
    return [
        element
        for block in blocks
        if block["type"] == "rich_text"
        for section in block["elements"]
        for element in section["elements"]
    ]


@given(st.one_of(bodies, long_bodies), choices)
def test_no_text_is_parsed(body: Body, rows: tuple[tuple[Choice, ...], ...]) -> None:
    """The notification holds no entity but the three escapes; every other text is in a place that Slack
    does not parse: a rich_text element or a plain_text object."""
    made = rendered(message(body, rows))
    text = str(made["text"])
    assert "<" not in text
    assert ">" not in text
    assert "&" not in re.sub(r"&(amp|lt|gt);", "", text)
    blocks: Blocks = made["blocks"]  # type: ignore[assignment]  # the blocks are a list
    for block in blocks:
        assert block["type"] in ("rich_text", "actions")
        if block["type"] == "actions":
            assert all(button["text"]["type"] == "plain_text" for button in block["elements"])
            assert not any(button["text"]["emoji"] for button in block["elements"])
    assert all(element["type"] in ("text", "link") for element in elements(blocks))
    assert all(element["text"] for element in elements(blocks))


@given(st.one_of(bodies, long_bodies), choices)
def test_block_kits_limits_hold(body: Body, rows: tuple[tuple[Choice, ...], ...]) -> None:
    made = rendered(message(body, rows))
    blocks: Blocks = made["blocks"]  # type: ignore[assignment]  # the blocks are a list
    assert len(str(made["text"])) <= TEXT_LIMIT
    assert sum(len(element["text"]) for element in elements(blocks)) <= TEXT_LIMIT
    assert len(blocks) <= 50
    buttons = [button for block in blocks if block["type"] == "actions" for button in block["elements"]]
    assert all(len(block["elements"]) <= 25 for block in blocks if block["type"] == "actions")
    assert all(1 <= len(button["text"]["text"]) <= 75 for button in buttons)
    assert len({button["action_id"] for button in buttons}) == len(buttons) == sum(map(len, rows))


@given(bodies)
def test_the_words_are_all_there(body: Body) -> None:
    """Escaping loses nothing: what Slack would show as the notification is what was said."""
    shown = plain_text(str(rendered(message(body))["text"]))
    for span in body:
        if span.kind == "bold":
            assert span.text.strip("\n") in shown


def test_each_nasty_text_stands_as_it_was_written() -> None:
    for text in NASTY:
        made = rendered(message((quote(f"x{text}x"),)))
        blocks: Blocks = made["blocks"]  # type: ignore[assignment]  # the blocks are a list
        assert elements(blocks) == [{"type": "text", "text": f"x{text}x"}]


def test_the_scale_stands_in_two_rows() -> None:
    blocks: Blocks = rendered(message((plain("How likely?"),), SCALE))["blocks"]  # type: ignore[assignment]  # a list
    assert [[button["text"]["text"] for button in block["elements"]] for block in blocks[1:]] == [
        ["0", "1", "2", "3", "4", "5"],
        ["6", "7", "8", "9", "10"],
    ]
    assert blocks[1]["elements"][3]["value"] == "v1.3"


def test_an_alert_reads_as_meant() -> None:
    made = rendered(
        message(
            (
                bold("Acme"),
                plain(" gave a 3:\n"),
                quote("late & <rude>"),
                plain("\nCall "),
                link("them", "tel:+31612345678"),
            ),
            ((Choice("I'm on it", "case.1.mine", "primary"), Choice("Done", "case.1.done")),),
        )
    )
    assert made == {
        "text": "Acme gave a 3:\n“late &amp; &lt;rude&gt;”\nCall them (+31612345678)",
        "blocks": [
            {
                "type": "rich_text",
                "elements": [
                    {
                        "type": "rich_text_section",
                        "elements": [
                            {"type": "text", "text": "Acme", "style": {"bold": True}},
                            {"type": "text", "text": " gave a 3:"},
                        ],
                    },
                    {"type": "rich_text_quote", "elements": [{"type": "text", "text": "late & <rude>"}]},
                    {
                        "type": "rich_text_section",
                        "elements": [
                            {"type": "text", "text": "Call "},
                            {"type": "link", "url": "tel:+31612345678", "text": "them"},
                        ],
                    },
                ],
            },
            {
                "type": "actions",
                "elements": [
                    {
                        "type": "button",
                        "text": {"type": "plain_text", "text": "I'm on it", "emoji": False},
                        "value": "case.1.mine",
                        "action_id": "choice-0",
                        "style": "primary",
                    },
                    {
                        "type": "button",
                        "text": {"type": "plain_text", "text": "Done", "emoji": False},
                        "value": "case.1.done",
                        "action_id": "choice-1",
                    },
                ],
            },
        ],
    }
