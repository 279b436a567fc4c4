"""Which cases somebody asks for and may see, as conditions of a statement."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Join, and_, false, func, or_, select, tuple_

from bot.reports.cases.values import WhichCases
from bot.store.schema import account, case, case_event, contact, conversation, wave
from bot.store.sql import constant
from channels.base import Address

_IN_WAVES = case.join(wave, wave.c.id == case.c.wave_id)
CASES = (
    _IN_WAVES.join(conversation, conversation.c.id == case.c.conversation_id)
    .outerjoin(contact, contact.c.id == conversation.c.contact_id)
    .outerjoin(account, account.c.id == contact.c.account_id)
)
"""Cases with their wave, their conversation, and their customer and account where these are known."""
_GIVE_NO_TIME: Final = ("new_words", "wrote", "delivered", "customer_wrote", "not_reached")
"""What happens to an open case and leaves its time as it is."""


@dataclass(frozen=True, slots=True)
class Onlooker:
    """Who looks at cases: `at` their own address, in the place `there`. `managers` are the account managers whose
    customers' cases they see, besides those that are with them; None is everybody's."""

    at: Address
    there: Address
    managers: tuple[str, ...] | None = None


EVERYBODY = Onlooker(Address("terminal", "1"), Address("terminal", "1"))
"""Who can read the database anyway."""


def cases_for(who: Onlooker) -> Join:
    """What of `CASES` is needed to know which of them somebody may see: of who sees all of them, no customers."""
    return _IN_WAVES if who.managers is None else CASES


def seen_by(who: Onlooker) -> list[ColumnElement[bool]]:
    """The conditions under which a case of `CASES` may be seen."""
    if who.managers is None:
        return []
    return [or_(account.c.account_manager.in_(who.managers), _with(who), _taken_by(who))]


def asked_for(
    listed: WhichCases | None, wave_id: int | None, who: Onlooker, now: datetime
) -> list[ColumnElement[bool]]:
    """The conditions under which a case of `CASES` is listed. Trials, which are counted nowhere, are in no list."""
    conditions: list[ColumnElement[bool]] = [wave.c.trial.is_(False), *seen_by(who)]
    if wave_id is not None:
        conditions.append(case.c.wave_id == wave_id)
    if wave_id is None or listed is not None:
        # `shown` is never less; named here, the index that holds just these is looked into.
        conditions += [or_(case.c.state != constant("done"), case.c.new_words), case.c.shown >= 0]
    if listed == "late":
        conditions.append(late_at(now))
    if listed == "mine":
        conditions.append(or_(_taken_by(who), and_(case.c.taken_by.is_(None), _with(who))))
    return conditions


def late_at(now: datetime) -> ColumnElement[bool]:
    """Whether nobody took a case within the agreed time; as `bot.cases.next_step.is_late` has it."""
    return and_(
        case.c.state == "open",
        or_(
            case.c.reminded_at.is_not(None),
            case.c.rung > 0,
            # never unknown, so that it can be counted
            and_(case.c.due_at.is_not(None), or_(case.c.due_at <= now, was_put_off())),
        ),
    )


def was_put_off() -> ColumnElement[bool]:
    """Whether the time of a case ran out where nobody could be told, so that `due_at` is not what was agreed: nothing
    that gives it a time came after that."""
    newest = (
        select(case_event.c.kind)
        .where(case_event.c.case_id == case.c.id, case_event.c.kind.not_in(_GIVE_NO_TIME))
        .order_by(case_event.c.id.desc())
        .limit(1)
    )
    return func.coalesce(newest.correlate(case).scalar_subquery(), "") == constant("put_off")


def _with(who: Onlooker) -> ColumnElement[bool]:
    """Whether the alert stands where they are."""
    places = {(one.channel, one.id) for one in (who.at, who.there)}
    return tuple_(case.c.channel, case.c.address).in_(sorted(places))


def _taken_by(who: Onlooker) -> ColumnElement[bool]:
    """Whether they took it; the provider's name for them stands behind the address."""
    at = str(who.at)
    return or_(false(), case.c.taken_by == at, case.c.taken_by.startswith(f"{at} ", autoescape=True))
