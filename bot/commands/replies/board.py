"""What an admin reads of the page for the board, under which its picture stands."""

from bot.commands.replies.reply import Phrasing, Reply
from bot.reports.board import BoardReport
from bot.reports.board_lines import board_body


def board_answer(p: Phrasing, report: BoardReport) -> Reply:
    """The page in words."""
    return Reply(board_body(p, report))
