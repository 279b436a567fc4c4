"""`python -m tests.processes.wrong_clock`: a server process on a machine whose clock is AHEAD seconds ahead."""

import os
from datetime import datetime, timedelta
from typing import Final

from bot.clock import RealClock
from bot.demo.server import main

AHEAD: Final = "CLOCK_IS_AHEAD"
"""The variable that says by how many seconds."""


class WrongClock(RealClock):
    """Real time, and so many seconds more."""

    def __init__(self, ahead: timedelta) -> None:
        self._ahead = ahead

    def now(self) -> datetime:
        return super().now() + self._ahead


if __name__ == "__main__":
    main(WrongClock(timedelta(seconds=float(os.environ[AHEAD]))))
