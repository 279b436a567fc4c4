"""The faces of an alert: its buttons, and a second row of them where a deed needs a choice. PURE.

Under an alert stand the deeds of its state. *Hand over to …* and *Snooze until …* show their choices in the place of
those, with a way back; *Done* is done at once, and the causes stand there until one is chosen. What they write after
*Done* brings that button back.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from bot.cases.deeds import SnoozeChoice, digest
from bot.dialogue.wording import Words
from channels.base import Choice, Choices

Choosing = Literal["to", "snooze"]
"""What a second face offers: colleagues, or times."""

MOST_NAMES: Final = 18
"""Colleagues who have a button; anybody else's name can be typed."""
_IN_A_ROW: Final = 3
_SNOOZE: Final[Mapping[SnoozeChoice, str]] = {
    "tomorrow": "snooze_tomorrow",
    "3d": "snooze_three_days",
    "week": "snooze_next_week",
}


@dataclass(frozen=True, slots=True)
class AlertFace:
    """What an alert's buttons need. `shown` is a second face that somebody asked for. `names` are the colleagues who
    can be handed the case, `causes` keys and labels, while none was chosen. `cause`, `note`, `until` and `given` (who
    handed it over, and when) stand in the text. `over`: the customer is gone, and nothing can be done."""

    shown: Choosing | None = None
    names: tuple[str, ...] = ()
    causes: tuple[tuple[str, str], ...] = ()
    cause: str | None = None
    note: str | None = None
    until: datetime | None = None
    given: tuple[str, datetime] | None = None
    over: bool = False
    new_words: bool = False  # since *Done*, which can be said again to them


NO_FACE: Final = AlertFace()


def buttons(case_id: int, state: str, face: AlertFace, words: Words) -> Choices:
    """The buttons under an alert."""

    def choice(key: str, deed: str) -> Choice:
        return Choice(words.text(key), f"c:{case_id}:{deed}", "primary" if deed == "take" else None)

    why = choice("why_button", "why")
    if face.over:
        return ((why,),)
    if state == "done":
        causes = [Choice(label, f"c:{case_id}:done:{key}") for key, label in face.causes]
        again = [choice("done_button", "done")] if face.new_words else []
        return (*_rows(causes), (*again, choice("reopen_button", "reopen"), why))
    if face.shown == "to":
        names = [Choice(name, f"c:{case_id}:to:{digest(name)}") for name in face.names[:MOST_NAMES]]
        return (*_rows(names), (choice("back_button", "back"),))
    if face.shown == "snooze":
        times = [choice(key, f"snooze:{which}") for which, key in _SNOOZE.items()]
        return (*_rows(times), (choice("back_button", "back"),))
    first = [choice("take_button", "take")] if state in ("open", "snoozed") else []
    first.append(choice("done_button", "done"))
    second = [choice("hand_over_button", "to")] if face.names else []
    second += [choice("snooze_button", "snooze"), why]
    return tuple(first), tuple(second)


def standing(face: AlertFace, words: Words, who_has_it: str) -> Iterable[str]:
    """What of a case's life stands in its alert, beside who is on it and who finished it."""
    if face.given is not None:
        who, at = face.given
        yield words.text("given", who=who, when=when(at))
    if face.until is not None:
        yield words.text("snoozed", who=who_has_it, when=when(face.until))
    if face.cause is not None:
        yield words.text("cause", cause=face.cause)
    if face.note:
        yield words.text("note", note=face.note)


def _rows(choices: Sequence[Choice]) -> Choices:
    return tuple(tuple(choices[first : first + _IN_A_ROW]) for first in range(0, len(choices), _IN_A_ROW))


def when(at: datetime) -> str:
    """A moment as an alert says it."""
    return at.strftime("%d-%m %H:%M")
