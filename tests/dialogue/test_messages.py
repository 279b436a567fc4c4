"""What the customer reads, on every channel and in every language."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import get_args

import pytest

from bot.dialogue.buttons import parse_score_value, score_value
from bot.dialogue.conversation import Say, Topic
from bot.dialogue.kinds import SCALES
from bot.dialogue.messages import (
    Voice,
    answered,
    buttons,
    fits_one_segment,
    linked,
    message,
    question,
)
from bot.dialogue.sms_lengths import said_by_sms
from bot.reading.bounds import Bounds
from bot.words import customer_words, load_words
from channels.sms.lengths import is_gsm7
from tests.support.fake_channel import text_of

LANGUAGES = sorted(load_words("customer"))
KINDS = sorted(SCALES)
REVIEW = "https://reviews.example.com/acme"
_ASKS_WHAT = re.compile(
    r"\b(how|what|which|hoe|hoeverre|wat|welke?|wie (wahrscheinlich|zufrieden|sehr)|was|welche)\b",
    re.IGNORECASE,
)


def _voice(language: str = "en", channel: str = "slack", company: str = "Acme", kind: str = "nps") -> Voice:
    scale = Bounds(SCALES[kind].minimum, SCALES[kind].maximum)
    sms = channel == "sms"
    return Voice(customer_words(language, kind), company, scale, not sms, sms, kind)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("channel", ["slack", "telegram", "sms"])
@pytest.mark.parametrize("kind", KINDS)
def test_the_question_says_who_asks_which_ends_the_scale_has_and_how_to_stop(
    kind: str, language: str, channel: str
) -> None:
    voice = _voice(language, channel, kind=kind)
    text = text_of(question(voice, 5)[0])
    assert "Acme" in text.splitlines()[0].partition("?")[0]  # field D: in Dutch within the sentence
    assert "STOP" in text
    low, high = voice.text("low_end"), voice.text("high_end")
    assert f"{voice.scale.low} = {low}, {voice.scale.high} = {high}" in text or (
        f"{voice.scale.low} ({low})" in text and f"{voice.scale.high} ({high})" in text
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_kind_asks_in_words_of_its_own(language: str) -> None:
    voices = [_voice(language, "sms", kind=kind) for kind in KINDS]
    for key in ("question", "question_sms", "low_end", "high_end"):
        assert len({voice.words.texts[key] for voice in voices}) == len(KINDS), key
    for voice in voices:
        assert not any(key.startswith(("nps_", "csat_", "ces_")) for key in voice.words.texts)
    assert "question_sms_short" not in voices[KINDS.index("csat")].words.texts, "that would be another's"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_help_names_the_ends_of_the_scale(kind: str, language: str) -> None:
    voice = _voice(language, kind=kind)
    text = text_of(message(voice, Say("help"), 5)[0])
    assert f"{voice.scale.low} ({voice.text('low_end')})" in text
    assert f"{voice.scale.high} ({voice.text('high_end')})" in text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_no_sms_asks_for_yes_or_no(kind: str, language: str) -> None:
    """Twilio takes YES for START and END for STOP. A question with how, which or what in it cannot be answered
    by yes."""
    voice = replace(_voice(language, "sms", kind=kind), by_category=True, review_url=REVIEW)
    sentences = {
        sentence
        for key, text in said_by_sms(voice)
        if key != "confirm"  # which names the numbers to choose from
        for sentence in re.findall(r"[^.!?]+\?", text)
    }
    assert sentences
    assert {one for one in sentences if not _ASKS_WHAT.search(one)} == set()


def test_the_numbers_stand_in_order_in_two_rows() -> None:
    rows = buttons(_voice(), 5, tuple(range(11)))
    assert [[choice.label for choice in row] for row in rows] == [
        ["0", "1", "2", "3", "4", "5"],
        ["6", "7", "8", "9", "10"],
    ]
    assert [choice.value for row in rows for choice in row] == [f"s:5:{n}" for n in range(11)]
    assert {choice.style for row in rows for choice in row} == {None}, "a colour would suggest an answer"


def test_no_buttons_where_there_are_none() -> None:
    assert question(_voice(channel="sms"), 5)[1] == ()


@pytest.mark.parametrize("score", [0, 10])
def test_the_answered_question_shows_the_score_and_can_still_be_changed(score: int) -> None:
    body, choices = answered(_voice(), 5, score)
    assert text_of(body).endswith(f"Your answer: {score}. Another number changes it.")
    assert sum(len(row) for row in choices) == 11


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("channel", ["slack", "sms"])
@pytest.mark.parametrize("topic", get_args(Topic))
def test_every_topic_can_be_said(topic: Topic, language: str, channel: str) -> None:
    text = text_of(message(_voice(language, channel), Say(topic, 7, (7, 8)), 5)[0])
    assert "{" not in text
    assert "None" not in text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "topic", ["reason_question", "thanks", "corrected", "corrected_thanks", "thanks_late"]
)
def test_what_answers_a_score_repeats_it(topic: Topic, language: str) -> None:
    """So a misread number is seen by the one who can put it right."""
    assert "7" in text_of(message(_voice(language), Say(topic, 7), 5)[0])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("topic", get_args(Topic))
def test_an_sms_is_one_segment(topic: Topic, kind: str, language: str) -> None:
    voice = _voice(language, "sms", "Initech B.V.", kind)
    highest = voice.scale.high
    text = text_of(message(voice, Say(topic, highest, (highest - 1, highest)), 5)[0])
    assert is_gsm7(text), "one odd letter makes a message of 160 characters one of 70"
    assert fits_one_segment(text), f"{len(text)} characters: {text}"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("company", ["Acme", "Initech B.V.", "Globex Nederland"])
def test_the_question_by_sms_is_one_segment(kind: str, language: str, company: str) -> None:
    text = text_of(question(_voice(language, "sms", company, kind), 5)[0])
    assert fits_one_segment(text), f"{len(text)} characters: {text}"


def test_the_clarifying_question_names_and_offers_the_candidates() -> None:
    body, choices = message(_voice(), Say("confirm", None, (7, 8)), 5)
    assert "7 or 8" in text_of(body)
    assert [choice.label for row in choices for choice in row] == ["7", "8"]


@pytest.mark.parametrize(
    ("language", "offers", "words"),
    [
        ("en", (7, 8), "7 or 8"),
        ("en", (7, 8, 9), "7, 8 or 9"),
        ("nl", (7, 8), "Bedoelt u een 7 of een 8?"),
        ("nl-je", (7, 8, 9), "Bedoel je een 7, een 8 of een 9?"),
        ("de", (0, 10), "Meinen Sie eine 0 oder eine 10?"),
        ("de-du", (1, 2, 3), "Meinst du eine 1, eine 2 oder eine 3?"),
        ("en", (0, 1, 2, 3), "0, 1, 2 or 3"),
        ("en", tuple(range(9)), "Which number exactly? Please reply with one number from 0 to 10."),
        ("nl", tuple(range(9)), "Welk cijfer precies? Antwoord met een cijfer van 0 t/m 10."),
        ("en", (7,), "Reply 7 if that is it"),
        ("nl", (7,), "Antwoord 7 als dat klopt"),
        ("nl-je", (7,), "Antwoord 7 als dat klopt"),
        ("de", (7,), "Antworten Sie 7, wenn das stimmt"),
        ("de-du", (7,), "Antworte 7, wenn das stimmt"),
    ],
)
def test_the_clarifying_question_reads_as_a_sentence(
    language: str, offers: tuple[int, ...], words: str
) -> None:
    body, choices = message(_voice(language), Say("confirm", None, offers), 5)
    assert words in text_of(body)
    assert [choice.label for row in choices for choice in row] == [str(number) for number in offers]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_single_candidate_is_no_yes_or_no_question(language: str) -> None:
    """YES by SMS is Twilio's word for START, and never reaches us as an answer."""
    assert "?" not in text_of(message(_voice(language, "sms"), Say("confirm", None, (7,)), 5)[0])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("channel", ["slack", "sms"])
