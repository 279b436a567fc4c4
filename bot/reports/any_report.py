"""Every report that can be put into words, drawn, or given as values."""

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

AnyReport = (
    CampaignReport
    | TrendReport
    | ControlReport
    | ThemesReport
    | AccountsReport
    | ChurnReport
    | MoversReport
    | ManagersReport
    | BoardReport
    | AnswersReport
    | AuditReport
)
