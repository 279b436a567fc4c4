"""One row of an import: from the cells of a line to settled values, or the reasons why it is refused.

A blank cell keeps what was there (`KEEP`); a `-` clears it (None). Only a key or an address that cannot be
read refuses a row: whatever else cannot be taken counts as blank, with a note.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from bot.config.value_types import LANGUAGES, near
from bot.people.contacts import RESERVED
from bot.people.files.spreadsheet import is_error, is_no_value, is_shortened, plain, whole
from bot.people.languages import language_meant
from bot.people.phones import e164, lost_its_zero
from bot.people.profile_url import PROFILE_URL, unfit
from bot.people.typed_cells import TYPED, TypedValue, of_thousands, readers, written
from bot.people.zones import country_of_zone, zone_meant

COLUMNS: Final = (
    "contact_id",
    "name",
    "account",
    "account_manager",
    "language",
    "timezone",
    "slack",
    "telegram",
    "phone",
)
"""The columns with a meaning; any other is an attribute."""

NAMED: Final = (*COLUMNS, *TYPED, PROFILE_URL)
"""The columns that another column may be meant for: those above, and the attributes whose cells must be an amount, a
day, yes or no, or a web address."""

LEFT_ASIDE: Final = ("npsbot_line", "npsbot_reason")
"""Columns of a file of refused rows, which is corrected and imported again; they say nothing of a person."""

ADDRESS_COLUMNS: Final = {"slack": "slack", "telegram": "telegram", "phone": "sms"}
"""The columns that hold an address, and the channel each is an address of."""

LONGEST: Final = 200  # characters, the width of the columns in the database
LONGEST_ATTRIBUTE: Final = 2000

_SLACK_ID: Final = re.compile(r"[UW][A-Z0-9]{2,20}")
_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
_TELEGRAM_ID: Final = re.compile(r"[1-9][0-9]{0,18}")
_SHORTENED: Final = (
    "is a number that a spreadsheet shortened; format the column as text there and fill it in again"
)
_THOUSANDS: Final = (
    "account_value with one mark before three digits is in thousands: 12.500 and 12,500 are 12500"
)
CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class BlankCell(Enum):
    """What a blank cell says: leave it as it is."""

    KEEP = "keep"


KEEP: Final = BlankCell.KEEP
CsvCell = str | None | BlankCell


@dataclass(slots=True)
class ContactRow:
    """A row that can be understood. `addresses` maps channel to id; `email` stands for a Slack id that is
    yet to be looked up. `notes` says what was not taken as it stands, without the words of one person, so that
    the same is said once of many rows."""

    line: int
    contact_id: str
    name: CsvCell
    account: CsvCell
    account_manager: CsvCell
    language: CsvCell
    timezone: CsvCell
    addresses: dict[str, str | None]
    attributes: dict[str, str | None]
    typed: dict[str, TypedValue | None] = field(default_factory=dict)
    """The cells of the columns `TYPED` that are filled in and were read; None where one clears."""
    email: str | None = None
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that was not kept: the line it begins on, and one plain sentence. `columns` says what is wrong with each
    column, where it is about columns."""

    line: int
    reason: str
    columns: Mapping[str, str] = field(default_factory=dict, compare=False)


