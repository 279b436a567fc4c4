"""Customers whom their provider, or their own way of answering, makes hard to understand. Each kind names its row of
docs/field.md, where its source stands; `bot.demo.kinds` has those of an ordinary day."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bot.demo.kinds import Meant, MindKind, MindPart, MindStep, Upset, number_and_reason
from bot.demo.minds import Mind, MindChannel

_MANY_IDS: Final = Upset("other_ids", copies=3, seconds=40.0)
_THRICE: Final = Upset("duplicate", copies=2)
_MINUTES_LATE: Final = Upset("delay", seconds=300.0)
_LOST: Final = Upset("lose")


def under_many_ids(mind: Mind) -> MindPart:
    """A4: four event ids for one message, the last of them long after the answer."""
    score = mind.score()
    reason = mind.reason(score)
    steps = (MindStep("type", str(score), upset=_MANY_IDS), MindStep("type", reason, upset=_MANY_IDS))
    return steps, Meant(score, reason=(reason,))


def leaves_under_many_ids(mind: Mind) -> MindPart:
    """A4: the words that end it come again after the confirmation."""
    score = mind.score()
    return (
        MindStep("type", str(score)),
        MindStep("type", mind.stop().text, upset=_MANY_IDS),
    ), Meant(score, left=True)


def everything_three_times(mind: Mind) -> MindPart:
    """A4: at the same moment, under the same id."""
    steps, meant = number_and_reason(mind)
    return tuple(replace(step, upset=_THRICE) for step in steps), meant


def edit_before_its_message(mind: Mind) -> MindPart:
    """A4: the change comes first, and stands."""
    score = mind.score(0, 6)
    reason = mind.reason(score)
    steps = (
        MindStep("type", str(mind.score(7)), answered=False, upset=_MINUTES_LATE),
        MindStep("edit", str(score), unasked=True),
        MindStep("type", reason),
    )
    return steps, Meant(score, reason=(reason,))


def older_words_found_late(mind: Mind) -> MindPart:
    """E1, A13: no webhook brings the first text, and the account's list tells of it after the second."""
    score = mind.score(0, 6)
    reason = mind.reason(score)
    steps = (
        MindStep("type", str(mind.score(7)), answered=False, upset=_LOST),
        MindStep("type", str(score), unasked=True),
        MindStep("type", reason),
    )
    return steps, Meant(score, reason=(reason,))


def taken_by_another_program(mind: Mind) -> MindPart:
    """A12: a second poller with the bot's token got the first message, which comes to nobody else any more. They see
    that nothing is said to it, and write again."""
    score = mind.score(0, 6)
    reason = mind.reason(score)
    steps = (
        MindStep("type", str(score), answered=False, upset=_LOST),
        MindStep("type", str(score), unasked=True),
        MindStep("type", reason),
    )
    return steps, Meant(score, reason=(reason,))


def takes_the_reason_back(mind: Mind) -> MindPart:
    """B: the words go, the score stands, and the manager reads that there were some."""
    score = mind.score(0, 6)
    reason = mind.reason(score)
    steps = (
        MindStep("type", str(score)),
        MindStep("type", reason),
        MindStep("delete", reason, answered=False),
    )
    return steps, Meant(score, taken_back=(reason,))


def in_formatted_text(mind: Mind) -> MindPart:
    """A14: words without `text`."""
    score = mind.score(0, 6)
    reason = mind.reason(score)
    return (MindStep("rich", f"{score}, {reason}"),), Meant(score, reason=(reason,))


def a_checklist_first(mind: Mind) -> MindPart:
    """A14: a kind of message that is newer than the SDK."""
    score = mind.score()
    reason = mind.reason(score)
    steps = (MindStep("send", "checklist"), MindStep("type", str(score)), MindStep("type", reason))
    return steps, Meant(score, reason=(reason,), sent=("checklist",))


def in_the_thread(mind: Mind) -> MindPart:
    """A8: answers under the question."""
    score = mind.score()
    reason = mind.reason(score)
    steps = (MindStep("reply", str(score)), MindStep("reply", reason))
    return steps, Meant(score, reason=(reason,))


def an_emoji_beside_it(mind: Mind) -> MindPart:
    """A9: Slack writes it as a name between colons."""
    score = mind.score(8)
    reason = mind.reason(score)
    return (MindStep("type", f"{score} 🙂"), MindStep("type", reason)), Meant(score, reason=(reason,))


def left_the_workspace(_: Mind) -> MindPart:
    """A2: Slack takes messages to whom nobody reads any more."""
    return (), Meant(fate="deactivated")


def found_undelivered_late(_: Mind) -> MindPart:
    """A2: the carrier says so ten minutes after the number was told that all is well."""
    return (), Meant(reached=False, fate="late")


def undelivered_without_a_word(_: Mind) -> MindPart:
    """A13: no callback says so; the list does."""
    return (), Meant(reached=False, fate="untold")


def never_confirmed(mind: Mind) -> MindPart:
    """A13: the carrier never says whether it arrived; the answer does."""
    steps, meant = number_and_reason(mind)
    return steps, replace(meant, fate="unconfirmed")


_EVERYWHERE: Final[Sequence[MindChannel]] = ("slack", "telegram", "sms")
_CHATS: Final[Sequence[MindChannel]] = ("slack", "telegram")
_SLACK: Final[Sequence[MindChannel]] = ("slack",)
_TELEGRAM: Final[Sequence[MindChannel]] = ("telegram",)
_SMS: Final[Sequence[MindChannel]] = ("sms",)

ROUGH: Final[dict[MindKind, Sequence[MindChannel]]] = {
    under_many_ids: _EVERYWHERE,
    leaves_under_many_ids: _CHATS,
    everything_three_times: _EVERYWHERE,
    edit_before_its_message: _CHATS,
    older_words_found_late: _SMS,
    taken_by_another_program: _TELEGRAM,
    takes_the_reason_back: _SLACK,
    in_formatted_text: _TELEGRAM,
    a_checklist_first: _TELEGRAM,
    in_the_thread: _CHATS,
    an_emoji_beside_it: _EVERYWHERE,
    left_the_workspace: _SLACK,
    found_undelivered_late: _SMS,
    undelivered_without_a_word: _SMS,
    never_confirmed: _SMS,
}
"""Every rough kind, and where it is met. SMS knows no edits, no threads and no taking back."""
