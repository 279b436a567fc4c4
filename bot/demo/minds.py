"""How a made-up customer puts things, in Dutch and in English: first replies out of the corpus, whose labels say
what is meant; reasons and corrections, which the corpus has none of, out of a few of their own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final, Literal, TypeVar

from bot.demo.replies import CorpusReply, Label, replies

MindLanguage = Literal["en", "nl", "nl-je"]
MindChannel = Literal["slack", "telegram", "sms"]
T = TypeVar("T")

# Of a hundred customers so many give 0, 1, … 10: most are content, a fifth is not.
_HOW_MANY: Final = (3, 2, 2, 4, 3, 5, 6, 13, 23, 20, 19)
_CORRECTIONS: Final[Mapping[str, Sequence[str]]] = {
    "en": ("sorry, {score}", "oops, I meant {score}", "{score}"),
    "nl": ("sorry, {score}", "oeps, ik bedoelde een {score}", "{score}"),
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


@dataclass(frozen=True, slots=True)
class Mind:
    """One customer's way of putting things. `chance` decides among the ways."""

    chance: Random
    language: MindLanguage
    channel: MindChannel

    @property
    def has_buttons(self) -> bool:
        return self.channel != "sms"

    def score(self, low: int = 0, high: int = 10) -> int:
        """How content they are, between two scores."""
        return self.chance.choices(range(low, high + 1), _HOW_MANY[low : high + 1])[0]

    def replies(self, label: Label, score: int | None = None) -> Sequence[CorpusReply]:
        """The replies of the corpus, in this customer's language, that mean this."""
        found = replies()[self._spoken, label]
        return found if score is None else [reply for reply in found if reply.score == score]

    def reply(self, label: Label, score: int | None = None) -> CorpusReply:
        """One of them."""
        return self.chance.choice(self.replies(label, score))

    def reason(self, score: int) -> str:
        return self._one_of(_UNHAPPY if score <= 7 else _CONTENT)

    def more(self) -> str:
        return self._one_of(_MORE)

    def correction(self, score: int) -> str:
        return self._one_of(_CORRECTIONS).format(score=score)

    def three_vague(self) -> list[str]:
        """Three messages in none of which anybody can read a score."""
        return [reply.text for reply in self.chance.sample(self.replies("not_a_score"), 3)]

    def stop(self) -> CorpusReply:
        """Wants no more messages, and says nothing else."""
        return self.chance.choice([reply for reply in self.replies("opt_out") if reply.score is None])

    @property
    def _spoken(self) -> str:
        return "en" if self.language == "en" else "nl"

    def _one_of(self, texts: Mapping[str, Sequence[str]]) -> str:
        return self.chance.choice(texts[self._spoken])
