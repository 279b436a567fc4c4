"""Reports: the very values that `--json` prints, to the byte. Who may not see customers' words and names gets those
reports alone that hold none."""

import json
from datetime import datetime
from typing import Annotated, Any, Final
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Path, Query, Response, Security
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection

from bot.api.caller import Caller, Closed, JsonTime, SentText, caller, problems
from bot.api.campaigns import misread_problem, missing_problem
from bot.campaigns.waves import campaign_names
from bot.commands.desks.report import ReportCommand, report_of
from bot.commands.grammar import Misread
from bot.commands.parts import accounts_asked, movers_asked, report_asked, themes_asked, trend_asked
from bot.commands.report_values import report_json
from bot.config.settings import Settings
from bot.reports.accounts import without_small_accounts
from bot.reports.as_json.reports import Json
from bot.reports.values import AccountsReport, Missing
from bot.store.sql import LARGEST_ID

router = APIRouter(prefix="/reports/{campaign}", tags=["reports"])

ReadsReports = Annotated[Caller, Security(caller, scopes=["reports:read"])]
ReadsReportsAndWords = Annotated[Caller, Security(caller, scopes=["reports:read", "words"])]
CampaignName = Annotated[
    SentText, Path(description="A campaign of config.yaml, or one that was there before.")
]

WAVE: Final = Field(None, ge=1, le=LARGEST_ID, description="An earlier wave; else the newest.")


class WaveQuery(Closed):
    """Of which wave."""

    wave: int | None = WAVE


class ReportQuery(WaveQuery):
    """What is reported; each as `npsbot report` has it."""

    by: SentText | None = Field(
        None, description="Its groups: account, channel, month, or an imported column."
    )
    since: SentText | None = Field(None, description="All answers from a day on.", examples=["2026-11-01"])
    vs: SentText | None = Field(None, description="Compare with previous, 'wave N' or another campaign.")
    now: bool = Field(False, description="Accounts and columns as they are now.")


class ThemesQuery(WaveQuery):
    """Of which wave, and whose groups are compared."""

    by: SentText | None = Field(None, description="Compare its groups: as of a report.")


class TrendQuery(Closed):
    """A trend takes nothing but its campaign."""


class ReportLimits(BaseModel):
    """An interval of 95%."""

    low: float
    high: float


class ReportStamped(BaseModel):
    """Whose report it is, and when it was made. A later version may tell more than is described."""

    model_config = ConfigDict(extra="allow")

    campaign: str
    kind: str
    company: str
    as_of: JsonTime
    account_managers: list[str] | None


class ReportScoped(ReportStamped):
    """Of which waves, since when, and whether answers are still to come."""

    waves: list[int]
    started_at: JsonTime
    stopped_at: JsonTime | None
    running: bool
    since: str | None
    now: bool


class ReportWhole(ReportScoped):
    """The score of a wave or of a time, how sure it is, and who answered; unrounded, null where it is not known."""

    wave: int | None
    audience: int | None
    invited: int | None
    asked: int | None
    delivered: int | None
    responses: int
    promoters: int | None
    passives: int | None
    detractors: int | None
    nps: float | None
    opted_out: int | None
    skipped: dict[str, int]
    value: float | None
    interval: ReportLimits | None
    scores: dict[str, int]
    dispositions: dict[str, int] | None
    rates: dict[str, Any] | None
    versus: dict[str, Any] | None
    segments: dict[str, Any] | None
    cases: dict[str, int]


class ReportTrend(ReportStamped):
    """The score of each wave, the oldest first."""

    left_out: int
    waves: list[dict[str, Any]]


class ReportThemes(ReportScoped):
    """What the reasons of a wave speak of, and what that costs. `quotes` are customers' words."""

    reasons: int
    unthemed: int
    other_languages: int
    value: float | None
    interval: ReportLimits | None
    themes: list[dict[str, Any]]
    groups: dict[str, Any] | None


