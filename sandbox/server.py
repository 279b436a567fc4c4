"""The bot's server, where whoever started the sandbox lets the page switch it off and on."""

from typing import Any, Protocol


class Server(Protocol):
    """A server that can be killed and started again, and that goes by the sandbox's clock.

    Whoever implements it publishes `{"server": as_json()}` on the feed of the phones at each change.
    """

    def as_json(self) -> dict[str, Any]:
        """`state` is "up", "down" or "starting"; `pid` the process, or null; `seconds` how long its start
        took, or null before that is over; `error` a plain sentence where it ended by itself, else null."""
        ...

    async def pull(self) -> None:
        """Kill it as a power failure would; returns once it is gone. Nothing where it is down already."""
        ...

    async def plug_in(self) -> None:
        """Start it; returns once it takes requests, or has failed to. Nothing where it is up already."""
        ...

    async def set_clock(self, ahead: float, speed: float) -> None:
        """Move its clock ahead by so many seconds and let it run at this speed; returns once it does."""
        ...
