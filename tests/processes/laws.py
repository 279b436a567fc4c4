"""What must hold at the end, however often a process was killed: asked of the database and of the phones."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import Connection, select

from bot.reports.group_proof import prove_groups
from bot.reports.tallies import prove
from bot.store.schema import Row, case, contact, conversation, inbox, outbox
from sandbox import World
from tests.processes.customers import MANAGERS, QUESTION, Crowd, Customer

_TALKS = select(conversation, contact.c.contact_id.label("who")).join(
    contact, contact.c.id == conversation.c.contact_id
)
_OUTBOX = select(outbox)
_CASES = select(case)
_WORDS = select(inbox.c.actor, inbox.c.provider_id).where(inbox.c.kind == "InboundMessage")


def broken(connection: Connection, crowd: Crowd) -> list[str]:
    """Every law that does not hold, one sentence each."""
    talks: dict[str, list[Row]] = defaultdict(list)
    for row in connection.execute(_TALKS):
        talks[row.who].append(row)
    sent: dict[int, list[Row]] = defaultdict(list)
    cases: dict[int, list[Row]] = defaultdict(list)
    every = list(connection.execute(_OUTBOX))
    for row in every:
        sent[row.conversation_id].append(row)
    for row in connection.execute(_CASES):
        cases[row.conversation_id].append(row)
    kept = Counter(row.actor for row in connection.execute(_WORDS))
    found = [f"the tally differs: {one}" for one in (*prove(connection), *prove_groups(connection))]
    shown = posts(crowd.world)
    for one in crowd.everybody:
        mine = talks[one.id]
        if len(mine) != 1:
            found.append(f"{one.id} has {len(mine)} conversations")
            continue
        (talk,) = mine
        found += _answers(one, talk, crowd, kept[f"{one.channel}:{one.address}"])
        found += _said(one, shown[one.phone], sent[talk.id])
        found += _alerts(one, cases[talk.id], shown, every)
    found += _texts(crowd.world)
    found += [f"{row.kind} {row.id} is {row.state}: {row.error}" for row in every if row.state == "failed"]
    return found


def posts(world: World) -> Mapping[str, dict[str, list[str]]]:
    """What the bot posted on each phone: each message with all that it ever said."""
    changes = world.phones.feed.since(0)
    if changes is None:
        raise RuntimeError("the feed has forgotten its beginning; make the run smaller")
    found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for change in changes:
        message = change.data.get("message")
        if message is not None and message["from"] == "bot":
            found[change.data["phone"]][message["id"]].append(message["text"])
    return found


def _answers(one: Customer, talk: Row, crowd: Crowd, kept: int) -> Iterator[str]:
    """Every acknowledged answer is there, once."""
    if talk.score != one.score:
        yield f"{one.id} gave {one.score}; stored is {talk.score}"
    given = (talk.reason or "").split("\n")
    if set(given) != {one.reason} or len(given) > crowd.reasons[one.id]:
        yield f"{one.id} said {one.reason!r} {crowd.reasons[one.id]} times; stored is {talk.reason!r}"
    if not crowd.acknowledged[one.id] <= kept <= crowd.made[one.id]:
        yield (
            f"of {one.id}, who acted {crowd.made[one.id]} times and was acknowledged "
            f"{crowd.acknowledged[one.id]} times, {kept} events are kept"
        )


def _said(one: Customer, messages: Mapping[str, list[str]], rows: Sequence[Row]) -> Iterator[str]:
    """Nobody is asked twice; an answer comes twice only where nobody could know that it had come."""
    asked = sum(QUESTION in texts[0] for texts in messages.values())
    (question,) = (row for row in rows if row.kind == "question")
    if asked > 1 or (asked == 0 and question.state != "unknown"):
        yield f"{one.id} was asked {asked} times; the question is {question.state}"
    doubtful = any(row.doubtful for row in rows)
    for text, times in Counter(texts[0] for texts in messages.values()).items():
        if times > 1 and (one.channel == "sms" or not doubtful):
            yield f"{one.id} was told {times} times: {text!r}"


def _alerts(
    one: Customer, cases: Sequence[Row], shown: Mapping[str, dict[str, list[str]]], rows: Sequence[Row]
) -> Iterator[str]:
    """A detractor has one case, whose alert stands as it should; nobody else has any."""
    if len(cases) != one.unhappy:
        yield f"{one.id}, who gave a {one.score}, has {len(cases)} cases"
    alerts = [
        texts for texts in shown[MANAGERS[one.manager]].values() if any(one.name in text for text in texts)
    ]
    if not one.unhappy:
        if alerts:
            yield f"{one.id}, who gave a {one.score}, was alerted about"
        return
    for row in cases:
        if row.shown < row.wanted:
            yield f"the alert about {one.id} is at {row.shown} of {row.wanted}"
    if not any(str(one.score) in texts[-1] and one.reason in texts[-1] for texts in alerts):
        yield f"no alert about {one.id} says the score and the reason: {alerts}"
    edited = MANAGERS[one.manager] != "manager-sms"
    doubtful = any(row.doubtful for row in rows if row.case_id in {each.id for each in cases})
    if edited and len(alerts) > 1 and not doubtful:
        yield f"there are {len(alerts)} alerts about {one.id}"


def _texts(world: World) -> Iterator[str]:
    """No text message goes twice, whatever happened."""
    ours = Counter((sms.to, sms.body) for sms in world.sms.messages.values() if sms.direction != "inbound")
    for (number, body), times in ours.items():
        if times > 1:
            yield f"{number} was texted {times} times: {body!r}"
