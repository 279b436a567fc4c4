"""Where a process touches the world: its database and its providers. Here it can be stopped, or be failed.

A `Plug` is asked at each call of one process what is to happen at it. Once the plug is pulled, every call of
that process ends it: what was in its memory is gone, what it had committed or sent is not.
"""

import asyncio
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Concatenate, Literal, ParamSpec, Protocol, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError
from starlette.routing import Route

from bot.steps import Noted
from bot.store.store import Store
from channels.base import Address, Channel, DeliveryReport, Limits, OutboundMessage, Receipt, Receive

P = ParamSpec("P")
T = TypeVar("T")
V = TypeVar("V")

Kind = Literal["write", "read", "send", "find"]
Fault = Literal[
    "crash before",  # nothing of the call was done
    "crash inside",  # a write was done, and not committed
    "crash after",  # done, and its result never came
    "error before",
    "error inside",
    "error after",
]


class Crash(BaseException):
    """The process is gone. Nothing in it may catch this, as nothing in it could catch a SIGKILL."""


class Injected(OperationalError):
    """The database failed because it was told to."""

    def __init__(self) -> None:
        super().__init__("(a statement)", None, RuntimeError("the database failed"))


class Undone(Injected):
    """Takes a write back that was done and is not to be committed."""


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a process: what kind it is, and what it is for (a function's name, a channel's)."""

    kind: Kind
    name: str


@dataclass(slots=True)
class Plug:
    """The plug of one process. `fate` says what happens at a call; None is nothing."""

    fate: Callable[[Call], Fault | None] = lambda _: None
    pulled: bool = False
    calls: list[Call] = field(default_factory=list)

    def at(self, call: Call) -> Fault | None:
        """What happens at this call; a process without its plug makes none."""
        self.check()
        self.calls.append(call)
        return self.fate(call)

    def check(self) -> None:
        """End the process where its plug was pulled while it waited."""
        if self.pulled:
            raise Crash

    def pull(self) -> Crash:
        self.pulled = True
        return Crash()


class Witness(Protocol):
    """Sees what a process does to the database."""

    def observe(self, connection: Connection, name: str, result: Any) -> Any:
        """Look at what a write named `name` made of the database, in its own transaction."""
        ...

    def committed(self, name: str, args: tuple[Any, ...], result: Any, seen: Any) -> None:
        """The write is on disk, also where its result never comes; `seen` is what `observe` returned."""
        ...


class Nobody:
    """Sees nothing."""

    def observe(self, connection: Connection, name: str, result: Any) -> None:
        return

    def committed(self, name: str, args: tuple[Any, ...], result: Any, seen: Any) -> None:
        return


class PluggedStore(Store):
    """A process's way to the database that `inner` is open on. `one_at_a_time`, shared by all processes,
    makes the order of the calls depend on nothing but themselves."""

    def __init__(
        self,
        inner: Store,
        plug: Plug,
        witness: Witness | None = None,
        one_at_a_time: asyncio.Lock | None = None,
    ) -> None:
        self.url = inner.url
        self._inner = inner
        self._plug = plug
        self._witness: Witness = witness or Nobody()
        self._turn = one_at_a_time or asyncio.Lock()
        self._each: list[tuple[Noted[Any], asyncio.Future[Any]]] = []
        self._listeners = []

    async def take(
        self,
        function: Callable[Concatenate[Connection, P], T],
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """See `Store.take`."""
        name = getattr(function, "__name__", "write")
        fault = self._plug.at(Call("write", name))
        self._strike(fault, "before")

        def run(connection: Connection) -> tuple[T, Any]:
            result = function(connection, *args, **kwargs)
            if fault in ("crash inside", "error inside"):
                raise Undone
            return result, self._witness.observe(connection, name, result)

        async with self._turn:
            self._plug.check()
            try:
                result, seen = await self._inner.take(run)
            except Undone:
                self._strike(fault, "inside")
                raise
            self._witness.committed(name, args, result, seen)
        self._strike(fault, "after")
        self._plug.check()
        return result

    async def write_of(
        self,
        person: str,
        function: Callable[Concatenate[Connection, P], T],
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """See `Store.write_of`; here everything has one order."""
        return await self.write(function, *args, **kwargs)

    async def write_each(
        self, person: str, function: Callable[[Connection, Sequence[Noted[V]]], Sequence[T]], about: V
    ) -> T:
        """See `Store.write_each`; here everything has one order, and what waits for its turn goes together."""
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._each.append((Noted(about), future))
        if len(self._each) == 1:
            await self._take_each(function)
        return await future

    async def _take_each(self, function: Callable[[Connection, Sequence[Noted[Any]]], Sequence[Any]]) -> None:
        group: list[tuple[Noted[Any], asyncio.Future[Any]]] = []

        def run(connection: Connection) -> list[tuple[Any, Any]]:
            group.extend(self._each)
            self._each.clear()
            results = function(connection, [noted for noted, _ in group])
            return [(noted.about, result) for (noted, _), result in zip(group, results, strict=True)]

        run.__name__ = function.__name__
        try:
            taken = await self.write(run)
        except BaseException as error:
            for _, future in group + self._each:
                future.set_exception(error)
            self._each.clear()
            return
        for (_, future), (_, result) in zip(group, taken, strict=True):
            future.set_result(result)

    async def read(
        self,
        function: Callable[Concatenate[Connection, P], T],
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """See `Store.read`."""
        fault = self._plug.at(Call("read", getattr(function, "__name__", "read")))
        self._strike(fault, "before")
        async with self._turn:
            self._plug.check()
            result = await self._inner.read(function, *args, **kwargs)
        self._strike(fault, "after")
        self._plug.check()
        return result

    async def scrub(self) -> bool:
        """See `Store.scrub`. It changes nothing that anybody reads, so nothing is tried at it."""
        async with self._turn:
            self._plug.check()
            return await self._inner.scrub()

    async def close(self) -> None:
        """The database stays open: it is everybody's."""

    def _strike(self, fault: Fault | None, when: Literal["before", "inside", "after"]) -> None:
        if fault is None or not fault.endswith(when):
            return
        if fault.startswith("crash"):
            raise self._plug.pull()
        raise Injected


