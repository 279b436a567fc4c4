"""A company of 3,000 contacts, 750 accounts and 12 account managers, and what they answered in five waves.

Two imports and every enrolment are the bot's own, and so are the conversations of some people of each wave: sent,
answered, corrected, stopped and followed up. The others' answers are put into their rows as intake would, which is what
makes it quick. All chance comes from one seed.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, select, update

from bot.config.settings import Settings
from bot.intake.erasing import erase_contact
from bot.people.importing import import_contacts
from bot.sending.theming import Theming
from bot.store.schema import Row, conversation, enrolment, wave
from bot.store.store import Store
from tests.support.bot_under_test import Bot, settings_of
from tests.support.manual_clock import ManualClock

PEOPLE: Final = 3000
ACCOUNTS: Final = 750
MANAGERS: Final = tuple(f"Manager {letter}" for letter in "ABCDEFGHIJKL")
ZONE: Final = ZoneInfo("Europe/Amsterdam")
SURVEYS: Final = {"panel": "nps", "service": "csat", "effort": "ces"}
"""The campaigns, and the kind of survey of each."""
REGIONS: Final = ("Noord", "Zuid", "Oost", "West", "Midden")
PLANS: Final = ("gold", "silver", "bronze")
PLAYED_IN_FULL: Final = 40
"""So many people of a wave answer in the bot's own chat."""

FIRST: Final = datetime(2025, 10, 24, 9, tzinfo=UTC)  # over the change of the clock
SECOND: Final = datetime(2025, 12, 24, 9, tzinfo=UTC)  # over new year
THIRD: Final = datetime(2026, 3, 9, 9, tzinfo=UTC)

REASONS: Final = {
    ("nl", "low"): ("levering was te laat", "veel te duur", "de helpdesk is onbereikbaar", "mwah, gaat wel"),
    ("nl", "high"): ("prettig contact met iedereen", "goede kwaliteit", "fijn bedrijf"),
    ("en", "low"): (
        "the delivery was late",
        "too expensive",
        "nobody answers the helpdesk",
        "meh, could be better",
    ),
    ("en", "high"): ("the quality is excellent", "always happy", "a pleasant company"),
}
"""What people write, by language and mood."""
OTHERS: Final = ("alles in Ordnung",)
SINCE_THE_THIRD: Final = {"nl": "sinds april verwart zendaya iedereen", "en": "since april zendaya stutters"}
"""What nobody wrote before the third wave."""
MEANT: Final = {
    "levering was te laat": "delivery",
    "veel te duur": "price",
    "de helpdesk is onbereikbaar": "support",
    "prettig contact met iedereen": "communication",
    "goede kwaliteit": "quality",
    "the delivery was late": "delivery",
    "too expensive": "price",
    "nobody answers the helpdesk": "support",
    "the quality is excellent": "quality",
}
"""The theme of each that speaks of one."""
LISTED: Final = frozenset(
    (
        "levering",
        "delivery",
        "duur",
        "expensive",
        "helpdesk",
        "onbereikbaar",
        "kwaliteit",
        "quality",
        "contact",
    )
)
"""Words that name a theme by themselves."""


@dataclass(frozen=True, slots=True)
class Account:
    """An account: what the import says of it."""

    name: str
    manager: str
    value: str
    since: date
    until: date | None
    renewal: date


def settings() -> Settings:
    """Three campaigns, one a kind of survey, with goals, bands and a benchmark."""
    usual = {"send_between": "always", "window": 14}
    return settings_of(
        account_managers={name: f"slack:UM{place}" for place, name in enumerate(MANAGERS)},
        surveys={"nps": {}, "pleased": {"kind": "csat"}, "eased": {"kind": "ces"}},
        campaigns={
            "panel": usual | {"survey": "nps", "target": 15, "every": 21},
            "service": usual | {"survey": "pleased", "every": 0, "audience": {"seats": {"at_least": 300}}},
            "effort": usual | {"survey": "eased", "every": 0},
        },
        bands={"good": 10, "excellent": 50, "account_value": [20000, 100000]},
        benchmark="all sectors",
        follow_up={"within": "4h"},
        language="nl",
    )


