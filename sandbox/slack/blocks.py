"""Block Kit's rules, as Slack checks them on every message.

Limits: docs.slack.dev/reference/block-kit; each stands beside what it limits. Slack answers with the first
violations as `must be less than 76 characters [json-pointer:/blocks/0/…]`.
"""

from collections.abc import Iterator
from typing import Any

from sandbox.slack.block_parts import (
    IN_ACTIONS,
    IN_INPUT,
    element_errors,
    key_errors,
    list_errors,
    string_errors,
    text_errors,
    type_of,
)

MESSAGE_BLOCKS = 50

# block type -> (required fields, optional fields)
_BLOCKS: dict[str, tuple[set[str], set[str]]] = {
    "section": (set(), {"text", "fields", "accessory", "expand"}),
    "divider": (set(), set()),
    "image": ({"alt_text"}, {"image_url", "slack_file", "title"}),
    "actions": ({"elements"}, set()),
    "context": ({"elements"}, set()),
    "header": ({"text"}, {"level"}),
    "input": ({"label", "element"}, {"hint", "optional", "dispatch_action"}),
    "markdown": ({"text"}, set()),
    "rich_text": ({"elements"}, set()),
}
_RICH_SECTIONS = {"rich_text_section", "rich_text_quote", "rich_text_preformatted", "rich_text_list"}
# element of rich text -> the string it cannot be without
_RICH_ELEMENTS = {
    "text": "text",
    "link": "url",
    "emoji": "name",
    "user": "user_id",
    "channel": "channel_id",
    "usergroup": "usergroup_id",
    "broadcast": "range",
}


def block_errors(blocks: Any) -> list[str]:
    """Everything that Slack would object to; empty when it takes the blocks."""
    if not isinstance(blocks, list):
        return ["must be an array [json-pointer:/blocks]"]
    if len(blocks) > MESSAGE_BLOCKS:
        return [f"no more than {MESSAGE_BLOCKS} items allowed [json-pointer:/blocks]"]
    errors = [error for index, block in enumerate(blocks) for error in _block(block, f"/blocks/{index}")]
    seen: set[str] = set()
    for index, block in enumerate(blocks):
        block_id = block.get("block_id") if isinstance(block, dict) else None
        if isinstance(block_id, str) and block_id in seen:
            errors.append(f"`block_id` {block_id} already exists [json-pointer:/blocks/{index}/block_id]")
        if isinstance(block_id, str):
            seen.add(block_id)
    return errors


def _block(block: Any, at: str) -> Iterator[str]:
    kind = type_of(block)
    if not kind:
        yield f"missing required field: type [json-pointer:{at}]"
        return
    if kind not in _BLOCKS:
        yield f"unsupported type: {kind} [json-pointer:{at}/type]"
        return
    required, optional = _BLOCKS[kind]
    missing = list(key_errors(block, at, required, optional | {"block_id"}))
    yield from missing
    if "block_id" in block:
        yield from string_errors(block["block_id"], f"{at}/block_id", 255, 0)
    if required <= block.keys():
        yield from _CONTENT[kind](block, at)


def _section(block: dict[str, Any], at: str) -> Iterator[str]:
    if "text" not in block and "fields" not in block:
        yield f"missing required field: text or fields [json-pointer:{at}]"
    if "text" in block:
        yield from text_errors(block["text"], f"{at}/text", 3000)
    if "fields" in block:
        yield from list_errors(block["fields"], f"{at}/fields", 10)
        for index, text in enumerate(block["fields"] if isinstance(block["fields"], list) else ()):
            yield from text_errors(text, f"{at}/fields/{index}", 2000)
    if "accessory" in block:
        yield from element_errors(block["accessory"], f"{at}/accessory", IN_ACTIONS | {"image"})


def _actions(block: dict[str, Any], at: str) -> Iterator[str]:
    elements = block["elements"]
    yield from list_errors(elements, f"{at}/elements", 25)
    seen: set[str] = set()
    for index, element in enumerate(elements if isinstance(elements, list) else ()):
        yield from element_errors(element, f"{at}/elements/{index}", IN_ACTIONS)
        action_id = element.get("action_id") if isinstance(element, dict) else None
        if isinstance(action_id, str):
            if action_id in seen:
                here = f"{at}/elements/{index}/action_id"
                yield f"`action_id` {action_id} already exists in this block [json-pointer:{here}]"
            seen.add(action_id)


def _context(block: dict[str, Any], at: str) -> Iterator[str]:
    elements = block["elements"]
    yield from list_errors(elements, f"{at}/elements", 10)
    for index, element in enumerate(elements if isinstance(elements, list) else ()):
        if type_of(element) == "image":
            yield from element_errors(element, f"{at}/elements/{index}", {"image"})
        else:
            yield from text_errors(element, f"{at}/elements/{index}", 3000)


def _header(block: dict[str, Any], at: str) -> Iterator[str]:
    yield from text_errors(block["text"], f"{at}/text", 150, plain=True)


def _image(block: dict[str, Any], at: str) -> Iterator[str]:
    yield from string_errors(block["alt_text"], f"{at}/alt_text", 2000, 0)
    if ("image_url" in block) == ("slack_file" in block):
        yield f"must provide either image_url or slack_file [json-pointer:{at}]"
    if "image_url" in block:
        yield from string_errors(block["image_url"], f"{at}/image_url", 3000)
    if block.get("title") is not None:
        yield from text_errors(block["title"], f"{at}/title", 2000, plain=True)


def _input(block: dict[str, Any], at: str) -> Iterator[str]:
    yield from text_errors(block["label"], f"{at}/label", 2000, plain=True)
    if "hint" in block:
        yield from text_errors(block["hint"], f"{at}/hint", 2000, plain=True)
    yield from element_errors(block["element"], f"{at}/element", IN_INPUT)


def _markdown(block: dict[str, Any], at: str) -> Iterator[str]:
    yield from string_errors(block["text"], f"{at}/text", 12000)


def _rich_text(block: dict[str, Any], at: str) -> Iterator[str]:
    yield from list_errors(block["elements"], f"{at}/elements", 1000)
    for index, section in enumerate(block["elements"] if isinstance(block["elements"], list) else ()):
        here = f"{at}/elements/{index}"
        if type_of(section) not in _RICH_SECTIONS:
            yield f"must be a valid enum value [json-pointer:{here}/type]"
        elif not isinstance(section.get("elements"), list):
            yield f"missing required field: elements [json-pointer:{here}]"
        elif section["type"] == "rich_text_list":
            yield from _rich_text(section, here)
        else:
            for place, element in enumerate(section["elements"]):
                yield from _rich_element(element, f"{here}/elements/{place}")


def _rich_element(element: Any, at: str) -> Iterator[str]:
    kind = type_of(element)
    if kind not in _RICH_ELEMENTS:
        yield f"must be a valid enum value [json-pointer:{at}/type]"
        return
    yield from string_errors(element.get(_RICH_ELEMENTS[kind]), f"{at}/{_RICH_ELEMENTS[kind]}", 40_000)
    if not isinstance(element.get("style", {}), dict):
        yield f"must be an object [json-pointer:{at}/style]"


def _nothing(block: dict[str, Any], at: str) -> Iterator[str]:
    yield from ()


_CONTENT = {
    "section": _section,
    "divider": _nothing,
    "image": _image,
    "actions": _actions,
    "context": _context,
    "header": _header,
    "input": _input,
    "markdown": _markdown,
    "rich_text": _rich_text,
}
