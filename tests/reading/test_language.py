"""Language files: what is wrong with one is said plainly, with its file and key."""

import pytest

from bot.reading.bounds import Bounds
from bot.reading.building import build_language
from bot.reading.language_keys import LanguageError
from bot.reading.loader import languages_from
from bot.reading.reader import LastSaid, NotAScore, OptOut, Score, read
from tests.support.bot_under_test import languages
from tests.support.reading import CODES

ENGLISH = """
name: English
numbers:
  8: [eight]
articles: [a]
"""


def test_all_languages_are_there_and_complete() -> None:
    assert set(languages()) == set(CODES)
    for language in languages().values():
        values = {entry.value for entries in language.lexicon.values() for entry in entries}
        assert values.issuperset({0, *range(2, 11)}), language.code
        assert language.opt_out_words
        assert language.opt_out_phrases.by_first_word
        assert language.verbal
        assert all(asked.words or asked.phrases.by_first_word for asked in language.help.values())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name: [x]", "nl.yaml: name: a text is needed here"),
        (
            "name: x\nartcles: [een]",
            'nl.yaml: the key "artcles" is not known; docs/adding-a-language.md lists the keys',
        ),
        ("name: x\narticles: een", "nl.yaml: articles: a list of words is needed here"),
        ("name: x\narticles: [1]", "nl.yaml: articles: 1 is no text; put quotes around it"),
        (
            "name: x\nnumbers: {acht: [8]}",
            "nl.yaml: numbers: whole numbers with lists of words under them",
        ),
        (
            "name: x\nunsure: {een: 1}",
            "nl.yaml: unsure.een: a list of whole numbers is needed here (it may be empty)",
        ),
        ("name: x\nopt_out: {word: [stop]}", 'nl.yaml: opt_out: the key "word" is not known; it may hold '),
        ("name: x\nsmall_words: {mine: [mijn]}", 'small_words: the key "mine" is not known; it may hold '),
        ("name: x\nhelp: {whom: {}}", 'nl.yaml: help: the key "whom" is not known; it may hold '),
        ("name: x\nmachine: ['<dag> gesloten']", 'names the class <dag>, which is not under "classes"'),
        ("name: x\nmachine: ['^ $']", 'nl.yaml: machine: the phrase "^ $" holds no word'),
        (
            "name: x\nmachine: ['... dag']",
            'the phrase "... dag" must begin with a word that cannot be absent',
        ),
        ("name: x\nmachine: ['!dag']", 'the phrase "!dag" must begin with a word that it names'),
        ("name: x\nclasses: {me: [mij zelf]}", 'nl.yaml: classes.me: "mij zelf" is more than one word'),
        (
            "name: x\nopt_out: {together: [stop]}",
            'nl.yaml: opt_out.together: the row "stop" needs at least two parts',
        ),
        (
            "name: x\nhelp: {help: {questions: ['<best> is']}}",
            'help.help.questions: "<best> is" names the class <best>',
        ),
        ("name: [", "nl.yaml is not valid YAML: "),
        ("[]", "nl.yaml must hold keys with values under them"),
    ],
)
def test_a_mistake_is_named_with_file_and_key(text: str, message: str) -> None:
    with pytest.raises(LanguageError) as problem:
        languages_from({"en": ENGLISH, "nl": text})
    assert message in str(problem.value)


def test_english_is_needed() -> None:
    with pytest.raises(LanguageError, match=r"en\.yaml is missing"):
        languages_from({"nl": "name: Nederlands"})


def test_words_that_yaml_takes_for_something_else_stay_words() -> None:
    loaded = languages_from({"en": ENGLISH, "tr": "name: T\nnumbers:\n  10: [on]\n  1: [no, null, yes]"})
    assert read("on", "tr", Bounds(0, 10), LastSaid("score"), loaded) == Score(10)


def test_a_new_language_reads_with_a_few_lines() -> None:
    danish = (
        "name: Dansk\nnumbers:\n  7: [syv]\narticles: [en, et]\nbecause: [fordi]\nopt_out: {words: [afmeld]}"
    )
    loaded = languages_from({"en": ENGLISH, "da": danish})
    found = read("et syv fordi det var fint", "da", Bounds(0, 10), LastSaid("score"), loaded)
    assert found == Score(7, "det var fint")


def test_a_phrase_may_hold_any_word_but_some() -> None:
    dutch = "name: x\nopt_out: {phrases: [niet sturen], not: ['geen !sms|mail niet sturen']}"
    loaded = languages_from({"en": ENGLISH, "nl": dutch})
    said = {
        text: read(text, "nl", Bounds(0, 10), LastSaid("score"), loaded)
        for text in ("geen sms niet sturen", "geen taart niet sturen")
    }
    assert said == {"geen sms niet sturen": OptOut(), "geen taart niet sturen": NotAScore()}


def test_a_language_needs_no_file() -> None:
    assert build_language("xx", {"name": "X", "numbers": {3: ["tri"]}}).typo_numbers == {"tri": 3}
