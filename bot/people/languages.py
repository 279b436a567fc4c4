"""Which language is meant by what stands in a cell: a code, or its name in a language that customers read.

The names are those of Unicode's CLDR, which Babel carries.
"""

import re
from functools import cache, lru_cache
from typing import Final

from bot.config.value_types import LANGUAGES, language_code

_NAMES_IN: Final = ("en", "nl", "de", "fr", "es", "it")
_OWN_NAMES: Final = ("pt", "sv", "da", "nb", "fi", "pl", "cs", "tr", "el", "ru", "uk", "ja", "zh", "ar")
_FAMILIAR: Final = {"nl": ("je", "jij", "informeel", "informal"), "de": ("du", "informell", "informal")}
_ALSO: Final = {"flemish": "nl", "vlaams": "nl", "flämisch": "nl", "hollands": "nl", "holländisch": "nl"}


@lru_cache(maxsize=1_000)
def language_meant(text: str) -> str | None:
    """The language of a customer as `language_code` has it, for a code of two or three letters or a name
    such as `Dutch` or `Nederlands (België)`; None where it is not plain."""
    first, *rest = re.findall(r"[^\s(),;/]+", text.casefold()) or ("",)
    code = language_code(text)
    if code is None or not _is_usual(code.partition("-")[0]):
        code = _names().get(" ".join([first, *rest])) or _names().get(first) or code
    if code is None:
        return None
    code = _aliases().get(code, code)
    familiar = f"{code}-{_FAMILIAR[code][0]}" if code in _FAMILIAR else ""
    return familiar if familiar in LANGUAGES and any(word in _FAMILIAR[code] for word in rest) else code


def _is_usual(code: str) -> bool:
    """Whether this is one of the codes of two letters that files hold, so that it is no name. Only a few names have two
    letters, and the tables of names take a tenth of a second to load, and 25 MB."""
    from babel.localedata import exists

    return len(code) == 2 and bool(exists(code))


@cache
def _names() -> dict[str, str]:
    from babel import Locale

    names = dict(_ALSO)
    for locale in map(Locale, _NAMES_IN):
        for code, name in locale.languages.items():
            if len(code) in (2, 3):
                names.setdefault(name.casefold(), code)
    for code in _OWN_NAMES:
        names.setdefault(Locale(code).languages[code].casefold(), code)
    return names


@cache
def _aliases() -> dict[str, str]:
    """Codes of three letters and old ones, by the code that is usual."""
    from babel.core import get_global

    return {old: new for old, new in get_global("language_aliases").items() if len(new) == 2}
