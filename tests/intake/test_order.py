"""When it was said decides, and one message counts once, however the providers deliver."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count, permutations
from typing import Any

import pytest

from bot.store.schema import answer, inbox, opt_out
from channels.base import Address, Blocked, Inbound, ProviderOptIn, ProviderOptOut, Unblocked
from channels.slack.inbound import events_of as slack_events
from channels.sms.inbound import message as sms_events
from channels.telegram.inbound import events_of as telegram_events
from tests.support.bot_under_test import Bot, Customer
from tests.support.manual_clock import MONDAY

BUYER = Customer("Buyer", slack="U1", telegram="1001", sms="+31612345678")
ONLY = {
    "slack": Customer("Buyer", slack="U1"),
    "telegram": Customer("Buyer", telegram="1001"),
    "sms": Customer("Buyer", sms="+31612345678"),
}
AT = {name: Address(name, getattr(one, name)) for name, one in ONLY.items()}
_event_ids = count(1)


def at(seconds: float) -> datetime:
    """So many seconds after the question."""
    return MONDAY + timedelta(seconds=seconds)


def slack(text: str, ts: float, *, edited: float | None = None, thread: str = "") -> list[Inbound]:
    """A direct message as Slack tells it, or the change of one; each time under another event id."""
    stamp = f"{at(ts).timestamp():.6f}"
    message: dict[str, Any] = {"type": "message", "user": "U1", "text": text, "ts": stamp}
    if thread:
        message["thread_ts"] = thread
    event = {**message, "channel": "D1", "channel_type": "im"}
    if edited is not None:
        # Slack tells the time of an edit to the second.
        now = f"{int(at(edited).timestamp())}.000000"
        event = {
            "type": "message",
            "subtype": "message_changed",
            "channel": "D1",
            "channel_type": "im",
            "ts": now,
            "message": {**message, "edited": {"user": "U1", "ts": now}},
            "previous_message": {**message, "text": "other words"},
        }
    payload = {"type": "event_callback", "event_id": f"Ev{next(_event_ids)}", "event": event}
    return slack_events(payload, at(3600))


def telegram(
    text: str, date: float, message_id: int, *, edited: float | None = None, update: int | None = None
) -> list[Inbound]:
    """A message as Telegram tells it, or its edit."""
    message: dict[str, Any] = {
        "message_id": message_id,
        "date": int(at(date).timestamp()),
        "chat": {"id": 1001, "type": "private"},
        "from": {"id": 1001, "is_bot": False, "first_name": "B"},
        "text": text,
    }
    kind = "message"
    if edited is not None:
        kind, message["edit_date"] = "edited_message", int(at(edited).timestamp())
    number = next(_event_ids) if update is None else update
    return telegram_events({"update_id": number, kind: message}, "7", "acme_bot", at(3600))


def press(score: int, update: int) -> list[Inbound]:
    query = {
        "id": f"q{update}",
        "from": {"id": 1001, "is_bot": False, "first_name": "B"},
        "chat_instance": "1",
        "data": f"s:1:{score}",
    }
    return telegram_events({"update_id": update, "callback_query": query}, "7", "acme_bot", at(60))


def sms(text: str, sent: float, sid: str) -> list[Inbound]:
    """A text as Twilio's list tells it."""
    return sms_events(sid, "+31612345678", text, at(sent))


async def hear(bot: Bot, *events: Sequence[Inbound]) -> list[str]:
    """Take events in, in this order, and let the bot work; how each was taken."""
    taken: list[str] = []
    for one in events:
        taken += [await bot.take(event) for event in one]
        await bot.work()
    return taken


async def asked(bot: Bot, channel: str) -> None:
    await bot.start(ONLY[channel])
    bot.clock.advance(seconds=3600)


async def stands(bot: Bot) -> tuple[int | None, str | None]:
    row = await bot.conversation("Buyer")
    return row.score, row.reason


# ------------------------------------------------------------------------------- one message, once: field A4


@pytest.mark.parametrize("times", [2, 4])
@pytest.mark.parametrize("channel", ONLY)
async def test_one_message_under_several_deliveries_counts_once(bot: Bot, channel: str, times: int) -> None:
    # field A4
    await asked(bot, channel)
    score = {
        "slack": lambda: slack("3", 1),
        "telegram": lambda: telegram("3", 1, 5),
        "sms": lambda: sms("3", 1, "SM1"),
    }
    why = {
        "slack": lambda: slack("too slow", 2),
        "telegram": lambda: telegram("too slow", 2, 6),
        "sms": lambda: sms("too slow", 2, "SM2"),
    }
    deliveries = [score[channel]() for _ in range(times)] + [why[channel]() for _ in range(times)]
    taken = await hear(bot, *deliveries)
    again = ["duplicate"] * (times - 1)
    assert taken == ["taken", *again, "taken", *again]
    assert await stands(bot) == (3, "too slow")
    assert len(await bot.rows(answer)) == 2
    said = [message for message in bot.channels[channel].taken if message.address == AT[channel]]
    assert len(said) == 3, "the question, the reason's question and the thanks"


