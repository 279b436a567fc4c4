"""What became of the cases of a wave in words, each number with what it is a share of."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from math import floor
from typing import Final

from bot.commands.replies.reply import Phrasing
from bot.reports.cases.values import CaseFigures
from scoring import Durations, Share, Visibility, nps, shown, visibility

_HOURS_FROM: Final = timedelta(minutes=90)
_DAYS_FROM: Final = timedelta(hours=48)


def figure_lines(p: Phrasing, figures: CaseFigures) -> Iterator[str]:
    """What became of the cases of a wave, each number with what it is a share of."""
    yield states_line(p, figures.states, figures.late)
    yield from in_time_line(p, figures)
    yield _times(p, "figures_touched", figures.touched)
    yield _times(p, "figures_finished", figures.finished)
    if figures.causes:
        named = (
            p.text(
                "figures_cause",
                cause=p.cause(cause) if cause else p.text("figures_no_cause"),
                count=p.number(count),
            )
            for cause, count in figures.causes
        )
        done = p.number(sum(count for _, count in figures.causes))
        yield p.text("figures_causes", done=done, causes=", ".join(named))
    yield from confirmed_lines(p, figures)


def states_line(p: Phrasing, states: Mapping[str, int], late: int = 0) -> str:
    """How many there were, and how far they are; `late` of those that are not taken."""
    erased, aside = states.get("erased", 0), states.get("snoozed", 0)
    line = p.text(
        "figures_states_late" if late else "figures_states",
        opened=p.number(sum(states.values())),
        done=p.number(states.get("done", 0)),
        taken=p.number(states.get("taken", 0)),
        aside=p.text("figures_aside", count=p.number(aside)) if aside else "",
        open=p.number(states.get("open", 0)),
        **({"late": p.number(late)} if late else {}),
    )
    return line + p.text("figures_erased", count=p.number(erased)) if erased else line


def in_time_line(p: Phrasing, figures: CaseFigures) -> Iterator[str]:
    """The share taken in time; nothing where no time was agreed."""
    if figures.in_time is not None:
        pending = p.text("figures_pending", count=p.number(figures.pending)) if figures.pending else ""
        yield p.text("figures_in_time", **_share(p, figures.in_time)) + pending


def confirmed_lines(p: Phrasing, figures: CaseFigures) -> Iterator[str]:
    """What customers said who were asked again: whether it is solved, and their score before and after. Of few the
    scores are not told, as of a small group."""
    if figures.solved is not None:
        yield p.text("figures_solved", **_share(p, figures.solved), asked=p.number(figures.asked_again))
    found = figures.recovery
    if found is None or visibility(found.n) is Visibility.HIDDEN:
        return
    if not visibility(found.n).has_score:
        yield p.text(
            "figures_recovery_few",
            n=p.number(found.n),
            better=p.number(found.better),
            worse=p.number(found.worse),
        )
        return
    line = p.text(
        "figures_recovery",
        n=p.number(found.n),
        before=shown(nps(found.before)),
        after=shown(nps(found.after)),
        change=shown(found.change),
        limits=p.text("limits", low=shown(found.interval.low), high=shown(found.interval.high)),
    )
    yield line + (p.text("indicative") if visibility(found.n) is Visibility.INDICATIVE else "")


def _share(p: Phrasing, of: Share) -> dict[str, str]:
    """A share with both of its numbers and its limits."""
    return {
        "counted": p.number(of.counted),
        "n": p.number(of.n),
        "share": p.percent(of.percent),
        "limits": p.text("limits", low=p.percent(of.interval.low), high=p.percent(of.interval.high)),
    }


def _times(p: Phrasing, key: str, of: Durations) -> str:
    """Within which time half are over, and nine of ten, as far as the open ones let that be known."""
    median = "" if of.median is None else lasted(p, timedelta(seconds=of.median))
    if of.ninetieth is not None:
        ninetieth = lasted(p, timedelta(seconds=of.ninetieth))
        times = p.text("figures_times", median=median, ninetieth=ninetieth)
    else:
        times = p.text("figures_median", median=median) if median else p.text("figures_no_times")
    return p.text(key, times=times, base=p.text("figures_base", ended=p.number(of.ended), n=p.number(of.n)))


def lasted(p: Phrasing, duration: timedelta) -> str:
    """A duration as people say it: minutes, from an hour and a half on hours, and from two days on days."""
    if duration < _HOURS_FROM:
        return p.counted("minutes", _whole(duration, timedelta(minutes=1)))
    if duration < _DAYS_FROM:
        return p.counted("hours", _whole(duration, timedelta(hours=1)))
    return p.counted("days", _whole(duration, timedelta(days=1)))


def _whole(duration: timedelta, unit: timedelta) -> int:
    return floor(duration / unit + 0.5)
