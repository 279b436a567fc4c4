"""What an admin reads of schedules, and of starts that wait."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from bot.campaigns.occurrences import Occurrence
from bot.campaigns.planning import PlanSummary
from bot.campaigns.schedules import FROM_CONFIG, PlannedStart, Schedule
from bot.commands.replies.campaign import plan_lines
from bot.commands.replies.reply import Phrasing, Reply, titled
from bot.sending.planner import BUTTON, SKIP
from bot.when.rhythm_words import BadRhythm
from bot.when.rhythms import Rhythm
from channels.base import Choice, Choices, plain

SHOWN: Final = 5
"""So many of the next starts are shown."""

_BAD_RHYTHM: Final = {
    "unread": "rhythm_unread",
    "no_start": "rhythm_no_start",
    "bad_start": "rhythm_bad_start",
    "no_year": "rhythm_bad_start",
}


def start_waits_answer(p: Phrasing, one: PlannedStart, waiting: Sequence[PlannedStart]) -> Reply:
    """That a start waits for its moment; and the first other of its campaign that does, since one that takes the place
    of another is to be called off."""
    text = p.text("start_waits", campaign=one.campaign, when=p.full_moment(one.due_at))
    if (other := next((each for each in waiting if each.id != one.id), None)) is not None:
        text += " " + p.text("start_waits_also", when=p.full_moment(other.due_at))
    button = Choice(p.text("button_call_off"), f"{BUTTON}{one.id}{SKIP}")
    return Reply((plain(text),), ((button,),))


def look_answer(p: Phrasing, plan: PlanSummary, one: PlannedStart) -> Reply:
    """Whom a start that waits would ask, as things stand."""
    title = p.text("plan_title_on", campaign=one.campaign, when=p.full_moment(one.due_at))
    button = Choice(p.text("button_call_off"), f"{BUTTON}{one.id}{SKIP}")
    return Reply(titled(title, *plan_lines(p, plan)).body, ((button,),))


def which_moment_answer(p: Phrasing, campaign: str, each: Sequence[datetime]) -> Reply:
    """Which of several moments is meant."""
    options = p.words.forms.one_of([p.full_moment(at) for at in each])
    example = f"{each[0].astimezone(p.zone):%Y-%m-%d %H:%M}"
    return p.refusal("start_which", options=options, campaign=campaign, example=example)


def bad_rhythm_answer(p: Phrasing, campaign: str, bad: BadRhythm) -> Reply:
    """Why a rhythm is not understood, and what to write instead."""
    if bad.moment is not None:
        days = dict.fromkeys(p.day(day) for day in bad.moment.days)
        times = dict.fromkeys(f"{at:%H:%M}" for at in bad.moment.times)
        options = p.words.forms.one_of(list(days if len(days) > 1 else times))
        return p.refusal("rhythm_which", campaign=campaign, options=options)
    return p.refusal(_BAD_RHYTHM[bad.why], campaign=campaign, text=bad.text)


def schedule_plan_answer(
    p: Phrasing,
    campaign: str,
    rhythm: Rhythm,
    each: Sequence[Occurrence],
    token: str,
    before: Rhythm | None,
    *,
    buttons: bool,
) -> Reply:
    """What a rhythm would bring, with the buttons that decide; `before` is the one whose place it takes."""
    lines = [rhythm_text(p, rhythm), *_starts(p, each)]
    if before is not None:
        lines.append(p.text("schedule_replaces", rhythm=rhythm_text(p, before)))
    lines.append(p.text("schedule_confirm" if buttons else "schedule_confirm_typed", campaign=campaign))
    choices: Choices = (
        (
            Choice(p.text("button_set_schedule"), f"w:{token}", "primary"),
            Choice(p.text("button_cancel"), f"w:{token}:no"),
        ),
    )
    return Reply(titled(p.text("schedule_plan_title", campaign=campaign), *lines).body, choices)


def schedule_answer(
    p: Phrasing,
    campaign: str,
    kept: Schedule | None,
    waits: Sequence[PlannedStart],
    skipped: Sequence[PlannedStart],
    each: Sequence[Occurrence],
) -> Reply:
    """The schedule of a campaign, and which starts come or were skipped, in order of time."""
    lines = []
    if kept is not None:
        key = "schedule_by_config" if kept.by == FROM_CONFIG else "schedule_typed"
        lines.append(p.text(key, rhythm=rhythm_text(p, kept.rhythm), campaign=campaign))
        if kept.paused_at is not None:
            lines.append(p.text("schedule_paused", at=p.when(kept.paused_at), campaign=campaign))
    named = [one for one in waits if one.turn is None]
    starts = [(one.due_at, p.text("schedule_once", when=p.full_moment(one.due_at))) for one in named]
    starts += [(one.due_at, p.text("schedule_skipped", when=p.full_moment(one.due_at))) for one in skipped]
    starts += zip((one.at for one in each), _starts(p, each), strict=True)
    lines += [line for _, line in sorted(starts)]
    if not lines:
        return p.note("schedule_none_of", campaign=campaign)
    return titled(p.text("schedule_title", campaign=campaign), *lines)


def _starts(p: Phrasing, each: Sequence[Occurrence]) -> list[str]:
    return [
        p.text(
            "schedule_start" if one.day == one.turn else "schedule_moved",
            when=p.full_moment(one.at),
            day=p.words.forms.full_day(one.turn),
        )
        for one in each
    ]


def rhythm_text(p: Phrasing, rhythm: Rhythm) -> str:
    """How often, at what time and by whose clock."""
    how_often = p.counted(f"rhythm_{rhythm.unit}", rhythm.count)
    return p.text("rhythm", how_often=how_often, at=f"{rhythm.at:%H:%M}", zone=p.zone.key)
