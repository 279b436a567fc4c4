"""The clock: waiting that can always be ended, and seconds that never go back."""

import asyncio
from datetime import timedelta
from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st

from bot import app
from bot.clock import Clock, RealClock, Steady, wait
from tests.support.manual_clock import ManualClock

TURNS = st.integers(0, 12)  # of the event loop; whatever ends a wait is through after some five


async def _turns(count: int) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


class _Quick(RealClock):
    """Its sleep is over after so many turns of the loop."""

    def __init__(self, turns: int) -> None:
        self._turns = turns

    async def sleep(self, seconds: float) -> None:
        await _turns(self._turns)


async def _works(clock: Clock, wake: asyncio.Event) -> None:
    while True:
        await wait(clock, wake, 60)


async def _ends(clock: Clock, before: int, woken: bool, then: int, again: int) -> bool:
    """Whether a worker that waits ends by one cancel, wherever in its turns that comes."""
    wake = asyncio.Event()
    worker = asyncio.create_task(_works(clock, wake))
    await _turns(before)
    if woken:
        wake.set()
    await _turns(then)
    if again % 2:
        wake.set()
    worker.cancel()
    done, _ = await asyncio.wait((worker,), timeout=1)
    if not done:
        worker.cancel()
        await asyncio.wait((worker,))
    return bool(done) and worker.cancelled()


@given(before=TURNS, woken=st.booleans(), then=TURNS, again=TURNS)
def test_a_cancel_ends_a_wait_at_any_turn_of_the_loop(
    before: int, woken: bool, then: int, again: int
) -> None:  # field E6
    assert asyncio.run(_ends(ManualClock(), before, woken, then, again))


@given(sleep=TURNS, before=TURNS, then=TURNS, again=TURNS)
def test_a_cancel_ends_a_wait_whose_time_runs_out(sleep: int, before: int, then: int, again: int) -> None:
    assert asyncio.run(_ends(_Quick(sleep + 1), before, False, then, again))  # field E6


async def test_a_worker_that_hangs_keeps_nobody_from_stopping() -> None:  # field E6
    async def deaf() -> None:
        while True:
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                if not over.is_set():
                    continue
                raise

    over = asyncio.Event()
    task = asyncio.create_task(deaf())
    await asyncio.sleep(0)
    with patch.object(app, "END_WITHIN", 0.01):
        await app._end([task])
        await app._closed("channels", asyncio.sleep(60))
    assert not task.done()
    over.set()
    task.cancel()
    await asyncio.wait((task,))


def test_steady_seconds_never_go_back() -> None:  # field E3
    clock = ManualClock()
    steady = Steady(clock)
    seen = [steady()]
    for by in (1, 2, -3600, 1, 0, 5, -10, 1):
        clock.set(clock.now() + timedelta(seconds=by))
        seen.append(steady())
    assert seen == [0, 1, 3, 3, 4, 4, 9, 9, 10]
