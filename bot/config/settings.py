"""The settings: config.yaml and the environment, checked as a whole and frozen.

`load(path)` is the one way in. What is wrong is said all at once, one plain sentence a problem, naming the
file, the key and what was expected. `NPSBOT_COMPANY`, `NPSBOT_LOG__LEVEL` and so on override the file.
"""

import os
import re
from collections.abc import Container, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    ModelWrapValidatorHandler,
    PrivateAttr,
    SecretStr,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic import ValidationError as PydanticError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, SettingsError

from bot.config import zone_data
from bot.config.environment import Environment, misspelt
from bot.config.fitting import campaign_problems, escalation_problems, fallback_problems, survey_problems
from bot.config.problems import sentences
from bot.config.sections.campaign import Campaign, Survey
from bot.config.sections.cause import USUAL, known_causes
from bot.config.sections.channel import Channels, SettingsBlock, Text, WebAddress
from bot.config.sections.digest import (
    ALL,
    AT,
    SILENT,
    DigestRules,
    Digests,
    ToldOfCampaign,
    time_said_before,
)
from bot.config.sections.follow_up import (
    FollowUpRules,
    ManagersClock,
    manager_address,
    managers_clock,
    managers_target,
)
from bot.config.sections.hook import HookSettings
from bot.config.sections.report import BandsOf, Benchmarks, ThemeFiles, currency_code, sectors_alone
from bot.config.sections.running import UndoTime
from bot.config.sections.space import DaysApart
from bot.config.value_types import (
    LANGUAGES,
    as_list,
    database_url,
    key_contacts,
    known_language,
    known_zone,
    person_address,
    place_address,
    shown_attributes,
    stripped,
)
from bot.config.yaml_file import ConfigError, Location, NotFilledIn, key_lines, read_config
from bot.when.repeats import Repeats
from channels.base import Address

__all__ = ["ConfigError", "Settings", "checked", "load"]

PREFIX: Final = "NPSBOT_"

Name = Annotated[str, Field(pattern=r"^\w[\w.-]{0,99}\Z")]
LanguageName = Annotated[str, AfterValidator(known_language)]
Zone = Annotated[str, AfterValidator(known_zone)]
Currency = Annotated[str, AfterValidator(currency_code)]
Admin = Annotated[Address, BeforeValidator(person_address)]
ManagersAddress = Annotated[Address, BeforeValidator(manager_address)]
Database = Annotated[str, AfterValidator(database_url)]
KeyContacts = Annotated[Mapping[str, tuple[str, ...]], BeforeValidator(key_contacts)]


class Log(SettingsBlock):
    """How the log is written."""

    format: Literal["json", "console"] = Field("console", description="json or console")
    level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="debug, info, warning or error"
    )


