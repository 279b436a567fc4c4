"""The mark by which words under an alert stay inside (`note:`), however it is decorated. PURE.

A note that goes to a customer cannot be taken back. So whatever is typed around the mark is looked through: quotes,
bullets, emphasis, mentions, emoji, odd spaces and what cannot be seen, and any sign that looks like a colon. What looks
like a misspelt mark is asked: neither kept as a note nor sent.
"""

import re
import unicodedata
from typing import Final

MARKS: Final = ("note", "notes", "notitie", "notities", "intern", "internal")
_LIKE_MARKS: Final = frozenset({"noot", "noten", "memo", "private", "privé", "prive"})
"""What somebody may take for a mark: asked."""
_BEFORE: Final = frozenset({*MARKS, "interne"})
_COLONS: Final = frozenset(":;∶꞉ːˑ։׃܃᛬⁝፡፥")
_EMPHASIS: Final = frozenset("*_~`")
_BLANK_LETTERS: Final = frozenset("\u115f\u1160\u3164\uffa0")
_CLOSING: Final = {
    **dict.fromkeys("*_~`\"'|"),
    "(": ")",
    "[": "]",
    "{": "}",
    "<": ">",
    "“": "”",
    "‘": "’",
    "«": "»",
}

_ASIDE: Final = re.compile(
    r"<@[^>\n]*>|@[^\s@]+|:(?!(?:" + "|".join(MARKS) + r"):)[a-z0-9_+-]+:|[0-9]{1,3}[.)](?=\s)"
    r"|nps(?:bot)?\b(?=[\s,:])",
    re.IGNORECASE,
)
"""What may stand before the mark and is no sign: a mention, an emoji by name, a number of a list, our own name."""
_MARK_BEHIND_AT: Final = re.compile(rf"@(?:{'|'.join(MARKS)})\b", re.IGNORECASE)
_MENTION_WORDS: Final = 3  # of a name with blanks, behind its @
_AHEAD: Final = 4  # words between a mark and its colon that are looked at: "note for Sam:"


def note_in(words: str) -> str | None:
    """What is to stay inside; None where it is not marked so."""
    at, opened = _lead(words)
    for _ in range(1 + _MENTION_WORDS if "@" in words[:at] else 1):
        end = _marked(words, at)
        if end is not None:
            return _without_closing(words[end:], opened)
        word, at = _word(words, at)
        if not word:
            break
        at = _next(words, at)
    return None


def nearly_a_note(words: str) -> str | None:
    """The beginning that looks like a mark and is none; None where there is none: misspelt before a colon, without
    one, with its colon a few words on, or on a later line."""
    start, _ = _lead(words)
    word, end = _word(words, start)
    if not word:
        return None
    colon = _colon(words, end)
    if word in _BEFORE:
        line = words[end:].split("\n", 1)[0].strip()
        ahead = " ".join(line.split()[:_AHEAD])
        if colon or not _has_letters(line) or line[0] in "-–—=" or any(one in _COLONS for one in ahead):
            return words[start:end]
    elif colon and _near(word):
        return words[start:end]
    for later in words[start:].splitlines()[1:]:
        if later.strip() and note_in(later) is not None:
            return "".join(later.split()[:1])
    return None


def is_near_mark(word: str) -> bool:
    """Whether one word is a mark, also without its colon, or looks like a misspelt one with it."""
    said, end = _word(word, _lead(word)[0])
    return said in MARKS or (bool(_colon(word, end)) and _near(said))


def without_lead(words: str) -> str:
    """The words without what may stand before them and is none."""
    return words[_lead(words)[0] :]


def _lead(words: str) -> tuple[int, str]:
    """Where the first word begins, and the signs that were opened before it."""
    at, opened = 0, ""
    while at < len(words):
        aside = None if _MARK_BEHIND_AT.match(words, at) else _ASIDE.match(words, at)
        if aside is not None:
            at = aside.end()
        elif _is_letter(words[at]) or words[at].isdigit():
            break
        else:
            opened += words[at] if words[at] in _CLOSING else ""
            at += 1
    return at, opened


def _marked(words: str, at: int) -> int | None:
    """Where the note begins, where a mark stands at this place: one word, or two (`internal note:`)."""
    first, end = _word(words, at)
    if first in MARKS and (colon := _colon(words, end)):
        return colon
    if first in _BEFORE:
        second, end = _word(words, _next(words, end))
        if second in MARKS and (colon := _colon(words, end)):
            return colon
    return None


def _word(words: str, at: int) -> tuple[str, int]:
    """The word that begins at this place, as it is meant, and where it ends."""
    said = ""
    while at < len(words):
        one = words[at]
        if _is_letter(one):
            said += unicodedata.normalize("NFKC", one).casefold()
        elif not (_unseen(one) or (one in _EMPHASIS and at + 1 < len(words) and _is_letter(words[at + 1]))):
            break
        at += 1
    return said, at


def _colon(words: str, at: int) -> int:
    """Where it goes on behind a colon, with nothing but signs before it on its line; 0 where there is none."""
    while at < len(words) and words[at] != "\n":
        if unicodedata.normalize("NFKC", words[at])[:1] in _COLONS:
            return at + 1
        if _is_letter(words[at]) or words[at].isdigit() or words[at] in "?!.,-–—":
            return 0
        at += 1
    return 0


def _next(words: str, at: int) -> int:
    while at < len(words) and not _is_letter(words[at]):
        at += 1
    return at


def _without_closing(text: str, opened: str) -> str:
    rest = text.strip()
    for sign in reversed(opened):
        close = _CLOSING[sign] or sign
        if rest.startswith(close):
            rest = rest[1:].lstrip()
        elif rest.endswith(close):
            rest = rest[:-1].rstrip()
    return rest


def _near(word: str) -> bool:
    """Whether somebody may take it for a mark, or one letter too many, too few, other or swapped makes it one."""
    return word in _LIKE_MARKS or any(_one_off(word, mark) for mark in MARKS)


def _one_off(one: str, other: str) -> bool:
    if len(one) > len(other):
        one, other = other, one
    same = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(one))
    if len(one) < len(other):
        return len(other) - len(one) == 1 and one[same:] == other[same + 1 :]
    swapped = one[same : same + 2] == other[same : same + 2][::-1]
    return one[same + 1 :] == other[same + 1 :] or (swapped and one[same + 2 :] == other[same + 2 :])


def _has_letters(text: str) -> bool:
    return any(one.isalnum() for one in text)


def _is_letter(one: str) -> bool:
    return one.isalpha() and one not in _BLANK_LETTERS


def _unseen(one: str) -> bool:
    return one in _BLANK_LETTERS or unicodedata.category(one) in ("Cf", "Mn", "Me")
