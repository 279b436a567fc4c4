"""Who is who in the simulated world, and who wants nothing: worked out from what was accepted."""

from dataclasses import dataclass
from datetime import datetime

from bot.people.import_chunk import ChunkResult
from bot.people.rows import KEEP, ContactRow
from bot.store.schema import Row
from channels.base import (
    Address,
)
from tests.simulation.ledger import Leaving, Ledger, Person, Talk


@dataclass(slots=True, repr=False)
class Population(Ledger):
    """The part of the ledger that is about people."""

    def owner_talks(self, at: Address) -> list[Talk]:
        """The conversations of whoever is at an address, and those at the address itself."""
        owner = self.owners.get(at)
        return [one for one in self.talks.values() if owner is not None and one.owner == owner]

    def _leave(self, at: Address, source: str, rows: dict[int, Row], said: datetime) -> None:
        if self.came_back_since(at, said, block=source == "block"):
            return
        if at in self.erased and at not in self.owners:
            return
        known = self.leavings.get(at)
        stronger = {"block": 0, "erased": 1, "words": 2, "import": 2, "provider": 3}
        if known is None:
            self.leavings[at] = Leaving(self.owners.get(at), source, self.moment, said)
        elif stronger[source] > stronger[known.source]:
            known.source = source
            known.said = max(known.said, said)
        for talk in self.owner_talks(at):
            if talk.expected is not None:
                talk.expected.close("opted_out", self.now)
            row = rows.get(talk.row.id)
            self.law(
                row is None or row.state in ("closed", "skipped"),
                "whoever leaves is left in every conversation",
                at,
                talk.row.id,
            )

    def came_back_since(self, at: Address, said: datetime, *, block: bool = False) -> bool:
        """Whether whoever is at an address asked for messages again after this was said."""
        owner = self.owners.get(at)
        places = {at, *(self._addresses(owner) if owner is not None else ())}
        times = [self.returns[one] for one in places if one in self.returns]
        times += [self.lifted[one] for one in places if block and one in self.lifted]
        return any(said < time for time in times)

    def left_after(self, at: Address, said: datetime) -> bool:
        """Whether whoever is at an address left after this was said."""
        return any(self.leavings[one].said > said for one in self._leavings_of(at))

    def _come_back(self, at: Address, *, by_provider: bool, said: datetime) -> None:
        if by_provider and self.left_after(at, said):
            return
        here = self.leavings.get(at)
        if not by_provider and here is not None and here.source == "provider":
            return  # only START to the provider itself lifts what it keeps
        self.returns[at] = max(said, self.returns.get(at, said))
        for one in self._leavings_of(at):
            if self.leavings[one].said <= said:
                del self.leavings[one]
        self.erased -= {at}
        owner = self.owners.get(at)
        if owner is not None:
            self.erased -= {owner, *self._addresses(owner)}

    def _leavings_of(self, at: Address) -> list[Address]:
        owner = self.owners.get(at)
        mine = set() if owner is None else {*self._addresses(owner)}
        return [
            one
            for one, leaving in self.leavings.items()
            if one == at or one in mine or (owner is not None and leaving.owner == owner)
        ]

    def left_since(self, at: Address) -> int | None:
        """Since when whoever is at an address wants nothing; None where they do."""
        moments = [self.leavings[one].moment for one in self._leavings_of(at)]
        return min(moments) if moments else None

    def _addresses(self, key: str) -> list[Address]:
        person = self.people.get(key)
        return [Address(*one) for one in person.addresses.items()] if person else []

    def _import(self, lines: list[ContactRow], result: ChunkResult) -> None:
        refused = {one.line for one in result.refused}
        for line in lines:
            if line.line not in refused:
                self._import_line(line)

    def _import_line(self, line: ContactRow) -> None:
        new = line.contact_id not in self.people
        person = self.people.setdefault(line.contact_id, Person(line.contact_id))
        if isinstance(line.name, str):
            person.name = line.name
        if line.language is not KEEP:
            person.language = line.language
        if line.timezone is not KEEP and line.timezone != person.zones[-1]:
            person.zones.append(line.timezone)
        if "plan" in line.attributes:
            person.plan = line.attributes["plan"]
        for channel, value in line.addresses.items():
            old = person.addresses.pop(channel, None)
            if old == value and value is not None:
                person.addresses[channel] = value
                continue
            if old is not None:
                self.owners.pop(Address(channel, old), None)
            if value is not None:
                person.addresses[channel] = value
                self._own(Address(channel, value), person)
        names: list[Address | str] = [*self._addresses(person.key)]
        if new:
            names.append(person.key)
        if self.erased.intersection(names):
            for one in self._addresses(person.key):
                self.leavings.setdefault(one, Leaving(person.key, "erased", self.moment, self.now))

    def _own(self, at: Address, person: Person) -> None:
        if self.first_owner.setdefault(at, person.key) != person.key:
            self.shared.add(at)
        if self.owners.get(at) != person.key:
            self.owned_since[at] = self.moment, self.now
        self.owners[at] = person.key
        if at in self.leavings and self.leavings[at].owner is None:
            self.leavings[at].owner = person.key  # a stranger who left turns out to be this contact
        for secrets in self.forgotten:
            secrets[:] = [secret for secret in secrets if secret not in (at.id, person.name)]

    def _forget(self, key: str) -> None:
        """Somebody was erased."""
        person = self.people.pop(key)
        for event in [event for event, one in self.happened.items() if one.whose == key]:
            del self.happened[event]
        secrets = [person.name, *self.marks.pop(key, [])]
        secrets += [
            value for channel, value in person.addresses.items() if Address(channel, value) not in self.shared
        ]
        self.forgotten.append(secrets)
        self.erased |= {key, *(Address(*one) for one in person.addresses.items())}
        for at in [at for at, owner in self.owners.items() if owner == key]:
            del self.owners[at]
            self.returns.pop(at, None)
            self.lifted.pop(at, None)
        for at in [at for at, one in self.leavings.items() if one.owner == key or at in self.erased]:
            self.erased.add(at)
            del self.leavings[at]
        for talk in self.talks.values():
            if talk.owner == key:
                talk.owner = None
                if talk.expected is not None:
                    talk.expected.close("opted_out", self.now)
                    talk.expected.parts = []
