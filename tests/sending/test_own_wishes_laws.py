"""Nobody is asked against a wish of their own, in whatever order wishes, waves, answers and time come."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import delete

from bot.reading.own_wishes import AsUsual, Later, OwnWish, Rarely, Rather
from bot.store.schema import conversation, outbox
from bot.store.store import Store
from tests.support.bot_under_test import Bot, Customer, settings_of
from tests.support.examples import on_databases

WORDS: dict[str, OwnWish] = {
    "not now": Later(),
    "in 2 days": Later(2),
    "in 3 weeks": Later(21),
    "once a month is enough": Rarely(30),
    "rather by SMS": Rather("sms"),
    "rather on Slack": Rather("slack"),
    "as usual again please": AsUsual(),
    "START": AsUsual(),
    "8": Later(None),
}


@dataclass
class Known:
    """What the customer wished so far, as they would tell it."""

    not_before: datetime | None = None
    rarely: int | None = None
    channel: str | None = None
    asked: list[datetime] = field(default_factory=list)

    def hear(self, words: str, before: Any, now: datetime) -> None:
        """`before` is their conversation as it was."""
        own = WORDS[words]
        open_ = before is not None and before.state == "asked"
        match own:
            case AsUsual():
                self.not_before = self.rarely = self.channel = None
            case Rarely(days):
                self.rarely = days
            case Rather(channel):
                self.channel = channel
            case Later(days) if (
                days is not None and open_ and not (before.put_off and before.remind_at is None)
            ):
                until = now + timedelta(days=days)
                if until >= before.closes_at:
                    self.not_before = until


_words = st.none() | st.sampled_from(sorted(WORDS))
_rounds = st.tuples(_words, st.sampled_from([1, 8, 10, 22, 32]), _words)
"""What they say after a question, how many days later the next wave starts in the evening, and what they say then."""


@example(rounds=[("in 3 weeks", 8, None)])
@example(rounds=[("once a month is enough", 10, None)])
@example(rounds=[("rather by SMS", 8, "rather on Slack")])
@example(rounds=[(None, 8, "rather by SMS")])
@example(rounds=[(None, 8, "once a month is enough"), (None, 22, None)])
@given(rounds=st.lists(_rounds, min_size=1, max_size=3))
@on_databases(5)
async def test_nobody_is_asked_against_a_wish(
    store: Store, rounds: list[tuple[str | None, int, str | None]]
) -> None:
    demo = {"send_between": "09:00-12:00", "every": 0, "channels": ["slack"], "audience": {"name": "nobody"}}
    number = len(await Bot(store).rows(conversation)) + 1
    at = {"slack": f"U{number}", "sms": f"+3161{number:07}"}
    demo["audience"] = {"name": f"buyer{number}"}
    # a holder of its own, by which its messages are no repetition of another example's
    bot = Bot(store, settings_of(campaigns={"demo": demo}), holder=f"example {number}")
    await store.write(lambda connection: connection.execute(delete(outbox)).rowcount)
    await bot.start(Customer(f"buyer{number}", **at))
    known, seen = Known(), 0

    async def say(words: str | None) -> None:
        if words is not None:
            before = await bot.conversation(f"buyer{number}")
            await bot.say(f"slack:{at['slack']}", words)
            known.hear(words, before, bot.clock.now())
            await bot.work()

    async def look() -> None:
        nonlocal seen
        sent = await bot.rows(outbox, kind="question", state="sent")
        questions = [
            row for row in sent if row.address in at.values()
        ]  # others wait since an earlier example
        for row in questions[seen:]:
            assert known.not_before is None or known.not_before <= row.made_at
            if known.rarely is not None and known.asked:
                assert known.asked[-1] + timedelta(days=known.rarely) <= row.made_at
            assert row.channel == (known.channel or "slack")
            known.asked.append(row.made_at)
        seen = len(questions)

    await look()
    for after, days, waiting in rounds:
        await say(after)
        await bot.later(days=days)
        await bot.later(hours=10)
        await bot.enrol()
        await bot.work()
        await look()
        await say(waiting)
        await bot.later(hours=14)
        await look()
