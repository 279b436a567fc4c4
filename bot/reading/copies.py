"""Reactions and quoted copies of our own words: what a telephone adds, not what a person writes.

Known shapes: `Liked “…”`, `Reacted 🔥 to “…”`, `„…“ ein Herz hinzugefügt`, `Liked an image`; Google Messages puts hair
spaces and zero-width spaces around the emoji. A long quote ends in an ellipsis.
"""

from collections.abc import Container, Sequence
from typing import Final

from bot.reading.text import LINE, NUMBER, SIGN, WORD, Token, tokens_of, words_of

_QUOTES: Final = frozenset('"')
_FEWEST_COPIED: Final = 4
_FEWEST_QUOTED: Final = 2
_MOST_AROUND: Final = 6
_LONGEST_PICTURE: Final = 5
_LATIN: Final = "\u036f"  # letters of other scripts come after it
_PICTURES: Final = frozenset(
    [
        "image",
        "photo",
        "picture",
        "video",
        "sticker",
        "attachment",
        "gif",
        "afbeelding",
        "foto",
        "bild",
        "imagen",
        "immagine",
        "imagem",
        "zdjecie",
        "obraz",
    ]
)


def is_reaction(text: str, tokens: Sequence[Token], reactions: Sequence[frozenset[str]]) -> bool:
    """Whether the text is a reaction to another message, told in the words of one of the languages."""
    tokens = _in_plain_quotes(text, tokens)
    quotes = [index for index, token in enumerate(tokens) if token.text in _QUOTES]
    if len(quotes) < 2:
        return _names_picture(tokens, reactions)
    first, last = quotes[0], quotes[-1]
    inside = sum(token.kind in (WORD, NUMBER) for token in tokens[first:last])
    around = [token for token in (*tokens[:first], *tokens[last + 1 :]) if token.kind not in (SIGN, LINE)]
    if inside < _FEWEST_QUOTED or not around:
        return False
    return says_nothing(around, reactions) or (inside >= _FEWEST_COPIED and _is_of_another_script(around))


def is_named_reaction(
    text: str,
    tokens: Sequence[Token],
    recent: Sequence[str],
    reactions: Sequence[frozenset[str]],
    known: Container[str],
) -> bool:
    """Whether the text is a reaction to one of our recent messages, told in the words of one of the languages behind
    the name of who reacts, as in a group. A name is none of the `known` words; who quotes another is a person."""
    tokens = _in_plain_quotes(text, tokens)
    left = without_copies(list(tokens), recent)
    behind = _without_name(left, known)
    told = any(token.kind in (WORD, NUMBER) for token in behind)
    named = told and len(behind) < len(left)
    return named and _quotes_taken(tokens, left) and says_nothing(behind, reactions)


def _in_plain_quotes(text: str, tokens: Sequence[Token]) -> Sequence[Token]:
    """The tokens with single quotes around a part as double ones: elsewhere they are apostrophes."""
    first, last = text.find("‘"), text.rfind("’")
    if not 0 <= first < last:
        return tokens
    return tokens_of(f'{text[:first]}"{text[first + 1 : last]}"{text[last + 1 :]}')


def _without_name(tokens: Sequence[Token], known: Container[str]) -> Sequence[Token]:
    """The tokens behind a name of one or two words at their start."""
    first = 0
    while (
        first < min(_FEWEST_QUOTED, len(tokens))
        and tokens[first].kind == WORD
        and tokens[first].text not in known
    ):
        first += 1
    return tokens[first:]


def _is_of_another_script(tokens: Sequence[Token]) -> bool:
    """Whether a few words around a quote are in a script that no campaign is in: a telephone's own."""
    words = [token.text for token in tokens if token.kind in (WORD, NUMBER)]
    return 0 < len(words) <= _MOST_AROUND and all(min(word) > _LATIN for word in words)


def quotes_copy(written: Sequence[Token], left: Sequence[Token], known: Container[str]) -> bool:
    """Whether a copy of our own words stood in quotes, with only a few words around it that the language does not
    know: a telephone's reaction, in whatever language."""
    words = [token for token in left if token.kind in (WORD, NUMBER)]
    return (
        _quotes_taken(written, left)
        and 0 < len(words) <= _MOST_AROUND
        and all(token.kind == WORD and token.text not in known for token in words)
    )


def _quotes_taken(written: Sequence[Token], left: Sequence[Token]) -> bool:
    """Whether quotes around a copy went with it."""
    return sum(token.text in _QUOTES for token in written) - sum(token.text in _QUOTES for token in left) >= 2


def _names_picture(tokens: Sequence[Token], reactions: Sequence[frozenset[str]]) -> bool:
    """`Liked an image`: nothing is quoted."""
    words = [token.text for token in tokens if token.kind in (WORD, NUMBER)]
    if not 1 < len(words) <= _LONGEST_PICTURE or not _PICTURES.intersection(words):
        return False
    return any(all(word in known or word in _PICTURES for word in words) for known in reactions)


def says_nothing(tokens: Sequence[Token], reactions: Sequence[frozenset[str]]) -> bool:
    """Whether what stands beside a copy or quote of our own words is only a telephone's "Liked" or an emoji."""
    words = [token.text for token in tokens if token.kind in (WORD, NUMBER)]
    return len(words) <= _MOST_AROUND and any(all(word in known for word in words) for known in reactions)


def can_copy(text: str) -> bool:
    """Whether a text is long enough to repeat one of our messages: shorter ones need not be compared."""
    return len(text) >= _FEWEST_COPIED


def without_copies(tokens: list[Token], recent: Sequence[str]) -> list[Token]:
    """The tokens without runs of words that repeat the start of one of our recent messages, and their quotes."""
    if len(tokens) < _FEWEST_COPIED or not recent:
        return tokens
    for ours in recent:
        tokens = _without(tokens, words_of(ours))
    return tokens


def _without(tokens: list[Token], ours: tuple[str, ...]) -> list[Token]:
    fewest = min(_FEWEST_COPIED, len(ours))
    if fewest < 2:
        return tokens
    places = [index for index, token in enumerate(tokens) if token.kind in (WORD, NUMBER)]
    said = [tokens[index].text for index in places]
    start = 0
    while start + fewest <= len(said):
        if said[start] != ours[0] or tuple(said[start : start + fewest]) != ours[:fewest]:
            start += 1
            continue
        length = fewest
        while length < len(ours) and start + length < len(said) and said[start + length] == ours[length]:
            length += 1
        first, last = places[start], places[start + length - 1]
        after = tokens[last + 1].text if last + 1 < len(tokens) else ""
        # our own words are copied whole, or cut by a quote or an ellipsis; less is a person's own sentence
        if length < len(ours) and after not in ("", '"', "…", "."):
            start += 1
            continue
        while first and tokens[first - 1].kind == SIGN and tokens[first - 1].text in '">':
            first -= 1
        last += 1
        while last < len(tokens) and tokens[last].kind == SIGN and tokens[last].text in '"….!?)(':
            last += 1
        return tokens[:first] + tokens[last:]
    return tokens