async def play(store: Store, directory: Path) -> Bot:
    """Everything up to the third wave of the panel, which runs: some are yet to answer."""
    bot = Bot(store, settings(), ManualClock(FIRST - timedelta(days=60)))
    chance = Random(16)
    accounts = _accounts(chance)
    people = _people(chance, accounts)
    await _import(bot, directory / "customers.csv", people)
    await _wave(bot, "effort", FIRST - timedelta(days=50), chance)
    await _wave(bot, "service", FIRST - timedelta(days=30), chance)
    await _wave(bot, "panel", FIRST, chance)
    await _wave(bot, "effort", SECOND - timedelta(days=40), chance)
    await _wave(bot, "service", SECOND - timedelta(days=20), chance)
    await _wave(bot, "panel", SECOND, chance)
    for number in (7, 77, 777, 1777, 2777):
        await store.write(erase_contact, bot.context, f"P{number:04}", bot.clock.now())
    bot.clock.set(THIRD - timedelta(days=3))
    await _import(bot, directory / "later.csv", list(_changed(people, chance)))
    await _wave(bot, "panel", THIRD, chance, until=THIRD + timedelta(days=4))
    await _match_reasons(bot)
    return bot


async def end(bot: Bot) -> None:
    """Let the third wave end: who has not answered is silent, and whose turn had not come is asked no more."""
    bot.clock.set(THIRD + timedelta(days=15))
    over = conversation.update().where(
        conversation.c.closes_at < bot.clock.now(), conversation.c.state == "asked"
    )
    told = over.values(state="closed", closed_at=THIRD + timedelta(days=14), ending="window")
    late = conversation.update().where(conversation.c.state == "waiting")
    skipped = late.values(state="skipped", skipped="too_late")
    await bot.store.write(lambda connection: connection.execute(told).rowcount)
    await bot.store.write(lambda connection: connection.execute(skipped).rowcount)
    await bot.work()
    await _match_reasons(bot)


async def _match_reasons(bot: Bot) -> None:
    """What the server does within a second."""
    theming = Theming(bot.store, bot.context, bot.clock)
    while await theming.look():
        pass


# ---------------------------------------------------------------------------------------------- who there is


def _accounts(chance: Random) -> dict[str, Account]:
    found = {}
    for place in range(ACCOUNTS):
        since = date(2015, 1, 1) + timedelta(days=chance.randrange(3900))
        left = chance.random() < 0.12
        found[f"Account {place:03}"] = Account(
            name=f"Account {place:03}",
            manager="" if place % 50 == 49 else MANAGERS[int(12 * chance.random() ** 1.7)],
            value="" if place % 20 == 19 else str(round(chance.lognormvariate(10, 1.2), 2)),
            since=since,
            until=date(2025, 6, 1) + timedelta(days=chance.randrange(330)) if left else None,
            renewal=date(2026, 1, 1) + timedelta(days=chance.randrange(365)),
        )
    return found


def _people(chance: Random, accounts: dict[str, Account]) -> list[dict[str, str]]:
    names = list(accounts)
    rows = []
    for number in range(PEOPLE):
        own = names[number] if number < ACCOUNTS else names[int(ACCOUNTS * chance.random() ** 1.5)]
        one = accounts[own]
        channel = chance.choices(("slack", "telegram", "phone", ""), (50, 25, 22, 3))[0]
        rows.append(
            {
                "contact_id": f"P{number:04}",
                "name": f"Person {number:04}",
                "account": "" if number % 60 == 59 else own,
                "account_manager": "" if number % 60 == 59 else one.manager,
                "language": chance.choices(("nl", "en", "de"), (60, 35, 5))[0],
                "timezone": "Europe/Amsterdam",
                "slack": f"UP{number:04}" if channel == "slack" else "",
                "telegram": str(7_700_000 + number) if channel == "telegram" else "",
                "phone": f"+3161234{number:04}" if channel == "phone" else "",
                "plan": chance.choices(PLANS, (20, 50, 30))[0],
                "region": chance.choices((*REGIONS, ""), (30, 25, 20, 15, 9.9, 0.1))[0],
                "seats": str(chance.randrange(1, 400)),
                "account_value": one.value,
                "account_since": one.since.isoformat(),
                "account_until": "" if one.until is None else one.until.isoformat(),
                "renewal": one.renewal.isoformat(),
                "key_contact": "yes" if chance.random() < 0.1 else "no",
            }
        )
    return rows


