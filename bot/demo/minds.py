"""How a made-up customer puts things: scores, reasons and wishes in Dutch and in English."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final, Literal, TypeVar

Language = Literal["en", "nl", "nl-je"]
Channel = Literal["slack", "telegram", "sms"]
T = TypeVar("T")

# Of a hundred customers so many give 0, 1, … 10: most are content, a fifth is not.
_HOW_MANY: Final = (3, 2, 2, 4, 3, 5, 6, 13, 23, 20, 19)
_NUMBERS: Final[Mapping[str, Sequence[str]]] = {
    "en": ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    "nl": ("nul", "een 1", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen", "tien"),
}
_IN_WORDS: Final[Mapping[str, Sequence[str]]] = {
    "en": ("{word}", "a {score}", "I'd say {score}", "{score}!"),
    "nl": ("{word}", "een {score}", "Ik geef een {score}", "{score}!"),
}
_TOGETHER: Final[Mapping[str, Sequence[str]]] = {
    "en": ("a {score}, {reason}", "{score} - {reason}", "{score}: {reason}"),
    "nl": ("een {score}, {reason}", "{score} - {reason}", "{score}: {reason}"),
}
_CORRECTIONS: Final[Mapping[str, Sequence[str]]] = {
    "en": ("sorry, {score}", "oops, I meant {score}", "{score}"),
    "nl": ("sorry, {score}", "oeps, ik bedoelde een {score}", "{score}"),
}
_TORN: Final[Mapping[str, str]] = {"en": "{one} or {other}", "nl": "{one} of {other}"}
_VAGUE: Final[Mapping[str, Sequence[str]]] = {
    "en": ("hard to say", "no idea", "better ask my colleague", "it depends"),
    "nl": ("geen idee hoor", "ik weet het niet", "vraag het mijn collega maar", "daar ga ik niet over"),
}
_WHO: Final[Mapping[str, Sequence[str]]] = {"en": ("HELP", "who is this?"), "nl": ("HELP", "wie ben jij?")}
_AWAY: Final[Mapping[str, str]] = {
    "en": "Automatic reply: I am out of the office until Monday.",
    "nl": "Automatisch antwoord: ik ben afwezig tot en met maandag.",
}
_UNHAPPY: Final[Mapping[str, Sequence[str]]] = {
    "en": (
        "the delivery was late again",
        "nobody picks up the phone",
        "the invoices are <b>never</b> right",
        "too expensive & too slow",
        "we told <!channel> twice, nothing happened",
        "your form says `undefined` at every step",
    ),
    "nl": (
        "jullie waren weer te laat",
        "niemand neemt de telefoon op",
        "de facturen kloppen <b>nooit</b> de eerste keer",
        "te duur & te traag",
        "we meldden het @here al, zonder gevolg",
        "het formulier zegt `undefined` bij elke stap",
    ),
}
_CONTENT: Final[Mapping[str, Sequence[str]]] = {
    "en": ("good people, fair price", "quick and friendly", "it simply works", "the new portal is a help"),
    "nl": ("fijne mensen, eerlijke prijs", "snel en vriendelijk", "het werkt gewoon", "het portaal helpt"),
}
_MORE: Final[Mapping[str, Sequence[str]]] = {
    "en": ("and the quotation took far too long", "and thanks to the team at the desk"),
    "nl": ("en de offerte duurde veel te lang", "en dank aan het team aan de balie"),
}
# Twilio takes English keywords only; the Dutch one is for npsbot itself to understand, by SMS too.
_STOP: Final[Mapping[str, Sequence[str]]] = {
    "en": ("STOP", "Stop", "unsubscribe"),
    "nl": ("STOP", "afmelden"),
}
TWILIO_STOPS: Final = frozenset({"STOP", "UNSUBSCRIBE"})


@dataclass(frozen=True, slots=True)
class Mind:
    """One customer's way of putting things. `chance` decides among the ways."""

    chance: Random
    language: Language
    channel: Channel

    @property
    def has_buttons(self) -> bool:
        return self.channel != "sms"

    def score(self, low: int = 0, high: int = 10) -> int:
        """How content they are, between two scores."""
        return self.chance.choices(range(low, high + 1), _HOW_MANY[low : high + 1])[0]

    def in_words(self, score: int) -> str:
        form = self._one_of(_IN_WORDS)
        return form.format(score=score, word=_NUMBERS[self._spoken][score])

    def reason(self, score: int) -> str:
        return self._one_of(_UNHAPPY if score <= 7 else _CONTENT)

    def more(self) -> str:
        return self._one_of(_MORE)

    def together(self, score: int, reason: str) -> str:
        """Score and reason in one message."""
        return self._one_of(_TOGETHER).format(score=score, reason=reason)

    def correction(self, score: int) -> str:
        return self._one_of(_CORRECTIONS).format(score=score)

    def torn(self, score: int) -> str:
        """Between a score and its neighbour."""
        one, other = (score, score + 1) if score < 10 else (score - 1, score)
        return _TORN[self._spoken].format(one=one, other=other)

    def vague(self) -> str:
        return self._one_of(_VAGUE)

    def three_vague(self) -> list[str]:
        return self.chance.sample(_VAGUE[self._spoken], 3)

    def who(self) -> str:
        return self._one_of(_WHO)

    def away(self) -> str:
        return _AWAY[self._spoken]

    def stop(self) -> str:
        return self._one_of(_STOP)

    @property
    def _spoken(self) -> str:
        return "en" if self.language == "en" else "nl"

    def _one_of(self, texts: Mapping[str, Sequence[str]]) -> str:
        return self.chance.choice(texts[self._spoken])
