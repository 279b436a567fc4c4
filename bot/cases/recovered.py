"""What an alert shows of the customer's own word that it is solved, and of the score they would give now. PURE."""

from dataclasses import dataclass

from bot.dialogue.wording import Words


@dataclass(frozen=True, slots=True)
class Recovered:
    """What they were asked after *Done*: `solved` is None while they have not said. The score is on the scale of the
    survey, and counted nowhere."""

    solved: bool | None
    score: int | None


def recovery_lines(recovered: Recovered | None, words: Words) -> list[str]:
    """One line each for what they said."""
    if recovered is None:
        return []
    said = {True: "recovery_solved", False: "recovery_unsolved", None: "recovery_asked"}[recovered.solved]
    lines = [words.text(said)]
    if recovered.score is not None:
        lines.append(words.text("recovery_score", score=recovered.score))
    return lines
