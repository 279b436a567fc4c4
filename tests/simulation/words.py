"""What the people of the simulated world write, and what each means. Meant to be plain: the reader has its
own tests, and here it must be certain what was said."""

import json
import random
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Final, Literal

Kind = Literal[
    "score",  # a number, or a correction: counts whenever a score may be given
    "press",
    "words",  # no number in it: a reason where one is awaited
    "two numbers",
    "off the scale",
    "score and reason",
    "stop",
    "start",
    "help",
    "right",  # WHY ME, MY DATA, DELETE
    "code",  # the digits that DELETE asked for, or others
    "machine",  # an automatic reply
    "reaction",  # an emoji on a message of ours: a number, or a nod
    "wordless",  # a voice message, a picture: no words at all
    "taken back",  # the deletion of an earlier message
    "other",  # of the labelled rows, said where nobody can be sure how it will be taken
    "command",
    "none",  # no customer's words: a manager's press, an admin's command
]


@dataclass(frozen=True, slots=True)
class Utterance:
    """A text (or a tap) and what its author means by it. `edits` is the message whose place it takes."""

    kind: Kind
    text: str = ""
    score: int | None = None
    reason: str | None = None
    ref: str | None = None
    edits: str | None = None
    language: str | None = None  # None: it is the same in all


_LETTERS: Final = "bcdfghjklmnpqrtvwxz"
_PHRASES: Final = {
    "en": ("your people are friendly", "too slow and too dear", "the parcel was damaged"),
    "nl": ("de levering duurde te lang", "vriendelijk geholpen", "het pakje was beschadigd"),
}
_STOPS: Final = {
    "en": ("STOP", "please remove me from your list"),
    "nl": ("stop er mee", "haal mij van de lijst"),
}
_RIGHTS: Final = {"en": ("WHY ME", "MY DATA", "DELETE"), "nl": ("WAAROM IK", "MIJN GEGEVENS", "WISSEN")}
_OUT_OF_OFFICE: Final = {
    "en": "Automatic reply: I am out of the office until Monday",
    "nl": "Automatisch antwoord: ik ben afwezig",
}
_REPLIES: Final = Path(__file__).parents[1] / "data" / "replies.jsonl"


def speak(chance: random.Random, kind: Kind, language: str) -> Utterance:
    """Something of this kind, as one would write it in this language."""
    said = _speak(chance, kind, language)
    return said if said.kind in ("score", "code", "start", "help") else replace(said, language=language)


def _speak(chance: random.Random, kind: Kind, language: str) -> Utterance:
    match kind:
        case "score":
            score = chance.choice((0, 1, 2, 3, 5, 6, 6, 7, 8, 9, 9, 10))
            return Utterance(kind, chance.choice((str(score), f"sorry, {score}")), score)
        case "words":
            # A word that nobody else says, by which it is found again wherever it is kept.
            mark = "zq" + "".join(chance.choice(_LETTERS) for _ in range(6))
            return Utterance(kind, f"{chance.choice(_PHRASES[language])} {mark}", reason=mark)
        case "two numbers":
            return Utterance(kind, "7 or 8" if language == "en" else "7 of 8")
        case "off the scale":
            return Utterance(kind, str(chance.choice((11, 12, 55))))
        case "score and reason":
            row = chance.choice(_labelled(language))
            return Utterance(kind, row[0], row[1], row[2])
        case "stop":
            return Utterance(kind, chance.choice(_STOPS[language]))
        case "start":
            return Utterance(kind, "START")
        case "help":
            return Utterance(kind, "HELP")
        case "right":
            return Utterance(kind, chance.choice(_RIGHTS[language]))
        case "code":
            return Utterance(kind, str(chance.randrange(1000, 10_000)))
        case "machine":
            return Utterance(kind, _OUT_OF_OFFICE[language])
        case _:
            return Utterance("other", chance.choice(_others(language)))


@cache
def _rows(language: str) -> tuple[dict[str, object], ...]:
    lines = _REPLIES.read_text(encoding="utf-8").splitlines()
    return tuple(row for row in map(json.loads, lines) if row["lang"] == language)


@cache
def _labelled(language: str) -> tuple[tuple[str, int, str], ...]:
    """Replies that give a score and why, with both as the label has them."""
    found = []
    for row in _rows(language):
        expect = row["expect"]
        assert isinstance(expect, dict)
        if expect["kind"] == "score_reason" and expect["reason"]:
            found.append((str(row["text"]), int(expect["score"]), str(expect["reason"])))
    return tuple(found)


@cache
def _others(language: str) -> tuple[str, ...]:
    """Replies that are neither leaving nor coming back; those have to be certain."""
    kinds = ("opt_out", "opt_in", "help")
    return tuple(
        str(row["text"])
        for row in _rows(language)
        if isinstance(row["expect"], dict) and row["expect"]["kind"] not in kinds
    )
