"""The forms of a language, out of Babel's copy of the Unicode CLDR."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cache, partial
from typing import TYPE_CHECKING

from bot.dialogue.forms import Forms

if TYPE_CHECKING:
    from babel import Locale

_LOCALES = {"en": "en_GB"}
"""Where a language by itself would be another country's: ours writes 2 March, and no comma before *or*."""


@cache
def forms_of(language: str) -> Forms:
    """The forms of a language ("nl", "nl-je", "fr"); English ones for a language that the CLDR does not know.

    Babel and the language are loaded here, at the first call: what is returned reads no file.
    """
    from babel import Locale, UnknownLocaleError
    from babel.dates import format_date, format_skeleton
    from babel.lists import format_list
    from babel.numbers import format_currency, format_decimal, format_percent

    code = language.partition("-")[0]
    try:
        locale = Locale.parse(_LOCALES.get(code, code))
    except (UnknownLocaleError, ValueError):
        return forms_of("en")
    # The British short months are those of three letters that fit under a column, but for "Sept".
    short_months = Locale(locale.language).months["stand-alone"]["abbreviated"]
    money = partial(format_currency, locale=locale)
    fine = locale.percent_formats[None].pattern.replace("0", "0.0")

    def day(day: date) -> str:
        return format_date(day, "long", locale)

    def month(day: date) -> str:
        return format_skeleton("yMMMM", day, locale=locale)

    def short_month(day: date) -> str:
        return str(short_months[day.month])

    def moment(at: datetime) -> str:
        return f"{format_skeleton('MMMMEd', at, locale=locale)} {at:%H:%M}"

    def number(count: int) -> str:
        return format_decimal(count, locale=locale)

    def decimal(value: Decimal) -> str:
        return format_decimal(value, "0.0", locale)

    def percent(value: Decimal) -> str:
        return format_percent(value.scaleb(-2), locale=locale)

    def fine_percent(value: Decimal) -> str:
        return format_percent(value.scaleb(-2), fine, locale)

    def all_of(items: Sequence[str]) -> str:
        return format_list(items, "standard", locale)

    def one_of(items: Sequence[str]) -> str:
        return format_list(items, "or", locale)

    return Forms(
        day,
        partial(format_date, format="full", locale=locale),
        month,
        short_month,
        moment,
        number,
        decimal,
        percent,
        fine_percent,
        all_of,
        one_of,
        money,
        partial(_round_money, locale),
    )


def _round_money(locale: "Locale", value: float, currency: str) -> str:
    from babel.numbers import format_compact_currency, format_currency

    if abs(round(value)) < 1_000_000:
        whole = locale.currency_formats["standard"].pattern.replace(".00", "")
        return format_currency(round(value), currency, whole, locale, currency_digits=False)
    # The point behind a short word ("mln.") would end the sentence.
    return format_compact_currency(value, currency, locale=locale, fraction_digits=1).removesuffix(".")
