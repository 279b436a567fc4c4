"""What mail programs and telephones put around what a person writes: "Re:", "Sent from my …", the mail answered.

They write in the language of the device, whatever the campaign's is, so these few openings are no language's data.
"""

import re
from collections.abc import Sequence
from typing import Final

from bot.reading.text import fold

_SUBJECTS: Final = frozenset(
    (
        "re",
        "fw",
        "fwd",
        "aw",
        "wg",
        "antw",
        "doorst",
        "tr",
        "rv",
        "enc",
        "res",
        "odp",
        "pd",
        "ynt",
        "sv",
        "vs",
    )
)
_NAMES_OF_SUBJECTS: Final = frozenset(
    ("subject", "subj", "onderwerp", "betreff", "objet", "asunto", "oggetto", "assunto", "temat", "konu")
)
_LONGEST_SUBJECT: Final = 10
_SMALL_NUMBER: Final = re.compile(r"(?<!\d)\d{1,2}(?!\d)")
_SENT_FROM: Final = (
    *("sent from my ", "sent from ", "sent via ", "get outlook for ", "sent with "),
    *("verzonden vanaf ", "verzonden vanuit ", "verzonden via ", "verzonden met ", "verstuurd vanaf "),
    *("verstuurd vanuit ", "verstuurd via ", "verstuurd met ", "download outlook voor ", "outlook voor "),
    *("gesendet von ", "gesendet mit ", "gesendet uber ", "von meinem ", "outlook fur ", "von outlook fur "),
    *("envoye de ", "envoye depuis ", "envoye a partir ", "envoye avec ", "telecharger outlook "),
    *(
        "enviado desde ",
        "enviado con ",
        "enviado do ",
        "enviado de ",
        "enviado a partir ",
        "obtener outlook ",
    ),
    *("obter o outlook ", "inviato da ", "inviato dal ", "inviato con ", "scarica outlook "),
    *("wyslano z ", "wyslane z ", "wyslano za ", "pobierz outlook ", "skickat fran ", "sendt fra "),
)
_SENT_FROM_ENDINGS: Final = ("gonderildi", "gonderilmistir", "gesendet")
_WROTE: Final = frozenset(
    (
        "wrote",
        "schreef",
        "schrieb",
        "ecrit",
        "escribio",
        "scritto",
        "escreveu",
        "napisal",
        "napisala",
        "yazdi",
    )
)
_FROM: Final = ("from:", "van:", "von:", "de :", "de:", "da:", "od:", "kimden:", "*from:*", "*van:*")
_HEADERS: Final = (
    *("sent:", "date:", "to:", "subject:", "verzonden:", "datum:", "aan:", "onderwerp:", "gesendet:", "an:"),
    *(
        "betreff:",
        "envoye",
        "a :",
        "a:",
        "objet",
        "enviado",
        "fecha:",
        "para:",
        "asunto:",
        "inviato:",
        "data:",
    ),
    *("oggetto:", "assunto:", "wyslano:", "do:", "temat:", "gonderildi:", "gonderilen:", "kime:", "konu:"),
)
_RULE: Final = 5  # so many dashes or underscores make a line across the page
_LONGEST_HEADER: Final = 300


def own_words(text: str) -> str:
    """The text without what a program wrote before and behind it; the text itself where nothing else is left."""
    start = _behind_subject(text)
    if "\n" not in text and "\r" not in text:
        return text[start:] if start else text
    lines = text[start:].splitlines(keepends=True)
    if (start or _names_subject(lines[0])) and _is_title(lines[0], below := _persons(lines[1:], 0)):
        return below
    kept = _persons(lines, 1)
    return kept if kept.strip() else text


def _persons(lines: Sequence[str], sure: int) -> str:
    """What of these lines the person wrote, whether above or below the mail that they answer. So many lines are `sure`
    to be theirs."""
    first = next((place for place, line in enumerate(lines) if line.strip() and not _is_quoted(line)), None)
    if first is None:
        return ""
    lines = lines[first:]
    end = next((place for place in range(sure, len(lines)) if _begins_foreign(lines, place)), len(lines))
    return "".join(lines[:end])


def _names_subject(line: str) -> bool:
    """Whether a line says "Subject:" of itself, as a gateway from mail to text messages does."""
    head, colon, _ = line.partition(":")
    return bool(colon) and fold(head).strip() in _NAMES_OF_SUBJECTS


def _is_title(line: str, below: str) -> bool:
    """Whether a line behind "Re:" is the answered mail's title, which no person wrote: words stand below it, and what
    may be a score stands in it only where nothing but a number is below."""
    says = any(character.isalnum() for character in below)
    return says and (_SMALL_NUMBER.search(line) is None or below.strip().isdecimal())


def _behind_subject(text: str) -> int:
    """Where the words begin behind "Re:", written once or more often."""
    start = 0
    while True:
        head, colon, _ = text[start : start + _LONGEST_SUBJECT].partition(":")
        if not colon or fold(head).strip() not in _SUBJECTS:
            return start
        start += len(head) + 1


def _begins_foreign(lines: Sequence[str], place: int) -> bool:
    """Whether what the person did not write begins in this line."""
    if not lines[place].strip():
        return False
    return _is_quoted(lines[place]) or _is_sent_from(lines[place]) or _heads_mail(lines, place)


def _is_quoted(line: str) -> bool:
    return line.lstrip().startswith(">")


def _is_sent_from(line: str) -> bool:
    plain = fold(line).strip()
    return plain.startswith(_SENT_FROM) or plain.rstrip(".").endswith(_SENT_FROM_ENDINGS)


def _heads_mail(lines: Sequence[str], place: int) -> bool:
    """Whether the answered mail begins here: "On … Acme wrote:", a rule across the page, "From: …"."""
    plain = fold(lines[place]).strip()
    if len(plain) > _LONGEST_HEADER:
        return False
    if plain[:_RULE] in ("-" * _RULE, "_" * _RULE):
        return True
    if plain.startswith(_FROM):
        return any(
            fold(line).strip().lstrip("*").startswith(_HEADERS) for line in lines[place + 1 : place + 4]
        )
    if not any(character.isdecimal() for character in plain):
        return False
    header = plain if plain.endswith(":") or place + 1 == len(lines) else f"{plain} {fold(lines[place + 1])}"
    words = header.replace("(", " ").replace(":", " ").split()
    return header.rstrip().endswith(":") and not _WROTE.isdisjoint(words[-4:])
