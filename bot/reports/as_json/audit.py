"""The audit of a wave as JSON values: unrounded, null where unknown."""

from typing import Any

from bot.reports.audit import AuditReport
from scoring import Likeness


def audit_json(report: AuditReport) -> dict[str, Any]:
    """All that an audit holds."""
    return {
        "campaign": report.scope.campaign,
        "wave": report.scope.waves[0],
        "qualified": report.people,
        "asked": report.asked,
        "skipped": dict(report.skipped),
        "account_managers": [
            {"account_manager": one.manager or None, "asked": one.asked, "skipped": dict(one.skipped)}
            for one in report.selection
        ],
        "held": [
            {"account_manager": one.account_manager or None, "people": one.people, "refused": one.refused}
            for one in report.held
        ],
        "departed": [
            {
                "account_manager": one.account_manager or None,
                "day": one.day.isoformat(),
                "what": one.what,
                "by": one.by,
                "people": one.people,
            }
            for one in report.departed
        ],
        "alike": {attribute: _likeness(found) for attribute, found in report.alike.items()},
    }


def _likeness(found: Likeness | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "asked": found.asked,
        "others": found.others,
        "chi_square": found.chi_square,
        "degrees": found.degrees,
        "p": found.p,
        "adjusted_p": found.adjusted_p,
        "differs": found.differs(),
    }
