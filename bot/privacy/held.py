"""What a person may know: why they are asked, and everything that is held about them.

`held` is the whole of it, for `npsbot contacts show`; `my_data` and `why_me` say it in plain words in the
person's own chat. What is shown is what `erasure` empties: both go by `traces`.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import BindParameter, Connection, bindparam, select

from bot.campaigns.terms import Terms
from bot.cases.as_kept import Case
from bot.config.audiences import MustHold, named_in, told
from bot.dialogue.messages import Voice
from bot.people.contacts import Person
from bot.people.wishes import standing_wishes
from bot.privacy.as_kept import ReceivedTrace, SentTrace
from bot.privacy.traces import (
    Traces,
    cases_of,
    conversations_of,
    events_of,
    holds_of,
    links_of,
    opt_ins_of,
    opt_outs_of,
    received_from,
    sent_to,
    traces_of,
)
from bot.store.schema import address, answer, command, contact, follow_up
from channels.base import Address
from channels.known import title_of
from channels.layout import width

NOTHING: Final = "-"

_PERSON: Final = select(contact.c.added_at, contact.c.changed_at, contact.c.timezone).where(
    contact.c.id == bindparam("person")
)
_ADDRESSES: Final = (
    select(address.c.channel, address.c.value, address.c.dead_since, address.c.dead_reason, address.c.since)
    .where(address.c.contact_id == bindparam("person"))
    .order_by(address.c.id)
)
_IDS: Final[BindParameter[Sequence[int]]] = bindparam("ids", expanding=True)
_ANSWERS: Final = select(answer).where(answer.c.conversation_id.in_(_IDS)).order_by(answer.c.id)
_FOLLOW_UPS: Final = select(follow_up).where(follow_up.c.conversation_id.in_(_IDS)).order_by(follow_up.c.id)
_COMMANDS: Final = select(command).where(command.c.id.in_(_IDS)).order_by(command.c.id)


def held(connection: Connection, person: Person, colleagues: Collection[Address] = ()) -> dict[str, Any]:
    """Everything that is held about a contact, as JSON values; times are UTC in ISO 8601.

    What a person ordered as one of `colleagues` (an admin who is a customer too) is not among it.
    """
    traces = traces_of(connection, person.id, colleagues)
    chosen = {"person": person.id}
    row = connection.execute(_PERSON, chosen).one()
    return {
        "contact_id": person.contact_id,
        "name": person.name,
        "account": person.account,
        "account_manager": person.account_manager,
        "language": person.language,
        "timezone": row.timezone,
        "attributes": dict(person.attributes),
        "added_at": _iso(row.added_at),
        "changed_at": _iso(row.changed_at),
        "addresses": [
            {
                "channel": one.channel,
                "address": one.value,
                "dead_since": _iso(one.dead_since),
                "dead_reason": one.dead_reason,
                "since": _iso(one.since),
            }
            for one in connection.execute(_ADDRESSES, chosen)
        ],
        "former_addresses": sorted(str(at) for at in traces.addresses if at not in person.addresses),
        "links": [
            {"made_at": _iso(one.made_at), "used_at": _iso(one.used_at), "used_by": one.used_by}
            for one in links_of(connection, person.id)
        ],
        "opt_outs": [
            {"channel": one.channel, "address": one.value, "since": _iso(one.since), "source": one.source}
            for one in opt_outs_of(connection, traces)
            if one.contact_id in (None, person.id)  # another contact's words are that contact's
        ],
        "opt_ins": [
            {"channel": one.channel, "address": one.value, "at": _iso(one.at), "source": one.source}
            for one in opt_ins_of(connection, traces)
        ],
        "events": [
            {
                "at": _iso(one.at),
                "name": one.name,
                "fields": one.fields,
                "id": one.key,
                "taken_at": _iso(one.taken_at),
            }
            for one in events_of(connection, person.id)
        ],
        "held_back": [
            {"made_at": _iso(one.made_at), "until": _iso(one.until), "reason": one.reason}
            for one in holds_of(connection, person.id)
        ],
        "wishes": _wishes(connection, person),
        "conversations": _conversations(connection, traces),
        "received": [_received(one) for one in received_from(connection, traces)],
        "sent": [_sent(one) for one in sent_to(connection, traces)],
        "commands": [
            {"at": _iso(one.taken_at), "line": one.line}
            for one in connection.execute(_COMMANDS, {"ids": traces.commands})
        ],
    }


def _conversations(connection: Connection, traces: Traces) -> list[dict[str, Any]]:
    cases = cases_of(connection, traces.conversations)
    said: dict[int, list[dict[str, Any]]] = {}
    for one in connection.execute(_ANSWERS, {"ids": traces.conversations}):
        values = {"at": _iso(one.at), "kind": one.kind, "score": one.score, "text": one.text}
        said.setdefault(one.conversation_id, []).append(values)
    after: dict[int, list[dict[str, Any]]] = {}
    for one in connection.execute(_FOLLOW_UPS, {"ids": traces.conversations}):
        values = {"at": _iso(one.made_at), "kind": one.kind, "solved": one.solved, "score": one.score}
        after.setdefault(one.conversation_id, []).append(values | {"ending": one.ending})
    return [
        {
            "campaign": one.campaign,
            "wave": one.number,
            "trial": one.trial,
            "channel": one.channel,
            "address": one.address,
            "language": one.language,
            "state": one.state,
            "skipped": one.skipped,
            "skipped_detail": one.skipped_detail,
            "wave_started_at": _iso(one.started_at),
            "account": one.account,
            "account_manager": one.account_manager,
            "timezone": one.timezone,
            "attributes": one.attributes or {},
            "about": one.about,
            "asked_at": _iso(one.asked_at or one.released_at),
            "delivered_at": _iso(one.delivered_at),
            "undelivered": one.undelivered,
            "scale": [one.low, one.high],
            "score": one.score,
            "first_score": one.first_score,
            "scored_at": _iso(one.scored_at),
            "late": one.late,
            "reason": one.reason,
            "review": one.review,
            "closed_at": _iso(one.closed_at),
            "ending": one.ending,
            "answers": said.get(one.id, []),
            "follow_ups": after.get(one.id, []),
            "case": None if one.id not in cases else _case(cases[one.id]),
        }
        for one in conversations_of(connection, traces.person)
    ]


def _case(row: Case) -> dict[str, Any]:
    told = {name: getattr(row, name) for name in ("cause", "note") if getattr(row, name)}
    return {"opened_at": _iso(row.opened_at), "manager": row.manager, "state": row.state, **told}


def _received(row: ReceivedTrace) -> dict[str, Any]:
    event = row.event
    return {
        "at": _iso(row.received_at),
        "channel": row.channel,
        "kind": row.kind,
        "text": event.get("text") or event.get("command") or "",
        **{name: event[name] for name in ("brings", "chat_url") if event.get(name)},
        "choice": event.get("choice"),
        "taken_for": row.reading,
    }


def _sent(row: SentTrace) -> dict[str, Any]:
    return {
        "at": _iso(row.done_at or row.made_at),
        "channel": row.channel,
        "address": row.address,
        "kind": row.kind,
        "text": "".join(text for _, text, _ in row.body or ()),
        "state": row.state,
        "status": row.status,
    }


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat(timespec="seconds")


# ---------------------------------------------------------------------------------------------- my data


def _wishes(connection: Connection, person: Person) -> list[dict[str, Any]]:
    return [
        {
            "said_at": _iso(one.said_at),
            "kind": one.kind,
            "not_before": _iso(one.not_before),
            "days": one.days,
            "channel": one.channel,
        }
        for one in standing_wishes(connection, person.id)
    ]


def my_data(connection: Connection, person: Person, voice: Voice, zone: ZoneInfo) -> list[str]:
    """Everything held about a person, a paragraph each, in the words of `voice`; dates as the company
    counts days. What was sent to them is left out: they have it."""
    found = held(connection, person)
    since = found["added_at"] or found["changed_at"]
    paragraphs = [
        voice.text(
            "data_about",
            since=_day(since, voice, zone),
            name=person.name or NOTHING,
            account=person.account or NOTHING,
            manager=person.account_manager or NOTHING,
            addresses=_listed(f"{title_of(at.channel)} {at.id}" for at in person.addresses),
            language=person.language or NOTHING,
            timezone=person.timezone or NOTHING,
            attributes=_listed(f"{name}: {value}" for name, value in person.attributes.items()),
        )
    ]
    if found["opt_outs"]:
        paragraphs.append(
            voice.text("data_no_surveys", date=_day(found["opt_outs"][0]["since"], voice, zone))
        )
    if found["events"]:
        paragraphs.append(voice.text("data_events"))
        paragraphs += [_happened(one, voice, zone) for one in found["events"]]
    paragraphs += [_wished(one, voice, zone) for one in found["wishes"]]
    paragraphs += [_told(one, voice, zone) for one in found["conversations"]]
    written = [one for one in found["received"] if one["text"]]
    if written:
        paragraphs.append(voice.text("data_messages"))
        paragraphs += [
            voice.text("data_message", date=_day(one["at"], voice, zone), text=one["text"]) for one in written
        ]
    return [*paragraphs, voice.text("data_end")]


def _happened(one: Mapping[str, Any], voice: Voice, zone: ZoneInfo) -> str:
    known = _listed((one["name"], *(f"{name}: {value}" for name, value in one["fields"].items())))
    return voice.text("data_message", date=_day(one["at"], voice, zone), text=known)


_WISHED: Final = {
    "later": "data_wish_later",
    "rarely": "data_wish_rarely",
    "channel": "data_wish_channel",
}


def wished(connection: Connection, person: Person, voice: Voice, zone: ZoneInfo) -> list[str]:
    """What this person wishes for themself, a sentence each: nothing in it says who they are."""
    return [_wished(one, voice, zone) for one in _wishes(connection, person)]


def _wished(one: Mapping[str, Any], voice: Voice, zone: ZoneInfo) -> str:
    return voice.text(
        _WISHED[one["kind"]],
        date=_day(one["said_at"], voice, zone),
        until=_day(one["not_before"], voice, zone),
        days=one["days"],
        channel=title_of(one["channel"]) if one["channel"] else NOTHING,
    )


def _told(one: Mapping[str, Any], voice: Voice, zone: ZoneInfo) -> str:
    if one["asked_at"] is None:
        date = _day(one["wave_started_at"], voice, zone)
        return voice.text("data_not_asked", date=date, campaign=one["campaign"])
    text = voice.text(
        "data_talk",
        date=_day(one["asked_at"], voice, zone),
        campaign=one["campaign"],
        channel=title_of(one["channel"]),
        score=_score(one, voice),
        reason=one["reason"] or NOTHING,
    )
    return f"{text}\n{voice.text('data_alerted')}" if one["case"] else text


def _score(one: Mapping[str, Any], voice: Voice) -> str:
    if one["score"] is None:
        return NOTHING
    score, first = voice.given(one["score"], *one["scale"]), one["first_score"]
    return score if first in (None, one["score"]) else f"{score} ({first})"


def this_conversation(
    connection: Connection, person: Person, at: Address, voice: Voice, zone: ZoneInfo
) -> str:
    """What is held of the newest conversation at one address, and nothing else: a phone number may belong to
    another person by now, who must not read the rest."""
    rows = conversations_of(connection, person.id)
    here = [
        row
        for row in rows
        if (row.channel, row.address) == (at.channel, at.id) and row.released_at is not None
    ]
    if not here:
        return voice.text("data_sms_none")
    one = here[-1]
    return voice.text(
        "data_sms",
        date=_day(_iso(one.asked_at or one.released_at), voice, zone),
        score=NOTHING if one.score is None else voice.given(one.score, one.low, one.high),
        reason=one.reason or NOTHING,
    )


def messages_of(paragraphs: Iterable[str], limit: int, most: int, rest: str) -> list[str]:
    """Paragraphs put together into messages that a channel takes whole: of at most `limit` characters, counted
    as the widest provider counts them; one that is longer is cut. Where they would be more than `most`, the
    last says `rest`."""
    messages: list[str] = []
    for paragraph in paragraphs:
        for piece in _cut(paragraph, limit):
            if messages and width(messages[-1]) + 1 + width(piece) <= limit:
                messages[-1] = f"{messages[-1]}\n{piece}"
            else:
                messages.append(piece)
    return messages if len(messages) <= most else [*messages[: most - 1], rest]


def _cut(text: str, limit: int) -> Iterator[str]:
    start = used = 0
    for place, character in enumerate(text):
        used += width(character)
        if used > limit:
            yield text[start:place]
            start, used = place, width(character)
    yield text[start:]


# ----------------------------------------------------------------------------------------------- why me


def why_me(connection: Connection, person: Person, voice: Voice, zone: ZoneInfo) -> str:
    """Why this person is asked: whose contact they are and since when, and in which campaign they were asked
    last, with what of them matched its audience. By SMS without the attributes, for the number may belong to
    another person by now."""
    row = connection.execute(_PERSON, {"person": person.id}).one()
    since = _day(_iso(row.added_at or row.changed_at), voice, zone)
    known = (
        voice.text("why_contact", account=person.account, since=since)
        if person.account
        else voice.text("why_contact_alone", since=since)
    )
    rows = conversations_of(connection, person.id)
    asked = [one for one in rows if one.released_at is not None]
    if not asked:
        return f"{known} {voice.text('why_not_asked')}"
    last = asked[-1]
    return f"{known} " + voice.text(
        "why_asked",
        date=_day(_iso(last.asked_at or last.released_at), voice, zone),
        campaign=last.campaign,
        audience=_audience(Terms.from_dict(last.terms).audience, person, voice),
    )


def _audience(audience: Mapping[str, MustHold], person: Person, voice: Voice) -> str:
    """What of a person matched: their own values, and where they have none what was looked for."""
    if not audience:
        return voice.text("why_all")
    own = {
        **person.attributes,
        "account": person.account,
        "account_manager": person.account_manager,
        "contact_id": person.contact_id,
        "language": person.language,
        "name": person.name,
        "timezone": person.timezone,
    }
    matched = {name: f"{name}: {own.get(name) or told(wanted)}" for name, wanted in named_in(audience)}
    return voice.text("why_some", attributes=_listed(matched.values()))


def _listed(items: Iterable[str]) -> str:
    return ", ".join(items) or NOTHING


def _day(at: str | None, voice: Voice, zone: ZoneInfo) -> str:
    return NOTHING if at is None else voice.date(datetime.fromisoformat(at).astimezone(zone).date())
