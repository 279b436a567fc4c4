"""Cases in words: a list with what is to be done next, and everything about one."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import chain
from typing import Final

from bot.cases.shown_facts import links
from bot.commands.replies.figure import figure_lines, lasted
from bot.commands.replies.reply import Phrasing, Reply
from bot.reports.cases.values import CaseFile, CaseList, CaseRow, CaseStep
from bot.reports.newest import NewAnswer
from bot.reports.readable import LONGEST, readable
from bot.reports.values import AnswerRow
from channels.base import Choice, Choices, Span, bold, link, plain, quote
from channels.layout import cut, width

IN_A_ROW: Final = 5  # buttons side by side, each with a number
REASON: Final = (700, 300, 100)
"""Characters of the reason, of what stands beside it, and of a note: as many as fit into one message."""
MOST_CHARACTERS: Final = 3500  # of a message, counted as the widest provider does: Telegram takes 4096
FIRST_STEPS: Final = 4
LAST_STEPS: Final = 16
QUOTED: Final = 160  # of the words of a step
_TIMED: Final = {
    "take": "case_take_by",
    "remind": "case_late_reminder",
    "late": "case_late_until",
    "strand": "case_late_admins",
    "wake": "case_wake",
}


def cases_answer(p: Phrasing, found: CaseList) -> Reply:
    """A page of cases, with a button to open each; of a campaign also its figures."""
    spans: list[Span] = [bold(cases_title(p, found))]
    if found.late and found.listed != "late":
        spans.append(plain("\n" + p.counted("cases_late", found.late)))
    for row in found.rows:
        spans += [plain("\n"), bold(str(row.number)), plain(case_lines(p, row))]
    spans += [plain(f"\n{line}") for line in cases_end(p, found)]
    buttons = [Choice(p.text("case_button", number=row.number), f"c:{row.number}:show") for row in found.rows]
    return Reply(tuple(spans), choices=_rows_of(buttons), private=True)


def cases_title(p: Phrasing, found: CaseList) -> str:
    """Which cases these are, and how many."""
    count = p.number(found.total)
    if found.campaign is None:
        return p.text(
            f"cases_title_{found.listed}" if found.listed in ("late", "mine") else "cases_title", count=count
        )
    what = p.text("scope_wave", campaign=found.campaign, wave=found.wave)
    return p.text(
        f"cases_title_of_{found.listed}" if found.listed else "cases_title_of", what=what, count=count
    )


def cases_end(p: Phrasing, found: CaseList) -> Iterator[str]:
    """What stands under a list: that it is empty, how it goes on, and the figures of the wave."""
    if not found.total:
        yield p.text("cases_nothing")
    elif not found.rows:
        yield p.text("cases_no_such_page", page=found.page)
    if found.rows and found.left:
        yield p.text("cases_more", count=p.number(found.left), which=_which(p, found), page=found.page + 1)
    if found.figures is not None and found.listed is None and found.page == 1 and found.total:
        yield from figure_lines(p, found.figures)


def case_lines(p: Phrasing, row: CaseRow) -> str:
    """A case in two lines, after its number: whose it is and how long it is open, and who does what next."""
    line = p.text("case_line", who=who_of(p, row), score=score_of_case(p, row), lasted=lasted(p, row.lasted))
    following = step_of(p, row)
    return f"{line}\n   {'; '.join(part for part in (state_of(p, row), following) if part)}"


def who_of(p: Phrasing, row: CaseRow) -> str:
    """The customer and the account."""
    name = readable(row.name or "", LONGEST) or p.text("erased")
    account = readable(row.account or "", LONGEST)
    return p.text("person", name=name, account=account) if account else name


def answered_at(p: Phrasing, row: AnswerRow | NewAnswer, *, dated: bool = False) -> str:
    """When they answered."""
    return kept_of(p, row.at, erased=not (row.name or row.account), dated=dated)


def kept_of(p: Phrasing, at: datetime, *, erased: bool, dated: bool = False) -> str:
    """A moment; of who was erased the day is all that is kept of it. `dated` tells its year."""
    if erased:
        return p.day(p.local_day(at))
    return p.dated(at) if dated else p.when(at)


def score_of_case(p: Phrasing, row: CaseRow) -> str:
    """The score, with the end of any scale that is not the usual one."""
    if row.score is None:
        return p.text("case_no_score")
    return _given(row.score, row.low, row.high)


def _given(score: int, low: int, high: int) -> str:
    return str(score) if (low, high) == (0, 10) else f"{score}/{high}"


def state_of(p: Phrasing, row: CaseRow) -> str:
    """Who has it, and how far they are."""
    if row.state == "done" and not row.owner:
        return p.text("case_over")
    if row.state == "done" and row.cause:
        return p.text("case_done_cause", owner=readable(row.owner, LONGEST), cause=p.cause(row.cause))
    return p.text(f"case_{row.state}", owner=readable(row.owner, LONGEST))


def step_of(p: Phrasing, row: CaseRow) -> str:
    """What is to be done next; empty where it is nothing."""
    step, at = row.following.step, row.following.at
    if step == "none":
        return ""
    if at is not None:
        return p.text(_TIMED[step], at=p.when(at), to=readable(row.following.to or "", LONGEST))
    return p.text(f"case_{step}")


def _which(p: Phrasing, found: CaseList) -> str:
    """The words of the command that asks for the same cases."""
    parts = []
    if found.campaign is not None:
        parts += [found.campaign, p.text("cases_wave", wave=found.wave)]
    if found.listed is not None or found.campaign is None:
        parts.append(p.text(f"cases_which_{found.listed or 'open'}"))
    return " ".join(parts)


def _rows_of(buttons: list[Choice]) -> Choices:
    return tuple(tuple(buttons[first : first + IN_A_ROW]) for first in range(0, len(buttons), IN_A_ROW))


# ------------------------------------------------------------------------------------------------- one


def case_answer(p: Phrasing, found: CaseFile, deeds: Choices = ()) -> Reply:
    """Everything about one case as one message, for whoever goes on with it; what can be done with it as buttons.
    Where it is too long, steps go from the middle: how it began and how it stands is told; then long texts are cut
    shorter, and how it began goes too."""
    told_of = [_step(p, step, erased=found.erased is not None) for step in found.steps]
    first, last = told_of[:FIRST_STEPS], told_of[FIRST_STEPS:][-LAST_STEPS:]
    for quoted in REASON:
        head = _head(p, found, quoted)
        room = MOST_CHARACTERS - _width(head)
        while len(last) > 1 and sum(map(_width, (*first, *last))) > room:
            last.pop(0)
        if sum(map(_width, (*first, *last))) <= room:
            break
    while first and sum(map(_width, (*first, *last))) > room:
        first.pop()
    told: list[Span] = [plain("\n"), bold(p.text("case_line_of_time")), *chain.from_iterable(first)]
    if left := len(found.steps) - len(first) - len(last):
        told.append(plain("\n" + p.counted("case_between", left)))
    return Reply((*head, *told, *chain.from_iterable(last)), choices=deeds, private=True)


def _head(p: Phrasing, found: CaseFile, quoted: int) -> list[Span]:
    """All but what happened; of texts at most `quoted` characters."""
    facts = "".join(f"\n{line}" for line in case_facts(p, found))
    spans: list[Span] = [bold(case_title(p, found)), plain(facts)]
    if found.phone:
        spans += [plain(f"\n{p.text('case_phone')}: "), link(found.phone, f"tel:{found.phone}")]
    if found.profile:
        spans += links([(p.text("case_profile"), found.profile)])
    spans += _came(p, found)
    for key, words in case_texts(p, found):
        spans += [plain(f"\n{key}:\n"), quote(cut(words, quoted))]
    return spans


def _step(p: Phrasing, step: CaseStep, *, erased: bool) -> list[Span]:
    line = plain(f"\n{kept_of(p, step.at, erased=erased)} {step_in_words(p, step)}")
    return [line, plain("\n"), quote(readable(step.text, QUOTED))] if step.text else [line]


def _width(spans: Sequence[Span]) -> int:
    return sum(width(span.text) for span in spans)


def case_title(p: Phrasing, found: CaseFile) -> str:
    """Which case it is, and whose."""
    return p.text("case_title", number=found.row.number, who=who_of(p, found.row))


def case_facts(p: Phrasing, found: CaseFile) -> Iterator[str]:
    """What is known of it in a word each: the score, where it was asked, since when it is open, and what is next."""
    row = found.row
    score = score_of_case(p, row)
    if row.score is None:
        yield score[:1].upper() + score[1:]
    elif found.answered_late:
        yield p.text("case_score_late", score=score)
    elif found.first_score not in (None, row.score):
        yield p.text("case_score_first", score=score, first=found.first_score)
    else:
        yield p.text("case_score", score=score)
    what = p.text("scope_wave", campaign=row.campaign, wave=row.wave) if row.wave > 0 else row.campaign
    yield p.text("case_asked", what=what, channel=p.channel(found.channel or "-"))
    opened = "case_opened_done" if row.state == "done" else "case_opened"
    at = kept_of(p, row.opened_at, erased=found.erased is not None)
    yield p.text(opened, at=at, lasted=lasted(p, row.lasted))
    state = state_of(p, row)
    yield state[:1].upper() + state[1:]
    if following := step_of(p, row):
        yield p.text("case_next", step=following)
    if found.wish:
        yield p.text("case_wish")
    if found.opted_out:
        yield p.text("case_opted_out")
    if found.asked_again:
        said = {True: "case_solved", False: "case_unsolved", None: "case_unanswered"}[found.solved]
        after = "" if found.score_after is None else p.text("case_score_after", score=found.score_after)
        yield p.text(said) + after
    if found.earlier:
        yield p.text(
            "case_earlier", scores=", ".join(_given(one.score, one.low, one.high) for one in found.earlier)
        )
    for label, value in found.facts:
        yield f"{label}: {value}"
    if found.took_back:
        yield p.text("case_took_back")
    if found.erased is not None:
        yield p.text("case_erased" if found.erased == "request" else "case_old")


def case_texts(p: Phrasing, found: CaseFile) -> Iterator[tuple[str, str]]:
    """What was written about it: the reason, what came beside it or late, and a colleague's note."""
    if found.reason:
        yield p.text("case_reason"), found.reason
    if found.words:
        yield p.text("case_beside"), "\n".join(found.words)
    if found.note:
        yield p.text("case_note"), found.note


def step_in_words(p: Phrasing, step: CaseStep) -> str:
    """What happened, in words; a kind of a later version by its name."""
    facts = {
        name: p.when(datetime.fromisoformat(value)) if name == "until" else readable(str(value), LONGEST)
        for name, value in step.facts.items()
    }
    if "cause" in facts:
        facts["cause"] = p.cause(str(step.facts["cause"]))
    key = f"case_step_{step.kind}"
    if step.kind == "finished" and "cause" in facts:
        key += "_cause"
    if key not in p.words.texts:
        return step.kind.replace("_", " ")
    return p.text(key, **{"who": readable(step.who or "-", LONGEST), **facts})


def _came(p: Phrasing, found: CaseFile) -> Iterator[Span]:
    for one in found.came:
        text = p.text(f"why_brought_{one.brings}", text=one.emoji)
        yield plain(f"\n{text[:1].upper()}{text[1:]}")
        if one.chat_url:
            yield plain(": ")
            yield link(p.text("case_open_chat"), one.chat_url)
