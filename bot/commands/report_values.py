"""A report as values for programs, whichever it is."""

from typing import assert_never

from bot.reports.any_report import AnyReport
from bot.reports.as_json.audit import audit_json
from bot.reports.as_json.board import board_json
from bot.reports.as_json.churn import churn_json
from bot.reports.as_json.control import control_json
from bot.reports.as_json.managers import managers_json
from bot.reports.as_json.reports import (
    Json,
    accounts_json,
    answers_json,
    campaign_json,
    movers_json,
    themes_json,
    trend_json,
)
from bot.reports.audit import AuditReport
from bot.reports.board import BoardReport
from bot.reports.churn import ChurnReport
from bot.reports.control import ControlReport
from bot.reports.managers import ManagersReport
from bot.reports.values import (
    AccountsReport,
    AnswersReport,
    CampaignReport,
    MoversReport,
    ThemesReport,
    TrendReport,
)


def report_json(report: AnyReport) -> Json:
    """What `--json` prints, and what the API answers."""
    match report:
        case CampaignReport():
            return campaign_json(report)
        case TrendReport():
            return trend_json(report)
        case ControlReport():
            return control_json(report)
        case ThemesReport():
            return themes_json(report)
        case AccountsReport():
            return accounts_json(report)
        case ChurnReport():
            return churn_json(report)
        case MoversReport():
            return movers_json(report)
        case ManagersReport():
            return managers_json(report)
        case BoardReport():
            return board_json(report)
        case AnswersReport():
            return answers_json(report)
        case AuditReport():
            return audit_json(report)
        case _:
            assert_never(report)
