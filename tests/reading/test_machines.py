"""Machines and people: who is ignored, whatever language their telephone speaks, and who is heard.

The rows of `machines.txt` are `language of the contact:what:text`: `machine` is kept without an answer, `reaction` is
nothing at all, `person` is heard, and a number is the score of somebody who tells of a machine.
"""

from pathlib import Path

import pytest

from bot.reading.language_keys import LanguageError
from bot.reading.loader import languages_from
from bot.reading.reader import Ambiguous, Ignore, NotAScore, OptOut, Score
from tests.support.reading import CODES, reading

ROWS = [
    tuple(line.split(":", 2))
    for line in (Path(__file__).parent.parent / "data" / "machines.txt").read_text("utf-8").splitlines()
]
QUESTION = "How likely are you to recommend us? Reply 0 to 10"


def what(text: str, language: str) -> str:
    """How a text is read, in the words of `machines.txt`."""
    match reading(text, language):
        case Ignore(kept=kept):
            return "machine" if kept else "reaction"
        case Score(value=value):
            return str(value)
        case _:
            return "person"


@pytest.mark.parametrize(("language", "expected", "text"), ROWS)
def test_machines_and_people_are_told_apart(language: str, expected: str, text: str) -> None:
    assert what(text, language) == expected


def test_people_of_every_language_tell_of_machines() -> None:
    for kind in (str.isdecimal, "person".__eq__):
        assert {language for language, expected, _ in ROWS if kind(expected)} == set(CODES)


@pytest.mark.parametrize("text", ["All I get is an automated reply", "Out of office until Monday"])
def test_what_comes_while_a_reason_is_awaited_is_the_reason(text: str) -> None:
    assert reading(text, awaiting="reason") == NotAScore()


def test_a_reaction_in_an_unknown_language_is_known_by_the_copy_it_quotes() -> None:
    assert reading(f"Patiko “{QUESTION}”", recent=(QUESTION,)) == Ignore()
    assert reading(f"“{QUESTION}” not at all", recent=(QUESTION,)) != Ignore()
    assert reading(f"Patiko “{QUESTION}” 8", recent=(QUESTION,)) == Ambiguous((8,))


@pytest.mark.parametrize(
    ("language", "before", "behind"),
    [
        ("en", "Sarah loved ", ""),
        ("en", "Sarah Jansen liked ", ""),
        ("nl", "Jeroen gaf een hartje aan ", ""),
        ("nl", "Sjaak vond ", " leuk"),
    ],
)
@pytest.mark.parametrize("quote", [f"“{QUESTION}”", f"‘{QUESTION}’", f"«{QUESTION[:34]}…»"])
def test_a_reaction_behind_a_name_is_one_to_our_words_alone(
    language: str, before: str, behind: str, quote: str
) -> None:
    text = f"{before}{quote}{behind}"
    assert reading(text, language, recent=(QUESTION,)) == Ignore(kept=True)
    assert not isinstance(reading(text, language, recent=("Thank you!",)), Ignore)


@pytest.mark.parametrize(
    ("language", "text", "found"),
    [
        ("en", 'Sarah loved "the way you handled our complaint, a 9"', Ambiguous),
        ("nl", 'Johan vindt "de nieuwe app van jullie niks, een 2"', Ambiguous),
        ("nl", 'Sjaak vond "stop hiermee, haal me van de lijst" leuk', OptOut),
    ],
)
def test_what_somebody_quotes_of_another_is_read(language: str, text: str, found: type) -> None:
    assert isinstance(reading(text, language, recent=(QUESTION,)), found)


def test_what_somebody_quotes_of_another_may_be_the_reason() -> None:
    text = 'Sarah loved "the way you handled our complaint"'
    assert reading(text, awaiting="reason", recent=(QUESTION,)) == NotAScore()


@pytest.mark.parametrize(
    ("machines", "message"),
    [
        ("sv: {machin: [autosvar]}", 'machines.yaml: sv: the key "machin" is not known'),
        ("sv: {machine: ['^ $']}", 'machines.yaml: the phrase "^ $" holds no word'),
        ("sv: [", "machines.yaml is not valid YAML"),
    ],
)
def test_a_mistake_in_what_machines_write_is_named(machines: str, message: str) -> None:
    with pytest.raises(LanguageError) as problem:
        languages_from({"en": "name: English"}, machines)
    assert message in str(problem.value)
