"""Texts with placeholders, and the check that a set of them is whole. PURE: files are read elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass
from string import Formatter


class WordsError(ValueError):
    """A set of texts lacks a key or has a placeholder that nothing fills; names the set and the key."""


@dataclass(frozen=True, slots=True)
class Words:
    """The texts of one speaker in one language."""

    name: str
    texts: Mapping[str, str]

    def text(self, key: str, /, **values: object) -> str:
        """The text of `key` with its placeholders filled; what is put in is never read as a template."""
        return self.texts[key].format_map(values)

    def with_texts(self, name: str, texts: Mapping[str, str]) -> "Words":
        """These words with some replaced, checked against the ones they replace."""
        for key, text in texts.items():
            if key not in self.texts:
                raise WordsError(f"{name}: {key!r} is no text of npsbot; known are {', '.join(self.texts)}")
            _check(name, key, text, placeholders(self.texts[key]) | ALWAYS)
        return Words(name, {**self.texts, **texts})


ALWAYS = frozenset({"company", "name"})  # every text to a customer may hold these


def placeholders(template: str) -> frozenset[str]:
    """The names in braces of a template; ValueError where a brace is left open."""
    return frozenset(field for _, field, _, _ in Formatter().parse(template) if field is not None)


def checked(name: str, texts: Mapping[object, object], model: Mapping[str, str] | None = None) -> Words:
    """Words out of a file's content. Against `model` (the English set) no key may be missing or unknown,
    and no placeholder unknown."""
    plain: dict[str, str] = {}
    for key, text in texts.items():
        if not isinstance(key, str) or not isinstance(text, str) or not text.strip():
            raise WordsError(f"{name}: {key!r} must be a text")
        plain[key] = text.strip("\n")
        _check(name, key, text, None if model is None else placeholders(model.get(key, "")) | ALWAYS)
    if model is not None:
        for key in model:
            if key not in plain:
                raise WordsError(f"{name}: the text {key!r} is missing")
        for key in plain:
            if key not in model:
                raise WordsError(f"{name}: {key!r} is no text of npsbot; is it a typing error?")
    return Words(name, plain)


def _check(name: str, key: str, text: str, allowed: frozenset[str] | None) -> None:
    try:
        found = placeholders(text)
    except ValueError:
        raise WordsError(f"{name}: the text {key!r} has a brace that is not closed") from None
    unknown = (
        found - allowed if allowed is not None else {field for field in found if not field.isidentifier()}
    )
    if unknown:
        known = ", ".join(f"{{{field}}}" for field in sorted(allowed or ())) or "none"
        raise WordsError(f"{name}: the text {key!r} holds {{{min(unknown)}}}; it may hold {known}")
