"""What spreadsheets and databases make of a cell on its way into a file, and what stood there before."""

import re
from typing import Final

_MARKS: Final = ("=", "'")
_FORMULA_OF_TEXT: Final = re.compile(r'=\s*"(?P<text>(?:[^"]|"")*)"\s*\Z')
_MARKED_AS_TEXT: Final = re.compile(r"'(?=[=+@-]|\d[\d\s().+/-]*\Z)")
_WHOLE: Final = re.compile(r"(\+?[1-9]\d*)[.,]0+\Z")
_SHORTENED: Final = re.compile(r"\+?\d+(?:[.,]\d+)?E\+?\d+\Z", re.IGNORECASE)
_NO_VALUE: Final = frozenset(
    (
        *("null", "(null)", "<null>", "[null]", "\\n", "none", "(none)", "nil", "nan", "<na>", "undefined"),
        *("n/a", "(n/a)", "n.a.", "n.a", "not available", "not applicable", "unknown", "(blank)", "(empty)"),
        *(
            "n.v.t.",
            "n.v.t",
            "nvt",
            "onbekend",
            "(leeg)",
            "k.a.",
            "k. a.",
            "keine angabe",
            "unbekannt",
            "(leer)",
        ),
        *("?", "??", "???", ".", "--", "---", "–", "—", "tbd", "#n/b", "#nv"),
    )
)
_LONGEST: Final = max(map(len, _NO_VALUE))
_ERROR: Final = re.compile(
    r"#(?:N/A|N/B|NV|REF!|VALUE!|NAME\?|NULL!|NUM!|DIV/0!|SPILL!|CALC!|GETTING_DATA)", re.IGNORECASE
)


def plain(cell: str) -> str:
    """The text of a cell: `="0612"` and `'0612` are how people keep a spreadsheet from taking a text for a
    number, and `'+31…` is how exports keep it from taking one for a formula."""
    text = cell.strip()
    if text[:1] not in _MARKS:
        return text
    if text.startswith("="):
        formula = _FORMULA_OF_TEXT.match(text)
        return formula["text"].replace('""', '"').strip() if formula else text
    return _MARKED_AS_TEXT.sub("", text, count=1)


def whole(text: str) -> str:
    """A whole number without the `.0` that a table of decimal numbers put behind it; other texts as they are."""
    match = _WHOLE.match(text)
    return match[1] if match else text


def is_shortened(text: str) -> bool:
    """Whether this is a number in scientific notation (`3.16E+10`), whose last digits are lost."""
    return _SHORTENED.match(text) is not None


def is_no_value(text: str) -> bool:
    """Whether this is how a database or a person writes that nothing is known (`NULL`, `n/a`, `#N/A`)."""
    return (len(text) <= _LONGEST and text.casefold() in _NO_VALUE) or is_error(text)


def is_error(text: str) -> bool:
    """Whether a formula of a spreadsheet failed here."""
    return text.startswith("#") and _ERROR.fullmatch(text) is not None
