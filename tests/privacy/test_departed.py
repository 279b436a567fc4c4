"""Who goes, and what a colleague wrote of why they were held back: a number is left, and nothing that names anybody."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from bot.campaigns.holds import keep_hold
from bot.intake.erasing import erase_contact
from bot.people.contacts import person
from bot.people.departed import Departed, departures
from bot.privacy.held import held
from bot.privacy.removal import remove
from bot.privacy.retention import find_old, forget_old
from bot.store.schema import departed, erasure_code, hold
from tests.privacy.test_erasure import load
from tests.support.bot_under_test import Bot

FIRST = (
    "C1,Ada,Acme,Manager,en,,UADA,,+31612345671,,\n"
    "C2,Bob,Acme,Manager,en,,UBOB,,,,\n"
    "C3,Cleo,Globex,,en,,UCLEO,,,,\n"
)


async def gone(bot: Bot) -> list[tuple[str, str, str, int]]:
    today = bot.clock.now().date()
    found = await bot.store.read(departures, today - timedelta(days=1), today)
    assert all(isinstance(one, Departed) and one.day == today for one in found)
    return [(one.account_manager, one.what, one.by, one.people) for one in found]


async def test_an_import_counts_the_addresses_that_it_changes_and_takes_out(bot: Bot, tmp_path: Path) -> None:
    await load(bot, tmp_path, FIRST)
    assert await gone(bot) == []
    await load(bot, tmp_path, "C1,Ada,Acme,Manager,en,,UADA2,,-,,\nC2,Bob,Acme,Manager,en,,UBOB2,,,,\n")
    assert await gone(bot) == [("Manager", "changed", "import", 2), ("Manager", "vanished", "import", 1)]
    await load(bot, tmp_path, "C3,Cleo,Globex,,en,,-,,,,\n")
    assert ("", "vanished", "import", 1) in await gone(bot)
    await load(bot, tmp_path, "C1,Ada,Acme,Manager,en,,UADA2,,,,\n")
    assert len(await gone(bot)) == 3, "what stays as it is counts as nothing"


async def test_who_is_removed_or_erased_leaves_a_number_and_no_name(bot: Bot, tmp_path: Path) -> None:
    await load(bot, tmp_path, FIRST)
    now = bot.clock.now()
    await bot.store.write(remove, "C1", "terminal:ada", now)
    await bot.store.write(remove, "nobody", "terminal:ada", now)
    await bot.store.write(erase_contact, bot.context, "C3", now, "terminal:eve")
    assert await gone(bot) == [
        ("", "erased", "terminal:eve", 1),
        ("Manager", "removed", "terminal:ada", 1),
    ]
    rows = "".join(map(str, await bot.rows(departed)))
    assert not any(word in rows for word in ("Ada", "C1", "Cleo", "C3", "UCLEO", "Acme", "Globex"))


async def test_who_erases_themself_is_counted_as_such(bot: Bot, tmp_path: Path) -> None:
    await load(bot, tmp_path, FIRST)
    await bot.say("slack:UCLEO", "DELETE")
    (code,) = [row.code for row in await bot.rows(erasure_code)]
    await bot.say("slack:UCLEO", code)
    assert await gone(bot) == [("", "erased", "customer", 1)]


async def held_back(bot: Bot, key: str) -> None:
    def keep(connection: Connection) -> None:
        one, now = person(connection, key), bot.clock.now()
        assert one is not None
        keep_hold(connection, one, now + timedelta(days=1), "a planted quarrel", "slack:U1", now)

    await bot.store.write(keep)


async def reasons(bot: Bot) -> list[tuple[bool, str, str]]:
    return [(row.contact_id is None, row.account_manager, row.reason) for row in await bot.rows(hold)]


async def test_why_somebody_was_held_back_goes_with_them_and_with_its_age(bot: Bot, tmp_path: Path) -> None:
    await load(bot, tmp_path, FIRST)
    for key in ("C1", "C3"):
        await held_back(bot, key)
    assert await reasons(bot) == [
        (False, "Manager", "a planted quarrel"),
        (False, "", "a planted quarrel"),
    ]
    await bot.store.write(erase_contact, bot.context, "C1", bot.clock.now())
    assert await reasons(bot) == [(True, "Manager", ""), (False, "", "a planted quarrel")]
    old = await bot.store.read(find_old, bot.clock.now())
    await bot.store.write(forget_old, bot.context, old, bot.clock.now())
    assert [reason for _, _, reason in await reasons(bot)] == ["", ""]
    assert not (await bot.store.read(find_old, bot.clock.now())).holds


async def test_what_is_held_of_somebody_tells_of_it(bot: Bot, tmp_path: Path) -> None:
    await load(bot, tmp_path, FIRST)
    await held_back(bot, "C1")

    def told(connection: Connection) -> Any:
        one = person(connection, "C1")
        assert one is not None
        return held(connection, one)["held_back"]

    (one,) = await bot.store.read(told)
    assert one["reason"] == "a planted quarrel"
