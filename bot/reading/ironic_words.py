"""The words of a language that tell that a score at the top of the scale is not meant."""

from dataclasses import dataclass
from typing import Final

from bot.reading import language_keys as keys
from bot.reading.phrases import PhraseTable, compile_phrases

_KEYS: Final = frozenset({"mocking", "hardships", "repeats", "waits", "long_times", "forgiven", "put_right"})


@dataclass(frozen=True, slots=True)
class IronicWords:
    """What mocks, and what tells of a fault, a wait or what was put right."""

    mocking: PhraseTable  # "thanks for nothing", "who doesn't love"
    hardships: PhraseTable  # "a month without", "only five times"
    repeats: PhraseTable  # "again", "for the third time"
    waits: frozenset[str]
    long_times: frozenset[str]  # with a word that waits: "hours", but not "minutes"
    forgiven: frozenset[str]  # what is no reproach there: "difficult", "dear"
    put_right: PhraseTable  # "fixed", "despite", "even when": what went wrong is forgiven

    def joined(self, other: "IronicWords") -> "IronicWords":
        """These words and another language's."""
        return IronicWords(
            self.mocking.joined(other.mocking),
            self.hardships.joined(other.hardships),
            self.repeats.joined(other.repeats),
            self.waits | other.waits,
            self.long_times | other.long_times,
            self.forgiven | other.forgiven,
            self.put_right.joined(other.put_right),
        )


def ironic_words(data: object, courtesy: frozenset[str]) -> IronicWords:
    """The words under `irony` of a language file; LanguageError or PhraseError names what is wrong."""
    part = keys.mapping(data, "irony")
    keys.known(part, _KEYS, "irony")

    def phrases(key: str) -> PhraseTable:
        return compile_phrases(keys.texts(part.get(key), f"irony.{key}"), {}, courtesy)

    return IronicWords(
        phrases("mocking"),
        phrases("hardships"),
        phrases("repeats"),
        keys.words(part, "waits"),
        keys.words(part, "long_times"),
        keys.words(part, "forgiven"),
        phrases("put_right"),
    )
