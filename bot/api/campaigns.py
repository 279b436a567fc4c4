"""What is said where there is no such campaign or nothing to report: as in the terminal."""

from zoneinfo import ZoneInfo

from bot.api.problems import FieldProblem, Problem, unfit_problem
from bot.commands.desks.report import ReportCommand
from bot.commands.grammar import BadDate, Misread, Report, UnknownCampaign
from bot.commands.replies.reply import Phrasing
from bot.commands.replies.report import missing_answer
from bot.reports.values import Missing
from bot.words import words_for


def phrasing() -> Phrasing:
    """English, as all problems are."""
    return Phrasing(words_for("admin", "en"), ZoneInfo("UTC"), "npsbot")


def missing_problem(missing: Missing, asked: str | ReportCommand) -> Problem:
    """There is nothing to tell of what was asked for."""
    command = Report(asked) if isinstance(asked, str) else asked
    return Problem(404, missing.why, missing_answer(phrasing(), missing, command).text)


def misread_problem(misread: Misread, names: tuple[str, ...]) -> Problem:
    """What was asked for is not understood."""
    if isinstance(misread, BadDate):
        detail = f"since {misread.text!r} cannot be read as a day; give one such as 2026-11-01"
        return unfit_problem([FieldProblem(where="query", field="since", detail=detail)])
    status, code = (404, "no_such_campaign") if isinstance(misread, UnknownCampaign) else (422, "unfit")
    return Problem(status, code, phrasing().misread(misread, names).text)
