"""Did everybody get what they meant? Compares what the crowd meant with what phones and the report show.

The figures are counted anew from what each customer wanted to say.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Final

from bot.demo.crowd import MANAGERS, Customer, Manager
from bot.demo.kinds import Thing
from bot.demo.playing import said
from sandbox import Message


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Where something is not as it was meant."""

    about: str
    meant: str
    shown: str


@dataclass(slots=True)
class Verdict:
    """What was compared, and where it differs."""

    compared: int = 0
    disagreements: list[Disagreement] = field(default_factory=list)

    @property
    def agreed(self) -> bool:
        return self.compared > 0 and not self.disagreements

    def expect(self, about: str, meant: object, shown: object) -> None:
        """Compare two values."""
        self.hold(about, meant == shown, str(meant), str(shown))

    def hold(self, about: str, true: bool, meant: str, shown: str) -> None:
        """Note whether something is as meant."""
        self.compared += 1
        if not true:
            self.disagreements.append(Disagreement(about, meant, shown))


Shown = Mapping[str, Sequence[Message]]
"""What each phone shows, by the phone's id."""


@dataclass(frozen=True, slots=True)
class Chat:
    """What the admin was answered to `/nps start demo` and to `/nps report demo`."""

    plan: str
    report: str


def figures(crowd: Sequence[Customer]) -> dict[str, Any]:
    """The figures of the wave as the crowd meant them, counted from nothing but their minds."""
    scores = [one.meant.score for one in crowd if one.meant.score is not None]
    promoters = sum(score >= 9 for score in scores)
    detractors = sum(score <= 6 for score in scores)
    return {
        "invited": len(crowd),
        "delivered": sum(one.meant.reached for one in crowd),
        "responses": len(scores),
        "promoters": promoters,
        "passives": len(scores) - promoters - detractors,
        "detractors": detractors,
        "opted_out": sum(one.meant.left for one in crowd),
        "nps": 100 * (promoters - detractors) / len(scores) if scores else None,
    }


def judge(
    crowd: Sequence[Customer],
    phones: Shown,
    report: Mapping[str, Any],
    chat: Chat,
    stuck: Mapping[str, str],
    held: Mapping[str, int | None],
) -> Verdict:
    """Compare everything that the crowd meant with what came of it; `held` is each customer's score in the
    database."""
    verdict = Verdict()
    for line in (f"In the audience: {len(crowd)}", f"Will be asked: {len(crowd)}"):
        verdict.hold("plan in the admin's chat", line in chat.plan.splitlines(), line, chat.plan)
    for customer in crowd:
        about = f"{customer.name} ({customer.channel}, {customer.kind})"
        verdict.hold(about, customer.id not in stuck, "can act", stuck.get(customer.id, ""))
        if customer.id in stuck:
            continue  # all else about them follows from it
        verdict.expect(f"{about}: the score in the database", customer.meant.score, held.get(customer.id))
        _conversation(verdict, about, customer, phones[customer.phone])
        _alert(verdict, about, customer, phones)
    _report(verdict, figures(crowd), report, chat.report)
    return verdict


# ------------------------------------------------------------------------------------------- customers


def _conversation(verdict: Verdict, about: str, customer: Customer, messages: Sequence[Message]) -> None:
    """As many messages as are due, none doubled, none after a STOP, and the right score repeated."""
    texts = [message.text for message in said(messages)]
    verdict.expect(f"{about}: messages from the bot", customer.hears, len(texts))
    verdict.hold(f"{about}: nothing said twice in a row", not _echo(messages), "once", _echo(messages))
    if customer.meant.left:
        after = _after_last_words(customer, messages)
        verdict.hold(f"{about}: after STOP", len(after) <= 1, "a confirmation at most", " / ".join(after))
    elif customer.meant.score is not None:
        last = texts[-1] if texts else "nothing"
        verdict.hold(
            f"{about}: the score that the bot repeats",
            f" {customer.meant.score} " in _spaced(last),
            str(customer.meant.score),
            last,
        )


def _echo(messages: Sequence[Message]) -> str:
    """A text that came twice, with nothing said in between."""
    for one, next_ in pairwise(messages):
        if one.author == next_.author == "bot" and one.text == next_.text:
            return one.text
    return ""


