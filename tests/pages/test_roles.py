"""No page and no report shows an account manager what is another's, whatever happened with the cases: of every address
that the dashboard has, and of every command that they may give."""

import random
import re
from collections.abc import Mapping
from itertools import product
from typing import Any

import httpx
import pytest
from starlette.routing import Mount, Route

from bot.cases.deeds import digest
from bot.commands.asking import FOR_MANAGERS, who_asks
from bot.pages.dashboard import LIVE
from bot.pages.live import LiveView
from bot.pages.scores import CATEGORIES, MORE
from bot.reports.cases.board import LANES
from bot.store.schema import contact
from bot.store.store import Store
from channels.base import Address
from tests.pages.house import OTHER, House, house_of, token_in
from tests.support.bot_under_test import ADMIN, FALLBACK, MANAGER, Customer
from tests.support.manual_clock import ManualClock

MANAGERS = {"Manager": MANAGER, "Other": OTHER}
ZEBRAS = 7
OPEN_TO_ALL = {"/in/{token:str}", "/static/{mark:str}/{name:str}"}  # nobody is signed in there
STREAMS = {
    "/live/{name:str}",
    "/live/{name:str}/{about:str}",
}  # looked at below, without waiting for their end
QUERIES: Mapping[str, tuple[str, ...]] = {
    "/accounts": ("", "?q=zebra", "?page=2"),
    "/people": ("", "?q=zebra", *(f"?q=zebra{number}" for number in range(ZEBRAS))),
    "/score": ("", "?by=account", "?by=account_manager", "?trend=1", "?wave=1"),
    "/score/answers": (
        "",
        *(f"?category={one}" for one in CATEGORIES),
        *(f"?by=account&group=Account+of+zebra{number}" for number in range(ZEBRAS)),
        *(f"?by=account_manager&group={name}" for name in MANAGERS),
        "?by=channel&group=slack",
        "?theme=delivery",
    ),
}
"""What else a page is asked; a page that is not named here takes nothing."""


def _routes(house: House) -> list[Route]:
    (mount,) = (one for one in house.dashboard.routes if isinstance(one, Mount))
    routes = [one for one in mount.routes if isinstance(one, Route)]
    assert len(routes) == len(mount.routes), "another kind of route, which nobody looks into"
    return routes


async def _paths(house: House, route: Route) -> list[str]:
    """The addresses of a route, with all that its places may hold; a new kind of place is to be named here."""
    cases = [str(case.id) for case in await house.bot.cases()]
    values: dict[str, list[str]] = {
        "lane": list(LANES),
        "page": ["1", "2"],
        "number": cases,
        "id": [str(number) for number in range(1, ZEBRAS + 2)],
        "what": list(MORE),
    }
    names = list(route.param_convertors)
    filled = []
    for chosen in product(*(values[name] for name in names)):
        path = route.path
        for name, value in zip(names, chosen, strict=True):
            path = re.sub(r"\{" + name + r":\w+\}", value, path)
        filled.append(path)
    return filled


async def _world(store: Store, clock: ManualClock, chance: random.Random) -> tuple[House, dict[str, str]]:
    """Customers of either manager or of nobody, who say something that only they say; cases go here and there. Whose
    each customer is, by that word."""
    house = house_of(store, clock)
    owners = {f"zebra{number}": chance.choice(["Manager", "Other", ""]) for number in range(ZEBRAS)}
    await house.bot.start(
        *(
            Customer(word, slack=f"U{word}", account=f"Account of {word}", manager=owner or None)
            for word, owner in owners.items()
        )
    )
    for word in owners:
        await house.bot.say(f"slack:U{word}", str(chance.choice([1, 4, 8, 10])))
        await house.bot.say(f"slack:U{word}", f"they said {word.replace('zebra', 'stripe')}")
    await house.bot.work()
    for case in await house.bot.cases():
        deed = chance.choice(
            ["take", "done", "snooze:3d", f"to:{digest('Manager')}", f"to:{digest('Other')}", ""]
        )
        await house.bot.press(str(ADMIN), f"c:{case.id}:{deed}")
    await house.bot.work()
    return house, owners


async def _pages(house: House, who: Address) -> str:
    """All that they see on any page."""
    found = []
    async with house.browser(who) as browser:
        for route in _routes(house):
            if "GET" not in (route.methods or ()) or route.path in OPEN_TO_ALL | STREAMS:
                continue
            for path in await _paths(house, route):
                for query in QUERIES.get(path, ("",)):
                    answered = await browser.get(f"/dashboard{path}{query}")
                    assert answered.status_code in (200, 404), (path, query)
                    found.append(_without_echo(query, answered.text))
    return "\n".join(found)


async def _live(house: House, who: Address) -> str:
    """All that they would be sent on pages that are open."""
    found = []
    for name in LIVE:
        abouts = [str(case.id) for case in await house.bot.cases()] if name == "case" else [""]
        for about in abouts:
            view, asks = LiveView(name, about), who_asks(house.bot.settings, who, who)
            values = await house.bot.store.read(house.dashboard.views.read, view, asks, house.bot.clock.now())
            if values is not None:
                found.append(house.dashboard.views.draw(view, values).html)
    return "\n".join(found)


