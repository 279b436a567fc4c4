"""The time line of a person in words, for who runs a campaign or follows up."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final

from bot.commands.replies.case import step_in_words
from bot.commands.replies.reply import Phrasing, Reply, titled
from bot.people.contacts import Person
from bot.people.finding import Near
from bot.reports.readable import LONGEST, readable
from bot.reports.timeline import Happening, Timeline
from channels.base import Span, bold, plain
from channels.layout import width

MOST_STEPS: Final = 30  # in a chat, the newest; a terminal shows all
MOST_CHARACTERS: Final = 3500  # of a message, counted as the widest provider does: Telegram takes 4096
QUOTED: Final = 160  # characters of a customer's text that a chat repeats
OURS: Final = 60  # and of our own

_LEFT_OUT: Final = frozenset({"alert_changed"})  # in a chat: what was changed is among the steps
TAKEN_FOR: Final = frozenset(
    {
        *("score", "reason", "unread", "late", "replaced", "older", "thread"),
        *("opt_out", "opt_in", "help", "ignore", "foreign", "old", "score_reason"),
        *("out_of_range", "ambiguous", "not_a_score"),
        *("wish_later", "wish_rarely", "wish_channel", "wish_as_usual"),
    }
)
"""Kinds of answers and of readings that have words."""

BECAUSE: Final[Mapping[str, str]] = {
    "the person opted out": "opted_out",
    "the question was answered or called off": "answered",
    "the wave was stopped": "stopped",
    "the wave is paused": "paused",
}
"""What the sender notes where it takes a message back, and its name among the words."""


def person_answer(p: Phrasing, said: str, found: Person | Near) -> Reply:
    """Who is meant, and how they are reached: no more of them than the terminal's `contacts find` tells."""
    if isinstance(found, Near):
        return who_answer(p, said, found, "who_near")
    name = found.name or found.contact_id
    who = name if name == found.contact_id else f"{name} ({found.contact_id})"
    facts = (
        ("column_account", found.account),
        ("attribute_account_manager", found.account_manager),
        ("column_channel", ", ".join(dict.fromkeys(p.channel(at.channel) for at in found.addresses))),
        ("attribute_language", found.language),
    )
    lines = (f"{capital(p.text(key))}: {readable(fact, LONGEST) if fact else '-'}" for key, fact in facts)
    return replace(titled(readable(who), *lines), private=True)


def capital(text: str) -> str:
    """As it stands at the beginning of a line."""
    return text[:1].upper() + text[1:]


def who_answer(p: Phrasing, said: str, near: Near, several: str = "why_near") -> Reply:
    """Nobody, or more than one, is called so; `several` is the text that then asks for the key."""
    if not near.people:
        return p.refusal("why_nobody", said=readable(said, LONGEST))
    lines = [
        p.text("why_near_one", contact=contact_id, name=readable(name))
        if name and name != contact_id
        else contact_id
        for contact_id, name in near.people
    ]
    if len(near.people) == 1:
        contact_id, name = near.people[0]
        meant = {"said": readable(said, LONGEST), "name": readable(name or contact_id), "example": contact_id}
        return replace(p.refusal(f"{several}_only", **meant), private=True)
    text = p.text(several, said=readable(said, LONGEST), example=near.people[0][0])
    return Reply((plain("\n".join((text, *lines))),), outcome="refused", private=True)


def timeline_answer(p: Phrasing, found: Timeline) -> Reply:
    """The newest steps, the oldest of them first, as one message of a chat."""
    told = [step for step in found.steps if step.code not in _LEFT_OUT]
    shown = told[-MOST_STEPS:]
    lines = list(_lines(p, shown))
    while len(shown) > 1 and sum(width(span.text) for line in lines for span in line) > MOST_CHARACTERS:
        shown = shown[1:]
        lines = list(_lines(p, shown))
    left = len(told) - len(shown)
    head: list[Span] = [bold(title(p, found))]
    if left:
        head.append(plain("\n" + p.counted("why_earlier", left)))
    if not told:
        head.append(plain("\n" + p.text("why_nothing")))
    return Reply(tuple(head) + tuple(span for line in lines for span in line), private=True)


def title(p: Phrasing, found: Timeline) -> str:
    """Who it is about."""
    name = found.name or found.contact_id
    who = name if name == found.contact_id else f"{name} ({found.contact_id})"
    return ", ".join(readable(part) for part in (who, found.account) if part)


def _lines(p: Phrasing, steps: Sequence[Happening]) -> Iterator[tuple[Span, ...]]:
    """A line each; the day and the wave stand once, before what happened then and there."""
    before: tuple[date, str] | None = None
    for step in steps:
        day, wave = p.local_day(step.at), wave_of(p, step)
        # What belongs to no wave (a STOP, a block) is told where it happened.
        if before is None or day != before[0] or wave not in ("", before[1]):
            yield (bold("\n" + " · ".join(part for part in (p.day(day), wave) if part)),)
            before = day, wave
        yield (plain(f"\n{step.at.astimezone(p.zone):%H:%M} {in_words(p, step, QUOTED)}"),)


