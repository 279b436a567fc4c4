"""Which themes a reason names, in Dutch and English, decided by lists that anyone can read and edit.

A theme is a named list of words and phrases. An entry is matched on word stems, so "invoice" also finds
"invoices" and "levering" finds "leveringen". Two signs make it stricter or wider: "=duur" is that very word
(and not "duurt", it lasts), and a `*` stands for any letters, so "*factuur" finds "eindfactuur": Dutch glues
words together, and no stemmer takes them apart. A third takes words away: after "-no complaints" those two
words are no sign of complaints, while another complaint in the same reason is. No text leaves this process.

Stems: the Snowball algorithms (snowballstem.org). For Dutch two of them, Kraaij-Pohlmann ("geleverd" and
"leverde" are one verb) and Porter's ("dure" and "duur"); words are alike when either says so.
"""

import hashlib
import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from scoring.counts import Counts

LANGUAGES = ("nl", "en")
"""The languages in which themes can be written."""

_WORD = re.compile(r"[^\W_]+")
_ENDS = frozenset(".!?:\n")  # a sentence
_WORDS_BETWEEN = 1  # "duurt lang" also finds "duurt altijd lang"
_FEWEST_LETTERS = 3  # "*a*" would match every reason
_WORDS_KEPT = 50_000  # what is known of a word is kept for so many
_LONGEST_NAME = 200
_WAY = 1  # of matching; another number where `ThemeList.find` finds other themes with the same list


@cache
def _stemmers(language: str) -> tuple[Callable[[], Any], ...]:
    # Here, because it brings the stemmers of thirty languages along, and most of those who import `scoring`
    # look for no themes. By module, because the package itself would switch to PyStemmer where that is
    # installed, with the stems of another version. It ships no types.
    from snowballstemmer.dutch_porter_stemmer import DutchPorterStemmer  # type: ignore[import-untyped]
    from snowballstemmer.dutch_stemmer import DutchStemmer  # type: ignore[import-untyped]
    from snowballstemmer.english_stemmer import EnglishStemmer  # type: ignore[import-untyped]

    return {"nl": (DutchStemmer, DutchPorterStemmer), "en": (EnglishStemmer,)}[language]


@lru_cache(maxsize=_WORDS_KEPT)
def _keys(word: str, language: str) -> frozenset[str]:
    """Under what a word is looked up: its stem by each algorithm, told apart by number, and itself."""
    # A stemmer holds the word that it works on, so each call makes its own: threads may match at once.
    stems = (f"{number}:{make().stemWord(word)}" for number, make in enumerate(_stemmers(language)))
    return frozenset({f"={word}", *stems})


