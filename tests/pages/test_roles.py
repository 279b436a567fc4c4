"""No page shows an account manager what is another's, whatever happened with the cases."""

import random
import re

import pytest

from bot.cases.deeds import digest
from bot.pages.live import LiveView
from bot.store.store import Store
from channels.base import Address
from tests.pages.house import OTHER, House, house_of
from tests.support.bot_under_test import ADMIN, FALLBACK, MANAGER, Customer
from tests.support.manual_clock import ManualClock

MANAGERS = {"Manager": MANAGER, "Other": OTHER}


async def _world(store: Store, clock: ManualClock, chance: random.Random) -> tuple[House, dict[str, str]]:
    """Customers of either manager or of nobody, who say something that only they say; cases go here and there. Whose
    each customer is, by that word."""
    house = house_of(store, clock)
    owners = {f"zebra{number}": chance.choice(["Manager", "Other", ""]) for number in range(8)}
    await house.bot.start(
        *(
            Customer(word, slack=f"U{word}", account=f"Account of {word}", manager=owner or None)
            for word, owner in owners.items()
        )
    )
    for word in owners:
        await house.bot.say(f"slack:U{word}", str(chance.choice([1, 4, 8, 10])))
        await house.bot.say(f"slack:U{word}", f"they said {word}")
    await house.bot.work()
    for case in await house.bot.cases():
        deed = chance.choice(
            ["take", "done", "snooze:3d", f"to:{digest('Manager')}", f"to:{digest('Other')}", ""]
        )
        await house.bot.press(str(ADMIN), f"c:{case.id}:{deed}")
    await house.bot.work()
    return house, owners


async def _pages(house: House, who: Address) -> str:
    paths = ["", "cases", *(f"cases/{lane}/1" for lane in ("open", "taken", "snoozed", "done", "confirmed"))]
    paths += [f"case/{case.id}" for case in await house.bot.cases()]
    paths += [f"account/{number}" for number in range(1, 9)]
    paths += ["accounts", "score", "score?by=account", "score/answers", "score/themes", "people?q=zebra"]
    async with house.browser(who) as browser:
        return "\n".join([(await browser.get(f"/dashboard/{path}")).text for path in paths])


@pytest.mark.parametrize("seed", range(3))
async def test_no_page_shows_what_is_anothers(store: Store, clock: ManualClock, seed: int) -> None:
    house, owners = await _world(store, clock, random.Random(seed))
    cases = {
        row.id: (await house.bot.conversation(word)).id
        for word in owners
        for row in await house.bot.cases()
        if row.conversation_id == (await house.bot.conversation(word)).id
    }
    words = {(await house.bot.conversation(word)).id: word for word in owners}
    for name, at in MANAGERS.items():
        allowed = {word for word, owner in owners.items() if owner == name}
        allowed |= {words[cases[row.id]] for row in await house.bot.cases() if row.address == at.id}
        seen = set(re.findall(r"zebra\d+", await _pages(house, at)))
        assert seen <= allowed
        assert {word for word, owner in owners.items() if owner == name} <= seen
    fallback = set(re.findall(r"zebra\d+", await _pages(house, FALLBACK)))
    assert fallback == {words[cases[row.id]] for row in await house.bot.cases() if row.address == FALLBACK.id}
    assert set(re.findall(r"zebra\d+", await _pages(house, ADMIN))) == set(owners)


async def test_an_account_manager_sees_nothing_of_campaigns_and_channels(house: House) -> None:
    async with house.browser(MANAGER) as browser:
        shown = (await browser.get("/dashboard/")).text
    for words in ("Running waves", "What is wrong", "What comes next"):
        assert words not in shown
    assert LiveView("today") == LiveView("today", "")
