"""What an admin reads of campaigns: plans, starts, stops and how far they are."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType

from bot.campaigns.planning import HeldBack, PlanSummary
from bot.campaigns.waves import Wave
from bot.commands.replies.draw import course_lines, draw_lines, expected_lines
from bot.commands.replies.outlook import outlook_line
from bot.commands.replies.reply import Phrasing, Reply, titled, together
from bot.commands.replies.running import first_share_lines, hold_line, undo_choice, undone_answer
from bot.reports.outlook_values import Outlook
from bot.reports.progress import WaveProgress
from channels.base import Address, Body, Choice, bold, plain
from channels.known import title_of


def plan_answer(p: Phrasing, plan: PlanSummary, *, buttons: bool, at: datetime | None = None) -> Reply:
    """Who would be asked where and until when, who not and why; with the buttons that decide. `at` is the moment of a
    start that is to wait, until which more people may come."""
    if not plan.people and at is None:
        nobody = p.note("plan_nobody_matches", campaign=plan.campaign)
        return Reply((*nobody.body, plain("".join(f"\n{line}" for line in _doubts(p, plan)))))
    title = p.text("plan_title", campaign=plan.campaign)
    lines = plan_lines(p, plan)
    key = "plan_confirm" if buttons else "plan_confirm_typed"
    if at is not None:
        title = p.text("plan_title_on", campaign=plan.campaign, when=p.full_moment(at))
        key = f"{key}_on"
    elif not plan.asked:
        return titled(title, *lines, p.text("plan_nobody_asked"))
    lines.append(p.text(key, campaign=plan.campaign))
    choices = (
        Choice(p.text("button_start"), f"w:{plan.token}", "primary"),
        Choice(p.text("button_cancel"), f"w:{plan.token}:no"),
    )
    return Reply(titled(title, *lines).body, (choices,))


def plan_lines(p: Phrasing, plan: PlanSummary) -> list[str]:
    """Who would be asked where and until when, and who not and why."""
    lines = [p.text("plan_people", people=p.number(plan.people)), *_doubts(p, plan)]
    lines.append(p.text("plan_asked", asked=p.number(plan.asked_in_all)))
    for one in plan.asked:
        starts_now = one.starts_at <= plan.made_at
        lines.append(
            p.text(
                "plan_now" if starts_now else "plan_later",
                channel=p.channel(one.channel),
                people=p.number(one.people),
                start=p.when(one.starts_at),
                end=p.when(_whole_minute(one.ends_at)),
            )
        )
    lines += draw_lines(p, plan)
    lines += course_lines(p, plan)
    if plan.skipped:
        lines.append(p.text("plan_skipped", skipped=p.reasons(plan.skipped)))
    lines += [_held(p, rule, held) for rule, held in plan.held.items()]
    lines += expected_lines(p, plan)
    return [*lines, p.text("plan_zone", zone=p.zone.key)] if plan.asked else lines


def _held(p: Phrasing, rule: str, held: HeldBack) -> str:
    values = {"people": p.number(held.people), "day": p.day(held.until.astimezone(p.zone).date())}
    match (
        rule.split()
    ):  # the names of rules in campaigns.plan and campaigns.spaces; the others are keys of config.yaml
        case ["later"]:
            return p.text("plan_held_later", **values)
        case ["once", "in", days, "days"]:
            return p.text("plan_held_rarely", days=p.counted("days", int(days)), **values)
        case ["the", "follow-up"]:
            return p.text("plan_held_follow_up", **values)
        case _:
            return p.text("plan_held", rule=rule, **values)


def _doubts(p: Phrasing, plan: PlanSummary) -> list[str]:
    """What of the audience may not be meant as it stands: attributes that no contact has, values that are no number
    and no day."""
    lines = []
    for name, near in plan.unknown.items():
        meant = p.text("did_you_mean", near=near) if near else ""
        lines.append(p.text("plan_unknown", attribute=name, meant=meant).rstrip())
    for name, people in plan.unreadable.items():
        lines.append(p.text("plan_unreadable", attribute=name, people=p.number(people)))
    return lines


def started_answer(p: Phrasing, now: WaveProgress, *, buttons: bool) -> Reply:
    """That a wave runs, how many it asks, where that is known already, and how it is undone."""
    name = now.wave.campaign
    counts = p.text(
        "started_counts",
        asked=p.number(now.people - sum(now.skipped.values())),
        skipped=p.reasons(now.skipped),
    )
    hold = hold_line(p, now.wave)
    answer = titled(
        p.text("started_title", campaign=name, wave=now.wave.number),
        counts if now.wave.enrolled_at is not None else p.text("status_enrolling"),
        *([hold] if hold else []),
        p.text("started_next", campaign=name),
    )
    return Reply(answer.body, ((undo_choice(p, now.wave),),) if hold and buttons else ())


def already_started_answer(p: Phrasing, run: Wave) -> Reply:
    """That the plan runs already, is over, or was undone."""
    if run.undone_at is not None:
        return undone_answer(p, run, now=False)
    over = run.stopped_at or run.ended_at
    if over is not None:
        first, last = (p.day(p.local_day(at)) for at in (run.started_at, over))
        return p.refusal("already_over", wave=run.number, campaign=run.campaign, first=first, last=last)
    return p.refusal("already_started", wave=run.number, campaign=run.campaign, at=p.when(run.started_at))


def status_answer(
    p: Phrasing,
    progress: Mapping[str, WaveProgress | None],
    unseen: int = 0,
    wrong: Mapping[str, str] | None = None,
    away: Sequence[str] = (),
    after: Mapping[str, str] = MappingProxyType({}),
    idle: Mapping[str, str] = MappingProxyType({}),
    ahead: Mapping[str, Outlook] = MappingProxyType({}),
    unread: Sequence[Address] = (),
) -> Reply:
    """How far each campaign is; None is one that has asked nobody, of which `idle` tells why. First what is wrong:
    `unseen` alerts reached nobody, nor did the digests of the `unread`, and why channels do not work. Then the lines of
    who is `away`. `after` says of a campaign that asks by itself when it does, `ahead` what one that runs will probably
    come to."""
    spans: list[Body] = []
    if unseen:
        key = "status_unseen_one" if unseen == 1 else "status_unseen"
        spans.append((bold(p.text(key, alerts=p.number(unseen))),))
    if unread:
        spans.append((bold(p.text("status_unread", readers=", ".join(map(str, unread)))),))
    for channel, why in (wrong or {}).items():
        spans.append((bold(p.text("status_wrong", channel=title_of(channel), why=why)),))
    if away:
        spans.append((plain("\n".join(away)),))
    for campaign, now in progress.items():
        when = after.get(campaign)
        if now is not None:
            spans.append(_progress(p, campaign, now, when, ahead.get(campaign)).body)
        elif when is None:
            spans.append((plain(idle[campaign]),))
        else:
            spans.append((plain(p.text("rolling_nobody_yet", campaign=campaign, after=when)),))
    return together(spans)


def _progress(
    p: Phrasing, campaign: str, now: WaveProgress, after: str | None, ahead: Outlook | None
) -> Reply:
    run = now.wave
    at, by = p.when(run.started_at), run.started_by
    if run.open_until is not None and run.stopped_at is None:
        state = p.text("status_rolling", at=at, until=p.when(run.open_until), after=after or "")
    elif run.stopped_at is not None:
        state = p.text("status_stopped", stopped=p.when(run.stopped_at), stopper=run.stopped_by, at=at, by=by)
    else:
        state = p.text("status_running" if now.running else "status_over", at=at, by=by)
    lines = [state]
    lines += first_share_lines(p, run) if now.running else ()
    if now.paused_since is not None:
        lines.append(p.text("status_paused", at=p.when(now.paused_since), campaign=campaign))
    if run.enrolled_at is None:
        lines.append(p.text("status_enrolling"))
    lines.append(p.text("status_people", people=p.number(now.people)))
    for key, count in (
        ("waiting", now.waiting),
        ("talking", now.talking),
        ("scores", now.answered_so_far),
        ("silent", now.silent),
    ):
        if count or key == "scores":
            lines.append(p.text(f"status_{key}", **{key: p.number(count)}))
    if ahead is not None:
        lines.append(outlook_line(p, ahead))
    if now.skipped:
        lines.append(p.text("status_skipped", skipped=p.reasons(now.skipped)))
    return titled(p.text("status_title", campaign=campaign, wave=run.number), *lines)


def _whole_minute(instant: datetime) -> datetime:
    """The end of the minute, since an end that is shown should not have passed already."""
    whole = instant.replace(second=0, microsecond=0)
    return whole if whole == instant else whole + timedelta(minutes=1)
