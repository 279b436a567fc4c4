"""How far apart questions to one person are, as config.yaml says it."""

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal, get_args

from pydantic import BeforeValidator, Field, PlainValidator

from bot.config.value_types import days, near

CampaignKind = Literal["relational", "transactional"]
"""Whether a campaign asks about doing business as such, or about something that happened."""

MOST_DAYS: Final = 3650
_EXPECTED: Final = "a whole number of days, 0 or more"

DaysApart = Annotated[int, BeforeValidator(days), Field(ge=0, le=MOST_DAYS)]


def spaces(value: Any) -> int | Mapping[str, int]:
    """So many days after any question, or after a question of each kind that is named."""
    if not isinstance(value, Mapping):
        return _days("", value)
    for kind in value:
        if kind not in get_args(CampaignKind):
            hint = near(str(kind), get_args(CampaignKind)) or "expected relational and transactional"
            raise ValueError(f"names {kind}, which is no kind of campaign; {hint}")
    return {str(kind): _days(f" for {kind}", one) for kind, one in value.items()}


def _days(of: str, value: Any) -> int:
    found = str(days(value))
    if not (found.isascii() and found.isdecimal()) or int(found) > MOST_DAYS:
        raise ValueError(f"should be {_EXPECTED}{of}")
    return int(found)


NotAgain = Annotated[int | Mapping[str, int], PlainValidator(spaces)]
