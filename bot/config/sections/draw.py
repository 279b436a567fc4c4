"""The keys of a campaign that say how many of an audience are asked, who they are, and over which days."""

import re
from typing import Annotated, Any, Final, Self

from pydantic import BeforeValidator, Field, model_validator

from bot.config.sections.channel import SettingsBlock, Text
from bot.config.value_types import days, send_window

_PAIR: Final = "two send windows, such as [09:00-12:00, 16:00-20:00]"


def two_windows(value: Any) -> tuple[str, ...]:
    """Two send windows, of which one is over before the other begins."""
    listed = value if isinstance(value, (list, tuple)) else [value]
    windows = tuple(send_window(str(one)) for one in listed)
    if len(windows) != 2 or windows[0] == windows[1] or "always" in windows:
        raise ValueError(f"should be {_PAIR}")
    first, second = sorted(windows)
    if second.partition("-")[0] < first.partition("-")[2]:
        raise ValueError(f"has windows that overlap; expected {_PAIR}")
    return windows


def percentage(value: Any) -> Any:
    """A number of hundredths, also as `30%`."""
    found = re.fullmatch(r"(\d{1,3}(?:\.\d+)?)\s?%?", value.strip()) if isinstance(value, str) else None
    return float(found[1]) if found else value


class CompareTimes(SettingsBlock):
    """Which send window brings more answers: half of a wave is asked in each, by lot."""

    send_between: Annotated[tuple[str, ...], BeforeValidator(two_windows)] = Field(description=_PAIR)


class DrawSettings(SettingsBlock):
    """How many are asked and who: everybody of an audience, or a sample of it that is drawn by lot."""

    spread: Annotated[int, BeforeValidator(days), Field(ge=1, le=90)] | None = Field(
        None, description="a whole number of days from 1 to 90"
    )
    sample: int | None = Field(None, ge=1, le=10_000_000, description="a whole number of people, 1 or more")
    margin: float | None = Field(None, ge=1, le=50, description="a number of points from 1 to 50")
    expected_response: Annotated[float, BeforeValidator(percentage), Field(ge=1, le=100)] = Field(
        30, description="a percentage from 1% to 100%"
    )
    within: Text | None = Field(None, description="an attribute, such as region")
    at_most_per_account: int | None = Field(None, ge=1, description="a whole number of people, 1 or more")
    compare: CompareTimes | None = Field(None, description="send_between with two send windows")

    @model_validator(mode="after")
    def _draws_one_way(self) -> Self:
        if self.sample is not None and self.margin is not None:
            raise ValueError("margin says how many are asked, and so does sample; keep one of them")
        if self.within is not None and self.sample is None and self.margin is None:
            raise ValueError(
                "within says of what a sample is drawn, and there is none; add sample or margin, or take it out"
            )
        if "expected_response" in self.model_fields_set and self.sample is None and self.margin is None:
            raise ValueError(
                "expected_response says how many of a sample answer, and there is none; add sample or margin, or take "
                "it out"
            )
        return self

    @property
    def halves(self) -> tuple[str, ...]:
        """The two send windows that are compared; none where nothing is."""
        return () if self.compare is None else self.compare.send_between
