"""A wave by account: each account one vote, with intervals that count that people of one account answer alike."""

from collections import Counter
from typing import Final

from sqlalchemy import Connection, func, select

from bot.reports.scope import Chosen, answered_in, cells_of, choose, scores_of
from bot.reports.values import AccountRow, AccountsReport, Missing
from bot.store.schema import conversation
from scoring import by_account

MOST_RED: Final = 10


def accounts_report(
    connection: Connection, campaign: str, *, wave: int | None = None, managers: tuple[str, ...] | None = None
) -> AccountsReport | Missing:
    """The accounts of a wave that asked for an NPS, the newest wave where no number is given, as they were when it
    asked. Those are listed that have more detractors than promoters, with the most to win first."""
    chosen = choose(connection, campaign, wave, managers=managers)
    if isinstance(chosen, Missing):
        return chosen
    if chosen.kind != "nps":
        return Missing("not_nps", chosen.waves[-1].campaign)
    groups = _answers(connection, chosen)
    everybody: Counter[int] = Counter()
    for histogram in groups.values():
        everybody.update(histogram)
    nobody = groups.pop(None, Counter())
    counts = {
        name: scores_of("nps", histogram).counts for name, histogram in groups.items() if name is not None
    }
    red = sorted(
        (AccountRow(name, each) for name, each in counts.items() if each.net < 0),
        key=lambda row: (row.counts.net, -row.counts.n, row.name),
    )
    return AccountsReport(
        scope=chosen.scope(cells_of(connection, chosen)),
        scores=scores_of("nps", everybody),
        found=by_account(list(counts.values())),
        red=tuple(red[:MOST_RED]),
        more_red=max(0, len(red) - MOST_RED),
        without_account=nobody.total(),
    )


def _answers(connection: Connection, chosen: Chosen) -> dict[str | None, Counter[int]]:
    """How often each score was given in each account; under None by who has none, or was erased."""
    name = chosen.known.account.label("name")
    counted = (
        select(name, conversation.c.score, func.count())
        .select_from(chosen.known.people)
        .where(*answered_in(chosen))
        .group_by(name, conversation.c.score)
    )
    found: dict[str | None, Counter[int]] = {}
    for account, score, times in connection.execute(counted):
        found.setdefault(account, Counter())[score] = times
    return found
