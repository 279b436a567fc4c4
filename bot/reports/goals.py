"""The goals that the settings set for a campaign and for account managers, and whether a report reaches them."""

from collections.abc import Iterator

from bot.config.settings import Settings
from bot.reports.values import Goal, Scope, Scores, Segmented
from scoring import reached


def goals_of(
    settings: Settings, scope: Scope, scores: Scores, groups: Segmented | None = None
) -> Iterator[Goal]:
    """The goals that a report speaks of: that of the campaign, or where the report is of one account manager alone
    theirs; and by account manager that of each whose score is shown. None where a wave is over and left no interval."""
    if scope.judged and scores.interval is None:
        return
    campaign = settings.campaigns.get(scope.campaign)
    if scope.managers is None and campaign is not None and campaign.target is not None:
        yield _goal(scope, scores, campaign.target)
    if scope.kind != "nps":
        return
    if scope.managers is not None and len(scope.managers) == 1:
        yield from _of_manager(settings, scope, scope.managers[0], scores)
    elif groups is not None and groups.attribute == "account_manager":
        for row in groups.rows:
            if row.scores is not None and row.visibility.has_score:
                yield from _of_manager(settings, scope, row.label, row.scores)


def _of_manager(settings: Settings, scope: Scope, manager: str, scores: Scores) -> Iterator[Goal]:
    target = settings.target_of(manager)
    if target is not None:
        yield _goal(scope, scores, target, manager)


def _goal(scope: Scope, scores: Scores, target: float, whose: str | None = None) -> Goal:
    interval = scores.interval if scope.judged else None
    return Goal(target, None if interval is None else reached(target, interval), whose)
