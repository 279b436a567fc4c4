"""`npsbot read`: how the bot understands replies, one line (or one JSON object) each."""

import json
import sys
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Final

import typer

from bot.reading.bounds import Bounds
from bot.reading.copies import can_copy
from bot.reading.language import Language
from bot.reading.loader import load_languages
from bot.reading.own_wishes import name_of
from bot.reading.reader import (
    Ambiguous,
    LastSaid,
    NotAScore,
    OptOut,
    OutOfRange,
    Reading,
    Score,
    kind_of,
    numbers_named,
    offers_stop,
    own_wish,
    read,
    wants_contact,
)

_BESIDE: Final = {"wants_contact": "wants contact", "offers_stop": "offered STOP"}


class Moment(StrEnum):
    """What was asked last."""

    SCORE = "score"
    REASON = "reason"
    CONFIRM = "confirm"


def read_command(
    texts: Annotated[
        list[str] | None,
        typer.Argument(metavar="[TEXT]...", help="Replies; without any, the lines of standard input."),
    ] = None,
    lang: Annotated[str, typer.Option("--lang", help="The language of the campaign.")] = "en",
    scale: Annotated[str, typer.Option("--scale", help="The scale asked for: 0-10, 1-5 or 1-7.")] = "0-10",
    awaiting: Annotated[
        Moment, typer.Option("--awaiting", help="What was asked last: the score, the reason, or which score.")
    ] = Moment.SCORE,
    after: Annotated[
        str,
        typer.Option("--after", help='What was said before, such as "7 or 8": the numbers to choose from.'),
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object per reply.")] = False,
) -> None:
    """Show how replies are understood, as the conversation would at that moment."""
    languages = load_languages()
    spoken = lang.lower().split("-")[0]  # nl-je and de-AT are read as nl and de, as in a conversation
    if spoken not in languages:
        known = ", ".join(sorted(languages))
        raise typer.BadParameter(
            f'the language "{lang}" is not known; choose one of {known}', param_hint="--lang"
        )
    asked = _scale(scale)
    said = last_said(awaiting, after, spoken, asked, languages)
    for text in texts or (line.rstrip("\r\n") for line in sys.stdin):
        reading = read(text, spoken, asked, said, languages)
        row = as_row(reading)
        row["wants_contact"] = can_copy(text) and wants_contact(text, reading, spoken, languages)
        row["offers_stop"] = can_copy(text) and offers_stop(text, reading, spoken, languages)
        own = (
            own_wish(text, reading, spoken, languages)
            if can_copy(text) and not row["wants_contact"]
            else None
        )
        row["own_wish"] = None if own is None else name_of(own)
        beside = "".join(f", {word}" for key, word in _BESIDE.items() if row[key])
        beside += f", a wish: {name_of(own).replace('_', ' ')}" if own is not None else ""
        typer.echo(json.dumps(row, ensure_ascii=False) if as_json else f"{shown(reading)}{beside}\t{text!r}")


def last_said(
    awaiting: Moment, after: str, language: str, scale: Bounds, languages: Mapping[str, Language]
) -> LastSaid:
    """What a reply is read against, as a conversation has it at that moment. Numbers to choose from are offered by a
    question back; where a reason is awaited, only after words of the customer's that may change the score. The question
    for the reason names the score that stands."""
    recent = (after,) if after else ()
    if awaiting is Moment.CONFIRM:
        return LastSaid("confirm", recent, numbers_named(after, language, scale, languages))
    if awaiting is Moment.SCORE:
        return LastSaid("score", recent)
    if not after:
        return LastSaid("reason")
    if after.rstrip().endswith("?"):
        named = numbers_named(after, language, scale, languages)
        return LastSaid("reason", recent, score=named[0] if len(named) == 1 else None)
    asked_about = read(after, language, scale, LastSaid("reason"), languages)
    return LastSaid("reason", recent, asked_about.candidates if isinstance(asked_about, Ambiguous) else ())


def as_row(reading: Reading) -> dict[str, object]:
    """A reading as `kind`, `score`, `reason` and `candidates`, the kinds named as in the labelled replies."""
    score = reason = None
    candidates: list[int] = []
    match reading:
        case Score(value=value, reason=said):
            score, reason = value, said
        case OptOut(score=value):
            score = value
        case Ambiguous(candidates=offered, reason=beside):
            candidates, reason = list(offered), beside
    return {"kind": kind_of(reading), "score": score, "reason": reason, "candidates": candidates}


def shown(reading: Reading) -> str:
    """A reading as one short line for people."""
    match reading:
        case Score(value=value, reason=None):
            return f"score {value}"
        case Score(value=value, reason=reason):
            return f"score {value}, reason: {reason}"
        case OutOfRange(value=value):
            return f"out of range: {value}"
        case Ambiguous(candidates=()):
            return "ask again"
        case Ambiguous(candidates=candidates, reason=reason):
            asked = "ask: " + " or ".join(map(str, candidates))
            return asked if reason is None else f"{asked}, reason: {reason}"
        case OptOut(score=score):
            return "opt-out" if score is None else f"opt-out, score {score}"
        case NotAScore(says_none=True):
            return "no reason"
        case _:
            return kind_of(reading).replace("_", " ")


def _scale(text: str) -> Bounds:
    low, dash, high = text.partition("-")
    if not (dash and low.isdecimal() and high.isdecimal() and int(low) < int(high) <= 100):
        raise typer.BadParameter(f'"{text}" is no scale; write its ends like 0-10', param_hint="--scale")
    return Bounds(int(low), int(high))