class Settings(BaseSettings):
    """Everything that config.yaml says, checked. Build it with `load`."""

    model_config = SettingsConfigDict(
        frozen=True,
        extra="forbid",
        str_strip_whitespace=True,
        hide_input_in_errors=True,
        coerce_numbers_to_str=True,
        regex_engine="python-re",  # the other holds 8 MB for the pattern of names
        env_prefix=PREFIX,
        env_nested_delimiter="__",
        env_ignore_empty=True,
    )

    company: Text = Field(description="the name by which customers know you")
    public_url: WebAddress | None = Field(None, description="the address of this server from outside")
    database_url: Database = Field(
        "sqlite+aiosqlite:///npsbot.db",
        repr=False,
        description="sqlite+aiosqlite:///… or postgresql+asyncpg://…",
    )
    language: LanguageName = Field("en", description=f"one of {', '.join(LANGUAGES)}")
    timezone: Zone = Field("Europe/Amsterdam", description="a time zone such as Europe/Amsterdam")
    admins: Annotated[tuple[Admin, ...], BeforeValidator(as_list)] = Field(
        (), description="addresses such as slack:U0123ABCD or telegram:123456789"
    )
    account_managers: dict[Text, ManagersAddress] = Field({}, description="names, each with an address")
    fallback_manager: Text | None = Field(None, description="a name from account_managers, or an address")
    alert_shows: Annotated[dict[Text, Text], BeforeValidator(shown_attributes)] = Field(
        {}, description="attributes, or attributes each with a label"
    )
    causes: Annotated[dict[str, dict[str, str]], BeforeValidator(known_causes)] = Field(
        {key: dict(labels) for key, labels in USUAL.items()}, description="keys, each with a label"
    )
    follow_up: FollowUpRules = Field(FollowUpRules(), description="within, hours, days and escalation")
    digest: Digests = Field(DigestRules(), description="off, or managers, admins, board_to and at")
    key_contact: KeyContacts = Field({}, description="attributes with values, such as {role: decider}")
    privacy_url: WebAddress | None = Field(None, description="a web address")
    retention: int = Field(24, ge=1, le=120, description="a whole number of months from 1 to 120")
    secret_key: Annotated[SecretStr, BeforeValidator(stripped), Field(min_length=16)] | None = Field(
        None, description="a secret of at least 16 characters"
    )
    channels: Channels = Field(Channels(), description="slack, telegram and sms")
    follow_up_again_within: int = Field(90, ge=1, le=3650, description="a whole number of days, 1 or more")
    undo: UndoTime = Field(timedelta(seconds=60), description="seconds or minutes such as 60s or 10m, or off")
    ask_at_most_every: DaysApart = Field(0, description="a whole number of days, 0 or more")
    surveys: dict[Name, Survey] = Field({"nps": Survey()}, description="names, each with a kind")
    campaigns: dict[Name, Campaign] = Field({}, description="names, each with a survey and an audience")
    benchmark: Annotated[Benchmarks, BeforeValidator(sectors_alone)] = Field(
        Benchmarks(), description="sectors, or sectors and own"
    )
    bands: BandsOf = Field(
        {},
        description="words with the lowest score of each, or attributes with limits such as [10000, 50000]",
    )
    currency: Currency = Field("EUR", description="a currency such as EUR or USD")
    themes: ThemeFiles = Field({}, description="nl and en, each with the file of its themes")
    webhooks: HookSettings = Field(HookSettings(), description="allow_private")
    log: Log = Field(Log(), description="a format and a level")
    _clocks: Mapping[str, ManagersClock] = PrivateAttr({})
    _targets: Mapping[str, float | None] = PrivateAttr({})

    @model_validator(mode="wrap")
    @classmethod
    def _beside_addresses(cls, values: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        """Where account managers work, and what they aim at, stands beside their addresses, which is all that
        `account_managers` keeps."""
        settings = handler(values)
        managers = values.get("account_managers") if isinstance(values, Mapping) else None
        settings._clocks = {name: managers_clock(value) for name, value in (managers or {}).items()}
        settings._targets = {name: managers_target(value) for name, value in (managers or {}).items()}
        return settings

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment first, then the file, whose values come in as arguments."""
        return Environment(settings_cls, env_settings, init_settings), init_settings

    # What is left out is filled in field by field, before the whole is frozen; what a field takes from another
    # one stands below it.
    @field_validator("channels")
    @classmethod
    def _modes(cls, channels: Channels, others: ValidationInfo) -> Channels:
        return channels.reached(others.data.get("public_url"))

    @field_validator("campaigns")
    @classmethod
    def _as_all_campaigns(cls, campaigns: dict[str, Campaign], others: ValidationInfo) -> dict[str, Campaign]:
        on = others.data["channels"].on if "channels" in others.data else ()
        at_most_every = others.data.get("ask_at_most_every", 0)
        return {name: campaign.beside_others(on, at_most_every) for name, campaign in campaigns.items()}

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        problems = [
            *self.channels.problems(self.public_url),
            *campaign_problems(self.campaigns, self.surveys, self.channels.on),
            *fallback_problems(self.fallback_manager, self.account_managers, needed=bool(self.campaigns)),
            *escalation_problems(self.follow_up.escalation, self.account_managers),
            *survey_problems(self.surveys, self.campaigns),
        ]
        if problems:
            raise ValueError("\n".join(problems))
        return self

    @property
    def notices(self) -> tuple[str, ...]:
        """What is read and should be written otherwise."""
        renamed = (
            f"campaigns.{name}.{old} is called {new} now; it counts as before, but write that instead"
            for name, campaign in self.campaigns.items()
            for old, new in campaign.renamed
        )
        times = (
            f"campaigns.{name}.summary.at is digest.at now, one time for all campaigns; "
            f"digests come at {self.digest_at}; write that instead"
            for name, campaign in self.campaigns.items()
            if campaign.summary is not None and campaign.summary.at is not None
        )
        return (*renamed, *times)

    @property
    def digest_at(self) -> str:
        """At which time of a reader's day digests come: of `digest`, else the earliest of what campaigns said."""
        before = time_said_before({name: one.summary for name, one in self.campaigns.items()})
        return self.digest.at or before or AT

    @property
    def managers_digest(self) -> Repeats:
        """How often account managers read of their customers who chose nothing themselves."""
        return self.digest.managers or "daily"

    def told_of(self, campaign: str) -> ToldOfCampaign:
        """What of a campaign stands in the digests of account managers; where neither it nor `digest` says so, the
        silence of key contacts alone."""
        return self.campaigns[campaign].summary or (SILENT if self.digest.managers is None else ALL)

    @property
    def fallback(self) -> tuple[str, Address] | None:
        """Who is alerted where an account has no manager: a name and an address. An address that stands
        for itself is its own name."""
        if self.fallback_manager is None:
            return None
        return self._called(self.fallback_manager)

    @property
    def escalation(self) -> tuple[tuple[str, Address], ...]:
        """Who is next where nobody has a case in time, in their order: names and addresses, as of the fallback."""
        return tuple(self._called(name) for name in self.follow_up.escalation)

    def clock_of(self, manager: str) -> ManagersClock:
        """Where a manager works; as the company does, where nothing else is said of them."""
        said = self._clocks.get(manager, ManagersClock())
        return ManagersClock(said.zone or self.timezone, said.country)

    def target_of(self, manager: str) -> float | None:
        """The NPS that a manager's customers are to give; None where no goal is set."""
        return self._targets.get(manager)

    def zone_of(self, manager: str) -> ZoneInfo:
        """By whose clock a manager lives."""
        return ZoneInfo(self.clock_of(manager).zone or self.timezone)

    def undo_of(self, campaign: str) -> timedelta:
        """How long a start of a campaign can be undone, while nothing of it is sent."""
        own = self.campaigns[campaign].undo
        return self.undo if own is None else own

    def _called(self, name: str) -> tuple[str, Address]:
        """Whom the settings name by a name from account_managers, or by an address."""
        known = self.account_managers.get(name)
        place = place_address(name) if known is None else known
        return (str(place) if known is None else name), place

    def manager(self, name: str | None) -> tuple[str, Address] | None:
        """Who is alerted for an account whose manager is `name`; the fallback where that is none of
        account_managers, None where there is no fallback either."""
        known = self.account_managers.get(name) if name is not None else None
        return (name, known) if name is not None and known is not None else self.fallback


def load(path: Path | str = "config.yaml", environment: Mapping[str, str] | None = None) -> Settings:
    """Read and check the file; raises ConfigError with every problem found.

    `${NAME}` is taken from `environment`, which is the process's own where it is left out; the overrides
    with the prefix NPSBOT_ always come from the process's own. A relative database file is looked for from
    the working directory.
    """
    path = Path(path)
    try:
        values = read_config(path, os.environ if environment is None else environment)
    except NotFilledIn as error:
        # What is missing is not all that is wrong: who mends a file hears of everything at once.
        more: tuple[str, ...] = ()
        try:
            checked(error.values, str(path), error.keys, path)
        except ConfigError as others:
            more = others.problems
        raise ConfigError(*error.problems, *more) from None
    if wrong := tuple(misspelt(PREFIX, Settings.model_fields, path.read_text(encoding="utf-8-sig"))):
        raise ConfigError(*wrong)
    return checked(values, str(path), file=path)


def checked(
    values: Mapping[str, Any], origin: str, told: Container[Location] = (), file: Path | None = None
) -> Settings:
    """The settings that `values` make; raises ConfigError. `origin` begins each sentence: where they stand, with the
    line where that is a `file`. What is wrong with keys that were `told` of before is left out."""
    zone_data.use_newer()
    try:
        return Settings(**values)
    except PydanticError as error:
        lines = None if file is None else key_lines(file)
        raise ConfigError(*sentences(error, Settings, origin, PREFIX, told, lines)) from None
    except SettingsError as error:
        field = re.search(r'field "(\w+)"', str(error))
        name = f"variable {PREFIX}{field[1].upper()}" if field else f"with the prefix {PREFIX}"
        raise ConfigError(f"the environment {name} should hold JSON") from None
