"""What a manager reads of the same customers in two waves."""

from collections.abc import Iterator

from bot.commands.replies.reply import Phrasing, Reply, titled
from bot.reports.readable import LONGEST, readable
from bot.reports.scores import state_lines
from bot.reports.values import MoverRow, MoversReport
from scoring import PairedChange, nps, shown


def movers_answer(p: Phrasing, report: MoversReport) -> Reply:
    """How the same people changed, and which promoters are lost, by name."""
    return titled(movers_title(p, report), *movers_lines(p, report), *state_lines(p, report.scope))


def movers_title(p: Phrasing, report: MoversReport) -> str:
    """Which two waves these are."""
    return p.text("movers_title", what=p.scope(report.scope), before=report.before)


def movers_lines(p: Phrasing, report: MoversReport) -> Iterator[str]:
    """The change with its interval, the promoters that are lost or silent, and the first of them by name."""
    found = report.found
    if found is None:
        yield p.text("movers_nobody")
    else:
        yield _changed(p, "movers_both", found, judged=report.scope.judged)
    if report.told is not None:
        yield _changed(p, "movers_told", report.told, judged=report.scope.judged)
        if report.others is not None:
            yield _changed(p, "movers_others", report.others, judged=report.scope.judged)
        yield p.text("movers_no_lot")
    if report.promoters:
        yield p.text(
            "movers_lost",
            promoters=p.number(report.promoters),
            lost=p.number(report.lost),
            low=p.number(report.detractors),
        )
    if report.asked:
        yield p.text("movers_silent", asked=p.number(report.asked), silent=p.number(report.silent))
    for row in report.rows:
        yield _row(p, row)
    if report.lost > len(report.rows):
        yield p.counted("movers_more", report.lost - len(report.rows))


def _changed(p: Phrasing, key: str, found: PairedChange, *, judged: bool) -> str:
    low, high = found.interval.low, found.interval.high
    word = "higher" if low > 0 else "lower" if high < 0 else "none"
    firm = word != "none"
    limits = p.text("limits", low=p.limit(low, firm=firm), high=p.limit(high, firm=firm))
    said = p.text("finding", finding=p.text(f"change_{word}"), limits=limits)
    if not judged:
        said = p.text("movers_so_far", points=shown(found.change))
    return p.text(
        key,
        people=p.number(found.n),
        before=shown(nps(found.before)),
        after=shown(nps(found.after)),
        finding=said,
    )


def _row(p: Phrasing, row: MoverRow) -> str:
    name = readable(row.name, LONGEST)
    account = readable(row.account or "", LONGEST)
    who = p.text("person", name=name, account=account) if account else name
    return p.text("mover", who=who, before=row.before, now=row.now)
