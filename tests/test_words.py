"""The product's texts: whole in every language, used, and checked when somebody brings their own."""

import re
from pathlib import Path

import pytest

from bot.config.settings import ConfigError
from bot.config.value_types import LANGUAGES
from bot.dialogue.wording import Words, WordsError, checked, placeholders
from bot.words import Speaker, load_words, own_texts, words_for
from bot.words.forms import forms_of
from tests.support.bot_under_test import settings_of

BOT = Path(__file__).parent.parent / "bot"
SPEAKERS: tuple[Speaker, ...] = ("customer", "manager", "admin", "export", "page")
ENGLISH = forms_of("en")
MODEL = {"greeting": "Hello {name}", "bye": "Bye"}


@pytest.mark.parametrize("speaker", SPEAKERS)
def test_every_language_is_whole(speaker: Speaker) -> None:
    languages = load_words(speaker)
    assert set(languages) == (set(LANGUAGES) if speaker == "customer" else {"en", "nl"})
    keys = {name: set(words.texts) for name, words in languages.items()}
    assert all(found == keys["en"] for found in keys.values())


@pytest.mark.parametrize("speaker", SPEAKERS)
def test_a_translation_fills_the_same_places(speaker: Speaker) -> None:
    languages = load_words(speaker)
    for key, text in languages["en"].texts.items():
        for words in languages.values():
            assert placeholders(words.texts[key]) == placeholders(text), f"{words.name}: {key}"


def test_every_text_is_used() -> None:
    code = "\n".join(path.read_text("utf-8") for path in BOT.rglob("*.py"))
    named = set(re.findall(r"[\"']([a-z0-9_]+)[\"']", code))
    for speaker in ("customer", "manager"):
        for key in load_words(speaker)["en"].texts:
            base = re.sub(r"^(csat|ces)_|_short$|_sms(_short)?$", "", key).removesuffix("_sms")
            assert key in named or base in named, f"{speaker}: {key} is said nowhere"


def test_every_text_of_the_pages_is_used() -> None:
    pages = BOT / "pages"
    files = [*pages.rglob("*.py"), *pages.rglob("*.html")]
    code = "\n".join(path.read_text("utf-8") for path in files)
    named = set(re.findall(r"[\"']([a-z0-9_]+)[\"']", code))
    made = (
        "page_",
        "entry_",
        "one_of_",
        "lane_",
        "did_",
        "step_",
        "deed_",
        "group_",
        "more_",
    )  # by what they are about
    for key in load_words("page")["en"].texts:
        assert key in named or key.removesuffix("_one") in named or key.startswith(made), (
            f"{key} is said nowhere"
        )


@pytest.mark.parametrize(
    ("language", "name"),
    [
        ("en", "en"),
        ("nl", "nl"),
        ("nl-je", "nl-je"),
        ("nl-BE", "nl"),
        ("de-AT", "de"),
        ("fr", "en"),
        ("", "en"),
    ],
)
def test_the_nearest_language_is_spoken(language: str, name: str) -> None:
    assert words_for("customer", language) is load_words("customer")[name]


def test_what_is_put_in_is_never_a_template() -> None:
    assert Words("x", MODEL, ENGLISH).text("greeting", name="{company} {0}") == "Hello {company} {0}"


@pytest.mark.parametrize(
    ("texts", "sentence"),
    [
        ({"greeting": "Hi"}, "the text 'bye' is missing"),
        (MODEL | {"extra": "x"}, "'extra' is no text of npsbot"),
        (
            MODEL | {"bye": "Bye {nmae}"},
            r"'bye' holds \{nmae\}, which nothing fills; it may hold \{company\}",
        ),
        (MODEL | {"bye": "Bye {name"}, "a brace that is not closed"),
        (MODEL | {"bye": 3}, "'bye' must be a text"),
        (MODEL | {"bye": "  "}, "'bye' must be a text"),
        (MODEL | {"bye": "{name.__class__}"}, "'bye' holds"),
        (MODEL | {"bye": "{}"}, "'bye' holds"),
        (MODEL | {"greeting": "{name!r}"}, "'greeting' holds"),
        (MODEL | {"greeting": "{name:>99999999}"}, "'greeting' holds"),
        (MODEL | {"greeting": "{name:{name}}"}, "'greeting' holds"),
        (MODEL | {"bye": "Bye }"}, "a brace that is not closed or not opened"),
    ],
)
def test_a_set_that_is_not_whole_is_refused(texts: dict[object, object], sentence: str) -> None:
    with pytest.raises(WordsError, match=sentence):
        checked("customer.xx.yaml", texts, ENGLISH, MODEL)


