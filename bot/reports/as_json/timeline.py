"""A time line as JSON values, for programs."""

from datetime import datetime
from typing import Any

from bot.reports.cases.values import CaseStep
from bot.reports.timeline import Timeline


def timeline_json(found: Timeline) -> dict[str, Any]:
    """The time line; times are UTC in ISO 8601, `what` is a code of `bot.reports.timeline`."""
    return {
        "contact_id": found.contact_id,
        "name": found.name,
        "account": found.account,
        "account_manager": found.manager,
        "steps": [
            {
                "at": step.at.isoformat(timespec="seconds"),
                "what": step.code,
                "campaign": step.campaign or None,
                "wave": step.wave or None,
                "facts": {name: _plain(value) for name, value in step.facts.items()},
            }
            for step in found.steps
        ],
    }


def _plain(value: Any) -> Any:
    match value:
        case datetime():
            return value.isoformat(timespec="seconds")
        case CaseStep():
            return {"kind": value.kind, "who": value.who, **value.facts, "text": value.text}
        case _:
            return value
