"""Loads the language files that stand beside the reader (`bot/reading/languages/*.yaml`)."""

import gc
import re
from collections.abc import Mapping
from dataclasses import replace
from importlib.resources import files
from types import MappingProxyType
from typing import Final

import yaml

from bot.reading.building import build_language, hear_every_machine
from bot.reading.language import Language
from bot.reading.language_keys import LanguageError
from bot.reading.phrases import PhraseError
from bot.reading.second_opinion import weights_of

try:  # libyaml's parser, ten times as fast: the difference is half of what a start takes
    from yaml import CSafeLoader as SafeLoader
except ImportError:
    from yaml import SafeLoader  # type: ignore[assignment]  # a PyYAML that was built without libyaml


class _Words(SafeLoader):
    """YAML in which a bare no, on, null or date is the word it is: only whole numbers, true and false are not texts."""


_Words.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag == "tag:yaml.org,2002:int"]
    for first, resolvers in SafeLoader.yaml_implicit_resolvers.items()
}
_Words.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(?:true|false)$"), ["t", "f"])

#: The language that every other one is built on top of.
ENGLISH: Final = "en"
MACHINES: Final = "machines.yaml"
OPINION: Final = "second_opinion.weights"


def load_languages() -> Mapping[str, Language]:
    """All languages by their code; LanguageError names the file and the key that is wrong."""
    collecting = gc.isenabled()
    gc.disable()  # all that is read stays: to look through it again and again for garbage takes half of the time
    try:
        return _load_languages()
    finally:
        if collecting:
            gc.enable()


def _load_languages() -> Mapping[str, Language]:
    here = files("bot.reading")
    sources = {
        file.name.removesuffix(".yaml"): file.read_text(encoding="utf-8")
        for file in here.joinpath("languages").iterdir()
        if file.name.endswith(".yaml")
    }
    machines = here.joinpath(MACHINES).read_text(encoding="utf-8")
    opinion = weights_of(here.joinpath(OPINION).read_bytes())
    return MappingProxyType(
        {code: replace(one, opinion=opinion) for code, one in languages_from(sources, machines).items()}
    )


def languages_from(sources: Mapping[str, str], machines: str = "{}") -> Mapping[str, Language]:
    """The languages of YAML texts by code; English must be among them. `machines` tells what machines write in
    other languages."""
    if ENGLISH not in sources:
        raise LanguageError(f"{ENGLISH}.yaml is missing; every language is built on top of it")
    english = _load(ENGLISH, sources[ENGLISH], None)
    others = {code: _load(code, text, english) for code, text in sorted(sources.items()) if code != ENGLISH}
    foreign = _mapping(MACHINES, machines)
    try:
        return MappingProxyType(hear_every_machine([english, *others.values()], foreign))
    except (LanguageError, PhraseError) as problem:
        raise LanguageError(f"{MACHINES}: {problem}") from problem


def _mapping(name: str, text: str) -> Mapping[str, object]:
    try:
        data = yaml.load(text, Loader=_Words)  # noqa: S506 - it is a SafeLoader
    except yaml.YAMLError as problem:
        raise LanguageError(f"{name} is not valid YAML: {problem}") from problem
    if not isinstance(data, dict) or not all(isinstance(key, str) for key in data):
        raise LanguageError(f"{name} must hold keys with values under them")
    return data


def _load(code: str, text: str, english: Language | None) -> Language:
    data = _mapping(f"{code}.yaml", text)
    try:
        return build_language(code, data, english)
    except LanguageError as problem:
        raise LanguageError(f"{code}.yaml: {problem}") from problem
