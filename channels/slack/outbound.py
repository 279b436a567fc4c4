"""A message as Slack's Block Kit, in which nothing of its text is ever parsed.

Words go into `rich_text` elements: Slack shows these as they are, so that no mention, link, emoji code or
mark-up in a customer's words takes effect (docs.slack.dev/reference/block-kit/blocks/rich-text-block). The
`text` beside them, which notifications and screen readers use, is parsed; it is escaped, and mark-up and
names in it are switched off.
"""

from collections.abc import Iterator

from channels.base import Body, Choice, OutboundMessage, Span
from channels.layout import ELLIPSIS, paragraphs, shortened, words_of_link
from channels.slack.limits import TEXT_LIMIT

SlackBlock = dict[str, object]

BUTTONS_PER_BLOCK = 25  # docs.slack.dev/reference/block-kit/blocks/actions-block
LABEL_LIMIT = 75  # docs.slack.dev/reference/block-kit/block-elements/button-element


def rendered(message: OutboundMessage) -> dict[str, object]:
    """The `text` and `blocks` of a message; both, because an update without one of them drops or keeps it
    by rules that Slack has changed."""
    body = _fitting(message.body)
    return {"text": notification(body), "blocks": [*_words(body), *_buttons(message.choices)]}


def posted(message: OutboundMessage) -> dict[str, object]:
    """The arguments of chat.postMessage; in a thread of the person's own direct messages where it answers there."""
    channel, _, ts = (message.thread or "").partition(":")
    place: dict[str, object] = (
        {"channel": channel, "thread_ts": ts} if ts else {"channel": message.address.id}
    )
    return {
        **place,
        **rendered(message),
        "mrkdwn": False,
        "parse": "none",
        "link_names": False,
        "unfurl_links": False,
        "unfurl_media": False,
    }


def updated(message: OutboundMessage, channel: str, ts: str) -> dict[str, object]:
    """The arguments of chat.update."""
    return {"channel": channel, "ts": ts, **rendered(message), "parse": "none", "link_names": False}


def answered(message: OutboundMessage) -> dict[str, object]:
    """What a response_url takes: in place of the message whose button was pressed, or so that only who asked
    sees it."""
    replace: dict[str, object] = (
        {"replace_original": True}
        if message.replaces
        else {"replace_original": False, "response_type": "ephemeral"}
    )
    return {**rendered(message), **replace, "mrkdwn": False, "unfurl_links": False, "unfurl_media": False}


def caption(body: Body) -> list[SlackBlock]:
    """The words of a picture as rich text, in which nothing can be mark-up."""
    return _words(_fitting(body))


def _fitting(body: Body) -> Body:
    return shortened(body, TEXT_LIMIT, lambda body: len(notification(body)))


def notification(body: Body) -> str:
    """The message in one escaped line of thought, quotations in quotation marks."""
    parts = [
        f"“{spans[0].text}”" if kind == "quote" else "".join(words_of_link(span) for span in spans)
        for kind, spans in paragraphs(body)
    ]
    return escaped("\n".join(parts))


def escaped(text: str) -> str:
    """The three characters that begin an entity, a link or a mention in Slack's text
    (docs.slack.dev/messaging/formatting-message-text#escaping)."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _words(body: Body) -> list[SlackBlock]:
    elements: list[SlackBlock] = [
        {
            "type": "rich_text_quote" if kind == "quote" else "rich_text_section",
            "elements": [_element(span) for span in spans],
        }
        for kind, spans in paragraphs(body)
    ]
    return [{"type": "rich_text", "elements": elements}] if elements else []


def _element(span: Span) -> SlackBlock:
    if span.kind == "link" and span.url:
        return {"type": "link", "url": span.url, "text": span.text or span.url}
    if span.kind == "bold":
        return {"type": "text", "text": span.text, "style": {"bold": True}}
    return {"type": "text", "text": span.text}


def _buttons(rows: tuple[tuple[Choice, ...], ...]) -> Iterator[SlackBlock]:
    """One `actions` block for each row, so that 0-5 and 6-10 stand under each other on a wide screen too. An
    action_id is unique in the whole message."""
    number = 0
    for row in rows:
        for start in range(0, len(row), BUTTONS_PER_BLOCK):
            elements: list[SlackBlock] = []
            for choice in row[start : start + BUTTONS_PER_BLOCK]:
                elements.append(_button(choice, f"choice-{number}"))
                number += 1
            yield {"type": "actions", "elements": elements}


def _button(choice: Choice, action_id: str) -> SlackBlock:
    label = choice.label
    if len(label) > LABEL_LIMIT:
        label = label[: LABEL_LIMIT - 1].rstrip() + ELLIPSIS
    button: SlackBlock = {
        "type": "button",
        "text": {"type": "plain_text", "text": label, "emoji": False},
        "value": choice.value,
        "action_id": action_id,
    }
    return {**button, "style": choice.style} if choice.style else button
