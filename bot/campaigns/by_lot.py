"""Drawing a wave: the audience is gone through once, and who is asked of it is kept before anybody has a row.

Memory grows with the sample and with the accounts that have too many people, not with the audience.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, bindparam, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.campaigns.audience import PAGE, page_of
from bot.campaigns.candidates import next_page
from bot.campaigns.draw import Draw, Lots
from bot.campaigns.experience import Experience, experience
from bot.campaigns.places import Places
from bot.campaigns.plan import Asked, Candidate
from bot.campaigns.rules import Rules
from bot.campaigns.terms import Terms
from bot.campaigns.waves import Wave
from bot.store.schema import account_draw, contact, wave
from bot.store.store import Store
from scoring import invitations_needed, sample_size

_CHUNK: Final = 1_000  # accounts that are kept in one transaction; a longer one holds replies up
_CROWDED: Final = (
    select(contact.c.account_id)
    .where(contact.c.account_id.is_not(None))
    .group_by(contact.c.account_id)
    .having(func.count() > bindparam("most"))
)
_KEEP_ACCOUNTS: Final = {
    engine.dialect.name: engine.insert(account_draw).on_conflict_do_nothing()
    for engine in (sqlite, postgresql)
}
_KEEP: Final = (
    update(wave).where(wave.c.id == bindparam("id_"), wave.c.draw.is_(None)).values(draw=bindparam("drawn"))
)
_ACCOUNTS: Final = select(account_draw.c.account_id, account_draw.c.last).where(
    account_draw.c.wave_id == bindparam("of_wave"),
    account_draw.c.account_id.in_(bindparam("accounts", expanding=True)),
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """How many are to be drawn, and from what that follows: the answers that a margin takes of those who answer, and
    what earlier waves tell of both."""

    people: int | None
    answers: int | None
    known: Experience


async def pages(
    store: Store, terms: Terms, places: Places, started_at: datetime
) -> AsyncIterator[list[Candidate]]:
    """The audience of a wave that starts then, page after page."""
    today = places.today(started_at)
    whom = page_of(terms.audience, today, terms.draw.within)
    after = 0
    while found := await store.read(next_page, whom, after, places, PAGE):
        yield found
        if len(found) < PAGE:
            return
        after = found[-1].id


def wanted(terms: Terms, known: Experience) -> Wanted:
    """How many the terms draw; None of `people` is everybody.

    A margin takes `scoring.sample_size` answers at the variance of the earlier waves, and so many invitations as these
    need at the response of those waves, else at the expected one.
    """
    if terms.draw.margin is None:
        return Wanted(terms.draw.sample, None, known)
    answers = sample_size(terms.draw.margin, known.variance)
    return Wanted(invitations_needed(answers, known.response(terms.draw.expected_response)), answers, known)


async def draw(store: Store, rules: Rules, places: Places, people: int | None) -> Draw:
    """Draw so many, or everybody for whom their account has room, of those who would be asked."""
    per_account = rules.terms.draw.at_most_per_account
    crowded = set() if per_account is None else await store.read(_crowded, per_account)
    everybody = rules.but(None)
    lots = Lots(rules.seed, people, per_account, crowded)
    async for page in pages(store, rules.terms, places, rules.started_at):
        for candidate in page:
            if isinstance(everybody.decide(candidate), Asked):
                lots.put_in(candidate)
    return lots.draw()


def _crowded(connection: Connection, most: int) -> set[int]:
    return set(connection.scalars(_CROWDED, {"most": most}))


async def draw_wave(store: Store, run: Wave, rules: Rules, places: Places) -> None:
    """Draw a wave and keep it, once: what another process kept a moment before stands."""
    known = await store.read(experience, run.campaign)
    found = await draw(store, rules, places, wanted(run.terms, known).people)
    accounts = [
        {"wave_id": run.id, "account_id": account, "last": last} for account, last in found.accounts.items()
    ]
    for start in range(0, len(accounts), _CHUNK):
        await store.write(_keep_accounts, accounts[start : start + _CHUNK])
    await store.write(_keep, run.id, found)


def _keep_accounts(connection: Connection, accounts: Sequence[Mapping[str, int]]) -> None:
    connection.execute(_KEEP_ACCOUNTS[connection.dialect.name], accounts)


def _keep(connection: Connection, wave_id: int, found: Draw) -> None:
    connection.execute(_KEEP, {"id_": wave_id, "drawn": found.as_dict()})


def kept_draw(connection: Connection, run: Wave, chunk: Sequence[Candidate]) -> Draw | None:
    """What was drawn of a wave, as far as it says something of these; None where it leaves nobody out."""
    if run.draw is None:
        return None
    ids = sorted({one.account for one in chunk if one.account is not None})
    found: dict[int, int] = {}
    if ids and run.terms.draw.at_most_per_account is not None:
        values = {"of_wave": run.id, "accounts": ids}
        found = {row.account_id: row.last for row in connection.execute(_ACCOUNTS, values)}
    return Draw.from_dict(run.seed, run.draw, found)
