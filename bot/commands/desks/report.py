"""The part of the desk that reads: reports, for whom they may be shown to."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, TypeVar, assert_never
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import Connection

from bot.campaigns.waves import find_wave
from bot.commands import grammar
from bot.commands.replies.reply import Phrasing, Reply
from bot.commands.replies.report import answer_of, missing_answer
from bot.config.settings import Settings
from bot.pictures.alt import Drawn
from bot.pictures.drawing import caption_of, picture_of
from bot.reports.accounts import accounts_report
from bot.reports.answers import answers_report
from bot.reports.any_report import AnyReport
from bot.reports.audit import AuditReport, audit_report
from bot.reports.board import board_report
from bot.reports.campaign_report import campaign_report
from bot.reports.churn import ChurnReport, churn_report
from bot.reports.control import ControlReport, control_report
from bot.reports.managers import managers_report
from bot.reports.movers import movers_report
from bot.reports.outlook import outlook
from bot.reports.themes.themes import themes_report
from bot.reports.trend import trend_report
from bot.reports.values import (
    AccountsReport,
    AnswersReport,
    CampaignReport,
    Missing,
    MoversReport,
    Stamp,
    ThemesReport,
    TrendReport,
)
from bot.store.store import Store

ReportCommand = (
    grammar.Report
    | grammar.Trend
    | grammar.Themes
    | grammar.Accounts
    | grammar.Churn
    | grammar.Movers
    | grammar.Managers
    | grammar.Board
    | grammar.ShowAnswers
    | grammar.Audit
)

ALSO_CALLED: Final[Mapping[str, str]] = {
    "klant": "account",
    "accountmanager": "account_manager",
    "manager": "account_manager",
    "kanaal": "channel",
    "taal": "language",
    "maand": "month",
    "time zone": "timezone",
    "tijdzone": "timezone",
    **dict.fromkeys(("value", "waarde", "klantwaarde"), "account_value"),
    **dict.fromkeys(("moeite", "inspanning"), "effort"),
    "belangrijk contact": "key_contact",
}
"""What people also call the attributes that every customer has; an imported one of that name comes first."""

_NOT_DRAWN: Final = (AnswersReport, AccountsReport, ChurnReport, MoversReport, AuditReport)

T = TypeVar("T")

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class ReportDesk:
    """Reads reports from one store, under one set of settings."""

    store: Store
    settings: Settings

    async def answer(
        self,
        phrasing: Phrasing,
        command: ReportCommand,
        managers: tuple[str, ...] | None,
        now: datetime,
        *,
        drawn: bool = False,
    ) -> Reply:
        """The report in words; where it is to be `drawn`, with its picture. `managers` limits it to their
        accounts."""
        report = await self.store.read(report_of, self.settings, command, managers, now)
        if isinstance(report, Missing):
            return missing_answer(phrasing, report, command)
        answer = answer_of(phrasing, report)
        if not drawn or isinstance(report, _NOT_DRAWN):
            return answer
        try:
            return await asyncio.to_thread(_with_picture, phrasing, report, answer)
        except Exception:
            # The numbers are in the words; a picture that cannot be drawn must not take them along.
            log.exception("report.not_drawn", command=type(command).__name__.lower())
            return answer


def _with_picture(phrasing: Phrasing, report: Drawn, answer: Reply) -> Reply:
    image = picture_of(report, phrasing.words, phrasing.zone)
    if image is None:
        return answer
    return replace(answer, image=image, caption=caption_of(report, phrasing.words, phrasing.zone))


def report_of(
    connection: Connection,
    settings: Settings,
    command: ReportCommand,
    managers: tuple[str, ...] | None,
    now: datetime,
) -> AnyReport | Missing:
    """The values of the report that a command asks for, with whose it is and when it was made."""
    report = _report_of(connection, settings, command, managers, now)
    stamp = Stamp(settings.company, now)
    match report:
        case Missing():
            return report
        case CampaignReport(scope=scope) if scope.running and scope.since is None and managers is None:
            run = find_wave(connection, scope.campaign, scope.waves[0])
            ahead = None if run is None else outlook(connection, run, ZoneInfo(settings.timezone), now)
            return replace(report, outlook=ahead, scope=replace(scope, stamp=stamp))
        case TrendReport() | ControlReport():
            return replace(report, stamp=stamp)
        case _:
            return replace(report, scope=replace(report.scope, stamp=stamp))


def _report_of(
    connection: Connection,
    settings: Settings,
    command: ReportCommand,
    managers: tuple[str, ...] | None,
    now: datetime,
) -> AnyReport | Missing:
    match command:
        case grammar.Report():
            return _campaign(connection, settings, command, managers)
        case grammar.Trend(campaign, by) if by is not None:
            today = now.astimezone(ZoneInfo(settings.timezone)).date()
            return control_report(connection, campaign, by, today, managers=managers)
        case grammar.Trend(campaign):
            return trend_report(connection, campaign, managers=managers)
        case grammar.Themes():
            return _themes(connection, settings, command, managers)
        case grammar.Accounts():
            return _accounts(connection, settings, command, managers)
        case grammar.Churn(campaign, wave):
            zone = ZoneInfo(settings.timezone)
            return churn_report(connection, campaign, now, zone, wave=wave, managers=managers)
        case grammar.Movers(campaign, wave):
            return movers_report(connection, campaign, wave=wave, managers=managers)
        case grammar.Managers(campaign, wave):
            return managers_report(connection, campaign, wave=wave, managers=managers)
        case grammar.Board(campaign, wave):
            return board_report(connection, settings, campaign, now, wave=wave)
        case grammar.Audit(campaign, wave, by):
            attribute = by if by is None else ALSO_CALLED.get(by.casefold(), by)
            return audit_report(connection, campaign, wave=wave, by=attribute, managers=managers)
        case grammar.ShowAnswers(campaign, category, wave):
            return answers_report(connection, campaign, category=category, wave=wave, managers=managers)
        case _:
            assert_never(command)


def _campaign(
    connection: Connection, settings: Settings, command: grammar.Report, managers: tuple[str, ...] | None
) -> CampaignReport | Missing:
    def read(by: str | None) -> CampaignReport | Missing:
        return campaign_report(
            connection,
            settings,
            command.campaign,
            wave=command.wave,
            by=by,
            since=command.since,
            versus=command.versus,
            managers=managers,
            now=command.now,
        )

    return _as_called(read, command.by)


def _themes(
    connection: Connection, settings: Settings, command: grammar.Themes, managers: tuple[str, ...] | None
) -> ThemesReport | Missing:
    def read(by: str | None) -> ThemesReport | Missing:
        return themes_report(
            connection, settings, command.campaign, wave=command.wave, by=by, managers=managers
        )

    return _as_called(read, command.by)


def _accounts(
    connection: Connection, settings: Settings, command: grammar.Accounts, managers: tuple[str, ...] | None
) -> AccountsReport | Missing:
    def read(weighted_by: str | None) -> AccountsReport | Missing:
        return accounts_report(
            connection,
            command.campaign,
            wave=command.wave,
            managers=managers,
            weighted_by=weighted_by,
            currency=settings.currency,
        )

    return _as_called(read, command.weighted)


def _as_called(read: Callable[[str | None], T | Missing], name: str | None) -> T | Missing:
    """The report by the attribute of this name; where there is none such, by the one that people also call so."""
    report = read(name)
    also = None if name is None else ALSO_CALLED.get(name.casefold())
    if isinstance(report, Missing) and report.why == "unknown_attribute" and also is not None:
        return read(also)
    return report
