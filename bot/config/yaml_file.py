"""Reading config.yaml: YAML to plain values, with `${NAME}` filled in from the environment.

Every value is read as the text that stands in the file, because YAML would turn `+31612345678` into a
number without its plus, `NO` into false and `010` into 8. What a key wants to be, the settings decide.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

Location = tuple[str | int, ...]

_REFERENCE = re.compile(r"\$\$\{|\$\{([^}]*)\}?")
_NAME = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?\Z", re.DOTALL)


class ConfigError(Exception):
    """The configuration cannot be used; `problems` holds one plain sentence each."""

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class NotFilledIn(ConfigError):
    """References of the file cannot be filled in. `values` is what stands there, each of these as it is written, and
    `keys` are their places: what else is wrong can be told at once."""

    def __init__(self, problems: Mapping[Location, str], values: dict[str, Any]) -> None:
        super().__init__(*problems.values())
        self.keys = frozenset(problems)
        self.values = values


class _Loader(yaml.SafeLoader):
    """Mappings, lists, text and null; a key that stands twice is an error, not a silent loss."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - the name and form that PyYAML reads
        first: [entry for entry in resolvers if entry[0].endswith((":null", ":merge"))]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: dict[str, int] = {}
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise yaml.constructor.ConstructorError(
                    None, None, "expected plain text as a key", key.start_mark
                )
            line = key.start_mark.line + 1
            if key.value in seen and key.value != "<<":
                raise yaml.constructor.ConstructorError(
                    None,
                    None,
                    f"the key {key.value} stands here a second time, after line {seen[key.value]}",
                    key.start_mark,
                )
            seen[key.value] = line
        return super().construct_mapping(node, deep=deep)


def read_config(path: Path, environment: Mapping[str, str]) -> dict[str, Any]:
    """The mapping in the file, references filled in, empty keys left out.

    Raises ConfigError where the file cannot be read or is no YAML mapping, and NotFilledIn where it refers to a
    variable that is not set. The name of the file is part of each sentence.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise ConfigError(
            f"{path} does not exist; copy config.yaml from the project, or name another file with --config"
        ) from None
    except UnicodeDecodeError:
        raise ConfigError(f"{path} is not UTF-8 text; save it as UTF-8") from None
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror or error}") from None
    try:
        document = yaml.load(text, Loader=_Loader)  # noqa: S506 - a SafeLoader, made stricter
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f", line {mark.line + 1}" if mark else ""
        raise ConfigError(f"{path}{where}: {error.problem or 'this is no YAML'}") from None
    except (yaml.YAMLError, RecursionError) as error:
        raise ConfigError(f"{path} is no YAML: {str(error).splitlines()[0]}") from None
    if document is None:
        document = {}
    if not isinstance(document, dict):
        raise ConfigError(f"{path} should hold keys and values, such as `company: Acme`")
    problems: dict[Location, str] = {}
    filled = _filled(document, (), environment, path, problems)
    assert isinstance(filled, dict)  # noqa: S101 - _filled keeps the shape
    if problems:
        raise NotFilledIn(problems, filled)
    return filled


def key_path(location: Location) -> str:
    """`('admins', 0)` as `admins[0]`, `('channels', 'sms')` as `channels.sms`."""
    text = ""
    for part in location:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def key_lines(path: Path) -> Mapping[str, int]:
    """The line on which each key of the file stands, by its path (`campaigns.spring.window`); of a file that
    `read_config` has read."""
    root = yaml.compose(path.read_text(encoding="utf-8-sig"), Loader=_Loader)
    found: dict[str, int] = {}
    _note_lines(root, (), found)
    return found


def _note_lines(node: yaml.Node | None, location: Location, found: dict[str, int]) -> None:
    if isinstance(node, yaml.MappingNode):
        for key, inner in node.value:
            found[key_path((*location, key.value))] = key.start_mark.line + 1
            _note_lines(inner, (*location, key.value), found)
    elif isinstance(node, yaml.SequenceNode):
        for position, inner in enumerate(node.value):
            found[key_path((*location, position))] = inner.start_mark.line + 1
            _note_lines(inner, (*location, position), found)


def _filled(
    value: Any,
    location: Location,
    environment: Mapping[str, str],
    path: Path,
    problems: dict[Location, str],
) -> Any:
    if isinstance(value, dict):
        return {
            str(key): _filled(inner, (*location, str(key)), environment, path, problems)
            for key, inner in value.items()
            if inner is not None or _names_something(location)
        }
    if isinstance(value, list):
        return [
            _filled(inner, (*location, position), environment, path, problems)
            for position, inner in enumerate(value)
        ]
    if isinstance(value, str) and "${" in value:
        wrong: list[str] = []
        found = _with_references(value, f"{path}: {key_path(location)}", environment, wrong)
        if wrong:
            problems[location] = "\n".join(wrong)
        return value if wrong else found
    # The name of a channel or campaign with nothing under it is a block without any key.
    return {} if value is None else value


def _names_something(location: Location) -> bool:
    return location in {("channels",), ("campaigns",), ("surveys",)}


def _with_references(value: str, where: str, environment: Mapping[str, str], problems: list[str]) -> str:
    def one(match: re.Match[str]) -> str:
        if match[0] == "$${":
            return "${"
        named = _NAME.match(match[1])
        if named is None or not match[0].endswith("}"):
            problems.append(
                f"{where} holds a reference that cannot be read; write ${{NAME}} or ${{NAME:-default}}, "
                "and $${ for a dollar sign and a brace"
            )
            return ""
        name, default = named[1], named[2]
        found = environment.get(name)
        if found or (found is not None and default is None):
            return found
        if default is not None:
            return default
        problems.append(
            f"{where} wants the environment variable {name}, which is not set; set it, or take the key out"
        )
        return ""

    return _REFERENCE.sub(one, value)
