"""`python -m tests.processes.machine`: a server process on a machine whose clock may be wrong, with a number that may
send faster than the slowest of Twilio's."""

import os
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from bot.clock import RealClock
from bot.demo.server import main
from channels.sms.channel import SmsChannel

AHEAD: Final = "CLOCK_IS_AHEAD"
"""The variable that says by how many seconds its clock is ahead; nobody moves it then."""
QUICK: Final = "NUMBER_IS_QUICK"
"""The variable that says how many text messages its number sends in a second."""


class WrongClock(RealClock):
    """Real time, and so many seconds more."""

    def __init__(self, ahead: timedelta) -> None:
        self._ahead = ahead

    def now(self) -> datetime:
        return super().now() + self._ahead


if __name__ == "__main__":
    SmsChannel.limits = replace(SmsChannel.limits, per_second=float(os.environ[QUICK]))
    ahead = os.environ.get(AHEAD)
    main(None if ahead is None else WrongClock(timedelta(seconds=float(ahead))))
