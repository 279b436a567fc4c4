"""What an admin reads of a wave that is undone, paused or stopped."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from bot.campaigns.runs import Stopped
from bot.campaigns.waves import Wave
from bot.commands.replies.reply import Phrasing, Reply, titled
from channels.base import Choice

UNDO: Final = "undo:"
STOP: Final = "stop:"
PAUSE: Final = "pause:"
RESUME: Final = "resume:"


def undo_choice(p: Phrasing, run: Wave) -> Choice:
    """The button that takes a start back."""
    return Choice(p.text("button_undo"), f"w:{UNDO}{run.id}")


def hold_line(p: Phrasing, run: Wave) -> str:
    """How long a start can be undone; nothing where it cannot."""
    if run.begun_at is not None or run.undo_until is None:
        return ""
    seconds = (run.undo_until - run.started_at) // timedelta(seconds=1)
    return p.text("started_hold", seconds=seconds, campaign=run.campaign)


def first_share_lines(p: Phrasing, run: Wave) -> Sequence[str]:
    """How far the share is that is asked before the others; nothing where there is none, or it went well."""
    match run.canary:
        case "asking":
            return (p.text("status_canary_asking"),)
        case "waiting" if run.canary_until is not None:
            return (p.text("status_canary_waiting", until=p.when(run.canary_until)),)
        case "failed":
            return (p.text("status_canary_failed"),)
        case _:
            return ()


def undone_answer(p: Phrasing, run: Wave, *, now: bool) -> Reply:
    """Whether a start was undone just `now`, or before, or why it cannot be."""
    named = {"wave": run.number, "campaign": run.campaign}
    if now:
        return p.note("undone", **named)
    if run.undone_at is not None:
        return p.refusal("already_undone", **named, at=p.when(run.undone_at))
    if run.stopped_at is not None:
        return p.refusal("undo_stopped", **named, at=p.when(run.stopped_at))
    return p.refusal("undo_too_late", **named, at=p.when(run.begun_at or run.started_at))


def stop_plan_answer(
    p: Phrasing, campaign: str, stop: Stopped, run_id: int, *, buttons: bool, rolling: bool = False
) -> Reply:
    """What a stop would do, with the buttons that do it, or hold everything in its place. What asks by itself
    (`rolling`) can be started again."""
    if not stop.waves:
        return p.refusal("not_running", campaign=campaign)
    confirm = "rolling_stop_confirm" if rolling else "stop_plan_confirm"
    answer = titled(
        p.text("stop_plan_title", campaign=campaign, waves=waves_named(p, stop.waves)),
        p.text("stop_plan_waiting", waiting=p.number(stop.cancelled)),
        p.text("stop_plan_talking", talking=p.number(stop.talking)),
        *((p.text("rolling_would_stay", campaign=campaign),) if rolling else ()),
        p.text(f"{confirm}" if buttons else f"{confirm}_typed", campaign=campaign),
        p.text("stop_plan_pause", campaign=campaign),
    )
    choices = (
        Choice(p.text("button_stop"), f"w:{STOP}{run_id}", "danger"),
        Choice(p.text("button_pause"), f"w:{PAUSE}{run_id}"),
    )
    return Reply(answer.body, (choices,) if buttons else ())


def stopped_answer(p: Phrasing, campaign: str, stop: Stopped) -> Reply:
    """Which waves ask nobody more."""
    if not stop.waves:
        return p.refusal("not_running", campaign=campaign)
    return p.note(
        "stopped",
        campaign=campaign,
        waves=waves_named(p, stop.waves),
        cancelled=p.number(stop.cancelled),
        talking=p.number(stop.talking),
    )


def paused_answer(
    p: Phrasing, campaign: str, waves: tuple[int, ...], *, running: bool, run_id: int | None = None
) -> Reply:
    """Which waves are held back now, with the button that lets that one go on, where it can be pressed; none where
    they were before, or nothing is running."""
    answer = _held_or_going(p, "paused", campaign, waves, running)
    if not waves or run_id is None:
        return answer
    return Reply(answer.body, ((Choice(p.text("button_resume"), f"w:{RESUME}{run_id}"),),))


def resumed_answer(p: Phrasing, campaign: str, waves: tuple[int, ...], *, running: bool) -> Reply:
    """Which waves go on."""
    return _held_or_going(p, "resumed", campaign, waves, running)


def _held_or_going(p: Phrasing, key: str, campaign: str, waves: tuple[int, ...], running: bool) -> Reply:
    if waves:
        return p.note(key, campaign=campaign, waves=waves_named(p, waves))
    return p.refusal(f"already_{key}" if running else f"not_running_{key}", campaign=campaign)


def waves_named(p: Phrasing, waves: tuple[int, ...]) -> str:
    """`wave 3, wave 4`."""
    return ", ".join(p.text("stopped_wave", wave=number) for number in waves)
