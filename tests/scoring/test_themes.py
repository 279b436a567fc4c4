from pathlib import Path

import pytest
import yaml

from scoring import Counts, ThemeList, count_themes, find_themes, theme_list

DATA = Path(__file__).parents[2] / "scoring" / "data"
LISTS = [
    theme_list(language, yaml.safe_load((DATA / f"themes.{language}.yaml").read_text("utf-8")))
    for language in ("nl", "en")
]


@pytest.mark.parametrize(
    ("language", "reason", "themes"),
    [
        ("nl", "De levering was weer te laat", "delivery"),
        ("nl", "LEVERINGEN komen te vaak laat", "delivery"),
        ("nl", "leverde wat was beloofd", "delivery, keeping promises"),
        ("nl", "Te duur.", "price"),
        ("nl", "dure partij", "price"),
        ("nl", "het duurt altijd lang", "speed"),
        ("nl", "de eindfactuur klopt niet", "invoicing"),
        ("nl", "jullie houden goed rekening met ons", ""),
        ("nl", "niemand bereikbaar bij de klantenservice", "support"),
        ("nl", "de monteur denkt goed mee", "people, support"),
        ("nl", "slecht geïnformeerd", "communication"),
        ("nl", "slecht geinformeerd", "communication"),
        ("nl", "prijs-kwaliteit is top", "price, quality"),
        ("nl", "mijn klachten worden niet opgelost", "complaint handling"),
        ("nl", "de app is traag", "ease of use, speed"),
        ("nl", "gaat wel", ""),
        ("nl", "al jaren tevreden", ""),
        ("en", "Late deliveries, third time!", "delivery"),
        ("en", "delivered later", "delivery"),
        ("en", "later", ""),
        ("en", "too expensive", "price"),
        ("en", "invoices are wrong", "invoicing"),
        ("en", "your staff is friendly", "people"),
        ("en", "the app crashes", "ease of use, quality"),
        ("en", "never heard back from support", "communication, support"),
        ("en", "it doesn't work", "quality"),
        ("en", "they solved it quickly", "complaint handling, speed"),
        ("nl", "niemand belt terug", "communication"),
        ("nl", "moeilijk iemand aan de lijn te krijgen", "support"),
        ("nl", "monteur kwam niet opdagen", "keeping promises, support"),
        ("nl", "weinig verrassingen op de rekening", "invoicing"),
        ("nl", "bestelling was niet compleet", "delivery"),
        ("en", "hard to get anyone on the phone", "support"),
        ("en", "lovely people to deal with", "people"),
        ("en", "the engineer did not show up", "keeping promises, support"),
        ("en", "never hear anything from you", "communication"),
        ("en", "down for a week because of a fault", "quality"),
        ("en", "nothing to say", ""),
        ("nl", "geen klachten", ""),
        ("nl", "Geen enkele klacht", ""),
        ("nl", "geen klachten over de prijs", "price"),
        ("nl", "geen klacht, behalve de oude klacht", "complaint handling"),
        ("nl", "is een stuk beter", ""),
        ("nl", "is stuk", "quality"),
        ("nl", "goed werk geleverd", "quality"),
        ("nl", "gebrek aan communicatie", "communication"),
        ("en", "Late.", "delivery"),
        ("en", "a late invoice", "invoicing"),
        ("en", "always a late reply", ""),
        ("en", "no complaints", ""),
        ("en", "can't complain", ""),
        ("en", "no complaints, the old complaint was resolved", "complaint handling"),
        ("en", "you deliver on your promises", "keeping promises"),
        ("en", "your politics and your customers", ""),
        ("en", "my friends like you", ""),
        ("en", "", ""),
        ("en", "👍👍", ""),
    ],
)
def test_reasons_as_customers_write_them(language: str, reason: str, themes: str) -> None:
    assert ", ".join(sorted(find_themes(reason, LISTS, language))) == themes


def test_another_language_is_tried_only_when_the_own_one_finds_nothing() -> None:
    assert find_themes("great delivery", LISTS, "nl") == {"delivery"}
    # "slow" is no Dutch, but "levering" already says enough in it.
    assert find_themes("levering slow", LISTS, "nl") == {"delivery"}
    assert find_themes("traag", LISTS, None) == {"speed"}
    assert find_themes("langsam", LISTS, "de") == frozenset()


@pytest.mark.parametrize(
    ("language", "entry", "found", "not_found"),
    [
        ("en", "invoice", "the Invoices", "voice"),
        ("en", "=late", "late.", "later"),
        ("nl", "traag", "trage", "tragedie"),
        ("nl", "geleverd", "leverde", "leverancier"),
        ("nl", "*factuur", "een eindfactuur", "facturen"),
        ("nl", "*prijs*", "inkoopprijs en inkoopprijsje", "inkoopprijzen"),
        ("nl", "=op =tijd", "netjes op tijd", "tijd op"),
        ("nl", "duurt lang", "duurt altijd lang", "duurt bij jullie lang"),
        ("nl", "duurt lang", "duurt lang", "duurt"),
    ],
)
def test_the_three_kinds_of_entries(language: str, entry: str, found: str, not_found: str) -> None:
    themes = ThemeList(language, {"theme": [entry]})
    assert themes.find(found) == {"theme"}
    assert themes.find(not_found) == frozenset()


@pytest.mark.parametrize(
    ("reason", "found"),
    [
        ("no complaints", False),
        ("No more complaints!", False),
        ("complaints, no end of them", True),
        ("a complaint and no complaint", True),
    ],
)
def test_an_exception_takes_away_only_its_own_words(reason: str, found: bool) -> None:
    themes = ThemeList("en", {"theme": ["complaint", "-no complaint"], "other": ["complaint"]})
    assert ("theme" in themes.find(reason)) is found
    assert "other" in themes.find(reason)


@pytest.mark.parametrize("entry", ["", "  ", "-", "--", "*", "*ab*", "late!", "=", "=a*", "lever(ing)"])
def test_an_entry_that_cannot_be_matched_is_named(entry: str) -> None:
    with pytest.raises(ValueError, match="theme delivery: "):
        ThemeList("en", {"delivery": [entry]})


@pytest.mark.parametrize(
    "data", [None, [], {}, "late", {"delivery": None}, {"delivery": "late"}, {"delivery": [True]}]
)
def test_a_file_of_another_shape_is_refused(data: object) -> None:
    with pytest.raises(ValueError, match="list of words"):
        theme_list("en", data)


def test_a_language_without_a_stemmer_is_refused() -> None:
    with pytest.raises(ValueError, match="stemmer for nl and en only"):
        ThemeList("xx", {})


def test_both_languages_speak_of_the_same_themes() -> None:
    dutch, english = LISTS
    assert set(dutch.names) == set(english.names)
    assert {
        "delivery",
        "price",
        "support",
        "quality",
        "communication",
        "invoicing",
        "complaint handling",
    } <= set(dutch.names)


def test_scores_are_counted_by_theme_and_a_reason_can_have_several() -> None:
    answers = [
        (2, "late delivery, and expensive", "en"),
        (9, "delivery on time", "en"),
        (7, "dure levering", "nl"),
        (10, "great", "en"),
        (3, "  ", "en"),
    ]
    found = count_themes(iter(answers), LISTS)
    assert found.everyone == Counts(1, 1, 2)
    assert found.without_theme == Counts(0, 0, 1)
    assert found.themes["delivery"] == Counts(1, 1, 1)
    assert found.themes["price"] == Counts(1, 1, 0)
    assert found.themes["people"] == Counts(0, 0, 0)
