"""What a word can mean to the reader, as bits: a word may carry several marks.

Plain integers instead of an `IntFlag`, because the reader tests some hundred marks per reply and an
`IntFlag` costs about ten times as much per test. The keys of `MARKS` are the keys of a language file.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

ARTICLE: Final = 1 << 0
LABEL: Final = 1 << 1
POINTS: Final = 1 << 2
GIVE: Final = 1 << 3
FILL: Final = 1 << 4
ADJECTIVE: Final = 1 << 5
GREETING: Final = 1 << 6
THANKS: Final = 1 << 7
SIGNATURE: Final = 1 << 8
BECAUSE: Final = 1 << 9
THEREFORE: Final = 1 << 10
BUT: Final = 1 << 11
AND: Final = 1 << 12
OR: Final = 1 << 13
IF: Final = 1 << 14
PAST: Final = 1 << 15
OUT_OF: Final = 1 << 16
OUT_OF_FIRST: Final = 1 << 17
SCALE: Final = 1 << 18
TO: Final = 1 << 19
UNIT: Final = 1 << 20
MONTH: Final = 1 << 21
PERCENT: Final = 1 << 22
STARS: Final = 1 << 23
BEFORE_TIME: Final = 1 << 24
BEFORE_NUMBER: Final = 1 << 25
RANK: Final = 1 << 26
MINUS: Final = 1 << 27
PLUS: Final = 1 << 28
NOT: Final = 1 << 29
NOT_AFTER: Final = 1 << 30
AT_LEAST: Final = 1 << 31
AT_MOST: Final = 1 << 32
NEARLY: Final = 1 << 33
PRAISE: Final = 1 << 34
COMPLAINT: Final = 1 << 35
HARSH: Final = 1 << 36
VERY: Final = 1 << 37
ASPECT: Final = 1 << 38
STARTER: Final = 1 << 39
HALF: Final = 1 << 40
CORRECTION: Final = 1 << 41
HOMOGRAPH: Final = 1 << 42
OTHERS: Final = 1 << 43
WOULD: Final = 1 << 44
LAPSE: Final = 1 << 45
EXTREME: Final = 1 << 46
NOW: Final = 1 << 47
OVERALL: Final = 1 << 48
ADDRESSED: Final = 1 << 49
SLIP: Final = 1 << 50
MOVED: Final = 1 << 51
COMPARED: Final = 1 << 52
WAITING: Final = 1 << 53
CHANGE: Final = 1 << 54
THAN: Final = 1 << 55
MINE: Final = 1 << 56  # of a giving phrase that says who gives: no key of its own, but `first_person`
ASKS: Final = 1 << 57
ORDERS: Final = 1 << 58
INSTEAD: Final = 1 << 59
DICTATED: Final = 1 << 60
SINGULAR: Final = 1 << 61
THING: Final = 1 << 62

MARKS: Final[Mapping[str, int]] = MappingProxyType(
    {
        "articles": ARTICLE,
        "labels": LABEL,
        "points": POINTS,
        "giving": GIVE,
        "fill": FILL,
        "adjectives": ADJECTIVE,
        "greetings": GREETING,
        "thanks": THANKS,
        "signatures": SIGNATURE,
        "because": BECAUSE,
        "therefore": THEREFORE,
        "but": BUT,
        "and": AND,
        "or": OR,
        "if": IF,
        "past": PAST,
        "out_of": OUT_OF,
        "out_of_first": OUT_OF_FIRST,
        "scale": SCALE,
        "to": TO,
        "units": UNIT,
        "months": MONTH,
        "percent": PERCENT,
        "stars": STARS,
        "before_time": BEFORE_TIME,
        "before_number": BEFORE_NUMBER,
        "ranks": RANK,
        "minus": MINUS,
        "plus": PLUS,
        "not": NOT,
        "not_after": NOT_AFTER,
        "at_least": AT_LEAST,
        "at_most": AT_MOST,
        "nearly": NEARLY,
        "praise": PRAISE,
        "complaints": COMPLAINT,
        "harsh": HARSH | COMPLAINT,
        "very": VERY,
        "aspects": ASPECT,
        "starters": STARTER,
        "half": HALF,
        "corrections": CORRECTION,
        "homographs": HOMOGRAPH,
        "others": OTHERS,
        "would": GIVE | WOULD,
        "lapse": LAPSE,
        "extremes": EXTREME,
        "now": NOW | FILL,
        "overall": OVERALL | FILL,
        "addressed": ADDRESSED,
        "slips": SLIP | CORRECTION,
        "moved": MOVED,
        "compared": COMPARED,
        "waiting": WAITING,
        "changes": CHANGE,
        "than": THAN,
        "interrogatives": ASKS | STARTER,
        "imperatives": ORDERS | STARTER,
        "instead": INSTEAD,
        "dictated": DICTATED,
        "singular_verbs": SINGULAR,
        "things": THING,
        "idioms": 0,
    }
)

#: Marks that a language may borrow from English, because people mix it in ("ten points", "top service").
BORROWED: Final = LABEL | POINTS | THANKS | GREETING | PRAISE | COMPLAINT | HARSH | SIGNATURE

#: Marks that may stand beside a number without changing which number is meant.
HARMLESS: Final = (
    ARTICLE | LABEL | POINTS | GIVE | FILL | ADJECTIVE | GREETING | THANKS | CORRECTION | SIGNATURE | BECAUSE
)

#: Words at which a clause ends although no comma is written.
CONNECTOR: Final = BECAUSE | THEREFORE | BUT | AND | OR | IF

#: Words that can follow a score at once ("8 goede service", "2 I asked you ...") but never a counted noun.
AFTER_SCORE: Final = STARTER | PRAISE | COMPLAINT | VERY | ASPECT | NOT
