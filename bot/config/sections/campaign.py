"""The keys of a campaign and of its survey: what is asked, of whom, and when."""

from collections.abc import Mapping
from datetime import time, timedelta
from typing import Annotated, Any, Final, Literal, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    ModelWrapValidatorHandler,
    PlainValidator,
    PrivateAttr,
    model_validator,
)

from bot.config.audiences import Audience, audience
from bot.config.sections.after import After, Waves
from bot.config.sections.channel import SettingsBlock, Text, WebAddress
from bot.config.sections.digest import Summary
from bot.config.sections.draw import DrawSettings
from bot.config.sections.running import CanarySettings, Reminder, UndoTime, Window
from bot.config.sections.schedule import ByItself, Grace, Seasons
from bot.config.sections.space import CampaignKind, NotAgain
from bot.config.value_types import any_language, as_list, days, once_a_language, send_window
from bot.dialogue.kinds import SurveyKind
from bot.dialogue.wording import FollowUp, Wording

AnyLanguage = Annotated[str, AfterValidator(any_language)]
Hours = Annotated[str, AfterValidator(send_window)]
Whom = Annotated[Audience, PlainValidator(audience)]
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
    _renamed: tuple[tuple[str, str], ...] = PrivateAttr(())
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
        campaign._renamed = ((_OLD_KEY, _NEW_KEY),)
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

    def beside_others(self, on: tuple[ChannelName, ...], at_most_every: int) -> Self:
        """The campaign as one of all: on every channel that is `on` where it names none, and asking nobody within so
        many days of another."""
        settled = self.model_copy(update={} if self.channels else {"channels": on})
        settled._at_most_every = at_most_every
        return settled

    @property
    def renamed(self) -> tuple[tuple[str, str], ...]:
        """The keys that were given by an old name, each with the one it has now."""
        return self._renamed

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
