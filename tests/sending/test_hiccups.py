"""A provider that is away for a while: nothing is given up, nothing is said twice that need not be."""

from datetime import timedelta

import pytest

from bot.sending.fate import TRIES, while_away
from bot.store.schema import outbox
from channels.base import Away, Unknown
from tests.support.bot_under_test import Bot, Customer
from tests.support.fake_channel import FakeChannel, Fate
from tests.support.queueing import put

CHANNELS = pytest.mark.parametrize("channel", ["slack", "telegram", "sms"])


@CHANNELS
@pytest.mark.parametrize("seconds", [12, 60])
async def test_replies_outlast_an_outage(bot: Bot, channel: str, seconds: int) -> None:  # field E5
    provider = bot.channels[channel]
    provider.dead = {str(600 + number): Away("It", 502) for number in range(10)}
    for number in range(10):
        await put(bot, str(number), kind="reply", to=f"{channel}:{600 + number}")
    for _ in range(seconds):
        await bot.later(seconds=1)
    assert provider.texts() == []
    tried = len(provider.tried)
    assert tried > 10 * TRIES, "more tries than a time-out gets"
    assert tried < 10 * (20 + seconds / 20), "and none of a long outage costs much"
    provider.dead.clear()
    await bot.later(minutes=1)
    assert sorted(provider.texts(), key=int) == [str(number) for number in range(10)]
    assert {row.state for row in await bot.rows(outbox, channel=channel)} == {"sent"}


@pytest.mark.parametrize("channel", ["slack", "telegram"])
async def test_what_a_gateway_answered_counts_apart_from_time_outs(
    bot: Bot, channel: str
) -> None:  # field E5
    provider = bot.channels[channel]
    fates: list[Fate] = [
        Away("It", 502),
        Away("It", 503),
        Unknown("late"),
        Away("It", 504),
        Unknown("late"),
        Away("It", 502),
    ]
    provider.fates.extend(fates)
    await put(bot, "one", kind="reply", to=f"{channel}:5")
    for _ in range(20):
        await bot.later(minutes=1)
    assert provider.texts() == ["one"]


@pytest.mark.parametrize("channel", ["slack", "telegram"])
async def test_time_outs_are_tried_over_minutes(bot: Bot, channel: str) -> None:  # field E5
    provider = bot.channels[channel]
    provider.fates.extend([Unknown("late")] * 2)
    await put(bot, "one", kind="reply", to=f"{channel}:5")
    await bot.work()
    for _ in range(100):
        await bot.later(seconds=1)
    assert len(provider.tried) == 2
    await bot.later(seconds=30)
    assert provider.texts() == ["one"]


@pytest.mark.parametrize("channel", ["slack", "telegram"])
async def test_a_question_that_a_gateway_may_have_let_through_is_not_asked_again(
    bot: Bot, channel: str
) -> None:  # field E5
    await bot.enrol(Customer("buyer", **{channel: "501"}))
    bot.channels[channel].fates.append(Away("It", 504))
    await bot.later(minutes=10)
    assert len(bot.channels[channel].tried) == 1
    assert (await bot.conversation("buyer")).state == "asked"


@pytest.mark.parametrize("channel", ["slack", "telegram"])
@pytest.mark.parametrize("state", [502, 503])
async def test_questions_outlast_an_outage(bot: Bot, channel: str, state: int) -> None:  # field E5
    """Each is asked once; one that a time-out met behind the outage stays in doubt."""
    provider = bot.channels[channel]
    people = [Customer(f"buyer{number}", **{channel: str(600 + number)}) for number in range(10)]
    await bot.enrol(*people)
    provider.dead = {str(600 + number): Away("It", state) for number in range(10)}
    for _ in range(60):
        await bot.later(seconds=1)
    assert provider.texts() == []
    assert {(await bot.conversation(one.id)).asked_at for one in people} == {None}
    provider.dead = {"600": Unknown("late")}
    for _ in range(5):
        await bot.later(minutes=1)
    assert [len(provider.texts(str(600 + number))) for number in range(10)] == [0, *[1] * 9]
    assert {row.state for row in await bot.rows(outbox, address="600")} == {"unknown"}


@pytest.mark.parametrize(
    ("age", "wait"), [(0, 1), (1, 1), (4, 2), (30, 15), (119, 59.5), (200, 60), (90_000, 60)], ids=str
)
def test_the_wait_grows_with_the_age(age: float, wait: float) -> None:
    assert while_away(timedelta(seconds=age)) == timedelta(seconds=wait)


async def test_an_sms_in_doubt_is_looked_for_with_room(
    bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:  # field E2
    seen: list[tuple[timedelta, frozenset[str]]] = []
    find = FakeChannel.find

    async def looked(self, message, since, others=()):  # type: ignore[no-untyped-def]
        seen.append((bot.clock.now() - since, frozenset(others)))
        return await find(self, message, since, others)

    monkeypatch.setattr(FakeChannel, "find", looked)
    number = "sms:+31612345678"
    await put(bot, "first", kind="reply", to=number)
    await bot.work()
    bot.sms.fates.append(Unknown("late"))
    await put(bot, "second", kind="reply", to=number)
    await bot.work()
    await bot.later(seconds=2)
    ((back, others),) = seen
    assert back >= timedelta(minutes=10), "Twilio's clock may be behind ours"
    assert others == {"sms-1"}, "what is recorded of another message is not this one"
