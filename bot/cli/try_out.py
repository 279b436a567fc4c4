"""`npsbot try`: the whole conversation in a terminal, without a database and without a network."""

import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from bot.cli.read import shown
from bot.cli.shared import load_settings
from bot.config.sections.campaign import ChannelName, Survey
from bot.config.settings import Settings
from bot.config.value_types import language_code, near
from bot.context import voice_of
from bot.dialogue import messages
from bot.dialogue.conversation import (
    Ask,
    AskAgain,
    Chose,
    Consent,
    Conversation,
    Effect,
    Event,
    Keep,
    KeepWish,
    Left,
    Mark,
    ReminderDue,
    Said,
    Say,
    State,
    TimePassed,
    Wish,
    advance,
    awaiting,
    offered,
)
from bot.dialogue.kinds import SCALES, SurveyKind
from bot.dialogue.messages import Voice
from bot.dialogue.wording import Wording
from bot.reading.bounds import Bounds
from bot.reading.language import Language
from bot.reading.loader import load_languages
from bot.reading.own_wishes import name_of, on_a_day
from bot.reading.reader import LastSaid, Reading, offers_stop, own_wish, read, wants_contact
from channels.base import Body, Choices, Limits, ProviderOptIn, ProviderOptOut
from channels.known import limits_of
from channels.sms import inbound as sms
from channels.sms.lengths import segments

WINDOW: Final = timedelta(days=7)  # as in a campaign that says nothing else
MEMORY: Final = 3  # of our own messages, by which a quoted copy is known

COMMANDS: Final = """\
:press N     tap the button N
:edit WORDS  edit your last message, so that it says WORDS
:later 2d    let days (d), hours (h) or minutes (m) pass
:help        these lines
:quit        end; so does Ctrl-D"""

_UNITS: Final = {"d": "days", "h": "hours", "m": "minutes"}
_TONES: Final = {("nl", "u"): "nl", ("nl", "je"): "nl-je", ("de", "sie"): "de", ("de", "du"): "de-du"}
_INDENT: Final = "     "  # as wide as "bot> "


def try_command(
    lang: Annotated[str, typer.Option("--lang", help="The customer's language: en, nl, de, or any.")] = "en",
    tone: Annotated[str | None, typer.Option("--tone", help="u or je in Dutch, sie or du in German.")] = None,
    channel: Annotated[ChannelName, typer.Option("--channel", help="Where it is said.")] = "telegram",
    company: Annotated[
        str | None, typer.Option("--company", help="Who asks; else the one of --config, or Acme.")
    ] = None,
    name: Annotated[
        str | None, typer.Option("--name", help="The customer's name, for the salutation.")
    ] = None,
    config: Annotated[
        Path | None, typer.Option("--config", help="A configuration file, whose words are then said.")
    ] = None,
    survey: Annotated[
        str | None, typer.Option("--survey", help="The survey of --config; else nps, or its first.")
    ] = None,
    kind: Annotated[
        SurveyKind | None, typer.Option("--kind", help="The kind of survey, where there is no --config.")
    ] = None,
) -> None:
    """Have the conversation yourself: be the customer, and see beside each line what was understood.

    Type an answer, or :help for what else there is. Nothing is stored and nothing is sent.
    """
    language = _language(lang, tone)
    wording = Wording(kind=kind or "nps")
    kept: dict[str, Any] = {}
    if config is not None:
        settings = load_settings(config)
        chosen = _survey(settings, survey, config)
        if kind not in (None, chosen.kind):
            raise typer.BadParameter(
                f"that survey of {config} is a {chosen.kind}; leave --kind out", param_hint="--kind"
            )
        company = company or settings.company
        wording = chosen.wording
        kept = {"months": settings.retention, "privacy_url": settings.privacy_url}
    elif survey is not None:
        raise typer.BadParameter("give the file that has it with --config", param_hint="--survey")
    scale = Bounds(SCALES[wording.kind].minimum, SCALES[wording.kind].maximum)
    limits = limits_of(channel)
    voice = voice_of(company or "Acme", channel, limits.buttons, language, scale, wording, name)
    TryOut(replace(voice, **kept), limits, language, load_languages(), datetime.now(UTC)).run(_lines())