def _after_last_words(customer: Customer, messages: Sequence[Message]) -> list[str]:
    own = [index for index, message in enumerate(messages) if message.author == customer.address]
    return [message.text for message in messages[own[-1] + 1 :]] if own else []


def _spaced(text: str) -> str:
    return "".join(char if char.isalnum() else " " for char in text) + " "


# ---------------------------------------------------------------------------------------------- alerts


def alerts_of(customer: Customer, phones: Shown) -> Iterator[tuple[Manager, Message]]:
    """The alerts about a customer on anybody's phone."""
    for manager in MANAGERS:
        for message in said(phones[manager.phone]):
            if message.text.startswith((f"{customer.name} ", f"{customer.name}:")):
                yield manager, message


def _alert(verdict: Verdict, about: str, customer: Customer, phones: Shown) -> None:
    """Exactly one, at the right manager, who reads all of it; none about others. Who asked for a call before giving
    a low score was told of at once, and the score is news again."""
    every = list(alerts_of(customer, phones))
    found = [one for one in every if one is every[-1] or WISH not in one[1].text]
    wanted = [customer.alerted.name] if customer.meant.alerts else []
    verdict.expect(f"{about}: alerts", wanted, [manager.name for manager, _ in found])
    for _, message in found[:1] if wanted else ():
        shown = " ".join(message.text.replace(_JOINER, "").split())
        for words in customer.meant.taken_back:
            verdict.hold(f"{about}: words taken back", words not in message.text, "gone", message.text)
        for line in alert_lines(customer):
            verdict.hold(f"{about}: the alert", " ".join(line.split()) in shown, line, message.text)
        verdict.hold(
            f"{about}: pings by a customer's words", not message.pings, "none", " ".join(message.pings)
        )


_JOINER: Final = "\u2060"  # nobody sees it; it keeps Telegram from making a mention of an @
WISH: Final = "Wants to hear from you"

SENT: Final[Mapping[Thing, str]] = {
    "picture": "Sent a picture",
    "voice": "Sent a voice message",
    "checklist": "Sent a checklist",
}


def alert_lines(customer: Customer) -> Iterator[str]:
    """What the alert about a customer must say."""
    meant = customer.meant
    if meant.score is None:
        yield f"{customer.name} wrote, but gave no score"
    elif meant.first is None:
        yield f"{customer.name} gave a {meant.score}"
    else:
        yield f"{customer.name}: {meant.score} (was {meant.first})"
        if meant.score >= 7:
            yield "Corrected: no longer a detractor"
    if customer.manager is not None and customer.manager is not customer.alerted:
        yield f"For {customer.manager.name}, who could not be reached"
    yield f"Account: {customer.account}"
    yield from meant.reason
    yield from meant.words
    yield from (SENT[one] for one in meant.sent)
    if meant.taken_back:
        yield "Took a message back"
    if meant.wants_contact:
        yield WISH
    if meant.left:
        yield "Wants no more messages"
    elif meant.score is not None and not (meant.reason or meant.sent or meant.taken_back):
        yield "Gave no reason: call"


# ---------------------------------------------------------------------------------------------- report


def _report(verdict: Verdict, meant: Mapping[str, Any], report: Mapping[str, Any], text: str) -> None:
    """The figures for programs, and the same in the admin's chat."""
    for name, value in meant.items():
        verdict.expect(f"report: {name}", value, report[name])
    for line in report_lines(meant):
        verdict.hold("report in the admin's chat", line in text.splitlines(), line, text)


def report_lines(meant: Mapping[str, Any]) -> Iterator[str]:
    """What the report in the chat must say."""
    if meant["nps"] is None:
        yield "demo, wave 1: no score yet"
    else:
        size = int(abs(meant["nps"]) + 0.5)
        sign = "" if size == 0 else "+" if meant["nps"] > 0 else "-"
        yield f"demo, wave 1: NPS {sign}{size}"
        yield (
            f"Promoters {meant['promoters']}, passives {meant['passives']}, detractors {meant['detractors']}"
        )
    for what, part, whole in (
        ("Responses", "responses", "invited"),
        ("Delivered", "delivered", "invited"),
        ("Opted out", "opted_out", "delivered"),
    ):
        if meant[part] or what != "Opted out":
            share = int(100 * meant[part] / meant[whole] + 0.5)
            yield f"{what}: {meant[part]} of {meant[whole]} {whole} ({share}%)"
