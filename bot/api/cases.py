"""Cases: which there are, one with all that happened and its thread, and what is done with one. Names and words are for
keys with the scope `words`."""

from datetime import date, time
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Path, Query, Security
from pydantic import Field, model_validator

from bot.api.caller import (
    Caller,
    Closed,
    JsonTime,
    PageQuery,
    SentText,
    begin_after,
    caller,
    next_page,
    problems,
)
from bot.api.campaigns import missing_problem
from bot.api.problems import FieldProblem, Problem, unfit_problem
from bot.cases.acts import act
from bot.cases.deeds import LONGEST_NOTE, Act
from bot.reports.as_json.cases import case_json, case_row_json
from bot.reports.as_json.reports import Json
from bot.reports.cases.file import case_file
from bot.reports.cases.list import cases_after
from bot.reports.cases.scope import EVERYBODY
from bot.reports.values import Missing
from bot.store.sql import LARGEST_ID
from bot.words import words_for

router = APIRouter(prefix="/cases", tags=["cases"])

ReadsCases = Annotated[Caller, Security(caller, scopes=["cases:read"])]
WritesCases = Annotated[Caller, Security(caller, scopes=["cases:write"])]
CaseNumber = Annotated[int, Path(ge=1, le=LARGEST_ID, description="The number of the case.")]


class CaseNext(Closed):
    """What is to be done with a case, by when, and who gets it then."""

    step: str
    at: JsonTime | None
    to: str | None


class CaseFields(Closed):
    """A case, as `npsbot cases --json` has it."""

    case: int
    name: str | None
    account: str | None
    score: int | None
    campaign: str
    wave: int
    opened_at: JsonTime
    seconds: float = Field(description="How long it was open until it was done, or is so far.")
    owner: str | None = Field(description="Who has it; of one that is done who did it.")
    state: Literal["open", "taken", "snoozed", "done"]
    late: bool = Field(description="Nobody took it in time.")
    cause: str | None = Field(description="The key of its cause in config.yaml.")
    cause_label: str | None = Field(description="What that is called, in the company's language.")
    next: CaseNext


class CaseStepFields(Closed):
    """Something that happened with a case, or that was written under it (`said_…`)."""

    at: JsonTime
    kind: str
    who: str | None = Field(description="The colleague who did it; null: the customer, or time.")
    facts: dict[str, Any] = Field(
        description="What else is known of it; without the scope words only `due_at` and `until`."
    )
    text: str | None


class CaseCame(Closed):
    """Something that came beside words: `brings` says what, such as a picture or a reaction."""

    brings: str
    emoji: str | None
    chat_url: str | None


class CaseWhole(CaseFields):
    """Everything about a case, as `npsbot case --json` has it. Without the scope `words` all that names the customer
    or was written is left empty."""

    channel: str | None
    first_score: int | None
    scored_at: JsonTime | None
    answered_late: bool
    reason: str | None
    words: list[str] = Field(description="What they wrote beside score and reason.")
    came: list[CaseCame] = Field(description="What came beside their words.")
    took_back: bool = Field(description="They took back something that they had written.")
    phone: str | None
    profile_url: str | None = Field(
        description="Their page in your CRM, from an imported column profile_url."
    )
    facts: dict[str, str] = Field(description="Imported columns that alerts show, by `alert_shows`.")
    note: str | None = Field(description="What a colleague wrote at Done.")
    asked_again: bool = Field(description="The customer was asked whether it is solved.")
    solved: bool | None = Field(description="What they said to that; null before.")
    score_after: int | None = Field(description="The score that they gave then.")
    erased: str | None
    steps: list[CaseStepFields]


class CasePage(Closed):
    """A part of the list of cases, in the order of their numbers."""

    cases: list[CaseFields]
    next: str | None = Field(description="The cursor of the next page; null where this is the last.")


class CaseActed(Closed):
    """What became of it: it is `done`, or it was so before (`unchanged`)."""

    outcome: Literal["done", "unchanged"]
    detail: str
    case: CaseFields


class CasesQuery(PageQuery):
    """Which cases."""

    which: Literal["open", "late", "all"] = Field(
        "open", description="Those that are not done, those of them that nobody took in time, or all."
    )
    campaign: SentText | None = Field(None, description="Of this campaign alone.")
    wave: int | None = Field(None, ge=1, le=LARGEST_ID, description="Of this wave of it, else the newest.")


class CaseFinish(Closed):
    """How a case is finished."""

    cause: SentText | None = Field(
        None, description="A cause of config.yaml, by its key or label.", max_length=200
    )
    note: SentText | None = Field(None, description="For colleagues.", max_length=LONGEST_NOTE)


class CaseSnooze(Closed):
    """Until when a case is put aside."""

    day: date = Field(examples=["2026-12-04"])
    hour: time | None = Field(None, description="Where its owner is; else 09:00.", examples=["14:30"])

    @model_validator(mode="after")
    def _local(self) -> "CaseSnooze":
        if self.hour is not None and self.hour.tzinfo is not None:
            raise ValueError("has an hour with a zone; give it as it is where the owner of the case is")
        return self


