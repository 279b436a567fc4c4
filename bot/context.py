"""What the rooms of the bot share: the settings, the languages it reads, and what its channels can do."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from bot.config.settings import Settings
from bot.config.value_types import INFORMAL, LANGUAGES
from bot.dialogue.messages import Voice
from bot.dialogue.salutation import first_name, natural_name
from bot.dialogue.wording import Wording, Words
from bot.reading.bounds import Bounds
from bot.reading.copies import can_copy
from bot.reading.language import Language
from bot.reading.own_wishes import OwnWish, on_a_day
from bot.reading.reader import (
    Awaiting,
    LastSaid,
    NotAScore,
    Reading,
    offers_stop,
    own_wish,
    read,
    wants_contact,
)
from bot.reading.yes_or_no import YesOrNo, yes_or_no
from bot.words import customer_words, own_texts, words_for
from bot.words.forms import forms_of
from channels.base import Limits
from channels.known import limits_of

LONGEST_SAID = 60  # characters of a field of an event
SHORT_KEPT = 4_096  # replies of up to three characters
WORDS = NotAScore()  # of which nothing more is known
USUAL: Final = Wording()


@dataclass(slots=True)
class Context:
    """Made once, at the start, by `bot.app`. Nothing in it changes but `settings`, which `bot.sending.rereading`
    exchanges as a whole, in a write; whoever needs them takes them from here each time. And `here`, once a server
    listens, and `_short`, what `read` remembers, which says the same as reading anew."""

    settings: Settings
    languages: Mapping[str, Language]
    limits: Mapping[str, Limits]
    here: str = "http://127.0.0.1:8080"  # where this process listens, for who is on its machine
    _short: dict[tuple[str, str, Bounds, Awaiting, tuple[int, ...], int | None], Reading] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def voice(
        self,
        channel: str,
        language: str,
        scale: Bounds,
        wording: Wording | None = None,
        name: str | None = None,
    ) -> Voice:
        """How to speak to a customer: in `language`, as a wave froze it, or as npsbot speaks by itself.

        `name` is the customer's as the import has it; it is greeted where it reads naturally.
        """
        limits = self.limits.get(channel)
        buttons = limits.buttons if limits else False
        settings, wording = self.settings, wording or USUAL
        alike = name is None and not wording.fields
        return (_voice_known if alike else voice_of)(
            settings.company,
            channel,
            buttons,
            language,
            scale,
            wording,
            name,
            months=settings.retention,
            privacy_url=settings.privacy_url,
        )

    def read(self, text: str, language: str, scale: Bounds, said: LastSaid) -> Reading:
        """What a reply says. The shortest, most of them a bare number, are read once and then known; nothing
        longer, which may be personal, stays in memory."""
        language = _read_as(language)
        if can_copy(text):
            return read(text, language, scale, said, self.languages)
        key = (text, language, scale, said.awaiting, said.offered, said.score)
        known = self._short.get(key)
        if known is None:
            if len(self._short) >= SHORT_KEPT:
                self._short.clear()
            known = self._short[key] = read(text, language, scale, said, self.languages)
        return known

    def yes_or_no(self, text: str, language: str) -> YesOrNo | None:
        """What a reply to a question of yes or no says."""
        return yes_or_no(text, _read_as(language), self.languages)

    def wants_contact(self, text: str, language: str, reading: Reading = WORDS) -> bool:
        """Whether who wrote this, read as `reading`, wants to be called, written to or answered."""
        return can_copy(text) and wants_contact(text, reading, _read_as(language), self.languages)

    def own_wish(self, text: str, language: str, reading: Reading, now: datetime) -> OwnWish | None:
        """What who wrote this, read as `reading`, wishes for themself; days are counted where the company is."""
        if not can_copy(text):
            return None
        found = own_wish(text, reading, _read_as(language), self.languages)
        today = now.astimezone(ZoneInfo(self.settings.timezone)).date()
        return None if found is None else on_a_day(found, today)

    def offers_stop(self, text: str, language: str, reading: Reading) -> bool:
        """Whether who wrote this, read as `reading`, is to be asked if they want no more messages."""
        return can_copy(text) and offers_stop(text, reading, _read_as(language), self.languages)

    @property
    def manager_words(self) -> Words:
        """The words of alerts, in the company's language."""
        return words_for("manager", self.settings.language)


def _read_as(language: str) -> str:
    """The language by whose rules words are read that somebody says who is spoken to in this one: nl-je and de-AT are
    read as nl and de."""
    return language.split("-")[0]


def voice_of(
    company: str,
    channel: str,
    buttons: bool,
    language: str,
    scale: Bounds,
    wording: Wording,
    name: str | None = None,
    *,
    months: int = 24,
    privacy_url: str | None = None,
) -> Voice:
    """The voice of a company on a channel; see `Context.voice`."""
    paid_by_length = limits_of(channel).paid_by_length
    words = customer_words(language, wording.kind)
    own = own_texts(wording.texts, language)
    if own:
        words = words.with_frozen(f"surveys.words.{language}", own, frozenset(wording.fields))
        asks_back = "confirm_sms" if paid_by_length and "confirm_sms" in words.texts else "confirm"
        if asks_back in own:  # the one text with a list in it, which is in the language of its sentence
            words = replace(words, forms=forms_of(language))
    # A salutation by SMS would cost a second segment, and one in English reads oddly above words in another
    # language.
    greets = wording.salutation and not paid_by_length
    greets = greets and (not own or "salutation" in own or language in LANGUAGES)
    greeted = (natural_name(name) or "") if greets else ""
    return Voice(
        words=words,
        company=company,
        scale=scale,
        kind=wording.kind,
        buttons=buttons,
        paid_by_length=paid_by_length,
        name=first_name(greeted) if language in INFORMAL else greeted,
        by_category=wording.follow_up == "by_category",
        review_url=wording.review_url,
        months=months,
        privacy_url=privacy_url,
        fields={name: _said(value) for name, value in wording.fields.items()},
    )


_voice_known = lru_cache(maxsize=256)(voice_of)
"""The voice to all of whom nothing personal is said, made once: with what it said (`Voice.said`) a reply finds its
text in 2 us, and took 14 to make it."""


def _said(value: str) -> str:
    """A field of an event as it stands in a question, which stays one."""
    return value if len(value) <= LONGEST_SAID else f"{value[: LONGEST_SAID - 3].rstrip()}..."