def _folded(text: str) -> str:
    """Without case and accents, since customers write both "geïnformeerd" and "geinformeerd"."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))


_plain = lru_cache(maxsize=_WORDS_KEPT)(_folded)  # customers use few words


def words_of(text: str) -> list[tuple[str, bool]]:
    """The words of a text without case and accents, each with whether it is written like a name: with a capital where
    no sentence begins. A number is no word, nor is what has fewer than three letters."""
    found = []
    after = 0
    for match in _WORD.finditer(text):
        word = _plain(match[0])
        begins = not after or not _ENDS.isdisjoint(text[after : match.start()])
        after = match.end()
        if len(word) >= _FEWEST_LETTERS and word.isalpha():
            found.append((word, match[0][0].isupper() and not begins))
    return found


@dataclass(frozen=True, slots=True)
class _Part:
    """One word of an entry: alike by any of `keys`, or by `pattern`."""

    keys: frozenset[str]
    pattern: re.Pattern[str] | None

    def fits(self, word: str, language: str) -> bool:
        if self.pattern is not None:
            return self.pattern.fullmatch(word) is not None
        return not self.keys.isdisjoint(_keys(word, language))


@dataclass(frozen=True, slots=True)
class _Entry:
    theme: str
    parts: tuple[_Part, ...]
    takes_away: bool

    def held(self, words: Sequence[str], start: int, language: str) -> set[tuple[int, ...]]:
        """Every way in which the words from `start` on hold the entry, as the places of its words."""
        reached: set[tuple[int, ...]] = {(start,)} if self.parts[0].fits(words[start], language) else set()
        for part in self.parts[1:]:
            reached = {
                (*places, after)
                for places in reached
                for after in range(places[-1] + 1, min(places[-1] + 2 + _WORDS_BETWEEN, len(words)))
                if part.fits(words[after], language)
            }
        return reached


class ThemeList:
    """The themes of one language, ready to match."""

    def __init__(self, language: str, themes: Mapping[str, Sequence[str]]) -> None:
        """Takes names of themes and their entries; ValueError names the entry that cannot be used."""
        if language not in LANGUAGES:
            raise ValueError(f"themes in {language!r}: there is a stemmer for {' and '.join(LANGUAGES)} only")
        self.language = language
        self.names = tuple(themes)
        self._content = hashlib.sha256(f"{_WAY}".encode())
        self._by_key: defaultdict[str, list[_Entry]] = defaultdict(list)
        self._by_pattern: list[_Entry] = []
        for theme, entries in themes.items():
            for text in entries:
                takes_away = text.startswith("-")
                entry = _Entry(theme, tuple(_parts(theme, text.removeprefix("-"), language)), takes_away)
                # With the stems, so that another stemmer's are another list.
                stems = [sorted(part.keys) for part in entry.parts]
                self._content.update(json.dumps([theme, text, stems]).encode())
                if entry.parts[0].pattern is not None:
                    self._by_pattern.append(entry)
                for key in entry.parts[0].keys:
                    self._by_key[key].append(entry)
        self._beginning = lru_cache(_WORDS_KEPT)(self._entries_beginning)

    @property
    def mark(self) -> str:
        """What tells this list from another: with the same mark the same reason has the same themes."""
        return f"{self.language}:{self._content.hexdigest()[:12]}"

    def find(self, text: str) -> frozenset[str]:
        """The names of the themes in a reason."""
        words = _WORD.findall(_folded(text))
        held = [
            (entry, places)
            for start, word in enumerate(words)
            for entry in self._beginning(word)
            for places in entry.held(words, start, self.language)
        ]
        taken = {(entry.theme, place) for entry, places in held if entry.takes_away for place in places}
        return frozenset(
            entry.theme
            for entry, places in held
            if not entry.takes_away and not any((entry.theme, place) in taken for place in places)
        )

    def _entries_beginning(self, word: str) -> tuple[_Entry, ...]:
        """The entries whose first word is like this one. Customers use few words, so each is looked up once."""
        alike = (entry for key in _keys(word, self.language) for entry in self._by_key.get(key, ()))
        matched = (entry for entry in self._by_pattern if entry.parts[0].fits(word, self.language))
        return tuple(dict.fromkeys((*alike, *matched)))


def _parts(theme: str, entry: str, language: str) -> Iterator[_Part]:
    words = _folded(entry).replace("-", " ").replace("'", " ").split()
    if not words:
        raise ValueError(f"theme {theme}: an empty entry; write a word or a phrase")
    for word in words:
        bare = word.replace("*", "") if "*" in word else word.removeprefix("=")
        if _WORD.fullmatch(bare) is None or ("*" in word and len(bare) < _FEWEST_LETTERS):
            raise ValueError(
                f"theme {theme}: {entry!r} cannot be matched; write words, `=word`, or at least "
                f"{_FEWEST_LETTERS} letters with a `*`"
            )
        if "*" in word:
            yield _Part(frozenset(), re.compile(re.escape(word).replace(r"\*", ".*")))
        elif word.startswith("="):
            yield _Part(frozenset({word}), None)
        else:
            yield _Part(_keys(word, language), None)


def theme_list(language: str, data: object) -> ThemeList:
    """Reads the content of a theme file (`scoring/data/themes.en.yaml` shows the form).

    ValueError names the theme that is not a list of words.
    """
    if not isinstance(data, Mapping) or not data:
        raise ValueError(f"themes in {language!r}: write each theme as a name with a list of words under it")
    themes: dict[str, list[str]] = {}
    for name, entries in data.items():
        if not isinstance(entries, list) or not entries or not all(isinstance(each, str) for each in entries):
            raise ValueError(f"theme {name}: write a list of words; put yes, no and numbers between quotes")
        if _WORD.search(str(name)) is None or len(str(name)) > _LONGEST_NAME:
            raise ValueError(f"theme {name}: write a name of letters, at most {_LONGEST_NAME}")
        themes[str(name)] = entries
    return ThemeList(language, themes)


def find_themes(text: str, lists: Sequence[ThemeList], language: str | None = None) -> frozenset[str]:
    """The themes of a reason, by the list of its `language`, and by the other lists where that finds none.

    Customers of a Dutch campaign answer in English too; but a list is not tried on another language first,
    because words that look alike mean other things there.
    """
    for each in sorted(lists, key=lambda one: one.language != language):
        if found := each.find(text):
            return found
    return frozenset()


@dataclass(frozen=True, slots=True)
class ThemeCounts:
    """Scores by theme. One answer counts in every theme that it names."""

    everyone: Counts
    """All answers with a reason: the base of each theme's share and impact."""
    themes: dict[str, Counts]
    without_theme: Counts
    """Answers whose reason names no theme of the lists: large means that the lists need words."""


def count_themes(answers: Iterable[tuple[int, str, str | None]], lists: Sequence[ThemeList]) -> ThemeCounts:
    """Counts (score, reason, language or None) one by one and holds none; empty reasons leave n."""
    names = dict.fromkeys(name for each in lists for name in each.names)
    histograms: dict[str | None, dict[int, int]] = {name: {} for name in (None, *names)}
    everyone: dict[int, int] = {}
    for score, reason, language in answers:
        if not reason.strip():
            continue
        everyone[score] = everyone.get(score, 0) + 1
        for name in find_themes(reason, lists, language) or (None,):
            histograms[name][score] = histograms[name].get(score, 0) + 1
    counted = {name: Counts.from_histogram(histogram) for name, histogram in histograms.items()}
    without = counted.pop(None)
    return ThemeCounts(
        Counts.from_histogram(everyone), {str(name): counts for name, counts in counted.items()}, without
    )