class Line:
    """A process's way to a provider. The provider itself outlives it."""

    def __init__(self, provider: Channel, plug: Plug) -> None:
        self.name: str = provider.name
        self.limits: Limits = provider.limits
        self._provider = provider
        self._plug = plug

    async def send(self, message: OutboundMessage) -> Receipt:
        fault = self._begin("send")
        receipt = await self._provider.send(message)
        self._end(fault)
        return receipt

    async def find(
        self, message: OutboundMessage, since: datetime, others: Collection[str] = ()
    ) -> Receipt | None:
        fault = self._begin("find")
        found = await self._provider.find(message, since, others)
        self._end(fault)
        return found

    def _begin(self, kind: Kind) -> Fault | None:
        fault = self._plug.at(Call(kind, self.name))
        if fault == "crash before":
            raise self._plug.pull()
        return fault

    def _end(self, fault: Fault | None) -> None:
        if fault == "crash after":
            raise self._plug.pull()
        self._plug.check()

    def routes(self, receive: Receive) -> Sequence[Route]:
        return ()

    async def listen(self, receive: Receive) -> None:
        return

    async def states(self, refs: Collection[str]) -> Sequence[DeliveryReport]:
        return await self._provider.states(refs)

    async def identify(self) -> str:
        return await self._provider.identify()

    async def look_up(self, address: Address) -> None:
        return

    async def hears(self) -> None:
        return

    async def register(self, public_url: str) -> None:
        return

    async def aclose(self) -> None:
        return


def expect_crashes(loop: asyncio.AbstractEventLoop) -> None:
    """Let the loop say nothing of tasks that ended with their process; of all others it says what it would."""

    def told(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        if not isinstance(context.get("exception"), Crash):
            loop.default_exception_handler(context)

    loop.set_exception_handler(told)
