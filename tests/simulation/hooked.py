"""Another system in the world, that is told what happens; and the laws of what it is told."""

import asyncio
import json
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, func, select

from bot.hooks import deliveries, hooks
from bot.hooks.hooks import NewHook
from bot.hooks.kinds import HOOK_KINDS
from bot.hooks.posting import Posted
from bot.sending.hooks import HookSender
from bot.store.schema import conversation, hook_delivery, hook_event, hook_lane, wave
from tests.simulation.model import Model
from tests.support.boundaries import Call, Crash
from tests.support.process import Process

SECRET: Final = "whsec_" + "A" * 43 + "="


@dataclass(slots=True)
class OtherSystem:
    """Keeps what it is told by its id, and looks at the order of what it is told of each person."""

    model: Model
    chance: random.Random
    told: dict[str, str] = field(default_factory=dict)  # id -> kind
    parked: set[str] = field(default_factory=set)  # may come late
    _last: dict[str, int] = field(default_factory=dict)  # the number of the newest, of each person

    async def look(self, process: Process, trouble: float) -> None:
        """One look of a process, whose requests may fail, or end it before or after they arrive."""

        async def post(_url: str, headers: Mapping[str, str], body: str, _now: datetime) -> Posted:
            fault = process.plug.at(Call("send", "hook"))
            if fault == "crash before":
                raise process.plug.pull()
            if self.chance.random() < trouble:
                return Posted("it answered 503")
            self._take(headers["webhook-id"], json.loads(body))
            if fault == "crash after":
                raise process.plug.pull()
            return Posted()

        sender = HookSender(process.store, process.context, post, process.clock)
        await sender.look()
        await sender.settle()
        await asyncio.sleep(0)
        if process.plug.pulled:
            raise Crash

    def _take(self, id_: str, body: Mapping[str, object]) -> None:
        if id_ in self.told:
            return
        self.told[id_] = str(body["type"])
        data = body["data"]
        assert isinstance(data, dict)
        person = data.get("contact")
        if id_ in self.parked or not isinstance(person, dict):
            return
        key, number = str(person["key"]), body["sequence"]
        assert isinstance(number, int)
        # Who was erased and is imported again is another person.
        self.model.law(
            number == 1 or number > self._last.get(key, 0), "what is told of a person is in order", key
        )
        self._last[key] = number


def add(connection: Connection, now: datetime) -> None:
    """It is told of everything."""
    hooks.add_hook(connection, NewHook("other", "https://other.example.com/", HOOK_KINDS), SECRET, now)


def retry(connection: Connection, system: OtherSystem, now: datetime) -> None:
    """An admin has everything sent again."""
    parked = select(hook_delivery.c.key).where(hook_delivery.c.state == "parked")
    system.parked.update(connection.scalars(parked))
    deliveries.try_all_again(connection, 1, now)


def left_to_tell(connection: Connection) -> bool:
    """Whether something is on its way to it."""
    return any(
        connection.execute(select(table.c.id).limit(1)).first() is not None
        for table in (hook_event, hook_delivery)
    )


def nothing_is_lost(connection: Connection, system: OtherSystem) -> None:
    """Check that it was told everything, once nothing is on its way."""
    law = system.model.law
    numbers = connection.scalar(select(func.coalesce(func.sum(hook_lane.c.last), 0)))
    law(len(system.told) == numbers, "another system is told all there is to tell", len(system.told), numbers)
    scored = (
        select(func.count())
        .select_from(conversation.join(wave, wave.c.id == conversation.c.wave_id))
        .where(conversation.c.first_score.is_not(None), wave.c.trial.is_(False))
    )
    given = sum(kind == "answer.given" for kind in system.told.values())
    law(given == connection.scalar(scored), "each first score is told once", given, connection.scalar(scored))
