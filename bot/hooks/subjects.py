"""What a delivery tells of, read when it is sent: the conversation, case, contact or wave, as it is then."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Connection, bindparam, func, select

from bot.hooks.bodies import HookPerson, HookSurvey, HookTold
from bot.hooks.deliveries import HookDelivery
from bot.store.schema import Row, account, contact, conversation, enrolment, wave
from bot.store.schema import case as cases

_PERSON: Final = (
    contact.c.contact_id.label("key"),
    contact.c.name,
    account.c.name.label("account"),
    account.c.account_manager,
)
_OF_CONVERSATION: Final = (
    select(
        *_PERSON,
        conversation.c.id.label("conversation"),
        conversation.c.channel,
        conversation.c.low,
        conversation.c.high,
        conversation.c.score,
        conversation.c.reason,
        conversation.c.erased,
        func.coalesce(enrolment.c.account, account.c.name).label("account_then"),
        wave.c.campaign,
        wave.c.number,
        wave.c.terms,
    )
    .join(wave, wave.c.id == conversation.c.wave_id)
    .outerjoin(contact, contact.c.id == conversation.c.contact_id)
    .outerjoin(account, account.c.id == contact.c.account_id)
    .outerjoin(enrolment, enrolment.c.conversation_id == conversation.c.id)
    .where(conversation.c.id == bindparam("of_id"))
)
_OF_CASE: Final = select(cases.c.id, cases.c.conversation_id, cases.c.kind, cases.c.opened_at).where(
    cases.c.id == bindparam("of_id")
)
_OF_CONTACT: Final = (
    select(*_PERSON)
    .select_from(contact.outerjoin(account, account.c.id == contact.c.account_id))
    .where(contact.c.id == bindparam("of_id"))
)
_OF_WAVE: Final = select(wave.c.campaign, wave.c.number, wave.c.terms).where(wave.c.id == bindparam("of_id"))


def told_of(connection: Connection, delivery: HookDelivery) -> HookTold:
    """All that may be told of this."""
    about: dict[str, Any] = {}
    figures: Mapping[str, Any] = delivery.detail
    survey, person, reason = None, None, None
    match delivery.kind.partition(".")[0]:
        case "answer":
            row = _row(connection, _OF_CONVERSATION, delivery.subject)
            survey, person, about, reason = _of_conversation(row)
        case "case":
            found = _row(connection, _OF_CASE, delivery.subject)
            if found is not None:
                row = _row(connection, _OF_CONVERSATION, found.conversation_id)
                survey, person, about, reason = _of_conversation(row)
                about = {"case": found.id, "kind": found.kind, **about}
                figures = {**figures, "score": None if row is None else row.score}
        case "contact":
            row = None if delivery.contact_id is None else _row(connection, _OF_CONTACT, delivery.contact_id)
            person = None if row is None else HookPerson(row.key, row.name, row.account, row.account_manager)
        case _:
            row = _row(connection, _OF_WAVE, delivery.subject)
            survey = None if row is None else HookSurvey(row.campaign, row.number, row.terms["kind"])
    return HookTold(
        delivery.kind, delivery.at, delivery.sequence, figures, about, survey, person, reason or None
    )


def _row(connection: Connection, statement: Any, id_: int) -> Row | None:
    return connection.execute(statement, {"of_id": id_}).one_or_none()


def _of_conversation(
    row: Row | None,
) -> tuple[HookSurvey | None, HookPerson | None, dict[str, Any], str | None]:
    if row is None:
        return None, None, {}, None
    survey = HookSurvey(row.campaign, row.number, row.terms["kind"])
    about = {
        "conversation": row.conversation,
        "channel": row.channel,
        "scale": {"low": row.low, "high": row.high},
    }
    if row.erased is not None or row.key is None:
        return survey, None, about, None
    person = HookPerson(row.key, row.name, row.account_then, row.account_manager)
    return survey, person, about, row.reason
