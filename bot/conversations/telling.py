"""The steps of a turn, for the log and the figures: what was stored of it, and whether it was the last."""

from collections.abc import Sequence

from bot.conversations.talks import Talk
from bot.dialogue.conversation import Conversation, Effect, Keep
from bot.dialogue.kinds import category_of
from bot.steps import step


def tell(talk: Talk, after: Conversation, effects: Sequence[Effect]) -> None:
    """Tell how a conversation went from `talk.conversation` to `after`."""
    before = talk.conversation
    if after.score is not None and after.score != before.score:
        step(
            "score.stored",
            category=category_of(talk.wording.kind, after.score),
            corrected=before.score is not None,
            late=after.late,
            **where(talk),
        )
    for effect in effects:
        if isinstance(effect, Keep) and effect.kind != "score":
            step("words.kept", kind=effect.kind, **where(talk))
    if before.open and not after.open:
        step("conversation.closed", ending=None if after.ending is None else str(after.ending), **where(talk))


def where(talk: Talk) -> dict[str, object]:
    """The fields by which a line of the log says where in the database it belongs."""
    return {"conversation": talk.id, "wave": talk.wave_id, "channel": talk.address.channel}
