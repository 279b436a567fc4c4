"""The causes of config.yaml: how they may be written, and what they are called."""

import re
from typing import Any

import pytest

from bot.config.sections.cause import USUAL, cause_label, known_causes
from bot.config.settings import load
from tests.support.trace import ROOT


@pytest.mark.parametrize(
    ("written", "labels"),
    [
        ({}, {}),
        ([], {}),
        (
            ["billing", "late_parts"],
            {"billing": {"en": "Billing", "nl": "Facturatie"}, "late_parts": {"en": "Late parts"}},
        ),
        ({"price": "Too dear"}, {"price": {"en": "Too dear"}}),
        ({"price": {"nl": "Te duur"}}, {"price": {"en": "Te duur", "nl": "Te duur"}}),
    ],
)
def test_causes_may_be_written_with_labels_or_without(written: Any, labels: object) -> None:
    assert known_causes(written) == labels


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("billing", "expected keys with labels, such as billing: Billing"),
        ({"Billing!": "x"}, "has the key 'Billing!'; expected small letters"),
        ([{"a": 1}], "has the key {'a': 1}; expected small letters"),
        ({"price": {"fr": "Prix"}}, "has a label of price in 'fr'; expected en or nl"),
        ({"price": "x" * 31}, "has a label of price that is no text of at most 30 characters"),
        ({"price": {}}, "has no label for price"),
        ([f"c{n}" for n in range(13)], "has 13 causes, of which 12 fit under an alert"),
    ],
)
def test_a_cause_that_cannot_be_used_is_said(written: Any, sentence: str) -> None:
    with pytest.raises(ValueError, match=re.escape(sentence)):
        known_causes(written)


@pytest.mark.parametrize(
    ("language", "label"),
    [("en", "Billing"), ("nl", "Facturatie"), ("nl-je", "Facturatie"), ("de", "Billing")],
)
def test_a_cause_is_called_as_the_company_speaks(language: str, label: str) -> None:
    assert cause_label(USUAL, "billing", language) == label
    assert cause_label(USUAL, "taken_out_since", language) == "taken_out_since"


def test_the_example_holds_the_usual_ones() -> None:
    assert load(ROOT / "config.yaml", {}).causes == USUAL
