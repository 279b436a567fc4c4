"""Where the reason is asked for, "n/a" and its like say that there is none."""

import pytest

from bot.reading.reader import NotAScore
from tests.support.reading import CODES, reading

NONE = {
    "nl": ("geen", "n.v.t.", "Geen bijzondere reden.", "niks", "none", "-"),
    "en": ("none", "N/A", "no particular reason", "nothing special", "...", "No, thanks"),
    "de": ("keine", "kein besonderer Grund", "k.A.", "nichts"),
    "fr": ("aucune", "aucune raison particulière", "rien", "s.o."),
    "es": ("ninguna", "ningún motivo", "nada en especial"),
    "it": ("nessuno", "nessun motivo", "niente di particolare"),
    "pt": ("nenhuma", "nenhum motivo", "nada de especial"),
    "pl": ("brak", "żaden", "nic szczególnego"),
    "tr": ("yok", "sebep yok", "özel bir sebep yok"),
}
WORDS = (
    "geen gehoor",
    "geen idee",
    "alles",
    "none of your people call back",
    "no reason to complain",
    "zomaar",
    "👍",
)


@pytest.mark.parametrize("language", CODES)
def test_there_is_none(language: str) -> None:
    for text in NONE[language]:
        assert reading(text, language, awaiting="reason") == NotAScore(says_none=True), text


@pytest.mark.parametrize("text", WORDS)
def test_other_words_are_the_reason(text: str) -> None:
    for language in ("nl", "en"):
        assert reading(text, language, awaiting="reason") == NotAScore()


@pytest.mark.parametrize("language", CODES)
def test_there_is_none_after_the_thanks_either(language: str) -> None:
    """So they never become a part of the reason that stands."""
    for text in NONE[language]:
        found = reading(text, language, awaiting="nothing")
        assert not isinstance(found, NotAScore) or found.says_none, text


def test_where_a_score_is_asked_for_they_say_something_else() -> None:
    assert reading("geen", "nl", awaiting="score") != NotAScore(says_none=True)
