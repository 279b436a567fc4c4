"""Texts with placeholders, and the check that a set of them is whole. PURE: files are read elsewhere."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from string import Formatter
from typing import Any, Final, Literal, Self

from bot.alike import alike
from bot.dialogue.forms import Forms
from bot.dialogue.kinds import SCALES

ALWAYS: Final = frozenset({"company", "low", "high", "low_end", "high_end", "months"})
"""Placeholders that every text to a customer may hold."""

_PLAIN: Final = "question_plain"
"""The question of who has no value for a field that the question names."""

FollowUp = Literal["neutral", "by_category"]


class WordsError(ValueError):
    """A set of texts lacks a key or has a placeholder that nothing fills; each line names a text."""


@dataclass(frozen=True, slots=True)
class Words:
    """The texts of one speaker in one language, and how that writes days, numbers and lists."""

    name: str
    texts: Mapping[str, str]
    forms: Forms

    def text(self, key: str, /, **values: object) -> str:
        """The text of `key` with its placeholders filled; what is put in is never read as a template."""
        return self.texts[key].format_map(values)

    def of_kind(self, kind: str) -> Self:
        """These words as a survey of one kind says them: `csat_question` takes the place of `question` in a
        CSAT, and what belongs to other kinds goes."""
        prefixes = {one: f"{one}_" for one in SCALES}
        usual = {key: text for key, text in self.texts.items() if not key.startswith((*prefixes.values(),))}
        own = {
            key.removeprefix(prefixes[kind]): text
            for key, text in self.texts.items()
            if key.startswith(prefixes[kind])
        }
        return replace(self, texts=usual)._with(self.name, own)

    def with_texts(self, name: str, texts: Mapping[str, str], fields: frozenset[str] = frozenset()) -> Self:
        """These words with some replaced. Raises WordsError with a line for each text that cannot be used;
        `name` stands before its key there. `fields` are what an event may fill in a question.

        A usual text that is said in place of a replaced one (by SMS, where that is too long, the second
        time, or to a low score) goes: who brings their own question hears it on every channel.
        """
        problems = [
            problem for key, text in texts.items() for problem in self._problems(name, key, text, fields)
        ]
        if problems:
            raise WordsError("\n".join(problems))
        return self._with(name, texts)

    def with_frozen(self, name: str, texts: Mapping[str, str], fields: frozenset[str] = frozenset()) -> Self:
        """The same for the texts of a wave, which were checked when it began: what a newer npsbot cannot say
        any more, or names a field that this event does not have, gives way to the usual text, so that a
        conversation never fails on it. In place of a question that lacks a field `question_plain` is said."""
        fit = {key: text for key, text in texts.items() if not any(self._problems(name, key, text, fields))}
        if "question" in texts and "question" not in fit and _PLAIN in fit:
            fit["question"] = fit[_PLAIN]
        return self._with(name, fit)

    def _with(self, name: str, texts: Mapping[str, str]) -> Self:
        kept = {key: text for key, text in self.texts.items() if texts.keys().isdisjoint(stands_for(key))}
        return replace(self, name=name, texts={**kept, **texts})

    def _problems(self, name: str, key: str, text: str, fields: frozenset[str]) -> Iterator[str]:
        usual = next((usual for usual in (key, *stands_for(key)) if usual in self.texts), None)
        if usual is None:
            near = alike(key, self.texts, most=1)
            hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(self.texts)}"
            yield f"{name}.{key} is no text of npsbot; {hint}"
        else:
            known = placeholders(self.texts[usual]) | ALWAYS
            asks = key != _PLAIN and "question" in (key, *stands_for(key))
            yield from _problems_in(f"{name}.{key}", text, known | fields if asks else known)


def stands_for(key: str) -> tuple[str, ...]:
    """The texts in whose place this one is said: `question_sms_short` for `question_sms`, both for
    `question`, `question_plain` too, `hint_again` for `hint`, `thanks_low` and `thanks_bare` for `thanks`."""
    found = []
    for end in ("_short", "_sms", "_again", "_low", "_bare", "_plain"):
        if key.endswith(end):
            key = key.removesuffix(end)
            found.append(key)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Wording:
    """How a wave speaks, as it was when the wave began: its own texts by language and key, whether it
    greets by name, whether it asks for the reason by category, where promoters may write a review, and the
    kind of its survey. `fields` are what the event that one conversation is about fills in its question."""

    texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict, hash=False)
    salutation: bool = True
    follow_up: FollowUp = "neutral"
    review_url: str | None = None
    kind: str = "nps"
    fields: Mapping[str, str] = field(default_factory=dict, hash=False)

    @classmethod
    def from_terms(cls, terms: Mapping[str, Any], fields: Mapping[str, str] | None = None) -> Self:
        """The wording in the stored terms of a wave, for a conversation about an event with these `fields`; one
        that began before there was a choice stays as it began."""
        return cls(
            texts=terms.get("words") or {},
            salutation=terms.get("salutation", False),
            follow_up=terms.get("follow_up", "neutral"),
            review_url=terms.get("review_url"),
            kind=terms["kind"],
            fields=fields or {},
        )


def placeholders(template: str) -> frozenset[str]:
    """The names in braces of a template; ValueError where a brace stands alone."""
    return frozenset(name for _, name, _, _ in Formatter().parse(template) if name is not None)


def checked(
    name: str, texts: Mapping[object, object], forms: Forms, model: Mapping[str, str] | None = None
) -> Words:
    """Words out of a file's content. Against `model` (the English set) no key may be missing or unknown,
    and no placeholder unknown; without one they are a model themselves."""
    plain: dict[str, str] = {}
    for key, text in texts.items():
        if not isinstance(key, str) or not isinstance(text, str) or not text.strip():
            raise WordsError(f"{name}: {key!r} must be a text")
        plain[key] = text.strip("\n")
        known = None if model is None else placeholders(model.get(key, "")) | ALWAYS
        for problem in _problems_in(f"{name}: the text {key!r}", text, known):
            raise WordsError(problem)
    for key in model or ():
        if key not in plain:
            raise WordsError(f"{name}: the text {key!r} is missing")
    for key in plain:
        if model is not None and key not in model:
            raise WordsError(f"{name}: {key!r} is no text of npsbot; is it a typing error?")
    return Words(name, plain, forms)


def _problems_in(where: str, text: str, known: frozenset[str] | None) -> Iterator[str]:
    """What is wrong with the braces of a text; where `known` is None, any plain name may stand in them."""
    try:
        fields = [found for found in Formatter().parse(text) if found[1] is not None]
    except ValueError:
        yield f"{where} has a brace that is not closed or not opened; write {{{{ or }}}} for a brace itself"
        return
    for _, name, form, conversion in fields:
        if conversion or form or not (name or "").isidentifier() or (known is not None and name not in known):
            shown = f"{{{name}{'!' + conversion if conversion else ''}{':' + form if form else ''}}}"
            listed = ", ".join(f"{{{one}}}" for one in sorted(known)) if known else "a plain name"
            yield f"{where} holds {shown}, which nothing fills; it may hold {listed}"
            return
