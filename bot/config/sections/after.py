"""After what a campaign asks: an event at a customer's, or a day that one of their attributes holds."""

from datetime import datetime, timedelta
from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from bot.config.sections.channel import SettingsBlock, Text
from bot.config.value_types import as_list, days
from bot.dialogue.wording import ALWAYS

USUAL_LEEWAY: Final = 14
"""DayCount after its time within which a question still goes, where nothing else is said."""

THE_EVENT: Final = "event"
"""What the name of an event is called beside its fields, in words and in reports."""

RESERVED_FIELDS: Final = ALWAYS | {THE_EVENT}

Waves = Literal["month", "quarter"]
DayCount = Annotated[int, BeforeValidator(days), Field(ge=0, le=365)]


def field_name(text: str) -> str:
    """The name of a field of events, as it may stand in braces in a question."""
    if not text.isidentifier() or len(text) > 100:
        raise ValueError(f"has {text!r}; a name of letters, digits and underscores can stand in a question")
    if text in RESERVED_FIELDS:
        raise ValueError(f"has {text!r}, which every question has already; take it out")
    return text


class After(SettingsBlock):
    """So many days after an event, or after or before the day in an attribute, somebody is asked; and not when
    that can only be later than `within`."""

    event: Text | None = Field(
        None, max_length=100, description="the name of an event, such as project.finished"
    )
    attribute: Text | None = Field(None, description="an attribute that holds a day, such as last_contact")
    wait: DayCount | None = Field(None, description="a whole number of days from 0 to 365")
    before: DayCount | None = Field(None, description="a whole number of days from 1 to 365")
    within: DayCount | None = Field(None, description="a whole number of days from 1 to 365")
    fields: Annotated[tuple[Annotated[str, AfterValidator(field_name)], ...], BeforeValidator(as_list)] = (
        Field((), description="names of the event's fields that may stand in the question")
    )

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        problem = self._of_what() or self._in_time()
        if problem:
            raise ValueError(problem)
        return self

    def _of_what(self) -> str | None:
        if (self.event is None) == (self.attribute is None):
            return "event and attribute: give one of them, such as event: project.finished"
        if self.attribute is None and self.before is not None:
            return "before is of an attribute that holds a day; of an event give wait"
        if self.wait is not None and self.before is not None:
            return "wait and before: keep one of them"
        if self.attribute is not None and self.fields:
            return "fields are of an event; an attribute has none, so take them out"
        return None

    def _in_time(self) -> str | None:
        if self.before == 0:
            return "before is 0 days; give a number of days, or wait: 0 days for the day itself"
        if self.within is None:
            return None
        if self.before is not None and not 0 < self.within <= self.before:
            return (
                f"within is {self.within} days and before {self.before}: the question goes from the one to the other "
                "day, so give a number from 1 to that"
            )
        if self.before is None and self.within <= (self.wait or 0):
            return (
                f"within is {self.within} days and wait {self.wait or 0}: nobody could be asked; make within longer "
                "than wait"
            )
        return None

    @property
    def name(self) -> str:
        """The event, or the attribute."""
        return self.event or self.attribute or ""

    @property
    def fills(self) -> frozenset[str]:
        """The placeholders that a question asked after it may hold, beside those of every text."""
        return frozenset((THE_EVENT, *self.fields))

    @property
    def offset(self) -> int:
        """How many days after the moment the question is due; less than 0 before it."""
        return (self.wait or 0) if self.before is None else -self.before

    @property
    def leeway(self) -> int:
        """How many days after it was due the question still goes."""
        if self.before is not None:
            return self.within or min(USUAL_LEEWAY, self.before)
        return USUAL_LEEWAY if self.within is None else self.within - self.offset

    def due(self, at: datetime) -> datetime:
        """When who was told of at this moment is asked. `at` is by the clock of where it is to be so many days
        later: a day of a zone with summer time is kept by who gives its wall clock."""
        return at + timedelta(days=self.offset)

    def until(self, at: datetime) -> datetime:
        """Until when the question after this moment may go."""
        return self.due(at) + timedelta(days=self.leeway)
