"""What adapters do alike with a `Body` before each renders it in its own markup: lines, and a length that
fits."""

import unicodedata
from collections.abc import Callable
from itertools import groupby
from typing import Literal

from channels.base import Body, Span

ELLIPSIS = "…"
_ZERO_WIDTH_JOINER = "\u200d"
_NEVER_FIRST = frozenset({_ZERO_WIDTH_JOINER, "\ufe0f", "\u20e3"})  # they belong to the character before them

Paragraph = tuple[Literal["run", "quote"], Body]
"""Spans that stand together: a run of plain, bold and links, or one quotation on lines of its own."""


def paragraphs(body: Body) -> list[Paragraph]:
    """A body cut where quotations begin and end. Empty spans go; one line break beside a quotation goes too,
    since the quotation breaks the line itself."""
    spans = [span for span in body if span.text or span.url]
    found: list[Paragraph] = []
    for quoted, group in groupby(spans, key=lambda span: span.kind == "quote"):
        if quoted:
            found.extend(("quote", (span,)) for span in group)
        else:
            found.append(("run", tuple(group)))
    return [
        (kind, run)
        for i, (kind, spans_) in enumerate(found)
        if (
            run := spans_
            if kind == "quote"
            else _trimmed(
                spans_,
                start=i > 0 and found[i - 1][0] == "quote",
                end=i + 1 < len(found) and found[i + 1][0] == "quote",
            )
        )
    ]


def _trimmed(spans: Body, start: bool, end: bool) -> Body:
    run = list(spans)
    if start and run and not run[0].url:
        run[0] = _said(run[0], run[0].text.removeprefix("\n"))
    if end and run and not run[-1].url:
        run[-1] = _said(run[-1], run[-1].text.removesuffix("\n"))
    return tuple(span for span in run if span.text or span.url)


def _said(span: Span, text: str) -> Span:
    return Span(span.kind, text, span.url)


def target(url: str) -> str:
    """What a person copies or dials: the URL, or the bare number or address of a tel or mailto link."""
    scheme, _, rest = url.partition(":")
    return rest if scheme in ("tel", "mailto") else url


def words_of_link(span: Span) -> str:
    """A link in plain text: its words, and its target in brackets where the words do not hold it already."""
    if not span.url:
        return span.text
    bare = target(span.url)
    if not span.text or _told(bare) in _told(span.text):
        return span.text or bare
    return f"{span.text} ({bare})"


def _told(text: str) -> str:
    """A text without what people put between the digits of a telephone number."""
    return text.translate({ord(c): None for c in " -()./"})


def shortened(body: Body, limit: int, length: Callable[[Body], int]) -> Body:
    """The body itself, or one whose `length` is at most `limit`, in the provider's own counting.

    The longest text gives way first, at a word, with an ellipsis: that is what somebody wrote at length,
    while our own sentences around it stay whole.
    """
    spans = list(body)
    whole = set(range(len(spans)))
    while whole and length(tuple(spans)) > limit:
        longest = max(whole, key=lambda i: (len(spans[i].text), spans[i].kind == "quote"))
        whole.discard(longest)
        text = spans[longest].text
        fits, too_long = -1, len(text)
        while too_long - fits > 1:
            middle = (fits + too_long) // 2
            spans[longest] = _said(spans[longest], cut(text, middle))
            if length(tuple(spans)) <= limit:
                fits = middle
            else:
                too_long = middle
        spans[longest] = Span("plain", ELLIPSIS) if fits < 1 else _said(spans[longest], cut(text, fits))
    done = tuple(spans)
    return done if length(done) <= limit else (Span("plain", ELLIPSIS),)


def cut(text: str, size: int) -> str:
    """The first `size` characters, back to the end of a word where one is near, and an ellipsis."""
    if size >= len(text):
        return text
    while size > 0 and _joined(text[size - 1], text[size]):
        size -= 1
    head = text[:size]
    if not text[size].isspace():
        word_end = max(head.rfind(" "), head.rfind("\n"))
        if word_end >= size // 2:
            head = head[:word_end]
    return head.rstrip() + ELLIPSIS


def _joined(before: str, after: str) -> bool:
    """Whether two characters are seen as one: an accent, a family of emoji."""
    return before == _ZERO_WIDTH_JOINER or after in _NEVER_FIRST or unicodedata.combining(after) > 0


def utf16_units(text: str) -> int:
    """The length in UTF-16 code units, in which Telegram and UCS-2 text messages count: an emoji is two."""
    return len(text) + sum(character > "\uffff" for character in text)


def width(text: str) -> int:
    """Characters as providers count them at worst: UTF-16 units, and what escaping makes of & < and >."""
    return sum(5 if one in "&<>" else 1 if ord(one) <= 0xFFFF else 2 for one in text)
