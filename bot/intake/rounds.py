"""Which events that wait together can be taken in together: of whom none changes what another means or does."""

from collections.abc import Sequence
from typing import Final

from bot import outbox
from bot.cases import ahead as cases_ahead
from bot.conversations import before, follow_ups, overtaken, talks
from bot.conversations.talks import Talk
from bot.dialogue.buttons import parse_score_value
from bot.intake.arrival import Arrival, whose
from bot.intake.meanings import (
    CameWordless,
    Heard,
    HeardOutside,
    Meaning,
    Nothing,
    NotOurs,
    ReviewAnswered,
    ScorePress,
    Withdrawn,
)
from bot.intake.understand import understand
from bot.people import consent, contacts
from bot.reading.copies import can_copy
from bot.reading.reader import Help, OptIn, OptOut, Score
from bot.steps import Noted
from bot.store.behind import WriteBehind
from channels.base import Address, DeliveryReport, Inbound, InboundMessage

Understood = tuple[Noted[Arrival], Meaning]

_WIDER: Final = (OptOut, OptIn, Help)
"""What concerns a person, and not one conversation of theirs."""


def _leaves(meaning: Meaning) -> bool:
    """Whether somebody who was asked wants no more messages. That ends all that is theirs and touches nobody else's, so
    that it goes with others, of other people; behind them, since it looks at what they have written."""
    return (
        isinstance(meaning, Heard)
        and isinstance(meaning.reading, OptOut)
        and not meaning.reading.somebody_else
    )


def first_of_each(
    waiting: Sequence[Noted[Arrival]],
) -> tuple[list[Noted[Arrival]], list[Noted[Arrival]]]:
    """The first event of each person, and those that come after it."""
    seen: set[str] = set()
    first: list[Noted[Arrival]] = []
    later: list[Noted[Arrival]] = []
    for one in waiting:
        who = whose(one.about.event)
        (later if who in seen else first).append(one)
        seen.add(who)
    return first, later


def apart(alone: Sequence[Noted[Arrival]]) -> list[list[Noted[Arrival]]]:
    """What does not go together with others, one by one; but all good news of messages together, behind the rest."""
    good = [one for one in alone if _is_good_news(one.about.event)]
    others = [[one] for one in alone if not _is_good_news(one.about.event)]
    return [*others, good] if good else others


def _is_good_news(event: Inbound) -> bool:
    """Whether a provider tells that a message is on its way or arrived: that changes its row, and the conversation of
    a question. What failed may end all of a person's."""
    return isinstance(event, DeliveryReport) and event.status in ("queued", "sent", "delivered")


def understood(
    opened: WriteBehind, events: Sequence[Noted[Arrival]]
) -> tuple[list[Understood], list[Noted[Arrival]]]:
    """What each of these means, one event of each person; and those that have to be taken in alone, by what is there
    when the others are done."""
    if len(events) == 1:
        return [(events[0], meaning_of(opened, events[0].about))], []
    if all(_is_good_news(one.about.event) for one in events):
        _look_for_messages(opened, [one.about for one in events])
        return [(one, Nothing()) for one in events], []
    messages = [one for one in events if isinstance(one.about.event, InboundMessage)]
    _look_ahead(opened, [one.about for one in messages])
    found: list[Understood] = []
    alone = [one for one in events if not isinstance(one.about.event, InboundMessage)]
    taken: set[int] = set()
    for one in messages:
        meaning = meaning_of(opened, one.about)
        contact = None if meaning.talk is None else meaning.talk.contact_id
        if contact in taken or not _keeps_to_itself(meaning):
            alone.append(one)
            continue
        found.append((one, meaning))
        if contact is not None:
            taken.add(contact)
    found.sort(key=lambda one: _leaves(one[1]))
    _look_for_cases(opened, found)
    return found, alone


