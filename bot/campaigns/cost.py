"""What the questions of a wave cost on channels that are paid by the length of a text."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from bot.campaigns.enrolment import spoken
from bot.campaigns.terms import Terms
from bot.config.settings import Settings
from bot.context import voice_of
from bot.dialogue import messages
from bot.dialogue.wording import Wording
from bot.reading.bounds import Bounds
from channels.known import limits_of
from channels.sms.lengths import segments


@dataclass(frozen=True, slots=True)
class Cost:
    """How many segments the questions are, and the price of them all."""

    segments: int
    price: Decimal
    currency: str


def cost_of(settings: Settings, terms: Terms, asked: Mapping[str, Mapping[str, int]]) -> Cost | None:
    """What it costs to ask so many in each language on each channel; None where no channel is paid by length, or
    no price is configured.

    The question alone, without what is said to who answers it.
    """
    paid = {channel: people for channel, people in asked.items() if limits_of(channel).paid_by_length}
    priced = settings.channels.segment_price()
    if not paid or priced is None:
        return None
    price, currency = priced
    total = sum(
        people * segments(_question(settings, terms, channel, language))
        for channel, by_language in paid.items()
        for language, people in by_language.items()
    )
    return Cost(total, price * total, currency)


def _question(settings: Settings, terms: Terms, channel: str, language: str) -> str:
    """The question as somebody reads it; a name is not greeted where length is paid for."""
    voice = voice_of(
        settings.company,
        channel,
        limits_of(channel).buttons,
        spoken(language or None, settings.language),
        Bounds(terms.low, terms.high),
        Wording.from_terms(terms.as_dict()),
    )
    body, _ = messages.question(voice, 0)
    return "".join(span.text for span in body)