@pytest.mark.parametrize("score", range(11))
def test_the_reason_is_asked_by_category_and_repeats_the_score(
    score: int, channel: str, language: str
) -> None:
    neutral = _voice(language, channel)
    by_category = replace(neutral, by_category=True)
    asked = text_of(message(by_category, Say("reason_question", score), 5)[0])
    category = "promoter" if score >= 9 else "passive" if score >= 7 else "detractor"
    assert asked == neutral.text(f"reason_{category}", score=score)
    assert str(score) in asked
    assert asked != text_of(message(neutral, Say("reason_question", score), 5)[0])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("kind", "score", "category"),
    [
        *(
            ("csat", score, name)
            for score, name in enumerate(("detractor",) * 2 + ("passive",) + ("promoter",) * 2, 1)
        ),
        *(
            ("ces", score, name)
            for score, name in enumerate(("detractor",) * 3 + ("passive",) + ("promoter",) * 3, 1)
        ),
    ],
)
def test_by_category_goes_by_the_boxes_of_the_scale(
    kind: str, score: int, category: str, language: str
) -> None:
    voice = replace(_voice(language, kind=kind), by_category=True)
    asked = text_of(message(voice, Say("reason_question", score), 5)[0])
    assert asked == voice.text(f"reason_{category}", score=score)