def _changed(people: list[dict[str, str]], chance: Random) -> Iterator[dict[str, str]]:
    """A later import: plans and account managers are others, which changes no older wave."""
    moved = {f"Account {place:03}": chance.choice(MANAGERS) for place in range(0, ACCOUNTS, 9)}
    for row in people:
        changed = row | {"plan": "churned"} if chance.random() < 0.05 else row
        manager = moved.get(row["account"], row["account_manager"])
        yield changed | {"account_manager": manager}


async def _import(bot: Bot, file: Path, rows: list[dict[str, str]]) -> None:
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.DictWriter(opened, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    await import_contacts(bot.store, file, bot.settings, bot.clock.now(), move_accounts=True)


# ------------------------------------------------------------------------------------------- what they say

_TOLD: Final = (
    *("state", "released_at", "asked_at", "delivered_at", "undelivered", "score", "first_score", "scored_at"),
    *("scored_on", "late", "reason", "unread", "closes_at", "closed_at", "ending", "reminded_at"),
)
_TELL: Final = (
    update(conversation)
    .where(conversation.c.id == bindparam("row"))
    .values({name: bindparam(f"to_{name}", type_=conversation.c[name].type) for name in _TOLD})
)


async def _wave(
    bot: Bot, campaign: str, start: datetime, chance: Random, until: datetime | None = None
) -> None:
    """One wave from its start to its end; or `until` a moment at which it still runs."""
    bot.clock.set(start)
    await bot.enrol(campaign=campaign)
    kind = SURVEYS[campaign]
    rows = await _to_be_asked(bot, campaign)
    played = [row for row in rows if row.channel == "slack"][:PLAYED_IN_FULL]
    kept = {row.id for row in played}
    moods = _moods(rows, chance)
    told = [_fate(row, kind, start, moods[row.account], chance, until) for row in rows if row.id not in kept]
    values = [{"row": row, **{f"to_{name}": value for name, value in one.items()}} for row, one in told]
    await bot.store.write(lambda connection: connection.execute(_TELL, values).rowcount)
    await bot.work()
    await _talk(bot, kind, played, chance)
    bot.clock.set(start + timedelta(days=15) if until is None else until)
    await bot.work()


async def _to_be_asked(bot: Bot, campaign: str) -> list[Row]:
    """Who waits to be asked in the newest wave of a campaign."""
    newest = max(row.id for row in await bot.rows(wave) if row.campaign == campaign)
    asked = (
        select(*(conversation.c[name] for name in ("id", "channel", "address", "language")))
        .add_columns(enrolment.c.account)
        .join(enrolment, enrolment.c.conversation_id == conversation.c.id)
        .where(conversation.c.wave_id == newest, conversation.c.state == "waiting")
        .order_by(conversation.c.id)
    )
    return await bot.store.read(lambda connection: list(connection.execute(asked)))


def _moods(rows: list[Row], chance: Random) -> dict[str | None, float]:
    """People of one account answer alike: how each account is inclined in this wave."""
    usual = Random(750)
    found: dict[str | None, float] = {f"Account {place:03}": usual.gauss(0, 0.8) for place in range(ACCOUNTS)}
    return {None: 0.0} | {name: mood + chance.gauss(0, 0.3) for name, mood in found.items()}


def _fate(
    row: Row, kind: str, start: datetime, mood: float, chance: Random, until: datetime | None
) -> tuple[int, dict[str, Any]]:
    """What becomes of somebody in a wave: their row, and its columns."""
    end = start + timedelta(days=14)
    asked = start + timedelta(minutes=1 + row.id % 300)
    told: dict[str, Any] = dict.fromkeys(_TOLD) | {"late": False, "unread": 0, "released_at": start}
    told |= {
        "asked_at": asked,
        "delivered_at": asked,
        "state": "closed",
        "closed_at": end,
        "ending": "window",
    }
    lot = chance.random()
    if lot < 0.03:
        told |= {"delivered_at": None, "ending": "undelivered", "undelivered": "30003"}
    elif lot < 0.05:
        told["delivered_at"] = None
    elif lot < 0.06:
        told["ending"] = "opted_out"
    elif lot < 0.08:
        told |= {"ending": "unread", "unread": 1}
    elif lot < 0.08 + {"slack": 0.5, "telegram": 0.4, "sms": 0.28}[row.channel]:
        told |= _answer(row.language, kind, start, mood, chance)
    if chance.random() < 0.3:
        told["reminded_at"] = start + timedelta(days=4)
    if until is not None and (told["ending"] == "window" or (told["scored_at"] or start) > until):
        waits = chance.random() < 0.1
        told = {name: told[name] for name in ("released_at", "asked_at", "delivered_at")}
        told |= {"state": "waiting" if waits else "asked", "late": False, "unread": 0, "closes_at": end}
        if waits:
            told |= dict.fromkeys(("released_at", "asked_at", "delivered_at", "closes_at"))
        told = dict.fromkeys(_TOLD) | told
    return row.id, told


def _answer(language: str, kind: str, start: datetime, mood: float, chance: Random) -> dict[str, Any]:
    low, high, middle = {"nps": (0, 10, 8.0), "csat": (1, 5, 3.9), "ces": (1, 7, 5.2)}[kind]
    score = min(high, max(low, round(middle + (high - low) / 6 * (mood + chance.gauss(0, 1)))))
    at = start + timedelta(seconds=round(min(16 * 86400, 18_000 + chance.expovariate(1 / 150_000))))
    told = {
        "score": score,
        "first_score": min(high, score + 1) if chance.random() < 0.04 else score,
        "scored_at": at,
        "scored_on": at.astimezone(ZONE).date(),
        "late": at > start + timedelta(days=14),
        "ending": "opted_out" if chance.random() < 0.02 else "no_reason",
    }
    if chance.random() < 0.6:
        side = "low" if chance.random() < (high - score + 1) / (high - low + 2) else "high"
        told["reason"] = chance.choice(REASONS.get((language, side), OTHERS))
        if start == THIRD and side == "low" and language in SINCE_THE_THIRD and chance.random() < 0.3:
            told["reason"] = SINCE_THE_THIRD[language]
        told["ending"] = "done" if told["ending"] == "no_reason" else "opted_out"
    return told


async def _talk(bot: Bot, kind: str, played: list[Row], chance: Random) -> None:
    """In the chat: scores, reasons, corrections, somebody who stops, questions, silence; cases are taken."""
    low, high = {"nps": (0, 10), "csat": (1, 5), "ces": (1, 7)}[kind]
    for place, row in enumerate(played):
        who = f"slack:{row.address}"
        bot.clock.advance(minutes=7)
        match place % 10:
            case 0 if place < 20:
                await bot.say(who, "STOP")
            case 1:
                await bot.say(who, "wie bent u eigenlijk?")
            case 2 | 3:
                await bot.say(who, str(high))
                await bot.say(who, f"sorry, {low}")
            case 4 | 5:
                worries = REASONS.get((row.language, "low"), OTHERS)
                await bot.say(who, f"{low + place % 3} {worries[place % len(worries)]}")
            case 6:
                await bot.say(who, str(low + 1))
            case 7 | 8:
                await bot.say(who, str(chance.randrange(low, high + 1)))
    await bot.work()
    for place, one in enumerate(row for row in await bot.cases() if row.state == "open"):
        bot.clock.advance(minutes=41)
        if place % 6:
            await bot.tap(f"{one.channel}:{one.address}", "Ik pak het op")
    await bot.work()
