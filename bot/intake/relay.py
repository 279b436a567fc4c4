"""What colleagues and customers write each other under an alert, done: the words on their way to the other side, and
whoever wrote them told what becomes of them. All in the transaction of the event.

Colleagues write in the thread of the alert, or on the page of the case: then what they wrote stands in the thread too,
so that whoever reads there knows all of it.
"""

from dataclasses import dataclass
from typing import Final

from bot import outbox
from bot.cases import cases, customer, found, threads
from bot.cases.acts import Acted, act
from bot.cases.alerts import Came, came_in_words
from bot.cases.as_kept import CaseWithCustomer, ThreadMessage
from bot.cases.deed_words import UnsureDeed, deed_under_alert
from bot.cases.deeds import Act
from bot.cases.life.events import CustomerWrote, ManagerWrote
from bot.cases.relayed import calling, tell
from bot.cases.relaying import WAITS, Frame, Inside, Outward, Stays, judged
from bot.cases.threads import Spot
from bot.config.sections.cause import cause_words
from bot.conversations.talks import Talk, lane_of
from bot.dialogue.conversation import COPIES_WITHIN
from bot.intake.meanings import ColleagueWrote, WrongCode
from bot.intake.occasion import Occasion
from bot.outbox import Draft, in_place_of, put
from bot.people import colleagues
from bot.steps import step
from bot.words import words_for
from channels.base import Address, Body, InboundMessage, bold, link, plain, quote
from channels.known import limits_of, title_of
from channels.layout import cut, width
from channels.sms.lengths import without_odd_marks

_AROUND: Final = (
    400  # characters of a channel's limit that are kept free for what stands around somebody's words
)


@dataclass(frozen=True, slots=True)
class OnPage:
    """Words are written on the page of a case. `may`: who writes may do anything with any case."""

    may: bool


# ---------------------------------------------------------------------------------- a colleague's words


def colleague_wrote(occasion: Occasion, event: InboundMessage, wrote: ColleagueWrote) -> None:
    """Send a colleague's words to the customer, keep them inside, or tell why they cannot go."""
    row = threads.by_id(occasion.connection, wrote.case_id)
    here = Spot(event.place if event.shared else event.actor, event.reply_to)
    settings = occasion.context.settings
    if not (
        colleagues.roles_at(settings, event.actor)
        or colleagues.may_follow_up(settings, event.actor, event.place, row.at)
    ):
        _answer(occasion, row, here, occasion.context.manager_words.text("not_yours"))
    elif event.edits is None and found.was_changed(
        occasion.connection, row.conversation_id, event.message_ref
    ):
        return  # it comes late, and was changed or deleted since
    elif event.edits is not None:
        _edited(occasion, event, row, here)
    else:
        _written(occasion, event, row, here, wrote.words)


def _written(
    occasion: Occasion, event: InboundMessage, row: CaseWithCustomer, here: Spot, words: str
) -> None:
    acted = _done(occasion, event, row, here, words)
    if acted.key:
        _answer(occasion, row, here, occasion.context.manager_words.text(acted.key, **acted.values))


def _done(
    occasion: Occasion,
    event: InboundMessage,
    row: CaseWithCustomer,
    here: Spot,
    words: str,
    page: OnPage | None = None,
) -> Acted:
    """What became of words under an alert: a deed is done, a note is kept, all else goes to the customer or stays."""
    match _deed_in(occasion, event, row, words):
        case Act() as wanted:
            return _act(occasion, event, row, wanted, may=page is not None and page.may)
        case UnsureDeed(said):
            return _stays(occasion, row, "relay_unsure_deed", said=said[:60])
        case None if not _is_there(event, row):
            return _stays(occasion, row, "relay_elsewhere", to=row.manager)
        case None:
            return _said(occasion, event, row, here, words, page)


def _deed_in(
    occasion: Occasion, event: InboundMessage, row: CaseWithCustomer, words: str
) -> Act | UnsureDeed | None:
    if event.brings is not None:
        return None
    settings = occasion.context.settings
    today = occasion.now.astimezone(settings.zone_of(row.manager)).date()
    return deed_under_alert(words, today, settings.account_managers, cause_words(settings.causes))


