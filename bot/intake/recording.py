"""An event of a conversation, recorded: its row and its answers, the case that shows them, and what the log tells."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from bot.cases import cases
from bot.conversations import saving, talks
from bot.conversations.talks import Talk
from bot.dialogue.conversation import Conversation, Effect, Event, Keep, Left, Turn, advance
from bot.dialogue.kinds import category_of
from bot.intake.occasion import Occasion
from bot.steps import step
from channels.base import Address


def record(occasion: Occasion, talk: Talk, event: Event) -> Turn:
    """Let the machine say what an event does, and keep that."""
    turn = advance(talk.conversation, event)
    zone = ZoneInfo(occasion.context.settings.timezone)
    saving.save(occasion.connection, talk, turn.conversation, occasion.now, zone)
    saving.keep(occasion.connection, talk, turn.effects, occasion.inbox_id, occasion.now)
    return turn


def keep_older(occasion: Occasion, address: Address, text: str) -> None:
    """Keep a word that the provider took from this address, and that came after what was said later."""
    talk = talks.at_address(occasion.connection, address, occasion.now)
    if talk is not None:
        kept = (Keep("older", None, text),)
        saving.keep(occasion.connection, talk, kept, occasion.inbox_id, occasion.now)


def show(occasion: Occasion, talk: Talk, turn: Turn) -> None:
    """Make the case and the log show what was recorded."""
    cases.follow(occasion.connection, occasion.context, talk, turn.conversation, turn.effects, occasion.now)
    _tell(talk, turn.conversation, turn.effects)


def end(occasion: Occasion, talk: Talk) -> None:
    """End a conversation because its person left elsewhere; they are told there."""
    show(occasion, talk, record(occasion, talk, Left(occasion.now)))


def _tell(talk: Talk, after: Conversation, effects: Sequence[Effect]) -> None:
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
