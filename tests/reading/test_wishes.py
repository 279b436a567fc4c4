"""What people want of us instead of answering: to be left alone, or to come back, in every language.

The rows of `wishes.txt` are `language:what:text`: `out` and its score where one is kept, `else` for a wrong number or
person, `in` for who comes back, or `not` for what only looks like one of these.
"""

from pathlib import Path

import pytest

from bot.reading.reader import Awaiting, Help, Ignore, LastSaid, OptIn, OptOut, kind_of, read
from tests.support.bot_under_test import languages
from tests.support.held_out import held_out
from tests.support.reading import CODES, reading
from tests.support.reading_table import SCALE, Row, rows_of

DATA = Path(__file__).parent.parent / "data"
WISHES = [
    tuple(line.split(":", 2))
    for line in (DATA / "wishes.txt").read_text("utf-8").splitlines()
    if line.strip()
]


def what(text: str, language: str) -> str:
    """How a text is read, in the words of `wishes.txt`."""
    match reading(text, language):
        case OptOut(somebody_else=True):
            return "else"
        case OptOut(score=None):
            return "out"
        case OptOut(score=score):
            return f"out {score}"
        case OptIn():
            return "in"
        case _:
            return "not"


@pytest.mark.parametrize(("language", "expected", "text"), WISHES)
def test_what_they_want_is_understood(language: str, expected: str, text: str) -> None:
    assert what(text, language) == expected


FORGOTTEN = {
    "en": ("delete me", "Please delete me!", "erase me please", "forget me", "can you delete me?"),
    "nl": ("verwijder mij", "verwijder mij aub", "wis mij", "Wilt u mij verwijderen?", "vergeet mij"),
    "de": ("lösch mich", "Löschen Sie mich bitte", "vergessen Sie mich"),
    "fr": ("supprimez-moi", "effacez-moi svp", "oubliez-moi"),
    "es": ("bórrame", "elimíname por favor", "quiero que me borren"),
    "it": ("eliminami", "dimenticatemi", "voglio essere cancellato"),
    "pt": ("apaga-me", "me apague", "esqueçam-me"),
    "pl": ("usuń mnie", "proszę mnie usunąć", "zapomnijcie o mnie"),
    "tr": ("beni sil", "beni silin lütfen", "beni unutun"),
}
LEAVING = {
    "en": ("delete me from your list", "remove my number", "remove me", "spam! delete me", "2, delete me"),
    "nl": ("verwijder mij van de lijst", "verwijder mijn nummer", "verwijder mij uit jullie systeem"),
    "de": ("löschen Sie meine Nummer", "löschen Sie mich aus der Liste"),
    "fr": ("supprimez-moi de votre liste", "supprimez mon numéro"),
    "es": ("bórrame de la lista", "borre mi número"),
    "it": ("cancellami", "cancellami dalla lista"),
    "pt": ("apague o meu número", "remova-me da lista"),
    "pl": ("usuń mój numer", "usuń mnie z listy"),
    "tr": ("beni listeden silin", "numaramı silin"),
}


@pytest.mark.parametrize("awaiting", ["score", "reason", "nothing"])
@pytest.mark.parametrize("language", CODES)
def test_who_asks_to_be_deleted_is_offered_erasure_and_not_a_list_or_number(
    language: str, awaiting: Awaiting
) -> None:
    for text in FORGOTTEN[language]:
        assert read(text, language, SCALE, LastSaid(awaiting), languages()) == Help("delete"), text
    for text in LEAVING[language]:
        assert isinstance(read(text, language, SCALE, LastSaid(awaiting), languages()), OptOut), text


def test_every_language_has_rows_of_its_own() -> None:
    for wanted in ("out", "else", "in", "not"):
        assert {language for language, expected, _ in WISHES if expected.startswith(wanted)} == set(CODES)


@pytest.fixture(scope="module", params=[True, False], ids=["held out", "given"])
def second_round(request: pytest.FixtureRequest) -> list[Row]:
    rows = rows_of(DATA / "replies_hard.jsonl", languages())
    out = held_out(row.id for row in rows)
    return [row for row in rows if (row.id in out) is request.param]


def test_nobody_is_silenced_who_did_not_ask_for_it(second_round: list[Row]) -> None:
    assert [
        row.text for row in second_round if isinstance(row.reading, OptOut) and row.kind != "opt_out"
    ] == []


def test_of_who_wants_to_leave_nine_in_ten_are_understood(second_round: list[Row]) -> None:
    leaving = [row for row in second_round if row.kind == "opt_out"]
    assert sum(row.is_right for row in leaving) / len(leaving) >= 0.92


# field A6
def test_machines_are_ignored_and_people_are_not(second_round: list[Row]) -> None:
    machines = [row for row in second_round if row.kind == "ignore"]
    assert sum(kind_of(row.reading) == "ignore" for row in machines) / len(machines) >= 0.95
    assert [
        row.text for row in second_round if isinstance(row.reading, Ignore) and row.kind != "ignore"
    ] == []


@pytest.mark.parametrize("language", CODES)
def test_what_asks_to_be_erased_or_shown_is_no_wish_to_leave_in_another_language(language: str) -> None:
    """A keyword of one's own rights is answered, whatever language the campaign is in."""
    for own, topics in (
        ("nl", ("WISSEN", "MIJN GEGEVENS", "WAAROM IK")),
        ("en", ("DELETE", "MY DATA", "WHY ME")),
    ):
        for text in topics:
            if own in (language, "en") or language == "en":
                assert not isinstance(reading(text, language), OptOut), text