def _is_there(event: InboundMessage, row: CaseWithCustomer) -> bool:
    """Whether it was written where the case is: what the customer answers is read there."""
    return row.at in (event.actor, event.place)


def _act(
    occasion: Occasion, event: InboundMessage, row: CaseWithCustomer, wanted: Act, *, may: bool
) -> Acted:
    """Do what was said, as its button would."""
    context = occasion.context
    acted = act(
        occasion.connection,
        context.settings,
        context.limits,
        row.id,
        wanted,
        event.actor,
        event.place,
        occasion.now,
        event.actor_name,
        may=may,
    )
    return _stays(occasion, row, "relay_elsewhere", to=row.manager) if acted.key == "not_yours" else acted


def _said(
    occasion: Occasion,
    event: InboundMessage,
    row: CaseWithCustomer,
    here: Spot,
    words: str,
    page: OnPage | None,
) -> Acted:
    match _judge(occasion, event, row, words):
        case Inside(note):
            if page is not None:
                _stand_in_thread(occasion, event, row, here, "page_noted", note)
            _keep(occasion, event, row, here, "note", text=note)
            return Acted("done", "relay_noted")
        case Stays(topic, values):
            return _stays(occasion, row, topic, **values)
        case Outward() as outward:
            if page is not None:
                _stand_in_thread(occasion, event, row, here, "page_wrote", words)
            _go(occasion, event, row, here, outward, words.strip())
            return Acted("done", "")


def _stays(occasion: Occasion, row: CaseWithCustomer, key: str, **values: object) -> Acted:
    return Acted("refused", key, _values(occasion, row, **values))


def _is_copy(occasion: Occasion, event: InboundMessage, row: CaseWithCustomer, words: str) -> bool:
    """Whether a carrier brought one text message of a colleague as two: the same words, within minutes."""
    last = threads.last_relay(occasion.connection, row.id)
    by_text = not limits_of(event.actor.channel).edits
    return (
        by_text
        and last is not None
        and last.text == words
        and abs(occasion.said.at - last.said_at) < COPIES_WITHIN
    )


def _go(
    occasion: Occasion, event: InboundMessage, row: CaseWithCustomer, here: Spot, outward: Outward, words: str
) -> None:
    if _is_copy(occasion, event, row, words):
        return
    by = f"{event.actor} {event.actor_name}".strip()[:220]
    cases.happen(occasion.connection, row, ManagerWrote(by, occasion.now), occasion.now)
    key = f"relay:{occasion.inbox_id}"
    _put(occasion, row, key, outward)
    id_ = outbox.id_of(occasion.connection, key)
    kept = _keep(occasion, event, row, here, "relay", text=words, outbox_id=id_)
    step("thread.relayed", case=row.id, conversation=row.conversation_id, channel=outward.to.channel)
    if outward.at is not None and (message := found.message(occasion.connection, kept)) is not None:
        tell(occasion.connection, occasion.context, row, message, "held", occasion.now)


def _put(
    occasion: Occasion, row: CaseWithCustomer, key: str, outward: Outward, replaces: str | None = None
) -> None:
    """Words for a customer: in the order of the conversation, but for those that wait for their hours, which must not
    keep an answer of ours back."""
    lane = lane_of(row.conversation_id, row.asked or outward.to, outward.to)
    draft = Draft(
        dedupe_key=key,
        kind="relay",
        address=outward.to,
        lane=lane if outward.at is None else f"held:{row.id}",
        body=outward.body,
        conversation_id=row.conversation_id,
        case_id=row.id,
        replaces=replaces,
        due_at=outward.at,
        expires_at=(outward.at or occasion.now) + WAITS,
    )
    put(occasion.connection, [draft], occasion.now)


