"""The small words that single rules tell apart, as bits: `small_words` of a language file names them. PURE.

A mark is shared by all rules, and a word that bears one is known. These few only tell words apart that bear the same
marks, so they make no word known; a phrase has those of its first word.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

ME: Final = 1 << 0
SPEAKER: Final = 1 << 1
TELLER: Final = 1 << 2
THEY: Final = 1 << 3
OWNED: Final = 1 << 4
IT: Final = 1 << 5
IS: Final = 1 << 6
THAT: Final = 1 << 7
WHICH: Final = 1 << 8
DEFINITE: Final = 1 << 9
WITH: Final = 1 << 10
WITHOUT: Final = 1 << 11
FOR: Final = 1 << 12
WHEN: Final = 1 << 13
FROM: Final = 1 << 14
WHOLE: Final = 1 << 15
AS: Final = 1 << 16
GIVES: Final = 1 << 17
AT: Final = 1 << 18

SMALL_WORDS: Final[Mapping[str, int]] = MappingProxyType(
    {
        "me": ME,
        "speakers": SPEAKER,
        "tellers": TELLER,
        "they": THEY,
        "owned": OWNED,
        "it": IT,
        "is": IS,
        "that": THAT,
        "which": WHICH,
        "definite": DEFINITE,
        "with": WITH,
        "without": WITHOUT,
        "for": FOR,
        "when": WHEN,
        "from": FROM,
        "whole": WHOLE,
        "as": AS,
        "gives": GIVES,
        "at": AT,
    }
)
