"""Where somebody in a wave stands, and the cell of the tally that they count in.

Each conversation of a wave that is no trial counts once, in the cell of `CELL`. The expressions are plain SQL
that both engines read alike; the triggers of `bot.store.triggers.tally` and the recount of `bot.reports.tallies` are
made of the same ones. Whoever changes them adds a migration, be it an empty one: behind each `migrate` makes
the triggers anew and recounts.
"""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Final


class Standing(StrEnum):
    """How far somebody got. Whom a rule left out stands as `skipped:` and the rule, one of `Skip`.

    Whether the provider took the question and whether it arrived are two marks of the cell beside this.
    """

    WAITING = "waiting"  # their turn has not come
    RELEASED = "released"  # the question is in the outbox
    ASKED = "asked"  # open, and not a word yet
    WRITING = "writing"  # open; they wrote, and no score was in it
    SCORED = "scored"  # open; a score, and no reason yet
    REASONED = "reasoned"  # open; a score and a reason
    NO_REASON = "no_reason"  # over, with a score alone
    DONE = "done"  # over, with a score and a reason
    LEFT_SCORED = "left_scored"  # opted out after the score
    LEFT_REASONED = "left_reasoned"  # opted out after score and reason
    LEFT = "left"  # opted out without a score
    LEFT_EARLY = "left_early"  # opted out before the question was out
    UNREAD = "unread"  # over; they wrote, and no score was in it
    SILENT = "silent"  # over, and not a word
    UNDELIVERED = "undelivered"  # over; the question could not be delivered
    CANCELLED = "cancelled"  # the wave was stopped before the question was out


NOT_OUT: Final = (Standing.WAITING, Standing.RELEASED)
"""Where somebody stands whose question the provider did not take yet."""

OPEN: Final = frozenset(
    {
        *NOT_OUT,
        Standing.ASKED,
        Standing.WRITING,
        Standing.SCORED,
        Standing.REASONED,
    }
)
"""Where somebody stands whose conversation is not over."""

SKIPPED: Final = "skipped:"
"""How the standing of somebody begins whom a rule left out; the rule follows."""

NO_CHANNEL: Final = ""  # skipped before a channel was chosen
NO_DAY: Final = date.min  # without a score, and of one whose day is not known
NO_SCORE: Final = -1

_OUT: Final = "({row}.asked_at IS NOT NULL OR {row}.delivered_at IS NOT NULL)"
_REASON: Final = "({row}.reason IS NOT NULL OR {row}.ending = 'done')"
# Whoever only asks who we are is answered, and no word of theirs awaits being read: they were not silent all the same.
_WROTE: Final = "({row}.unread > 0 OR {row}.talk > 0)"
_STANDING: Final = f"""CASE
    WHEN {{row}}.state = 'skipped' THEN '{SKIPPED}' || {{row}}.skipped
    WHEN {{row}}.score IS NOT NULL AND {{row}}.state <> 'closed'
      THEN CASE WHEN {{row}}.reason IS NOT NULL THEN 'reasoned' ELSE 'scored' END
    WHEN {{row}}.score IS NOT NULL AND {{row}}.ending = 'opted_out'
      THEN CASE WHEN {_REASON} THEN 'left_reasoned' ELSE 'left_scored' END
    WHEN {{row}}.score IS NOT NULL
      THEN CASE WHEN {_REASON} THEN 'done' ELSE 'no_reason' END
    WHEN {{row}}.state = 'waiting'
      THEN CASE WHEN {{row}}.released_at IS NOT NULL THEN 'released' ELSE 'waiting' END
    WHEN {{row}}.state <> 'closed'
      THEN CASE WHEN {_WROTE} THEN 'writing' ELSE 'asked' END
    WHEN {{row}}.ending = 'opted_out' THEN CASE WHEN {_OUT} THEN 'left' ELSE 'left_early' END
    WHEN {{row}}.ending IN ('undelivered', 'cancelled') THEN {{row}}.ending
    WHEN {{row}}.ending = 'unread' OR {_WROTE} THEN 'unread'
    ELSE 'silent'
  END"""

CELL: Final[Mapping[str, str]] = {
    "wave_id": "{row}.wave_id",
    "channel": f"COALESCE({{row}}.channel, '{NO_CHANNEL}')",
    "standing": _STANDING,
    "asked": "({row}.asked_at IS NOT NULL)",
    "delivered": "({row}.delivered_at IS NOT NULL)",
    "day": f"COALESCE({{row}}.scored_on, '{NO_DAY.isoformat()}')",
    "score": f"COALESCE({{row}}.score, {NO_SCORE})",
}
"""The columns of the tally by which people are counted, and what each is of a conversation's row."""

OUTCOME: Final = f"""CASE
    WHEN {{row}}.score IS NOT NULL THEN {{row}}.score
    WHEN {{row}}.state <> 'skipped' AND {_STANDING} NOT IN ('waiting', 'cancelled', 'left_early') THEN {NO_SCORE}
  END"""
"""What somebody counts as in the groups of a report: the score, or `NO_SCORE` of who was invited and gave none; NULL of
who was not invited. It says the same as `Dispositions.invited`."""

READS: Final = (
    "wave_id",
    "channel",
    "state",
    "skipped",
    "released_at",
    "asked_at",
    "delivered_at",
    "score",
    "scored_on",
    "reason",
    "unread",
    "talk",
    "ending",
)
"""The columns of a conversation that decide its cell; a change of another one moves nobody."""


def cell_of(row: str) -> dict[str, str]:
    """The expressions of `CELL` over the row that goes by this name in a statement."""
    return {name: expression.format(row=row) for name, expression in CELL.items()}


def outcome_of(row: str) -> str:
    """`OUTCOME` over the row that goes by this name in a statement."""
    return OUTCOME.format(row=row)
