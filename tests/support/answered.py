"""Waves that were answered, put straight into the store: who gave which score, when, where and why."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, insert, select, update

from bot.campaigns.enrolment import freeze
from bot.campaigns.terms import Terms
from bot.dialogue.kinds import SCALES, SurveyKind
from bot.store.schema import account, contact, conversation, wave
from bot.store.store import Store
from tests.support.campaign_world import terms_like

DAY: Final = date(2026, 3, 2)
START: Final = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
NOT_ASKED: Final[Mapping[str, Any]] = {"released_at": None, "asked_at": None, "delivered_at": None}


@dataclass(frozen=True, slots=True)
class Told:
    """One customer of a wave: by default somebody at Acme who was asked by Slack and said nothing."""

    score: int | None = None
    on: date = DAY
    reason: str | None = None
    channel: str | None = "slack"
    language: str = "en"
    account: str | None = None
    manager: str | None = None  # of the account
    erased: bool = False
    columns: Mapping[str, Any] = field(default_factory=dict)  # others of the conversation
    attributes: Mapping[str, str] = field(default_factory=dict)
    key_contact: bool | None = None
    worth: Mapping[str, Any] = field(default_factory=dict)  # of the account: account_value and so on


def told(times: int, score: int | None = None, **more: Any) -> list[Told]:
    """So many alike."""
    return [Told(score, **more)] * times


def skipped_by(rule: str, **more: Any) -> Told:
    """Somebody whom a rule left out."""
    return Told(columns={**NOT_ASKED, "state": "skipped", "skipped": rule, "ending": None}, **more)


def split(detractors: int, passives: int, promoters: int, **more: Any) -> list[Told]:
    """So many customers in each group."""
    return [*told(detractors, 3, **more), *told(passives, 8, **more), *told(promoters, 10, **more)]


async def hold(
    store: Store,
    people: Iterable[Told] = (),
    *,
    campaign: str = "demo",
    number: int = 1,
    kind: SurveyKind = "nps",
    open_: bool = False,
    trial: bool = False,
) -> int:
    """Hold a wave with these customers, who are new ones each time; its id. It is over unless `open_`."""
    return await store.write(_hold, campaign, number, _terms(campaign, kind), list(people), open_, trial)


def _terms(campaign: str, kind: SurveyKind) -> Terms:
    scale = SCALES[kind]
    return replace(terms_like(), campaign=campaign, kind=kind, low=scale.minimum, high=scale.maximum)


def _hold(
    connection: Connection,
    campaign: str,
    number: int,
    terms: Terms,
    people: Sequence[Told],
    open_: bool,
    trial: bool,
) -> int:
    started = START + timedelta(days=30 * number)
    made = connection.execute(
        insert(wave).returning(wave.c.id),
        {
            "campaign": campaign,
            "number": number,
            "trial": trial,
            "terms": terms.as_dict(),
            "plan": f"{campaign}:{number}",
            "started_by": "terminal:",
            "started_at": started,
            "enrolled_at": None if open_ else started,
        },
    ).one()
    wave_id: int = made.id
    if not people:
        return wave_id
    accounts = _accounts(connection, people)
    first = _next_contact(connection)
    connection.execute(
        insert(contact),
        [
            {
                "id": first + place,
                "contact_id": f"{campaign}-{number}-{place}",
                "name": f"Contact {place}",
                "account_id": accounts.get(one.account or ""),
                "language": one.language,
                "attributes": dict(one.attributes),
                "key_contact": one.key_contact,
                "changed_at": started,
            }
            for place, one in enumerate(people)
        ],
    )
    connection.execute(
        insert(conversation),
        [_row(wave_id, first + place, terms, one, started) for place, one in enumerate(people)],
    )
    freeze(connection, wave_id, first, first + len(people) - 1)
    return wave_id


def _row(wave_id: int, contact_id: int, terms: Terms, one: Told, started: datetime) -> dict[str, Any]:
    answered = one.score is not None
    at = datetime(one.on.year, one.on.month, one.on.day, 12, tzinfo=UTC)
    row = {
        "wave_id": wave_id,
        "contact_id": None if one.erased else contact_id,
        "erased": "request" if one.erased else None,
        "channel": one.channel,
        "address": "" if one.erased else f"U{contact_id}",
        "language": one.language,
        "state": "closed",
        "skipped": None,
        "released_at": started,
        "asked_at": started,
        "delivered_at": started,
        "low": terms.low,
        "high": terms.high,
        "score": one.score,
        "first_score": one.score,
        "scored_at": at if answered else None,
        "scored_on": one.on if answered else None,
        "reason": "" if one.erased and one.reason else one.reason,  # as erasure leaves it
        "closed_at": started,
        "ending": "window" if not answered else "done" if one.reason else "no_reason",
        "undelivered": None,
        "late": False,
        "unread": 0,
        "half": None,
    }
    assert one.columns.keys() <= row.keys()  # rows are put in together, by the columns of the first
    return row | dict(one.columns)


def _accounts(connection: Connection, people: Sequence[Told]) -> dict[str, int]:
    managers = {one.account: one.manager for one in people if one.account}
    worth = {one.account: dict(one.worth) for one in people if one.account and one.worth}
    known = {row.name: row.id for row in connection.execute(select(account.c.name, account.c.id))}
    for name, manager in managers.items():
        if name not in known:
            values = {"name": name, "account_manager": manager}
            known[name] = connection.execute(insert(account).returning(account.c.id), values).scalar_one()
    for name, values in worth.items():
        connection.execute(update(account).where(account.c.name == name).values(**values))
    return known


def _next_contact(connection: Connection) -> int:
    ids = connection.scalars(select(contact.c.id).order_by(contact.c.id.desc()).limit(1)).all()
    return ids[0] + 1 if ids else 1
