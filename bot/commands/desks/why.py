"""The part of the desk that tells what happened with one person, to who may know it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal, get_args

from sqlalchemy import Connection, bindparam, select, update

from bot.commands import grammar
from bot.commands.given import GivenCommand
from bot.commands.replies.reply import Phrasing, Reply
from bot.commands.replies.why import timeline_answer, who_answer
from bot.commands.typed.deed import CaseDeed
from bot.commands.typed.hold import HoldBack, RefuseHold
from bot.config.settings import Settings
from bot.people import colleagues, suppression
from bot.people.contacts import BY_PHONE, person
from bot.people.finding import Near, find_contact, number_of
from bot.reports.timeline import Timeline, timeline
from bot.store.schema import case, command, contact, conversation, inbox
from bot.store.sql import LARGEST_ID
from bot.store.store import Store
from channels.base import Address

_PRESS: Final = re.compile(r"[a-z]:")  # of a button: what it holds are our own words
_OF_CASE: Final = (
    select(case.c.channel, case.c.address, conversation.c.erased, contact.c.contact_id)
    .select_from(case)
    .join(conversation, conversation.c.id == case.c.conversation_id)
    .outerjoin(contact, contact.c.id == conversation.c.contact_id)
    .where(case.c.id == bindparam("of_id"))
)
_EVENT: Final = select(inbox.c.event).where(inbox.c.id == bindparam("of_id"))
_NEW_EVENT: Final = update(inbox).where(inbox.c.id == bindparam("of_id")).values(event=bindparam("to_event"))
_NEW_LINE: Final = update(command).where(command.c.id == bindparam("of_id")).values(line=bindparam("to_line"))


@dataclass(frozen=True, slots=True)
class ErasedPerson:
    """Whoever was called so was erased; nothing else is known of them."""


WhyRefusal = Literal["why_erased", "why_old", "why_not_yours", "why_case_gone"]


@dataclass(frozen=True, slots=True)
class WhyDesk:
    """Reads time lines from one store, under one set of settings."""

    store: Store
    settings: Settings

    async def about(self, phrasing: Phrasing, said: str, managers: tuple[str, ...] | None) -> Reply:
        """The time line of the contact who is meant by a key, an address or a name. `managers` limits it to the
        customers of these account managers, who hear nothing of others."""
        found = await self.store.read(look_up, self.settings, said, managers)
        match found:
            case Timeline():
                return timeline_answer(phrasing, found)
            case Near():
                return who_answer(phrasing, said, found)
            case ErasedPerson():
                return phrasing.refusal("why_erased")

    async def of_case(self, phrasing: Phrasing, case_id: int, actor: Address, place: Address) -> Reply:
        """The time line behind an alert's button, for whoever may act on that alert."""
        found = await self.store.read(_behind, self.settings, case_id, actor, place)
        if isinstance(found, Timeline):
            return timeline_answer(phrasing, found)
        return phrasing.refusal(found)


def look_up(
    connection: Connection, settings: Settings, said: str, managers: tuple[str, ...] | None
) -> Timeline | Near | ErasedPerson:
    """The time line of the one who is meant; else who is called nearly so, or that they were erased."""
    found = find_contact(connection, said, managers)
    if not isinstance(found, Near):
        return timeline(connection, settings, found)
    if managers is None and _was_erased(connection, settings, said.strip()):
        return ErasedPerson()
    return found


def forget_whom(
    connection: Connection, given: GivenCommand, campaigns: Iterable[str], *, refused: bool
) -> None:
    """Leave of a line that was answered no more than its verb, where it is a `why`, `who`, `case` or `hold`, was not
    understood or was refused: a customer's name in a colleague's words would outlive the customer's erasure."""
    if _PRESS.match(given.line):
        return
    meant = grammar.parse(given.line, campaigns, given.taken_at.date())
    understood = isinstance(meant, get_args(grammar.Command)) and not refused
    if understood and not isinstance(meant, grammar.Why | grammar.WhoIs | CaseDeed | HoldBack | RefuseHold):
        return
    bare = grammar.verb_of(given.line)
    connection.execute(_NEW_LINE, {"of_id": given.id, "to_line": bare})
    event = connection.execute(_EVENT, {"of_id": given.inbox_id}).scalar_one_or_none()
    if event:
        field = "command" if event.get("command") else "text"  # where it was typed without its slash
        less = {**event, "text": "", field: f"nps {bare}".rstrip()}
        connection.execute(_NEW_EVENT, {"of_id": given.inbox_id, "to_event": less})


def _was_erased(connection: Connection, settings: Settings, said: str) -> bool:
    """Whether this was the key or an address of somebody who asked to be erased."""
    names: list[Address | str] = [suppression.name_of_contact(said)]
    if ":" in said:
        names.append(Address.parse(said))
    elif said.startswith("+"):
        names += (Address(channel, number_of(said)) for channel in BY_PHONE)
    return bool(suppression.among(connection, settings.secret_key, names))


def _behind(
    connection: Connection, settings: Settings, case_id: int, actor: Address, place: Address
) -> Timeline | WhyRefusal:
    row = connection.execute(_OF_CASE, {"of_id": case_id}).one_or_none() if case_id <= LARGEST_ID else None
    if row is None:
        return "why_case_gone"
    if not colleagues.may_follow_up(settings, actor, place, Address(row.channel, row.address)):
        return "why_not_yours"
    one = None if row.contact_id is None else person(connection, row.contact_id)
    if one is None:
        return "why_erased" if row.erased == "request" else "why_old"
    return timeline(connection, settings, one)
