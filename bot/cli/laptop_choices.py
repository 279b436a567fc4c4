"""What `npsbot laptop` is told: options, and the tokens of the channels; and the settings that these make."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from bot.people.files.csv import BadLine
from bot.people.files.table import open_table
from channels.base import Address
from channels.known import CHANNELS

CAMPAIGN: Final = "first"
_MANAGER: Final = "Account manager"
_SHOWN: Final = frozenset({"TWILIO_ACCOUNT_SID", "TWILIO_FROM"})


@dataclass(frozen=True, slots=True)
class ProviderToken:
    """One thing that a provider gave: the variable it is taken from, its key in the configuration, and where
    it is found. A secret one is not shown while it is typed."""

    variable: str
    key: str
    where: str

    @property
    def secret(self) -> bool:
        return self.variable not in _SHOWN

    @property
    def first(self) -> bool:
        """Whether its channel is left out where it is not given."""
        return self.variable in {tokens[0].variable for tokens in TOKENS.values()}


TOKENS: Final[Mapping[str, tuple[ProviderToken, ...]]] = {
    "slack": (
        ProviderToken("SLACK_BOT_TOKEN", "bot_token", "xoxb-…, from OAuth & Permissions"),
        ProviderToken("SLACK_APP_TOKEN", "app_token", "xapp-…, from Basic Information, App-Level Tokens"),
    ),
    "telegram": (ProviderToken("TELEGRAM_TOKEN", "token", "123456:ABC…, from @BotFather"),),
    "sms": (
        ProviderToken("TWILIO_ACCOUNT_SID", "account_sid", "AC…, from Twilio's console"),
        ProviderToken("TWILIO_AUTH_TOKEN", "auth_token", "from Twilio's console"),
        ProviderToken("TWILIO_FROM", "from", "+31…, your number at Twilio"),
    ),
}

AskToken = Callable[[str, ProviderToken], str]
"""Asks for a channel's token; an empty answer leaves the channel out."""


@dataclass(frozen=True, slots=True)
class LaptopChoices:
    """What was chosen. `tokens` are by variable; a channel without its tokens is off."""

    company: str
    admin: Address
    language: str
    timezone: str
    managers: tuple[str, ...]
    tokens: Mapping[str, str]

    @property
    def channels(self) -> tuple[str, ...]:
        return tuple(name for name in CHANNELS if TOKENS[name][0].variable in self.tokens)

    def values(self, token: Callable[[str], str]) -> dict[str, Any]:
        """The configuration's values; `token` gives what stands for a variable."""
        return {
            "company": self.company,
            "language": self.language,
            "timezone": self.timezone,
            "admins": [str(self.admin)],
            "account_managers": dict.fromkeys(self.managers or (_MANAGER,), str(self.admin)),
            "fallback_manager": str(self.admin),
            "channels": {
                name: {one.key: token(one.variable) for one in TOKENS[name]} for name in self.channels
            },
            "undo": 5,
            "campaigns": {CAMPAIGN: {"audience": "all"}},
        }

    def as_yaml(self) -> str:
        """The same as a file, with the names of the variables in place of what they hold."""
        values = _escaped(self.values(lambda variable: f"\0{variable}"))
        text = yaml.safe_dump(values, sort_keys=False, allow_unicode=True, default_flow_style=False)
        needed = ", ".join(self.tokens)
        return (
            "# Written by npsbot laptop; config.yaml of the project explains every key.\n"
            f"# The secrets are taken from the environment: {needed}.\n{text}"
        )


def tokens_from(environment: Mapping[str, str], ask: AskToken | None) -> dict[str, str]:
    """The tokens of each channel, by variable. What the environment lacks is asked for, where somebody can be.

    ValueError where a channel has one of its tokens and not the others, or none has any.
    """
    found: dict[str, str] = {}
    for channel, tokens in TOKENS.items():
        have = {one.variable: environment.get(one.variable, "").strip() for one in tokens}
        for one in tokens:
            if not have[one.variable] and ask is not None:
                have[one.variable] = ask(channel, one).strip()
            if not have[one.variable] and one is tokens[0]:
                break
        missing = [name for name, value in have.items() if not value]
        if not missing:
            found |= have
        elif len(missing) < len(have):
            given = next(name for name, value in have.items() if value)
            raise ValueError(f"{given} is set, but {' and '.join(missing)} not; set all of them, or none")
    if not found:
        names = "; ".join(" and ".join(one.variable for one in tokens) for tokens in TOKENS.values())
        raise ValueError(f"no channel has its tokens; set those of at least one: {names}")
    return found


def managers_in(file: Path) -> tuple[str, ...]:
    """The account managers that a file of contacts names: all of them are whoever sits at the laptop. Raises
    CannotRead."""
    with open_table(file) as rows:
        names = rows.header.names
        if "account_manager" not in names:
            return ()
        column = names.index("account_manager")
        cells = (
            row[1][column].strip() for row in rows if not isinstance(row, BadLine) and column < len(row[1])
        )
        return tuple(dict.fromkeys(name for name in cells if name not in ("", "-")))


def _escaped(value: Any) -> Any:
    """References where a token is meant; anywhere else a ${ is none."""
    match value:
        case dict():
            return {key: _escaped(item) for key, item in value.items()}
        case list():
            return [_escaped(item) for item in value]
        case str() if value.startswith("\0"):
            return f"${{{value[1:]}}}"
        case str():
            return value.replace("${", "$${")
    return value