def test_who_would_write_a_review_gets_a_link_in_a_chat() -> None:
    body, _ = message(replace(_voice(), review_url=REVIEW), Say("review_link", 9), 5)
    assert [span.url for span in body if span.kind == "link"] == [REVIEW]
    assert text_of(body).endswith(REVIEW)


def test_an_address_that_looks_like_a_template_is_left_as_it_is() -> None:
    odd = "https://reviews.example.com/{score}"
    body, _ = message(replace(_voice(), review_url=odd), Say("review_link", 9), 5)
    assert text_of(body).endswith(odd)


@pytest.mark.parametrize(("channel", "lines"), [("slack", 3), ("telegram", 3), ("sms", 1)])
def test_the_salutation_is_a_line_of_its_own_and_never_on_an_sms(channel: str, lines: int) -> None:
    voice = replace(_voice("nl", channel), name="First de Last")
    text = text_of(question(voice, 5)[0])
    assert len(text.splitlines()) == lines
    assert text.startswith("Beste First de Last,\n") is (channel != "sms")
    assert text_of(answered(voice, 5, 8)[0]).startswith(text)


def test_who_opens_a_link_is_greeted_too() -> None:
    assert text_of(linked(replace(_voice(), name="First Last"))).startswith("Hello First Last,\nThank you.")
    assert text_of(linked(_voice())).startswith("Thank you.")


@pytest.mark.parametrize("score", range(11))
@pytest.mark.parametrize("conversation", [1, 123_456_789])
def test_a_buttons_value_comes_back(conversation: int, score: int) -> None:
    value = score_value(conversation, score)
    assert parse_score_value(value) == (conversation, score)
    assert len(value.encode()) <= 64, "Telegram's limit"


@pytest.mark.parametrize(
    "value", ["", "s", "s:1", "s:1:", "s::1", "s:a:1", "s:1:-1", "s:1:1:1", "c:1:take", "s:²:1", "w:x"]
)
def test_a_foreign_value_is_none_of_ours(value: str) -> None:
    assert parse_score_value(value) is None


def test_a_long_number_stays_a_small_one() -> None:
    parsed = parse_score_value("s:" + "9" * 500 + ":" + "9" * 500)
    assert parsed is not None
    assert parsed[0] < 2**63


@pytest.mark.parametrize(
    ("kind", "rows"), [("nps", [6, 5]), ("csat", [5]), ("ces", [7])], ids=["nps", "csat", "ces"]
)
def test_the_rows_of_a_scale(kind: str, rows: list[int]) -> None:
    choices = question(_voice(kind=kind), 5)[1]
    assert [len(row) for row in choices] == rows
    numbers = [int(choice.label) for row in choices for choice in row]
    assert numbers == list(range(SCALES[kind].minimum, SCALES[kind].maximum + 1))


