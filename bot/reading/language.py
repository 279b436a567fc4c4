"""A language as data: the words by which the reader understands replies. `building` makes it of its file."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple, get_args

from bot.reading.ironic_words import IronicWords
from bot.reading.own_wishes import WishWords
from bot.reading.phrases import PhraseTable
from bot.reading.rows import Rows
from bot.reading.second_opinion import Weights

HelpTopic = Literal["help", "who", "why_me", "my_data", "delete", "privacy"]
TOPICS: Final[tuple[HelpTopic, ...]] = get_args(HelpTopic)


class Entry(NamedTuple):
    """A word or phrase of the lexicon, what it can mean, and its number if it is a number word."""

    words: tuple[str, ...]
    marks: int
    value: int | None


@dataclass(frozen=True, slots=True)
class HowAsked:
    """How one thing is asked for: by a whole message, or by a phrase inside one."""

    words: frozenset[str]
    phrases: PhraseTable
    questions: Rows  # only where a question mark is written


@dataclass(frozen=True, slots=True)
class Language:
    """Everything the reader knows of one language; immutable, its tables made once."""

    code: str
    name: str
    lexicon: Mapping[str, tuple[Entry, ...]]  # by first word, longest phrase first
    pairs: Mapping[tuple[str, str], tuple[Entry, ...]]  # the phrases among these by their first two words
    words: Mapping[str, Entry]  # and the single words
    small_words: Mapping[str, int]  # words that single rules tell apart, known or not
    vocabulary: frozenset[str]  # every word of these, in phrases too
    own_words: frozenset[str]  # every word that its file names, none borrowed: what the language is known by
    accented_numbers: Mapping[str, int]  # a number only with its accents: nl "één"
    number_heads: frozenset[str]  # the words with which one in words begins, folded
    lone_numbers: Mapping[str, int]  # a number only as the whole message: fr "un"
    unsure: Mapping[str, tuple[int, ...]]  # a whole message that may mean a number: en "ate"
    verbal: Mapping[str, tuple[int, ...]]  # an answer without a number: en "very likely"
    irony: IronicWords  # what tells that a score at the top is not meant
    elisions: frozenset[str]  # short words written onto the next one: fr "l'attente"
    number_endings: frozenset[str]  # written onto a digit: nl "8tje", en "8ish"
    half_endings: tuple[str, ...]  # written onto a number word: de "siebeneinhalb"
    countable_endings: tuple[str, ...]  # of words that follow a count: plurals, participles; none: not told
    countable_words: frozenset[str]  # words that follow a count without such an ending: "2 stuck in the lift"
    plural_endings: tuple[str, ...]  # those of these endings that make plurals
    # And of which one thing ends that looks like them: en "glass", nl "huis".
    singular_endings: tuple[str, ...]
    # One of which a participle has: nl "gebracht", but "hond"; none: not told.
    participle_pieces: frozenset[str]
    plus_is_a_mark: bool  # "7+" is a school mark for a good 7, not "7 or more"
    courtesy: frozenset[str]
    opt_out_words: frozenset[str]  # a clause of its own is enough
    opt_out_vocabulary: frozenset[str]  # every word of these
    leaving_words: frozenset[str]  # and of the phrases: what typing errors in a wish to leave may have meant
    opt_out_anywhere: frozenset[
        str
    ]  # whole messages that are one in any of our languages, whatever the campaign's
    opt_out_lone_words: frozenset[str]  # only as the whole message
    opt_out_phrases: PhraseTable
    opt_out_rows: Rows
    opt_out_unless: frozenset[str]  # words that show that something else is meant: no row counts beside them
    connectors: frozenset[str]  # words at which a part of a sentence ends
    no_opt_out: PhraseTable
    opt_out_banter: PhraseTable  # in another clause: what looks like a stop is a manner of speaking
    opt_out_excuses: PhraseTable  # in another clause: somebody calls off a visit or a lesson
    opt_out_law: frozenset[str]  # names of laws, beside which a wish to be deleted is a wish to leave
    # Said by itself, and of anything where more is said: "I never agreed to this".
    opt_out_alone: PhraseTable
    opt_out_asked: PhraseTable  # "I want to cancel": as likely the contract as the messages, so it is asked
    # Behind "stop" and a comma they open what is to end: de "hört auf, … zu …".
    opt_out_infinitives: frozenset[str]
    opt_out_only: frozenset[str]
    opt_out_habit: PhraseTable  # "I never do surveys": what is not meant where a score stands beside it
    opt_out_relation: PhraseTable  # "I'm done": the end of doing business where other words stand beside it
    wrong_person: PhraseTable  # the address is somebody else's: "wrong number"
    no_wrong_person: (
        PhraseTable  # what looks like it and tells of somebody of ours: "my rep left your company"
    )
    refers: PhraseTable  # whom to turn to instead: beside the other's being gone, a mailbox's words
    opt_in_words: frozenset[str]
    comes_back: PhraseTable  # "put me back on the list"
    contact: PhraseTable  # "call me back": somebody is to get in touch
    questions: PhraseTable  # what is asked of the company, where a question mark is written: "how can I pay"
    no_contact: PhraseTable  # what looks like it and tells of calls that came, or did not: "nobody calls me"
    answers: Mapping[str, str]  # whole messages that answer the question back: "yes", "no", "first" ...
    follow_up: Mapping[
        str, str
    ]  # what answers a question after the survey: "not yet", "it is solved", "later"
    no_reason: frozenset[str]  # whole messages that say, where a reason is asked for, that there is none
    help: Mapping[HelpTopic, HowAsked]
    no_help: PhraseTable  # what looks like a question about us and tells of a fault: "who is responsible"
    help_words: Mapping[str, HelpTopic]  # the whole messages of all of these
    help_heads: frozenset[str]  # a word of these is in whatever asks for help without a question mark
    machine: PhraseTable  # texts that only a machine writes
    away: PhraseTable  # texts that a machine writes for somebody who is away
    person: PhraseTable  # what no machine writes, whatever stands beside it: "every time I call"
    machine_pieces: frozenset[str]  # the same as `machine`, of scripts without spaces
    reactions: tuple[frozenset[str], ...]  # words of "Liked “…”", each language's by itself
    opinion: Weights  # what words of who leaves look like, in all languages: `second_opinion`
    typo_numbers: Mapping[str, int]  # words that a one-word typo may have meant
    typo_opt_outs: frozenset[str]
    never_typos: frozenset[str]
    own_wishes: WishWords  # what people wish for themselves: "not now", "rather by SMS"

    def bears(self, word: str, marks: int) -> bool:
        """Whether a word is known to be of one of these kinds."""
        entry = self.words.get(word)
        return entry is not None and bool(entry.marks & marks)
