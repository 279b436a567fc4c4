"""The public holidays of one country, without the tables of all others.

The library imports the 250 countries that it knows for the first that is asked for: 9 MB, of which a company needs one
or two. So a country's own file is loaded by itself. The few that are built on another country's bring all along.
"""

from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import holidays
from holidays.holiday_base import HolidayBase
from holidays.registry import COUNTRIES


def knows_holidays(country: str) -> bool:
    """Whether the public holidays of a country (ISO 3166 code) are known."""
    return country in _places()


@cache
def holidays_of(country: str) -> type[HolidayBase]:
    """The table of a country, as `holidays.country_holidays` has it; KeyError for one that is not known."""
    file, name = _places()[country]
    path = Path(holidays.__file__).with_name("countries") / f"{file}.py"
    spec = spec_from_file_location(f"{__name__}.{file}", path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} is no module of Python's")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    table: type[HolidayBase] = getattr(module, name)
    return table


@cache
def _places() -> dict[str, tuple[str, str]]:
    """The file of each country, and the name of its table there."""
    return {code: (file, name) for file, (name, *codes) in COUNTRIES.items() for code in codes}