def _survey(settings: Settings, name: str | None, config: Path) -> Survey:
    if name is None:
        name = "nps" if "nps" in settings.surveys else next(iter(settings.surveys), "nps")
    chosen = settings.surveys.get(name)
    if chosen is None:
        hint = near(name, settings.surveys) or f"choose one of {', '.join(settings.surveys)}"
        raise typer.BadParameter(f"{config} has no survey {name!r}; {hint}", param_hint="--survey")
    return chosen


def _language(lang: str, tone: str | None) -> str:
    language = language_code(lang)
    if language is None:
        raise typer.BadParameter(f"{lang!r} is no language; write a code such as nl", param_hint="--lang")
    if tone is None:
        return language
    base = language.partition("-")[0]
    toned = _TONES.get((base, tone.casefold()))
    if toned is None:
        known = " or ".join(name for of, name in _TONES if of == base)
        why = f"the tones of {base} are {known}" if known else f"{base} has one tone; leave --tone out"
        raise typer.BadParameter(f"{tone!r} is none; {why}", param_hint="--tone")
    return toned


def _lines() -> Iterator[str]:
    """What is typed; what comes through a pipe is shown, since no terminal echoes it."""
    terminal = sys.stdin.isatty()
    while True:
        try:
            line = input("you> ") if terminal else sys.stdin.readline()
        except EOFError:
            typer.echo()
            return
        if not terminal:
            if not line:
                return
            line = line.rstrip("\r\n")
            typer.echo(f"you> {line}")
        yield line


