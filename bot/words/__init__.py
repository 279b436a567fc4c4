"""The product's texts: `customer.*.yaml` for the person who is asked, `manager.*.yaml` for alerts, `person.*.yaml`
for what stands around a colleague's words to a customer, in the nine languages that are read, `admin.*.yaml` for
the answers to commands, `export.*.yaml` for what explains the columns of a file, and `page.*.yaml` for the dashboard.
English is the model: the others must have its keys. A key with `csat_` or `ces_` before it takes the place of the one
without in a survey of that kind."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import Literal

import yaml

from bot.dialogue.wording import Words, WordsError, checked
from bot.words.forms import forms_of
from channels.sms.lengths import is_gsm7, without_odd_marks

# libyaml's parser where there is one, ten times as fast: these files are most of what a command waits for.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Speaker = Literal["customer", "manager", "person", "admin", "export", "page"]


@cache
def load_words(speaker: Speaker) -> Mapping[str, Words]:
    """All languages of one speaker, by name ("en", "nl", "nl-je"). Raises WordsError naming file and key."""
    texts: dict[str, Mapping[object, object]] = {}
    for file in sorted(files("bot.words").iterdir(), key=lambda file: file.name):
        if file.name.startswith(f"{speaker}.") and file.name.endswith(".yaml"):
            try:
                content = yaml.load(file.read_text("utf-8"), Loader=_LOADER)  # noqa: S506 - a SafeLoader
            except yaml.YAMLError as error:
                raise WordsError(f"{file.name} is no YAML: {error}") from None
            if not isinstance(content, dict):
                raise WordsError(f"{file.name} must hold one text a key")
            texts[file.name.removeprefix(f"{speaker}.").removesuffix(".yaml")] = content
    english = checked(f"{speaker}.en.yaml", texts.pop("en"), forms_of("en"))
    words = {"en": english}
    for language, content in texts.items():
        words[language] = checked(f"{speaker}.{language}.yaml", content, forms_of(language), english.texts)
    return words


def words_for(speaker: Speaker, language: str) -> Words:
    """The words in `language`, else in its base language ("nl" for "nl-BE"), else in English."""
    return _nearest(load_words(speaker), language)


def customer_words(language: str, kind: str) -> Words:
    """The words to a customer in a survey of this kind, in the language that `words_for` finds."""
    return _nearest(_words_of_kind(kind), language)


@cache
def _words_of_kind(kind: str) -> Mapping[str, Words]:
    return {
        language: _spelled_by_sms(words.of_kind(kind)) for language, words in load_words("customer").items()
    }


def _spelled_by_sms(words: Words) -> Words:
    """These words with an `_sms` text wherever a mark would make an SMS of 160 characters one of 70."""
    spelled = {
        key if key.endswith(("_sms", "_sms_short")) else f"{key}_sms": without_odd_marks(text)
        for key, text in words.texts.items()
        if not is_gsm7(text) and f"{key}_sms" not in words.texts
    }
    return replace(words, texts={**words.texts, **spelled})


def _nearest(every: Mapping[str, Words], language: str) -> Words:
    return every.get(language) or every.get(language.split("-")[0]) or every["en"]


def own_texts(every: Mapping[str, Mapping[str, str]], language: str) -> Mapping[str, str]:
    """The texts that a survey brings for a customer of this language; none is an empty mapping.

    A language of ours takes only those under its own name: who is addressed with je must not be told u in
    the next message. Any other also takes those of its base ("fr" for "fr-ca").
    """
    found = every.get(language)
    if found is None and language not in load_words("customer"):
        found = every.get(language.split("-")[0])
    return found or {}