def _edited(occasion: Occasion, event: InboundMessage, row: CaseWithCustomer, here: Spot) -> None:
    """New words in the place of some that were written before, or none: they were deleted."""
    connection, context, now = occasion.connection, occasion.context, occasion.now
    message = found.written(connection, event.actor.channel, event.edits or "")
    if message is None:
        if event.text.strip():  # what could not go as it was
            _written(occasion, event, row, here, event.text)
        return
    if occasion.said.at < message.said_at:
        return  # an older edit, which comes late
    threads.change(connection, message.id, said_at=occasion.said.at)
    if message.kind == "note":
        threads.change(connection, message.id, text=event.text)
    elif not event.text.strip():
        back = outbox.take_back(connection, message.went_as, now)
        tell(connection, context, row, message, "taken_back" if back else "gone", now)
    else:
        _reworded(occasion, event, row, here, message)


def _reworded(
    occasion: Occasion, event: InboundMessage, row: CaseWithCustomer, here: Spot, message: ThreadMessage
) -> None:
    connection, now = occasion.connection, occasion.now
    if not _is_there(event, row):
        _answer(occasion, row, here, _told(occasion, row, "relay_elsewhere", to=row.manager))
        return
    if _deed_in(occasion, event, row, event.text) is not None:
        tell(connection, occasion.context, row, message, "not_changed", now)
        return
    match _judge(occasion, event, row, event.text, again=message):
        case Inside():
            tell(connection, occasion.context, row, message, "not_changed", now)
        case Stays(topic, values):
            _answer(occasion, row, here, _told(occasion, row, topic, **values))
        case Outward() as outward:
            if not outbox.rewrite(connection, message.went_as, outward.body):
                sent = outbox.where_to(connection, message.went_as)
                if not limits_of(sent.channel).edits:
                    tell(connection, occasion.context, row, message, "not_changed", now)
                    return
                key = f"relay:{occasion.inbox_id}"
                to_there = Outward(sent, outward.body, None)
                _put(occasion, row, key, to_there, replaces=in_place_of(message.went_as))
                threads.change(connection, message.id, outbox_id=outbox.id_of(connection, key))
            threads.change(connection, message.id, text=event.text.strip())


def _judge(
    occasion: Occasion,
    event: InboundMessage,
    row: CaseWithCustomer,
    words: str,
    *,
    again: ThreadMessage | None = None,
) -> Inside | Outward | Stays:
    connection, context, now = occasion.connection, occasion.context, occasion.now
    language = row.language if row.erased is None else context.settings.language
    frame = Frame(words_for("person", language), _called(occasion, event, row), context.settings.company)
    last = threads.last_relay(connection, row.id)
    first = last is None or (again is not None and threads.is_first(connection, again))
    return judged(words, event.brings, customer.reachable(connection, context, row, now), frame, first=first)


def _called(occasion: Occasion, event: InboundMessage, row: CaseWithCustomer) -> str:
    """What a customer may call who wrote: the name in config.yaml, else what the provider calls them, else the name
    that the alert goes to. An address is no name."""
    settings = occasion.context.settings
    own = next(iter(colleagues.managers_at(settings, event.actor)), "")
    return own or event.actor_name or (row.manager if row.manager in settings.account_managers else "")


def _keep(
    occasion: Occasion,
    event: InboundMessage,
    row: CaseWithCustomer,
    here: Spot,
    kind: str,
    *,
    text: str | None = None,
    outbox_id: int | None = None,
) -> int:
    return threads.keep(
        occasion.connection,
        case_id=row.id,
        kind=kind,
        at=occasion.now,
        said_at=occasion.said.at,
        who=None if kind == "answer" else f"{event.actor} {event.actor_name}".strip()[:220],
        channel=here.at.channel,
        place=here.at.id,
        ref=event.message_ref,
        thread=here.thread,
        text=text,
        outbox_id=outbox_id,
    )


def _told(occasion: Occasion, row: CaseWithCustomer, key: str, **values: object) -> str:
    return occasion.context.manager_words.text(key, **_values(occasion, row, **values))