@pytest.mark.parametrize(
    ("language", "written"), [("en", "2 March 2026"), ("nl", "2 maart 2026"), ("de-du", "2. März 2026")]
)
def test_a_day_is_written_as_people_write_it(language: str, written: str) -> None:
    assert _voice(language).date(date(2026, 3, 2)) == written


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_are_twelve_months(language: str) -> None:
    written = [_voice(language).date(date(2026, month, 1)) for month in range(1, 13)]
    assert len(set(written)) == 12
    assert all(is_gsm7(day) for day in written)


@pytest.mark.parametrize(("scale", "told"), [((0, 10), "4"), ((1, 5), "4 of 5"), ((1, 7), "4 of 7")])
def test_a_score_is_given_with_its_scale_where_that_is_not_the_usual_one(
    scale: tuple[int, int], told: str
) -> None:
    assert _voice().given(4, *scale) == told


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_second_hint_says_it_in_other_words(language: str) -> None:
    first, second = (text_of(message(_voice(language), Say(topic), 5)[0]) for topic in ("hint", "hint_again"))
    assert first != second
    assert "10" in second


def test_a_hint_of_ones_own_is_said_twice_rather_than_ours() -> None:
    voice = _voice()
    own = replace(voice, words=voice.words.with_texts("own", {"hint": "Un nombre de {low} à {high} ?"}))
    assert text_of(message(own, Say("hint_again"), 5)[0]) == "Un nombre de 0 à 10 ?"


def test_ends_of_ones_own_stand_wherever_the_ends_are_named() -> None:
    voice = _voice()
    own = replace(voice, words=voice.words.with_texts("own", {"high_end": "certain, says {company}"}))
    for body in (question(own, 5)[0], message(own, Say("help"), 5)[0]):
        assert "certain, says Acme" in text_of(body)
        assert "extremely likely" not in text_of(body)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_thanks_for_the_lowest_score_are_others_than_for_the_highest(language: str, kind: str) -> None:
    # field D: a 1 is thanked like a 10
    voice = _voice(language, kind=kind)
    low, high = (
        text_of(message(voice, Say("thanks", score), 5)[0]).replace(str(score), "")
        for score in (voice.scale.low, voice.scale.high)
    )
    assert low != high


def test_thanks_for_a_low_score_say_who_has_it() -> None:
    low, wish = Say("thanks", 1), Say("thanks", 1, passed_on=True)
    said = "Thank you for telling us: your 1 and your reason are with {} now."
    for say in (low, wish):
        assert text_of(message(_voice(), say, 5, "North at Acme")[0]) == said.format("North at Acme")
    assert text_of(message(_voice(), low, 5)[0]) == said.format("Acme")


def test_a_survey_with_thanks_of_its_own_says_them_to_everybody() -> None:
    voice = _voice()
    voice = replace(voice, words=voice.words.with_texts("own", {"thanks": "Merci pour votre {score}."}))
    for score in (1, 10):
        assert text_of(message(voice, Say("thanks", score), 5)[0]) == f"Merci pour votre {score}."


def test_what_is_the_same_for_many_is_put_together_once() -> None:
    voice = _voice()
    (first, _), (second, _) = (message(voice, Say("reason_question", 9), number) for number in (1, 2))
    assert first is second
    other, _ = message(voice, Say("reason_question", 8), 1)
    assert text_of(other) == voice.text("reason_question", score=8)


@pytest.mark.parametrize(
    "say", [Say("put_off", until=datetime(2026, 12, 4, tzinfo=UTC)), Say("confirm", offers=(7, 8))]
)
def test_what_is_said_to_one_is_not_kept(say: Say) -> None:
    voice = _voice()
    message(voice, say, 1)
    assert voice.said == {}
