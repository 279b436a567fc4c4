"""The settings: config.yaml and the environment, checked as a whole and frozen.

`load(path)` is the one way in. What is wrong is said all at once, one plain sentence a problem, naming the
file, the key and what was expected. `NPSBOT_COMPANY`, `NPSBOT_LOG__LEVEL` and so on override the file.
"""

import os
import re
from collections.abc import Container, Mapping
from datetime import time, timedelta
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    ModelWrapValidatorHandler,
    PlainValidator,
    PrivateAttr,
    SecretStr,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic import ValidationError as PydanticError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, SettingsError

from bot.config import zone_data
from bot.config.after_settings import After, Waves
from bot.config.audiences import Audience, audience
from bot.config.cause_settings import USUAL, known_causes
from bot.config.channel_settings import Channels, SettingsBlock, Text, WebAddress
from bot.config.digest_settings import (
    ALL,
    AT,
    SILENT,
    DigestRules,
    Digests,
    Summary,
    ToldOfCampaign,
    time_said_before,
)
from bot.config.draw_settings import DrawSettings
from bot.config.environment import Environment, misspelt
from bot.config.follow_up_settings import (
    FollowUpRules,
    ManagersClock,
    manager_address,
    managers_clock,
    managers_target,
)
from bot.config.hook_settings import HookSettings
from bot.config.problems import sentences
from bot.config.report_settings import BandsOf, Benchmarks, ThemeFiles, currency_code, sectors_alone
from bot.config.running_settings import CanarySettings, Reminder, UndoTime, Window
from bot.config.schedule_settings import ByItself, Grace, Seasons
from bot.config.space_settings import CampaignKind, DaysApart, NotAgain
from bot.config.value_types import (
    LANGUAGES,
    any_language,
    as_list,
    database_url,
    days,
    key_contacts,
    known_language,
    known_zone,
    near,
    once_a_language,
    person_address,
    place_address,
    send_window,
    shown_attributes,
    stripped,
)
from bot.config.yaml_file import ConfigError, Location, NotFilledIn, key_lines, read_config
from bot.dialogue.kinds import SCALES, SurveyKind
from bot.dialogue.wording import FollowUp, Wording, WordsError
from bot.when.repeats import Repeats
from bot.words import customer_words
from channels.base import Address

__all__ = ["Campaign", "ConfigError", "Settings", "Survey", "checked", "load"]

PREFIX: Final = "NPSBOT_"

Name = Annotated[str, Field(pattern=r"^\w[\w.-]{0,99}$")]
LanguageName = Annotated[str, AfterValidator(known_language)]
AnyLanguage = Annotated[str, AfterValidator(any_language)]
Zone = Annotated[str, AfterValidator(known_zone)]
Currency = Annotated[str, AfterValidator(currency_code)]
Admin = Annotated[Address, BeforeValidator(person_address)]
ManagersAddress = Annotated[Address, BeforeValidator(manager_address)]
Database = Annotated[str, AfterValidator(database_url)]
Hours = Annotated[str, AfterValidator(send_window)]
Whom = Annotated[Audience, PlainValidator(audience)]
KeyContacts = Annotated[Mapping[str, tuple[str, ...]], BeforeValidator(key_contacts)]
ChannelName = Literal["slack", "telegram", "sms"]


class Survey(SettingsBlock):
    """A kind of question, and how it is put: words in place of the usual ones (language -> key -> text), in
    any language. A score of `alert_at` or lower alerts; left out, an unfavourable one."""

    kind: SurveyKind = Field("nps", description="nps, csat or ces")
    alert_at: int | None = Field(None, description="a score of the survey's scale")
    salutation: bool = Field(True, description="true or false")
    follow_up: FollowUp = Field("neutral", description="neutral or by_category")
    words: Annotated[dict[AnyLanguage, dict[str, Text]], BeforeValidator(once_a_language)] = Field(
        {}, description="texts under a language and a key"
    )

    @model_validator(mode="before")
    @classmethod
    def _asks_before_it_links(cls, values: Any) -> Any:
        if isinstance(values, Mapping) and "review_url" in values:
            raise ValueError(
                "review_url is gone; a campaign's review: {url: …} asks promoters, and then links"
            )
        return values

    @property
    def wording(self) -> Wording:
        """How a wave of it would speak."""
        return Wording(self.words, self.salutation, self.follow_up, None, self.kind)


