"""The simulated world: a few people, one or two processes of the bot, three providers, and one source of chance.

A world is made of its seed alone. It goes on step by step; each step is something that somebody does, or time
that passes, and may be hit by a fault at any call of a process.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

from bot.intake.erasing import erase_contact
from tests.simulation.crowd import Crowd
from tests.simulation.ground import ADMINS, CALM, CAMPAIGNS, FALLBACK, MANAGERS, Weather
from tests.simulation.laws import Screens, at_rest, everybody_is_accounted_for, next_due, nothing_left
from tests.simulation.words import Utterance
from tests.support.boundaries import expect_crashes

__all__ = ["Weather", "World"]


@dataclass(slots=True, repr=False)
class World(Crowd):
    """Everything there is."""

    # ------------------------------------------------------------------------------------------- the steps

    async def begin(self) -> None:
        """People are imported, and the first process starts. Nothing goes wrong yet."""
        expect_crashes(asyncio.get_running_loop())
        self._start_process()
        await self._import([self._line(number) for number in range(self.size)])
        self.storm = self.weather
        for provider in self.providers.values():
            provider.trouble = 0.1 * self.storm.trouble

    async def step(self) -> None:
        """Something happens."""
        self.steps += 1
        actions, weights = zip(*_ACTIONS, strict=True)
        action: Callable[[World], Awaitable[None]] = self.chance.choices(actions, weights)[0]
        await action(self)
        self._replace_dead()
        self._raise_what_broke()

    async def speak(self) -> None:
        """A customer writes, taps or edits."""
        at = self._somebody()
        said = self._say_or_tap(at)
        await self._hand_over(said)

    async def deliver(self) -> None:
        """Some of what waits comes in, in any order."""
        for _ in range(min(len(self.post), self.chance.randrange(1, 5))):
            await self._deliver(self.post.pop(self.chance.randrange(len(self.post))))

    async def work(self) -> None:
        """Every worker of a process looks once or twice."""
        for _ in range(self.chance.randrange(1, 3)):
            await self._guarded(self._process().work)

    async def work_apart(self) -> None:
        """One worker looks, and the others do not."""
        one = self._process()
        channel = self.chance.choice(tuple(self.providers))
        work: list[Callable[[], Awaitable[None]]] = [
            one.timers.tick,
            one.worker.look,
            partial(one.send, channel),
        ]
        await self._guarded(self.chance.choice(work))

    async def all_at_once(self) -> None:
        """Deliveries and workers, at the same time, in all processes."""
        jobs: list[Callable[[], Awaitable[None]]] = []
        for one in self.processes:
            jobs += [one.timers.tick, one.worker.look]
            jobs += [partial(one.send, name) for name in self.providers]
        for _ in range(min(len(self.post), 4)):
            waiting = self.post.pop(self.chance.randrange(len(self.post)))
            jobs.append(partial(self._deliver, waiting))
        self.chance.shuffle(jobs)
        await asyncio.gather(*(self._guarded(job) for job in jobs))

    async def time_passes(self) -> None:
        """Seconds, minutes, hours or days."""
        unit, most = self.chance.choice((("seconds", 20), ("minutes", 40), ("hours", 12), ("days", 4)))
        self._advance(**{unit: self.chance.randrange(1, most)})

    async def command(self) -> None:
        """An admin types a command, or presses a button that they were shown at any time."""
        admin = self.chance.choice(ADMINS)
        buttons = self._buttons(admin, "w:")
        if buttons and self.chance.random() < 0.6:
            ref, choice = self.chance.choice(buttons[-4:])
            for _ in range(self.chance.choice((1, 1, 2))):
                await self._hand_over(self._press(admin, ref, choice, Utterance("command")))
            return
        campaign = self.chance.choice(tuple(CAMPAIGNS))
        lines = (
            f"start {campaign}",
            f"start {campaign}",
            f"start {campaign} confirm",
            f"status {campaign}",
            f"report {campaign}",
            "help",
            self._absence(),
        )
        line = self.chance.choice((*lines, f"stop {campaign}")) if self.steps > 30 else lines[2]
        event = self._message(admin, Utterance("command"), command=f"nps {line}")
        await self._hand_over(event, again=admin.channel != "slack")

    def _absence(self) -> str:
        """Somebody goes away, or comes back; perhaps in a circle, or to themselves."""
        who, deputy = self.chance.choice(tuple(MANAGERS)), self.chance.choice(tuple(MANAGERS))
        until = self.chance.choice(("tomorrow", "in 3 days", "friday"))
        return self.chance.choice((f"away {who} until {until} to {deputy}", f"away {who} off"))

    async def manage(self) -> None:
        """A manager presses a button of an alert, of the newest or of an old one; or writes something."""
        manager = self.chance.choice((*MANAGERS.values(), FALLBACK))
        buttons = self._buttons(manager, "c:")
        if not buttons:
            return
        ref, choice = self.chance.choice(buttons)
        await self._hand_over(self._press(manager, ref, choice, Utterance("none")))

    async def import_again(self) -> None:
        """A file comes that changes a few people, brings new ones, and gives an address to somebody else."""
        numbers = [self.chance.randrange(self.size + 6) for _ in range(self.chance.randrange(1, 5))]
        lines = [self._line(number) for number in dict.fromkeys(numbers)]
        await self._guarded(lambda: self._import(lines))

    async def erase(self) -> None:
        """Somebody is erased at the terminal."""
        keys = tuple(self.model.people)
        if not keys:
            return
        key = self.chance.choice(keys)
        one = self._process()
        await self._guarded(lambda: one.store.write(erase_contact, one.context, key, self.clock.now()))

    async def provider_changes(self) -> None:
        """A provider has its bad hours, or a token is wrong; or all is well again."""
        one = self.providers[self.chance.choice(tuple(self.providers))]
        what = self.chance.choice(("bad hours", "well", "well", "wrong token"))
        one.trouble = self.storm.trouble * (1 if what == "bad hours" else 0.1)
        one.wrong_token = what == "wrong token" and self.storm.trouble > 0
        if one.wrong_token:
            self.model.fault("wrong token")

    async def process_changes(self) -> None:
        """A second process joins, or one is killed where it stands."""
        if len(self.processes) == 1:
            self._start_process()
        else:
            one = self.chance.choice(self.processes)
            one.plug.pull()
            self.model.fault("killed")

    async def all_is_well(self) -> None:
        """Nothing fails for a while, everything arrives, and the bot comes to rest."""
        await self._come_to_rest()
        await self._look_around()
        self.storm = self.weather

    async def _come_to_rest(self) -> None:
        self.storm = CALM
        for provider in self.providers.values():
            provider.trouble, provider.wrong_token = 0.0, False
        self._replace_dead()
        for _ in range(400):
            while self.post:
                await self.deliver()
                self._raise_what_broke()  # or it would be delivered for ever
            for one in self.processes:
                await self._guarded(one.work)
            if not self.post and await self.database.read(nothing_left, self.clock.now()):
                return
            self._advance(seconds=5)
        self.model.law(False, "the bot comes to rest")

    def _raise_what_broke(self) -> None:
        if self.model.broken is not None:
            raise self.model.broken

    async def _look_around(self) -> None:
        """Check what holds when nothing is on its way."""
        self._raise_what_broke()
        screens = Screens({name: one.screens for name, one in self.providers.items()})
        await self.database.read(at_rest, self.model, screens)

    async def end(self) -> None:
        """Let all that is open come to its end, each at its time, and look at everything once more."""
        await self._come_to_rest()
        for _ in range(400):
            due = await self.database.read(next_due)
            if due is None:
                break
            self.model.now = self.clock.set(max(due, self.clock.now()))
            await self._come_to_rest()
        await self._look_around()
        await self.database.read(everybody_is_accounted_for, self.model)


_ACTIONS: Final[tuple[tuple[Callable[[World], Awaitable[None]], float], ...]] = (
    (World.speak, 42),
    (World.deliver, 14),
    (World.work, 16),
    (World.work_apart, 10),
    (World.all_at_once, 5),
    (World.time_passes, 9),
    (World.command, 4),
    (World.manage, 4),
    (World.import_again, 1.2),
    (World.erase, 0.3),
    (World.provider_changes, 2),
    (World.process_changes, 1),
    (World.all_is_well, 0.7),
)
