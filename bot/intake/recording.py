"""An event of a conversation, recorded: its row and its answers, and the case that shows them."""

from zoneinfo import ZoneInfo

from bot.cases import cases
from bot.conversations import saving, talks, telling
from bot.conversations.talks import Talk
from bot.dialogue.conversation import Event, Keep, Left, Turn, advance
from bot.intake.occasion import Occasion
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
    telling.tell(talk, turn.conversation, turn.effects)


def end(occasion: Occasion, talk: Talk) -> None:
    """End a conversation because its person left elsewhere; they are told there."""
    show(occasion, talk, record(occasion, talk, Left(occasion.now)))
