"""Words that single rules know by themselves, whatever the language. PURE.

What stands in a file of a language is a mark, which all rules share. These few are told apart from others that bear
the same marks there.
"""

from typing import Final

BY_MYSELF: Final = frozenset(("ik", "me", "mij", "ikke", "i", "ich", "moi", "yo", "io", "eu", "ja", "ben"))
THEY: Final = frozenset(
    (
        "they",
        "them",
        "die",
        "zij",
        "ze",
        "hun",
        "hen",
        "denen",
        "ils",
        "elles",
        "ellos",
        "loro",
        "eles",
        "oni",
        "onlar",
    )
)
SPEAKER: Final = frozenset(("ik", "wij", "we"))
TELLER: Final = frozenset(("i", "we", "my", "our", "i'm", "we're"))
OWNED: Final = frozenset(("my", "our", "mijn", "onze", "ons", "mon", "ma", "mi", "meu", "minha"))
# of a giving phrase that somebody would say of things: "it would be", de "wäre es"
IT: Final = frozenset(
    (
        "it",
        "it'd",
        "that",
        "that'd",
        "wäre",
        "ware",
        "ce",
        "ca",
        "c'est",
        "serait",
        "seria",
        "sarebbe",
        "byloby",
        "olurdu",
    )
)
IS: Final = frozenset(("is", "are", "was", "zijn", "ist", "sind", "est", "es", "e", "jest", "sao"))
THAT: Final = frozenset(
    ("the", "that", "those", "this", "all", "de", "het", "die", "dat", "deze", "al", "der", "dem", "den")
)
WHICH: Final = frozenset(
    ("die", "dat", "who", "which", "that", "qui", "que", "che", "która", "który", "które")
)
DEFINITE: Final = frozenset(("the", "de", "het", "die", "der", "das", "le", "la", "el", "il", "o"))
WITH: Final = frozenset(("with", "met", "mit", "avec", "con", "com", "z"))
WITHOUT: Final = frozenset(("without", "minus", "zonder", "ohne", "sans", "sin", "senza", "sem", "bez"))
FOR: Final = frozenset(("for", "voor", "fur", "pour", "por", "per", "za"))  # "10 for 10 years of care"
