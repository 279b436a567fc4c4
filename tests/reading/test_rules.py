"""Each rule of the reader decides the example that it carries."""

import importlib
import pkgutil
from collections.abc import Callable
from typing import Any

import pytest

import bot.reading
from bot.reading.rules import Rule, first
from tests.support.reading import reading

MODULES = [module.name for module in pkgutil.iter_modules(bot.reading.__path__, "bot.reading.")]
TUPLES = [
    (module, name, rules)
    for module in MODULES
    for name, rules in vars(importlib.import_module(module)).items()
    if isinstance(rules, tuple) and rules and isinstance(rules[0], Rule)
]


def test_there_are_rules() -> None:
    assert len(TUPLES) >= 10


@pytest.mark.parametrize(
    ("module", "name", "rule"),
    [pytest.param(m, n, rule, id=f"{n} {rule.name}") for m, n, rules in TUPLES for rule in rules],
)
def test_a_rule_decides_its_example(
    module: str, name: str, rule: Rule[Any, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    decided: list[str] = []

    def noting(noted: Rule[Any, Any]) -> Callable[[Any], Any]:
        def decide(place: Any) -> Any:
            verdict = noted.decide(place)
            if verdict is not None:
                decided.append(noted.name)
            return verdict

        return decide

    home = importlib.import_module(module)
    rules = getattr(home, name)
    monkeypatch.setattr(home, name, tuple(Rule(r.name, r.example, noting(r)) for r in rules))
    language, colon, text = rule.example.partition(": ")
    if not (colon and len(language) == 2 and language.islower()):
        language, text = "en", rule.example
    reading(text, language)
    reading(text, language, awaiting="reason")
    assert rule.name in decided


def test_names_of_rules_are_distinct() -> None:
    for _, name, rules in TUPLES:
        names = [rule.name for rule in rules]
        assert len(set(names)) == len(names), name


def test_the_first_rule_with_an_opinion_decides() -> None:
    rules: tuple[Rule[int, int], ...] = (
        Rule("silent", "", lambda _: None),
        Rule("zero counts", "", lambda _: 0),
        Rule("too late", "", lambda place: place),
    )
    assert first(rules, 7) == 0
    assert first(rules[:1], 7) is None
