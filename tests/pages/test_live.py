"""Pages that are live: one look for all who watch, and nobody who holds the server up."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from bot.commands.asking import Who, who_asks
from bot.pages import live as live_module
from bot.pages.live import LivePicture, LiveView
from bot.people.visits import digest_of, open_visits
from bot.web.listening import listening
from bot.web.web import web
from channels.base import Address
from tests.pages.house import House
from tests.support.bot_under_test import ADMIN, MANAGER
from tests.support.patience import PATIENCE


async def _visit(house: House, actor: Address) -> tuple[str, Who]:
    async with house.browser(actor) as browser:
        digest = digest_of(browser.cookies["npsbot"])
    return digest, who_asks(house.bot.context.settings, actor, actor)


async def _watch(house: House, actor: Address, view: LiveView) -> AsyncIterator[LivePicture | None]:
    digest, who = await _visit(house, actor)
    return house.dashboard.live.watch(digest, who, view, "")


async def _next(pictures: AsyncIterator[LivePicture | None]) -> LivePicture | None:
    """What a page is to show after one look."""
    waits = asyncio.ensure_future(anext(pictures))
    return await asyncio.wait_for(waits, PATIENCE)


async def _shown(house: House, *each: AsyncIterator[LivePicture | None]) -> list[str]:
    waits = [asyncio.ensure_future(anext(one)) for one in each]
    await asyncio.sleep(0)
    await house.dashboard.live.look()
    async with asyncio.timeout(PATIENCE):
        found = await asyncio.gather(*waits)
    return ["" if one is None else one.html for one in found]


async def test_news_comes_to_every_page_that_is_open(house: House) -> None:
    today = await _watch(house, ADMIN, LiveView("today"))
    board = await _watch(house, MANAGER, LiveView("cases"))
    case = await _watch(house, MANAGER, LiveView("case", "2"))
    shown = await _shown(house, today, board, case)
    assert "with Manager, not taken" in shown[0]
    await house.bot.press(str(MANAGER), "c:2:take")
    shown = await _shown(house, today, board, case)
    assert ["Manager is on it" in one for one in shown] == [True, True, True]
    assert "Initech" in shown[0]
    assert "Initech" not in shown[1]


async def test_all_who_see_the_same_share_one_reading(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    looks = 0
    before = house.bot.store.read

    async def counted(*args: Any, **kwargs: Any) -> Any:
        nonlocal looks
        looks += 1
        return await before(*args, **kwargs)

    pages = [await _watch(house, ADMIN, LiveView("today")) for _ in range(20)]
    drawn: list[LiveView] = []
    draw = house.dashboard.live._draw

    def noted(view: LiveView, read: Any) -> LivePicture:
        drawn.append(view)
        return draw(view, read)

    monkeypatch.setattr(house.dashboard.live, "_draw", noted)
    monkeypatch.setattr(house.bot.store, "read", counted)
    assert len(set(await _shown(house, *pages))) == 1
    assert (looks, len(drawn)) == (1, 1)


async def test_what_is_costly_to_look_at_is_looked_at_rarely(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = await _watch(house, ADMIN, LiveView("cases"))
    await _shown(house, page)
    monkeypatch.setattr(live_module, "REST", 1e9)
    await house.bot.press(str(ADMIN), "c:2:take")
    await _shown(house, page)
    await house.bot.press(str(ADMIN), "c:2:done")
    waits = asyncio.ensure_future(anext(page))
    await house.dashboard.live.look()
    assert not waits.done()
    house.dashboard.live._rests_until = 0.0
    await house.dashboard.live.look()
    assert (shown := await asyncio.wait_for(waits, PATIENCE)) is not None
    assert "done by an admin" in shown.html  # it was only later


async def test_a_page_without_news_gets_nothing(house: House) -> None:
    (first,) = await _shown(house, page := await _watch(house, ADMIN, LiveView("cases")))
    assert first
    waits = asyncio.ensure_future(anext(page))
    await asyncio.sleep(0)
    for _ in range(2 * live_module.ANEW):
        await house.dashboard.live.look()
    assert not waits.done()
    waits.cancel()


async def test_who_is_slow_gets_the_newest_and_holds_nobody_up(house: House) -> None:
    slow = await _watch(house, ADMIN, LiveView("cases"))
    await _shown(house, slow)
    for deed in ("c:2:take", "c:2:done", "c:3:take"):
        await house.bot.press(str(ADMIN), deed)
        await house.dashboard.live.look()
    assert (newest := await _next(slow)) is not None
    assert newest.html.count("Buyer at Initech") == 1
    assert "an admin is on it" in newest.html


@pytest.mark.parametrize("how", ["off", "expiry", "role"])
async def test_an_open_page_ends_with_the_session_and_with_the_role(house: House, how: str) -> None:
    page = await _watch(house, MANAGER, LiveView("today"))
    await _shown(house, page)
    match how:
        case "off":
            await house.asked(MANAGER, "dashboard off")
        case "expiry":
            house.bot.clock.advance(hours=12)
        case _:
            settings = house.bot.context.settings
            house.bot.context.settings = settings.model_copy(update={"account_managers": {"Other": ADMIN}})
    assert await _shown(house, page) == [""]
    assert [one async for one in page] == []
    assert house.dashboard.live._watchers == set()
    assert await house.bot.store.read(open_visits, ("x",), house.bot.clock.now()) == {}


async def test_a_role_that_becomes_another_ends_the_page_too(house: House) -> None:
    page = await _watch(house, MANAGER, LiveView("today"))
    await _shown(house, page)
    settings = house.bot.context.settings
    house.bot.context.settings = settings.model_copy(update={"admins": (ADMIN, MANAGER)})
    assert await _shown(house, page) == [""]


async def test_there_is_room_for_so_many_and_no_more(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_module, "MOST", 0)
    async with house.browser(ADMIN) as browser:
        answer = await browser.get("/dashboard/live/today")
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "30")
        for path in ("nothing", "case", "case/x", "today/1"):
            assert (await browser.get(f"/dashboard/live/{path}")).status_code == 404
    async with house.browser() as stranger:
        assert "event: over" in (await stranger.get("/dashboard/live/today")).text


async def test_a_stop_of_the_server_ends_live_pages_at_once(house: House) -> None:
    async with house.browser(ADMIN) as browser:
        kept = browser.cookies["npsbot"]
    asgi = web(house.bot.store, house.bot.context, {}, {}, house.bot.clock, house.dashboard.routes)
    read: list[str] = []
    began = asyncio.Event()

    async def watching(port: int) -> None:
        url = f"http://127.0.0.1:{port}/dashboard/live/today"
        async with (
            httpx.AsyncClient(timeout=PATIENCE) as client,
            client.stream("GET", url, headers={"Cookie": f"npsbot={kept}"}) as stream,
        ):
            async for line in stream.aiter_lines():
                read.append(line)
                began.set()

    async with asyncio.timeout(PATIENCE):
        async with listening(asgi, "127.0.0.1", 0, house.dashboard.live.end) as port:
            watches = asyncio.create_task(watching(port))
            while not began.is_set():
                await house.dashboard.live.look()
                await asyncio.sleep(0.01)
        await watches  # to the end, with its last chunk: what is cut off would raise
    assert any("event: show" in line for line in read)
    assert house.dashboard.live.full
