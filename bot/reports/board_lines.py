"""The page for the board in words, a heading and its lines at a time: for the chat, the picture and the terminal."""

from collections.abc import Iterator

from bot.reports.board import FEWEST, BoardReport, tens
from bot.reports.phrases import Phrases
from bot.reports.readable import beyond_pictures
from bot.reports.scores import (
    by_account_line,
    ends_of,
    finding_of,
    goal_line,
    impact_words,
    other_of,
    score_of,
    state_lines,
)
from bot.reports.values import Scores
from channels.base import Body, Span, bold, plain
from scoring import Contrast, nps, shown


def board_body(p: Phrases, report: BoardReport) -> Body:
    """The whole page, its title as the first span."""
    spans: list[Span] = [bold(board_title(p, report))]
    spans += [plain(f"\n{line}") for line in board_score(p, report)]
    for heading, lines in board_sections(p, report):
        spans += [plain("\n"), bold(heading), *(plain(f"\n{line}") for line in lines)]
    spans += [plain(f"\n{line}") for line in board_notes(p, report)]
    return tuple(spans)


def board_title(p: Phrases, report: BoardReport) -> str:
    """Which wave this is, and its score."""
    score = p.text("no_score") if report.scores is None else p.text("nps", score=score_of(p, report.scores))
    return p.text("report_title", what=p.scope(report.scope), score=score)


def board_score(p: Phrases, report: BoardReport, *, drawn: bool = False) -> Iterator[str]:
    """What the score is worth, where that is not `drawn`, what it was before, and who answered."""
    scores = report.scores
    if scores is None:
        yield p.text("board_few")
        return
    ends = ends_of(p, scores)
    if ends is not None and not drawn:
        answers = p.text("board_about_first", count=p.number(tens(scores.n)))
        yield p.text("interval", answers=answers, low=ends[0], high=ends[1])
    yield from by_account_line(p, [scores])
    if report.versus is not None:
        yield _change(p, report, scores)
    for goal in report.goals:
        yield goal_line(p, report.scope, goal)
    if report.response is not None and report.response.value is not None:
        share = p.percent(100 * report.response.value)
        yield p.text("board_response", share=share, people=p.number(tens(report.response.denominator)))


def board_sections(
    p: Phrases, report: BoardReport, *, drawn: bool = False
) -> Iterator[tuple[str, list[str]]]:
    """Themes, accounts and cases, each under its heading where there is anything to say. Where it is `drawn`, an
    account whose name cannot be written has its number alone."""
    for key, lines in (
        ("board_themes", list(_themes(p, report))),
        ("board_accounts", list(_accounts(p, report, drawn=drawn))),
        ("board_cases", list(_cases(p, report))),
    ):
        if lines:
            yield p.text(key), lines


def board_notes(p: Phrases, report: BoardReport) -> Iterator[str]:
    """What the page leaves out, and whose it is."""
    yield p.text("board_rounded")
    yield from state_lines(p, report.scope)


def some(p: Phrases, count: int) -> str:
    """`about 20`, `fewer than 10`: a number of accounts or cases."""
    return p.text("board_some_few") if count < FEWEST else p.text("board_some", count=p.number(tens(count)))


def about(p: Phrases, answers: int) -> str:
    """`about 120 answers`."""
    return p.text("board_about", count=p.number(tens(answers)))


def _change(p: Phrases, report: BoardReport, scores: Scores) -> str:
    versus = report.versus
    if versus is None:
        return ""
    said = {"other": other_of(p, report.scope, versus), "score": score_of(p, versus.scores)}
    said["answers"] = about(p, versus.scores.n)
    if versus.comparison is None:
        points = shown((scores.value or 0.0) - (versus.scores.value or 0.0))
        return p.text("versus_running", points=points, **said)
    return p.text("versus", finding=finding_of(p, versus.comparison, Contrast.MOMENTS), **said)


def _themes(p: Phrases, report: BoardReport) -> Iterator[str]:
    for row in report.themes:
        yield p.text(
            "board_theme",
            theme=p.theme(row.name),
            answers=about(p, row.impact.n),
            words=impact_words(p, row.impact, judged=report.scope.judged),
        )


def _accounts(p: Phrases, report: BoardReport, *, drawn: bool) -> Iterator[str]:
    names = p.labels("account", [row.name for row in report.accounts])
    if any(beyond_pictures(name) for name in names.values()):
        names = {
            name: p.text("board_account_numbered", number=number)
            if drawn and beyond_pictures(label)
            else f"{number}. {label}"
            for number, (name, label) in enumerate(names.items(), start=1)
        }
        if drawn:
            yield p.text("picture_numbers")
    for row in report.accounts:
        account = names[row.name]
        if row.value is not None:
            account = p.text("board_worth", account=account, value=p.money(row.value, report.currency))
        answers = about(p, row.counts.n)
        key = "board_account_small" if row.score is None else "board_account"
        yield p.text(key, account=account, score=shown(row.score), answers=answers)
    if report.more_red:
        yield p.text("board_more", count=some(p, report.more_red))
    if report.small is not None:
        which = p.text("board_small_ones", accounts=some(p, report.small.accounts))
        if report.small.value is not None:
            which = p.text("board_worth", account=which, value=p.money(report.small.value, report.currency))
        yield p.text(
            "board_small",
            accounts=which,
            red=some(p, report.small.red),
            score=shown(nps(report.small.counts)),
            answers=about(p, report.small.counts.n),
        )
    if report.at_risk is not None:
        risk = report.at_risk
        yield p.text(
            "accounts_at_risk",
            total=p.money(risk.total, report.currency),
            low=p.money(risk.detractors, report.currency),
            silent=p.money(risk.silent, report.currency),
        )


def _cases(p: Phrases, report: BoardReport) -> Iterator[str]:
    if not report.cases:
        return
    if report.cases < FEWEST:
        yield p.text("board_cases_few")
    else:
        yield p.text("board_done", cases=some(p, report.cases), done=some(p, report.done))
    if report.in_time is not None:
        limits = report.in_time.interval
        yield p.text(
            "board_in_time",
            share=p.percent(report.in_time.percent),
            low=p.percent(limits.low),
            high=p.percent(limits.high),
        )
