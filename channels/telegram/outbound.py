"""A message as Telegram's HTML, in which every character from outside is escaped.

Rules: core.telegram.org/bots/api#html-style and #inlinekeyboardmarkup.
"""

import html
import re

from telegram import InlineKeyboardButton, InlineKeyboardMarkup
from telegram.constants import InlineKeyboardMarkupLimit

from channels.base import Body, Choice, Span
from channels.layout import paragraphs, shortened, utf16_units, words_of_link
from channels.telegram.limits import TEXT_LIMIT

CAPTION_LIMIT = 1024
"""`TEXT_LIMIT` for the words under a picture (core.telegram.org/bots/api#sendphoto)."""

_MENTION = re.compile(r"(?<!\w)@(?=\w)")

BUTTONS_PER_ROW = int(InlineKeyboardMarkupLimit.BUTTONS_PER_ROW)


def rendered(body: Body, limit: int = TEXT_LIMIT) -> str:
    """The text for parse_mode HTML; at most `limit` UTF-16 units of it are seen."""
    return "\n".join(
        f"<blockquote>{_escaped(spans[0].text)}</blockquote>"
        if kind == "quote"
        else "".join(map(_span, spans))
        for kind, spans in paragraphs(shortened(body, limit, _length))
    )


def _span(span: Span) -> str:
    if span.kind == "bold":
        return f"<b>{_escaped(span.text)}</b>" if span.text else ""
    if _is_web(span):
        return f'<a href="{html.escape(span.url or "")}">{_escaped(_visible(span))}</a>'
    # Telegram drops a link to a number or a mail address, but makes one of each that stands in the text.
    return _escaped(words_of_link(span))


def _escaped(text: str) -> str:
    # A word joiner, which nobody sees: Telegram makes a mention of each @name, which calls that person in a group.
    return html.escape(_MENTION.sub("@\u2060", text), quote=False)


def _length(body: Body) -> int:
    """The visible length of a body, in UTF-16 units."""
    text = "\n".join("".join(map(_visible, spans)) for _, spans in paragraphs(body))
    return utf16_units(text) + len(_MENTION.findall(text))


def _visible(span: Span) -> str:
    return (span.text or span.url or "") if _is_web(span) else words_of_link(span)


def _is_web(span: Span) -> bool:
    return span.kind == "link" and (span.url or "").startswith(("https:", "http:"))


def keyboard(rows: tuple[tuple[Choice, ...], ...]) -> InlineKeyboardMarkup | None:
    """The buttons under a message, None for none. A row that is too wide continues on the next."""
    buttons = [
        [
            InlineKeyboardButton(choice.label, callback_data=choice.value, style=choice.style)
            for choice in row[start : start + BUTTONS_PER_ROW]
        ]
        for row in rows
        for start in range(0, len(row), BUTTONS_PER_ROW)
    ]
    return InlineKeyboardMarkup(buttons) if buttons else None
