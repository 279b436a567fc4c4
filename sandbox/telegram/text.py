"""Telegram's HTML as its server reads it, strict about every tag, and the runs that a person sees.

Source: core.telegram.org/bots/api#html-style; error texts as the Bot API server gives them.
"""

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from sandbox.phones import Button, Span, SpanKind

LONGEST_TEXT = 4096
LONGEST_CAPTION = 1024
"""In UTF-16 units, the safe reading of "characters" [core.telegram.org/bots/api#sendmessage]."""

_KINDS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
}
_ENTITY = re.compile(r"&(?:(lt|gt|amp|quot)|#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6}));")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_TAG = re.compile(r"<(?P<end>/?)(?P<name>[^\s<>/]*)(?P<attributes>[^<>]*)>")
_ATTRIBUTE = re.compile(r"""\s*([a-zA-Z-]+)\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+)|\s+(expandable)(?=\s|$)""")


class EntityError(Exception):
    """The text cannot be parsed; the message is the server's."""


def units(text: str) -> int:
    """The length in UTF-16 code units, which Telegram counts in."""
    return len(text.encode("utf-16-le")) // 2


def _decode(text: str) -> str:
    def one(match: re.Match[str]) -> str:
        if match[1]:
            return _NAMED[match[1]]
        code = int(match[2]) if match[2] else int(match[3], 16)
        return chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else match[0]

    return _ENTITY.sub(one, text)


def parse_html(source: str) -> tuple[str, list[dict[str, Any]]]:
    """The plain text and its entities; EntityError for an unknown, unclosed or unmatched tag."""
    text, entities = "", []
    stack: list[tuple[str, int, dict[str, Any]]] = []
    position = 0
    while (start := source.find("<", position)) >= 0:
        text += _decode(source[position:start])
        offset = len(source[:start].encode())
        tag = _TAG.match(source, start)
        if tag is None:
            which = "end" if source.startswith("</", start) else "start"
            raise EntityError(f"Unclosed {which} tag at byte offset {offset}")
        name = tag["name"].lower()
        if tag["end"]:
            if not stack:
                raise EntityError(f"Unexpected end tag at byte offset {offset}")
            opened, begin, entity = stack.pop()
            if name not in ("", opened):
                raise EntityError(
                    f'Unmatched end tag at byte offset {offset}, expected "</{opened}>", found "</{name}>"'
                )
            if (units(text) > begin and entity["type"] != "text_link") or entity.get("url"):
                entities.append(entity | {"offset": begin, "length": units(text) - begin})
        else:
            stack.append((name, units(text), _opened(name, tag["attributes"], offset)))
        position = tag.end()
    text += _decode(source[position:])
    if stack:
        raise EntityError(f'Can\'t find end tag corresponding to start tag "{stack[-1][0]}"')
    return text, sorted(entities, key=lambda entity: (entity["offset"], -entity["length"]))


def _opened(name: str, attributes: str, offset: int) -> dict[str, Any]:
    if name not in _KINDS:
        raise EntityError(f'Unsupported start tag "{name}" at byte offset {offset}')
    found = {match[1].lower(): match[2].strip("\"'") for match in _ATTRIBUTE.finditer(attributes) if match[1]}
    if _ATTRIBUTE.sub("", attributes).strip():
        raise EntityError(
            f'Expected equal sign in declaration of an attribute of the tag "{name}" at byte offset {offset}'
        )
    if name == "span" and found.get("class") != "tg-spoiler":
        raise EntityError(f'Tag "span" must have class "tg-spoiler" at byte offset {offset}')
    entity: dict[str, Any] = {"type": _KINDS[name]}
    if name == "a" and found.get("href"):
        entity["url"] = _decode(found["href"])
    return entity


def spans(text: str, entities: Sequence[Mapping[str, Any]]) -> tuple[Span, ...]:
    """Runs for a phone: of overlapping entities the innermost that a phone shows."""
    wide = text.encode("utf-16-le")
    edges = {0, len(wide) // 2}
    for entity in entities:
        edges |= {entity["offset"], entity["offset"] + entity["length"]}
    ordered = sorted(edge for edge in edges if edge <= len(wide) // 2)
    shown = []
    for start, end in pairwise(ordered):
        run = wide[start * 2 : end * 2].decode("utf-16-le", "replace")
        over = [
            entity
            for entity in entities
            if entity["offset"] <= start and end <= entity["offset"] + entity["length"]
        ]
        shown.append(_span(run, over))
    return tuple(shown)


def _span(run: str, over: Sequence[Mapping[str, Any]]) -> Span:
    kinds: dict[str, SpanKind] = {
        "bold": "bold",
        "italic": "italic",
        "strikethrough": "strike",
        "code": "code",
        "pre": "code",
        "blockquote": "quote",
    }
    for entity in over:
        if entity["type"] == "text_link":
            return Span("link", run, entity["url"])
    for entity in reversed(over):
        if entity["type"] in kinds:
            return Span(kinds[entity["type"]], run)
    return Span("text", run)


def buttons(markup: Mapping[str, Any] | None) -> tuple[tuple[Button, ...], ...]:
    """The rows of an inline keyboard; a button's id is its row and column."""
    rows = (markup or {}).get("inline_keyboard", ())
    return tuple(
        tuple(
            Button(f"{row}.{column}", button["text"], button.get("style"), button.get("url"))
            for column, button in enumerate(buttons_of_row)
        )
        for row, buttons_of_row in enumerate(rows)
        if buttons_of_row
    )
