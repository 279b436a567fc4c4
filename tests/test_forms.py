"""Days, numbers and lists as each language writes them."""

import subprocess
import sys
from datetime import date, datetime
from decimal import Decimal

import pytest
from babel.localedata import locale_identifiers

from bot.config.value_types import LANGUAGES
from bot.context import voice_of
from bot.dialogue.conversation import Say
from bot.dialogue.forms import Forms
from bot.dialogue.messages import message
from bot.dialogue.wording import Wording
from bot.reading.bounds import Bounds
from bot.words.forms import forms_of
from tests.support.fake_channel import text_of

DAY = date(2026, 9, 3)
LINES = {
    "en": "3 September 2026 · September 2026 · Sep · Thu 3 September 09:05"
    " · 12,345 · 5.0 · 37% · 4.0% · a, b and c · 7, 8 or 9",
    "nl": "3 september 2026 · september 2026 · sep · do 3 september 09:05"
    " · 12.345 · 5,0 · 37% · 4,0% · a, b en c · 7, 8 of 9",
    "de": "3. September 2026 · September 2026 · Sep · Do., 3. September 09:05"
    " · 12.345 · 5,0 · 37 % · 4,0 % · a, b und c · 7, 8 oder 9",
    "fr": "3 septembre 2026 · septembre 2026 · sept. · jeu. 3 septembre 09:05"
    " · 12 345 · 5,0 · 37 % · 4,0 % · a, b et c · 7, 8 ou 9",
}


def _line(forms: Forms) -> str:
    said = (
        forms.day(DAY),
        forms.month(DAY),
        forms.short_month(DAY),
        forms.moment(datetime(2026, 9, 3, 9, 5)),  # noqa: DTZ001 - a clock on a wall
        forms.number(12_345),
        forms.decimal(Decimal("5.0")),
        forms.percent(Decimal(37)),
        forms.fine_percent(Decimal("4.0")),
        forms.all_of(["a", "b", "c"]),
        forms.one_of(["7", "8", "9"]),
    )
    return " · ".join(said).replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.parametrize("language", LINES)
def test_a_language_writes_in_its_own_way(language: str) -> None:
    assert _line(forms_of(language)) == LINES[language]


def test_how_a_customer_is_addressed_changes_no_day() -> None:
    assert _line(forms_of("nl-je")) == LINES["nl"]
    assert _line(forms_of("de-du")) == LINES["de"]


def test_every_language_that_can_be_named_has_forms() -> None:
    for code in (*sorted({name.partition("_")[0] for name in locale_identifiers()} - {"root"}), *LANGUAGES):
        forms = forms_of(code)
        assert forms.one_of(["7"]) == "7", code
        assert forms.one_of(["7", "8"]) != forms.one_of(["8", "7"]), code
        assert _line(forms), code


@pytest.mark.parametrize("language", ["xx", "zxx", ""])
def test_a_language_that_nobody_knows_is_written_as_english(language: str) -> None:
    assert forms_of(language) is forms_of("en")


def test_what_stands_in_a_list_is_never_a_template() -> None:
    assert forms_of("en").all_of(["{0}", "{1}", "%(x)s"]) == "{0}, {1} and %(x)s"


@pytest.mark.parametrize(
    ("own", "said"),
    [
        ({"confirm": "Vouliez-vous dire {candidates} ?"}, "Vouliez-vous dire 7, 8 ou 9 ?"),
        ({"thanks": "Merci, {score}."}, "Did you mean 7, 8 or 9? Please reply with one number."),
    ],
)
def test_a_list_is_in_the_language_of_its_sentence(own: dict[str, str], said: str) -> None:
    voice = voice_of("Acme", "slack", True, "fr", Bounds(0, 10), Wording(texts={"fr": own}))
    assert text_of(message(voice, Say("confirm", offers=(7, 8, 9)), 5)[0]) == said


def test_once_loaded_nothing_more_is_read() -> None:
    """The pure core says these in the transaction of a reply."""
    code = (
        "import sys; from tests.test_forms import forms_of, _line; forms = forms_of('fr');"
        "opened = []; sys.addaudithook(lambda event, found: event == 'open' and opened.append(found));"
        "_line(forms); assert not opened, opened"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_command_line_starts_without_loading_languages() -> None:
    code = "import sys; import bot.cli.main, bot.app; assert 'babel' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
