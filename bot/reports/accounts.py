"""A wave by account: each account one vote, with intervals that count that people of one account answer alike."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import Connection, func, select

from bot.reports.number_groups import ACCOUNT_VALUE, number_of
from bot.reports.scope import Chosen, answered_in, cells_of, choose, in_waves, scores_of
from bot.reports.segments import named_attribute
from bot.reports.values import AccountRow, AccountsReport, Missing, Weighted
from bot.store.schema import conversation
from bot.store.sql import text_of
from scoring import Counts, by_account, value_at_risk, weighted_by_account

MOST_RED: Final = 10


@dataclass(slots=True)
class AccountTold:
    """What one account was asked and said, and what it was worth."""

    histogram: Counter[int] = field(default_factory=Counter)
    asked: bool = False
    value: float | None = None

    @property
    def counts(self) -> Counts:
        return scores_of("nps", self.histogram).counts


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
    everybody: Counter[int] = Counter()
    for one in accounts.values():
        everybody.update(one.histogram)
    nobody = accounts.pop(None, AccountTold())
    named = {name: one for name, one in accounts.items() if name is not None}
    counts = {name: one.counts for name, one in named.items() if one.histogram}
    weighted = None if weighted_by is None else _weighted(connection, chosen, named, weighted_by)
    if isinstance(weighted, Missing):
        return weighted
    red = sorted(
        (AccountRow(name, each, named[name].value) for name, each in counts.items() if each.net < 0),
        key=lambda row: (-(row.value or 0), row.counts.net, -row.counts.n, row.name),
    )
    asked = [one for one in named.values() if one.asked]
    return AccountsReport(
        scope=chosen.scope(cells_of(connection, chosen)),
        scores=scores_of("nps", everybody),
        found=by_account(list(counts.values())),
        red=tuple(red[:MOST_RED]),
        more_red=max(0, len(red) - MOST_RED),
        without_account=nobody.histogram.total(),
        at_risk=value_at_risk((one.counts, one.value) for one in asked if one.value is not None),
        without_value=sum(one.value is None for one in asked),
        weighted=weighted,
        currency=currency,
    )


def accounts_told(connection: Connection, chosen: Chosen) -> dict[str | None, AccountTold]:
    """What each account said; under None who has none, or was erased. Where an import came while the wave took people
    in, an account has the highest of its values."""
    name = chosen.known.account.label("name")
    asked = (conversation.c.asked_at.is_not(None) | conversation.c.score.is_not(None)).label("asked")
    counted = (
        select(name, conversation.c.score, asked, func.count(), func.max(chosen.known.account_value))
        .select_from(chosen.known.people)
        .where(*in_waves(chosen))
        .group_by(name, conversation.c.score, asked)
    )
    found: dict[str | None, AccountTold] = {}
    for account, score, was_asked, times, value in connection.execute(counted):
        one = found.setdefault(account, AccountTold())
        one.asked = one.asked or bool(was_asked)
        one.value = max((each for each in (one.value, value) if each is not None), default=None)
        if score is not None:
            one.histogram[score] += times
    return found


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
            return spelled
        name, weights = _weights(connection, chosen, accounts, spelled)
    answered = {account: one for account, one in accounts.items() if one.histogram}
    told = [(one.counts, weights[account]) for account, one in answered.items() if account in weights]
    return Weighted(name, weighted_by_account(told), len(answered) - len(told))


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
