"""Stop, start and help: what a person asks of us instead of answering."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from bot.reading.language import HelpTopic, Language
from bot.reading.marks import CORRECTION, FILL, GREETING, HARSH, THANKS
from bot.reading.phrases import ANY_NUMBER
from bot.reading.second_opinion import SURE_ENOUGH, wish_to_leave
from bot.reading.text import Token
from bot.reading.typos import is_stretched, unstretched

_LONGEST_HELP: Final = 14
_LONGEST_WORD: Final = 30
_STOP: Final = "stop"
_LONGEST_STOP: Final = 14  # a stop word with courtesy around it; phrases are found in longer clauses too
_BY_PHRASE: Final[tuple[HelpTopic, ...]] = ("delete", "my_data", "why_me", "privacy", "who", "help")


class WordsSaid:
    """The words of a reply, clause by clause and as a whole, made once and used by every rule here."""

    __slots__ = ("clauses", "is_question", "phrase", "words")

    def __init__(self, tokens: Sequence[Token], clauses: Sequence[Sequence[int]]) -> None:
        self.clauses = [[tokens[index].text for index in clause] for clause in clauses]
        self.words = [word for clause in self.clauses for word in clause]
        self.phrase = " ".join(self.words)
        if is_stretched(self.phrase):
            self.clauses = [[_meant(word) for word in clause] for clause in self.clauses]
            self.words = [_meant(word) for word in self.words]
            self.phrase = " ".join(self.words)
        self.is_question = any(token.text == "?" for token in tokens)


def _meant(word: str) -> str:
    """A word without what shouting adds: "stoooop"."""
    return next(iter(unstretched(word)), word)


def asks_to_stop(said: WordsSaid, language: Language) -> bool:
    """Whether a person wants no more messages: a stop word as a clause of its own, or a phrase that says so."""
    if not said.words or asks_to_be_forgotten(said, language) or _may_be_a_stop(said, language):
        return False
    brief = len(said.words) <= _LONGEST_STOP
    bare = _without_courtesy(said.words, language.courtesy) if brief else said.phrase
    if _is_lone_stop(said, bare, language) or _invokes_law(said, language):
        return True
    for place, clause in enumerate(said.clauses):
        if (
            _wishes_stop(clause, language)
            and not _is_banter(said, clause, language)
            and not _is_excused(said, clause, language)
            and not _is_of_relation(said, clause, language)
            and not _ends_something_else(said, place, language)
            and not _leaves_a_way(said, place, language)
        ):
            return True
    if len(said.words) > 2 and all(len(word) == 1 for word in said.words):  # "s t o p"
        bare = "".join(said.words)
    anywhere = language.opt_out_anywhere
    return len(bare) < _LONGEST_WORD and (said.phrase in anywhere or bare in anywhere)


def asks_to_be_forgotten(said: WordsSaid, language: Language) -> bool:
    """Whether the whole message is a wish to be deleted oneself: the right to erasure. Of a number or a list ("delete
    me from your list"), or beside other words ("spam! delete me"), it is a wish to leave."""
    return _whole_help(said, language) == "delete"


def _whole_help(said: WordsSaid, language: Language) -> HelpTopic | None:
    """What the whole message asks for, whatever courtesy stands around it: "me" is one too, but not in "erase me"."""
    if len(said.words) > _LONGEST_HELP:
        return None
    for first in range(len(said.words)):
        for last in range(len(said.words), first, -1):
            topic = language.help_words.get(" ".join(said.words[first:last]))
            if topic is not None:
                return topic
            if said.words[last - 1] not in language.courtesy:
                break
        if said.words[first] not in language.courtesy:
            break
    return None


def _is_lone_stop(said: WordsSaid, bare: str, language: Language) -> bool:
    """Whether the whole message is a word that says so only by itself; as a question ("spam?") it asks who we are."""
    lone = language.opt_out_lone_words
    found = bare in lone or said.phrase in lone or _says_nothing_else(said, language)
    if not found and said.words[0] in language.courtesy and said.words[-1] in language.courtesy:
        found = _without_courtesy(said.words, language.courtesy, in_front=False) in lone
    return (
        found
        and not (said.is_question and len(said.words) > 1)
        and language.no_opt_out.find(said.words) is None
    )


def _says_nothing_else(said: WordsSaid, language: Language) -> bool:
    """Whether a phrase that counts only by itself is all that is said, but for courtesy and who says it."""
    found = language.opt_out_alone.find(said.words)
    return found is not None and all(
        word in language.courtesy or language.bears(word, FILL | GREETING | THANKS | CORRECTION)
        for word in said.words[: found[0]]
    )


def _invokes_law(said: WordsSaid, language: Language) -> bool:
    """Whether somebody names a law to be deleted by: no mere question how that is done."""
    return not (said.is_question or language.opt_out_law.isdisjoint(said.words)) and any(
        language.help["delete"].phrases.find(clause) for clause in said.clauses
    )


def _wishes_stop(clause: Sequence[str], language: Language) -> bool:
    """Whether a clause says so, by itself or in one of its parts."""
    if _is_stop(clause, language) and language.no_opt_out.find(clause) is None:
        return True
    return any(
        language.opt_out_rows.stand_in(part)
        and language.opt_out_unless.isdisjoint(part)
        and language.no_opt_out.find(part) is None
        for part in _parts(clause, language.connectors)
    )


def _is_banter(said: WordsSaid, clause: Sequence[str], language: Language) -> bool:
    """Whether another clause shows that this one is a manner of speaking ("stop it, you're too good").

    One plain stop word is always meant.
    """
    plain = len(clause) == 1 and clause[0] in language.opt_out_words
    return not plain and any(
        other is not clause and language.opt_out_banter.find(other) is not None for other in said.clauses
    )


def _is_excused(said: WordsSaid, clause: Sequence[str], language: Language) -> bool:
    """Whether another clause tells why somebody does not come: nl "kan morgen niet, afmelden svp". Who writes STOP
    itself means the messages."""
    return _STOP not in clause and any(
        other is not clause and language.opt_out_excuses.find(other) is not None for other in said.clauses
    )


def _is_of_relation(said: WordsSaid, clause: Sequence[str], language: Language) -> bool:
    """Whether a clause ends doing business with us, not the messages: what stands beside it tells of that ("I'm done,
    too expensive. 4"). Nothing beside it, and it is said to who asks."""
    return language.opt_out_relation.find(clause) is not None and len(said.words) > len(clause)


def tells_of_habit(said: WordsSaid, language: Language) -> bool:
    """Whether all that sounds like a wish to leave is what somebody never does. Who does it now, by a score beside it,
    wishes no such thing: "I never do surveys, but an 8"."""
    wishes = [
        part
        for clause in said.clauses
        if _wishes_stop(clause, language)
        for part in _parts(clause, language.connectors)
        if _wishes_stop(part, language)
    ]
    return bool(wishes) and all(language.opt_out_habit.find(part) is not None for part in wishes)


def _may_be_a_stop(said: WordsSaid, language: Language) -> bool:
    """Whether all that is said is as likely a wish for no messages as none: "I want to cancel", "rather not"."""
    for clause in said.clauses:
        found = language.opt_out_asked.find(clause)
        if found is not None:
            beside = [word for other in said.clauses if other is not clause for word in other]
            return all(language.bears(word, THANKS) for word in (*beside, *clause[found[1] :]))
    return False


def _ends_something_else(said: WordsSaid, place: int, language: Language) -> bool:
    """Whether what is to end stands behind a comma, and is no message: de "hört auf, die Preise zu erhöhen"."""
    following = said.clauses[place + 1 : place + 2]
    if not following or not _is_infinitive(following[0], language.opt_out_infinitives):
        return False
    return not _wishes_stop([*said.clauses[place], *following[0]], language)


def _leaves_a_way(said: WordsSaid, place: int, language: Language) -> bool:
    """Whether the way that is left stands behind a comma: "don't contact me by phone, only by mail"."""
    following = said.clauses[place + 1 : place + 2]
    return (
        bool(following)
        and not language.opt_out_only.isdisjoint(following[0][:2])
        and language.no_opt_out.find([*said.clauses[place], *following[0]]) is not None
    )


def _is_infinitive(clause: Sequence[str], words: frozenset[str]) -> bool:
    """Whether a clause ends in an infinitive, with its word before it or within it: "zu erhöhen", "anzurufen"."""
    within = any(word in clause[-1][1:] for word in words) and clause[-1].endswith("en")
    return len(clause) > 1 and (clause[-2] in words or within)


def may_leave(said: WordsSaid, text: str, language: Language) -> bool:
    """Whether it is worth a question if the messages should end: "I'm done" is said of the relation, or the second
    opinion takes words for a wish to leave that no rule knows, neither as one nor as what only looks like one."""
    if any(_is_of_relation(said, clause, language) for clause in said.clauses) or _may_be_a_stop(
        said, language
    ):
        return True
    if any(_wishes_stop(one, language) and _is_excused(said, one, language) for one in said.clauses):
        return True
    return (
        wish_to_leave(text, language.opinion) >= SURE_ENOUGH
        and not asks_for_contact(said, language)
        and not any(language.no_opt_out.find(clause) for clause in said.clauses)
    )


def _is_stop(clause: Sequence[str], language: Language) -> bool:
    if len(clause) <= _LONGEST_STOP and not language.opt_out_vocabulary.isdisjoint(clause):
        words = [word for word in clause if not word.isdecimal()]
        if " ".join(words) in language.opt_out_words:
            return True
        if _without_courtesy(words, language.courtesy) in language.opt_out_words:
            return True
    return language.opt_out_phrases.find(clause) is not None


def _parts(clause: Sequence[str], connectors: frozenset[str]) -> Iterable[Sequence[str]]:
    """The clause between words like "because" and "and": what they join is said of different things."""
    start = 0
    for index, word in enumerate(clause):
        if word in connectors:
            yield clause[start:index]
            start = index + 1
    yield clause[start:]


def _without_courtesy(words: Sequence[str], courtesy: Iterable[str], *, in_front: bool = True) -> str:
    """The words without "please" and the like around them, or only behind them: es "no me interesa, gracias"."""
    first, last = 0, len(words)
    while in_front and first < last and words[first] in courtesy:
        first += 1
    while last > first and words[last - 1] in courtesy:
        last -= 1
    return " ".join(words[first:last])


def is_somebody_else(said: WordsSaid, language: Language) -> bool:
    """Whether whoever writes is not who was asked: a wrong number, or somebody who works there no more."""
    if not _tells_of_wrong_person(said, language) or (said.is_question and len(said.clauses) == 1):
        return False
    return len(said.words) <= _LONGEST_STOP or refers_to_another(said, language)


def refers_to_another(said: WordsSaid, language: Language) -> bool:
    """Whether this says whom to turn to instead, as a mailbox does of somebody who is gone."""
    return any(language.refers.find(clause) for clause in said.clauses)


def _tells_of_wrong_person(said: WordsSaid, language: Language) -> bool:
    return any(
        language.wrong_person.find(clause) is not None
        and language.no_opt_out.find(clause) is None
        and language.no_wrong_person.find(clause) is None
        for clause in said.clauses
    )


def asks_to_start(said: WordsSaid, language: Language, languages: Mapping[str, Language]) -> bool:
    """Whether the whole message asks to be written to again, by a word or in a few of their own."""
    if said.phrase in language.opt_in_words:
        return True
    if len(said.words) <= _LONGEST_STOP and any(language.comes_back.find(one) for one in said.clauses):
        return True
    return len(said.words) == 1 and any(said.phrase in other.opt_in_words for other in languages.values())


def asks_for_contact(said: WordsSaid, language: Language) -> bool:
    """Whether somebody is to call, write or answer: a wish, or a question to the company (about us or the scale we
    answer ourselves). What only sounds like one ("how hard can it be?") asks nobody."""
    if any(
        language.contact.find(clause) is not None and language.no_contact.find(clause) is None
        for clause in said.clauses
    ):
        return True
    return (
        said.is_question
        and any(language.questions.find(clause) for clause in said.clauses)
        and not any(language.no_contact.find(clause) for clause in said.clauses)
        and question_in(said, language) is None
    )


class Question(NamedTuple):
    """What kind of help is asked for, and whether the question is about a number ("is 10 good or bad?")."""

    topic: HelpTopic
    about_number: bool


def question_in(said: WordsSaid, language: Language) -> Question | None:
    """The question about us, the survey or the scale; None if none is asked."""
    if not said.words:
        return Question("help", False) if said.is_question else None
    if len(said.words) > _LONGEST_HELP or not (said.is_question or _may_ask(said, language)):
        return None
    whole = _whole_help(said, language)
    if whole is not None:
        return Question(whole, False)
    if any(language.no_help.find(clause) for clause in said.clauses):
        return None
    for topic in _BY_PHRASE:
        phrases = language.help[topic].phrases
        for clause in said.clauses:
            found = phrases.find(clause)
            if found is not None:
                return Question(topic, any(word.isdecimal() for word in clause[found[0] : found[1]]))
            if said.is_question and language.help[topic].questions.stand_in(clause):
                return Question(topic, any(word.isdecimal() for word in clause))
    return None


def _may_ask(said: WordsSaid, language: Language) -> bool:
    heads = language.help_heads
    if not heads.isdisjoint(said.words):
        return True
    return ANY_NUMBER in heads and any(word.isdecimal() for word in said.words)


def is_automatic(said: WordsSaid, language: Language) -> bool:
    """Whether only a machine writes this: a carrier's text, a receipt, an automatic answer."""
    found = any(language.machine.find(clause) for clause in said.clauses) or _holds_piece(said, language)
    return found and not _is_a_person(said, language)


def is_away(said: WordsSaid, language: Language) -> bool:
    """Whether this is what a telephone or a mailbox answers for somebody who is away."""
    return any(language.away.find(clause) for clause in said.clauses) and not _is_a_person(said, language)


def _holds_piece(said: WordsSaid, language: Language) -> bool:
    return not said.phrase.isascii() and any(piece in said.phrase for piece in language.machine_pieces)


def _is_a_person(said: WordsSaid, language: Language) -> bool:
    """Whether a person tells of a machine ("your mailbox is full every time I call, useless")."""
    return any(language.person.find(clause) for clause in said.clauses) or any(
        len(entry.words) == 1 and entry.marks & HARSH
        for word in said.words
        for entry in language.lexicon.get(word, ())
    )
