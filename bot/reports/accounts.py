"""A wave by account: each account one vote, with intervals that count that people of one account answer alike."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from sqlalchemy import Connection, select

from bot.campaigns.audience import attribute_names
from bot.reports.accounts_told import AccountTold, accounts_told, at_risk_of
from bot.reports.group_counts import scores_given
from bot.reports.number_groups import ACCOUNT_VALUE, number_of
from bot.reports.scope import Chosen, answered_in, choose, near_names, scope_of, scores_of
from bot.reports.segments import named_attribute
from bot.reports.values import AccountRow, AccountsReport, Missing, Weighted
from bot.store.sql import text_of
from scoring import by_account, weighted_by_account
from scoring.segmentation import FEWEST_COUNTED

MOST_RED: Final = 10


def accounts_report(
    connection: Connection,
    campaign: str,
    *,
    wave: int | None = None,
    managers: tuple[str, ...] | None = None,
    weighted_by: str | None = None,
    currency: str = "EUR",
) -> AccountsReport | Missing:
    """The accounts of a wave that asked for an NPS, the newest wave where no number is given, as they were when it
    asked. Those are listed that have more detractors than promoters, with the most to lose first: by what they are
    worth where that was imported, else by how many are unhappy. `weighted_by` is an attribute of numbers."""
    chosen = choose(connection, campaign, wave, managers=managers)
    if isinstance(chosen, Missing):
        return chosen
    if chosen.kind != "nps":
        return Missing("not_nps", chosen.waves[-1].campaign)
    accounts = accounts_told(connection, chosen)
    nobody = accounts.pop(None, None)
    named = {name: one for name, one in accounts.items() if name is not None}
    answered = {name: one.counts for name, one in named.items() if one.counts.n}
    weighted = None if weighted_by is None else _weighted(connection, chosen, named, weighted_by)
    if isinstance(weighted, Missing):
        return weighted
    red = sorted(
        (AccountRow(name, counts, named[name].value) for name, counts in answered.items() if counts.net < 0),
        key=lambda row: (-(row.value or 0), row.counts.net, -row.counts.n, row.name),
    )
    asked = [one for one in named.values() if one.asked]
    return AccountsReport(
        scope=scope_of(connection, chosen),
        scores=scores_of("nps", scores_given(connection, chosen)),
        found=by_account(list(answered.values())),
        red=tuple(red[:MOST_RED]),
        more_red=max(0, len(red) - MOST_RED),
        without_account=0 if nobody is None else nobody.counts.n,
        at_risk=at_risk_of(asked),
        without_value=sum(one.value is None for one in asked),
        weighted=weighted,
        currency=currency,
    )


def without_small_accounts(report: AccountsReport) -> AccountsReport:
    """The same without the names of unhappy accounts of fewer than five answers, which are counted: that an account of
    one person is unhappy says what that person said."""
    named = tuple(row for row in report.red if row.counts.n >= FEWEST_COUNTED)
    return replace(report, red=named, more_red=report.more_red + len(report.red) - len(named))


def _weighted(
    connection: Connection, chosen: Chosen, accounts: Mapping[str, AccountTold], attribute: str
) -> Weighted | Missing:
    """The score by the weights that an attribute gives; of a person's attribute the highest of the account's people."""
    name, weights = _weights(connection, chosen, accounts, attribute)
    if not weights and name == ACCOUNT_VALUE:
        return Missing("no_values")
    if not weights:
        spelled = named_attribute(connection, attribute)
        if isinstance(spelled, Missing):
            return replace(spelled, near=near_names(attribute, _numbers(connection, chosen, accounts)))
        name, weights = _weights(connection, chosen, accounts, spelled)
        if not weights:
            return Missing("no_numbers", name, _numbers(connection, chosen, accounts))
    answered = {account: one.counts for account, one in accounts.items() if one.counts.n}
    told = [(counts, weights[account]) for account, counts in answered.items() if account in weights]
    return Weighted(name, weighted_by_account(told), len(answered) - len(told))


def _numbers(connection: Connection, chosen: Chosen, accounts: Mapping[str, AccountTold]) -> tuple[str, ...]:
    """The attributes by which these accounts can be weighted. It reads all that there are: for when a name is of no
    use."""
    names = dict.fromkeys((ACCOUNT_VALUE, *attribute_names(connection)))
    return tuple(name for name in names if len(_weights(connection, chosen, accounts, name)[1]) > 1)


def _weights(
    connection: Connection, chosen: Chosen, accounts: Mapping[str, AccountTold], attribute: str
) -> tuple[str, dict[str, float]]:
    """The attribute as it is called, and the number of each account that has one, none of them less than nothing."""
    name = "_".join(attribute.casefold().split())
    if name == ACCOUNT_VALUE:
        return name, {account: one.value for account, one in accounts.items() if one.value is not None}
    text = text_of(chosen.known.attributes, attribute)
    said = (
        select(chosen.known.account, text)
        .select_from(chosen.known.people)
        .where(*answered_in(chosen), chosen.known.account.is_not(None), text.is_not(None))
        .distinct()
    )
    weights: dict[str, float] = {}
    for account, value in connection.execute(said):
        number = number_of(value)
        if number is not None and number >= 0:
            weights[account] = max(number, weights.get(account, 0.0))
    return attribute, weights
