"""What an operation is done with: the key that asks, and what the server has. And what all operations share: texts,
pages, and the problems that any may answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import Depends, Request
from fastapi.security import HTTPBearer, SecurityScopes
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WithJsonSchema,
)

from bot.api.cursors import BadCursor, after_cursor, cursor_after
from bot.api.keys import ApiKey
from bot.api.problems import FieldProblem, Problem, unfit, unfit_problem
from bot.clock import Clock
from bot.context import Context
from bot.people.importing import SlackLookup
from bot.people.rows import CONTROL
from bot.store.store import Store
from channels.base import Address

ACTOR: Final = "api"
"""The channel of an address that is a key's: `api:crm`."""

MOST: Final = 200
"""Rows of a page."""


@dataclass(frozen=True, slots=True)
class Served:
    """What the API is served over. `slack_lookup` is there where Slack is on."""

    store: Store
    context: Context
    clock: Clock
    slack_lookup: SlackLookup | None = None


@dataclass(frozen=True, slots=True)
class Caller:
    """A key that may do what it asks, with what that is done with."""

    key: ApiKey
    served: Served

    @property
    def store(self) -> Store:
        return self.served.store

    @property
    def context(self) -> Context:
        return self.served.context

    @property
    def now(self) -> datetime:
        return self.served.clock.now()

    @property
    def words(self) -> bool:
        """Whether it may see customers' names and words."""
        return "words" in self.key.scopes

    @property
    def actor(self) -> Address:
        """As whom it is written down."""
        return Address(ACTOR, self.key.name)


_BEARER: Final = HTTPBearer(
    scheme_name="key", description="A key of `npsbot keys add NAME --scope …`.", auto_error=False
)


async def caller(scopes: SecurityScopes, request: Request, _key: Annotated[Any, Depends(_BEARER)]) -> Caller:
    """Who asks; raises a problem where their key is not good for it. That it is a key the gate has made sure of."""
    key: ApiKey = request.state.key
    missing = [scope for scope in scopes.scopes if scope not in key.scopes]
    if missing:
        every = " ".join(f"--scope {scope}" for scope in sorted({*key.scopes, *missing}))
        raise Problem(
            403,
            "scope_missing",
            f"the key {key.name} may not do this, which needs {' and '.join(missing)}; make one by "
            f"npsbot keys add NAME {every}",
        )
    return Caller(key, request.app.state.served)


# --------------------------------------------------------------------------------------------- texts and pages


def _storable(text: str) -> str:
    """A text that every database takes."""
    if not text.isprintable() and any("\ud800" <= character <= "\udfff" for character in text):
        raise ValueError("holds half a character; send it as UTF-8")
    if CONTROL.search(text):
        raise ValueError(f"holds {'a NUL' if chr(0) in text else 'a control character'}; take it out")
    return text


SentText = Annotated[str, AfterValidator(_storable)]


JsonTime = Annotated[
    datetime,
    PlainSerializer(lambda at: at.isoformat(timespec="seconds"), when_used="json"),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
"""A moment in UTC, as `--json` writes it."""


class Closed(BaseModel):
    """What is sent to us: nothing else is taken, so that a name that was mistyped is told."""

    model_config = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True)
class Unfit:
    """Stands in the place of one of a batch that is not as it is described, and says what is wrong with it."""

    errors: list[FieldProblem]


def named_if_unfit(value: Any, handler: ValidatorFunctionWrapHandler) -> Any:
    """One of a batch; what is wrong with it is told of it alone, and does not have the others refused."""
    try:
        return handler(value)
    except ValidationError as error:
        return Unfit(unfit(error.errors()))


class PageQuery(Closed):
    """Which part of a list. A `cursor` is what an earlier page gave as `next`, with the same filters."""

    limit: int = Field(50, ge=1, le=MOST, description="Rows of the page.")
    cursor: SentText | None = Field(None, description="`next` of the page before.")

    @property
    def filters(self) -> Mapping[str, object]:
        """What makes it the same list."""
        return self.model_dump(exclude={"limit", "cursor"})


def begin_after(page: PageQuery, list_: str, asks: Caller) -> int:
    """After which row a page begins; raises a problem where its cursor is of another list."""
    try:
        return after_cursor(page.cursor, {**page.filters, "/": list_}, asks.key.digest)
    except BadCursor as error:
        problem = FieldProblem(where="query", field="cursor", detail=f"cursor {error}")
        raise unfit_problem([problem]) from None


def next_page(page: PageQuery, list_: str, asks: Caller, ids: Sequence[int]) -> str | None:
    """The cursor of what comes after these rows; None where the page was not full."""
    if len(ids) < page.limit:
        return None
    return cursor_after(ids[-1], {**page.filters, "/": list_}, asks.key.digest)


# ------------------------------------------------------------------------------------------------- problems

_WHEN: Final[Mapping[int, str]] = {
    400: "The body is no JSON, or the request is cut off.",
    401: "There is no key, or it is not known or was revoked.",
    403: "The key has not the scope for it.",
    404: "It is not there.",
    409: "It cannot be done as things are now, or the same request is being worked on.",
    413: "The body is larger than 2 MiB.",
    415: "The body is of another kind than JSON.",
    422: "Something in the request cannot be used; `errors` names each field.",
    429: "More requests than the key may make in a minute; `Retry-After` says when to go on.",
    500: "A fault of npsbot's.",
    503: "The database does not answer; `Retry-After` says when to try again.",
}
_ALWAYS: Final = (401, 403, 422, 429, 500, 503)
_OF_WRITES: Final = (400, 409, 413, 415)


def problems(*more: int, writes: bool = False) -> dict[int | str, dict[str, Any]]:
    """What an operation may answer beside what it is asked for, for its description."""
    statuses = sorted({*_ALWAYS, *more, *(_OF_WRITES if writes else ())})
    schema = {"$ref": "#/components/schemas/ProblemDetails"}
    return {
        status: {"description": _WHEN[status], "content": {"application/problem+json": {"schema": schema}}}
        for status in statuses
    }
