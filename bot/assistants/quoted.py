"""What customers and colleagues wrote, kept apart from what npsbot says, or left out. PURE.

An assistant reads all that it is given as one text. So that words of a customer are not taken for an order, they stand
under a key of their own, which the assistant is told of.
"""

from typing import Any, Final

QUOTED: Final = "quoted"
_WORDS: Final = frozenset({"text", "quotes", "reason", "note"})
"""The keys of values under which somebody's words stand."""


def with_quotes(values: Any, *, words: bool) -> Any:
    """The same values, with what somebody wrote under `quoted`; null in its place without `words`."""
    match values:
        case dict():
            return {key: _value(key, value, words) for key, value in values.items()}
        case list() | tuple():
            return [with_quotes(one, words=words) for one in values]
        case _:
            return values


def _value(key: str, value: Any, words: bool) -> Any:
    if key in _WORDS and value and isinstance(value, str | list | tuple):
        return {QUOTED: value} if words else None
    return with_quotes(value, words=words)
