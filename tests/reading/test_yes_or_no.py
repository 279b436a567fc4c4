"""Yes, no and later in nine languages, as answers to what is asked after a survey."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reading.yes_or_no import YesOrNo, yes_or_no
from tests.support.bot_under_test import languages

SAID: dict[str, dict[YesOrNo, tuple[str, ...]]] = {
    "en": {
        "yes": ("Yes", "yes, it's solved!", "All good now, thanks", "👍", "fixed"),
        "no": ("No", "Not yet", "no, still broken", "The new part is still not working.", "👎", "not really"),
        "later": ("later", "Maybe later, thanks", "not now"),
    },
    "nl": {
        "yes": ("Ja", "Ja, is opgelost", "Het is geregeld, dank u", "Prima"),
        "no": ("Nee", "nog niet", "Nee, ik wacht nog", "De factuur is nog steeds niet opgelost", "deels"),
        "later": ("later", "Nu niet", "een andere keer"),
    },
    "de": {"yes": ("ja", "ist erledigt"), "no": ("nein", "Noch nicht!"), "later": ("später",)},
    "fr": {"yes": ("oui", "C'est réglé"), "no": ("non", "pas encore"), "later": ("plus tard",)},
    "es": {"yes": ("sí", "solucionado"), "no": ("no", "todavía no"), "later": ("ahora no",)},
    "it": {"yes": ("sì", "risolto"), "no": ("no", "non ancora"), "later": ("più tardi",)},
    "pl": {"yes": ("tak", "załatwione"), "no": ("nie", "jeszcze nie"), "later": ("później",)},
    "pt": {"yes": ("sim", "resolvido"), "no": ("não", "ainda não"), "later": ("mais tarde",)},
    "tr": {"yes": ("evet", "çözüldü"), "no": ("hayır", "henüz değil"), "later": ("sonra",)},
}


@pytest.mark.parametrize(
    ("language", "meant", "text"),
    [(code, meant, text) for code, by in SAID.items() for meant, texts in by.items() for text in texts],
)
def test_what_is_said(language: str, meant: YesOrNo, text: str) -> None:
    assert yes_or_no(text, language, languages()) == meant


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "yes but the invoice is wrong"),
        ("en", "Yes, but not yet paid back"),
        ("en", "is it solved?"),
        ("en", "no, all good now"),
        ("en", "the engineer was here on Monday"),
        ("nl", "ja maar het duurde lang"),
        ("nl", "8"),
        ("nl", ""),
    ],
)
def test_unsure_is_asked(language: str, text: str) -> None:
    assert yes_or_no(text, language, languages()) is None


def test_another_language_of_ours_is_understood() -> None:
    assert yes_or_no("oui", "en", languages()) == "yes"
    assert yes_or_no("nog niet", "de", languages()) == "no"


@given(st.text(max_size=200), st.sampled_from(sorted(SAID)))
def test_it_never_raises(text: str, language: str) -> None:
    assert yes_or_no(text, language, languages()) in ("yes", "no", "later", None)
