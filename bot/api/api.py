"""The API under `/api/v1`, put together: by the types of its operations requests are checked, and described."""

from importlib.metadata import version
from typing import Any, Final

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from bot.api import PATH, cases, contacts, conversations, events, reports
from bot.api.caller import Served
from bot.api.gate import OPEN, WRITES, Gate
from bot.api.problems import Problem, ProblemDetails, failed, not_fit, not_there, told
from bot.api.repeats import LONGEST
from bot.clock import Clock
from bot.context import Context
from bot.people.importing import SlackLookup
from bot.store.store import Store

ROUTERS: Final = (contacts.router, events.router, conversations.router, cases.router, reports.router)

_AGAIN: Final = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "maxLength": LONGEST},
    "description": "Your own key of this request: sent again within a day it is done once, and answered the same.",
}


def api(store: Store, context: Context, clock: Clock, slack_lookup: SlackLookup | None = None) -> Gate:
    """The API over an open store, to be mounted at `PATH`."""
    application = described()
    application.state.served = Served(store, context, clock, slack_lookup)
    return Gate(application, store, clock)


class Described(FastAPI):
    """Its description says what the gate does, too."""

    def openapi(self) -> dict[str, Any]:
        """The description, after OpenAPI 3.1."""
        if self.openapi_schema is None:
            found = super().openapi()
            problem = ProblemDetails.model_json_schema(ref_template="#/components/schemas/{model}")
            problem.pop("$defs")  # the operations name them too
            found["components"]["schemas"]["ProblemDetails"] = problem
            for operations in found["paths"].values():
                for method, operation in operations.items():
                    if method.upper() in WRITES:
                        operation.setdefault("parameters", []).append(_AGAIN)
        return super().openapi()


def described() -> FastAPI:
    """Its operations, which are served once `state.served` is there."""
    application = Described(
        title="npsbot",
        summary="Contacts, events, answers, cases and reports, for other systems.",
        version=version("npsbot"),
        openapi_url=OPEN,
        docs_url=None,  # its page loads its scripts from elsewhere; docs/api.md is made of the same description
        redoc_url=None,
        servers=[{"url": PATH}],
        root_path_in_servers=False,
        redirect_slashes=False,  # behind a proxy it would redirect to http
        telemetry={"tracing": False, "metrics": False, "logs": False},
        exception_handlers={
            RequestValidationError: not_fit,
            HTTPException: not_there,
            Problem: told,
            Exception: failed,
        },
    )
    for router in ROUTERS:
        application.include_router(router)
    return application
