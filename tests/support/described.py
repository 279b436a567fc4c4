"""The description of the API, as a client reads it: which operation a request is, and whether an answer fits."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import httpx
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from bot.api import PATH
from bot.api.api import described
from bot.api.gate import OPEN


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation of the description."""

    method: str
    path: str
    told: Mapping[str, Any]

    @property
    def name(self) -> str:
        return str(self.told["operationId"])

    @property
    def scopes(self) -> list[str]:
        """What a key needs for it."""
        (needed,) = self.told["security"]
        return list(needed["key"])

    def is_asked(self, method: str, path: str) -> bool:
        """Whether a request is for this."""
        pattern = "[^/]+".join(re.escape(part) for part in re.split(r"\{\w+\}", self.path))
        if self.path.startswith("/contacts/{"):  # a key may hold anything
            pattern = "/contacts/.+"
        return method == self.method and re.fullmatch(pattern, path, re.DOTALL) is not None


@cache
def description() -> dict[str, Any]:
    """The description, as it is served."""
    found: dict[str, Any] = json.loads(json.dumps(described().openapi()))
    return found


@cache
def operations() -> tuple[Operation, ...]:
    """Every operation; one whose path is fixed comes before one whose path may be any."""
    found = [
        Operation(method.upper(), path, told)
        for path, methods in description()["paths"].items()
        for method, told in methods.items()
    ]
    return tuple(sorted(found, key=lambda one: "{" in one.path))


def asked_for(answer: httpx.Response) -> Operation | None:
    """The operation that was asked for; None where it is none."""
    path = answer.request.url.path.removeprefix(PATH)
    return next((one for one in operations() if one.is_asked(answer.request.method, path)), None)


def misfits(answer: httpx.Response) -> Iterator[str]:
    """What of an answer is not as it is described."""
    if answer.request.url.path == PATH + OPEN:
        return
    kind = answer.headers["content-type"]
    operation = asked_for(answer)
    if operation is None:
        schema: Any = {"$ref": "#/components/schemas/ProblemDetails"}
    else:
        response = operation.told["responses"].get(str(answer.status_code))
        if response is None:
            yield f"{operation.name} says nothing of {answer.status_code}"
            return
        if kind not in response["content"]:
            yield f"{operation.name} {answer.status_code} is {kind}, and described as {list(response['content'])}"
            return
        schema = response["content"][kind]["schema"]
    whole = {**schema, "components": description()["components"]}
    for error in Draft202012Validator(whole).iter_errors(answer.json()):
        yield f"{answer.request.method} {answer.request.url.path}: {error.json_path}: {error.message}"
