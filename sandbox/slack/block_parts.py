"""The parts of Block Kit that blocks are made of: texts, and the elements that a person uses.

Limits: docs.slack.dev/reference/block-kit. Each check gives what Slack would object to, with a JSON pointer.
"""

from collections.abc import Iterator
from typing import Any

_ELEMENTS: dict[str, tuple[set[str], set[str]]] = {
    "button": ({"text"}, {"action_id", "url", "value", "style", "confirm", "accessibility_label"}),
    "static_select": (
        {"options"},
        {"placeholder", "action_id", "initial_option", "confirm", "focus_on_load"},
    ),
    "radio_buttons": ({"options"}, {"action_id", "initial_option", "confirm", "focus_on_load"}),
    "overflow": ({"options"}, {"action_id", "confirm"}),
    "plain_text_input": (
        set(),
        {
            "action_id",
            "initial_value",
            "multiline",
            "min_length",
            "max_length",
            "placeholder",
            "focus_on_load",
            "dispatch_action_config",
        },
    ),
    "image": ({"alt_text"}, {"image_url", "slack_file"}),
}
IN_ACTIONS = {"button", "static_select", "radio_buttons", "overflow"}
IN_INPUT = {"plain_text_input", "static_select", "radio_buttons"}
_OPTIONS = {
    "static_select": 100,
    "radio_buttons": 10,
    "overflow": 5,
}  # the most options [docs.slack.dev/reference/block-kit/block-elements]


def type_of(node: Any) -> str:
    """The `type` of a node, empty where it has none."""
    kind = node.get("type") if isinstance(node, dict) else None
    return kind if isinstance(kind, str) else ""


def key_errors(node: Any, at: str, required: set[str], optional: set[str]) -> Iterator[str]:
    """Unknown and missing fields of an object."""
    if not isinstance(node, dict):
        yield f"must be an object [json-pointer:{at}]"
        return
    for name in sorted(required - node.keys()):
        yield f"missing required field: {name} [json-pointer:{at}]"
    for name in sorted(node.keys() - required - optional - {"type"}):
        yield f"invalid additional property: {name} [json-pointer:{at}]"


def string_errors(value: Any, at: str, most: int, least: int = 1) -> Iterator[str]:
    """A string that is too long or too short, or none."""
    if not isinstance(value, str):
        yield f"must be a string [json-pointer:{at}]"
    elif len(value) > most:
        yield f"must be less than {most + 1} characters [json-pointer:{at}]"
    elif len(value) < least:
        yield f"must be more than {least - 1} characters [json-pointer:{at}]"


def text_errors(text: Any, at: str, most: int, *, plain: bool = False) -> Iterator[str]:
    """A text object; `plain` where mrkdwn is not allowed."""
    if not isinstance(text, dict):
        yield f"must be an object [json-pointer:{at}]"
        return
    allowed = {"plain_text": {"emoji"}, "mrkdwn": {"verbatim"}}
    kind = type_of(text)
    if kind not in allowed or (plain and kind != "plain_text"):
        yield f"must be a valid enum value [json-pointer:{at}/type]"
        return
    yield from key_errors(text, at, {"text"}, allowed[kind])
    if "text" in text:
        yield from string_errors(text["text"], f"{at}/text", most)


def list_errors(value: Any, at: str, most: int) -> Iterator[str]:
    """A list that is empty, too long, or none."""
    if not isinstance(value, list) or not value:
        yield f"must be a list with at least one item [json-pointer:{at}]"
    elif len(value) > most:
        yield f"no more than {most} items allowed [json-pointer:{at}]"


def element_errors(element: Any, at: str, allowed: set[str]) -> Iterator[str]:
    """An element of a kind that is allowed in its place."""
    if type_of(element) not in allowed:
        yield f"unsupported element type [json-pointer:{at}/type]"
        return
    kind = element["type"]
    required, optional = _ELEMENTS[kind]
    yield from key_errors(element, at, required, optional)
    if "action_id" in element:
        yield from string_errors(element["action_id"], f"{at}/action_id", 255)
    if kind == "button" and "text" in element:
        yield from _button(element, at)
    if kind in _OPTIONS and "options" in element:
        yield from _options(element["options"], f"{at}/options", _OPTIONS[kind])
    if "placeholder" in element:
        yield from text_errors(element["placeholder"], f"{at}/placeholder", 150, plain=True)
    if "confirm" in element:
        yield from _confirm(element["confirm"], f"{at}/confirm")


def _button(button: dict[str, Any], at: str) -> Iterator[str]:
    yield from text_errors(button["text"], f"{at}/text", 75, plain=True)
    if "value" in button:
        yield from string_errors(button["value"], f"{at}/value", 2000, 0)
    if "url" in button:
        yield from string_errors(button["url"], f"{at}/url", 3000)
    if "accessibility_label" in button:
        yield from string_errors(button["accessibility_label"], f"{at}/accessibility_label", 75)
    if button.get("style", "primary") not in ("primary", "danger"):
        yield f"must be a valid enum value [json-pointer:{at}/style]"


def _options(options: Any, at: str, most: int) -> Iterator[str]:
    yield from list_errors(options, at, most)
    for index, option in enumerate(options if isinstance(options, list) else ()):
        here = f"{at}/{index}"
        wrong = list(key_errors(option, here, {"text", "value"}, {"description", "url"}))
        yield from wrong
        if not wrong:
            yield from text_errors(option["text"], f"{here}/text", 75)
            yield from string_errors(option["value"], f"{here}/value", 150)


def _confirm(confirm: Any, at: str) -> Iterator[str]:
    wrong = list(key_errors(confirm, at, {"title", "text", "confirm", "deny"}, {"style"}))
    yield from wrong
    if not wrong:
        yield from text_errors(confirm["title"], f"{at}/title", 100, plain=True)
        yield from text_errors(confirm["text"], f"{at}/text", 300)
        yield from text_errors(confirm["confirm"], f"{at}/confirm", 30, plain=True)
        yield from text_errors(confirm["deny"], f"{at}/deny", 30, plain=True)