class RowReader:
    """Reads the rows of one file: its header, and what the configuration says about names and places."""

    def __init__(
        self,
        header: Sequence[str],
        managers: Sequence[str],
        company_zone: str,
        slack_by_email: bool,
        currency: str = "EUR",
    ) -> None:
        """`header` names the columns as they stand, "" for one without a name; in the country of
        `company_zone` phone numbers without one are read, and amounts in `currency`."""
        self._width = len(header)
        self._places = {name: header.index(name) if name in header else None for name in COLUMNS}
        self._attributes = [
            (place, name)
            for place, name in enumerate(header)
            if name and name not in COLUMNS and name not in LEFT_ASIDE
        ]
        self._unnamed = [place for place, name in enumerate(header) if not name]
        self._managers: Mapping[str, str] = {_folded(name): name for name in managers}
        self._company_zone = company_zone
        self._region = country_of_zone(company_zone)
        self._slack_by_email = slack_by_email
        self._typed = readers(currency)

    def read(self, line: int, cells: Sequence[str]) -> ContactRow | Refusal:
        """The row on this line; every reason for refusing it is in the one sentence."""
        shape = self._shape(cells)
        if shape:
            return Refusal(line, shape)
        problems: dict[str, str] = {}
        notes: list[str] = []
        row = ContactRow(
            line,
            self._contact_id(cells, problems),
            self._short(cells, "name", notes),
            self._short(cells, "account", notes),
            self._manager(cells, notes),
            self._language(cells, notes),
            self._timezone(cells, notes),
            {},
            self._attribute_values(cells, notes),
            notes=notes,
        )
        self._typed_values(row)
        self._phone(cells, row, problems)
        self._telegram(cells, row, problems)
        self._slack(cells, row, problems)
        return Refusal(line, "; ".join(problems.values()), problems) if problems else row

    def _shape(self, cells: Sequence[str]) -> str:
        if len(cells) != self._width:
            extra = cells[self._width :]
            if len(cells) < self._width or any(cell.strip() for cell in extra):
                return (
                    f"has {_cells(len(cells))} where the header has {self._width}; "
                    "put a text that holds a delimiter in quotation marks"
                )
        for place in self._unnamed:
            if cells[place].strip():
                return f"has a value in column {place + 1}, which has no name in the header"
        for cell in cells:
            if not cell.isprintable() and CONTROL.search(cell):
                what = "a NUL byte" if "\0" in cell else "a control character"
                return f"holds {what}; save the file as plain CSV text"
        return ""

    def _cell(self, cells: Sequence[str], name: str, notes: list[str]) -> str:
        place = self._places[name]
        text = plain(cells[place]) if place is not None else ""
        if text and is_no_value(text):
            notes.append(f"{name} {_shown(text)} says that there is none, and counts as blank")
            return ""
        return text

    def _contact_id(self, cells: Sequence[str], problems: dict[str, str]) -> str:
        text = _line_of(self._cell(cells, "contact_id", []))
        if text in ("", "-"):
            problems["contact_id"] = "contact_id is missing; every row needs the key that names this contact"
        elif len(text) > LONGEST:
            problems["contact_id"] = _too_long("contact_id", len(text), LONGEST)
        elif text.casefold().startswith(RESERVED):
            problems["contact_id"] = f"contact_id may not begin with {RESERVED!r}; choose another key"
        elif is_shortened(text) and not text.isalnum():  # 12E5 may be a key; 1.2E+5 is none
            problems["contact_id"] = f"contact_id {_shown(text)} {_SHORTENED}"
        return text

    def _short(self, cells: Sequence[str], name: str, notes: list[str]) -> CsvCell:
        text = self._cell(cells, name, notes)
        if not text:
            return KEEP
        if text == "-":
            return None
        text = _line_of(text)
        if len(text) > LONGEST:
            notes.append(f"{name} has more than {LONGEST} characters; the rest is cut off")
        return text[:LONGEST].rstrip()

    def _manager(self, cells: Sequence[str], notes: list[str]) -> CsvCell:
        text = self._short(cells, "account_manager", notes)
        if text is None or text is KEEP:
            return text
        known = self._managers.get(_folded(text))
        if known is None:
            hint = near(text, self._managers.values()) or "add it there, or correct it"
            notes.append(
                f"account_manager {_shown(text)} is not in config.yaml's account_managers, and counts as blank; "
                f"{hint}"
            )
            return KEEP
        return known

    def _language(self, cells: Sequence[str], notes: list[str]) -> CsvCell:
        text = self._cell(cells, "language", notes)
        if text in ("", "-"):
            return None if text else KEEP
        meant = language_meant(text)
        if meant is None:
            notes.append(
                f"language {_shown(text)} is none that npsbot knows, and counts as blank; "
                "give a code such as nl or de-du"
            )
            return KEEP
        if meant.partition("-")[0] != text[:2].casefold() or text[2:3].isalpha():
            ours = meant.partition("-")[0] in LANGUAGES
            asked = "" if ours else ", and they are asked in English unless the campaign has texts in it"
            notes.append(f"language {_shown(text)} is taken as {meant}{asked}")
        return meant

    def _timezone(self, cells: Sequence[str], notes: list[str]) -> CsvCell:
        text = self._cell(cells, "timezone", notes)
        if text in ("", "-"):
            return None if text else KEEP
        meant = zone_meant(text, self._company_zone)
        if meant is None:
            notes.append(
                f"timezone {_shown(text)} is none that npsbot knows, and counts as blank; "
                "give a name such as Europe/Amsterdam"
            )
            return KEEP
        if meant != text:
            notes.append(f"timezone {_shown(text)} is taken as {meant}")
        return meant

    def _attribute_values(self, cells: Sequence[str], notes: list[str]) -> dict[str, str | None]:
        values: dict[str, str | None] = {}
        for place, name in self._attributes:
            text = plain(cells[place])
            if name == PROFILE_URL and text != "-" and text and (wrong := unfit(text)) is not None:
                notes.append(
                    f"{name} {wrong}, and counts as blank; give one such as https://crm.example.com/1234"
                )
                continue
            if text and is_error(text):
                notes.append(f"{name} {_shown(text)} is a formula that failed, and counts as blank")
                continue
            if len(text) > LONGEST_ATTRIBUTE:
                notes.append(f"{name} has more than {LONGEST_ATTRIBUTE} characters; the rest is cut off")
                text = text[:LONGEST_ATTRIBUTE].rstrip()
            if text:
                values[name] = None if text == "-" else _normal(text)
        return values

    def _typed_values(self, row: ContactRow) -> None:
        """Read the cells that are more than text. One that cannot be read is kept as text alone."""
        for name, read in self._typed.items():
            text = row.attributes.get(name)
            if text is None:
                if name in row.attributes:
                    row.typed[name] = None
                continue
            if is_no_value(text):
                row.notes.append(f"{name} {_shown(text)} says that there is none, and counts as blank")
                del row.attributes[name]
                continue
            try:
                value = row.typed[name] = read(text)
            except ValueError as error:
                row.notes.append(f"{name} {_shown(text)} {error}; until then it is kept as text alone")
                continue
            if name == "account_value" and of_thousands(text):
                row.notes.append(_THOUSANDS)
            row.attributes[name] = written(value, text)

    def _phone(self, cells: Sequence[str], row: ContactRow, problems: dict[str, str]) -> None:
        text = self._cell(cells, "phone", row.notes)
        if text in ("", "-"):
            if text:
                row.addresses["sms"] = None
            return
        try:
            number = e164(text, self._region)
        except ValueError as error:
            problems["phone"] = f"phone {_shown(text)} {error}"
            return
        row.addresses["sms"] = number
        if number == text:
            return
        if lost_its_zero(text, number, self._region):
            row.notes.append(f"phone lacked its first 0, and is taken as a number of {self._region}")
        elif text.isdecimal() and text[0] != "0" and number == f"+{text}":
            row.notes.append("phone lacked the + before its country, which it has again")

    def _telegram(self, cells: Sequence[str], row: ContactRow, problems: dict[str, str]) -> None:
        text = whole(self._cell(cells, "telegram", row.notes))
        if text in ("", "-"):
            if text:
                row.addresses["telegram"] = None
        elif _TELEGRAM_ID.fullmatch(text):
            row.addresses["telegram"] = text
        elif is_shortened(text):
            problems["telegram"] = f"telegram {_shown(text)} {_SHORTENED}"
        else:
            problems["telegram"] = (
                f"telegram {_shown(text)} is not the number of a person's chat; leave it blank and "
                "invite them by `npsbot contacts links`"
            )

    def _slack(self, cells: Sequence[str], row: ContactRow, problems: dict[str, str]) -> None:
        text = self._cell(cells, "slack", row.notes).removeprefix("mailto:")
        if text in ("", "-"):
            if text:
                row.addresses["slack"] = None
        elif _SLACK_ID.fullmatch(text):
            row.addresses["slack"] = text
        elif not _EMAIL.fullmatch(text):
            problems["slack"] = (
                f"slack {_shown(text)} is neither a member id such as U0123ABCD nor an e-mail address"
            )
        elif not self._slack_by_email:
            problems["slack"] = (
                f"slack {_shown(text)} is an e-mail address, which cannot be looked up while Slack is off; "
                "give the member id, or fill in channels.slack"
            )
        else:
            row.email = text.casefold()


def _normal(text: str) -> str:
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def _line_of(text: str) -> str:
    """On one line, with single spaces: a name that is broken over two lines is one name."""
    return _normal(text) if text.isprintable() and "  " not in text else _normal(" ".join(text.split()))


def _folded(name: str) -> str:
    return _line_of(name).casefold()


def _too_long(name: str, length: int, longest: int) -> str:
    return f"{name} has {length} characters, and {longest} is the most; shorten it"


def _cells(count: int) -> str:
    return f"{count} cell" if count == 1 else f"{count} cells"


def _shown(text: str) -> str:
    return repr(text if len(text) <= 60 else f"{text[:59]}…")
