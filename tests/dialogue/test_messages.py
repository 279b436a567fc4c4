"""What the customer reads, on every channel and in every language."""

from dataclasses import replace
from itertools import pairwise
from typing import get_args

import pytest

from bot.dialogue.conversation import Say, Topic
from bot.dialogue.messages import (
    Voice,
    answered,
    buttons,
    fits_one_segment,
    linked,
    message,
    parse_score_value,
    question,
    score_value,
)
from bot.dialogue.reading import Scale
from bot.words import load_words, words_for
from channels.segments import is_gsm7
from tests.fake_channel import text_of

LANGUAGES = sorted(load_words("customer"))
NPS = Scale(0, 10)


def _voice(language: str = "en", channel: str = "slack", company: str = "Acme") -> Voice:
    return Voice(words_for("customer", language), company, NPS, channel != "sms", channel == "sms")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("channel", ["slack", "telegram", "sms"])
def test_the_question_says_who_asks_which_ends_the_scale_has_and_how_to_stop(
    language: str, channel: str
) -> None:
    body, _ = question(_voice(language, channel), 5)
    text = text_of(body)
    assert text.startswith("Acme")
    assert "STOP" in text
    assert "0" in text
    assert "10" in text


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
@pytest.mark.parametrize("topic", get_args(Topic))
def test_an_sms_is_one_segment(topic: Topic, language: str) -> None:
    voice = _voice(language, "sms", "Initech B.V.")
    text = text_of(message(voice, Say(topic, 10, (9, 10)), 5)[0])
    assert is_gsm7(text), "one odd letter makes a message of 160 characters one of 70"
    assert fits_one_segment(text), f"{len(text)} characters: {text}"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("company", ["Acme", "Initech B.V.", "Globex Nederland"])
def test_the_question_by_sms_is_one_segment(language: str, company: str) -> None:
    text = text_of(question(_voice(language, "sms", company), 5)[0])
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


REVIEW = "https://reviews.example.com/acme"


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


def test_a_scale_without_categories_asks_everybody_alike() -> None:
    voice = replace(_voice(), scale=Scale(1, 5), by_category=True, review_url=REVIEW)
    assert "main reason" in text_of(message(voice, Say("reason_question", 5), 5)[0])
    assert REVIEW not in text_of(message(voice, Say("thanks", 5), 5)[0])


def test_the_link_for_promoters_is_a_link_in_a_chat() -> None:
    body, _ = message(replace(_voice(), review_url=REVIEW), Say("thanks", 9), 5)
    assert [span.url for span in body if span.kind == "link"] == [REVIEW]
    assert text_of(body).endswith(REVIEW)


def test_an_address_that_looks_like_a_template_is_left_as_it_is() -> None:
    odd = "https://reviews.example.com/{score}"
    body, _ = message(replace(_voice(), review_url=odd), Say("thanks", 9), 5)
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


def test_rows_are_as_even_as_their_length_allows() -> None:
    rows = buttons(_voice(), 5, tuple(range(11)))
    assert all(len(first) >= len(second) for first, second in pairwise(rows))