async def _reports(house: House, who: Address) -> str:
    """All that the chat tells them: each command that account managers may give."""
    numbers = [case.id for case in await house.bot.cases()]
    lines: dict[str, list[str]] = {
        "help": ["help"],
        "report": [
            "report demo",
            "report demo by account",
            "report demo by account_manager",
            "report demo now",
        ],
        "trend": ["trend demo", "trend demo by month"],
        "themes": ["themes demo", "themes demo by account"],
        "accounts": ["accounts demo"],
        "churn": ["churn demo"],
        "movers": ["movers demo"],
        "managers": ["managers demo"],
        "answers": ["answers demo", *(f"answers demo {one}" for one in CATEGORIES)],
        "why": [f"why zebra{number}" for number in range(ZEBRAS)],
        "audit": ["audit demo", "audit demo by account"],
        "away": ["away"],
        "cases": ["cases", "cases mine", "cases late", "cases demo"],
        "case": [f"case {number}" for number in numbers],
        "hold": ["hold"],
        "digest": ["digest"],
        "dashboard": [],  # the pages
    }
    assert lines.keys() == FOR_MANAGERS, "a command of which nobody looks whom it shows"
    found = []
    for line in (line for each in lines.values() for line in each):
        told = await house.asked(who, line)
        found.append(_without_echo(line, told))
    return "\n".join(found)


async def _forms(house: House, who: Address, words: set[str]) -> str:
    """What every form of the dashboard answers to somebody who fills in everything that is another's."""
    found = []
    async with house.browser(who) as browser:
        html = (await browser.get("/dashboard/")).text
        for route in _routes(house):
            if "POST" not in (route.methods or ()) or route.path in OPEN_TO_ALL | {"/out"}:
                continue
            for path in await _paths(house, route):
                for number, fields in enumerate(_filled(words)):
                    once = f"{number:02}-{path.replace('/', '-')}"[:40].ljust(8, "x")
                    sent = {"token": token_in(html), "form": once, **fields}
                    answered: httpx.Response = await browser.post(f"/dashboard{path}", data=sent)
                    assert answered.status_code < 500, path
                    found.append(_without_echo(str(fields), answered.text))
    return "\n".join(found)


def _filled(words: set[str]) -> list[dict[str, str]]:
    return [
        {"deed": "take", "words": "note: mine now", "campaign": "demo"},
        {"deed": f"to:{digest('Manager')}", "words": "take"},
        *({"key": word, "typed": word} for word in sorted(words)),
    ]


async def _whose(house: House, owners: Mapping[str, str]) -> tuple[dict[int, str], dict[str, set[str]]]:
    """The word of each case's customer, and the words that each account manager may see."""
    of_talk = {(await house.bot.conversation(word)).id: word for word in owners}
    words = {case.id: of_talk[case.conversation_id] for case in await house.bot.cases()}
    return words, {
        name: {word for word, owner in owners.items() if owner == name}
        | {words[case.id] for case in await house.bot.cases() if case.address == at.id}
        for name, at in MANAGERS.items()
    }


def _seen(text: str) -> set[str]:
    return {f"zebra{number}" for number in re.findall(r"(?:zebra|stripe)(\d)", text)}


def _without_echo(asked: str, text: str) -> str:
    """A text without the name that was asked for, which it repeats; what its customer said would stay."""
    for word in re.findall(r"zebra\d", asked):
        text = text.replace(word, "")
    return text


@pytest.mark.parametrize("seed", range(2))
async def test_no_page_shows_what_is_anothers(store: Store, clock: ManualClock, seed: int) -> None:
    house, owners = await _world(store, clock, random.Random(seed))
    words, allowed = await _whose(house, owners)
    for name, at in MANAGERS.items():
        seen = _seen(await _pages(house, at))
        assert seen <= allowed[name]
        assert {word for word, owner in owners.items() if owner == name} <= seen
        assert _seen(await _live(house, at)) <= allowed[name]
        assert _seen(await _reports(house, at)) <= allowed[name]
    fallback = {words[case.id] for case in await house.bot.cases() if case.address == FALLBACK.id}
    assert _seen(await _pages(house, FALLBACK)) == fallback
    assert _seen(await _live(house, FALLBACK)) == fallback
    assert _seen(await _pages(house, ADMIN)) == set(owners)


async def test_no_form_does_or_shows_what_is_anothers(store: Store, clock: ManualClock) -> None:
    house, owners = await _world(store, clock, random.Random(7))
    words, allowed = await _whose(house, owners)
    for name, at in MANAGERS.items():
        foreign = {case.id: case for case in await house.bot.cases() if words[case.id] not in allowed[name]}
        assert foreign
        typed = set(owners) - allowed[name]
        assert not _seen(await _forms(house, at, typed)) & typed
        kept: dict[int, Any] = {case.id: case for case in await house.bot.cases()}
        assert {number: kept[number] for number in foreign} == foreign
    assert len(await house.bot.rows(contact)) == ZEBRAS  # nobody was erased


async def test_an_account_manager_sees_nothing_of_campaigns_and_channels(house: House) -> None:
    async with house.browser(MANAGER) as browser:
        shown = (await browser.get("/dashboard/")).text
    for words in ("Running waves", "What is wrong", "What comes next"):
        assert words not in shown
    assert LiveView("today") == LiveView("today", "")
