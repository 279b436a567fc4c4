"""A language built from what its file holds, validated.

The file (`languages/*.yaml`) is loaded outside this package. Every language but English is built on top of English,
because people mix it in; a word that the language itself knows is never borrowed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from bot.reading import language_keys as keys
from bot.reading import marks as m
from bot.reading.ironic_words import IronicWords, ironic_words
from bot.reading.language import TOPICS, Entry, HelpTopic, HowAsked, Language
from bot.reading.language_keys import LanguageError
from bot.reading.own_wishes import WishWords, wish_words
from bot.reading.phrases import PhraseError, PhraseTable, compile_phrases
from bot.reading.rows import Rows, compile_rows
from bot.reading.second_opinion import weights_of
from bot.reading.small_words import SMALL_WORDS
from bot.reading.text import fold, words_in

_LISTS: Final = (
    "elisions",
    "number_endings",
    "half_endings",
    "countable_endings",
    "countable_words",
    "plural_endings",
    "singular_endings",
    "participle_pieces",
    "courtesy",
    "reactions",
    "never_typos",
    "first_person",
    "machine",
    "away",
    "person",
    "wrong_person",
    "no_wrong_person",
    "refers",
    "comes_back",
    "no_reason",
    "contact",
    "questions",
    "no_contact",
    "no_help",
)
_KEYS: Final = frozenset(
    (
        *m.MARKS,
        *_LISTS,
        "name",
        "numbers",
        "accented_numbers",
        "lone_numbers",
        "unsure",
        "verbal",
        "plus_is_a_mark",
        "opt_out",
        "opt_in",
        "small_words",
        "answers",
        "follow_up",
        "own_wishes",
        "help",
        "irony",
        "classes",
    )
)
_ANSWERS: Final = frozenset({"yes", "no", "first", "second", "last", "lower", "higher"})
_FOLLOW_UP: Final = frozenset({"solved", "unsolved", "later"})
_OPT_OUT_KEYS: Final = frozenset(
    {
        "words",
        "lone_words",
        "phrases",
        "together",
        "unless",
        "not",
        "banter",
        "excuses",
        "habit",
        "relation",
        "asked",
        "alone",
        "infinitives",
        "only",
    }
)


def build_language(code: str, data: Mapping[str, object], english: Language | None = None) -> Language:
    """The language that a file describes, on top of English; LanguageError names the first key that is wrong."""
    for key in data:
        if key not in _KEYS:
            raise LanguageError(f'the key "{key}" is not known; docs/adding-a-language.md lists the keys')
    classes = {
        name: keys.class_of(name, words)
        for name, words in keys.mapping(data.get("classes"), "classes").items()
    }
    courtesy = keys.words(data, "courtesy")
    numbers = {
        word: value
        for value, words in keys.numbered(data.get("numbers"), "numbers").items()
        for word in keys.texts(words, f"numbers.{value}")
    }
    lexicon = _lexicon(data, numbers)
    opt_out = keys.mapping(data.get("opt_out"), "opt_out")
    keys.known(opt_out, _OPT_OUT_KEYS, "opt_out")
    asked = keys.mapping(data.get("help"), "help")
    keys.known(asked, frozenset(TOPICS), "help")

    def phrases(value: object, key: str) -> PhraseTable:
        try:
            return compile_phrases(keys.texts(value, key), classes, courtesy)
        except PhraseError as problem:
            raise LanguageError(f"{key}: {problem}") from problem

    def rows(value: object, key: str) -> Rows:
        try:
            return compile_rows(keys.texts(value, key), classes)
        except PhraseError as problem:
            raise LanguageError(f"{key}: {problem}") from problem

    def asked_for(topic: HelpTopic) -> HowAsked:
        part = keys.mapping(asked.get(topic), f"help.{topic}")
        keys.known(part, frozenset({"words", "phrases", "questions"}), f"help.{topic}")
        words = frozenset(map(keys.whole, keys.texts(part.get("words"), f"help.{topic}.words")))
        return HowAsked(
            words,
            phrases(part.get("phrases"), f"help.{topic}.phrases"),
            rows(part.get("questions"), f"help.{topic}.questions"),
        )

    opt_out_words = frozenset(map(keys.whole, keys.texts(opt_out.get("words"), "opt_out.words")))
    lone = keys.numbered_words(data, "lone_numbers")
    accented = {
        word.casefold(): value
        for value, words in keys.numbered(data.get("accented_numbers"), "accented_numbers").items()
        for word in keys.texts(words, f"accented_numbers.{value}")
    }
    help_ = {topic: asked_for(topic) for topic in TOPICS}
    vocabulary = frozenset(word for entries in lexicon.values() for entry in entries for word in entry.words)
    language = Language(
        code=code,
        name=keys.text_of(data.get("name"), "name"),
        lexicon=lexicon,
        pairs=_pairs(lexicon),
        words=_words(lexicon),
        small_words=_small_words(data),
        vocabulary=vocabulary,
        own_words=vocabulary,
        accented_numbers=accented,
        number_heads=_number_heads(lexicon, accented),
        lone_numbers=lone,
        unsure=keys.candidates_of(data, "unsure"),
        verbal=keys.candidates_of(data, "verbal"),
        irony=_ironic_words(data, courtesy),
        elisions=keys.words(data, "elisions"),
        number_endings=keys.words(data, "number_endings"),
        half_endings=tuple(sorted(keys.words(data, "half_endings"), key=len, reverse=True)),
        countable_endings=tuple(sorted(keys.words(data, "countable_endings"))),
        countable_words=keys.words(data, "countable_words"),
        plural_endings=tuple(sorted(keys.words(data, "plural_endings"))),
        singular_endings=tuple(sorted(keys.words(data, "singular_endings"))),
        participle_pieces=keys.words(data, "participle_pieces"),
        plus_is_a_mark=bool(data.get("plus_is_a_mark", False)),
        courtesy=courtesy,
        opt_out_words=opt_out_words,
        opt_out_vocabulary=frozenset(" ".join(opt_out_words).split()),
        leaving_words=frozenset(),
        opt_out_anywhere=opt_out_words,
        opt_out_lone_words=frozenset(
            map(keys.whole, keys.texts(opt_out.get("lone_words"), "opt_out.lone_words"))
        ),
        opt_out_phrases=phrases(opt_out.get("phrases"), "opt_out.phrases"),
        opt_out_rows=rows(opt_out.get("together"), "opt_out.together"),
        opt_out_unless=keys.words(opt_out, "unless") | classes.get("goods", frozenset()),
        connectors=frozenset(e.words[0] for es in lexicon.values() for e in es if _ends_part(e)),
        no_opt_out=phrases(opt_out.get("not"), "opt_out.not"),
        opt_out_banter=phrases(opt_out.get("banter"), "opt_out.banter"),
        opt_out_excuses=phrases(opt_out.get("excuses"), "opt_out.excuses"),
        opt_out_law=classes.get("law", frozenset()),
        opt_out_alone=phrases(opt_out.get("alone"), "opt_out.alone"),
        opt_out_asked=phrases(opt_out.get("asked"), "opt_out.asked"),
        opt_out_infinitives=keys.words(opt_out, "infinitives"),
        opt_out_only=keys.words(opt_out, "only"),
        opt_out_habit=phrases(opt_out.get("habit"), "opt_out.habit"),
        opt_out_relation=phrases(opt_out.get("relation"), "opt_out.relation"),
        wrong_person=phrases(data.get("wrong_person"), "wrong_person"),
        no_wrong_person=phrases(data.get("no_wrong_person"), "no_wrong_person"),
        refers=phrases(data.get("refers"), "refers"),
        opt_in_words=keys.words(data, "opt_in"),
        comes_back=phrases(data.get("comes_back"), "comes_back"),
        contact=phrases(data.get("contact"), "contact"),
        questions=phrases(data.get("questions"), "questions"),
        no_contact=phrases(data.get("no_contact"), "no_contact"),
        answers=_meanings(data, "answers", _ANSWERS),
        follow_up=_meanings(data, "follow_up", _FOLLOW_UP),
        no_reason=keys.words(data, "no_reason"),
        help=help_,
        no_help=phrases(data.get("no_help"), "no_help"),
        help_words=_help_words(help_),
        help_heads=frozenset(head for asked in help_.values() for head in _heads(asked)),
        machine=phrases(data.get("machine"), "machine"),
        away=phrases(data.get("away"), "away"),
        person=phrases(data.get("person"), "person"),
        machine_pieces=frozenset(),
        reactions=(keys.words(data, "reactions"),),
        opinion=weights_of(b""),
        typo_numbers={keys.whole(word): value for word, value in numbers.items() if " " not in word},
        typo_opt_outs=frozenset(w for w in opt_out_words if " " not in w),
        never_typos=keys.words(data, "never_typos"),
        own_wishes=_own_wishes(data, courtesy),
    )
    language = replace(language, own_words=_named(language, classes))
    phrases_ = language.opt_out_phrases.words() | language.wrong_person.words()
    language = replace(language, leaving_words=language.opt_out_vocabulary | phrases_)
    return language if english is None else _on_top_of(english, language)


def _number_heads(lexicon: Mapping[str, Sequence[Entry]], accented: Mapping[str, int]) -> frozenset[str]:
    heads = (first for first, entries in lexicon.items() if any(one.value is not None for one in entries))
    return frozenset((*heads, *map(fold, accented)))


def _named(language: Language, classes: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """Every word that a file names, in its lists and in its phrases."""
    tables = (
        *(language.opt_out_phrases, language.no_opt_out, language.wrong_person, language.comes_back),
        *(
            language.contact,
            language.questions,
            language.no_contact,
            language.machine,
            language.away,
            language.person,
        ),
        *(asked.phrases for asked in language.help.values()),
    )
    whole = (*language.lone_numbers, *language.unsure, *language.verbal, *language.answers)
    return language.vocabulary.union(
        *classes.values(),
        *(table.words() for table in tables),
        *(text.split() for text in whole),
        *(language.courtesy, language.never_typos, language.opt_out_vocabulary),
    )


def _ironic_words(data: Mapping[str, object], courtesy: frozenset[str]) -> IronicWords:
    try:
        return ironic_words(data.get("irony"), courtesy)
    except PhraseError as problem:
        raise LanguageError(f"irony: {problem}") from problem


def _own_wishes(data: Mapping[str, object], courtesy: frozenset[str]) -> WishWords:
    try:
        return wish_words(data.get("own_wishes"), courtesy)
    except PhraseError as problem:
        raise LanguageError(f"own_wishes: {problem}") from problem


def _help_words(asked: Mapping[HelpTopic, HowAsked]) -> dict[str, HelpTopic]:
    """What each whole message asks for; the first topic that has it."""
    return {words: topic for topic in reversed(TOPICS) for words in asked[topic].words if words}


def _heads(asked: HowAsked) -> Iterable[str]:
    """The words that what is asked for can begin with."""
    yield from asked.phrases.by_first_word
    yield from (words.split()[0] for words in asked.words if words)


def _meanings(data: Mapping[str, object], key: str, known: frozenset[str]) -> dict[str, str]:
    """What each whole message means as an answer to what was asked."""
    part = keys.mapping(data.get(key), key)
    keys.known(part, known, key)
    return {
        spelling: meaning
        for meaning, texts in part.items()
        for text in keys.texts(texts, f"{key}.{meaning}")
        for spelling in keys.spelled(text)
    }


def _small_words(data: Mapping[str, object]) -> dict[str, int]:
    """Each word of `small_words` with its bits."""
    part = keys.mapping(data.get("small_words"), "small_words")
    keys.known(part, frozenset(SMALL_WORDS), "small_words")
    found: dict[str, int] = {}
    for name, bit in SMALL_WORDS.items():
        for word in keys.words(part, name):
            found[word] = found.get(word, 0) | bit
    return found


def _lexicon(data: Mapping[str, object], numbers: Mapping[str, int]) -> dict[str, tuple[Entry, ...]]:
    found: dict[tuple[str, ...], tuple[int, int | None]] = {}

    def add(text: str, marks: int, value: int | None) -> None:
        plain = fold(text)
        for spelling in {plain, plain.replace("'", "")}:
            words = words_in(spelling)
            if words:
                before, before_value = found.get(words, (0, None))
                found[words] = before | marks, value if value is not None else before_value

    for key, marks in m.MARKS.items():
        for text in keys.texts(data.get(key), key):
            add(text, marks, None)
    for text, number in numbers.items():
        add(text, 0, number)
    me = keys.words(data, "first_person")
    lexicon: dict[str, list[Entry]] = {}
    for words, (marks, value) in found.items():
        first, _ = found.get(words[:1], (0, None))
        if len(words) > 1 and first & m.STARTER and not first & m.WOULD:
            marks |= m.STARTER  # what begins like a sentence can follow a score like one
        if marks & m.GIVE and not me.isdisjoint(words):
            marks |= m.MINE
        if marks & m.GIVE and found.get(words[-1:], (0, None))[0] & m.ARTICLE and len(words) > 1:
            marks |= m.ARTICLE  # "is a"
        lexicon.setdefault(words[0], []).append(Entry(words, marks, value))
    return {first: _longest_first(entries) for first, entries in lexicon.items()}


def _pairs(lexicon: Mapping[str, tuple[Entry, ...]]) -> dict[tuple[str, str], tuple[Entry, ...]]:
    found: dict[tuple[str, str], tuple[Entry, ...]] = {}
    for entries in lexicon.values():
        for entry in entries:
            if len(entry.words) > 1:
                two = entry.words[0], entry.words[1]
                found[two] = (*found.get(two, ()), entry)
    return found


def _words(lexicon: Mapping[str, tuple[Entry, ...]]) -> dict[str, Entry]:
    return {first: entries[-1] for first, entries in lexicon.items() if len(entries[-1].words) == 1}


def _longest_first(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    return tuple(sorted(entries, key=lambda entry: -len(entry.words)))


def _ends_part(entry: Entry) -> bool:
    return len(entry.words) == 1 and bool(entry.marks & (m.BECAUSE | m.THEREFORE | m.BUT | m.AND))


def _on_top_of(english: Language, own: Language) -> Language:
    """The language with what it borrows: English numbers, labels, praise, opt-outs, help and automatic texts."""
    lexicon = dict(own.lexicon)
    for first, entries in english.lexicon.items():
        known = own.lexicon.get(first, ())
        known_words = {entry.words for entry in known}
        borrowed = [
            Entry(entry.words, entry.marks & m.BORROWED, entry.value)
            for entry in entries
            if entry.words not in known_words and (entry.value is not None or entry.marks & m.BORROWED)
        ]
        if borrowed:
            lexicon[first] = _longest_first((*known, *borrowed))
    help_ = {
        topic: HowAsked(
            own.help[topic].words | english.help[topic].words,
            own.help[topic].phrases.joined(english.help[topic].phrases),
            own.help[topic].questions.joined(english.help[topic].questions),
        )
        for topic in TOPICS
    }
    return Language(
        code=own.code,
        name=own.name,
        lexicon=lexicon,
        pairs=_pairs(lexicon),
        words=_words(lexicon),
        small_words={
            **{k: v for k, v in english.small_words.items() if k not in own.lexicon},
            **own.small_words,
        },
        vocabulary=own.vocabulary | english.vocabulary,
        own_words=own.own_words,
        accented_numbers=own.accented_numbers,
        number_heads=_number_heads(lexicon, own.accented_numbers),
        lone_numbers=own.lone_numbers,
        unsure={**{k: v for k, v in english.unsure.items() if k not in own.lexicon}, **own.unsure},
        verbal={**{k: v for k, v in english.verbal.items() if k not in own.lexicon}, **own.verbal},
        irony=own.irony.joined(english.irony),
        elisions=own.elisions,
        number_endings=own.number_endings | english.number_endings,
        half_endings=own.half_endings,
        countable_endings=own.countable_endings,
        countable_words=own.countable_words,
        plural_endings=own.plural_endings,
        singular_endings=own.singular_endings,
        participle_pieces=own.participle_pieces,
        plus_is_a_mark=own.plus_is_a_mark,
        courtesy=own.courtesy | (english.courtesy - own.lexicon.keys()),
        opt_out_words=own.opt_out_words | english.opt_out_words,
        opt_out_vocabulary=own.opt_out_vocabulary | english.opt_out_vocabulary,
        leaving_words=own.leaving_words,
        opt_out_anywhere=own.opt_out_words | english.opt_out_words,
        opt_out_lone_words=own.opt_out_lone_words | english.opt_out_lone_words,
        opt_out_phrases=own.opt_out_phrases.joined(english.opt_out_phrases),
        opt_out_rows=own.opt_out_rows.joined(english.opt_out_rows),
        opt_out_unless=own.opt_out_unless | english.opt_out_unless,
        connectors=own.connectors,
        no_opt_out=own.no_opt_out.joined(english.no_opt_out),
        opt_out_banter=own.opt_out_banter.joined(english.opt_out_banter),
        opt_out_excuses=own.opt_out_excuses.joined(english.opt_out_excuses),
        opt_out_law=own.opt_out_law | english.opt_out_law,
        opt_out_alone=own.opt_out_alone.joined(english.opt_out_alone),
        opt_out_asked=own.opt_out_asked.joined(english.opt_out_asked),
        opt_out_infinitives=own.opt_out_infinitives,
        opt_out_only=own.opt_out_only | english.opt_out_only,
        opt_out_habit=own.opt_out_habit.joined(english.opt_out_habit),
        opt_out_relation=own.opt_out_relation.joined(english.opt_out_relation),
        wrong_person=own.wrong_person.joined(english.wrong_person),
        no_wrong_person=own.no_wrong_person.joined(english.no_wrong_person),
        refers=own.refers.joined(english.refers),
        opt_in_words=own.opt_in_words | english.opt_in_words,
        comes_back=own.comes_back.joined(english.comes_back),
        contact=own.contact.joined(english.contact),
        questions=own.questions.joined(english.questions),
        no_contact=own.no_contact.joined(english.no_contact),
        answers={**english.answers, **own.answers},
        follow_up={**english.follow_up, **own.follow_up},
        no_reason=own.no_reason | english.no_reason,
        help=help_,
        no_help=own.no_help.joined(english.no_help),
        help_words=_help_words(help_),
        help_heads=own.help_heads | english.help_heads,
        machine=own.machine.joined(english.machine),
        away=own.away.joined(english.away),
        person=own.person.joined(english.person),
        machine_pieces=own.machine_pieces,
        reactions=own.reactions + english.reactions,
        opinion=own.opinion,
        typo_numbers=own.typo_numbers,
        typo_opt_outs=own.typo_opt_outs | english.typo_opt_outs,
        never_typos=own.never_typos,
        own_wishes=own.own_wishes.joined(english.own_wishes),
    )


def hear_every_machine(languages: Iterable[Language], foreign: Mapping[str, object]) -> dict[str, Language]:
    """The languages, each knowing the words that leave and what machines write in all of them, and in languages that
    nobody is asked in: a telephone or a mailbox speaks its owner's language, whatever the campaign's is. LanguageError
    names what is wrong in `foreign`, which is `machines.yaml`."""
    known = list(languages)
    nothing = compile_phrases((), {}, frozenset())
    machine, away = nothing, nothing
    reactions: list[frozenset[str]] = []
    pieces: set[str] = set()
    leaving = frozenset[str]().union(*(language.opt_out_words for language in known))
    for language in known:
        machine, away = machine.joined(language.machine), away.joined(language.away)
        reactions += [own for own in language.reactions if own not in reactions]
    for code in foreign:
        part = keys.mapping(foreign[code], code)
        keys.known(part, frozenset({"machine", "pieces", "reactions"}), code)
        written = compile_phrases(keys.texts(part.get("machine"), f"{code}.machine"), {}, frozenset())
        machine = machine.joined(written)
        pieces.update(map(fold, keys.texts(part.get("pieces"), f"{code}.pieces")))
        reactions.append(keys.words(part, "reactions"))
    machine, away = machine.once(), away.once()
    every_piece, every_reaction = frozenset(pieces), tuple(filter(None, reactions))
    return {
        language.code: replace(
            language,
            opt_out_anywhere=leaving,
            machine=machine,
            away=away,
            machine_pieces=every_piece,
            reactions=every_reaction,
        )
        for language in known
    }
