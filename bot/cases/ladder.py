"""Who is next where nobody took a case in time. PURE."""

from collections.abc import Sequence

from bot.cases.reach import Reached


def next_in_line(
    ladder: Sequence[Reached], owner: Reached, first: Reached | None, rung: int
) -> Reached | None:
    """Whom a case goes to that its `owner` did not take; None where nobody is left.

    `ladder` is the escalation of the settings, `first` who has such a case at first, and `rung` how often it went on
    already. Each has it once, whatever they are called: who stands on the ladder twice, or is the first, has had it.
    """
    had = {owner[1]} | ({first[1]} if first is not None else set())
    order = list({at: (name, at) for name, at in reversed(ladder)}.values())[::-1]
    places = [at for _, at in order]
    start = (places.index(owner[1]) + 1 if owner[1] in places else rung) if rung else 0
    return next((one for one in order[start:] if one[1] not in had), None)
