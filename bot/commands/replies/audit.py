"""What a colleague reads of an audit: who was asked of whom, who was not and why, and what went before it."""

from collections.abc import Iterator, Mapping

from bot.commands.replies.reply import Phrasing, Reply, titled
from bot.people import departed
from bot.reports.audit import EARLIER_SCORE, AuditReport
from bot.reports.readable import LONGEST, readable
from bot.reports.scores import state_lines
from bot.reports.values import CampaignReport, Halves
from scoring import Finding, Likeness, Selection

MOST_MANAGERS = 20
MOST_DEPARTED = 20


def audit_answer(p: Phrasing, report: AuditReport) -> Reply:
    """The audit as a message for a phone."""
    return titled(audit_title(p, report), *audit_lines(p, report), *state_lines(p, report.scope))


def audit_title(p: Phrasing, report: AuditReport) -> str:
    """Which wave it is of."""
    return p.text("audit_title", what=p.scope(report.scope))


def audit_lines(p: Phrasing, report: AuditReport) -> Iterator[str]:
    """Everything that the audit holds, a line each."""
    yield asked_line(p, report.people, report.skipped)
    most = sorted(report.selection, key=lambda one: (-one.skip_rate.numerator, one.manager))
    for one in most[:MOST_MANAGERS]:
        yield _manager(p, one)
    if len(most) > MOST_MANAGERS:
        yield p.counted("audit_more_managers", len(most) - MOST_MANAGERS)
    for held in report.held:
        yield p.counted(
            "audit_held",
            held.people,
            manager=_manager_name(p, held.account_manager),
            refused=p.counted("audit_refused", held.refused) if held.refused else "",
        )
    for gone in report.departed[:MOST_DEPARTED]:
        yield p.counted(
            f"audit_{gone.what}",
            gone.people,
            manager=_manager_name(p, gone.account_manager),
            day=p.day(gone.day),
            by=_by(p, gone.by),
        )
    if len(report.departed) > MOST_DEPARTED:
        yield p.counted("audit_more_departed", len(report.departed) - MOST_DEPARTED)
    if not report.departed:
        yield p.text("audit_nothing_went", day=p.day(report.since))
    yield from likeness_lines(p, report.alike)


def asked_line(p: Phrasing, people: int, skipped: Mapping[str, int]) -> str:
    """Of all who qualified, how many were asked, and by which rule the others were not."""
    if not skipped:
        return p.text("audit_everybody", people=p.number(people))
    return p.text(
        "audit_asked",
        asked=p.number(people - sum(skipped.values())),
        people=p.number(people),
        skipped=p.reasons(skipped),
    )


def report_lines(p: Phrasing, report: CampaignReport) -> Iterator[str]:
    """The audit in a line, beside the score of a wave, and which of two send windows brought more answers."""
    if report.dispositions is not None:
        line = asked_line(p, report.audience, report.skipped)
        yield f"{line} {p.text('audit_hint', campaign=report.scope.campaign, wave=report.scope.waves[0])}"
    if report.halves is not None:
        yield halves_line(p, report.halves)


def halves_line(p: Phrasing, halves: Halves) -> str:
    """Both response rates, and their difference with its interval."""
    first, second, shift = halves.first, halves.second, halves.shift
    values = {
        "first": first.hours,
        "second": second.hours,
        "scored": p.number(first.scored),
        "invited": p.number(first.invited),
        "other_scored": p.number(second.scored),
        "other_invited": p.number(second.invited),
    }
    if shift is None:
        return p.text("halves_running", **values)
    found = {Finding.HIGHER: first.hours, Finding.LOWER: second.hours}.get(shift.finding)
    return p.text(
        "halves_alike" if found is None else "halves_found",
        better=found,
        share=p.percent(100 * first.scored / first.invited),
        other_share=p.percent(100 * second.scored / second.invited),
        low=p.limit(shift.interval.low, firm=found is not None),
        high=p.limit(shift.interval.high, firm=found is not None),
        **values,
    )


def likeness_lines(p: Phrasing, alike: Mapping[str, Likeness | None]) -> Iterator[str]:
    """One sentence an attribute: whether the asked differ from the others more than chance would have it."""
    for attribute, found in alike.items():
        name = p.attribute(attribute)
        if found is None:
            yield p.text("audit_too_few", attribute=name)
        elif not found.differs():
            yield p.text(
                "audit_alike", attribute=name, asked=p.number(found.asked), others=p.number(found.others)
            )
        elif found.most is None:
            yield p.text("audit_differs", attribute=name)
        else:
            label, asked, others = found.most
            shown = p.text(f"category_{label}") if attribute == EARLIER_SCORE else p.label(attribute, label)
            yield p.text(
                "audit_differs_most",
                attribute=name,
                label=shown,
                asked=p.percent(asked),
                others=p.percent(others),
            )


def _manager(p: Phrasing, one: Selection) -> str:
    people = one.skip_rate.denominator
    values = {
        "manager": _manager_name(p, one.manager),
        "asked": p.number(one.asked),
        "people": p.number(people),
        "share": p.percent(100 * one.asked / people) if people else "",
    }
    if not one.skipped:
        return p.text("audit_manager_all", **values)
    return p.text("audit_manager", rules=p.rules(one.skipped), **values)


def _manager_name(p: Phrasing, name: str) -> str:
    return readable(name, LONGEST) or p.text("no_manager")


def _by(p: Phrasing, by: str) -> str:
    if by in (departed.CUSTOMER, departed.IMPORT):
        return p.text(f"audit_by_{by}")
    return readable(by.partition(":")[2] or by, LONGEST)
