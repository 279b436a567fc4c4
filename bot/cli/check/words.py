"""What `npsbot check` says of the texts: what costs more than one SMS, and what a survey's own words lack."""

from collections.abc import Iterable, Iterator
from typing import get_args

from bot.config.sections.campaign import Survey
from bot.config.settings import Settings
from bot.config.value_types import LANGUAGES
from bot.context import Context
from bot.dialogue.conversation import Topic
from bot.dialogue.kinds import SCALES
from bot.dialogue.messages import REASON_BY_CATEGORY
from bot.dialogue.sms_lengths import Costly, costly, short_question
from bot.dialogue.wording import placeholders, stands_for
from bot.reading.bounds import Bounds
from bot.words import customer_words
from channels.known import limits_of
from channels.sms.lengths import is_gsm7

_ECHOES = frozenset({"score", "candidates", "url", "name"})
"""Placeholders without which a text says something else than it should; {company} and the ends of the scale
may be left out."""


_SAID_IN_A_CONVERSATION = frozenset(
    {
        *get_args(Topic),
        *REASON_BY_CATEGORY.values(),
        *(
            "question",
            "low_end",
            "high_end",
            "salutation",
            "chosen",
            "confirm_one",
            "confirm_many",
            "another_candidate",
        ),
        *("opted_in_blocked", "privacy_link", "holder"),
    }
)
"""The others are said outside of one, where no survey speaks."""


def words_notes(settings: Settings) -> Iterator[str]:
    """One sentence for each thing to know about the texts; none of them keeps the bot from running."""
    for name, survey in settings.surveys.items():
        for language, texts in survey.words.items():
            reviews = any(
                one.review is not None and one.survey == name for one in settings.campaigns.values()
            )
            yield from _lacking(f"surveys.{name}.words.{language}", language, texts, survey, reviews=reviews)
    for channel in settings.channels.on:
        if limits_of(channel).paid_by_length:
            yield from _by_length(settings, channel)


def _lacking(
    where: str, language: str, own: dict[str, str], survey: Survey, *, reviews: bool
) -> Iterator[str]:
    """What own words leave unsaid: texts of a language that is not ours, and what a text should repeat."""
    usual = customer_words("en", survey.kind).texts
    for key, text in own.items():
        model = next((usual[one] for one in (key, *stands_for(key)) if one in usual), "")
        for lost in sorted((placeholders(model) & _ECHOES) - placeholders(text)):
            yield f"{where}.{key} does not hold {{{lost}}}, which the usual text says to the customer"
        if _SAID_IN_A_CONVERSATION.isdisjoint((key, *stands_for(key))):
            yield f"{where}.{key} is never said: outside a conversation npsbot speaks its own words"
    unused = set() if survey.follow_up == "by_category" else set(REASON_BY_CATEGORY.values())
    unused.add("salutation")  # without one of their own, nobody is greeted
    unused.add("another_candidate")  # ours is the number alone, which is no English
    if not reviews:
        unused.update(key for key in usual if key.startswith("review_"))
    said_in_its_place = {key for key in usual if own.keys() & set(stands_for(key))}
    missing = [
        key for key in usual if key in _SAID_IN_A_CONVERSATION - unused - own.keys() - said_in_its_place
    ]
    if language not in LANGUAGES and missing:
        yield f"{where} lacks {', '.join(missing)}; these are said in English"


def _by_length(settings: Settings, channel: str) -> Iterator[str]:
    if not is_gsm7(settings.company):
        yield (
            f"company holds {_outside(settings.company)}, which is not in the GSM 7-bit alphabet: an SMS with it "
            "has room for 70 characters instead of 160; give the name without it"
        )
    said: dict[str, None] = {}
    for name, survey in settings.surveys.items():
        said |= dict.fromkeys(_of_survey(settings, channel, name, survey))
    yield from said


def _of_survey(settings: Settings, channel: str, name: str, survey: Survey) -> Iterator[str]:
    context = Context(settings, {}, {})
    scale = Bounds(SCALES[survey.kind].minimum, SCALES[survey.kind].maximum)
    short = []
    for language in dict.fromkeys((*LANGUAGES, *survey.words)):
        own = survey.words.get(language, {})
        voice = context.voice(channel, language, scale, survey.wording)
        if short_question(voice):
            short.append(language)
        found = list(costly(voice))
        yield from (
            f"surveys.{name}.words.{language}.{one.key} {_cost(one)}"
            for one in found
            # What an odd letter in the company's name does to every text is said once, above.
            if one.key in own and (one.outside != _outside(settings.company) or is_gsm7(settings.company))
        )
        usual = [f"{one.key} takes {one.segments}" for one in found if one.key not in own]
        if usual and language in LANGUAGES and is_gsm7(settings.company):
            yield (
                f"by SMS these texts in {language} take more than one segment with this company name: "
                f"{', '.join(usual)}; shorter ones can stand under surveys.{name}.words.{language}"
            )
    if short and is_gsm7(settings.company):
        yield (
            f"by SMS the question in {_and(short)} is asked in its short form: with this company name the "
            "long one takes two segments"
        )


def _outside(text: str) -> str:
    return "".join(sorted({character for character in text if not is_gsm7(character)}))


def _cost(one: Costly) -> str:
    many = "1 segment" if one.segments == 1 else f"{one.segments} segments"
    if one.outside:
        return (
            f"holds {one.outside}, which is not in the GSM 7-bit alphabet, so that it takes {many} by SMS with "
            "room for 70 characters; write it without"
        )
    return f"takes {many} by SMS ({one.length} characters); shorten it"


def _and(names: Iterable[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last
