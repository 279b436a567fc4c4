"""What an admin reads of what a wave that runs will probably come to."""

from math import floor, log10

from bot.commands.replies.reply import Phrasing
from bot.reports.outlook_values import Margin, Outlook
from bot.reports.scores import answers_of


def outlook_line(p: Phrasing, outlook: Outlook) -> str:
    """How many answers there will be by when, what the score will be worth then, and how that is known."""
    key = "outlook_same_channels" if outlook.same_channels else "outlook_as_before"
    return p.text(
        "outlook",
        answers=answers_of(p, outlook.answered),
        expected=p.number(outlook.expected),
        day=p.words.forms.full_day(p.local_day(outlook.until)),
        margin="" if outlook.margin is None else _margin(p, outlook.margin),
        source=p.counted(key, outlook.waves),
    )


def _margin(p: Phrasing, margin: Margin) -> str:
    said = p.text("outlook_margin", points=p.number(max(1, round(margin.points))))
    if margin.narrower is None or not margin.more:
        return said
    return said + p.text(
        "outlook_more",
        more=p.number(_about(margin.more)),
        invitations=p.number(_about(margin.invitations)),
        narrower=p.number(margin.narrower),
    )


def _about(count: int) -> int:
    """Two digits that count, upwards: nobody needs the 397th answer."""
    step = int(10 ** max(0, floor(log10(max(1, count))) - 1))
    return -(-count // step) * step
