"""What is asked for part by part, as the options of a command line have it: the commands that read, without a line
that would have to be written first and cannot hold every letter. PURE."""

from collections.abc import Sequence
from datetime import date

from bot.commands.grammar import (
    CATEGORIES,
    PERIODS,
    Accounts,
    Audit,
    BadDate,
    Board,
    Churn,
    Managers,
    Misread,
    MissingName,
    Movers,
    Report,
    ShowAnswers,
    Surplus,
    Themes,
    Trend,
    UnknownCampaign,
    versus_of,
)
from bot.commands.lines import named, near, short, split
from bot.dates import read_day
from bot.reports.readable import fold


def campaign_of(verb: str, said: str, names: Sequence[str]) -> str | UnknownCampaign:
    """The campaign that is called so, in any case."""
    name, _ = named([said.strip()], names)
    return name if name is not None else UnknownCampaign(verb, short([said]), near([said], names))


def report_asked(
    said: str,
    names: Sequence[str],
    today: date,
    *,
    wave: int | None = None,
    by: str | None = None,
    since: str | None = None,
    versus: str | None = None,
    now: bool = False,
) -> Report | Misread:
    """Report a campaign; `since` and `versus` are read as they are in a line, `by` is kept to the letter."""
    campaign = campaign_of("report", said, names)
    if not isinstance(campaign, str):
        return campaign
    if by is not None and not by.strip():
        return MissingName("report", "by", "by")
    day = None if since is None else read_day(split(since), today)
    if since is not None and day is None:
        return BadDate(short([since]))
    other = None if versus is None else versus_of("vs", split(versus), names)
    if not isinstance(other, str | int | None):
        return other
    return Report(campaign, wave, by, day, other, now)


def trend_asked(said: str, names: Sequence[str], by: str | None = None) -> Trend | Misread:
    """The scores of a campaign's waves, or by month or week."""
    campaign = campaign_of("trend", said, names)
    if not isinstance(campaign, str):
        return campaign
    period = None if by is None else PERIODS.get(fold(by.strip()))
    return Surplus("trend", short([by])) if by is not None and period is None else Trend(campaign, period)


def themes_asked(
    said: str, names: Sequence[str], *, wave: int | None = None, by: str | None = None
) -> Themes | Misread:
    """What the reasons speak of; `by` is kept to the letter."""
    campaign = campaign_of("themes", said, names)
    if by is not None and not by.strip():
        return MissingName("themes", "by", "by")
    return Themes(campaign, wave, by) if isinstance(campaign, str) else campaign


def accounts_asked(
    said: str, names: Sequence[str], *, wave: int | None = None, weighted: str | None = None
) -> Accounts | Misread:
    """The score by account; `weighted` is kept to the letter."""
    campaign = campaign_of("accounts", said, names)
    if weighted is not None and not weighted.strip():
        return MissingName("accounts", "weighted", "weighted")
    return Accounts(campaign, wave, weighted) if isinstance(campaign, str) else campaign


def audit_asked(
    said: str, names: Sequence[str], *, wave: int | None = None, by: str | None = None
) -> Audit | Misread:
    """Who was not asked; `by` is kept to the letter."""
    campaign = campaign_of("audit", said, names)
    return Audit(campaign, wave, by) if isinstance(campaign, str) else campaign


def churn_asked(said: str, names: Sequence[str], *, wave: int | None = None) -> Churn | Misread:
    """Who left since a wave."""
    campaign = campaign_of("churn", said, names)
    return Churn(campaign, wave) if isinstance(campaign, str) else campaign


def movers_asked(said: str, names: Sequence[str], *, wave: int | None = None) -> Movers | Misread:
    """The same customers twice."""
    campaign = campaign_of("movers", said, names)
    return Movers(campaign, wave) if isinstance(campaign, str) else campaign


def managers_asked(said: str, names: Sequence[str], *, wave: int | None = None) -> Managers | Misread:
    """Account managers beside each other."""
    campaign = campaign_of("managers", said, names)
    return Managers(campaign, wave) if isinstance(campaign, str) else campaign


def board_asked(said: str, names: Sequence[str], *, wave: int | None = None) -> Board | Misread:
    """The page for the board."""
    campaign = campaign_of("board", said, names)
    return Board(campaign, wave) if isinstance(campaign, str) else campaign


def answers_asked(
    said: str, names: Sequence[str], *, category: str | None = None, wave: int | None = None
) -> ShowAnswers | Misread:
    """The newest answers; the category may be said in Dutch too."""
    campaign = campaign_of("answers", said, names)
    if not isinstance(campaign, str):
        return campaign
    chosen = None if category is None else CATEGORIES.get(fold(category.strip()))
    if category is not None and chosen is None:
        return Surplus("answers", short([category]))
    return ShowAnswers(campaign, chosen, wave)