_NAMELESS: Final = frozenset(
    {
        *("case", "account", "score", "campaign", "wave", "opened_at", "seconds", "owner", "state", "late"),
        *(
            "cause",
            "cause_label",
            "next",
            "channel",
            "first_score",
            "scored_at",
            "answered_late",
            "asked_again",
            "solved",
        ),
        *("score_after", "erased", "took_back"),
    }
)
"""What neither names a customer nor was written by anybody."""


@router.get("", operation_id="list_cases", responses=problems(404))
async def list_cases(query: Annotated[CasesQuery, Query()], asks: ReadsCases) -> CasePage:
    """List cases."""
    after = begin_after(query, "cases", asks)
    found = await asks.store.read(
        cases_after,
        asks.context.settings,
        EVERYBODY,
        asks.now,
        after,
        query.limit,
        listed=None if query.which == "all" else query.which,
        campaign=query.campaign,
        number=query.wave,
    )
    if isinstance(found, Missing):
        raise missing_problem(found, query.campaign or "")
    return CasePage(
        cases=[CaseFields(**_shown(asks, case_row_json(row))) for row in found],
        next=next_page(query, "cases", asks, [row.number for row in found]),
    )


@router.get("/{number}", operation_id="get_case", responses=problems(404))
async def get_case(number: CaseNumber, asks: ReadsCases) -> CaseWhole:
    """Read everything about a case: what was said, who has it, all that happened with it, and its thread."""
    return CaseWhole(**await _whole(asks, number))


@router.post("/{number}/take", operation_id="take_case", responses=problems(404, writes=True))
async def take_case(number: CaseNumber, asks: WritesCases) -> CaseActed:
    """Take a case: it is with whoever the key is for."""
    return await _acted(asks, number, Act("take"))


@router.post("/{number}/done", operation_id="finish_case", responses=problems(404, writes=True))
async def finish_case(number: CaseNumber, asks: WritesCases, how: CaseFinish | None = None) -> CaseActed:
    """Finish a case, perhaps with a cause and a note."""
    told = how or CaseFinish()
    return await _acted(asks, number, Act("done", told.cause or "", told.note))


@router.post("/{number}/snooze", operation_id="snooze_case", responses=problems(404, writes=True))
async def snooze_case(number: CaseNumber, until: CaseSnooze, asks: WritesCases) -> CaseActed:
    """Put a case aside until a day."""
    return await _acted(asks, number, Act("snooze", day=until.day, hour=until.hour))


@router.post("/{number}/reopen", operation_id="reopen_case", responses=problems(404, writes=True))
async def reopen_case(number: CaseNumber, asks: WritesCases) -> CaseActed:
    """Open a case anew that was done."""
    return await _acted(asks, number, Act("reopen"))


async def _acted(asks: Caller, number: int, wanted: Act) -> CaseActed:
    settings = asks.context.settings
    acted = await asks.store.write(
        act,
        settings,
        asks.context.limits,
        number,
        wanted,
        asks.actor,
        asks.actor,
        asks.now,
        asks.key.name,
        may=True,
    )
    if acted.key == "case_gone":
        raise _no_case(number)
    detail = words_for("manager", "en").text(acted.key, **acted.values)
    if acted.key == "snooze_past":  # in the chat it says which command to write
        detail = f"{acted.values['until']} is over; give a day, and perhaps an hour, that is still to come"
    if acted.key == "cause_unknown":
        raise unfit_problem([FieldProblem(where="body", field="cause", detail=detail)])
    if acted.outcome == "refused":
        raise Problem(409, acted.key, detail)
    whole = await _whole(asks, number)
    row = {name: value for name, value in whole.items() if name in CaseFields.model_fields}
    outcome: Literal["done", "unchanged"] = "done" if acted.outcome == "done" else "unchanged"
    return CaseActed(outcome=outcome, detail=detail, case=CaseFields(**row))


async def _whole(asks: Caller, number: int) -> Json:
    found = await asks.store.read(case_file, asks.context.settings, number, EVERYBODY, asks.now)
    if found is None:
        raise _no_case(number)
    return _shown(asks, case_json(found))


def _shown(asks: Caller, told: Json) -> Json:
    """What a key may see of a case."""
    if asks.words:
        return told
    shown = {name: value for name, value in told.items() if name in _NAMELESS} | {"name": None}
    if "steps" in told:
        steps = [{**step, "facts": _times(step["facts"]), "text": None} for step in told["steps"]]
        shown |= {"reason": None, "words": [], "came": [], "phone": None, "profile_url": None, "facts": {}}
        shown |= {"note": None, "steps": steps}
    return shown


def _times(facts: Json) -> Json:
    """Of what is told of a step, when something is due: it names nobody."""
    return {name: value for name, value in facts.items() if name in ("due_at", "until")}


def _no_case(number: int) -> Problem:
    return Problem(404, "no_such_case", f"there is no case {number}; list them")