def test_own_words_take_the_place_of_ours() -> None:
    words = Words("en", MODEL, ENGLISH).with_texts("surveys.words.en", {"bye": "So long, {company}"})
    assert words.text("bye", company="Acme") == "So long, Acme"
    with pytest.raises(WordsError, match=r"words\.en\.goodbye is no text of npsbot"):
        words.with_texts("surveys.words.en", {"goodbye": "x"})


def test_every_text_of_ones_own_that_cannot_be_said_is_told() -> None:
    with pytest.raises(WordsError) as caught:
        Words("en", MODEL, ENGLISH).with_texts("own", {"greting": "x", "bye": "{x}", "greeting": "{"})
    told = [line.split(" ")[0] for line in str(caught.value).splitlines()]
    assert told == ["own.greting", "own.bye", "own.greeting"]


@pytest.mark.parametrize(
    ("own", "said"),
    [
        ({"question": "Q?"}, {"question"}),
        ({"question_sms": "Q?"}, {"question", "question_sms"}),
        ({"question": "Q?", "question_sms_short": "q"}, {"question", "question_sms_short"}),
        ({"thanks_sms": "Ta, {score}"}, {"question", "question_sms", "question_sms_short", "thanks_sms"}),
    ],
)
def test_whoever_brings_a_question_hears_no_other_by_sms(own: dict[str, str], said: set[str]) -> None:
    """A French question in the app and an English one by SMS would be two surveys."""
    words = words_for("customer", "en").with_texts("own", own)
    told = {key for key in words.texts if key.startswith("question") or key == "thanks_sms"}
    assert told == said


def test_words_that_a_wave_froze_and_nobody_knows_any_more_give_way() -> None:
    own = {"bye": "So long {gone}", "wave": "x", "greeting": "Hey {name}"}
    assert Words("en", MODEL, ENGLISH).with_frozen("frozen", own).texts == MODEL | {"greeting": "Hey {name}"}


@pytest.mark.parametrize(
    ("language", "own"),
    [
        ("fr", "fr"),
        ("fr-ca", "fr"),
        ("nl-je", None),
        ("nl", "nl"),
        ("de-du", None),
        ("en", None),
        ("it", None),
    ],
)
def test_own_texts_are_for_their_own_language(language: str, own: str | None) -> None:
    """Nobody who is addressed with je or du is told u or Sie in the next message."""
    every = {name: {"question": name} for name in ("fr", "nl", "de")}
    assert own_texts(every, language).get("question") == own


def test_alerts_and_commands_in_german_are_in_english() -> None:
    for speaker in ("manager", "admin"):
        assert words_for(speaker, "de").name == words_for(speaker, "de-du").name == f"{speaker}.en.yaml"


@pytest.mark.parametrize(
    ("texts", "sentence"),
    [
        ({"qestion": "x"}, r"surveys\.nps\.words\.en\.qestion is no text of npsbot"),
        ({"question": "{compny} asks"}, r"question holds \{compny\}"),
    ],
)
def test_own_words_are_checked_when_the_settings_are_read(texts: dict[str, str], sentence: str) -> None:
    """A wave that started with them could neither ask nor answer."""
    with pytest.raises((ConfigError, ValueError), match=sentence):
        settings_of(surveys={"nps": {"words": {"en": texts}}})
