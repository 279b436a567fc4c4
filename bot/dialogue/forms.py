"""How a language writes days, numbers and lists. PURE: the functions come in with all that they need loaded."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Forms:
    """One language's forms, each a plain function of what it is given; `bot.words.forms` makes them."""

    day: Callable[[date], str]  # 2 March 2026
    full_day: Callable[[date], str]  # Monday 2 March 2026
    month: Callable[[date], str]  # March 2026
    short_month: Callable[[date], str]  # Mar
    moment: Callable[[datetime], str]  # Mon 2 March 14:05
    number: Callable[[int], str]  # 1,234
    decimal: Callable[[Decimal], str]  # 5.5
    percent: Callable[[Decimal], str]  # 37%, of 37
    fine_percent: Callable[[Decimal], str]  # 37.5%
    all_of: Callable[[Sequence[str]], str]  # 7, 8 and 9
    one_of: Callable[[Sequence[str]], str]  # 7, 8 or 9
    money: Callable[[Decimal, str], str]  # €33.60, of 33.60 and EUR
    round_money: Callable[[float, str], str]  # €120,000 and €1.2m
