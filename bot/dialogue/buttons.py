"""The buttons of a question: what a score's sends back, and which score that is. PURE."""


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
