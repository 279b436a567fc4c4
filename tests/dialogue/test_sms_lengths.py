"""What an SMS costs: every text of ours is one segment, whatever the company's name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.config.value_types import LANGUAGES
from bot.context import voice_of
from bot.dialogue.kinds import SCALES
from bot.dialogue.messages import Voice, question
from bot.dialogue.sms_lengths import Costly, costly, said_by_sms, short_question
from bot.dialogue.wording import Wording
from bot.reading.bounds import Bounds
from bot.words import customer_words
from channels.sms.lengths import is_gsm7, segments
from tests.support.fake_channel import text_of

REVIEW = "https://reviews.example.com/a"
LONGEST_NAME = 29


def voice(language: str, company: str, kind: str = "nps", **own: str) -> Voice:
    words = customer_words(language, kind).with_texts("own", own)
    scale = Bounds(SCALES[kind].minimum, SCALES[kind].maximum)
    return Voice(words, company, scale, False, True, kind, by_category=True, review_url=REVIEW)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", SCALES)
def test_every_text_is_one_segment_for_every_usual_name(language: str, kind: str) -> None:
    for length in range(1, LONGEST_NAME + 1):
        speaker = voice(language, "A" * length, kind)
        assert list(costly(speaker)) == []
        assert segments(text_of(question(speaker, 1)[0])) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_letter_of_ours_makes_an_sms_dear(language: str) -> None:
    """Not only where a text has a fixed length: an odd letter shortens each SMS to 70 characters."""
    for kind in ("nps", "csat", "ces"):
        texts = customer_words(language, kind).texts
        said = {key: text for key, text in texts.items() if f"{key}_sms" not in texts}
        assert {key: text for key, text in said.items() if not is_gsm7(text)} == {}


def test_a_mark_is_left_out_by_sms_alone() -> None:
    """# field D: `enquete` is misspelt where SMS is no reason."""
    for language in ("nl", "nl-je"):
        chat, sms = (_voice_on(channel, language) for channel in ("slack", "sms"))
        assert "enquêtes" in chat.text("stranger")
        assert "enquetes" in sms.text("stranger")
        assert "beëindigt de enquêtes" in chat.text("help_idle")
        assert is_gsm7(sms.text("help_idle"))


def _voice_on(channel: str, language: str) -> Voice:
    return voice_of("Acme", channel, False, language, Bounds(0, 10), Wording())


def test_what_a_survey_says_itself_keeps_its_marks() -> None:
    own = Wording(texts={"nl": {"farewell": "Een enquête"}})
    assert voice_of("Acme", "sms", False, "nl", Bounds(0, 10), own).text("farewell") == "Een enquête"


@pytest.mark.parametrize("letter", ["ë", "ê", "ï", "‘", "’", "“", "”", "–", "…", "👍", "\u00a0"])
def test_a_letter_outside_the_alphabet_is_found(letter: str) -> None:
    found = list(costly(voice("nl", "Acme", hint=f"Een cijfer{letter} van {{low}} t/m {{high}}")))
    assert found == [Costly("hint", 1, len(f"Een cijfer{letter} van 0 t/m 10"), letter)]


@pytest.mark.parametrize("letter", "éèàäöüÄÖÜß£€@")
def test_a_letter_inside_the_alphabet_costs_nothing(letter: str) -> None:
    assert list(costly(voice("nl", "Acme", hint=f"Een cijfer{letter}"))) == []


def test_a_text_of_ones_own_that_is_too_long_is_found() -> None:
    found = list(costly(voice("en", "Acme", thanks="Thank you for your {score}. " + "x" * 140)))
    assert found == [Costly("thanks", 2, len("Thank you for your 10. ") + 140, "")]


def test_a_question_of_ones_own_has_no_shorter_one() -> None:
    own = voice("en", "Acme", question="{company}, " + "x" * 160)
    assert not short_question(own)
    assert [one.key for one in costly(own)] == ["question"]


@pytest.mark.parametrize(
    ("kind", "company", "short"),
    [
        ("nps", "Acme", False),
        ("nps", "Initech Nederland", True),
        ("csat", "Initech Nederland", False),
        ("ces", "Acme", False),
        ("ces", "Initech Nederland", True),
    ],
)
def test_the_short_question_is_asked_where_the_long_one_is_two(kind: str, company: str, short: bool) -> None:
    assert short_question(voice("nl", company, kind)) is short


@given(
    company=st.text("ABC abc.&-", min_size=1, max_size=60),
    language=st.sampled_from(LANGUAGES),
    kind=st.sampled_from(sorted(SCALES)),
)
def test_what_is_not_called_costly_is_one_segment(company: str, language: str, kind: str) -> None:
    speaker = voice(language, company, kind)
    dear = {one.key for one in costly(speaker)}
    if short_question(speaker):
        dear.add("question_sms")
    assert dear == {key for key, text in said_by_sms(speaker) if segments(text) > 1}
