"""What `npsbot check` says of the texts."""

from typing import Any

import pytest

from bot.cli.check.words import words_notes
from tests.support.bot_under_test import settings_of

NO_CHANNELS: dict[str, Any] = {"channels": {}, "campaigns": {}}


def notes(**more: Any) -> list[str]:
    return list(words_notes(settings_of(**more)))


def own(language: str = "en", **texts: str) -> dict[str, Any]:
    return {"surveys": {"nps": {"words": {language: texts}}}}


def test_nothing_is_to_be_said_of_a_short_name_and_our_own_texts() -> None:
    assert notes() == []


def test_a_longer_name_asks_the_short_question() -> None:
    assert notes(company="Initech Nederland B.V.") == [
        "by SMS the question in en, nl, nl-je, de and de-du is asked in its short form: with this company "
        "name the long one takes two segments"
    ]


def test_a_name_that_is_too_long_even_for_that_is_told_by_language() -> None:
    found = notes(company="Initech and Globex Worldwide Holding")
    assert any(
        note.startswith("by SMS these texts in nl take more than one segment with this company name: ")
        and "question_sms_short takes 2" in note
        and note.endswith("shorter ones can stand under surveys.nps.words.nl")
        for note in found
    )


def test_an_odd_letter_in_the_name_is_told_once() -> None:
    (note,) = notes(company="Globex–Zuid")
    assert note.startswith("company holds –, which is not in the GSM 7-bit alphabet")


@pytest.mark.parametrize(
    ("texts", "note"),
    [
        (
            {"hint": "Wat een enquête: {low} t/m {high}?"},
            "surveys.nps.words.en.hint holds ê, which is not in the GSM 7-bit alphabet, so that it takes "
            "1 segment by SMS with room for 70 characters; write it without",
        ),
        (
            {"hint": "x" * 161},
            "surveys.nps.words.en.hint takes 2 segments by SMS (161 characters); shorten it",
        ),
        (
            {"thanks": "Thank you"},
            "surveys.nps.words.en.thanks does not hold {score}, which the usual text says to the customer",
        ),
    ],
)
def test_own_texts_are_told_by_their_key(texts: dict[str, str], note: str) -> None:
    assert notes(**own(**texts)) == [note]


def test_what_another_language_lacks_is_told() -> None:
    (note,) = notes(**own("fr", question="{company} ?"))
    assert note.startswith(
        "surveys.nps.words.fr lacks low_end, high_end, chosen, reason_question, thanks, thanks_bare, confirm, "
    )
    assert note.endswith("; these are said in English")
    assert "reason_promoter" not in note, "nobody is asked by category"
    assert "stranger" not in note, "no survey says that"


def test_a_hint_of_ones_own_is_said_the_second_time_too() -> None:
    (note,) = notes(**own("fr", question="{company} ?", hint="Un nombre ?"))
    assert "hint" not in note


def test_each_survey_is_told_by_its_own_words() -> None:
    """The long question about effort takes two segments sooner than the one about satisfaction."""
    surveys = {"effort": {"kind": "ces"}, "satisfaction": {"kind": "csat"}}
    found = notes(company="Initech Nederland B.V.", surveys=surveys, campaigns={})
    assert found == [
        "by SMS the question in nl, nl-je, de and de-du is asked in its short form: with this company name "
        "the long one takes two segments"
    ]


def test_a_text_that_no_survey_says_is_told() -> None:
    assert notes(**own(stranger="Who are you?")) == [
        "surveys.nps.words.en.stranger is never said: outside a conversation npsbot speaks its own words"
    ]


def test_lengths_do_not_matter_without_sms() -> None:
    assert notes(company="Initech Nederland B.V.", **NO_CHANNELS) == []
