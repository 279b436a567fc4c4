"""How far apart questions to one person are, and which rule says so. PURE.

    not_again_within                a campaign's own: so many days after any question
    not_again_within.relational     so many days after a question about doing business as such
    not_again_within.transactional  so many days after a question about something that happened
    ask_at_most_every               over all campaigns
    the follow-up                   14 days after somebody was asked whether it is solved

All count over all campaigns and channels. The one that ends last holds.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Self

from bot.campaigns.terms import Terms

AFTER_FOLLOW_UP: Final = timedelta(days=14)
"""So long the next survey keeps from a question whether it is solved."""


@dataclass(frozen=True, slots=True)
class LastAsked:
    """When somebody was last asked, in whatever campaign and in those of each kind, and when whether it is solved."""

    asked: datetime | None = None
    relational: datetime | None = None
    transactional: datetime | None = None
    followed_up: datetime | None = None


NEVER: Final = LastAsked()
"""As most people are in the audience of a first wave."""


@dataclass(frozen=True, slots=True)
class Spaces:
    """The days between questions on the terms of a wave."""

    every: int
    relational: int = 0
    transactional: int = 0
    over_all: int = 0

    @classmethod
    def of(cls, terms: Terms) -> Self:
        """Those of the terms of a wave."""
        by_kind = terms.every_by_kind
        return cls(
            terms.every,
            by_kind.get("relational", 0),
            by_kind.get("transactional", 0),
            terms.at_most_every,
        )

    @classmethod
    def stored(cls, terms: Mapping[str, Any]) -> Self:
        """Those of stored terms, also of a wave from before there was more than one rule."""
        by_kind = terms.get("every_by_kind", {})
        return cls(
            terms["every"],
            by_kind.get("relational", 0),
            by_kind.get("transactional", 0),
            terms.get("at_most_every", 0),
        )

    def free_from(self, last: LastAsked) -> tuple[datetime, str] | None:
        """From when somebody may be asked, and the rule that holds them back until then; None where none ever did."""
        each = (
            (last.asked, timedelta(days=self.every), "not_again_within"),
            (last.relational, timedelta(days=self.relational), "not_again_within.relational"),
            (last.transactional, timedelta(days=self.transactional), "not_again_within.transactional"),
            (last.asked, timedelta(days=self.over_all), "ask_at_most_every"),
            (last.followed_up, AFTER_FOLLOW_UP, "the follow-up"),
        )
        return max(
            ((at + space, rule) for at, space, rule in each if at is not None),
            key=lambda found: found[0],
            default=None,
        )
