"""What a person in Slack wrote, as they saw it: emoji, links and mentions instead of Slack's codes for them. PURE.

Rules: docs.slack.dev/messaging/formatting-message-text (entities, emoji),
/reference/block-kit/blocks/rich-text-block (the same words as blocks).
"""

import re
from collections.abc import Iterator, Mapping
from typing import cast

from channels.slack.emoji import emoji_named, emoji_of
from channels.values import Payload

_CODE = re.compile(
    r"<(?P<entity>[^<>]*)>|&(?P<character>amp|lt|gt);|:(?P<emoji>[^\s:<>&]+):(?P<tone>:skin-tone-[2-6]:)?"
)
# Names that no table has, where no blocks tell what they are: beside words they may be any, beside a number alone they
# are the workspace's own pictures.
_PICTURE = re.compile(r"(?<!\S)(?::[a-z][a-z0-9_'+-]*:)+(?!\S)")
_CHARACTER = {"amp": "&", "lt": "<", "gt": ">"}


def written(message: Payload, ours: str = "") -> str:
    """The words of a message; a mention of us, the user `ours`, is how it was addressed and no word of it."""
    elements = list(_elements(message.get("blocks")))
    text = _text(message, "text")
    if text.strip() or message.get("files"):
        shown = plain_text(text, ours, _emoji_in(elements))
        bare = _PICTURE.sub("", shown)
        return shown if elements or any(letter.isalpha() for letter in bare) else bare
    return "".join(_shown_element(one, ours) for one in elements).strip()


def plain_text(text: str, ours: str = "", known: Mapping[str, str] | None = None) -> str:
    """Slack's message text as the person saw it: `&lt;` as `<`, a link or mention as the words it showed; and `:+1:`
    as 👍 where `known` holds the emoji that the message's blocks tell, the workspace's own as nothing."""
    seen: list[str] = []
    at = 0
    while found := _CODE.search(text, at):
        seen.append(text[at : found.start()])
        shown = _decoded(found, ours, known)
        # "10:30:" is none, but its second colon may begin one.
        seen.append(":" if shown is None else shown)
        at = found.start() + 1 if shown is None else found.end()
    seen.append(text[at:])
    return "".join(seen)


def _decoded(found: re.Match[str], ours: str, known: Mapping[str, str] | None) -> str | None:
    """What a code stands for; None where it is none."""
    if found["entity"] is not None:
        return _shown(found["entity"], ours)
    if found["character"] is not None:
        return _CHARACTER[found["character"]]
    if known is None:
        return None
    name, tone = found["emoji"], found["tone"] or ""
    toned = f"{name}:{tone.removesuffix(':')}" if tone else name
    return known.get(toned) or emoji_named(toned) or known.get(name)


def _shown(entity: str, ours: str) -> str:
    what, _, label = entity.partition("|")
    label = re.sub(r"&(amp|lt|gt);", lambda found: _CHARACTER[found[1]], label)
    match what[:1]:
        case "@" if ours and what[1:] == ours:
            return ""
        case "@" | "#":  # <@U012>, <@W012|ann>, <#C012|general>
            return what[0] + label.removeprefix(what[0]) if label else what
        case "!":  # <!here>, <!subteam^S012|@team>, <!date^1392734382^{date}|18 Feb>
            return label or "@" + what[1:].partition("^")[0]
    return label or what.replace("&amp;", "&")


# ------------------------------------------------------------------------------------------------- blocks


def _elements(blocks: object) -> Iterator[Payload]:
    """The elements of rich text in their order, however deep they stand."""
    for one in blocks if isinstance(blocks, list) else ():
        if not isinstance(one, dict):
            continue
        inner = one.get("elements")
        if isinstance(inner, list):
            yield from _elements(inner)
            if one.get("type") != "rich_text":
                yield {"type": "text", "text": "\n"}
        else:
            yield one


def _emoji_in(elements: list[Payload]) -> Mapping[str, str]:
    """Every emoji of a message by its name in the text. One without code points that the table has not is the
    workspace's own, a picture: nothing of it can be read."""
    found: dict[str, str] = {}
    for one in elements:
        if one.get("type") == "emoji" and (name := _text(one, "name")):
            tone = one.get("skin_tone")
            if isinstance(tone, int) and "::" not in name:
                name = f"{name}::skin-tone-{tone}"
            found[name] = emoji_of(_text(one, "unicode")) or emoji_named(name) or ""
            found.setdefault(name.partition("::")[0], found[name])
    return found


def _shown_element(one: Payload, ours: str) -> str:
    match one.get("type"):
        case "text" | "link":
            return _text(one, "text") or _text(one, "url")
        case "emoji":
            return emoji_of(_text(one, "unicode")) or emoji_named(_text(one, "name")) or ""
        case "user":
            user = _text(one, "user_id")
            return "" if user == ours else f"@{user}"
        case "broadcast":
            return f"@{_text(one, 'range')}"
    return ""


def _text(of: Payload, key: str) -> str:
    value = of.get(key)
    return value if isinstance(value, str) else ""


def part(of: Payload, key: str) -> Payload:
    """An object within an object; an empty one where there is none."""
    value = of.get(key)
    return cast("Payload", value) if isinstance(value, dict) else {}
