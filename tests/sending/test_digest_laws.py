"""Over random histories: nothing is told twice, nothing falls between, nobody reads of another's customers, and nobody
is told at night or on a free day."""

import asyncio
import re
from collections import Counter
from datetime import UTC, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.cases.digests.readers import choose, digest_readers
from bot.store.schema import case, outbox
from bot.store.store import Store
from bot.when.repeats import Repeats
from channels.base import Address
from tests.crash.test_planned_starts import _empty
from tests.support.bot_under_test import Bot, Customer, settings_of
from tests.support.inline import open_inline
from tests.support.manual_clock import ManualClock

MANAGERS: Final = {
    "North": {"address": "slack:UNORTH", "zone": "America/New_York", "country": "US"},
    "South": {"address": "slack:USOUTH"},
}
ZONES: Final = {"UNORTH": ZoneInfo("America/New_York"), "USOUTH": ZoneInfo("Europe/Amsterdam")}
PEOPLE: Final = tuple(
    Customer(f"{manager}er{n}", slack=f"U{manager}{n}", account=f"{manager} {n}", manager=manager)
    for manager in MANAGERS
    for n in range(2)
)
LINE: Final = re.compile(r"^(\w+er\d) \((\d+)((?:, was \d+)?)\): “(.*)”$", re.MULTILINE)

CHOICES = st.tuples(
    st.just("choose"), st.sampled_from(["UNORTH", "USOUTH"]), st.sampled_from(["daily", "weekly", "monthly"])
)
SCORES = st.tuples(st.just("score"), st.sampled_from(PEOPLE), st.sampled_from(["9", "10", "7", "8", "3"]))
WORDS = st.tuples(
    st.just("words"), st.sampled_from(PEOPLE), st.sampled_from(["good manuals", "always on time"])
)
WAITS = st.tuples(st.just("wait"), st.just(None), st.timedeltas(timedelta(minutes=5), timedelta(days=6)))
STEPS = st.lists(
    st.one_of(SCORES, SCORES, WORDS, WORDS, WAITS, WAITS, WAITS, CHOICES), min_size=4, max_size=10
)


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_digests_tell_everything_once(migrated_url: str, steps: list[tuple[str, Any, Any]]) -> None:
    asyncio.run(_told(migrated_url, steps))


async def _told(url: str, steps: list[tuple[str, Any, Any]]) -> None:
    store = await open_inline(url)
    try:
        await store.write(_empty)
        bot = await _played(store, steps)
        await _holds(bot)
    finally:
        await store.close()


async def _played(store: Store, steps: list[tuple[str, Any, Any]]) -> Bot:
    clock = ManualClock(datetime(2026, 3, 23, 10, tzinfo=UTC))  # both zones change their clocks around it
    campaigns = {"demo": {"send_between": "always", "every": 0, "window": 60}}
    bot = Bot(
        store,
        settings_of(
            campaigns=campaigns, account_managers=MANAGERS, digest={"managers": "weekly", "at": "09:00"}
        ),
        clock,
    )
    await bot.start(*PEOPLE)
    for what, who, value in steps:
        match what:
            case "choose":
                place = Address("slack", str(who))
                one = next(each for each in digest_readers(bot.settings) if each.address == place)
                chosen: Repeats = value
                await store.write(choose, bot.settings, one, chosen, str(place), clock.now())
            case "wait":
                await _passes(bot, value)
            case _:
                assert isinstance(who, Customer)
                await bot.say(f"slack:{who.slack}", str(value))
                await bot.work()
    await _passes(bot, timedelta(days=35))
    return bot


async def _passes(bot: Bot, by: timedelta) -> None:
    """Time passes with a look as work begins in Europe, when it is night in America, and as it has begun there."""
    end = bot.clock.now() + by
    day = bot.clock.now().date()
    while datetime.combine(day, time(), UTC) < end:
        for hour in (8, 14):
            at = datetime.combine(day, time(hour), UTC)
            if bot.clock.now() < at < end:
                await _looks(bot, at)
        day += timedelta(days=1)
    await _looks(bot, end)


async def _looks(bot: Bot, at: datetime) -> None:
    bot.clock.set(at)
    await bot.digesting.look()
    if await bot.rows(outbox, kind="digest", state="queued"):
        await bot.senders["slack"].look()
        await bot.senders["slack"].settle()


async def _holds(bot: Bot) -> None:
    for place, name in (("UNORTH", "North"), ("USOUTH", "South")):
        texts = [text for text in bot.slack.texts(place) if text.startswith("Your customers")]
        lines = Counter(found for text in texts for found in LINE.findall(text))
        assert max(lines.values(), default=1) == 1, "nothing is told twice"
        assert not [who for who, *_ in lines if not who.startswith(name)], "nor what is another's"
        newest = {who: (score, words) for text in texts for who, score, _, words in LINE.findall(text)}
        for one in PEOPLE:
            row = await bot.conversation(one.id)
            cases = await bot.rows(case, conversation_id=row.id)
            if one.manager == name and row.score is not None and row.score > 6 and row.reason and not cases:
                assert newest.get(one.id) == (str(row.score), " ".join(row.reason.split())), (
                    "nothing falls between"
                )
        counted = sum(
            int(found) for text in texts for found in re.findall(r"^(\d+) new answers?:", text, re.MULTILINE)
        )
        assert counted <= sum(one.manager == name for one in PEOPLE), "no answer is counted twice"
    for row in await bot.rows(outbox, kind="digest", state="sent"):
        local = row.done_at.astimezone(ZONES.get(row.address, ZONES["USOUTH"]))
        assert local.weekday() < 5
        assert time(9) <= local.time() < time(17, 30), local
