"""What is wrong with a request, as RFC 9457 writes it: one plain sentence that names the next step, and each field."""

from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, Final

from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Match

from bot.logs import is_gone

MEDIA_TYPE: Final = "application/problem+json"
METHODS: Final = ("DELETE", "GET", "POST", "PUT")
_PLACES: Final = ("body", "query", "path", "header")
_NOT_SO: Final[Mapping[str, str]] = {
    "missing": "is missing; give it",
    "extra_forbidden": "is not known here; correct its name or leave it out",
    "string_type": "is no text; give one in quotation marks",
    "invalid_key": "has a name that is half a character; send it as UTF-8",
    "string_unicode": "has a name that is half a character; send it as UTF-8",
    "string_too_long": "has more than {max_length} characters; shorten it",
    "string_too_short": "is empty; give it or leave it out",
    "too_long": "holds more than {max_length}; send them in several requests",
    "too_short": "is empty; give at least one",
    "int_type": "is no whole number; correct it",
    "int_parsing": "is no whole number; correct it",
    "greater_than_equal": "is less than {ge}; give more",
    "less_than_equal": "is more than {le}; give less",
    "literal_error": "is none of {expected}; give one of them",
    "bool_parsing": "is neither true nor false; give one of them",
    "bool_type": "is neither true nor false; give one of them",
    "list_type": "is no list; give one",
    "dict_type": "is no object; give one",
    "model_type": "is no object; give one",
    "model_attributes_type": "is no object; give one",
    "date_from_datetime_parsing": "cannot be read as a day; give one such as 2026-11-30",
    "date_parsing": "cannot be read as a day; give one such as 2026-11-30",
    "date_type": "cannot be read as a day; give one such as 2026-11-30",
}


class FieldProblem(BaseModel):
    """What is wrong with one field of a request. `where` is the part of the request that it stands in."""

    model_config = ConfigDict(extra="forbid")

    where: str = Field(examples=["body"])
    field: str = Field(examples=["contacts.3.phone"])
    detail: str


class ProblemDetails(BaseModel):
    """Why a request was not done, after RFC 9457. `code` is for programs and `detail` for people; where it is about
    fields of the request, `errors` names each."""

    type: str = "about:blank"
    title: str
    status: int
    code: str
    detail: str
    errors: list[FieldProblem] = []


class Problem(Exception):
    """A request that is not done."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        errors: Sequence[FieldProblem] = (),
        headers: Mapping[str, str] | None = None,
        more: Mapping[str, Any] = MappingProxyType({}),
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.detail = detail
        self.errors = errors
        self.headers = headers
        self.more = more

    @property
    def response(self) -> JSONResponse:
        """The answer that tells of it."""
        told = {
            "type": "about:blank",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "code": self.code,
            "detail": self.detail,
            **({"errors": [one.model_dump() for one in self.errors]} if self.errors else {}),
            **self.more,
        }
        return JSONResponse(told, self.status, self.headers, MEDIA_TYPE)


def unfit(errors: Iterable[Any], place: str = "body") -> list[FieldProblem]:
    """What Pydantic found, a sentence each. `place` is where errors stand that do not say so."""
    return [_unfit(error, place) for error in errors]


def unfit_problem(errors: Sequence[FieldProblem]) -> Problem:
    """A request of which some fields cannot be used."""
    return Problem(422, "unfit", "; ".join(dict.fromkeys(one.detail for one in errors)), errors)


def _unfit(error: Any, place: str) -> FieldProblem:
    loc = [str(part) for part in error["loc"]]
    if loc and loc[0] in _PLACES:
        place, loc = loc[0], loc[1:]
    field = ".".join(loc).encode("utf-8", "replace").decode()  # it may be anything that somebody sends
    template = _NOT_SO.get(error["type"])
    if error["type"] == "value_error":
        said = str(error["ctx"]["error"])
    elif template is not None:
        said = template.format(**error.get("ctx", {}))
    else:
        said = f"cannot be used: {error['msg']}"
    return FieldProblem(where=place, field=field, detail=f"{field or f'the {place}'} {said}")


# ------------------------------------------------------------------------------------------ as FastAPI raises


async def not_fit(_request: Request, error: Exception) -> JSONResponse:
    """The body, the query or the path is not as it is described."""
    if not isinstance(error, RequestValidationError):
        raise error
    errors = error.errors()
    if errors and errors[0]["type"] == "json_invalid":
        return _BROKEN_JSON.response
    return unfit_problem(unfit(errors)).response


async def told(_request: Request, error: Exception) -> JSONResponse:
    """What an operation found wrong."""
    if not isinstance(error, Problem):
        raise error
    return error.response


async def not_there(request: Request, error: Exception) -> JSONResponse:
    """What the routing refuses: a path or a method that there is not, or a body that nothing can be made of."""
    if not isinstance(error, HTTPException):
        raise error
    match error.status_code:
        case 404:
            found = Problem(404, "no_such_path", "this path is not there; openapi.json lists those that are")
        case 405:
            allowed = ", ".join(method for method in METHODS if _is_there(request, method))
            found = Problem(
                405,
                "no_such_method",
                f"{request.method} cannot be done here; use {allowed}",
                headers={"Allow": allowed},
            )
        case 400:
            found = _BROKEN_JSON
        case status:
            found = Problem(status, "refused", str(error.detail), headers=error.headers)
    return found.response


def _is_there(request: Request, method: str) -> bool:
    """Whether an operation of this method has the path of the request."""
    asked = {**request.scope, "method": method}
    return any(route.matches(asked)[0] is Match.FULL for route in request.app.routes)


async def failed(_request: Request, error: Exception) -> JSONResponse:
    """A fault of ours; the gate around it writes it down."""
    return fault(error).response


def fault(error: Exception) -> Problem:
    """What is told of something that went wrong here: nothing of what it was about."""
    return _NO_DATABASE if is_gone(error) else _BROKE


_BROKEN_JSON: Final = Problem(400, "broken_json", "the body is no JSON that can be read; correct it")
_BROKE: Final = Problem(
    500, "failed", "npsbot failed at this, and its log says why; send it again later, or tell whoever runs it"
)
_NO_DATABASE: Final = Problem(
    503, "no_database", "the database does not answer; send it again later", headers={"Retry-After": "5"}
)
