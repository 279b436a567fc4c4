"""Why cases came, as colleagues choose it with *Done*: the keys of `causes`, each with a label."""

import re
from collections.abc import Mapping
from typing import Any, Final

from bot.config.value_types import near

MOST: Final = 12  # of causes: they stand as buttons under an alert
LONGEST: Final = 30  # characters of a label: a button's

_KEY: Final = re.compile(r"[a-z][a-z0-9_-]{0,29}")
_LANGUAGES: Final = ("en", "nl")

Causes = Mapping[str, Mapping[str, str]]
"""By key, the labels by language: `en`, which is always there, and `nl`."""

USUAL: Final[Causes] = {
    "product": {"en": "Product", "nl": "Product"},
    "delivery": {"en": "Delivery", "nl": "Levering"},
    "service": {"en": "Service", "nl": "Service"},
    "communication": {"en": "Communication", "nl": "Communicatie"},
    "price": {"en": "Price", "nl": "Prijs"},
    "billing": {"en": "Billing", "nl": "Facturatie"},
    "mistake": {"en": "Misunderstanding", "nl": "Misverstand"},
    "other": {"en": "Other", "nl": "Anders"},
}


def known_causes(value: Any) -> Any:
    """Causes as they may be written: a list of keys, or keys with a label, or with one for each language."""
    if isinstance(value, list | tuple):
        value = {_key(name): None for name in value}
    if not isinstance(value, Mapping):
        raise ValueError("expected keys with labels, such as billing: Billing")
    if len(value) > MOST:
        raise ValueError(f"has {len(value)} causes, of which {MOST} fit under an alert; take some out")
    return {_key(name): _labels(str(name), label) for name, label in value.items()}


def _key(name: Any) -> str:
    if not isinstance(name, str) or not _KEY.fullmatch(name):
        raise ValueError(f"has the key {name!r}; expected small letters, digits, _ and -, such as billing")
    return name


def _labels(key: str, label: Any) -> Mapping[str, str]:
    if label is None:
        label = USUAL.get(key, {"en": key.replace("_", " ").capitalize()})
    given = label if isinstance(label, Mapping) else {"en": label}
    for language, text in given.items():
        if language not in _LANGUAGES:
            hint = near(str(language), _LANGUAGES) or "expected en or nl"
            raise ValueError(f"has a label of {key} in {language!r}; {hint}")
        if not isinstance(text, str) or not text.strip() or len(text) > LONGEST:
            raise ValueError(f"has a label of {key} that is no text of at most {LONGEST} characters")
    if not given:
        raise ValueError(f"has no label for {key}; leave the colon out, or write one")
    texts = {language: text.strip() for language, text in given.items()}
    return {"en": next(iter(texts.values())), **texts}


def cause_label(causes: Causes, key: str, language: str) -> str:
    """What a cause is called; one that is no longer configured by its key."""
    labels = causes.get(key, {})
    return labels.get(language.partition("-")[0], labels.get("en", key))


def cause_labels(causes: Causes, language: str) -> Mapping[str, str]:
    """What each cause is called."""
    return {key: cause_label(causes, key, language) for key in causes}


def cause_words(causes: Causes) -> Mapping[str, str]:
    """What causes may be called, and the key of each."""
    return {name: key for key, labels in causes.items() for name in (*labels.values(), key)}
