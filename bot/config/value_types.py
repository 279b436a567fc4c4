"""How the values of config.yaml are read: each function takes what stands there and returns the settled
form, or raises ValueError with the rest of a sentence that begins with the key."""

import re
import zoneinfo
from collections.abc import Iterable, Mapping, Sequence
from datetime import time
from typing import Any, Final
from urllib.parse import urlsplit

from bot.alike import alike
from bot.config.audiences import texts
from channels.base import Address
from channels.known import CHANNELS, those_that

ADMIN_CHANNELS: Final = those_that(lambda limits: not limits.forgeable)
"""Where commands are taken; not by SMS, where a sender can be forged."""

LANGUAGES: Final = ("en", "nl", "nl-je", "de", "de-du")
"""The languages that customers are written to in; `nl` says u and `de` Sie, `nl-je` says je and `de-du` du."""

INFORMAL: Final = ("nl-je", "de-du")
"""Those in which people are greeted by their first name."""

_TAG: Final = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8}){0,3}")

_LANGUAGE_ALIASES: Final = {"nl-u": "nl", "de-sie": "de"}
_ADDRESS: Final = {
    "slack": (re.compile(r"[UW][A-Z0-9]+"), "slack:U0123ABCD"),
    "telegram": (re.compile(r"[1-9][0-9]{0,18}"), "telegram:123456789"),
    "sms": (re.compile(r"\+[1-9][0-9]{6,14}"), "sms:+31612345678"),
}
_SHORT: Final = {"slack": "slack:U…", "telegram": "telegram:123", "sms": "sms:+31…"}
_SLACK_PLACE: Final = re.compile(r"[UWCG][A-Z0-9]+")
_TELEGRAM_PLACE: Final = re.compile(r"-?[1-9][0-9]{0,18}")
_DRIVERS: Final = {
    "sqlite": "sqlite+aiosqlite",
    "postgresql": "postgresql+asyncpg",
    "postgres": "postgresql+asyncpg",
}


def near(word: str, known: Iterable[str], likeness: float = 0.6) -> str:
    """`did you mean X?` for the known word that looks most like it, else nothing.

    A `likeness` of 1 is the same word.
    """
    found = alike(word, known, most=1, likeness=likeness)
    return f"did you mean {found[0]}?" if found else ""


def language_code(text: str) -> str | None:
    """The language of a customer for a tag such as `nl-NL` or `EN`; None where it is no tag. What a tag says
    beyond the language (a country) is left aside. Who speaks none of ours is written to in English, and may
    answer in their own (the reader knows more languages than the writer)."""
    tag = text.strip().casefold().replace("_", "-")
    tag = _LANGUAGE_ALIASES.get(tag, tag)
    if tag in LANGUAGES:
        return tag
    first = tag.partition("-")[0]
    return first if _TAG.fullmatch(tag) else None


def known_language(text: str) -> str:
    """A language of ours by its own name; `nl-u` is `nl`, `de-sie` is `de`."""
    tag = text.casefold().replace("_", "-")
    tag = _LANGUAGE_ALIASES.get(tag, tag)
    if tag not in LANGUAGES:
        raise ValueError(f"is {text!r}; expected one of {', '.join(LANGUAGES)} (nl says u, de says Sie)")
    return tag


def any_language(text: str) -> str:
    """The language of a customer for whom a survey brings texts, ours or not, as `language_code` has it."""
    tag = language_code(text)
    if tag is None:
        raise ValueError(f"is {text!r}, which is no language; expected a code such as fr or nl-je")
    return tag


def once_a_language(value: Any) -> Any:
    """Texts by language, none of which stands there twice under two names (`fr` and `fr-FR`)."""
    if isinstance(value, Mapping):
        seen: dict[str, str] = {}
        for name in map(str, value):
            tag = language_code(name) or name
            if tag in seen:
                raise ValueError(f"has {seen[tag]} and {name}, which are one language here; keep one")
            seen[tag] = name
    return value


def known_zone(text: str) -> str:
    """The name of a time zone in the IANA database."""
    try:
        zoneinfo.ZoneInfo(text)
    except (ValueError, OSError):  # ZoneInfoNotFoundError is a KeyError, hence below
        pass
    except KeyError:
        pass
    else:
        return text
    raise ValueError(f"is {text!r}, which is no time zone; {_zone_perhaps_meant(text)}")


def _zone_perhaps_meant(text: str) -> str:
    """The zone of a city that is named alone, else the likeliest name; none for a number of hours, of which the
    likeliest is another number."""
    expected = "expected a name such as Europe/Amsterdam"
    if any(character.isdigit() for character in text):
        return f"a number of hours knows no summer time; {expected}"
    known = [name for name in zoneinfo.available_timezones() if "/" in name and not name.startswith("Etc/")]
    cities = {name.rpartition("/")[2]: name for name in sorted(known)}
    city = alike(text.replace(" ", "_"), cities, most=1, likeness=0.85)
    return f"did you mean {cities[city[0]]}?" if city else near(text, known, 0.7) or expected


def person_address(value: Any) -> Address:
    """An admin's address: a person in Slack or Telegram."""
    address = _parsed(value, ADMIN_CHANNELS)
    if address.channel not in ADMIN_CHANNELS:
        raise ValueError(
            f"is {str(address)!r}; admins are on slack or telegram, because a sender of an SMS can be forged"
        )
    pattern, example = _ADDRESS[address.channel]
    if not pattern.fullmatch(address.id):
        raise ValueError(f"is {str(address)!r}; expected a person's id, such as {example}")
    return address