class TryOut:
    """One conversation with whoever sits at the terminal, on a clock of its own."""

    def __init__(
        self,
        voice: Voice,
        limits: Limits,
        language: str,
        languages: Mapping[str, Language],
        now: datetime,
    ) -> None:
        self._voice = voice
        self._limits = limits
        self._language = language.partition("-")[0]
        self._languages = languages
        self._now = now
        self._conversation = Conversation(State.ASKED, voice.scale, closes_at=now + WINDOW)
        self._ours: tuple[str, ...] = ()
        self._buttons: set[str] = set()
        self._ref = 0

    def run(self, lines: Iterator[str]) -> None:
        """Ask, and answer each line, until the conversation is closed or the lines end."""
        self._bot(*messages.question(self._voice, 1))
        for line in lines:
            if not line.strip():
                continue
            name, _, rest = line.strip().partition(" ")
            match name:
                case ":quit":
                    break
                case ":help":
                    self._aside(COMMANDS)
                case ":press":
                    self._press(rest.strip())
                case ":later":
                    self._later(rest.strip())
                case ":edit":
                    self._edit(rest.strip())
                case _ if self._limits.keeps_stop and self._answered_by_twilio(line):
                    pass
                case _:
                    self._ref += 1
                    self._words(line)
            if not self._conversation.open:
                break
        self._aside(_standing(self._conversation))

    def _answered_by_twilio(self, text: str) -> bool:
        """Whether Twilio acts on these words and answers them itself, so that the bot says nothing."""
        match sms.message("try", "you", text, self._now):
            case [ProviderOptOut()]:
                typer.echo("twilio> (confirms this word itself, and blocks the number)")
                self._turn(Left(self._now), None)
            case [ProviderOptIn()]:
                typer.echo("twilio> (confirms this word itself, and lifts its block)")
            case _:
                return False
        return True

    def _words(self, text: str, edits: str | None = None) -> None:
        c = self._conversation
        said = LastSaid(awaiting(c, edits), self._ours, offered(c, edits), c.score)
        reading = read(text, self._language, c.scale, said, self._languages)
        wish = wants_contact(text, reading, self._language, self._languages)
        may_leave = offers_stop(text, reading, self._language, self._languages)
        own = None if wish or edits else own_wish(text, reading, self._language, self._languages)
        own = None if own is None else on_a_day(own, self._now.date())
        event = Said(reading, text, self._now, str(self._ref), edits, wish, may_leave, own=own)
        self._turn(event, reading)

    def _edit(self, text: str) -> None:
        if not self._limits.edits:
            self._aside("an SMS cannot be edited; send another")
        elif not self._ref or not text:
            self._aside(
                "write something first, then :edit WORDS" if text else "write :edit and the new words"
            )
        else:
            self._words(text, edits=str(self._ref))

    def _press(self, number: str) -> None:
        if not self._limits.buttons:
            self._aside("an SMS has no buttons; type the number")
        elif number not in self._buttons:
            self._aside(f"there is no button {number}" if number else "write :press and a number")
        else:
            self._turn(Chose(int(number), self._now), None)

    def _later(self, text: str) -> None:
        match = re.fullmatch(r"(\d{1,4})\s*([dhm])\w*", text)
        if match is None:
            self._aside("write a time such as :later 2d, :later 3h or :later 30m")
            return
        self._now += timedelta(**{_UNITS[match[2]]: int(match[1])})
        self._turn(ReminderDue(self._now), None)
        self._turn(TimePassed(self._now), None)

    def _turn(self, event: Event, reading: Reading | None) -> None:
        turn = advance(self._conversation, event)
        self._conversation = turn.conversation
        told = [shown(reading)] if reading is not None else []
        told += [text for effect in turn.effects if (text := _told(effect))]
        if told:
            self._aside("= " + "; ".join(told))
        for effect in turn.effects:
            match effect:
                case Mark(score):
                    body, _ = messages.answered(self._voice, 1, score)
                    self._aside(f"(the question now ends: {_text(body).splitlines()[-1]})")
                case Say():
                    self._bot(*messages.message(self._voice, effect, 1))
                case AskAgain():
                    self._bot(*messages.question(self._voice, 1))

    def _bot(self, body: Body, choices: Choices) -> None:
        text = _text(body)
        self._ours = (text, *self._ours)[:MEMORY]
        first, *others = text.splitlines()
        typer.echo(f"bot> {first}")
        for line in others:
            typer.echo(f"{_INDENT}{line}")
        for row in choices:
            self._aside(" ".join(f"[{choice.label}]" for choice in row))
            self._buttons |= {choice.label for choice in row}
        if self._limits.paid_by_length:
            count = segments(text)
            self._aside(f"({count} SMS, {len(text)} characters)")

    def _aside(self, text: str) -> None:
        for line in text.splitlines():
            typer.echo(f"{_INDENT}{line}")


def _text(body: Body) -> str:
    return "".join(span.text for span in body)


def _told(effect: Effect) -> str:
    match effect:
        case Keep("score", score=score):
            return f"the score is {score}"
        case Keep("reason", text=text):
            return f"kept as a reason: {text}"
        case Keep("replaced", text=text):
            return f"kept in place of what it edits: {text}"
        case Keep("late", text=text):
            return f"kept as late: {text}"
        case Ask(right):
            return f"asks for {right.replace('_', ' ')}; a running npsbot answers that from what it holds"
        case KeepWish(own):
            return f"a wish is kept: {name_of(own).replace('_', ' ')}"
        case Wish():
            return "opens a case: wants to hear from somebody"
        case Consent(somebody_else=True):
            return "is somebody else: nothing goes to this address any more"
        case Consent(wanted=wanted):
            return "comes back, on every channel" if wanted else "leaves, on every channel"
        case _:
            return ""


def _standing(c: Conversation) -> str:
    score = "no score" if c.score is None else f"score {c.score}"
    reason = f", reason: {'; '.join(part.text for part in c.parts)}" if c.parts else ", no reason"
    ended = "still open" if c.ending is None else f"closed ({c.ending.replace('_', ' ')})"
    return f"-- {ended}: {score}{reason}"
