"""The values of a language file, checked one key at a time."""

from collections.abc import Mapping
from typing import cast

from bot.reading.phrases import spellings
from bot.reading.text import words_in


class LanguageError(ValueError):
    """A language file that cannot be used; the message names the key and what is wrong with it."""


def whole(text: str) -> str:
    """A whole message reduced to its words, for comparing: folded, no punctuation, single spaces."""
    return " ".join(words_in(text))


def spelled(text: str) -> frozenset[str]:
    """A whole message in all its spellings: with its apostrophes and without."""
    return spellings(whole(text))


def class_of(name: str, words: object) -> frozenset[str]:
    """The words of one class; each is a single word."""
    key = f"classes.{name}"
    members: set[str] = set()
    for word in texts(words, key):
        if len(whole(word).split()) > 1:
            raise LanguageError(f'{key}: "{word}" is more than one word; write it as a phrase of its own')
        members |= spellings(word)
    return frozenset(members)


def known(part: Mapping[str, object], keys: frozenset[str], where: str) -> None:
    """LanguageError where a part holds a key that does not belong there."""
    for key in part:
        if key not in keys:
            raise LanguageError(
                f'{where}: the key "{key}" is not known; it may hold {", ".join(sorted(keys))}'
            )


def text_of(value: object, key: str) -> str:
    """A text that says something."""
    if not isinstance(value, str) or not value.strip():
        raise LanguageError(f"{key}: a text is needed here")
    return value


def texts(value: object, key: str) -> list[str]:
    """A list of texts; an absent key is an empty one."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise LanguageError(f"{key}: a list of words is needed here")
    for item in value:
        if not isinstance(item, str) or not item.strip():
            raise LanguageError(
                f"{key}: {item!r} is no text; put quotes around it (a bare no or on is a boolean in YAML)"
            )
    return cast("list[str]", value)


def mapping(value: object, key: str) -> Mapping[str, object]:
    """Names with values; an absent key holds none."""
    if value is None:
        return {}
    if not isinstance(value, Mapping) or not all(isinstance(name, str) for name in value):
        raise LanguageError(f"{key}: names with values under them are needed here")
    return cast("Mapping[str, object]", value)


def numbered(value: object, key: str) -> Mapping[int, object]:
    """Whole numbers with values; an absent key holds none."""
    if value is None:
        return {}
    if not isinstance(value, Mapping) or not all(type(number) is int for number in value):
        raise LanguageError(f"{key}: whole numbers with lists of words under them are needed here")
    return cast("Mapping[int, object]", value)


def words(data: Mapping[str, object], key: str) -> frozenset[str]:
    """The words of a list in all their spellings."""
    return frozenset(s for text in texts(data.get(key), key) for s in spellings(whole(text)))


def numbered_words(data: Mapping[str, object], key: str) -> dict[str, int]:
    """The number of each word of a list of words per number."""
    return {
        whole(word): value
        for value, words in numbered(data.get(key), key).items()
        for word in texts(words, f"{key}.{value}")
    }


def candidates_of(data: Mapping[str, object], key: str) -> dict[str, tuple[int, ...]]:
    """The numbers that each text may mean."""
    found: dict[str, tuple[int, ...]] = {}
    for text, numbers in mapping(data.get(key), key).items():
        if not isinstance(numbers, list) or not all(type(n) is int for n in numbers):
            raise LanguageError(f"{key}.{text}: a list of whole numbers is needed here (it may be empty)")
        for spelling in spellings(whole(text)):
            found[spelling] = tuple(numbers)
    return found
