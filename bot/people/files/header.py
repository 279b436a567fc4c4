"""The first line of a table of contacts: which column each name is, and which one it was perhaps meant to be."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.config.value_types import near
from bot.people.rows import ADDRESS_COLUMNS, COLUMNS, LEFT_ASIDE, NAMED

_MOST_COLUMNS: Final = 200
LONGEST_NAME: Final = 100  # characters, of a column

_CALLED: Final = {
    "contact_id": (
        "id key contactid contactnumber customerid customernumber customerno clientid clientnumber klantid "
        "klantnummer klantnr relatienummer kundennummer kundennr kundenid debiteurnummer crmid externalid"
    ),
    "name": "naam fullname contactname contactperson contactpersoon volledigenaam vollername ansprechpartner",
    "account": "accountname company companyname organisation organization bedrijf bedrijfsnaam organisatie klant firma "
    "unternehmen customer client kunde",
    "account_manager": "manager accountowner owner accountmanagernaam relatiebeheerder kundenbetreuer betreuer csm",
    "language": "taal sprache langue lang locale languagecode taalcode voorkeurstaal preferredlanguage",
    "timezone": "tijdzone zeitzone tz timezonename fuseauhoraire",
    "slack": "slackid slackuser slackuserid slackmember slackmemberid slackemail",
    "telegram": "telegramid telegramchat telegramchatid chatid telegramuserid",
    "phone": "phonenumber phoneno telephone telephonenumber tel telno mobile mobilenumber mobileno mobilephone cell "
    "cellphone cellnumber sms smsnumber telefoon telefoonnummer telefoonnr mobiel mobielnummer mobielnr gsm "
    "gsmnummer telefon telefonnummer mobil mobilnummer mobiltelefon handy handynummer rufnummer portable",
    "account_value": "revenue annualrevenue turnover arr acv contractvalue dealvalue customervalue klantwaarde omzet "
    "jaaromzet contractwaarde umsatz jahresumsatz kundenwert vertragswert",
    "account_since": "customersince clientsince contractstart klantsinds ingangsdatum kundeseit vertragsbeginn",
    "account_until": "customeruntil clientuntil contractend churndate churnedon cancelledon klanttot opgezegdper "
    "opzegdatum kundebis vertragsende",
    "renewal": "renewaldate renewson contractrenewal nextrenewal verlenging verlengingsdatum verlengdatum "
    "vertragsverlängerung",
    "key_contact": "keyperson maincontact primarycontact decisionmaker hoofdcontact sleutelcontact beslisser "
    "hauptansprechpartner entscheider",
    "profile_url": "profilelink profielurl profiellink crmurl crmlink crmpage customerurl klanturl klantlink",
}
_BY_MAIL: Final = frozenset(
    (
        *("email", "emailaddress", "mail", "mailaddress", "workemail"),
        *("emailadres", "mailadres", "zakelijkeemail", "emailadresse", "mailadresse", "courriel", "correo"),
    )
)
"""The names, folded, of a column that holds what npsbot does not write to."""

_MEANT: Final = {name: column for column, names in _CALLED.items() for name in names.split()}
_RUN_TOGETHER: Final = {column.replace("_", ""): column for column in NAMED}


class CannotRead(Exception):
    """Nothing of the file can be read; one plain sentence that names it and the next step."""


@dataclass(frozen=True, slots=True)
class Header:
    """The columns as they stand, "" for one without a name; the names in the file, folded; what is to be said of
    them; and, for columns that are kept as attributes, which one each was perhaps meant to be."""

    names: list[str]
    written: frozenset[str]
    notices: tuple[str, ...]
    guesses: Mapping[str, str]

    @property
    def no_address(self) -> str:
        """What to say where no row has an address."""
        for name, column in self.guesses.items():
            if column in ADDRESS_COLUMNS:
                return f"no row has an address; is {name} the column {column}? {_advice(name, column)}"
        return (
            "no row has an address, so nobody can be asked yet; fill in a column "
            f"{', '.join(list(ADDRESS_COLUMNS)[:-1])} or {list(ADDRESS_COLUMNS)[-1]}, or invite people to Telegram "
            "by `npsbot contacts links`"
        )


HeaderReader = Callable[[Path, Sequence[str], Mapping[str, str]], Header]
"""Takes the cells of the first line, and which column a (folded) name is; raises CannotRead."""


def folded(name: str) -> str:
    """The name of a column without what people vary: capitals, spaces, hyphens and so on."""
    return "".join(character for character in name.casefold() if character.isalnum())


def understood(path: Path, cells: Sequence[str], renamed: Mapping[str, str]) -> Header:
    """The header in these cells; `renamed` says which column a (folded) name is. Raises CannotRead."""
    written = [column_of(cell) for cell in cells]
    while written and not written[-1]:
        written.pop()
    # What was remembered of another file says nothing where this one has the column itself.
    missing = {name: column for name, column in renamed.items() if column not in written}
    names = [missing.get(folded(name), name) for name in written]
    guesses = {
        name: meant
        for name in names
        if name not in COLUMNS and (meant := _MEANT.get(folded(name))) is not None and meant not in names
    }
    if "contact_id" not in names:
        raise CannotRead(_without_key(path, names, guesses))
    return Header(names, frozenset(map(folded, written)), tuple(_checked(path, names, guesses)), guesses)


def column_of(cell: str) -> str:
    """The column that a name means, in whatever way it is run together; else the name, on one line."""
    name = " ".join(cell.replace("\ufeff", "").split())
    return _RUN_TOGETHER.get(folded(name), name)


def _without_key(path: Path, names: Sequence[str], guesses: Mapping[str, str]) -> str:
    meant = next((name for name, column in guesses.items() if column == "contact_id"), None)
    hint = near("contact_id", names)
    return (
        f"{path} has no column contact_id in its first line"
        + (
            f"; is it {meant}? {_advice(meant, 'contact_id')}"
            if meant
            else (f" ({hint.replace('did you mean', 'is it')})" if hint else "")
        )
        + f"; the first line names the columns, of {', '.join(COLUMNS)} and your own"
    )


def _checked(path: Path, names: Sequence[str], guesses: Mapping[str, str]) -> list[str]:
    if len(names) > _MOST_COLUMNS:
        raise CannotRead(f"{path} has {len(names)} columns; {_MOST_COLUMNS} is the most")
    notices = []
    seen: set[str] = set()
    for name in names:
        if name and name in seen:
            raise CannotRead(f"{path} has two columns named {name}; rename or remove one")
        if len(name) > LONGEST_NAME:
            raise CannotRead(f"{path} has a column name of {len(name)} characters; is line 1 the header?")
        seen.add(name)
        if not name or name in NAMED or name in LEFT_ASIDE:
            continue
        if folded(name) in _BY_MAIL:
            notices.append(f"the column {name} is kept as an attribute; {_no_mail(name, names)}")
        elif name in guesses:
            notices.append(
                f"the column {name} is kept as an attribute; is it {guesses[name]}? {_advice(name, guesses[name])}"
            )
        elif hint := near(name, COLUMNS, likeness=0.8):
            notices.append(f"the column {name} is kept as an attribute; {hint}")
    return notices


def _no_mail(name: str, names: Sequence[str]) -> str:
    if "slack" in names:
        return "npsbot writes to nobody by e-mail"
    return (
        "npsbot writes to nobody by e-mail; where these are people's addresses in your Slack, import with "
        f'--map "{name}=slack"'
    )


def _advice(name: str, column: str) -> str:
    return f'Then import with --map "{name}={column}"'