def _values(occasion: Occasion, row: CaseWithCustomer, **values: object) -> dict[str, object]:
    """What the texts tell of a case and of its customer."""
    there = customer.heard(occasion.connection, row).at
    return {
        "name": threads.name_of(occasion.context, row),
        "channel": title_of(row.talk_channel if there is None else there.channel),
        **calling(occasion.context, row),
        "case": row.id,
        **values,
    }


def _answer(occasion: Occasion, row: CaseWithCustomer, here: Spot, text: str) -> None:
    """Tell a colleague something where they wrote."""
    own = text if limits_of(here.at.channel).edits else without_odd_marks(f"npsbot: {text}")
    threads.line(occasion.connection, row, here, f"told:{occasion.inbox_id}", (plain(own),), occasion.now)


def wrong_code(occasion: Occasion, actor: Address, wrong: WrongCode) -> None:
    """Tell a number that is a colleague's of a wrong code; once, where there were too many."""
    words = occasion.context.manager_words
    if wrong.left:
        text = words.text("code_wrong", case=wrong.case_id, left=wrong.left)
        occasion.say("notice", actor, (plain(text),))
    else:
        occasion.say_once(f"codes:{actor}:{occasion.now:%Y%m%d}", actor, words.text("code_over"))


def under_lost_copy(occasion: Occasion, event: InboundMessage) -> None:
    """Tell whoever wrote under a copy of an alert that nobody knows, once a copy."""
    there = event.place if event.shared else event.actor
    text = occasion.context.manager_words.text("relay_lost_copy")
    occasion.say_once(f"lost:{event.reply_to}"[:120], there, text)


def send_now(occasion: Occasion, event: InboundMessage, message_id: int) -> None:
    """*Send now anyway*: what waits for the customer's hours goes, where they wrote so lately that they are awake."""
    acted = _hurried(occasion, event, found.message(occasion.connection, message_id))
    if acted.key:
        text = occasion.context.manager_words.text(acted.key, **acted.values)
        occasion.say("notice", event.actor, (plain(text),), answer_ref=event.answer_ref)


def _hurried(occasion: Occasion, event: InboundMessage, message: ThreadMessage | None) -> Acted:
    connection, now = occasion.connection, occasion.now
    if message is None or not message.channel:
        return Acted("refused", "case_gone")
    row = threads.by_id(connection, message.case_id)
    if not colleagues.may_follow_up(occasion.context.settings, event.actor, event.place, row.at):
        return Acted("refused", "not_yours")
    if not customer.is_awake(connection, row, now):
        return _stays(occasion, row, "relay_asleep")
    waits = message.outbox_id
    hurried = waits is not None and outbox.hurry(connection, row.id, waits, now)
    return Acted("done", "") if hurried else Acted("refused", "relay_too_late")


# ----------------------------------------------------------------------- written on the page of the case


def written_on_page(occasion: Occasion, event: InboundMessage, case_id: int, page: OnPage) -> Acted:
    """What became of words that a colleague wrote on the page of a case: the same as under its alert."""
    row = threads.by_id(occasion.connection, case_id)
    return _done(occasion, event, row, threads.spot(occasion.connection, row), event.text, page)


def hurried_on_page(occasion: Occasion, event: InboundMessage, case_id: int, message_id: int) -> Acted:
    """*Send now anyway*, pressed on the page of a case."""
    message = found.message(occasion.connection, message_id)
    return _hurried(occasion, event, message if message is None or message.case_id == case_id else None)


def _stand_in_thread(
    occasion: Occasion, event: InboundMessage, row: CaseWithCustomer, here: Spot, key: str, words: str
) -> None:
    """Show what was written elsewhere in the thread of the alert too; not by text message, which is paid for."""
    if not limits_of(here.at.channel).edits:
        return
    who = colleagues.called(occasion.context.settings, str(event.actor))
    head = bold(occasion.context.manager_words.text(key, who=who))
    for number, part in enumerate(_parts(words, here.at.channel)):
        body = (head, plain("\n"), quote(part))
        threads.line(occasion.connection, row, here, f"page:{occasion.inbox_id}:{number}", body, occasion.now)


# ---------------------------------------------------------------------------------- a customer's words


