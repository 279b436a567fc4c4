"""What is wrong with the configuration, in plain sentences: file, key, what was expected.

No value of a key is repeated unless the check of that key does so itself: it may be a secret.
"""

import os
import re
import types
import typing
from collections.abc import Container, Mapping
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from bot.config.value_types import near
from bot.config.yaml_file import Location, key_path


def sentences(
    error: ValidationError,
    model: type[BaseModel],
    file: str,
    prefix: str,
    told: Container[Location] = (),
    lines: Mapping[str, int] | None = None,
) -> list[str]:
    """One sentence for each problem, in the order of the keys; none of the keys that were `told` of before. `lines`
    are those of the file on which its keys stand."""
    found: dict[str, None] = {}
    for detail in error.errors(include_url=False, include_input=True, include_context=True):
        if any(detail["loc"][:end] in told for end in range(1, len(detail["loc"]) + 1)):
            continue
        for line in _said(detail, model):
            origin = _origin(detail["loc"], file, prefix)
            at = _line_of(line, lines or {}) if origin == file else None
            found[f"{origin}{'' if at is None else f', line {at}'}: {line}"] = None
    return list(found)


def _line_of(sentence: str, lines: Mapping[str, int]) -> int | None:
    """Where the key stands that a sentence begins with, or the nearest one above it that stands in the file."""
    key = sentence.partition(" ")[0].rstrip(":")
    while key and key not in lines:
        key = re.sub(r"(?:^|\.)[^.\[]*$|\[[^\[]*$", "", key)
    return lines.get(key)


def _said(detail: ErrorDetails, model: type[BaseModel]) -> list[str]:
    location = detail["loc"]
    kind = detail["type"]
    of_a_key = bool(location) and location[-1] == "[key]"
    if of_a_key:
        location = location[:-1]
    key = key_path(location)
    if kind == "extra_forbidden":
        return [_unknown_key(location, model)]
    expected = _expected(location, model)
    if kind == "missing":
        return [f"{key} is missing; expected {expected}"]
    if kind == "value_error":
        message = str(detail["ctx"]["error"])
        # A check of a whole block names the key below it; a check of one value continues its key.
        if not location:
            return message.splitlines()
        if not of_a_key and _block(location, model) is not None:
            return [f"{key}.{line}" for line in message.splitlines()]
        return [f"{key} {message}"]
    if of_a_key:
        return [f"{key_path(location[:-1])} has the key {location[-1]!r}; {_OF_A_NAME}"]
    if kind in ("string_too_short", "too_short"):
        return [f"{key} is empty; expected {expected}"]
    return [f"{key} should be {expected}"]


_OF_A_NAME = "a name holds up to 100 letters, digits, dots, underscores and hyphens"


def _unknown_key(location: tuple[str | int, ...], model: type[BaseModel]) -> str:
    block = _block(location[:-1], model)
    known = [field.alias or name for name, field in block.model_fields.items()] if block else []
    hint = near(str(location[-1]), known) or f"expected {', '.join(known)}"
    return f"{key_path(location)} is not a key; {hint}"


def _origin(location: tuple[str | int, ...], file: str, prefix: str) -> str:
    """The file, or the environment variable that overrode this key."""
    parts = [str(part).upper() for part in location]
    given = {name.upper() for name in os.environ}
    for end in range(len(parts), 0, -1):
        name = prefix + "__".join(parts[:end])
        if name in given:
            return f"the environment variable {name}"
    return file


def _expected(location: tuple[str | int, ...], model: type[BaseModel]) -> str:
    """The description of the key, or of the nearest one above it that has one."""
    for end in range(len(location), 0, -1):
        field = _field(location[:end], model)
        if field is not None and field.description:
            return field.description
    return "keys and values"


def _field(location: tuple[str | int, ...], model: type[BaseModel]) -> FieldInfo | None:
    block = _block(location[:-1], model)
    if block is None:
        return None
    return next(
        (field for name, field in block.model_fields.items() if location[-1] in (name, field.alias)), None
    )


def _block(location: tuple[str | int, ...], model: type[BaseModel]) -> type[BaseModel] | None:
    """The model at this place; None where the place holds a plain value."""
    here: Any = model
    for part in location:
        if _is_model(here):
            found = (f for name, f in here.model_fields.items() if part in (name, f.alias))
            here = _inner(getattr(next(found, None), "annotation", None))
        elif typing.get_origin(here) is dict:
            here = _inner(typing.get_args(here)[1])
        else:
            return None
    return here if _is_model(here) else None


def _inner(annotation: Any) -> Any:
    """A type without `| None` and without what is annotated to it."""
    if typing.get_origin(annotation) is typing.Annotated:
        return _inner(typing.get_args(annotation)[0])
    if isinstance(annotation, types.UnionType) or typing.get_origin(annotation) is typing.Union:
        rest = [one for one in typing.get_args(annotation) if one is not type(None)]
        return _inner(rest[0]) if len(rest) == 1 else annotation
    return annotation


def _is_model(thing: Any) -> bool:
    return isinstance(thing, type) and issubclass(thing, BaseModel)