class ReportAccounts(ReportScoped):
    """The score of a wave by account, and which accounts are unhappy. Without the scope `words` those with fewer than
    five answers are not named, and `more_red` counts them."""

    responses: int
    accounts: int | None
    value: float | None
    interval: ReportLimits | None
    without_account: int
    red: list[dict[str, Any]]
    more_red: int


class ReportMovers(ReportScoped):
    """What became of those who answered the wave before. `lost_promoters` names customers."""

    before: int
    people: int
    value_before: float | None
    value_now: float | None
    change: float | None
    interval: ReportLimits | None
    better: int
    worse: int
    promoters: int
    lost: int
    lost_promoters: list[dict[str, Any]]


def _answers(model: type[BaseModel], *more: int) -> dict[int | str, dict[str, Any]]:
    return {200: {"model": model}, **problems(404, *more)}


@router.get("", operation_id="get_report", response_class=Response, responses=_answers(ReportWhole))
async def get_report(
    campaign: CampaignName, query: Annotated[ReportQuery, Query()], asks: ReadsReports
) -> Response:
    """Report a wave of a campaign, or what it was told since a day."""
    names = await _names(asks)
    today = asks.now.astimezone(ZoneInfo(asks.context.settings.timezone)).date()
    command = report_asked(
        campaign,
        names,
        today,
        wave=query.wave,
        by=query.by,
        since=query.since,
        versus=query.vs,
        now=query.now,
    )
    return await _report(asks, command, names)


@router.get("/trend", operation_id="get_trend", response_class=Response, responses=_answers(ReportTrend))
async def get_trend(
    campaign: CampaignName, _query: Annotated[TrendQuery, Query()], asks: ReadsReports
) -> Response:
    """The score of each wave, and whether it changed."""
    names = await _names(asks)
    return await _report(asks, trend_asked(campaign, names), names)


@router.get("/themes", operation_id="get_themes", response_class=Response, responses=_answers(ReportThemes))
async def get_themes(
    campaign: CampaignName, query: Annotated[ThemesQuery, Query()], asks: ReadsReportsAndWords
) -> Response:
    """What the reasons of a wave speak of, and what that costs; with customers' words."""
    names = await _names(asks)
    return await _report(asks, themes_asked(campaign, names, wave=query.wave, by=query.by), names)


@router.get(
    "/accounts", operation_id="get_accounts", response_class=Response, responses=_answers(ReportAccounts)
)
async def get_accounts(
    campaign: CampaignName, query: Annotated[WaveQuery, Query()], asks: ReadsReports
) -> Response:
    """The score of a wave by account, and which accounts are unhappy."""
    names = await _names(asks)
    return await _report(asks, accounts_asked(campaign, names, wave=query.wave), names)


@router.get("/movers", operation_id="get_movers", response_class=Response, responses=_answers(ReportMovers))
async def get_movers(
    campaign: CampaignName, query: Annotated[WaveQuery, Query()], asks: ReadsReportsAndWords
) -> Response:
    """What became of those who answered the wave before; with customers' names."""
    names = await _names(asks)
    return await _report(asks, movers_asked(campaign, names, wave=query.wave), names)


async def _names(asks: Caller) -> tuple[str, ...]:
    return await asks.store.read(campaign_names, asks.context.settings.campaigns)


async def _report(asks: Caller, command: ReportCommand | Misread, names: tuple[str, ...]) -> Response:
    if isinstance(command, Misread):
        raise misread_problem(command, names)
    found = await asks.store.read(_values, asks.context.settings, command, asks.now, asks.words)
    if isinstance(found, Missing):
        raise missing_problem(found, command)
    return Response(json.dumps(found, ensure_ascii=False), media_type="application/json")


def _values(
    connection: Connection, settings: Settings, command: ReportCommand, now: datetime, words: bool
) -> Json | Missing:
    found = report_of(connection, settings, command, None, now)
    if isinstance(found, AccountsReport) and not words:
        found = without_small_accounts(found)
    return found if isinstance(found, Missing) else report_json(found)