async def test_one_press_under_several_deliveries_counts_once(bot: Bot) -> None:
    # field A4
    await asked(bot, "telegram")
    first, again = press(3, 51), press(3, 52)
    again[0] = type(again[0])(**{**_fields(again[0]), "message_key": first[0].message_key})  # type: ignore[union-attr]
    assert await hear(bot, first, again) == ["taken", "duplicate"]


def _fields(event: Any) -> dict[str, Any]:
    return {name: getattr(event, name) for name in event.__slots__}


async def test_one_edit_under_several_deliveries_counts_once(bot: Bot) -> None:
    # field A4
    await asked(bot, "slack")
    taken = await hear(bot, slack("8", 1), slack("3", 1, edited=9), slack("3", 1, edited=9))
    assert taken == ["taken", "taken", "duplicate"]


async def test_two_edits_of_one_second_are_two(bot: Bot) -> None:
    await asked(bot, "telegram")
    taken = await hear(bot, telegram("8", 1, 5), telegram("3", 1, 5, edited=9), telegram("4", 1, 5, edited=9))
    assert taken == ["taken"] * 3
    assert (await stands(bot))[0] == 4


async def test_another_bot_numbers_its_messages_anew(bot: Bot) -> None:
    await asked(bot, "telegram")
    other = telegram_events(
        {
            "update_id": 3,
            "message": {
                "message_id": 5,
                "date": int(at(9).timestamp()),
                "chat": {"id": 1001, "type": "private"},
                "from": {"id": 1001, "is_bot": False, "first_name": "B"},
                "text": "4",
            },
        },
        "8",
        "new_acme_bot",
        at(3600),
    )
    assert await hear(bot, telegram("3", 1, 5), other) == ["taken", "taken"]


async def test_the_key_outlives_an_erasure_and_names_nobody(bot: Bot) -> None:
    await asked(bot, "telegram")
    await hear(bot, telegram("3", 1, 5), slack("3", 1))
    for row in await bot.rows(inbox):
        assert "1001" not in row.provider_id
        assert "D1" not in row.provider_id


# ---------------------------------------------------------------- an edit that overtakes its message: field A4

Made = Callable[[], list[Inbound]]
EDITS: dict[str, tuple[Made, Made]] = {
    "slack": (lambda: slack("3", 1, edited=9), lambda: slack("8", 1)),
    "slack, in the same second": (lambda: slack("3", 1.5, edited=1), lambda: slack("8", 1.5)),
    "telegram": (lambda: telegram("3", 1, 5, edited=9), lambda: telegram("8", 1, 5)),
    "telegram, in the same second": (lambda: telegram("3", 1, 5, edited=1), lambda: telegram("8", 1, 5)),
    "telegram, by a lower number": (
        lambda: telegram("3", 1, 5, edited=9, update=90_000),
        lambda: telegram("8", 1, 5, update=89_999),
    ),
}


@pytest.mark.parametrize("name", EDITS)
async def test_an_edit_that_overtakes_its_message_stands(bot: Bot, name: str) -> None:
    # field A4
    edit, original = EDITS[name]
    await asked(bot, name.partition(",")[0])
    assert await hear(bot, edit(), original()) == ["taken", "taken"]
    assert await stands(bot) == (3, None)
    assert [(row.kind, row.score) for row in await bot.rows(answer)] == [("score", 3), ("older", 8)]
    (alert,) = [one for one in bot.slack.taken if str(one.address) == "slack:UMANAGER"]
    assert "no longer" not in str(alert.body)


@pytest.mark.parametrize("name", EDITS)
async def test_in_their_order_the_edit_stands_too(bot: Bot, name: str) -> None:
    edit, original = EDITS[name]
    await asked(bot, name.partition(",")[0])
    await hear(bot, original(), edit())
    assert (await stands(bot))[0] == 3


async def test_edits_in_the_wrong_order(bot: Bot) -> None:
    # field A4
    await asked(bot, "slack")
    await hear(bot, slack("8", 1), slack("2", 1, edited=30), slack("9", 1, edited=20))
    assert (await stands(bot))[0] == 2
    await hear(bot, slack("much too slow", 40, edited=60), slack("slow", 40, edited=50), slack("slw", 40))
    assert await stands(bot) == (2, "much too slow")