class Review(SettingsBlock):
    """Where promoters are sent who would tell others, and how rarely one person is asked."""

    url: WebAddress = Field(description="a web address")
    at_most: Annotated[int, BeforeValidator(days), Field(ge=365, le=3650)] = Field(
        365, description="a whole number of days, 365 or more"
    )


SPANS: Final[Mapping[SurveyKind, tuple[int, int]]] = {"nps": (-100, 100), "csat": (0, 100), "ces": (1, 7)}
"""From where to where a score goes, and can be aimed at: points, percent, and the mean of the scale."""

_OLD_KEY: Final = "every"
_NEW_KEY: Final = "not_again_within"


class Campaign(DrawSettings):
    """A survey, who is asked, and when. In settings that were loaded, `channels` left out is every one that
    is on."""

    survey: str = Field("nps", description="a name from surveys")
    audience: Whom = Field("all", description="all, or attributes with the values that match")
    channels: Annotated[tuple[ChannelName, ...], BeforeValidator(as_list)] = Field(
        (), description="slack, telegram or sms, in the order of preference"
    )
    window: Window = Field(7, description="a whole number of days from 1 to 365")
    send_between: Hours = Field("09:00-20:00", description="hours such as 09:00-20:00, or always")
    sundays: bool = Field(False, description="true or false")
    holidays: bool = Field(False, description="true or false")
    recovery: Annotated[int, BeforeValidator(days), Field(ge=1, le=60)] | None = Field(
        None, description="a whole number of days from 1 to 60"
    )
    review: Review | None = Field(None, description="a url, and at_most so many days")
    kind: CampaignKind | None = Field(None, description="relational or transactional")
    not_again_within: NotAgain = Field(
        90, description="a whole number of days, or one for relational and one for transactional"
    )
    canary: CanarySettings | None = Field(
        None, description="share, at_least, wait, stops, undelivered and unread"
    )
    fallback: bool = Field(False, description="true or false")
    reminder: Reminder = Field(None, description="a whole number of days, 1 or more, or off")
    undo: UndoTime | None = Field(None, description="seconds or minutes such as 60s or 10m, or off")
    summary: Summary = Field(None, description="daily, off, or passives, promoters and silent")
    schedule: ByItself = Field(
        None, description="a rhythm such as every 3 months from 2026-03-02 10:00, or off"
    )
    grace: Grace = Field(timedelta(days=1), description="hours or days such as 12h or 1d")
    not_between: Seasons = Field((), description="days and months such as 20-12..03-01")
    on: After | None = Field(None, description="an event or an attribute, and wait")
    waves: Waves | None = Field(None, description="month or quarter")
    target: float | None = Field(None, description="a score that is to be reached, such as 40")
    _old_keys: tuple[str, ...] = PrivateAttr(())
    _at_most_every: int = PrivateAttr(0)

    @model_validator(mode="wrap")
    @classmethod
    def _by_its_old_name(cls, values: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        """`every` was read as a rhythm, and asks nobody by itself."""
        if not isinstance(values, Mapping) or _OLD_KEY not in values:
            return handler(values)
        if _NEW_KEY in values:
            raise ValueError(f"{_OLD_KEY} is the old name of {_NEW_KEY}, which stands there too; take it out")
        campaign = handler({_NEW_KEY if key == _OLD_KEY else key: value for key, value in values.items()})
        campaign._old_keys = (_OLD_KEY,)
        return campaign

    @model_validator(mode="after")
    def _asks_at_hours_in_its_seasons(self) -> Self:
        if self.not_between and self.hours is None:
            raise ValueError(
                "not_between stands beside send_between: always; give hours, or take one of the two out"
            )
        return self

    @model_validator(mode="after")
    def _waves_of_events(self) -> Self:
        if self.waves is not None and self.on is None:
            raise ValueError(
                f"waves is {self.waves}, which is of a campaign that asks after an event; add on, or take it out"
            )
        if self.on is not None and self.schedule is not None:
            raise ValueError(
                "schedule starts waves at their time, and on asks each customer after an event; take one of the two out"
            )
        if self.on is not None and "grace" in self.model_fields_set:
            raise ValueError(
                "grace says how late a wave may start, and on asks each after an event; take grace out"
            )
        drawing = ("sample", "margin", "spread", "at_most_per_account", "compare")
        chosen = [key for key in drawing if getattr(self, key) is not None]
        if self.on is not None and chosen:
            raise ValueError(
                f"{chosen[0]} chooses among people who are asked at once, and on asks each after an event; "
                "take one of the two out"
            )
        return self

    @property
    def every(self) -> int:
        """As the terms of a wave have it."""
        return self.not_again_within if isinstance(self.not_again_within, int) else 0

    @property
    def every_by_kind(self) -> Mapping[str, int]:
        """The same by the kind of what was asked before, where it says so."""
        spaces = self.not_again_within
        return {} if isinstance(spaces, int) else spaces

    @property
    def at_most_every(self) -> int:
        """What `ask_at_most_every` says of all campaigns."""
        return self._at_most_every

    @property
    def review_url(self) -> str | None:
        """Where reviews are written; None where nobody is asked for one."""
        return None if self.review is None else self.review.url

    @property
    def review_every(self) -> int | None:
        """Nobody is asked for a review again within so many days."""
        return None if self.review is None else self.review.at_most

    @property
    def hours(self) -> tuple[time, time] | None:
        """From when until when questions may be sent, in the customer's own zone; None is always."""
        if self.send_between == "always":
            return None
        start, _, end = self.send_between.partition("-")
        return time.fromisoformat(start), time.fromisoformat(end)


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
        settled = {
            name: campaign if campaign.channels else campaign.model_copy(update={"channels": on})
            for name, campaign in campaigns.items()
        }
        for campaign in settled.values():
            campaign._at_most_every = others.data.get("ask_at_most_every", 0)
        return settled

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        problems = [
            *self.channels.problems(self.public_url),
            *_campaign_problems(self),
            *_fallback_problems(self),
            *_escalation_problems(self),
            *_survey_problems(self),
        ]
        if problems:
            raise ValueError("\n".join(problems))
        return self

    @property
    def notices(self) -> tuple[str, ...]:
        """What is read and should be written otherwise."""
        renamed = (
            f"campaigns.{name}.{old} is called {_NEW_KEY} now; it counts as before, but write that instead"
            for name, campaign in self.campaigns.items()
            for old in campaign._old_keys
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


def _campaign_problems(settings: Settings) -> list[str]:
    problems = []
    spelled: dict[str, str] = {}
    for name, campaign in settings.campaigns.items():
        key = f"campaigns.{name}"
        twin = spelled.setdefault(name.casefold(), name)
        if twin != name:
            problems.append(
                f"{key} differs from campaigns.{twin} in capitals only; commands could not tell them apart"
            )
        if campaign.survey not in settings.surveys:
            hint = near(campaign.survey, settings.surveys) or f"expected one of {', '.join(settings.surveys)}"
            problems.append(f"{key}.survey names {campaign.survey!r}, which is not in surveys; {hint}")
        if campaign.reminder is not None and campaign.reminder >= campaign.window:
            problems.append(
                f"{key}.reminder is {campaign.reminder} days, when {key}.window of {campaign.window} is over; "
                "give fewer days, or a longer window"
            )
        problems.extend(_canary_problems(key, campaign))
        if campaign.fallback and len(campaign.channels) == 1:
            problems.append(
                f"{key}.fallback has no next channel to go to, since {key}.channels is {campaign.channels[0]} alone; "
                "add one there, or take fallback out"
            )
        problems.extend(
            f"{key}.channels names {channel}, which is off; fill in channels.{channel}, or take it out here"
            for channel in campaign.channels
            if channel not in settings.channels.on
        )
        survey = settings.surveys.get(campaign.survey)
        if campaign.margin is not None and survey is not None and survey.kind != "nps":
            problems.append(
                f"{key}.margin is in points of an NPS, and {campaign.survey} is a {survey.kind} survey; "
                "give sample, a number of people, instead"
            )
        if campaign.target is not None and survey is not None:
            low, high = SPANS[survey.kind]
            if not low <= campaign.target <= high:
                problems.append(
                    f"{key}.target is {campaign.target:g}, and scores of {survey.kind} are from {low} to {high}"
                )
    return problems


def _canary_problems(key: str, campaign: Campaign) -> list[str]:
    if campaign.canary is None:
        return []
    if campaign.canary.wait >= timedelta(days=campaign.window):
        return [
            f"{key}.canary.wait is no shorter than {key}.window of {campaign.window} days; "
            "the first answers come within hours, so give fewer"
        ]
    for other, given in (("spread", campaign.spread), ("on", campaign.on)):
        if given is not None:
            return [
                f"{key}.canary asks a share before the others, and with {key}.{other} nobody is asked all at once; "
                "take one of them out"
            ]
    return []


def _survey_problems(settings: Settings) -> list[str]:
    problems = []
    for name, survey in settings.surveys.items():
        scale = SCALES[survey.kind]
        if survey.alert_at is not None and not scale.accepts(survey.alert_at):
            problems.append(
                f"surveys.{name}.alert_at is {survey.alert_at}, which is not on the scale of {survey.kind}; "
                f"expected a whole number from {scale.minimum} to {scale.maximum}"
            )
        for language, texts in survey.words.items():
            try:
                customer_words(language, survey.kind).with_texts(
                    f"surveys.{name}.words.{language}", texts, _filled_by_events(settings, name)
                )
            except WordsError as error:
                problems.extend(str(error).splitlines())
    return problems


def _filled_by_events(settings: Settings, survey: str) -> frozenset[str]:
    """The placeholders that events fill in the question of a survey: those of every campaign that asks it."""
    each = [
        one.on.fills if one.on else frozenset() for one in settings.campaigns.values() if one.survey == survey
    ]
    return frozenset.intersection(*each) if each else frozenset()


def _fallback_problems(settings: Settings) -> list[str]:
    if settings.fallback_manager is None:
        if settings.campaigns:
            return [
                "fallback_manager is missing, which campaigns need; give a name from account_managers, "
                "or an address such as slack:C0123ABCD"
            ]
        return []
    return _named_problems(settings, "fallback_manager", settings.fallback_manager)


def _escalation_problems(settings: Settings) -> list[str]:
    named = settings.follow_up.escalation
    problems = [one for name in named for one in _named_problems(settings, "follow_up.escalation", name)]
    twice = sorted({name for name in named if named.count(name) > 1})
    return problems + [f"follow_up.escalation names {name!r} twice; keep one" for name in twice]


def _named_problems(settings: Settings, key: str, name: str) -> list[str]:
    """What is wrong with a key that names an account manager or an address."""
    if name in settings.account_managers:
        return []
    try:
        place_address(name)
    except ValueError as error:
        hint = near(name, settings.account_managers)
        return [
            f"{key} names {name!r}, which is not in account_managers; {hint or _HOW_TO_NAME}"
            if hint or ":" not in name
            else f"{key}: {error}"
        ]
    return []


_HOW_TO_NAME: Final = "add it there, or give an address such as slack:C0123ABCD"
