"""Writes what docs/api.md tells of the API's own description: `python -m tests.support.api_page`."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bot.api.keys import SCOPES
from tests.support.described import Operation, description, operations

_KINDS = {
    "string": "text",
    "integer": "whole number",
    "boolean": "true or false",
    "array": "list",
    "date-time": "moment",
}
PAGE = Path(__file__).parents[2] / "docs" / "api.md"


def written(page: str) -> str:
    """The page with its two tables as they are now."""
    for name, table in (("scopes", _scopes()), ("operations", _operations())):
        mark = f"<!-- {name} -->"
        page = re.sub(
            rf"{mark}.*?(?=\n## |\Z)", f"{mark}\n\n{table}".replace("\\", r"\\"), page, flags=re.DOTALL
        )
    return page


def _scopes() -> str:
    rows = [f"| `{scope}` | {told} |" for scope, told in SCOPES.items()]
    return "\n".join(["| scope | what it is for |", "|---|---|", *rows, ""])


def _operations() -> str:
    return "\n".join(line for one in operations() for line in _told(one))


def _told(one: Operation) -> Iterator[str]:
    needs = " and ".join(f"`{scope}`" for scope in one.scopes)
    yield f"### {one.method} {one.path}"
    yield ""
    yield f"{_line(one.told['description'])} Needs {needs}."
    yield ""
    for asked in one.told.get("parameters", []):
        if asked["in"] != "header":
            yield f"- `{asked['name']}` ({asked['in']}): {_kind(asked['schema'])}{_described(asked)}"
    if "requestBody" in one.told:
        body = one.told["requestBody"]["content"]["application/json"]["schema"]
        yield f"- body: {_kind(body)}"
        yield from _fields(body, "  ")
    answer = one.told["responses"]["200"]["content"]["application/json"]["schema"]
    yield f"- answer: {_kind(answer)}"
    yield from _fields(answer, "  ")
    others = sorted(status for status in one.told["responses"] if status != "200")
    yield f"- problems: {', '.join(others)}"
    yield ""


def _fields(schema: dict[str, Any], indent: str) -> Iterator[str]:
    """The fields of an object."""
    for reference in _references(schema):
        found = description()["components"]["schemas"][reference]
        yield f"{indent}{_line(found.get('description', ''))}"
        for name, field in found.get("properties", {}).items():
            yield f"{indent}- `{name}`: {_kind(field)}{_described(field)}"
            inner = [one for one in _references(field) if one != "FieldProblem"]
            for one in inner:
                names = description()["components"]["schemas"][one].get("properties", {})
                yield f"{indent}  - of {', '.join(f'`{each}`' for each in names)}"


def _references(schema: dict[str, Any]) -> list[str]:
    if "$ref" in schema:
        return [schema["$ref"].rpartition("/")[2]]
    inner = [*schema.get("anyOf", []), *([schema["items"]] if "items" in schema else [])]
    return [one for each in inner for one in _references(each)]


def _kind(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        return "an object"
    if "anyOf" in schema:
        return " or ".join(_kind(one) for one in schema["anyOf"])
    if "enum" in schema or "const" in schema:
        return ", ".join(f"`{one}`" for one in schema.get("enum", [schema.get("const")]))
    kind = schema.get("format") or schema.get("type", "anything")
    names = {
        "string": "text",
        "integer": "whole number",
        "boolean": "true or false",
        "array": "list",
        "date-time": "moment",
    }
    return str(names.get(kind, kind))


def _described(schema: dict[str, Any]) -> str:
    inner = schema.get("schema", {})
    said = schema.get("description") or inner.get("description")
    told = f". {said}" if said else ""
    if {"minimum", "maximum", "default"} <= inner.keys():
        told += f" {inner['minimum']} to {inner['maximum']}; left out {inner['default']}."
    return told


def _line(text: str) -> str:
    return " ".join(text.split())


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text("utf-8")), "utf-8")