def meaning_of(opened: WriteBehind, arrival: Arrival) -> Meaning:
    """What an event means, by looking alone; what a provider says of a person or a message means what it says."""
    event = arrival.event
    if not isinstance(event, InboundMessage):
        return Nothing()
    return understand(opened.connection, arrival.context, event, arrival.now)


def _look_for_cases(opened: WriteBehind, found: Sequence[Understood]) -> None:
    """Look up for all of them what following their cases asks for. Of who leaves it is not: that changes their cases
    first."""
    found = [one for one in found if not _leaves(one[1])]
    talks_of = [meaning.talk for _, meaning in found if meaning.talk is not None]
    may_alert = [
        talk for _, meaning in found if (talk := meaning.talk) is not None and _may_alert(meaning, talk)
    ]
    if found:
        cases_ahead.look_ahead(opened, talks_of, may_alert, min(one.about.now for one, _ in found))


def _may_alert(meaning: Meaning, talk: Talk) -> bool:
    """Whether an account manager may hear of it: of a score that alerts, a wish, or more about such a one."""
    match meaning:
        case Heard(reading=Score(value)):
            return value <= talk.alert_at or meaning.wish
        case ScorePress(score=score):
            return score <= talk.alert_at
    standing = talk.conversation.score
    return standing is not None and standing <= talk.alert_at


def _keeps_to_itself(meaning: Meaning) -> bool:
    """Whether what follows changes what one person has with us, and nothing else of anybody. A trial's is not
    that of who has its address, under an alert two people write, and words that wait may belong to another one. A
    stranger is told who writes, and nothing of theirs changes."""
    match meaning:
        case Heard() if isinstance(meaning.reading, _WIDER) and not _leaves(meaning):
            return False
        case Heard(talk) | ScorePress(talk) | CameWordless(talk) | Withdrawn(talk):
            return not (meaning.to_person or talk.trial or talk.words_from)
        case ReviewAnswered(talk):
            return not talk.trial
        case HeardOutside(person=None, reading=reading):
            return not isinstance(reading, _WIDER)
        case Nothing() | NotOurs():
            return True
    return False


def _look_for_messages(opened: WriteBehind, arrivals: Sequence[Arrival]) -> None:
    """Look up for all of them which message each tells of, and the conversation of a question that arrived."""
    told = {
        (arrival.channel, event.message_ref): event.status
        for arrival in arrivals
        if isinstance(event := arrival.event, DeliveryReport)
    }
    rows = outbox.look_for_refs(opened, told)
    talks.look_for_questions(
        opened,
        [
            row.conversation_id
            for row in rows
            if row.kind == "question" and told[row.channel, row.message_ref] == "delivered"
        ],
    )


def _look_ahead(opened: WriteBehind, arrivals: Sequence[Arrival]) -> None:
    """Look up for all of them what each would look up: whose conversation it belongs to, and what was said there."""
    written: dict[Address, InboundMessage] = {}
    pressed: list[int] = []
    for arrival in arrivals:
        event = arrival.event
        if not isinstance(event, InboundMessage) or event.command is not None:
            continue
        if event.choice is None:
            written[event.actor] = event
        elif (scored := parse_score_value(event.choice)) is not None:
            pressed.append(scored[0])
    if not (written or pressed):
        return
    rows = talks.look_ahead(opened, written, pressed, min(arrival.now for arrival in arrivals))
    answered = [(row, written[Address(row.channel, row.address)]) for row in rows]
    before.look_for_our_words(opened, {row.id for row, event in answered if can_copy(event.text)})
    with_ref = (row for row, event in answered if event.message_ref is not None and event.edits is None)
    overtaken.look_ahead(opened, {row.id for row in with_ref if row.score is not None or row.unread})
    if outside := written.keys() - {event.actor for _, event in answered}:
        consent.look_for_strangers(opened, contacts.look_for_owners(opened, outside))
        follow_ups.look_ahead(opened, outside, min(arrival.now for arrival in arrivals))
