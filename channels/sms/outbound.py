"""A message as a text message, and whether Twilio's copy of one is the same: pure rendering."""

from channels.base import Body, Span
from channels.layout import paragraphs, shortened, target, utf16_units
from channels.sms.limits import TEXT_LIMIT

_TRIAL = "Sent from your Twilio trial account - "


def rendered(body: Body) -> str:
    """The message as plain text: quotations in quotation marks, a link as its bare URL or number."""
    return _joined(shortened(body, TEXT_LIMIT, lambda body: utf16_units(_joined(body))))


def _joined(body: Body) -> str:
    return "\n".join(
        f'"{spans[0].text}"' if kind == "quote" else "".join(map(_said, spans))
        for kind, spans in paragraphs(body)
    )


def _said(span: Span) -> str:
    return target(span.url) if span.kind == "link" and span.url else span.text


def same_words(sent: str, found: str) -> bool:
    """Whether Twilio's copy `found` is the text that was `sent`. Twilio swaps typographic characters (smart
    encoding) and a trial account puts a sentence in front, hence letters and digits alone."""
    found = found.removeprefix(_TRIAL)
    return sent == found or (bool(_letters(sent)) and _letters(sent) == _letters(found))


def _letters(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())