async def test_an_edit_without_a_score_overtakes_the_score(bot: Bot) -> None:
    # field A4: what was typed first was taken back before it came
    await asked(bot, "slack")
    await hear(bot, slack("hello there", 1, edited=9), slack("8", 1))
    assert (await stands(bot))[0] is None
    assert [row.kind for row in await bot.rows(answer)] == ["unread", "older"]


# ------------------------------------------------------------------------ older words that come late: field E1

OLDER: dict[str, Callable[[], tuple[list[Inbound], list[Inbound]]]] = {
    "slack": lambda: (slack("9", 1), slack("2", 30)),
    "telegram": lambda: (telegram("9", 1, 5), telegram("2", 30, 6)),
    "telegram, in one second": lambda: (
        telegram("9", 1, 5, update=501),
        telegram("2", 1, 6, update=502),
    ),
    "telegram, by a press": lambda: (press(9, 501), telegram("2", 30, 6, update=502)),
    "telegram, before a press": lambda: (telegram("9", 1, 5, update=501), press(2, 502)),
    "sms, by the sweep": lambda: (sms("9", 1, "SM1"), sms("2", 30, "SM2")),
}


@pytest.mark.parametrize("name", OLDER)
async def test_an_older_score_that_comes_late_changes_nothing(bot: Bot, name: str) -> None:
    # field E1
    await asked(bot, name.partition(",")[0])
    first, second = OLDER[name]()
    await hear(bot, second, first)
    assert (await stands(bot))[0] == 2
    kept = [(row.kind, row.score) for row in await bot.rows(answer)]
    assert kept == [("score", 2), ("older", 9)]
    alerts = [str(one.body) for one in bot.slack.taken if str(one.address) == "slack:UMANAGER"]
    assert len(alerts) == 1
    assert "no longer" not in alerts[0]


@pytest.mark.parametrize("order", list(permutations(range(3))))
@pytest.mark.parametrize("channel", ONLY)
async def test_the_parts_of_a_reason_stand_as_they_were_said(
    bot: Bot, channel: str, order: tuple[int, ...]
) -> None:
    # field E1
    await asked(bot, channel)
    texts = ("the first was slow", "the second was dear", "and nobody called back")
    make: dict[str, Callable[[int, str], list[Inbound]]] = {
        "slack": lambda n, text: slack(text, 10 + n),
        "telegram": lambda n, text: telegram(text, 10 + n, 20 + n),
        "sms": lambda n, text: sms(text, 10 + n, f"SM{n}"),
    }
    score = {
        "slack": lambda: slack("2", 1),
        "telegram": lambda: telegram("2", 1, 5),
        "sms": lambda: sms("2", 1, "SM"),
    }
    await hear(bot, score[channel](), *(make[channel](n, texts[n]) for n in order))
    assert (await stands(bot))[1] == "\n".join(texts)


@pytest.mark.parametrize("order", list(permutations(range(3))))
async def test_praise_is_no_reason_of_a_two_in_whatever_order_it_comes(
    bot: Bot, order: tuple[int, ...]
) -> None:
    # field E1
    await asked(bot, "slack")
    said = (slack("9", 1), slack("great service", 10), slack("actually a 2", 20))
    await hear(bot, *(said[n] for n in order))
    row = await bot.conversation("Buyer")
    assert row.score == 2
    if order[0] != 1:  # what comes before any score is no reason of one
        assert "great" not in (row.reason or "")


async def test_an_older_doubt_asks_nothing(bot: Bot) -> None:
    # field E1
    await asked(bot, "slack")
    await hear(bot, slack("9", 30), slack("the helpdesk deserves a 3", 1))
    assert (await stands(bot))[0] == 9
    assert "Did you mean" not in str([one.body for one in bot.slack.taken])


# --------------------------------------------------------------------------------------------- consent: E1


def words(channel: str, text: str, seconds: float) -> list[Inbound]:
    """STOP or START as each channel brings it."""
    number = int(seconds) + 100
    return {
        "slack": lambda: slack(text, seconds),
        "telegram": lambda: telegram(text, seconds, number),
        "sms": lambda: sms(text, seconds, f"SM{number}"),
    }[channel]()


@pytest.mark.parametrize("channel", ONLY)
async def test_a_start_that_is_older_than_a_stop_lifts_nothing(bot: Bot, channel: str) -> None:
    # field E1
    await asked(bot, channel)
    await hear(bot, words(channel, "STOP", 30), words(channel, "START", 10))
    assert len(await bot.rows(opt_out)) == 1
    assert [row.kind for row in await bot.rows(answer)] == ["older"]
    assert "Welcome back" not in str([one.body for one in bot.channels[channel].taken])


