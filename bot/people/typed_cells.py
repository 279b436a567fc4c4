"""The columns of an import that are more than text: what an account is worth, its days, and who is a key contact. PURE.

Each reads a cell as people type it in English and in Dutch; ValueError is the rest of a sentence that begins with the
column and the cell.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from typing import Final

from bot.alike import fold
from bot.dates import read_dated

TypedValue = float | date | bool

OF_ACCOUNT: Final = ("account_value", "account_since", "account_until", "renewal")
"""The typed columns that say something of the account, and not of the person."""

TYPED: Final = (*OF_ACCOUNT, "key_contact")
"""The typed columns. The words of their cells are attributes too, so that audiences and alerts can name them."""

MOST_VALUE: Final = 1e12
_CURRENCY_OF: Final = {
    **dict.fromkeys(("€", "euro", "euros", "euro's"), "EUR"),
    **dict.fromkeys(("$", "us$", "dollar", "dollars"), "USD"),
    **dict.fromkeys(("£", "pond"), "GBP"),
}
_CODE: Final = re.compile(r"[A-Za-z]{3}")
_MONEY: Final = re.compile(
    r"(?P<before>[^\d\s]*) ?(?P<digits>\d(?:[\d.,' ]*\d)?)(?:[.,]--?)? ?(?P<after>[^\d\s]*)"
)
_GROUPED: Final = re.compile(
    r"(?P<whole>[1-9]\d{0,2}(?P<mark>[.,' ])\d{3}(?:(?P=mark)\d{3})*)(?:(?!(?P=mark))[.,](?P<cents>\d{1,2}))?"
)
_LESS: Final = re.compile(r"\D*-\s?\d.*")
_NO_AMOUNT: Final = "is no amount; write it as 120000 or 1250,50"
_PLAIN: Final = re.compile(r"(?P<whole>\d+)(?:[.,](?P<cents>\d+))?")
_ONE_MARK: Final = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")
_TIME_OF_DAY: Final = re.compile(r"(\d{4}-\d{2}-\d{2})[T ][\d:.Z+-]+")
_YES: Final = frozenset(["yes", "y", "ja", "j", "true", "waar", "wahr", "x", "1", "oui", "si"])
_NO: Final = frozenset(["no", "n", "nee", "nein", "false", "onwaar", "falsch", "0", "non"])


def amount(text: str, currency: str) -> float:
    """An amount in the company's currency: 1250, 12,50, 1.250.000,50, 1,250,000.50, 1 250, € 1.250,- and EUR 1250.

    One mark with three digits behind it stands between thousands (`of_thousands`): money has cents of two digits at
    most. The sign of another currency is refused, since nothing is converted.
    """
    said = _settled(text)
    if _LESS.fullmatch(said):
        raise ValueError("is less than nothing; write what the account is worth")
    money = _MONEY.fullmatch(said)
    number = None if money is None else _number(money["digits"])
    if money is None or number is None:
        raise ValueError(_NO_AMOUNT)
    for sign in filter(None, (money["before"], money["after"])):
        code = _CURRENCY_OF.get(sign.casefold()) or (sign.upper() if _CODE.fullmatch(sign) else None)
        if code is None:
            raise ValueError(_NO_AMOUNT)
        if code != currency:
            raise ValueError(f"is not in {currency}; convert it, or set currency in config.yaml")
    if number >= MOST_VALUE:
        raise ValueError("is more than an account can be worth; write it in whole money")
    return number


def of_thousands(text: str) -> bool:
    """Whether an amount has one mark with three digits behind it, which some write for decimals."""
    money = _MONEY.fullmatch(_settled(text))
    return money is not None and _ONE_MARK.fullmatch(money["digits"]) is not None


def _settled(text: str) -> str:
    return " ".join(text.split()).replace("’", "'").replace("−", "-")


def _number(digits: str) -> float | None:
    found = _GROUPED.fullmatch(digits) or _PLAIN.fullmatch(digits)
    if found is None:
        return None
    whole = "".join(filter(str.isdigit, found["whole"]))
    return round(float(f"{whole}.{found['cents'] or 0}"), 2)


def day(text: str) -> date:
    """A day with its year, as `bot.dates` reads one; a time of day behind it is left aside."""
    said = _TIME_OF_DAY.sub(r"\1", " ".join(text.split()))
    found = read_dated([said])
    if found is None:
        raise ValueError("is no day with its year; write it as 2026-11-01 or 1-11-2026")
    return found


def yes_or_no(text: str) -> bool:
    """Yes, ja, x, true and 1; no, nee, false and 0."""
    word = fold(text)
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise ValueError("is neither yes nor no")


def readers(currency: str) -> Mapping[str, Callable[[str], TypedValue]]:
    """What reads the cells of each typed column, amounts in this currency."""
    return {
        "account_value": partial(amount, currency=currency),
        "account_since": day,
        "account_until": day,
        "renewal": day,
        "key_contact": yes_or_no,
    }


def written(value: TypedValue, text: str) -> str:
    """The same as text, in one form, for who compares attributes; yes and no stay as they were typed."""
    if isinstance(value, bool):
        return text
    if isinstance(value, date):
        return value.isoformat()
    return f"{value:.0f}" if value == int(value) else f"{value:.2f}"
