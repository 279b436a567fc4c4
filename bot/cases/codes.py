"""The code of a case, by which a text message names it: `12-kfmr`. PURE.

Whoever writes a text message can put any number on it as the sender. So an act by text message names the case and the
random code that stands in its alert, which nobody has who has not read that. Its letters are those that nobody takes
for another, and none is a vowel, so that it is no word.
"""

import hmac
import re
from dataclasses import dataclass
from typing import Final

LETTERS: Final = "bcdfghjkmnpqrtvwxz"  # no l and s, which are read as 1 and 5; no vowel, and no y
LENGTH: Final = 4
WRONG_A_DAY: Final = 5
"""Wrong codes from one number, after which nothing is taken from there for a day: one guess in 20,000 hits at best."""

_NAMED: Final = re.compile(
    rf"\s*(?P<case>\d{{1,18}})\s?[-–—\s]\s?(?P<code>[{LETTERS}]{{{LENGTH}}})(?![\w-])[\s:,.]*(?P<words>.*)",
    re.IGNORECASE | re.DOTALL | re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Coded:
    """A text that names a case by its number and a code, and what it says beside them."""

    case_id: int
    code: str
    words: str


def code_from(number: int) -> str:
    """The code that a random number of at least 24 bits stands for."""
    letters = ""
    for _ in range(LENGTH):
        number, left = divmod(number, len(LETTERS))
        letters += LETTERS[left]
    return letters


def named(case_id: int, code: str) -> str:
    """How a case is named by text message."""
    return f"{case_id}-{code}"


def coded(text: str) -> Coded | None:
    """The case that a text names at its beginning; None where it names none. A telephone may have made its first
    letter a capital, or a long dash of the short one."""
    found = _NAMED.fullmatch(text)
    if found is None:
        return None
    return Coded(int(found["case"]), found["code"].lower(), found["words"].strip())


def is_code(given: str, code: str | None) -> bool:
    """Whether the code is right, found out in the same time whatever is wrong with it."""
    return hmac.compare_digest(given.encode(), (code or "").encode()) and bool(code)