def place_address(value: Any) -> Address:
    """Where alerts go: a person or a channel in Slack, a chat in Telegram, or a phone."""
    address = _parsed(value)
    pattern, example = _ADDRESS[address.channel]
    if address.channel == "slack":
        pattern = _SLACK_PLACE
    elif address.channel == "telegram":
        pattern = _TELEGRAM_PLACE
    if not pattern.fullmatch(address.id):
        raise ValueError(f"is {str(address)!r}; expected an address such as {example}")
    return address


def _parsed(value: Any, advised: Sequence[str] = tuple(CHANNELS)) -> Address:
    """The address that is written so; an error names only the channels that are `advised`."""
    if isinstance(value, Address):
        address = value
    elif isinstance(value, str):
        channel, _, id_ = value.strip().partition(":")
        address = Address(channel.strip().casefold(), re.sub(r"[\s]", "", id_))
    else:
        raise ValueError("should be an address such as slack:U0123ABCD")
    if address.channel not in CHANNELS or not address.id:
        hint = near(address.channel, advised) if address.id else ""
        *first, last = (_SHORT[channel] for channel in advised)
        expected = f"expected {', '.join(first)} or {last}"
        raise ValueError(f"is {str(value)!r}, which is no address; {hint or expected}")
    return address


def web_address(text: str) -> str:
    """A web address without a query, and without a slash at its end."""
    try:
        parts = urlsplit(text)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        usable = False
    if not usable or any(character.isspace() for character in text):
        raise ValueError("is no web address; expected one such as https://nps.example.com")
    return text.rstrip("/")


def database_url(text: str) -> str:
    """The address of a database in the form that its driver wants. Never repeated in an error, because it
    may hold a password."""
    scheme, separator, rest = text.partition("://")
    scheme = _DRIVERS.get(scheme, scheme)
    if not separator or scheme not in _DRIVERS.values():
        raise ValueError(
            "is no database; expected sqlite+aiosqlite:///npsbot.db or postgresql+asyncpg://user:password@host/name"
        )
    if scheme.startswith("sqlite") and rest.partition("?")[0] in ("", "/", "/:memory:"):
        raise ValueError("needs the name of a file, such as sqlite+aiosqlite:///npsbot.db")
    return f"{scheme}://{rest}"


def send_window(text: str) -> str:
    """`HH:MM-HH:MM` with two digits each, the first before the second; or `always`."""
    plain = re.sub(r"\s", "", text.casefold()).replace("–", "-")
    if plain == "always":
        return plain
    match = re.fullmatch(r"(\d{1,2}):(\d\d)-(\d{1,2}):(\d\d)", plain)
    if match:
        try:
            start, end = time(int(match[1]), int(match[2])), time(int(match[3]), int(match[4]))
        except ValueError:
            pass
        else:
            if start < end:
                return f"{start:%H:%M}-{end:%H:%M}"
    raise ValueError(
        f"is {text!r}; expected hours such as 09:00-20:00, the first before the second, or always"
    )


def sender(text: str) -> str:
    """What an SMS is sent from: a phone number, a short code, or a name of at most 11 letters and digits.

    https://www.twilio.com/docs/glossary/what-alphanumeric-sender-id
    """
    number = re.sub(r"[\s().-]", "", text)
    if re.fullmatch(r"\+[1-9]\d{6,14}|\d{3,8}", number):
        return number
    if re.fullmatch(r"(?=.*[A-Za-z])[A-Za-z0-9 +_&-]{1,11}", text):
        return text
    raise ValueError(
        f"is {text!r}; expected a number with its country, such as +31612345678, a short code, or a name of "
        "at most 11 letters and digits"
    )


def stripped(value: Any) -> Any:
    """A secret without the line end that a shell or an editor left behind it."""
    return value.strip() if isinstance(value, str) else value


def as_list(value: Any) -> Any:
    """One value where a list is meant is a list of one."""
    return [value] if isinstance(value, (str, Address)) else value


MOST_SHOWN: Final = 8


def shown_attributes(value: Any) -> Any:
    """Attributes with the label that each has in an alert; of a list each is its own label."""
    if value is None:
        return {}
    if isinstance(value, str):
        value = [value]
    if isinstance(value, (list, tuple)) and all(isinstance(name, (str, int)) for name in value):
        value = {name: name for name in value}
    if not isinstance(value, Mapping):
        raise ValueError(
            "should be attributes, such as [project, renewal], or {renewal: Renews on} with labels"
        )
    if len(value) > MOST_SHOWN:
        raise ValueError(
            f"has {len(value)} attributes; {MOST_SHOWN} is the most that can be read in an alert"
        )
    return value


def key_contacts(value: Any) -> Mapping[str, tuple[str, ...]]:
    """Attributes with the texts that mark a key contact; nobody is one where nothing stands there."""
    if value is None or value == {}:
        return {}
    if not isinstance(value, Mapping):
        raise ValueError("should be attributes with values, such as {role: [decider, sponsor]}")
    return {str(name).strip(): texts(name, values) for name, values in value.items()}


def days(value: Any) -> Any:
    """A number of days, also as `7 days`."""
    match = re.fullmatch(r"(\d{1,4})( days?)?", value.strip()) if isinstance(value, str) else None
    return int(match[1]) if match else value
