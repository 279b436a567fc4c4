"""What customers wrote, as lines of a report: themes with a few quotes, and the newest answers."""

from collections.abc import Iterable, Iterator
from typing import Final

from bot.commands.replies.case import answered_at
from bot.commands.replies.reply import Phrasing, Reply
from bot.commands.replies.theme_group import theme_group_lines
from bot.reports.readable import LONGEST, readable
from bot.reports.scores import answers_of, by_account_line, impact_words, score_of, state_lines
from bot.reports.values import AnswerRow, AnswersReport, NewWord, ThemeGroups, ThemeRow, ThemesReport
from channels.base import Body, Span, bold, plain, quote
from scoring import Finding

MOST_QUOTED: Final = 5  # themes that are shown with quotes, the costliest
QUOTES: Final = 2
QUOTED: Final = 140  # characters of a customer's words in a list, which is to fit on a phone
MOST_NAMES: Final = 5


def themes_answer(p: Phrasing, report: ThemesReport) -> Reply:
    """Each theme with what it costs and a few of the reasons, the costliest first."""
    spans: list[Span] = [bold(themes_title(p, report)), *_lines(themes_base(p, report))]
    if report.groups is not None:
        return Reply((*spans, *_lines(theme_groups_notes(p, report, report.groups))))
    for rank, row in enumerate(row for row in report.rows if not row.impact.hidden):
        spans += _theme(p, row, QUOTES if rank < MOST_QUOTED else 0, judged=report.scope.judged)
    return Reply((*spans, *_lines(themes_notes(p, report))))


def themes_title(p: Phrasing, report: ThemesReport) -> str:
    """Which wave's reasons these are."""
    what = p.scope(report.scope)
    if report.groups is not None:
        return p.text("theme_groups_title", what=what, attribute=p.attribute(report.groups.attribute))
    return p.text("themes_title", what=what)


def themes_base(p: Phrasing, report: ThemesReport) -> Iterator[str]:
    """How many reasons the numbers rest on."""
    if report.reasons:
        score = p.text(report.scope.kind, score=score_of(p, report.scores))
        line = p.counted("themes_base", report.reasons, score=score)
        yield line + (p.counted("themes_unthemed", report.unthemed) if report.unthemed else "")
    elif not report.other_languages:
        yield p.text("themes_nothing" if report.scope.running else "themes_nothing_over")
    if report.other_languages:
        yield p.counted("themes_languages", report.other_languages)


def theme_groups_notes(p: Phrasing, report: ThemesReport, groups: ThemeGroups) -> Iterator[str]:
    """How the themes of groups differ, and whose they are."""
    yield from theme_group_lines(p, groups, judged=report.scope.judged)
    yield from state_lines(p, report.scope)


def themes_notes(p: Phrasing, report: ThemesReport) -> Iterator[str]:
    """Which themes are hidden, and what the numbers do not say."""
    yield from _shifted(p, report)
    if report.words is not None:
        yield from _words(p, "words_since", report.words.since, before=report.words.before)
        yield from _words(p, "words_detractors", report.words.detractors)
    hidden = [p.theme(row.name) for row in report.rows if row.impact.hidden]
    if hidden:
        yield p.text("themes_hidden", names=p.names(hidden, MOST_NAMES))
    if any(row.impact.impact is not None for row in report.rows):
        yield p.text("themes_warning")
    yield from by_account_line(p, [report.scores])
    yield from state_lines(p, report.scope)


def _shifted(p: Phrasing, report: ThemesReport) -> Iterator[str]:
    """Which themes are named more often than in the wave before, and which less often."""
    for one in report.shifts:
        if one.finding is not Finding.NO_EVIDENCE:
            low, high = (
                p.limit(limit, firm=True) for limit in (one.shift.interval.low, one.shift.interval.high)
            )
            yield p.text(
                f"theme_{one.finding.value}",
                theme=p.theme(one.theme),
                share=p.percent(100 * one.named / one.n),
                then=p.percent(100 * one.other_named / one.other_n),
                before=report.before,
                limits=p.text("limits", low=low, high=high),
            )


def _words(p: Phrasing, key: str, words: Iterable[NewWord], **values: object) -> Iterator[str]:
    """Words that set reasons apart, with how many said them."""
    said = [
        p.text("new_word", word=one.word, people=p.number(one.people), low=p.number(one.detractors))
        for one in words
    ]
    if said:
        yield p.text(key, words="; ".join(said), **values)


def _theme(p: Phrasing, row: ThemeRow, quotes: int, *, judged: bool) -> Iterator[Span]:
    parts = [answers_of(p, row.impact.n), impact_words(p, row.impact, judged=judged)]
    yield plain("\n")
    yield bold(p.theme(row.name))
    line = ": " + "; ".join(part for part in parts if part)
    yield plain(line + (p.text("indicative") if row.impact.indicative else ""))
    words = list(dict.fromkeys(readable(words, QUOTED) for words in row.quotes))[:quotes]
    if words:
        yield plain("\n")
        yield quote("\n".join(words))


def answers_answer(p: Phrasing, report: AnswersReport) -> Reply:
    """The newest answers with what they said, to follow up."""
    spans: list[Span] = [bold(answers_title(p, report)), *_lines(answers_base(p, report))]
    for row in report.rows:
        spans += _answer(p, row)
    return Reply((*spans, *_lines(state_lines(p, report.scope))))


def answers_title(p: Phrasing, report: AnswersReport) -> str:
    """Whose answers these are."""
    return p.text(f"answers_title_{report.category or 'all'}", what=p.scope(report.scope))


def answers_base(p: Phrasing, report: AnswersReport) -> Iterator[str]:
    """How many there are, where not all are listed."""
    if not report.rows:
        yield p.text("answers_nothing")
    elif report.total > len(report.rows):
        yield p.text("answers_newest", count=p.number(len(report.rows)), total=p.number(report.total))


def _answer(p: Phrasing, row: AnswerRow) -> Iterator[Span]:
    name = readable(row.name or "", LONGEST) or p.text("erased")
    account = readable(row.account or "", LONGEST)
    who = p.text("person", name=name, account=account) if account else name
    channel = p.channel(row.channel) if row.channel else "-"
    yield plain("\n")
    yield bold(str(row.score))
    line = p.text("answer", who=who, at=answered_at(p, row), channel=channel)
    yield plain(line + (p.text("answer_late") if row.late else ""))
    if row.reason:
        yield plain("\n")
        yield quote(readable(row.reason, QUOTED))


def _lines(lines: Iterable[str]) -> Body:
    text = "".join(f"\n{line}" for line in lines)
    return (plain(text),) if text else ()
