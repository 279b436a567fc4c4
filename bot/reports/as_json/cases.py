"""Cases as JSON values, for programs: the same that people are shown, times in UTC and durations in seconds. PURE."""

from bot.reports.as_json.reports import Json, interval_json, time_json
from bot.reports.cases.values import CaseFigures, CaseFile, CaseList, CaseRow
from scoring import Durations, PairedChange, Share, Visibility, nps, visibility


def cases_json(found: CaseList) -> Json:
    """A page of cases; of a campaign with the figures of its wave."""
    return {
        "listed": found.listed,
        "campaign": found.campaign,
        "wave": found.wave,
        "total": found.total,
        "late": found.late,
        "page": found.page,
        "left": found.left,
        "cases": [case_row_json(row) for row in found.rows],
        "figures": None if found.figures is None else figures_json(found.figures),
    }


def figures_json(figures: CaseFigures) -> Json:
    """What became of the cases of a wave."""
    return {
        "opened": figures.opened,
        "states": dict(figures.states),
        "late": figures.late,
        "taken_in_time": _share(figures.in_time),
        "agreed_time_not_over": figures.pending,
        "until_taken": _durations(figures.touched),
        "until_done": _durations(figures.finished),
        "done_by_cause": [{"cause": cause, "cases": count} for cause, count in figures.causes],
        "asked_again": figures.asked_again,
        "solved": _share(figures.solved),
        "recovery": None if figures.recovery is None else _recovery(figures.recovery),
    }


def case_json(found: CaseFile) -> Json:
    """Everything about one case."""
    return {
        **case_row_json(found.row),
        "channel": found.channel,
        "first_score": found.first_score,
        "scored_at": time_json(found.scored_at),
        "answered_late": found.answered_late,
        "reason": found.reason,
        "words": list(found.words),
        "came": [
            {"brings": one.brings, "emoji": one.emoji or None, "chat_url": one.chat_url} for one in found.came
        ],
        "took_back": found.took_back,
        "phone": found.phone,
        "profile_url": found.profile,
        "facts": dict(found.facts),
        "note": found.note,
        "asked_again": found.asked_again,
        "solved": found.solved,
        "score_after": found.score_after,
        "erased": found.erased,
        "steps": [
            {
                "at": time_json(step.at),
                "kind": step.kind,
                "who": step.who,
                "facts": dict(step.facts),
                "text": step.text,
            }
            for step in found.steps
        ],
    }


def case_row_json(row: CaseRow) -> Json:
    """A case in a list."""
    following = row.following
    return {
        "case": row.number,
        "name": row.name,
        "account": row.account,
        "score": row.score,
        "campaign": row.campaign,
        "wave": row.wave,
        "opened_at": time_json(row.opened_at),
        "seconds": row.lasted.total_seconds(),
        "owner": row.owner or None,
        "state": row.state,
        "late": row.late,
        "cause": row.cause,
        "cause_label": row.cause_label,
        "next": {
            "step": following.step,
            "at": time_json(following.at),
            "to": following.to,
        },
    }


def _durations(of: Durations) -> Json:
    return {"cases": of.n, "ended": of.ended, "median": of.median, "ninetieth": of.ninetieth}


def _share(of: Share | None) -> Json | None:
    if of is None:
        return None
    return {"counted": of.counted, "of": of.n, "percent": of.percent, "interval": interval_json(of.interval)}


def _recovery(of: PairedChange) -> Json:
    """Of fewer than five the number alone, and below ten no score, as of any small group."""
    seen = visibility(of.n)
    moved = {} if seen is Visibility.HIDDEN else {"better": of.better, "worse": of.worse}
    changed = {
        "before": nps(of.before),
        "after": nps(of.after),
        "change": of.change,
        "interval": interval_json(of.interval),
    }
    return {"customers": of.n, **moved, **(changed if seen.has_score else {})}
