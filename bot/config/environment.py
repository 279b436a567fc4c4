"""What the environment says in place of the file, under the names that stand in the file.

A variable has no capitals of its own (`NPSBOT_ACCOUNT_MANAGERS__NORTH`), a manager has ("North"). Without this
the variable made a second manager "north", and alerts went on to the old place.
"""

import os
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final, get_origin

from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

from bot.config.value_types import near
from bot.config.yaml_file import ConfigError

_LIKENESS: Final = 0.8  # "logg" and "compani" are; "port", "host" and "test" are like no key


class Environment(PydanticBaseSettingsSource):
    """The values of the variables, each under the key that it names, whatever its capitals. A variable that
    names no key of names that the user chose raises ConfigError: it could only make one in small letters."""

    def __init__(
        self,
        settings_cls: type[BaseSettings],
        variables: PydanticBaseSettingsSource,
        file: PydanticBaseSettingsSource,
    ) -> None:
        super().__init__(settings_cls)
        self._variables = variables
        self._file = file

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        raise NotImplementedError("the values are taken all at once")

    def __call__(self) -> dict[str, Any]:
        file = self._file()
        problems = list(self._unknown(file))
        if problems:
            raise ConfigError(*problems)
        return _spelled(self._variables(), file)

    def _unknown(self, file: Mapping[str, Any]) -> Iterator[str]:
        prefix = str(self.config.get("env_prefix", ""))
        for variable in sorted(os.environ):
            if not variable.upper().startswith(prefix) or not os.environ[variable]:
                continue
            block, *below = variable[len(prefix) :].split("__")
            field = self.settings_cls.model_fields.get(block.lower())
            if not below or field is None or get_origin(field.annotation) is not dict:
                continue
            known = file.get(block.lower(), field.default)
            if not isinstance(known, Mapping) or _matching(below[0].lower(), known):
                continue
            hint = (
                near(below[0], known) or f"add it to {block.lower()} in the file, or take the variable away"
            )
            yield f"the environment variable {variable} names no key of {block.lower()}; {hint}"


def misspelt(prefix: str, keys: Collection[str], text: str) -> Iterator[str]:
    """A sentence for each variable that is nearly called as a key of the whole file, and that the file's `text` does
    not refer to by `${…}`. Others are let be: an orchestrator sets some of its own (`NPSBOT_SERVICE_HOST`)."""
    for variable in sorted(os.environ):
        block = variable[len(prefix) :].partition("__")[0].lower()
        if not variable.upper().startswith(prefix) or block in keys or f"${{{variable}" in text:
            continue
        if hint := near(block, keys, _LIKENESS):
            yield f"the environment variable {variable} names no key of the file; {hint}"


def _spelled(values: Mapping[str, Any], file: Mapping[str, Any]) -> dict[str, Any]:
    """The values under the keys of the file."""
    found: dict[str, Any] = {}
    for name, value in values.items():
        key = _matching(name, file) or name
        below = file.get(key)
        if isinstance(value, Mapping) and isinstance(below, Mapping):
            value = _spelled(value, below)
        found[key] = value
    return found


def _matching(name: str, keys: Mapping[str, Any]) -> str | None:
    """The key of this name, whatever its capitals."""
    alike = [key for key in keys if str(key).casefold() == name.casefold()]
    if len(alike) > 1:  # not the one that stands so: a variable has lost its capitals
        raise ConfigError(
            f"the environment names {name!r}, which may be {' or '.join(alike)}; rename one, as they differ in "
            "capitals only"
        )
    return alike[0] if alike else None