def wave_of(p: Phrasing, step: Happening) -> str:
    """The wave that a step belongs to; empty outside any."""
    if not step.campaign:
        return ""
    if not step.wave:
        return p.text("why_trial_of", campaign=step.campaign)
    return p.text("scope_wave", campaign=step.campaign, wave=step.wave)


def in_words(p: Phrasing, step: Happening, quoted: int) -> str:
    """A step as a sentence without its end; of texts at most `quoted` characters."""
    facts = dict(step.facts)
    key = f"why_{step.code}"
    match step.code:
        case "audience":
            values = {"audience": _audience(p, facts["audience"]), "by": facts["by"]}
        case "happened" | "passed":
            values = _of_event(p, step.code, facts, quoted)
        case "skipped":
            values = {"rule": p.reason(facts["rule"]), "detail": _detail(p, facts["detail"])}
        case "held" | "closes":
            values = {"until": p.when(facts["until"]) if step.code == "held" else ""}
        case "wrote" | "pressed":
            key += "_edited" if facts.get("edited") else ""
            values = {"text": _quote(facts, quoted), "score": facts.get("score")}
            return p.text(key, **values) + _taken_for(p, facts["taken_for"])
        case "brought":
            key += f"_{facts['kind']}"
            values = {"text": facts["text"]}
        case "answered":
            score = isinstance(facts["answer"], int)
            key += "_score" if score else f"_{facts['answer']}"
            values = {"score": facts["answer"]}
        case "opted_out":
            values = {
                "source": p.text(f"why_source_{facts['source']}"),
                "channel": p.channel(facts["channel"]),
            }
        case "alert_opened":
            key += "" if facts["kind"] == "detractor" else f"_{facts['kind']}"
            values = {"manager": facts["manager"]}
        case "taken" | "done" | "followed":
            step_of_case = facts["step"]
            note = f" {_quote({'text': step_of_case.text}, quoted)}" if step_of_case.text else ""
            return step_in_words(p, step_of_case) + note
        case "closed":
            key += f"_{facts['ending']}"
            values = {}
        case _:
            values = facts | {"channel": p.channel(facts["channel"])} if "channel" in facts else facts
            values |= _of_message(p, step.code, facts, quoted)
    return p.text(key, **values)


def _of_message(p: Phrasing, code: str, facts: Mapping[str, Any], quoted: int) -> dict[str, Any]:
    """How a message we sent is named: what it was, its words, how often it was tried, and what was wrong."""
    values: dict[str, Any] = {}
    if "what" in facts:
        name = p.text(f"why_what_{facts['what']}")
        # The question is the same for everybody; what else is said answers this person.
        told = facts["what"] != "question" and facts["text"]
        text = f" {_quote(facts, min(quoted, OURS))}" if told else ""
        values["what"] = name + text
        tries = facts["tries"]
        values["tries"] = p.text("why_tries", count=tries) if code == "sent" and tries > 1 else ""
    if "before" in facts:
        values["before"] = p.channel(facts["before"])
    if "why" in facts:
        known = BECAUSE.get(facts["why"] or "")
        why = p.text(f"why_because_{known}") if known else facts["why"]
        values["why"] = f" ({why})" if why else ""
    return values


def _detail(p: Phrasing, detail: str) -> str:
    """What stands beside a rule that left somebody out: until when it does and which of several it is, or a channel, or
    a provider's words."""
    if until := re.fullmatch(r"until (\d{4}-\d\d-\d\d)(, .+)?", detail):
        detail = p.text("why_until", day=p.day(date.fromisoformat(until[1]))) + (until[2] or "")
    return f" ({detail})" if detail else ""


def _audience(p: Phrasing, audience: Mapping[str, str]) -> str:
    chosen = (f"{p.attribute(name)}: {wanted}" for name, wanted in audience.items())
    return ", ".join(chosen) or p.text("why_everybody")


def _of_event(p: Phrasing, code: str, facts: Mapping[str, Any], quoted: int) -> dict[str, Any]:
    """What an event was, or why nobody was asked after it."""
    if code == "happened":
        told = ", ".join(f"{name}: {readable(value, quoted)}" for name, value in facts["fields"].items())
        return {"event": facts["event"], "fields": f" ({told})" if told else ""}
    rule = facts["rule"]
    why = p.text(f"why_outcome_{facts['outcome']}") if rule is None else p.reason(rule)
    return {**facts, "why": why, "detail": _detail(p, facts["detail"])}


def _quote(facts: Mapping[str, Any], quoted: int) -> str:
    return f"“{readable(facts.get('text') or '', quoted)}”"


def _taken_for(p: Phrasing, pairs: Sequence[tuple[str, int | None]]) -> str:
    """What words were taken for, one after the other; nothing where the text says it all."""
    said = [
        p.text(f"why_read_{code}", score="" if score is None else score)
        for code, score in pairs
        if code in TAKEN_FOR
    ]
    return f": {', '.join(said)}" if said else ""
