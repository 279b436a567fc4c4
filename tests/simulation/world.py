"""The simulated world: a few people, one or two processes of the bot, three providers, and one source of chance.

A world is made of its seed alone. It goes on step by step; each step is something that somebody does, or time
that passes, and may be hit by a fault at any call of a process.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from bot.intake.erasing import erase_contact
from bot.people.event_intake import take_events
from bot.reports.themes.matches import lists_in_force
from bot.sending.hearing import Hearing
from bot.sending.theming import match_some
from bot.sending.unreported import Unreported
from channels.base import Inbound
from tests.simulation import hooked, starts
from tests.simulation.crowd import Crowd
from tests.simulation.fair import draw_alike, nobody_is_hand_picked, said_of_a_hold
from tests.simulation.ground import (
    ADMINS,
    CALM,
    CAMPAIGNS,
    FALLBACK,
    HEAD,
    MANAGERS,
    MOVED_TO,
    Weather,
)
from tests.simulation.happenings import something
from tests.simulation.laws import (
    Screens,
    at_rest,
    everybody_is_accounted_for,
    left_to_do,
    next_due,
    nothing_is_untold,
    themes_are_the_reasons,
)
from tests.simulation.words import Utterance
from tests.support.boundaries import expect_crashes

__all__ = ["Weather", "World"]

_REASONS = 3  # that are matched with the themes at a look around; the others wait


@dataclass(slots=True, repr=False)
class World(Crowd):
    """Everything there is."""

    # ------------------------------------------------------------------------------------------- the steps

    async def begin(self) -> None:
        """People are imported, and the first process starts. Nothing goes wrong yet."""
        expect_crashes(asyncio.get_running_loop())
        self._start_process()
        await self.database.write(draw_alike, self.chance)
        await self.database.write(hooked.add, self.clock.now())
        await self._import([self._line(number) for number in range(self.size)])
        self.storm = self.weather
        for provider in self.providers.values():
            provider.trouble = 0.1 * self.storm.trouble
            provider.untold = self.storm.untold

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
            one.digesting.look,
            one.planner.tick,
            one.worker.look,
            partial(one.send, channel),
        ]
        await self._guarded(self.chance.choice(work))

    async def all_at_once(self) -> None:
        """Deliveries and workers, at the same time, in all processes."""
        jobs: list[Callable[[], Awaitable[None]]] = []
        for one in self.processes:
            jobs += [one.timers.tick, one.digesting.look, one.planner.tick, one.worker.look]
            jobs += [partial(one.send, name) for name in self.providers]
        for _ in range(min(len(self.post), 4)):
            waiting = self.post.pop(self.chance.randrange(len(self.post)))
            jobs.append(partial(self._deliver, waiting))
        self.chance.shuffle(jobs)
        await asyncio.gather(*(self._guarded(job) for job in jobs))

    async def tell_others(self) -> None:
        """A process tells another system what happened."""
        one = self._process()
        await self._guarded(lambda: self.other.look(one, 2 * self.storm.trouble))

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
            f'improved {campaign} delivery "Orders leave within a day now."',
            f"improved {campaign} confirm",
        )
        line = self.chance.choice((*lines, f"stop {campaign}")) if self.steps > 30 else lines[2]
        event = self._message(admin, Utterance("command"), command=f"nps {line}")
        await self._hand_over(event, again=admin.channel != "slack")

    async def plan_starts(self) -> None:
        """An admin has a campaign start later, or again and again, or no more."""
        admin = self.chance.choice(ADMINS)
        for line in starts.lines(self.chance.choice(tuple(CAMPAIGNS)), self.chance):
            event = self._message(admin, Utterance("command"), command=f"nps {line}")
            await self._hand_over(event, again=admin.channel != "slack")
            await self.work()

    async def hold(self) -> None:
        """A colleague holds somebody back, or an admin refuses it."""
        who = self.chance.choice((*ADMINS, MANAGERS["Anchor"]))
        line = said_of_a_hold(self.chance, self.size)
        await self._hand_over(self._message(who, Utterance("command"), command=f"nps {line}"), again=False)

    def _absence(self) -> str:
        """Somebody goes away, or comes back; perhaps in a circle, or to themselves."""
        who, deputy = self.chance.choice(tuple(MANAGERS)), self.chance.choice(tuple(MANAGERS))
        until = self.chance.choice(("tomorrow", "in 3 days", "friday"))
        return self.chance.choice((f"away {who} until {until} to {deputy}", f"away {who} off"))

    async def manage(self) -> None:
        """A manager presses a button of an alert, of the newest or of an old one; or writes something."""
        manager = self.chance.choice((*MANAGERS.values(), FALLBACK, MOVED_TO))
        buttons = self._buttons(manager, "c:")
        if not buttons:
            return
        ref, choice = self.chance.choice(buttons)
        await self._hand_over(self._press(manager, ref, choice, Utterance("none")))

    async def write_under_an_alert(self) -> None:
        """A colleague writes to the customer, under an alert that may be an old one."""
        manager = self.chance.choice((MANAGERS["Anchor"], MANAGERS["Buoy"], MOVED_TO, FALLBACK))
        alerts = self._buttons(manager, "c:")
        if not alerts:
            return
        ref, _ = self.chance.choice(alerts)
        text = self.chance.choice(
            ("We are on it, and call you today", "[Name] has it", "note: they are angry")
        )
        said = self._message(
            manager,
            Utterance("none"),
            text=text,
            message_ref=self._key(),
            reply_to=ref,
            shared=manager == FALLBACK,
        )
        await self._hand_over(said)

    async def look_for_reports(self) -> None:
        """A process asks the carrier's list about reports that never came."""
        one = self._process()

        async def receive(events: Sequence[Inbound]) -> None:
            for event in events:
                await one.take(event, "sms")

        asked = Unreported(one.store, (self.providers["sms"],), {"sms": receive}, self.clock)
        await self._guarded(asked.look)

    async def look_whether_it_hears(self) -> None:
        """A process asks each provider whether what people write comes in."""
        one = self._process()
        await self._guarded(Hearing(one.store, one.context, self.providers, self.clock).look)

    async def colleagues_change(self) -> None:
        """A colleague's account is deactivated, their channel archived, their group moved; or they are back."""
        gone = self.chance.choice((MANAGERS["Anchor"], FALLBACK, HEAD))
        provider = self.providers[gone.channel]
        if gone.id in provider.gone:
            provider.gone.discard(gone.id)
        elif self.storm is not CALM:
            provider.gone.add(gone.id)
            self.model.fault("nobody reads there")
        if self.chance.random() < 0.1:
            telegram, before = self.providers["telegram"], MANAGERS["Buoy"].id
            telegram.moved[before] = MOVED_TO.id
            telegram.screens.setdefault(MOVED_TO.id, {}).update(telegram.screens.pop(before, {}))
            self.model.fault("a group moved")

    async def import_again(self) -> None:
        """A file comes that changes a few people, brings new ones, and gives an address to somebody else."""
        numbers = [self.chance.randrange(self.size + 6) for _ in range(self.chance.randrange(1, 5))]
        lines = [self._line(number) for number in dict.fromkeys(numbers)]
        await self._guarded(lambda: self._import(lines))

    async def happen(self) -> None:
        """The company's systems tell what happened at customers: new things, and some of it once more."""
        known = list(self.model.people)
        events = [
            something(self.chance, key, person.name, self.clock.now(), len(self.told) + place)
            for place, key in enumerate(sorted(self.chance.choices(known, k=min(len(known), 2)) * 2))
            if (person := self.model.people.get(key)) is not None
        ]
        self.told += events
        again = self.chance.sample(self.told, k=min(len(self.told), 2))
        handed = [*events, *again]
        self.chance.shuffle(handed)
        while not await self._guarded(
            lambda: take_events(self._process().store, self.settings, handed, self.clock.now)
        ):
            self._raise_what_broke()

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
        what = self.chance.choice(
            ("bad hours", "well", "well", "wrong token", "webhook removed", "suspended")
        )
        one.trouble = self.storm.trouble * (1 if what == "bad hours" else 0.1)
        one.wrong_token = what == "wrong token" and self.storm.trouble > 0
        if one.wrong_token:
            self.model.fault("wrong token")
        one.suspended = what == "suspended" and one.limits.reports and self.storm.trouble > 0
        if what == "webhook removed" and one.name != "sms":
            one.deaf = True
            self.model.fault("webhook removed")

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
        self.providers["sms"].untold = self.storm.untold

    async def _come_to_rest(self) -> None:
        self.storm = CALM
        for provider in self.providers.values():
            provider.trouble, provider.wrong_token, provider.deaf, provider.untold = 0.0, False, False, 0.0
            provider.suspended = False
            provider.gone.clear()
        self._replace_dead()
        await self.database.write(hooked.retry, self.other, self.clock.now())
        for look in range(400):
            while self.post:
                await self.deliver()
                self._raise_what_broke()  # or it would be delivered for ever
            for one in self.processes:
                await self._guarded(one.work)
                await self._guarded(partial(self.other.look, one, 0.0))
            left = await self.database.read(left_to_do, self.clock.now())
            left = left or await self.database.read(starts.to_look_at, self.clock.now())
            telling = await self.database.read(hooked.left_to_tell)
            if not self.post and left is None and not telling:
                return
            # An alert that reached nobody is tried again after up to an hour.
            self._advance(seconds=5 if look < 300 else 120)
        self.model.law(False, "the bot comes to rest", left)

    def _raise_what_broke(self) -> None:
        if self.model.broken is not None:
            raise self.model.broken

    async def _look_around(self) -> None:
        """Check what holds when nothing is on its way."""
        asked = self.clock.now()
        await self.look_for_reports()
        await self._come_to_rest()
        listed = self.providers["sms"].listed
        await self.database.read(nothing_is_untold, self.model, asked, listed.keys())
        self._raise_what_broke()
        await self.database.read(at_rest, self.model, Screens(self.providers))
        settings = self.processes[0].context.settings
        await self.database.write(match_some, lists_in_force(settings), _REASONS)
        await self.database.read(themes_are_the_reasons, self.model, settings)
        await self.database.read(starts.starts_hold, self.model)
        await self.database.read(nobody_is_hand_picked, self.model)
        await self.database.read(hooked.nothing_is_lost, self.other)

    async def end(self) -> None:
        """Let all that is open come to its end, each at its time, and look at everything once more."""
        await self._come_to_rest()
        await self._look_around()
        await self.database.write(starts.end_schedules)
        await self.database.write(starts.all_goes_on, self.clock.now())
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
    (World.tell_others, 5),
    (World.time_passes, 9),
    (World.command, 5),
    (World.plan_starts, 3),
    (World.hold, 4),
    (World.manage, 4),
    (World.write_under_an_alert, 0.6),
    (World.look_for_reports, 1),
    (World.look_whether_it_hears, 1.5),
    (World.colleagues_change, 1),
    (World.import_again, 1.2),
    (World.happen, 3),
    (World.erase, 0.3),
    (World.provider_changes, 2),
    (World.process_changes, 1),
    (World.all_is_well, 0.7),
)
