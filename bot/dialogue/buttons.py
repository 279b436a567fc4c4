"""The buttons of a question: what each sends back, and what that means. PURE."""

from typing import Literal, get_args


def score_value(conversation_id: int, score: int) -> str:
    """What a score's button sends back. It proves nothing: intake looks whose conversation it is."""
    return f"s:{conversation_id}:{score}"


def parse_score_value(value: str) -> tuple[int, int] | None:
    """The conversation and the score of a button's value; None where it is of another kind."""
    match value.split(":"):
        case ["s", conversation, score] if (
            (conversation + score).isascii() and conversation.isdecimal() and score.isdecimal()
        ):
            return int(conversation[:18]), int(score[:4])
        case _:
            return None


ButtonAnswer = Literal["yes", "no", "later"]


def follow_up_value(follow_up_id: int, answer: ButtonAnswer | int) -> str:
    """What a button of a question after the survey sends back: yes, not yet, or a new score."""
    return f"f:{follow_up_id}:{answer}"


def parse_follow_up_value(value: str) -> tuple[int, ButtonAnswer | int] | None:
    """The follow-up and the answer of a button's value; None where it is of another kind."""
    match value.split(":"):
        case ["f", id_, answer] if id_.isascii() and id_.isdecimal():
            number = int(id_[:18])
            if answer.isascii() and answer.isdecimal():
                return number, int(answer[:4])
            return next(((number, known) for known in get_args(ButtonAnswer) if known == answer), None)
        case _:
            return None


def review_value(conversation_id: int, answer: ButtonAnswer) -> str:
    """What a button of the question for a review sends back."""
    return f"r:{conversation_id}:{answer}"


def parse_review_value(value: str) -> tuple[int, ButtonAnswer] | None:
    """The conversation and the answer of a button's value; None where it is of another kind."""
    match value.split(":"):
        case ["r", id_, answer] if id_.isascii() and id_.isdecimal():
            return next(((int(id_[:18]), known) for known in get_args(ButtonAnswer) if known == answer), None)
        case _:
            return None
