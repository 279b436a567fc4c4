"""What an admin reads of the page for the board, under which its picture stands."""

from bot.commands.answers import Phrasing, Reply
from bot.reports.board import BoardReport
from bot.reports.board_lines import board_notes, board_score, board_sections, board_title
from channels.base import Span, bold, plain


def board_answer(p: Phrasing, report: BoardReport) -> Reply:
    """The page in words."""
    spans: list[Span] = [bold(board_title(p, report))]
    spans += [plain(f"\n{line}") for line in board_score(p, report)]
    for heading, lines in board_sections(p, report):
        spans += [plain("\n"), bold(heading), *(plain(f"\n{line}") for line in lines)]
    spans += [plain(f"\n{line}") for line in board_notes(p, report)]
    return Reply(tuple(spans))