@pytest.mark.parametrize("channel", ONLY)
async def test_a_stop_that_is_older_than_a_start_ends_nothing(bot: Bot, channel: str) -> None:
    # field E1
    await asked(bot, channel)
    await hear(bot, words(channel, "START", 30), words(channel, "STOP", 10))
    assert await bot.rows(opt_out) == []
    assert (await bot.conversation("Buyer")).state == "asked"
    assert [row.kind for row in await bot.rows(answer)] == ["older"]
    await hear(bot, words(channel, "STOP", 50))
    assert len(await bot.rows(opt_out)) == 1


async def test_it_is_one_persons_consent_on_whatever_channel_they_say_it(bot: Bot) -> None:
    # field E1
    await bot.start(BUYER)
    bot.clock.advance(seconds=3600)
    await hear(bot, sms("START", 30, "SM1"), slack("STOP", 10))
    assert await bot.rows(opt_out) == []
    await hear(bot, telegram("STOP", 50, 5), sms("START", 40, "SM2"))
    assert len(await bot.rows(opt_out)) == 1


# field A4
@pytest.mark.parametrize("channel", ONLY)
async def test_a_score_of_before_a_stop_counts_though_it_comes_after(bot: Bot, channel: str) -> None:
    """Slack brings it again for an hour: an unhappy customer who leaves is not missed, and is told nothing more."""
    await asked(bot, channel)
    said = words(channel, "3, too slow", 10), words(channel, "9", 20)
    await hear(bot, words(channel, "STOP", 40), *said)
    row = await bot.conversation("Buyer")
    assert (row.state, row.ending) == ("closed", "opted_out")
    assert (row.score, row.reason, row.late) == (3, "too slow", False)
    assert len(await bot.cases()) == 1
    before = len(bot.channels[channel].texts(AT[channel].id))
    await bot.work()
    assert "gave a 3" in bot.slack.texts("UMANAGER")[0]
    assert len(bot.channels[channel].texts(AT[channel].id)) - before <= 1, "the goodbye, and no more"


# field A4
@pytest.mark.parametrize(("text", "seconds"), [("3", 50), ("too slow", 10)])
async def test_what_is_said_after_a_stop_or_holds_no_score_is_kept_alone(
    bot: Bot, text: str, seconds: float
) -> None:
    await asked(bot, "slack")
    await hear(bot, words("slack", "STOP", 40), words("slack", text, seconds))
    row = await bot.conversation("Buyer")
    assert (row.ending, row.score) == ("opted_out", None)
    assert [one.kind for one in await bot.rows(answer)][-1] == "late"
    assert await bot.cases() == []


async def test_between_waves_it_is_the_same(bot: Bot) -> None:
    # field E1
    await bot.add(BUYER)
    bot.clock.advance(seconds=3600)
    await hear(bot, slack("STOP", 30), slack("START", 10))
    assert len(await bot.rows(opt_out)) == 1
    await hear(bot, slack("START", 50), slack("STOP", 40))
    assert await bot.rows(opt_out) == []


@pytest.mark.parametrize(
    ("kinds", "out"),
    [
        (((Blocked, 30), (Unblocked, 10)), True),
        (((Unblocked, 30), (Blocked, 10)), False),
        (((Blocked, 10), (Unblocked, 30)), False),
        (((ProviderOptOut, 30), (Unblocked, 50)), True),  # a lifted block is no START
        (((Unblocked, 50), (ProviderOptOut, 30)), True),
        (((ProviderOptIn, 50), (Blocked, 30)), False),
    ],
)
async def test_blocks_go_by_their_times_too(bot: Bot, kinds: Any, out: bool) -> None:
    # field E1
    await bot.add(ONLY["telegram"])
    bot.clock.advance(seconds=3600)
    events = [[kind(f"e{seconds}", AT["telegram"], at(seconds))] for kind, seconds in kinds]
    await hear(bot, *events)
    assert bool(await bot.rows(opt_out)) is out


async def test_who_came_back_is_remembered_for_a_month(bot: Bot) -> None:
    from bot.store.schema import opt_in

    await bot.add(BUYER)
    await hear(bot, slack("START", 0))
    assert len(await bot.rows(opt_in)) == 1
    for _ in range(40):
        await bot.later(days=1)
    assert await bot.rows(opt_in) == []


def test_times_are_utc() -> None:
    assert at(0).tzinfo is UTC
