"""Which of several open questions words belong to: it is asked, and the words are kept and given to the one that is
meant."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.conversations import undecided
from bot.conversations.talks import Talk
from bot.conversations.undecided import Kept
from bot.intake.meanings import Heard, Meaning, Nothing, ScorePress, Which
from bot.intake.occasion import Occasion
from bot.intake.turns import said, take_turn
from bot.intake.understand import is_named, understand
from bot.reading.reader import Help, Ignore, OptIn, OptOut, Score
from channels.base import InboundMessage
from channels.known import title_of


def ask_which(occasion: Occasion, event: InboundMessage, which: Which) -> None:
    """Several questions are open for who wrote this, none of them here: which they mean is theirs to say."""
    actor, first = event.actor, which.talks[0]
    if event.text.strip() and occasion.inbox_id is not None:
        undecided.wait(occasion.connection, which.talks, occasion.inbox_id)
    voice = occasion.voice(actor.channel, first.language)
    places = [title_of(talk.address.channel) for talk in which.talks]
    # Once an hour: another machine that writes would be asked for ever.
    key = f"which:{actor}:{occasion.now:%Y%m%d%H}"
    occasion.say_once(key, actor, voice.text("which", places=voice.words.forms.one_of(places)))


def after_kept_words(occasion: Occasion, event: InboundMessage, meaning: Heard | ScorePress) -> Meaning:
    """What a message means once the words that waited for it are taken in: it says which question they belong to.
    Another score than theirs says that it is not this one; the same words again are the same words; and a yes, or the
    channel's name, does no more than that."""
    talk, score = meaning.talk, _score(meaning)
    if isinstance(meaning, Heard) and isinstance(meaning.reading, OptOut | OptIn | Help | Ignore):
        return meaning  # it says nothing of which
    kept = undecided.words(occasion.connection, talk)
    if not kept:
        return meaning
    others = [_score(one) for one in (_heard(occasion, talk, was) for was in kept) if one is not None]
    if score is not None and any(other not in (None, score) for other in others):
        undecided.not_here(occasion.connection, talk)
        return meaning
    undecided.belong(occasion.connection, talk, kept)
    for was in kept:
        _take(occasion, event, talk, was)
    if isinstance(meaning, Heard) and (_is_again(event.text, kept) or _points(occasion, event.text, talk)):
        return Nothing(talk)
    return understand(occasion.connection, occasion.context, event, occasion.now)


def _is_again(text: str, kept: Sequence[Kept]) -> bool:
    """Whether words were said before, in one message or in all of them together."""
    texts = [was.event["text"].strip() for was in kept]
    return text.strip() in (*texts, " ".join(texts))


def _points(occasion: Occasion, text: str, talk: Talk) -> bool:
    """Whether words say no more than that this is the one."""
    yes = occasion.context.yes_or_no(text, talk.language) == "yes"
    return yes or is_named(talk, text)


def _score(meaning: Heard | ScorePress) -> int | None:
    if isinstance(meaning, ScorePress):
        return meaning.score
    return meaning.reading.value if isinstance(meaning.reading, Score) else None


def _take(occasion: Occasion, event: InboundMessage, talk: Talk, was: Kept) -> None:
    """Take a turn with kept words, answered where their person is now."""
    heard = _heard(occasion, talk, was)
    if heard is None:
        return
    then = replace(_event(talk, was), actor=event.actor, place=event.place)
    turn = Occasion(occasion.connection, occasion.context, occasion.now, was.id, then)
    take_turn(turn, heard.talk, said(turn, then, heard))


def _heard(occasion: Occasion, talk: Talk, was: Kept) -> Heard | None:
    """What kept words say where they were said in answer to the question itself."""
    meaning = understand(occasion.connection, occasion.context, _event(talk, was), occasion.now)
    return meaning if isinstance(meaning, Heard) and meaning.talk.id == talk.id else None


def _event(talk: Talk, was: Kept) -> InboundMessage:
    """Kept words as if they had been said where the question stands."""
    told = was.event
    return InboundMessage(
        provider_id="",
        place=talk.address,
        actor=talk.address,
        sent_at=datetime.fromisoformat(told["sent_at"]),
        text=told["text"],
        message_ref=told["message_ref"],
        number=told["number"],
        timed=told["timed"],
    )
