"""Slack's text markup as a person sees it, and whom it notifies.

Rules: docs.slack.dev/messaging/formatting-message-text: `& < >` travel as entities, links as `<url|label>`,
special mentions as `<!channel>`; formatting marks work only at the edges of words.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

from sandbox.phones import Button, Span, SpanKind

Names = Callable[[str], str | None]
"""Gives the name of a user or channel id."""

_INLINE = re.compile(
    r"(?P<pre>```(?P<pre_text>.+?)```)"
    r"|(?P<code>`(?P<code_text>[^`\n]+)`)"
    r"|(?P<angle><(?P<angle_text>[^<>\n]+)>)"
    r"|(?<![\w*])(?P<bold>\*(?=\S)(?P<bold_text>[^*\n]+?)(?<=\S)\*)(?![\w*])"
    r"|(?<![\w_])(?P<italic>_(?=\S)(?P<italic_text>[^_\n]+?)(?<=\S)_)(?![\w_])"
    r"|(?<![\w~])(?P<strike>~(?=\S)(?P<strike_text>[^~\n]+?)(?<=\S)~)(?![\w~])",
    re.DOTALL,
)
_ANGLE = re.compile(r"<([^<>\n]+)>")
_LINK = re.compile(r"(?:https?|mailto|tel|slack|sms):\S", re.IGNORECASE)
_PARSED_FULL = re.compile(r"(?<!\w)@(channel|here|everyone)\b")


def unescape(text: str) -> str:
    """Slack's three entities, and no others."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def escape(text: str) -> str:
    """As Slack hands over what a person typed."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def pings(text: str, *, full: bool = False) -> tuple[str, ...]:
    """Whom a text notifies: `<@U…>`, `<!channel>`, `<!subteam^S…>`; with `full` (parse=full, link_names) a
    bare `@here` too.
    """
    found = []
    for match in _ANGLE.finditer(text):
        target = match[1].partition("|")[0]
        if target.startswith("@") or re.match(r"!(channel|here|everyone|subteam\^)", target):
            found.append(f"<{target}>")
    if full:
        found += [f"<!{match[1]}>" for match in _PARSED_FULL.finditer(text)]
    return tuple(found)


def mrkdwn_spans(text: str, names: Names) -> Iterator[Span]:
    """Slack's mrkdwn as runs of plain text. A line that begins with `>` is a quote, escaped or not, as on
    the real client.
    """
    lines = text.split("\n")
    for index, line in enumerate(lines):
        end = "" if index == len(lines) - 1 else "\n"
        quoted = re.match(r"(?:>|&gt;)\s?", line)
        if quoted and "```" not in text:
            yield Span("quote", "".join(span.text for span in _inline(line[quoted.end() :], names, "text")))
            if end:
                yield Span("text", end)
        elif "```" in text:
            yield from _inline("\n".join(lines[index:]), names, "text")
            return
        else:
            yield from _inline(line + end, names, "text")


def _inline(text: str, names: Names, kind: SpanKind) -> Iterator[Span]:
    end = 0
    for match in _INLINE.finditer(text):
        if match.start() > end:
            yield Span(kind, unescape(text[end : match.start()]))
        end = match.end()
        found = match.lastgroup and next(
            name for name in ("pre", "code", "angle", "bold", "italic", "strike") if match[name]
        )
        match found:
            case "pre":
                yield Span("code", unescape(match["pre_text"]))
            case "code":
                yield Span("code", unescape(match["code_text"]))
            case "angle":
                yield _angle(match["angle_text"], names, kind)
            case "bold":
                yield from _inline(match["bold_text"], names, "bold")
            case "italic":
                yield from _inline(match["italic_text"], names, "italic")
            case _:
                yield from _inline(match["strike_text"], names, "strike")
    if end < len(text):
        yield Span(kind, unescape(text[end:]))


def _angle(inner: str, names: Names, kind: SpanKind) -> Span:
    target, _, label = inner.partition("|")
    label = unescape(label)
    if target[0] in "@#":
        return Span("mention", f"{target[0]}{label or names(target[1:]) or target[1:]}")
    if target.startswith("!date^"):
        return Span(kind, label)
    if target[0] == "!":
        return Span("mention", f"@{label.lstrip('@') or target[1:].partition('^')[0]}")
    if _LINK.match(target):
        return Span("link", label or unescape(target), unescape(target))
    return Span(kind, f"<{unescape(inner)}>")


def message_spans(
    text: str, blocks: list[dict[str, Any]] | None, names: Names, mrkdwn: bool = True
) -> tuple[Span, ...]:
    """What a message shows: its blocks where it has any, else its text."""
    if not blocks:
        return tuple(mrkdwn_spans(text, names)) if mrkdwn else (Span("text", text),)
    shown: list[Span] = []
    for block in blocks:
        spans = list(_block_spans(block, names))
        if spans:
            shown += [Span("text", "\n")] if shown else []
            shown += spans
    return tuple(shown)


def _block_spans(block: dict[str, Any], names: Names) -> Iterator[Span]:
    match block["type"]:
        case "section":
            texts = [*([block["text"]] if block.get("text") else []), *block.get("fields", ())]
            yield from _joined([list(_object_spans(text, names)) for text in texts], "\n")
        case "header":
            yield Span("bold", block["text"]["text"])
        case "context":
            parts = [
                list(_object_spans(part, names)) for part in block["elements"] if part["type"] != "image"
            ]
            yield from _joined(parts, " ")
        case "markdown":
            yield Span("text", block["text"])
        case "image":
            yield Span("italic", (block.get("title") or {}).get("text") or block["alt_text"])
        case "rich_text":
            yield from _rich_text(block, names)
        case "input":
            yield Span("bold", block["label"]["text"])
        case _:
            return


def _joined(parts: list[list[Span]], between: str) -> Iterator[Span]:
    for index, part in enumerate(parts):
        if index:
            yield Span("text", between)
        yield from part


def _object_spans(text: dict[str, Any], names: Names) -> Iterator[Span]:
    if text["type"] == "mrkdwn":
        yield from mrkdwn_spans(text["text"], names)
    else:
        yield Span("text", text["text"])  # plain_text: no markup and, as far as known, no entities


def _rich_text(node: dict[str, Any], names: Names) -> Iterator[Span]:
    """The elements of a rich_text block: plain text with styles, so nothing in them can be markup."""
    kinds: dict[str, SpanKind] = {"rich_text_quote": "quote", "rich_text_preformatted": "code"}
    for index, section in enumerate(node["elements"]):
        if index:
            yield Span("text", "\n")
        if section["type"] == "rich_text_list":
            yield from _rich_text(section, names)
            continue
        outer = kinds.get(section["type"])
        for element in section["elements"]:
            style = next(
                (name for name in ("bold", "italic", "strike", "code") if element.get("style", {}).get(name)),
                "text",
            )
            match element["type"]:
                case "link":
                    yield Span("link", element.get("text") or element["url"], element["url"])
                case "user":
                    yield Span("mention", f"@{names(element['user_id']) or element['user_id']}")
                case "broadcast":
                    yield Span("mention", f"@{element['range']}")
                case "emoji":
                    yield Span("text", f":{element['name']}:")
                case _:
                    yield Span(outer or style, element.get("text", ""))  # type: ignore[arg-type]  # the names above


def message_pings(text: str, blocks: list[dict[str, Any]] | None, *, full: bool = False) -> tuple[str, ...]:
    """Whom a message notifies, by its top-level text and by every block."""
    found = list(pings(text, full=full))

    def walk(node: Any) -> None:
        if isinstance(node, dict):
            if (node.get("type") == "mrkdwn" and isinstance(node.get("text"), str)) or (
                node.get("type") == "markdown" and isinstance(node.get("text"), str)
            ):
                found.extend(pings(node["text"]))
            elif node.get("type") == "user" and "user_id" in node:
                found.append(f"<@{node['user_id']}>")
            elif node.get("type") == "broadcast" and "range" in node:
                found.append(f"<!{node['range']}>")
            for value in node.values():
                walk(value)
        elif isinstance(node, list):
            for value in node:
                walk(value)

    walk(blocks or [])
    return tuple(dict.fromkeys(found))


def pressed_elements(block: dict[str, Any]) -> list[Any]:
    """What somebody can press in a block: the elements of one of actions, or a section's accessory."""
    if block["type"] == "actions":
        found: list[Any] = block.get("elements", [])
        return found
    return [block["accessory"]] if block.get("accessory") else []


def message_buttons(blocks: list[dict[str, Any]] | None) -> tuple[tuple[Button, ...], ...]:
    """The rows of buttons of a message: one for each actions block, and one for a section's accessory; a
    select's options are a row.
    """
    rows = []
    for block in blocks or ():
        row = [
            button
            for element in pressed_elements(block)
            for button in _element_buttons(block["block_id"], element)
        ]
        if row:
            rows.append(tuple(row))
    return tuple(rows)


def _element_buttons(block_id: str, element: dict[str, Any]) -> Iterator[Button]:
    if element["type"] == "button":
        yield Button(
            f"{block_id}/{element['action_id']}",
            element["text"]["text"],
            element.get("style"),
            element.get("url"),
        )
    elif element["type"] in ("static_select", "radio_buttons", "overflow"):
        for index, option in enumerate(element["options"]):
            yield Button(f"{block_id}/{element['action_id']}/{index}", option["text"]["text"])


def message_image(blocks: list[dict[str, Any]] | None) -> tuple[str | None, str]:
    """The first picture of a message, and what it shows in words."""
    for block in blocks or ():
        if block["type"] == "image" and block.get("image_url"):
            return block["image_url"], block["alt_text"]
    return None, ""