def pass_on(occasion: Occasion, talk: Talk) -> None:
    """What a customer wrote goes to the colleague who talks with them, at once."""
    event = occasion.heard
    row = threads.of_conversation(occasion.connection, talk.id)
    if row is None or not isinstance(event, InboundMessage):
        return
    cases.happen(occasion.connection, row, CustomerWrote(occasion.now), occasion.now)
    before = found.written(occasion.connection, event.actor.channel, event.edits) if event.edits else None
    if before is not None and before.kind == "answer":
        _answer_changed(occasion, event, row, before)
        return
    there = _spot(occasion, row)
    last = None
    for number, words in enumerate(_parts(event.text, there.at.channel)):
        body = _of_customer(occasion, event, row, there, words)
        last = threads.line(
            occasion.connection, row, there, f"answer:{occasion.inbox_id}:{number}", body, occasion.now
        )
    _keep(occasion, event, row, Spot(event.actor, None), "answer", outbox_id=last)


def _answer_changed(
    occasion: Occasion, event: InboundMessage, row: CaseWithCustomer, before: ThreadMessage
) -> None:
    """They changed or deleted what stands in the thread: it is shown in its place, or told where it cannot be."""
    if occasion.said.at < before.said_at:
        return
    threads.change(occasion.connection, before.id, said_at=occasion.said.at)
    sent = outbox.where_to(occasion.connection, before.went_as)
    edits = limits_of(sent.channel).edits
    there = Spot(sent, None) if edits else _spot(occasion, row)
    words = cut(event.text, limits_of(there.at.channel).text - _AROUND)
    body = _of_customer(occasion, event, row, there, words)
    key = f"answer:{occasion.inbox_id}:0"
    replaces = in_place_of(before.went_as) if edits else None
    new = threads.line(occasion.connection, row, there, key, body, occasion.now, replaces=replaces)
    threads.change(occasion.connection, before.id, outbox_id=new)


def _spot(occasion: Occasion, row: CaseWithCustomer) -> Spot:
    """Where the colleague reads it; with the next who can be reached where that channel is off."""
    there = threads.spot(occasion.connection, row)
    if there.at.channel in occasion.context.limits:
        return there
    place = next(iter(cases.places(occasion.context, row.account_manager)), None)
    return there if place is None else Spot(place[1], None)


def _of_customer(
    occasion: Occasion, event: InboundMessage, row: CaseWithCustomer, there: Spot, said: str
) -> Body:
    words, name = occasion.context.manager_words, threads.name_of(occasion.context, row)
    came = None if event.brings is None else Came(event.brings, event.text, event.chat_url)
    beside = "" if came is None else came_in_words(came, words)
    gone = event.edits is not None and not event.text.strip()
    if not limits_of(there.at.channel).edits:
        told = (
            words.text("answer_gone", name=name) if gone else ". ".join(one for one in (said, beside) if one)
        )
        key = "answer_changed_sms" if event.edits and not gone else "answered_sms"
        return (plain(words.text(key, name=name, account=row.account or "-", words=told)),)
    if gone:
        return (bold(words.text("answer_gone", name=name)),)
    elsewhere = event.actor.channel != row.talk_channel
    key = "answer_changed" if event.edits else "answered_elsewhere" if elsewhere else "answered"
    body: Body = (bold(words.text(key, name=name, channel=title_of(event.actor.channel))), plain("\n"))
    if said:
        body += (quote(said),)
    if beside:
        body += (plain(beside),)
        if event.chat_url:
            body += (plain(": "), link(words.text("open_chat"), event.chat_url))
    return body


def _parts(text: str, channel: str) -> list[str]:
    """Somebody's words in as many messages as they need: nothing of a customer's is cut."""
    room, rest, parts = limits_of(channel).text - _AROUND, text.strip(), []
    while width(rest) > room:
        head = cut(rest, room // (5 if width(rest) > 2 * len(rest) else 2 if width(rest) > len(rest) else 1))
        head = head.removesuffix("…")
        parts.append(head)
        rest = rest[len(head) :].lstrip()
    return [*parts, rest]
