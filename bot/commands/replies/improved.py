"""What an admin reads of an improvement: whom it would be told, that it is on its way, and that it was taken back."""

from collections import Counter
from collections.abc import Mapping

from bot.campaigns.waves import Wave
from bot.commands.replies.reply import Phrasing, Reply, titled
from bot.conversations.improvements import Improvement, WhoIsTold
from channels.base import Choice

BUTTON = "w:i:"
NO = ":no"
STOP = ":stop"


def improvement_plan(
    p: Phrasing, run: Wave, theme: str, told: WhoIsTold, example: str, segments: int
) -> tuple[str, list[str]]:
    """The title and the lines of a plan, up to what is to be done with it. `segments`: how many SMS it is for one
    person, 0 where nobody gets one."""
    title = p.text("improved_title", campaign=run.campaign, wave=run.number, theme=p.theme(theme))
    lines = [p.text("improved_people", people=_with(p, told.people, _by(p, told.told, 0)))]
    if told.waiting:
        lines.append(p.text("improved_waiting", count=p.number(told.waiting)))
    if told.left_out:
        reasons = (f"{p.text(f'untold_{why}')} {p.number(count)}" for why, count in told.left_out.items())
        lines.append(p.text("improved_left_out", reasons=", ".join(reasons)))
    if told.unread:
        lines.append(p.text("improved_unread", count=p.number(told.unread)))
    languages = _by(p, told.told, 1)
    if len(languages) > 1:
        lines.append(p.text("improved_languages", languages=_listed(p, languages)))
    if segments:
        key = "improved_sms_one" if segments == 1 else "improved_sms"
        lines.append(p.text(key, segments=p.number(segments)))
    if told.people:
        lines.append(p.text("improved_example", text=example))
    return title, lines


def improvement_plan_answer(
    p: Phrasing, title: str, lines: list[str], run: Wave, theme: str, token: str, *, buttons: bool
) -> Reply:
    """A plan that can be confirmed."""
    key = "improved_confirm" if buttons else "improved_confirm_typed"
    last = p.text(key, campaign=run.campaign, theme=p.theme(theme))
    choices = (
        Choice(p.text("button_tell"), f"{BUTTON}{token}", "primary"),
        Choice(p.text("button_cancel"), f"{BUTTON}{token}{NO}"),
    )
    return Reply(titled(title, *lines, last).body, (choices,))


def improvement_told_answer(p: Phrasing, one: Improvement, *, first: bool) -> Reply:
    """That it is on its way, with the button that takes it back."""
    text = p.text(
        "improved_told" if first else "improved_already",
        campaign=one.wave.campaign,
        wave=one.wave.number,
        theme=p.theme(one.theme),
    )
    stop = Choice(p.text("button_take_back"), f"{BUTTON}{one.token}{STOP}")
    return Reply(titled(text).body, ((stop,),))


def improvement_stopped_answer(p: Phrasing, one: Improvement, count: int) -> Reply:
    """That it is told to nobody more."""
    theme = p.theme(one.theme)
    return p.note("improved_stopped", campaign=one.wave.campaign, theme=theme, count=p.number(count))


def _by(p: Phrasing, told: Mapping[tuple[str, str], int], place: int) -> Mapping[str, int]:
    found: Counter[str] = Counter()
    for key, count in told.items():
        found[p.channel(key[place])] += count
    return found


def _listed(p: Phrasing, counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {p.number(count)}" for name, count in counts.items())


def _with(p: Phrasing, count: int, parts: Mapping[str, int]) -> str:
    return f"{p.number(count)} ({_listed(p, parts)})" if parts else p.number(count)
