"""The reader's first step: text to tokens, each knowing where in the customer's own text it stands.

Case, accents, full-width and circled digits, keycaps, curly quotes and the many dashes are folded away, so
that the steps after this one compare plain words. Every folded character remembers its place in the original,
so that a reason is always cut from what the customer really wrote.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

#: Longer texts are read at their head and their tail only (an SMS has at most 1,600 characters), so that the
#: work for one message is bounded whatever arrives. Their reason is still kept whole.
LONGEST_READ: Final = 2048
_HEAD: Final = 1536
_TAIL: Final = 512

NUMBER: Final = "number"
WORD: Final = "word"
SIGN: Final = "sign"
EMOJI: Final = "emoji"
LINE: Final = "line"
LINK: Final = "link"

# Alternatives without nested quantifiers, each of which starts with a different kind of character: no text
# can make this pattern go back over what it has read.
TOKEN: Final = re.compile(
    r"(?P<link>https?://\S+|www\.\S+|@(?=[0-9_]*[a-z])\w+)|(?P<heart><3(?![0-9]))|(?P<number>[0-9]+)|(?P<word>[^\W\d_](?:[^\W\d_]|')*)|(?P<line>\n)|(?P<sign>[^\w\s]|_|[\d])"
)

_INVISIBLE: Final = frozenset(
    "\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069"
    "\u20e3\ufe0e\ufe0f\ufeff"
)
_TEN: Final = "🔟"
_FIXED: Final = {
    **dict.fromkeys("‘’‚‛`´ʼ′＇", "'"),
    **dict.fromkeys("“”„‟«»″「」『』＂", '"'),
    **dict.fromkeys("‐‑‒–—―−﹘﹣－", "-"),
    **dict.fromkeys("¼½¾", "½"),
    **dict.fromkeys("\r\u2028\u2029\x0b\x0c\x85", "\n"),
    "⁄": "/",
    "∕": "/",
    "∼": "~",
    "～": "~",
    "🔟": "10",
    "ı": "i",
    "ł": "l",
    "Ł": "l",
    "ø": "o",
    "Ø": "o",
    "đ": "d",
    "Đ": "d",
    "œ": "oe",
    "Œ": "oe",
    "æ": "ae",
    "Æ": "ae",
}


class Token(NamedTuple):
    """A piece of the text: its kind, its folded form, its place in the original, and whether it touches the
    token before it."""

    kind: str
    text: str
    start: int
    end: int
    tight: bool


@lru_cache(maxsize=4096)
def fold_character(character: str) -> str:
    """The plain form of one character, "" for an invisible one.

    Superscripts stay as they are: "8²" is not 82.
    """
    if character in _INVISIBLE:
        return ""
    if character in _FIXED:
        return _FIXED[character]
    category = unicodedata.category(character)
    if category == "Nd":
        return str(unicodedata.decimal(character))
    if category == "No":
        decomposition = unicodedata.decomposition(character)
        number = unicodedata.numeric(character, -1.0)
        if not decomposition.startswith(("<super>", "<sub>", "<fraction>")) and number == int(number) >= 0:
            return str(int(number))
        return "½" if 0 < number < 1 else "^"
    plain = unicodedata.normalize("NFKD", character)
    if len(plain) > 4:  # one character that stands for a sentence is no customer's word
        return "?"
    folded = unicodedata.normalize("NFKD", plain.casefold())
    return "".join(_FIXED.get(c, c) for c in folded if unicodedata.category(c) not in ("Mn", "Me"))


def fold(text: str) -> str:
    """The folded form that words of a language file and words of a customer are compared in."""
    if text.isascii():
        return text.lower().replace("`", "'").replace("\r", "\n")
    return "".join(map(fold_character, text))


def _fold_with_places(text: str, offset: int) -> tuple[str, list[int]]:
    pieces: list[str] = []
    places: list[int] = []
    for index, character in enumerate(text, offset):
        piece = (
            fold_character(character)
            if character not in "`\r" and not character.isascii()
            else fold(character)
        )
        if character == _TEN and text[index - offset + 1 : index - offset + 2] == _TEN:
            piece += " "  # ten shouted thrice is no million
        pieces.append(piece)
        places.extend([index] * len(piece))
    places.append(offset + len(text))
    return "".join(pieces), places


def tokens_of(text: str) -> list[Token]:
    """The tokens of a text; of a very long one those of its head and its tail."""
    return list(of_last(text))


@lru_cache(maxsize=1)
def of_last(text: str) -> Sequence[Token]:
    """Those of the text that was asked for last: five rules in turn ask for them. No text but that stays in memory."""
    if len(text) > LONGEST_READ:
        cut = len(text) - _TAIL
        return _tokens(text[:_HEAD], 0) + _tokens(text[cut:], cut)
    return _tokens(text, 0)


def _tokens(text: str, offset: int) -> list[Token]:
    places: list[int] | None = None
    if text.isascii():
        flat = fold(text)
    else:
        flat, places = _fold_with_places(text, offset)
    tokens: list[Token] = []
    last = -1
    for match in TOKEN.finditer(flat):
        kind = match.lastgroup or SIGN
        start, end = match.span()
        piece = match.group()
        if kind == "heart":
            kind, piece = EMOJI, "❤"
        if kind == WORD and piece[-1] == "'":
            piece = piece.rstrip("'")
            end = start + len(piece)
        if kind == SIGN and not piece.isascii() and piece not in "½¿¡€£¥§°…":
            kind = EMOJI
        if places is None:
            tokens.append(Token(kind, piece, start + offset, end + offset, start == last))
        else:
            tokens.append(Token(kind, piece, places[start], places[end - 1] + 1, start == last))
        last = end
    return tokens


def words_in(text: str) -> tuple[str, ...]:
    """The words and numbers of a text."""
    if text.isascii() and text.replace(" ", "").isalpha() and len(text) <= LONGEST_READ:
        return tuple(
            text.lower().split()
        )  # as tokens they are the same; nearly all of a language file is so plain
    return tuple(t.text for t in tokens_of(text) if t.kind in (WORD, NUMBER))


@lru_cache(maxsize=256)
def words_of(text: str) -> tuple[str, ...]:
    """Those of one of our own messages, for finding copies of it in a reply."""
    return words_in(text)


def clauses_of(tokens: list[Token]) -> list[list[int]]:
    """The indices of the words and numbers of each clause. A clause ends at punctuation, an emoji or a new line;
    hyphens inside a word, slashes, quotes and stars end nothing."""
    clauses: list[list[int]] = []
    clause: list[int] = []
    for index, token in enumerate(tokens):
        if token.kind in (WORD, NUMBER):
            clause.append(index)
        elif (token.kind in (LINE, EMOJI) or token.text in ".,!?;:()…" or _is_dash(tokens, index)) and clause:
            clauses.append(clause)
            clause = []
    if clause:
        clauses.append(clause)
    return clauses


def _is_dash(tokens: list[Token], index: int) -> bool:
    if tokens[index].text != "-":
        return False
    following = tokens[index + 1] if index + 1 < len(tokens) else None
    return not (tokens[index].tight and following is not None and following.tight)
